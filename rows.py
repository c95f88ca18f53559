"""What routes do with rows: load, lock, write and count them, and keep names unique."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, Table, insert, update
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Load, selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, SQLModel, bindparam, col, false, func, select

from fields import Identified, cuid
from settings import EMBEDDED

RowT = TypeVar("RowT", bound=Identified)


def load_collection(relation: Any) -> ORMOption:
    """Load a collection by one more query, however long the list is."""
    return selectinload(relation)


def without(*path: Any) -> ORMOption:
    """Don't load the relation at the end of this path, since an answer does not show it."""
    *parents, relation = path
    load: Any = Load(path[0].parent)
    for parent in parents:
        load = load.defaultload(parent)
    return cast(ORMOption, load.lazyload(relation))


def save(db: Session, row: RowT) -> RowT:
    """Write the row now, so that constraints speak and relations are fresh; the request commits."""
    db.add(row)
    db.flush()
    db.refresh(row)
    return row


def lock_rows(db: Session, table: type[RowT], *where: ColumnElement[bool]) -> Sequence[RowT]:
    """Read the rows of which this holds as they are now. Until the request is over nobody else changes, deletes or
    holds them. They are locked in the order of their ids, so that two requests never wait for each other."""
    if EMBEDDED:
        become_writer(db, table)
    rows = select(table).where(*where).order_by(col(table.id)).with_for_update(of=table, key_share=True)
    return db.exec(rows.execution_options(populate_existing=True)).all()


def find_and_lock(column: Any, *where: ColumnElement[bool]) -> ReturningUpdate[Any]:
    """A statement, to be made once, that finds the row in whose column `:key` stands, holds it until the request is
    over, and reads its columns. It takes a seventh of the time of loading, locking and reading an object."""
    table = table_of(column.class_)
    holding = update(table).where(column == bindparam("key"), *where).values(updated_at=table.c.updated_at)
    return holding.returning(*table.c)


def driver_of(db: Session) -> sqlite3.Connection:
    """The driver's own connection to the embedded database."""
    return cast(sqlite3.Connection, db.connection().connection.dbapi_connection)


def become_writer(db: Session, table: type[Identified]) -> None:
    """Let nobody else write to the embedded database until this request is over, by an update of nothing."""
    if not driver_of(db).in_transaction:  # the driver begins a transaction with the first thing that is written
        db.exec(update(table).where(false()).values(id=""))


def lock_key(db: Session, key: str) -> None:
    """Let nobody else with this key go on until this request is over. SQLite has one writer at a time anyway."""
    if not EMBEDDED:
        db.exec(select(func.pg_advisory_xact_lock(func.hashtext(key))))


def is_taken(db: Session, table: type[Identified], same: ColumnElement[bool], but: str | None = None) -> bool:
    """Whether there is a row, other than this one, of which this holds. It stays true until the request is over."""
    take_turn(db, table)
    return db.exec(select(table.id).where(same, col(table.id) != but)).first() is not None


def take_turn(db: Session, table: type[Identified]) -> None:
    """Let nobody else give a name in this table until this request is over.

    A unique index can't do that on SQLite: it knows the case of A to Z only, and one on a function of ours would keep
    other programs from opening the database. So requests that give a name take turns, and then look. Rows of the other
    application count like ours.
    """
    if EMBEDDED:
        become_writer(db, table)
    lock_key(db, str(table.__tablename__))


def insert_if_missing(db: Session, row: SQLModel) -> None:
    """Write the row unless there is one with its key, made perhaps by another request at this very moment."""
    insert_or_ignore = sqlite.insert if EMBEDDED else postgresql.insert
    db.exec(insert_or_ignore(type(row)).values(row.model_dump()).on_conflict_do_nothing())


def insert_row(db: Session, table: type[Identified], row: Mapping[str, object]) -> str:
    """Write a row, at a third of the time that an object takes; what it leaves out gets its default. Its id."""
    id = cuid()
    db.connection().execute(insert(table_of(table)), {**row, "id": id})
    return id


def insert_rows(db: Session, table: type[SQLModel], rows: Iterable[Mapping[str, object]]) -> None:
    """Write many rows by one statement; what they leave out gets its default. Making objects of 36,600 assignments
    first takes eight times as long."""
    if values := list(rows):
        db.connection().execute(insert(table_of(table)), values)


def table_of(table: type[SQLModel]) -> Table:
    """The table beneath a class: a select of its columns skips the object mapper."""
    return cast(Table, inspect_mapping(table).local_table)


def count(db: Session, matching: Select[Any]) -> int:
    """How many rows a statement finds."""
    return db.exec(select(func.count()).select_from(matching.order_by(None).subquery())).one()
