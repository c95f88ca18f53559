"""The examples of the documentation work as they stand with the demo data."""

from datetime import UTC, datetime

import pytest

from conftest import Person
from database import engine
from demo.data import DEMO_ACCOUNTS, DEMO_PASSWORD
from demo.town import Demo
from main import app
from models import Role
from tests.world import OPERATIONS

SCHEMAS = app.openapi()["components"]["schemas"]
GETS = [name for name, (method, *_) in OPERATIONS.items() if method == "GET" and name != "getHealth"]
FIRST_POSTS = {
    Role.GUARD: [
        "submitSafetyChecklist",
        "createLog",
        "sendGuardMessage",
        "markMessageAsRead",
        "dismissNotification",
        "clockOut",
        "clockIn",
    ],
    Role.SUPERVISOR: [
        "reviewIncident",
        "generateIncidentReport",
        "sendSupervisorReply",
        "checkoutFromLocation",
        "createTourStop",
        "completeTourStop",
        "createShift",
        "createRecurringPattern",
        "submitTimesheet",
    ],
    Role.ADMIN: [
        "clockIn",
        "createUser",
        "createLocation",
        "createVehicle",
        "createRadio",
        "createSafetyChecklistItem",
    ],
}


@pytest.fixture(scope="module")
def weeks():
    return Demo(datetime(2026, 5, 27, 16, 40, tzinfo=UTC))


@pytest.fixture
def signed_in(weeks, anyone):
    """Someone who has signed in with the demo account of a role."""
    with engine.begin() as connection:
        weeks.write(connection)

    def sign_in(role):
        account = {"username": DEMO_ACCOUNTS[role], "password": DEMO_PASSWORD}
        return Person(anyone.post("/auth/token", data=account).json()["access_token"])

    return sign_in


def try_it_out(person, name):
    """Send the request that the page offers."""
    method, path, operation = OPERATIONS[name]
    query = {}
    for parameter in operation.get("parameters", ()):
        if parameter["required"] and "examples" in parameter:
            (example,) = parameter["examples"].values()
            path = path.replace(f"{{{parameter['name']}}}", example["value"])
            query |= {parameter["name"]: example["value"]} if parameter["in"] == "query" else {}
        elif parameter["required"]:
            query[parameter["name"]] = parameter["schema"]["enum"][0]
    content = operation.get("requestBody", {}).get("content", {})
    body = [SCHEMAS[kind["schema"]["$ref"].rpartition("/")[2]]["examples"][0] for kind in content.values()]
    request = {"params": query} | ({"json": body[0]} if body else {})
    return person.request(method, path.removeprefix("/api/v1"), **request)


def test_every_get_answers(signed_in):
    admin = signed_in(Role.SUPER_ADMIN)
    assert {name: answer.text for name in GETS if not (answer := try_it_out(admin, name)).is_success} == {}


@pytest.mark.parametrize("role", FIRST_POSTS)
def test_the_first_posts_of_a_day_succeed(signed_in, role):
    person = signed_in(role)
    answers = {name: try_it_out(person, name) for name in FIRST_POSTS[role]}
    assert {name: answer.text for name, answer in answers.items() if not answer.is_success} == {}
