"""`make grow` moves the application into a larger layout: everything arrives, once, and imports what it uses."""

import ast
import shutil
import subprocess
import sys
import tokenize
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest

from scripts.grow import LEFT_OUT, ROOT, SECTIONS, Move, tracked_files

if not (ROOT / ".git").exists():
    pytest.skip("This is no git checkout, whose files could be moved.", allow_module_level=True)
FILES = [path for path in tracked_files() if not LEFT_OUT.fullmatch(path)]
HANDED_ON = {"app/models/__init__.py", "app/schemas/__init__.py"}


@pytest.fixture(scope="module")
def backend():
    """The Python files of the larger layout."""
    return {path: content for path, (content, _) in Move(FILES).files().items() if path.endswith(".py")}


def small():
    return [(ROOT / path).read_bytes() for path in FILES if path.endswith(".py")]


def defined(source):
    """The names that a module defines."""
    yield from defined_by(ast.parse(source).body)


def defined_by(statements):
    for node in statements:
        if isinstance(node, ast.If):
            yield from defined_by([*node.body, *node.orelse])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


def comments(source):
    return [token.string for token in tokenize.tokenize(BytesIO(source).readline) if token.type == tokenize.COMMENT]


def test_every_definition_arrives_once(backend):
    here = Counter(name for source in small() for name in defined(source))
    there = Counter(name for source in backend.values() for name in defined(source))
    del there["__all__"]
    assert there == here


def test_comments_arrive_but_for_the_headings_of_what_leaves_its_module(backend):
    here = Counter(comment for source in small() for comment in comments(source))
    there = Counter(comment for path in backend for comment in comments(backend[path]))
    parts = {Path(path).stem for path in backend if path.startswith(("app/models/", "app/schemas/"))}
    headings = {*SECTIONS, *(part.replace("_", " ").capitalize() for part in parts)}
    assert set(here - there) <= {f"# {heading}" for heading in headings}


def test_names_are_imported_from_where_they_are_defined(backend):
    defines = {path: set(defined(source)) for path, source in backend.items()}
    for source in backend.values():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("app."):
                path = node.module.replace(".", "/")
                names = {name.name for name in node.names}
                if path + ".py" in backend:
                    assert names <= defines[path + ".py"], node.module
                elif f"{path}/__init__.py" not in HANDED_ON:
                    assert all(f"{path}/{name}.py" in backend for name in names), node.module


def test_rules_know_no_endpoints(backend):
    for path, source in backend.items():
        if path.startswith(("app/core/", "app/db/", "app/models/", "app/schemas/", "app/services/")):
            assert b"app.api" not in source, f"{path} needs something of app/api"


def test_only_endpoints_stay_in_routes(backend):
    for path, source in backend.items():
        if path.startswith("app/api/routes/") and not path.endswith("__init__.py"):
            nodes = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
            assert all(ast.unparse(node.decorator_list[0]).startswith("router.") for node in nodes), path


@pytest.fixture
def project(tmp_path):
    """A project with nothing but the script, which is not committed."""
    (tmp_path / "project" / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "grow.py", tmp_path / "project" / "scripts")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path / "project", check=True)  # noqa: S607
    return tmp_path / "project"


@pytest.mark.parametrize(
    ("target", "refusal"),
    [
        ("", "Name a new folder: make grow TO=../backend"),
        ("inside", "is in the project. Name a folder outside of it."),
        ("../full", "is there already. Name a new folder, or an empty one."),
        ("../full/file", "is there already. Name a new folder, or an empty one."),
        ("../new", "Something here is not committed. Commit it, or put it aside: git stash --include-untracked"),
    ],
)
def test_what_can_not_be_done_is_refused_and_nothing_is_written(project, target, refusal):
    (project.parent / "full").mkdir()
    (project.parent / "full" / "file").touch()
    before = set(project.parent.rglob("*"))
    command = [sys.executable, "scripts/grow.py", target]
    ended = subprocess.run(command, cwd=project, capture_output=True, text=True)  # noqa: S603
    assert ended.returncode == 1
    assert ended.stderr.endswith(f"{refusal}\n")
    assert "Traceback" not in ended.stderr
    assert set(project.parent.rglob("*")) == before
