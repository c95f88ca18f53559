"""The people, and who may do what with whom."""

from unicodedata import normalize

import pytest
from sqlmodel import select

from conftest import Person, look_together, made, together
from models import Credential, DutySession, LocationCheckIn, Role, User

WREN = {"email": "wren@example.com", "password": "eleven wrens", "firstName": "Wren", "lastName": "Reed"}
RANKS = ["GUARD", "SUPERVISOR", "ADMIN", "SUPER_ADMIN"]

# Who may act on, or give, which rank
WITHIN_REACH = [("ADMIN", "GUARD"), ("ADMIN", "SUPERVISOR"), *(("SUPER_ADMIN", rank) for rank in RANKS)]
OUT_OF_REACH = [("ADMIN", "ADMIN"), ("ADMIN", "SUPER_ADMIN")]


def token_of(email, password):
    return Person().post("/auth/token", data={"username": email, "password": password})


def names(answer):
    return [user["firstName"] for user in answer.json()]


# Reading


def test_callers_see_themselves_with_their_profile(someone):
    caller = someone(Role.GUARD, "Gail", phone="555-0100", city="Bay Shore", state="NY")
    me = caller.get("/users/me").json()
    assert me["id"] == caller.id
    assert (me["phone"], me["city"], me["state"], me["archivedAt"]) == ("555-0100", "Bay Shore", "NY", None)


def test_users_are_listed_by_role_then_first_name_without_archived_ones(someone, supervisor, super_admin):
    someone(Role.GUARD, "Zoe")
    someone(Role.GUARD, "Abe")
    super_admin.post(f"/users/{someone(Role.GUARD, 'Old').id}/archive")
    assert names(supervisor.get("/users")) == ["Sol", "Sam", "Abe", "Zoe"]


def test_a_line_of_the_list_of_users_is_no_more_than_the_page_shows(supervisor):
    line = supervisor.get("/users").json()[0]
    assert set(line) == {"id", "clerkId", "email", "firstName", "lastName", "role", "phone", "createdAt"}


def test_supervisors_to_notify_are_the_active_ones_of_that_role_by_last_name(someone, supervisor, admin, guard, db):
    for first_name, last_name in ("Ann", "Young"), ("Ben", "Ash"):
        db.get(User, someone(Role.SUPERVISOR, first_name).id).last_name = last_name
    db.commit()
    admin.post(f"/users/{someone(Role.SUPERVISOR, 'Old').id}/archive")
    answer = supervisor.get("/users/supervisors")
    assert names(answer) == ["Ben", "Sam", "Ann"]
    assert set(answer.json()[0]) == {"id", "firstName", "lastName", "email"}


@pytest.mark.parametrize(("caller", "status"), [("guard", 403), ("supervisor", 200), ("admin", 200)])
def test_someone_elses_profile_is_for_supervisors(caller, status, other_guard, request):
    assert request.getfixturevalue(caller).get(f"/users/{other_guard.id}").status_code == status


def test_ones_own_profile_is_for_everyone(guard):
    assert guard.get(f"/users/{guard.id}").json()["email"] == guard.email


@pytest.mark.parametrize("path", ["/users/nobody", "/users/" + "x" * 3000, "/users/%00", "/users/%ED%A0%80"])
def test_an_unknown_user_is_not_found(guard, path):
    assert guard.get(path).status_code == 404


# Management


def test_management_shows_everyone_active_ones_first_then_by_role_then_first_name(someone, admin, super_admin):
    someone(Role.GUARD, "Zoe")
    someone(Role.GUARD, "Abe")
    super_admin.post(f"/users/{someone(Role.SUPER_ADMIN, 'Old').id}/archive")
    page = admin.get("/users/management").json()
    assert [user["firstName"] for user in page["users"]] == ["Sol", "Ada", "Abe", "Zoe", "Old"]
    assert page["total"] == 5


def test_management_comes_in_pages_of_25(someone, admin):
    for number in range(27):
        someone(Role.GUARD, f"Guard{number:02}")
    first, second = (admin.get("/users/management", params={"page": page}).json() for page in (1, 2))
    assert (len(first["users"]), len(second["users"])) == (25, 3)
    assert first["total"] == second["total"] == 28
    assert second["users"][-1]["firstName"] == "Guard26"


def test_a_page_has_the_size_that_was_asked_for_and_may_be_empty(admin, guard, supervisor):
    page = admin.get("/users/management", params={"page": 2, "pageSize": 2}).json()
    assert [user["firstName"] for user in page["users"]] == ["Gail"]
    assert admin.get("/users/management", params={"page": 9}).json() == {"users": [], "total": 3}


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "pageSize=0", "pageSize=501", "page=99999999999"])
def test_pages_count_from_1_and_a_size_is_1_to_500(admin, query):
    assert admin.get(f"/users/management?{query}").status_code == 422


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("gail", ["Gail"]),
        ("GAIL TEST", ["Gail"]),
        ("example tester", ["Ada", "Gail", "Örsted"]),
        ("gail nobody", []),
        ("öRSTED", ["Örsted"]),
        ("%", []),
        ("_", []),
        ("a_a", []),
        ("\\", []),
        ("'", []),
        ("", ["Ada", "Gail", "Örsted"]),
        ("   ", ["Ada", "Gail", "Örsted"]),
    ],
)
def test_each_word_of_a_search_occurs_without_case_and_literally(someone, admin, guard, search, found):
    someone(Role.GUARD, "Örsted")
    page = admin.get("/users/management", params={"searchTerm": search}).json()
    assert [user["firstName"] for user in page["users"]] == found
    assert page["total"] == len(found)


@pytest.mark.parametrize("name", ["ΟΔΟΣ", "İpek", "José", "Nguyễn", "Ёж"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_search_finds_a_name_by_itself_in_every_script(someone, admin, name, form):
    someone(Role.GUARD, normalize(form, name))
    for search in name, name.lower(), name.upper(), normalize("NFC", name), normalize("NFD", name):
        page = admin.get("/users/management", params={"searchTerm": f" {search}  tester "}).json()
        assert [normalize("NFC", user["firstName"]) for user in page["users"]] == [name], search


def test_a_sign_that_has_a_meaning_for_the_database_is_found_where_it_stands(someone, admin):
    for name in "100%", "a_b", "back\\slash":
        someone(Role.GUARD, name)
    for sign, name in ("%", "100%"), ("_", "a_b"), ("\\", "back\\slash"):
        page = admin.get("/users/management", params={"searchTerm": sign}).json()
        assert [user["firstName"] for user in page["users"]] == [name]


# One's own profile


def test_a_profile_keeps_what_is_not_sent(guard):
    guard.patch(f"/users/{guard.id}", json={"phone": "555-0100"})
    profile = guard.patch(f"/users/{guard.id}", json={"city": "Bay Shore", "lastName": "Marsh"}).json()
    assert (profile["firstName"], profile["lastName"]) == ("Gail", "Marsh")
    assert (profile["phone"], profile["city"]) == ("555-0100", "Bay Shore")


def test_null_clears_what_is_optional_in_a_profile(guard):
    guard.patch(f"/users/{guard.id}", json={"phone": "555-0100"})
    assert guard.patch(f"/users/{guard.id}", json={"phone": None}).json()["phone"] is None


def test_rank_address_and_key_are_no_part_of_a_profile(guard, db):
    sent = {"role": "ADMIN", "email": "x@example.com", "clerkId": "x", "archivedAt": "2026-01-01"}
    assert guard.patch(f"/users/{guard.id}", json=sent).status_code == 200
    user = db.get(User, guard.id)
    assert (user.role, user.email, user.clerk_id, user.archived_at) == (Role.GUARD, guard.email, "user_0", None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("firstName", ""),
        ("firstName", None),
        ("firstName", "x" * 101),
        ("lastName", ""),
        ("lastName", "x" * 101),
        ("imageUrl", "no address"),
        ("imageUrl", "javascript:alert(1)"),
        ("state", "NYC"),
        ("zipCode", "12345678901"),
        ("phone", 5550100),
    ],
)
def test_a_profile_has_its_limits(guard, field, value):
    answer = guard.patch(f"/users/{guard.id}", json={field: value})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", field]


def test_a_profile_goes_to_its_limits(guard):
    fields = {
        "firstName": "x" * 100,
        "lastName": "y",
        "imageUrl": "https://example.com/gail.png",
        "state": "NY",
        "zipCode": "1234567890",
    }
    profile = guard.patch(f"/users/{guard.id}", json=fields).json()
    assert profile | fields == profile


def test_nobody_changes_someone_elses_profile(super_admin, guard):
    assert super_admin.patch(f"/users/{guard.id}", json={"city": "Bay Shore"}).status_code == 403
    assert super_admin.patch("/users/nobody", json={"city": "Bay Shore"}).status_code == 404


# Making users


@pytest.mark.parametrize(("actor", "rank"), WITHIN_REACH)
def test_who_makes_a_user_gives_a_rank_below_their_own(someone, actor, rank):
    user = made(someone(Role(actor)).post("/users", json=WREN | {"role": rank}))
    assert (user["role"], user["email"], user["clerkId"]) == (rank, "wren@example.com", f"local_{user['id']}")


@pytest.mark.parametrize(("actor", "rank"), OUT_OF_REACH)
def test_who_makes_a_user_gives_no_rank_from_their_own_up(someone, db, actor, rank):
    assert someone(Role(actor)).post("/users", json=WREN | {"role": rank}).status_code == 403
    assert db.exec(select(User).where(User.email == "wren@example.com")).first() is None


def test_a_new_user_is_a_guard_unless_another_rank_is_given(admin):
    assert made(admin.post("/users", json=WREN))["role"] == "GUARD"


def test_a_new_user_signs_in_with_the_initial_password(admin):
    made(admin.post("/users", json=WREN))
    assert token_of("wren@example.com", "eleven wrens").status_code == 200


def test_a_new_users_address_must_be_free_without_case(admin, guard):
    assert admin.post("/users", json=WREN | {"email": guard.email.upper()}).status_code == 409


@pytest.mark.parametrize("field", ["email", "password", "firstName", "lastName"])
def test_a_new_user_has_an_address_a_password_and_a_name(admin, field):
    for body in {key: value for key, value in WREN.items() if key != field}, WREN | {field: None}, WREN | {field: ""}:
        answer = admin.post("/users", json=body)
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["body", field]


# Rank


@pytest.mark.parametrize(("actor", "rank"), WITHIN_REACH)
@pytest.mark.parametrize(("_", "new_rank"), [("", rank) for rank in RANKS])
def test_a_rank_within_reach_becomes_another_within_reach(someone, actor, rank, _, new_rank):
    user = someone(Role(rank))
    answer = someone(Role(actor)).put(f"/users/{user.id}/role", json={"role": new_rank})
    if (actor, new_rank) in WITHIN_REACH:
        assert (answer.status_code, answer.json()["role"]) == (200, new_rank)
    else:
        assert answer.status_code == 403


MOVES = {
    "role": lambda actor, user_id: actor.put(f"/users/{user_id}/role", json={"role": "GUARD"}),
    "password": lambda actor, user_id: actor.put(f"/users/{user_id}/password", json={"newPassword": "twelve wrens"}),
    "archive": lambda actor, user_id: actor.post(f"/users/{user_id}/archive"),
}
each_move = pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)


@each_move
@pytest.mark.parametrize(("actor", "rank"), OUT_OF_REACH)
def test_nobody_touches_their_own_rank_or_above(someone, move, actor, rank, db):
    user = someone(Role(rank))
    assert move(someone(Role(actor)), user.id).status_code == 403
    stored = db.get(User, user.id)
    assert (stored.role, stored.archived_at, db.get(Credential, user.id)) == (rank, None, None)


@each_move
@pytest.mark.parametrize("rank", ["ADMIN", "SUPER_ADMIN"])
def test_nobody_does_it_to_himself(someone, super_admin, move, rank):
    actor = someone(Role(rank))
    assert move(actor, actor.id).status_code == 403


@each_move
def test_an_unknown_user_is_not_found_whatever_is_done_to_him(super_admin, move):
    assert move(super_admin, "nobody").status_code == 404


@pytest.mark.parametrize("role", ["guard", "CAPTAIN", "", None, 1])
def test_a_rank_is_one_of_four(super_admin, guard, role):
    assert super_admin.put(f"/users/{guard.id}/role", json={"role": role}).status_code == 422


def test_an_archived_users_rank_may_be_changed(admin, guard):
    admin.post(f"/users/{guard.id}/archive")
    assert admin.put(f"/users/{guard.id}/role", json={"role": "SUPERVISOR"}).json()["role"] == "SUPERVISOR"


# Somebody else's password


def test_a_reset_gives_a_user_of_the_live_database_their_first_password(admin, guard):
    assert token_of(guard.email, "twelve wrens").status_code == 401
    assert MOVES["password"](admin, guard.id).status_code == 204
    assert token_of(guard.email, "twelve wrens").status_code == 200


def test_a_reset_ends_the_old_password_and_all_tokens(admin):
    user = made(admin.post("/users", json=WREN))
    caller = Person(token_of("wren@example.com", "eleven wrens").json()["access_token"])
    change = {"currentPassword": "eleven wrens", "newPassword": "ten wrens, kept"}
    assert caller.post("/auth/password", json=change).status_code == 204

    MOVES["password"](admin, user["id"])
    assert caller.get("/users/me").status_code == 401
    assert token_of("wren@example.com", "ten wrens, kept").status_code == 401
    assert token_of("wren@example.com", "twelve wrens").status_code == 200


@pytest.mark.parametrize("password", ["sevench", "x" * 129, "", None])
def test_a_reset_takes_8_to_128_characters(admin, guard, password):
    assert admin.put(f"/users/{guard.id}/password", json={"newPassword": password}).status_code == 422


# Archiving


@pytest.mark.parametrize(("actor", "rank"), [pair for pair in WITHIN_REACH if pair[1] != "SUPER_ADMIN"])
def test_who_is_archived_is_shut_out(someone, actor, rank):
    user = someone(Role(rank))
    answer = someone(Role(actor)).post(f"/users/{user.id}/archive")
    assert (answer.status_code, answer.json()["archivedAt"] is not None) == (200, True)
    assert user.get("/users/me").status_code == 401


def test_archiving_ends_duty_and_the_open_check_in(admin, supervisor, round_of_duty, dock, db):
    check_in = made(supervisor.post(f"/duty-sessions/{round_of_duty['id']}/check-ins", json={"locationId": dock["id"]}))
    admin.post(f"/users/{supervisor.id}/archive")
    session = db.get(DutySession, round_of_duty["id"])
    assert session.clock_out_time is not None
    assert admin.name in session.notes
    assert db.get(LocationCheckIn, check_in["id"]).check_out_time is not None


def test_archiving_again_and_letting_in_who_is_not_archived_are_conflicts(super_admin, guard):
    assert super_admin.post(f"/users/{guard.id}/unarchive").status_code == 409
    assert super_admin.post(f"/users/{guard.id}/archive").status_code == 200
    assert super_admin.post(f"/users/{guard.id}/archive").status_code == 409
    assert super_admin.post(f"/users/{guard.id}/unarchive").json()["archivedAt"] is None


def test_only_a_super_admin_lets_someone_in_again(admin, guard):
    admin.post(f"/users/{guard.id}/archive")
    assert admin.post(f"/users/{guard.id}/unarchive").status_code == 403


def test_letting_in_nobody_is_not_found_and_oneself_forbidden(super_admin):
    assert super_admin.post("/users/nobody/unarchive").status_code == 404
    assert super_admin.post(f"/users/{super_admin.id}/unarchive").status_code == 403


def test_of_eight_who_archive_someone_at_once_one_succeeds(super_admin, guard):
    statuses = together(*[lambda: super_admin.post(f"/users/{guard.id}/archive")] * 8)
    assert statuses == [200] + [409] * 7


# The last SUPER_ADMIN


def active_super_admins(db):
    return db.exec(select(User).where(User.role == Role.SUPER_ADMIN, User.archived_at.is_(None))).all()


def test_a_super_admin_takes_the_rank_of_another_while_one_is_left(someone, super_admin, db):
    other = someone(Role.SUPER_ADMIN)
    assert MOVES["role"](super_admin, other.id).status_code == 200
    assert [user.id for user in active_super_admins(db)] == [super_admin.id]


@pytest.mark.parametrize("move", [MOVES["role"], MOVES["archive"]], ids=["role", "archive"])
def test_of_two_super_admins_who_remove_each_other_at_once_one_is_left(someone, super_admin, move, db, monkeypatch):
    other = someone(Role.SUPER_ADMIN)
    look_together(monkeypatch, "routes.users.manageable")
    assert together(lambda: move(super_admin, other.id), lambda: move(other, super_admin.id)) == [200, 409]
    assert len(active_super_admins(db)) == 1
