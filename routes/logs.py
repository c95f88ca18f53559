"""The logbook."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import HTTPException, Query, Response
from pydantic.alias_generators import to_camel
from sqlalchemy import ColumnElement, text
from sqlmodel import Session, col, func, select

from fields import iso, now, occurs, trigrams_of, weekday
from json_rows import JsonRows
from models import IncidentReportGeneration, Location, Log, LogEdit, LogType, RecordStatus, Role, Shift
from pagination import Page, Paged, paged
from routes.duty import must_be_on_duty, running_session
from routes.incident_reports import report_on
from routes.locations import lock_location, must_be_active, must_be_in_use
from routes.notifications import raise_alarm, urgency
from routing import (
    LARGEST_BODY_WITH_LISTS,
    Db,
    LocationId,
    LogId,
    Router,
    error_responses,
    get_or_404,
    in_thread_when,
    lock_row,
)
from rows import insert_row, save, table_of
from schemas import LogCreate, LogDetails, LogFilter, LogListed, LogPublic, LogUpdate
from security import Caller, CurrentUser
from settings import EMBEDDED, settings

router = Router(max_body_size=LARGEST_BODY_WITH_LISTS, tags=["logs"])

LISTED, WRITTEN, DETAILED = (JsonRows(schema, Log) for schema in (LogListed, LogPublic, LogDetails))
NEWEST_FIRST = col(Log.created_at).desc(), col(Log.id).desc()
NOT_ARCHIVED = col(Log.archived_at).is_(None)
# Entries of SQLite that may contain a text: those that have its trigrams, and those that are not indexed yet
CANDIDATES = """
    SELECT "logId" FROM "sqliteLogSearchRow" WHERE number > (SELECT coalesce(max(rowid), 0) FROM "sqliteLogSearch")
    UNION ALL SELECT "logId" FROM "sqliteLogSearch" AS found JOIN "sqliteLogSearchRow" ON number = found.rowid
    WHERE "sqliteLogSearch" MATCH :trigrams"""
RARE = 10_000  # candidates at most


@router.get("/logs", response_model=list[LogListed])
@in_thread_when(lambda filters, **_: filters.search is not None or filters.day_of_week is not None)
def get_logs(user: CurrentUser, page: Paged, filters: Annotated[LogFilter, Query()]) -> Response:
    """The entries that are not archived, newest first."""
    span = None if filters.day_of_week is None else span_of_entries(page.db)
    where = [NOT_ARCHIVED, *in_calendar(filters, span)]
    chosen = filters.model_dump(include={"location_id", "type", "status"}, exclude_none=True)
    where += [getattr(Log, name) == value for name, value in chosen.items()]
    trigrams = rare_trigrams(page.db, filters.search) if filters.search else None
    if filters.search:
        where.append(occurs(filters.search, Log.title, Log.description))
    if trigrams:
        where.append(col(Log.id).in_(text(CANDIDATES).bindparams(trigrams=trigrams).columns(table_of(Log).c.id)))
    return page.fetch_json(LISTED, (filters, span, trigrams), *where, order_by=NEWEST_FIRST)


@router.get("/logs/count", response_model=int)
def get_total_logs_count(db: Db, user: CurrentUser) -> int:
    """How many entries there are, archived ones included."""
    return db.exec(select(func.count()).select_from(Log)).one()


@router.get("/logs/{logId}", response_model=LogDetails)
def get_log_by_id(db: Db, user: CurrentUser, log_id: LogId) -> Response:
    """An entry with all that it refers to."""
    return DETAILED.read_one(db, log_id)


@router.post("/logs", status_code=201, response_model=LogPublic, responses=error_responses(403, 404, 409))
def create_log(db: Db, user: CurrentUser, body: LogCreate) -> Response:
    """Write an entry. A guard writes on duty, at the location of that duty.

    A HIGH or CRITICAL incident is told to every active SUPERVISOR and above but its author.
    """
    shift_must_exist(db, body)
    location = lock_location(db, body.location_id)
    if user.role is Role.GUARD:
        must_be_own(must_be_on_duty(db, user).location_id, body.location_id)
    must_be_in_use(location)
    id = insert_row(db, Log, body.model_dump() | {"user_id": user.id})
    if urgency(body):
        raise_alarm(db, db.get_one(Log, id))
    return WRITTEN.read_one(db, id, 201)


@router.patch("/logs/{logId}", response_model=LogPublic, responses=error_responses(403, 409))
def update_log(db: Db, user: CurrentUser, log_id: LogId, body: LogUpdate) -> Log:
    """Change an entry. Fields that are not sent stay as they are.

    Each change is kept with its author, and the status becomes UPDATED. A guard moves an entry only to the location of
    their running duty. An entry that becomes a HIGH or CRITICAL incident is told as a new one is, and one with a report
    stays an INCIDENT.
    """
    log = get_or_404(db, Log, log_id)
    shift_must_exist(db, body)
    location = get_or_404(db, Location, body.location_id) if body.location_id else None
    must_be_writer(user, log)
    report = must_be_open(db, log)
    if location and location.id != log.location_id:
        must_be_movable(db, user, location)
    changes = body.model_dump(exclude_unset=True)
    if changes.get("type", LogType.INCIDENT) is not LogType.INCIDENT:
        must_be_unreported(report)
    urgency_before = urgency(log)
    db.add_all(edits_of(log, changes, user.id))
    save(db, log.sqlmodel_update(changes | {"status": RecordStatus.UPDATED, "updated_at": now()}))
    if urgency_before is None:
        raise_alarm(db, log)
    return log


@router.delete("/logs/{logId}", status_code=204, responses=error_responses(403, 409))
def delete_log(db: Db, user: CurrentUser, log_id: LogId) -> None:
    """Archive an entry, unless there is a report on it."""
    log = get_or_404(db, Log, log_id)
    must_be_writer(user, log)
    must_be_unreported(must_be_open(db, log))
    log.status, log.archived_at = RecordStatus.ARCHIVED, now()


@router.get("/locations/{locationId}/logs", response_model=list[LogListed])
def get_logs_by_location(
    db: Db, user: CurrentUser, location_id: LocationId, page: Annotated[Page, paged(20)]
) -> Response:
    """A location's entries, archived ones included, newest first."""
    location = get_or_404(db, Location, location_id)
    return page.fetch_json(LISTED, location.id, col(Log.location_id) == location.id, order_by=NEWEST_FIRST)


def span_of_entries(db: Session) -> tuple[datetime, datetime]:
    """When the first entry was made, and the last one."""
    # each by a query of its own: for both in one SQLite reads all entries
    first, last = (db.exec(select(end(col(Log.created_at)))).one() for end in (func.min, func.max))
    return first or now(), last or now()


def in_calendar(filters: LogFilter, span: tuple[datetime, datetime] | None) -> Iterator[ColumnElement[bool]]:
    """Only the entries of a year, of one of its months, or of a day of the week, in the town's time zone."""
    if filters.year is not None:
        first, months = (1, 12) if filters.month is None else (filters.month + 1, 1)
        years, last = divmod(first + months - 1, 12)
        yield col(Log.created_at) >= datetime(filters.year, first, 1, tzinfo=settings.time_zone)
        yield col(Log.created_at) < datetime(filters.year + years, last + 1, 1, tzinfo=settings.time_zone)
    if span:
        yield weekday(Log.created_at, *span) == filters.day_of_week


def rare_trigrams(db: Session, words: str) -> str | None:
    """The trigrams of a text that few entries of an embedded database have.

    Of 100,000 entries the index finds a rare text in 1 ms, where reading them all takes 250; those with a frequent one
    are found sooner by reading the newest ones. PostgreSQL decides by itself whether it takes its index.
    """
    if not EMBEDDED or not (trigrams := trigrams_of(words)):
        return None
    counted = text(f"SELECT count(*) FROM ({CANDIDATES} LIMIT {RARE + 1})")  # noqa: S608
    return trigrams if db.scalar(counted, {"trigrams": trigrams}) <= RARE else None


def shift_must_exist(db: Session, body: LogCreate | LogUpdate) -> None:
    """The shift that a body names must be there (404)."""
    if body.shift_id:
        get_or_404(db, Shift, body.shift_id)


def must_be_writer(user: Caller, log: Log) -> None:
    """Only the author and SUPERVISOR and above change an entry (403)."""
    if log.user_id != user.id and not user.role.reaches(Role.SUPERVISOR):
        raise HTTPException(403, "You may change your own entries only.")


def must_be_open(db: Session, log: Log) -> IncidentReportGeneration | None:
    """Refuse an entry that is archived, or whose report bears a signature (409). The report, if there is one.

    Until this request is over nobody else changes the entry, makes a report on it or signs one.
    """
    lock_row(db, log, NOT_ARCHIVED, detail="This entry is archived: it stays as it is.")
    report = report_on(db, log)
    if report and (report.guard_signed_at or report.supervisor_signed_at):
        raise HTTPException(409, "The report on this entry is signed: the entry stays as it is.")
    return report


def must_be_unreported(report: IncidentReportGeneration | None) -> None:
    """Refuse what would take a report its incident (409)."""
    if report:
        raise HTTPException(409, "There is a report on this entry: it stays an INCIDENT, and in the logbook.")


def must_be_own(own_location_id: str | None, location_id: str) -> None:
    """A guard writes about the location of their running duty, if it has one (403)."""
    if own_location_id != location_id:
        raise HTTPException(403, "You may write entries for the location of your duty only.")


def must_be_movable(db: Session, user: Caller, location: Location) -> None:
    """Entries move to a location in use (409), and those of a guard to that of their running duty (403)."""
    if user.role is Role.GUARD:
        session = running_session(db, user.id)
        must_be_own(session.location_id if session else None, location.id)
    must_be_active(db, location)


def edits_of(log: Log, changes: dict[str, object], by: str) -> Iterator[LogEdit]:
    """What the history keeps of these changes. A list that is empty may be kept as null."""
    for name, new in changes.items():
        old = getattr(log, name)
        if old == new or (old == [] and new is None):
            continue
        yield LogEdit(
            log_id=log.id, edited_by=by, field_changed=to_camel(name), old_value=as_text(old), new_value=as_text(new)
        )


def as_text(value: object) -> str | None:
    """A value as the history of an entry keeps it."""
    if value is None or isinstance(value, str):
        return value
    return iso(value) if isinstance(value, datetime) else json.dumps(value)
