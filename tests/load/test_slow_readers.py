"""Clients that ask for the largest page and do not read it must not fill the memory."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlmodel import Session

from models import Log, LogType, Role
from security import new_token
from tests.databases import connect
from tests.load.server import prepare, serving
from tests.postgresql import new_database

pytestmark = pytest.mark.load

CLIENTS, MOST = 12, 300_000_000  # bytes of memory, above what the server takes anyway


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    return f"sqlite:///{tmp_path}/logbook.db" if request.param == "sqlite" else new_database()


def memory(server):
    """Bytes that the server's process takes."""
    [line] = [line for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines() if "VmRSS" in line]
    return int(line.split()[1]) * 1024


def test_twelve_clients_that_do_not_read_take_little_memory(url, tmp_path):
    [admin], dock = prepare(url, [Role.ADMIN])
    texts = dict.fromkeys(("title", "description", "witnesses", "actions_taken", "review_notes"), "\N{ANCHOR}" * 5000)
    with Session(connect(url)) as db:
        db.add_all(
            Log(
                type=LogType.PATROL,
                location_id=dock,
                user_id=admin,
                photo_urls=["https://a.example/" * 20] * 100,
                **texts,
            )
            for _ in range(500)
        )
        db.commit()
    path, token = "/api/v1/logs?limit=500", new_token(admin)
    with serving(url, tmp_path / "server.log") as server:
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(server.address + path, headers=headers, timeout=60)
        assert len(answer.content) > 3_000_000
        usual, address = memory(server), urlsplit(server.address)
        readers = [socket.create_connection((address.hostname, address.port)) for _ in range(CLIENTS)]
        for reader in readers:
            reader.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        for reader in readers:
            assert reader.recv(15) == b"HTTP/1.1 200 OK"
        assert memory(server) - usual < MOST
        assert httpx.get(f"{server.address}/health").status_code == 200
        for reader in readers:
            reader.close()
