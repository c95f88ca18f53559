"""Copy an embedded logbook into an empty PostgreSQL database that DATABASE_URL names and Alembic has migrated.

python -m migrations.copy logbook.db
"""

import sys
from pathlib import Path

from sqlalchemy import Connection, TableClause, column, create_engine, func, inspect, literal_column, select, table
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from database import EMBEDDED, engine
from migrations import is_up_to_date

BATCH = 1000


def main(path: str) -> None:
    """Copy all rows, or none. What is written from now on is not copied: stop the application first."""
    if EMBEDDED:
        sys.exit("DATABASE_URL names an embedded database. Set it to the PostgreSQL one to copy to.")
    if not Path(path).is_file():
        sys.exit(f"There is no file {path}.")
    with create_engine(f"sqlite:///{path}").connect() as source, engine.begin() as target:
        must_be_a_logbook(source, path)
        must_be_migrated_and_empty(target)
        source.exec_driver_sql("BEGIN")  # all that follows is read of one moment
        copied = sum(copy(source, target, name) for name in names())
    print(f"Copied {copied:,} rows.")


def names() -> list[str]:
    """The tables, each after those that it refers to."""
    return [table.name for table in SQLModel.metadata.sorted_tables]


def must_be_a_logbook(source: Connection, path: str) -> None:
    try:
        current = is_up_to_date(source)
    except DatabaseError:
        sys.exit(f"{path} is no SQLite database.")
    if not current:
        sys.exit(f"{path} is no logbook of this version. Start the application on it once, which migrates it.")


def must_be_migrated_and_empty(target: Connection) -> None:
    if not is_up_to_date(target):
        sys.exit("The database to copy to is not migrated. Run: alembic upgrade head")
    filled = [name for name in names() if count(target, table(name))]
    if filled:
        sys.exit(f"The database to copy to is not empty. There are rows in: {', '.join(filled)}")


def copy(source: Connection, target: Connection, name: str) -> int:
    """Copy the rows in the order in which they were written, so that a reply follows what it replies to."""
    read, written = as_stored(source, name), as_stored(target, name)
    for rows in source.execute(select(read).order_by(literal_column("rowid"))).mappings().partitions(BATCH):
        target.execute(written.insert(), [dict(row) for row in rows])
    there, here = count(source, read), count(target, written)
    if there != here:
        sys.exit(f"{name} has {there:,} rows, but {here:,} after copying. Nothing was copied.")
    print(f"{name}: {here:,}", flush=True)
    return here


def as_stored(connection: Connection, name: str) -> TableClause:
    """A table as this database has it: values pass as they are, and no default of models.py is added."""
    return table(name, *(column(each["name"], each["type"]) for each in inspect(connection).get_columns(name)))


def count(connection: Connection, rows: TableClause) -> int:
    return connection.scalar(select(func.count()).select_from(rows)) or 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the embedded database: python -m migrations.copy logbook.db")
    main(sys.argv[1])
