"""The recipes of docs/, applied to a copy of the project: what they change fits, and what they run succeeds."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

import pytest

from conftest import ON_POSTGRESQL

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(?:^([^\n]*):\n\n)?^```(python|text|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"(A new file|At the end of|In) `([^`]+)`(?:, (after|before|instead of) `(.+)`)?")
# `make generate` without the client, which takes Node and the network
GENERATE = ".venv/bin/python -m scripts.openapi\n.venv/bin/python -m scripts.glossary"


class Step(NamedTuple):
    """A block of a recipe: the sentence before it, its language, and what it holds."""

    sentence: str
    language: str
    code: str


def steps(recipe: Path) -> list[Step]:
    return [Step(*block) for block in BLOCK.findall(recipe.read_text())]


def change(project: Path, sentence: str, code: str) -> None:
    """Do what the sentence says with this code."""
    how, name, where, line = PLACE.fullmatch(sentence).groups()
    file = project / name
    if how == "A new file":
        assert not file.exists()
        file.write_text(code)
    elif how == "At the end of":
        file.write_text(f"{file.read_text()}\n\n{code}")
    else:
        ((found, space),) = re.findall(rf"^(( *){re.escape(line)}\n)", file.read_text(), re.MULTILINE)
        new = indent(code, space) + ("\n\n" if code.startswith("@") else "")
        text = {"after": found + new, "before": new + found, "instead of": new}[where]
        file.write_text(file.read_text().replace(found, text))


def run(project: Path, command: str) -> None:
    """Run a command of the page; pytest in one process, on the database of this test."""
    if ".venv/bin/pytest" in command:
        command += " -n 0 --postgresql" if ON_POSTGRESQL else " -n 0"
    own = {"DATABASE_URL": f"sqlite:///{project}/logbook.db", "SECRET_KEY": ""}
    done = subprocess.run(shlex.split(command), cwd=project, env=os.environ | own, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 0, f"{command}\n{done.stdout[-5000:]}{done.stderr[-5000:]}"


@pytest.fixture
def project(tmp_path):
    """A copy of what is under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S607
    for name in listed.decode().rstrip("\0").split("\0"):
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / name).read_bytes())
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.mark.parametrize("name", ["field", "endpoint", "resource"])
def test_a_recipe_leads_to_what_it_promises(project, name):
    for sentence, language, code in steps(ROOT / f"docs/recipe-{name}.md"):
        if language != "sh":
            change(project, sentence, code)
            continue
        for command in code.replace("\\\n", "").replace("make generate", GENERATE).splitlines():
            run(project, command)
