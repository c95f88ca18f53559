"""The embedded database looks after itself."""

from pathlib import Path

import pytest

from database import engine
from migrations import bring_up_to_date
from tests.databases import alembic, empty_database, end, execute, query, start, using

START = "from fastapi.testclient import TestClient\nfrom main import app\nwith TestClient(app): pass"


@pytest.fixture
def embedded():
    return empty_database()


def test_it_migrates_itself_at_the_start_and_of_two_workers_one_does_so(embedded):
    workers = [start(embedded, "-c", START) for _ in range(2)]
    assert [end(worker) for worker in workers] == [(0, "")] * 2
    alembic(embedded, "check")


def test_it_keeps_its_rows_when_it_is_behind(embedded):
    alembic(embedded, "upgrade", "live")
    execute(embedded, """INSERT INTO "Location" (id, name, "updatedAt") VALUES ('c1', 'Dock', CURRENT_TIMESTAMP)""")
    with using(embedded):
        bring_up_to_date()
    assert query(embedded, 'SELECT id FROM "Location"') == {("c1",)}
    alembic(embedded, "check")


def test_it_stays_as_it_is_when_a_guard_is_broken(embedded):
    alembic(embedded, "upgrade", "live")
    places = "('c1', 'Dock', CURRENT_TIMESTAMP), ('c2', 'DOCK ', CURRENT_TIMESTAMP)"
    execute(embedded, f'INSERT INTO "Location" (id, name, "updatedAt") VALUES {places}')
    with using(embedded), pytest.raises(SystemExit, match=r"Location: .* is 'dock' in c1, c2"):
        bring_up_to_date()
    assert query(embedded, "SELECT version_num FROM alembic_version") == {("live",)}


def test_its_files_are_for_its_owner_alone(guard):
    folder = Path(engine.url.database).parent
    modes = {file.suffix: file.stat().st_mode & 0o777 for file in folder.iterdir()}
    assert modes == {".db": 0o600, ".db-wal": 0o600, ".db-shm": 0o600}


def test_one_of_a_newer_version_is_left_alone(embedded):
    alembic(embedded, "upgrade", "head")
    execute(embedded, "UPDATE alembic_version SET version_num = 'to-come'")
    code, output = end(start(embedded, "-m", "uvicorn", "main:app", "--port", "0"))
    assert code != 0
    assert "The database is ahead of this version of the application" in output
    assert "Traceback" not in output
