"""No answer shows a secret, or more of another person than its page needs."""

import pytest

from conftest import Person
from main import app
from models import Role
from security import new_token
from tests.test_access import MAY
from tests.world import ACTIONS, OPERATIONS, build, request_for

# Where people themselves are what is asked for; all the others embed them
ABOUT_PEOPLE = {name for name, action in ACTIONS.items() if action.path.startswith("/users")} | {"signUp"}
PERSON = {"id", "firstName", "lastName", "email", "role"}
SECRETS = {"passwordHash", "password", "tokensEndAt", "keptToken", "credential", "hashedPassword"}


def objects(node):
    """Every object in an answer."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(inner)


def schema_of(name):
    """How the answer to an action is described."""
    answer = OPERATIONS[name][2]["responses"].get("200", {})
    return answer.get("content", {}).get("application/json", {}).get("schema", {})


def fields_in(schema, described):
    """The names of all fields in an answer, and in what it embeds."""
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), schema.get("items", {})]
    return set(schema.get("properties", {})).union(*(fields_in(one, described) for one in inner if one))


@pytest.fixture
def answer_to():
    """What an action answers to the highest role that may do it."""

    def ask(name):
        role = Role.GUARD if ACTIONS[name].who.startswith("GUARD") else Role.SUPER_ADMIN
        build(caller=role, owner=role)
        with_others, with_own = MAY[ACTIONS[name].who]
        person = Person(new_token("caller" if with_others == with_own else "owner"))
        request = request_for(name, role)
        answer = person.request(**request | {"url": "http://testserver" + request["url"]})
        assert answer.status_code == ACTIONS[name].success, answer.text
        return answer

    return ask


@pytest.mark.parametrize("name", ACTIONS)
def test_no_answer_has_a_secret(answer_to, name):
    answer = answer_to(name)
    assert "argon2" not in answer.text
    if answer.content:
        for shown in objects(answer.json()):
            assert not SECRETS & set(shown)
            assert name == "signIn" or "access_token" not in shown


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - ABOUT_PEOPLE))
def test_an_embedded_person_has_a_name_an_address_and_a_role_at_most(answer_to, name):
    answer = answer_to(name)
    assert "555-0100" not in answer.text  # everybody's phone number
    if answer.content:
        for shown in objects(answer.json()):
            assert "firstName" not in shown or set(shown) <= PERSON
            assert "clerkId" not in shown


def test_no_answer_is_described_with_a_secret_but_the_token_that_was_asked_for():
    schemas = app.openapi()["components"]["schemas"]
    bodies = {
        operation["requestBody"]["content"][kind]["schema"].get("$ref", "").rpartition("/")[2]
        for path in app.openapi()["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
        for kind in operation["requestBody"]["content"]
    }
    for name, schema in schemas.items():
        for field in schema.get("properties", {}):
            if name not in bodies:
                words = field.lower()
                assert name == "Token" or not any(word in words for word in ("password", "hash", "token", "secret"))


@pytest.mark.parametrize("path", ["/logs", "/incidents", "/locations/dock/logs"])
def test_the_lists_that_everyone_polls_show_of_a_place_what_their_page_shows(path):
    build()
    line = Person(new_token("caller")).get(path).json()[0]
    address = {"address"} if path == "/incidents" else set()
    email = {"email"} if path == "/incidents" else set()
    assert set(line["location"]) == {"id", "name"} | address
    assert set(line["user"]) == {"id", "firstName", "lastName"} | email


# What the contract asks for, and one's own tours
LISTS_WITH_ADDRESSES = {"getIncidents", "getShifts", "getRecurringPatterns", "getTours"}


def test_no_other_list_shows_a_guard_an_address():
    described = app.openapi()
    lists_for_guards = {
        name
        for name, action in ACTIONS.items()
        if action.method == "GET" and Role.GUARD in MAY[action.who][1] and "items" in schema_of(name)
    }
    fields = {name: fields_in(schema_of(name), described) for name in lists_for_guards}
    with_addresses = {name for name in fields if any("email" in field.lower() for field in fields[name])}
    assert with_addresses == LISTS_WITH_ADDRESSES


def test_nobody_below_supervisor_reads_other_peoples_data():
    build()
    guard = Person(new_token("caller"))
    for path in "/users", "/users/management", "/users/supervisors", "/users/owner", "/duty-sessions/on-duty":
        assert guard.get(path).status_code == 403


def test_a_supervisor_sees_of_a_colleague_what_the_list_shows():
    build(caller=Role.SUPERVISOR)
    for line in Person(new_token("caller")).get("/users").json():
        assert set(line) == PERSON | {"clerkId", "phone", "createdAt"}


def test_messages_and_notifications_are_ones_own():
    build(owner=Role.GUARD)
    stranger, owner = Person(new_token("caller")), Person(new_token("owner"))
    for path in "/messages", "/notifications":
        assert stranger.get(path).json() == []
        assert len(owner.get(path).json()) == 1


def test_a_tour_is_its_owners_and_the_admins():
    build(caller=Role.SUPERVISOR, owner=Role.SUPERVISOR)
    assert Person(new_token("caller")).get("/tours").json() == []
    assert [tour["id"] for tour in Person(new_token("owner")).get("/tours").json()] == ["tour"]
