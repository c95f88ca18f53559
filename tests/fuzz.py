"""Requests that nobody thought of, by a caller of each role, in the demo town: `pytest tests/fuzz.py`.

Every answer must be as the description of the API says: no 5xx, no other status, no field of another kind. This
needs requirements-dev.txt and some minutes, and is no part of a plain `pytest`.
"""

import sqlite3
from collections.abc import Iterator
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks
from sqlmodel import Session, col, select

import models
from database import engine
from demo.data import DEMO_ACCOUNTS
from demo.town import Demo
from fields import now
from main import app
from models import Role
from security import new_token

# The same requests each time, so that a commit is judged by what it changes
chance = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
AS_DESCRIBED = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]

# Which rows the ids of paths, queries and bodies name
NAMES = {
    models.User: "userId guardUserId guardAssignedId supervisorAssignedId supervisorId notifyUserIds notifiedUserIds",
    models.Location: "locationId",
    models.DutySession: "dutySessionId",
    models.LocationCheckIn: "checkInId",
    models.Log: "logId incidentId",
    models.IncidentReportGeneration: "reportId",
    models.Shift: "shiftId",
    models.RecurringShiftPattern: "patternId",
    models.Timesheet: "timesheetId timesheetIds",
    models.TimesheetEntry: "entryId",
    models.Tour: "tourId",
    models.TourStop: "stopId",
    models.Vehicle: "vehicleId carId",
    models.Radio: "radioId",
    models.SafetyChecklistItem: "itemId id",
    models.Message: "messageId replyToId",
    models.Notification: "notificationId",
}
ids: dict[str, list[str]] = {}


@pytest.fixture(scope="module")
def town(tables: None) -> Iterator[sqlite3.Connection]:
    """A copy of the database with the demo data."""
    with engine.begin() as connection:
        Demo(now()).write(connection)
    with Session(engine) as db:
        for table, names in NAMES.items():
            newest = db.exec(select(table.id).order_by(col(table.id).desc()).limit(20)).all()
            ids.update(dict.fromkeys(names.split(), newest))
    copy = sqlite3.connect(":memory:")
    with engine.connect() as connection:
        connection.connection.driver_connection.backup(copy)
    yield copy
    copy.close()


@pytest.fixture(autouse=True)
def empty_database(town: sqlite3.Connection) -> None:
    """Not empty: each test begins with the town as it was."""
    with engine.connect() as connection:
        town.backup(connection.connection.driver_connection)


def meant(value, name=""):
    """What was made up, but most ids are those of rows."""
    if isinstance(value, dict):
        return {key: meant(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [meant(inner, name) for inner in value]
    number = crc32(repr(value).encode())
    return ids[name][number % len(ids[name])] if isinstance(value, str) and name in ids and number % 8 else value


def description(*phases):
    """The description of the API, as a source of requests of these kinds."""
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    schema.config.phases.update(phases=phases)

    @schema.hook
    def map_case(context, case):
        case.path_parameters, case.query, case.body = meant(case.path_parameters), meant(case.query), meant(case.body)
        return case

    return schema


def send(case, role):
    """Let the demo account of this role send a request, and look at the answer."""
    with Session(engine) as db:
        caller = db.exec(select(models.User.id).where(models.User.email == DEMO_ACCOUNTS[role])).one()
    case.call_and_validate(headers={"Authorization": f"Bearer {new_token(caller)}"}, checks=AS_DESCRIBED)


@pytest.mark.parametrize("role", Role)
@description("fuzzing").parametrize()
@chance
def test_requests_made_by_chance_are_answered_as_described(case, role):
    send(case, role)


@description("coverage").parametrize()
@chance
def test_requests_at_and_beyond_each_limit_are_answered_as_described(case):
    send(case, Role.SUPER_ADMIN)
