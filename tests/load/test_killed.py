"""The server is killed in the middle of writes: what it answered is there, and nothing is half there."""

import signal
from concurrent.futures import ThreadPoolExecutor
from random import Random
from secrets import token_hex
from threading import Semaphore

import httpx
import pytest

from models import Role
from security import new_token
from tests.databases import query
from tests.load.server import prepare, serving

pytestmark = pytest.mark.load

TIMES = 20
ROLES = [Role.GUARD] * 3 + [Role.SUPERVISOR] * 2
HALF_DONE = {
    "an incident without its alarm": """
        SELECT id FROM "Log" WHERE id NOT IN (SELECT "logId" FROM "Alarm")""",
    "an alarm that not every supervisor was notified of": """
        SELECT message FROM notifications WHERE type = 'ALERT' GROUP BY message HAVING count(*) <> 2""",
    "a notification of an incident that is not there": """
        SELECT id FROM notifications
        WHERE type = 'ALERT' AND NOT EXISTS (SELECT 1 FROM "Log" WHERE message LIKE '%' || "Log".title)""",
    "a change without its history": """
        SELECT id FROM "Log" WHERE (status = 'UPDATED') <> (id IN (SELECT "logId" FROM "LogEdit"))""",
    "an open visit of a duty that is over": """
        SELECT v.id FROM "LocationCheckIn" v JOIN "DutySession" s ON s.id = v."dutySessionId"
        WHERE s."clockOutTime" IS NOT NULL AND v."checkOutTime" IS NULL""",
}


def test_killed_twenty_times_the_server_loses_nothing_and_leaves_nothing_half_done(tmp_path):
    url = f"sqlite:///{tmp_path}/logbook.db"
    people, dock = prepare(url, ROLES)
    answered = set()
    for time in range(TIMES):
        with serving(url, tmp_path / "server.log") as server, ThreadPoolExecutor(len(ROLES)) as threads:
            written, chance = Semaphore(0), Random(time)
            stories = [incidents] * 3 + [visits] * 2
            clients = [
                threads.submit(write, story, server.address, person, dock, answered, written)
                for story, person in zip(stories, people, strict=True)
            ]
            for _ in range(chance.randrange(5, 25)):
                assert written.acquire(timeout=60)
            server.end(signal.SIGKILL)
            for client in clients:
                client.result()
        check(url, answered)
    assert len(answered) > TIMES * 4


def check(url, answered):
    """Look into the database as the next start of the server finds it."""
    there = query(url, """SELECT 'log', id FROM "Log" """, """SELECT 'change', "logId" FROM "LogEdit" """)
    there |= query(url, """SELECT 'visit', id FROM "LocationCheckIn" """)
    there |= query(url, """SELECT 'over', id FROM "DutySession" WHERE "clockOutTime" IS NOT NULL""")
    assert answered <= there
    assert {fault for fault, statement in HALF_DONE.items() if query(url, statement)} == set()
    assert query(url, "PRAGMA integrity_check") == {("ok",)}
    assert query(url, "PRAGMA foreign_key_check") == set()


def write(story, address, person, dock, answered, written):
    """Write until the server is gone, and keep what it has answered."""
    headers = {"Authorization": f"Bearer {new_token(person)}"}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=60) as api:
        try:
            while True:
                for fact in story(api, dock):
                    answered.add(fact)
                    written.release()
        except httpx.TransportError:
            return


def post(api, path, **body):
    answer = api.post(path, json=body)
    assert answer.status_code < 300, answer.text
    return answer.json()["id"]


def incidents(api, dock):
    """A guard writes incidents and corrects them."""
    if api.get("/duty-sessions/active").json() is None:
        post(api, "/duty-sessions", locationId=dock)
    title = token_hex()
    log = post(api, "/logs", type="INCIDENT", severity="HIGH", title=title, description="-", locationId=dock)
    yield "log", log
    assert api.patch(f"/logs/{log}", json={"description": "It is out."}).status_code == 200
    yield "change", log


def visits(api, dock):
    """A supervisor begins duty, visits a dock, and goes home without leaving it."""
    running = api.get("/duty-sessions/active").json()
    session = running["id"] if running else post(api, "/duty-sessions")
    if not (running and running["locationCheckIns"]):
        yield "visit", post(api, f"/duty-sessions/{session}/check-ins", locationId=dock)
    post(api, f"/duty-sessions/{session}/clock-out")
    yield "over", session
