"""What tests of whole databases need: an empty one, the command line, and what a database's catalog says."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from alembic import command
from sqlalchemy import Engine, NullPool, create_engine, event

import database
from conftest import ON_POSTGRESQL
from migrations import CONFIG
from settings import Settings
from tests.postgresql import new_database

CATALOG = {
    "sqlite": (
        """SELECT 'column', t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
           FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'""",
        """SELECT 'key', t.name, k."from", k."table", k."to", k.on_update, k.on_delete
           FROM sqlite_master t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'""",
        "SELECT 'index', tbl_name, name, trim(sql) FROM sqlite_master WHERE type = 'index'",
    ),
    "postgresql": (
        """SELECT 'column', attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull,
           pg_get_expr(adbin, adrelid) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
           LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
           WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0""",
        """SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
           FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
        "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT 'enum', typname, enumlabel, enumsortorder FROM pg_enum JOIN pg_type ON enumtypid = pg_type.oid",
        """SELECT 'comment', objoid::regclass::text, objsubid, description FROM pg_description
           JOIN pg_class ON objoid = pg_class.oid WHERE relnamespace = 'public'::regnamespace""",
    ),
}


def empty_database() -> str:
    """The address of an empty database of the kind that the tests run on."""
    return new_database() if ON_POSTGRESQL else f"sqlite:///{tempfile.mkdtemp()}/logbook.db"


def connect(url: str) -> Engine:
    return create_engine(Settings(database_url=url).database_url, poolclass=NullPool)


def query(url: str, *statements: str) -> set[tuple[Any, ...]]:
    """The rows of all these queries."""
    with connect(url).connect() as connection:
        return {tuple(row) for statement in statements for row in connection.exec_driver_sql(statement)}


def execute(url: str, *statements: str) -> None:
    with connect(url).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def catalog(url: str) -> set[tuple[Any, ...]]:
    """All columns, keys, indexes, enums and comments of a database."""
    return query(url, *CATALOG[url.partition(":")[0]])


@contextmanager
def using(url: str) -> Iterator[None]:
    """Let the application, and Alembic, use another database than that of the tests."""
    engine = connect(url)
    event.listen(engine, "connect", database.configure_sqlite)
    with ExitStack() as patched:
        for name in "settings.EMBEDDED", "database.EMBEDDED":
            patched.enter_context(patch(name, url.startswith("sqlite")))
        for name in "database.engine", "migrations.engine", "routing.engine":
            patched.enter_context(patch(name, engine))
        yield
    engine.dispose()


def alembic(url: str, name: str, *arguments: str) -> None:
    """What the command line does on a database: `alembic(url, "upgrade", "head")`."""
    with using(url):
        getattr(command, name)(CONFIG, *arguments)


def start(url: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start Python beside the application, with this DATABASE_URL and these settings."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, *arguments],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "DATABASE_URL": url, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and output."""
    output, _ = process.communicate(timeout=60)
    return process.returncode, output
