"""The documentation in a real browser: Chromium, without a window. Where there is none, there is nothing to test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from main import app
from settings import settings
from tests.tools.browser import CHROMIUM, Browser, browsing
from tests.tools.server import serving
from tests.world import PASSWORD, build

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with browsing(tmp_path) as browser:
        yield browser


async def without_prefix(scope: Scope, receive: Receive, send: Send) -> None:
    """The application behind a proxy that takes the prefix out of the path; uvicorn puts its root path in front."""
    await app({**scope, "path": scope["path"].removeprefix("/logbook")}, receive, send)


@pytest.fixture(params=["no prefix", "--root-path", "BASE_PATH"])
def address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the API is: with a prefix of its own, or under one that a proxy adds."""
    if request.param == "no prefix":
        with serving(app) as host:
            yield host
    elif request.param == "--root-path":
        with serving(without_prefix, root_path="/logbook") as host:
            yield f"{host}/logbook"
    else:
        monkeypatch.setattr(settings, "base_path", "/logbook")
        with serving(app) as host:
            yield f"{host}/logbook"


def test_swagger_ui_shows_every_part_and_signs_in(browser, address):
    build()
    browser.open(f"{address}/docs")
    browser.wait_until(f"document.querySelectorAll('.opblock-tag').length === {len(app.openapi()['tags'])}")
    browser.click(".btn.authorize")
    browser.type("#oauth_username", "other@example.com")
    browser.type("#oauth_password", PASSWORD)
    browser.click(".auth-btn-wrapper .authorize")
    browser.wait_until("document.querySelector('.auth-container').innerText.includes('Authorized')")
    assert f"{address}/api/v1/auth/token" in browser.asked
    assert [url for url in browser.asked if not url.startswith((address, "data:"))] == []


def test_redoc_shows_every_operation(browser, address):
    browser.open(f"{address}/redoc")
    operations = sum(len(path) for path in app.openapi()["paths"].values())
    browser.wait_until(f"document.querySelectorAll('[data-section-id*=\"/operation/\"]').length === {operations}")


def test_operations_are_found_by_the_names_of_their_actions_and_the_guide_by_a_link(browser, address):
    browser.open(f"{address}/docs")
    browser.click("#operations-tag-logs")
    browser.wait_until("document.querySelector('#operations-logs-getLogById').innerText.includes('getLogById')")
    link = "document.querySelector('#operations-tag-logs a[href*=guide]')"
    browser.wait_until(link)
    browser.open(browser.run(f"{link}.href"))
    browser.wait_until("document.body.innerText.includes('# 2. A Server Action and its endpoint')")


def test_try_it_out_offers_what_the_demo_data_has(browser, address):
    browser.open(f"{address}/docs#/logs/getLogById")
    browser.click("#operations-logs-getLogById .try-out__btn")
    browser.wait_until("document.querySelector('#operations-logs-getLogById tr input').value === 'demo-log'")
