"""The logbook."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import HTTPException, Query, Response
from pydantic.alias_generators import to_camel
from sqlalchemy import ColumnElement
from sqlmodel import col, exists, func, or_, select

from database import Db, Lines, Page, Paged, Router, change_if, get_or_404, hold, occurs, paged, refuses, save, weekday
from models import IncidentReportGeneration, Location, Log, LogEdit, RecordStatus, Role, Shift, User, iso, now
from routes.duty import must_be_on_duty
from routes.locations import must_be_active
from routes.notifications import raise_alarm
from schemas import LogCreate, LogDetails, LogFilter, LogListed, LogPublic, LogUpdate
from security import Caller, CurrentUser
from settings import settings

router = Router(tags=["logs"])

LINES = Lines(LogListed, Log, location=Location, user=User)
NEWEST_FIRST = col(Log.created_at).desc(), col(Log.id).desc()
NOT_ARCHIVED = col(Log.archived_at).is_(None)


@router.get("/logs", response_model=list[LogListed])
def get_logs(user: CurrentUser, page: Paged, filters: Annotated[LogFilter, Query()]) -> Response:
    """The entries that are not archived, newest first."""
    where = [NOT_ARCHIVED, *in_calendar(filters)]
    chosen = filters.model_dump(include={"location_id", "type", "status"}, exclude_none=True)
    where += [getattr(Log, name) == value for name, value in chosen.items()]
    if filters.search:
        where.append(occurs(filters.search, Log.title, Log.description))
    return page.lines(LINES, filters, *where, order_by=NEWEST_FIRST)


@router.get("/logs/count", response_model=int)
def get_total_logs_count(db: Db, user: CurrentUser) -> int:
    """How many entries there are, archived ones included."""
    return db.exec(select(func.count()).select_from(Log)).one()


@router.get("/logs/{logId}", response_model=LogDetails)
def get_log_by_id(db: Db, user: CurrentUser, log_id: str) -> Log:
    """An entry with all that it refers to."""
    return get_or_404(db, Log, log_id)


@router.post("/logs", status_code=201, response_model=LogPublic, responses=refuses(403, 404, 409))
def create_log(db: Db, user: CurrentUser, body: LogCreate) -> Log:
    """Write an entry. A guard writes on duty, at his location.

    A HIGH or CRITICAL incident is told to every active SUPERVISOR and above but its author.
    """
    location = place_of(db, body)
    if user.role is Role.GUARD:
        session = must_be_on_duty(db, user)
        if session.location_id != body.location_id:
            raise HTTPException(403, "You may write entries for the location of your duty only.")
    must_be_active(location)
    log = save(db, Log.model_validate(body, update={"user_id": user.id}))
    raise_alarm(db, log)
    return log


@router.patch("/logs/{logId}", response_model=LogPublic, responses=refuses(403, 409))
def update_log(db: Db, user: CurrentUser, log_id: str, body: LogUpdate) -> Log:
    """Change the fields that are sent. Each change is kept with its author, and the status becomes UPDATED."""
    log = get_or_404(db, Log, log_id)
    location = place_of(db, body)
    must_be_writer(user, log)
    if location and location.id != log.location_id:
        must_be_active(location)
    hold(db, log)  # so that no report on it is made or signed meanwhile
    changes = body.model_dump(exclude_unset=True)
    db.add_all(edits_of(log, changes, user.id))
    return change_log(db, log, status=RecordStatus.UPDATED, **changes)


@router.delete("/logs/{logId}", status_code=204, responses=refuses(403, 409))
def delete_log(db: Db, user: CurrentUser, log_id: str) -> None:
    """Archive an entry."""
    log = get_or_404(db, Log, log_id)
    must_be_writer(user, log)
    hold(db, log)  # so that no report on it is made or signed meanwhile
    change_log(db, log, status=RecordStatus.ARCHIVED, archived_at=now())


@router.get("/locations/{locationId}/logs", response_model=list[LogListed])
def get_logs_by_location(db: Db, user: CurrentUser, location_id: str, page: Annotated[Page, paged(20)]) -> Response:
    """A location's entries, archived ones included, newest first."""
    location = get_or_404(db, Location, location_id)
    return page.lines(LINES, location.id, col(Log.location_id) == location.id, order_by=NEWEST_FIRST)


def in_calendar(filters: LogFilter) -> Iterator[ColumnElement[bool]]:
    """Only the entries of a year, of one of its months, or of a day of the week, in the town's time zone."""
    if filters.year is not None:
        first, months = (1, 12) if filters.month is None else (filters.month + 1, 1)
        years, last = divmod(first + months - 1, 12)
        yield col(Log.created_at) >= datetime(filters.year, first, 1, tzinfo=settings.time_zone)
        yield col(Log.created_at) < datetime(filters.year + years, last + 1, 1, tzinfo=settings.time_zone)
    if filters.day_of_week is not None:
        yield weekday(Log.created_at) == filters.day_of_week


def place_of(db: Db, body: LogCreate | LogUpdate) -> Location | None:
    """The location that a body names; it must exist, and so must the shift that it names."""
    if body.shift_id:
        get_or_404(db, Shift, body.shift_id)
    return get_or_404(db, Location, body.location_id) if body.location_id else None


def must_be_writer(user: Caller, log: Log) -> None:
    """Only the author and SUPERVISOR and above change an entry (403)."""
    if log.user_id != user.id and not user.role.reaches(Role.SUPERVISOR):
        raise HTTPException(403, "You may change your own entries only.")


def change_log(db: Db, log: Log, **changes: Any) -> Log:
    """Change an entry, unless it is archived or its report bears a signature (409)."""
    report = IncidentReportGeneration
    signed = exists().where(
        col(report.log_id) == log.id,
        or_(col(report.guard_signed_at).is_not(None), col(report.supervisor_signed_at).is_not(None)),
    )
    refusal = "This entry is archived, or the report on it is signed: it stays as it is."
    return change_if(db, log, NOT_ARCHIVED, ~signed, otherwise=refusal, **changes)


def edits_of(log: Log, changes: dict[str, Any], by: str) -> Iterator[LogEdit]:
    """What the history keeps of these changes. A list that is empty may be kept as null."""
    for name, new in changes.items():
        old = getattr(log, name)
        if old == new or (old == [] and new is None):
            continue
        yield LogEdit(
            log_id=log.id, edited_by=by, field_changed=to_camel(name), old_value=as_text(old), new_value=as_text(new)
        )


def as_text(value: Any) -> str | None:
    """A value as the history of an entry keeps it."""
    if value is None or isinstance(value, str):
        return value
    return iso(value) if isinstance(value, datetime) else json.dumps(value)
