"""Eight people take one radio at the same moment. Run: pytest -s docs/exercises/race.py"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, create_engine, select

from models import SupervisorEquipmentCheckout as Checkout
from settings import settings

RADIO_KEY = "SupervisorEquipmentCheckout_open_radio_key"
engine = create_engine(settings.database_url)


def look_and_take(radio_id: str, session_id: str, everybody_has_looked: Barrier) -> str:
    with Session(engine) as db:
        out = select(Checkout).where(Checkout.radio_id == radio_id, col(Checkout.checkin_time).is_(None))
        is_out = db.exec(out).first()
        everybody_has_looked.wait(10)
        if is_out:
            return "refused by the look"
        try:
            db.add(Checkout(radio_id=radio_id, duty_session_id=session_id))
            db.commit()
        except IntegrityError:
            return "refused by the database"
        return "has the radio"


@pytest.fixture
def eight_take_it(caplog, someone, hq, radio):
    def take() -> list[str]:
        caplog.set_level("WARNING", "logbook")
        people = [someone("SUPERVISOR") for _ in range(8)]
        sessions = [person.post("/duty-sessions", json={}).json()["id"] for person in people]
        barrier = Barrier(8)
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda id: look_and_take(radio["id"], id, barrier), sessions))
        print("", *results, sep="\n")
        return results

    return take


@pytest.fixture
def no_index():
    """The database without the index that holds the rule."""
    with engine.begin() as connection:
        connection.execute(text(f'DROP INDEX "{RADIO_KEY}"'))
    yield
    with engine.begin() as connection:
        connection.execute(text('DELETE FROM "SupervisorEquipmentCheckout"'))
        table = Checkout.__table__
        next(index for index in table.indexes if index.name == RADIO_KEY).create(connection)


def test_a_look_first_takes_what_is_gone(no_index, eight_take_it):
    assert eight_take_it().count("has the radio") == 8


def test_the_index_decides(eight_take_it):
    assert eight_take_it().count("has the radio") == 1
