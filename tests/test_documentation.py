"""The documentation: its links lead somewhere, to files, lines, headings and names in the code. What editors show of
routes says what it is."""

import inspect
import re
from pathlib import Path

import pytest

from main import PARTS
from scripts import glossary

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path for folder in (".", "docs", "deploy", "client", "benchmarks") for path in ROOT.glob(f"{folder}/*.md")
)
CODE = re.compile(r"^```.*?^```|^ {4,}.*?$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.*)$", CODE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def fault(page: Path, text: str, target: str) -> str:
    """What is wrong with a link, if anything is."""
    name, _, anchor = target.partition("#")
    path = (page.parent / name).resolve() if name else page
    if not path.exists():
        return "no such file"
    if path.suffix == ".md" and anchor and anchor not in anchors(path):
        return "no such heading"
    if anchor.startswith("L") and not 0 < int(anchor[1:]) <= len(path.read_text().splitlines()):
        return "no such line"
    named = re.fullmatch(r"`(\w+)`", text)
    if path.suffix == ".py" and named and not defines(path, named[1]):
        return "no such name in this file"
    return ""


def defines(path: Path, name: str) -> bool:
    return bool(re.search(rf"^ *(async def|def|class) {name}\b|^{name}\b.*=", path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    links = LINK.findall(CODE.sub("", page.read_text()))
    faults = {target: fault(page, text, target) for text, target in links if not target.startswith("http")}
    assert {target: wrong for target, wrong in faults.items() if wrong} == {}


def test_the_list_of_actions_is_what_make_generate_writes():
    assert glossary.PAGE.read_text() == glossary.page(), "Run: make generate"


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_no_function_of_a_route_takes_or_gives_just_anything(part):
    functions = [each for _, each in inspect.getmembers(part, inspect.isfunction) if each.__module__ == part.__name__]
    assert functions
    assert [each.__name__ for each in functions if re.search(r"\bAny\b", str(inspect.signature(each)))] == []
