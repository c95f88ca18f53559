"""Alembic's migrations, and what the application does about them when it starts."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from database import engine
from settings import EMBEDDED

CONFIG = Config(toml_file=Path(__file__).parent.parent / "pyproject.toml")


def bring_up_to_date() -> None:
    """Migrate the embedded database. Any other is migrated by hand: refuse to start on one that is behind."""
    with connect() as connection:
        if is_up_to_date(connection):
            return
    if not EMBEDDED:
        raise SystemExit("The database is behind this version of the application. Run: alembic upgrade head")
    try:
        command.upgrade(CONFIG, "head")
    except CommandError as error:
        raise SystemExit(
            f"The database is ahead of this version of the application, or not its own: {error}. "
            "Start the version that it is of, or name another DATABASE_URL."
        ) from None


def connect() -> Connection:
    """A connection for a start, which ends with a sentence if there is none."""
    try:
        return engine.connect()
    except (DBAPIError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", error)).partition("\n")[0]
        raise SystemExit(f"Can't start: the database that DATABASE_URL names does not answer: {said}.") from None


def is_up_to_date(connection: Connection) -> bool:
    """Whether all migrations, and none that this version does not know, have been run on a database."""
    current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(CONFIG).get_current_head()


def wait_to_be_alone(connection: Connection) -> None:
    """Change the database while nobody else does so with this, until the transaction ends. Of several processes that
    start at once the others wait, on SQLite for 30 seconds."""
    if connection.dialect.name == "sqlite":
        connection.detach()  # so that no request waits as long
        connection.exec_driver_sql("PRAGMA busy_timeout=30000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(401)")
