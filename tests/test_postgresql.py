"""What only PostgreSQL asks for."""

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from database import engine
from settings import Settings, settings
from tests.databases import alembic, empty_database, end, execute, query, start

FOLDER = Path(__file__).parent.parent


def test_the_application_refuses_to_start_on_a_database_that_is_behind():
    behind = empty_database()
    alembic(behind, "upgrade", "live")
    code, output = end(start(behind, "-m", "uvicorn", "main:app", "--port", "0"))
    assert code != 0
    assert "The database is behind this version of the application. Run: alembic upgrade head" in output
    assert "Traceback" not in output


def test_what_operating_says_makes_a_database_without_demo_accounts(tmp_path):
    page = (FOLDER / "docs/operating.md").read_text()
    block = re.search(r"^## PostgreSQL\n\n((?:    .*\n)+)", page, re.MULTILINE)[1]
    url = empty_database()
    *commands, serve = dedent(block).replace("postgresql://user:password@host/database", url).splitlines()
    for file in FOLDER.iterdir():
        if file.name not in (".env", ".git", ".venv"):
            (tmp_path / file.name).symlink_to(file)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(Path(sys.executable).parent)
    environment = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    server = subprocess.Popen(  # noqa: S603
        ["bash", "-ec", "\n".join([*commands, f"exec {serve} --port 0"])],  # noqa: S607
        cwd=tmp_path,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = ""
    while "Application startup complete" not in said:
        line = server.stdout.readline()
        assert line, said
        said += line
    server.terminate()
    server.communicate()
    assert query(url, "SELECT version_num FROM alembic_version")
    assert query(url, 'SELECT id FROM "User"') == set()


def test_alembic_notices_an_enum_value_that_is_missing():
    database = empty_database()
    alembic(database, "upgrade", "head")
    execute(database, """ALTER TYPE "LogType" RENAME VALUE 'WEATHER' TO 'TIDE'""")
    with pytest.raises(CommandError, match=r"change_enum_variants.*TIDE"):
        alembic(database, "check")


def test_alembic_takes_unique_constraints_for_the_unique_indexes_that_they_are():
    database = empty_database()
    alembic(database, "upgrade", "head")
    execute(database, 'ALTER TABLE "User" ADD CONSTRAINT "User_email_key" UNIQUE USING INDEX "User_email_key"')
    alembic(database, "check")


def test_no_prepared_statement_is_left_for_the_next_client_of_a_pooler(guard, duty):
    for _ in range(10):
        assert guard.get("/logs").status_code == 200
        assert guard.get("/duty-sessions/active").status_code == 200
    pooled = [engine.connect() for _ in range(engine.pool.checkedin())]
    assert pooled
    for connection in pooled:
        assert connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 0
        connection.close()


def test_a_lock_held_elsewhere_puts_off_who_needs_it_and_nobody_else(guard, anyone, dock, duty, monkeypatch):
    monkeypatch.setattr(settings, "lock_timeout", 0.5)
    with engine.begin() as other:
        other.exec_driver_sql('LOCK TABLE "Log"')
        answers = [guard.get("/logs")]
        assert anyone.get("http://testserver/health").status_code == guard.get("/locations").status_code == 200
    for answer in answers:
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
    assert guard.get("/logs").status_code == 200


def test_a_statement_that_takes_too_long_is_ended(db, monkeypatch):
    monkeypatch.setattr(settings, "statement_timeout", 0.1)
    with pytest.raises(OperationalError, match="statement timeout"):
        db.execute(text("SELECT pg_sleep(30)"))
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "0"


def test_who_waits_for_a_connection_does_not_wait_long(guard, anyone, monkeypatch):
    monkeypatch.setattr(settings, "pool_timeout", 0.2)
    monkeypatch.setattr("routing.CONNECTIONS", 0)
    assert guard.get("/logs").status_code == 503
    assert anyone.get("http://testserver/health").status_code == 200
