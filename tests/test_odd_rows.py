"""Whatever another program has stored, every answer is given, and shows it as well as it can be."""

import json

import pytest
from sqlalchemy import Boolean, text
from sqlmodel import Session, SQLModel, select

from conftest import ON_POSTGRESQL, Person
from database import engine
from fields import (
    JsonList,
    StoredDecimal,
    StoredEnum,
    StoredInteger,
    StoredText,
    TextArray,
    Timestamp,
    WeekdayList,
    say_once,
)
from models import Role
from routes import incident_reports, incidents, logs, shifts, timesheets, tours
from security import new_token
from tests.world import ACTIONS, BODIES, OPERATIONS, build, request_for

JSON_ROWS = [
    incidents.ROWS,
    logs.LISTED,
    logs.WRITTEN,
    logs.DETAILED,
    incident_reports.REPORTS,
    shifts.SHIFTS,
    shifts.PATTERNS,
    timesheets.SHEETS,
    tours.TOURS,
]
READS = [name for name, (method, _, _) in OPERATIONS.items() if method == "GET" and name in ACTIONS]
HASHES = {"signUp", "signIn", "createUser", "changePassword", "resetPassword"}  # takes long, and reads no other row
CHANGES = sorted(ACTIONS.keys() - set(READS) - HASHES, key=lambda name: (OPERATIONS[name][0] == "DELETE", name))
LISTS = [
    "",
    "no list",
    "null",
    "5",
    '{"a": "b"}',
    '[1, null, ["x"], "2", {}]',
    '["MONDAY", true, 1e400]',
    '["\\ud800"]',
]

# In SQL: what a column of each type can hold beside what it should
ODD = {
    Timestamp: ["'0001-01-01 00:00:00'", "'0025-06-01 00:00:00'", "'2500-06-01 00:00:00'", "'9999-12-31 23:59:59'"],
    StoredInteger: ["-1", "2147483647"],
    JsonList: [f"'{value}'" for value in LISTS],
    WeekdayList: [f"'{value}'" for value in LISTS],
    StoredEnum: ["'STRANGE'"],
}
NO_UTF8 = "CAST(x'41ff' AS TEXT)"
ODD |= (
    {
        Timestamp: [*ODD[Timestamp], "'infinity'", "'-infinity'", "'0044-03-15 BC'", "'10000-01-01'"],
        StoredDecimal: ["'NaN'", "-1"],
        TextArray: ["'{a,NULL}'", "'{{a,b},{c,d}}'", "'{}'"],
    }
    if ON_POSTGRESQL
    else {
        Timestamp: [*ODD[Timestamp], "'yesterday'", "5", "x'ff'", "'2026-02-30 00:00:00'", "'2026-01-01T00:00:00Z'"],
        StoredInteger: [*ODD[StoredInteger], "'many'", "1.5", "9e999", "x'ff'"],
        StoredDecimal: ["'much'", "9e999", "-1", "x'ff'"],
        JsonList: [*ODD[JsonList], "x'ff'", NO_UTF8],
        WeekdayList: [*ODD[WeekdayList], "x'ff'"],
        TextArray: [f"'{value}'" for value in LISTS],
        StoredEnum: [*ODD[StoredEnum], "x'ff'", NO_UTF8],
        StoredText: ["x'ff'", NO_UTF8],
        Boolean: ["'yes'", "2", "x'ff'"],
    }
)
CASES = [(kind, value) for kind, values in ODD.items() for value in values]


def ordinary_columns(kind):
    """The columns of this type in every table, but for keys and what is unique, which constraints look after."""
    for table in SQLModel.metadata.sorted_tables:
        unique = {column for index in table.indexes if index.unique for column in index.columns}
        for column in table.columns:
            if type(column.type) is kind and not column.primary_key and not column.foreign_keys | (unique & {column}):
                yield table, column


@pytest.fixture(scope="module")
def later_values():
    """Enums to which the database has added a value. They keep it: other tests don't look."""
    if ON_POSTGRESQL:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in {column.type.values.__name__ for _, column in ordinary_columns(StoredEnum)}:
                connection.execute(text(f"""ALTER TYPE "{name}" ADD VALUE IF NOT EXISTS 'STRANGE'"""))


def store(kind, value):
    """Give every row this value in each column of a type, but leave the reader's own account as it is."""
    with engine.begin() as connection:
        for table, column in ordinary_columns(kind):
            others = {"User": "id <> 'owner'", "Credential": "\"userId\" <> 'owner'"}.get(table.name, "true")
            change = f'UPDATE "{table.name}" SET "{column.name}" = {value} WHERE {others}'
            connection.exec_driver_sql(change)


@pytest.fixture
def reader(later_values):
    build(owner=Role.SUPER_ADMIN)
    return Person(new_token("owner"))


def ask(reader, name):
    request = request_for(name, Role.SUPER_ADMIN)
    return reader.request(**request | {"url": "http://testserver" + request["url"]})


@pytest.mark.parametrize(("kind", "value"), CASES, ids=[f"{kind.__name__}-{value}" for kind, value in CASES])
def test_no_stored_value_makes_an_answer_fail(reader, kind, value):
    store(kind, value)
    for name in READS:
        answer = ask(reader, name)
        assert answer.status_code < 500, (name, answer.text)
    for rows in JSON_ROWS:
        assert lines(rows) == shown(rows)


def lines(rows):
    """What the database writes for these lists."""
    with Session(engine) as db:
        return [json.loads(line) for line in rows.read(db, rows.statement.order_by(rows.table.c.id))]


def shown(rows):
    """What the schema makes of the same rows as objects."""
    with Session(engine) as db:
        found = db.exec(select(rows.rows).options(*rows.options).order_by(rows.table.c.id))
        return [rows.schema.model_validate(row).model_dump(mode="json", by_alias=True) for row in found]


@pytest.mark.parametrize(("kind", "value"), CASES, ids=[f"{kind.__name__}-{value}" for kind, value in CASES])
def test_no_stored_value_makes_a_change_fail(reader, kind, value):
    store(kind, value)
    for name in CHANGES:
        answer = ask(reader, name)
        assert answer.status_code < 500, (name, answer.text)


def store_in_entry(**columns):
    changes = ", ".join(f'"{name}" = {value}' for name, value in columns.items())
    with engine.begin() as connection:
        connection.exec_driver_sql(f"""UPDATE "Log" SET {changes} WHERE id = 'log'""")


def test_an_entry_with_odd_values_is_shown_as_well_as_can_be_and_repaired(reader):
    year_10000 = "'infinity'" if ON_POSTGRESQL else "'10000-01-01'"
    lists = {"photoUrls": """'[1, null, "a", ["b"]]'""", "videoUrls": "'no list'"}
    store_in_entry(incidentTime=year_10000, createdAt=year_10000, severity="'STRANGE'", **lists)
    shown = reader.get("/logs/log").json()
    assert (shown["photoUrls"], shown["videoUrls"]) == (["1", "a", '["b"]'], [])
    assert (shown["incidentTime"], shown["createdAt"]) == (None, "9998-12-31T23:59:59.999Z")
    assert shown["severity"] == "STRANGE"
    right = {"photoUrls": [], "videoUrls": [], "severity": "LOW", "incidentTime": "2026-01-01T00:00:00.000Z"}
    assert reader.patch("/logs/log", json=right).status_code == 200
    assert right.items() <= reader.get("/logs/log").json().items()


def test_an_odd_value_is_logged_once(reader, caplog):
    say_once.cache_clear()
    store_in_entry(photoUrls="'no list'")
    for _ in range(3):
        reader.get("/logs/log")
        reader.get("/logs")
    assert caplog.text.count('{"oddValueIn": "Log.photoUrls"}') == 1


def test_a_role_that_was_added_later_may_do_what_a_guard_may(reader):
    with engine.begin() as connection:
        connection.exec_driver_sql("""UPDATE "User" SET role = 'STRANGE' WHERE id = 'caller'""")
    stranger = Person(new_token("caller"))
    assert stranger.get("/users/me").json()["role"] == "STRANGE"
    assert stranger.get("/users").status_code == 403
    assert reader.put("/users/caller/role", json={"role": "GUARD"}).json()["role"] == "GUARD"


@pytest.mark.skipif(ON_POSTGRESQL, reason="its numbers are numbers")
@pytest.mark.parametrize("stored", ["'many'", "-1", "x'ff'", "9e999"])
def test_a_mileage_that_is_no_number_can_be_repaired(reader, stored):
    with engine.begin() as connection:
        connection.exec_driver_sql(f"""UPDATE "Vehicle" SET mileage = {stored} WHERE id = 'car'""")
    assert reader.put("/vehicles/car", json=BODIES["updateVehicle"]).json()["mileage"] == 10
    assert [car["mileage"] for car in reader.get("/vehicles").json() if car["id"] == "car"] == [10]
