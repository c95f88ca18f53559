"""The application on a port of 127.0.0.1, in this process: it shares the database of the tests."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep

import uvicorn
from starlette.types import ASGIApp


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    """Until something listens there."""
    deadline = monotonic() + 60
    while monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            sleep(0.05)
    raise TimeoutError(f"Nothing listens on port {port}.")


@contextmanager
def serving(app: ASGIApp, root_path: str = "") -> Iterator[str]:
    """Its address."""
    port = free_port()
    config = uvicorn.Config(app, port=port, root_path=root_path, lifespan="off", ws="none", log_config=None)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    wait_for(port)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
