"""The description of the API is the contract, to the letter."""

import re

import pytest

import schemas
from main import app
from tests.test_access import ADMINS, CLOSED, EVERYONE, GUARDS, MAY, ON_DUTY_ONLY, SUPER_ADMINS, SUPERVISORS
from tests.world import ACTIONS, CONTRACT, EXTRAS, OPERATIONS

SCHEMAS = app.openapi()["components"]["schemas"]
each_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)


def nodes(node):
    """Every object of the description."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(inner)


def test_every_action_of_the_contract_is_there():
    assert set(CONTRACT) | EXTRAS <= set(OPERATIONS)


@each_action
def test_method_path_and_success_are_those_of_the_contract(action):
    method, path, operation = OPERATIONS[action.name]
    successes = [int(status) for status in operation["responses"] if status < "300"]
    assert (method, path, successes) == (action.method, "/api/v1" + action.path, [action.success])


@each_action
def test_parameters_in_the_path_are_texts_with_the_contracts_names(action):
    parameters = [each for each in OPERATIONS[action.name][2].get("parameters", []) if each["in"] == "path"]
    assert [each["name"] for each in parameters] == re.findall(r"{(\w+)}", action.path)
    assert all(each["required"] and each["schema"]["type"] == "string" for each in parameters)


@each_action
def test_what_needs_no_signing_in_says_so(action):
    security = OPERATIONS[action.name][2]["security"]
    assert security == ([] if action.who == "public" else [{"OAuth2PasswordBearer": []}])


@each_action
def test_the_refusals_that_follow_from_the_contract_are_described(action):
    refusals = {"401"} if action.who != "public" else set()
    if MAY[action.who] != (EVERYONE, EVERYONE):
        refusals.add("403")
    if "{" in action.path:
        refusals.add("404")
    if action.name in ON_DUTY_ONLY:
        refusals.add("409")
    described = OPERATIONS[action.name][2]["responses"]
    assert refusals <= set(described)
    for status in set(described) - {"422"}:
        assert described[status]["description"]


def test_what_is_new_or_removed_can_be_refused_for_the_state_of_things():
    for name in "signUp", "createUser", "archiveUser", "createLocation", "clockIn", "clockOut", "deleteLog":
        assert "409" in OPERATIONS[name][2]["responses"]


def test_too_many_tries_are_described():
    for name in "signIn", "changePassword":
        assert "429" in OPERATIONS[name][2]["responses"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_a_short_summary_a_description_that_goes_on_and_one_tag(name):
    operation = OPERATIONS[name][2]
    assert 0 < len(operation["summary"]) <= 80
    assert operation["description"].endswith(".")
    assert operation["summary"] not in operation["description"]
    assert len(operation["tags"]) == 1


def test_every_summary_is_a_sentence_and_tells_its_operation_from_the_others():
    summaries = [operation["summary"] for _, _, operation in OPERATIONS.values()]
    assert len(set(summaries)) == len(summaries)
    assert [text for text in summaries if text == text.title() and " " in text] == []  # FastAPI's, from the name


@pytest.mark.parametrize("action", CLOSED, ids=lambda action: action.name)
def test_every_operation_says_which_roles_may_call_it(action):
    sentences = [
        (GUARDS, "This is for guards."),
        (EVERYONE, "Any role may call this."),
        (SUPERVISORS, "This takes the role SUPERVISOR or a higher one."),
        (ADMINS, "This takes the role ADMIN or a higher one."),
        (SUPER_ADMINS, "This takes the role SUPER_ADMIN or a higher one."),
    ]
    (sentence,) = [sentence for roles, sentence in sentences if roles == MAY[action.who][1]]
    assert OPERATIONS[action.name][2]["description"].endswith(sentence)


def test_the_parts_stand_in_the_order_of_a_guards_day_then_a_supervisors_then_an_admins():
    guards = "auth locations duty checklist notifications messages logs incidents incident-reports"
    names = [tag["name"] for tag in app.openapi()["tags"]]
    assert names == f"{guards} equipment tours shifts timesheets users fleet health".split()


def test_every_tag_is_explained():
    tags = {tag["name"] for tag in app.openapi()["tags"] if tag["description"]}
    assert {tag for _, _, operation in OPERATIONS.values() for tag in operation["tags"]} == tags


def test_no_number_has_two_limits_on_one_side():
    assert not [node for node in nodes(app.openapi()) if {"maximum", "exclusiveMaximum"} <= node.keys()]


def test_every_schema_but_an_enum_is_an_object_with_a_description():
    for name, schema in SCHEMAS.items():
        if name not in {"HTTPValidationError", "ValidationError"}:
            assert "enum" in schema or (schema["type"] == "object" and schema.get("description")), name


def test_every_field_has_one_type_or_that_and_null():
    for name, schema in SCHEMAS.items():
        for node in nodes(schema) if name != "ValidationError" else ():  # FastAPI's own
            kinds = [kind for kind in node.get("anyOf", ()) if kind != {"type": "null"}]
            assert len(kinds) <= 1, (name, node)
            assert not {"oneOf", "allOf"} & set(node), (name, node)


def test_every_field_says_what_it_is():
    for name, schema in SCHEMAS.items():
        for field, kind in schema.get("properties", {}).items():
            if name != "ValidationError":
                assert {"type", "$ref", "anyOf", "const"} & set(kind), (name, field)
                assert kind.get("type") != "object", (name, field)
                assert kind.get("type") != "array" or kind["items"], (name, field)


def test_every_field_of_an_answer_is_always_there():
    shown = {
        node["$ref"].rpartition("/")[2]
        for _, _, operation in OPERATIONS.values()
        for status, response in operation["responses"].items()
        if status < "300"
        for node in nodes(response)
        if "$ref" in node
    }
    assert len(shown) > 20
    for name in shown:
        assert set(SCHEMAS[name].get("required", ())) == set(SCHEMAS[name].get("properties", ())), name


def test_fields_are_named_in_camel_case():
    names = {field for schema in SCHEMAS.values() for field in schema.get("properties", ())}
    oauth = {"access_token", "token_type", "expires_in", "grant_type", "client_id", "client_secret"}
    assert {name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)} <= oauth


def test_every_list_is_bounded_and_tells_its_total():
    for name, (_, _, operation) in OPERATIONS.items():
        for status, response in operation["responses"].items():
            schema = response.get("content", {}).get("application/json", {}).get("schema", {})
            if status < "300" and schema.get("type") == "array" and name not in UNPAGED:
                parameters = {each["name"]: each["schema"] for each in operation["parameters"]}
                assert parameters["limit"]["maximum"] <= 500, name
                assert parameters["offset"]["minimum"] == 0, name
                assert "X-Total-Count" in response["headers"], name


# What a single request makes is answered whole
UNPAGED = {"generateRecurringShifts"}


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_documentation_needs_no_other_host(anyone, path):
    page = anyone.get("http://testserver" + path)
    assert page.status_code == 200
    sources = re.findall(r"""(?:src|href|url)\s*[=:]\s*["']([^"']+)["']""", page.text)
    assert sources
    assert [source for source in sources if "//" in source] == []
    for source in sources:
        assert anyone.get("http://testserver" + source).status_code == 200


@each_action
def test_every_body_has_an_example_that_would_be_accepted(action):
    for content in OPERATIONS[action.name][2].get("requestBody", {}).get("content", {}).values():
        name = content["schema"]["$ref"].rpartition("/")[2]
        (example,) = SCHEMAS[name]["examples"]
        assert getattr(schemas, name).model_validate(example)
