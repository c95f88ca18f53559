"""A search of the logbook finds what contains the text, without case, in whatever script, and nothing else."""

import os
import unicodedata
from random import Random

import pytest
from sqlalchemy import select

from conftest import ON_POSTGRESQL
from database import engine
from fields import FINAL_SIGMA, SIGMA, occurs
from models import Log, LogType
from tests.databases import execute, query
from tests.world import insert

ALPHABETS = [
    "abcdefghij ABCDEFGHIJ",
    "abc ABC '\"%_/\\*-+()^:",
    "aeiou áéíóú ÁÉÍÓÚ ñÑ çÇ ß ẞ",
    unicodedata.normalize("NFD", "aeiou áéíóú ÁÉÍÓÚ åÅ"),
    "ikIK İı\N{KELVIN SIGN}\N{ANGSTROM SIGN} ab",
    "αβγσς ΑΒΓΣ \u037e;\u1fef`",
    "абвг АБВГ ёЁ",
    "中文日本 かなカナ 한국어",
    "עברית عربية",
    "🚤⚓👮🏽 ab",
]


def without_case(words):
    """Without case as the application has it: in NFC, with one kind of sigma."""
    lowered = unicodedata.normalize("NFD", words).lower().replace(FINAL_SIGMA, SIGMA)
    return unicodedata.normalize("NFC", lowered)


@pytest.fixture
def write(guard, dock):
    """Store entries with these titles and descriptions."""

    def store(*texts):
        about = {"location_id": dock["id"], "user_id": guard.id}
        insert(
            Log(id=f"e{n:04}", type=LogType.PATROL, title=title, description=description, **about)
            for n, (title, description) in enumerate(texts)
        )

    return store


def found(person, words):
    answer = person.get("/logs", params={"search": words, "limit": 500})
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-total-count"] == str(len(answer.json()))
    return {line["id"] for line in answer.json()}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_a_search_finds_what_contains_the_text_in_every_script(guard, write, alphabet):
    chance = Random(alphabet)
    # SQLite indexes a hundred at a time, and reads what is not indexed yet
    texts = [tuple("".join(chance.choices(alphabet, k=12)) for _ in range(2)) for _ in range(150)]
    write(*texts)
    for length in [1, 2, 3, 3, 4, 5, 6] * 3:
        one = chance.choice(chance.choice(texts))
        start = chance.randrange(12 - length)
        words = chance.choice([str, str.upper, str.lower])(one[start : start + length])
        wanted = {
            f"e{n:04}" for n, both in enumerate(texts) if any(without_case(words) in without_case(one) for one in both)
        }
        assert found(guard, words) == (wanted if words else set(range(150))), words


def test_an_entry_that_is_changed_or_removed_by_another_program_is_found_as_it_is_now(guard, write):
    write(("Northern light", "-"), ("Gate", "The northern one"), ("Gate", "-"))
    assert found(guard, "NORTHERN") == {"e0000", "e0001"}
    execute(
        os.environ["DATABASE_URL"],
        """UPDATE "Log" SET title = 'Beacon' WHERE id = 'e0000'""",
        """UPDATE "Log" SET description = 'Northern again' WHERE id = 'e0002'""",
        """DELETE FROM "Log" WHERE id = 'e0001'""",
        """INSERT INTO "Log" (id, type, title, description, "locationId", "userId", "updatedAt")
           SELECT 'e3', type, 'Northern fog', '-', "locationId", "userId", "updatedAt" FROM "Log" WHERE id = 'e0000'""",
        """UPDATE "Log" SET id = 'e4' WHERE id = 'e3'""",
    )
    assert found(guard, "northern") == {"e0002", "e4"}
    assert found(guard, "beacon") == {"e0000"}
    assert found(guard, "northern light") == set()


def test_an_entry_is_found_whichever_of_its_versions_are_indexed(guard, write):
    write(*(("Northern light", "-") for _ in range(60)))
    for words in "Southern fog", "Eastern fog", "Western fog":
        execute(os.environ["DATABASE_URL"], f"""UPDATE "Log" SET title = '{words}'""")
        assert len(found(guard, words)) == 60
    assert found(guard, "northern") == found(guard, "eastern") == set()
    execute(os.environ["DATABASE_URL"], """DELETE FROM "Log" WHERE id > 'e0000'""")
    assert found(guard, "western") == {"e0000"}


@pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL itself decides when it takes its index")
def test_a_frequent_text_is_found_without_the_index(guard, write, monkeypatch):
    write(*(("Northern light", "-") for _ in range(60)), ("Southern fog", "-"))
    monkeypatch.setattr("routes.logs.RARE", 1)
    assert len(found(guard, "northern")) == 60
    assert found(guard, "southern light") == set()


def test_a_search_asks_the_index(guard, write):
    write(("Northern light", "-"))
    if ON_POSTGRESQL:
        search = select(Log.id).where(occurs("North", Log.title, Log.description))
        statement = search.compile(engine, compile_kwargs={"literal_binds": True})
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            assert "Log_search_idx" in str(connection.exec_driver_sql(f"EXPLAIN {statement}").all())
    else:
        execute(os.environ["DATABASE_URL"], """UPDATE "sqliteLogSearchRow" SET "logId" = ''""")
        assert found(guard, "nor") == set()
        assert found(guard, "no") == {"e0000"}


@pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL keeps no tables beside an index")
def test_the_index_outlives_a_program_that_empties_all_tables(guard, write):
    write(*(("Northern light", "-") for _ in range(150)))
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    emptied = {name for (name,) in query(os.environ["DATABASE_URL"], listed)} - {"alembic_version", "User", "Location"}
    execute(os.environ["DATABASE_URL"], "PRAGMA foreign_keys=OFF", *(f'DELETE FROM "{name}"' for name in emptied))
    write(*(("Northern fog", "-") for _ in range(150)))
    assert len(found(guard, "northern")) == len(found(guard, "fog")) == 150
    assert found(guard, "light") == set()
