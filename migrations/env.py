"""How Alembic finds the database and the tables: the settings and the models say."""

import warnings
from typing import Any, Literal

import alembic_postgresql_enum  # noqa: F401  (compares the values of enums, too)
from alembic import context
from sqlalchemy import inspect
from sqlmodel import SQLModel

import fields
import models  # noqa: F401  (fills SQLModel.metadata)
from migrations import connect, wait_to_be_alone
from settings import EMBEDDED

# SQLite can't tell of indexes on expressions, so Alembic leaves them alone.
warnings.filterwarnings("ignore", ".*expression-based index")


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """Tables that the other application has for itself are none of our business."""
    return kind != "table" or name in SQLModel.metadata.tables


def is_different(_: object, name: str | None, kind: str, *__: object) -> bool:
    """A database may keep a unique index as a constraint, which is the same to us. The one for searches, which is on
    expressions and needs an extension, is made by its migration only."""
    return kind not in ("index", "unique_constraint") or name not in {*constraints, "Log_search_idx"}


def render(kind: str, item: Any, autogenerate: Any) -> str | Literal[False]:
    """A migration stays as it was written: it names no type of models.py."""
    if kind != "type":
        return False
    if isinstance(item, fields.Timestamp):
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.DateTime().with_variant(postgresql.TIMESTAMP(precision=3), "postgresql")'
    return f"sa.{item.impl!r}" if isinstance(item, fields.Stored) else False


with connect() as connection, connection.begin():
    connection.detach()
    if EMBEDDED:
        # SQLite alters a table by writing it anew, which must not delete what refers to it.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    wait_to_be_alone(connection)
    keys = {} if EMBEDDED else inspect(connection).get_multi_unique_constraints()
    constraints = {key["name"] for table in keys.values() for key in table}
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_name=is_ours,
        include_object=is_different,
        # whatever comments a database has, they are its own
        autogenerate_plugins=["alembic.autogenerate.*", "~alembic.autogenerate.comments"],
        render_item=render,
        compare_type=True,
        compare_server_default=True,
        transactional_ddl=True,
        render_as_batch=EMBEDDED,
    )
    context.run_migrations()
