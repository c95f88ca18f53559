"""The engine: one database, embedded or a server, and how each connection is set up."""

import shutil
import sqlite3
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlmodel import Session, create_engine

from fields import caseless, single_spaced
from settings import EMBEDDED, settings

T = TypeVar("T")

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
        with suppress(FileNotFoundError):
            if file.stat().st_ino == record.info["file"]:
                return
        raise DisconnectionError

    return beside


if EMBEDDED:
    health_engine = engine_that_finds_its_file(FILE)
else:
    health_engine = create_engine(settings.database_url, hide_parameters=True, **(SERVER | BESIDE))


def ping() -> None:
    """Ask the database whether it answers: OperationalError if not. An embedded one needs its tables.

    The driver itself is asked, as load balancers ask often: SQLAlchemy's `Connection` takes three times as long.
    """
    question = "SELECT version_num FROM alembic_version" if EMBEDDED else "SELECT 1"
    try:
        with closing(health_engine.raw_connection()) as connection:
            connection.cursor().execute(question)
    except health_engine.dialect.loaded_dbapi.Error as error:
        raise OperationalError(question, {}, error) from None


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
