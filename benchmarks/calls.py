"""Requests to the application in this process, and what they cost."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import urlencode

from sqlalchemy import event, update
from sqlmodel import Session

from database import engine
from main import app
from middleware import log
from models import Notification
from rows import table_of
from security import new_token

log.disabled = True


class Cost(NamedTuple):
    """Milliseconds of this process, milliseconds on the clock, bytes of the answer, statements."""

    processor: float
    wall: float
    size: int
    statements: int


class Call(NamedTuple):
    """A request by a person of the small world, or by nobody."""

    method: str
    path: str
    person: str = ""
    query: dict[str, Any] = {}
    json: Any = None
    form: dict[str, str] = {}

    async def send(self) -> tuple[int, int]:
        """The status, and the size of the answer."""
        kind = "application/x-www-form-urlencoded" if self.form else "application/json"
        body = urlencode(self.form).encode() if self.form else json.dumps(self.json).encode()
        headers = [(b"content-type", kind.encode()), (b"authorization", f"Bearer {new_token(self.person)}".encode())]
        scope = {"type": "http", "method": self.method, "path": self.path, "root_path": "", "headers": headers}
        scope |= {"query_string": urlencode(self.query).encode(), "client": ("127.0.0.1", 1), "scheme": "http"}
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"" if self.method == "GET" else body}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(scope, receive, send)
        return sent[0]["status"], sum(len(part.get("body", b"")) for part in sent[1:])


@contextmanager
def undone() -> Iterator[None]:
    """What requests write in the meantime is undone, so that each can be sent again. It begins with a write of its own:
    no list finds the total that it has counted before."""
    with engine.connect() as connection:
        connection.begin()
        table = table_of(Notification)
        connection.execute(update(table).where(table.c.id == "notice").values(title="Notice"))
        session = partial(Session, join_transaction_mode="rollback_only")
        with patch("routing.engine", connection), patch("routing.Session", session):
            yield
        connection.rollback()


async def cost_of(call: Call, seconds: float = 0.5) -> tuple[int, Cost]:
    """The status, and the medians of what a request costs: it is sent for half a second, and twice at least."""
    statements: list[str] = []
    listen = lambda _, __, statement, *___: statements.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    samples: list[tuple[float, float]] = []
    end = time.monotonic() + seconds
    try:
        while len(samples) < 2 or time.monotonic() < end:
            with undone():
                statements.clear()
                processor, wall = time.process_time(), time.perf_counter()
                status, size = await call.send()
                samples.append((time.process_time() - processor, time.perf_counter() - wall))
                count = sum(not statement.startswith("SET LOCAL") for statement in statements)
            if status >= 400:
                break
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    processor, wall = (median(column) * 1000 for column in zip(*(samples[1:] or samples), strict=True))
    return status, Cost(processor, wall, size, count)
