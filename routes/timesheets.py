"""Hours of work, from the duty sessions of a week to an approved sheet."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, cast

from fastapi import HTTPException, Query, Response
from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, false, or_, update
from sqlmodel import Session, col, select

from fields import Moment, midnight, now, town_day
from json_rows import JsonRows
from models import (
    DutySession,
    Shift,
    Timesheet,
    TimesheetAdjustment,
    TimesheetAdjustmentType,
    TimesheetEntry,
    TimesheetStatus,
    User,
)
from pagination import Paged
from routing import (
    LARGEST_BODY_WITH_LISTS,
    Db,
    EntryId,
    Router,
    TimesheetId,
    error_responses,
    get_or_404,
    in_thread,
    must_be_fewer,
    update_or_409,
)
from rows import insert_rows, load_collection, lock_rows, save, table_of, without
from schemas import (
    BulkApproval,
    BulkResult,
    ClockTimes,
    EntryAdjustment,
    Rejection,
    TimesheetCreate,
    TimesheetDetails,
    TimesheetFilter,
    TimesheetPublic,
    UserSummary,
)
from security import Caller, Supervisor

router = Router(max_body_size=LARGEST_BODY_WITH_LISTS, tags=["timesheets"])

IN_FULL = (
    load_collection(Timesheet.entries),
    load_collection(Timesheet.adjustments),
    without(Timesheet.entries, TimesheetEntry.shift, Shift.location),
    without(Timesheet.entries, TimesheetEntry.duty_session, DutySession.user),
    without(Timesheet.entries, TimesheetEntry.duty_session, DutySession.shift, Shift.location),
)
# the list shows neither shifts nor duty sessions, and takes half of the time without them
WITH_ENTRIES = (
    load_collection(Timesheet.entries),
    without(Timesheet.entries, TimesheetEntry.shift),
    without(Timesheet.entries, TimesheetEntry.duty_session),
    without(Timesheet.rejector),
)
SHEETS = JsonRows(TimesheetPublic, Timesheet, *WITH_ENTRIES)
PERSONS_NAMES = [
    select(name).where(User.id == Timesheet.user_id).correlate(Timesheet).scalar_subquery()
    for name in (User.last_name, User.first_name)
]
# what of a duty session becomes an entry
COLLECTED = [
    col(getattr(DutySession, name))
    for name in ("id", "user_id", "location_id", "shift_id", "clock_in_time", "clock_out_time")
]
COMPLETED = col(DutySession.clock_out_time).is_not(None)
RUNNING = col(DutySession.clock_out_time).is_(None)
PENDING = col(Timesheet.status) == TimesheetStatus.PENDING
DRAFT_OR_REJECTED = col(Timesheet.status).in_([TimesheetStatus.DRAFT, TimesheetStatus.REJECTED])

HALF_A_WEEK = timedelta(days=3, hours=12)
# what the columns hold
MOST_OF_AN_ENTRY, MOST_OF_A_SHEET = Decimal("999.99"), Decimal("9999.99")
MOST_ADJUSTMENTS = 200  # of a timesheet

TOO_MANY = f"A timesheet has {MOST_ADJUSTMENTS} adjustments at most. Delete it and make it anew."
OWN = "This is your own timesheet. Ask another supervisor."
MOVES = (
    "A timesheet that is DRAFT or REJECTED can be adjusted, submitted and deleted, "
    "one that is PENDING approved and rejected, and one that is APPROVED stays as it is."
)


@router.get("/timesheets", response_model=list[TimesheetPublic])
@in_thread
def get_timesheets(user: Supervisor, page: Paged, filters: Annotated[TimesheetFilter, Query()]) -> Response:
    """The timesheets with their entries, latest week first, then by last name."""
    chosen = filters.model_dump(include={"user_id", "status"}, exclude_none=True)
    where = [getattr(Timesheet, name) == value for name, value in chosen.items()]
    if filters.week_start_date:
        where.append(is_of_week(filters.week_start_date))
    latest_first = col(Timesheet.week_start_date).desc(), *PERSONS_NAMES, col(Timesheet.id)
    return page.fetch_json(SHEETS, filters, *where, order_by=latest_first)


@router.get("/timesheets/eligible-users", response_model=list[UserSummary])
def get_users_with_duty_sessions(
    user: Supervisor,
    page: Paged,
    week_start_date: Annotated[
        Moment, Query(alias="weekStartDate", openapi_examples={"demo": {"value": "2026-01-07T12:00:00Z"}})
    ],
) -> list[User]:
    """Who has completed duty sessions that began in a week, by last and first name. Any moment names its week."""
    in_week = col(DutySession.clock_in_time).between(*week_of(week_start_date))
    at_work = select(DutySession.user_id).where(COMPLETED, in_week)
    return page.fetch(select(User).where(col(User.id).in_(at_work)).order_by(User.last_name, User.first_name, User.id))


@router.get("/timesheets/{timesheetId}", response_model=TimesheetDetails)
def get_timesheet_by_id(db: Db, user: Supervisor, timesheet_id: TimesheetId) -> Timesheet:
    """A timesheet with all that it refers to, and its adjustments, newest first."""
    return get_or_404(db, Timesheet, timesheet_id, *IN_FULL)


@router.post("/timesheets", status_code=201, response_model=TimesheetPublic, responses=error_responses(404, 409))
def generate_timesheet(db: Db, user: Supervisor, body: TimesheetCreate) -> Timesheet:
    """Make a timesheet of the completed duty sessions that began in a week.

    Any moment names its week. There is one timesheet per person and week. A session that is in another timesheet is not
    collected again.
    """
    person = get_or_404(db, User, body.user_id)
    must_be_first(db, person, body.week_start_date)
    start, end = week_of(body.week_start_date)
    sheet = Timesheet(
        user_id=person.id, week_start_date=start, week_end_date=end, total_hours=Decimal(), created_by=user.id
    )
    collect(db, [save(db, sheet)])
    with_entries(db, sheet)
    if not sheet.entries:
        raise HTTPException(409, "This person has no completed duty sessions to collect in this week.")
    return sheet


@router.post("/timesheets/bulk-approve", response_model=BulkResult)
@in_thread
def bulk_approve_timesheets(db: Db, user: Supervisor, body: BulkApproval) -> BulkResult:
    """Approve what can be approved of these timesheets. Those that can't do not stop the rest; each has its error."""
    sheets = lock_rows(db, Timesheet, col(Timesheet.id).in_(body.timesheet_ids))
    refused = approve(db, user, sheets)
    approved = {sheet.id for sheet in sheets} - refused.keys()
    reasons = dict.fromkeys(approved, MOVES) | refused  # of one that is named twice, the second finds it approved
    errors = []
    for timesheet_id in body.timesheet_ids:
        if timesheet_id in approved:
            approved.remove(timesheet_id)
        else:
            errors.append(f"{timesheet_id}: {reasons.get(timesheet_id, 'There is no timesheet with this id.')}")
    return BulkResult(approved=len(body.timesheet_ids) - len(errors), failed=len(errors), errors=errors)


@router.post("/timesheet-entries/{entryId}/adjust", response_model=TimesheetPublic, responses=error_responses(409))
def adjust_timesheet_entry(db: Db, user: Supervisor, entry_id: EntryId, body: EntryAdjustment) -> Timesheet:
    """Correct the times of an entry, and answer its timesheet.

    The timesheet is DRAFT or REJECTED. The original times are kept, and each correction with its author and reason. The
    entry must be over, begin in the week of the timesheet and not overlap another entry of it.
    """
    entry = get_or_404(db, TimesheetEntry, entry_id)
    sheet = lock_open(db, get_or_404(db, Timesheet, entry.timesheet_id))
    db.refresh(entry)
    must_fit(sheet, entry, body)
    adjustments = select(TimesheetAdjustment.id).where(TimesheetAdjustment.timesheet_id == sheet.id)
    must_be_fewer(db, adjustments, MOST_ADJUSTMENTS, TOO_MANY)
    db.add(correct(entry, body, user.id))
    sheet.sqlmodel_update(totals([entry.hours_worked for entry in sheet.entries]))
    return with_entries(db, sheet)


@router.post("/timesheets/{timesheetId}/submit", response_model=TimesheetPublic, responses=error_responses(409))
def submit_timesheet(db: Db, user: Supervisor, timesheet_id: TimesheetId) -> Timesheet:
    """Hand in a timesheet that is DRAFT or REJECTED. It gets what was completed in its week since, and is PENDING."""
    sheet = get_or_404(db, Timesheet, timesheet_id)
    submitted = {"submitted_by": user.id, "submitted_at": now()}
    move(db, sheet, DRAFT_OR_REJECTED, status=TimesheetStatus.PENDING, **submitted)
    collect(db, [sheet])
    return with_entries(db, sheet)


@router.post("/timesheets/{timesheetId}/approve", response_model=TimesheetPublic, responses=error_responses(409))
def approve_timesheet(db: Db, user: Supervisor, timesheet_id: TimesheetId) -> Timesheet:
    """Approve someone else's PENDING timesheet.

    It is refused while a duty session that began in its week runs. Sessions that ended since it was submitted are
    collected first. What an earlier rejection left is cleared.
    """
    sheet = someone_elses(db, user, timesheet_id)
    if refused := approve(db, user, [sheet]):
        raise HTTPException(409, refused[sheet.id])
    return with_entries(db, sheet)


@router.post("/timesheets/{timesheetId}/reject", response_model=TimesheetPublic, responses=error_responses(409))
def reject_timesheet(db: Db, user: Supervisor, timesheet_id: TimesheetId, body: Rejection) -> Timesheet:
    """Send someone else's PENDING timesheet back, with a reason. It can be adjusted and submitted again."""
    sheet = someone_elses(db, user, timesheet_id)
    rejected = {"rejected_by": user.id, "rejected_at": now(), "rejection_reason": body.reason}
    return move(db, sheet, PENDING, status=TimesheetStatus.REJECTED, **rejected)


@router.delete("/timesheets/{timesheetId}", status_code=204, responses=error_responses(409))
def delete_timesheet(db: Db, user: Supervisor, timesheet_id: TimesheetId) -> None:
    """Remove a timesheet that is DRAFT or REJECTED, with its entries and adjustments."""
    db.delete(lock_open(db, get_or_404(db, Timesheet, timesheet_id)))


def week_of(moment: datetime) -> tuple[datetime, datetime]:
    """The first and the last millisecond of the town's week around a moment: Sunday to Saturday, 167 to 169 hours."""
    day = town_day(moment)
    sunday = day - timedelta(days=day.isoweekday() % 7)
    return midnight(sunday), midnight(sunday + timedelta(days=7)) - timedelta(milliseconds=1)


def week_of_sheet(sheet: Timesheet) -> tuple[datetime, datetime]:
    """The town's week that a stored timesheet is of: the one that holds its middle.

    The other application stores a week as midnight UTC, which may be in the town's week before.
    """
    return week_of(sheet.week_start_date + HALF_A_WEEK)


def is_of_week(moment: datetime) -> ColumnElement[bool]:
    """Whether a stored timesheet is of the town's week around a moment."""
    start, end = week_of(moment)
    return col(Timesheet.week_start_date).between(start - HALF_A_WEEK, end - HALF_A_WEEK)


def must_be_first(db: Session, person: User, moment: datetime) -> None:
    """A person has one timesheet for a week (409), also if the other application made it."""
    if db.exec(select(Timesheet.id).where(Timesheet.user_id == person.id, is_of_week(moment))).first():
        raise HTTPException(409, "This person has a timesheet for this week already.")


def in_weeks_of(sheets: Sequence[Timesheet]) -> ColumnElement[bool]:
    """Whether a duty session is of the person of one of these timesheets, and began in its week."""
    weeks = (
        and_(col(DutySession.user_id) == sheet.user_id, col(DutySession.clock_in_time).between(*week_of_sheet(sheet)))
        for sheet in sheets
    )
    return or_(false(), *weeks)


def collect(db: Session, sheets: Sequence[Timesheet]) -> None:
    """Add to these timesheets the completed duty sessions of their weeks that are in no timesheet yet, and recount."""
    week = {(sheet.user_id, week_of_sheet(sheet)): sheet.id for sheet in sheets}
    is_collected = exists().where(col(TimesheetEntry.duty_session_id) == DutySession.id)
    sessions = db.execute(select(*COLLECTED).where(in_weeks_of(sheets), COMPLETED, ~is_collected)).all()
    entries = [entry_for(session, week[session.user_id, week_of(session.clock_in_time)]) for session in sessions]
    insert_rows(db, TimesheetEntry, entries)
    recount(db, {str(entry["timesheet_id"]) for entry in entries})


def recount(db: Session, ids: Collection[str]) -> None:
    """Set the totals of these timesheets by their entries."""
    hours = defaultdict(list)
    entries = select(col(TimesheetEntry.timesheet_id), col(TimesheetEntry.hours_worked))
    for id, worked in db.exec(entries.where(col(TimesheetEntry.timesheet_id).in_(ids))):
        hours[id].append(worked)
    if hours:
        sheet = update(table_of(Timesheet)).where(table_of(Timesheet).c.id == bindparam("sheet_id"))
        db.connection().execute(sheet, [{"sheet_id": id, **totals(worked)} for id, worked in hours.items()])


def approve(db: Session, user: Caller, sheets: Sequence[Timesheet]) -> dict[str, str]:
    """Approve these timesheets, and say of those that can't be approved why.

    What was completed since they were submitted is collected, so that no session ends up in no timesheet.
    """
    refused = obstacles(db, user, sheets)
    approved = {"status": TimesheetStatus.APPROVED, "approved_by": user.id, "approved_at": now()}
    cleared = {"rejected_by": None, "rejected_at": None, "rejection_reason": None}
    possible = col(Timesheet.id).in_([sheet.id for sheet in sheets if sheet.id not in refused])
    approval = update(Timesheet).where(possible, PENDING).values(**approved, **cleared).returning(col(Timesheet.id))
    ids = set(db.execute(approval.execution_options(synchronize_session=False)).scalars())
    collect(db, [sheet for sheet in sheets if sheet.id in ids])
    return {sheet.id: MOVES for sheet in sheets if sheet.id not in ids} | refused


def obstacles(db: Session, user: Caller, sheets: Sequence[Timesheet]) -> dict[str, str]:
    """What forbids to approve some of these timesheets: they are one's own, or a session of their week still runs."""
    running = db.execute(select(*COLLECTED).where(in_weeks_of(sheets), RUNNING))
    on_duty = {session.user_id: week_of(session.clock_in_time) for session in running}
    found = {}
    for sheet in sheets:
        if sheet.user_id == user.id:
            found[sheet.id] = OWN
        elif on_duty.get(sheet.user_id) == week_of_sheet(sheet):
            found[sheet.id] = f"{sheet.user.full_name} is still on duty since this week. End that duty session first."
    return found


def hours_between(start: datetime, end: datetime) -> Decimal:
    """Hours to the hundredth, half a hundredth rounded up; none if the end is before the start, at most 999.99."""
    hours = Decimal((end - start) // timedelta(milliseconds=1)) / 3_600_000
    return hours.quantize(Decimal("0.01"), ROUND_HALF_UP).max(Decimal()).min(MOST_OF_AN_ENTRY)


def entry_for(session: DutySession | Row[tuple[object, ...]], timesheet_id: str) -> dict[str, object]:
    """A completed duty session as the values of an entry of a timesheet."""
    began, ended = session.clock_in_time, cast(datetime, session.clock_out_time)
    hours = hours_between(began, ended)
    return {
        "timesheet_id": timesheet_id,
        "duty_session_id": session.id,
        "location_id": session.location_id,
        "shift_id": session.shift_id,
        "date": began,
        "clock_in_time": began,
        "clock_out_time": ended,
        "hours_worked": hours,
        "original_clock_in": began,
        "original_clock_out": ended,
        "original_hours": hours,
    }


def must_fit(sheet: Timesheet, entry: TimesheetEntry, body: EntryAdjustment) -> None:
    """Refuse times outside the week of the timesheet, in the future, or over another entry of it (409)."""
    start, end = week_of_sheet(sheet)
    if not start <= body.clock_in_time <= end:
        raise HTTPException(409, "The entry would not begin in the week of its timesheet.")
    if body.clock_out_time > now():
        raise HTTPException(409, "The entry would lie in the future. Send times that have passed.")
    for other in sheet.entries:
        together = min(other.clock_out_time, body.clock_out_time) - max(other.clock_in_time, body.clock_in_time)
        if other.id != entry.id and together > timedelta(0):
            raise HTTPException(409, "The entry would overlap another one of this timesheet. Adjust that one first.")


def correct(entry: TimesheetEntry, body: EntryAdjustment, user_id: str) -> TimesheetAdjustment:
    """Give an entry other times, and note it. The first ones are kept, also those of an entry that was made by hand."""
    before = as_json(entry)
    if entry.original_clock_in is None:
        entry.original_clock_in, entry.original_clock_out = entry.clock_in_time, entry.clock_out_time
        entry.original_hours = entry.hours_worked
    entry.date = entry.clock_in_time = body.clock_in_time
    entry.clock_out_time = body.clock_out_time
    entry.hours_worked = hours_between(body.clock_in_time, body.clock_out_time)
    entry.was_adjusted = True
    return TimesheetAdjustment(
        timesheet_id=entry.timesheet_id,
        entry_id=entry.id,
        type=TimesheetAdjustmentType.TIME_EDITED,
        field_changed="clockTimes",
        old_value=before,
        new_value=as_json(entry),
        reason=body.reason,
        adjusted_by=user_id,
    )


def as_json(entry: TimesheetEntry) -> str:
    """The times of an entry as an adjustment keeps them."""
    return ClockTimes.model_validate(entry).model_dump_json(by_alias=True)


def totals(hours: list[Decimal]) -> dict[str, object]:
    """The totals of a timesheet whose entries have these hours; at most 9999.99 in all."""
    total = sum(hours, Decimal()).max(Decimal()).min(MOST_OF_A_SHEET)
    return {"total_hours": total, "total_entries": len(hours)}


def with_entries(db: Session, sheet: Timesheet) -> Timesheet:
    """The timesheet, with its entries as they are now."""
    return db.get_one(Timesheet, sheet.id, options=WITH_ENTRIES, populate_existing=True)


def move(db: Session, sheet: Timesheet, state: ColumnElement[bool], **changes: object) -> Timesheet:
    """Change a timesheet that is in this state (409 otherwise), and show it with its entries."""
    return with_entries(db, update_or_409(db, sheet, state, detail=MOVES, **changes))


def lock_open(db: Session, sheet: Timesheet) -> Timesheet:
    """Refuse a timesheet that is neither DRAFT nor REJECTED (409), and let nobody submit it until we are done."""
    return move(db, sheet, DRAFT_OR_REJECTED, updated_at=now())


def someone_elses(db: Session, user: Caller, timesheet_id: str) -> Timesheet:
    """The timesheet to decide on; nobody decides on their own (403)."""
    sheet = get_or_404(db, Timesheet, timesheet_id)
    if sheet.user_id == user.id:
        raise HTTPException(403, OWN)
    return sheet
