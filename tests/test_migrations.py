"""The database grows by migrations, and is what models.py says."""

from zoneinfo import ZoneInfo

import pytest
from alembic.util import CommandError
from sqlmodel import SQLModel

from conftest import Person
from security import new_token
from settings import settings
from tests.databases import alembic, catalog, connect, empty_database, end, execute, query, start, using

DOCK = """INSERT INTO "Location" (id, name, "updatedAt") VALUES ('c1', 'Dock', CURRENT_TIMESTAMP)"""

AUTHOR = """INSERT INTO "User" (id, "clerkId", email, "firstName", "lastName", "updatedAt")
    VALUES ('u1', 'u1', 'u1@example.com', 'Gail', 'Torres', CURRENT_TIMESTAMP)"""
ENTRY = """INSERT INTO "Log" (id, type, title, description, "locationId", "userId", "updatedAt")
    VALUES ('l1', 'WEATHER', 'Thick fog', '-', 'c1', 'u1', CURRENT_TIMESTAMP)"""
PATTERN = """INSERT INTO "RecurringShiftPattern"
    (id, name, "locationId", "startTime", "endTime", "daysOfWeek", "startDate", "updatedAt")
    VALUES ('p1', 'Nights', 'c1', '22:00', '06:00', '[0]', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)"""


def made_shift(id, start):
    return f"""INSERT INTO "Shift" (id, name, "locationId", "startTime", "endTime", "recurringPatternId", "updatedAt")
        VALUES ('{id}', 'Nights', 'c1', '{start}', '2026-07-09 00:00:00', 'p1', CURRENT_TIMESTAMP)"""


@pytest.fixture
def empty():
    return empty_database()


@pytest.fixture
def migrated(empty):
    alembic(empty, "upgrade", "head")
    return empty


def test_one_command_migrates_an_empty_database(empty):
    assert end(start(empty, "-m", "alembic", "upgrade", "head")) == (0, "")
    assert end(start(empty, "-m", "alembic", "check")) == (0, "No new upgrade operations detected.\n")


def test_of_two_who_migrate_at_once_both_succeed(empty):
    migrating = [start(empty, "-m", "alembic", "upgrade", "head") for _ in range(2)]
    assert [end(process) for process in migrating] == [(0, "")] * 2
    alembic(empty, "check")


def test_the_migrations_make_what_the_models_would_make(migrated):
    from_models = empty_database()
    SQLModel.metadata.create_all(connect(from_models))
    added = {fact for fact in catalog(migrated) if "alembic_version" in fact or "search" in f"{fact}".lower()}
    assert catalog(migrated) - added == catalog(from_models)


def test_shifts_that_were_made_before_count_for_the_day_on_which_they_start_in_the_town(empty, monkeypatch):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo("America/New_York"))
    alembic(empty, "upgrade", "ours")
    execute(
        empty,
        DOCK,
        PATTERN,
        *(made_shift(id, start) for id, start in (("s1", "2026-07-02 03:59:59"), ("s2", "2026-07-02 04:00:00"))),
    )
    alembic(empty, "upgrade", "head")
    days = query(empty, 'SELECT "recurringPatternId", CAST("day" AS TEXT), "shiftId" FROM "RecurringShiftDay"')
    assert days == {("p1", "2026-07-01", "s1"), ("p1", "2026-07-02", "s2")}


def test_entries_that_were_written_before_are_found(empty):
    alembic(empty, "upgrade", "alarms")
    execute(empty, DOCK, AUTHOR, ENTRY)
    alembic(empty, "upgrade", "head")
    with using(empty):
        gail = Person(new_token("u1"))
        assert [entry["id"] for entry in gail.get("/logs?search=fog").json()] == ["l1"]
        assert gail.get("/logs?search=frost").json() == []


def test_the_migrations_go_down_and_up_again(migrated):
    whole = catalog(migrated)
    alembic(migrated, "downgrade", "base")
    assert {table for _, table, *_ in catalog(migrated)} == {"alembic_version"}
    alembic(migrated, "upgrade", "head")
    assert catalog(migrated) == whole


def test_going_down_to_nothing_is_refused_while_there_are_rows(migrated):
    whole = catalog(migrated)
    execute(migrated, DOCK)
    with pytest.raises(SystemExit, match="There are rows in Location: the tables stay"):
        alembic(migrated, "downgrade", "base")
    assert catalog(migrated) == whole
    assert query(migrated, 'SELECT id FROM "Location"') == {("c1",)}


def test_some_of_the_live_tables_are_no_database_to_go_on_with(empty):
    execute(empty, 'CREATE TABLE "User" (id TEXT PRIMARY KEY)')
    before = catalog(empty)
    with pytest.raises(SystemExit, match="only some of the live tables"):
        alembic(empty, "upgrade", "head")
    assert catalog(empty) == before


def test_alembic_notices_a_missing_index(migrated):
    execute(migrated, 'DROP INDEX "DutySession_open_key"')
    with pytest.raises(CommandError, match="DutySession_open_key"):
        alembic(migrated, "check")
