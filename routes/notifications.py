"""What people are told."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import HTTPException, Path
from sqlmodel import col, exists, or_, select, update

from database import Db, Page, Router, add_missing, get_or_404, in_order, paged
from models import Notification, NotificationDismissal, NotificationPriority, NotificationType, now
from schemas import NotificationPublic, refuses
from security import CurrentUser

router = Router(prefix="/notifications", tags=["notifications"])

NotificationId = Annotated[str, Path(alias="notificationId")]

MOST_URGENT_FIRST = (
    in_order(Notification.priority).desc(),
    col(Notification.created_at).desc(),
    col(Notification.id).desc(),
)


@router.get("", response_model=list[NotificationPublic])
def get_notifications(user: CurrentUser, page: Annotated[Page, paged(10, most=10)]) -> Sequence[Notification]:
    """What the caller, or everyone, is told and he has not dismissed: the most urgent first, then the newest."""
    dismissed = exists().where(
        col(NotificationDismissal.notification_id) == Notification.id, col(NotificationDismissal.user_id) == user.id
    )
    return page.of(
        select(Notification)
        .where(or_(Notification.user_id == user.id, col(Notification.user_id).is_(None)))
        .where(col(Notification.dismissed_at).is_(None), ~dismissed)
        .order_by(*MOST_URGENT_FIRST)
    )


@router.post("/{notificationId}/dismiss", status_code=204, responses=refuses(403, 409))
def dismiss_notification(db: Db, user: CurrentUser, notification_id: NotificationId) -> None:
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


def notify(
    db: Db, user_ids: Iterable[str], type: NotificationType, priority: NotificationPriority, title: str, message: str
) -> None:
    """Tell each of these people, in the transaction of what they are told about."""
    db.add_all(
        Notification(user_id=user_id, type=type, priority=priority, title=title, message=message)
        for user_id in user_ids
    )
