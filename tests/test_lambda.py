"""On AWS Lambda: AWS's own runtime client calls `main.handler` with the events of both kinds of API Gateway."""

import base64
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlencode

import fastapi_offline
import pytest

from fields import cuid
from tests.databases import alembic, empty_database, end, execute, query, start

pytest.importorskip("awslambdaric", reason="AWS's runtime client is not installed: it is in requirements-dev.txt")

# A container serves one request at a time, as deploy/template.yaml says
ONE_AT_A_TIME = {"POOL_SIZE": "1", "POOL_OVERFLOW": "0"}
PATROL = {"type": "PATROL", "title": "Señor Łoś ⚓ 🛥", "description": "Checked the ropes.", "locationId": "dock"}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


class Runtime(ThreadingHTTPServer):
    """What Lambda is to a runtime client: it hands out one event after another, and takes the answers."""

    process = connections_in_snapshot = -1

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), Invocations)
        self.url = url
        self.events: Queue[dict[str, Any]] = Queue()
        self.answers: Queue[tuple[str, dict[str, Any]]] = Queue()

    def invoke(self, event: dict[str, Any]) -> Answer:
        self.events.put(event)
        path, answer = self.answers.get(timeout=60)
        assert path.endswith("/response"), answer
        body = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
        return Answer(answer["statusCode"], answer["headers"], body)


class Invocations(BaseHTTPRequestHandler):
    server: Runtime

    def do_GET(self) -> None:
        if self.path.endswith("/restore/next"):  # the container waits here while its snapshot is taken
            self.server.connections_in_snapshot = count_connections(self.server.url, self.server.process)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        event = json.dumps(self.server.events.get()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Lambda-Runtime-Aws-Request-Id", "1")
        self.send_header("Lambda-Runtime-Deadline-Ms", "4102444800000")
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:1:function:logbook")
        self.send_header("Content-Length", str(len(event)))
        self.end_headers()
        self.wfile.write(event)

    def do_POST(self) -> None:
        answer = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.answers.put((self.path, answer))

    def log_message(self, *_: object) -> None:
        pass


def http_api(method: str, path: str, headers: dict[str, str], query: dict[str, str], body: bytes | None) -> Any:
    """An event of an HTTP API with a stage named prod, in payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": f"/prod{path}",
        "rawQueryString": urlencode(query),
        "headers": headers,
        "requestContext": {
            "http": {"method": method, "path": f"/prod{path}", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7"},
            "stage": "prod",
        },
        "body": body and base64.b64encode(body).decode(),
        "isBase64Encoded": body is not None,
    }


def rest_api(method: str, path: str, headers: dict[str, str], query: dict[str, str], body: bytes | None) -> Any:
    """An event of a REST API with a stage named prod, which leaves the stage out of the path."""
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "requestContext": {"path": f"/prod{path}", "stage": "prod", "identity": {"sourceIp": "203.0.113.7"}},
        "body": body and body.decode(),
        "isBase64Encoded": False,
    }


class Caller:
    """A guard who calls the API through one kind of gateway."""

    def __init__(self, runtime: Runtime, gateway: Any) -> None:
        self.runtime, self.gateway, self.headers = runtime, gateway, {"host": "api.example.com"}
        account = {"email": f"{cuid()}@example.com", "password": "sixteen herons"}
        self.post("/api/v1/auth/sign-up", {"firstName": "Gail", "lastName": "Tester", **account})
        form = urlencode({"username": account["email"], "password": account["password"]}).encode()
        self.signed_in = self.call("POST", "/api/v1/auth/token", "application/x-www-form-urlencoded", form)
        self.headers["authorization"] = f"Bearer {self.signed_in.json()['access_token']}"

    def call(self, method: str, path: str, kind: str = "", body: bytes | None = None, **query: str) -> Answer:
        headers = {**self.headers, "content-type": kind} if kind else self.headers
        return self.runtime.invoke(self.gateway(method, path, headers, query, body))

    def get(self, path: str, **query: str) -> Answer:
        return self.call("GET", path, **query)

    def post(self, path: str, body: Any) -> Answer:
        return self.call("POST", path, "application/json", json.dumps(body, ensure_ascii=False).encode())


def count_connections(url: str, process: int) -> int:
    """How many connections the container, and nobody else, has to this database."""
    if url.startswith("sqlite"):
        files = [file.resolve() for file in Path(f"/proc/{process}/fd").iterdir()]
        return files.count(Path(url.removeprefix("sqlite:///")))
    [(count,)] = query(url, "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()")
    return int(count)


@pytest.fixture(scope="module", params=["on-demand", "snap-start"])
def runtime(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    """Lambda with one container. Its database has been migrated, and has a location."""
    url = empty_database()
    alembic(url, "upgrade", "head")
    execute(url, """INSERT INTO "Location" (id, name, "updatedAt") VALUES ('dock', 'Dock', CURRENT_TIMESTAMP)""")
    with Runtime(url) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}", "AWS_LAMBDA_FUNCTION_NAME": "logbook"}
        address["AWS_LAMBDA_INITIALIZATION_TYPE"] = request.param
        container = start(url, "-m", "awslambdaric", "main.handler", BASE_PATH="/prod", **ONE_AT_A_TIME, **address)
        server.process = container.pid
        yield server
        container.kill()
        container.communicate()
        server.shutdown()


@pytest.fixture(params=[http_api, rest_api], ids=["HTTP API", "REST API"])
def guard(runtime: Runtime, request: pytest.FixtureRequest) -> Caller:
    return Caller(runtime, request.param)


def test_a_guard_signs_in_clocks_in_and_reads_the_logbook(guard):
    assert guard.signed_in.status == 200
    clocked_in = guard.post("/api/v1/duty-sessions", {"locationId": "dock"})
    written = guard.post("/api/v1/logs", PATROL)
    assert (clocked_in.status, written.status) == (201, 201)
    logs = guard.get("/api/v1/logs", limit="1", search="ropes")
    assert logs.status == 200
    assert [log["id"] for log in logs.json()] == [written.json()["id"]]
    assert int(logs.headers["x-total-count"]) >= 1


@pytest.mark.parametrize("runtime", ["snap-start"], indirect=True)
def test_a_snapshot_has_no_connection(runtime):
    Caller(runtime, http_api)
    assert runtime.connections_in_snapshot == 0


def test_what_is_not_there_is_404(guard):
    answer = guard.get("/api/v1/logs/unknown")
    assert (answer.status, answer.json()) == (404, {"detail": "There is no log with this id."})


def test_an_address_outside_the_api_is_404(guard):
    assert guard.get("/nowhere").status == 404


def test_a_body_arrives_as_it_was_sent(guard):
    guard.post("/api/v1/duty-sessions", {"locationId": "dock"})
    written = guard.post("/api/v1/logs", PATROL)
    assert written.json()["title"] == PATROL["title"]


def test_a_body_that_is_no_text_is_refused_like_any_other(runtime):
    guard = Caller(runtime, http_api)
    assert guard.call("POST", "/api/v1/logs", "application/json", bytes(range(256))).status == 422


def test_an_answer_that_is_no_text_arrives_as_it_was_sent(guard):
    icon = Path(fastapi_offline.__file__).parent / "static" / "favicon.png"
    answer = guard.get("/static-offline-docs/favicon.png")
    assert (answer.headers["content-type"], answer.content) == ("image/png", icon.read_bytes())


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_documentation_links_to_addresses_with_the_stage(guard, path):
    page = guard.get(path)
    links = re.findall(r"""(?:src|href|url|spec-url)\s*[=:]\s*["']([^"']+)["']""", page.content.decode())
    assert "/prod/openapi.json" in links
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for link in links:
        assert link.startswith("/prod/")
        assert guard.get(link.removeprefix("/prod")).status == 200


def test_head_has_no_body(guard):
    answer = guard.call("HEAD", "/api/v1/logs")
    assert (answer.status, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"


def test_nothing_is_imported_that_only_a_start_elsewhere_needs(tmp_path):
    names = "alembic httpx pytest uvicorn"  # the demo data and the migrations need Alembic
    code = f"import sys; from main import app; print([name for name in '{names}'.split() if name in sys.modules])"
    assert end(start(f"sqlite:///{tmp_path}/logbook.db", "-c", code)) == (0, "[]\n")
