"""What people are told."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated

from fastapi import HTTPException
from sqlmodel import Session, col, delete, exists, or_, select, update

from fields import in_order, now
from models import (
    Alarm,
    IncidentSeverity,
    Log,
    LogType,
    Notification,
    NotificationDismissal,
    NotificationPriority,
    NotificationType,
    Role,
    User,
)
from pagination import Page, paged
from routing import Db, NotificationId, Router, error_responses, get_or_404
from rows import count, insert_if_missing, insert_rows, lock_key
from schemas import LogCreate, NotificationPublic
from security import CurrentUser

router = Router(prefix="/notifications", tags=["notifications"])

PRIORITIES = {IncidentSeverity.HIGH: NotificationPriority.HIGH, IncidentSeverity.CRITICAL: NotificationPriority.URGENT}
ALARMS_AT_ONCE = 5  # of one author in ten minutes
MOST_URGENT_FIRST = (
    in_order(Notification.priority).desc(),
    col(Notification.created_at).desc(),
    col(Notification.id).desc(),
)


@router.get("", response_model=list[NotificationPublic])
def get_notifications(user: CurrentUser, page: Annotated[Page, paged(10, most=10)]) -> list[Notification]:
    """The notifications of the caller and of everyone, most urgent first, then newest. Those dismissed are left out."""
    dismissed = exists().where(
        col(NotificationDismissal.notification_id) == Notification.id, col(NotificationDismissal.user_id) == user.id
    )
    mine = select(Notification).where(or_(Notification.user_id == user.id, col(Notification.user_id).is_(None)))
    return page.fetch(mine.where(col(Notification.dismissed_at).is_(None), ~dismissed).order_by(*MOST_URGENT_FIRST))


@router.post("/{notificationId}/dismiss", status_code=204, responses=error_responses(403, 409))
def dismiss_notification(db: Db, user: CurrentUser, notification_id: NotificationId) -> None:
    """Put a notification away; one for everyone, for the caller alone. Doing so again changes nothing."""
    notification = get_or_404(db, Notification, notification_id)
    if notification.user_id not in (user.id, None):
        raise HTTPException(403, "This notification is for someone else.")
    if not notification.dismissible:
        raise HTTPException(409, "This notification stays until it is settled.")
    if notification.user_id is None:
        insert_if_missing(db, NotificationDismissal(user_id=user.id, notification_id=notification.id))
    else:
        unseen = col(Notification.id) == notification.id, col(Notification.dismissed_at).is_(None)
        db.exec(update(Notification).where(*unseen).values(dismissed_at=now()))


def notify(
    db: Session,
    user_ids: Iterable[str],
    title: str,
    message: str,
    type: NotificationType = NotificationType.INFO,
    priority: NotificationPriority = NotificationPriority.MEDIUM,
) -> None:
    """Tell each of these people, in the transaction of what they are told about."""
    notification = {"title": title, "message": message, "type": type, "priority": priority}
    insert_rows(db, Notification, ({"user_id": user_id, **notification} for user_id in user_ids))


def urgency(log: Log | LogCreate) -> NotificationPriority | None:
    """How urgent an incident is that is HIGH or CRITICAL; None for every other entry."""
    return PRIORITIES.get(log.severity) if log.severity and log.type is LogType.INCIDENT else None


def raise_alarm(db: Session, log: Log) -> None:
    """Tell every active SUPERVISOR and above but the author of an incident that is HIGH or CRITICAL, once.

    Beyond five of one author in ten minutes they are told by one notification, which says how many there are.
    """
    priority = urgency(log)
    if priority is None or db.get(Alarm, log.id) is not None:
        return
    lock_key(db, log.user_id)
    since = now() - timedelta(minutes=10)
    earlier = count(db, select(Alarm.log_id).where(Alarm.user_id == log.user_id, Alarm.raised_at > since))
    title, message = f"{log.severity} incident at {log.location.name}", log.title
    if earlier >= ALARMS_AT_ONCE:
        title = f"Many incidents by {log.user.full_name} ({log.user.email})"
        message = f"{earlier + 1} HIGH or CRITICAL incidents in ten minutes. The latest: {log.title}"
        priority = NotificationPriority.URGENT
        db.exec(delete(Notification).where(col(Notification.title) == title, col(Notification.created_at) > since))
    others = select(User.id).where(User.role != Role.GUARD, col(User.archived_at).is_(None), User.id != log.user_id)
    notify(db, db.exec(others), title, message, type=NotificationType.ALERT, priority=priority)
    db.add(Alarm(log_id=log.id, user_id=log.user_id))
