"""The stories: a guard's night, a supervisor's round, an admin's week."""

from datetime import datetime, timedelta

import pytest

from conftest import Person, made


def done(answer):
    """What a request answered; it must have succeeded."""
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def checklist(admin):
    """Two things to check when a watch begins."""
    return [made(admin.post("/safety-checklist-items", json={"name": name})) for name in ("Extinguishers", "First aid")]


@pytest.fixture
def unit(admin):
    """A car and a radio."""
    car = {"name": "Unit 1", "make": "Ford", "model": "Ranger", "year": 2020, "mileage": 42000, "status": "WORKING"}
    radio = {"name": "Radio 1", "status": "WORKING"}
    return made(admin.post("/vehicles", json=car)), made(admin.post("/radios", json=radio))


def test_a_guards_night(guard, supervisor, dock, checklist, round_of_duty):
    # They begin their watch at the dock, and go through the checklist.
    duty = made(guard.post("/duty-sessions", json={"locationId": dock["id"]}))
    found = [{"itemId": item["id"], "checked": item["name"] == "First aid"} for item in checklist]
    found[0]["notes"] = "Gauge low"
    made(guard.post("/safety-checklists", json={"dutySessionId": duty["id"], "locationId": dock["id"], "items": found}))

    # They write the logbook, and report what they come upon.
    entry = {"type": "PATROL", "title": "Round of the piers", "description": "Quiet.", "locationId": dock["id"]}
    made(guard.post("/logs", json=entry))
    fire = entry | {"type": "INCIDENT", "title": "Fire on a boat", "severity": "CRITICAL"}
    incident = made(guard.post("/logs", json=fire))
    titles = [line["title"] for line in done(guard.get("/logs"))]
    assert titles[:2] == ["Fire on a boat", "Round of the piers"]
    assert len(titles) == 3

    # The supervisor is told at once, asks, and is answered.
    alarm = done(supervisor.get("/notifications"))[0]
    assert (alarm["type"], alarm["priority"]) == ("alert", "urgent")
    made(supervisor.post(f"/conversations/{guard.id}/messages", json={"content": "Is anybody hurt?"}))
    question = done(guard.get("/messages"))[0]
    assert guard.post(f"/messages/{question['id']}/read").status_code == 204
    made(guard.post("/messages", json={"content": "Nobody. The fire is out."}))
    conversation = done(supervisor.get("/conversations"))[0]
    assert (conversation["lastMessage"], conversation["unreadCount"]) == ("Nobody. The fire is out.", 1)

    # They add what they know by now, and go home.
    log = done(guard.patch(f"/logs/{incident['id']}", json={"actionsTaken": "Extinguished with foam"}))
    assert log["status"] == "UPDATED"
    assert done(guard.post(f"/duty-sessions/{duty['id']}/clock-out", json={"notes": "Relieved by Gus"}))["clockOutTime"]
    assert done(guard.get("/duty-sessions/active")) is None
    assert guard.post("/logs", json=entry).status_code == 409


def test_a_supervisors_round(supervisor, guard, duty, hq, dock, unit):
    # They begin at headquarters, and take a car and a radio. The guard on duty learns that they are there.
    session = made(supervisor.post("/duty-sessions", json={}))
    assert session["location"]["name"] == "HQ401"
    assert supervisor.name in done(guard.get("/notifications"))[0]["message"]
    car, radio = unit
    taken = {"dutySessionId": session["id"], "carId": car["id"], "radioId": radio["id"], "checkoutMileage": 42000}
    made(supervisor.post("/equipment-checkouts", json=taken))
    assert done(supervisor.get("/equipment/available", params={"type": "CAR"})) == []

    # On their tour they visit the dock.
    start = {"carNumber": "Unit 1", "radioNumber": "Radio 1", "startingMileage": 42000}
    tour = made(supervisor.post("/tours", json=start))
    visit = made(supervisor.post(f"/duty-sessions/{session['id']}/check-ins", json={"locationId": dock["id"]}))
    seen = {"title": "Gate", "observations": "Locked", "locationId": dock["id"], "guardUserId": guard.id}
    stop = made(supervisor.post(f"/tours/{tour['id']}/stops", json=seen))

    # The guard shows them the night's incident. They review it and have a report written, which both sign.
    entry = {"type": "INCIDENT", "title": "Break-in", "description": "Shed door.", "locationId": dock["id"]}
    log = made(guard.post("/logs", json=entry))
    done(supervisor.post(f"/incidents/{log['id']}/review", json={"reviewNotes": "Lock replaced"}))
    signers = {"guardAssignedId": guard.id, "supervisorAssignedId": supervisor.id}
    report = made(supervisor.post(f"/logs/{log['id']}/incident-report", json=signers))
    for person, as_what in (guard, "guard"), (supervisor, "supervisor"):
        done(person.post(f"/incident-reports/{report['id']}/sign", json={"signerType": as_what}))
    signed = done(guard.get(f"/logs/{log['id']}/incident-report"))
    assert (signed["guardSignedByName"], signed["supervisorSignedByName"]) == (guard.name, supervisor.name)
    assert guard.patch(f"/logs/{log['id']}", json={"title": "Nothing"}).status_code == 409

    # They drive on, and give everything back.
    done(supervisor.post(f"/tour-stops/{stop['id']}/complete"))
    done(supervisor.post(f"/check-ins/{visit['id']}/check-out"))
    back = {"endingMileage": 42030, "carReturned": True, "radioReturned": True, "keysReturned": True}
    ended = done(supervisor.post(f"/tours/{tour['id']}/complete", json=back))
    assert (ended["status"], len(ended["tourStops"])) == ("COMPLETED", 1)
    returned = {"dutySessionId": session["id"], "checkinMileage": 42030}
    done(supervisor.post("/equipment-checkouts/check-in", json=returned))
    assert [unit["identifier"] for unit in done(supervisor.get("/equipment/available?type=CAR"))] == ["Unit 1"]
    done(supervisor.post(f"/duty-sessions/{session['id']}/clock-out"))


def test_an_admins_week(admin, supervisor, other_supervisor, super_admin):
    # There is a new marina, and a new guard for it.
    marina = made(admin.post("/locations", json={"name": "Bay Shore Marina", "maxCapacity": 2}))
    robin = {"firstName": "Robin", "lastName": "Marsh", "email": "robin@example.com", "password": "sixteen herons"}
    account = made(admin.post("/users", json=robin))
    credentials = {"username": "Robin@Example.com", "password": "sixteen herons"}
    guard = Person(done(Person().post("/auth/token", data=credentials))["access_token"])

    # The nights are planned for every weekend of a month.
    nights = {
        "name": "Nights",
        "locationId": marina["id"],
        "startTime": "22:00",
        "endTime": "06:00",
        "daysOfWeek": [5, 6],
        "startDate": "2026-01-01",
        "userAssignments": [{"userId": account["id"]}],
    }
    pattern = made(supervisor.post("/recurring-patterns", json=nights))
    january = {"startDate": "2026-01-01", "endDate": "2026-01-31"}
    shifts = made(supervisor.post(f"/recurring-patterns/{pattern['id']}/shifts", json=january))
    assert len(shifts) == 10
    assert {shift["assignments"][0]["user"]["firstName"] for shift in shifts} == {"Robin"}

    # The guard works.
    duty = made(guard.post("/duty-sessions", json={"locationId": marina["id"], "shiftId": shifts[0]["id"]}))
    done(guard.post(f"/duty-sessions/{duty['id']}/clock-out"))

    # From the duty comes a timesheet: it is corrected, submitted, sent back, submitted again and approved.
    week = {"userId": account["id"], "weekStartDate": duty["clockInTime"]}
    sheet = made(supervisor.post("/timesheets", json=week))
    entry = sheet["entries"][0]
    came, left = (datetime.fromisoformat(text) for text in (sheet["weekStartDate"], entry["clockOutTime"]))
    until = min(came + timedelta(hours=8), left)
    hours = {"clockInTime": came.isoformat(), "clockOutTime": until.isoformat(), "reason": "Tablet was off"}
    [corrected] = done(supervisor.post(f"/timesheet-entries/{entry['id']}/adjust", json=hours))["entries"]
    assert corrected["clockInTime"] == sheet["weekStartDate"]
    done(supervisor.post(f"/timesheets/{sheet['id']}/submit"))
    done(other_supervisor.post(f"/timesheets/{sheet['id']}/reject", json={"reason": "Which dock?"}))
    done(supervisor.post(f"/timesheets/{sheet['id']}/submit"))
    approved = done(other_supervisor.post(f"/timesheets/{sheet['id']}/approve"))
    assert (approved["status"], approved["approvedBy"]) == ("APPROVED", other_supervisor.id)
    assert supervisor.delete(f"/timesheets/{sheet['id']}").status_code == 409

    # The guard becomes a supervisor, which counts at once, and later leaves.
    assert guard.get("/users").status_code == 403
    done(admin.put(f"/users/{account['id']}/role", json={"role": "SUPERVISOR"}))
    assert len(done(guard.get("/users"))) == 5
    done(admin.post(f"/users/{account['id']}/archive"))
    assert guard.get("/users/me").status_code == 401
