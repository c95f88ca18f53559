"""What people are told."""

from collections.abc import Iterable

from database import Db, Router
from models import Notification, NotificationPriority, NotificationType
from schemas import refuses

router = Router(prefix="/notifications", tags=["notifications"], responses=refuses(401))


def notify(
    db: Db, user_ids: Iterable[str], type: NotificationType, priority: NotificationPriority, title: str, message: str
) -> None:
    """Tell each of these people, in the transaction of what they are told about."""
    db.add_all(
        Notification(user_id=user_id, type=type, priority=priority, title=title, message=message)
        for user_id in user_ids
    )
