"""The Marina Guard Logbook API: the application, put together."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from limits.errors import StorageError
from pydantic.alias_generators import to_camel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import configure_mappers
from sqlalchemy.orm.exc import StaleDataError
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.staticfiles import StaticFiles

from database import disk_is_full, engine, health_engine, ping
from middleware import RequestMiddleware, unexpected
from routes import (
    auth,
    checklists,
    duty,
    equipment,
    fleet,
    incident_reports,
    incidents,
    locations,
    logs,
    messages,
    notifications,
    shifts,
    timesheets,
    tours,
    users,
)
from routing import ERROR_DESCRIPTIONS, on_event_loop
from schemas import Health, Refusal
from security import PUBLIC, read_token
from settings import EMBEDDED, settings

DESCRIPTION = """
The system of record of a town's marina security: guards clock in, keep the logbook and report incidents;
supervisors make their rounds, review incidents, plan shifts and approve timesheets; admins look after people,
places, fleet and checklist.

**Sign in** with *Authorize*: an e-mail address and a password are enough. Roles, from the lowest to the highest:
GUARD, SUPERVISOR, ADMIN, SUPER_ADMIN.

Times are ISO 8601 in UTC. Lists take `limit` and `offset`, and tell the total in the header `X-Total-Count`.
A page of very long texts ends early, at 4 MB: go on at `offset` and as many as came, until the total is reached.
An empty text in an optional field is null. A refusal says in `detail` what to do. An answer may have a value that is
missing in the list of its values: a database may have gained one.
"""

# In the order of a guard's day, then of what supervisors do, then of what admins do
GUARDS = auth, locations, duty, checklists, notifications, messages, logs, incidents, incident_reports
PARTS = *GUARDS, equipment, tours, shifts, timesheets, users, fleet

DOCS = Path(__file__).parent / "docs"
CHAPTERS = {  # of the guide, for the parts that one is about
    "auth": "05-who-may.md",
    "users": "05-who-may.md",
    "locations": "02-actions-and-endpoints.md",
    "duty": "06-transactions.md",
    "equipment": "06-transactions.md",
    "logs": "02-actions-and-endpoints.md",
    "shifts": "03-models.md",
    "timesheets": "06-transactions.md",
    "fleet": "04-zod-and-pydantic.md",
    "health": "10-deploying.md",
}


def tag(name: str, description: str) -> dict[str, Any]:
    """A part of the page, with a link to the guide. OpenAPI's `externalDocs` would take the address of a host."""
    return {"name": name, "description": f"{description} [The guide](guide/{CHAPTERS.get(name, 'README.md')})"}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    from demo import seed  # with Alembic and the demo data: AWS Lambda starts without them

    seed.prepare()
    yield


app = FastAPIOffline(
    title="Marina Guard Logbook",
    version="1.0.0",
    description=DESCRIPTION,
    contact={"name": "The logbook's admins"},
    license_info={"name": "Proprietary"},
    openapi_tags=[tag(str(part.router.tags[0]), str(part.__doc__)) for part in PARTS]
    + [tag("health", "Whether the service works.")],
    lifespan=lifespan,
    redirect_slashes=False,  # a redirect would name whatever Host was sent
    generate_unique_id_function=lambda route: to_camel(route.name),
    swagger_ui_parameters={
        "persistAuthorization": True,
        "docExpansion": "none",
        "filter": True,
        "displayOperationId": True,
    },
    telemetry=dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), settings.telemetry),
    servers=[{"url": settings.server_url or "/"}],
)
# A request meets the last of these first. What goes wrong is answered within CORS, so that pages can read it.
app.add_middleware(ExceptionMiddleware, handlers={Exception: unexpected})
if settings.cors_origins:
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
        expose_headers=["X-Total-Count", "X-Request-ID", "Retry-After"],
    )
app.add_middleware(RequestMiddleware)


@app.get(
    "/health",
    tags=["health"],
    summary="Whether the service works",
    response_model=Health,
    responses={503: {"model": Refusal, "description": ERROR_DESCRIPTIONS[503]}},  # the others refer to this one
    openapi_extra=PUBLIC,
)
@on_event_loop
def get_health() -> Health:
    """Answers once the database does."""
    ping()
    if disk_is_full():
        logging.getLogger("logbook").error(json.dumps({"database": "its disk is full"}))
        raise HTTPException(503, "The database does not answer. Try again.", {"Retry-After": "5"})
    return Health(status="ok")


# Each route is tried before the next: what is called most often comes first.
for part in sorted(PARTS, key=lambda part: part not in (logs, duty)):
    # With a server the token is read first of all: the provider's keys may be slow, and those who wait for them hold no
    # connection. The embedded database has enough of them, and some of auth is for people without a token.
    app.include_router(part.router, dependencies=[] if EMBEDDED or part is auth else [Depends(read_token)])

if DOCS.is_dir():  # AWS Lambda has the application alone
    app.mount("/guide", StaticFiles(directory=DOCS))


@app.exception_handler(413)
async def too_large(request: Request, error: Exception) -> JSONResponse:
    """FastAPI's `max_body_size`, in a sentence."""
    limit = request.scope["starlette.max_body_size"]
    return JSONResponse({"detail": f"The body is too large: send {limit:,} bytes at most."}, 413)


@app.exception_handler(IntegrityError)
@app.exception_handler(StaleDataError)
async def conflict(request: Request, error: Exception) -> JSONResponse:
    """The loser of a race against a constraint gets 409."""
    return JSONResponse({"detail": "This conflicts with what is stored, perhaps since a moment ago. Look again."}, 409)


@app.exception_handler(StorageError)
async def not_counted(request: Request, error: Exception) -> JSONResponse:
    """The storage that counts failed sign-ins, such as redis, does not answer."""
    return JSONResponse({"detail": "Sign-ins can't be counted at the moment. Try again."}, 503, {"Retry-After": "5"})


@app.exception_handler(RequestValidationError)
async def wrong_input(request: Request, error: RequestValidationError) -> JSONResponse:
    """FastAPI's own list, without what was sent: that may be a password."""
    faults = [{key: fault[key] for key in ("type", "loc", "msg")} for fault in error.errors()]
    return JSONResponse({"detail": faults}, 422)


@cache
def adapter() -> Callable[..., dict[str, Any]]:
    """What translates AWS's events. It is made at the first one, and so is the event loop that it runs requests on."""
    from mangum import Mangum  # only AWS Lambda needs it

    asyncio.set_event_loop(asyncio.new_event_loop())
    return Mangum(app, lifespan="off")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda calls this. The engine is made once for a container, with the application."""
    return adapter()(event, context)


def prepare_snapshot() -> None:
    """Before AWS Lambda takes the snapshot that its containers begin with (SnapStart): make what the first event would
    have to wait for, and close connections, which no two containers may share."""
    adapter()
    configure_mappers()
    app.openapi()  # builds the schemas
    for each in engine, health_engine:
        each.dispose()


with suppress(ImportError):  # AWS Lambda's runtime has it
    from snapshot_restore_py import register_before_snapshot  # type: ignore[import-untyped]

    register_before_snapshot(prepare_snapshot)
