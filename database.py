"""The engine, and the few helpers that every route needs with rows."""

import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, ColumnElement, Connection, Engine, Select, Table, event, insert, update
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import Load, selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, SQLModel, bindparam, col, create_engine, false, func, select

from fields import Identified, caseless, cuid, single_spaced, town_weekday
from settings import EMBEDDED, settings

T = TypeVar("T")
RowT = TypeVar("RowT", bound=Identified)

# What runs on the event loop can't wait for a connection: the embedded database has as many as are asked for.
POOL = {"pool_size": settings.pool_size, "max_overflow": -1 if EMBEDDED else settings.pool_overflow}
# A pooler in transaction mode gives the next transaction to another server session, without what was prepared.
SERVER = {"pool_pre_ping": True, "pool_timeout": settings.pool_timeout, "connect_args": {"prepare_threshold": None}}

if not EMBEDDED:
    import psycopg

    # as text, which Timestamp reads: Python's datetime has no infinity, no year before 1 and none after 9999
    psycopg.adapters.register_loader("timestamp", psycopg.types.string.TextLoader)

engine = create_engine(settings.database_url, hide_parameters=True, **POOL, **({} if EMBEDDED else SERVER))
FILE = Path(str(engine.url.database)).absolute()  # of an embedded database
LEAST_SPACE = 1_000_000  # bytes on its disk

# Whether a server answers is asked beside the requests, which may all wait for it.
BESIDE = {"pool_size": 1, "max_overflow": 1, "pool_timeout": 2}


def engine_that_finds_its_file(file: Path) -> Engine:
    """An engine for an embedded database that does not make the file again if it is gone.

    A connection does not notice when its file is gone or another one: then it is replaced by a new one. A new one for
    each question took 0.9 ms, as it reads the whole schema; this takes 0.07.
    """
    beside = create_engine(URL.create("sqlite", database=file.as_uri(), query={"mode": "rw", "uri": "true"}))

    @event.listens_for(beside, "connect")
    def remember_file(_: object, record: Any) -> None:
        record.info["file"] = file.stat().st_ino

    @event.listens_for(beside, "checkout")
    def must_be_that_file(_: object, record: Any, __: object) -> None:
        if not file.exists() or file.stat().st_ino != record.info["file"]:
            raise DisconnectionError

    return beside


if EMBEDDED:
    health_engine = engine_that_finds_its_file(FILE)
else:
    health_engine = create_engine(settings.database_url, hide_parameters=True, **(SERVER | BESIDE))


def ping() -> None:
    """Ask the database whether it answers: OperationalError if not. An embedded one needs its tables."""
    with health_engine.connect() as connection:
        connection.exec_driver_sql("SELECT version_num FROM alembic_version" if EMBEDDED else "SELECT 1")


def disk_is_full() -> bool:
    """Whether an embedded database has no space left to write to."""
    return EMBEDDED and shutil.disk_usage(FILE.parent).free < LEAST_SPACE


@event.listens_for(engine, "do_connect")
def make_private_file(_: object, __: object, arguments: list[Any], ___: object) -> None:
    """The embedded database is for its owner alone. SQLite gives the files beside it the mode of this one."""
    if EMBEDDED:
        with suppress(OSError):  # it exists, or SQLite will say what is wrong
            Path(arguments[0]).touch(0o600, exist_ok=False)


@event.listens_for(engine, "connect")
def configure_sqlite(connection: Any, _: object) -> None:
    """Let readers wait for nobody, and give SQLite the functions it lacks.

    SQLite itself doesn't wait for a lock, as it would do so on the event loop: see `on_event_loop`.
    """
    if EMBEDDED:
        for pragma in "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=0":
            connection.execute(f"PRAGMA {pragma}")
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # other programs store any bytes
        connection.create_function("caseless", 1, caseless, deterministic=True)
        connection.create_function("single_spaced", 1, single_spaced, deterministic=True)
        connection.create_function("town_weekday", 1, town_weekday, deterministic=True)


def is_locked(error: OperationalError) -> bool:
    """Whether SQLite refused a statement since another connection is writing."""
    cause = error.orig
    return isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


@event.listens_for(Session, "after_begin")
def limit_waits(session: Session, transaction: Any, connection: Connection) -> None:
    """Let PostgreSQL end a statement that waits for a lock, or works, for too long: the request is put off with 503.

    Said anew in each transaction, as a pooler refuses it at the connection. Migrations, which have no session, may
    take their time.
    """
    if connection.dialect.name == "postgresql":
        lock, statement = (round(seconds * 1000) for seconds in (settings.lock_timeout, settings.statement_timeout))
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {lock}; SET LOCAL statement_timeout = {statement}")


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


def become_writer(db: Session, table: type[Identified]) -> None:
    """Let nobody else write to the embedded database until this request is over, by an update of nothing."""
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


def insert_row(db: Session, table: type[Identified], row: dict[str, Any]) -> str:
    """Write a row, at a third of the time that an object takes; what it leaves out gets its default. Its id."""
    id = cuid()
    db.connection().execute(insert(table_of(table)), row | {"id": id})
    return id


def insert_rows(db: Session, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
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
