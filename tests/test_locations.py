"""The places that guards watch."""

from pkgutil import resolve_name

import pytest

from conftest import look_together, made, together
from models import Location
from settings import settings


def names(answer):
    return [location["name"] for location in answer.json()]


def test_a_location_is_stored_with_a_trimmed_name(admin):
    answer = admin.post("/locations", json={"name": "  East Pier ", "maxCapacity": 3})
    assert answer.status_code == 201
    assert answer.json() | {"id": "", "createdAt": "", "updatedAt": ""} == {
        "id": "",
        "createdAt": "",
        "updatedAt": "",
        "name": "East Pier",
        "description": None,
        "address": None,
        "isActive": True,
        "maxCapacity": 3,
    }


@pytest.mark.parametrize("name", ["North Dock", "north dock", "  NORTH DOCK "])
def test_a_name_is_taken_once_without_case_and_spaces(admin, dock, other_dock, name):
    assert admin.post("/locations", json={"name": name}).status_code == 409
    assert admin.patch(f"/locations/{other_dock['id']}", json={"name": name}).status_code == 409
    assert admin.patch(f"/locations/{dock['id']}", json={"name": name}).status_code == 200


def test_a_name_is_taken_in_any_form_with_any_white_space(admin, db):
    made(admin.post("/locations", json={"name": "Quai  de l'Été\u3000Nord"}))
    for name in "quai de l'été nord", "QUAI DE L'E\u0301TE\u0301 NORD", "Quai\u00a0de\u2007l'Été   Nord\u2003":
        assert admin.post("/locations", json={"name": name}).status_code == 409


@pytest.mark.parametrize("stored", ["ΟΔΌΣ", "  Οδός ", "οδο\u0301ς", "Οδός\u2003"])
def test_a_name_that_the_other_application_stored_is_taken_in_any_form(admin, db, stored):
    db.add(Location(name=stored))
    db.commit()
    assert admin.post("/locations", json={"name": "ΟΔΌΣ"}).status_code == 409


def test_eight_forms_of_one_name_at_the_same_moment_make_one_location(admin, dock):
    forms = [
        "Åre Östra",
        "åre östra",
        "ÅRE ÖSTRA",
        "A\u030are O\u0308stra",
        "Åre  Östra",
        "\u212bre Östra",
        "åRE öSTRA",
    ]
    naming = [lambda name=name: admin.post("/locations", json={"name": name}) for name in forms]
    renaming = [lambda: admin.patch(f"/locations/{dock['id']}", json={"name": "åre ÖSTRA"})]
    statuses = together(*naming, *renaming)
    assert statuses in ([200] + [409] * 7, [201] + [409] * 7)
    assert len([name for name in names(admin.get("/locations")) if name != "North Dock"]) == 1


def test_case_is_that_of_every_alphabet(admin):
    made(admin.post("/locations", json={"name": "Åre Östra"}))
    assert admin.post("/locations", json={"name": "åre ÖSTRA"}).status_code == 409


def test_spaces_around_a_name_that_the_other_application_stored_do_not_count(admin, db):
    db.add(Location(name=" West Ramp  "))
    db.commit()
    assert admin.post("/locations", json={"name": "west ramp"}).status_code == 409


def test_the_name_of_a_location_out_of_use_stays_taken(admin, dock):
    admin.delete(f"/locations/{dock['id']}")
    assert admin.post("/locations", json={"name": "North Dock"}).status_code == 409


def test_of_eight_who_give_one_name_at_once_one_succeeds(admin):
    statuses = together(*[lambda: admin.post("/locations", json={"name": "North Dock"})] * 8)
    assert statuses == [201] + [409] * 7
    assert names(admin.get("/locations")) == ["North Dock"]


LIMITS = [
    ("name", ["x", "x" * 100], ["", "   ", "x" * 101, None, 7]),
    ("description", [" ", "x" * 500, None], ["x" * 501, 7]),
    ("address", [" ", "x" * 300, None], ["x" * 301, 7]),
    ("maxCapacity", [1, 50, None], [0, 51, -1, 2.5, "3", True]),
    ("isActive", [True, False], ["yes", "true", 1]),
]


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values, _ in LIMITS for value in values])
def test_a_location_goes_to_its_limits(admin, dock, field, value):
    assert admin.patch(f"/locations/{dock['id']}", json={field: value}).json()[field] == value
    admin.patch(f"/locations/{dock['id']}", json={"name": "North Dock"})
    assert made(admin.post("/locations", json={"name": "South Dock", field: value}))[field] == value


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, _, values in LIMITS for value in values])
def test_a_location_has_its_limits(admin, dock, field, value):
    for answer in (
        admin.post("/locations", json={"name": "South Dock", field: value}),
        admin.patch(f"/locations/{dock['id']}", json={field: value}),
    ):
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["body", field]
    assert admin.get("/locations/management").json() == [dock]


def test_only_the_fields_sent_change(admin, dock):
    admin.patch(f"/locations/{dock['id']}", json={"address": "1 Pier Road", "maxCapacity": 4})
    location = admin.patch(f"/locations/{dock['id']}", json={"description": "By the fuel pump"}).json()
    expected = dock | {"address": "1 Pier Road", "maxCapacity": 4, "description": "By the fuel pump"}
    assert location == expected | {"updatedAt": location["updatedAt"]}
    assert location["updatedAt"] > dock["updatedAt"]


def test_a_deleted_location_is_switched_off_and_stays_for_its_history(admin, guard, dock, other_dock):
    for _ in range(2):
        assert admin.delete(f"/locations/{dock['id']}").status_code == 204
    assert names(guard.get("/locations/active")) == ["South Dock"]
    assert {line["name"]: line["isActive"] for line in guard.get("/locations").json()} == {
        "North Dock": False,
        "South Dock": True,
    }


def test_a_location_out_of_use_is_switched_on_again(admin, guard, dock):
    admin.delete(f"/locations/{dock['id']}")
    admin.patch(f"/locations/{dock['id']}", json={"isActive": True})
    assert names(guard.get("/locations/active")) == ["North Dock"]


def test_an_unknown_location_is_not_found(admin):
    assert admin.patch("/locations/nowhere", json={"address": "1 Pier Road"}).status_code == 404
    assert admin.delete("/locations/nowhere").status_code == 404


def test_lists_are_by_name(admin, guard):
    for name in "Mole", "Beach", "Yard":
        made(admin.post("/locations", json={"name": name}))
    for caller, path in (guard, "/locations"), (guard, "/locations/active"), (admin, "/locations/management"):
        assert names(caller.get(path)) == ["Beach", "Mole", "Yard"]


def test_each_list_shows_as_much_as_its_page_needs(admin, guard, dock):
    assert guard.get("/locations/active").json() == [{"id": dock["id"], "name": "North Dock"}]
    assert set(guard.get("/locations").json()[0]) == {"id", "name", "description", "address", "isActive"}
    assert admin.get("/locations/management").json() == [dock]


def test_headquarters_is_the_location_that_the_setting_names(guard, hq, dock, monkeypatch):
    assert guard.get("/locations/hq").json() == {"id": hq["id"], "name": "HQ401"}
    monkeypatch.setattr(settings, "hq_location", "North Dock")
    assert guard.get("/locations/hq").json()["id"] == dock["id"]


def test_headquarters_is_found_in_any_form_of_its_name(guard, hq, monkeypatch):
    monkeypatch.setattr(settings, "hq_location", " hq401")
    assert guard.get("/locations/hq").json()["id"] == hq["id"]


def test_without_headquarters_there_is_none_to_find(guard, dock):
    assert guard.get("/locations/hq").status_code == 404


BEGINNINGS = {
    "clockIn": ("routes.duty.place_of", "/duty-sessions", {}),
    "createLocationCheckIn": ("routes.duty.own_session", "/duty-sessions/{session}/check-ins", {}),
    "createLog": ("routes.logs.shift_must_exist", "/logs", {"type": "PATROL", "title": "Quiet", "description": "-"}),
    "submitSafetyChecklist": ("routes.checklists.items_by_id", "/safety-checklists", {}),
}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_nothing_begins_at_a_location_that_is_switched_off_at_that_moment(
    name, admin, guard, supervisor, dock, monkeypatch
):
    target, path, body = BEGINNINGS[name]
    person = guard if name == "clockIn" else supervisor
    if name in ("createLocationCheckIn", "submitSafetyChecklist"):
        session = made(supervisor.post("/duty-sessions", json={}))
        item = made(admin.post("/safety-checklist-items", json={"name": "First aid kit"}))
        path = path.format(session=session["id"])
        body = {"dutySessionId": session["id"], "items": [{"itemId": item["id"], "checked": True}]}
    look = resolve_name(target)

    def look_while_it_is_switched_off(*args):
        seen = look(*args)
        assert admin.delete(f"/locations/{dock['id']}").status_code == 204
        return seen

    monkeypatch.setattr(target, look_while_it_is_switched_off)
    assert person.post(path, json=body | {"locationId": dock["id"]}).status_code == 409


def test_of_a_clock_in_and_switching_the_location_off_at_once_one_waits_for_the_other(admin, guard, dock, monkeypatch):
    look_together(monkeypatch, "routes.duty.place_of", "routes.locations.get_or_404")
    statuses = together(
        lambda: guard.post("/duty-sessions", json={"locationId": dock["id"]}),
        lambda: admin.delete(f"/locations/{dock['id']}"),
    )
    assert statuses in ([201, 204], [204, 409])
    assert admin.get("/locations/active").json() == []
