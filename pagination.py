"""Lists: page and total."""

from collections.abc import Hashable, Sequence
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from database import T
from json_rows import JsonRows, json_response
from routing import Db, on_event_loop
from rows import count, driver_of
from settings import EMBEDDED

# A page of a long list ends early when it has so many bytes. A page of 500 usual entries has half a million, one of
# entries with the longest texts and 100 addresses each would have 145 million.
LARGEST_PAGE = 4_000_000
# Of PostgreSQL's answer so many rows are taken at a time: what is beyond the end of the page stays there.
ROWS_AT_ONCE = 50
MOST_KEPT = 200  # statements, and totals of a connection
statements: dict[tuple[JsonRows, Hashable], tuple[Select[Any], Select[Any]]] = {}


class Page:
    """The part of a list that a client asks for. The total goes into the header X-Total-Count."""

    def __init__(self, db: Session, response: Response, limit: int, offset: int) -> None:
        self.db, self.response, self.limit, self.offset = db, response, limit, offset

    def fetch(self, statement: SelectOfScalar[T]) -> list[T]:
        """These rows. All are counted only if the page does not show where the list ends."""
        rows = self.slice(statement)
        total = self.total(len(rows))
        self.response.headers["X-Total-Count"] = str(count(self.db, statement) if total is None else total)
        return rows

    def slice(self, statement: SelectOfScalar[T]) -> list[T]:
        """These rows, without a total."""
        return list(self.db.exec(statement.limit(self.limit).offset(self.offset)))

    def fetch_json(
        self,
        json_rows: JsonRows,
        key: Hashable,
        *where: ColumnElement[bool],
        order_by: Sequence[SQLColumnExpression[object]],
    ) -> Response:
        """These rows as JSON, with a total that is counted anew only when the database has changed.

        The key is all that the conditions are made of: what is kept for later is kept under it.
        """
        matching, found = statements.get((json_rows, key)) or make_statements(json_rows, key, where, order_by)
        lines = json_rows.read(self.db, found, LARGEST_PAGE, limit=self.limit, offset=self.offset)
        ends_early = sum(map(len, lines)) >= LARGEST_PAGE
        total = None if ends_early else self.total(len(lines))
        if total is None:
            total = cached_count(self.db, (json_rows, key), matching)
        return json_response(lines, headers={"X-Total-Count": str(total)})

    def total(self, rows: int) -> int | None:
        """How many there are in all, if so many rows tell it."""
        is_last_page = rows < self.limit and (rows > 0 or self.offset == 0)
        return self.offset + rows if is_last_page else None


def make_statements(
    json_rows: JsonRows,
    key: Hashable,
    where: Sequence[ColumnElement[bool]],
    order_by: Sequence[SQLColumnExpression[object]],
) -> tuple[Select[Any], Select[Any]]:
    """What finds the ids of all rows of a list, and the JSON of those of a page.

    They are kept for the next request with the same filters: they take a quarter of the time of a page of 50 to make.
    """
    matching = select_columns(json_rows.table.c.id).where(*where)
    # the ids first: what is only skipped or sorted needs no JSON
    wanted = matching.order_by(*order_by).limit(bindparam("limit")).offset(bindparam("offset")).correlate(None)
    found = json_rows.statement.where(json_rows.table.c.id.in_(wanted)).order_by(*order_by)
    if len(statements) >= MOST_KEPT:
        statements.clear()
    pair = statements[json_rows, key] = matching, found.execution_options(yield_per=ROWS_AT_ONCE)
    return pair


def cached_count(db: Session, key: Hashable, matching: Select[Any]) -> int:
    """A count, kept until the database changes: in an embedded logbook of 120,000 entries one takes 16 ms, ten
    times as long as the rest of a page."""
    if not EMBEDDED:
        return count(db, matching)
    driver = driver_of(db)
    version = driver.total_changes, *driver.execute("PRAGMA data_version").fetchone()
    known = db.connection().info.setdefault("totals", {})
    if known.get("version") != version or len(known) > MOST_KEPT:
        known.clear()
        known["version"] = version
    if key not in known:
        known[key] = count(db, matching)
    return int(known[key])


# Dependencies


def paged(limit: int, most: int = 500) -> object:
    """The dependency that reads `limit`, so many unless it is sent, and `offset`."""

    @on_event_loop
    def page(
        db: Db,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=most)] = limit,
        offset: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    ) -> Page:
        return Page(db, response, limit, offset)

    return Depends(page)


Paged = Annotated[Page, paged(100)]
