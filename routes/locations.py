"""The places that guards watch."""

from fastapi import HTTPException
from sqlalchemy import ColumnElement, Row
from sqlmodel import Session, func, select

from fields import as_name
from models import Location
from pagination import Paged
from routing import Db, LocationId, Router, error_responses, get_or_404, not_found
from rows import find_and_lock, is_taken, save
from schemas import LocationCreate, LocationListed, LocationName, LocationPublic, LocationUpdate
from security import Admin, CurrentUser
from settings import settings

router = Router(prefix="/locations", tags=["locations"])

LOCK_LOCATION = find_and_lock(Location.id)


@router.get("", response_model=list[LocationListed])
def get_all_locations(user: CurrentUser, page: Paged) -> list[Location]:
    """Every location, in use or not, by name."""
    return page.fetch(select(Location).order_by(Location.name))


@router.get("/active", response_model=list[LocationName])
def get_active_locations(user: CurrentUser, page: Paged) -> list[Location]:
    """The locations in use, by name."""
    return page.fetch(select(Location).where(Location.is_active).order_by(Location.name))


@router.get("/hq", operation_id="getHQLocation", response_model=LocationName, responses=error_responses(404))
def get_hq_location(db: Db, user: CurrentUser) -> Location:
    """Headquarters, where supervisors and admins begin their duty."""
    if (location := headquarters(db)) is None:
        raise HTTPException(404, f"There is no location named {settings.hq_location}.")
    return location


@router.get("/management", response_model=list[LocationPublic])
def get_all_locations_admin(user: Admin, page: Paged) -> list[Location]:
    """Every location in full, by name."""
    return page.fetch(select(Location).order_by(Location.name))


@router.post("", status_code=201, response_model=LocationPublic, responses=error_responses(409))
def create_location(db: Db, user: Admin, body: LocationCreate) -> Location:
    """Add a location. Its name must be free, without case."""
    name_must_be_free(db, body.name)
    return save(db, Location.model_validate(body))


@router.patch("/{locationId}", response_model=LocationPublic, responses=error_responses(409))
def update_location(db: Db, user: Admin, location_id: LocationId, body: LocationUpdate) -> Location:
    """Change a location. Fields that are not sent stay as they are."""
    location = get_or_404(db, Location, location_id)
    if "name" in body.model_fields_set:
        name_must_be_free(db, body.name, but=location.id)
    return save(db, location.sqlmodel_update(body.model_dump(exclude_unset=True)))


@router.delete("/{locationId}", status_code=204)
def delete_location(db: Db, user: Admin, location_id: LocationId) -> None:
    """Take a location out of use; its history stays. Doing so again changes nothing."""
    get_or_404(db, Location, location_id).is_active = False


def name_must_be_free(db: Session, name: str, but: str | None = None) -> None:
    """No two locations share a name, without case and surrounding spaces (409)."""
    if is_taken(db, Location, is_named(name), but):
        raise HTTPException(409, "Another location has this name.")


def is_named(name: str) -> ColumnElement[bool]:
    """Whether a location has this name."""
    return func.trim(as_name(Location.name)) == func.trim(as_name(name))


def headquarters(db: Session) -> Location | None:
    """The location named by the setting HQ_LOCATION."""
    return db.exec(select(Location).where(is_named(settings.hq_location))).first()


def lock_location(db: Session, id: str) -> Row[tuple[object, ...]]:
    """The columns of the location with this id (404). Nobody can switch it off until this request is over."""
    if location := db.connection().execute(LOCK_LOCATION, {"key": id}).first():
        return location
    raise not_found(Location)


def must_be_active(db: Session, location: Location | None) -> None:
    """Refuse a location that is switched off (409). Nobody can switch it off until this request is over."""
    if location:
        must_be_in_use(lock_location(db, location.id))


def must_be_in_use(location: Row[tuple[object, ...]]) -> None:
    """Refuse a location that is switched off (409)."""
    if not location.is_active:
        raise HTTPException(409, "This location is not in use.")
