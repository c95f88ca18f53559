"""Write docs/actions.md, where each action is found: `python -m scripts.glossary`."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic.alias_generators import to_snake

from main import app

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "actions.md"
OF_ALL = "test_only_those_who_may_succeed"
METHODS = {"get", "post", "put", "patch", "delete"}
HEAD = """# Every action

OpenAPI's operation ids are the names of the actions. Paths are those under `/api/v1`. For each action there is the
endpoint, the function that answers it, and a test of it; `test_access.py` tests all of them with every role.
`make generate` writes this page.

| action | endpoint | who | function | test |
| --- | --- | --- | --- | --- |
"""


class Place(NamedTuple):
    """A function, and where it is."""

    name: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"[`{self.name}`](../{self.file}#L{self.line})"


class Test(NamedTuple):
    """A test, and the requests in it."""

    place: Place
    requests: list[tuple[str, str]]


def functions(file: Path) -> Iterator[tuple[Place, ast.FunctionDef]]:
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            yield Place(node.name, file.relative_to(ROOT).as_posix(), node.lineno), node


def tests_in(file: Path) -> Iterator[Test]:
    """The tests of a file, with the requests that they make themselves or by its helpers."""
    nodes = {place.name: node for place, node in functions(file)}
    constants = dict(re.findall(r'^([A-Z_]+) = "(/.*)"$', file.read_text(), re.MULTILINE))
    for place, node in functions(file):
        if place.name.startswith("test_"):
            names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            helpers = [nodes[name] for name in sorted(names & nodes.keys())]
            yield Test(place, [request for each in (node, *helpers) for request in requests_in(each, constants)])


def requests_in(node: ast.AST, constants: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The method and the path of each request, such as ("patch", "/logs/{}")."""
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Attribute(attr=method), args=[address, *_]) if method in METHODS:
                path = ast.unparse(address).lstrip("f").strip("'\"").partition("?")[0]
                for name, value in constants.items():
                    path = path.replace(f"{{{name}}}", value) if path != name else value
                yield method, re.sub("{[^}]*}", "{}", path)


def test_of(tests: list[Test], module: str, method: str, path: str) -> Place:
    """The test that makes this request and the fewest others, from the module's own file if there is one. Else it is
    the test that tries every action."""
    wanted = method, re.sub("{[^}]*}", "{}", path)
    found = [test for test in tests if wanted in test.requests]
    found.sort(key=lambda test: (test.place.file != f"tests/test_{module}.py", len(test.requests)))
    return found[0].place if found else next(test.place for test in tests if test.place.name == OF_ALL)


def page() -> str:
    """The page, with a line for each operation."""
    with open(ROOT / "tests" / "contract" / "actions.csv", newline="") as lines:
        who = {line["action"]: line["who"] for line in csv.DictReader(lines)}
    answers = {
        place.name: place for file in [*ROOT.glob("routes/*.py"), ROOT / "main.py"] for place, _ in functions(file)
    }
    tests = [test for file in sorted(ROOT.glob("tests/test_*.py")) for test in tests_in(file)]
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
    rows = []
    for path, operations in paths.items():
        for method, operation in operations.items():
            name, short = operation["operationId"], path.removeprefix("/api/v1")
            answer = answers[to_snake(name)]
            test = test_of(tests, Path(answer.file).stem, method, short)
            endpoint = f"`{method.upper()} {short}`"
            rows.append(f"| `{name}` | {endpoint} | {who.get(name, '')} | {answer} | {test} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page())
