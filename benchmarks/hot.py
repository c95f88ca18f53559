"""The four hot requests, against the floor of the same machine."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from statistics import median

from security import new_token

REQUESTS = {
    "R1 list of 50": ("GET", "/api/v1/logs?limit=50"),
    "R2 one entry": ("GET", "/api/v1/logs/{id}"),
    "R3 create, by a guard on duty": ("POST", "/api/v1/logs"),
    "R5 /health": ("GET", "/health"),
}
PATROL = {"type": "PATROL", "title": "Gates checked", "description": "All locked. " * 15, "locationId": "dock"}
CONNECTIONS, SECONDS, ROUNDS = 16, 1.0, 7
FLOOR_LIST = """
SELECT l.*, p.id, p.name, u.id, u.firstName, u.lastName FROM Log l JOIN Location p ON p.id = l.locationId
JOIN User u ON u.id = l.userId WHERE l.archivedAt IS NULL ORDER BY l.createdAt DESC LIMIT 50
"""


class Server:
    """An application, served by uvicorn as it is in use, and some connections to it."""

    def __init__(self, app: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        uvicorn = "-m", "uvicorn", "--no-access-log", "--log-level", "error", "--port", str(port), app
        self.process = subprocess.Popen([sys.executable, "-W", "ignore", *uvicorn], stdout=subprocess.DEVNULL)
        self.connections = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(CONNECTIONS)]
        for connection in self.connections:
            while connection.sock is None:
                time.sleep(0.05)
                with suppress(ConnectionRefusedError):  # until it has started
                    connection.connect()

    def send(self, method: str, path: str, status: int) -> int:
        """Send a request on every connection at once: the number of answers."""
        headers = {"Authorization": f"Bearer {new_token('watchman')}", "Content-Type": "application/json"}
        for connection in self.connections:
            connection.request(method, path, json.dumps(PATROL) if method == "POST" else None, headers)
        for connection in self.connections:
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == status, body
        return CONNECTIONS

    def processor_time(self) -> float:
        """Of the server, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cost(self, method: str, path: str, ids: Iterator[str]) -> float:
        """Milliseconds of processor time that a request takes, over a second of them."""
        status, answers, end = 201 if method == "POST" else 200, 0, time.monotonic() + SECONDS
        before = self.processor_time()
        while time.monotonic() < end:
            answers += self.send(method, path.format(id=next(ids)), status)
        return (self.processor_time() - before) / answers * 1000

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()


def sqlite_to_json(file: str) -> float:
    """Milliseconds for the list of 50 by nothing but `sqlite3` and `json`."""
    connection, repetitions = sqlite3.connect(file), 200
    begin = time.process_time()
    for _ in range(repetitions):
        cursor = connection.execute(FLOOR_LIST)
        names = [column[0] for column in cursor.description]
        json.dumps([dict(zip(names, row, strict=True)) for row in cursor])
    return (time.process_time() - begin) / repetitions * 1000


def compare(url: str, rounds: int) -> Iterator[list[str]]:
    """The rows of a table: the median of each, and of the ratios within a round, which a busy machine hits alike."""
    file = url.removeprefix("sqlite:///")
    with sqlite3.connect(file) as connection:
        ids = cycle([id for (id,) in connection.execute("SELECT id FROM Log LIMIT 500")])
    application, floor = Server("main:app"), Server("benchmarks.floor:app")
    try:
        for name, (method, path) in REQUESTS.items():
            costs = [[server.cost(method, path, ids) for server in (application, floor)] for _ in range(rounds + 1)]
            ours, theirs = (median(column) for column in zip(*costs[1:], strict=True))  # the first one warms up
            ratio = median(one / other for one, other in costs[1:])
            yield [name, f"{ours:.2f}", f"{theirs:.2f}", f"{ratio:.2f}"]
        yield ["R1 by sqlite3 and json alone", "", f"{sqlite_to_json(file):.2f}", ""]
    finally:
        application.end()
        floor.end()
