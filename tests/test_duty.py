"""Clocking in and out, and supervisors' visits to marinas."""

from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from conftest import look_together, made, together
from fields import iso, now
from models import DutySession, LocationCheckIn, Notification, Role, Shift, User
from routing import lock_row


@pytest.fixture
def visit(supervisor, round_of_duty, dock):
    """The supervisor's open check-in at the dock."""
    return made(check_in(supervisor, round_of_duty, dock))


def check_in(person, session, location, **fields):
    return person.post(f"/duty-sessions/{session['id']}/check-ins", json={"locationId": location["id"], **fields})


def clock_out(person, session, **fields):
    return person.post(f"/duty-sessions/{session['id']}/clock-out", json=fields)


def take_out_of_use(admin, location):
    assert admin.delete(f"/locations/{location['id']}").status_code == 204


# Clocking in


def test_a_guard_clocks_in_at_an_active_location(guard, dock):
    session = made(guard.post("/duty-sessions", json={"locationId": dock["id"]}))
    assert (session["userId"], session["locationId"]) == (guard.id, dock["id"])
    assert session["location"]["name"] == "North Dock"
    assert (session["clockOutTime"], session["shift"], session["notes"]) == (None, None, None)


@pytest.mark.parametrize("body", [{}, {"locationId": None}, {"locationId": ""}, {"locationId": 7}])
def test_a_guard_must_name_a_location(guard, dock, body):
    answer = guard.post("/duty-sessions", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "locationId"]


def test_a_guard_clocks_in_at_a_real_location_in_use(guard, admin, dock):
    assert guard.post("/duty-sessions", json={"locationId": "nowhere"}).status_code == 404
    take_out_of_use(admin, dock)
    assert guard.post("/duty-sessions", json={"locationId": dock["id"]}).status_code == 409


@pytest.mark.parametrize("role", ["SUPERVISOR", "ADMIN", "SUPER_ADMIN"])
def test_supervisor_and_above_start_at_headquarters_whatever_they_send(someone, role, hq, dock):
    for body in {}, {"locationId": dock["id"]}, {"locationId": "nowhere"}:
        assert made(someone(Role(role)).post("/duty-sessions", json=body))["locationId"] == hq["id"]


def test_without_headquarters_a_supervisor_roams(supervisor, dock):
    session = made(supervisor.post("/duty-sessions", json={"locationId": dock["id"]}))
    assert (session["locationId"], session["location"]) == (None, None)


def test_duty_may_be_for_a_shift_that_exists(guard, dock, db):
    shift = Shift(name="Night", start_time=now(), end_time=now(), location_id=dock["id"])
    db.add(shift)
    db.commit()
    body = {"locationId": dock["id"], "shiftId": shift.id}
    assert guard.post("/duty-sessions", json=body | {"shiftId": "no shift"}).status_code == 404
    assert made(guard.post("/duty-sessions", json=body))["shift"]["name"] == "Night"


def test_a_form_without_a_shift_clocks_in(guard, dock):
    assert made(guard.post("/duty-sessions", json={"locationId": dock["id"], "shiftId": ""}))["shiftId"] is None


def test_what_does_not_exist_is_told_before_what_is_not_in_use(guard, admin, dock):
    take_out_of_use(admin, dock)
    assert guard.post("/duty-sessions", json={"locationId": dock["id"], "shiftId": "no shift"}).status_code == 404


def test_nobody_is_on_duty_who_is_archived_while_they_clock_in(guard, admin, dock, db, monkeypatch):
    look_together(monkeypatch, "routes.duty.place_of", "routes.users.manageable")

    def clock_in():
        return guard.post("/duty-sessions", json={"locationId": dock["id"]})

    def archive():
        return admin.post(f"/users/{guard.id}/archive")

    assert together(clock_in, archive) in ([200, 201], [200, 409])
    assert db.exec(select(DutySession).where(col(DutySession.clock_out_time).is_(None))).all() == []


def test_nobody_clocks_in_twice(guard, duty, dock, supervisor, round_of_duty):
    assert guard.post("/duty-sessions", json={"locationId": dock["id"]}).status_code == 409
    assert supervisor.post("/duty-sessions", json={}).status_code == 409


def test_of_eight_clock_ins_at_once_one_succeeds(guard, dock, db):
    statuses = together(*[lambda: guard.post("/duty-sessions", json={"locationId": dock["id"]})] * 8)
    assert statuses == [201] + [409] * 7
    assert db.exec(select(func.count()).select_from(DutySession)).one() == 1


def test_each_guard_on_duty_is_told_that_a_supervisor_has_come(guard, duty, other_guard, supervisor, admin, db):
    made(admin.post("/duty-sessions", json={}))
    db.exec(Notification.__table__.delete())
    db.commit()
    made(supervisor.post("/duty-sessions", json={}))
    told = db.exec(select(Notification)).one()
    assert (told.user_id, told.type, told.priority, told.dismissible) == (guard.id, "INFO", "MEDIUM", True)
    assert supervisor.name in told.message


def test_nobody_is_told_that_a_guard_has_come(guard, duty, other_guard, dock, db):
    made(other_guard.post("/duty-sessions", json={"locationId": dock["id"]}))
    assert db.exec(select(Notification)).all() == []


def test_a_clock_in_that_is_refused_tells_nobody(guard, duty, supervisor, round_of_duty, db):
    before = len(db.exec(select(Notification)).all())
    assert supervisor.post("/duty-sessions", json={}).status_code == 409
    assert len(db.exec(select(Notification)).all()) == before == 1


# Clocking out


def test_clocking_out_ends_duty(guard, duty):
    ended = clock_out(guard, duty, notes="All quiet").json()
    assert (ended["id"], ended["notes"]) == (duty["id"], "All quiet")
    assert ended["clockOutTime"] >= ended["clockInTime"]
    assert guard.get("/duty-sessions/active").json() is None


def test_clocking_out_takes_no_body(guard, duty):
    assert guard.post(f"/duty-sessions/{duty['id']}/clock-out").json()["notes"] is None


def test_after_clocking_out_one_clocks_in_again(guard, duty, other_dock):
    clock_out(guard, duty)
    assert made(guard.post("/duty-sessions", json={"locationId": other_dock["id"]}))["id"] != duty["id"]


def test_duty_ends_once(guard, duty, db):
    clock_out(guard, duty, notes="first")
    assert clock_out(guard, duty, notes="second").status_code == 409
    assert db.get(DutySession, duty["id"]).notes == "first"


def test_only_the_owner_clocks_out(guard, duty, other_guard, super_admin):
    for person in other_guard, super_admin:
        assert clock_out(person, duty).status_code == 403
    assert guard.post("/duty-sessions/none/clock-out").status_code == 404


def test_of_eight_who_end_a_duty_at_once_one_succeeds(guard, duty, supervisor):
    sends = [lambda: clock_out(guard, duty)] * 4
    sends += [lambda: supervisor.post(f"/duty-sessions/{duty['id']}/supervisor-clock-out")] * 4
    assert together(*sends) == [200] + [409] * 7


def test_clocking_out_closes_the_open_check_in_only(supervisor, round_of_duty, dock, visit, db):
    first = supervisor.post(f"/check-ins/{visit['id']}/check-out").json()
    second = made(check_in(supervisor, round_of_duty, dock))
    ended = clock_out(supervisor, round_of_duty).json()
    assert db.get(LocationCheckIn, second["id"]).check_out_time is not None
    stored = db.get(LocationCheckIn, first["id"]).check_out_time.isoformat(timespec="milliseconds")
    assert stored.replace("+00:00", "Z") == first["checkOutTime"] <= ended["clockOutTime"]


def test_a_supervisor_ends_anyones_duty_and_the_notes_say_so(guard, duty, supervisor, db):
    ended = supervisor.post(f"/duty-sessions/{duty['id']}/supervisor-clock-out").json()
    assert ended["clockOutTime"] is not None
    assert supervisor.name in ended["notes"]
    assert guard.get("/duty-sessions/active").json() is None


def test_a_supervisor_ends_no_duty_twice_and_none_that_is_unknown(guard, duty, supervisor):
    clock_out(guard, duty)
    assert supervisor.post(f"/duty-sessions/{duty['id']}/supervisor-clock-out").status_code == 409
    assert supervisor.post("/duty-sessions/none/supervisor-clock-out").status_code == 404


def test_ending_someones_duty_closes_their_check_in(supervisor, round_of_duty, visit, admin, db):
    admin.post(f"/duty-sessions/{round_of_duty['id']}/supervisor-clock-out")
    assert db.get(LocationCheckIn, visit["id"]).check_out_time is not None


def test_a_guard_ends_nobodys_duty_by_a_supervisors_way(other_guard, duty):
    assert other_guard.post(f"/duty-sessions/{duty['id']}/supervisor-clock-out").status_code == 403


# Visits


def test_a_supervisor_checks_in_at_a_marina_and_out(supervisor, round_of_duty, dock):
    visit = made(check_in(supervisor, round_of_duty, dock, notes="Gate is open"))
    assert (visit["dutySessionId"], visit["userId"]) == (round_of_duty["id"], supervisor.id)
    assert (visit["location"]["name"], visit["notes"]) == ("North Dock", "Gate is open")
    assert visit["checkOutTime"] is None
    ended = supervisor.post(f"/check-ins/{visit['id']}/check-out").json()
    assert ended == visit | {"checkOutTime": ended["checkOutTime"], "updatedAt": ended["updatedAt"]}
    assert ended["checkOutTime"] >= visit["checkInTime"]


def test_a_visit_is_to_a_real_location_in_use(supervisor, round_of_duty, admin, dock):
    assert check_in(supervisor, round_of_duty, {"id": "nowhere"}).status_code == 404
    take_out_of_use(admin, dock)
    assert check_in(supervisor, round_of_duty, dock).status_code == 409


@pytest.mark.parametrize("location_id", ["", None, 7])
def test_a_visit_names_its_location(supervisor, round_of_duty, location_id):
    answer = check_in(supervisor, round_of_duty, {"id": location_id})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "locationId"]


def test_a_visit_belongs_to_ones_own_session(supervisor, round_of_duty, other_supervisor, admin, dock):
    for person in other_supervisor, admin:
        assert check_in(person, round_of_duty, dock).status_code == 403
    assert check_in(supervisor, {"id": "none"}, dock).status_code == 404


def test_a_guard_makes_no_visits(guard, duty, dock):
    assert check_in(guard, duty, dock).status_code == 403


def test_a_visit_takes_a_running_session(supervisor, round_of_duty, dock):
    clock_out(supervisor, round_of_duty)
    assert check_in(supervisor, round_of_duty, dock).status_code == 409


def test_there_is_one_visit_at_a_time(supervisor, round_of_duty, visit, dock, other_dock):
    assert check_in(supervisor, round_of_duty, other_dock).status_code == 409
    supervisor.post(f"/check-ins/{visit['id']}/check-out")
    assert check_in(supervisor, round_of_duty, other_dock).status_code == 201


def test_of_eight_check_ins_at_once_one_succeeds(supervisor, round_of_duty, dock, db):
    assert together(*[lambda: check_in(supervisor, round_of_duty, dock)] * 8) == [201] + [409] * 7
    assert db.exec(select(func.count()).select_from(LocationCheckIn)).one() == 1


def test_no_visit_goes_on_in_a_duty_that_ends_while_it_begins(supervisor, round_of_duty, dock, db, monkeypatch):
    look_together(monkeypatch, "routes.duty.own_session")
    begin, end = lambda: check_in(supervisor, round_of_duty, dock), lambda: clock_out(supervisor, round_of_duty)
    assert together(begin, end) in ([200, 201], [200, 409])
    assert db.exec(select(LocationCheckIn).where(col(LocationCheckIn.check_out_time).is_(None))).all() == []


def test_a_visit_ends_once(supervisor, visit):
    path = f"/check-ins/{visit['id']}/check-out"
    assert together(*[lambda: supervisor.post(path)] * 8) == [200] + [409] * 7
    assert supervisor.post(path).status_code == 409


def test_a_visit_ends_by_its_owner(supervisor, visit, admin):
    assert admin.post(f"/check-ins/{visit['id']}/check-out").status_code == 403
    assert supervisor.post("/check-ins/none/check-out").status_code == 404


def test_a_visit_that_clocking_out_closed_is_closed(supervisor, round_of_duty, visit):
    clock_out(supervisor, round_of_duty)
    assert supervisor.post(f"/check-ins/{visit['id']}/check-out").status_code == 409


# Who is on duty


def test_off_duty_there_is_no_session(guard):
    answer = guard.get("/duty-sessions/active")
    assert (answer.status_code, answer.json()) == (200, None)


def test_the_running_session_shows_its_place_and_its_visits_newest_first(
    supervisor, round_of_duty, visit, dock, other_dock
):
    supervisor.post(f"/check-ins/{visit['id']}/check-out")
    made(check_in(supervisor, round_of_duty, other_dock))
    session = supervisor.get("/duty-sessions/active").json()
    assert (session["id"], session["location"]["name"], session["shift"]) == (round_of_duty["id"], "HQ401", None)
    assert [visit["location"]["name"] for visit in session["locationCheckIns"]] == ["South Dock", "North Dock"]


def test_everyone_on_duty_is_listed_latest_first(supervisor, guard, duty, admin, db):
    db.get(DutySession, duty["id"]).clock_in_time = now() - timedelta(hours=2, minutes=34)
    db.commit()
    roaming = made(admin.post("/duty-sessions", json={}))
    first, second = supervisor.get("/duty-sessions/on-duty").json()
    assert first == {
        "userId": admin.id,
        "userName": "Ada Tester",
        "userEmail": admin.email,
        "role": "ADMIN",
        "dutySessionId": roaming["id"],
        "locationId": None,
        "locationName": None,
        "clockInTime": roaming["clockInTime"],
        "hoursOnDuty": "0.0",
    }
    assert (second["userId"], second["locationName"], second["hoursOnDuty"]) == (guard.id, "North Dock", "2.6")


def test_a_duty_that_begins_by_another_clock_in_the_future_has_no_negative_hours(db, supervisor, guard, duty):
    for ahead in timedelta(minutes=1), timedelta(days=2):
        db.get(DutySession, duty["id"]).clock_in_time = now() + ahead
        db.commit()
        assert supervisor.get("/duty-sessions/on-duty").json()[0]["hoursOnDuty"] == "0.0"


def test_someone_who_clocked_out_is_not_on_duty(supervisor, guard, duty):
    clock_out(guard, duty)
    assert supervisor.get("/duty-sessions/on-duty").json() == []


def test_a_user_of_the_live_database_is_on_duty_as_any_other(supervisor, dock, db):
    user = User(first_name="Lee", last_name="Live", email="lee@example.com", clerk_id="user_live")
    db.add(user)
    db.flush()
    db.add(DutySession(user_id=user.id, location_id=dock["id"]))
    db.commit()
    assert [line["userName"] for line in supervisor.get("/duty-sessions/on-duty").json()] == ["Lee Live"]


def test_a_duty_has_200_check_ins_at_most(supervisor, round_of_duty, dock, db):
    ids = {"duty_session_id": round_of_duty["id"], "location_id": dock["id"], "user_id": supervisor.id}
    db.add_all(LocationCheckIn(**ids, check_out_time=now()) for _ in range(200))
    db.commit()
    assert check_in(supervisor, round_of_duty, dock).status_code == 409


def test_a_person_clocks_in_200_times_in_seven_days_at_most(guard, other_guard, dock, db):
    for days, number in (8, 1), (1, 200):
        began = now() - timedelta(days=days)
        past = {"user_id": guard.id, "clock_in_time": began, "clock_out_time": began}
        db.add_all(DutySession(**past) for _ in range(number))
    db.commit()
    at_the_dock = {"locationId": dock["id"]}
    assert guard.post("/duty-sessions", json=at_the_dock).status_code == 409
    assert other_guard.post("/duty-sessions", json=at_the_dock).status_code == 201


def test_an_end_of_duty_that_has_to_wait_for_an_entry_is_not_dated_before_it(guard, duty, monkeypatch):
    later = now() + timedelta(minutes=1)

    def wait_and_lock(*args, **options):
        monkeypatch.setattr("routes.duty.now", lambda: later)
        return lock_row(*args, **options)

    monkeypatch.setattr("routes.duty.lock_row", wait_and_lock)
    assert clock_out(guard, duty).json()["clockOutTime"] == iso(later)
