"""Shifts, and the patterns by which they return."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from conftest import made, send_during, together
from fields import now, read_moment
from models import RecurringShiftPattern, RecurringUserAssignment, Role, Shift, ShiftAssignment, User
from settings import settings

SHIFT = {"name": "Late", "startTime": "2026-07-01T15:00:00.000Z", "endTime": "2026-07-01T23:00:00.000Z"}
EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]
NIGHTS = {
    "name": "Nights",
    "startTime": "22:00",
    "endTime": "06:00",
    "daysOfWeek": EVERY_DAY,
    "startDate": "2026-01-01",
}
SUPERVISORS_AND_ABOVE = [("guard", 403), ("supervisor", 200), ("admin", 200), ("super_admin", 200)]
ADMINS_AND_ABOVE = [("guard", 403), ("supervisor", 403), ("admin", 204), ("super_admin", 204)]
UNKNOWN = "cnosuchid0000000000000000"


@pytest.fixture
def new_york(monkeypatch):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo("America/New_York"))


@pytest.fixture
def shift(supervisor, dock, guard):
    return made(plan(supervisor, dock, userAssignments=[{"userId": guard.id, "role": "PRIMARY"}]))


@pytest.fixture
def pattern(supervisor, dock, guard):
    return made(repeat(supervisor, dock, userAssignments=[{"userId": guard.id, "role": "PRIMARY"}]))


def plan(person, dock, **fields):
    return person.post("/shifts", json=SHIFT | {"locationId": dock["id"]} | fields)


def replan(person, shift, **fields):
    return person.patch(f"/shifts/{shift['id']}", json=fields)


def repeat(person, dock, **fields):
    return person.post("/recurring-patterns", json=NIGHTS | {"locationId": dock["id"]} | fields)


def alter(person, pattern, **fields):
    return person.patch(f"/recurring-patterns/{pattern['id']}", json=fields)


def generate(person, pattern, start, end):
    return person.post(f"/recurring-patterns/{pattern['id']}/shifts", json={"startDate": start, "endDate": end})


def archive(db, person):
    db.get(User, person.id).archived_at = now()
    db.commit()


def switch_off(admin, location):
    assert admin.delete(f"/locations/{location['id']}").status_code == 204


def people(plan):
    return {one["userId"]: one["role"] for one in plan.get("assignments", plan.get("userAssignments"))}


def times(answer):
    return [(shift["startTime"], shift["endTime"]) for shift in made(answer)]


def names(answer):
    assert answer.status_code == 200
    return [line["name"] for line in answer.json()]


# Shifts


def test_a_shift_has_its_place_and_its_people(guard, dock, shift):
    assert shift.items() >= (SHIFT | {"locationId": dock["id"], "recurringPatternId": None}).items()
    assert shift["location"] == {"id": dock["id"], "name": "North Dock"}
    [assignment] = shift["assignments"]
    assert assignment["shiftId"] == shift["id"]
    assert assignment["role"] == "PRIMARY"
    assert assignment["user"] == {
        "id": guard.id,
        "firstName": "Gail",
        "lastName": "Tester",
        "email": guard.email,
        "role": "GUARD",
    }


def test_a_shift_needs_nobody_yet(supervisor, dock):
    assert made(plan(supervisor, dock))["assignments"] == []
    assert made(plan(supervisor, dock, userAssignments=None))["assignments"] == []


def test_an_empty_role_is_none(supervisor, dock, guard):
    assert people(made(plan(supervisor, dock, userAssignments=[{"userId": guard.id, "role": ""}]))) == {guard.id: None}


def test_times_without_a_zone_are_the_towns(supervisor, dock, new_york):
    shift = made(plan(supervisor, dock, startTime="2026-07-01T15:00", endTime="2026-07-02"))
    assert shift["startTime"] == "2026-07-01T19:00:00.000Z"
    assert shift["endTime"] == "2026-07-02T04:00:00.000Z"


def test_a_night_shift_over_a_change_of_clocks_has_seven_or_nine_hours(supervisor, dock, new_york):
    spring = made(plan(supervisor, dock, startTime="2026-03-07T22:00", endTime="2026-03-08T06:00"))
    autumn = made(plan(supervisor, dock, startTime="2026-10-31T22:00", endTime="2026-11-01T06:00"))
    assert [hours(spring), hours(autumn)] == [7, 9]


def hours(shift):
    return (read_moment(shift["endTime"]) - read_moment(shift["startTime"])) / timedelta(hours=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"name": ""},
        {"name": "x" * 101},
        {"startTime": None},
        {"startTime": ""},
        {"startTime": "soon"},
        {"endTime": 5},
        {"endTime": SHIFT["startTime"]},
        {"endTime": "2026-07-01T14:59:59.999Z"},
        {"locationId": ""},
        {"userAssignments": [{"role": "PRIMARY"}]},
        {"userAssignments": [{"userId": ""}]},
        {"userAssignments": [{"userId": UNKNOWN}, {"userId": UNKNOWN}]},
    ],
)
def test_a_wrong_shift_is_refused_when_it_is_made_and_when_it_is_changed(supervisor, dock, shift, wrong):
    assert plan(supervisor, dock, **wrong).status_code == 422
    assert replan(supervisor, shift, **SHIFT | wrong).status_code == 422


@pytest.mark.parametrize("unknown", [{"locationId": UNKNOWN}, {"userAssignments": [{"userId": UNKNOWN}]}])
def test_an_unknown_place_or_person_is_not_found(supervisor, dock, shift, pattern, unknown):
    for answer in (
        plan(supervisor, dock, **unknown),
        replan(supervisor, shift, **unknown),
        repeat(supervisor, dock, **unknown),
        alter(supervisor, pattern, **unknown),
    ):
        assert answer.status_code == 404


def test_a_place_out_of_use_takes_no_plans(admin, supervisor, other_dock, shift, pattern):
    switch_off(admin, other_dock)
    for answer in (
        plan(supervisor, other_dock),
        replan(supervisor, shift, locationId=other_dock["id"]),
        repeat(supervisor, other_dock),
        alter(supervisor, pattern, locationId=other_dock["id"]),
    ):
        assert answer.status_code == 409


def test_an_archived_person_is_not_assigned(db, supervisor, dock, other_guard, shift, pattern):
    archive(db, other_guard)
    gone = {"userAssignments": [{"userId": other_guard.id}]}
    for answer in (
        plan(supervisor, dock, **gone),
        replan(supervisor, shift, **gone),
        repeat(supervisor, dock, **gone),
        alter(supervisor, pattern, **gone),
    ):
        assert answer.status_code == 409


@pytest.mark.parametrize("make", [plan, repeat])
def test_nobody_is_archived_before_the_plan_that_they_are_put_on_is_made(
    supervisor, super_admin, dock, other_guard, monkeypatch, make
):
    archiving = lambda: super_admin.post(f"/users/{other_guard.id}/archive")  # noqa: E731
    archived = send_during(monkeypatch, "routes.shifts.must_not_be_archived", archiving)
    assert people(made(make(supervisor, dock, userAssignments=[{"userId": other_guard.id}]))) == {other_guard.id: None}
    assert archived[0].result().status_code == 200


def test_eight_who_plan_with_the_same_people_in_any_order_all_succeed(supervisor, dock, guard, other_guard):
    staff = [{"userId": guard.id}, {"userId": other_guard.id}]
    orders = [staff, staff[::-1]] * 4
    assert (
        together(*[lambda order=order: plan(supervisor, dock, userAssignments=order) for order in orders]) == [201] * 8
    )


@pytest.mark.parametrize(("who", "status"), SUPERVISORS_AND_ABOVE)
def test_supervisors_and_above_plan(request, dock, shift, pattern, who, status):
    person = request.getfixturevalue(who)
    made_or_not = 201 if status == 200 else status
    assert plan(person, dock).status_code == made_or_not
    assert replan(person, shift, name="Later").status_code == status
    assert repeat(person, dock).status_code == made_or_not
    assert alter(person, pattern, name="Dark nights").status_code == status
    assert generate(person, pattern, "2026-02-01", "2026-02-01").status_code == made_or_not


@pytest.mark.parametrize(("who", "status"), ADMINS_AND_ABOVE)
def test_admins_and_above_delete(request, shift, pattern, who, status):
    person = request.getfixturevalue(who)
    assert person.delete(f"/shifts/{shift['id']}").status_code == status
    assert person.delete(f"/recurring-patterns/{pattern['id']}").status_code == status


def test_what_is_not_there_can_be_neither_changed_nor_deleted_nor_repeated(admin):
    nothing = {"id": UNKNOWN}
    for answer in (
        replan(admin, nothing, name="Late"),
        admin.delete(f"/shifts/{UNKNOWN}"),
        alter(admin, nothing, name="Nights"),
        admin.delete(f"/recurring-patterns/{UNKNOWN}"),
        generate(admin, nothing, "2026-02-01", "2026-02-01"),
    ):
        assert answer.status_code == 404


def test_only_what_is_sent_changes(supervisor, shift):
    after = replan(supervisor, shift, name="Later").json()
    assert after | {"updatedAt": ""} == shift | {"name": "Later", "updatedAt": ""}


@pytest.mark.parametrize("change", [{"startTime": "2026-07-02T00:00Z"}, {"endTime": "2026-07-01T15:00:00.000Z"}])
def test_a_time_that_contradicts_the_stored_one_is_refused_and_nothing_changes(supervisor, shift, change):
    answer = replan(supervisor, shift, userAssignments=[], **change)
    assert answer.status_code == 409
    assert supervisor.get("/shifts").json() == [shift]


def test_a_shift_moves_if_both_times_are_sent(supervisor, shift):
    after = replan(supervisor, shift, startTime="2026-07-02T08:00Z", endTime="2026-07-02T16:00Z")
    assert after.json()["startTime"] == "2026-07-02T08:00:00.000Z"


def test_assignments_that_are_sent_replace_all_of_a_shift(supervisor, other_guard, shift):
    after = replan(supervisor, shift, userAssignments=[{"userId": other_guard.id}])
    assert people(after.json()) == {other_guard.id: None}
    assert people(replan(supervisor, shift, userAssignments=[]).json()) == {}


def test_a_refused_update_leaves_the_assignments(supervisor, shift):
    assert replan(supervisor, shift, name="Later", userAssignments=[{"userId": UNKNOWN}]).status_code == 404
    assert supervisor.get("/shifts").json() == [shift]


def test_of_eight_who_replace_the_people_of_a_shift_each_replaces_all(db, supervisor, shift, someone):
    guards = [someone(Role.GUARD, f"Gwen{number}") for number in range(8)]
    requests = [
        lambda guard=guard: replan(supervisor, shift, userAssignments=[{"userId": guard.id}]) for guard in guards
    ]
    assert together(*requests) == [200] * 8
    assert len(db.exec(select(ShiftAssignment)).all()) == 1


def test_eight_who_move_the_ends_of_a_shift_never_turn_it_round(db, supervisor, shift):
    later, earlier = {"startTime": "2026-07-01T20:00Z"}, {"endTime": "2026-07-01T18:00Z"}
    statuses = together(*[lambda ends=ends: replan(supervisor, shift, **ends) for ends in [later, earlier] * 4])
    assert statuses == [200] * 4 + [409] * 4
    stored = db.exec(select(Shift)).one()
    assert stored.start_time < stored.end_time


def test_a_deleted_shift_leaves_what_names_it_in_place_without_it(db, admin, guard, dock, shift):
    session = made(guard.post("/duty-sessions", json={"locationId": dock["id"], "shiftId": shift["id"]}))
    entry = {"type": "PATROL", "title": "Quiet", "description": "-", "locationId": dock["id"], "shiftId": shift["id"]}
    log = made(guard.post("/logs", json=entry))
    assert admin.delete(f"/shifts/{shift['id']}").status_code == 204
    assert guard.get("/duty-sessions/active").json() == session | {
        "shift": None,
        "shiftId": None,
        "locationCheckIns": [],
    }
    assert guard.get(f"/logs/{log['id']}").json()["shiftId"] is None
    assert db.exec(select(ShiftAssignment)).all() == []


def test_shifts_are_listed_by_start_for_everyone(guard, supervisor, dock):
    for day in 3, 1, 2:
        made(plan(supervisor, dock, name=f"July {day}", startTime=f"2026-07-0{day}T15:00Z", endTime="2026-07-09"))
    assert names(guard.get("/shifts")) == ["July 1", "July 2", "July 3"]
    page = guard.get("/shifts", params={"limit": 1, "offset": 1})
    assert names(page) == ["July 2"]
    assert page.headers["X-Total-Count"] == "3"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"startDate": "2026-07-02"}, ["2", "3"]),
        ({"startDate": "2026-07-02T23:30:00.001Z"}, ["3"]),
        ({"endDate": "2026-07-02"}, ["1", "2"]),
        ({"endDate": "2026-07-02T23:30Z"}, ["1", "2"]),
        ({"endDate": "2026-07-02T23:29:59.999Z"}, ["1"]),
        ({"startDate": "2026-07-02", "endDate": "2026-07-02"}, ["2"]),
        ({"startDate": "", "endDate": "", "locationId": ""}, ["1", "2", "3"]),
        ({"locationId": UNKNOWN}, []),
    ],
)
def test_shifts_are_found_by_when_they_start(guard, supervisor, dock, filters, found):
    for day in 1, 2, 3:
        made(plan(supervisor, dock, name=f"{day}", startTime=f"2026-07-0{day}T23:30Z", endTime="2026-07-09"))
    assert names(guard.get("/shifts", params=filters)) == found


def test_days_of_the_list_are_the_towns(guard, supervisor, dock, new_york):
    for name, start in ("before", "2026-06-30T23:59"), ("first", "2026-07-01T00:00"), ("last", "2026-07-01T23:59"):
        made(plan(supervisor, dock, name=name, startTime=start, endTime="2026-07-09"))
    assert names(guard.get("/shifts?startDate=2026-07-01&endDate=2026-07-01")) == ["first", "last"]


def test_shifts_and_patterns_are_found_by_location(guard, supervisor, dock, other_dock):
    for place in dock, other_dock:
        made(plan(supervisor, place, name=place["name"]))
        made(repeat(supervisor, place, name=place["name"]))
    here = {"locationId": dock["id"]}
    assert names(guard.get("/shifts", params=here)) == ["North Dock"]
    assert names(guard.get("/recurring-patterns", params=here)) == ["North Dock"]


@pytest.mark.parametrize(
    "wrong", [{"startDate": "March 4, 2025"}, {"endDate": "x"}, {"startDate": "2026-07-02", "endDate": "2026-07-01"}]
)
def test_a_range_that_is_none_is_refused(guard, wrong):
    assert guard.get("/shifts", params=wrong).status_code == 422


@pytest.mark.parametrize("path", ["/shifts", "/recurring-patterns"])
def test_a_list_takes_as_many_queries_however_long_it_is(db, guard, dock, count_queries, path):
    def add(number):
        for _ in range(number):
            for table, assignment, key in (
                (Shift, ShiftAssignment, "shift_id"),
                (RecurringShiftPattern, RecurringUserAssignment, "recurring_pattern_id"),
            ):
                db.add(row := from_outside(table, dock))
                db.flush()
                db.add(assignment(user_id=guard.id, **{key: row.id}))
        db.commit()

    add(1)
    one = count_queries(lambda: guard.get(path, params={"limit": 500}))
    add(9)
    assert count_queries(lambda: guard.get(path, params={"limit": 500})) == one
    add(90)
    assert count_queries(lambda: guard.get(path, params={"limit": 500})) == one


def from_outside(table, dock, **fields):
    """A row as the other application may write it: it checks next to nothing."""
    moments = {"start_time": now(), "end_time": now() - timedelta(days=400)}
    odd = {"start_time": "25:99", "end_time": "late", "days_of_week": [7, -1, 1, 1], "start_date": now()}
    return table(name="", location_id=dock["id"], **(moments if table is Shift else odd) | fields)


def test_rows_of_the_other_application_are_shown(db, guard, dock):
    db.add_all([from_outside(Shift, dock), from_outside(RecurringShiftPattern, dock)])
    db.commit()
    assert names(guard.get("/shifts")) == [""]
    assert guard.get("/recurring-patterns").json()[0]["daysOfWeek"] == [7, -1, 1, 1]


# Patterns


def test_a_pattern_has_its_place_and_its_people(guard, dock, pattern):
    expected = NIGHTS | {"startDate": "2026-01-01T00:00:00.000Z", "endDate": None, "isActive": True}
    assert pattern.items() >= expected.items()
    assert pattern["location"] == {"id": dock["id"], "name": "North Dock"}
    [assignment] = pattern["userAssignments"]
    assert assignment["recurringPatternId"] == pattern["id"]
    assert assignment["user"]["firstName"] == "Gail"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"startTime": "25:99"},
        {"startTime": "7:00"},
        {"startTime": "\u0660\u0667:00"},
        {"startTime": None},
        {"endTime": "late"},
        {"endTime": ""},
        {"daysOfWeek": []},
        {"daysOfWeek": [7]},
        {"daysOfWeek": [-1]},
        {"daysOfWeek": [1, 1]},
        {"daysOfWeek": ["1"]},
        {"daysOfWeek": None},
        {"startDate": "never"},
        {"startDate": ""},
        {"endDate": "2025-12-31"},
        {"isActive": "yes"},
        {"locationId": ""},
        {"userAssignments": [{"userId": UNKNOWN}, {"userId": UNKNOWN}]},
    ],
)
def test_a_wrong_pattern_is_refused_when_it_is_made_and_when_it_is_changed(supervisor, dock, pattern, wrong):
    assert repeat(supervisor, dock, **wrong).status_code == 422
    assert alter(supervisor, pattern, **NIGHTS | wrong).status_code == 422


def test_of_many_wrong_days_no_more_are_named_than_a_week_has(supervisor, dock):
    answer = repeat(supervisor, dock, daysOfWeek=[9] * 500)
    assert answer.status_code == 422
    assert len(answer.json()["detail"]) <= 8


def test_a_plain_date_of_a_pattern_is_stored_as_its_midnight(supervisor, dock, new_york):
    pattern = made(repeat(supervisor, dock, startDate="2026-03-08", endDate="2026-11-01"))
    assert pattern["startDate"] == "2026-03-08T05:00:00.000Z"
    assert pattern["endDate"] == "2026-11-01T04:00:00.000Z"


def test_midnight_in_utc_is_a_plain_date_of_the_other_application(db, supervisor, dock, new_york):
    dates = {"start_date": datetime(2026, 3, 7, tzinfo=UTC), "end_date": datetime(2026, 3, 8, tzinfo=UTC)}
    times_of_day = {"start_time": "07:00", "end_time": "15:00", "days_of_week": EVERY_DAY}
    db.add(pattern := from_outside(RecurringShiftPattern, dock, **dates, **times_of_day))
    db.commit()
    starts = [start for start, _ in times(generate(supervisor, {"id": pattern.id}, "2026-03-01", "2026-03-31"))]
    assert starts == ["2026-03-07T12:00:00.000Z", "2026-03-08T11:00:00.000Z"]
    [shown] = supervisor.get("/recurring-patterns").json()
    assert (shown["startDate"], shown["endDate"]) == ("2026-03-07T00:00:00.000Z", "2026-03-08T00:00:00.000Z")
    assert alter(supervisor, shown, endDate="2026-03-07").status_code == 200
    assert alter(supervisor, shown, endDate="2026-03-06").status_code == 409


def test_the_end_date_of_a_pattern_means_that_whole_day(supervisor, dock):
    day = {"startDate": "2026-03-01T12:00Z", "endDate": "2026-03-01"}
    pattern = made(repeat(supervisor, dock, **day))
    assert alter(supervisor, pattern, **day).status_code == 200
    assert alter(supervisor, pattern, startDate="2026-03-01T13:00Z").status_code == 200
    assert len(made(generate(supervisor, pattern, "2026-02-01", "2026-04-01"))) == 1


@pytest.mark.parametrize("change", [{"endDate": "2026-01-31"}, {"startDate": "2026-03-01"}])
def test_a_date_that_contradicts_the_stored_one_is_refused(supervisor, dock, change):
    pattern = made(repeat(supervisor, dock, startDate="2026-02-01", endDate="2026-02-28"))
    assert alter(supervisor, pattern, **change).status_code == 409
    assert supervisor.get("/recurring-patterns").json() == [pattern]


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_end_date_can_be_taken_away(supervisor, dock, nothing):
    pattern = made(repeat(supervisor, dock, endDate="2026-02-28"))
    assert alter(supervisor, pattern, endDate=nothing).json()["endDate"] is None


def test_assignments_that_are_sent_replace_all_of_a_pattern(supervisor, guard, other_guard, pattern):
    assert people(alter(supervisor, pattern, name="Dark nights").json()) == {guard.id: "PRIMARY"}
    after = alter(supervisor, pattern, userAssignments=[{"userId": other_guard.id, "role": "BACKUP"}])
    assert people(after.json()) == {other_guard.id: "BACKUP"}


def test_patterns_are_listed_newest_first_for_everyone(guard, supervisor, dock):
    for name in "First", "Second":
        made(repeat(supervisor, dock, name=name))
    assert names(guard.get("/recurring-patterns")) == ["Second", "First"]


def test_a_deleted_pattern_leaves_its_shifts(supervisor, admin, pattern):
    made(generate(supervisor, pattern, "2026-02-01", "2026-02-02"))
    assert admin.delete(f"/recurring-patterns/{pattern['id']}").status_code == 204
    assert [shift["recurringPatternId"] for shift in admin.get("/shifts").json()] == [None, None]


# Shifts from patterns


def test_a_pattern_makes_its_shifts_with_its_people(supervisor, guard, dock, pattern):
    [shift] = made(generate(supervisor, pattern, "2026-02-01", "2026-02-01"))
    assert shift["name"] == "Nights"
    assert shift["recurringPatternId"] == pattern["id"]
    assert shift["location"] == {"id": dock["id"], "name": "North Dock"}
    assert people(shift) == {guard.id: "PRIMARY"}
    assert supervisor.get("/shifts").json() == [shift]


def test_an_end_before_the_start_runs_past_midnight(supervisor, pattern):
    assert times(generate(supervisor, pattern, "2026-02-28", "2026-02-28")) == [
        ("2026-02-28T22:00:00.000Z", "2026-03-01T06:00:00.000Z")
    ]


def test_an_end_after_the_start_is_on_the_same_day_and_one_at_the_start_on_the_next(supervisor, dock):
    early = made(repeat(supervisor, dock, startTime="07:00", endTime="15:00"))
    whole = made(repeat(supervisor, dock, startTime="07:00", endTime="07:00"))
    [(_, end)] = times(generate(supervisor, early, "2026-02-01", "2026-02-01"))
    assert end == "2026-02-01T15:00:00.000Z"
    [(_, end)] = times(generate(supervisor, whole, "2026-02-01", "2026-02-01"))
    assert end == "2026-02-02T07:00:00.000Z"


def test_only_the_days_of_the_pattern_have_shifts(supervisor, dock):
    weekend = made(repeat(supervisor, dock, daysOfWeek=[6, 0]))
    starts = [start[:10] for start, _ in times(generate(supervisor, weekend, "2026-02-01", "2026-02-14"))]
    assert starts == ["2026-02-01", "2026-02-07", "2026-02-08", "2026-02-14"]


def test_only_the_time_of_the_pattern_has_shifts(supervisor, dock):
    february = made(repeat(supervisor, dock, startDate="2026-02-01", endDate="2026-02-28"))
    assert len(made(generate(supervisor, february, "2026-01-01", "2026-06-30"))) == 28
    assert made(generate(supervisor, february, "2026-03-01", "2026-06-30")) == []


def test_days_of_the_week_are_the_towns(supervisor, dock, new_york):
    sundays = made(repeat(supervisor, dock, daysOfWeek=[0]))
    assert times(generate(supervisor, sundays, "2026-02-01", "2026-02-07")) == [
        ("2026-02-02T03:00:00.000Z", "2026-02-02T11:00:00.000Z")
    ]


def test_shifts_keep_the_time_on_the_wall_when_the_clocks_change(supervisor, dock, new_york):
    early = made(repeat(supervisor, dock, startTime="07:00", endTime="15:00"))
    spring = times(generate(supervisor, early, "2026-03-07", "2026-03-08"))
    autumn = times(generate(supervisor, early, "2026-10-31", "2026-11-01"))
    assert [start[11:16] for start, _ in spring + autumn] == ["12:00", "11:00", "11:00", "12:00"]


def test_repeated_nights_over_a_change_of_clocks_have_seven_and_nine_hours(supervisor, pattern, new_york):
    spring = made(generate(supervisor, pattern, "2026-03-06", "2026-03-08"))
    autumn = made(generate(supervisor, pattern, "2026-10-30", "2026-11-01"))
    assert [hours(shift) for shift in spring] == [8, 7, 8]
    assert [hours(shift) for shift in autumn] == [8, 9, 8]


@pytest.mark.parametrize(
    ("start", "end", "day", "expected"),
    [
        ("02:30", "06:00", "2026-03-08", ("07:30", "10:00")),
        ("02:30", "03:00", "2026-03-08", ("07:30", "08:00")),
        ("02:15", "02:45", "2026-03-08", ("07:15", "07:45")),
        ("22:00", "02:30", "2026-03-07", ("03:00", "07:30")),
        ("01:30", "06:00", "2026-11-01", ("05:30", "11:00")),
        ("22:00", "01:30", "2026-10-31", ("02:00", "05:30")),
    ],
)
def test_times_that_the_clocks_skip_or_show_twice_make_a_shift(supervisor, dock, new_york, start, end, day, expected):
    pattern = made(repeat(supervisor, dock, startTime=start, endTime=end))
    [(start, end)] = times(generate(supervisor, pattern, day, day))
    assert (start[11:16], end[11:16]) == expected


def test_a_second_run_makes_only_what_is_missing(supervisor, pattern):
    made(generate(supervisor, pattern, "2026-02-01", "2026-02-06"))
    [last] = made(generate(supervisor, pattern, "2026-02-01", "2026-02-07"))
    assert last["startTime"] == "2026-02-07T22:00:00.000Z"


def test_a_deleted_shift_is_not_made_again(supervisor, admin, pattern):
    [shift] = made(generate(supervisor, pattern, "2026-02-01", "2026-02-01"))
    assert admin.delete(f"/shifts/{shift['id']}").status_code == 204
    assert made(generate(supervisor, pattern, "2026-02-01", "2026-02-01")) == []


def test_a_day_whose_shift_was_moved_gets_no_second_one(supervisor, pattern):
    [shift] = made(generate(supervisor, pattern, "2026-02-01", "2026-02-01"))
    assert replan(supervisor, shift, startTime="2026-02-01T20:00Z").status_code == 200
    assert alter(supervisor, pattern, startTime="21:00").status_code == 200
    assert made(generate(supervisor, pattern, "2026-02-01", "2026-02-01")) == []


def test_a_shift_that_was_moved_to_another_day_leaves_that_day_its_own(supervisor, pattern):
    [shift] = made(generate(supervisor, pattern, "2026-02-01", "2026-02-01"))
    assert replan(supervisor, shift, startTime="2026-02-02T22:00Z", endTime="2026-02-03T06:00Z").status_code == 200
    [own] = made(generate(supervisor, pattern, "2026-02-01", "2026-02-02"))
    assert own["startTime"] == "2026-02-02T22:00:00.000Z"


def test_a_shift_that_the_other_application_made_of_a_pattern_counts_for_its_day(db, supervisor, dock, pattern):
    start = read_moment("2026-02-02T20:00Z")
    db.add(from_outside(Shift, dock, recurring_pattern_id=pattern["id"], start_time=start))
    db.commit()
    starts = [start for start, _ in times(generate(supervisor, pattern, "2026-02-01", "2026-02-03"))]
    assert starts == ["2026-02-01T22:00:00.000Z", "2026-02-03T22:00:00.000Z"]


@pytest.mark.parametrize(
    ("zone", "start", "first", "last"),
    [
        ("America/Nuuk", "23:30", "2026-03-27", "2026-03-30"),
        ("America/Nuuk", "23:30", "2026-10-23", "2026-10-26"),
        ("Africa/Cairo", "00:30", "2026-04-23", "2026-04-26"),
    ],
)
def test_where_clocks_change_at_midnight_each_day_is_made_once(supervisor, dock, monkeypatch, zone, start, first, last):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo(zone))
    pattern = made(repeat(supervisor, dock, startTime=start, endTime=start))
    starts = [start for start, _ in times(generate(supervisor, pattern, first, last))]
    assert len(set(starts)) == 4
    assert made(generate(supervisor, pattern, first, last)) == []


def test_a_run_takes_as_many_queries_however_many_days_and_people(supervisor, dock, someone, count_queries):
    def queries(number, last):
        staff = [{"userId": someone(Role.GUARD).id} for _ in range(number)]
        pattern = made(repeat(supervisor, dock, userAssignments=staff))
        return count_queries(lambda: generate(supervisor, pattern, "2026-02-01", last))

    assert queries(10, "2026-03-31") == queries(1, "2026-02-01")


def test_of_eight_runs_at_once_one_makes_the_shifts(db, supervisor, pattern):
    run = lambda: generate(supervisor, pattern, "2026-02-01", "2026-02-07")  # noqa: E731
    assert together(*[run] * 8) == [201] * 8
    assert len(db.exec(select(Shift)).all()) == 7


def test_two_patterns_of_one_day_do_not_stand_in_each_others_way(supervisor, dock, pattern):
    other = made(repeat(supervisor, dock))
    for each in pattern, other:
        assert len(made(generate(supervisor, each, "2026-02-01", "2026-02-01"))) == 1


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        ("2028-01-01", "2028-12-31", 201),
        ("2026-01-01", "2027-01-01", 201),
        ("2026-01-01", "2027-01-02", 422),
        ("2026-02-02", "2026-02-01", 422),
        ("2026-02-02", None, 422),
        (None, "2026-02-02", 422),
        ("soon", "2026-02-02", 422),
    ],
)
def test_a_run_makes_at_most_366_days(supervisor, pattern, start, end, status):
    answer = generate(supervisor, pattern, start, end)
    assert answer.status_code == status
    assert len(answer.json()) == (366 if status == 201 else 1)


def test_a_pattern_that_is_switched_off_makes_no_shifts(supervisor, pattern):
    assert alter(supervisor, pattern, isActive=False).json()["isActive"] is False
    assert generate(supervisor, pattern, "2026-02-01", "2026-02-01").status_code == 409


def test_a_pattern_at_a_place_out_of_use_makes_no_shifts(supervisor, admin, dock, pattern):
    switch_off(admin, dock)
    assert generate(supervisor, pattern, "2026-02-01", "2026-02-01").status_code == 409


def test_a_pattern_with_an_archived_person_makes_no_shifts(db, supervisor, guard, pattern):
    archive(db, guard)
    assert generate(supervisor, pattern, "2026-02-01", "2026-02-01").status_code == 409
    assert supervisor.get("/shifts").json() == []


def test_a_pattern_with_odd_times_of_the_other_application_makes_no_shifts(db, supervisor, dock):
    db.add(odd := from_outside(RecurringShiftPattern, dock, start_date=read_moment("2026-01-01")))
    db.commit()
    assert generate(supervisor, {"id": odd.id}, "2026-02-01", "2026-02-07").status_code == 409


@pytest.mark.parametrize("kind", ["shifts", "recurring-patterns"])
def test_of_eight_who_delete_the_same_at_once_one_succeeds(admin, supervisor, dock, pattern, kind):
    planned = made(plan(supervisor, dock)) if kind == "shifts" else pattern
    assert together(*[lambda: admin.delete(f"/{kind}/{planned['id']}")] * 8) == [204] + [404] * 7
