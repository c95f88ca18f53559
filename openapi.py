"""Write the API's description to files: `python openapi.py`.

openapi.json is OpenAPI 3.1, as served. openapi-3.0.json is the same in OpenAPI 3.0.3, with one security scheme, for
the importers of RapidAPI and AWS API Gateway, which know no 3.1.
"""

import json
from pathlib import Path
from typing import Any

from main import app


def files() -> dict[str, dict[str, Any]]:
    """Each file's name, and the document in it."""
    return {"openapi.json": app.openapi(), "openapi-3.0.json": as_3_0(app.openapi())}


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2) + "\n"


def as_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """The document in OpenAPI 3.0.3; who calls is said once, for the whole API."""
    older: dict[str, Any] = lower(document) | {"openapi": "3.0.3", "security": [{"bearer": []}]}
    older["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    for path in older["paths"].values():
        for operation in path.values():
            if not operation.pop("security", None):
                operation["security"] = []
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
    """A choice between null and one thing is that thing, nullable."""
    if {"type": "null"} not in schema.get("anyOf", ()):
        return schema
    (other,) = [option for option in schema["anyOf"] if option != {"type": "null"}]
    return {**other, **{key: value for key, value in schema.items() if key != "anyOf"}, "nullable": True}


def without_neighbours(schema: dict[str, Any]) -> dict[str, Any]:
    """In 3.0, what stands beside a reference does not count, unless the reference stands in a list of its own."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    return {"allOf": [{"$ref": schema["$ref"]}], **rest}


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
    for name, document in files().items():
        Path(__file__).with_name(name).write_text(as_text(document))
