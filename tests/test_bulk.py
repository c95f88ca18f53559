"""What works on many rows is a few statements, however many rows there are."""

from datetime import timedelta
from decimal import Decimal

import pytest

from conftest import made
from models import DutySession, SafetyChecklistItem, Timesheet, TimesheetStatus, User
from tests.world import WEEK, insert

MANY = 40


@pytest.fixture
def people():
    users = [
        User(id=f"p{n:02}", first_name="Pat", last_name=f"{n}", email=f"p{n}@example.com", clerk_id=f"p{n}")
        for n in range(MANY)
    ]
    insert(users)
    return [user.id for user in users]


@pytest.fixture
def items():
    rows = [SafetyChecklistItem(id=f"i{n:02}", name=f"Item {n}", order=n) for n in range(MANY)]
    insert(rows)
    return [row.id for row in rows]


def assignments(people):
    return [{"userId": id} for id in people]


def pattern_of(dock, people):
    times = {"startTime": "08:00", "endTime": "16:00", "daysOfWeek": [0, 1, 2, 3, 4, 5, 6], "startDate": "2026-01-01"}
    return {"name": "Days", "locationId": dock["id"], **times, "userAssignments": assignments(people)}


def shift_of(dock, people):
    times = {"startTime": "2026-03-02T08:00:00Z", "endTime": "2026-03-02T16:00:00Z"}
    return {"name": "Day", "locationId": dock["id"], **times, "userAssignments": assignments(people)}


def few_and_many(count_queries, request):
    """How many statements a request takes for two rows, and for many."""
    taken = [count_queries(lambda numbers=numbers: request(numbers)) for numbers in (range(2), range(2, MANY))]
    assert taken[0] == taken[1]
    return taken[0]


def test_generating_shifts_takes_as_many_statements_however_many_days_and_people(
    supervisor, dock, people, count_queries
):
    patterns = [
        made(supervisor.post("/recurring-patterns", json=pattern_of(dock, ids))) for ids in (people[:2], people)
    ]

    def generate(numbers):
        days = {"startDate": "2026-02-01", "endDate": f"2026-02-{1 + len(numbers) // 2:02}"}
        return supervisor.post(f"/recurring-patterns/{patterns[len(numbers) > 2]['id']}/shifts", json=days)

    assert few_and_many(count_queries, generate) <= 10


@pytest.mark.parametrize("path", ["/shifts", "/recurring-patterns"])
def test_planning_with_people_takes_ten_statements_at_most(supervisor, dock, people, count_queries, path):
    body_of = shift_of if path == "/shifts" else pattern_of

    def plan(numbers):
        return supervisor.post(path, json=body_of(dock, [people[n] for n in numbers]))

    assert few_and_many(count_queries, plan) <= 10


@pytest.mark.parametrize("path", ["/shifts", "/recurring-patterns"])
def test_replacing_the_people_takes_ten_statements_at_most(supervisor, dock, people, count_queries, path):
    body_of = shift_of if path == "/shifts" else pattern_of
    plan = made(supervisor.post(path, json=body_of(dock, people[:3])))

    def replace(numbers):
        return supervisor.patch(
            f"{path}/{plan['id']}", json={"userAssignments": assignments([people[n] for n in numbers])}
        )

    assert few_and_many(count_queries, replace) <= 10


@pytest.mark.parametrize("unknown", [0, MANY])
def test_approving_takes_ten_statements_at_most(supervisor, dock, people, count_queries, unknown):
    week = {"week_start_date": WEEK, "week_end_date": WEEK + timedelta(days=7) - timedelta(milliseconds=1)}
    pending = {"status": TimesheetStatus.PENDING, "total_hours": Decimal(), "created_by": supervisor.id, **week}
    worked = {"clock_in_time": WEEK, "clock_out_time": WEEK + timedelta(hours=8), "location_id": dock["id"]}
    insert(
        row
        for id in people
        for row in (Timesheet(id=f"s{id}", user_id=id, **pending), DutySession(user_id=id, **worked))
    )

    def approve(numbers):
        ids = [f"s{people[n]}" for n in numbers] + [f"none{n}" for n in range(unknown)]
        answer = supervisor.post("/timesheets/bulk-approve", json={"timesheetIds": ids})
        assert (answer.json()["approved"], answer.json()["failed"]) == (len(numbers), unknown)
        return answer

    assert few_and_many(count_queries, approve) <= 10


def test_notifying_of_a_report_takes_ten_statements_at_most(supervisor, dock, people, count_queries):
    entry = {"type": "INCIDENT", "title": "Fire", "description": "-", "locationId": dock["id"], "severity": "LOW"}
    logs = [made(supervisor.post("/logs", json=entry))["id"] for _ in range(2)]

    def report(numbers):
        body = {"supervisorAssignedId": supervisor.id, "notifyUserIds": [people[n] for n in numbers]}
        return supervisor.post(f"/logs/{logs[len(numbers) > 2]}/incident-report", json=body)

    assert few_and_many(count_queries, report) <= 10


def test_adding_items_takes_ten_statements_at_most(admin, items, count_queries):
    def add(numbers):
        names = [f"{kind} {n}" for n in numbers for kind in ("Item", "Thing")]
        return admin.post("/safety-checklist-items/bulk", json={"items": [{"name": name} for name in names]})

    assert few_and_many(count_queries, add) <= 10


def test_ordering_items_takes_ten_statements_at_most(admin, items, count_queries):
    def order(numbers):
        places = [{"id": items[n], "order": 100 + n} for n in numbers]
        return admin.put("/safety-checklist-items/order", json={"items": places})

    assert few_and_many(count_queries, order) <= 10


def test_submitting_a_checklist_takes_as_many_statements_however_many_items_it_has(guard, duty, items, count_queries):
    def submit(numbers):
        checks = [{"itemId": items[n], "checked": True, "notes": "-" * (n % 2)} for n in numbers]
        body = {"dutySessionId": duty["id"], "locationId": duty["locationId"], "items": checks}
        return guard.post("/safety-checklists", json=body)

    assert few_and_many(count_queries, submit) <= 11
