"""What people are told, and how they put it away."""

from datetime import timedelta

import pytest
from sqlmodel import select

from conftest import made, together
from fields import now
from models import Notification, NotificationDismissal, NotificationPriority, NotificationType


@pytest.fixture
def tell(db):
    """Tell someone, or with None everyone, something; the answer is its id."""

    def tell(person, title="Gate 3 is stuck", **fields):
        notification = Notification(user_id=person and person.id, title=title, message="Use gate 2.", **fields)
        db.add(notification)
        db.commit()
        return notification.id

    return tell


def titles(person):
    return [notification["title"] for notification in person.get("/notifications").json()]


def dismiss(person, notification_id):
    return person.post(f"/notifications/{notification_id}/dismiss")


# Reading


def test_a_notification_is_shown_with_type_and_priority_in_lower_case(guard, tell):
    notification_id = tell(
        guard,
        type=NotificationType.ALERT,
        priority=NotificationPriority.URGENT,
        action_label="Open",
        action_url="/logs",
    )
    shown = guard.get("/notifications").json()[0]
    assert shown.pop("createdAt").endswith("Z")
    assert shown == {
        "id": notification_id,
        "type": "alert",
        "priority": "urgent",
        "title": "Gate 3 is stuck",
        "message": "Use gate 2.",
        "actionLabel": "Open",
        "actionUrl": "/logs",
        "dismissible": True,
    }


def test_people_see_their_own_and_everyones_notifications(guard, other_guard, tell):
    tell(guard, "For Gail")
    tell(None, "For everyone")
    assert titles(guard) == ["For everyone", "For Gail"]
    assert titles(other_guard) == ["For everyone"]


def test_the_most_urgent_come_first_then_the_newest(guard, tell):
    earlier = now() - timedelta(hours=1)
    for priority in "HIGH", "LOW", "URGENT", "MEDIUM":
        tell(guard, f"{priority} now", priority=NotificationPriority(priority))
        tell(guard, f"{priority} before", priority=NotificationPriority(priority), created_at=earlier)
    assert titles(guard) == [
        f"{priority} {when}" for priority in ("URGENT", "HIGH", "MEDIUM", "LOW") for when in ("now", "before")
    ]


def test_ten_notifications_are_shown_at_once(guard, tell):
    for number in range(12):
        tell(guard, f"No. {number}")
    answer = guard.get("/notifications")
    assert (len(answer.json()), answer.headers["X-Total-Count"]) == (10, "12")
    assert len(guard.get("/notifications?offset=10").json()) == 2


def test_more_than_ten_can_not_be_asked_for(guard):
    assert guard.get("/notifications?limit=10").status_code == 200
    assert guard.get("/notifications?limit=11").status_code == 422


def test_a_notification_that_the_other_application_dismissed_is_gone(guard, tell):
    tell(None, "Old", dismissed_at=now())
    assert titles(guard) == []


@pytest.mark.parametrize("rows", [1, 10, 100])
def test_the_list_takes_three_queries_at_most_however_long_it_is(guard, tell, count_queries, rows):
    for _ in range(rows):
        tell(guard)
    assert count_queries(lambda: guard.get("/notifications")) <= 3


# Dismissing


def test_ones_own_notification_is_dismissed_for_the_other_application_too(guard, tell, db):
    notification_id = tell(guard)
    assert dismiss(guard, notification_id).status_code == 204
    assert titles(guard) == []
    assert db.get(Notification, notification_id, populate_existing=True).dismissed_at is not None


def test_a_notification_for_everyone_is_dismissed_for_the_caller_alone(guard, other_guard, tell, db):
    notification_id = tell(None, "For everyone")
    assert dismiss(guard, notification_id).status_code == 204
    assert titles(guard) == []
    assert titles(other_guard) == ["For everyone"]
    assert db.get(Notification, notification_id, populate_existing=True).dismissed_at is None


def test_dismissing_ones_own_again_keeps_the_first_time(guard, tell, db):
    first = now() - timedelta(days=1)
    notification_id = tell(guard, dismissed_at=first)
    assert dismiss(guard, notification_id).status_code == 204
    assert db.get(Notification, notification_id, populate_existing=True).dismissed_at == first


def test_dismissing_one_for_everyone_at_the_same_moment_counts_once(guard, tell, db):
    notification_id = tell(None)
    assert together(*[lambda: dismiss(guard, notification_id)] * 8) == [204] * 8
    assert len(db.exec(select(NotificationDismissal)).all()) == 1


@pytest.mark.parametrize("for_everyone", [True, False])
def test_what_is_not_dismissible_stays(guard, tell, for_everyone):
    notification_id = tell(None if for_everyone else guard, "Certificate expired", dismissible=False)
    assert dismiss(guard, notification_id).status_code == 409
    assert titles(guard) == ["Certificate expired"]


@pytest.mark.parametrize("person", ["other_guard", "super_admin"])
def test_nobody_dismisses_what_someone_else_is_told(guard, person, tell, request):
    notification_id = tell(guard, dismissible=False)
    assert dismiss(request.getfixturevalue(person), notification_id).status_code == 403


def test_an_unknown_notification_can_not_be_dismissed(guard):
    assert dismiss(guard, "cnosuchid").status_code == 404


def test_a_guard_on_duty_is_told_that_a_supervisor_has_come(guard, duty, supervisor, hq):
    made(supervisor.post("/duty-sessions", json={}))
    (told,) = guard.get("/notifications").json()
    assert (told["type"], told["priority"], told["dismissible"]) == ("info", "medium", True)
