"""On SQLite all requests share an event loop: one that works on much must not keep the others waiting."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from statistics import median
from time import perf_counter

import httpx
import pytest
from sqlmodel import Session

from fields import cuid, now
from models import (
    DutySession,
    Log,
    LogType,
    RecurringShiftPattern,
    RecurringUserAssignment,
    Role,
    Timesheet,
    TimesheetStatus,
    User,
)
from security import new_token
from tests.databases import connect
from tests.load.server import prepare, serving
from tests.world import WEEK

pytestmark = pytest.mark.load

PEOPLE, ENTRIES = 490, 50_000
# A request that held the event loop would take a hundred times as long as /health, or more.
MOST_TIMES_AS_LONG = 40  # for nine answers out of ten: one may meet a moment in which the machine is busy

REQUESTS = {
    "generate": ("POST", "/recurring-patterns/daily/shifts", {"startDate": "2026-01-01", "endDate": "2026-12-31"}),
    "list of shifts": ("GET", "/shifts?limit=500", None),
    "approve": ("POST", "/timesheets/bulk-approve", {"timesheetIds": [f"sheet{n}" for n in range(PEOPLE)]}),
    "list of timesheets": ("GET", "/timesheets?limit=500", None),
    "notify": (
        "POST",
        "/logs/fire/incident-report",
        {"supervisorAssignedId": "person0", "notifyUserIds": [f"person{n}" for n in range(PEOPLE)]},
    ),
    "search for two characters": ("GET", "/logs?search=zq", None),
    "search in a day of the week": ("GET", "/logs?search=zq&dayOfWeek=3", None),
    "deep offset": ("GET", f"/logs?offset={ENTRIES - 1000}", None),
}


def big_town(dock, admin):
    """So many people with a pending timesheet and five duty sessions each, and so many entries."""
    week = {"week_start_date": WEEK, "week_end_date": WEEK + timedelta(days=7) - timedelta(milliseconds=1)}
    sheet = {"total_hours": Decimal(), "status": TimesheetStatus.PENDING, "created_by": admin, **week}
    for n in range(PEOPLE):
        id, role = f"person{n}", Role.SUPERVISOR if n == 0 else Role.GUARD
        yield User(id=id, first_name="Pat", last_name=f"{n}", role=role, clerk_id=id, email=f"{id}@example.com")
        yield Timesheet(id=f"sheet{n}", user_id=id, **sheet)
        for day in range(5):
            began = WEEK + timedelta(days=day)
            times = {"clock_in_time": began, "clock_out_time": began + timedelta(hours=8)}
            yield DutySession(user_id=id, location_id=dock, **times)
    yield RecurringShiftPattern(
        id="daily",
        name="Days",
        location_id=dock,
        start_time="08:00",
        end_time="16:00",
        days_of_week=list(range(7)),
        start_date=WEEK,
    )
    for n in range(100):
        yield RecurringUserAssignment(recurring_pattern_id="daily", user_id=f"person{n}")
    about = {"location_id": dock, "user_id": admin, "description": "All quiet at the pier and the fuel dock. " * 5}
    yield Log(id="fire", type=LogType.INCIDENT, title="Fire", **about)
    for n in range(ENTRIES):
        made = now() - timedelta(minutes=10 * n)
        yield Log(id=cuid(made), type=LogType.PATROL, title="Round", created_at=made, **about)


def health(server, seconds=0.0, until=None):
    """How long /health takes, asked again and again until then."""
    times, end = [], perf_counter() + seconds
    with httpx.Client(base_url=server.address, timeout=60) as client:
        while perf_counter() < end or (until and not until.done()):
            started = perf_counter()
            assert client.get("/health").status_code == 200
            times.append(perf_counter() - started)
    return times


def test_health_answers_while_others_ask_for_much(tmp_path):
    url = f"sqlite:///{tmp_path}/logbook.db"
    [admin], dock = prepare(url, [Role.ADMIN])
    with Session(connect(url)) as db:
        db.add_all(big_town(dock, admin))
        db.commit()
    headers, slow = {"Authorization": f"Bearer {new_token(admin)}"}, {}
    with serving(url, tmp_path / "server.log") as server, ThreadPoolExecutor(1) as thread:
        address = f"{server.address}/api/v1"
        usual = median(health(server, seconds=2))
        for name, (method, path, body) in REQUESTS.items():
            asked = thread.submit(httpx.request, method, address + path, json=body, headers=headers, timeout=120)
            times = health(server, until=asked)
            assert asked.result().status_code in (200, 201), asked.result().text
            if times and (nine_of_ten := sorted(times)[len(times) * 9 // 10]) > MOST_TIMES_AS_LONG * usual:
                slow[name] = f"{nine_of_ten / usual:.0f} times as long"
    assert slow == {}
