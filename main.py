"""The Marina Guard Logbook API: the application, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from pydantic.alias_generators import to_camel
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

import seed
from database import Db, direct
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


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    seed.prepare()
    yield


app = FastAPIOffline(
    title="Marina Guard Logbook",
    lifespan=lifespan,
    generate_unique_id_function=lambda route: to_camel(route.name),
    swagger_ui_parameters={"persistAuthorization": True},
    telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    max_body_size=1_000_000,
)
# In the order in which a guard meets them, after signing in.
PARTS = (
    auth,
    users,
    locations,
    duty,
    checklists,
    equipment,
    logs,
    incidents,
    incident_reports,
    messages,
    notifications,
    shifts,
    timesheets,
    tours,
    fleet,
)
for part in PARTS:
    app.include_router(part.router, prefix="/api/v1")


@app.get("/health", tags=["health"])
@direct
def health(db: Db) -> dict[str, str]:
    """Answers once the database does."""
    db.exec(select(1)).one()
    return {"status": "ok"}


@app.exception_handler(IntegrityError)
async def conflict(request: Request, error: IntegrityError) -> JSONResponse:
    """Whoever loses a race against a constraint is told so."""
    return JSONResponse({"detail": "This conflicts with what is stored, perhaps since a moment ago. Look again."}, 409)


@app.exception_handler(RequestValidationError)
async def wrong_input(request: Request, error: RequestValidationError) -> JSONResponse:
    """FastAPI's own list, without what was sent: that may be a password."""
    faults = [{key: fault[key] for key in ("type", "loc", "msg")} for fault in error.errors()]
    return JSONResponse({"detail": faults}, 422)
