"""How every endpoint behaves over HTTP: the router, what runs where, one transaction per request, and the errors."""

import inspect
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property, wraps
from time import monotonic
from typing import Annotated, Any, cast, get_origin

from anyio import Lock, Semaphore, move_on_after, sleep
from anyio.lowlevel import RunVar
from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as DependsInfo
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_snake
from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match
from starlette.types import Scope

from database import T, engine, is_locked
from fields import Identified
from rows import RowT, count, driver_of, table_of
from settings import EMBEDDED, settings

# Where endpoints run

threaded: set[Callable[..., Any]] = set()


def in_thread(call: Callable[..., T]) -> Callable[..., T]:
    """Keep an endpoint that keeps the processor busy off the event loop.

    It commits in its thread, too: SQLite has one writer at a time, and nobody should wait for the loop to end this one.
    """

    @wraps(call)
    def run(*args: Any, **kwargs: Any) -> T:
        db: Session = kwargs["db"] if "db" in kwargs else kwargs["page"].db
        left = LONGEST_WAIT - (monotonic() - arrived.get())  # some have waited for others that hash passwords
        try:
            with waiting_for_locks(db, max(1, left)):
                result = call(*args, **kwargs)
                db.flush()
        except OperationalError as error:
            raise kept_locked() if is_locked(error) else error from None
        db.commit()
        return result

    threaded.add(run)
    return run


may_take_long: dict[Callable[..., Any], tuple[Callable[..., bool], Callable[..., Any]]] = {}


def in_thread_when(takes_long: Callable[..., bool]) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Keep an endpoint off the event loop only when this is true of its arguments: a thread costs 0.2 ms."""

    def mark(call: Callable[..., T]) -> Callable[..., T]:
        may_take_long[call] = takes_long, in_thread(call)
        return call

    return mark


LONGEST_WAIT = 3.0  # seconds, for a lock of the embedded database
arrived: ContextVar[float] = ContextVar("arrived")  # when the request did


def kept_locked() -> HTTPException:
    return HTTPException(503, "Another program keeps the database locked. Try again.", {"Retry-After": "5"})


@contextmanager
def waiting_for_locks(db: Session, seconds: float) -> Iterator[None]:
    """Let SQLite itself wait for a lock, as it may in a thread, where nobody else waits with it."""
    if not EMBEDDED:
        yield
        return
    driver = driver_of(db)
    driver.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
    try:
        yield
    finally:
        driver.execute("PRAGMA busy_timeout=0")


def on_event_loop(call: Callable[..., Any]) -> Callable[..., Any]:
    """Run a plain `def` on the event loop while the database is embedded.

    FastAPI sends every `def` to a thread, since its queries may wait for a network. SQLite answers from this
    very process: there the threads only fight for the interpreter, at 2.3 times the processor time.

    Nothing may wait on the event loop. So a `def` that meets a lock is rolled back, and called once more when it has
    the lock. Until then it has changed nothing: whatever it does outside of the database comes after its first write.
    """
    if not EMBEDDED or call in threaded or inspect.iscoroutinefunction(call):
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

    takes_long, in_its_thread = may_take_long.get(call, (None, None))

    async def endpoint(*args: Any, **kwargs: Any) -> Any:
        if takes_long and in_its_thread and takes_long(**kwargs):
            return await run_in_threadpool(in_its_thread, *args, **kwargs)
        try:
            return attempt(*args, **kwargs)
        except OperationalError as error:
            if not is_locked(error) or "db" not in kwargs:
                raise
        await wait_for_lock(kwargs["db"])
        return attempt(*args, **kwargs)

    run: Any = dependency if inspect.isgeneratorfunction(call) else endpoint
    run.__name__, run.__doc__, run.__signature__ = call.__name__, call.__doc__, inspect.signature(call)
    return cast(Callable[..., Any], run)


turns: RunVar[Lock] = RunVar("turns")


async def wait_for_lock(db: Session) -> None:
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
    raise kept_locked()


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


# Bytes: a few texts at their longest, in any script; where there are long lists, too, what an entry with all its texts
# and addresses takes
LARGEST_BODY, LARGEST_BODY_WITH_LISTS = 50_000, 500_000
MOST_VALUES = 50_000  # of JSON: FastAPI reads it before it is known who calls, and that many take some 10 ms


class LenientRequest(Request):
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


class LenientRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_leniently(request: Request) -> Response:
            arrived.set(monotonic())
            try:
                return await handle(LenientRequest(request.scope, request.receive))
            except StarletteHTTPException as error:
                if error.status_code != 400:
                    raise
                # a form that can't be read is wrong input, too
                raise RequestValidationError([{"type": "form", "loc": ("body",), "msg": error.detail}]) from None

        return handle_leniently


ERROR_DESCRIPTIONS = {
    401: "Not signed in, or the token is no longer valid",
    403: "Signed in, but not allowed",
    404: "There is no such thing",
    409: "The state of things forbids it",
    413: "The body is too large",
    429: "Too many tries: wait for as many seconds as Retry-After says",
    503: "The database or the identity provider does not answer: wait for as many seconds as Retry-After says",
}


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of the refusals that an endpoint can give. FastAPI would build a `model` for each status of
    each route, 451 times, and the application would start 5% slower: this refers to the schema by its name."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {status: {"description": ERROR_DESCRIPTIONS[status], "content": content} for status in statuses}


class Router(APIRouter):
    """An APIRouter whose endpoints run `on_event_loop`. It documents what follows from an endpoint itself: that an id
    in the path may be unknown (404), whom the dependencies refuse, and that a list tells its total. The first sentence
    of the docstring is the summary, the rest the description."""

    def __init__(self, prefix: str = "", max_body_size: int = LARGEST_BODY, **options: Any) -> None:
        super().__init__(prefix=f"/api/v1{prefix}", route_class=LenientRoute, max_body_size=max_body_size, **options)
        self.beginnings: tuple[str, ...] = ()  # of its paths, up to the first parameter

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Look at the routes only if the path begins like one of them. FastAPI tries the routes of one router after
        another, at 4 to 7 microseconds each: of 103 the last one paid 0.7 ms, and now pays 0.03."""
        if scope["path"].removeprefix(scope.get("root_path", "")).startswith(self.beginnings):
            return super().matches(scope)
        return Match.NONE, {}

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        refused = refusals_of(endpoint)
        statuses = {503, *(status for status, _ in refused)} | ({404} if "{" in path else set())
        if not {"GET", "DELETE"} & set(options["methods"]):
            statuses.add(413)
        responses = error_responses(*statuses) | (options["responses"] or {})
        if "GET" in options["methods"] and get_origin(options["response_model"]) is list:
            total = {"description": "How many there are in all", "schema": {"type": "integer"}}
            responses[200] = {"headers": {"X-Total-Count": total}}
        options["responses"] = dict(sorted(responses.items()))
        summary, *text = re.split(r"\.\s+", inspect.getdoc(endpoint) or "", maxsplit=1)
        text += [who_may for _, who_may in refused[:1]]  # the first one lets the fewest through
        options["summary"] = options["summary"] or summary.removesuffix(".")
        options["description"] = options["description"] or "\n\n".join(text)
        self.beginnings += (f"{self.prefix}{path}".partition("{")[0],)
        super().add_api_route(path, on_event_loop(endpoint), **options)


refusals: dict[Callable[..., Any], tuple[int, str]] = {}


def responds_with(status: int, who_may: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Mark a dependency that refuses some callers, so that every endpoint that has it is documented to, and says who
    may call it."""

    def mark(call: Callable[..., T]) -> Callable[..., T]:
        refusals[call] = status, who_may
        return call

    return mark


@cache
def refusals_of(call: Callable[..., Any]) -> list[tuple[int, str]]:
    """The statuses with which an endpoint's dependencies, and theirs, refuse, and whom they let through."""
    found = [refusals[call]] if call in refusals else []
    for parameter in inspect.signature(call).parameters.values():
        for item in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(item, DependsInfo) and item.dependency:
                found += refusals_of(item.dependency)
    return found


# Dependencies

# The ids in paths. Their examples exist in the demo data.


def path_id(alias: str, example: str) -> object:
    return Path(alias=alias, openapi_examples={"demo": {"value": example}})


CheckInId = Annotated[str, path_id("checkInId", "demo-check-in")]
DutySessionId = Annotated[str, path_id("dutySessionId", "demo-duty")]
SupervisorDutyId = Annotated[str, path_id("dutySessionId", "demo-supervisor-duty")]
EntryId = Annotated[str, path_id("entryId", "demo-entry")]
GuardUserId = Annotated[str, path_id("guardUserId", "demo-guard")]
IncidentId = Annotated[str, path_id("incidentId", "demo-incident")]
ItemId = Annotated[str, path_id("itemId", "demo-item")]
LocationId = Annotated[str, path_id("locationId", "demo-marina")]
LogId = Annotated[str, path_id("logId", "demo-log")]
MessageId = Annotated[str, path_id("messageId", "demo-message")]
NotificationId = Annotated[str, path_id("notificationId", "demo-notification")]
PatternId = Annotated[str, path_id("patternId", "demo-pattern")]
RadioId = Annotated[str, path_id("radioId", "demo-radio")]
ReportId = Annotated[str, path_id("reportId", "demo-report")]
ShiftId = Annotated[str, path_id("shiftId", "demo-shift")]
StopId = Annotated[str, path_id("stopId", "demo-stop")]
TimesheetId = Annotated[str, path_id("timesheetId", "demo-timesheet")]
TourId = Annotated[str, path_id("tourId", "demo-tour")]
UserId = Annotated[str, path_id("userId", "demo-guard")]
VehicleId = Annotated[str, path_id("vehicleId", "demo-car")]


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


def get_session() -> Iterator[Session]:
    """Committed before the answer leaves, undone by any error."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()


def get_session_in_slot(slot: Annotated[None, Depends(connection_slot, scope="function")]) -> Iterator[Session]:
    yield from get_session()


# The embedded database needs no slot. It takes one request after the other anyway, and a dependency takes 0.01 ms
# wherever it is asked for.
Db = Annotated[Session, Depends(on_event_loop(get_session) if EMBEDDED else get_session_in_slot, scope="function")]


# Rows, or errors


def get_or_404(db: Session, table: type[RowT], id: str, *options: ORMOption) -> RowT:
    """The row with this id. An id of the wrong form is an unknown one."""
    row = None if "\0" in id else db.get(table, id, options=options)
    if row is None:
        raise not_found(table)
    return row


def lock_or_404(db: Session, table: type[RowT], id: str) -> RowT:
    """The row with this id as it is now, by one statement. Until the request is over nobody else changes, deletes or
    holds it."""
    hold = update(table).where(col(table.id) == id).values(updated_at=table_of(table).c.updated_at).returning(table)
    row = None if "\0" in id else db.scalars(hold.execution_options(populate_existing=True)).first()
    if row is None:
        raise not_found(table)
    return row


def not_found(table: type[Identified]) -> HTTPException:
    return HTTPException(404, f"There is no {to_snake(table.__name__).replace('_', ' ')} with this id.")


def update_or_409(
    db: Session, row: RowT, *conditions: ColumnElement[bool], detail: str = "", **changes: object
) -> RowT:
    """Change a row while this still holds in the database. Of two who try at once one wins, the other gets 409.

    A row that has been deleted a moment ago is unknown (404).
    """
    table = type(row)
    statement = update(table).where(col(table.id) == row.id, *conditions).values(**changes)
    if db.exec(statement.execution_options(synchronize_session=False)).rowcount == 0:
        if db.exec(select(table.id).where(table.id == row.id)).first() is None:
            raise not_found(table)
        raise HTTPException(409, detail)
    db.refresh(row)
    return row


def lock_row(db: Session, row: RowT, *conditions: ColumnElement[bool], detail: str = "") -> RowT:
    """Read a row as it is now, if it is there (404) and this holds (409). Until the request is over nobody else
    changes, deletes or holds it."""
    return update_or_409(db, row, *conditions, detail=detail, updated_at=table_of(type(row)).c.updated_at)


def must_be_fewer(db: Session, rows: SelectOfScalar[str], most: int, detail: str) -> None:
    """Refuse one more than so many rows (409): nobody reaches the number at work. Hold what they belong to before."""
    if count(db, rows) >= most:
        raise HTTPException(409, detail)


def validation_error(field: str, message: str) -> RequestValidationError:
    """The 422 for a field of the body whose fault only a rule can see."""
    return RequestValidationError([{"type": "value_error", "loc": ("body", field), "msg": message}])
