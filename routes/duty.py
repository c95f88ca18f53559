"""Clocking in and out, and supervisors' visits to marinas."""

from datetime import timedelta

from fastapi import HTTPException
from sqlalchemy import Row
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import Session, col, select, update

from fields import now
from models import DutySession, Location, LocationCheckIn, Role, Shift, User
from pagination import Paged
from routes.locations import headquarters, must_be_active
from routes.notifications import notify
from routing import (
    CheckInId,
    Db,
    DutySessionId,
    Router,
    SupervisorDutyId,
    error_responses,
    get_or_404,
    lock_row,
    must_be_fewer,
    update_or_409,
    validation_error,
)
from rows import find_and_lock, load_collection, save, without
from schemas import ActiveDutySession, CheckInCreate, CheckInPublic, ClockIn, DutySessionPublic, GuardOnDuty, Notes
from security import Caller, CurrentUser, Supervisor, lock_caller

router = Router(tags=["duty"])

OPEN = col(DutySession.clock_out_time).is_(None)
LOCK_RUNNING_SESSION = find_and_lock(DutySession.user_id, OPEN)
MOST_DUTIES = 200  # of one person in seven days
MOST_VISITS = 200  # in one duty
VISITING = col(LocationCheckIn.check_out_time).is_(None)


@router.get("/duty-sessions/active", response_model=ActiveDutySession | None)
def get_active_duty_session(db: Db, user: CurrentUser) -> DutySession | None:
    """The session in which the caller is on duty, with its check-ins, newest first. Off duty it is null."""
    return running_session(db, user.id, load_collection(DutySession.location_check_ins))


@router.get("/duty-sessions/on-duty", response_model=list[GuardOnDuty])
def get_guards_on_duty(user: Supervisor, page: Paged) -> list[GuardOnDuty]:
    """Everyone on duty, of whatever role, latest first."""
    on_duty = select(DutySession).options(without(DutySession.shift)).where(OPEN)
    sessions = page.fetch(on_duty.order_by(col(DutySession.clock_in_time).desc(), DutySession.id))
    return [
        GuardOnDuty(
            user_id=session.user_id,
            user_name=session.user.full_name,
            user_email=session.user.email,
            role=session.user.role,
            duty_session_id=session.id,
            location_id=session.location_id,
            location_name=session.location.name if session.location else None,
            clock_in_time=session.clock_in_time,
            hours_on_duty=f"{max(now() - session.clock_in_time, timedelta(0)) / timedelta(hours=1):.1f}",
        )
        for session in sessions
    ]


@router.post("/duty-sessions", status_code=201, response_model=DutySessionPublic, responses=error_responses(404, 409))
def clock_in(db: Db, user: CurrentUser, body: ClockIn) -> DutySession:
    """Begin duty.

    A GUARD begins at an active location, SUPERVISOR and above at headquarters, or roaming without one. When SUPERVISOR
    and above begin, each guard on duty is told.
    """
    location = place_of(db, user, body)
    if body.shift_id:
        get_or_404(db, Shift, body.shift_id)
    lock_caller(db, user)
    if running_session(db, user.id):
        raise HTTPException(409, "You are on duty already. Clock out first.")
    lately = DutySession.user_id == user.id, DutySession.clock_in_time > now() - timedelta(days=7)
    most = f"You have clocked in {MOST_DUTIES} times in seven days. Wait, or ask an admin."
    must_be_fewer(db, select(DutySession.id).where(*lately), MOST_DUTIES, most)
    if user.role is Role.GUARD:
        must_be_active(db, location)
    else:
        notify_guards(db, user)
    return save(db, DutySession(user_id=user.id, location_id=location.id if location else None, shift_id=body.shift_id))


@router.post(
    "/duty-sessions/{dutySessionId}/clock-out", response_model=DutySessionPublic, responses=error_responses(403, 409)
)
def clock_out(db: Db, user: CurrentUser, duty_session_id: DutySessionId, body: Notes = Notes()) -> DutySession:
    """End one's own duty, and the check-in that is still open. Equipment stays out and can be returned later."""
    session = own_session(db, user, duty_session_id)
    return end_duty(db, session, body.notes)


@router.post(
    "/duty-sessions/{dutySessionId}/supervisor-clock-out",
    response_model=DutySessionPublic,
    responses=error_responses(409),
)
def supervisor_clock_out(db: Db, user: Supervisor, duty_session_id: DutySessionId) -> DutySession:
    """End anyone's duty. The notes say who did it."""
    session = get_or_404(db, DutySession, duty_session_id)
    return end_duty(db, session, f"Clocked out by {user.full_name}")


@router.post(
    "/duty-sessions/{dutySessionId}/check-ins",
    status_code=201,
    response_model=CheckInPublic,
    responses=error_responses(409),
)
def create_location_check_in(
    db: Db, user: Supervisor, duty_session_id: SupervisorDutyId, body: CheckInCreate
) -> LocationCheckIn:
    """Begin a visit to an active location. It takes one's own running session, with no other visit open."""
    location = get_or_404(db, Location, body.location_id)
    session = own_session(db, user, duty_session_id)
    must_run(db, session)
    must_be_active(db, location)
    if db.exec(select(LocationCheckIn).where(LocationCheckIn.duty_session_id == session.id, VISITING)).first():
        raise HTTPException(409, "You are checked in at a location. Check out there first.")
    visits = select(LocationCheckIn.id).where(LocationCheckIn.duty_session_id == session.id)
    must_be_fewer(db, visits, MOST_VISITS, f"A duty has {MOST_VISITS} check-ins at most. Clock out and in again.")
    return save(db, LocationCheckIn.model_validate(body, update={"duty_session_id": session.id, "user_id": user.id}))


@router.post("/check-ins/{checkInId}/check-out", response_model=CheckInPublic, responses=error_responses(403, 409))
def checkout_from_location(db: Db, user: CurrentUser, check_in_id: CheckInId) -> LocationCheckIn:
    """End one's own visit to a location."""
    check_in = get_or_404(db, LocationCheckIn, check_in_id)
    if check_in.user_id != user.id:
        raise HTTPException(403, "This is someone else's check-in.")
    left = "You have checked out of this location already."
    return update_or_409(db, check_in, VISITING, detail=left, check_out_time=now())


def place_of(db: Session, user: Caller, body: ClockIn) -> Location | None:
    """Where duty begins: at headquarters, if there are any, or for a guard at the location that they name."""
    if user.role is not Role.GUARD:
        return headquarters(db)
    if body.location_id is None:
        raise validation_error("locationId", "A guard says at which location duty begins.")
    return get_or_404(db, Location, body.location_id)


def running_session(db: Session, user_id: str, *options: ORMOption) -> DutySession | None:
    """The session in which a person is on duty, if they are."""
    return db.exec(select(DutySession).where(DutySession.user_id == user_id, OPEN).options(*options)).first()


def own_session(db: Session, user: Caller, duty_session_id: str) -> DutySession:
    """The caller's own session, running or not (403)."""
    session = get_or_404(db, DutySession, duty_session_id)
    if session.user_id != user.id:
        raise HTTPException(403, "This is someone else's duty session.")
    return session


def must_run(db: Session, session: DutySession) -> None:
    """Refuse what only goes while the session runs (409). Nobody can end it until this request is over."""
    lock_row(db, session, OPEN, detail="This duty session is over. Clock in again.")


def must_be_on_duty(db: Session, user: Caller) -> Row[tuple[object, ...]]:
    """The columns of the session in which the caller is on duty (409). Nobody can end it until this request is over."""
    if session := db.connection().execute(LOCK_RUNNING_SESSION, {"key": user.id}).first():
        return session
    raise HTTPException(409, "You are not on duty. Clock in first.")


def end_duty(db: Session, session: DutySession, notes: str | None) -> DutySession:
    """Close a running session (409 if it is closed already) and the check-in that is open in it."""
    # held first: what is written in it until then is not dated after its end
    lock_row(db, session, OPEN, detail="This duty session is closed already.")
    session.clock_out_time, session.notes = now(), notes or session.notes
    save(db, session)
    visits = update(LocationCheckIn).where(col(LocationCheckIn.duty_session_id) == session.id, VISITING)
    db.exec(visits.values(check_out_time=session.clock_out_time))
    return session


def notify_guards(db: Session, supervisor: Caller) -> None:
    """Each guard on duty learns that a supervisor has come."""
    on_duty = select(DutySession.user_id).join(User).where(OPEN, User.role == Role.GUARD)
    notify(db, db.exec(on_duty), "Supervisor on duty", f"{supervisor.full_name} is on duty now.")
