"""Incidents: the entries that supervisors review."""

from fastapi import HTTPException, Response
from sqlmodel import col

from database import Db, Lines, Paged, Router, change_if, get_or_404, refuses
from models import Location, Log, LogType, User, now
from routes.logs import NEWEST_FIRST, NOT_ARCHIVED
from schemas import IncidentListed, LogPublic, Review
from security import CurrentUser, Supervisor

router = Router(prefix="/incidents", tags=["incidents"])

LINES = Lines(IncidentListed, Log, location=Location, user=User)


@router.get("", response_model=list[IncidentListed])
def get_incidents(user: CurrentUser, page: Paged) -> Response:
    """The entries of type INCIDENT, archived ones included, newest first."""
    return page.lines(LINES, None, col(Log.type) == LogType.INCIDENT, order_by=NEWEST_FIRST)


@router.post("/{incidentId}/review", response_model=LogPublic, responses=refuses(409))
def review_incident(db: Db, user: Supervisor, incident_id: str, body: Review = Review()) -> Log:
    """Note that an incident has been seen, by whom and when. A second review replaces the first."""
    log = get_or_404(db, Log, incident_id)
    if log.type is not LogType.INCIDENT:
        raise HTTPException(409, "Only incidents are reviewed.")
    review = {"reviewed_by": user.id, "reviewed_at": now(), "review_notes": body.review_notes}
    return change_if(db, log, NOT_ARCHIVED, otherwise="This incident is archived.", **review)
