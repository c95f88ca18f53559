"""Alembic's migrations, and what the application does about them when it starts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from database import EMBEDDED, engine

CONFIG = Config(toml_file=Path(__file__).parent.parent / "pyproject.toml")


def bring_up_to_date() -> None:
    """Migrate the embedded database. Any other is migrated by hand: refuse to start on one that is behind."""
    with engine.connect() as connection:
        if is_up_to_date(connection):
            return
    if not EMBEDDED:
        raise SystemExit("The database is behind this version of the application. Run: alembic upgrade head")
    command.upgrade(CONFIG, "head")


def is_up_to_date(connection: Connection) -> bool:
    """Whether all migrations, and none that this version does not know, have been run on a database."""
    current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(CONFIG).get_current_head()
