"""Supervisors' rounds."""

from typing import Annotated

from fastapi import HTTPException, Query, Response
from sqlmodel import Session, col, select

from fields import now
from json_rows import JsonRows
from models import Location, Role, Tour, TourStatus, TourStop, User
from pagination import Paged
from routing import (
    LARGEST_BODY_WITH_LISTS,
    Db,
    Router,
    StopId,
    TourId,
    error_responses,
    get_or_404,
    in_thread,
    lock_row,
    must_be_fewer,
    update_or_409,
)
from rows import load_collection, save
from schemas import (
    TourCancellation,
    TourCompletion,
    TourCreate,
    TourFilter,
    TourPublic,
    TourStarted,
    TourStopCreate,
    TourStopPublic,
)
from security import Caller, CurrentUser, Supervisor

router = Router(max_body_size=LARGEST_BODY_WITH_LISTS, tags=["tours"])

TOURS = JsonRows(TourPublic, Tour, load_collection(Tour.tour_stops))
MOST_STOPS = 200
RUNNING = col(Tour.status) == TourStatus.IN_PROGRESS
NOT_RUNNING = "This tour is not IN_PROGRESS. Only one that is takes stops, and can be completed or cancelled."


@router.get("/tours", response_model=list[TourPublic])
@in_thread
def get_tours(user: CurrentUser, page: Paged, filters: Annotated[TourFilter, Query()]) -> Response:
    """The caller's tours, or everyone's for ADMIN and above, the latest first."""
    where = [*filters.around(Tour.started_at)]
    supervisor_id = filters.supervisor_id if user.role.reaches(Role.ADMIN) else user.id
    if supervisor_id:
        where.append(col(Tour.supervisor_id) == supervisor_id)
    if filters.status:
        where.append(col(Tour.status) == filters.status)
    latest_first = col(Tour.started_at).desc(), col(Tour.id).desc()
    return page.fetch_json(TOURS, (filters, supervisor_id), *where, order_by=latest_first)


@router.post("/tours", status_code=201, response_model=TourStarted)
def start_tour(db: Db, user: Supervisor, body: TourCreate) -> TourStarted:
    """Set out with car and radio. An earlier tour that still runs is no hindrance, but the answer warns of it."""
    earlier = db.exec(select(Tour).where(Tour.supervisor_id == user.id, RUNNING)).first()
    warning = "You have an earlier tour that still runs. Complete or cancel it." if earlier else None
    tour = save(db, Tour.model_validate(body, update={"supervisor_id": user.id}))
    return TourStarted.model_validate(tour, update={"tour_stops": [], "incomplete_tour_warning": warning})


@router.get("/tours/{tourId}", response_model=TourPublic, responses=error_responses(403))
def get_tour_by_id(db: Db, user: CurrentUser, tour_id: TourId) -> Tour:
    """A tour with its stops, for its owner or ADMIN and above."""
    return with_stops(db, own_tour(db, user, tour_id))


@router.post("/tours/{tourId}/complete", response_model=TourPublic, responses=error_responses(403, 409))
def complete_tour(db: Db, user: CurrentUser, tour_id: TourId, body: TourCompletion) -> Tour:
    """Come back from a tour. It takes the mileage, at least that of the start, and what was returned."""
    tour = own_tour(db, user, tour_id)
    if body.ending_mileage < tour.starting_mileage:
        raise HTTPException(409, f"The tour started at {tour.starting_mileage} miles. It can't end at fewer.")
    return with_stops(db, end_tour(db, tour, TourStatus.COMPLETED, **body.model_dump(exclude_none=True)))


@router.post("/tours/{tourId}/cancel", status_code=204, responses=error_responses(403, 409))
def cancel_tour(db: Db, user: CurrentUser, tour_id: TourId, body: TourCancellation = TourCancellation()) -> None:
    """Give a tour up. A reason, if there is one, is kept in its notes."""
    tour = own_tour(db, user, tour_id)
    end_tour(db, tour, TourStatus.CANCELLED, notes=tour.notes if body.reason is None else body.reason)


@router.post(
    "/tours/{tourId}/stops", status_code=201, response_model=TourStopPublic, responses=error_responses(403, 409)
)
def create_tour_stop(db: Db, user: CurrentUser, tour_id: TourId, body: TourStopCreate) -> TourStop:
    """Stop on a tour that runs, perhaps at a location, perhaps to see a guard."""
    if body.location_id:
        get_or_404(db, Location, body.location_id)
    if body.guard_user_id:
        get_or_404(db, User, body.guard_user_id)
    tour = own_tour(db, user, tour_id)
    must_run(db, tour)
    stops = select(TourStop.id).where(TourStop.tour_id == tour.id)
    must_be_fewer(db, stops, MOST_STOPS, f"A tour has {MOST_STOPS} stops at most. Complete it and start another one.")
    return save(db, TourStop.model_validate(body, update={"tour_id": tour.id}))


@router.post("/tour-stops/{stopId}/complete", response_model=TourStopPublic, responses=error_responses(403, 409))
def complete_tour_stop(db: Db, user: CurrentUser, stop_id: StopId) -> TourStop:
    """Leave a stop, once, while the tour runs."""
    stop = get_or_404(db, TourStop, stop_id)
    must_run(db, own_tour(db, user, stop.tour_id))
    departed = "You have left this stop already."
    return update_or_409(db, stop, col(TourStop.departed_at).is_(None), detail=departed, departed_at=now())


def own_tour(db: Session, user: Caller, tour_id: str) -> Tour:
    """The caller's own tour, or anyone's for ADMIN and above (403)."""
    tour = get_or_404(db, Tour, tour_id)
    if tour.supervisor_id != user.id and not user.role.reaches(Role.ADMIN):
        raise HTTPException(403, "This is someone else's tour.")
    return tour


def with_stops(db: Session, tour: Tour) -> Tour:
    """The tour, with its stops as they are now."""
    db.refresh(tour, ["tour_stops"])
    return tour


def must_run(db: Session, tour: Tour) -> None:
    """Refuse what only goes while the tour runs (409). Nobody can end it until this request is over."""
    lock_row(db, tour, RUNNING, detail=NOT_RUNNING)


def end_tour(db: Session, tour: Tour, status: TourStatus, **changes: object) -> Tour:
    """Complete or cancel a tour that runs (409)."""
    must_run(db, tour)
    return save(db, tour.sqlmodel_update({"status": status, "completed_at": now(), **changes}))
