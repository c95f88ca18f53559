"""Chromium without a window, by the DevTools protocol."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
from websockets.sync.client import ClientConnection, connect

from tests.tools.server import free_port, wait_for

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


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser that keeps what it keeps in this folder."""
    port = free_port()
    command = [str(CHROMIUM), *FLAGS, f"--remote-debugging-port={port}", f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        wait_for(port)
        page = httpx2.get(f"http://127.0.0.1:{port}/json").json()[0]
        with connect(page["webSocketDebuggerUrl"], max_size=None) as connection:
            yield Browser(connection)
    finally:
        process.kill()
        process.wait(30)
