"""The four hot requests by FastAPI and SQLAlchemy alone, with nothing around them: what the machine can do.

It signs nobody in, checks no more than it must, logs nothing, and reads the tables as they are. It is the measure, no
example: the application does the same work, and a ratio says what its rules and its structure cost.
"""

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import OAuth2PasswordBearer
from jose import JWTError, jwt
from pydantic import BaseModel, Field
from pydantic_core import to_json
from sqlalchemy import DateTime, MetaData, Table, bindparam, create_engine, event, select
from sqlalchemy.orm import Session
from sqlmodel import UTCDateTime

from routing import on_event_loop  # what runs where is the same in both

engine = create_engine(os.environ["DATABASE_URL"])


@event.listens_for(engine, "connect")
def configure(connection: sqlite3.Connection, _: object) -> None:
    for pragma in "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000":
        connection.execute(f"PRAGMA {pragma}")


metadata = MetaData()


@event.listens_for(metadata, "column_reflect")
def use_aware_times(_: object, __: object, column: Any) -> None:
    if isinstance(column["type"], DateTime):
        column["type"] = UTCDateTime()


log, user, location, shift, duty = (
    Table(name, metadata, autoload_with=engine) for name in ("Log", "User", "Location", "Shift", "DutySession")
)
reviewer = user.alias()


class Rows:
    """A statement made once, and the names under which an answer shows its columns."""

    def __init__(self, joined: Any, **nested: list[Any]) -> None:
        self.statement = select(log, *chain(*nested.values())).select_from(joined)
        self.keys, self.nested, begin = [str(column.name) for column in log.c], [], len(log.c)
        for name, columns in nested.items():
            self.nested.append((name, begin, begin + len(columns), [str(column.name) for column in columns]))
            begin += len(columns)

    def shaped(self, row: Any) -> dict[str, Any]:
        entry: dict[str, Any] = dict(zip(self.keys, row, strict=False))
        for name, begin, end, keys in self.nested:
            entry[name] = dict(zip(keys, row[begin:end], strict=True))
        return entry


NAMES = {"location": [location.c.id, location.c.name], "user": [user.c.id, user.c.firstName, user.c.lastName]}
REFERRED = {"shift": [shift.c.id, shift.c.name], "reviewer": [reviewer.c.id, reviewer.c.firstName]}
joined = log.join(location, location.c.id == log.c.locationId).join(user, user.c.id == log.c.userId)
with_all = joined.outerjoin(shift, shift.c.id == log.c.shiftId).outerjoin(reviewer, reviewer.c.id == log.c.reviewedBy)
LISTED, DETAILED = Rows(joined, **NAMES), Rows(with_all, **NAMES, **REFERRED)
LIST = LISTED.statement.where(log.c.archivedAt.is_(None)).order_by(log.c.createdAt.desc()).limit(bindparam("limit"))
ONE = DETAILED.statement.where(log.c.id == bindparam("id"))
CALLER = select(user.c.id, user.c.role).where(user.c.id == bindparam("id"), user.c.archivedAt.is_(None))
ON_DUTY = select(duty.c.locationId).where(duty.c.userId == bindparam("id"), duty.c.clockOutTime.is_(None))


@on_event_loop
def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


Db = Annotated[Session, Depends(get_session)]


@on_event_loop
def current_user(db: Db, token: Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="token"))]) -> Any:
    try:
        claims = jwt.decode(token, os.environ["SECRET_KEY"], algorithms=["HS256"])
    except JWTError:
        raise HTTPException(401) from None
    if caller := db.execute(CALLER, {"id": claims["sub"]}).first():
        return caller
    raise HTTPException(401)


Caller = Annotated[Any, Depends(current_user)]


class LogCreate(BaseModel):
    type: str
    title: str = Field(min_length=1, max_length=200)
    description: str = Field(min_length=1, max_length=10000)
    locationId: str


def answer(data: Any, status: int = 200) -> Response:
    return Response(to_json(data), status, media_type="application/json")


router = APIRouter()


@router.get("/api/v1/logs")
@on_event_loop
def get_logs(db: Db, caller: Caller, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Response:
    return answer([LISTED.shaped(row) for row in db.execute(LIST, {"limit": limit})])


@router.get("/api/v1/logs/{id}")
@on_event_loop
def get_log(id: str, db: Db, caller: Caller) -> Response:
    if row := db.execute(ONE, {"id": id}).first():
        return answer(DETAILED.shaped(row))
    raise HTTPException(404)


@router.post("/api/v1/logs", status_code=201)
@on_event_loop
def create_log(body: LogCreate, db: Db, caller: Caller) -> Response:
    session = db.execute(ON_DUTY, {"id": caller.id}).first()
    if session is None or session.locationId != body.locationId:
        raise HTTPException(409)
    id, now = f"c{uuid4().hex}"[:25], datetime.now(UTC).replace(microsecond=0)
    db.execute(log.insert(), body.model_dump() | {"id": id, "userId": caller.id, "createdAt": now, "updatedAt": now})
    db.commit()
    return answer(DETAILED.shaped(db.execute(ONE, {"id": id}).one()), 201)


@router.get("/health")
async def get_health() -> Response:
    return answer({"status": "ok"})


app = FastAPI()
app.include_router(router)
