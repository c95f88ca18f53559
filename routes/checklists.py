"""The safety checklist that opens a watch."""

from collections.abc import Iterable, Iterator

from fastapi import HTTPException
from sqlmodel import Session, col, func, select

from fields import as_name
from models import (
    DutySession,
    Location,
    Log,
    LogType,
    SafetyChecklistItem,
    SafetyChecklistItemCheck,
    SafetyChecklistResponse,
)
from pagination import Paged
from routes.duty import must_run, own_session
from routes.locations import must_be_active
from routing import LARGEST_BODY_WITH_LISTS, Db, ItemId, Router, error_responses, get_or_404
from rows import insert_rows, is_taken, save, take_turn
from schemas import (
    ChecklistItemCreate,
    ChecklistItemListed,
    ChecklistItemPublic,
    ChecklistItemsCreate,
    ChecklistItemsCreated,
    ChecklistItemUpdate,
    ChecklistOrder,
    ChecklistSubmission,
    ChecklistSubmitted,
)
from security import Admin, CurrentUser

router = Router(max_body_size=LARGEST_BODY_WITH_LISTS, tags=["checklist"])

IN_ORDER = col(SafetyChecklistItem.order), col(SafetyChecklistItem.name), col(SafetyChecklistItem.id)


@router.get("/safety-checklist-items/active", response_model=list[ChecklistItemListed])
def get_safety_checklist_items(user: CurrentUser, page: Paged) -> list[SafetyChecklistItem]:
    """The items to check now, in their order."""
    return page.fetch(select(SafetyChecklistItem).where(SafetyChecklistItem.is_active).order_by(*IN_ORDER))


@router.get("/safety-checklist-items", response_model=list[ChecklistItemPublic])
def get_all_safety_checklist_items(user: Admin, page: Paged) -> list[SafetyChecklistItem]:
    """Every item, switched off or not, in their order."""
    return page.fetch(select(SafetyChecklistItem).order_by(*IN_ORDER))


@router.post(
    "/safety-checklist-items", status_code=201, response_model=ChecklistItemPublic, responses=error_responses(409)
)
def create_safety_checklist_item(db: Db, user: Admin, body: ChecklistItemCreate) -> SafetyChecklistItem:
    """Add an item whose name is free, without case. It goes last unless an order above 0 is given."""
    if has_name_taken(db, body.name):
        raise HTTPException(409, "Another item has this name.")
    order = body.order or next_order(last_order(db))
    return save(db, SafetyChecklistItem.model_validate(body, update={"order": order}))


@router.post(
    "/safety-checklist-items/bulk",
    status_code=201,
    response_model=ChecklistItemsCreated,
    responses=error_responses(409),
)
def create_multiple_safety_checklist_items(db: Db, user: Admin, body: ChecklistItemsCreate) -> ChecklistItemsCreated:
    """Add the items whose names are free, and tell which are not."""
    take_turn(db, SafetyChecklistItem)
    taken = set(db.exec(select(as_name(SafetyChecklistItem.name))))
    names = db.execute(select(*(as_name(item.name) for item in body.items))).one()
    new, skipped = [], []
    for item, name in zip(body.items, names, strict=True):
        if name in taken:
            skipped.append(item.name)
        else:
            new.append(item)
            taken.add(name)
    if not new:
        raise HTTPException(409, "All of these items are there already.")
    add_items(db, new)
    return ChecklistItemsCreated(created=len(new), skipped=skipped)


@router.put("/safety-checklist-items/order", status_code=204, responses=error_responses(404))
def reorder_safety_checklist_items(db: Db, user: Admin, body: ChecklistOrder) -> None:
    """Set the order of these items, all or none."""
    items = items_by_id(db, [place.item_id for place in body.items])
    for place in body.items:
        items[place.item_id].order = place.order


@router.patch("/safety-checklist-items/{itemId}", response_model=ChecklistItemPublic, responses=error_responses(409))
def update_safety_checklist_item(
    db: Db, user: Admin, item_id: ItemId, body: ChecklistItemUpdate
) -> SafetyChecklistItem:
    """Change an item. Fields that are not sent stay as they are."""
    item = get_or_404(db, SafetyChecklistItem, item_id)
    if "name" in body.model_fields_set and has_name_taken(db, body.name, but=item.id):
        raise HTTPException(409, "Another item has this name.")
    return save(db, item.sqlmodel_update(body.model_dump(exclude_unset=True)))


@router.delete("/safety-checklist-items/{itemId}", status_code=204)
def delete_safety_checklist_item(db: Db, user: Admin, item_id: ItemId) -> None:
    """Take an item off the list; what was checked stays. Doing so again changes nothing."""
    get_or_404(db, SafetyChecklistItem, item_id).is_active = False


@router.post(
    "/safety-checklists", status_code=201, response_model=ChecklistSubmitted, responses=error_responses(403, 404, 409)
)
def submit_safety_checklist(db: Db, user: CurrentUser, body: ChecklistSubmission) -> ChecklistSubmitted:
    """Hand in the checklist of one's own running session. An entry of the logbook tells of it."""
    location = get_or_404(db, Location, body.location_id)
    items = items_by_id(db, [check.item_id for check in body.items])
    session = own_session(db, user, body.duty_session_id)
    must_run(db, session)
    must_be_watched(db, session, location)
    must_be_listed(items.values())
    log = save(db, entry_about(body, items, user.id))
    facts = {"user_id": user.id, "log_id": log.id}
    response = save(db, SafetyChecklistResponse.model_validate(body, update=facts))
    insert_rows(db, SafetyChecklistItemCheck, checks_of(body, response))
    return ChecklistSubmitted(response_id=response.id, log_id=log.id)


def has_name_taken(db: Session, name: str, but: str | None = None) -> bool:
    """Whether another item has this name, without case."""
    return is_taken(db, SafetyChecklistItem, as_name(SafetyChecklistItem.name) == as_name(name), but)


def add_items(db: Session, items: list[ChecklistItemCreate]) -> None:
    """Write new items, each as the last one unless it says where it stands."""
    last, rows = last_order(db), []
    for item in items:
        order = item.order or next_order(last)
        last = order if last is None else max(last, order)
        rows.append(item.model_dump() | {"order": order})
    insert_rows(db, SafetyChecklistItem, rows)


def last_order(db: Session) -> int | None:
    """The place of the last item, if there is any."""
    return db.exec(select(func.max(SafetyChecklistItem.order))).one()


def next_order(last: int | None) -> int:
    """The place after the last one, as far as the database's integers reach."""
    return 0 if last is None else min(last + 1, 2**31 - 1)


def items_by_id(db: Session, ids: list[str]) -> dict[str, SafetyChecklistItem]:
    """These items; each must exist (404)."""
    found = db.exec(select(SafetyChecklistItem).where(col(SafetyChecklistItem.id).in_(ids)))
    items = {item.id: item for item in found}
    if len(items) < len(ids):
        raise HTTPException(404, "There is no safety checklist item with one of these ids.")
    return items


def must_be_watched(db: Session, session: DutySession, location: Location) -> None:
    """The location is that of the session; without one, any that is in use (409)."""
    if session.location_id is None:
        must_be_active(db, location)
    elif session.location_id != location.id:
        raise HTTPException(409, "You are on duty at another location.")


def must_be_listed(items: Iterable[SafetyChecklistItem]) -> None:
    """Refuse items that are switched off (409)."""
    if not all(item.is_active for item in items):
        raise HTTPException(409, "An item is no longer on the checklist. Load it again.")


def entry_about(body: ChecklistSubmission, items: dict[str, SafetyChecklistItem], user_id: str) -> Log:
    """An entry that counts what was checked and lists the notes."""
    count = f"{sum(check.checked for check in body.items)} of {len(body.items)} items checked"
    notes = [f"{items[check.item_id].name}: {check.notes}" for check in body.items if check.notes]
    return Log(
        type=LogType.ON_DUTY_CHECKLIST,
        title=f"Safety checklist: {count}",
        description="\n".join([f"{count}.", *notes]),
        location_id=body.location_id,
        user_id=user_id,
    )


def checks_of(body: ChecklistSubmission, response: SafetyChecklistResponse) -> Iterator[dict[str, object]]:
    """The values of a row for each item."""
    for check in body.items:
        ids = {"safety_checklist_response_id": response.id, "safety_checklist_item_id": check.item_id}
        yield check.model_dump(include={"checked", "notes"}) | ids
