"""The application as people run it: a process of its own, on a port of 127.0.0.1."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
from sqlmodel import Session

from models import Location, Role, User
from tests.databases import alembic, connect

ROOT = Path(__file__).parents[2]


class Server:
    """uvicorn on a database; `log` is the file of what it says."""

    def __init__(self, url: str, log: Path, workers: int = 1) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "uvicorn", "main:app", "--port", port, "--log-level", "warning"]
        with log.open("a") as output:
            self.process = subprocess.Popen(  # noqa: S603
                [*command, "--workers", str(workers)],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": url},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        deadline = monotonic() + 60
        while monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/health").status_code == 200:
                    return
            except httpx.TransportError:
                sleep(0.05)
        raise TimeoutError("The server does not answer.")

    def end(self, how: signal.Signals) -> None:
        os.killpg(self.process.pid, how)
        self.process.wait(60)


@contextmanager
def serving(url: str, log: Path, workers: int = 1) -> Iterator[Server]:
    server = Server(url, log, workers)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.end(signal.SIGTERM)


def prepare(url: str, roles: list[Role]) -> tuple[list[str], str]:
    """A migrated database with these people and a dock; the ids of both."""
    alembic(url, "upgrade", "head")
    dock = Location(name="North Dock")
    people = [
        User(first_name=role.title(), last_name=f"{n}", role=role, clerk_id=f"user_{n}", email=f"{n}@example.com")
        for n, role in enumerate(roles)
    ]
    with Session(connect(url), expire_on_commit=False) as db:
        db.add_all([dock, *people])
        db.commit()
    return [user.id for user in people], dock.id
