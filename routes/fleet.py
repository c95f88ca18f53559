"""Cars and radios: the fleet that admins look after."""

import json
import logging
from typing import Any, TypeVar

from fastapi import HTTPException
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from fields import in_order, now
from models import FleetStatus, Location, Radio, Role, SupervisorEquipmentCheckout, Vehicle
from pagination import Paged
from routing import Db, RadioId, Router, VehicleId, error_responses, get_or_404, lock_or_404
from rows import save
from schemas import FleetInShop, RadioBody, RadioPublic, VehicleBody, VehiclePublic
from security import Admin, Caller

router = Router(tags=["fleet"])

Unit = TypeVar("Unit", Vehicle, Radio)
NUMBERS: dict[type[Any], str] = {Vehicle: "vin", Radio: "serial_number"}
OUT = col(SupervisorEquipmentCheckout.checkin_time).is_(None)


@router.get("/vehicles", response_model=list[VehiclePublic])
def get_vehicles(user: Admin, page: Paged) -> list[Vehicle]:
    """The vehicles that are not archived, by status, then by name."""
    return page.fetch(by_status(Vehicle))


@router.post("/vehicles", status_code=201, response_model=VehiclePublic, responses=error_responses(404, 409))
def create_vehicle(db: Db, user: Admin, body: VehicleBody) -> Vehicle:
    """Add a vehicle. Its VIN must be its own."""
    must_fit(db, Vehicle, body)
    return save(db, Vehicle.model_validate(body, update={"mileage_updated_at": now() if body.mileage else None}))


@router.put("/vehicles/{vehicleId}", response_model=VehiclePublic, responses=error_responses(409))
def update_vehicle(db: Db, user: Admin, vehicle_id: VehicleId, body: VehicleBody) -> Vehicle:
    """Replace all fields of a vehicle. One that is checked out does not retire.

    The mileage never goes down, but for a SUPER_ADMIN who corrects a mistake; the log of the service keeps that.
    """
    vehicle = get_unit(db, Vehicle, vehicle_id)
    must_fit(db, Vehicle, body, but=vehicle.id)
    if body.mileage < vehicle.mileage:
        may_correct(user, vehicle, body.mileage)
    if body.mileage != vehicle.mileage:
        vehicle.mileage_updated_at = now()
    return replace(db, vehicle, body)


@router.delete("/vehicles/{vehicleId}", status_code=204, responses=error_responses(409))
def delete_vehicle(db: Db, user: Admin, vehicle_id: VehicleId) -> None:
    """Archive a vehicle, unless it is checked out."""
    archive(db, get_unit(db, Vehicle, vehicle_id))


@router.get("/radios", response_model=list[RadioPublic])
def get_radios(user: Admin, page: Paged) -> list[Radio]:
    """The radios that are not archived, by status, then by name."""
    return page.fetch(by_status(Radio))


@router.post("/radios", status_code=201, response_model=RadioPublic, responses=error_responses(404, 409))
def create_radio(db: Db, user: Admin, body: RadioBody) -> Radio:
    """Add a radio. Its serial number must be its own."""
    must_fit(db, Radio, body)
    return save(db, Radio.model_validate(body))


@router.put("/radios/{radioId}", response_model=RadioPublic, responses=error_responses(409))
def update_radio(db: Db, user: Admin, radio_id: RadioId, body: RadioBody) -> Radio:
    """Replace all fields of a radio. One that is checked out does not retire."""
    radio = get_unit(db, Radio, radio_id)
    must_fit(db, Radio, body, but=radio.id)
    return replace(db, radio, body)


@router.delete("/radios/{radioId}", status_code=204, responses=error_responses(409))
def delete_radio(db: Db, user: Admin, radio_id: RadioId) -> None:
    """Archive a radio, unless it is checked out."""
    archive(db, get_unit(db, Radio, radio_id))


@router.get("/fleet/in-shop", response_model=FleetInShop)
def get_fleet_in_shop(user: Admin, page: Paged) -> FleetInShop:
    """What is out of service, latest change first. `limit` and `offset` go for either list."""
    return FleetInShop.model_validate({"vehicles": page.slice(in_shop(Vehicle)), "radios": page.slice(in_shop(Radio))})


def get_unit(db: Session, table: type[Unit], id: str) -> Unit:
    """The unit with this id, unless it is archived (404). Nobody else changes or takes it meanwhile."""
    unit = lock_or_404(db, table, id)
    if unit.archived_at:
        raise HTTPException(404, f"{unit.name} is archived.")
    return unit


def must_fit(db: Session, table: type[Unit], body: VehicleBody | RadioBody, but: str | None = None) -> None:
    """A unit's location, if it has one, exists (404), and no other one, archived or not, has its number (409)."""
    if body.location_id:
        get_or_404(db, Location, body.location_id)
    name = NUMBERS[table]
    number = getattr(body, name)
    if number and db.exec(select(table).filter_by(**{name: number}).where(table.id != but)).first():
        raise HTTPException(409, f"Another one, perhaps archived, has the number {number}.")


def in_fleet(table: type[Unit]) -> SelectOfScalar[Unit]:
    """The units that are not archived."""
    return select(table).where(col(table.archived_at).is_(None))


def by_status(table: type[Unit]) -> SelectOfScalar[Unit]:
    return in_fleet(table).order_by(in_order(table.status), table.name, table.id)


def in_shop(table: type[Unit]) -> SelectOfScalar[Unit]:
    """The units that are out of service, latest change first."""
    broken = in_fleet(table).where(table.status == FleetStatus.OUT_OF_SERVICE)
    return broken.order_by(col(table.updated_at).desc(), table.id)


def is_out(table: type[Unit]) -> ColumnElement[bool]:
    """Whether a unit is in someone's hands."""
    return col(table.checkouts).any(OUT)


def must_be_in(db: Session, unit: Unit) -> None:
    """Refuse what does not go while a unit is out (409)."""
    table = type(unit)
    if db.exec(select(table.id).where(table.id == unit.id, is_out(table))).first():
        raise HTTPException(409, f"{unit.name} is checked out. It has to be returned first.")


def may_correct(user: Caller, vehicle: Vehicle, mileage: int) -> None:
    """Let SUPER_ADMIN alone lower a mileage (409 for others), and log it."""
    if user.role is not Role.SUPER_ADMIN:
        raise HTTPException(409, "The mileage never goes down. Look at this vehicle again, or ask a SUPER_ADMIN.")
    lowered = {"vehicleId": vehicle.id, "mileage": vehicle.mileage, "loweredTo": mileage, "userId": user.id}
    logging.getLogger("logbook").warning(json.dumps(lowered))


def replace(db: Session, unit: Unit, body: VehicleBody | RadioBody) -> Unit:
    """Give a unit all of these fields. Only one that is in can retire (409)."""
    if body.status is FleetStatus.RETIRED:
        must_be_in(db, unit)
    return save(db, unit.sqlmodel_update(body.model_dump()))


def archive(db: Session, unit: Unit) -> None:
    """Take a unit that is in (409) out of the fleet; its history stays."""
    must_be_in(db, unit)
    unit.archived_at = now()
