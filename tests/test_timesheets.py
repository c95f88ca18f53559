"""Hours of work, from the duty sessions of a week to an approved sheet."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from conftest import made, together
from fields import iso, now, read_moment
from models import (
    DutySession,
    Role,
    Timesheet,
    TimesheetAdjustment,
    TimesheetAdjustmentType,
    TimesheetEntry,
    TimesheetStatus,
)
from settings import settings

WEEK = "2026-03-02"  # a Monday; its week begins on 1 March
REASON = {"reason": "Hours do not match"}
TIMES = {"clockInTime": "2026-03-03T08:10Z", "clockOutTime": "2026-03-03T16:00Z", "reason": "Late arrival"}
EVERYONE = ["guard", "supervisor", "admin", "super_admin"]
UNKNOWN = "cnosuchid0000000000000000"


@pytest.fixture
def new_york(monkeypatch):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo("America/New_York"))


@pytest.fixture
def worked(db):
    """Let someone have been on duty: `worked(guard, "2026-03-03T08:00Z", "2026-03-03T16:00Z")`."""

    def work(person, start, end, **fields):
        ended = end and read_moment(end)
        session = DutySession(user_id=person.id, clock_in_time=read_moment(start), clock_out_time=ended, **fields)
        db.add(session)
        db.commit()
        return session.id

    return work


@pytest.fixture
def session(worked, guard, dock):
    """The guard's eight hours of a Tuesday at the dock."""
    return worked(guard, "2026-03-03T08:00Z", "2026-03-03T16:00Z", location_id=dock["id"], notes="All quiet")


@pytest.fixture
def sheet(supervisor, guard, session):
    """The guard's timesheet of that week, a DRAFT."""
    return made(collect(supervisor, guard))


@pytest.fixture
def pending(supervisor, sheet):
    assert move(supervisor, sheet, "submit").status_code == 200
    return sheet


@pytest.fixture
def rejected(supervisor, pending):
    assert move(supervisor, pending, "reject").status_code == 200
    return pending


@pytest.fixture
def approved(supervisor, pending):
    assert move(supervisor, pending, "approve").status_code == 200
    return pending


def collect(person, whose, week=WEEK):
    return person.post("/timesheets", json={"userId": whose.id, "weekStartDate": week})


def move(person, sheet, verb):
    return person.post(f"/timesheets/{sheet['id']}/{verb}", json=REASON)


def adjust(person, sheet, **fields):
    return person.post(f"/timesheet-entries/{sheet['entries'][0]['id']}/adjust", json=TIMES | fields)


def delete(person, sheet):
    return person.delete(f"/timesheets/{sheet['id']}")


def look(person, sheet):
    answer = person.get(f"/timesheets/{sheet['id']}")
    assert answer.status_code == 200
    return answer.json()


def approve_all(person, *ids):
    return person.post("/timesheets/bulk-approve", json={"timesheetIds": ids})


def found(answer, key):
    assert answer.status_code == 200
    return [line[key] for line in answer.json()]


# Collecting hours


def test_a_timesheet_collects_the_sessions_of_a_week(supervisor, guard, dock, session, sheet):
    assert (
        sheet.items()
        >= {
            "userId": guard.id,
            "weekStartDate": "2026-03-01T00:00:00.000Z",
            "weekEndDate": "2026-03-07T23:59:59.999Z",
            "totalHours": 8,
            "totalEntries": 1,
            "status": "DRAFT",
            "createdBy": supervisor.id,
            "submittedAt": None,
            "approver": None,
        }.items()
    )
    assert sheet["user"] == {"id": guard.id, "firstName": "Gail", "lastName": "Tester", "email": guard.email}
    [entry] = sheet["entries"]
    assert (
        entry.items()
        >= {
            "timesheetId": sheet["id"],
            "dutySessionId": session,
            "date": "2026-03-03T08:00:00.000Z",
            "clockInTime": "2026-03-03T08:00:00.000Z",
            "clockOutTime": "2026-03-03T16:00:00.000Z",
            "hoursWorked": 8,
            "originalClockIn": "2026-03-03T08:00:00.000Z",
            "originalClockOut": "2026-03-03T16:00:00.000Z",
            "originalHours": 8,
            "wasAdjusted": False,
            "wasManuallyAdded": False,
            "notes": None,
            "location": {"id": dock["id"], "name": "North Dock"},
        }.items()
    )


@pytest.mark.parametrize("moment", ["2026-03-01", "2026-03-04T12:00", "2026-03-07", "2026-03-07T23:59:59.9999Z"])
def test_any_moment_of_the_week_names_it(supervisor, guard, session, moment):
    sheet = made(collect(supervisor, guard, moment))
    assert sheet["weekStartDate"] == "2026-03-01T00:00:00.000Z"
    assert found(supervisor.get("/timesheets", params={"weekStartDate": moment}), "id") == [sheet["id"]]
    assert found(supervisor.get("/timesheets/eligible-users", params={"weekStartDate": moment}), "id") == [guard.id]


def test_the_sessions_that_began_in_the_week_count_in_order(supervisor, guard, worked):
    worked(guard, "2026-03-07T23:59:59.999Z", "2026-03-08T04:00Z")
    worked(guard, "2026-03-01T00:00Z", "2026-03-01T01:00Z")
    worked(guard, "2026-02-28T23:59:59.999Z", "2026-03-01T08:00Z")
    worked(guard, "2026-03-08T00:00Z", "2026-03-08T08:00Z")
    entries = made(collect(supervisor, guard))["entries"]
    assert [entry["hoursWorked"] for entry in entries] == [1, 4]


def test_sessions_that_still_run_do_not_count(supervisor, guard, worked):
    worked(guard, "2026-03-03T08:00Z", None)
    assert collect(supervisor, guard).status_code == 409
    assert supervisor.get("/timesheets/eligible-users", params={"weekStartDate": WEEK}).json() == []


def test_without_sessions_there_is_no_timesheet(supervisor, guard, other_guard, session):
    assert collect(supervisor, other_guard).status_code == 409
    assert collect(supervisor, guard, "2026-03-08").status_code == 409


def test_a_person_has_one_timesheet_for_a_week(supervisor, guard, sheet):
    assert collect(supervisor, guard, "2026-03-07").status_code == 409


def test_a_timesheet_of_the_other_application_that_begins_elsewhere_in_the_week_counts(db, supervisor, guard, session):
    db.add(from_outside(guard, week_start_date=read_moment("2026-03-04")))
    db.commit()
    assert collect(supervisor, guard).status_code == 409
    assert len(supervisor.get("/timesheets", params={"weekStartDate": WEEK}).json()) == 1


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Honolulu", "Europe/Paris", "Pacific/Kiritimati", "UTC"])
def test_a_week_that_is_stored_as_midnight_utc_is_that_week(db, supervisor, guard, worked, monkeypatch, zone):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo(zone))
    for day in "2026-02-24", "2026-03-03", "2026-03-10":
        worked(guard, f"{day}T09:00", f"{day}T17:00")
    sunday = datetime(2026, 3, 1, tzinfo=UTC)
    db.add(
        sheet := from_outside(guard, week_start_date=sunday, week_end_date=sunday + timedelta(days=7, milliseconds=-1))
    )
    db.commit()
    assert collect(supervisor, guard, "2026-03-07T23:59").status_code == 409
    assert collect(supervisor, guard, "2026-03-01").status_code == 409
    for week, number in ("2026-02-28T23:59", 0), ("2026-03-01", 1), ("2026-03-07T23:59", 1), ("2026-03-08", 0):
        assert len(found(supervisor.get("/timesheets", params={"weekStartDate": week}), "id")) == number
    after = move(supervisor, {"id": sheet.id}, "submit").json()
    assert [entry["clockInTime"] for entry in after["entries"]] == [iso(read_moment("2026-03-03T09:00"))]
    assert move(supervisor, after, "reject").status_code == 200
    late = {"clockInTime": "2026-03-07T23:00", "clockOutTime": "2026-03-08T01:00"}
    assert adjust(supervisor, after, **late).status_code == 200
    assert made(collect(supervisor, guard, "2026-02-28"))["totalEntries"] == 1
    assert made(collect(supervisor, guard, "2026-03-08"))["totalEntries"] == 1


def test_a_session_that_is_in_a_timesheet_is_not_collected_again(db, supervisor, guard, worked, session):
    """The other application took it for the week after."""
    db.add(other := from_outside(guard, week_start_date=read_moment("2026-03-08")))
    db.flush()
    moment = read_moment("2026-03-03T08:00Z")
    times = {"date": moment, "clock_in_time": moment, "clock_out_time": moment, "hours_worked": 8}
    db.add(TimesheetEntry(timesheet_id=other.id, duty_session_id=session, **times))
    db.commit()
    assert collect(supervisor, guard).status_code == 409
    assert db.exec(select(Timesheet)).one().id == other.id
    worked(guard, "2026-03-04T08:00Z", "2026-03-04T10:00Z")
    assert made(collect(supervisor, guard))["totalHours"] == 2


def test_of_eight_who_collect_the_same_week_one_succeeds(db, supervisor, guard, session):
    assert together(*[lambda: collect(supervisor, guard)] * 8) == [201] + [409] * 7
    assert len(db.exec(select(Timesheet)).all()) == len(db.exec(select(TimesheetEntry)).all()) == 1


@pytest.mark.parametrize(
    ("end", "hours"),
    [
        ("2026-03-03T08:00:17.999Z", 0),
        ("2026-03-03T08:00:18.000Z", 0.01),
        ("2026-03-03T16:07:30Z", 8.13),
        ("2026-03-03T16:01:30.500Z", 8.03),
        ("2026-03-03T15:58:30Z", 7.98),
        ("2026-03-03T08:04:30Z", 0.08),
    ],
)
def test_hours_are_rounded_to_hundredths_half_up(supervisor, guard, worked, end, hours):
    worked(guard, "2026-03-03T08:00Z", end)
    assert made(collect(supervisor, guard))["entries"][0]["hoursWorked"] == hours


def test_totals_are_sums_of_decimals(supervisor, guard, worked, db):
    for day in 2, 3, 4, 5:
        worked(guard, f"2026-03-0{day}T08:00Z", f"2026-03-0{day}T08:06Z")
    worked(guard, "2026-03-06T08:00Z", "2026-03-06T08:12Z")
    assert '"totalHours":0.6,' in collect(supervisor, guard).text
    assert str(db.exec(select(Timesheet)).one().total_hours) == "0.60"


@pytest.mark.parametrize(
    ("end", "hours"),
    [
        ("2026-03-03T07:59:59.995Z", 0),
        ("2026-03-01T08:00Z", 0),
        ("2026-04-14T00:00Z", 999.99),
        ("2030-01-01T00:00Z", 999.99),
    ],
)
def test_a_duty_that_ended_before_it_began_or_was_forgotten_counts_in_bounds_and_can_be_adjusted(
    supervisor, guard, worked, end, hours
):
    worked(guard, "2026-03-02T08:00Z", "2026-03-02T16:00Z")
    worked(guard, "2026-03-03T08:00Z", end)
    sheet = made(collect(supervisor, guard))
    assert [entry["hoursWorked"] for entry in sheet["entries"]] == [8, hours]
    assert sheet["totalHours"] == 8 + hours
    answer = adjust(supervisor, {"entries": sheet["entries"][1:]})
    assert answer.status_code == 200
    assert answer.json()["totalHours"] == 15.83


def test_totals_are_at_most_what_their_column_holds(supervisor, guard, worked):
    for hour in range(11):
        worked(guard, f"2026-03-03T{hour:02}:00Z", "2026-06-01")
    sheet = made(collect(supervisor, guard))
    assert (sheet["totalHours"], sheet["totalEntries"]) == (9999.99, 11)


@pytest.mark.parametrize(
    ("moment", "start", "end", "hours"),
    [
        ("2026-03-08", "2026-03-08T05:00:00.000Z", "2026-03-15T03:59:59.999Z", 167),
        ("2026-03-15", "2026-03-15T04:00:00.000Z", "2026-03-22T03:59:59.999Z", 168),
        ("2026-11-01", "2026-11-01T04:00:00.000Z", "2026-11-08T04:59:59.999Z", 169),
        ("2026-11-07T23:59", "2026-11-01T04:00:00.000Z", "2026-11-08T04:59:59.999Z", 169),
        ("2026-11-08T04:00Z", "2026-11-01T04:00:00.000Z", "2026-11-08T04:59:59.999Z", 169),
    ],
)
def test_weeks_are_the_towns_whatever_the_clocks_do(supervisor, guard, worked, new_york, moment, start, end, hours):
    worked(guard, start, start)
    worked(guard, end, end)
    sheet = made(collect(supervisor, guard, moment))
    assert (sheet["weekStartDate"], sheet["weekEndDate"]) == (start, end)
    assert read_moment(end) - read_moment(start) == timedelta(hours=hours, milliseconds=-1)
    assert sheet["totalEntries"] == 2


def test_a_night_over_a_change_of_clocks_counts_the_hours_that_passed(supervisor, guard, worked, new_york):
    worked(guard, "2026-03-07T22:00", "2026-03-08T06:00")
    worked(guard, "2026-10-31T22:00", "2026-11-01T06:00")
    assert made(collect(supervisor, guard, "2026-03-07"))["totalHours"] == 7
    assert made(collect(supervisor, guard, "2026-10-31"))["totalHours"] == 9


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"userId": UNKNOWN, "weekStartDate": WEEK}, 404),
        ({"userId": "", "weekStartDate": WEEK}, 422),
        ({"weekStartDate": WEEK}, 422),
        ({"userId": UNKNOWN, "weekStartDate": "x"}, 422),
        ({"userId": UNKNOWN, "weekStartDate": ""}, 422),
        ({"userId": UNKNOWN}, 422),
    ],
)
def test_a_timesheet_takes_a_known_person_and_a_moment(supervisor, body, status):
    assert supervisor.post("/timesheets", json=body).status_code == status


def test_those_with_sessions_are_listed_once_each_by_last_and_first_name(supervisor, someone, worked):
    for last, first in ("Moreno", "Ines"), ("Adler", "Zoe"), ("Adler", "Amy"):
        person = someone(Role.GUARD, first)
        rename(person, last)
        worked(person, "2026-03-03T08:00Z", "2026-03-03T16:00Z")
        worked(person, "2026-03-04T08:00Z", "2026-03-04T16:00Z")
    answer = supervisor.get("/timesheets/eligible-users", params={"weekStartDate": WEEK})
    assert found(answer, "firstName") == ["Amy", "Zoe", "Ines"]
    assert answer.json()[0].keys() == {"id", "firstName", "lastName", "email", "role"}


def rename(person, last_name):
    assert person.patch(f"/users/{person.id}", json={"lastName": last_name}).status_code == 200


@pytest.mark.parametrize("week", ["x", "", None])
def test_those_with_sessions_are_asked_for_by_week(supervisor, week):
    assert supervisor.get("/timesheets/eligible-users", params={"weekStartDate": week}).status_code == 422


# Who may


@pytest.mark.parametrize("who", EVERYONE)
def test_supervisors_and_above_keep_timesheets(request, other_guard, worked, sheet, who):
    person = request.getfixturevalue(who)
    worked(other_guard, "2026-03-03T08:00Z", "2026-03-03T16:00Z")
    statuses = [
        person.get("/timesheets").status_code,
        person.get("/timesheets/eligible-users", params={"weekStartDate": WEEK}).status_code,
        person.get(f"/timesheets/{sheet['id']}").status_code,
        collect(person, other_guard).status_code,
        adjust(person, sheet).status_code,
        move(person, sheet, "submit").status_code,
        move(person, sheet, "reject").status_code,
        move(person, sheet, "submit").status_code,
        move(person, sheet, "approve").status_code,
        approve_all(person, sheet["id"]).status_code,
        delete(person, sheet).status_code,
    ]
    may = [200, 200, 200, 201, 200, 200, 200, 200, 200, 200, 409]
    assert statuses == ([403] * 11 if who == "guard" else may)


def test_what_is_not_there_is_not_found(supervisor):
    nothing = {"id": UNKNOWN, "entries": [{"id": UNKNOWN}]}
    for answer in (
        supervisor.get(f"/timesheets/{UNKNOWN}"),
        move(supervisor, nothing, "submit"),
        move(supervisor, nothing, "approve"),
        move(supervisor, nothing, "reject"),
        delete(supervisor, nothing),
        adjust(supervisor, nothing),
    ):
        assert answer.status_code == 404


# From DRAFT to APPROVED


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        ("sheet", {"submit", "adjust", "delete"}),
        ("pending", {"approve", "reject"}),
        ("rejected", {"submit", "adjust", "delete"}),
        ("approved", set()),
    ],
)
@pytest.mark.parametrize("verb", ["submit", "approve", "reject", "adjust", "delete"])
def test_from_each_state_only_some_moves_are_possible(request, supervisor, state, possible, verb):
    sheet = request.getfixturevalue(state)
    before = look(supervisor, sheet)
    answer = {"adjust": adjust, "delete": delete}.get(verb, lambda *of: move(*of, verb))(supervisor, sheet)
    if verb in possible:
        assert answer.status_code in (200, 204)
    else:
        assert answer.status_code == 409
        assert "DRAFT or REJECTED" in answer.json()["detail"]
        assert look(supervisor, sheet) == before


def test_submitting_collects_what_was_completed_since(db, supervisor, guard, worked, sheet):
    worked(guard, "2026-03-04T08:00Z", "2026-03-04T10:00Z")
    worked(guard, "2026-03-08T08:00Z", "2026-03-08T10:00Z")  # the week after
    after = move(supervisor, sheet, "submit").json()
    assert [entry["hoursWorked"] for entry in after["entries"]] == [8, 2]
    assert (after["totalHours"], after["totalEntries"]) == (10, 2)
    assert move(supervisor, sheet, "reject").status_code == 200
    worked(guard, "2026-03-05T08:00Z", "2026-03-05T09:00Z")
    again = move(supervisor, sheet, "submit").json()
    assert (again["totalHours"], again["totalEntries"]) == (11, 3)


def test_submitting_keeps_what_was_adjusted(supervisor, guard, worked, sheet):
    assert adjust(supervisor, sheet).status_code == 200
    worked(guard, "2026-03-04T08:00Z", "2026-03-04T10:00Z")
    after = move(supervisor, sheet, "submit").json()
    assert [entry["hoursWorked"] for entry in after["entries"]] == [7.83, 2]


def test_of_eight_who_submit_at_once_one_collects(supervisor, guard, worked, sheet):
    worked(guard, "2026-03-04T08:00Z", "2026-03-04T10:00Z")
    assert together(*[lambda: move(supervisor, sheet, "submit")] * 8) == [200] + [409] * 7
    assert look(supervisor, sheet)["totalEntries"] == len(look(supervisor, sheet)["entries"]) == 2


def test_no_timesheet_is_approved_while_a_session_of_its_week_runs(db, supervisor, guard, worked, sheet):
    running = worked(guard, "2026-03-07T20:00Z", None)
    assert move(supervisor, sheet, "submit").json()["totalEntries"] == 1
    answer = move(supervisor, sheet, "approve")
    assert answer.status_code == 409
    assert "Gail Tester" in answer.json()["detail"]
    result = approve_all(supervisor, sheet["id"]).json()
    assert (result["approved"], result["failed"]) == (0, 1)
    assert "Gail Tester" in result["errors"][0]
    assert look(supervisor, sheet)["status"] == "PENDING"
    assert supervisor.post(f"/duty-sessions/{running}/supervisor-clock-out").status_code == 200
    after = move(supervisor, sheet, "approve").json()
    assert after["status"] == "APPROVED"
    assert [entry["dutySessionId"] for entry in after["entries"]][1:] == [running]
    assert after["totalEntries"] == 2


def test_a_session_of_another_week_or_person_does_not_stand_in_the_way(supervisor, guard, other_guard, worked, pending):
    worked(guard, "2026-03-08T00:00Z", None)
    worked(other_guard, "2026-03-03T08:00Z", None)
    assert move(supervisor, pending, "approve").status_code == 200


def test_whether_it_ends_before_or_after_an_approval_no_session_is_lost(supervisor, guard, worked, pending):
    running = worked(guard, "2026-03-07T20:00Z", None)
    approve = lambda: move(supervisor, pending, "approve")  # noqa: E731
    leave = lambda: supervisor.post(f"/duty-sessions/{running}/supervisor-clock-out")  # noqa: E731
    together(*[approve] * 3, leave)
    after = look(supervisor, pending)
    assert (after["status"], after["totalEntries"]) in [("APPROVED", 2), ("PENDING", 1)]


def test_a_submitted_timesheet_says_who_handed_it_in(supervisor, sheet):
    after = move(supervisor, sheet, "submit").json()
    assert after["submittedAt"]
    assert after.items() >= {"status": "PENDING", "submittedBy": supervisor.id, "entries": sheet["entries"]}.items()


def test_an_approved_timesheet_says_who_approved_it(supervisor, pending):
    after = move(supervisor, pending, "approve").json()
    assert after["approvedAt"]
    assert after.items() >= {"status": "APPROVED", "approvedBy": supervisor.id, "entries": pending["entries"]}.items()
    assert after["approver"] == {"id": supervisor.id, "firstName": "Sam", "lastName": "Tester"}


def test_a_rejected_timesheet_says_who_rejected_it_and_why(supervisor, pending):
    after = move(supervisor, pending, "reject").json()
    assert after["rejectedAt"]
    assert after.items() >= {"status": "REJECTED", "rejectedBy": supervisor.id, "entries": pending["entries"]}.items()
    assert after["rejectionReason"] == "Hours do not match"
    assert look(supervisor, pending)["rejector"]["firstName"] == "Sam"


def test_submitting_again_keeps_the_rejection_and_approval_clears_it(supervisor, rejected):
    again = move(supervisor, rejected, "submit").json()
    assert (again["rejectedBy"], again["rejectionReason"]) == (supervisor.id, "Hours do not match")
    after = move(supervisor, rejected, "approve").json()
    assert [after[key] for key in ("rejectedBy", "rejectedAt", "rejectionReason")] == [None] * 3


def test_nobody_decides_on_their_own_timesheet(supervisor, admin, worked):
    worked(supervisor, "2026-03-03T08:00Z", "2026-03-03T16:00Z")
    own = made(collect(supervisor, supervisor))
    for _ in "DRAFT", "PENDING":
        assert move(supervisor, own, "approve").status_code == 403
        assert move(supervisor, own, "reject").status_code == 403
        assert approve_all(supervisor, own["id"]).json()["failed"] == 1
        move(supervisor, own, "submit")
    assert move(admin, own, "approve").status_code == 200


@pytest.mark.parametrize("reason", [None, "", "   ", "\t\n", 5, "x" * 5001])
def test_a_reason_is_needed_before_all_else(supervisor, reason):
    assert supervisor.post(f"/timesheets/{UNKNOWN}/reject", json={"reason": reason}).status_code == 422
    answer = supervisor.post(f"/timesheet-entries/{UNKNOWN}/adjust", json=TIMES | {"reason": reason})
    assert answer.status_code == 422


def test_a_reason_is_kept_as_it_was_written(supervisor, pending):
    answer = supervisor.post(f"/timesheets/{pending['id']}/reject", json={"reason": " why "})
    assert answer.json()["rejectionReason"] == " why "


def test_of_eight_who_submit_at_once_one_succeeds(supervisor, sheet):
    assert together(*[lambda: move(supervisor, sheet, "submit")] * 8) == [200] + [409] * 7


def test_of_approvals_and_rejections_at_once_one_succeeds(supervisor, pending):
    verbs = ["approve", "reject"] * 4
    assert together(*[lambda verb=verb: move(supervisor, pending, verb) for verb in verbs]) == [200] + [409] * 7
    after = look(supervisor, pending)
    assert bool(after["approvedBy"]) is (after["status"] == "APPROVED")
    assert bool(after["rejectedBy"]) is (after["status"] == "REJECTED")


def test_a_deleted_timesheet_takes_its_entries_and_adjustments_along(db, supervisor, guard, session, sheet):
    assert adjust(supervisor, sheet).status_code == 200
    assert delete(supervisor, sheet).status_code == 204
    assert db.exec(select(TimesheetEntry)).all() == db.exec(select(TimesheetAdjustment)).all() == []
    assert db.get(DutySession, session) is not None
    assert collect(supervisor, guard).status_code == 201


def test_of_eight_who_delete_at_once_one_succeeds(supervisor, sheet):
    statuses = together(*[lambda: delete(supervisor, sheet)] * 8)
    assert statuses == [204] + [404] * 7


def test_a_timesheet_that_has_just_been_deleted_is_not_submitted(supervisor, sheet, monkeypatch):
    load = Session.get

    def load_and_delete(*args, **options):
        found = load(*args, **options)
        monkeypatch.undo()
        delete(supervisor, sheet)
        return found

    monkeypatch.setattr(Session, "get", load_and_delete)
    assert move(supervisor, sheet, "submit").status_code == 404


# Adjusting


def test_an_adjustment_keeps_the_original_times_and_recounts(supervisor, sheet):
    after = adjust(supervisor, sheet).json()
    assert (after["id"], after["status"], after["totalHours"], after["totalEntries"]) == (sheet["id"], "DRAFT", 7.83, 1)
    assert after["entries"][0] | {"updatedAt": ""} == sheet["entries"][0] | {
        "date": "2026-03-03T08:10:00.000Z",
        "clockInTime": "2026-03-03T08:10:00.000Z",
        "clockOutTime": "2026-03-03T16:00:00.000Z",
        "hoursWorked": 7.83,
        "wasAdjusted": True,
        "updatedAt": "",
    }


def test_an_adjustment_is_kept_with_its_author_and_reason(supervisor, sheet):
    adjust(supervisor, sheet)
    [adjustment] = look(supervisor, sheet)["adjustments"]
    assert (
        adjustment.items()
        >= {
            "timesheetId": sheet["id"],
            "entryId": sheet["entries"][0]["id"],
            "type": "TIME_EDITED",
            "fieldChanged": "clockTimes",
            "reason": "Late arrival",
            "adjustedBy": supervisor.id,
            "adjuster": {"id": supervisor.id, "firstName": "Sam", "lastName": "Tester"},
        }.items()
    )
    times = {"clockInTime": "2026-03-03T08:00:00.000Z", "clockOutTime": "2026-03-03T16:00:00.000Z", "hoursWorked": 8}
    assert adjustment["oldValue"] == json.dumps(times, separators=(",", ":"))
    assert json.loads(adjustment["newValue"]) == times | {
        "clockInTime": "2026-03-03T08:10:00.000Z",
        "hoursWorked": 7.83,
    }


def test_a_second_adjustment_keeps_the_first_original(supervisor, sheet):
    adjust(supervisor, sheet)
    after = adjust(supervisor, sheet, clockInTime="2026-03-03T09:00Z").json()
    assert after["entries"][0]["originalClockIn"] == "2026-03-03T08:00:00.000Z"
    assert [one["newValue"][16:35] for one in look(supervisor, sheet)["adjustments"]] == [
        "2026-03-03T09:00:00",
        "2026-03-03T08:10:00",
    ]


def test_the_times_of_an_entry_made_by_hand_are_kept_too(db, supervisor, guard, sheet):
    [entry] = db.exec(select(TimesheetEntry))
    entry.original_clock_in = entry.original_clock_out = entry.original_hours = None
    db.commit()
    after = adjust(supervisor, sheet).json()["entries"][0]
    assert (after["originalClockIn"], after["originalHours"]) == ("2026-03-03T08:00:00.000Z", 8)


def test_entries_stay_in_order_when_one_moves(supervisor, guard, worked, session):
    worked(guard, "2026-03-04T08:00Z", "2026-03-04T09:00Z")
    sheet = made(collect(supervisor, guard))
    after = adjust(supervisor, sheet, clockInTime="2026-03-05T08:00Z", clockOutTime="2026-03-05T10:00Z").json()
    assert [entry["hoursWorked"] for entry in after["entries"]] == [1, 2]
    assert after["totalHours"] == 3


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"clockInTime": "2026-03-03T16:00Z"}, 422),
        ({"clockInTime": "2026-03-03T16:00:00.0009Z", "clockOutTime": "2026-03-03T16:00:00.0001Z"}, 422),
        ({"clockOutTime": "2026-03-03T08:00Z"}, 422),
        ({"clockOutTime": "2026-03-04T08:10:00.001Z"}, 422),
        ({"clockOutTime": "2026-03-04T08:10Z"}, 200),
        ({"clockInTime": "x"}, 422),
        ({"clockInTime": ""}, 422),
        ({"clockOutTime": None}, 422),
        ({"clockInTime": "2026-02-28T23:59:59.999Z", "clockOutTime": "2026-03-01T08:00Z"}, 409),
        ({"clockInTime": "2026-03-01T00:00Z", "clockOutTime": "2026-03-01T08:00Z"}, 200),
        ({"clockInTime": "2026-03-07T23:59:59.999Z", "clockOutTime": "2026-03-08T08:00Z"}, 200),
        ({"clockInTime": "2026-03-08T00:00Z", "clockOutTime": "2026-03-08T08:00Z"}, 409),
    ],
)
def test_an_entry_has_at_most_24_hours_and_begins_in_its_week(supervisor, sheet, change, status):
    assert adjust(supervisor, sheet, **change).status_code == status


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        ("2026-03-03T16:00Z", "2026-03-03T17:00Z", 200),
        ("2026-03-03T19:00Z", "2026-03-03T20:00Z", 200),
        ("2026-03-03T19:00Z", "2026-03-03T20:00:00.001Z", 409),
        ("2026-03-03T21:59:59.999Z", "2026-03-03T23:00Z", 409),
        ("2026-03-03T20:30Z", "2026-03-03T21:00Z", 409),
        ("2026-03-03T08:00Z", "2026-03-04T00:00Z", 409),
    ],
)
def test_an_entry_does_not_overlap_another_one_of_its_timesheet(supervisor, guard, worked, session, start, end, status):
    worked(guard, "2026-03-03T20:00Z", "2026-03-03T22:00Z")
    worked(guard, "2026-03-03T16:30Z", "2026-03-03T16:30Z")  # takes no time, and so is in nobody's way
    sheet = made(collect(supervisor, guard))
    assert adjust(supervisor, sheet, clockInTime=start, clockOutTime=end).status_code == status
    assert bool(look(supervisor, sheet)["adjustments"]) is (status == 200)


def test_of_two_entries_that_are_moved_onto_each_other_at_once_one_moves(supervisor, guard, worked, session):
    worked(guard, "2026-03-04T08:00Z", "2026-03-04T16:00Z")
    entries = made(collect(supervisor, guard))["entries"]
    noon = {"clockInTime": "2026-03-05T11:00Z", "clockOutTime": "2026-03-05T13:00Z"}
    tries = [lambda entry=entry: adjust(supervisor, {"entries": [entry]}, **noon) for entry in entries]
    assert together(*tries) == [200, 409]


def test_an_entry_does_not_lie_in_the_future(supervisor, guard, worked):
    moment = now()
    worked(guard, iso(moment - timedelta(hours=2)), iso(moment))
    sheet = made(collect(supervisor, guard, iso(moment - timedelta(hours=2))))
    times = {"clockInTime": sheet["entries"][0]["clockInTime"], "clockOutTime": iso(moment + timedelta(hours=1))}
    assert adjust(supervisor, sheet, **times).status_code == 409
    assert adjust(supervisor, sheet, **times | {"clockOutTime": iso(moment)}).status_code == 200


def test_adjustments_at_once_all_count(supervisor, guard, worked):
    for day in range(1, 8):
        worked(guard, f"2026-03-0{day}T08:00Z", f"2026-03-0{day}T16:00Z")
    sheet = made(collect(supervisor, guard))

    def shorten(entry):
        start = entry["clockInTime"]
        end = start.replace("T08", "T09")
        return adjust(supervisor, {"entries": [entry]}, clockInTime=start, clockOutTime=end)

    assert together(*[lambda entry=entry: shorten(entry) for entry in sheet["entries"]]) == [200] * 7
    after = look(supervisor, sheet)
    assert after["totalHours"] == 7
    assert len(after["adjustments"]) == 7


def test_adjustments_of_one_entry_at_once_follow_each_other(supervisor, sheet):
    ends = [f"2026-03-03T1{hour}:00Z" for hour in range(8)]
    assert together(*[lambda end=end: adjust(supervisor, sheet, clockOutTime=end) for end in ends]) == [200] * 8
    history = [(one["oldValue"], one["newValue"]) for one in look(supervisor, sheet)["adjustments"]]
    before, after = {old for old, _ in history}, {new for _, new in history}
    assert len(before) == len(after) == 8
    assert len(before - after) == 1


def test_a_timesheet_has_200_adjustments_at_most(db, supervisor, sheet):
    kind = {"type": TimesheetAdjustmentType.TIME_EDITED, "reason": "Late", "adjusted_by": supervisor.id}
    db.add_all(TimesheetAdjustment(timesheet_id=sheet["id"], **kind) for _ in range(199))
    db.commit()
    assert together(*[lambda: adjust(supervisor, sheet)] * 4) == [200] + [409] * 3


def test_nothing_is_adjusted_once_it_is_submitted(supervisor, sheet):
    adjusting, submitting = [lambda: adjust(supervisor, sheet)] * 4, [lambda: move(supervisor, sheet, "submit")] * 4
    statuses = together(*adjusting, *submitting)
    after = look(supervisor, sheet)
    assert after["status"] == "PENDING"
    assert statuses.count(200) == len(after["adjustments"]) + 1


# Many at once


def test_one_that_can_not_be_approved_does_not_stop_the_rest(supervisor, other_guard, worked, pending):
    worked(other_guard, "2026-03-03T08:00Z", "2026-03-03T16:00Z")
    draft = made(collect(supervisor, other_guard))
    answer = approve_all(supervisor, UNKNOWN, draft["id"], pending["id"], pending["id"])
    assert answer.status_code == 200
    result = answer.json()
    assert (result["approved"], result["failed"]) == (1, 3)
    assert sorted(error.split(":")[0] for error in result["errors"]) == sorted([UNKNOWN, draft["id"], pending["id"]])
    assert look(supervisor, pending)["status"] == "APPROVED"
    assert look(supervisor, draft)["status"] == "DRAFT"


def test_approving_many_takes_as_many_queries_as_approving_two(supervisor, someone, worked, count_queries):
    def queries(number):
        ids = []
        for guard in [someone(Role.GUARD) for _ in range(number)]:
            worked(guard, "2026-03-03T08:00Z", "2026-03-03T16:00Z")
            ids.append(made(collect(supervisor, guard))["id"])
            assert move(supervisor, {"id": ids[-1]}, "submit").status_code == 200
            worked(guard, "2026-03-04T08:00Z", "2026-03-04T16:00Z")
        taken = count_queries(lambda: approve_all(supervisor, *ids))
        assert {sheet["totalHours"] for sheet in supervisor.get("/timesheets?status=APPROVED").json()} == {16}
        return taken

    assert queries(12) == queries(2) <= 10


def test_five_hundred_timesheets_are_approved_in_one_request(db, supervisor, guard):
    sundays = [datetime(2010, 1, 3, tzinfo=UTC) + timedelta(weeks=number) for number in range(500)]
    db.add_all(from_outside(guard, week_start_date=sunday, status=TimesheetStatus.PENDING) for sunday in sundays)
    db.commit()
    result = approve_all(supervisor, *db.exec(select(Timesheet.id))).json()
    assert (result["approved"], result["failed"], result["errors"]) == (500, 0, [])


@pytest.mark.parametrize("ids", [[], None, "x", [""], [5], [UNKNOWN] * 501])
def test_a_list_of_ids_is_needed(supervisor, ids):
    assert supervisor.post("/timesheets/bulk-approve", json={"timesheetIds": ids}).status_code == 422


def test_of_eight_who_approve_the_same_one_succeeds(supervisor, pending):
    assert together(*[lambda: approve_all(supervisor, pending["id"])] * 8) == [200] * 8
    assert move(supervisor, pending, "approve").status_code == 409


# Looking


def from_outside(person, **fields):
    """A timesheet as the other application may write it."""
    week = {"week_start_date": now() - timedelta(days=fields.pop("days", 0)), "week_end_date": now()}
    return Timesheet(user_id=person.id, created_by=person.id, **{"total_hours": 0} | week | fields)


def test_timesheets_are_listed_latest_week_first_then_by_last_name(db, supervisor, guard, other_guard):
    rename(guard, "Young")
    for whose, week in (guard, "2026-03-01"), (other_guard, "2026-03-01"), (guard, "2026-02-22"), (guard, "2026-03-08"):
        db.add(from_outside(whose, week_start_date=read_moment(week), rejection_reason=f"{whose.name} {week}"))
    db.commit()
    answer = supervisor.get("/timesheets")
    assert found(answer, "rejectionReason") == [
        f"{guard.name} 2026-03-08",
        f"{other_guard.name} 2026-03-01",
        f"{guard.name} 2026-03-01",
        f"{guard.name} 2026-02-22",
    ]
    page = supervisor.get("/timesheets", params={"limit": 1, "offset": 1})
    assert found(page, "userId") == [other_guard.id]
    assert page.headers["X-Total-Count"] == "4"


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({}, 2),
        ({"userId": "", "status": "", "weekStartDate": ""}, 2),
        ({"status": "DRAFT"}, 1),
        ({"status": "APPROVED"}, 0),
        ({"userId": UNKNOWN}, 0),
        ({"weekStartDate": "2026-03-07"}, 1),
        ({"weekStartDate": "2026-03-08"}, 0),
        ({"status": "PENDING", "weekStartDate": WEEK}, 0),
    ],
)
def test_timesheets_are_filtered(db, supervisor, sheet, other_guard, filters, number):
    db.add(from_outside(other_guard, days=3000, status=TimesheetStatus.PENDING))
    db.commit()
    assert len(found(supervisor.get("/timesheets", params=filters), "id")) == number


def test_timesheets_are_found_by_person(db, supervisor, guard, other_guard):
    db.add_all([from_outside(guard), from_outside(other_guard)])
    db.commit()
    assert found(supervisor.get("/timesheets", params={"userId": guard.id}), "userId") == [guard.id]


@pytest.mark.parametrize("filters", [{"status": "nope"}, {"weekStartDate": "x"}])
def test_a_filter_that_is_none_is_refused(supervisor, filters):
    assert supervisor.get("/timesheets", params=filters).status_code == 422


def test_a_line_of_the_list_has_its_person_and_entries(supervisor, sheet):
    assert supervisor.get("/timesheets").json() == [sheet]


def test_a_timesheet_is_shown_with_all_that_it_refers_to(db, supervisor, guard, session, sheet):
    shown = look(supervisor, sheet)
    assert shown.items() >= {key: value for key, value in sheet.items() if key != "entries"}.items()
    assert (shown["adjustments"], shown["rejector"]) == ([], None)
    [entry] = shown["entries"]
    assert entry.items() >= sheet["entries"][0].items()
    assert entry["shift"] is None
    assert entry["dutySession"].items() >= {"id": session, "userId": guard.id, "notes": "All quiet"}.items()


def test_rows_of_the_other_application_are_shown(db, supervisor, guard):
    db.add(sheet := from_outside(guard, total_hours=9999.99))
    db.flush()
    db.add(
        TimesheetEntry(timesheet_id=sheet.id, date=now(), clock_in_time=now(), clock_out_time=now(), hours_worked=-1)
    )
    note = {"type": TimesheetAdjustmentType.NOTE_ADDED, "reason": "", "adjusted_by": guard.id}
    db.add(TimesheetAdjustment(timesheet_id=sheet.id, **note))
    db.commit()
    shown = look(supervisor, {"id": sheet.id})
    assert shown["totalHours"] == 9999.99
    assert shown["entries"][0].items() >= {"hoursWorked": -1, "location": None, "dutySession": None}.items()
    assert shown["adjustments"][0].items() >= {"entryId": None, "oldValue": None, "reason": ""}.items()
    assert found(supervisor.get("/timesheets"), "totalHours") == [9999.99]


@pytest.mark.parametrize("path", ["/timesheets", "/timesheets/eligible-users?weekStartDate=2026-03-02"])
def test_a_list_takes_as_many_queries_however_long_it_is(db, supervisor, someone, dock, worked, count_queries, path):
    def add(number):
        for guard in [someone(Role.GUARD) for _ in range(number)]:
            session = worked(guard, "2026-03-03T08:00Z", "2026-03-03T16:00Z", location_id=dock["id"])
            db.add(sheet := from_outside(guard, week_start_date=read_moment("2026-03-01")))
            db.flush()
            entry = {"duty_session_id": session, "location_id": dock["id"], "hours_worked": 8, "date": now()}
            db.add(TimesheetEntry(timesheet_id=sheet.id, clock_in_time=now(), clock_out_time=now(), **entry))
        db.commit()

    add(1)
    one = count_queries(lambda: supervisor.get(path))
    add(9)
    assert count_queries(lambda: supervisor.get(path)) == one
    add(90)
    assert count_queries(lambda: supervisor.get(path, params={"weekStartDate": WEEK, "limit": 500})) == one


def test_a_timesheet_takes_as_many_queries_however_many_entries_it_has(supervisor, guard, dock, worked, count_queries):
    def queries(week, days):
        for day in days:
            worked(guard, f"{day}T08:00Z", f"{day}T16:00Z", location_id=dock["id"])
        sheet = made(collect(supervisor, guard, week))
        return count_queries(lambda: supervisor.get(f"/timesheets/{sheet['id']}"))

    assert queries("2026-03-01", ["2026-03-01"]) == queries("2026-03-08", ["2026-03-08", "2026-03-09", "2026-03-10"])
