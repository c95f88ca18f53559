"""Whatever is sent, the answer says what is wrong, and nothing is written."""

import json
import re
from copy import deepcopy
from functools import cache
from time import process_time

import pytest
from fastapi.testclient import TestClient
from sqlmodel import SQLModel

from database import engine
from main import app
from models import Role
from security import new_token
from tests.test_access import MAY
from tests.world import ACTIONS, BODIES, IDS, OPERATIONS, build, request_for

SCHEMAS = app.openapi()["components"]["schemas"]
WITH_BODY = sorted(BODIES)
MUST_HAVE_BODY = [name for name in WITH_BODY if OPERATIONS[name][2]["requestBody"].get("required")]
each_with_body = pytest.mark.parametrize("name", WITH_BODY)
each_that_needs_a_body = pytest.mark.parametrize("name", MUST_HAVE_BODY)


@pytest.fixture
def send():
    """Send a request by somebody who may, changed as said; `json` and `content` replace the body.

    Whatever is refused has written nothing.
    """
    built, written = [], []

    def send(name, role=None, **changes):
        role = role or (Role.GUARD if ACTIONS[name].who.startswith("GUARD") else Role.SUPER_ADMIN)
        if not built:
            build(caller=role, owner=role)
            built.append(role)
        request = request_for(name, role)
        if "content" in changes:
            request.pop("json", None)
        with_others, with_own = MAY[ACTIONS[name].who]
        caller = "caller" if with_others == with_own else "owner"
        headers = {"Authorization": f"Bearer {new_token(caller)}", "Content-Type": "application/json"}
        answer = TestClient(app, headers=headers).request(**request | changes)
        written.append(answer.is_success and request["method"] != "GET")
        return answer

    yield send
    assert any(written) or contents() == untouched(*built)


def contents():
    with engine.connect() as db:
        return [
            db.execute(table.select().order_by(*table.primary_key)).all() for table in SQLModel.metadata.sorted_tables
        ]


@cache
def untouched(role):
    """What is stored in a world in which nothing has happened."""
    with engine.begin() as db:
        for table in reversed(SQLModel.metadata.sorted_tables):
            db.execute(table.delete())
    build(caller=role, owner=role)
    return contents()


def faults(answer):
    assert answer.status_code == 422, answer.text
    assert all(set(fault) == {"type", "loc", "msg"} for fault in answer.json()["detail"])
    return [fault["loc"] for fault in answer.json()["detail"]]


# Fields


def fields_of(name):
    """The fields of a body: how each is described, whether it must be there, and whether it may be null."""
    content = OPERATIONS[name][2]["requestBody"]["content"]["application/json"]["schema"]
    schema = SCHEMAS[content["$ref"].rpartition("/")[2]]
    for field, described in schema["properties"].items():
        kinds = [kind for kind in described.get("anyOf", [described]) if kind != {"type": "null"}]
        if "$ref" in kinds[0]:
            kinds = [SCHEMAS[kinds[0]["$ref"].rpartition("/")[2]]]
        yield field, kinds[0], field in schema.get("required", ()), {"type": "null"} in described.get("anyOf", ())


def must_be_there(name):
    return [field for field, _, required, _ in fields_of(name) if required]


def may_be_null(name):
    return [field for field, _, _, nullable in fields_of(name) if nullable]


WRONG = {
    "string": [7, 1.5, True, {}, [], "nul \0", "half \ud800"],
    "integer": ["5", " ", 2.0, 2.5, True, {}, [], 2**31, -(2**31) - 1, 10**400, float("nan"), float("inf")],
    "boolean": ["yes", "true", " ", 1, 0, {}, []],
    "array": ["x", 7, {}, [7], [None], [[]]],
}
NO_TIMES = [
    "soon",
    "2025-02-30T10:00",
    "2025-13-01",
    "25:00",
    "0001-01-01T00:00+14:00",
    "9999-12-31T23:59-14:00",
    "1761000000",
    1761000000,
]


def wrong_values(kind, nullable):
    """What a field so described must refuse."""
    yield from WRONG[kind.get("type", "string")]
    if not nullable:
        yield from (None, "")
    if "enum" in kind or "const" in kind:
        yield from ("NONSENSE", kind.get("enum", [kind.get("const")])[0].swapcase())
    if kind.get("format") == "date-time":
        yield from NO_TIMES
    if "maxLength" in kind:
        yield "x" * (kind["maxLength"] + 1)
    if "minimum" in kind:
        yield kind["minimum"] - 1
    if "maximum" in kind:
        yield kind["maximum"] + 1


@each_with_body
def test_wrong_values_are_refused_by_the_names_of_their_fields_and_not_echoed(send, name):
    wrong = {field: [*wrong_values(kind, nullable)] for field, kind, _, nullable in fields_of(name)}
    for turn in range(max(map(len, wrong.values()))):
        body = {field: values[turn % len(values)] for field, values in wrong.items()}
        answer = send(name, content=json.dumps(body))
        assert {loc[1] for loc in faults(answer)} == set(body), body
        assert "NONSENSE" not in answer.text


NAMES = {
    *("firstName", "lastName", "name", "title", "role"),
    *("make", "model", "vin", "licensePlate", "serialNumber", "channel", "carNumber", "radioNumber"),
}
# Controls, line breaks, soft hyphen, zero-width ones and joiners, marks, overrides and isolates of direction
INVISIBLE = "\t\n\r\x1b\x7f\x85\xad\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff"


def names_in(name):
    return [field for field, kind, *_ in fields_of(name) if field in NAMES and "enum" not in kind]


@pytest.mark.parametrize("name", [name for name in WITH_BODY if names_in(name)])
def test_names_and_titles_have_no_characters_that_nobody_sees(send, name):
    names = names_in(name)
    for number, character in enumerate(INVISIBLE):
        value = ("North{}Dock", "{}North", "North{}")[number % 3].format(character)
        assert faults(send(name, json=BODIES[name] | dict.fromkeys(names, value))) == [["body", each] for each in names]


@pytest.mark.parametrize(
    ("name", "items", "field"),
    [("createMultipleSafetyChecklistItems", "items", "name"), ("createShift", "userAssignments", "role")],
)
def test_nor_have_those_within_a_list(send, name, items, field):
    for character in INVISIBLE:
        item = BODIES[name][items][0] | {field: f"North{character}Dock"}
        assert faults(send(name, json=BODIES[name] | {items: [item]})) == [["body", items, 0, field]]


@pytest.mark.parametrize("name", [name for name in WITH_BODY if names_in(name)])
def test_all_other_characters_are_good_for_a_name(send, name):
    for value in "Ægir's Æ \u3000ö", "e\u0301\u00a0\u2013", "港 ⚓\ufe0f":
        answer = send(name, json=BODIES[name] | dict.fromkeys(names_in(name), value))
        assert answer.status_code in {ACTIONS[name].success, 409}, answer.text


def test_a_text_has_as_many_lines_as_it_needs(send):
    text = "First:\r\n\ta line\u2028another\u200b \u202eone"
    assert send("createLog", json=BODIES["createLog"] | {"description": text}).json()["description"] == text


@pytest.mark.parametrize("name", [name for name in WITH_BODY if must_be_there(name)])
def test_a_field_that_must_be_there_is_missed(send, name):
    for field in must_be_there(name):
        rest = {key: value for key, value in BODIES[name].items() if key != field}
        assert faults(send(name, json=rest)) == [["body", field]]
    assert len(faults(send(name, json={}))) == len(must_be_there(name))


@pytest.mark.parametrize("name", [name for name in WITH_BODY if may_be_null(name)])
def test_an_empty_text_is_null_wherever_null_is_allowed(send, name):
    answer = send(name, json=BODIES[name] | dict.fromkeys(may_be_null(name), ""))
    assert answer.status_code == ACTIONS[name].success, answer.text
    shown = answer.json() if answer.content else {}
    assert "" not in [shown.get(field) for field in may_be_null(name)]


@each_with_body
def test_keys_that_nobody_knows_are_ignored(send, name):
    answer = send(name, json=request_for(name, Role.SUPER_ADMIN)["json"] | {"id": "x", "nonsense": {"deep": [1]}})
    assert answer.status_code == ACTIONS[name].success, answer.text


# The body as a whole

NO_BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "half of an object": b'{"name": ',
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "a deep list": b"[" * 9_000,
    "a deep object": b'{"name":' * 1_000,
}


@each_that_needs_a_body
def test_what_is_no_object_in_json_is_refused(send, name):
    for body in NO_BODIES.values():
        assert faults(send(name, content=body))[0][0] == "body"


@each_that_needs_a_body
def test_json_must_say_that_it_is_json(send, name):
    for content_type in "text/plain", "application/x-www-form-urlencoded", "":
        faults(send(name, content=json.dumps(BODIES[name]), headers={"Content-Type": content_type}))


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b"x"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data\r\n\r\nx\r\n--a--"),
        ("application/x-www-form-urlencoded", b"&".join([b"field=x"] * 1200)),
    ],
)
def test_a_form_that_nobody_can_read_is_refused(anyone, content_type, content):
    answer = anyone.post("/auth/token", content=content, headers={"Content-Type": content_type})
    assert faults(answer) == [["body"]]


def at_its_largest(schema):
    """A body with all that its schema allows, each text as long as it may be and in a script that takes many bytes."""
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return at_its_largest(schema["anyOf"][0])
    if schema.get("type") == "object":
        return {field: at_its_largest(kind) for field, kind in schema["properties"].items()}
    if schema.get("type") == "array":
        return [at_its_largest(schema["items"])] * schema["maxItems"]
    if schema.get("type") == "string" and schema.get("format") != "date-time":
        return ("x" if "format" in schema else "\N{ANCHOR}") * schema.get("maxLength", 30)
    return 0


# Five hundred items, each with the longest of notes, are no checklist
@pytest.mark.parametrize("name", [name for name in WITH_BODY if name != "submitSafetyChecklist"])
def test_a_body_may_be_as_large_as_its_fields_and_not_much_larger(send, name):
    content = OPERATIONS[name][2]["requestBody"]["content"]["application/json"]["schema"]
    body = json.dumps(at_its_largest(content), ensure_ascii=False).encode()
    assert send(name, content=body).status_code != 413
    answer = send(name, content=body + b" " * max(500_000, 20 * len(body)))
    assert answer.status_code == 413
    assert answer.json()["detail"]


def test_what_needs_no_list_may_be_a_tenth_as_large(send):
    for name in "updateLocation", "clockOut", "sendGuardMessage", "createVehicle", "signUp":
        assert send(name, json=BODIES[name] | {"padding": "x" * 50_000}).status_code == 413, name


def test_a_body_that_does_not_say_how_long_it_is_may_not_be_larger(guard):
    parts = (b"x" * 100_000 for _ in range(20))
    answer = guard.post("/logs", content=parts, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


LARGEST = {
    "lists": b"[" + b"[]," * 166_000 + b"0]",
    "objects": b"[" + b'{"a":1},' * 62_000 + b"0]",
    "numbers": b"[" + b"1e400," * 83_000 + b"0]",
    "brackets": b"[" * 499_000,
    "an escaped text": b'"' + b"\\u0041" * 83_000 + b'"',
    "digits": b"1" * 499_000,
}


@pytest.mark.parametrize("content", LARGEST.values(), ids=LARGEST)
def test_what_a_stranger_sends_costs_little_before_it_is_known_who_calls(anyone, content):
    def cost(content):
        """Of several tries the one that nothing else disturbed, in processor time."""
        costs = []
        for _ in range(5):
            began = process_time()
            assert (
                anyone.post("/logs", content=content, headers={"Content-Type": "application/json"}).status_code == 401
            )
            costs.append(process_time() - began)
        return min(costs)

    assert cost(content) < 8 * cost(b"{}")  # some 20 ms; 166,000 lists would take 140 ms


@pytest.mark.parametrize("name", [name for name in WITH_BODY if ACTIONS[name].who != "public"])
def test_who_is_not_signed_in_learns_that_first(send, name):
    for body in b"{", b"[" * 9_000, b"\xff":
        assert send(name, content=body, headers={"Authorization": ""}).status_code == 401


@pytest.mark.parametrize("name", [name for name in WITH_BODY if Role.GUARD not in MAY[ACTIONS[name].who][1]])
def test_whose_role_is_too_low_learns_that_before_what_is_wrong(send, name):
    for body in b"{", b"{}", b"[]":
        assert send(name, Role.GUARD, content=body).status_code == 403


# Ids

NO_IDS = ["none", "x" * 3000, "%25", "%00", "a%00b", "%ED%A0%80", "%FF", "%20", "%F0%9F%A6%AD", "'; --"]


@pytest.mark.parametrize("name", [name for name, action in ACTIONS.items() if "{" in action.path])
def test_an_id_of_nothing_is_not_found_whatever_it_looks_like(send, name):
    (parameter,) = re.findall(r"{(\w+)}", ACTIONS[name].path)
    another_tables = "item" if parameter != "itemId" else "dock"
    for id in [*NO_IDS, another_tables]:
        answer = send(name, url="/api/v1" + ACTIONS[name].path.replace(f"{{{parameter}}}", id))
        assert answer.status_code == 404, id
        assert answer.json()["detail"]


@pytest.mark.parametrize("name", [name for name, action in ACTIONS.items() if "{" in action.path])
def test_a_slash_makes_no_other_request_of_an_id(send, name):
    (parameter,) = re.findall(r"{(\w+)}", ACTIONS[name].path)
    answer = send(name, url="/api/v1" + ACTIONS[name].path.replace(f"{{{parameter}}}", f"none%2F{IDS[parameter]}"))
    assert answer.status_code in {404, 405}


def ids_in(body):
    """Where in a body there are ids of other things."""
    for key, value in body.items():
        if key == "id" or key.endswith("Id"):
            yield (key,)
        if isinstance(value, list) and isinstance(value[0], dict):
            yield from ((key, 0, *inner) for inner in ids_in(value[0]))


def replaced(body, place, value):
    body = deepcopy(body)
    inner = body
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return body


# Above GUARD one clocks in at headquarters whatever is sent
@pytest.mark.parametrize("name", [name for name in WITH_BODY if [*ids_in(BODIES[name])] and name != "clockIn"])
def test_an_id_of_nothing_is_not_found_in_a_body_either(send, name):
    for place in ids_in(BODIES[name]):
        another_tables = "chief" if place[-1] in {"dutySessionId", "locationId", "itemId", "id"} else "dock"
        for id in "none", "a/b", "%", "..", " ", "🦭", "x" * 3000, another_tables:
            answer = send(name, json=replaced(BODIES[name], place, id))
            assert answer.status_code == 404, (place, id)


@pytest.mark.parametrize("name", [name for name in WITH_BODY if [*ids_in(BODIES[name])]])
def test_an_id_that_no_database_can_hold_is_refused_in_a_body(send, name):
    for place in ids_in(BODIES[name]):
        for id in "nul\0", "half \ud800", 7, {}:
            answer = send(name, content=json.dumps(replaced(BODIES[name], place, id)))
            assert ["body", *place] in faults(answer), (place, id)


# Queries


def queries_of(name):
    """What can be asked for, apart from the part of the list."""
    parameters = [each["name"] for each in OPERATIONS[name][2].get("parameters", []) if each["in"] == "query"]
    return [parameter for parameter in parameters if parameter not in {"limit", "offset"}]


@pytest.mark.parametrize("name", [name for name in ACTIONS if queries_of(name)])
def test_no_query_breaks_a_list(send, name):
    for parameter in queries_of(name):
        for value in "", "%00", "%ED%A0%80", "%25", "-1", "9" * 400, "x" * 5000, "2025-02-30":
            request = request_for(name, Role.SUPER_ADMIN)
            rest = {key: other for key, other in (request["params"] or {}).items() if key != parameter}
            query = "&".join([f"{parameter}={value}", *(f"{key}={other}" for key, other in rest.items())])
            answer = send(name, url=f"{request['url']}?{query}", params=None)
            assert answer.status_code in {200, 422}, (parameter, value)
            if answer.status_code == 422:
                assert ["query", parameter] in faults(answer)
