"""What people are told."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import HTTPException
from sqlmodel import col, exists, or_, select, update

from database import Db, Page, Router, add_missing, get_or_404, in_order, paged, refuses
from models import (
    IncidentSeverity,
    Log,
    LogType,
    Notification,
    NotificationDismissal,
    NotificationPriority,
    NotificationType,
    Role,
    User,
    now,
)
from schemas import NotificationPublic
from security import CurrentUser

router = Router(prefix="/notifications", tags=["notifications"])

PRIORITIES = {IncidentSeverity.HIGH: NotificationPriority.HIGH, IncidentSeverity.CRITICAL: NotificationPriority.URGENT}
MOST_URGENT_FIRST = (
    in_order(Notification.priority).desc(),
    col(Notification.created_at).desc(),
    col(Notification.id).desc(),
)


@router.get("", response_model=list[NotificationPublic])
def get_notifications(user: CurrentUser, page: Annotated[Page, paged(10, most=10)]) -> list[Notification]:
    """What the caller, or everyone, is told and he has not dismissed: the most urgent first, then the newest."""
    dismissed = exists().where(
        col(NotificationDismissal.notification_id) == Notification.id, col(NotificationDismissal.user_id) == user.id
    )
    mine = select(Notification).where(or_(Notification.user_id == user.id, col(Notification.user_id).is_(None)))
    return page.of(mine.where(col(Notification.dismissed_at).is_(None), ~dismissed).order_by(*MOST_URGENT_FIRST))


@router.post("/{notificationId}/dismiss", status_code=204, responses=refuses(403, 409))
def dismiss_notification(db: Db, user: CurrentUser, notification_id: str) -> None:
    """Put a notification away; one for everyone, for the caller alone. Doing so again changes nothing."""
    notification = get_or_404(db, Notification, notification_id)
    if notification.user_id not in (user.id, None):
        raise HTTPException(403, "This notification is for someone else.")
    if not notification.dismissible:
        raise HTTPException(409, "This notification stays until it is settled.")
    if notification.user_id is None:
        add_missing(db, NotificationDismissal(user_id=user.id, notification_id=notification.id))
    else:
        unseen = col(Notification.id) == notification.id, col(Notification.dismissed_at).is_(None)
        db.exec(update(Notification).where(*unseen).values(dismissed_at=now()))


def notify(db: Db, user_ids: Iterable[str], title: str, message: str, **urgency: Any) -> None:
    """Tell each of these people, in the transaction of what they are told about; INFO and MEDIUM unless it says so."""
    db.add_all(Notification(user_id=user_id, title=title, message=message, **urgency) for user_id in user_ids)


def raise_alarm(db: Db, log: Log) -> None:
    """Tell every active SUPERVISOR and above but the author of an incident that is HIGH or CRITICAL."""
    if log.type is LogType.INCIDENT and log.severity in PRIORITIES:
        others = select(User.id).where(User.role != Role.GUARD, col(User.archived_at).is_(None), User.id != log.user_id)
        title, priority = f"{log.severity} incident at {log.location.name}", PRIORITIES[log.severity]
        notify(db, db.exec(others), title, log.title, type=NotificationType.ALERT, priority=priority)
