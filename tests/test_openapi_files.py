"""The description of the API as files, for gateways and generators."""

import json
import re

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

import models
import schemas
from scripts.openapi import FOLDER, LOCAL, as_text, files, lower
from tests.test_openapi import nodes

NEWER, OLDER = (json.loads((FOLDER / name).read_text()) for name in ("openapi.json", "openapi-3.0.json"))
FASTAPIS_OWN = {"HTTPValidationError", "ValidationError"}
NULLS = {"type": "null"}, {"enum": [None]}
both = pytest.mark.parametrize("document", [NEWER, OLDER], ids=["3.1", "3.0"])


def operations(document):
    return [operation for path in document["paths"].values() for operation in path.values()]


@pytest.mark.parametrize(("name", "document"), files(LOCAL).items())
def test_a_file_is_what_make_generate_writes_where_no_server_is_set(name, document):
    assert (FOLDER / name).read_text() == as_text(document), "Run: make openapi"


def test_each_is_valid_for_its_version():
    assert (NEWER["openapi"], OLDER["openapi"]) == ("3.1.0", "3.0.3")
    OpenAPIV31SpecValidator(NEWER).validate()
    OpenAPIV30SpecValidator(OLDER).validate()


@both
def test_references_stay_within_the_document(document):
    references = {node["$ref"] for node in nodes(document) if "$ref" in node}
    assert references <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}


@both
def test_schemas_are_named_like_ours(document):
    names = set(document["components"]["schemas"])
    assert {name for name in names - FASTAPIS_OWN if not hasattr(schemas, name) and not hasattr(models, name)} == set()
    assert not [name for name in names if re.search("-|Input$|Output$", name)]


@both
def test_a_choice_is_between_something_and_null(document):
    for name, schema in [*document["components"]["schemas"].items(), *document["paths"].items()]:
        for node in nodes(schema) if name not in FASTAPIS_OWN else ():
            assert "oneOf" not in node, name
            assert len([kind for kind in node.get("anyOf", ()) if kind not in NULLS]) <= 1, name


@both
def test_each_refusal_is_described_with_its_schema(document):
    for operation in operations(document):
        refusals = {status: response for status, response in operation["responses"].items() if status >= "300"}
        for status, response in refusals.items():
            schema = "HTTPValidationError" if status == "422" else "Refusal"
            content = response["content"]["application/json"]
            assert content["schema"] == {"$ref": f"#/components/schemas/{schema}"}, operation["operationId"]


@both
def test_addresses_have_a_host(document):
    assert document["servers"] == [{"url": LOCAL}]
    for scheme in document["components"]["securitySchemes"].values():
        for flow in scheme.get("flows", {}).values():
            assert flow["tokenUrl"] == f"{LOCAL}/api/v1/auth/token"


@both
def test_contact_and_license_are_named(document):
    assert document["info"]["contact"]["name"]
    assert document["info"]["license"]["name"]


def test_a_gateway_finds_one_way_to_sign_in_and_which_operations_need_none():
    assert list(OLDER["components"]["securitySchemes"]) == ["bearer"]
    assert OLDER["security"] == [{"bearer": []}]
    public = {"signUp", "signIn", "getHealth"}
    assert {each["operationId"] for each in operations(OLDER) if each.get("security") == []} == public
    assert {each["operationId"] for each in operations(OLDER) if "security" in each} == public


def test_the_older_version_says_everything_in_its_own_words():
    for node in nodes(OLDER):
        assert not {"const", "prefixItems", "contentMediaType"} & set(node)
        assert "nullable" not in node or "type" in node
        assert node.get("type") != "null"
        assert not isinstance(node.get("type"), list)
        assert "$ref" not in node or len(node) == 1
        assert all(isinstance(node.get(limit, True), bool) for limit in ("exclusiveMinimum", "exclusiveMaximum"))


def test_the_older_version_has_the_same_operations_fields_and_examples():
    assert [each["operationId"] for each in operations(NEWER)] == [each["operationId"] for each in operations(OLDER)]
    for name, schema in NEWER["components"]["schemas"].items():
        older = OLDER["components"]["schemas"][name]
        assert list(schema.get("properties", ())) == list(older.get("properties", ()))
        assert schema.get("required") == older.get("required")
        assert schema.get("examples", [None])[0] == older.get("example")


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string", "nullable": True}),
        ({"anyOf": [{"$ref": "#/x"}, {"type": "null"}]}, {"anyOf": [{"$ref": "#/x"}, {"enum": [None]}]}),
        ({"$ref": "#/x", "default": {}}, {"$ref": "#/x"}),
        ({"$ref": "#/x", "title": "X"}, {"allOf": [{"$ref": "#/x"}], "title": "X"}),
        ({"type": "string", "const": "a"}, {"type": "string", "enum": ["a"]}),
        ({"type": "integer", "exclusiveMaximum": 9}, {"type": "integer", "maximum": 9, "exclusiveMaximum": True}),
    ],
)
def test_each_new_keyword_has_an_older_word(newer, older):
    assert lower(newer) == older
