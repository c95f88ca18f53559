"""Many people use the application at the same time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from secrets import token_hex
from time import monotonic

import httpx
import pytest

from models import Role
from security import new_token
from tests.load.server import prepare, serving
from tests.postgresql import new_database

pytestmark = pytest.mark.load

SECONDS, CLIENTS, CROWD = 20, 16, 200
ROLES = [Role.GUARD] * 6 + [Role.ADMIN] * 4  # some of them use several devices at once


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    return f"sqlite:///{tmp_path}/logbook.db" if request.param == "sqlite" else new_database()


def test_sixteen_clients_meet_no_error_in_twenty_seconds(url, tmp_path):
    people, dock = prepare(url, ROLES)
    log = tmp_path / "server.log"
    with serving(url, log, workers=2) as server, ThreadPoolExecutor(CLIENTS) as threads:
        until = monotonic() + SECONDS
        clients = [
            threads.submit(work, until, server.address, people[n % len(people)], ROLES[n % len(people)], dock, n)
            for n in range(CLIENTS)
        ]
        answers = Counter(answer for client in clients for answer in client.result())
    assert {answer for answer in answers if answer[1] not in (200, 201, 204, 404, 409)} == set()
    statuses = Counter(status for _, status in answers.elements())
    assert min(statuses[status] for status in (200, 201, 204, 409)) > 10, statuses
    assert "database is locked" not in log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_crowd_of_two_hundred_waits_its_turn(url, tmp_path):
    people, _ = prepare(url, [Role.ADMIN])
    headers = {"Authorization": f"Bearer {new_token(people[0])}"}
    with serving(url, tmp_path / "server.log") as server, ThreadPoolExecutor(CROWD) as threads:

        def visit(number):
            user = {"email": f"new{number}@example.com", "firstName": "New", "lastName": "Comer", "role": "GUARD"}
            with httpx.Client(base_url=f"{server.address}/api/v1", headers=headers, timeout=120) as api:
                made = api.post("/users", json=user | {"password": "a long enough one"})
                return [made.status_code, *(api.get("/logs").status_code for _ in range(4))]

        assert list(threads.map(visit, range(CROWD))) == [[201, 200, 200, 200, 200]] * CROWD


def work(until, address, person, role, dock, seed):
    """What one client asks, and the statuses of the answers."""
    answers, chance = [], Random(seed)

    def note(answer):
        answers.append((f"{answer.request.method} {answer.request.url.path}", answer.status_code))

    headers, hooks = {"Authorization": f"Bearer {new_token(person)}"}, {"response": [note]}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, event_hooks=hooks, timeout=60) as api:
        while monotonic() < until:
            story = newcomer if chance.random() < 0.1 else guards_watch if role is Role.GUARD else admins_round
            story(api, dock, chance)
    return answers


def newcomer(api, dock, chance):
    form = {"username": f"{token_hex()}@example.com", "password": "a long enough one"}
    names = {"firstName": "New", "lastName": "Comer"}
    elsewhere = {"X-Forwarded-For": f"10.0.{chance.randrange(256)}.{chance.randrange(256)}"}  # an address of their own
    account = names | {"email": form["username"], "password": form["password"]}
    api.post("/auth/sign-up", json=account, headers=elsewhere)
    token = api.post("/auth/token", data=form).json()["access_token"]
    passwords = {"currentPassword": form["password"], "newPassword": "a longer one"}
    api.post("/auth/password", json=passwords, headers={"Authorization": f"Bearer {token}"})


def guards_watch(api, dock, chance):
    api.post("/duty-sessions", json={"locationId": dock})
    severity = chance.choice(["LOW", "HIGH", "CRITICAL"])
    entry = {"type": "INCIDENT", "title": "Fire", "description": "-", "locationId": dock, "severity": severity}
    log = api.post("/logs", json=entry)
    if log.status_code == 201:
        path = f"/logs/{log.json()['id']}"
        api.patch(path, json={"description": "It is out."})
        chance.choice([api.get, api.delete])(path)
    api.get("/logs", params={"search": "fire", "limit": 50})
    api.post("/messages", json={"content": "All quiet."})
    api.get("/messages")
    clock_out(api)


def admins_round(api, dock, chance):
    api.post("/duty-sessions", json={})
    if session := api.get("/duty-sessions/active").json():
        visit = api.post(f"/duty-sessions/{session['id']}/check-ins", json={"locationId": dock})
        if visit.status_code == 201 and chance.random() < 0.5:
            api.post(f"/check-ins/{visit.json()['id']}/check-out")
    api.post("/locations", json={"name": f"Dock {chance.randrange(20)}"})
    api.get("/duty-sessions/on-duty")
    for incident in api.get("/incidents", params={"limit": 3}).json():
        api.post(f"/incidents/{incident['id']}/review", json={"reviewNotes": "Seen."})
    for conversation in api.get("/conversations").json()[:2]:
        api.post(f"/conversations/{conversation['guardId']}/messages", json={"content": "Thank you."})
    for notification in api.get("/notifications").json()[:3]:
        api.post(f"/notifications/{notification['id']}/dismiss")
    clock_out(api)


def clock_out(api):
    if session := api.get("/duty-sessions/active").json():
        api.post(f"/duty-sessions/{session['id']}/clock-out")
