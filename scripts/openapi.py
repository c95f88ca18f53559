"""Write the API's description to files: `python -m scripts.openapi`.

openapi/openapi.json is OpenAPI 3.1, as served, with the address SERVER_URL. openapi/openapi-3.0.json is the same in
OpenAPI 3.0.3, with one security scheme, for the importers of RapidAPI and AWS API Gateway, which know no 3.1.
"""

import copy
import json
from pathlib import Path
from typing import Any

from main import app
from settings import settings

FOLDER = Path(__file__).parents[1] / "openapi"
LOCAL = "http://127.0.0.1:8000"  # of `make run`


def files(server: str) -> dict[str, dict[str, Any]]:
    """Each file's name, and the document in it."""
    document = at(server, app.openapi())
    return {"openapi.json": document, "openapi-3.0.json": as_3_0(document)}


def at(server: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document with the API's address, and with that of the tokens in full: importers don't put it together."""
    document = copy.deepcopy(document) | {"servers": [{"url": server}]}
    flow = document["components"]["securitySchemes"]["OAuth2PasswordBearer"]["flows"]["password"]
    flow["tokenUrl"] = server + app.url_path_for("sign_in")
    return document


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2) + "\n"


def as_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """The document in OpenAPI 3.0.3; who calls is said once, for the whole API."""
    older: dict[str, Any] = lower(document) | {"openapi": "3.0.3", "security": [{"bearer": []}]}
    older["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    for path in older["paths"].values():
        for operation in path.values():
            if operation["security"]:
                del operation["security"]
    return older


def lower(node: Any) -> Any:
    """What JSON Schema says in OpenAPI 3.1, said as in 3.0."""
    if isinstance(node, list):
        return [lower(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = without_neighbours(without_null(node))
    if isinstance(node.get("type"), str):
        node = without_new_keywords(node)
    return {key: lower(value) for key, value in node.items()}


def without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A choice between null and one thing is that thing, nullable. Only what has a type can be: a reference stays a
    choice."""
    if {"type": "null"} not in schema.get("anyOf", ()):
        return schema
    (other,) = [option for option in schema["anyOf"] if option != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if "$ref" in other:
        return {"anyOf": [other, {"enum": [None]}], **rest}
    return {**other, **rest, "nullable": True}


def without_neighbours(schema: dict[str, Any]) -> dict[str, Any]:
    """In 3.0, what stands beside a reference does not count, unless the reference stands in a list of its own. That an
    optional body is empty by default is left out: a generator stumbles over it."""
    if "$ref" not in schema:
        return schema
    rest = {key: value for key, value in schema.items() if key != "$ref" and value != {}}
    return {"allOf": [{"$ref": schema["$ref"]}], **rest} if rest else {"$ref": schema["$ref"]}


def without_new_keywords(schema: dict[str, Any]) -> dict[str, Any]:
    """The keywords that 3.0 spells otherwise."""
    schema = dict(schema)
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if "examples" in schema:
        schema["example"] = schema.pop("examples")[0]
    for limit, bound in ("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"):
        if limit in schema:
            schema |= {bound: schema[limit], limit: True}
    return schema


if __name__ == "__main__":
    for name, document in files(settings.server_url or LOCAL).items():
        (FOLDER / name).write_text(as_text(document))
