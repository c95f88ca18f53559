"""Cars and radios in supervisors' hands."""

from typing import Annotated, Literal

from fastapi import HTTPException, Query
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from fields import now
from models import DutySession, FleetStatus, Radio, Role, SupervisorEquipmentCheckout, Vehicle
from pagination import Paged
from routes.duty import must_run, own_session
from routes.fleet import OUT, Unit, get_unit, in_fleet, is_out, must_be_in
from routing import Db, DutySessionId, Router, error_responses, get_or_404, update_or_409
from rows import save, without
from schemas import AvailableEquipment, EquipmentCheckin, EquipmentCheckout, EquipmentCheckoutPublic
from security import CurrentUser

router = Router(tags=["equipment"])

LATEST_FIRST = col(SupervisorEquipmentCheckout.checkout_time).desc(), col(SupervisorEquipmentCheckout.id).desc()


@router.get("/equipment/available", response_model=list[AvailableEquipment])
def get_available_equipment(
    user: CurrentUser, page: Paged, type: Annotated[Literal["CAR", "RADIO"], Query()]
) -> list[AvailableEquipment]:
    """The cars, or the radios, that can be taken now, by name."""
    units = page.fetch(available(Vehicle)) if type == "CAR" else page.fetch(available(Radio))
    return [AvailableEquipment(id=unit.id, identifier=unit.name) for unit in units]


@router.post(
    "/equipment-checkouts",
    status_code=201,
    response_model=EquipmentCheckoutPublic,
    responses=error_responses(403, 404, 409),
)
def checkout_equipment(db: Db, user: CurrentUser, body: EquipmentCheckout) -> SupervisorEquipmentCheckout:
    """Take a car and a radio that work. It takes one's own running session, which has none out yet."""
    car, radio = get_unit(db, Vehicle, body.car_id), get_unit(db, Radio, body.radio_id)
    session = own_session(db, user, body.duty_session_id)
    must_run(db, session)
    if open_checkout(db, session):
        raise HTTPException(409, "You have a car and a radio out already. Return them first.")
    must_be_ready(db, car)
    must_be_ready(db, radio)
    return save(db, SupervisorEquipmentCheckout.model_validate(body, update={"vehicle_id": car.id}))


@router.post(
    "/equipment-checkouts/check-in", response_model=EquipmentCheckoutPublic, responses=error_responses(403, 404, 409)
)
def checkin_equipment(db: Db, user: CurrentUser, body: EquipmentCheckin) -> SupervisorEquipmentCheckout:
    """Return the car and the radio of a session, whether it is over or not.

    The session is one's own, or anyone's for ADMIN and above. The car's mileage goes on from there.
    """
    session = get_or_404(db, DutySession, body.duty_session_id)
    if session.user_id != user.id and not user.role.reaches(Role.ADMIN):
        raise HTTPException(403, "You may return the equipment of your own duty sessions only.")
    checkout = open_checkout(db, session)
    if checkout is None:
        raise HTTPException(409, "No equipment is out in this duty session.")
    if body.checkin_mileage < (checkout.checkout_mileage or 0):
        raise HTTPException(409, "The car had come further when it was taken. Look at its mileage again.")
    # the car before the checkout, as when both go out: neither request waits for the other
    carry_over(db, checkout, body.checkin_mileage)
    returned = {"checkin_mileage": body.checkin_mileage, "checkin_time": now(), "notes": body.notes or checkout.notes}
    return update_or_409(db, checkout, OUT, detail="This equipment has been returned already.", **returned)


@router.get(
    "/duty-sessions/{dutySessionId}/equipment-checkouts",
    response_model=list[EquipmentCheckoutPublic],
    responses=error_responses(403),
)
def get_equipment_checkouts(
    db: Db, user: CurrentUser, duty_session_id: DutySessionId, page: Paged
) -> list[SupervisorEquipmentCheckout]:
    """What was taken in a session, latest first. It is one's own session, or anyone's for SUPERVISOR and above."""
    session = get_or_404(db, DutySession, duty_session_id)
    if session.user_id != user.id and not user.role.reaches(Role.SUPERVISOR):
        raise HTTPException(403, "You may see the equipment of your own duty sessions only.")
    return page.fetch(checkouts_of(session))


def available(table: type[Unit]) -> SelectOfScalar[Unit]:
    """The units that work and are in, by name."""
    working = in_fleet(table).where(table.status == FleetStatus.WORKING, ~is_out(table))
    return working.options(without(table.location)).order_by(table.name, table.id)


def checkouts_of(session: DutySession) -> SelectOfScalar[SupervisorEquipmentCheckout]:
    checkouts = select(SupervisorEquipmentCheckout)
    return checkouts.where(SupervisorEquipmentCheckout.duty_session_id == session.id).order_by(*LATEST_FIRST)


def open_checkout(db: Session, session: DutySession) -> SupervisorEquipmentCheckout | None:
    """The car and the radio that are out in a session, if they are."""
    return db.exec(checkouts_of(session).where(OUT)).first()


def must_be_ready(db: Session, unit: Unit) -> None:
    """Refuse a unit that does not work or is out (409)."""
    if unit.status is not FleetStatus.WORKING:
        raise HTTPException(409, f"{unit.name} is not in working order. Choose another one.")
    must_be_in(db, unit)


def carry_over(db: Session, checkout: SupervisorEquipmentCheckout, mileage: int) -> None:
    """Take a mileage over to the car, unless it has come further already."""
    behind = update(Vehicle).where(col(Vehicle.id) == checkout.vehicle_id, col(Vehicle.mileage) < mileage)
    db.exec(behind.values(mileage=mileage, mileage_updated_at=now()))
