"""Lists are bounded, tell their total, and cost as many queries for a hundred rows as for one."""

from datetime import timedelta
from decimal import Decimal
from typing import get_args

import pytest
from sqlalchemy import inspect

import schemas
from conftest import Person, made
from fields import now
from main import app
from models import (
    DutySession,
    FleetStatus,
    IncidentReportGeneration,
    IncidentSeverity,
    Location,
    Log,
    LogType,
    Message,
    MessageType,
    Notification,
    Radio,
    RecurringShiftPattern,
    RecurringUserAssignment,
    Role,
    SafetyChecklistItem,
    Shift,
    ShiftAssignment,
    SupervisorEquipmentCheckout,
    Timesheet,
    TimesheetEntry,
    Tour,
    TourStop,
    User,
    Vehicle,
)
from pagination import Page
from routes.timesheets import get_timesheet_by_id
from security import new_token
from tests.world import OPERATIONS, WEEK, build, insert, request_for

LISTS = [
    name
    for name, (_, _, operation) in OPERATIONS.items()
    if any(parameter["name"] == "limit" for parameter in operation.get("parameters", []))
]
DEFAULTS = {"getLogsByLocation": 20, "getNotifications": 10}  # 100 otherwise
LONGEST = {"getNotifications": 10}  # 500 otherwise
each_list = pytest.mark.parametrize("name", LISTS)


def crowd(numbers):
    """One more line for every list, for each number."""
    for n in numbers:
        yield from people_and_places(n)
        yield from fleet(n)
        yield from logbook(n)
        yield from plans(n)


def people_and_places(n):
    for role in Role.GUARD, Role.SUPERVISOR:
        yield User(
            id=f"{role}{n}", first_name=role, last_name=f"{n}", email=f"{role}{n}@b.c", clerk_id=f"{role}{n}", role=role
        )
    yield Location(id=f"place{n}", name=f"Place {n}")
    duty = {"user_id": f"GUARD{n}", "location_id": f"place{n}", "shift_id": f"shift{n}"}
    yield DutySession(id=f"on{n}", **duty)
    yield DutySession(id=f"done{n}", **duty, clock_in_time=WEEK, clock_out_time=WEEK)
    for session, sender in ("session", "owner"), ("watch", "watchman"), (f"on{n}", f"GUARD{n}"):
        yield Message(content="Hello", type=MessageType.GUARD_TO_SUPERVISOR, sender_id=sender, duty_session_id=session)
    yield Notification(user_id="owner", title="Notice", message="Read this.")


def fleet(n):
    for state in FleetStatus.WORKING, FleetStatus.OUT_OF_SERVICE:
        place = {"status": state, "location_id": f"place{n}"}
        yield Vehicle(id=f"car{state}{n}", name=f"{n}", make="Ford", model="Ranger", year=2020, **place)
        yield Radio(id=f"radio{state}{n}", name=f"{n}", **place)
    yield SupervisorEquipmentCheckout(
        duty_session_id="session", vehicle_id=f"carWORKING{n}", radio_id=f"radioWORKING{n}", checkin_time=now()
    )
    yield SafetyChecklistItem(name=f"Item {n}")


def logbook(n):
    yield Log(id=f"log{n}", type=LogType.INCIDENT, title="-", description="-", location_id="dock", user_id=f"GUARD{n}")
    yield IncidentReportGeneration(
        log_id=f"log{n}", incident_number=f"INC-{n}", generated_by="chief", supervisor_assigned_id="chief"
    )


def plans(n):
    times = {"start_time": WEEK, "end_time": WEEK + timedelta(hours=8)}
    yield Shift(id=f"shift{n}", name="Day", location_id=f"place{n}", **times)
    yield ShiftAssignment(shift_id=f"shift{n}", user_id=f"GUARD{n}")
    times = {"start_time": "08:00", "end_time": "16:00", "days_of_week": [1], "start_date": WEEK}
    yield RecurringShiftPattern(id=f"pattern{n}", name="Days", location_id=f"place{n}", **times)
    yield RecurringUserAssignment(recurring_pattern_id=f"pattern{n}", user_id=f"GUARD{n}")
    week = {"week_start_date": WEEK, "week_end_date": WEEK + timedelta(days=7)}
    yield Timesheet(
        id=f"sheet{n}",
        user_id=f"GUARD{n}",
        total_hours=Decimal(8),
        created_by="chief",
        approved_by=f"SUPERVISOR{n}",
        **week,
    )
    times = {
        "date": WEEK,
        "clock_in_time": WEEK,
        "clock_out_time": WEEK + timedelta(hours=8),
        "hours_worked": Decimal(8),
    }
    taken_from = {"duty_session_id": f"done{n}", "location_id": f"place{n}", "shift_id": f"shift{n}"}
    yield TimesheetEntry(timesheet_id=f"sheet{n}", **taken_from, **times)
    yield Tour(id=f"tour{n}", supervisor_id=f"SUPERVISOR{n}", car_number="1", radio_number="1", starting_mileage=0)
    yield TourStop(tour_id=f"tour{n}", title="-", observations="-", location_id=f"place{n}", guard_user_id=f"GUARD{n}")


@pytest.fixture
def reader():
    """Someone for whom every list has a line, and who sees them all."""
    build(owner=Role.SUPER_ADMIN)
    return Person(new_token("owner"))


def read(reader, name, **params):
    request = request_for(name)
    return reader.get("http://testserver" + request["url"], params=(request["params"] or {}) | params)


def lines(answer):
    """How many lines there are, of every kind."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return len(body) if isinstance(body, list) else min(map(len, body.values()))


@pytest.mark.parametrize(("limit", "names"), [(1, LISTS), (500, [name for name in LISTS if name not in LONGEST])])
def test_a_list_costs_the_same_number_of_queries_however_long_it_is(reader, count_queries, limit, names):
    counts = []
    for numbers in range(1), range(1, 10), range(10, 100):
        insert(crowd(numbers))
        counts.append({name: count_queries(lambda name=name: read(reader, name, limit=limit)) for name in names})
    assert counts[0] == counts[1] == counts[2]


def test_a_page_of_the_users_costs_the_same_number_of_queries_too(reader, count_queries):
    counts = []
    for numbers in range(1), range(1, 10), range(10, 100):
        insert(crowd(numbers))
        counts.append(count_queries(lambda: reader.get("/users/management", params={"pageSize": 500})))
    assert counts[0] == counts[1] == counts[2]


def test_a_list_has_a_hundred_lines_unless_it_says_otherwise(reader):
    insert(crowd(range(120)))
    for params in {}, {"limit": "", "offset": ""}:
        sizes = {name: lines(read(reader, name, **params)) for name in LISTS}
        assert sizes == dict.fromkeys(LISTS, 100) | DEFAULTS


def test_pages_make_up_the_list_and_each_tells_the_total(reader):
    insert(crowd(range(10)))
    for name in (name for name in LISTS if name != "getFleetInShop"):  # two lists in one answer
        answers = [read(reader, name, limit=4, offset=offset) for offset in (0, 4, 8, 1000)]
        shown = [line for answer in answers for line in answer.json()]
        ids = {line.get("id") or line.get("guardId") or line["dutySessionId"] for line in shown}
        assert len(ids) == len(shown) >= 10, name
        (total,) = {int(answer.headers["x-total-count"]) for answer in answers}
        assert len(shown) == min(12, total), name
        assert shown[:10] == read(reader, name, limit=10).json(), name


@each_list
def test_the_part_of_a_list_has_its_bounds(reader, name):
    for parameter, values in (
        ("limit", ["0", "-1", "501", "1000000000", "abc", "1.5"]),
        ("offset", ["-1", "abc", "9" * 30]),
    ):
        for value in values:
            answer = read(reader, name, **{parameter: value})
            assert answer.status_code == 422, (parameter, value)
            assert [fault["loc"] for fault in answer.json()["detail"]] == [["query", parameter]]


@each_list
def test_beyond_the_end_there_is_nothing(reader, name):
    answer = read(reader, name, offset=10**9)
    assert lines(answer) == 0


# What an answer does not show is not loaded

# Of these, the lines are made of what relations hold
MADE_OF = {
    "getMyMessages": {"Message.sender"},
    "getConversationThread": {"Message.sender"},
    "getGuardsOnDuty": {"DutySession.user", "DutySession.location"},
    "getGuardConversations": {"Message.duty_session", "DutySession.user", "DutySession.location"},
}


def unshown(rows, schema):
    """The relations of these rows that were loaded though the schema of their answer lacks them."""
    for row in rows if isinstance(rows, list) else [rows]:
        state = inspect(row)
        for name in set(state.mapper.relationships.keys()) - state.unloaded:
            field = schema and schema.model_fields.get(name)
            if field is None:
                yield f"{type(row).__name__}.{name}"
            if related := getattr(row, name):
                yield from unshown(related, field and schema_in(field.annotation))


def schema_in(annotation):
    """The schema in a list of it, or in `X | None`."""
    return get_args(annotation)[0] if get_args(annotation) else annotation


def schema_of_lines(name):
    schema = OPERATIONS[name][2]["responses"]["200"]["content"]["application/json"]["schema"]
    return getattr(schemas, schema["items"]["$ref"].rpartition("/")[2]) if "items" in schema else None


@pytest.mark.parametrize("name", LISTS)
def test_a_list_loads_what_it_shows(reader, name, monkeypatch):
    pages, of = [], Page.fetch
    monkeypatch.setattr(Page, "fetch", lambda page, statement: pages.append(of(page, statement)) or pages[-1])
    insert(crowd(range(1)))
    assert lines(read(reader, name))
    loaded = [row for page in pages for row in page if hasattr(row, "id")]
    assert set(unshown(loaded, schema_of_lines(name))) == MADE_OF.get(name, set())


def test_a_timesheet_loads_what_it_shows(reader, db):
    insert(crowd(range(1)))
    sheet = get_timesheet_by_id(db, reader, "sheet0")
    assert sheet.entries[0].duty_session.shift
    assert not set(unshown(sheet, schemas.TimesheetDetails))


# The lists that people poll are read past the schemas


def incident(db, n, **fields):
    about = {"title": f"{n}", "description": "-", "location_id": "dock", "user_id": "owner"}
    db.add(log := Log(type=LogType.INCIDENT, **about, **fields))
    db.commit()
    return log


@pytest.mark.parametrize(
    ("path", "schema"),
    [("/logs", "LogListed"), ("/locations/dock/logs", "LogListed"), ("/incidents", "IncidentListed")],
)
def test_a_polled_line_is_what_its_schema_says(reader, db, path, schema):
    incident(db, 1)
    incident(
        db,
        2,
        severity=IncidentSeverity.HIGH,
        incident_time=now(),
        follow_up_required=True,
        photo_urls=["https://example.com/1.jpg"],
        video_urls=[],
        reviewed_by="chief",
        reviewed_at=now(),
        shift_id="shift",
    )
    described = app.openapi()["components"]["schemas"]
    for line in reader.get(path).json():
        whole = reader.get(f"/logs/{line['id']}").json()
        place, person = line.pop("location"), line.pop("user")
        assert line == {key: whole[key] for key in line}
        assert place == {key: whole["location"][key] for key in place}
        assert person == {key: whole["user"][key] for key in person}
        assert {*line, "location", "user"} == set(described[schema]["properties"])
        for field, shown in ("location", place), ("user", person):
            inner = described[schema]["properties"][field]["$ref"].rpartition("/")[2]
            assert set(shown) == set(described[inner]["properties"])


def totals(person, *queries):
    return [int(person.get(f"/logs?limit=1{query}").headers["x-total-count"]) for query in queries]


def test_a_total_is_right_after_every_write(reader, db):
    queries = "", "&type=PATROL", "&search=fog"
    assert totals(reader, *queries) == totals(reader, *queries) == [2, 0, 0]
    entry = {"type": "PATROL", "title": "Fog", "description": "-", "locationId": "dock"}
    log = made(reader.post("/logs", json=entry))
    assert totals(reader, *queries) == [3, 1, 1]
    reader.patch(f"/logs/{log['id']}", json={"title": "Clear"})
    assert totals(reader, *queries) == [3, 1, 0]
    reader.delete(f"/logs/{log['id']}")
    assert totals(reader, *queries) == [2, 0, 0]
    incident(db, "fog")  # by another connection
    assert totals(reader, *queries) == [3, 0, 1]


def test_a_total_is_right_after_a_write_that_was_refused(reader, db):
    assert totals(reader, "") == [2]
    assert reader.post("/logs", json={"type": "PATROL"}).status_code == 422
    assert reader.patch("/logs/none", json={"title": "x"}).status_code == 404
    assert totals(reader, "") == [2]


@pytest.mark.parametrize("name", ["getLogs", "getIncidents", "getShifts", "getTours", "getTimesheets"])
def test_a_page_ends_early_when_it_is_large_and_the_next_one_goes_on_there(reader, monkeypatch, name):
    insert(crowd(range(20)))
    whole = read(reader, name).json()
    monkeypatch.setattr("pagination.LARGEST_PAGE", 3000)
    shown, sizes = [], []
    while len(shown) < len(whole):
        page = read(reader, name, limit=500, offset=len(shown))
        assert page.headers["x-total-count"] == str(len(whole))
        shown += page.json()
        sizes.append(len(page.json()))
    assert shown == whole
    assert 0 < min(sizes) <= max(sizes) < 10
