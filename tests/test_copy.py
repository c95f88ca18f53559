"""An embedded database moves to PostgreSQL: python -m scripts.copy_to_postgresql logbook.db"""

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from scripts import copy_to_postgresql as copy
from tests.databases import alembic, connect, empty_database, end, execute, query, start

TABLES = SQLModel.metadata.sorted_tables


@pytest.fixture(scope="module")
def logbook(tmp_path_factory):
    """An embedded database with demo data, and a reply whose id says nothing of what was written first."""
    path = tmp_path_factory.mktemp("embedded") / "logbook.db"
    url = f"sqlite:///{path}"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DEMO_DATA", "true")
        assert end(start(url, "-c", "from demo import seed; seed.prepare()"))[0] == 0
    session, sender = query(url, 'SELECT id, "userId" FROM "DutySession" ORDER BY id LIMIT 1').pop()
    for id, replies_to in ("z", "NULL"), ("a", "'z'"):
        execute(
            url,
            'INSERT INTO "Message" (id, content, type, "senderId", "replyToId", "dutySessionId", "updatedAt")'
            f" VALUES ('{id}', 'Hello', 'BROADCAST', '{sender}', {replies_to}, '{session}', CURRENT_TIMESTAMP)",
        )
    return path


@pytest.fixture
def target(monkeypatch):
    """An empty, migrated database to copy to."""
    url = empty_database()
    alembic(url, "upgrade", "head")
    monkeypatch.setattr(copy, "engine", connect(url))
    return url


def everything(url):
    with connect(url).connect() as connection:
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=str) for table in TABLES}


def nothing():
    return {table.name: [] for table in TABLES}


def test_every_row_is_copied_as_it_is(logbook, target):
    code, output = end(start(target, "-m", "scripts.copy_to_postgresql", str(logbook)))
    assert code == 0
    rows = everything(target)
    assert rows == everything(f"sqlite:///{logbook}")
    assert all(rows.values())
    counts = {name: len(found) for name, found in rows.items()}
    assert output.splitlines() == [
        *(f"{name}: {count:,}" for name, count in counts.items()),
        f"Copied {sum(counts.values()):,} rows.",
    ]


def test_null_stays_null_and_json_keeps_its_text(logbook, target):
    copy.main(str(logbook))
    lists = 'SELECT id, "photoUrls", "videoUrls" FROM "Log"', 'SELECT id, "daysOfWeek" FROM "RecurringShiftPattern"'
    assert query(target, *lists) == query(f"sqlite:///{logbook}", *lists)


def test_each_row_that_does_not_fit_is_told_in_a_sentence_and_leaves_nothing_behind(logbook, target, tmp_path):
    odd = Path(shutil.copy(logbook, tmp_path))
    execute(
        f"sqlite:///{odd}",
        """UPDATE "Message" SET "createdAt" = 'yesterday' WHERE id = 'a'""",
        """UPDATE "Message" SET type = 'SHOUT' WHERE id = 'z'""",
        """UPDATE "TourStop" SET "tourId" = 'none' WHERE id = (SELECT min(id) FROM "TourStop")""",
    )
    with pytest.raises(SystemExit) as ended:
        copy.main(str(odd))
    stop, message, reply, end = str(ended.value).splitlines()
    assert re.fullmatch(r"TourStop \w+, the row: Key .*=\(none\) is not present in table .*", stop)
    assert re.fullmatch(r"Message z, type: invalid input value for enum .*SHOUT.*", message)
    assert re.fullmatch(r"Message a, createdAt: .*yesterday.*", reply)
    assert end == "Nothing was copied."
    assert everything(target) == nothing()


def test_a_row_that_gets_lost_on_the_way_is_noticed(logbook, target):
    execute(target, 'CREATE RULE lost AS ON INSERT TO "TourStop" DO INSTEAD NOTHING')
    with pytest.raises(SystemExit, match=r"TourStop has \d+ rows, but 0 after copying.\nNothing was copied."):
        copy.main(str(logbook))
    assert everything(target) == nothing()


def test_a_database_that_is_not_empty_is_no_target(logbook, target):
    copy.main(str(logbook))
    before = everything(target)
    with pytest.raises(SystemExit, match=r"The database to copy to is not empty. There are rows in: .*Location"):
        copy.main(str(logbook))
    assert everything(target) == before


def test_a_database_that_is_not_migrated_is_no_target(logbook, monkeypatch):
    monkeypatch.setattr(copy, "engine", connect(empty_database()))
    with pytest.raises(SystemExit, match=r"is not migrated. Run: alembic upgrade head"):
        copy.main(str(logbook))


def test_an_embedded_database_is_no_target(logbook, tmp_path):
    code, output = end(start(f"sqlite:///{tmp_path}/other.db", "-m", "scripts.copy_to_postgresql", str(logbook)))
    assert (code, output) == (1, "DATABASE_URL names an embedded database. Set it to the PostgreSQL one to copy to.\n")


def test_a_file_that_is_not_there_is_no_source(target, tmp_path):
    with pytest.raises(SystemExit, match="There is no file"):
        copy.main(str(tmp_path / "logbook.db"))
    assert not list(tmp_path.iterdir())


def test_a_file_of_another_kind_is_no_source(target, tmp_path):
    (tmp_path / "logbook.db").write_text("Dear diary, today nothing came in." * 100)
    with pytest.raises(SystemExit, match="is no SQLite database"):
        copy.main(str(tmp_path / "logbook.db"))


def test_an_embedded_database_that_is_behind_is_no_source(target, tmp_path):
    alembic(f"sqlite:///{tmp_path}/logbook.db", "upgrade", "live")
    with pytest.raises(SystemExit, match=r"is no logbook of this version. Start the application on it once"):
        copy.main(str(tmp_path / "logbook.db"))
