"""Shifts, and the patterns by which they return."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import HTTPException, Query, Response
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, delete, null, select, type_coerce, union_all

from fields import Timestamp, cuid, midnight, now, plain_day, town_day
from json_rows import JsonRows, json_response
from models import (
    AssignmentBase,
    RecurringShiftDay,
    RecurringShiftPattern,
    RecurringUserAssignment,
    Shift,
    ShiftAssignment,
)
from pagination import Paged
from routes.locations import lock_location, must_be_in_use
from routes.users import hold_users, must_not_be_archived
from routing import LARGEST_BODY_WITH_LISTS, Db, PatternId, Router, ShiftId, error_responses, in_thread, lock_or_404
from rows import insert_rows, load_collection, save
from schemas import (
    PatternCreate,
    PatternPublic,
    PatternUpdate,
    ShiftCreate,
    ShiftFilter,
    ShiftGeneration,
    ShiftPublic,
    ShiftUpdate,
)
from security import Admin, CurrentUser, Supervisor
from settings import settings

router = Router(max_body_size=LARGEST_BODY_WITH_LISTS, tags=["shifts"])

Plan = TypeVar("Plan", Shift, RecurringShiftPattern)

# where the people of each are kept: the table, its foreign key, and the relation to it
PEOPLE: dict[type[Any], tuple[type[Any], str, str]] = {
    Shift: (ShiftAssignment, "shift_id", "assignments"),
    RecurringShiftPattern: (RecurringUserAssignment, "recurring_pattern_id", "user_assignments"),
}

SHIFTS = JsonRows(ShiftPublic, Shift, load_collection(Shift.assignments))
PATTERNS = JsonRows(PatternPublic, RecurringShiftPattern, load_collection(RecurringShiftPattern.user_assignments))
EARLIEST_FIRST = col(Shift.start_time), col(Shift.id)


@router.get("/shifts", response_model=list[ShiftPublic])
@in_thread
def get_shifts(user: CurrentUser, page: Paged, filters: Annotated[ShiftFilter, Query()]) -> Response:
    """The shifts, by when they start. A plain date as `endDate` includes that day."""
    where = [*filters.around(Shift.start_time)]
    if filters.location_id:
        where.append(col(Shift.location_id) == filters.location_id)
    return page.fetch_json(SHIFTS, filters, *where, order_by=EARLIEST_FIRST)


@router.post("/shifts", status_code=201, response_model=ShiftPublic, responses=error_responses(404, 409))
def create_shift(db: Db, user: Supervisor, body: ShiftCreate) -> Shift:
    """Plan a shift at an active location, for active people."""
    must_be_available(db, body.location_id, body.user_assignments)
    return with_people(db, assign(db, save(db, Shift.model_validate(body)), body.user_assignments))


@router.patch("/shifts/{shiftId}", response_model=ShiftPublic, responses=error_responses(409))
def update_shift(db: Db, user: Supervisor, shift_id: ShiftId, body: ShiftUpdate) -> Shift:
    """Change a shift. Fields that are not sent stay as they are. `userAssignments`, if sent, replace all there are."""
    shift = lock_or_404(db, Shift, shift_id)
    must_be_available(db, body.location_id, body.user_assignments)
    change(db, shift, body)
    if shift.end_time <= shift.start_time:
        raise HTTPException(409, "This shift would not end after it starts. Send both times.")
    return with_people(db, reassign(db, shift, body.user_assignments))


@router.delete("/shifts/{shiftId}", status_code=204)
def delete_shift(db: Db, user: Admin, shift_id: ShiftId) -> None:
    """Remove a shift. The entries and the duty sessions that name it stay, without it."""
    db.delete(lock_or_404(db, Shift, shift_id))


@router.get("/recurring-patterns", response_model=list[PatternPublic])
@in_thread
def get_recurring_patterns(
    user: CurrentUser, page: Paged, location_id: Annotated[str | None, Query(alias="locationId")] = None
) -> Response:
    """The patterns, of all locations or of one, newest first."""
    where = [col(RecurringShiftPattern.location_id) == location_id] if location_id else []
    newest_first = col(RecurringShiftPattern.created_at).desc(), col(RecurringShiftPattern.id).desc()
    return page.fetch_json(PATTERNS, location_id, *where, order_by=newest_first)


@router.post("/recurring-patterns", status_code=201, response_model=PatternPublic, responses=error_responses(404, 409))
def create_recurring_pattern(db: Db, user: Supervisor, body: PatternCreate) -> RecurringShiftPattern:
    """Plan shifts that return every week, at an active location, for active people."""
    must_be_available(db, body.location_id, body.user_assignments)
    pattern = save(db, RecurringShiftPattern.model_validate(body.model_dump(exclude={"user_assignments"})))
    return with_people(db, assign(db, pattern, body.user_assignments))


@router.patch("/recurring-patterns/{patternId}", response_model=PatternPublic, responses=error_responses(409))
def update_recurring_pattern(
    db: Db, user: Supervisor, pattern_id: PatternId, body: PatternUpdate
) -> RecurringShiftPattern:
    """Change a pattern. Fields that are not sent stay as they are, and so do the shifts made so far.

    `userAssignments`, if sent, replace all that there are.
    """
    pattern = lock_or_404(db, RecurringShiftPattern, pattern_id)
    must_be_available(db, body.location_id, body.user_assignments)
    change(db, pattern, body)
    if pattern.end_date and plain_day(pattern.end_date) < plain_day(pattern.start_date):
        raise HTTPException(409, "This pattern would end before it starts. Send both dates.")
    return with_people(db, reassign(db, pattern, body.user_assignments))


@router.delete("/recurring-patterns/{patternId}", status_code=204)
def delete_recurring_pattern(db: Db, user: Admin, pattern_id: PatternId) -> None:
    """Remove a pattern. The shifts made from it stay."""
    db.delete(lock_or_404(db, RecurringShiftPattern, pattern_id))


@router.post(
    "/recurring-patterns/{patternId}/shifts",
    status_code=201,
    response_model=list[ShiftPublic],
    responses=error_responses(409),
)
@in_thread
def generate_recurring_shifts(db: Db, user: Supervisor, pattern_id: PatternId, body: ShiftGeneration) -> Response:
    """Make the missing shifts of an active pattern, with its people, and answer them.

    A day of a pattern is made once, even if its shift was moved or deleted since.
    """
    # of two runs the later one waits, and sees what the other made
    pattern = with_people(db, lock_or_404(db, RecurringShiftPattern, pattern_id))
    if not pattern.is_active:
        raise HTTPException(409, "This pattern is switched off. Switch it on first.")
    must_be_available(db, pattern.location_id, pattern.user_assignments)
    days = missing_days(db, pattern, town_day(body.start_date), town_day(body.end_date))
    shifts = {cuid(): day for day in days}
    insert_rows(db, Shift, ({"id": id, **shift_on(day, pattern)} for id, day in shifts.items()))
    day_of = {"recurring_pattern_id": pattern.id}
    insert_rows(db, RecurringShiftDay, ({**day_of, "day": day, "shift_id": id} for id, day in shifts.items()))
    people = [{"user_id": person.user_id, "role": person.role} for person in pattern.user_assignments]
    insert_rows(db, ShiftAssignment, ({"shift_id": id, **person} for id in shifts for person in people))
    made = SHIFTS.statement.where(col(Shift.id).in_(shifts)).order_by(*EARLIEST_FIRST)
    return json_response(SHIFTS.read(db, made), 201)


def must_be_available(db: Session, location_id: str | None, people: Iterable[AssignmentBase] | None) -> None:
    """The location and the people that are planned with exist (404) and are active (409), and stay so meanwhile."""
    users = hold_users(db, [person.user_id for person in people or ()])
    location = lock_location(db, location_id) if location_id else None
    must_not_be_archived(users.values())
    if location:
        must_be_in_use(location)


def change(db: Session, plan: Plan, body: ShiftUpdate | PatternUpdate) -> None:
    """Change the fields that are sent."""
    changes = body.model_dump(exclude_unset=True, exclude={"user_assignments"})
    save(db, plan.sqlmodel_update({"updated_at": now(), **changes}))


def assign(db: Session, plan: Plan, people: Iterable[AssignmentBase]) -> Plan:
    """Put people on a shift or a pattern."""
    table, key, _ = PEOPLE[type(plan)]
    insert_rows(db, table, ({key: plan.id, "user_id": person.user_id, "role": person.role} for person in people))
    return plan


def reassign(db: Session, plan: Plan, people: Iterable[AssignmentBase] | None) -> Plan:
    """Let these people, if any list is sent, replace those of a shift or a pattern so far."""
    table, key, _ = PEOPLE[type(plan)]
    if people is None:
        return plan
    db.exec(delete(table).filter_by(**{key: plan.id}))
    return assign(db, plan, people)


def with_people(db: Session, plan: Plan) -> Plan:
    """A shift or a pattern, with its people as they are now."""
    table, key, relation = PEOPLE[type(plan)]
    people = db.exec(select(table).filter_by(**{key: plan.id}).order_by(table.id))
    set_committed_value(plan, relation, people.all())
    return plan


def missing_days(db: Session, pattern: RecurringShiftPattern, first: date, last: date) -> list[date]:
    """The days of the pattern, from the first to the last of these, for which no shift has been made."""
    first = max(first, plain_day(pattern.start_date))
    last = min(last, plain_day(pattern.end_date)) if pattern.end_date else last
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    made = days_made(db, pattern, first, last)
    return [day for day in days if day.isoweekday() % 7 in pattern.days_of_week and day not in made]


def days_made(db: Session, pattern: RecurringShiftPattern, first: date, last: date) -> set[date]:
    """The days for which shifts have been made.

    A shift that the other application made of the pattern counts for the day on which it starts.
    """
    ours = select(col(RecurringShiftDay.day), type_coerce(null(), Timestamp)).where(
        RecurringShiftDay.recurring_pattern_id == pattern.id, col(RecurringShiftDay.day).between(first, last)
    )
    others = (
        select(null(), Shift.start_time)
        .outerjoin(RecurringShiftDay, col(RecurringShiftDay.shift_id) == Shift.id)
        .where(
            Shift.recurring_pattern_id == pattern.id,
            Shift.start_time >= midnight(first),
            Shift.start_time < midnight(last + timedelta(days=1)),
            col(RecurringShiftDay.shift_id).is_(None),
        )
    )
    return {day or town_day(start) for day, start in db.execute(union_all(ours, others))}


def shift_on(day: date, pattern: RecurringShiftPattern) -> dict[str, object]:
    """The values of the pattern's shift that starts on this day."""
    start, end = times_on(day, pattern)
    plan = pattern.model_dump(include={"name", "location_id"})
    return {**plan, "start_time": start, "end_time": end, "recurring_pattern_id": pattern.id}


def times_on(day: date, pattern: RecurringShiftPattern) -> tuple[datetime, datetime]:
    """When the pattern's shift of this day starts and ends, by the clock on the wall.

    If the start falls into an hour that the clocks skip, and so would come after the end, the shift keeps its length.
    """
    starts = datetime.combine(day, clock_time(pattern.start_time))
    ends = datetime.combine(day, clock_time(pattern.end_time))
    if ends <= starts:
        ends += timedelta(days=1)
    start, end = (local.replace(tzinfo=settings.time_zone).astimezone(UTC) for local in (starts, ends))
    return start, end if end > start else start + (ends - starts)


def clock_time(text: str) -> time:
    """A time as HH:MM; the other application may have stored anything (409)."""
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise HTTPException(409, "The times of this pattern are not HH:MM. Correct them first.") from None
