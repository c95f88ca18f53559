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
from tests.databases import execute
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
    texts = [tuple("".join(chance.choices(alphabet, k=12)) for _ in range(2)) for _ in range(60)]
    write(*texts)
    for length in [1, 2, 3, 3, 4, 5, 6] * 3:
        one = chance.choice(chance.choice(texts))
        start = chance.randrange(12 - length)
        words = chance.choice([str, str.upper, str.lower])(one[start : start + length])
        wanted = {
            f"e{n:04}" for n, both in enumerate(texts) if any(without_case(words) in without_case(one) for one in both)
        }
        assert found(guard, words) == (wanted if words else set(range(60))), words


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


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no such index")
def test_a_search_uses_the_index():
    search = select(Log.id).where(occurs("North", Log.title, Log.description))
    statement = search.compile(engine, compile_kwargs={"literal_binds": True})
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        assert "Log_search_idx" in str(connection.exec_driver_sql(f"EXPLAIN {statement}").all())
