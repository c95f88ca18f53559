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
TAGS = [tag["name"] for tag in app.openapi()["tags"]]
PAGE = sorted(OPERATIONS, key=lambda name: TAGS.index(OPERATIONS[name][2]["tags"][0]))  # from top to bottom
OFF_DUTY = "hannah.weiss@example.com"
FIRST_POSTS = {
    OFF_DUTY: ["signIn", "clockIn"],
    DEMO_ACCOUNTS[Role.GUARD]: [
        "signIn",
        "submitSafetyChecklist",
        "dismissNotification",
        "sendGuardMessage",
        "markMessageAsRead",
        "createLog",
        "checkoutEquipment",
        "checkinEquipment",
    ],
    DEMO_ACCOUNTS[Role.SUPERVISOR]: [
        "checkoutFromLocation",
        "sendSupervisorReply",
        "createIncidentReport",
        "signIncidentReport",
        "startTour",
        "createTourStop",
        "completeTourStop",
        "createShift",
        "createRecurringPattern",
        "generateRecurringShifts",
        "generateTimesheet",
        "bulkApproveTimesheets",
        "adjustTimesheetEntry",
        "submitTimesheet",
        "approveTimesheet",
    ],
    DEMO_ACCOUNTS[Role.ADMIN]: [
        "createLocation",
        "clockIn",
        "createSafetyChecklistItem",
        "createMultipleSafetyChecklistItems",
        "reviewIncident",
        "generateIncidentReport",
        "createUser",
        "archiveUser",
        "createVehicle",
        "createRadio",
    ],
}
LAST_POSTS = {
    DEMO_ACCOUNTS[Role.GUARD]: ["clockOut", "clockIn", "changePassword", "signOut"],
    DEMO_ACCOUNTS[Role.SUPERVISOR]: ["checkoutFromLocation", "createLocationCheckIn", "completeTour"],
    DEMO_ACCOUNTS[Role.ADMIN]: ["supervisorClockOut", "archiveUser"],
}


@pytest.fixture(scope="module")
def weeks():
    return Demo(datetime(2026, 5, 27, 16, 40, tzinfo=UTC))


@pytest.fixture
def signed_in(weeks, anyone):
    """Someone who has signed in with one of the demo's e-mail addresses."""
    with engine.begin() as connection:
        weeks.write(connection)

    def sign_in(email):
        account = {"username": email, "password": DEMO_PASSWORD}
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
    request = {"params": query}
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        (example,) = SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]["examples"]
        request["json" if kind == "application/json" else "data"] = example
    return person.request(method, path.removeprefix("/api/v1"), **request)


def refusals(person, names):
    answers = {name: try_it_out(person, name) for name in names}
    return {name: answer.text for name, answer in answers.items() if not answer.is_success}


def test_every_get_answers(signed_in):
    assert refusals(signed_in(DEMO_ACCOUNTS[Role.SUPER_ADMIN]), GETS) == {}


@pytest.mark.parametrize("email", FIRST_POSTS)
def test_the_first_posts_of_a_day_succeed_from_the_top_of_the_page_to_its_end(signed_in, email):
    posts = FIRST_POSTS[email]
    assert posts == [name for name in PAGE if name in posts]
    assert refusals(signed_in(email), posts) == {}


@pytest.mark.parametrize("email", LAST_POSTS)
def test_what_ends_a_day_succeeds(signed_in, email):
    assert refusals(signed_in(email), LAST_POSTS[email]) == {}
