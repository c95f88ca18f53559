"""Every table and enum, and the fields that requests and responses share with them.

Tables, columns, enums, keys and indexes are those of the live database. What follows from a rule (names,
types, defaults, what a foreign key does) is said once, in `Model.__table_cls__`.
"""

import json
import logging
import re
import secrets
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Optional

import sqlalchemy as sa
from email_validator import validate_email
from pydantic import AfterValidator, AnyHttpUrl, BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic import Field as Limit
from pydantic.alias_generators import to_camel
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import declared_attr
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import AutoString, Field, Relationship, SQLModel, UTCDateTime

from settings import settings

# PostgreSQL's names end after 63 characters.
SQLModel.metadata.naming_convention = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "ix": "%(columns)s%(kind)s",
    "columns": lambda index, table: "_".join([table.name, *(column.name for column in index.columns)])[:59],
    "kind": lambda index, _: "_key" if index.unique else "_idx",
}


log = logging.getLogger("logbook")


# Values

# Beyond these, not every time zone and week around a moment has a date in Python.
EARLIEST, LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)


def now() -> datetime:
    """This moment, in UTC and to the millisecond, as the database keeps it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def cuid(moment: datetime | None = None) -> str:
    """A new id: `c` and 24 characters of 0-9a-z, in the order of creation, now or at this moment."""
    nanoseconds = int(moment.timestamp() * 10**9) if moment else time.time_ns()
    rest, digits = nanoseconds << 60 | secrets.randbits(60), ""
    while len(digits) < 24:
        rest, digit = divmod(rest, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return "c" + digits


def read_moment(value: Any) -> datetime:
    """A time in ISO 8601, to the millisecond; without a zone, or as a plain date, it is the town's."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise ValueError("expected a time in ISO 8601, such as 2026-11-22T20:17:05.123Z")
    moment: datetime = value if value.tzinfo else value.replace(tzinfo=settings.time_zone)
    if not EARLIEST <= moment <= LATEST or not 1900 <= (moment := moment.astimezone(UTC)).year < 2200:
        raise ValueError("expected a year from 1900 to 2199")
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def read_end(value: Any) -> datetime:
    """The end of a range: a plain date means the last millisecond of that day."""
    moment = read_moment(value)
    if isinstance(value, str) and len(value) <= 10:  # too short for a time of day
        return midnight(town_day(moment) + timedelta(days=1)) - timedelta(milliseconds=1)
    return moment


def town_day(moment: datetime) -> date:
    """The day that it is in the town at this moment."""
    return moment.astimezone(settings.time_zone).date()


def plain_day(moment: datetime) -> date:
    """The day that a stored date means. The other application stores a plain date as its midnight in UTC."""
    return moment.date() if moment.time() == datetime.min.time() else town_day(moment)


def midnight(day: date) -> datetime:
    """When a day begins in the town."""
    return datetime(day.year, day.month, day.day, tzinfo=settings.time_zone).astimezone(UTC)


def iso(moment: datetime) -> str:
    """UTC with milliseconds and `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def iso_or_null(moment: datetime) -> str | None:
    """The same of a moment that may be missing: one that is stored but can't be shown is."""
    return iso(moment) if EARLIEST < moment < LATEST else None


def as_number(value: Decimal) -> int | float:
    """A decimal as JSON shows it: 8.17, and 8 instead of 8.0."""
    return int(value) if value == value.to_integral_value() else float(value)


def as_sent(url: str) -> str:
    """The same text, once it has been found to be a web address."""
    AnyHttpUrl(url)
    return url


DISPLAY_FORM = re.compile("[^<>]*<([^<>]*)>")


def read_email_address(text: str) -> str:
    """The e-mail address in what somebody typed, with spaces around it or as `Gail <gail@example.com>`, too.

    It is in NFC, with the domain in ASCII. Capitals stay: addresses are compared without case. The Kelvin sign is
    refused, since NFC and lower case would make another person's k of it.
    """
    if "\N{KELVIN SIGN}" in text:
        raise ValueError("write the letter K, not the Kelvin sign")
    shown = DISPLAY_FORM.fullmatch(text.strip())
    address = validate_email((shown[1] if shown else text).strip(), check_deliverability=False)
    return f"{address.local_part}@{address.ascii_domain}"


def with_unicode_domain(address: str) -> str:
    """The other form in which an address may be stored."""
    return validate_email(address, check_deliverability=False).normalized


# Controls, line breaks, what has no width, and what changes the direction of writing
INVISIBLE = re.compile(
    "[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def visible(value: Any) -> Any:
    """Refuse a name or title with characters that nobody sees."""
    if isinstance(value, str) and INVISIBLE.search(value):
        raise ValueError("must not contain line breaks, control, zero-width or direction characters")
    return value


def each_once(what: str, field: str = "") -> AfterValidator:
    """Refuse a list in which a value, or a value of this field, occurs twice."""

    def check(items: list[Any]) -> list[Any]:
        if len({getattr(item, field) if field else item for item in items}) < len(items):
            raise ValueError(f"must not name {what} twice")
        return items

    return AfterValidator(check)


# JSON is strict: "5" is no number and "yes" no boolean.
Flag = Annotated[bool, Limit(strict=True)]
Whole = Annotated[int, Limit(strict=True)]
Count = Annotated[int, Limit(strict=True, ge=0, lt=2**31)]  # the database's integers have 4 bytes
Mileage = Annotated[int, Limit(strict=True, ge=0, le=999_999)]
Weekday = Annotated[int, Limit(strict=True, ge=0, le=6)]
Weekdays = Annotated[list[Weekday], each_once("a day")]
Name = Annotated[str, BeforeValidator(visible)]
OptionalName = Annotated[str | None, BeforeValidator(visible)]
TrimmedName = Annotated[str, StringConstraints(strip_whitespace=True), BeforeValidator(visible)]
ClockTime = Annotated[str, StringConstraints(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
WebAddress = Annotated[
    str,
    Limit(max_length=2000),
    AfterValidator(as_sent),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": 2000}),
]
EmailAddress = Annotated[
    str,
    Limit(max_length=254),
    AfterValidator(read_email_address),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]
Moment = Annotated[
    datetime,
    BeforeValidator(read_moment),
    PlainSerializer(iso, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
MomentOrNull = Annotated[datetime, PlainSerializer(iso_or_null, when_used="json"), *Moment.__metadata__[2:]]
RangeEnd = Annotated[datetime, BeforeValidator(read_end), WithJsonSchema({"type": "string", "format": "date-time"})]
Hours = Annotated[
    Decimal, PlainSerializer(as_number, return_type=int | float, when_used="json"), WithJsonSchema({"type": "number"})
]


# How values are kept


class Stored(TypeDecorator[Any]):
    """A column as it is read: whatever another program has stored in it, no answer fails.

    What `read` refuses is shown by `as_well_as_can_be`, and the log names the column once.
    """

    place, nullable = "", True  # of the column

    def read(self, stored: Any) -> Any:
        """What a value means that is as it should be; ValueError, TypeError or LookupError for any other."""
        raise NotImplementedError

    def as_well_as_can_be(self, stored: Any) -> Any:
        """What to show of a value that is not as it should be."""
        raise NotImplementedError

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        read = self.read

        def process(stored: Any) -> Any:
            if stored is None:
                return None
            try:
                return read(stored)
            except (ValueError, TypeError, LookupError, RecursionError):
                say_once(self.place)
                return self.as_well_as_can_be(stored)

        return process


@cache
def say_once(place: str) -> None:
    """Log that a column has a value that can't be shown as it is; once, not at each request."""
    log.warning(json.dumps({"oddValueIn": place}))


class StoredText(Stored):
    """SQLite keeps any value in any column: bytes are read as UTF-8, as far as they are."""

    impl: Any = sa.Text
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__()
        self.length = length
        self.impl = sa.String(length) if length else sa.Text()

    def read(self, stored: Any) -> str:
        if type(stored) is str:
            return stored
        raise TypeError

    def as_well_as_can_be(self, stored: Any) -> str:
        return stored.decode(errors="replace") if isinstance(stored, bytes) else str(stored)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        return super().result_processor(dialect, coltype) if dialect.name == "sqlite" else None


class StoredInteger(Stored):
    """SQLite keeps any value in any column: what is no whole number is null where that is allowed, else 0."""

    impl: Any = sa.Integer
    cache_ok = True

    def read(self, stored: Any) -> int:
        if type(stored) is int:
            return stored
        raise TypeError

    def as_well_as_can_be(self, stored: Any) -> int | None:
        return None if self.nullable else 0


class StoredDecimal(Stored):
    """What is no finite number (PostgreSQL has NaN) is null where that is allowed, else 0.

    SQLite has no decimals: a float, rounded back to a decimal, is exact for so few digits.
    """

    impl: Any = sa.Numeric
    cache_ok = True

    def __init__(self, precision: int | None, scale: int | None) -> None:
        super().__init__(precision, scale)
        self.precision, self.scale = precision, scale

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        return sa.Float(asdecimal=True) if dialect.name == "sqlite" else self.impl_instance

    def read(self, stored: Any) -> Decimal:
        number = stored if isinstance(stored, Decimal) else Decimal(f"{stored:.{self.scale}f}")
        if number.is_finite():
            return number
        raise ValueError

    def as_well_as_can_be(self, stored: Any) -> Decimal | None:
        return None if self.nullable else Decimal(0)


class StoredEnum(Stored):
    """A value that was added to the database later is read, and shown, as its text.

    It is no value that the enum has, and so no request may send it, but an answer that left it out or showed
    another one instead would be wrong.
    """

    impl: Any = sa.Enum
    cache_ok = True

    def __init__(self, values: type[StrEnum], kept_as: TypeEngine[Any]) -> None:
        super().__init__(values)
        self.values, self.impl = values, kept_as

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return value

    @property
    def python_type(self) -> type[StrEnum]:
        return self.values

    def read(self, stored: Any) -> Any:
        return self.values._value2member_map_[stored]

    def as_well_as_can_be(self, stored: Any) -> StrEnum:
        return stranger(self.values, stored.decode(errors="replace") if isinstance(stored, bytes) else str(stored))


@cache
def stranger(values: type[StrEnum], text: str) -> StrEnum:
    """A text in the place of an enum's value: it is of the enum's class, and equal to none of its values."""
    value = str.__new__(values, text)
    value._name_ = value._value_ = text
    return value


class Timestamp(Stored):
    """Aware in Python; in the database UTC without a zone, to the millisecond.

    Moments before EARLIEST or after LATEST, such as PostgreSQL's infinity, are read as these, and a text that is no
    time as EARLIEST. Answers show such a moment as null where that is allowed, and else as it is read.
    """

    impl: Any = sa.DateTime().with_variant(TIMESTAMP(precision=3), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None, microsecond=value.microsecond // 1000 * 1000)

    def read(self, stored: Any) -> datetime:
        moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        if EARLIEST <= moment <= LATEST:
            return moment
        raise ValueError

    def as_well_as_can_be(self, stored: Any) -> datetime:
        return LATEST if AFTER_LATEST.match(str(stored)) else EARLIEST


AFTER_LATEST = re.compile(r"infinity|9999-|\d{5,}-(?!.*BC)")


class JsonList(Stored):
    """A list of texts that the live database keeps as JSON in a text column; NULL is read as an empty one.

    So is what is no list. Of a list with other members, null is left out, and the others are shown as their JSON.
    """

    impl: Any = sa.Text
    cache_ok = True

    def process_bind_param(self, value: list[Any] | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def read(self, stored: Any) -> list[Any]:
        members = list_in(stored)
        "".join(members).encode()  # fails with half a surrogate pair
        return members

    def as_well_as_can_be(self, stored: Any) -> list[Any]:
        try:
            return [as_text(member) for member in list_in(stored) if member is not None]
        except (ValueError, TypeError, RecursionError):
            return []

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        process = super().result_processor(dialect, coltype)
        return lambda stored: process(stored) if stored else []


class WeekdayList(JsonList):
    """The same with numbers. Of a list with other members, those that are no day, 0 to 6, are left out."""

    cache_ok = True

    def read(self, stored: Any) -> list[int]:
        days = list_in(stored)
        if all(type(day) is int for day in days):
            return days
        raise TypeError

    def as_well_as_can_be(self, stored: Any) -> list[int]:
        return [int(day) for day in super().as_well_as_can_be(stored) if re.fullmatch("[0-6]", day)]


class TextArray(JsonList):
    """An array of texts, which SQLite keeps as JSON. It may be nested, or have NULL members."""

    impl: Any = ARRAY(sa.Text).with_variant(sa.JSON(none_as_null=True), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: sa.Dialect) -> Any:
        return value


def list_in(stored: Any) -> list[Any]:
    """The list that a column keeps, as JSON or as an array."""
    members = stored if isinstance(stored, list) else json.loads(stored)
    if isinstance(members, list):
        return members
    raise TypeError


def as_text(member: Any) -> str:
    """A member of a list as a text that can be sent."""
    text = member if isinstance(member, str) else json.dumps(member)
    return text.encode(errors="replace").decode()


class Model(SQLModel):
    """snake_case in Python; camelCase in JSON and in the database."""

    model_config = {
        "alias_generator": to_camel,
        "field_title_generator": lambda name, _: name.replace("_", " ").capitalize(),
        "validate_by_name": True,
        "validate_by_alias": True,
    }

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__

    @classmethod
    def __table_cls__(cls, name: str, metadata: Any, *items: Any, **options: Any) -> sa.Table:
        for item in items:
            if isinstance(item, sa.Column):
                follow_the_live_database(item)
                if isinstance(item.type, Stored):
                    item.type.place, item.type.nullable = f"{name}.{item.name}", bool(item.nullable)
        return sa.Table(name, metadata, *items, **options)


def follow_the_live_database(column: sa.Column[Any]) -> None:
    """Give a column the name, type, default and foreign key actions that it has in the live database."""
    column.name = to_camel(column.key)
    kept = column.type
    if isinstance(kept, AutoString | sa.String) and not isinstance(kept, sa.Enum):
        column.type = StoredText(None if isinstance(kept, AutoString) else kept.length)
    elif isinstance(kept, UTCDateTime):
        column.type = Timestamp()
    elif isinstance(kept, sa.Enum):
        kept.name = kept.python_type.__name__
        column.type = StoredEnum(kept.python_type, kept)
    elif isinstance(kept, sa.Integer):
        column.type = StoredInteger()
    elif isinstance(kept, sa.Numeric):
        column.type = StoredDecimal(kept.precision, kept.scale)
    if column.default is not None and column.onupdate is None:
        if isinstance(column.default, ScalarElementColumnDefault):
            column.server_default = sa.DefaultClause(literal(column.default.arg))
        elif isinstance(column.type, Timestamp):
            column.server_default = sa.DefaultClause(sa.text("CURRENT_TIMESTAMP"))
    for key in column.foreign_keys:
        key.onupdate = "CASCADE"
        key.ondelete = key.ondelete or ("SET NULL" if column.nullable else "RESTRICT")


def literal(value: Any) -> sa.TextClause:
    """A default as SQL: a boolean, a number, or the name of an enum's value."""
    return sa.text(str(value).lower() if isinstance(value, bool | int) else f"'{value}'")


def ref(table: str, **options: Any) -> Any:
    """A foreign key. Unless it says otherwise, deleting the other row is refused, or empties an optional key."""
    return Field(foreign_key=f"{table}.id", min_length=1, **options)


def one(foreign_key: str) -> Any:
    """The row that a foreign key points to, read together with its owner."""
    return Relationship(sa_relationship_kwargs={"foreign_keys": foreign_key, "lazy": "joined"})


def many(foreign_key: str, order_by: str | None = None) -> Any:
    """The rows that point here; a route that shows them loads them."""
    options = {"foreign_keys": foreign_key, "order_by": order_by, "lazy": "raise", "viewonly": True}
    return Relationship(sa_relationship_kwargs=options)


def index(*columns: str) -> sa.Index:
    return sa.Index(None, *columns)


def unique(*columns: str) -> sa.Index:
    return sa.Index(None, *columns, unique=True)


def only_one(name: str, column: str | sa.TextClause, where: str | None = None) -> sa.Index:
    """A guard of our own against two clients racing: of all rows `where` this holds, a value occurs once."""
    condition = where and sa.text(where)
    return sa.Index(name, column, unique=True, sqlite_where=condition, postgresql_where=condition)


class Identified(Model):
    """What every table row, and every response about one, carries."""

    id: str = Field(default_factory=cuid, primary_key=True)


class Row(Identified):
    """Most rows also say when they were made and last changed."""

    created_at: Moment = Field(default_factory=now)
    updated_at: Moment = Field(default_factory=now, sa_column_kwargs={"onupdate": now})


# People


class Role(StrEnum):
    """From the highest to the lowest."""

    SUPER_ADMIN = "SUPER_ADMIN"
    ADMIN = "ADMIN"
    SUPERVISOR = "SUPERVISOR"
    GUARD = "GUARD"

    def reaches(self, lowest: "Role") -> bool:
        """Whether this is that role or a higher one. One that was added to the database later is below all."""
        return RANKS.get(self, len(RANKS)) <= RANKS[lowest]


RANKS = {role: rank for rank, role in enumerate(Role)}


class PersonName(Model):
    """What people are called."""

    first_name: Name = Field(min_length=1, max_length=100)
    last_name: Name = Field(min_length=1, max_length=100)


class Profile(PersonName):
    """What people say of themselves."""

    image_url: WebAddress | None = Field(default=None, max_length=2000)
    phone: str | None = Field(default=None, max_length=50)
    street_address: str | None = Field(default=None, max_length=200)
    city: str | None = Field(default=None, max_length=100)
    state: str | None = Field(default=None, max_length=2)
    zip_code: str | None = Field(default=None, max_length=10)


class UserBase(Profile):
    """A user as the application knows him."""

    clerk_id: str = Field(index=True)
    email: str = Field(index=True)
    username: str | None = Field(default=None, index=True)
    role: Role = Role.GUARD
    archived_at: Moment | None = None


class User(UserBase, Row, table=True):
    __table_args__ = (
        unique("clerk_id"),
        unique("email"),
        unique("username"),
        only_one("User_email_folded_key", sa.text('lower("email")')),
    )

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Credential(Model, table=True):
    """How a user signs in here, beside the live database: not everyone in it has a password with us."""

    user_id: str = ref("User", primary_key=True, ondelete="CASCADE")
    password_hash: str | None = None
    tokens_end_at: Moment | None = None
    kept_token: str | None = None


# Places


class LocationBase(Model):
    """A marina, dock or ramp that guards watch."""

    name: TrimmedName = Field(min_length=1, max_length=100, index=True)
    description: str | None = Field(default=None, max_length=500)
    address: str | None = Field(default=None, max_length=300)
    is_active: Flag = True
    max_capacity: Whole | None = Field(default=None, ge=1, le=50, description="How many guards fit there.")


class Location(LocationBase, Row, table=True):
    __table_args__ = (unique("name"), only_one("Location_name_folded_key", sa.text('lower(ltrim(rtrim("name")))')))


# Duty


class DutySessionBase(Model):
    """A spell of duty; it lasts while `clockOutTime` is null."""

    user_id: str = ref("User", index=True)
    location_id: str | None = ref("Location", default=None, index=True)
    shift_id: str | None = ref("Shift", default=None)
    clock_in_time: Moment = Field(default_factory=now, index=True)
    clock_out_time: Moment | None = Field(default=None, index=True)
    notes: str | None = None


class DutySession(DutySessionBase, Row, table=True):
    __table_args__ = (only_one("DutySession_open_key", "user_id", where='"clockOutTime" IS NULL'),)

    user: User = one("DutySession.user_id")
    location: Location | None = one("DutySession.location_id")
    shift: Optional["Shift"] = one("DutySession.shift_id")
    location_check_ins: list["LocationCheckIn"] = many(
        "LocationCheckIn.duty_session_id", "LocationCheckIn.check_in_time.desc()"
    )


class LocationCheckInBase(Model):
    """A supervisor's visit to a marina."""

    duty_session_id: str = ref("DutySession", index=True, ondelete="CASCADE")
    location_id: str = ref("Location", index=True)
    user_id: str = ref("User", index=True)
    check_in_time: Moment = Field(default_factory=now, index=True)
    check_out_time: Moment | None = None
    notes: str | None = None


class LocationCheckIn(LocationCheckInBase, Row, table=True):
    __table_args__ = (only_one("LocationCheckIn_open_key", "duty_session_id", where='"checkOutTime" IS NULL'),)

    location: Location = one("LocationCheckIn.location_id")


# The safety checklist


class SafetyChecklistItemBase(Model):
    """A thing to check before the watch begins."""

    name: Name = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=500)
    order: Count = Field(default=0, index=True)
    is_active: Flag = Field(default=True, index=True)


class SafetyChecklistItem(SafetyChecklistItemBase, Row, table=True):
    __table_args__ = (unique("name"), only_one("SafetyChecklistItem_name_folded_key", sa.text('lower("name")')))


class SafetyChecklistResponse(Row, table=True):
    __table_args__ = (unique("log_id"),)

    duty_session_id: str = ref("DutySession", index=True, ondelete="CASCADE")
    user_id: str = ref("User", index=True)
    location_id: str = ref("Location", index=True)
    log_id: str | None = ref("Log", default=None)
    completed_at: Moment = Field(default_factory=now, index=True)


class SafetyChecklistItemCheckBase(Model):
    """One item of a submitted checklist."""

    checked: Flag = False
    notes: str | None = Field(default=None, max_length=2000)


class SafetyChecklistItemCheck(SafetyChecklistItemCheckBase, Row, table=True):
    __table_args__ = (unique("safety_checklist_response_id", "safety_checklist_item_id"),)

    safety_checklist_response_id: str = ref("SafetyChecklistResponse", index=True, ondelete="CASCADE")
    safety_checklist_item_id: str = ref("SafetyChecklistItem", index=True)


# Cars and radios


class FleetStatus(StrEnum):
    WORKING = "WORKING"
    OUT_OF_SERVICE = "OUT_OF_SERVICE"
    RETIRED = "RETIRED"


class FleetUnit(Model):
    """What a vehicle and a radio have in common."""

    name: Name = Field(min_length=1, max_length=100)
    status: FleetStatus = Field(default=FleetStatus.WORKING, index=True)
    location_id: str | None = ref("Location", default=None, index=True)
    notes: str | None = Field(default=None, max_length=2000)


class VehicleBase(FleetUnit):
    """A car of the fleet; mileage in miles."""

    make: Name = Field(min_length=1, max_length=100)
    model: Name = Field(min_length=1, max_length=100)
    year: Whole = Field(ge=1900)
    vin: OptionalName = Field(default=None, max_length=17)
    license_plate: OptionalName = Field(default=None, max_length=20)
    mileage: Count = 0


class Vehicle(VehicleBase, Row, table=True):
    __table_args__ = (unique("vin"),)

    mileage_updated_at: Moment | None = None
    archived_at: Moment | None = None
    location: Location | None = one("Vehicle.location_id")
    checkouts: list["SupervisorEquipmentCheckout"] = many("SupervisorEquipmentCheckout.vehicle_id")


class RadioBase(FleetUnit):
    """A radio of the fleet."""

    serial_number: OptionalName = Field(default=None, max_length=100)
    model: OptionalName = Field(default=None, max_length=100)
    channel: OptionalName = Field(default=None, max_length=50)


class Radio(RadioBase, Row, table=True):
    __table_args__ = (unique("serial_number"),)

    archived_at: Moment | None = None
    location: Location | None = one("Radio.location_id")
    checkouts: list["SupervisorEquipmentCheckout"] = many("SupervisorEquipmentCheckout.radio_id")


class EquipmentCheckoutBase(Model):
    """A car and a radio in a supervisor's hands; they are out while `checkinTime` is null."""

    duty_session_id: str = ref("DutySession", index=True, ondelete="CASCADE")
    vehicle_id: str | None = ref("Vehicle", default=None, index=True)
    radio_id: str | None = ref("Radio", default=None, index=True)
    checkout_mileage: int | None = None
    checkin_mileage: int | None = None
    checkout_time: Moment = Field(default_factory=now, index=True)
    checkin_time: Moment | None = None
    notes: str | None = None


class SupervisorEquipmentCheckout(EquipmentCheckoutBase, Identified, table=True):
    __table_args__ = (
        only_one("SupervisorEquipmentCheckout_open_session_key", "duty_session_id", where='"checkinTime" IS NULL'),
        only_one("SupervisorEquipmentCheckout_open_vehicle_key", "vehicle_id", where='"checkinTime" IS NULL'),
        only_one("SupervisorEquipmentCheckout_open_radio_key", "radio_id", where='"checkinTime" IS NULL'),
    )

    vehicle: Vehicle | None = one("SupervisorEquipmentCheckout.vehicle_id")
    radio: Radio | None = one("SupervisorEquipmentCheckout.radio_id")


# The logbook


class LogType(StrEnum):
    INCIDENT = "INCIDENT"
    PATROL = "PATROL"
    VISITOR_CHECKIN = "VISITOR_CHECKIN"
    MAINTENANCE = "MAINTENANCE"
    WEATHER = "WEATHER"
    ON_DUTY_CHECKLIST = "ON_DUTY_CHECKLIST"
    OTHER = "OTHER"


class RecordStatus(StrEnum):
    LIVE = "LIVE"
    UPDATED = "UPDATED"
    ARCHIVED = "ARCHIVED"
    DRAFT = "DRAFT"


class IncidentSeverity(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class LogBase(Model):
    """An entry of the logbook."""

    type: LogType = Field(index=True)
    title: Name = Field(min_length=1, max_length=200)
    description: str = Field(min_length=1, max_length=10000)
    location_id: str = ref("Location", index=True)
    shift_id: str | None = ref("Shift", default=None, index=True)
    severity: IncidentSeverity | None = Field(default=None, index=True)
    incident_time: Moment | None = None
    people_involved: str | None = Field(default=None, max_length=5000)
    witnesses: str | None = Field(default=None, max_length=5000)
    actions_taken: str | None = Field(default=None, max_length=5000)
    follow_up_required: Flag | None = False
    follow_up_notes: str | None = Field(default=None, max_length=5000)
    weather_conditions: str | None = Field(default=None, max_length=200)
    photo_urls: list[WebAddress] | None = Field(default=None, max_length=50, sa_type=JsonList)
    video_urls: list[WebAddress] | None = Field(default=None, max_length=50, sa_type=JsonList)


class LogRecord(LogBase):
    """What the logbook adds to an entry."""

    status: RecordStatus = Field(default=RecordStatus.LIVE, index=True)
    user_id: str = ref("User", index=True)
    reviewed_by: str | None = ref("User", default=None, index=True)
    reviewed_at: Moment | None = None
    review_notes: str | None = Field(default=None, max_length=5000)
    archived_at: Moment | None = None


class Log(LogRecord, Row, table=True):
    __table_args__ = (
        index("created_at"),
        # ours: incidents, and the entries of a location, are read in order instead of sorted, a hundred times faster
        sa.Index("Log_type_feed_idx", "type", "created_at"),
        sa.Index("Log_locationId_feed_idx", "location_id", "created_at"),
    )

    location: Location = one("Log.location_id")
    user: User = one("Log.user_id")
    shift: Optional["Shift"] = one("Log.shift_id")
    reviewer: User | None = one("Log.reviewed_by")


class LogEdit(Identified, table=True):
    log_id: str = ref("Log", index=True, ondelete="CASCADE")
    edited_by: str = ref("User", index=True)
    edited_at: Moment = Field(default_factory=now)
    field_changed: str
    old_value: str | None = None
    new_value: str | None = None
    reason: str | None = None


class Alarm(Model, table=True):
    """That an entry has been told of as a HIGH or CRITICAL incident, beside the live database: it is so once."""

    log_id: str = ref("Log", primary_key=True, ondelete="CASCADE")
    user_id: str = ref("User", index=True, ondelete="CASCADE")
    raised_at: Moment = Field(default_factory=now)


class IncidentReportBase(Model):
    """The formal report on an incident, signed by a guard and a supervisor."""

    log_id: str = ref("Log", index=True, ondelete="CASCADE")
    incident_number: str = Field(index=True)
    generated_at: Moment = Field(default_factory=now)
    generated_by: str = Field(index=True)
    guard_assigned_id: str | None = Field(default=None, index=True)
    guard_signed_by: str | None = None
    guard_signed_by_name: str | None = None
    guard_signed_at: Moment | None = None
    guard_ip_address: str | None = None
    supervisor_assigned_id: str = Field(index=True)
    supervisor_signed_by: str | None = None
    supervisor_signed_by_name: str | None = None
    supervisor_signed_at: Moment | None = None
    supervisor_ip_address: str | None = None
    notified_users: list[str] | None = Field(default=None, sa_type=TextArray)


class IncidentReportGeneration(IncidentReportBase, Row, table=True):
    __table_args__ = (unique("incident_number"), unique("log_id"))

    log: Log = one("IncidentReportGeneration.log_id")


# Shifts


class AssignmentBase(Model):
    """A person in a shift or a pattern."""

    user_id: str = ref("User", index=True, ondelete="CASCADE")
    role: OptionalName = Field(default=None, max_length=50)


class ShiftBase(Model):
    """A planned shift at a location."""

    name: Name = Field(min_length=1, max_length=100)
    start_time: Moment
    end_time: Moment
    location_id: str = ref("Location", index=True)


class Shift(ShiftBase, Row, table=True):
    __table_args__ = (index("start_time", "end_time"),)

    recurring_pattern_id: str | None = ref("RecurringShiftPattern", default=None, index=True)
    location: Location = one("Shift.location_id")
    assignments: list["ShiftAssignment"] = many("ShiftAssignment.shift_id", "ShiftAssignment.id")


class ShiftAssignment(AssignmentBase, Row, table=True):
    __table_args__ = (unique("shift_id", "user_id"),)

    shift_id: str = ref("Shift", index=True, ondelete="CASCADE")
    user: User = one("ShiftAssignment.user_id")


class RecurringShiftPatternBase(Model):
    """Shifts that return every week; they run past midnight unless the end is after the start."""

    name: Name = Field(min_length=1, max_length=100)
    location_id: str = ref("Location", index=True)
    start_time: ClockTime = Field(schema_extra={"examples": ["22:00"]})
    end_time: ClockTime = Field(schema_extra={"examples": ["06:00"]})
    days_of_week: Weekdays = Field(
        min_length=1, max_length=7, sa_type=WeekdayList, description="0 is Sunday, 6 is Saturday."
    )
    is_active: Flag = Field(default=True, index=True)
    start_date: Moment
    end_date: Moment | None = None


class RecurringShiftPattern(RecurringShiftPatternBase, Row, table=True):
    location: Location = one("RecurringShiftPattern.location_id")
    user_assignments: list["RecurringUserAssignment"] = many(
        "RecurringUserAssignment.recurring_pattern_id", "RecurringUserAssignment.id"
    )


class RecurringShiftDay(Model, table=True):
    """The day of a pattern for which a shift was made, beside the live database: it is made once, even if the shift
    was moved or deleted since."""

    recurring_pattern_id: str = ref("RecurringShiftPattern", primary_key=True, ondelete="CASCADE")
    day: date = Field(primary_key=True)
    shift_id: str | None = ref("Shift", default=None, index=True)


class RecurringUserAssignment(AssignmentBase, Row, table=True):
    __table_args__ = (unique("recurring_pattern_id", "user_id"),)

    recurring_pattern_id: str = ref("RecurringShiftPattern", index=True, ondelete="CASCADE")
    user: User = one("RecurringUserAssignment.user_id")


# Timesheets


class TimesheetStatus(StrEnum):
    DRAFT = "DRAFT"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class TimesheetBase(Model):
    """A person's hours of a week, Sunday to Saturday."""

    user_id: str = ref("User", index=True)
    week_start_date: Moment
    week_end_date: Moment
    total_hours: Hours = Field(max_digits=6, decimal_places=2)
    total_entries: int = 0
    status: TimesheetStatus = Field(default=TimesheetStatus.DRAFT, index=True)
    submitted_at: Moment | None = None
    submitted_by: str | None = ref("User", default=None)
    approved_by: str | None = ref("User", default=None, index=True)
    approved_at: Moment | None = None
    rejected_by: str | None = ref("User", default=None)
    rejected_at: Moment | None = None
    rejection_reason: str | None = None
    created_by: str = ref("User", index=True)


class Timesheet(TimesheetBase, Row, table=True):
    __table_args__ = (unique("user_id", "week_start_date"), index("week_start_date", "week_end_date"))

    user: User = one("Timesheet.user_id")
    approver: User | None = one("Timesheet.approved_by")
    rejector: User | None = one("Timesheet.rejected_by")
    entries: list["TimesheetEntry"] = many(
        "TimesheetEntry.timesheet_id", "(TimesheetEntry.clock_in_time, TimesheetEntry.id)"
    )
    adjustments: list["TimesheetAdjustment"] = many(
        "TimesheetAdjustment.timesheet_id", "(TimesheetAdjustment.adjusted_at.desc(), TimesheetAdjustment.id.desc())"
    )


class TimesheetEntryBase(Model):
    """One spell of work; hours are decimal, to the hundredth."""

    timesheet_id: str = ref("Timesheet", index=True, ondelete="CASCADE")
    duty_session_id: str | None = ref("DutySession", default=None, index=True)
    date: Moment = Field(index=True)
    clock_in_time: Moment
    clock_out_time: Moment
    hours_worked: Hours = Field(max_digits=5, decimal_places=2)
    location_id: str | None = ref("Location", default=None)
    shift_id: str | None = ref("Shift", default=None)
    original_clock_in: Moment | None = None
    original_clock_out: Moment | None = None
    original_hours: Hours | None = Field(default=None, max_digits=5, decimal_places=2)
    was_adjusted: bool = False
    was_manually_added: bool = False
    notes: str | None = None


class TimesheetEntry(TimesheetEntryBase, Row, table=True):
    location: Location | None = one("TimesheetEntry.location_id")
    shift: Shift | None = one("TimesheetEntry.shift_id")
    duty_session: DutySession | None = one("TimesheetEntry.duty_session_id")


class TimesheetAdjustmentType(StrEnum):
    HOURS_EDITED = "HOURS_EDITED"
    TIME_EDITED = "TIME_EDITED"
    ENTRY_ADDED = "ENTRY_ADDED"
    ENTRY_REMOVED = "ENTRY_REMOVED"
    NOTE_ADDED = "NOTE_ADDED"


class TimesheetAdjustmentBase(Model):
    """What was changed in a timesheet, by whom and why."""

    timesheet_id: str = ref("Timesheet", index=True, ondelete="CASCADE")
    entry_id: str | None = None
    type: TimesheetAdjustmentType
    field_changed: str | None = None
    old_value: str | None = None
    new_value: str | None = None
    reason: str
    adjusted_by: str = ref("User", index=True)
    adjusted_at: Moment = Field(default_factory=now, index=True)
    created_at: Moment = Field(default_factory=now)


class TimesheetAdjustment(TimesheetAdjustmentBase, Identified, table=True):
    adjuster: User = one("TimesheetAdjustment.adjusted_by")


# Tours


class TourStatus(StrEnum):
    DRAFT = "DRAFT"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class TourBase(Model):
    """A supervisor's round with car and radio; mileage in miles."""

    title: OptionalName = Field(default=None, max_length=255, sa_type=sa.String(255))
    car_number: Name = Field(min_length=1, max_length=50, sa_type=sa.String(50))
    radio_number: Name = Field(min_length=1, max_length=50, sa_type=sa.String(50))
    starting_mileage: Mileage


class TourReturn(Model):
    """How a tour ended."""

    ending_mileage: Mileage | None = None
    car_returned: Flag = False
    radio_returned: Flag = False
    keys_returned: Flag = False
    notes: str | None = Field(default=None, max_length=5000)


class TourRecord(TourBase, TourReturn):
    """A tour from its start to its end."""

    supervisor_id: str = ref("User", index=True, ondelete="CASCADE")
    status: TourStatus = Field(default=TourStatus.IN_PROGRESS, index=True)
    started_at: Moment = Field(default_factory=now, index=True)
    completed_at: Moment | None = None


class Tour(TourRecord, Row, table=True):
    supervisor: User = one("Tour.supervisor_id")
    tour_stops: list["TourStop"] = many("TourStop.tour_id", "(TourStop.arrived_at, TourStop.id)")


class TourStopType(StrEnum):
    LOCATION_INSPECTION = "LOCATION_INSPECTION"
    GUARD_EVALUATION = "GUARD_EVALUATION"
    INCIDENT_CHECK = "INCIDENT_CHECK"
    GENERAL_OBSERVATION = "GENERAL_OBSERVATION"


class TourStopBase(Model):
    """A stop on a tour."""

    location_id: str | None = ref("Location", default=None, index=True)
    stop_type: TourStopType = TourStopType.GENERAL_OBSERVATION
    title: Name = Field(min_length=1, max_length=255, sa_type=sa.String(255))
    observations: str = Field(min_length=1, max_length=10000)
    photo_urls: list[WebAddress] | None = Field(default=None, max_length=50, sa_type=JsonList)
    guard_user_id: str | None = ref("User", default=None, index=True)
    guard_performance_notes: str | None = Field(default=None, max_length=5000)
    issues_severity: IncidentSeverity | None = Field(default=None, sa_type=StoredEnum(IncidentSeverity, sa.String(20)))
    follow_up_required: Flag = False


class TourStop(TourStopBase, Row, table=True):
    tour_id: str = ref("Tour", index=True, ondelete="CASCADE")
    arrived_at: Moment = Field(default_factory=now, index=True)
    departed_at: Moment | None = None
    location: Location | None = one("TourStop.location_id")
    guard_user: User | None = one("TourStop.guard_user_id")


# Messages and notifications


class MessageType(StrEnum):
    GUARD_TO_SUPERVISOR = "GUARD_TO_SUPERVISOR"
    SUPERVISOR_TO_GUARD = "SUPERVISOR_TO_GUARD"
    BROADCAST = "BROADCAST"


class MessageText(Model):
    """What is written."""

    content: str = Field(min_length=1, max_length=5000)


class MessageBase(MessageText):
    """A message between a guard on duty and the supervisors."""

    type: MessageType = MessageType.GUARD_TO_SUPERVISOR
    sender_id: str = ref("User", index=True)
    reply_to_id: str | None = ref("Message", default=None, index=True)
    read_at: Moment | None = None


class Message(MessageBase, Row, table=True):
    __table_args__ = (index("created_at"),)

    duty_session_id: str = ref("DutySession", index=True, ondelete="CASCADE")
    read_by: str | None = None
    sender: User = one("Message.sender_id")
    duty_session: DutySession = one("Message.duty_session_id")

    @property
    def sender_name(self) -> str:
        return self.sender.full_name


class NotificationType(StrEnum):
    INFO = "INFO"
    WARNING = "WARNING"
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    ALERT = "ALERT"


class NotificationPriority(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    URGENT = "URGENT"


class NotificationBase(Model):
    """What someone, or everyone, is told."""

    title: str
    message: str
    action_label: str | None = None
    action_url: str | None = None
    dismissible: bool = True


class Notification(NotificationBase, Row, table=True):
    __tablename__ = "notifications"
    __table_args__ = (index("created_at"),)

    user_id: str | None = ref("User", default=None, index=True, ondelete="CASCADE")
    type: NotificationType = NotificationType.INFO
    priority: NotificationPriority = Field(default=NotificationPriority.MEDIUM, index=True)
    dismissed_at: Moment | None = Field(default=None, index=True)


class NotificationDismissal(Model, table=True):
    """That a user has put a global notification away, for himself alone."""

    user_id: str = ref("User", primary_key=True, ondelete="CASCADE")
    notification_id: str = Field(primary_key=True, foreign_key="notifications.id", ondelete="CASCADE")
    dismissed_at: Moment = Field(default_factory=now)
