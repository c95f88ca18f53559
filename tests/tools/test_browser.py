"""The documentation in a real browser: Chromium, without a window. Where there is none, there is nothing to test."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest
from starlette.types import Receive, Scope, Send
from websockets.sync.client import ClientConnection, connect

from main import app
from settings import settings
from tests.tools.server import free_port, serving, wait_for
from tests.world import PASSWORD, build

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


class Browser:
    """One page, and what it asked the network for, by the DevTools protocol."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.asked: list[str] = []
        self.number = 0
        self.do("Network.enable")

    def do(self, method: str, **parameters: Any) -> Any:
        self.number += 1
        self.connection.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while (message := json.loads(self.connection.recv(60))).get("id") != self.number:
            if message["method"] == "Network.requestWillBeSent":
                self.asked.append(message["params"]["request"]["url"])
        return message["result"]

    def open(self, url: str) -> None:
        self.do("Page.navigate", url=url)

    def run(self, script: str) -> Any:
        return self.do("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def wait_until(self, condition: str) -> None:
        deadline = monotonic() + 60
        while not self.run(f"Boolean({condition})"):
            assert monotonic() < deadline, f"Never: {condition}"
            sleep(0.1)

    def click(self, selector: str) -> None:
        self.wait_until(f"document.querySelector({selector!r})")
        self.run(f"document.querySelector({selector!r}).click()")

    def type(self, selector: str, text: str) -> None:
        self.wait_until(f"document.querySelector({selector!r})")
        self.run(f"document.querySelector({selector!r}).focus()")
        self.do("Input.insertText", text=text)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    port = free_port()
    command = [str(CHROMIUM), *FLAGS, f"--remote-debugging-port={port}", f"--user-data-dir={tmp_path}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        wait_for(port)
        page = httpx2.get(f"http://127.0.0.1:{port}/json").json()[0]
        with connect(page["webSocketDebuggerUrl"], max_size=None) as connection:
            yield Browser(connection)
    finally:
        process.kill()
        process.wait(30)


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
