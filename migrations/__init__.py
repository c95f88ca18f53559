"""Alembic's migrations, and what the application does about them when it starts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from database import EMBEDDED, engine

CONFIG = Config(toml_file=Path(__file__).parent.parent / "pyproject.toml")


def bring_up_to_date() -> None:
    """Migrate the embedded database. Any other is migrated by hand: refuse to start on one that is behind."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == ScriptDirectory.from_config(CONFIG).get_current_head():
        return
    if not EMBEDDED:
        raise SystemExit(f"The database is behind ({current or 'no migration yet'}). Run: alembic upgrade head")
    command.upgrade(CONFIG, "head")
