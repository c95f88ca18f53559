"""How names and texts are compared: by the database, on both sides alike."""

from typing import Any

from sqlalchemy import ColumnElement, String, case, literal_column
from sqlmodel import Session, col, func, select

from database import EMBEDDED, FINAL_SIGMA, SIGMA, WHITE_SPACE, become_writer, lock_key
from fields import Identified


def without_case(text: Any) -> ColumnElement[str]:
    """A column or a text in NFC and lower case. By itself SQLite lowers A to Z only.

    It is lowered decomposed, as PostgreSQL would drop the dot of a composed İ. All that is pure ASCII needs no
    normal form, which takes PostgreSQL ten times as long as the rest.
    """
    if EMBEDDED:
        return func.caseless(text, type_=String)
    is_ascii = func.octet_length(text) == func.length(text)
    lowered = func.replace(func.lower(func.normalize(text, literal_column("NFD"))), FINAL_SIGMA, SIGMA)
    return case((is_ascii, func.lower(text)), else_=func.normalize(lowered, literal_column("NFC")))


def as_name(text: Any) -> ColumnElement[str]:
    """A column or a text as names are compared: without case, with a run of white space as one space."""
    if EMBEDDED:
        return func.single_spaced(without_case(text), type_=String)
    return func.regexp_replace(without_case(text), WHITE_SPACE, " ", "g", type_=String)


def is_taken(db: Session, table: type[Identified], same: ColumnElement[bool], but: str | None = None) -> bool:
    """Whether there is a row, other than this one, of which this holds. It stays true until the request is over:
    whoever asks the same of the table meanwhile waits.

    A unique index can't do that on SQLite: it knows the case of A to Z only, and one on a function of ours would keep
    other programs from opening the database. So requests that give a name take turns, and then look. Rows of the other
    application count like ours.
    """
    if EMBEDDED:
        become_writer(db, table)
    lock_key(db, str(table.__tablename__))
    return db.exec(select(table.id).where(same, col(table.id) != but)).first() is not None
