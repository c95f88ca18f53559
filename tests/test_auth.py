"""Signing up, in and out, and one's own password."""

import time
import unicodedata
from collections import Counter
from datetime import timedelta

import pytest
from jose import jwt
from limits import parse
from limits.errors import StorageError
from sqlmodel import func, select

from conftest import Person, faulty, together
from fields import now
from models import Credential, Role, User
from security import is_password, new_token
from settings import settings

ROBIN = {"email": "Robin.Marsh@example.com", "password": "sixteen herons", "firstName": "Robin", "lastName": "Marsh"}


@pytest.fixture
def robin(anyone):
    """A guard who signed up, and what was answered."""
    return anyone.post("/auth/sign-up", json=ROBIN).json()


def sign_in(name, password):
    return Person().post("/auth/token", data={"username": name, "password": password})


def signed_in(name, password):
    answer = sign_in(name, password)
    assert answer.status_code == 200
    return Person(answer.json()["access_token"])


def without_password(db, email):
    """A user of the live database, who has never been here."""
    db.add(User(email=email, first_name="Lee", last_name="Live", clerk_id="user_live"))
    db.commit()


# Signing up


def test_who_signs_up_becomes_a_guard_of_ours(anyone):
    answer = anyone.post("/auth/sign-up", json=ROBIN | {"role": "ADMIN"})
    assert answer.status_code == 201
    user = answer.json()
    assert user["role"] == "GUARD"
    assert user["email"] == "Robin.Marsh@example.com"
    assert user["clerkId"] == f"local_{user['id']}"
    assert "password" not in answer.text.lower()


def test_only_a_hash_of_the_password_is_kept(robin, db):
    kept = db.get(Credential, robin["id"])
    assert kept.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("email", ["Robin.Marsh@example.com", "robin.marsh@EXAMPLE.com", "ROBIN.MARSH@example.com"])
def test_an_email_address_is_taken_once_without_case(anyone, robin, email):
    assert anyone.post("/auth/sign-up", json=ROBIN | {"email": email}).status_code == 409


def test_case_is_that_of_every_alphabet(anyone):
    anyone.post("/auth/sign-up", json=ROBIN | {"email": "ørjan@example.com"})
    assert anyone.post("/auth/sign-up", json=ROBIN | {"email": "ØRJAN@example.com"}).status_code == 409
    assert sign_in("ØRJAN@example.com", ROBIN["password"]).status_code == 200


# One account, whichever of these is typed
JOSE = [
    "josé@bücher.example.com",
    "  JOSÉ@BÜCHER.EXAMPLE.COM ",
    unicodedata.normalize("NFD", "josé@bücher.example.com"),
    "josé@xn--bcher-kva.example.com",
    "José Marín <josé@bücher.example.com>",
    '"Marín, José" <JOSÉ@xn--bcher-kva.example.com>',
]


@pytest.mark.parametrize("typed", JOSE)
def test_an_email_address_is_read_in_one_form_however_it_is_typed(anyone, admin, typed):
    assert anyone.post("/auth/sign-up", json=ROBIN | {"email": typed}).status_code == 201
    for other in JOSE:
        assert anyone.post("/auth/sign-up", json=ROBIN | {"email": other}).status_code == 409
        assert admin.post("/users", json=ROBIN | {"email": other}).status_code == 409
        assert signed_in(other, ROBIN["password"]).get("/users/me").json()["email"] in {
            "josé@xn--bcher-kva.example.com",
            "JOSÉ@xn--bcher-kva.example.com",
        }


@pytest.mark.parametrize("stored", ["josé@bücher.example.com", "JOSÉ@xn--bcher-kva.example.com", JOSE[2]])
@pytest.mark.parametrize("typed", JOSE)
def test_an_email_address_that_the_other_application_stored_is_taken_in_any_form(anyone, db, stored, typed):
    without_password(db, stored)
    assert anyone.post("/auth/sign-up", json=ROBIN | {"email": typed}).status_code == 409


def test_eight_forms_of_one_address_at_the_same_moment_make_one_account(anyone, db):
    typed = [*JOSE, "jOSÉ@bücher.example.com", "josÉ@bücher.example.com"]
    signing_up = [lambda email=email: anyone.post("/auth/sign-up", json=ROBIN | {"email": email}) for email in typed]
    assert together(*signing_up) == [201] + [409] * 7
    assert db.exec(select(func.count()).select_from(User)).one() == 1


def test_the_kelvin_sign_is_no_letter_of_an_address(anyone):
    anyone.post("/auth/sign-up", json=ROBIN | {"email": "kim@example.com"})
    assert faulty(anyone.post("/auth/sign-up", json=ROBIN | {"email": "\N{KELVIN SIGN}im@example.com"})) == "email"
    assert faulty(anyone.post("/auth/sign-up", json=ROBIN | {"email": "robin@\N{KELVIN SIGN}.example.com"})) == "email"


def test_an_archived_users_email_address_stays_his(anyone, super_admin, robin):
    super_admin.post(f"/users/{robin['id']}/archive")
    assert anyone.post("/auth/sign-up", json=ROBIN).status_code == 409


def test_of_eight_who_sign_up_with_one_address_one_succeeds(anyone, db):
    assert together(*[lambda: anyone.post("/auth/sign-up", json=ROBIN)] * 8) == [201] + [409] * 7
    assert db.exec(select(func.count()).select_from(User)).one() == 1
    assert db.exec(select(func.count()).select_from(Credential)).one() == 1


def test_signing_up_can_be_switched_off(anyone, monkeypatch, db):
    monkeypatch.setattr(settings, "allow_sign_up", False)
    assert anyone.post("/auth/sign-up", json=ROBIN).status_code == 403
    assert db.exec(select(User)).all() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "robin"),
        ("email", "robin@"),
        ("email", "x" * 250 + "@example.com"),
        ("password", "sevench"),
        ("password", "x" * 129),
        ("password", 12345678),
        ("firstName", ""),
        ("firstName", "x" * 101),
        ("lastName", None),
    ],
)
def test_signing_up_takes_a_real_address_a_name_and_8_to_128_characters(anyone, field, value):
    answer = anyone.post("/auth/sign-up", json=ROBIN | {field: value})
    assert answer.status_code == 422
    assert [fault["loc"] for fault in answer.json()["detail"]] == [["body", field]]


@pytest.mark.parametrize("password", ["eight ch", "x" * 128, "        ", "пароль мой", "🦭" * 128, "ﷺ" * 128])
def test_any_characters_make_a_password(anyone, password):
    assert anyone.post("/auth/sign-up", json=ROBIN | {"password": password}).status_code == 201
    assert sign_in(ROBIN["email"], password).status_code == 200


@pytest.mark.parametrize("typed", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_password_is_the_same_however_a_keyboard_composes_it(anyone, typed):
    password = "Hafenwächter ﬁel um"
    anyone.post("/auth/sign-up", json=ROBIN | {"password": password})
    assert sign_in(ROBIN["email"], unicodedata.normalize(typed, password)).status_code == 200


def test_spaces_and_case_of_a_password_count(robin):
    assert sign_in(ROBIN["email"], ROBIN["password"] + " ").status_code == 401
    assert sign_in(ROBIN["email"], ROBIN["password"].upper()).status_code == 401


# Signing in


def test_signing_in_answers_a_bearer_token_for_twelve_hours(robin):
    answer = sign_in(ROBIN["email"], ROBIN["password"])
    assert answer.status_code == 200
    token = answer.json()
    assert token == {"access_token": token["access_token"], "token_type": "bearer", "expires_in": 12 * 3600}
    assert Person(token["access_token"]).get("/users/me").json()["id"] == robin["id"]


def test_a_token_says_who_and_until_when_but_not_which_role(robin):
    token = sign_in(ROBIN["email"], ROBIN["password"]).json()["access_token"]
    claims = jwt.get_unverified_claims(token)
    assert set(claims) == {"sub", "iat", "exp"}
    assert claims["sub"] == robin["id"]
    assert claims["exp"] - int(claims["iat"]) == 12 * 3600


@pytest.mark.parametrize(
    "name", ["Robin.Marsh@example.com", "robin.marsh@example.com", "ROBIN.MARSH@EXAMPLE.COM", "rob"]
)
def test_the_email_address_without_case_or_the_user_name_signs_in(robin, db, name):
    db.get(User, robin["id"]).username = "rob"
    db.commit()
    assert sign_in(name, ROBIN["password"]).status_code == 200


def test_spaces_around_a_user_name_do_not_count(robin, db):
    db.get(User, robin["id"]).username = "rob"
    db.commit()
    assert sign_in(" rob ", ROBIN["password"]).status_code == 200


@pytest.mark.parametrize("email", ["robin@localhost", "robin@marina.local", "robin"])
def test_an_address_that_only_the_other_application_takes_signs_in(robin, db, email):
    db.get(User, robin["id"]).email = email
    db.commit()
    assert sign_in(f" {email.upper()} ", ROBIN["password"]).status_code == 200


@pytest.mark.parametrize("comes_first", [True, False])
def test_a_user_name_never_shadows_somebody_elses_email_address(anyone, super_admin, db, comes_first):
    wren = ROBIN | {"email": "wren@example.com", "password": "eleven wrens"}
    first, second = (wren, ROBIN) if comes_first else (ROBIN, wren)
    users = {user["email"]: anyone.post("/auth/sign-up", json=user).json() for user in (first, second)}
    db.get(User, users[wren["email"]]["id"]).username = ROBIN["email"]
    db.commit()

    assert signed_in(ROBIN["email"], ROBIN["password"]).get("/users/me").json() == users[ROBIN["email"]]
    assert sign_in(ROBIN["email"], wren["password"]).status_code == 401
    super_admin.post(f"/users/{users[ROBIN['email']]['id']}/archive")
    assert sign_in(ROBIN["email"], wren["password"]).status_code == 401
    assert sign_in(wren["email"], wren["password"]).status_code == 200


def test_someone_who_may_not_sign_in_learns_nothing_of_the_reason(anyone, super_admin, robin, db):
    without_password(db, "live@example.com")
    gone = anyone.post("/auth/sign-up", json=ROBIN | {"email": "gone@example.com"}).json()
    super_admin.post(f"/users/{gone['id']}/archive")

    refusals = [
        sign_in("nobody@example.com", ROBIN["password"]),
        sign_in(ROBIN["email"], "not the password"),
        sign_in("gone@example.com", ROBIN["password"]),
        sign_in("live@example.com", ROBIN["password"]),
        sign_in(ROBIN["email"], "x" * 5000),
    ]
    assert {(answer.status_code, answer.text) for answer in refusals} == {(401, refusals[0].text)}
    assert all(answer.headers["www-authenticate"] == "Bearer" for answer in refusals)


def test_finding_no_account_takes_as_long_as_finding_one(monkeypatch):
    hashed = []
    monkeypatch.setattr("security.passwords.dummy_verify", lambda: hashed.append(True))
    sign_in("nobody@example.com", "whatever it is")
    assert hashed


def test_who_was_archived_signs_in_again_once_let_in(super_admin, robin):
    super_admin.post(f"/users/{robin['id']}/archive")
    assert sign_in(ROBIN["email"], ROBIN["password"]).status_code == 401
    super_admin.post(f"/users/{robin['id']}/unarchive")
    assert sign_in(ROBIN["email"], ROBIN["password"]).status_code == 200


@pytest.mark.parametrize(
    "form",
    [{}, {"username": "rob"}, {"password": "sixteen herons"}, {"username": "nul\0", "password": "sixteen herons"}],
)
def test_signing_in_takes_a_name_and_a_password(anyone, form):
    assert anyone.post("/auth/token", data=form).status_code == 422


def test_signing_in_takes_a_form_not_json(anyone, robin):
    assert anyone.post("/auth/token", json={"username": "rob", "password": "sixteen herons"}).status_code == 422


# Too many tries


def refused_for_a_while(answer):
    return answer.status_code == 429 and 0 < int(answer.headers["retry-after"]) <= 900


def test_ten_failures_of_an_account_are_too_many(robin):
    tries = [sign_in(ROBIN["email"], "not the password") for _ in range(11)]
    assert [answer.status_code for answer in tries] == [401] * 10 + [429]
    assert refused_for_a_while(tries[-1])


def test_after_too_many_failures_even_the_right_password_waits_by_any_name(robin, db, monkeypatch):
    monkeypatch.setattr("security.PER_ACCOUNT", parse("1 per 15 minutes"))
    db.get(User, robin["id"]).username = "rob"
    db.commit()
    sign_in(ROBIN["email"], "not the password")
    assert refused_for_a_while(sign_in(ROBIN["email"].upper(), ROBIN["password"]))
    assert refused_for_a_while(sign_in("rob", ROBIN["password"]))


def test_failures_of_one_account_do_not_slow_down_another(anyone, robin, monkeypatch):
    monkeypatch.setattr("security.PER_ACCOUNT", parse("1 per 15 minutes"))
    anyone.post("/auth/sign-up", json=ROBIN | {"email": "wren@example.com"})
    sign_in(ROBIN["email"], "not the password")
    assert sign_in("wren@example.com", ROBIN["password"]).status_code == 200


def test_unknown_accounts_are_slowed_down_like_known_ones(monkeypatch):
    monkeypatch.setattr("security.PER_ACCOUNT", parse("1 per 15 minutes"))
    assert sign_in("nobody@example.com", "anything").status_code == 401
    assert refused_for_a_while(sign_in("NOBODY@example.com", "anything"))


@pytest.fixture
def busy_address(robin, monkeypatch):
    """Somebody at the visitor's address has failed too often, by names of nobody."""
    monkeypatch.setattr("security.PER_ADDRESS", parse("3 per 15 minutes"))
    for number in range(3):
        assert sign_in(f"nobody{number}@example.com", "anything").status_code == 401


def test_failures_of_one_address_are_too_many_whatever_the_account(busy_address):
    assert refused_for_a_while(sign_in(ROBIN["email"], "a guess"))
    assert refused_for_a_while(sign_in("somebody@example.com", "a guess"))


def test_failures_of_an_address_keep_nobody_out_who_knows_the_password(busy_address):
    assert sign_in(ROBIN["email"], ROBIN["password"]).status_code == 200
    assert sign_in(ROBIN["email"], ROBIN["password"]).status_code == 200


def test_from_such_an_address_an_account_can_be_guessed_at_once(busy_address):
    assert refused_for_a_while(sign_in(ROBIN["email"], "a guess"))
    assert refused_for_a_while(sign_in(ROBIN["email"], ROBIN["password"]))


def test_of_a_thousand_guesses_few_are_tried(robin, monkeypatch):
    tried = []

    class Passwords:
        """Whatever is guessed is wrong, without the time that hashing takes."""

        def dummy_verify(self):
            tried.append("nobody")

        def verify(self, password, _):
            tried.append(password)
            return False

    monkeypatch.setattr("security.passwords", Passwords())
    names = [ROBIN["email"], *(f"guard{number}@example.com" for number in range(19))]
    with Person() as attacker:
        guesses = [{"username": names[n % 20], "password": f"guess {n}"} for n in range(1000)]
        statuses = Counter(attacker.post("/auth/token", data=guess).status_code for guess in guesses)
    assert statuses == {401: 50, 429: 950}
    assert len(tried) == 50


def test_an_address_may_sign_up_so_often(anyone, monkeypatch):
    monkeypatch.setattr("security.SIGN_UPS", parse("2 per 15 minutes"))
    assert anyone.post("/auth/sign-up", json=ROBIN).status_code == 201
    assert anyone.post("/auth/sign-up", json=ROBIN).status_code == 409
    assert refused_for_a_while(anyone.post("/auth/sign-up", json=ROBIN | {"email": "wren@example.com"}))
    assert sign_in(ROBIN["email"], ROBIN["password"]).status_code == 200


def test_signing_in_successfully_is_never_too_often(robin, monkeypatch):
    monkeypatch.setattr("security.PER_ACCOUNT", parse("1 per 15 minutes"))
    assert {sign_in(ROBIN["email"], ROBIN["password"]).status_code for _ in range(3)} == {200}


# Signing out


def test_signing_out_ends_all_tokens_of_the_caller_and_nobody_elses(robin, guard):
    phone, tablet = (signed_in(ROBIN["email"], ROBIN["password"]) for _ in range(2))
    assert phone.post("/auth/sign-out").status_code == 204
    assert phone.get("/users/me").status_code == 401
    assert tablet.get("/users/me").status_code == 401
    assert guard.get("/users/me").status_code == 200


def test_a_token_for_a_password_that_is_changed_meanwhile_is_worth_nothing(robin, super_admin, monkeypatch):
    user_id = robin["id"]

    def check_while_it_changes(*args):
        found = is_password(*args)
        path = f"/users/{user_id}/password"
        assert super_admin.put(path, json={"newPassword": "quite another one"}).status_code == 204
        return found

    monkeypatch.setattr("routes.auth.is_password", check_while_it_changes)
    thief = signed_in(ROBIN["email"], ROBIN["password"])
    assert thief.get("/users/me").status_code == 401


def test_a_sign_in_in_the_very_millisecond_of_a_sign_out_holds(robin, monkeypatch):
    moment = now()
    before, at_once = moment - timedelta(milliseconds=1), moment
    monkeypatch.setattr("routes.auth.now", lambda: before)
    old = signed_in(ROBIN["email"], ROBIN["password"])
    monkeypatch.setattr("security.now", lambda: at_once)
    assert old.post("/auth/sign-out").status_code == 204
    monkeypatch.setattr("routes.auth.now", lambda: at_once)
    assert signed_in(ROBIN["email"], ROBIN["password"]).get("/users/me").status_code == 200
    assert old.get("/users/me").status_code == 401


def test_who_has_no_password_here_signs_out_as_well(guard):
    assert guard.post("/auth/sign-out").status_code == 204
    assert guard.get("/users/me").status_code == 401


# Changing one's password

CHANGE = {"currentPassword": ROBIN["password"], "newPassword": "seventeen herons"}


def test_a_new_password_replaces_the_old_one(robin):
    assert signed_in(ROBIN["email"], ROBIN["password"]).post("/auth/password", json=CHANGE).status_code == 204
    assert sign_in(ROBIN["email"], "seventeen herons").status_code == 200
    assert sign_in(ROBIN["email"], ROBIN["password"]).status_code == 401


def test_a_new_password_ends_all_tokens_but_the_one_that_set_it(robin):
    phone, tablet = (signed_in(ROBIN["email"], ROBIN["password"]) for _ in range(2))
    phone.post("/auth/password", json=CHANGE)
    assert phone.get("/users/me").status_code == 200
    assert tablet.get("/users/me").status_code == 401


def test_the_kept_token_ends_with_the_next_sign_out(robin):
    phone = signed_in(ROBIN["email"], ROBIN["password"])
    phone.post("/auth/password", json=CHANGE)
    phone.post("/auth/sign-out")
    assert phone.get("/users/me").status_code == 401


def test_of_eight_who_change_one_password_at_once_one_succeeds(robin):
    caller = signed_in(ROBIN["email"], ROBIN["password"])
    taken = []

    def change(password):
        answer = caller.post("/auth/password", json=CHANGE | {"newPassword": password})
        if answer.status_code == 204:
            taken.append(password)
        return answer

    statuses = together(*[lambda number=number: change(f"{number} herons in all") for number in range(8)])
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 403, 409}
    assert sign_in(ROBIN["email"], taken[0]).status_code == 200


def test_a_password_that_was_changed_meanwhile_is_not_changed_again(robin, super_admin, monkeypatch):
    caller = signed_in(ROBIN["email"], ROBIN["password"])

    def check_while_it_changes(*args):
        found = is_password(*args)
        reset = {"newPassword": "quite another one"}
        assert super_admin.put(f"/users/{robin['id']}/password", json=reset).status_code == 204
        return found

    with monkeypatch.context() as patch:
        patch.setattr("routes.auth.is_password", check_while_it_changes)
        assert caller.post("/auth/password", json=CHANGE).status_code == 409
    assert sign_in(ROBIN["email"], "quite another one").status_code == 200


def test_the_wrong_current_password_changes_nothing(robin):
    caller = signed_in(ROBIN["email"], ROBIN["password"])
    assert caller.post("/auth/password", json=CHANGE | {"currentPassword": "a guess"}).status_code == 403
    assert sign_in(ROBIN["email"], ROBIN["password"]).status_code == 200


def test_guessing_the_current_password_is_slowed_down(robin, monkeypatch):
    monkeypatch.setattr("security.PER_ACCOUNT", parse("1 per 15 minutes"))
    caller = signed_in(ROBIN["email"], ROBIN["password"])
    caller.post("/auth/password", json=CHANGE | {"currentPassword": "a guess"})
    assert refused_for_a_while(caller.post("/auth/password", json=CHANGE))


@pytest.mark.parametrize("password", ["sevench", "x" * 129, None, 12345678, "nul\0 is no character"])
def test_a_new_password_has_8_to_128_characters(robin, password):
    caller = signed_in(ROBIN["email"], ROBIN["password"])
    answer = caller.post("/auth/password", json=CHANGE | {"newPassword": password})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "newPassword"]


def test_who_has_no_password_here_asks_an_admin_for_one(guard):
    assert guard.post("/auth/password", json=CHANGE).status_code == 409


# What a token is good for


def test_a_changed_role_counts_at_once(guard, super_admin):
    assert guard.get("/users").status_code == 403
    super_admin.put(f"/users/{guard.id}/role", json={"role": "SUPERVISOR"})
    assert guard.get("/users").status_code == 200


def test_the_tokens_of_an_archived_user_stop_working_for_good(guard, super_admin, db):
    assert db.get(Credential, guard.id) is None  # never had a password here
    super_admin.post(f"/users/{guard.id}/archive")
    meanwhile = Person(new_token(guard.id))
    super_admin.post(f"/users/{guard.id}/unarchive")
    for person in guard, meanwhile:
        assert person.get("/users/me").status_code == 401
    assert Person(new_token(guard.id, now() + timedelta(seconds=1))).get("/users/me").status_code == 200


def test_the_tokens_of_a_user_whom_the_other_application_archived_stop_working_for_good(guard, super_admin, db):
    db.get(User, guard.id).archived_at = now()
    db.commit()
    super_admin.post(f"/users/{guard.id}/unarchive")
    assert guard.get("/users/me").status_code == 401


def test_the_tokens_of_a_user_whom_the_other_application_lets_in_again_stay_ended(guard, super_admin, db):
    super_admin.post(f"/users/{guard.id}/archive")
    db.get(User, guard.id).archived_at = None
    db.commit()
    assert guard.get("/users/me").status_code == 401


@pytest.mark.parametrize("missing", ["sub", "iat", "exp"])
def test_a_token_without_one_of_its_claims_is_refused(someone, missing):
    claims = jwt.get_unverified_claims(new_token(someone(Role.GUARD).id))
    del claims[missing]
    forged = jwt.encode(claims, settings.secret_key, algorithm="HS256")
    assert Person(forged).get("/users/me").status_code == 401


def test_a_token_lasts_as_many_hours_as_the_setting_says(someone, monkeypatch):
    monkeypatch.setattr(settings, "token_hours", 1)
    user = someone(Role.GUARD)
    for age, status in (timedelta(minutes=59), 200), (timedelta(minutes=61), 401):
        monkeypatch.setattr("security.now", lambda age=age: now() - age)
        assert Person(new_token(user.id)).get("/users/me").status_code == status


def test_a_token_that_was_good_a_moment_ago_ends_in_time(guard, monkeypatch):
    assert guard.get("/users/me").status_code == 200
    monkeypatch.setattr(time, "time", lambda end=time.time() + 12 * 3600: end)
    assert guard.get("/users/me").status_code == 401


def test_sign_ins_are_put_off_while_the_storage_that_counts_them_does_not_answer(robin, anyone, monkeypatch):
    def fail(*_):
        raise StorageError(ConnectionError("redis is down"))

    monkeypatch.setattr("security.failures.storage.get_moving_window", fail)
    monkeypatch.setattr("security.failures.storage.acquire_entry", fail)
    answer = sign_in(ROBIN["email"], ROBIN["password"])
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "redis" not in answer.text
    assert anyone.post("/auth/sign-up", json=ROBIN).status_code == 503
