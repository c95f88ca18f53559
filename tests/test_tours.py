"""Supervisors' rounds with car and radio."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from conftest import made, together
from fields import iso, now
from models import Tour, TourStatus, TourStop
from routing import lock_row
from settings import settings

START = {"carNumber": "Unit 6", "radioNumber": "Radio 6", "startingMileage": 100}
RETURN = {"endingMileage": 150, "carReturned": True, "radioReturned": True, "keysReturned": False}
STOP = {"stopType": "GENERAL_OBSERVATION", "title": "Fence", "observations": "Cut at the north end"}
OWNER_OR_ADMIN = [("guard", 403), ("other_supervisor", 403), ("supervisor", 200), ("admin", 200), ("super_admin", 200)]
MORE_THAN_IT_TAKES = {"title": 255, "observations": 10000, "guardPerformanceNotes": 5000}


@pytest.fixture
def tour(supervisor):
    """The supervisor's tour, which runs."""
    return made(supervisor.post("/tours", json=START))


@pytest.fixture
def stop(supervisor, tour):
    """Where the tour has stopped."""
    return made(stop_at(supervisor, tour))


@pytest.fixture
def past(db, supervisor):
    """Add a tour of the supervisor's, such as no client can make any more."""

    def add(**fields):
        tour = Tour(supervisor_id=supervisor.id, car_number="Unit 1", radio_number="Radio 1", starting_mileage=0)
        db.add(tour.sqlmodel_update(fields))
        db.commit()
        return {"id": tour.id}

    return add


def stop_at(person, tour, **fields):
    return person.post(f"/tours/{tour['id']}/stops", json=STOP | fields)


def leave(person, stop):
    return person.post(f"/tour-stops/{stop['id']}/complete")


def complete(person, tour, **fields):
    return person.post(f"/tours/{tour['id']}/complete", json=RETURN | fields)


def cancel(person, tour, **fields):
    return person.post(f"/tours/{tour['id']}/cancel", json=fields)


def ids(answer):
    assert answer.status_code == 200
    return [tour["id"] for tour in answer.json()]


# Starting


def test_a_tour_runs_from_its_start(supervisor):
    tour = made(supervisor.post("/tours", json=START | {"title": "Evening loop"}))
    assert tour.items() >= (START | {"title": "Evening loop", "status": "IN_PROGRESS", "completedAt": None}).items()
    assert tour["supervisor"] == {
        "id": supervisor.id,
        "firstName": "Sam",
        "lastName": "Tester",
        "email": supervisor.email,
    }
    assert (tour["tourStops"], tour["incompleteTourWarning"]) == ([], None)


def test_a_second_tour_is_started_with_a_warning(supervisor, tour):
    assert made(supervisor.post("/tours", json=START))["incompleteTourWarning"]


def test_a_tour_that_is_over_or_anothers_or_a_draft_warns_nobody(supervisor, other_supervisor, tour, past):
    past(status=TourStatus.DRAFT)
    assert made(other_supervisor.post("/tours", json=START))["incompleteTourWarning"] is None
    assert cancel(supervisor, tour).status_code == 204
    assert made(supervisor.post("/tours", json=START))["incompleteTourWarning"] is None


@pytest.mark.parametrize(("field", "value"), [("title", None), ("title", " "), ("startingMileage", 999999)])
def test_a_tour_takes(supervisor, field, value):
    assert made(supervisor.post("/tours", json=START | {field: value}))[field] == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("carNumber", ""),
        ("carNumber", "x" * 51),
        ("carNumber", None),
        ("radioNumber", ""),
        ("radioNumber", "x" * 51),
        ("startingMileage", -1),
        ("startingMileage", 1000000),
        ("startingMileage", 1.5),
        ("startingMileage", "5"),
        ("title", "x" * 256),
    ],
)
def test_a_tour_does_not_take(supervisor, field, value):
    assert supervisor.post("/tours", json=START | {field: value}).status_code == 422


def test_a_guard_starts_no_tour(guard):
    assert guard.post("/tours", json={}).status_code == 403


# Stops


def test_a_stop_is_kept_with_its_location_and_guard(supervisor, tour, dock, guard):
    photos = ["https://example.com/1.jpg"]
    stop = made(
        stop_at(
            supervisor,
            tour,
            locationId=dock["id"],
            guardUserId=guard.id,
            photoUrls=photos,
            guardPerformanceNotes="Alert",
            issuesSeverity="HIGH",
            followUpRequired=True,
        )
    )
    assert stop["location"] == {"id": dock["id"], "name": "North Dock"}
    assert stop["guardUser"] == {"id": guard.id, "firstName": "Gail", "lastName": "Tester", "role": "GUARD"}
    assert (stop["photoUrls"], stop["issuesSeverity"], stop["departedAt"]) == (photos, "HIGH", None)
    assert [kept["id"] for kept in supervisor.get(f"/tours/{tour['id']}").json()["tourStops"]] == [stop["id"]]


def test_a_stop_may_have_no_location_and_no_guard(supervisor, tour):
    stop = made(stop_at(supervisor, tour, locationId=None, photoUrls=None))
    assert (stop["location"], stop["guardUser"], stop["photoUrls"]) == (None, None, [])


@pytest.mark.parametrize("field", ["locationId", "guardUserId"])
def test_location_and_guard_of_a_stop_are_real(supervisor, tour, field):
    assert stop_at(supervisor, tour, **{field: "cnosuchid"}).status_code == 404
    assert made(stop_at(supervisor, tour, **{field: ""}))[field] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("observations", ""),
        ("stopType", "NAP"),
        ("issuesSeverity", "EXTREME"),
        ("photoUrls", ["not a url"]),
        ("followUpRequired", "yes"),
        *((field, "x" * (most + 1)) for field, most in MORE_THAN_IT_TAKES.items()),
    ],
)
def test_a_stop_does_not_take(supervisor, tour, field, value):
    assert stop_at(supervisor, tour, **{field: value}).status_code == 422


def test_a_stop_is_left_once(supervisor, stop):
    assert leave(supervisor, stop).json()["departedAt"] is not None
    assert leave(supervisor, stop).status_code == 409


def test_a_stop_is_not_left_after_the_tour(supervisor, tour, stop):
    assert complete(supervisor, tour).status_code == 200
    assert leave(supervisor, stop).status_code == 409


def test_an_unknown_stop_can_not_be_left(supervisor):
    assert leave(supervisor, {"id": "cnosuchid"}).status_code == 404


def test_a_stop_does_not_change_its_tour(supervisor, tour, stop):
    assert supervisor.get(f"/tours/{tour['id']}").json()["updatedAt"] == tour["updatedAt"]


# Completing and cancelling


def test_a_tour_is_completed_with_what_was_returned(supervisor, tour, stop):
    answer = complete(supervisor, tour, notes="Quiet").json()
    assert answer.items() >= (RETURN | {"status": "COMPLETED", "notes": "Quiet"}).items()
    assert answer["completedAt"] is not None
    assert [kept["title"] for kept in answer["tourStops"]] == ["Fence"]


def test_without_notes_a_completed_tour_keeps_its_notes(supervisor, past):
    tour = past(notes="Flat tire")
    assert complete(supervisor, tour, notes=None).json()["notes"] == "Flat tire"


@pytest.mark.parametrize(("mileage", "status"), [(99, 409), (100, 200), (999999, 200), (1000000, 422), ("x", 422)])
def test_the_mileage_is_not_below_the_start(supervisor, tour, mileage, status):
    assert complete(supervisor, tour, endingMileage=mileage).status_code == status


@pytest.mark.parametrize("field", RETURN)
def test_mileage_and_what_was_returned_are_told(supervisor, tour, field):
    assert complete(supervisor, tour, **{field: None}).status_code == 422


def test_notes_have_5000_characters_at_most(supervisor, tour):
    assert complete(supervisor, tour, notes="x" * 5001).status_code == 422
    assert cancel(supervisor, tour, reason="x" * 5001).status_code == 422


@pytest.mark.parametrize("reason", ["Storm", " "])
def test_a_cancelled_tour_keeps_the_reason_in_its_notes(supervisor, tour, reason):
    assert cancel(supervisor, tour, reason=reason).status_code == 204
    cancelled = supervisor.get(f"/tours/{tour['id']}").json()
    assert (cancelled["status"], cancelled["notes"]) == ("CANCELLED", reason)
    assert cancelled["completedAt"] is not None


def test_a_tour_is_cancelled_without_a_reason(supervisor, past):
    tour = past(notes="Flat tire")
    assert supervisor.post(f"/tours/{tour['id']}/cancel").status_code == 204
    assert supervisor.get(f"/tours/{tour['id']}").json()["notes"] == "Flat tire"


@pytest.mark.parametrize("status", ["DRAFT", "COMPLETED", "CANCELLED"])
@pytest.mark.parametrize("move", [complete, cancel, stop_at])
def test_only_a_running_tour_goes_on_or_ends(supervisor, past, status, move):
    answer = move(supervisor, past(status=TourStatus(status)))
    assert answer.status_code == 409
    assert "IN_PROGRESS" in answer.json()["detail"]


@pytest.mark.parametrize("move", [complete, cancel, stop_at])
def test_an_unknown_tour_neither_goes_on_nor_ends(supervisor, move):
    assert move(supervisor, {"id": "cnosuchid"}).status_code == 404


# Whose tour it is


@pytest.mark.parametrize(("person", "status"), OWNER_OR_ADMIN)
def test_a_tour_is_for_its_owner_and_admins(person, status, tour, stop, request):
    person = request.getfixturevalue(person)
    assert person.get(f"/tours/{tour['id']}").status_code == status
    assert stop_at(person, tour).status_code == (201 if status == 200 else 403)
    assert leave(person, stop).status_code == status
    assert complete(person, tour).status_code == status


@pytest.mark.parametrize(("person", "status"), OWNER_OR_ADMIN)
def test_a_tour_is_cancelled_by_its_owner_and_admins(person, status, tour, request):
    assert cancel(request.getfixturevalue(person), tour).status_code == (204 if status == 200 else 403)


def test_an_unknown_tour_is_not_found(supervisor):
    assert supervisor.get("/tours/cnosuchid").status_code == 404


def test_wrong_input_and_unknown_ids_come_before_whose_tour_it_is(guard, tour):
    assert complete(guard, tour, endingMileage="x").status_code == 422
    assert stop_at(guard, tour, locationId="cnosuchid").status_code == 404


# Listing


def test_people_see_their_own_tours_and_admins_everyones(guard, supervisor, other_supervisor, admin, tour):
    other = made(other_supervisor.post("/tours", json=START))
    assert ids(guard.get("/tours")) == []
    assert ids(supervisor.get("/tours")) == [tour["id"]]
    assert ids(admin.get("/tours")) == [other["id"], tour["id"]]


def test_admins_choose_a_supervisor_and_others_see_their_own_all_the_same(supervisor, other_supervisor, admin, tour):
    other = made(other_supervisor.post("/tours", json=START))
    assert ids(admin.get(f"/tours?supervisorId={supervisor.id}")) == [tour["id"]]
    assert ids(admin.get("/tours?supervisorId=cnosuchid")) == []
    assert ids(other_supervisor.get(f"/tours?supervisorId={supervisor.id}")) == [other["id"]]


def test_tours_are_filtered_by_status(supervisor, tour, past):
    draft = past(status=TourStatus.DRAFT)
    assert ids(supervisor.get("/tours?status=DRAFT")) == [draft["id"]]
    assert supervisor.get("/tours?status=nope").status_code == 422


def test_the_latest_tour_comes_first(supervisor, tour, past):
    earlier, earliest = (past(started_at=now() - timedelta(days=days)) for days in (1, 2))
    assert ids(supervisor.get("/tours")) == [tour["id"], earlier["id"], earliest["id"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("startDate=2025-05-01", True),
        ("startDate=2025-05-02", False),
        ("endDate=2025-05-01", True),
        ("endDate=2025-04-30", False),
        ("startDate=2025-05-01&endDate=2025-05-01", True),
        ("startDate=2025-05-01T23:30:00.000Z&endDate=2025-05-01T23:30:00.000Z", True),
        ("startDate=2025-05-01T23:30:00.001Z", False),
        ("endDate=2025-05-01T23:29", False),
        ("startDate=&endDate=", True),
    ],
)
def test_tours_are_filtered_by_when_they_started(supervisor, past, query, found):
    past(started_at=datetime(2025, 5, 1, 23, 30, tzinfo=UTC))
    assert bool(ids(supervisor.get(f"/tours?{query}"))) is found


@pytest.mark.parametrize(("query", "found"), [("startDate=2025-05-02", False), ("endDate=2025-05-01", True)])
def test_a_plain_date_is_a_day_in_the_town(supervisor, past, query, found, monkeypatch):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo("America/New_York"))
    past(started_at=datetime(2025, 5, 2, 3, 59, 59, tzinfo=UTC))
    assert bool(ids(supervisor.get(f"/tours?{query}"))) is found


@pytest.mark.parametrize("query", ["startDate=x", "endDate=2025-13-01", "startDate=2025-05-02&endDate=2025-05-01"])
def test_dates_are_dates_and_the_end_is_not_before_the_start(supervisor, query):
    assert supervisor.get(f"/tours?{query}").status_code == 422


@pytest.mark.parametrize("rows", [1, 10, 100])
def test_the_list_takes_as_many_queries_however_long_it_is(supervisor, past, db, count_queries, rows):
    for _ in range(rows):
        db.add_all(TourStop(tour_id=past()["id"], title="Fence", observations="Cut") for _ in range(2))
    db.commit()
    assert count_queries(lambda: supervisor.get("/tours?limit=500")) == 2


# Races


def test_of_completing_and_cancelling_at_the_same_moment_one_wins(supervisor, tour):
    moves = [lambda: complete(supervisor, tour)] * 4 + [lambda: cancel(supervisor, tour)] * 4
    statuses = together(*moves)
    assert statuses[0] in (200, 204)
    assert statuses[1:] == [409] * 7
    ended = supervisor.get(f"/tours/{tour['id']}").json()
    assert (ended["status"], ended["endingMileage"]) == {200: ("COMPLETED", 150), 204: ("CANCELLED", None)}[statuses[0]]


def test_a_stop_is_left_once_by_eight_at_the_same_moment(supervisor, stop):
    assert together(*[lambda: leave(supervisor, stop)] * 8) == [200] + [409] * 7


def test_a_tour_has_200_stops_at_most(supervisor, tour, db):
    db.add_all(TourStop(tour_id=tour["id"], title="Gate", observations="Locked") for _ in range(199))
    db.commit()
    assert together(*[lambda: stop_at(supervisor, tour)] * 4) == [201] + [409] * 3


def test_stops_are_loaded_only_where_they_are_shown(supervisor, tour, stop):
    loaded = []
    note = lambda stop, _: loaded.append(stop)  # noqa: E731
    event.listen(TourStop, "load", note)
    stop_at(supervisor, tour)
    cancel(supervisor, tour)
    assert not loaded
    assert supervisor.get(f"/tours/{tour['id']}").json()["tourStops"]
    assert len(loaded) == 2
    event.remove(TourStop, "load", note)


def test_an_end_of_a_tour_that_has_to_wait_for_a_stop_is_not_dated_before_it(supervisor, tour, monkeypatch):
    later = now() + timedelta(minutes=1)

    def wait_and_lock(*args, **options):
        monkeypatch.setattr("routes.tours.now", lambda: later)
        return lock_row(*args, **options)

    monkeypatch.setattr("routes.tours.lock_row", wait_and_lock)
    assert complete(supervisor, tour).json()["completedAt"] == iso(later)
