"""Every table and enum, and the fields that requests and responses share with them.

Tables, columns, enums, keys and indexes are those of the live database. Each part has the
name of the module in `routes/` that is most about it.
"""

from datetime import date
from enum import StrEnum
from typing import Optional

import sqlalchemy as sa
from sqlmodel import Field

from fields import (
    ClockTime,
    Count,
    Flag,
    Hours,
    Identified,
    JsonList,
    Mileage,
    Model,
    Moment,
    Name,
    OptionalName,
    Row,
    StoredEnum,
    TextArray,
    TrimmedName,
    WebAddress,
    WeekdayList,
    Weekdays,
    Whole,
    foreign_key,
    index,
    many_to_one,
    now,
    one_to_many,
    partial_index,
    partial_unique_index,
    unique,
)

# Users


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
    """A user as the application knows them."""

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
        partial_unique_index("User_email_folded_key", sa.text('lower("email")')),
    )

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Credential(Model, table=True):
    """How a user signs in here, beside the live database: not everyone in it has a password with us."""

    user_id: str = foreign_key("User", primary_key=True, ondelete="CASCADE")
    password_hash: str | None = None
    tokens_end_at: Moment | None = None
    kept_token: str | None = None


# Locations


class LocationBase(Model):
    """A marina, dock or ramp that guards watch."""

    name: TrimmedName = Field(min_length=1, max_length=100, index=True)
    description: str | None = Field(default=None, max_length=500)
    address: str | None = Field(default=None, max_length=300)
    is_active: Flag = True
    max_capacity: Whole | None = Field(default=None, ge=1, le=50, description="How many guards fit there.")


class Location(LocationBase, Row, table=True):
    __table_args__ = (
        unique("name"),
        partial_unique_index("Location_name_folded_key", sa.text('lower(ltrim(rtrim("name")))')),
    )


# Duty


class DutySessionBase(Model):
    """A spell of duty; it lasts while `clockOutTime` is null."""

    user_id: str = foreign_key("User", index=True)
    location_id: str | None = foreign_key("Location", default=None, index=True)
    shift_id: str | None = foreign_key("Shift", default=None)
    clock_in_time: Moment = Field(default_factory=now, index=True)
    clock_out_time: Moment | None = Field(default=None, index=True)
    notes: str | None = None


class DutySession(DutySessionBase, Row, table=True):
    __table_args__ = (partial_unique_index("DutySession_open_key", "user_id", where='"clockOutTime" IS NULL'),)

    user: User = many_to_one("DutySession.user_id")
    location: Location | None = many_to_one("DutySession.location_id")
    shift: Optional["Shift"] = many_to_one("DutySession.shift_id")
    location_check_ins: list["LocationCheckIn"] = one_to_many(
        "LocationCheckIn.duty_session_id", "LocationCheckIn.check_in_time.desc()"
    )


class LocationCheckInBase(Model):
    """A supervisor's visit to a marina."""

    duty_session_id: str = foreign_key("DutySession", index=True, ondelete="CASCADE")
    location_id: str = foreign_key("Location", index=True)
    user_id: str = foreign_key("User", index=True)
    check_in_time: Moment = Field(default_factory=now, index=True)
    check_out_time: Moment | None = None
    notes: str | None = None


class LocationCheckIn(LocationCheckInBase, Row, table=True):
    __table_args__ = (
        partial_unique_index("LocationCheckIn_open_key", "duty_session_id", where='"checkOutTime" IS NULL'),
    )

    location: Location = many_to_one("LocationCheckIn.location_id")


# Checklists


class SafetyChecklistItemBase(Model):
    """A thing to check before the watch begins."""

    name: Name = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=500)
    order: Count = Field(default=0, index=True)
    is_active: Flag = Field(default=True, index=True)


class SafetyChecklistItem(SafetyChecklistItemBase, Row, table=True):
    __table_args__ = (
        unique("name"),
        partial_unique_index("SafetyChecklistItem_name_folded_key", sa.text('lower("name")')),
    )


class SafetyChecklistResponse(Row, table=True):
    __table_args__ = (unique("log_id"),)

    duty_session_id: str = foreign_key("DutySession", index=True, ondelete="CASCADE")
    user_id: str = foreign_key("User", index=True)
    location_id: str = foreign_key("Location", index=True)
    log_id: str | None = foreign_key("Log", default=None)
    completed_at: Moment = Field(default_factory=now, index=True)


class SafetyChecklistItemCheckBase(Model):
    """One item of a submitted checklist."""

    checked: Flag = False
    notes: str | None = Field(default=None, max_length=2000)


class SafetyChecklistItemCheck(SafetyChecklistItemCheckBase, Row, table=True):
    __table_args__ = (unique("safety_checklist_response_id", "safety_checklist_item_id"),)

    safety_checklist_response_id: str = foreign_key("SafetyChecklistResponse", index=True, ondelete="CASCADE")
    safety_checklist_item_id: str = foreign_key("SafetyChecklistItem", index=True)


# Fleet


class FleetStatus(StrEnum):
    WORKING = "WORKING"
    OUT_OF_SERVICE = "OUT_OF_SERVICE"
    RETIRED = "RETIRED"


class FleetUnit(Model):
    """What a vehicle and a radio have in common."""

    name: Name = Field(min_length=1, max_length=100)
    status: FleetStatus = Field(default=FleetStatus.WORKING, index=True)
    location_id: str | None = foreign_key("Location", default=None, index=True)
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
    location: Location | None = many_to_one("Vehicle.location_id")
    checkouts: list["SupervisorEquipmentCheckout"] = one_to_many("SupervisorEquipmentCheckout.vehicle_id")


class RadioBase(FleetUnit):
    """A radio of the fleet."""

    serial_number: OptionalName = Field(default=None, max_length=100)
    model: OptionalName = Field(default=None, max_length=100)
    channel: OptionalName = Field(default=None, max_length=50)


class Radio(RadioBase, Row, table=True):
    __table_args__ = (unique("serial_number"),)

    archived_at: Moment | None = None
    location: Location | None = many_to_one("Radio.location_id")
    checkouts: list["SupervisorEquipmentCheckout"] = one_to_many("SupervisorEquipmentCheckout.radio_id")


# Equipment


class EquipmentCheckoutBase(Model):
    """A car and a radio in a supervisor's hands; they are out while `checkinTime` is null."""

    duty_session_id: str = foreign_key("DutySession", index=True, ondelete="CASCADE")
    vehicle_id: str | None = foreign_key("Vehicle", default=None, index=True)
    radio_id: str | None = foreign_key("Radio", default=None, index=True)
    checkout_mileage: int | None = None
    checkin_mileage: int | None = None
    checkout_time: Moment = Field(default_factory=now, index=True)
    checkin_time: Moment | None = None
    notes: str | None = None


class SupervisorEquipmentCheckout(EquipmentCheckoutBase, Identified, table=True):
    __table_args__ = (
        partial_unique_index(
            "SupervisorEquipmentCheckout_open_session_key", "duty_session_id", where='"checkinTime" IS NULL'
        ),
        partial_unique_index(
            "SupervisorEquipmentCheckout_open_vehicle_key", "vehicle_id", where='"checkinTime" IS NULL'
        ),
        partial_unique_index("SupervisorEquipmentCheckout_open_radio_key", "radio_id", where='"checkinTime" IS NULL'),
    )

    vehicle: Vehicle | None = many_to_one("SupervisorEquipmentCheckout.vehicle_id")
    radio: Radio | None = many_to_one("SupervisorEquipmentCheckout.radio_id")


# Logs


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
    location_id: str = foreign_key("Location", index=True)
    shift_id: str | None = foreign_key("Shift", default=None, index=True)
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
    user_id: str = foreign_key("User", index=True)
    reviewed_by: str | None = foreign_key("User", default=None, index=True)
    reviewed_at: Moment | None = None
    review_notes: str | None = Field(default=None, max_length=5000)
    archived_at: Moment | None = None


class Log(LogRecord, Row, table=True):
    __table_args__ = (
        index("created_at"),
        # ours: incidents, and the entries of a location, are read in order instead of sorted, a hundred times faster
        sa.Index("Log_type_feed_idx", "type", "created_at"),
        sa.Index("Log_locationId_feed_idx", "location_id", "created_at"),
        # ours: of 100,000 entries all are counted, or skipped, in 9 ms instead of 66 and 110
        partial_index("Log_feed_idx", "created_at", "id", where='"archivedAt" IS NULL'),
    )

    location: Location = many_to_one("Log.location_id")
    user: User = many_to_one("Log.user_id")
    shift: Optional["Shift"] = many_to_one("Log.shift_id")
    reviewer: User | None = many_to_one("Log.reviewed_by")


class LogEdit(Identified, table=True):
    log_id: str = foreign_key("Log", index=True, ondelete="CASCADE")
    edited_by: str = foreign_key("User", index=True)
    edited_at: Moment = Field(default_factory=now)
    field_changed: str
    old_value: str | None = None
    new_value: str | None = None
    reason: str | None = None


class Alarm(Model, table=True):
    """That an entry has been told of as a HIGH or CRITICAL incident, beside the live database: it is so once."""

    log_id: str = foreign_key("Log", primary_key=True, ondelete="CASCADE")
    user_id: str = foreign_key("User", index=True, ondelete="CASCADE")
    raised_at: Moment = Field(default_factory=now)


# Incident reports


class IncidentReportBase(Model):
    """The formal report on an incident, signed by a guard and a supervisor."""

    log_id: str = foreign_key("Log", index=True, ondelete="CASCADE")
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

    log: Log = many_to_one("IncidentReportGeneration.log_id")


# Shifts


class AssignmentBase(Model):
    """A person in a shift or a pattern."""

    user_id: str = foreign_key("User", index=True, ondelete="CASCADE")
    role: OptionalName = Field(default=None, max_length=50)


class ShiftBase(Model):
    """A planned shift at a location."""

    name: Name = Field(min_length=1, max_length=100)
    start_time: Moment
    end_time: Moment
    location_id: str = foreign_key("Location", index=True)


class Shift(ShiftBase, Row, table=True):
    __table_args__ = (index("start_time", "end_time"),)

    recurring_pattern_id: str | None = foreign_key("RecurringShiftPattern", default=None, index=True)
    location: Location = many_to_one("Shift.location_id")
    assignments: list["ShiftAssignment"] = one_to_many("ShiftAssignment.shift_id", "ShiftAssignment.id")


class ShiftAssignment(AssignmentBase, Row, table=True):
    __table_args__ = (unique("shift_id", "user_id"),)

    shift_id: str = foreign_key("Shift", index=True, ondelete="CASCADE")
    user: User = many_to_one("ShiftAssignment.user_id")


class RecurringShiftPatternBase(Model):
    """Shifts that return every week; they run past midnight unless the end is after the start."""

    name: Name = Field(min_length=1, max_length=100)
    location_id: str = foreign_key("Location", index=True)
    start_time: ClockTime = Field(schema_extra={"examples": ["22:00"]})
    end_time: ClockTime = Field(schema_extra={"examples": ["06:00"]})
    days_of_week: Weekdays = Field(
        min_length=1, max_length=7, sa_type=WeekdayList, description="0 is Sunday, 6 is Saturday."
    )
    is_active: Flag = Field(default=True, index=True)
    start_date: Moment
    end_date: Moment | None = None


class RecurringShiftPattern(RecurringShiftPatternBase, Row, table=True):
    location: Location = many_to_one("RecurringShiftPattern.location_id")
    user_assignments: list["RecurringUserAssignment"] = one_to_many(
        "RecurringUserAssignment.recurring_pattern_id", "RecurringUserAssignment.id"
    )


class RecurringShiftDay(Model, table=True):
    """The day of a pattern for which a shift was made, beside the live database: it is made once, even if the shift
    was moved or deleted since."""

    recurring_pattern_id: str = foreign_key("RecurringShiftPattern", primary_key=True, ondelete="CASCADE")
    day: date = Field(primary_key=True)
    shift_id: str | None = foreign_key("Shift", default=None, index=True)


class RecurringUserAssignment(AssignmentBase, Row, table=True):
    __table_args__ = (unique("recurring_pattern_id", "user_id"),)

    recurring_pattern_id: str = foreign_key("RecurringShiftPattern", index=True, ondelete="CASCADE")
    user: User = many_to_one("RecurringUserAssignment.user_id")


# Timesheets


class TimesheetStatus(StrEnum):
    DRAFT = "DRAFT"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class TimesheetBase(Model):
    """A person's hours of a week, Sunday to Saturday."""

    user_id: str = foreign_key("User", index=True)
    week_start_date: Moment
    week_end_date: Moment
    total_hours: Hours = Field(max_digits=6, decimal_places=2)
    total_entries: int = 0
    status: TimesheetStatus = Field(default=TimesheetStatus.DRAFT, index=True)
    submitted_at: Moment | None = None
    submitted_by: str | None = foreign_key("User", default=None)
    approved_by: str | None = foreign_key("User", default=None, index=True)
    approved_at: Moment | None = None
    rejected_by: str | None = foreign_key("User", default=None)
    rejected_at: Moment | None = None
    rejection_reason: str | None = None
    created_by: str = foreign_key("User", index=True)


class Timesheet(TimesheetBase, Row, table=True):
    __table_args__ = (unique("user_id", "week_start_date"), index("week_start_date", "week_end_date"))

    user: User = many_to_one("Timesheet.user_id")
    approver: User | None = many_to_one("Timesheet.approved_by")
    rejector: User | None = many_to_one("Timesheet.rejected_by")
    entries: list["TimesheetEntry"] = one_to_many(
        "TimesheetEntry.timesheet_id", "(TimesheetEntry.clock_in_time, TimesheetEntry.id)"
    )
    adjustments: list["TimesheetAdjustment"] = one_to_many(
        "TimesheetAdjustment.timesheet_id", "(TimesheetAdjustment.adjusted_at.desc(), TimesheetAdjustment.id.desc())"
    )


class TimesheetEntryBase(Model):
    """One spell of work; hours are decimal, to the hundredth."""

    timesheet_id: str = foreign_key("Timesheet", index=True, ondelete="CASCADE")
    duty_session_id: str | None = foreign_key("DutySession", default=None, index=True)
    date: Moment = Field(index=True)
    clock_in_time: Moment
    clock_out_time: Moment
    hours_worked: Hours = Field(max_digits=5, decimal_places=2)
    location_id: str | None = foreign_key("Location", default=None)
    shift_id: str | None = foreign_key("Shift", default=None)
    original_clock_in: Moment | None = None
    original_clock_out: Moment | None = None
    original_hours: Hours | None = Field(default=None, max_digits=5, decimal_places=2)
    was_adjusted: bool = False
    was_manually_added: bool = False
    notes: str | None = None


class TimesheetEntry(TimesheetEntryBase, Row, table=True):
    location: Location | None = many_to_one("TimesheetEntry.location_id")
    shift: Shift | None = many_to_one("TimesheetEntry.shift_id")
    duty_session: DutySession | None = many_to_one("TimesheetEntry.duty_session_id")


class TimesheetAdjustmentType(StrEnum):
    HOURS_EDITED = "HOURS_EDITED"
    TIME_EDITED = "TIME_EDITED"
    ENTRY_ADDED = "ENTRY_ADDED"
    ENTRY_REMOVED = "ENTRY_REMOVED"
    NOTE_ADDED = "NOTE_ADDED"


class TimesheetAdjustmentBase(Model):
    """What was changed in a timesheet, by whom and why."""

    timesheet_id: str = foreign_key("Timesheet", index=True, ondelete="CASCADE")
    entry_id: str | None = None
    type: TimesheetAdjustmentType
    field_changed: str | None = None
    old_value: str | None = None
    new_value: str | None = None
    reason: str
    adjusted_by: str = foreign_key("User", index=True)
    adjusted_at: Moment = Field(default_factory=now, index=True)
    created_at: Moment = Field(default_factory=now)


class TimesheetAdjustment(TimesheetAdjustmentBase, Identified, table=True):
    adjuster: User = many_to_one("TimesheetAdjustment.adjusted_by")


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

    supervisor_id: str = foreign_key("User", index=True, ondelete="CASCADE")
    status: TourStatus = Field(default=TourStatus.IN_PROGRESS, index=True)
    started_at: Moment = Field(default_factory=now, index=True)
    completed_at: Moment | None = None


class Tour(TourRecord, Row, table=True):
    supervisor: User = many_to_one("Tour.supervisor_id")
    tour_stops: list["TourStop"] = one_to_many("TourStop.tour_id", "(TourStop.arrived_at, TourStop.id)")


class TourStopType(StrEnum):
    LOCATION_INSPECTION = "LOCATION_INSPECTION"
    GUARD_EVALUATION = "GUARD_EVALUATION"
    INCIDENT_CHECK = "INCIDENT_CHECK"
    GENERAL_OBSERVATION = "GENERAL_OBSERVATION"


class TourStopBase(Model):
    """A stop on a tour."""

    location_id: str | None = foreign_key("Location", default=None, index=True)
    stop_type: TourStopType = TourStopType.GENERAL_OBSERVATION
    title: Name = Field(min_length=1, max_length=255, sa_type=sa.String(255))
    observations: str = Field(min_length=1, max_length=10000)
    photo_urls: list[WebAddress] | None = Field(default=None, max_length=50, sa_type=JsonList)
    guard_user_id: str | None = foreign_key("User", default=None, index=True)
    guard_performance_notes: str | None = Field(default=None, max_length=5000)
    issues_severity: IncidentSeverity | None = Field(default=None, sa_type=StoredEnum(IncidentSeverity, sa.String(20)))
    follow_up_required: Flag = False


class TourStop(TourStopBase, Row, table=True):
    tour_id: str = foreign_key("Tour", index=True, ondelete="CASCADE")
    arrived_at: Moment = Field(default_factory=now, index=True)
    departed_at: Moment | None = None
    location: Location | None = many_to_one("TourStop.location_id")
    guard_user: User | None = many_to_one("TourStop.guard_user_id")


# Messages


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
    sender_id: str = foreign_key("User", index=True)
    reply_to_id: str | None = foreign_key("Message", default=None, index=True)
    read_at: Moment | None = None


class Message(MessageBase, Row, table=True):
    __table_args__ = (index("created_at"),)

    duty_session_id: str = foreign_key("DutySession", index=True, ondelete="CASCADE")
    read_by: str | None = None
    sender: User = many_to_one("Message.sender_id")
    duty_session: DutySession = many_to_one("Message.duty_session_id")

    @property
    def sender_name(self) -> str:
        return self.sender.full_name


# Notifications


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

    user_id: str | None = foreign_key("User", default=None, index=True, ondelete="CASCADE")
    type: NotificationType = NotificationType.INFO
    priority: NotificationPriority = Field(default=NotificationPriority.MEDIUM, index=True)
    dismissed_at: Moment | None = Field(default=None, index=True)


class NotificationDismissal(Model, table=True):
    """That a user has put a global notification away, for themselves alone."""

    user_id: str = foreign_key("User", primary_key=True, ondelete="CASCADE")
    notification_id: str = Field(primary_key=True, foreign_key="notifications.id", ondelete="CASCADE")
    dismissed_at: Moment = Field(default_factory=now)
