"""A small prepared world, all actions, and for each a request that succeeds in that world.

Whatever can be owned belongs to `owner`; `caller` owns nothing, and is off duty.

An endpoint beside the contract is found by itself: who may call it follows from its dependencies, and its body is the
example of the schema. A table of its own gets a row whose id is the table's name. What can't be known like that is said
in `WHO`, `IDS`, `QUERIES` or `BODIES`.
"""

import csv
import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel
from sqlalchemy import Column
from sqlmodel import SQLModel

from database import engine
from fields import Identified, now
from main import PARTS, app
from models import (
    Credential,
    DutySession,
    IncidentReportGeneration,
    Location,
    LocationCheckIn,
    Log,
    LogType,
    Message,
    MessageType,
    Notification,
    Radio,
    RecurringShiftPattern,
    Role,
    SafetyChecklistItem,
    Shift,
    SupervisorEquipmentCheckout,
    Timesheet,
    TimesheetEntry,
    TimesheetStatus,
    Tour,
    TourStop,
    User,
    Vehicle,
)
from security import Admin, CurrentUser, Guard, SuperAdmin, Supervisor, hash_password

PASSWORD = "sixteen herons"
WEEK = datetime(2025, 6, 1, tzinfo=UTC)  # a Sunday


class Action(NamedTuple):
    """A line of the contract."""

    name: str
    method: str
    path: str
    who: str
    success: int


FOLDER = Path(__file__).parent / "contract"
with open(FOLDER / "actions.csv", newline="") as lines:
    CONTRACT = {
        line["action"]: Action(line["action"], line["method"], line["path"], line["who"], int(line["success"]))
        for line in csv.DictReader(lines)
    }
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, operations in app.openapi()["paths"].items()
    for method, operation in operations.items()
}
EXTRAS = {"getHealth"}  # is no action
WHO: dict[str, str] = {}  # for an endpoint beside the contract: which rule of test_access.MAY holds of it
RULES = {CurrentUser: "any", Guard: "GUARD", Supervisor: "SUPERVISOR+", Admin: "ADMIN+", SuperAdmin: "SUPER_ADMIN"}


def added(name: str) -> Action:
    """An endpoint that is not in the contract, as its operation and its dependencies describe it."""
    method, path, operation = OPERATIONS[name]
    (success,) = [int(status) for status in operation["responses"] if status < "300"]
    (endpoint,) = [
        route.endpoint
        for part in PARTS
        for route in part.router.routes
        if isinstance(route, APIRoute) and to_camel(route.name) == name
    ]
    parameters = inspect.signature(endpoint).parameters.values()
    rules = [RULES[each.annotation] for each in parameters if each.annotation in RULES]
    return Action(name, method, path.removeprefix("/api/v1"), WHO.get(name) or [*rules, "public"][0], success)


ACTIONS = CONTRACT | {name: added(name) for name in OPERATIONS.keys() - CONTRACT.keys() - EXTRAS}
SCHEMAS = app.openapi()["components"]["schemas"]

IDS = {
    "userId": "other",
    "locationId": "dock",
    "dutySessionId": "session",
    "checkInId": "visit",
    "logId": "log",
    "incidentId": "log",
    "reportId": "report",
    "shiftId": "shift",
    "patternId": "pattern",
    "timesheetId": "draft",
    "entryId": "entry",
    "tourId": "tour",
    "stopId": "stop",
    "vehicleId": "car",
    "radioId": "radio",
    "itemId": "item",
    "guardUserId": "watchman",
    "messageId": "message",
    "notificationId": "notice",
}
OTHER_IDS = {
    "getUserById": {"userId": "owner"},
    "updateUserProfile": {"userId": "owner"},
    "unarchiveUser": {"userId": "gone"},
    "getIncidentReportByLogId": {"logId": "reported"},
    "approveTimesheet": {"timesheetId": "pending"},
    "rejectTimesheet": {"timesheetId": "pending"},
}
QUERIES = {
    "getAvailableEquipment": {"type": "CAR"},
    "getUsersWithDutySessions": {"weekStartDate": "2025-06-01T00:00:00Z"},
}
BODIES: dict[str, dict[str, Any]] = {
    "signUp": {"email": "new@example.com", "password": PASSWORD, "firstName": "Robin", "lastName": "Marsh"},
    "changePassword": {"currentPassword": PASSWORD, "newPassword": "seventeen herons"},
    "createUser": {"email": "new@example.com", "password": PASSWORD, "firstName": "Robin", "lastName": "Marsh"},
    "updateUserProfile": {"city": "Bay Shore"},
    "updateUserRole": {"role": "SUPERVISOR"},
    "resetPassword": {"newPassword": "seventeen herons"},
    "createLocation": {"name": "South Dock"},
    "updateLocation": {"address": "1 Pier Road"},
    "clockIn": {"locationId": "dock"},
    "clockOut": {"notes": "All quiet"},
    "createLocationCheckIn": {"locationId": "dock"},
    "createLog": {"type": "PATROL", "title": "Loose line", "description": "Tied it.", "locationId": "dock"},
    "updateLog": {"title": "Line parted"},
    "reviewIncident": {"reviewNotes": "Seen"},
    "createIncidentReport": {"supervisorAssignedId": "chief"},
    "generateIncidentReport": {"logId": "log", "supervisorAssignedId": "chief"},
    "signIncidentReport": {"signerType": "guard"},
    "createShift": {
        "name": "Night",
        "startTime": "2025-06-01T22:00:00Z",
        "endTime": "2025-06-02T06:00:00Z",
        "locationId": "dock",
        "userAssignments": [{"userId": "other"}],
    },
    "updateShift": {"name": "Night"},
    "createRecurringPattern": {
        "name": "Nights",
        "locationId": "dock",
        "startTime": "22:00",
        "endTime": "06:00",
        "daysOfWeek": [5, 6],
        "startDate": "2025-06-01T00:00:00Z",
    },
    "updateRecurringPattern": {"name": "Nights"},
    "generateRecurringShifts": {"startDate": "2025-06-01T00:00:00Z", "endDate": "2025-06-07T00:00:00Z"},
    "generateTimesheet": {"userId": "worker", "weekStartDate": "2025-06-08T00:00:00Z"},
    "rejectTimesheet": {"reason": "Check Saturday"},
    "adjustTimesheetEntry": {
        "clockInTime": "2025-06-01T08:00:00Z",
        "clockOutTime": "2025-06-01T17:00:00Z",
        "reason": "Stayed longer",
    },
    "bulkApproveTimesheets": {"timesheetIds": ["pending"]},
    "startTour": {"carNumber": "Unit 1", "radioNumber": "Radio 1", "startingMileage": 100},
    "completeTour": {"endingMileage": 150, "carReturned": True, "radioReturned": True, "keysReturned": True},
    "cancelTour": {"reason": "Storm"},
    "createTourStop": {"title": "Fuel dock", "observations": "Locked"},
    "createVehicle": {
        "name": "Unit 3",
        "make": "Ford",
        "model": "Ranger",
        "year": 2020,
        "mileage": 10,
        "status": "WORKING",
    },
    "updateVehicle": {
        "name": "Unit 1",
        "make": "Ford",
        "model": "Ranger",
        "year": 2020,
        "mileage": 10,
        "status": "WORKING",
    },
    "createRadio": {"name": "Radio 3", "status": "WORKING"},
    "updateRadio": {"name": "Radio 1", "status": "WORKING"},
    "checkoutEquipment": {"dutySessionId": "session", "carId": "car", "radioId": "radio", "checkoutMileage": 10},
    "checkinEquipment": {"dutySessionId": "past", "checkinMileage": 10},
    "createSafetyChecklistItem": {"name": "First aid kit"},
    "createMultipleSafetyChecklistItems": {"items": [{"name": "First aid kit"}]},
    "updateSafetyChecklistItem": {"description": "Gauge in the green"},
    "reorderSafetyChecklistItems": {"items": [{"id": "item", "order": 2}]},
    "submitSafetyChecklist": {
        "dutySessionId": "session",
        "locationId": "dock",
        "items": [{"itemId": "item", "checked": True}],
    },
    "sendGuardMessage": {"content": "All quiet"},
    "sendSupervisorReply": {"content": "Good"},
}


def example_of(name: str) -> dict[str, Any]:
    """The example of the schema of an action's body, with ids of this world."""
    content = OPERATIONS[name][2]["requestBody"]["content"]["application/json"]["schema"]
    schema = SCHEMAS[content["$ref"].rpartition("/")[2]]
    assert schema.get("examples"), f"Give the body of {name} an example in schemas.py."
    return {key: IDS.get(key, value) for key, value in schema["examples"][0].items()}


with open(FOLDER / "columns.csv", newline="") as lines:
    LIVE_TABLES = {line["table"] for line in csv.DictReader(lines)}
ADDED = {
    mapper.local_table.name: mapper.class_
    for mapper in SQLModel._sa_registry.mappers
    if issubclass(mapper.class_, Identified) and mapper.local_table.name not in LIVE_TABLES
}
IDS |= {f"{name[0].lower()}{name[1:]}Id": name for name in ADDED}
BODIES |= {name: example_of(name) for name in ACTIONS.keys() - CONTRACT.keys() if "requestBody" in OPERATIONS[name][2]}


def request_for(name: str, role: Role = Role.GUARD) -> dict[str, Any]:
    """A request for an action that succeeds if someone of this role may."""
    action, ids = ACTIONS[name], IDS | OTHER_IDS.get(name, {})
    unknown = set(re.findall(r"{(\w+)}", action.path)) - set(ids)
    assert not unknown, f"Give the world of tests/world.py a row for {name}, and its id to IDS: {unknown}"
    url = "/api/v1" + action.path.format_map(ids)
    request: dict[str, Any] = {"method": action.method, "url": url, "params": QUERIES.get(name)}
    if name == "signIn":
        return request | {"data": {"username": "other@example.com", "password": PASSWORD}}
    if name == "signIncidentReport" and role is not Role.GUARD:
        return request | {"json": {"signerType": "supervisor"}}
    return request | ({"json": BODIES[name]} if name in BODIES else {})


@cache
def hashed() -> str:
    return hash_password(PASSWORD)


def people(caller: Role, owner: Role) -> Iterator[SQLModel]:
    roles = {"caller": caller, "owner": owner, "chief": Role.SUPERVISOR} | dict.fromkeys(
        ("other", "watchman", "worker", "gone"), Role.GUARD
    )
    for id, role in roles.items():
        yield User(
            id=id,
            first_name=id.capitalize(),
            last_name="Tester",
            email=f"{id}@example.com",
            phone="555-0100",
            clerk_id=f"user_{id}",
            role=role,
            archived_at=now() if id == "gone" else None,
        )
        yield Credential(user_id=id, password_hash=hashed())


def duties() -> Iterator[SQLModel]:
    """The owner and the watchman are on duty. A visit, and equipment, are left from the owner's past session."""
    for id, name in ("dock", "North Dock"), ("hq", "HQ401"):
        yield Location(id=id, name=name, address="1 Pier Road")
    yield DutySession(id="session", user_id="owner", location_id="dock")
    yield DutySession(id="watch", user_id="watchman", location_id="dock")
    for id, user_id, day in ("past", "owner", 0), ("work", "worker", 7):
        begin, end = WEEK + timedelta(days=day, hours=8), WEEK + timedelta(days=day, hours=16)
        yield DutySession(id=id, user_id=user_id, location_id="dock", clock_in_time=begin, clock_out_time=end)
    yield LocationCheckIn(id="visit", duty_session_id="past", location_id="dock", user_id="owner")
    for suffix in "", "-out":
        yield Vehicle(id=f"car{suffix}", name=f"Unit{suffix}", make="Ford", model="Ranger", year=2020)
        yield Radio(id=f"radio{suffix}", name=f"Radio{suffix}")
    yield SupervisorEquipmentCheckout(
        id="checkout", duty_session_id="past", vehicle_id="car-out", radio_id="radio-out", checkout_mileage=0
    )
    yield SafetyChecklistItem(id="item", name="Fire extinguisher", order=1)


def papers(owner: Role) -> Iterator[SQLModel]:
    """The owner has written two incidents; on one there is a report, which they are to sign."""
    for id in "log", "reported":
        yield Log(
            id=id, type=LogType.INCIDENT, title="Break-in", description="Door", location_id="dock", user_id="owner"
        )
    guard, supervisor = ("owner", "chief") if owner is Role.GUARD else (None, "owner")
    yield IncidentReportGeneration(
        id="report",
        log_id="reported",
        incident_number="INC-2025-REPORTED",
        generated_by="chief",
        guard_assigned_id=guard,
        supervisor_assigned_id=supervisor,
    )
    yield Notification(id="notice", user_id="owner", title="Notice", message="Read this.")
    if owner is Role.GUARD:
        answer = {"type": MessageType.SUPERVISOR_TO_GUARD, "sender_id": "chief", "duty_session_id": "session"}
    else:
        answer = {"type": MessageType.GUARD_TO_SUPERVISOR, "sender_id": "watchman", "duty_session_id": "watch"}
    yield Message(id="message", content="Are you there?", **answer)


def plans() -> Iterator[SQLModel]:
    yield Shift(id="shift", name="Day", start_time=WEEK, end_time=WEEK + timedelta(hours=8), location_id="dock")
    yield RecurringShiftPattern(
        id="pattern",
        name="Days",
        location_id="dock",
        start_time="08:00",
        end_time="16:00",
        days_of_week=[0, 6],
        start_date=WEEK,
    )
    for id, user_id, status in ("draft", "worker", TimesheetStatus.DRAFT), ("pending", "other", "PENDING"):
        yield Timesheet(
            id=id,
            user_id=user_id,
            week_start_date=WEEK,
            week_end_date=WEEK + timedelta(days=7, milliseconds=-1),
            total_hours=Decimal(8),
            total_entries=1,
            status=TimesheetStatus(status),
            created_by="chief",
        )
    yield TimesheetEntry(
        id="entry",
        timesheet_id="draft",
        date=WEEK,
        clock_in_time=WEEK + timedelta(hours=8),
        clock_out_time=WEEK + timedelta(hours=16),
        hours_worked=Decimal(8),
    )
    yield Tour(id="tour", supervisor_id="owner", car_number="Unit 1", radio_number="Radio 1", starting_mileage=100)
    yield TourStop(id="stop", tour_id="tour", title="Gate", observations="Locked")


def additions() -> Iterator[SQLModel]:
    """A row of each table that the contract doesn't have and nothing above fills."""
    for name, model in ADDED.items():
        columns = SQLModel.metadata.tables[name].columns
        values = {column.name: value_for(column) for column in columns if needs_value(column)}
        yield model.model_validate(values | {"id": name})


def needs_value(column: Column[Any]) -> bool:
    return not (column.nullable or column.default or column.server_default or column.primary_key)


def value_for(column: Column[Any]) -> Any:
    """Any value that a column can hold: what it refers to, or one of its type."""
    for key in column.foreign_keys:
        return {"User": "owner", "Location": "dock", "Log": "log", "DutySession": "session"}.get(key.column.table.name)
    kind = getattr(column.type, "impl", column.type).python_type
    return next(iter(kind)) if issubclass(kind, Enum) else {datetime: WEEK, str: "x", bool: True}.get(kind, 1)


def insert(rows: Iterable[SQLModel]) -> None:
    """Store rows of any tables, whatever their order."""
    by_table = defaultdict(list)
    for row in rows:
        by_table[row.__tablename__].append(row.model_dump())
    with engine.begin() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if table.name in by_table:
                connection.execute(table.insert(), by_table[table.name])


@cache
def rows_of(caller: Role, owner: Role) -> list[SQLModel]:
    return [*people(caller, owner), *duties(), *papers(owner), *plans(), *additions()]


def build(caller: Role = Role.GUARD, owner: Role = Role.GUARD) -> None:
    """Make the world, with a caller and an owner of these roles."""
    insert(rows_of(caller, owner))
