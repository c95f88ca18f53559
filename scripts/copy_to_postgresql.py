"""Copy an embedded logbook into an empty PostgreSQL database that DATABASE_URL names and Alembic has migrated.

python -m scripts.copy_to_postgresql logbook.db
"""

import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import (
    Connection,
    Executable,
    TableClause,
    column,
    create_engine,
    func,
    inspect,
    literal_column,
    select,
    table,
)
from sqlalchemy.exc import DatabaseError, StatementError
from sqlmodel import SQLModel

import models  # noqa: F401  (fills SQLModel.metadata)
from database import engine
from migrations import is_up_to_date
from settings import EMBEDDED

BATCH = 1000
MISSING = re.compile(r"Key .*=\((.*)\) is not present in table .*")
UNFIT = StatementError, TypeError, ValueError  # what the databases raise, and what reads and writes their types


def main(path: str) -> None:
    """Copy all rows, or none, and tell of each that does not fit.

    What is written from now on is not copied: stop the application first.
    """
    if EMBEDDED:
        sys.exit("DATABASE_URL names an embedded database. Set it to the PostgreSQL one to copy to.")
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # else it warns of each batch that does not fit
    if not Path(path).is_file():
        sys.exit(f"There is no file {path}.")
    with create_engine(f"sqlite:///{path}").connect() as source, engine.begin() as target:
        must_be_a_logbook(source, path)
        must_be_migrated_and_empty(target)
        source.exec_driver_sql("BEGIN")  # all that follows is read of one moment
        left_out: set[str] = set()
        odd = [sentence for name in names() for sentence in copy(source, target, name, left_out)]
        if odd:
            sys.exit("\n".join([*odd, "Nothing was copied."]))
        copied = sum(count(target, table(name)) for name in names())
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


def copy(source: Connection, target: Connection, name: str, left_out: set[str]) -> Iterator[str]:
    """Copy the rows in the order in which they were written, so that a reply follows what it replies to.

    Yields a sentence for each row that does not fit, and leaves it out, and so what refers to it.
    """
    read, written = as_stored(source, name), as_stored(target, name)
    rows = select(read).order_by(literal_column("rowid"))
    try:
        with target.begin_nested():
            for batch in source.execute(rows).mappings().partitions(BATCH):
                target.execute(written.insert(), [dict(row) for row in batch])
    except UNFIT:
        yield from copy_one_by_one(source, target, read, written, left_out)
        return
    there, here = count(source, read), count(target, written)
    if there != here:
        yield f"{name} has {there:,} rows, but {here:,} after copying."
    print(f"{name}: {here:,}", flush=True)


def copy_one_by_one(
    source: Connection, target: Connection, read: TableClause, written: TableClause, left_out: set[str]
) -> Iterator[str]:
    """Copy the rows that fit, and say why each other one does not, unless that is for a row that is left out."""
    name = read.name
    key = inspect(target).get_pk_constraint(name)["constrained_columns"][0]
    # a table without constraints tells which of the values does not fit
    target.exec_driver_sql(f'CREATE TEMPORARY TABLE "values of {name}" AS TABLE "{name}" WITH NO DATA')
    values = table(f"values of {name}", *(column(each.name, each.type) for each in written.c))
    for rowid, id in source.exec_driver_sql(f'SELECT rowid, "{key}" FROM "{name}" ORDER BY rowid').all():  # noqa: S608
        odd, row = {}, {}
        for each in read.c:
            try:
                row[each.name] = source.scalar(select(each).where(literal_column("rowid") == rowid))
            except UNFIT as error:
                odd[each.name] = reason(error)
        if not odd and (refused := refusal(target, written.insert().values(row))):
            alone = {} if MISSING.fullmatch(refused) else row
            tried = {each: refusal(target, values.insert().values({each: alone[each]})) for each in alone}
            odd = {each: why for each, why in tried.items() if why} or {"the row": refused}
        if odd:
            left_out.add(id)
        for part, why in odd.items():
            missing = MISSING.fullmatch(why)
            if missing is None or missing[1] not in left_out:
                yield f"{name} {id}, {part}: {why}."


def refusal(target: Connection, statement: Executable) -> str | None:
    """Why the database refuses a statement, if it does."""
    try:
        with target.begin_nested():
            target.execute(statement)
    except UNFIT as error:
        return reason(error)
    return None


def reason(error: Exception) -> str:
    """What a database, or its driver, says about a value or a row, in one line that does not show the whole row."""
    cause = getattr(error, "orig", None) or error
    diagnosis = getattr(cause, "diag", None)
    detail = diagnosis.message_detail if diagnosis else None
    if detail and detail.startswith("Key"):
        return str(detail).rstrip(".")
    return str(cause).partition("\n")[0]


def as_stored(connection: Connection, name: str) -> TableClause:
    """A table as this database has it: values pass as they are, and no default of models.py is added."""
    return table(name, *(column(each["name"], each["type"]) for each in inspect(connection).get_columns(name)))


def count(connection: Connection, rows: TableClause) -> int:
    return connection.scalar(select(func.count()).select_from(rows)) or 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the embedded database: python -m scripts.copy_to_postgresql logbook.db")
    main(sys.argv[1])
