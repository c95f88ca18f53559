"""Incidents: the entries that supervisors review."""

from fastapi import HTTPException, Response
from sqlmodel import col

from fields import now
from json_rows import JsonRows
from models import Log, LogType
from pagination import Paged
from routes.logs import NEWEST_FIRST, NOT_ARCHIVED
from routing import Db, IncidentId, Router, error_responses, get_or_404, update_or_409
from schemas import IncidentListed, LogPublic, Review
from security import CurrentUser, Supervisor

router = Router(prefix="/incidents", tags=["incidents"])

ROWS = JsonRows(IncidentListed, Log)


@router.get("", response_model=list[IncidentListed])
def get_incidents(user: CurrentUser, page: Paged) -> Response:
    """The entries of type INCIDENT, archived ones included, newest first."""
    return page.fetch_json(ROWS, None, col(Log.type) == LogType.INCIDENT, order_by=NEWEST_FIRST)


@router.post("/{incidentId}/review", response_model=LogPublic, responses=error_responses(409))
def review_incident(db: Db, user: Supervisor, incident_id: IncidentId, body: Review = Review()) -> Log:
    """Note that an incident has been seen, by whom and when. A second review replaces the first."""
    log = get_or_404(db, Log, incident_id)
    if log.type is not LogType.INCIDENT:
        raise HTTPException(409, "Only incidents are reviewed.")
    review = {"reviewed_by": user.id, "reviewed_at": now(), "review_notes": body.review_notes}
    return update_or_409(db, log, NOT_ARCHIVED, detail="This incident is archived.", **review)
