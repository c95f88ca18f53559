"""What goes in and what comes out, derived from the fields that the tables share.

Bodies (`...Create`, `...Update` and the like) derive from `Body`, answers (`...Public` and the like) from `Public`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin

import pydantic
from pydantic import AfterValidator, PlainSerializer, ValidationInfo, WithJsonSchema, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from sqlalchemy import ColumnElement
from sqlmodel import Field, col

import fields
import models

Id = Annotated[str, pydantic.Field(min_length=1)]
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Refusal(fields.Model):
    """Why a request was refused, and what to do about it."""

    detail: str


class Schema(fields.Model):
    """What a body or an answer makes of the fields that it shares with the tables.

    Pydantic can't derive a model whose fields differ a little. The plain way is to write each field once more for each
    schema: some 400 lines. Here each kind of schema adapts the fields that it inherits.
    """

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            cls.adapt(field)  # in time: what validates it is not built yet

    @classmethod
    def adapt(cls, field: FieldInfo) -> None:
        """Change a field to what this kind of schema needs."""


class Public(Schema):
    """An answer. All its fields are always there. What is stored is shown, even where it breaks a limit that new input
    must keep.

    It is read from rows by attribute name: looking for the camelCase name first takes half of the time.
    """

    model_config = {"validate_by_alias": False}

    @classmethod
    def adapt(cls, field: FieldInfo) -> None:
        field.default, field.default_factory = PydanticUndefined, None
        field.metadata, field.annotation = shown(field.metadata), without_limits(field.annotation)


def shown(metadata: Iterable[Any]) -> list[Any]:
    """What of a type's metadata says how to show a value, and not what to refuse."""
    return [item for item in metadata if isinstance(item, PlainSerializer | WithJsonSchema)]


def without_limits(annotation: Any) -> Any:
    """A type of which any stored value can be shown. In one that allows null, some moments are shown as that."""
    parts = get_args(annotation)
    if annotation == fields.Moment:
        return fields.MomentOrNull
    if get_origin(annotation) is Annotated:
        return Annotated[(parts[0], *shown(parts[1:]))] if shown(parts[1:]) else parts[0]
    return Union[tuple(map(without_limits, parts))] if type(None) in parts else annotation  # noqa: UP007


class Record(fields.Row, Public):
    """An answer about one row."""


class Body(Schema):
    """What a client sends, under its camelCase names; other keys are ignored. An empty text is null."""

    model_config = {"validate_by_name": False}

    @model_validator(mode="before")
    @classmethod
    def empty_is_null(cls, data: Any) -> Any:
        """Forms send an empty text for what was left empty, whatever the field is meant to hold."""
        return {key: None if value == "" else value for key, value in data.items()} if isinstance(data, dict) else data

    @field_validator("*", mode="before")
    @classmethod
    def can_be_stored(cls, value: Any) -> Any:
        """PostgreSQL can't keep NUL characters, and nothing can keep half of a surrogate pair."""
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and UNSTORABLE.search(text):
                raise ValueError("must not contain NUL characters or lone surrogates")
        return value


class Create(Body):
    """A body that makes something: null, like an empty text, is the same as missing."""

    @model_validator(mode="before")
    @classmethod
    def null_is_missing(cls, data: Any) -> Any:
        # Pydantic calls this before what it inherits: here an empty text is not null yet
        return (
            {key: value for key, value in data.items() if value not in (None, "")} if isinstance(data, dict) else data
        )

    @classmethod
    def adapt(cls, field: FieldInfo) -> None:
        if not field.is_required():
            field.annotation = field.annotation | None  # type: ignore[operator, assignment]


class Update(Body):
    """A PATCH body. Any field may be left out, and then keeps its value; what is sent is checked as always."""

    @classmethod
    def adapt(cls, field: FieldInfo) -> None:
        field.default, field.default_factory = None, None
        field.json_schema_extra = without_default


def without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class DateRange(fields.Model):
    """From when to when. A plain date as the end includes that day."""

    model_config = {"frozen": True}

    start_date: fields.Moment | None = None
    end_date: fields.RangeEnd | None = None

    @model_validator(mode="after")
    def end_is_not_before_start(self) -> Self:
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValueError("endDate must not be before startDate")
        return self

    def around(self, moment: datetime) -> Iterator[ColumnElement[bool]]:
        """What holds of a row whose time, stored in this column, is in the range."""
        if self.start_date:
            yield col(moment) >= self.start_date
        if self.end_date:
            yield col(moment) <= self.end_date


class Health(Public):
    """The service works."""

    status: Literal["ok"]


# Auth


LONGEST_PASSWORD = 128
NEW_PASSWORD = Field(min_length=8, max_length=LONGEST_PASSWORD)


class SignUp(models.PersonName, Create):
    """A new guard."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "firstName": "Robin",
                    "lastName": "Marsh",
                    "email": "robin.marsh@example.com",
                    "password": "correct horse battery",
                }
            ]
        }
    }

    password: str = NEW_PASSWORD
    email: fields.EmailAddress


class SignIn(Body):
    """The password form of OAuth 2. `username` is the e-mail address or the user name."""

    model_config = {
        "json_schema_extra": {"examples": [{"username": "guard@example.com", "password": "harbour-lights"}]}
    }

    username: str = Field(max_length=254)
    password: str


class PasswordReset(Body):
    """The password from now on."""

    model_config = {"json_schema_extra": {"examples": [{"newPassword": "correct horse battery"}]}}

    new_password: str = NEW_PASSWORD


class PasswordChange(PasswordReset):
    """The password so far, and the one from now on."""

    model_config = {
        "json_schema_extra": {
            "examples": [{"currentPassword": "harbour-lights", "newPassword": "correct horse battery"}]
        }
    }

    current_password: str = Field(max_length=LONGEST_PASSWORD)


class Token(Public):
    """A bearer token, good for so many seconds. Its names are those of OAuth 2."""

    model_config = {"alias_generator": None}

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int


# Users


class UserRef(models.PersonName, Public):
    """A person, as other records name them."""

    id: str


class UserContact(UserRef):
    """A person, with the address to write to."""

    email: str


class UserSummary(UserContact):
    """A person, with their address and role."""

    role: models.Role


class UserListed(UserSummary):
    """A line of the list of users."""

    clerk_id: str
    phone: str | None
    created_at: fields.Moment


class UserProfile(models.Profile, UserSummary):
    """A person's profile."""

    image_url: str | None
    username: str | None
    created_at: fields.Moment


class UserPublic(models.UserBase, Record):
    """Everything about a user but secrets."""

    image_url: str | None


class UserSearch(fields.Model):
    """Which users to find, and which page of them to show."""

    search_term: str = Field(default="", max_length=200)
    page: int = Field(default=1, ge=1, lt=2**31)
    page_size: int = Field(default=25, ge=1, le=500)


class UserPage(Public):
    """A page of the users, and how many there are in all."""

    users: list[UserPublic]
    total: int


class UserCreate(SignUp):
    """A new user, of a rank below one's own."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "firstName": "Robin",
                    "lastName": "Marsh",
                    "email": "robin.marsh@example.com",
                    "password": "correct horse battery",
                    "role": "GUARD",
                }
            ]
        }
    }

    role: models.Role = models.Role.GUARD


class ProfileUpdate(models.Profile, Update):
    """The fields to change."""

    model_config = {
        "json_schema_extra": {
            "examples": [{"phone": "631-555-0142", "city": "Islip", "state": "NY", "zipCode": "11751"}]
        }
    }


class RoleUpdate(Body):
    """The rank from now on."""

    model_config = {"json_schema_extra": {"examples": [{"role": "SUPERVISOR"}]}}

    role: models.Role


# Locations


class LocationName(Public):
    """A location, as other records name it."""

    id: str
    name: str


class LocationAddress(LocationName):
    """A location, and where it is."""

    address: str | None


class LocationListed(LocationAddress):
    """A line of the list of locations."""

    description: str | None
    is_active: bool


class LocationPublic(models.LocationBase, Record):
    """A location in full."""


class LocationCreate(models.LocationBase, Create):
    """A new location."""

    model_config = {
        "json_schema_extra": {"examples": [{"name": "Shore Road Dock", "address": "12 Shore Road", "maxCapacity": 2}]}
    }


class LocationUpdate(models.LocationBase, Update):
    """The fields to change."""

    model_config = {
        "json_schema_extra": {"examples": [{"description": "The gate is closed from 10 p.m. on.", "maxCapacity": 3}]}
    }


# Duty


class ShiftSummary(models.ShiftBase, Record):
    """A shift without its people."""

    recurring_pattern_id: str | None


class CheckInPublic(models.LocationCheckInBase, Record):
    """A supervisor's visit to a marina; it lasts while `checkOutTime` is null."""

    location: LocationPublic


class DutySessionPublic(models.DutySessionBase, Record):
    """A spell of duty with its place and shift; it lasts while `clockOutTime` is null."""

    location: LocationPublic | None
    shift: ShiftSummary | None


class ActiveDutySession(DutySessionPublic):
    """The running spell of duty, with the check-ins so far, newest first."""

    location_check_ins: list[CheckInPublic]


class GuardOnDuty(Public):
    """Someone on duty. The hours are a text with one decimal."""

    user_id: str
    user_name: str
    user_email: str
    role: models.Role
    duty_session_id: str
    location_id: str | None
    location_name: str | None
    clock_in_time: fields.Moment
    hours_on_duty: str


class ClockIn(Create):
    """Where, and for which shift, duty begins. SUPERVISOR and above start at headquarters whatever they send."""

    model_config = {"json_schema_extra": {"examples": [{"locationId": "demo-marina"}]}}

    location_id: Id | None = None
    shift_id: Id | None = None


class Notes(Create):
    """A remark."""

    model_config = {"json_schema_extra": {"examples": [{"notes": "All quiet."}]}}

    notes: str | None = Field(default=None, max_length=5000)


class CheckInCreate(Notes):
    """Which marina is visited."""

    model_config = {
        "json_schema_extra": {"examples": [{"locationId": "demo-marina", "notes": "Looked at the fuel dock."}]}
    }

    location_id: Id


# Logs

WritableType = Literal[
    models.LogType.INCIDENT,
    models.LogType.PATROL,
    models.LogType.VISITOR_CHECKIN,
    models.LogType.MAINTENANCE,
    models.LogType.WEATHER,
    models.LogType.OTHER,
]


NewStatus = Annotated[
    Literal[models.RecordStatus.LIVE, models.RecordStatus.UPDATED, models.RecordStatus.DRAFT],
    AfterValidator(lambda status: models.RecordStatus.LIVE if status is models.RecordStatus.UPDATED else status),
    Field(description="UPDATED, which forms offer, is kept as LIVE: a new entry has no update yet."),
]


class LogFields(models.LogRecord, Record):
    """What every answer about an entry has."""

    photo_urls: list[str]
    video_urls: list[str]


class LogListed(LogFields):
    """A line of the logbook."""

    location: LocationName
    user: UserRef


class LogPublic(LogFields):
    """An entry with its place and author."""

    location: LocationPublic
    user: UserRef


class LogDetails(LogPublic):
    """An entry with all that it refers to."""

    user: UserContact
    shift: ShiftSummary | None
    reviewer: UserRef | None


class IncidentListed(LogFields):
    """A line of the list of incidents."""

    location: LocationAddress
    user: UserContact


class LogCreate(models.LogBase, Create):
    """A new entry. The fields from `severity` to `weatherConditions` are for incidents."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "type": "INCIDENT",
                    "title": "Loose mooring line",
                    "description": "The line on slip 14 had come loose. Tied it again.",
                    "locationId": "demo-marina",
                    "severity": "LOW",
                    "incidentTime": "2026-11-22T20:15:00.000Z",
                }
            ]
        }
    }

    type: WritableType
    status: NewStatus = models.RecordStatus.LIVE


class LogUpdate(models.LogBase, Update):
    """The fields to change; the status becomes UPDATED."""

    model_config = {
        "json_schema_extra": {
            "examples": [{"description": "The line on slip 14 had come loose. Tied it again, and told the owner."}]
        }
    }

    type: WritableType


class LogFilter(fields.Model):
    """Which entries to list; filters combine. Calendar filters are in the town's time zone."""

    model_config = {"frozen": True}

    location_id: str | None = None
    type: models.LogType | None = None
    status: models.RecordStatus | None = None
    search: str | None = Field(default=None, max_length=200, description="Occurs in title or description.")
    year: int | None = Field(default=None, ge=1900, lt=2200)
    month: int | None = Field(default=None, ge=0, le=11, description="0 is January. It takes a `year`.")
    day_of_week: int | None = Field(default=None, ge=0, le=6, description="0 is Sunday.")

    @field_validator("month")
    @classmethod
    def takes_a_year(cls, month: int | None, info: ValidationInfo) -> int | None:
        if month is not None and info.data.get("year") is None:
            raise ValueError("takes a year")
        return month


class Review(Create):
    """What the reviewer found."""

    model_config = {"json_schema_extra": {"examples": [{"reviewNotes": "The owner will replace the line."}]}}

    review_notes: str | None = Field(default=None, max_length=5000)


# Incident reports


class ReportedLog(LogFields):
    """The entry that a report is about."""

    location: LocationPublic
    user: UserSummary


class IncidentReportPublic(models.IncidentReportBase, Record):
    """A report with its entry; it is signed once each assigned signer has a time of signature."""

    notified_users: list[str]
    log: ReportedLog


class IncidentReportNumber(Public):
    """A new report, and what it is called."""

    id: str
    incident_number: str


class ReportSigners(Create):
    """Who is to sign: a supervisor, and perhaps a guard."""

    guard_assigned_id: Id | None = None
    supervisor_assigned_id: Id


PeopleIds = Annotated[list[Id], Field(max_length=500)]


class IncidentReportCreate(ReportSigners):
    """Who is to sign, and who is told."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"guardAssignedId": "demo-guard", "supervisorAssignedId": "demo-supervisor", "notifyUserIds": []}
            ]
        }
    }

    notify_user_ids: PeopleIds = []


class IncidentReportGenerate(ReportSigners):
    """The entry to report on, who is to sign, and who is told."""

    model_config = {
        "json_schema_extra": {
            "examples": [{"logId": "demo-incident", "supervisorAssignedId": "demo-supervisor", "notifiedUserIds": []}]
        }
    }

    log_id: Id
    notified_user_ids: PeopleIds = []


class Signature(Body):
    """As what the caller signs."""

    model_config = {"json_schema_extra": {"examples": [{"signerType": "supervisor"}]}}

    signer_type: Literal["guard", "supervisor"]


# Messages


class MessagePublic(models.MessageBase, Public):
    """A message, and who wrote it."""

    id: str
    sender_name: str
    created_at: fields.Moment


class Conversation(Public):
    """The messages of a guard on duty: the last one, and how many of the guard's nobody has read."""

    guard_id: str
    guard_name: str
    location_name: str
    last_message: str
    last_message_time: fields.Moment
    unread_count: int


class MessageCreate(models.MessageText, Create):
    """A new message."""

    model_config = {"json_schema_extra": {"examples": [{"content": "A visitor refuses to leave the fuel dock."}]}}


class ReplyCreate(MessageCreate):
    """A new message, which may answer one of the same conversation."""

    model_config = {"json_schema_extra": {"examples": [{"content": "On my way."}]}}

    reply_to_id: Id | None = None


# Notifications


def in_lower_case(values: type[StrEnum]) -> Any:
    """How an answer shows an enum of which the other application's page expects lower case."""
    described = WithJsonSchema({"type": "string", "enum": [value.lower() for value in values]})
    return Annotated[str, PlainSerializer(str.lower), described]


class NotificationPublic(models.NotificationBase, Public):
    """What someone, or everyone, is told."""

    id: str
    type: in_lower_case(models.NotificationType)  # type: ignore[valid-type]
    priority: in_lower_case(models.NotificationPriority)  # type: ignore[valid-type]
    created_at: fields.Moment


# Tours


class RankedPerson(UserRef):
    """A person, with their role."""

    role: models.Role


class TourStopPublic(models.TourStopBase, Record):
    """A stop on a tour; it lasts while `departedAt` is null."""

    photo_urls: list[str]
    tour_id: str
    arrived_at: fields.Moment
    departed_at: fields.Moment | None
    location: LocationName | None
    guard_user: RankedPerson | None


class TourPublic(models.TourRecord, Record):
    """A tour with its stops."""

    supervisor: UserContact
    tour_stops: list[TourStopPublic]


class TourStarted(TourPublic):
    """A new tour, and a warning if an earlier one of the same person still runs."""

    incomplete_tour_warning: str | None


class TourFilter(DateRange):
    """Which tours to list, by when they started; filters combine."""

    supervisor_id: str | None = Field(default=None, description="Counts for ADMIN and above; others see their own.")
    status: models.TourStatus | None = None


class TourCreate(models.TourBase, Create):
    """A new tour."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"title": "Night round", "carNumber": "Unit 1", "radioNumber": "Radio 3", "startingMileage": 42010}
            ]
        }
    }


class TourCompletion(models.TourReturn, Create):
    """How a tour ended."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "endingMileage": 42055,
                    "carReturned": True,
                    "radioReturned": True,
                    "keysReturned": True,
                    "notes": "All good.",
                }
            ]
        }
    }

    ending_mileage: fields.Mileage
    car_returned: fields.Flag
    radio_returned: fields.Flag
    keys_returned: fields.Flag


class TourCancellation(Create):
    """Why a tour is given up."""

    model_config = {"json_schema_extra": {"examples": [{"reason": "Storm."}]}}

    reason: str | None = Field(default=None, max_length=5000)


class TourStopCreate(models.TourStopBase, Create):
    """A new stop."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "stopType": "LOCATION_INSPECTION",
                    "locationId": "demo-marina",
                    "title": "Fuel dock",
                    "observations": "The gate was closed, the lights were on.",
                }
            ]
        }
    }


# Shifts


class AssignmentPublic(models.AssignmentBase, Record):
    """A person in a shift or a pattern."""

    user: UserSummary


class ShiftAssignmentPublic(AssignmentPublic):
    """A person in a shift."""

    shift_id: str


class PatternAssignmentPublic(AssignmentPublic):
    """A person in a pattern."""

    recurring_pattern_id: str


class ShiftPublic(ShiftSummary):
    """A shift with its place and people."""

    location: LocationName
    assignments: list[ShiftAssignmentPublic]


class PatternPublic(models.RecurringShiftPatternBase, Record):
    """A pattern of shifts with its place and people."""

    days_of_week: list[int]
    location: LocationName
    user_assignments: list[PatternAssignmentPublic]


class ShiftFilter(DateRange):
    """Which shifts to list, by when they start; filters combine."""

    location_id: str | None = None


class AssignmentCreate(models.AssignmentBase, Create):
    """A person to assign, and as what."""


class Staff(fields.Model):
    """Who is assigned, each once."""

    user_assignments: Annotated[list[AssignmentCreate], fields.each_once("anybody", "user_id")] = Field(
        default=[], max_length=100
    )


class ShiftFields(models.ShiftBase, Staff):
    """A shift as it is planned."""

    @model_validator(mode="after")
    def end_is_after_start(self) -> Self:
        if self.start_time and self.end_time and self.end_time <= self.start_time:
            raise ValueError("endTime must be after startTime")
        return self


class ShiftCreate(ShiftFields, Create):
    """A new shift."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Evening",
                    "startTime": "2026-12-01T15:00:00.000Z",
                    "endTime": "2026-12-01T23:00:00.000Z",
                    "locationId": "demo-marina",
                    "userAssignments": [{"userId": "demo-guard", "role": "PRIMARY"}],
                }
            ]
        }
    }


class ShiftUpdate(ShiftFields, Update):
    """The fields to change; `userAssignments` replace all that there are."""

    model_config = {"json_schema_extra": {"examples": [{"endTime": "2026-12-02T00:00:00.000Z"}]}}


class PatternFields(models.RecurringShiftPatternBase, Staff):
    """A pattern as it is planned."""

    @model_validator(mode="after")
    def end_is_not_before_start(self) -> Self:
        if self.start_date and self.end_date and fields.plain_day(self.end_date) < fields.plain_day(self.start_date):
            raise ValueError("endDate must not be before startDate")
        return self


class PatternCreate(PatternFields, Create):
    """A new pattern. `endDate` means that whole day."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Weekend nights",
                    "locationId": "demo-marina",
                    "startTime": "22:00",
                    "endTime": "06:00",
                    "daysOfWeek": [5, 6],
                    "startDate": "2026-12-01T12:00:00.000Z",
                    "endDate": "2027-02-28T12:00:00.000Z",
                    "userAssignments": [{"userId": "demo-guard"}],
                }
            ]
        }
    }


class PatternUpdate(PatternFields, Update):
    """The fields to change; `userAssignments` replace all that there are."""

    model_config = {"json_schema_extra": {"examples": [{"isActive": False}]}}


class ShiftGeneration(DateRange, Create):
    """From which day to which day shifts are made, at most 366 of them."""

    model_config = {
        "json_schema_extra": {
            "examples": [{"startDate": "2026-12-01T12:00:00.000Z", "endDate": "2026-12-31T12:00:00.000Z"}]
        }
    }

    start_date: fields.Moment
    end_date: fields.RangeEnd

    @model_validator(mode="after")
    def at_most_366_days(self) -> Self:
        if fields.town_day(self.end_date) - fields.town_day(self.start_date) >= timedelta(days=366):
            raise ValueError("endDate must be within 366 days of startDate")
        return self


# Timesheets

Reason = Annotated[str, pydantic.Field(pattern=r"\S", max_length=5000)]


class TimesheetEntryPublic(models.TimesheetEntryBase, Record):
    """A spell of work in a timesheet."""

    location: LocationName | None


class TimesheetPublic(models.TimesheetBase, Record):
    """A person's hours of a week with its entries, earliest first."""

    user: UserContact
    entries: list[TimesheetEntryPublic]
    approver: UserRef | None


class TimesheetEntryDetails(TimesheetEntryPublic):
    """A spell of work, and the duty session that it was taken from."""

    shift: ShiftSummary | None
    duty_session: DutySessionPublic | None


class TimesheetAdjustmentPublic(models.TimesheetAdjustmentBase, fields.Identified, Public):
    """A change of a timesheet. The old and new values are JSON in a text."""

    adjuster: UserRef


class TimesheetDetails(TimesheetPublic):
    """A timesheet with all that it refers to, and its adjustments, newest first."""

    entries: list[TimesheetEntryDetails]  # type: ignore[assignment]
    adjustments: list[TimesheetAdjustmentPublic]
    rejector: UserRef | None


class ClockTimes(Public):
    """What an adjustment changes."""

    clock_in_time: fields.Moment
    clock_out_time: fields.Moment
    hours_worked: fields.Hours


class TimesheetFilter(fields.Model):
    """Which timesheets to list; filters combine."""

    model_config = {"frozen": True}

    user_id: str | None = None
    status: models.TimesheetStatus | None = None
    week_start_date: fields.Moment | None = Field(default=None, description="Any moment of the week.")


class TimesheetCreate(Create):
    """Whose hours of which week to collect."""

    model_config = {
        "json_schema_extra": {"examples": [{"userId": "demo-guard", "weekStartDate": "2026-01-07T12:00:00.000Z"}]}
    }

    user_id: Id
    week_start_date: fields.Moment = Field(description="Any moment of the week.")


class Rejection(Create):
    """Why a timesheet is rejected."""

    model_config = {"json_schema_extra": {"examples": [{"reason": "Tuesday's hours do not match the logbook."}]}}

    reason: Reason = Field(description="Not blank.")


class EntryAdjustment(Create):
    """When the work began and ended instead, and why; at most 24 hours."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "clockInTime": "2026-01-13T15:00:00.000Z",
                    "clockOutTime": "2026-01-13T23:10:00.000Z",
                    "reason": "Forgot to clock out.",
                }
            ]
        }
    }

    clock_in_time: fields.Moment
    clock_out_time: fields.Moment
    reason: Reason = Field(description="Not blank.")

    @model_validator(mode="after")
    def within_24_hours(self) -> Self:
        if not timedelta(0) < self.clock_out_time - self.clock_in_time <= timedelta(hours=24):
            raise ValueError("clockOutTime must be after clockInTime, by at most 24 hours")
        return self


class BulkApproval(Create):
    """Which timesheets to approve."""

    model_config = {"json_schema_extra": {"examples": [{"timesheetIds": ["demo-timesheet"]}]}}

    timesheet_ids: list[Id] = Field(min_length=1, max_length=500)


class BulkResult(Public):
    """How many timesheets were approved, how many not, and why not."""

    approved: int
    failed: int
    errors: list[str]


# Fleet


class VehiclePublic(models.VehicleBase, Record):
    """A car of the fleet, and where it stands."""

    mileage_updated_at: fields.Moment | None
    archived_at: fields.Moment | None
    location: LocationPublic | None


class RadioPublic(models.RadioBase, Record):
    """A radio of the fleet, and where it is kept."""

    archived_at: fields.Moment | None
    location: LocationPublic | None


class FleetInShop(Public):
    """What is out of service, latest change first."""

    vehicles: list[VehiclePublic]
    radios: list[RadioPublic]


class FleetUnitBody(models.FleetUnit, Create):
    """All fields of a unit; an optional one that is left out becomes null."""

    status: models.FleetStatus  # no default: a PUT that forgets it must not put a retired unit back to work


class VehicleBody(FleetUnitBody, models.VehicleBase):
    """All fields of a vehicle."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Unit 7",
                    "make": "Ford",
                    "model": "Maverick",
                    "year": 2024,
                    "licensePlate": "7ABC107",
                    "mileage": 15,
                    "status": "WORKING",
                }
            ]
        }
    }

    mileage: fields.Count

    @field_validator("year")
    @classmethod
    def next_year_at_most(cls, year: int) -> int:
        if year > fields.now().year + 1:
            raise ValueError("must not be after next year")
        return year


class RadioBody(FleetUnitBody, models.RadioBase):
    """All fields of a radio."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Radio 11",
                    "serialNumber": "SN-R-011",
                    "model": "Icom M37",
                    "channel": "7A",
                    "status": "WORKING",
                }
            ]
        }
    }


# Equipment


class AvailableEquipment(Public):
    """A car or a radio that can be taken, and what it is called."""

    id: str
    identifier: str


class EquipmentCheckoutPublic(models.EquipmentCheckoutBase, fields.Identified, Public):
    """A car and a radio in someone's hands; they are out while `checkinTime` is null."""

    vehicle: VehiclePublic | None
    radio: RadioPublic | None


class EquipmentCheckout(Body):
    """Which car and radio to take, and how far the car has come."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "dutySessionId": "demo-duty",
                    "carId": "demo-spare-car",
                    "radioId": "demo-spare-radio",
                    "checkoutMileage": 64010,
                }
            ]
        }
    }

    duty_session_id: Id
    car_id: Id
    radio_id: Id
    checkout_mileage: fields.Count


class EquipmentCheckin(Notes):
    """How far the car has come by now."""

    model_config = {
        "json_schema_extra": {
            "examples": [{"dutySessionId": "demo-duty", "checkinMileage": 64055, "notes": "Half a tank left."}]
        }
    }

    duty_session_id: Id
    checkin_mileage: fields.Count


# Checklists


class ChecklistItemListed(Public):
    """A line of the checklist."""

    id: str
    name: str
    description: str | None
    order: int


class ChecklistItemPublic(models.SafetyChecklistItemBase, Record):
    """A thing to check, in full."""


class ChecklistItemCreate(models.SafetyChecklistItemBase, Create):
    """A new thing to check. It goes last unless it has an `order` above 0."""

    model_config = {"json_schema_extra": {"examples": [{"name": "Flares in date", "description": "In the red box."}]}}


class ChecklistItemsCreate(Body):
    """New things to check."""

    model_config = {
        "json_schema_extra": {"examples": [{"items": [{"name": "Flares in date"}, {"name": "Flag taken down"}]}]}
    }

    items: list[ChecklistItemCreate] = Field(min_length=1, max_length=100)


class ChecklistItemsCreated(Public):
    """How many are new, and the names that were there already."""

    created: int
    skipped: list[str]


class ChecklistItemUpdate(models.SafetyChecklistItemBase, Update):
    """The fields to change."""

    model_config = {"json_schema_extra": {"examples": [{"description": "One at every ladder."}]}}


class ChecklistItemPlace(Body):
    """An item and its place in the list."""

    item_id: str = Field(alias="id", min_length=1)
    order: fields.Count


class ChecklistItemCheckCreate(models.SafetyChecklistItemCheckBase, Create):
    """What was found."""

    item_id: Id


NO_ITEM_TWICE = fields.each_once("an item", "item_id")


class ChecklistOrder(Body):
    """The places of any items, each named once."""

    model_config = {
        "json_schema_extra": {
            "examples": [{"items": [{"id": "demo-item", "order": 1}, {"id": "demo-other-item", "order": 0}]}]
        }
    }

    items: Annotated[list[ChecklistItemPlace], NO_ITEM_TWICE] = Field(max_length=500)


class ChecklistSubmission(Body):
    """The checklist as it was found, each item once."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "dutySessionId": "demo-duty",
                    "locationId": "demo-marina",
                    "items": [
                        {"itemId": "demo-item", "checked": True},
                        {"itemId": "demo-other-item", "checked": False, "notes": "Lamp 4 is out."},
                    ],
                }
            ]
        }
    }

    duty_session_id: Id
    location_id: Id
    items: Annotated[list[ChecklistItemCheckCreate], NO_ITEM_TWICE] = Field(min_length=1, max_length=500)


class ChecklistSubmitted(Public):
    """Where the checklist is kept: the response, and the entry of the logbook."""

    response_id: str
    log_id: str
