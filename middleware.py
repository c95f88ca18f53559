"""What every request passes on its way in and out: its id, its log line, and what keeps it safe on the internet."""

import hmac
import json
import logging
import re
import sys
import time
import traceback
import uuid
from collections.abc import MutableMapping
from typing import Any

from anyio import move_on_after
from fastapi import Request
from fastapi.responses import JSONResponse
from sqlalchemy import exc
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from settings import settings

log = logging.getLogger("logbook")
log.addHandler(logging.StreamHandler(sys.stdout))
log.setLevel(logging.INFO)
log.propagate = False  # AWS Lambda has a handler of its own, which would write each line again

SAFE_ID = re.compile(r"[\w.-]{1,100}", re.ASCII)
PAGES = ("/docs", "/redoc", "/static-offline-docs")
SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000"),
]
NOTHING = b"default-src 'none'; frame-ancestors 'none'"
# Swagger UI and ReDoc start with an inline script, and draw with inline styles and data: images.
OWN_PAGES = (
    b"default-src 'none'; connect-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; font-src 'self' data:; worker-src blob:; frame-ancestors 'none'"
)

PIECE = 65_536  # bytes of a long body that are sent at a time: no more of it waits for a slow client in a buffer
PATIENCE = 30.0  # seconds that a client may take for one


class RequestMiddleware:
    """A plain ASGI middleware: one that is built on Starlette's base class costs fifteen times as much."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, without_traceback(send))
            return
        started, headers, method = time.perf_counter(), Headers(scope=scope), scope["method"]
        given = headers.get("X-Request-ID", "")
        request_id = given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        scope = as_routed(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        path = scope["path"].removeprefix(scope["root_path"])
        status = 500

        async def answer(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *headers_for(path, request_id)]
            elif method == "HEAD":
                message["body"] = b""
            if len(message.get("body", b"")) > PIECE:
                await send_in_pieces(send, message)
            else:
                await send(message)

        try:
            if came_through_gateway(path, headers):
                await self.app(scope, receive, answer)
            else:
                await JSONResponse({"detail": "Call this API through its gateway."}, 403)(scope, receive, answer)
        finally:
            write_log_line(scope, method, request_id, status, time.perf_counter() - started)


async def send_in_pieces(send: Send, message: MutableMapping[str, Any]) -> None:
    """Let go a client that does not read: a server ends a connection whose answer is not complete.

    A server would keep what it is given at once for as long as such a client stays, and of a page that is 4 MB.
    """
    body, more = message["body"], message.get("more_body", False)
    for end in range(PIECE, len(body) + PIECE, PIECE):
        piece = {**message, "body": body[end - PIECE : end], "more_body": more or end < len(body)}
        with move_on_after(PATIENCE) as waiting:
            await send(piece)
        if waiting.cancelled_caught:
            return


def without_traceback(send: Send) -> Send:
    """Of a start that the application itself has ended (SystemExit) the server shows the sentence only."""

    async def send_sentence(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "lifespan.startup.failed":
            message["message"] = message["message"].rpartition("SystemExit: ")[2].strip()
        await send(message)

    return send_sentence


def as_routed(scope: Scope) -> Scope:
    """The request as the routes know it: HEAD is a GET, whose body stays behind, and a path begins with its prefix,
    whether that is the server's root path or BASE_PATH, and whether the gateway has left it there or not."""
    prefix = scope.get("root_path") or settings.base_path
    path = prefix + scope["path"].removeprefix(prefix)
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    # FastAPI answers a body that says that it is too large in plain text, and one that turns out to be so in JSON.
    headers = [header for header in scope["headers"] if header[0] != b"content-length"]
    return {**scope, "headers": headers, "root_path": prefix, "path": path, "method": method}


def came_through_gateway(path: str, headers: Headers) -> bool:
    """Whether a request may pass: with RAPIDAPI_PROXY_SECRET set, only what the gateway sends, and /health."""
    secret = settings.rapidapi_proxy_secret
    if not secret or path == "/health":
        return True
    return hmac.compare_digest(headers.get("X-RapidAPI-Proxy-Secret", "").encode(), secret.encode())


def headers_for(path: str, request_id: str) -> list[tuple[bytes, bytes]]:
    """The headers that every answer has, in bytes: Starlette's `MutableHeaders` look through all of them for each."""
    policy = OWN_PAGES if path.startswith(PAGES) else NOTHING
    of_path = [(b"cache-control", b"no-store")] if path.startswith("/api/") else []
    own = [(b"x-request-id", request_id.encode()), (b"content-security-policy", policy), *of_path]
    return [*SECURITY_HEADERS, *own]


def write_log_line(scope: Scope, method: str, request_id: str, status: int, seconds: float) -> None:
    """One line of JSON for each request: no bodies, no tokens, no ids but the caller's."""
    line = {
        "requestId": request_id,
        "method": method,
        "route": getattr(scope.get("route"), "path", None),
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "userId": scope["state"].get("user_id"),
    }
    log.info(json.dumps(line))


async def unexpected(request: Request, error: Exception) -> JSONResponse:
    """What nobody expected: the log has the traceback, the client the request's id. A database that doesn't answer
    may do so soon (503)."""
    request_id = request.state.request_id
    log.error(json.dumps({"requestId": request_id, "traceback": "".join(traceback.format_exception(error))}))
    if isinstance(error, exc.OperationalError | exc.TimeoutError):
        return JSONResponse({"detail": "The database does not answer. Try again."}, 503, {"Retry-After": "5"})
    return JSONResponse({"detail": f"Something went wrong on our side. Tell us the request id {request_id}."}, 500)
