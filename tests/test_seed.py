"""What a database starts with: the first admin, or four weeks of a town's marinas."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, SQLModel, col, create_engine, func, select

from conftest import Person
from database import engine
from demo import seed
from demo.data import DEMO_ACCOUNTS, DEMO_PASSWORD, LATER
from demo.town import Demo
from fields import Row
from models import (
    DutySession,
    FleetStatus,
    IncidentReportGeneration,
    IncidentSeverity,
    Location,
    LocationCheckIn,
    Log,
    LogType,
    Role,
    SafetyChecklistItem,
    SafetyChecklistItemCheck,
    SafetyChecklistResponse,
    Shift,
    SupervisorEquipmentCheckout,
    Timesheet,
    TimesheetStatus,
    Tour,
    TourStatus,
    TourStop,
    User,
    Vehicle,
)
from rows import table_of
from settings import settings
from tests.world import ADDED

ACCOUNT = {role: {"username": email, "password": DEMO_PASSWORD} for role, email in DEMO_ACCOUNTS.items()}

EVERYONES = [
    "/users/me",
    "/locations",
    "/locations/active",
    "/locations/hq",
    "/duty-sessions/active",
    "/logs",
    "/incidents",
    "/shifts",
    "/recurring-patterns",
    "/tours",
    "/equipment/available?type=CAR",
    "/safety-checklist-items/active",
    "/messages",
    "/notifications",
]
SUPERVISORS = [
    "/users",
    "/users/supervisors",
    "/duty-sessions/on-duty",
    "/incident-reports",
    "/timesheets",
    "/conversations",
]
ADMINS = [
    "/users/management",
    "/locations/management",
    "/vehicles",
    "/radios",
    "/fleet/in-shop",
    "/safety-checklist-items",
]
LISTS = {
    Role.GUARD: EVERYONES,
    Role.SUPERVISOR: EVERYONES + SUPERVISORS,
    Role.ADMIN: EVERYONES + SUPERVISORS + ADMINS,
    Role.SUPER_ADMIN: EVERYONES + SUPERVISORS + ADMINS,
}


@pytest.fixture(scope="module")
def weeks():
    """The demo data of a Wednesday afternoon, not yet written."""
    return Demo(datetime(2026, 5, 27, 16, 40, tzinfo=UTC))


@pytest.fixture
def demo(weeks, db):
    """A database with the demo data."""
    with engine.begin() as connection:
        weeks.write(connection)
    return db


@pytest.fixture
def signed_in(demo, anyone):
    """Someone who has signed in with the demo account of a role."""

    def sign_in(role):
        return Person(anyone.post("/auth/token", data=ACCOUNT[role]).json()["access_token"])

    return sign_in


@pytest.fixture
def demo_wanted(monkeypatch):
    monkeypatch.setattr(settings, "demo_data", True)


@pytest.fixture
def with_demo_data(demo_wanted, weeks, monkeypatch):
    """Demo data is wanted; to save time it is made once for all tests."""
    monkeypatch.setattr(seed, "Demo", lambda moment: weeks)


def everything(db):
    """How many rows there are of each table."""
    return {table.name: db.scalar(select(func.count()).select_from(table)) for table in SQLModel.metadata.sorted_tables}


def test_an_empty_database_gets_the_demo_data_within_three_seconds(db, demo_wanted):
    began = process_time()  # what else the machine does in the meantime does not count
    seed.prepare()
    assert process_time() - began < 3
    rows = everything(db)
    assert all(rows[name] for name in rows.keys() - ADDED.keys())


def test_a_second_start_adds_nothing(db, with_demo_data):
    seed.prepare()
    before = everything(db)
    seed.prepare()
    assert everything(db) == before


def test_a_database_with_a_user_gets_no_demo_data(db, guard, with_demo_data):
    seed.prepare()
    assert {name for name, rows in everything(db).items() if rows} == {"User"}


def test_without_the_setting_there_is_no_demo_data(db):
    seed.prepare()
    assert not any(everything(db).values())


def test_every_start_tells_the_demo_accounts(with_demo_data, capsys):
    for _ in range(2):
        seed.prepare()
        told = capsys.readouterr().out
        assert DEMO_PASSWORD in told
        assert all(email in told for email in DEMO_ACCOUNTS.values())


def test_a_start_is_silent_where_the_demo_accounts_do_not_exist(guard, with_demo_data, capsys):
    seed.prepare()
    assert capsys.readouterr().out == ""


def test_the_first_admin_of_an_empty_database_can_sign_in(anyone, monkeypatch):
    monkeypatch.setattr(settings, "first_admin_email", "chief@marina.example")
    monkeypatch.setattr(settings, "first_admin_password", "a long enough one")
    seed.prepare()
    account = {"username": "chief@marina.example", "password": "a long enough one"}
    chief = Person(anyone.post("/auth/token", data=account).json()["access_token"])
    assert chief.get("/users/me").json()["role"] == "SUPER_ADMIN"


def test_a_first_admin_keeps_the_rules_of_signing_up(db, monkeypatch):
    monkeypatch.setattr(settings, "first_admin_email", "chief@marina.example")
    monkeypatch.setattr(settings, "first_admin_password", "hush")
    with pytest.raises(SystemExit) as stop:
        seed.prepare()
    assert str(stop.value) == "Can't start: FIRST_ADMIN_PASSWORD: String should have at least 8 characters."
    assert not any(everything(db).values())


def test_a_first_admin_is_not_joined_by_accounts_with_a_known_password(db, with_demo_data, monkeypatch):
    monkeypatch.setattr(settings, "first_admin_email", "chief@marina.example")
    monkeypatch.setattr(settings, "first_admin_password", "a long enough one")
    seed.prepare()
    assert [user.email for user in db.exec(select(User))] == ["chief@marina.example"]


def test_a_database_with_a_user_gets_no_first_admin(db, guard, monkeypatch):
    monkeypatch.setattr(settings, "first_admin_email", "chief@marina.example")
    monkeypatch.setattr(settings, "first_admin_password", "a long enough one")
    seed.prepare()
    assert [user.id for user in db.exec(select(User))] == [guard.id]


def test_of_eight_starts_at_the_same_moment_one_makes_the_demo_data(db, with_demo_data):
    barrier = Barrier(8)

    def start(_):
        barrier.wait()
        seed.prepare()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(start, range(8)))
    assert db.exec(select(func.count()).select_from(User)).one() == 22


def test_of_two_processes_starting_at_once_one_makes_tables_and_demo_data(tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    start = "from fastapi.testclient import TestClient; from main import app\nwith TestClient(app): pass"
    environment = os.environ | {"DATABASE_URL": url, "DEMO_DATA": "true", "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", start]
    workers = [subprocess.Popen(command, env=environment, cwd=tmp_path) for _ in range(2)]  # noqa: S603
    assert [worker.wait() for worker in workers] == [0, 0]
    new = create_engine(url)
    with Session(new) as db:
        assert db.exec(select(func.count()).select_from(User)).one() == 22
        assert everything(db)["SafetyChecklistItem"] == 10
    new.dispose()


@pytest.mark.parametrize("role", Role)
def test_each_demo_account_can_use_the_lists_of_its_role(signed_in, role):
    person = signed_in(role)
    assert {path: person.get(path).status_code for path in LISTS[role]} == dict.fromkeys(LISTS[role], 200)


def test_every_row_keeps_the_limits_of_its_fields(weeks):
    for rows in weeks.rows.values():
        for row in rows:
            type(row).model_validate(row.model_dump())


def test_ids_are_in_the_order_of_creation(weeks):
    for rows in weeks.rows.values():
        dated = [row for row in rows if isinstance(row, Row)]
        by_id = sorted(dated, key=lambda row: row.id)
        assert all(earlier.created_at <= later.created_at for earlier, later in pairwise(by_id))


def test_nothing_but_the_plans_lies_in_the_future(weeks):
    for table, rows in weeks.rows.items():
        for row in rows if table is not table_of(Shift) else []:
            moments = [value for value in row.model_dump().values() if isinstance(value, datetime)]
            assert all(moment <= weeks.now for moment in moments), row
    assert max(shift.start_time for shift in weeks.rows[table_of(Shift)]) > weeks.now


def test_nothing_was_changed_before_it_was_made(weeks):
    for rows in weeks.rows.values():
        assert all(row.created_at <= row.updated_at for row in rows if isinstance(row, Row))


def test_there_are_people_of_every_role_and_one_has_left(demo):
    people = demo.exec(select(User)).all()
    assert Counter(user.role for user in people) == {"SUPER_ADMIN": 2, "ADMIN": 2, "SUPERVISOR": 4, "GUARD": 14}
    assert [user.role for user in people if user.archived_at] == ["GUARD"]
    assert all(user.email.endswith("@example.com") and user.clerk_id == f"local_{user.id}" for user in people)


def test_there_are_fourteen_marinas_and_headquarters(demo):
    names = {place.name for place in demo.exec(select(Location))}
    assert len(names) == 15
    assert {settings.hq_location, "Bay Shore Marina", "Port O'Call Marina"} <= names


AT_ANY_HOUR = [
    datetime(2026, 3, 1, 5, 0, tzinfo=UTC),  # midnight on a Sunday
    datetime(2026, 3, 8, 7, 10, tzinfo=UTC),  # the hour that the clocks skip
    datetime(2026, 5, 27, 23, 29, tzinfo=UTC),  # just before the night's supervisor counts as come
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),  # the hour that comes twice
]


@pytest.mark.parametrize("moment", AT_ANY_HOUR, ids=str)
def test_at_any_hour_guards_and_a_supervisor_are_on_duty_and_nobody_twice(moment, monkeypatch):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo("America/New_York"))
    weeks = Demo(moment)
    on_duty = [session.user_id for session in weeks.duty + weeks.rounds if session.clock_out_time is None]
    assert {weeks.guard.id, weeks.lead.id} <= set(on_duty)
    assert weeks.guards[-1].id not in on_duty
    assert len([session for session in weeks.duty if session.clock_out_time is None]) >= 2
    assert len(set(on_duty)) == len(on_duty)
    assert_one_at_a_time(weeks.duty + weeks.rounds)


def assert_one_at_a_time(sessions):
    spells = defaultdict(list)
    for session in sessions:
        assert session.clock_in_time < (session.clock_out_time or LATER)
        spells[session.user_id].append((session.clock_in_time, session.clock_out_time or LATER))
    for own in spells.values():
        assert all(left <= came for (_, left), (came, _) in pairwise(sorted(own)))


def test_four_weeks_of_duty_never_overlap_for_anyone(demo, weeks):
    sessions = demo.exec(select(DutySession)).all()
    assert (weeks.now - min(session.clock_in_time for session in sessions)).days >= 28
    assert_one_at_a_time(sessions)


def test_an_entry_was_written_on_duty_at_the_place_of_duty(demo):
    duty = defaultdict(list)
    for session in demo.exec(select(DutySession)):
        duty[session.user_id, session.location_id].append((session.clock_in_time, session.clock_out_time or LATER))
    for log in demo.exec(select(Log)):
        assert any(came <= log.created_at <= left for came, left in duty[log.user_id, log.location_id])


def test_there_are_incidents_of_every_severity_some_of_them_reviewed(demo):
    incidents = demo.exec(select(Log).where(Log.type == LogType.INCIDENT)).all()
    assert {log.severity for log in incidents} == set(IncidentSeverity)
    assert {log.reviewed_by is None for log in incidents} == {True, False}
    assert all(log.created_at < log.reviewed_at for log in incidents if log.reviewed_at)


def test_the_supervisor_on_duty_is_at_a_marina_with_car_and_radio_on_a_tour(signed_in):
    supervisor = signed_in(Role.SUPERVISOR)
    duty = supervisor.get("/duty-sessions/active").json()
    assert [visit["checkOutTime"] for visit in duty["locationCheckIns"]].count(None) == 1
    checkouts = supervisor.get(f"/duty-sessions/{duty['id']}/equipment-checkouts").json()
    assert [checkout["checkinTime"] for checkout in checkouts] == [None]
    assert len(supervisor.get("/tours?status=IN_PROGRESS").json()) == 1


def test_visits_follow_each_other_within_the_duty(demo):
    visits = defaultdict(list)
    for visit in demo.exec(select(LocationCheckIn)):
        session = demo.get(DutySession, visit.duty_session_id)
        assert session.clock_in_time <= visit.check_in_time < (session.clock_out_time or LATER)
        assert session.user_id == visit.user_id
        visits[session.id].append((visit.check_in_time, visit.check_out_time or LATER))
    for spells in visits.values():
        assert all(left <= came for (_, left), (came, _) in pairwise(sorted(spells)))


def test_generating_the_shifts_again_makes_none(signed_in, weeks):
    supervisor = signed_in(Role.SUPERVISOR)
    shifts = weeks.rows[table_of(Shift)]
    span = {
        "startDate": str(min(shift.start_time for shift in shifts)),
        "endDate": str(max(shift.start_time for shift in shifts)),
    }
    for pattern in supervisor.get("/recurring-patterns").json():
        assert supervisor.post(f"/recurring-patterns/{pattern['id']}/shifts", json=span).json() == []


def test_there_are_timesheets_in_every_state(demo):
    assert set(demo.exec(select(Timesheet.status))) == set(TimesheetStatus)


def test_a_timesheet_is_the_one_that_the_application_generates(signed_in):
    supervisor = signed_in(Role.SUPERVISOR)
    for sheet in supervisor.get("/timesheets?status=DRAFT").json():
        assert supervisor.delete(f"/timesheets/{sheet['id']}").status_code == 204
        facts = {"userId": sheet["userId"], "weekStartDate": sheet["weekStartDate"]}
        again = supervisor.post("/timesheets", json=facts).json()
        made = {"id", "createdBy", "createdAt", "updatedAt", "entries"}
        assert {**again, **dict.fromkeys(made)} == {**sheet, **dict.fromkeys(made)}
        worked = [(entry["dutySessionId"], entry["hoursWorked"], entry["originalHours"]) for entry in sheet["entries"]]
        assert worked == [
            (entry["dutySessionId"], entry["hoursWorked"], entry["originalHours"]) for entry in again["entries"]
        ]


def test_the_totals_of_adjusted_timesheets_are_those_of_their_entries(signed_in):
    rejected = signed_in(Role.ADMIN).get("/timesheets?status=REJECTED").json()
    assert rejected
    for sheet in rejected:
        assert sheet["totalHours"] == pytest.approx(sum(entry["hoursWorked"] for entry in sheet["entries"]))
        assert [entry["wasAdjusted"] for entry in sheet["entries"]].count(True) == 1


def test_nobody_decided_on_their_own_timesheet(demo):
    assert all(sheet.user_id not in (sheet.approved_by, sheet.rejected_by) for sheet in demo.exec(select(Timesheet)))


def test_tours_are_completed_cancelled_and_one_runs(demo):
    tours = Counter(demo.exec(select(Tour.status)))
    assert tours[TourStatus.IN_PROGRESS] == tours[TourStatus.CANCELLED] == 1
    assert tours[TourStatus.COMPLETED] > 1


def test_stops_lie_within_their_tour_and_the_mileage_grows(demo):
    for tour in demo.exec(select(Tour)):
        assert tour.ending_mileage is None or tour.ending_mileage >= tour.starting_mileage
        for stop in demo.exec(select(TourStop).where(TourStop.tour_id == tour.id)):
            assert tour.started_at <= stop.arrived_at <= (stop.departed_at or LATER) <= (tour.completed_at or LATER)


def test_the_fleet_is_in_all_states_and_one_set_is_out(signed_in):
    admin = signed_in(Role.ADMIN)
    vehicles, radios = admin.get("/vehicles").json(), admin.get("/radios").json()
    assert (len(vehicles), len(radios)) == (6, 10)
    assert {unit["status"] for unit in vehicles} == {unit["status"] for unit in radios} == set(FleetStatus)
    working = [unit for unit in vehicles if unit["status"] == "WORKING"]
    assert len(admin.get("/equipment/available?type=CAR").json()) == len(working) - 1


def test_the_mileage_of_a_car_is_handed_on_from_checkout_to_checkout(demo):
    checkouts = select(SupervisorEquipmentCheckout).order_by(col(SupervisorEquipmentCheckout.checkout_time))
    mileage = {}
    for checkout in demo.exec(checkouts):
        assert checkout.checkout_mileage == mileage.get(checkout.vehicle_id, checkout.checkout_mileage)
        mileage[checkout.vehicle_id] = checkout.checkin_mileage or checkout.checkout_mileage
    assert {id: demo.get(Vehicle, id).mileage for id in mileage} == mileage


def test_each_submitted_checklist_has_all_items_and_its_entry(demo):
    items = set(demo.exec(select(SafetyChecklistItem.id)))
    assert len(items) == 10
    checked = defaultdict(list)
    for check in demo.exec(select(SafetyChecklistItemCheck)):
        checked[check.safety_checklist_response_id].append(check.safety_checklist_item_id)
    responses = demo.exec(select(SafetyChecklistResponse)).all()
    assert {response.id for response in responses} == set(checked)
    assert all(sorted(found) == sorted(items) for found in checked.values())
    entries = {demo.get(Log, response.log_id).type for response in responses}
    assert entries == {LogType.ON_DUTY_CHECKLIST}


def test_the_guard_on_duty_and_the_supervisor_have_unread_messages(signed_in):
    conversations = signed_in(Role.SUPERVISOR).get("/conversations").json()
    assert [conversation["unreadCount"] for conversation in conversations] == [1, 1]
    unread = [message for message in signed_in(Role.GUARD).get("/messages").json() if message["readAt"] is None]
    assert {message["type"] for message in unread} == {"GUARD_TO_SUPERVISOR", "SUPERVISOR_TO_GUARD"}


def test_the_guard_has_notifications_of_their_own_and_for_everyone(signed_in):
    titles = [notification["title"] for notification in signed_in(Role.GUARD).get("/notifications").json()]
    assert {"New shifts", "Working channel"} <= set(titles)


def test_the_incident_report_lacks_the_signature_of_the_supervisor_only(demo, signed_in):
    report = demo.exec(select(IncidentReportGeneration)).one()
    assert report.guard_signed_at
    assert report.incident_number.endswith(report.log_id[-8:].upper())
    signature = {"signerType": "supervisor"}
    signed = signed_in(Role.SUPERVISOR).post(f"/incident-reports/{report.id}/sign", json=signature)
    assert signed.status_code == 200
