"""People and places for the tests. Each test has a database of its own; with --postgresql it is PostgreSQL."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import count
from pkgutil import resolve_name
from threading import Barrier
from typing import Any

from tests.postgresql import new_database, start_server

if "--postgresql" in sys.argv:
    os.environ["TESTS_ON_POSTGRESQL"] = "yes"  # the processes that pytest starts share the server
    os.environ["TEST_DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or start_server()
ON_POSTGRESQL = "TESTS_ON_POSTGRESQL" in os.environ

os.environ.update(
    DATABASE_URL=new_database() if ON_POSTGRESQL else f"sqlite:///{tempfile.mkdtemp()}/test.db",
    SECRET_KEY="a-key-that-only-the-tests-know-0123456789",
    TOKEN_HOURS="12",
    TIME_ZONE="UTC",
    HQ_LOCATION="HQ401",
    ALLOW_SIGN_UP="true",
    DEMO_DATA="false",
    CORS_ORIGINS="https://pages.example.com, https://other.example.com",
    FIRST_ADMIN_EMAIL="",
    FIRST_ADMIN_PASSWORD="",
)

import pytest
from alembic import command
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import Session, SQLModel

from database import engine
from main import app
from migrations import CONFIG
from models import Role, User
from pagination import statements
from security import failures, new_token

# What only one of the two databases can show
OF_SQLITE = ["tests/test_embedded.py"]
OF_POSTGRESQL = ["tests/test_copy.py", "tests/test_postgresql.py", "tests/test_take_over.py"]
collect_ignore = OF_SQLITE if ON_POSTGRESQL else OF_POSTGRESQL


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="run on PostgreSQL instead of SQLite")


@pytest.fixture(scope="session", autouse=True)
def tables() -> None:
    command.upgrade(CONFIG, "head")


@pytest.fixture(autouse=True)
def empty_database(tables: None) -> Iterator[None]:
    yield
    failures.storage.reset()
    statements.clear()  # they know the time zone, which some tests change
    with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def db() -> Iterator[Session]:
    """The database itself, for what no client can bring about, and to see what is stored."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def count_queries() -> Iterator[Callable[[Callable[[], Any]], int]]:
    """How many SQL statements a request takes: `count_queries(lambda: guard.get("/logs"))`."""
    statements: list[str] = []

    def listen(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith("SET LOCAL"):  # the limits of each transaction on PostgreSQL
            statements.append(statement)

    def count(request: Callable[[], Any]) -> int:
        statements.clear()
        assert request().status_code < 300
        return len(statements)

    event.listen(engine, "before_cursor_execute", listen)
    yield count
    event.remove(engine, "before_cursor_execute", listen)


class Person(TestClient):
    """Someone who uses the API: paths are those under /api/v1."""

    def __init__(self, token: str | None = None, **user: Any) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(app, base_url="http://testserver/api/v1", headers=headers)
        self.__dict__.update(user)


@pytest.fixture
def someone() -> Callable[..., Person]:
    """Make a person: `someone(Role.GUARD, "Gail")` has an account and is signed in, and has `id`, `name`, `email`."""
    made: list[User] = []

    def make(role: Role, first_name: str = "", **fields: Any) -> Person:
        made.append(
            user := User(
                first_name=first_name or f"{role.capitalize()}{len(made)}",
                last_name="Tester",
                role=role,
                email=f"{(first_name or role).lower()}{len(made)}@example.com",
                clerk_id=f"user_{len(made)}",
                **fields,
            )
        )
        with Session(engine, expire_on_commit=False) as session:
            session.add(user)
            session.commit()
        return Person(new_token(user.id), id=user.id, name=user.full_name, email=user.email)

    return make


@pytest.fixture
def anyone() -> Person:
    """Somebody who is not signed in."""
    return Person()


@pytest.fixture
def guard(someone: Callable[..., Person]) -> Person:
    return someone(Role.GUARD, "Gail")


@pytest.fixture
def other_guard(someone: Callable[..., Person]) -> Person:
    return someone(Role.GUARD, "Gus")


@pytest.fixture
def supervisor(someone: Callable[..., Person]) -> Person:
    return someone(Role.SUPERVISOR, "Sam")


@pytest.fixture
def other_supervisor(someone: Callable[..., Person]) -> Person:
    return someone(Role.SUPERVISOR, "Sue")


@pytest.fixture
def admin(someone: Callable[..., Person]) -> Person:
    return someone(Role.ADMIN, "Ada")


@pytest.fixture
def super_admin(someone: Callable[..., Person]) -> Person:
    return someone(Role.SUPER_ADMIN, "Sol")


@pytest.fixture
def dock(admin: Person) -> dict[str, Any]:
    return made(admin.post("/locations", json={"name": "North Dock"}))


@pytest.fixture
def other_dock(admin: Person) -> dict[str, Any]:
    return made(admin.post("/locations", json={"name": "South Dock"}))


@pytest.fixture
def hq(admin: Person) -> dict[str, Any]:
    return made(admin.post("/locations", json={"name": "HQ401"}))


@pytest.fixture
def duty(guard: Person, dock: dict[str, Any]) -> dict[str, Any]:
    """The guard's running duty session at the dock."""
    return made(guard.post("/duty-sessions", json={"locationId": dock["id"]}))


@pytest.fixture
def round_of_duty(supervisor: Person, hq: dict[str, Any]) -> dict[str, Any]:
    """The supervisor's running duty session at headquarters."""
    return made(supervisor.post("/duty-sessions", json={}))


VEHICLE = {"name": "Unit 1", "make": "Ford", "model": "Ranger", "year": 2020, "mileage": 100, "status": "WORKING"}
RADIO = {"name": "Radio 1", "status": "WORKING"}


@pytest.fixture
def car(admin: Person) -> dict[str, Any]:
    return made(admin.post("/vehicles", json=VEHICLE))


@pytest.fixture
def radio(admin: Person) -> dict[str, Any]:
    return made(admin.post("/radios", json=RADIO))


@pytest.fixture
def checkout(
    supervisor: Person, round_of_duty: dict[str, Any], car: dict[str, Any], radio: dict[str, Any]
) -> dict[str, Any]:
    """The car and the radio in the supervisor's hands."""
    body = {"dutySessionId": round_of_duty["id"], "carId": car["id"], "radioId": radio["id"], "checkoutMileage": 100}
    return made(supervisor.post("/equipment-checkouts", json=body))


def made(answer: Any) -> Any:
    """What a request made; it must have been made."""
    assert answer.status_code == 201, answer.text
    return answer.json()


def faulty(answer: Any) -> Any:
    """The field that a request was refused for; it must have been refused for wrong input."""
    assert answer.status_code == 422, answer.text
    return answer.json()["detail"][0]["loc"][-1]


def together(*requests: Callable[[], Any]) -> list[int]:
    """The statuses, in ascending order, of requests that are all sent at the same moment."""
    start = Barrier(len(requests))

    def send(request: Callable[[], Any]) -> int:
        start.wait()
        return int(request().status_code)

    with ThreadPoolExecutor(len(requests)) as threads:
        return sorted(threads.map(send, requests))


def look_together(monkeypatch: pytest.MonkeyPatch, *functions: str) -> None:
    """Let two requests go on from these functions only when both have come to the end of one.

    A function is named as "routes.duty.place_of".
    A request that had to wait for a lock looks again, and then alone.
    """
    both_have_looked, looks = Barrier(2), count()

    def waiting(look: Callable[..., Any]) -> Callable[..., Any]:
        def look_and_wait(*args: Any, **options: Any) -> Any:
            found = look(*args, **options)
            if next(looks) < 2:
                both_have_looked.wait(10)
            return found

        return look_and_wait

    for name in functions:
        monkeypatch.setattr(name, waiting(resolve_name(name)))


def send_during(monkeypatch: pytest.MonkeyPatch, name: str, request: Callable[[], Any]) -> list[Future[Any]]:
    """Send this request when a function of another one is called. It must not be answered before the other one is over.

    Its answer is the `result()` of the one element of the list.
    """
    sent: list[Future[Any]] = []
    function, sender = resolve_name(name), ThreadPoolExecutor(1)

    def send_first(*args: Any) -> Any:
        monkeypatch.undo()
        sent.append(sender.submit(request))
        wait(sent, 0.3)
        assert not sent[0].done()
        return function(*args)

    monkeypatch.setattr(name, send_first)
    return sent
