"""The safety checklist that opens a watch."""

import pytest
from sqlmodel import select

from conftest import faulty, made, together
from models import Log, SafetyChecklistItem, SafetyChecklistItemCheck, SafetyChecklistResponse

ITEMS = "/safety-checklist-items"


@pytest.fixture
def items(admin):
    """Three things to check."""
    return [add(admin, name) for name in ("First aid kit", "Life rings", "Gates")]


@pytest.fixture
def submission(duty, items):
    """The guard's checklist, all in order."""
    checks = [{"itemId": item["id"], "checked": True} for item in items]
    return {"dutySessionId": duty["id"], "locationId": duty["locationId"], "items": checks}


def add(admin, name, **fields):
    return made(admin.post(ITEMS, json={"name": name, **fields}))


def add_many(admin, *names):
    return admin.post(f"{ITEMS}/bulk", json={"items": [{"name": name} for name in names]})


def all_items(admin):
    return admin.get(ITEMS).json()


def order(admin):
    return [(item["name"], item["order"]) for item in all_items(admin)]


def submit(person, submission, **fields):
    return person.post("/safety-checklists", json=submission | fields)


def switch_off(admin, item):
    assert admin.delete(f"{ITEMS}/{item['id']}").status_code == 204


# Adding items


def test_a_new_item_is_kept_as_sent(admin):
    sent = {"name": "Gates", "description": "All three", "order": 7, "isActive": False}
    assert sent.items() <= add(admin, **sent).items()
    assert sent.items() <= all_items(admin)[0].items()


@pytest.mark.parametrize("sent", [{}, {"order": 0}, {"order": None}])
def test_a_new_item_goes_last(admin, sent):
    assert add(admin, "First")["order"] == 0
    add(admin, "Far", order=7, isActive=False)
    assert add(admin, "Last", **sent)["order"] == 8


def test_an_order_above_0_is_kept(admin, items):
    add(admin, "Between", order=1)
    assert order(admin) == [("First aid kit", 0), ("Between", 1), ("Life rings", 1), ("Gates", 2)]


def test_there_is_an_order_after_the_highest(admin):
    add(admin, "Highest", order=2**31 - 1)
    assert add(admin, "Last")["order"] == 2**31 - 1


def test_an_empty_description_of_a_new_item_is_none(admin):
    assert add(admin, "Gates", description="")["description"] is None


LIMITS = [
    ("name", ["x", " ", "x" * 200], ["", "x" * 201, None, 7]),
    ("description", ["x" * 500, None], ["x" * 501, 7]),
    ("order", [1, 2**31 - 1], [-1, 1.2, "1", 2**31]),
    ("isActive", [True, False], ["no", 0]),
]


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values, _ in LIMITS for value in values])
def test_an_item_goes_to_its_limits(admin, items, field, value):
    assert made(admin.post(ITEMS, json={"name": "New", field: value}))[field] == value
    if field != "name":
        assert admin.patch(f"{ITEMS}/{items[0]['id']}", json={field: value}).json()[field] == value


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, _, values in LIMITS for value in values])
def test_an_item_has_its_limits(admin, items, field, value):
    assert faulty(admin.post(ITEMS, json={"name": "New", field: value})) == field
    assert faulty(admin.patch(f"{ITEMS}/{items[0]['id']}", json={field: value})) == field
    assert faulty(admin.post(f"{ITEMS}/bulk", json={"items": [{"name": "A"}, {"name": "B", field: value}]})) == field
    assert all_items(admin) == items


@pytest.mark.parametrize("name", ["Life rings", "LIFE RINGS"])
def test_a_name_is_taken_once_without_case(admin, items, name):
    assert admin.post(ITEMS, json={"name": name}).status_code == 409
    assert admin.patch(f"{ITEMS}/{items[0]['id']}", json={"name": name}).status_code == 409
    assert admin.patch(f"{ITEMS}/{items[1]['id']}", json={"name": name}).status_code == 200


def test_case_is_that_of_every_alphabet(admin):
    add(admin, "Éclairage")
    assert admin.post(ITEMS, json={"name": "ÉCLAIRAGE"}).status_code == 409
    assert add_many(admin, "éclairage").status_code == 409


@pytest.mark.parametrize("stored", ["Éclairage du quai", "E\u0301CLAIRAGE DU QUAI", "éclairage  du\u00a0quai"])
@pytest.mark.parametrize("name", ["éclairage du quai", "Éclairage  du quai", "e\u0301clairage du\u3000quai"])
def test_a_name_is_taken_in_any_form_with_any_white_space(admin, db, stored, name):
    db.add(SafetyChecklistItem(name=stored))
    db.commit()
    assert admin.post(ITEMS, json={"name": name}).status_code == 409
    assert made(add_many(admin, name, "Gates")) == {"created": 1, "skipped": [name]}


def test_eight_forms_of_one_name_at_the_same_moment_make_one_item(admin):
    forms = ["Éclairage du quai", "éclairage du quai", "ÉCLAIRAGE DU QUAI", "E\u0301clairage  du quai"]
    adding = [lambda name=name: admin.post(ITEMS, json={"name": name}) for name in forms]
    adding += [lambda name=name: add_many(admin, name) for name in forms]
    assert together(*adding) == [201] + [409] * 7
    assert len(all_items(admin)) == 1


@pytest.mark.parametrize("name", ["Gate_", "Gat%", " Gates"])
def test_a_name_is_taken_to_the_letter(admin, items, name):
    add(admin, name)


def test_the_name_of_an_item_that_is_switched_off_stays_taken(admin, items):
    switch_off(admin, items[0])
    assert admin.post(ITEMS, json={"name": "First aid kit"}).status_code == 409


def test_of_eight_who_give_one_name_at_once_one_succeeds(admin):
    statuses = together(*[lambda: admin.post(ITEMS, json={"name": "Gates"})] * 8)
    assert statuses == [201] + [409] * 7
    assert order(admin) == [("Gates", 0)]


# Adding many at once


def test_many_new_items_go_last_in_their_order(admin, items):
    assert made(add_many(admin, "Ladders", "Cleats")) == {"created": 2, "skipped": []}
    assert order(admin)[3:] == [("Ladders", 3), ("Cleats", 4)]


def test_each_of_many_is_kept_as_sent(admin):
    sent = {"name": "Gates", "description": "All three", "order": 9, "isActive": False}
    made(admin.post(f"{ITEMS}/bulk", json={"items": [sent]}))
    assert sent.items() <= all_items(admin)[0].items()


def test_of_many_those_that_are_there_are_skipped(admin, items):
    assert made(add_many(admin, "GATES", "Ladders", "Life rings")) == {"created": 1, "skipped": ["GATES", "Life rings"]}


def test_a_name_twice_among_many_is_made_once_and_skipped_once(admin):
    assert made(add_many(admin, "Gates", "gates")) == {"created": 1, "skipped": ["gates"]}
    assert order(admin) == [("Gates", 0)]


def test_many_of_which_none_is_new_are_refused(admin, items):
    assert add_many(admin, "Gates", "Life rings").status_code == 409


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": None}, {"items": "Gates"}, {"items": ["Gates"]}])
def test_many_are_a_list_of_one_or_more(admin, body):
    assert admin.post(f"{ITEMS}/bulk", json=body).status_code == 422


def test_of_eight_who_add_the_same_at_once_one_succeeds(admin):
    assert together(*[lambda: add_many(admin, "Gates", "Ladders")] * 8) == [201] + [409] * 7
    assert order(admin) == [("Gates", 0), ("Ladders", 1)]


# Changing items


def test_only_the_fields_sent_change(admin, items):
    changed = admin.patch(f"{ITEMS}/{items[0]['id']}", json={"description": "In the booth"}).json()
    assert changed == items[0] | {"description": "In the booth", "updatedAt": changed["updatedAt"]}


@pytest.mark.parametrize("description", [None, ""])
def test_a_description_can_be_emptied(admin, description):
    item = add(admin, "Gates", description="All three")
    assert admin.patch(f"{ITEMS}/{item['id']}", json={"description": description}).json()["description"] is None


def test_a_deleted_item_is_switched_off_and_can_come_back(admin, guard, items):
    for _ in range(2):
        switch_off(admin, items[0])
    assert [item["name"] for item in guard.get(f"{ITEMS}/active").json()] == ["Life rings", "Gates"]
    assert all_items(admin)[0]["isActive"] is False
    assert admin.patch(f"{ITEMS}/{items[0]['id']}", json={"isActive": True}).status_code == 200
    assert len(guard.get(f"{ITEMS}/active").json()) == 3


def test_an_unknown_item_is_not_found(admin):
    assert admin.patch(f"{ITEMS}/none", json={"order": 1}).status_code == 404
    assert admin.delete(f"{ITEMS}/none").status_code == 404


def place(item, order):
    return {"id": item["id"], "order": order}


def reorder(admin, *places):
    return admin.put(f"{ITEMS}/order", json={"items": places})


def test_many_items_are_ordered_at_once(admin, items):
    assert reorder(admin, place(items[0], 2), place(items[2], 0)).status_code == 204
    assert order(admin) == [("Gates", 0), ("Life rings", 1), ("First aid kit", 2)]


def test_all_items_are_ordered_or_none(admin, items):
    assert reorder(admin, place(items[0], 9), {"id": "none", "order": 1}).status_code == 404
    assert all_items(admin) == items


def test_no_order_is_no_change(admin, items):
    assert reorder(admin).status_code == 204
    assert all_items(admin) == items


def test_an_item_has_one_order(admin, items):
    assert reorder(admin, place(items[0], 1), place(items[0], 2)).status_code == 422


@pytest.mark.parametrize("wrong", [{"id": ""}, {"id": None}, {"order": -1}, {"order": "1"}, {"order": None}])
def test_an_order_is_of_items_and_numbers(admin, items, wrong):
    assert faulty(reorder(admin, place(items[0], 1) | wrong)) == next(iter(wrong))


# Lists


def test_items_of_one_order_are_by_name(admin):
    for name, place in ("C", 1), ("B", 2), ("A", 2):
        add(admin, name, order=place)
    assert order(admin) == [("C", 1), ("A", 2), ("B", 2)]


def test_those_who_check_see_what_to_check(guard, items):
    shown = {"id", "name", "description", "order"}
    assert guard.get(f"{ITEMS}/active").json() == [{key: item[key] for key in shown} for item in items]


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/active"])
def test_a_list_takes_the_same_queries_however_long_it_is(admin, db, count_queries, path):
    def queries(rows):
        known = len(db.exec(select(SafetyChecklistItem)).all())
        db.add_all(SafetyChecklistItem(name=f"Item {known + number}") for number in range(rows))
        db.commit()
        return count_queries(lambda: admin.get(path, params={"limit": 500}))

    assert queries(1) == queries(9) == queries(90) <= 2


# Submitting


def test_a_submitted_checklist_is_stored_item_by_item(guard, submission, db):
    submission["items"][0] |= {"checked": False, "notes": "Seal broken"}
    answer = made(submit(guard, submission))
    response = db.get(SafetyChecklistResponse, answer["responseId"])
    assert (response.duty_session_id, response.log_id) == (submission["dutySessionId"], answer["logId"])
    assert (response.user_id, response.location_id) == (guard.id, submission["locationId"])
    checks = db.exec(select(SafetyChecklistItemCheck)).all()
    assert {check.safety_checklist_response_id for check in checks} == {response.id}
    assert {(check.safety_checklist_item_id, check.checked, check.notes) for check in checks} == {
        (check["itemId"], check["checked"], check.get("notes")) for check in submission["items"]
    }


def test_a_submitted_checklist_is_an_entry_that_counts_and_lists_the_notes(guard, submission):
    submission["items"][0] |= {"checked": False, "notes": "Seal broken"}
    submission["items"][2] |= {"notes": "Left one squeaks"}
    log = guard.get(f"/logs/{made(submit(guard, submission))['logId']}").json()
    assert (log["type"], log["status"]) == ("ON_DUTY_CHECKLIST", "LIVE")
    assert (log["user"]["id"], log["locationId"]) == (guard.id, submission["locationId"])
    assert log["title"] == "Safety checklist: 2 of 3 items checked"
    assert log["description"].splitlines() == [
        "2 of 3 items checked.",
        "First aid kit: Seal broken",
        "Gates: Left one squeaks",
    ]


@pytest.mark.parametrize(("notes", "kept"), [("", None), (None, None), ("   ", "   ")])
def test_empty_notes_are_none(guard, submission, db, notes, kept):
    made(submit(guard, submission, items=[submission["items"][0] | {"notes": notes}]))
    assert db.exec(select(SafetyChecklistItemCheck)).one().notes == kept


def test_a_checklist_may_be_submitted_again(guard, submission, db):
    first, second = (made(submit(guard, submission)) for _ in range(2))
    assert len({*first.values(), *second.values()}) == 4


def test_a_roaming_supervisor_submits_for_any_location_in_use(supervisor, admin, submission, dock, other_dock):
    session = made(supervisor.post("/duty-sessions", json={}))
    assert session["locationId"] is None
    for location in dock, other_dock:
        made(submit(supervisor, submission, dutySessionId=session["id"], locationId=location["id"]))
    admin.delete(f"/locations/{dock['id']}")
    assert submit(supervisor, submission, dutySessionId=session["id"]).status_code == 409


def test_the_location_of_duty_may_go_out_of_use_meanwhile(guard, admin, submission):
    admin.delete(f"/locations/{submission['locationId']}")
    made(submit(guard, submission))


def nothing_was_stored(db):
    tables = Log, SafetyChecklistResponse, SafetyChecklistItemCheck
    return not any(db.exec(select(table)).first() for table in tables)


@pytest.mark.parametrize("field", ["dutySessionId", "locationId", "itemId"])
def test_what_does_not_exist_is_not_found_even_in_someone_elses_session(other_guard, submission, field, db):
    if field == "itemId":
        submission["items"].append({"itemId": "none", "checked": True})
    else:
        submission[field] = "none"
    assert submit(other_guard, submission).status_code == 404
    assert nothing_was_stored(db)


def test_a_checklist_is_submitted_for_ones_own_session(other_guard, admin, submission, db):
    for person in other_guard, admin:
        assert submit(person, submission).status_code == 403
    assert nothing_was_stored(db)


def test_a_checklist_is_submitted_on_duty(guard, submission, db):
    guard.post(f"/duty-sessions/{submission['dutySessionId']}/clock-out")
    assert submit(guard, submission).status_code == 409
    assert nothing_was_stored(db)


def test_a_checklist_is_submitted_for_the_location_of_the_session(guard, submission, other_dock, db):
    assert submit(guard, submission, locationId=other_dock["id"]).status_code == 409
    assert nothing_was_stored(db)


def test_an_item_that_is_switched_off_is_not_checked(guard, admin, submission, items, db):
    switch_off(admin, items[1])
    assert submit(guard, submission).status_code == 409
    assert nothing_was_stored(db)


def test_an_item_is_checked_once(guard, submission, db):
    assert faulty(submit(guard, submission, items=submission["items"][:1] * 2)) == "items"
    assert nothing_was_stored(db)


@pytest.mark.parametrize("field", ["dutySessionId", "locationId", "items"])
@pytest.mark.parametrize("value", [None, "", []])
def test_a_checklist_names_session_location_and_items(guard, submission, field, value):
    assert faulty(submit(guard, submission, **{field: value})) == field


@pytest.mark.parametrize("wrong", [{"itemId": ""}, {"itemId": None}, {"checked": "yes"}, {"notes": "x" * 2001}])
def test_a_check_has_its_limits(guard, submission, wrong):
    assert faulty(submit(guard, submission, items=[submission["items"][0] | wrong])) == next(iter(wrong))
