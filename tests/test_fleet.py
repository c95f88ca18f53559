"""The cars and radios that admins look after."""

import json
import logging

import pytest

from conftest import RADIO, VEHICLE, faulty, look_together, made, together
from fields import now
from models import Radio, Vehicle

EVERY_FIELD = {
    "/vehicles": VEHICLE | {"vin": "1FTEW1E50KFA00001", "licensePlate": "7ABC101", "notes": "New tyres"},
    "/radios": RADIO | {"serialNumber": "SN-1", "model": "XPR", "channel": "7", "notes": "New battery"},
}
TABLE = {"/vehicles": Vehicle, "/radios": Radio}
NUMBER = {"/vehicles": "vin", "/radios": "serialNumber"}
each_kind = pytest.mark.parametrize("path", EVERY_FIELD)


def least(path):
    return {"/vehicles": VEHICLE, "/radios": RADIO}[path]


def names(answer):
    return [unit["name"] for unit in answer.json()]


def put(admin, path, unit, **fields):
    return admin.put(f"{path}/{unit['id']}", json=least(path) | fields)


# Adding and changing


@each_kind
def test_a_unit_is_kept_with_all_its_fields(admin, dock, path):
    body = EVERY_FIELD[path] | {"locationId": dock["id"]}
    unit = made(admin.post(path, json=body))
    assert body.items() <= unit.items()
    assert unit["location"]["name"] == "North Dock"
    assert admin.get(path).json() == [unit]


@each_kind
@pytest.mark.parametrize("empty", ["", None])
def test_an_optional_field_that_is_empty_is_null(admin, path, empty):
    optional = dict.fromkeys(EVERY_FIELD[path].keys() - least(path).keys() | {"locationId"})
    unit = made(admin.post(path, json=least(path) | dict.fromkeys(optional, empty)))
    assert optional.items() <= unit.items()
    assert (
        optional.items()
        <= admin.put(f"{path}/{unit['id']}", json=least(path) | dict.fromkeys(optional, empty)).json().items()
    )


@each_kind
def test_a_put_replaces_all_fields(admin, dock, path):
    unit = made(admin.post(path, json=EVERY_FIELD[path] | {"locationId": dock["id"]}))
    unit = put(admin, path, unit, name="Unit 9").json()
    cleared = EVERY_FIELD[path].keys() - least(path).keys() | {"locationId", "location"}
    assert unit["name"] == "Unit 9"
    assert {unit[field] for field in cleared} == {None}


def text(limit):
    return ["x" * limit], ["x" * (limit + 1), 7]


LIMITS = {
    ("/vehicles", "name"): (["x" * 100], ["", "x" * 101, None, 7]),
    ("/vehicles", "make"): (["x" * 100], ["", "x" * 101, None, 7]),
    ("/vehicles", "model"): (["x" * 100], ["", "x" * 101, None, 7]),
    ("/vehicles", "year"): ([1900, now().year + 1], [1899, now().year + 2, 2020.5, "2020", None]),
    ("/vehicles", "mileage"): ([100, 2**31 - 1], [-1, 2**31, 1.5, "5", None]),
    ("/vehicles", "status"): (["RETIRED"], ["BROKEN", "working", None]),
    ("/vehicles", "vin"): text(17),
    ("/vehicles", "licensePlate"): text(20),
    ("/vehicles", "notes"): text(2000),
    ("/radios", "name"): (["x" * 100], ["", "x" * 101, None, 7]),
    ("/radios", "status"): (["OUT_OF_SERVICE"], ["BROKEN", None]),
    ("/radios", "serialNumber"): text(100),
    ("/radios", "model"): text(100),
    ("/radios", "channel"): text(50),
    ("/radios", "notes"): text(2000),
}


@pytest.mark.parametrize(("path", "field", "value"), [(*key, value) for key in LIMITS for value in LIMITS[key][0]])
def test_a_unit_goes_to_its_limits(admin, path, field, value):
    unit = made(admin.post(path, json=least(path) | {field: value}))
    assert unit[field] == value
    assert put(admin, path, unit, **{field: value}).json()[field] == value


@pytest.mark.parametrize(("path", "field", "value"), [(*key, value) for key in LIMITS for value in LIMITS[key][1]])
def test_a_unit_has_its_limits(admin, path, field, value):
    unit = made(admin.post(path, json=least(path)))
    assert faulty(admin.post(path, json=least(path) | {field: value})) == field
    assert faulty(put(admin, path, unit, **{field: value})) == field
    assert admin.get(path).json() == [unit]


@pytest.mark.parametrize(("path", "field"), [(path, field) for path in EVERY_FIELD for field in least(path)])
def test_what_every_unit_has_must_be_sent(admin, path, field):
    unit = made(admin.post(path, json=least(path)))
    body = {key: value for key, value in least(path).items() if key != field}
    assert faulty(admin.post(path, json=body)) == field
    assert faulty(admin.put(f"{path}/{unit['id']}", json=body)) == field


@each_kind
def test_a_unit_stands_at_a_real_location(admin, path):
    unit = made(admin.post(path, json=least(path)))
    assert admin.post(path, json=least(path) | {"locationId": "nowhere"}).status_code == 404
    assert put(admin, path, unit, locationId="nowhere").status_code == 404


# Numbers


@each_kind
def test_a_number_belongs_to_one_unit(admin, path):
    body = least(path) | {NUMBER[path]: "123"}
    made(admin.post(path, json=body))
    other = made(admin.post(path, json=least(path)))
    assert admin.post(path, json=body).status_code == 409
    assert put(admin, path, other, **body).status_code == 409


@each_kind
def test_a_unit_keeps_its_own_number(admin, path):
    unit = made(admin.post(path, json=EVERY_FIELD[path]))
    assert put(admin, path, unit, **EVERY_FIELD[path]).json()[NUMBER[path]] == unit[NUMBER[path]]


@each_kind
def test_the_number_of_an_archived_unit_stays_taken(admin, path):
    unit = made(admin.post(path, json=EVERY_FIELD[path]))
    admin.delete(f"{path}/{unit['id']}")
    assert admin.post(path, json=EVERY_FIELD[path]).status_code == 409


@each_kind
def test_of_eight_who_give_one_number_at_once_one_succeeds(admin, path):
    statuses = together(*[lambda: admin.post(path, json=EVERY_FIELD[path])] * 8)
    assert statuses == [201] + [409] * 7
    assert len(admin.get(path).json()) == 1


# Mileage


@pytest.mark.parametrize(("mileage", "is_noted"), [(0, False), (1, True)])
def test_the_time_of_a_first_mileage_is_kept(admin, mileage, is_noted):
    vehicle = made(admin.post("/vehicles", json=VEHICLE | {"mileage": mileage}))
    assert (vehicle["mileageUpdatedAt"] is not None) == is_noted


def test_the_time_of_a_mileage_changes_with_it(admin, car, db):
    db.get(Vehicle, car["id"]).mileage_updated_at = None
    db.commit()
    assert put(admin, "/vehicles", car, mileage=100).json()["mileageUpdatedAt"] is None
    assert put(admin, "/vehicles", car, mileage=101).json()["mileageUpdatedAt"] is not None


def test_a_super_admin_corrects_a_mileage_and_the_log_says_so(super_admin, car, caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("logbook"), "propagate", True)
    corrected = put(super_admin, "/vehicles", car, mileage=10).json()
    assert corrected["mileage"] == 10
    assert corrected["mileageUpdatedAt"] > car["mileageUpdatedAt"]
    lowered = {"vehicleId": car["id"], "mileage": 100, "loweredTo": 10, "userId": super_admin.id}
    assert lowered in map(json.loads, caplog.messages)


def test_a_mileage_never_goes_down(admin, car):
    assert put(admin, "/vehicles", car, mileage=99).status_code == 409
    assert admin.get("/vehicles").json() == [car]


def test_of_eight_mileages_at_once_the_highest_stays(admin, car):
    together(*[lambda mileage=mileage: put(admin, "/vehicles", car, mileage=mileage) for mileage in range(101, 109)])
    assert admin.get("/vehicles").json()[0]["mileage"] == 108


# Archiving and retiring


@each_kind
def test_a_deleted_unit_is_archived(admin, db, path):
    unit = made(admin.post(path, json=least(path) | {"status": "OUT_OF_SERVICE"}))
    assert admin.delete(f"{path}/{unit['id']}").status_code == 204
    assert admin.get(path).json() == []
    assert admin.get("/fleet/in-shop").json() == {"vehicles": [], "radios": []}
    assert db.get(TABLE[path], unit["id"]).archived_at is not None


@each_kind
def test_an_archived_unit_is_gone(admin, path):
    unit = made(admin.post(path, json=least(path)))
    admin.delete(f"{path}/{unit['id']}")
    assert put(admin, path, unit).status_code == 404
    assert admin.delete(f"{path}/{unit['id']}").status_code == 404


@each_kind
def test_an_unknown_unit_is_not_found(admin, path):
    assert put(admin, path, {"id": "none"}).status_code == 404
    assert admin.delete(f"{path}/none").status_code == 404


@each_kind
def test_wrong_input_about_an_unknown_unit_is_wrong_input(admin, path):
    assert admin.put(f"{path}/none", json={}).status_code == 422


@each_kind
def test_a_unit_that_is_out_is_neither_archived_nor_retired(admin, checkout, path):
    unit = admin.get(path).json()[0]
    assert admin.delete(f"{path}/{unit['id']}").status_code == 409
    assert put(admin, path, unit, status="RETIRED").status_code == 409
    assert admin.get(path).json() == [unit]


@each_kind
def test_a_unit_that_is_out_may_go_out_of_service(admin, checkout, path):
    assert put(admin, path, admin.get(path).json()[0], status="OUT_OF_SERVICE").json()["status"] == "OUT_OF_SERVICE"


@each_kind
def test_a_unit_that_has_come_back_may_retire_and_be_archived(admin, supervisor, checkout, path):
    unit = admin.get(path).json()[0]
    body = {"dutySessionId": checkout["dutySessionId"], "checkinMileage": 100}
    assert supervisor.post("/equipment-checkouts/check-in", json=body).status_code == 200
    assert put(admin, path, unit, status="RETIRED").status_code == 200
    assert admin.delete(f"{path}/{unit['id']}").status_code == 204


@each_kind
def test_of_eight_who_archive_a_unit_at_once_one_succeeds(admin, path):
    unit = made(admin.post(path, json=least(path)))
    statuses = together(*[lambda: admin.delete(f"{path}/{unit['id']}")] * 8)
    assert statuses[0] == 204
    assert set(statuses[1:]) <= {404, 409}


@each_kind
@pytest.mark.parametrize("how", ["archived", "retired"])
def test_a_unit_does_not_go_out_and_away_at_once(admin, supervisor, round_of_duty, car, radio, path, how):
    unit = {"/vehicles": car, "/radios": radio}[path]
    taking = {"dutySessionId": round_of_duty["id"], "carId": car["id"], "radioId": radio["id"], "checkoutMileage": 100}
    statuses = together(
        lambda: supervisor.post("/equipment-checkouts", json=taking),
        lambda: put(admin, path, unit, status="RETIRED") if how == "retired" else admin.delete(f"{path}/{unit['id']}"),
    )
    assert len([status for status in statuses if status < 300]) == 1
    assert statuses[1] in (404, 409)


# Lists


@each_kind
def test_a_list_is_by_status_then_by_name(admin, path):
    for name, status in ("A", "RETIRED"), ("B", "OUT_OF_SERVICE"), ("D", "WORKING"), ("C", "WORKING"):
        made(admin.post(path, json=least(path) | {"name": name, "status": status}))
    assert names(admin.get(path)) == ["C", "D", "B", "A"]


def test_in_the_shop_is_what_is_out_of_service_latest_change_first(admin, car, radio):
    broken = {"status": "OUT_OF_SERVICE"}
    first = made(admin.post("/vehicles", json=VEHICLE | broken | {"name": "First"}))
    made(admin.post("/vehicles", json=VEHICLE | broken | {"name": "Second"}))
    made(admin.post("/radios", json=RADIO | broken | {"name": "Third"}))
    put(admin, "/vehicles", first, name="First, changed", **broken)
    shop = admin.get("/fleet/in-shop").json()
    assert [unit["name"] for unit in shop["vehicles"]] == ["First, changed", "Second"]
    assert [unit["name"] for unit in shop["radios"]] == ["Third"]


def test_a_page_of_the_shop_holds_so_many_of_each(admin):
    for path, body in ("/vehicles", VEHICLE), ("/radios", RADIO):
        for name in "AB":
            made(admin.post(path, json=body | {"name": name, "status": "OUT_OF_SERVICE"}))
    shop = admin.get("/fleet/in-shop", params={"limit": 1, "offset": 1}).json()
    assert {kind: [unit["name"] for unit in units] for kind, units in shop.items()} == {
        "vehicles": ["A"],
        "radios": ["A"],
    }


@pytest.mark.parametrize("path", ["/vehicles", "/radios", "/fleet/in-shop"])
def test_a_list_takes_the_same_queries_however_long_it_is(admin, db, dock, count_queries, path):
    def queries(rows):
        for _ in range(rows):
            db.add(Vehicle(**VEHICLE | {"status": "OUT_OF_SERVICE"}, location_id=dock["id"]))
            db.add(Radio(**RADIO | {"status": "OUT_OF_SERVICE"}, location_id=dock["id"]))
        db.commit()
        return count_queries(lambda: admin.get(path, params={"limit": 500}))

    assert queries(1) == queries(9) == queries(90) <= 3


@pytest.mark.parametrize("path", ["/vehicles", "/radios"])
def test_of_two_who_archive_a_unit_at_once_one_finds_it(admin, car, radio, path, monkeypatch):
    unit = car if path == "/vehicles" else radio
    look_together(monkeypatch, "routes.fleet.get_or_404")
    assert together(*[lambda: admin.delete(f"{path}/{unit['id']}")] * 2) == [204, 404]
