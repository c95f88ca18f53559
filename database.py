"""The engine, one transaction per request, and what every route repeats."""

import inspect
import json
import logging
import pathlib
import re
import shutil
import sqlite3
import unicodedata
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property, wraps
from pathlib import Path as FilePath
from typing import Annotated, Any, TypeVar, cast, get_origin

from anyio import Lock, Semaphore, move_on_after, sleep
from anyio.lowlevel import RunVar
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as DependsInfo
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel, to_snake
from sqlalchemy import (
    URL,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    NullPool,
    Select,
    String,
    Table,
    case,
    event,
    extract,
    literal_column,
    update,
)
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Load, selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import Session, SQLModel, col, create_engine, false, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException as StarletteHTTPException

from models import Identified, JsonList, Model, StoredEnum, StoredText, Timestamp, town_day
from schemas import Refusal
from settings import settings

T = TypeVar("T")
Thing = TypeVar("Thing", bound=Identified)

EMBEDDED = settings.database_url.startswith("sqlite")
# What runs on the event loop can't wait for a connection: the embedded database has as many as are asked for.
POOL = {"pool_size": settings.pool_size, "max_overflow": -1 if EMBEDDED else settings.pool_overflow}
# A pooler in transaction mode gives the next transaction to another server session, without what was prepared.
SERVER = {"pool_pre_ping": True, "pool_timeout": settings.pool_timeout, "connect_args": {"prepare_threshold": None}}

if not EMBEDDED:
    import psycopg

    # as text, which Timestamp reads: Python's datetime has no infinity, no year before 1 and none after 9999
    psycopg.adapters.register_loader("timestamp", psycopg.types.string.TextLoader)

engine = create_engine(settings.database_url, hide_parameters=True, **POOL, **({} if EMBEDDED else SERVER))
# Whether the database answers is asked beside the requests: of a server, that they may all wait for; of a file by a
# new connection, which does not make it again, while those that have it open do not notice that it is gone.
BESIDE = {"pool_size": 1, "max_overflow": 1, "pool_timeout": 2}
if EMBEDDED:
    file = FilePath(str(engine.url.database)).absolute()
    address = URL.create("sqlite", database=file.as_uri(), query={"mode": "rw", "uri": "true"})
    health_engine = create_engine(address, poolclass=NullPool)
else:
    health_engine = create_engine(settings.database_url, hide_parameters=True, **(SERVER | BESIDE))


@event.listens_for(engine, "do_connect")
def make_private_file(_: object, __: object, arguments: list[Any], ___: object) -> None:
    """The embedded database is for its owner alone. SQLite gives the files beside it the mode of this one."""
    if EMBEDDED:
        with suppress(OSError):  # it exists, or SQLite will say what is wrong
            pathlib.Path(arguments[0]).touch(0o600, exist_ok=False)


@event.listens_for(engine, "connect")
def configure_sqlite(connection: Any, _: object) -> None:
    """Let readers wait for nobody, and give SQLite the functions it lacks.

    SQLite itself doesn't wait for a lock, as it would do so on the event loop: see `direct`.
    """
    if EMBEDDED:
        for pragma in "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=0":
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("caseless", 1, caseless, deterministic=True)
        connection.create_function("single_spaced", 1, single_spaced, deterministic=True)
        connection.create_function("town_weekday", 1, town_weekday, deterministic=True)


def town_weekday(stored: Any) -> int | None:
    """The day of the week, 0 for Sunday, that a stored time was in the town's zone; None if it is no time."""
    try:
        return town_day(Timestamp().read(stored)).isoweekday() % 7
    except (ValueError, TypeError):
        return None


# Where endpoints run

slow: set[Callable[..., Any]] = set()


def in_thread(call: Callable[..., T]) -> Callable[..., T]:
    """Keep an endpoint that keeps the processor busy off the event loop.

    It commits in its thread, too: SQLite has one writer at a time, and nobody should wait for the loop to end this one.
    """

    @wraps(call)
    def run(*args: Any, db: Session, **kwargs: Any) -> T:
        with waiting_for_locks(db, LONGEST_WAIT):
            result = call(*args, db=db, **kwargs)
            db.flush()
        db.commit()
        return result

    slow.add(run)
    return run


LONGEST_WAIT = 4.0  # seconds, for a lock of the embedded database


@contextmanager
def waiting_for_locks(db: Session, seconds: float) -> Iterator[None]:
    """Let SQLite itself wait for a lock, as it may in a thread, where nobody else waits with it."""
    if not EMBEDDED:
        yield
        return
    driver = cast(sqlite3.Connection, db.connection().connection.driver_connection)
    driver.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
    try:
        yield
    finally:
        driver.execute("PRAGMA busy_timeout=0")


def direct(call: Callable[..., Any]) -> Callable[..., Any]:
    """Run a plain `def` on the event loop while the database is embedded.

    FastAPI sends every `def` to a thread, since its queries may wait for a network. SQLite answers from this
    very process: there the threads only fight for the interpreter, at 2.3 times the processor time.

    Nothing may wait on the event loop. So a `def` that meets a lock is rolled back, and called once more when it has
    the lock. Until then it has changed nothing: whatever it does outside of the database comes after its first write.
    """
    if not EMBEDDED or call in slow or inspect.iscoroutinefunction(call):
        return call

    async def dependency(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        steps = call(*args, **kwargs)
        try:
            yield next(steps)
            next(steps, None)
        finally:
            steps.close()

    def attempt(*args: Any, **kwargs: Any) -> Any:
        result = call(*args, **kwargs)
        if db := kwargs.get("db"):
            db.flush()  # now, while it can still be called once more
        return result

    async def endpoint(*args: Any, **kwargs: Any) -> Any:
        try:
            return attempt(*args, **kwargs)
        except OperationalError as error:
            if not is_locked(error) or "db" not in kwargs:
                raise
        await lock(kwargs["db"])
        return attempt(*args, **kwargs)

    run: Any = dependency if inspect.isgeneratorfunction(call) else endpoint
    run.__name__, run.__doc__, run.__signature__ = call.__name__, call.__doc__, inspect.signature(call)
    return cast(Callable[..., Any], run)


turns: RunVar[Lock] = RunVar("turns")


async def lock(db: Session) -> None:
    """Roll back, and wait, while others go on, until this is the embedded database's only writer.

    A request is put off with 503 if another program keeps the lock.
    """
    db.rollback()
    turn = turns.get(None) or Lock()
    turns.set(turn)
    with move_on_after(LONGEST_WAIT):
        async with turn:
            while not has_begun(db):  # noqa: ASYNC110  (no event tells that another process is done)
                await sleep(0.1)
            return
    raise HTTPException(503, "Another program keeps the database locked. Try again.", {"Retry-After": "5"})


def has_begun(db: Session) -> bool:
    """Try to take the lock. This does wait on the event loop, 0.1 seconds at most and one request at a time: another
    worker is done by then, and a busy loop seldom looks in the moment when the lock is free."""
    try:
        with waiting_for_locks(db, 0.1):
            db.connection().exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        db.rollback()
        if not is_locked(error):
            raise
        return False
    return True


def is_locked(error: OperationalError) -> bool:
    """Whether SQLite refused a statement since another connection is writing."""
    cause = error.orig
    return isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


LARGEST_BODY = 500_000  # bytes: an entry with all texts and addresses at their longest, in any script
MOST_VALUES = 50_000  # of JSON: FastAPI reads it before it is known who calls, and that many take some 10 ms


class AsMeant(Request):
    """A request read the way people mean it: an empty query parameter is not there, and a body that is no JSON
    is a wrong body, refused with 422 once it is known that the caller may call at all. JSON of more
    values than any body has is no JSON.
    NUL in a query, which PostgreSQL can't even look for, is a character like any other that is found nowhere."""

    @cached_property
    def query_params(self) -> QueryParams:
        found = super().query_params.multi_items()
        return QueryParams([(key, value.replace("\0", "\N{REPLACEMENT CHARACTER}")) for key, value in found if value])

    async def json(self) -> Any:
        body = await self.body()
        if sum(map(body.count, (b"[", b"{", b","))) > MOST_VALUES:
            return body
        try:
            return await super().json()
        except (ValueError, RecursionError):
            return await self.body()


class Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_as_meant(request: Request) -> Response:
            try:
                return await handle(AsMeant(request.scope, request.receive))
            except StarletteHTTPException as error:
                if error.status_code != 400:
                    raise
                # a form that can't be read is wrong input, too
                raise RequestValidationError([{"type": "form", "loc": ("body",), "msg": error.detail}]) from None

        return handle_as_meant


REASONS = {
    401: "Not signed in, or the token is no longer valid",
    403: "Signed in, but not allowed",
    404: "There is no such thing",
    409: "The state of things forbids it",
    413: "The body is too large",
    429: "Too many tries: wait for as many seconds as Retry-After says",
    503: "The database or the identity provider does not answer: wait for as many seconds as Retry-After says",
}


def refuses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of the refusals that an endpoint can give."""
    return {status: {"model": Refusal, "description": REASONS[status]} for status in statuses}


class Router(APIRouter):
    """An APIRouter whose endpoints are `direct`, and that says what goes without saying: that `{logId}` in the path is
    the argument `log_id`, and may be unknown, what the dependencies refuse, and where a list tells its total."""

    def __init__(self, prefix: str = "", max_body_size: int = LARGEST_BODY, **options: Any) -> None:
        super().__init__(prefix=f"/api/v1{prefix}", route_class=Route, max_body_size=max_body_size, **options)

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        statuses = {503, *refused_by(endpoint)} | ({404} if "{" in path else set())
        if not {"GET", "DELETE"} & set(options["methods"]):
            statuses.add(413)
        responses = refuses(*statuses) | (options["responses"] or {})
        if "GET" in options["methods"] and get_origin(options["response_model"]) is list:
            total = {"description": "How many there are in all", "schema": {"type": "integer"}}
            responses[200] = {"headers": {"X-Total-Count": total}}
        options["responses"] = dict(sorted(responses.items()))
        super().add_api_route(path, direct(with_ids_of(path, endpoint)), **options)


def with_ids_of(path: str, endpoint: Any) -> Callable[..., Any]:
    """Give each id in the path, which is camelCase, to the argument of that name in snake_case."""
    signature = inspect.signature(endpoint)
    arguments = dict(signature.parameters)
    for id in re.findall(r"\{(\w+)\}", path):
        name = to_snake(id)
        arguments[name] = arguments[name].replace(annotation=Annotated[str, Path(alias=id)])
    endpoint.__signature__ = signature.replace(parameters=list(arguments.values()))
    return cast(Callable[..., Any], endpoint)


refusals: dict[Callable[..., Any], int] = {}


def refusing(status: int) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Mark a dependency that refuses some callers, so that every endpoint that has it is documented to."""

    def mark(call: Callable[..., T]) -> Callable[..., T]:
        refusals[call] = status
        return call

    return mark


def refused_by(call: Callable[..., Any]) -> Iterator[int]:
    """The statuses with which an endpoint's dependencies, and theirs, refuse."""
    if call in refusals:
        yield refusals[call]
    for parameter in inspect.signature(call).parameters.values():
        for item in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(item, DependsInfo) and item.dependency:
                yield from refused_by(item.dependency)


# One transaction per request


# As many transactions at a time as a server has connections for. Else requests that wait for a connection would fill
# the thread pool, and those that have one would wait for a thread.
CONNECTIONS = settings.pool_size + settings.pool_overflow
slots: RunVar[Semaphore] = RunVar("slots")


async def connection_slot() -> AsyncIterator[None]:
    """Wait for a connection to the server, but not for long (503). FastAPI's `max_concurrency` would wait forever."""
    slot = slots.get(None) or Semaphore(CONNECTIONS)
    slots.set(slot)
    with move_on_after(settings.pool_timeout) as waiting:
        await slot.acquire()
    if waiting.cancelled_caught:
        raise HTTPException(503, "Too many requests wait for the database. Try again.", {"Retry-After": "5"})
    try:
        yield
    finally:
        slot.release()


def no_slot() -> None:
    """The embedded database takes one request after the other anyway."""


Slot = Annotated[None, Depends(direct(no_slot) if EMBEDDED else connection_slot, scope="function")]


@direct
def get_session(slot: Slot) -> Iterator[Session]:
    """Committed before the answer leaves, undone by any error."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()


Db = Annotated[Session, Depends(get_session, scope="function")]


@event.listens_for(Session, "after_begin")
def limit_waits(session: Session, transaction: Any, connection: Connection) -> None:
    """Let PostgreSQL end a statement that waits for a lock, or works, for too long: the request is put off with 503.

    Said anew in each transaction, as a pooler refuses it at the connection. Migrations, which have no session, may
    take their time.
    """
    if connection.dialect.name == "postgresql":
        lock, statement = (round(seconds * 1000) for seconds in (settings.lock_timeout, settings.statement_timeout))
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {lock}; SET LOCAL statement_timeout = {statement}")


LEAST_SPACE = 1_000_000  # bytes


def must_work() -> None:
    """Ask the database whether it answers. An embedded one needs its tables, and space on the disk (503)."""
    with health_engine.connect() as connection:
        connection.exec_driver_sql("SELECT version_num FROM alembic_version" if EMBEDDED else "SELECT 1")
    if EMBEDDED and shutil.disk_usage(file.parent).free < LEAST_SPACE:
        logging.getLogger("logbook").error(json.dumps({"database": f"the disk of {file} is full"}))
        raise HTTPException(503, "The database does not answer. Try again.", {"Retry-After": "5"})


def get_or_404(db: Session, table: type[Thing], id: str, *options: ORMOption) -> Thing:
    """The row with this id. An id of the wrong form is an unknown one."""
    row = None if "\0" in id else db.get(table, id, options=options)
    if row is None:
        raise unknown(table)
    return row


def unknown(table: type[Identified]) -> HTTPException:
    return HTTPException(404, f"There is no {to_snake(table.__name__).replace('_', ' ')} with this id.")


def with_rows(relation: Any) -> ORMOption:
    """Load a collection by one more query, however long the list is."""
    return selectinload(relation)


def without(*path: Any) -> ORMOption:
    """Don't load the relation at the end of this path, since an answer does not show it."""
    *parents, relation = path
    load: Any = Load(path[0].parent)
    for parent in parents:
        load = load.defaultload(parent)
    return cast(ORMOption, load.lazyload(relation))


def save(db: Session, row: Thing) -> Thing:
    """Write the row now, so that constraints speak and relations are fresh; the request commits."""
    db.add(row)
    db.flush()
    db.refresh(row)
    return row


def change_if(db: Session, row: Thing, *still: ColumnElement[bool], otherwise: str = "", **changes: Any) -> Thing:
    """Change a row while this still holds in the database. Of two who try at once one wins, the other gets 409.

    A row that has been deleted a moment ago is unknown (404).
    """
    table = type(row)
    statement = update(table).where(col(table.id) == row.id, *still).values(**changes)
    if db.exec(statement.execution_options(synchronize_session=False)).rowcount == 0:
        if db.exec(select(table.id).where(table.id == row.id)).first() is None:
            raise unknown(table)
        raise HTTPException(409, otherwise)
    db.refresh(row)
    return row


def hold(db: Session, row: Thing, *still: ColumnElement[bool], otherwise: str = "") -> Thing:
    """Read a row as it is now, if it is there (404) and this holds (409). Until the request is over nobody else
    changes, deletes or holds it."""
    return change_if(db, row, *still, otherwise=otherwise, updated_at=core(type(row)).c.updated_at)


def hold_all(db: Session, table: type[Thing], *where: ColumnElement[bool]) -> Sequence[Thing]:
    """Read the rows of which this holds as they are now. Until the request is over nobody else changes, deletes or
    holds them. They are locked in the order of their ids, so that two requests never wait for each other."""
    if EMBEDDED:
        become_writer(db, table)
    rows = select(table).where(*where).order_by(col(table.id)).with_for_update(of=table, key_share=True)
    return db.exec(rows.execution_options(populate_existing=True)).all()


def become_writer(db: Session, table: type[Identified]) -> None:
    """Let nobody else write to the embedded database until this request is over, by an update of nothing."""
    db.exec(update(table).where(false()).values(id=""))


def must_be_fewer(db: Session, rows: SelectOfScalar[Any], most: int, otherwise: str) -> None:
    """Refuse one more than so many rows (409): nobody reaches the number at work. Hold what they belong to before."""
    if count(db, rows) >= most:
        raise HTTPException(409, otherwise)


def take_turns(db: Session, key: str) -> None:
    """Let nobody else with this key go on until this request is over. SQLite has one writer at a time anyway."""
    if not EMBEDDED:
        db.exec(select(func.pg_advisory_xact_lock(func.hashtext(key))))


def add_missing(db: Session, row: SQLModel) -> None:
    """Write the row unless there is one with its key, made perhaps by another request at this very moment."""
    insert = sqlite.insert if EMBEDDED else postgresql.insert
    db.exec(insert(type(row)).values(row.model_dump()).on_conflict_do_nothing())


def invalid(field: str, message: str) -> RequestValidationError:
    """The 422 for a field of the body whose fault only a rule can see."""
    return RequestValidationError([{"type": "value_error", "loc": ("body", field), "msg": message}])


# Lists


class Lines:
    """A list that people poll: the database writes its JSON, at a quarter of the processor time that objects take.

    Each row has the fields of the answer's schema. Each joined table fills the field of the same name. A row with an
    odd value, which SQL would show otherwise than Python, has no JSON: it is read as an object.
    """

    def __init__(self, schema: type[Model], table: type[Identified], **joined: type[Identified]) -> None:
        self.schema, self.rows, self.table = schema, table, core(table)
        whole = row_as_json(schema, self.table, joined) + ("" if EMBEDDED else "::text")
        odd = " OR ".join(odd_values(schema, self.table, joined))
        text = literal_column(f"CASE WHEN {odd} THEN NULL ELSE {whole} END", String)
        self.statement = select_columns(self.table.c.id, text).select_from(self.table)
        for field, other in joined.items():
            self.statement = self.statement.join(core(other), self.table.c[f"{field}_id"] == core(other).c.id)

    def read(self, db: Session, statement: Select[Any]) -> list[str]:
        """The JSON of these rows."""
        lines: dict[str, Any] = {row[0]: row[1] for row in db.connection().execute(statement)}
        if odd := [id for id, line in lines.items() if line is None]:
            for row in db.exec(select(self.rows).where(col(self.rows.id).in_(odd))):
                lines[row.id] = self.schema.model_validate(row).model_dump_json(by_alias=True)
        return list(lines.values())


def core(table: type[SQLModel]) -> Table:
    """The table beneath a class: a select of its columns skips the object mapper."""
    return cast(Table, inspect_mapping(table).local_table)


def row_as_json(schema: Any, table: Table, joined: dict[str, type[Identified]]) -> str:
    """SQL for a row as the JSON of this schema."""
    pairs = []
    for name, field in schema.model_fields.items():
        if name in joined:
            value = row_as_json(field.annotation, core(joined[name]), {})
        else:
            value = AS_JSON.get(type(table.c[name].type), "{}").format(in_sql(table.c[name]))
        pairs.append(f"'{to_camel(name)}', {value}")
    return f"{'json_object' if EMBEDDED else 'json_build_object'}({', '.join(pairs)})"


def odd_values(schema: Any, table: Table, joined: dict[str, type[Identified]]) -> Iterator[str]:
    """SQL for whether a field of this schema has a value that `AS_JSON` does not show as `Stored` would."""
    for name, field in schema.model_fields.items():
        if name in joined:
            yield from odd_values(field.annotation, core(joined[name]), {})
        elif type(table.c[name].type) in ODD:
            yield ODD[type(table.c[name].type)].format(in_sql(table.c[name]))


def in_sql(column: Column[Any]) -> str:
    return f'"{column.table.name}"."{column.name}"'


# How a column looks in JSON, in SQL, and which values do not. SQLite has times and lists as text, and booleans as
# numbers.
SQLITE_JSON = {
    Timestamp: "replace(substr({} || '.000', 1, 23), ' ', 'T') || 'Z'",
    JsonList: "json(coalesce(nullif({}, ''), '[]'))",
    Boolean: "json(case {} when 1 then 'true' when 0 then 'false' end)",
}
SQLITE_ODD = {
    Timestamp: "strftime('%Y-%m-%d %H:%M:%f', {0}, '+0 days') IS NOT substr({0} || '.000', 1, 23) "
    "OR {0} NOT BETWEEN '0002-01-02' AND '9998-12-31'",
    JsonList: "CASE WHEN coalesce({0}, '') IN ('', '[]') THEN 0 WHEN NOT json_valid({0}) THEN 1 "
    "ELSE json_type({0}) <> 'array' OR {0} LIKE '%\\u%' "
    "OR EXISTS (SELECT 1 FROM json_each({0}) WHERE type <> 'text') END",
    Boolean: "{} NOT IN (0, 1)",
    StoredText: "typeof({}) = 'blob'",
    StoredEnum: "typeof({}) = 'blob'",
}
POSTGRESQL_JSON = {
    Timestamp: """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""",
    JsonList: "coalesce(nullif({}, ''), '[]')::json",
}
FLAT_LIST = r'^(\[("[^"\\[:cntrl:]]*"(,"[^"\\[:cntrl:]]*")*)?\])?$'
POSTGRESQL_ODD = {Timestamp: "{} NOT BETWEEN '0002-01-02' AND '9998-12-31'", JsonList: f"{{}} !~ '{FLAT_LIST}'"}
AS_JSON: dict[type[Any], str] = SQLITE_JSON if EMBEDDED else POSTGRESQL_JSON
ODD: dict[type[Any], str] = SQLITE_ODD if EMBEDDED else POSTGRESQL_ODD


class Page:
    """The part of a list that a client asks for. The total goes into the header X-Total-Count."""

    def __init__(self, db: Session, response: Response, limit: int, offset: int) -> None:
        self.db, self.response, self.limit, self.offset = db, response, limit, offset

    def of(self, statement: SelectOfScalar[T]) -> list[T]:
        """These rows. All are counted only if the page does not show where the list ends."""
        rows = list(self.db.exec(statement.limit(self.limit).offset(self.offset)))
        self.response.headers["X-Total-Count"] = str(self.total(len(rows)) or count(self.db, statement))
        return rows

    def lines(self, lines: Lines, key: Hashable, *where: ColumnElement[bool], order_by: Sequence[Any]) -> Response:
        """These lines as JSON, with a total that is counted anew only when the database has changed."""
        matching = select_columns(lines.table.c.id).where(*where)
        # the ids first: what is only skipped or sorted needs no JSON
        wanted = matching.order_by(*order_by).limit(self.limit).offset(self.offset).correlate(None)
        found = lines.statement.where(lines.table.c.id.in_(wanted)).order_by(*order_by)
        rows = lines.read(self.db, found)
        total = self.total(len(rows)) or known_total(self.db, (lines, key), matching)
        return Response(f"[{','.join(rows)}]", headers={"X-Total-Count": str(total)}, media_type="application/json")

    def total(self, rows: int) -> int | None:
        """How many there are in all, if so many rows tell it."""
        return self.offset + rows if 0 < rows < self.limit else None


def known_total(db: Session, key: Hashable, matching: Select[Any]) -> int:
    """A count, kept until the database changes: in an embedded logbook of 100,000 entries one takes 38 ms, twenty
    times as long as the rest of a page."""
    if not EMBEDDED:
        return count(db, matching)
    connection = db.connection()
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    version = driver.total_changes, *driver.execute("PRAGMA data_version").fetchone()
    known = connection.info.setdefault("totals", {})
    if known.get("version") != version or len(known) > 1000:
        known.clear()
        known["version"] = version
    if key not in known:
        known[key] = count(db, matching)
    return int(known[key])


def count(db: Session, matching: Select[Any]) -> int:
    """How many rows a statement finds."""
    return db.exec(select(func.count()).select_from(matching.order_by(None).subquery())).one()


def paged(limit: int, most: int = 500) -> Any:
    """The dependency that reads `limit`, so many unless it is sent, and `offset`."""

    @direct
    def page(
        db: Db,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=most)] = limit,
        offset: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    ) -> Page:
        return Page(db, response, limit, offset)

    return Depends(page)


Paged = Annotated[Page, paged(100)]


# What is stored and what was typed are compared as one and the same side, the database, makes them.

FINAL_SIGMA, SIGMA = "\N{GREEK SMALL LETTER FINAL SIGMA}", "\N{GREEK SMALL LETTER SIGMA}"
# Spelled out, since what PostgreSQL takes for white space depends on its locale.
WHITE_SPACE = r"[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"


def without_case(text: Any) -> ColumnElement[str]:
    """A column or a text in NFC and lower case. By itself SQLite lowers A to Z only.

    It is lowered decomposed, as PostgreSQL would drop the dot of a composed İ. All that is pure ASCII needs no
    normal form, which takes PostgreSQL ten times as long as the rest.
    """
    if EMBEDDED:
        return func.caseless(text, type_=String)
    is_ascii = func.octet_length(text) == func.length(text)
    lowered = func.replace(func.lower(func.normalize(text, literal_column("NFD"))), FINAL_SIGMA, SIGMA)
    return case((is_ascii, func.lower(text)), else_=func.normalize(lowered, literal_column("NFC")))


def caseless(text: Any) -> Any:
    """`without_case` for SQLite. What is no text stays as it is."""
    if not isinstance(text, str):
        return text
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFD", text).lower().replace(FINAL_SIGMA, SIGMA)
    return unicodedata.normalize("NFC", lowered)


def as_name(text: Any) -> ColumnElement[str]:
    """A column or a text as names are compared: without case, with a run of white space as one space."""
    if EMBEDDED:
        return func.single_spaced(without_case(text), type_=String)
    return func.regexp_replace(without_case(text), WHITE_SPACE, " ", "g", type_=String)


def single_spaced(text: Any) -> Any:
    """`as_name` for SQLite. What is no text stays as it is."""
    return re.sub(WHITE_SPACE, " ", text) if isinstance(text, str) else text


def is_taken(db: Session, table: type[Identified], same: ColumnElement[bool], but: str | None = None) -> bool:
    """Whether there is a row, other than this one, of which this holds. It stays true until the request is over:
    whoever asks the same of the table meanwhile waits.

    A unique index can't do that on SQLite: it knows the case of A to Z only, and one on a function of ours would keep
    other programs from opening the database. So requests that give a name take turns, and then look. Rows of the other
    application count like ours.
    """
    if EMBEDDED:
        become_writer(db, table)
    take_turns(db, str(table.__tablename__))
    return db.exec(select(table.id).where(same, col(table.id) != but)).first() is not None


def occurs(text: str, *columns: Any) -> ColumnElement[bool]:
    """Whether a text occurs in one of these columns, without case; `%` and `_` are ordinary characters."""
    pattern = without_case(re.sub("([/%_])", r"/\1", text))
    return or_(*(without_case(column).contains(pattern, escape="/") for column in columns))


def weekday(column: Any) -> ColumnElement[int]:
    """The day of the week, 0 for Sunday, of a stored time in the town's zone."""
    if EMBEDDED:
        return func.town_weekday(column)
    return extract("dow", func.timezone(str(settings.time_zone), func.timezone("UTC", column)))


def in_order(column: Any) -> ColumnElement[int]:
    """An enum in the order of its values, which only PostgreSQL knows by itself; any other text comes last."""
    values = list(column.type.python_type)
    return case({value: rank for rank, value in enumerate(values)}, value=column, else_=len(values))
