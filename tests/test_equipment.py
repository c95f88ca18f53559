"""Cars and radios in supervisors' hands."""

import pytest
from sqlmodel import select

from conftest import RADIO, VEHICLE, faulty, made, together
from fields import now
from models import FleetStatus, Radio, Role, SupervisorEquipmentCheckout, Vehicle

KINDS = {"CAR": Vehicle, "RADIO": Radio}
LEAST = {"CAR": VEHICLE, "RADIO": RADIO}
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def taking(round_of_duty, car, radio):
    """What it takes to check the car and the radio out."""
    return {"dutySessionId": round_of_duty["id"], "carId": car["id"], "radioId": radio["id"], "checkoutMileage": 100}


@pytest.fixture
def another_set(admin):
    """A second car and radio."""
    car = made(admin.post("/vehicles", json=VEHICLE | {"name": "Unit 2"}))
    radio = made(admin.post("/radios", json=RADIO | {"name": "Radio 2"}))
    return {"carId": car["id"], "radioId": radio["id"]}


def take(person, taking, **fields):
    return person.post("/equipment-checkouts", json=taking | fields)


def give_back(person, checkout, mileage=150, **fields):
    body = {"dutySessionId": checkout["dutySessionId"], "checkinMileage": mileage, **fields}
    return person.post("/equipment-checkouts/check-in", json=body)


def listed(person, session_id):
    return person.get(f"/duty-sessions/{session_id}/equipment-checkouts", params={"limit": 500})


def available(person, kind):
    return person.get("/equipment/available", params={"type": kind}).json()


def change(db, table, id, **values):
    """Store what a client can't bring about, or not so briefly."""
    db.get(table, id).sqlmodel_update(values)
    db.commit()


# What is available


@each_kind
def test_available_is_what_works_and_is_in_by_name(guard, db, checkout, kind):
    for name, status in ("D", "WORKING"), ("C", "OUT_OF_SERVICE"), ("B", "RETIRED"), ("A", "WORKING"):
        db.add(KINDS[kind](**LEAST[kind] | {"name": name, "status": status}))
    db.commit()
    assert [unit["identifier"] for unit in available(guard, kind)] == ["A", "D"]


@each_kind
def test_an_archived_unit_is_not_available(guard, admin, car, radio, kind):
    for path, unit in ("/vehicles", car), ("/radios", radio):
        admin.delete(f"{path}/{unit['id']}")
    assert available(guard, kind) == []


def test_an_available_unit_is_shown_by_id_and_name(guard, car, radio):
    assert available(guard, "CAR") == [{"id": car["id"], "identifier": "Unit 1"}]
    assert available(guard, "RADIO") == [{"id": radio["id"], "identifier": "Radio 1"}]


@pytest.mark.parametrize("params", [{}, {"type": ""}, {"type": "car"}, {"type": "BOAT"}])
def test_available_are_cars_or_radios(guard, params):
    assert faulty(guard.get("/equipment/available", params=params)) == "type"


# Checking out


def test_car_and_radio_go_out_together(supervisor, taking):
    checkout = made(take(supervisor, taking))
    assert (checkout["vehicleId"], checkout["radioId"]) == (taking["carId"], taking["radioId"])
    assert (checkout["dutySessionId"], checkout["checkoutMileage"]) == (taking["dutySessionId"], 100)
    assert (checkout["checkinTime"], checkout["checkinMileage"], checkout["notes"]) == (None, None, None)
    assert available(supervisor, "CAR") == available(supervisor, "RADIO") == []


def test_a_guard_on_duty_may_take_a_car(guard, duty, taking):
    made(take(guard, taking, dutySessionId=duty["id"]))


def test_a_car_may_go_out_with_less_than_its_mileage(supervisor, taking):
    made(take(supervisor, taking, checkoutMileage=0))


WRONG = [
    ("dutySessionId", [None, "", 7]),
    ("carId", [None, "", 7]),
    ("radioId", [None, "", 7]),
    ("checkoutMileage", [None, "", "100", -1, 1.5, True, 2**31]),
]


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG for value in values])
def test_a_checkout_names_session_car_radio_and_mileage(supervisor, taking, field, value):
    assert faulty(take(supervisor, taking, **{field: value})) == field


@pytest.mark.parametrize("field", ["dutySessionId", "carId", "radioId"])
def test_what_does_not_exist_is_not_found_even_in_someone_elses_session(other_supervisor, taking, field):
    assert take(other_supervisor, taking, **{field: "none"}).status_code == 404


@pytest.mark.parametrize("kind", ["vehicles", "radios"])
def test_what_is_archived_is_not_found(supervisor, admin, taking, car, radio, kind):
    admin.delete(f"/{kind}/{(car if kind == 'vehicles' else radio)['id']}")
    assert take(supervisor, taking).status_code == 404


def test_equipment_is_taken_in_ones_own_session(admin, other_supervisor, taking):
    for person in admin, other_supervisor:
        assert take(person, taking).status_code == 403


def test_equipment_is_taken_on_duty(supervisor, taking):
    supervisor.post(f"/duty-sessions/{taking['dutySessionId']}/clock-out")
    assert take(supervisor, taking).status_code == 409


@each_kind
@pytest.mark.parametrize("status", [FleetStatus.OUT_OF_SERVICE, FleetStatus.RETIRED])
def test_what_does_not_work_stays_in(supervisor, db, taking, kind, status):
    change(db, KINDS[kind], taking["carId" if kind == "CAR" else "radioId"], status=status)
    assert take(supervisor, taking).status_code == 409
    assert listed(supervisor, taking["dutySessionId"]).json() == []


def test_a_session_has_one_set_out(supervisor, checkout, taking, another_set):
    answer = take(supervisor, taking, **another_set)
    assert (answer.status_code, answer.json()["detail"].endswith("Return them first.")) == (409, True)


@pytest.mark.parametrize(("field", "name"), [("carId", "Unit 1"), ("radioId", "Radio 1")])
def test_what_is_out_is_not_taken_again(guard, duty, checkout, taking, another_set, field, name):
    wanted = another_set | {field: taking[field], "dutySessionId": duty["id"]}
    answer = take(guard, taking, **wanted)
    assert (answer.status_code, answer.json()["detail"].startswith(f"{name} is checked out")) == (409, True)
    assert listed(guard, duty["id"]).json() == []


def test_of_eight_supervisors_who_take_one_car_at_once_one_gets_it(someone, admin, hq, car, db):
    def ready(number):
        person = someone(Role.SUPERVISOR)
        session = made(person.post("/duty-sessions", json={}))
        radio = made(admin.post("/radios", json=RADIO | {"name": f"Radio {number}"}))
        taking = {"dutySessionId": session["id"], "carId": car["id"], "radioId": radio["id"], "checkoutMileage": 100}
        return lambda: take(person, taking)

    assert together(*[ready(number) for number in range(8)]) == [201] + [409] * 7
    assert [checkout.vehicle_id for checkout in db.exec(select(SupervisorEquipmentCheckout))] == [car["id"]]


def test_of_eight_sets_taken_at_once_in_one_session_one_goes_out(supervisor, admin, taking):
    def ready(number):
        car = made(admin.post("/vehicles", json=VEHICLE | {"name": f"Unit {number}"}))
        radio = made(admin.post("/radios", json=RADIO | {"name": f"Radio {number}"}))
        return lambda: take(supervisor, taking, carId=car["id"], radioId=radio["id"])

    assert together(*[ready(number) for number in range(8)]) == [201] + [409] * 7
    assert len(listed(supervisor, taking["dutySessionId"]).json()) == 1


# Checking in


@pytest.mark.parametrize("mileage", [100, 150])
def test_what_comes_back_is_available_again(supervisor, checkout, mileage):
    answer = give_back(supervisor, checkout, mileage, notes="Clean")
    assert answer.status_code == 200
    assert (answer.json()["checkinMileage"], answer.json()["notes"]) == (mileage, "Clean")
    assert answer.json()["checkinTime"] is not None
    assert len(available(supervisor, "CAR")) == len(available(supervisor, "RADIO")) == 1


def test_the_car_goes_on_from_the_mileage_of_its_return(supervisor, admin, checkout):
    before = checkout["vehicle"]["mileageUpdatedAt"]
    answer = give_back(supervisor, checkout, 150).json()
    car = admin.get("/vehicles").json()[0]
    assert answer["vehicle"] == car
    assert car["mileage"] == 150
    assert car["mileageUpdatedAt"] > before


def test_a_return_does_not_lower_the_cars_mileage(supervisor, admin, taking):
    checkout = made(take(supervisor, taking, checkoutMileage=10))
    answer = give_back(supervisor, checkout, 20).json()
    assert (answer["checkinMileage"], answer["vehicle"]) == (20, checkout["vehicle"] | {"mileage": 100})
    assert admin.get("/vehicles").json() == [answer["vehicle"]]


def test_the_mileage_of_a_return_is_not_below_the_checkouts(supervisor, checkout):
    assert give_back(supervisor, checkout, 99).status_code == 409
    assert listed(supervisor, checkout["dutySessionId"]).json() == [checkout]


def test_what_the_other_application_let_out_without_a_mileage_comes_back(supervisor, checkout, db):
    change(db, SupervisorEquipmentCheckout, checkout["id"], checkout_mileage=None)
    assert give_back(supervisor, checkout, 0).status_code == 200


def test_empty_notes_are_none(supervisor, checkout):
    assert give_back(supervisor, checkout, notes="").json()["notes"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dutySessionId", ""),
        ("dutySessionId", None),
        *[("checkinMileage", value) for value in (None, "", "150", -1, 150.5, True)],
        ("notes", "x" * 5001),
    ],
)
def test_a_return_names_session_and_mileage(supervisor, checkout, field, value):
    assert faulty(give_back(supervisor, checkout, **{field: value})) == field


def test_equipment_comes_back_even_after_duty(supervisor, checkout):
    supervisor.post(f"/duty-sessions/{checkout['dutySessionId']}/clock-out")
    assert available(supervisor, "CAR") == []
    assert give_back(supervisor, checkout).status_code == 200


def test_equipment_comes_back_once(supervisor, checkout):
    give_back(supervisor, checkout)
    assert give_back(supervisor, checkout, 200).status_code == 409


def test_nothing_comes_back_that_is_not_out(supervisor, round_of_duty):
    assert give_back(supervisor, {"dutySessionId": round_of_duty["id"]}).status_code == 409


def test_who_took_it_brings_it_back_and_no_other_supervisor(other_supervisor, guard, checkout):
    for person in other_supervisor, guard:
        assert give_back(person, checkout).status_code == 403


@pytest.mark.parametrize("person", ["admin", "super_admin"])
def test_an_admin_brings_back_what_someone_took_who_is_archived(person, admin, supervisor, checkout, request):
    admin.post(f"/users/{supervisor.id}/archive")
    assert give_back(request.getfixturevalue(person), checkout).status_code == 200
    assert len(available(admin, "CAR")) == len(available(admin, "RADIO")) == 1


def test_nothing_comes_back_in_an_unknown_session(supervisor, checkout):
    assert give_back(supervisor, {"dutySessionId": "none"}).status_code == 404


def test_of_eight_returns_at_once_one_counts(supervisor, admin, checkout):
    returns = [lambda mileage=mileage: give_back(supervisor, checkout, mileage) for mileage in range(101, 109)]
    assert together(*returns) == [200] + [409] * 7
    [returned] = listed(supervisor, checkout["dutySessionId"]).json()
    assert returned["checkinMileage"] == admin.get("/vehicles").json()[0]["mileage"]


# What was taken in a session


def test_what_was_taken_is_listed_latest_first(supervisor, checkout, taking, another_set):
    give_back(supervisor, checkout)
    latest = made(take(supervisor, taking, **another_set))
    found = listed(supervisor, checkout["dutySessionId"]).json()
    assert [line["id"] for line in found] == [latest["id"], checkout["id"]]
    assert [line["vehicle"]["name"] for line in found] == ["Unit 2", "Unit 1"]
    assert [line["radio"]["name"] for line in found] == ["Radio 2", "Radio 1"]


def test_a_mileage_that_the_other_application_stored_is_shown(supervisor, checkout, db):
    change(db, SupervisorEquipmentCheckout, checkout["id"], checkout_mileage=-5)
    assert listed(supervisor, checkout["dutySessionId"]).json()[0]["checkoutMileage"] == -5


def test_guards_see_what_they_took_themselves_and_a_supervisor_all(guard, other_guard, supervisor, duty):
    assert listed(guard, duty["id"]).status_code == 200
    assert listed(supervisor, duty["id"]).status_code == 200
    assert listed(other_guard, duty["id"]).status_code == 403


def test_an_unknown_session_is_not_found(guard):
    assert listed(guard, "none").status_code == 404


@each_kind
def test_available_units_take_the_same_queries_however_many_there_are(guard, db, count_queries, kind):
    def queries(rows):
        db.add_all(KINDS[kind](**LEAST[kind]) for _ in range(rows))
        db.commit()
        return count_queries(lambda: guard.get("/equipment/available", params={"type": kind, "limit": 500}))

    assert queries(1) == queries(9) == queries(90) <= 2


def test_checkouts_take_the_same_queries_however_many_there_are(supervisor, db, checkout, count_queries):
    def queries(rows):
        db.add_all(
            SupervisorEquipmentCheckout(
                duty_session_id=checkout["dutySessionId"],
                vehicle_id=checkout["vehicleId"],
                radio_id=checkout["radioId"],
                checkin_time=now(),
            )
            for _ in range(rows)
        )
        db.commit()
        return count_queries(lambda: listed(supervisor, checkout["dutySessionId"]))

    assert queries(0) == queries(9) == queries(90) <= 3
