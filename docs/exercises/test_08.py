from sqlalchemy import inspect

from database import engine
from models import Alarm


def test_an_alarm_has_a_note_in_the_model_and_in_the_database():
    assert Alarm.__table__.c.note.nullable
    assert "note" in {column["name"] for column in inspect(engine).get_columns("Alarm")}
