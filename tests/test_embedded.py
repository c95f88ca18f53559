"""The embedded database looks after itself."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer
from time import monotonic

import pytest
from limits import parse

from conftest import together
from database import engine
from migrations import bring_up_to_date
from routing import wait_for_lock
from security import hash_password
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
    assert "name another DATABASE_URL" in output
    assert "Traceback" not in output


# While another process has it locked

LOG = {"type": "PATROL", "title": "Quiet", "description": "-"}
GIL = {"email": "gil@example.com", "firstName": "Gil", "lastName": "Gray", "password": "sixteen herons"}


@contextmanager
def locked():
    """Somebody else writes, and does not end."""
    with closing(sqlite3.connect(engine.url.database, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def test_who_writes_is_put_off_in_good_time_and_who_reads_does_not_wait(guard, admin, anyone, dock, duty):
    entry = LOG | {"locationId": dock["id"]}
    writes = [lambda: guard.post("/logs", json=entry)] * 5 + [lambda: guard.post("/auth/sign-out")]
    people = [GIL | {"email": f"gil{n}@example.com"} for n in range(6)]  # more than hash passwords at a time
    writes += [lambda person=person: admin.post("/users", json=person) for person in people]

    def write(request):
        start = monotonic()
        return request(), monotonic() - start

    with locked(), ThreadPoolExecutor(len(writes)) as threads:
        writing = [threads.submit(write, request) for request in writes]
        reads = 0
        while not any(each.done() for each in writing):
            assert guard.get("/logs").status_code == admin.get("/users").status_code == 200
            assert anyone.get("http://testserver/health").status_code == 200
            reads += 1
        for answer, seconds in [each.result() for each in writing]:
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["detail"] == "Another program keeps the database locked. Try again."
            assert seconds < 5
    assert reads
    assert guard.post("/logs", json=entry).status_code == 201
    assert len(guard.get("/logs").json()) == 1


def test_who_must_only_be_known_does_not_wait_for_the_lock(anyone, admin):
    assert admin.post("/users", json=GIL).status_code == 201
    form = {"username": GIL["email"], "password": GIL["password"]}
    with locked():
        assert anyone.post("/auth/token", data=form).status_code == 200
        assert admin.post("/locations", json={}).status_code == 422
        assert admin.delete("/locations/none").status_code == 404


def test_who_waits_writes_as_soon_as_the_lock_is_gone(someone, admin, dock, monkeypatch):
    waiting = []
    with locked() as other:

        def wait(db):
            waiting.append(db)
            if len(waiting) == 8:
                other.rollback()
            return wait_for_lock(db)

        monkeypatch.setattr("routing.wait_for_lock", wait)
        name = {"name": "East Dock"}
        assert together(*[lambda: admin.post("/locations", json=name)] * 8) == [201] + [409] * 7
    assert [place["name"] for place in admin.get("/locations").json()] == ["East Dock", "North Dock"]


def test_a_sign_up_that_waits_for_the_lock_hashes_once_and_counts_once(anyone, monkeypatch):
    monkeypatch.setattr("security.SIGN_UPS", parse("1 per 15 minutes"))
    hashed = []
    with locked() as other:

        def count_and_hash(password):
            hashed.append(password)
            Timer(0.1, other.rollback).start()
            return hash_password(password)

        monkeypatch.setattr("security.hash_password", count_and_hash)
        assert anyone.post("/auth/sign-up", json=GIL).status_code == 201
    assert len(hashed) == 1
