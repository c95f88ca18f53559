"""What keeps the service safe on the internet, and what it tells of itself."""

import hmac
import io
import json
import logging
import re
import time
from pathlib import Path

import anyio
import pytest
from fastapi.testclient import TestClient
from limits import parse
from sqlalchemy import create_engine, text
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import database
from conftest import Person
from main import app
from middleware import log
from models import Role
from pagination import Page
from security import new_token
from settings import settings
from tests.databases import alembic, end, start
from tests.world import OPERATIONS, build, request_for

PAGES = "https://pages.example.com"
SECRET = "only-the-gateway-knows"


@pytest.fixture
def logged():
    """The lines of the log."""
    handler = log.handlers[0]  # pytest has put its own beside it
    usual = handler.setStream(io.StringIO())
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    handler.setStream(usual)


@pytest.fixture
def broken(monkeypatch):
    """Every list fails as nobody expected."""

    def fail(self, _):
        raise RuntimeError("the cellar is flooded")

    monkeypatch.setattr(Page, "fetch", fail)


@pytest.fixture
def no_database(monkeypatch):
    nowhere = create_engine("sqlite:////no/such/folder/logbook.db")
    monkeypatch.setattr("routing.engine", nowhere)
    monkeypatch.setattr(database, "health_engine", nowhere)


# Pages of other origins


@pytest.mark.parametrize("origin", [PAGES, "https://other.example.com"])
def test_pages_of_the_origins_that_are_set_may_call(guard, origin):
    answer = guard.get("/logs", headers={"Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin
    assert {"X-Total-Count", "X-Request-ID", "Retry-After"} <= set(
        answer.headers["access-control-expose-headers"].split(", ")
    )
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example.com", "http://pages.example.com", f"{PAGES}.evil.com", "null"]
)
def test_pages_of_other_origins_may_not(guard, origin):
    assert "access-control-allow-origin" not in guard.get("/logs", headers={"Origin": origin}).headers
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    assert guard.options("/logs", headers=asked).status_code == 400


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
def test_a_page_may_ask_before_it_calls(anyone, method):
    asked = {
        "Origin": PAGES,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type, x-request-id",
    }
    answer = anyone.options("/logs", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGES


def test_a_page_can_read_that_something_went_wrong(guard, broken):
    answer = guard.get("/logs/none", headers={"Origin": PAGES})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, PAGES)
    answer = guard.get("/locations", headers={"Origin": PAGES})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (500, PAGES)


# The id of a request


@pytest.mark.parametrize("given", ["7", "a-b_c.D", "0f8fad5b-d9cb-469f-a165-70867728950e", "x" * 100])
def test_a_harmless_request_id_is_taken_over(anyone, logged, given):
    answer = anyone.get("/users/me", headers={"X-Request-ID": given})
    assert answer.headers["x-request-id"] == given
    assert logged()[0]["requestId"] == given


@pytest.mark.parametrize("given", ["", "x" * 101, "a b", '"}{"', "<script>", "a\tb", "ê".encode()])
def test_any_other_is_replaced(anyone, logged, given):
    made = anyone.get("/users/me", headers={"X-Request-ID": given}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert logged()[0]["requestId"] == made


def test_each_request_gets_an_id_of_its_own(anyone):
    assert len({anyone.get("/users/me").headers["x-request-id"] for _ in range(3)}) == 3


# The log


def test_a_request_leaves_one_line_of_json(guard, logged):
    answer = guard.get("/logs/secretive", params={"search": "secretive"})
    (line,) = logged()
    assert line.pop("milliseconds") >= 0
    assert line == {
        "requestId": answer.headers["x-request-id"],
        "method": "GET",
        "route": "/api/v1/logs/{logId}",
        "status": 404,
        "userId": guard.id,
    }


def test_a_request_for_nothing_of_nobody_leaves_one_too(anyone, logged):
    anyone.get("/secretive")
    (line,) = logged()
    assert (line["route"], line["status"], line["userId"]) == (None, 404, None)


def test_the_log_has_no_bodies_no_tokens_and_no_addresses(anyone, guard, logged):
    anyone.post("/auth/token", data={"username": guard.email, "password": "sixteen herons"})
    guard.patch(f"/users/{guard.id}", json={"phone": "call me"})
    guard.patch(f"/users/{guard.id}", json={"firstName": ["call me"]})
    lines = json.dumps(logged())
    assert len(logged()) == 3
    for secret in (
        guard.email,
        "herons",
        "call me",
        guard.headers["authorization"].removeprefix("Bearer "),
        "testclient",
    ):
        assert secret not in lines


def test_another_handler_does_not_write_the_lines_again(anyone):
    root, other = logging.getLogger(), logging.StreamHandler(io.StringIO())
    root.addHandler(other)
    anyone.get("/users/me")
    root.removeHandler(other)
    assert other.stream.getvalue() == ""


# What nobody expected


def test_an_unexpected_error_tells_its_id_and_nothing_else(guard, broken, logged):
    answer = guard.get("/locations")
    id = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert answer.json() == {"detail": f"Something went wrong on our side. Tell us the request id {id}."}


def test_its_traceback_is_in_the_log_under_that_id(guard, broken, logged):
    id = guard.get("/locations").headers["x-request-id"]
    trouble, line = logged()
    assert trouble["requestId"] == line["requestId"] == id
    assert "in fail" in trouble["traceback"]
    assert "RuntimeError: the cellar is flooded" in trouble["traceback"]
    assert (line["status"], line["userId"], line["route"]) == (500, guard.id, "/api/v1/locations")


def test_what_was_sent_to_the_database_is_not_in_the_log(guard, monkeypatch, logged):
    def fail(self, _):
        return self.db.execute(text("SELECT nothing FROM nowhere WHERE email = :email"), {"email": guard.email})

    monkeypatch.setattr(Page, "fetch", fail)
    assert guard.get("/locations").status_code >= 500
    assert "nowhere" in json.dumps(logged())
    assert guard.email not in json.dumps(logged())


def test_a_request_that_failed_leaves_nothing_behind(guard, admin, monkeypatch):
    dock = {"name": "North Dock"}
    with monkeypatch.context() as patch:
        patch.setattr("routes.locations.save", lambda *_: 1 / 0)
        assert admin.post("/locations", json=dock).status_code == 500
    assert admin.post("/locations", json=dock).status_code == 201


# Whether the database answers


def test_health_says_that_the_service_works(anyone):
    answer = anyone.get("http://testserver/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_a_database_everything_is_put_off_without_details(anyone, guard, no_database):
    for answer in anyone.get("http://testserver/health"), guard.get("/logs"):
        assert answer.status_code == 503
        assert answer.json() == {"detail": "The database does not answer. Try again."}
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.skipif(not database.EMBEDDED, reason="a server looks after its own files")
def test_health_tells_of_a_full_disk(anyone, monkeypatch, logged):
    monkeypatch.setattr(database, "LEAST_SPACE", 2**62)
    assert anyone.get("http://testserver/health").status_code == 503
    assert "is full" in logged()[0]["database"]


@pytest.mark.skipif(not database.EMBEDDED, reason="a server looks after its own files")
def test_health_tells_of_a_file_that_is_gone_or_was_made_again_empty(anyone, monkeypatch, tmp_path):
    file = tmp_path / "logbook.db"
    monkeypatch.setattr(database, "health_engine", database.engine_that_finds_its_file(file))
    assert anyone.get("http://testserver/health").status_code == 503
    assert not file.exists()
    file.touch()
    assert anyone.get("http://testserver/health").status_code == 503
    alembic(f"sqlite:///{file}", "upgrade", "head")
    assert anyone.get("http://testserver/health").status_code == 200
    file.unlink()
    assert anyone.get("http://testserver/health").status_code == 503
    file.touch()
    assert anyone.get("http://testserver/health").status_code == 503


# Headers and policy


@pytest.fixture
def answers(anyone, guard, broken):
    preflight = {"Origin": PAGES, "Access-Control-Request-Method": "GET"}
    return {
        200: anyone.get("http://testserver/health"),
        204: guard.post("/auth/sign-out"),
        "preflight": anyone.options("/logs", headers=preflight),
        401: anyone.get("/users/me"),
        404: anyone.get("/nothing"),
        405: anyone.put("/logs"),
        422: anyone.post("/auth/token"),
        500: Person(new_token(guard.id)).get("/locations"),
        "page": anyone.get("http://testserver/docs"),
    }


def test_every_answer_has_the_security_headers(answers):
    for kind, answer in answers.items():
        assert answer.status_code == kind or isinstance(kind, str)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-request-id"]


def test_no_answer_about_the_logbook_is_kept_on_the_way(guard, anyone):
    for answer in guard.get("/logs"), anyone.get("/logs"):
        assert answer.headers["cache-control"] == "no-store"


def policy(answer):
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: set(sources) for name, *sources in parts}


def test_an_answer_may_load_nothing_if_it_is_taken_for_a_page(guard):
    assert policy(guard.get("/logs")) == {"default-src": {"'none'"}, "frame-ancestors": {"'none'"}}


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_documentation_may_load_what_it_needs_from_here_and_nowhere_else(anyone, path):
    page = anyone.get("http://testserver" + path)
    allowed = policy(page)
    for directive, tag in ("script-src", "<script"), ("style-src", "<link"):
        assert tag not in page.text or "'self'" in allowed[directive]
    for directive, inline in ("script-src", "<script>"), ("style-src", "<style>"):
        assert inline not in page.text or "'unsafe-inline'" in allowed[directive]
    assert {"'self'", "data:"} == allowed["img-src"]
    assert allowed["connect-src"] == {"'self'"}
    assert set.union(*allowed.values()) <= {"'none'", "'self'", "'unsafe-inline'", "data:", "blob:"}


# Under a prefix


@pytest.fixture(params=["the server's root path", "left in the path", "taken out of the path"])
def prefixed(request, monkeypatch):
    """Someone who calls `/logbook/...` at a proxy, which tells of the prefix in one of the usual ways."""
    if request.param == "the server's root path":
        return TestClient(app, base_url="http://testserver/logbook", root_path="/logbook")
    monkeypatch.setattr(settings, "base_path", "/logbook")
    return TestClient(app, base_url="http://testserver" + ("/logbook" if request.param == "left in the path" else ""))


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_under_a_prefix_the_documentation_loads_what_is_under_it(prefixed, path):
    page = prefixed.get(path)
    sources = re.findall(r"""(?:src|href|url|spec-url)\s*[=:]\s*["']([^"']+)["']""", page.text)
    assert sources
    for source in sources:
        assert source.startswith("/logbook/")
        loaded = prefixed.get(source.removeprefix("/logbook"))
        assert loaded.status_code == 200
    assert policy(page)["script-src"] == {"'self'", "'unsafe-inline'"}


def test_under_a_prefix_the_documentation_calls_and_signs_in_there(prefixed):
    document = prefixed.get("/openapi.json").json()
    assert document["servers"][0] == {"url": "/logbook"}
    flow = document["components"]["securitySchemes"]["OAuth2PasswordBearer"]["flows"]["password"]
    assert prefixed.post("/" + flow["tokenUrl"]).status_code == 422


def test_under_a_prefix_nothing_about_the_logbook_is_kept_on_the_way(prefixed):
    answer = prefixed.get("/api/v1/logs")
    assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")
    assert policy(answer) == {"default-src": {"'none'"}, "frame-ancestors": {"'none'"}}


def test_under_a_prefix_behind_a_gateway_only_health_is_there_for_everyone(prefixed, rapidapi):
    assert prefixed.get("/health").status_code == 200
    for path in "/docs", "/api/v1/health", "/health/logbook", "/nothing/health":
        assert prefixed.get(path).status_code == 403


# HEAD

READS = [name for name, (method, path, _) in OPERATIONS.items() if method == "GET" and path.startswith("/api/")]
OTHERS = ["/health", "/docs", "/redoc", "/openapi.json", "/static-offline-docs/favicon.png", "/nothing"]


def test_head_answers_as_get_does_without_a_body():
    build(caller=Role.ADMIN, owner=Role.ADMIN)
    owner = TestClient(app, headers={"Authorization": f"Bearer {new_token('owner')}"})
    requests = [request_for(name) for name in READS] + [{"method": "GET", "url": path} for path in OTHERS]
    for request in requests:
        get = owner.request(**request)
        head = owner.request(**{**request, "method": "HEAD"})
        assert (head.status_code, head.content) == (get.status_code, b""), request["url"]
        assert {**head.headers, "x-request-id": ""} == {**get.headers, "x-request-id": ""}, request["url"]


def test_head_is_refused_where_there_is_no_get(anyone):
    assert anyone.head("/auth/token").status_code == 405


def test_the_log_tells_head_from_get(guard, logged):
    guard.head("/logs")
    (line,) = logged()
    assert (line["method"], line["route"], line["userId"]) == ("HEAD", "/api/v1/logs", guard.id)


# Bounds


def test_a_form_of_two_megabytes_is_too_large(anyone):
    answer = anyone.post("/auth/token", data={"username": "x" * 2_000_000, "password": "x"})
    assert answer.status_code == 413
    assert answer.json()["detail"]


def test_signing_in_and_up_takes_ten_kilobytes(anyone):
    for answer in (
        anyone.post(
            "/auth/token", content=b"&" * 10_001, headers={"Content-Type": "application/x-www-form-urlencoded"}
        ),
        anyone.post("/auth/sign-up", json={"padding": "x" * 10_001}),
    ):
        assert answer.status_code == 413
        assert answer.json() == {"detail": "The body is too large: send 10,000 bytes at most."}


def test_json_of_a_stranger_costs_little(anyone):
    body = b"[" + b"[]," * 150_000 + b"[]]"
    started = time.process_time()
    assert anyone.post("/logs", content=body, headers={"Content-Type": "application/json"}).status_code == 401
    assert time.process_time() - started < 0.1


def test_a_client_that_stops_reading_a_long_answer_is_let_go(monkeypatch):
    monkeypatch.setattr("middleware.PATIENCE", 0.01)
    scope = {"type": "http", "method": "GET", "path": "/openapi.json", "query_string": b"", "headers": []}
    read = []

    async def read_two(message):
        if len(read) == 2:
            await anyio.sleep_forever()
        read.append(message)

    anyio.run(app, scope, None, read_two)
    start, body = read
    assert body["more_body"]
    assert len(body["body"]) < 100_000 < int(dict(start["headers"])[b"content-length"])


def test_nobody_chooses_the_address_that_their_failures_count_for(anyone, monkeypatch):
    monkeypatch.setattr("security.PER_ADDRESS", parse("2 per 15 minutes"))
    form = {"password": "a guess"}
    tries = [
        anyone.post(
            "/auth/token", data=form | {"username": f"{n}@example.com"}, headers={"X-Forwarded-For": f"10.0.0.{n}"}
        )
        for n in range(3)
    ]
    assert [answer.status_code for answer in tries] == [401, 401, 429]


@pytest.mark.parametrize(("proxy", "last"), [("10.0.0.1", 401), ("10.0.0.2", 429)])
def test_behind_a_proxy_that_is_named_each_visitor_has_an_address(monkeypatch, proxy, last):
    monkeypatch.setattr("security.PER_ADDRESS", parse("2 per 15 minutes"))
    server = ProxyHeadersMiddleware(app, trusted_hosts="10.0.0.1")  # uvicorn's, with --forwarded-allow-ips 10.0.0.1
    caller = TestClient(server, client=(proxy, 50000))
    tries = [
        caller.post(
            "/api/v1/auth/token",
            data={"username": f"{n}@example.com", "password": "a guess"},
            headers={"X-Forwarded-For": f"10.1.0.{n}"},
        )
        for n in range(3)
    ]
    assert [answer.status_code for answer in tries] == [401, 401, last]


# Behind RapidAPI


@pytest.fixture
def rapidapi(monkeypatch):
    monkeypatch.setattr(settings, "rapidapi_proxy_secret", SECRET)


def test_behind_a_gateway_its_secret_lets_a_request_pass(guard, rapidapi):
    assert guard.get("/users/me", headers={"X-RapidAPI-Proxy-Secret": SECRET}).status_code == 200


@pytest.mark.parametrize("secret", [None, "", "another", SECRET + "x", SECRET.upper(), b"\xff"])
@pytest.mark.parametrize("path", ["/api/v1/users/me", "/api/v1/auth/token", "/docs", "/openapi.json", "/nothing"])
def test_behind_a_gateway_nothing_passes_without_it(guard, rapidapi, logged, path, secret):
    headers = {} if secret is None else {"X-RapidAPI-Proxy-Secret": secret}
    answer = guard.get("http://testserver" + path, headers=headers)
    assert answer.status_code == 403
    assert answer.json() == {"detail": "Call this API through its gateway."}
    assert answer.headers["x-request-id"] == logged()[0]["requestId"]


def test_behind_a_gateway_health_is_there_for_everyone(anyone, rapidapi):
    assert anyone.get("http://testserver/health").status_code == 200


def test_the_secret_is_compared_in_constant_time(anyone, rapidapi, monkeypatch):
    compared = []
    monkeypatch.setattr(hmac, "compare_digest", lambda *secrets: compared.append(secrets))
    anyone.get("/users/me", headers={"X-RapidAPI-Proxy-Secret": "a guess"})
    assert compared == [(b"a guess", SECRET.encode())]


# What is promised


def test_every_test_that_security_is_said_to_rest_on_is_there():
    folder = Path(__file__).parent
    named = set(re.findall(r"`(test_\w+)`", (folder.parent / "docs" / "SECURITY.md").read_text()))
    there = {
        name for file in folder.glob("test_*.py") for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)
    }
    assert len(named) > 30
    assert named <= there


# Telemetry

ASK_FOR_TRACER = """
from fastapi.testclient import TestClient
from opentelemetry import trace

class Provider(trace.TracerProvider):
    def get_tracer(self, name, *_, **__):
        print(name, "traces")
        return trace.NoOpTracer()

trace.set_tracer_provider(Provider())
from main import app
TestClient(app).get("/docs")
"""


@pytest.mark.parametrize(("setting", "traces"), [("", False), ("false", False), ("true", True)])
def test_telemetry_is_off_unless_it_is_switched_on(monkeypatch, tmp_path, setting, traces):
    monkeypatch.setenv("TELEMETRY", setting)
    code, output = end(start(f"sqlite:///{tmp_path}/logbook.db", "-c", ASK_FOR_TRACER))
    assert code == 0, output
    assert ("fastapi traces" in output) is traces


def test_nobody_is_sent_to_a_host_that_they_named_themselves(anyone):
    answer = anyone.get("/locations/", headers={"Host": "evil.example.com"}, follow_redirects=False)
    assert (answer.status_code, "location" in answer.headers) == (404, False)
