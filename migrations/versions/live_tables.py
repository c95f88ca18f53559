"""The 24 tables of the live database.

Where the other application has made them already, they stay as they are.

Revision ID: live
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "live"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(postgresql.TIMESTAMP(precision=3), "postgresql")
ENUMS = {
    name: sa.Enum(*values, name=name).with_variant(postgresql.ENUM(*values, name=name, create_type=False), "postgresql")
    for name, values in {
        "FleetStatus": ("WORKING", "OUT_OF_SERVICE", "RETIRED"),
        "IncidentSeverity": ("LOW", "MEDIUM", "HIGH", "CRITICAL"),
        "LogType": ("INCIDENT", "PATROL", "VISITOR_CHECKIN", "MAINTENANCE", "WEATHER", "ON_DUTY_CHECKLIST", "OTHER"),
        "MessageType": ("GUARD_TO_SUPERVISOR", "SUPERVISOR_TO_GUARD", "BROADCAST"),
        "NotificationPriority": ("LOW", "MEDIUM", "HIGH", "URGENT"),
        "NotificationType": ("INFO", "WARNING", "SUCCESS", "ERROR", "ALERT"),
        "RecordStatus": ("LIVE", "UPDATED", "ARCHIVED", "DRAFT"),
        "Role": ("SUPER_ADMIN", "ADMIN", "SUPERVISOR", "GUARD"),
        "TimesheetAdjustmentType": ("HOURS_EDITED", "TIME_EDITED", "ENTRY_ADDED", "ENTRY_REMOVED", "NOTE_ADDED"),
        "TimesheetStatus": ("DRAFT", "PENDING", "APPROVED", "REJECTED"),
        "TourStatus": ("DRAFT", "IN_PROGRESS", "COMPLETED", "CANCELLED"),
        "TourStopType": ("LOCATION_INSPECTION", "GUARD_EVALUATION", "INCIDENT_CHECK", "GENERAL_OBSERVATION"),
    }.items()
}
TABLES = (
    "Location",
    "SafetyChecklistItem",
    "User",
    "Radio",
    "RecurringShiftPattern",
    "Timesheet",
    "Tour",
    "Vehicle",
    "notifications",
    "RecurringUserAssignment",
    "Shift",
    "TimesheetAdjustment",
    "TourStop",
    "DutySession",
    "Log",
    "ShiftAssignment",
    "IncidentReportGeneration",
    "LocationCheckIn",
    "LogEdit",
    "Message",
    "SafetyChecklistResponse",
    "SupervisorEquipmentCheckout",
    "TimesheetEntry",
    "SafetyChecklistItemCheck",
)


def upgrade() -> None:
    there = set(sa.inspect(op.get_bind()).get_table_names()) & set(TABLES)
    if there == set(TABLES):
        return
    if there:
        missing = ", ".join(sorted(set(TABLES) - there))
        raise SystemExit(f"This database has only some of the live tables. Missing: {missing}. Nothing was changed.")
    create_enums()
    create_tables()


def create_enums() -> None:
    if op.get_context().dialect.name == "postgresql":
        for name, enum in ENUMS.items():
            postgresql.ENUM(*enum.enums, name=name).create(op.get_bind())


def downgrade() -> None:
    """Drop the tables, but only empty ones: the live database's are never ours to drop."""
    filled = [table for table in TABLES if op.get_bind().scalar(sa.text(f'SELECT 1 FROM "{table}" LIMIT 1'))]
    if filled:
        raise SystemExit(
            f"There are rows in {', '.join(filled)}: the tables stay. `alembic downgrade live` drops ours only."
        )
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        for name in ENUMS:
            postgresql.ENUM(name=name).drop(op.get_bind())


def create_tables() -> None:
    op.create_table(
        "Location",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("isActive", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("maxCapacity", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="Location_pkey"),
    )
    op.create_index("Location_name_idx", "Location", ["name"], unique=False)
    op.create_index("Location_name_key", "Location", ["name"], unique=True)
    op.create_table(
        "SafetyChecklistItem",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("order", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("isActive", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="SafetyChecklistItem_pkey"),
    )
    op.create_index("SafetyChecklistItem_isActive_idx", "SafetyChecklistItem", ["isActive"], unique=False)
    op.create_index("SafetyChecklistItem_name_key", "SafetyChecklistItem", ["name"], unique=True)
    op.create_index("SafetyChecklistItem_order_idx", "SafetyChecklistItem", ["order"], unique=False)
    op.create_table(
        "User",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("firstName", sa.Text(), nullable=False),
        sa.Column("lastName", sa.Text(), nullable=False),
        sa.Column("imageUrl", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("streetAddress", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("zipCode", sa.Text(), nullable=True),
        sa.Column("clerkId", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("role", ENUMS["Role"], server_default=sa.text("'GUARD'"), nullable=False),
        sa.Column("archivedAt", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="User_pkey"),
    )
    op.create_index("User_clerkId_idx", "User", ["clerkId"], unique=False)
    op.create_index("User_clerkId_key", "User", ["clerkId"], unique=True)
    op.create_index("User_email_idx", "User", ["email"], unique=False)
    op.create_index("User_email_key", "User", ["email"], unique=True)
    op.create_index("User_username_idx", "User", ["username"], unique=False)
    op.create_index("User_username_key", "User", ["username"], unique=True)
    op.create_table(
        "Radio",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", ENUMS["FleetStatus"], server_default=sa.text("'WORKING'"), nullable=False),
        sa.Column("locationId", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("serialNumber", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("archivedAt", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["locationId"], ["Location.id"], name="Radio_locationId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="Radio_pkey"),
    )
    op.create_index("Radio_locationId_idx", "Radio", ["locationId"], unique=False)
    op.create_index("Radio_serialNumber_key", "Radio", ["serialNumber"], unique=True)
    op.create_index("Radio_status_idx", "Radio", ["status"], unique=False)
    op.create_table(
        "RecurringShiftPattern",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("locationId", sa.Text(), nullable=False),
        sa.Column("startTime", sa.Text(), nullable=False),
        sa.Column("endTime", sa.Text(), nullable=False),
        sa.Column("daysOfWeek", sa.Text(), nullable=False),
        sa.Column("isActive", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("startDate", MOMENT, nullable=False),
        sa.Column("endDate", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["locationId"],
            ["Location.id"],
            name="RecurringShiftPattern_locationId_fkey",
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="RecurringShiftPattern_pkey"),
    )
    op.create_index("RecurringShiftPattern_isActive_idx", "RecurringShiftPattern", ["isActive"], unique=False)
    op.create_index("RecurringShiftPattern_locationId_idx", "RecurringShiftPattern", ["locationId"], unique=False)
    op.create_table(
        "Timesheet",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("weekStartDate", MOMENT, nullable=False),
        sa.Column("weekEndDate", MOMENT, nullable=False),
        sa.Column("totalHours", sa.Numeric(6, 2).with_variant(sa.Float(), "sqlite"), nullable=False),
        sa.Column("totalEntries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("status", ENUMS["TimesheetStatus"], server_default=sa.text("'DRAFT'"), nullable=False),
        sa.Column("submittedAt", MOMENT, nullable=True),
        sa.Column("submittedBy", sa.Text(), nullable=True),
        sa.Column("approvedBy", sa.Text(), nullable=True),
        sa.Column("approvedAt", MOMENT, nullable=True),
        sa.Column("rejectedBy", sa.Text(), nullable=True),
        sa.Column("rejectedAt", MOMENT, nullable=True),
        sa.Column("rejectionReason", sa.Text(), nullable=True),
        sa.Column("createdBy", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approvedBy"], ["User.id"], name="Timesheet_approvedBy_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["createdBy"], ["User.id"], name="Timesheet_createdBy_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["rejectedBy"], ["User.id"], name="Timesheet_rejectedBy_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["submittedBy"], ["User.id"], name="Timesheet_submittedBy_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["userId"], ["User.id"], name="Timesheet_userId_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="Timesheet_pkey"),
    )
    op.create_index("Timesheet_approvedBy_idx", "Timesheet", ["approvedBy"], unique=False)
    op.create_index("Timesheet_createdBy_idx", "Timesheet", ["createdBy"], unique=False)
    op.create_index("Timesheet_status_idx", "Timesheet", ["status"], unique=False)
    op.create_index("Timesheet_userId_idx", "Timesheet", ["userId"], unique=False)
    op.create_index("Timesheet_userId_weekStartDate_key", "Timesheet", ["userId", "weekStartDate"], unique=True)
    op.create_index(
        "Timesheet_weekStartDate_weekEndDate_idx", "Timesheet", ["weekStartDate", "weekEndDate"], unique=False
    )
    op.create_table(
        "Tour",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("endingMileage", sa.Integer(), nullable=True),
        sa.Column("carReturned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("radioReturned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("keysReturned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=True),
        sa.Column("carNumber", sa.String(length=50), nullable=False),
        sa.Column("radioNumber", sa.String(length=50), nullable=False),
        sa.Column("startingMileage", sa.Integer(), nullable=False),
        sa.Column("supervisorId", sa.Text(), nullable=False),
        sa.Column("status", ENUMS["TourStatus"], server_default=sa.text("'IN_PROGRESS'"), nullable=False),
        sa.Column("startedAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("completedAt", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["supervisorId"], ["User.id"], name="Tour_supervisorId_fkey", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="Tour_pkey"),
    )
    op.create_index("Tour_startedAt_idx", "Tour", ["startedAt"], unique=False)
    op.create_index("Tour_status_idx", "Tour", ["status"], unique=False)
    op.create_index("Tour_supervisorId_idx", "Tour", ["supervisorId"], unique=False)
    op.create_table(
        "Vehicle",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", ENUMS["FleetStatus"], server_default=sa.text("'WORKING'"), nullable=False),
        sa.Column("locationId", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("make", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("vin", sa.Text(), nullable=True),
        sa.Column("licensePlate", sa.Text(), nullable=True),
        sa.Column("mileage", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("mileageUpdatedAt", MOMENT, nullable=True),
        sa.Column("archivedAt", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["locationId"], ["Location.id"], name="Vehicle_locationId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="Vehicle_pkey"),
    )
    op.create_index("Vehicle_locationId_idx", "Vehicle", ["locationId"], unique=False)
    op.create_index("Vehicle_status_idx", "Vehicle", ["status"], unique=False)
    op.create_index("Vehicle_vin_key", "Vehicle", ["vin"], unique=True)
    op.create_table(
        "notifications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("type", ENUMS["NotificationType"], server_default=sa.text("'INFO'"), nullable=False),
        sa.Column("priority", ENUMS["NotificationPriority"], server_default=sa.text("'MEDIUM'"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("actionLabel", sa.Text(), nullable=True),
        sa.Column("actionUrl", sa.Text(), nullable=True),
        sa.Column("dismissible", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("userId", sa.Text(), nullable=True),
        sa.Column("dismissedAt", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["userId"], ["User.id"], name="notifications_userId_fkey", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="notifications_pkey"),
    )
    op.create_index("notifications_createdAt_idx", "notifications", ["createdAt"], unique=False)
    op.create_index("notifications_dismissedAt_idx", "notifications", ["dismissedAt"], unique=False)
    op.create_index("notifications_priority_idx", "notifications", ["priority"], unique=False)
    op.create_index("notifications_userId_idx", "notifications", ["userId"], unique=False)
    op.create_table(
        "RecurringUserAssignment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("recurringPatternId", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recurringPatternId"],
            ["RecurringShiftPattern.id"],
            name="RecurringUserAssignment_recurringPatternId_fkey",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["userId"], ["User.id"], name="RecurringUserAssignment_userId_fkey", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="RecurringUserAssignment_pkey"),
    )
    op.create_index(
        "RecurringUserAssignment_recurringPatternId_idx",
        "RecurringUserAssignment",
        ["recurringPatternId"],
        unique=False,
    )
    op.create_index(
        "RecurringUserAssignment_recurringPatternId_userId_key",
        "RecurringUserAssignment",
        ["recurringPatternId", "userId"],
        unique=True,
    )
    op.create_index("RecurringUserAssignment_userId_idx", "RecurringUserAssignment", ["userId"], unique=False)
    op.create_table(
        "Shift",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("startTime", MOMENT, nullable=False),
        sa.Column("endTime", MOMENT, nullable=False),
        sa.Column("locationId", sa.Text(), nullable=False),
        sa.Column("recurringPatternId", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["locationId"], ["Location.id"], name="Shift_locationId_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recurringPatternId"],
            ["RecurringShiftPattern.id"],
            name="Shift_recurringPatternId_fkey",
            onupdate="CASCADE",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="Shift_pkey"),
    )
    op.create_index("Shift_locationId_idx", "Shift", ["locationId"], unique=False)
    op.create_index("Shift_recurringPatternId_idx", "Shift", ["recurringPatternId"], unique=False)
    op.create_index("Shift_startTime_endTime_idx", "Shift", ["startTime", "endTime"], unique=False)
    op.create_table(
        "TimesheetAdjustment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("timesheetId", sa.Text(), nullable=False),
        sa.Column("entryId", sa.Text(), nullable=True),
        sa.Column("type", ENUMS["TimesheetAdjustmentType"], nullable=False),
        sa.Column("fieldChanged", sa.Text(), nullable=True),
        sa.Column("oldValue", sa.Text(), nullable=True),
        sa.Column("newValue", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adjustedBy", sa.Text(), nullable=False),
        sa.Column("adjustedAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.ForeignKeyConstraint(
            ["adjustedBy"],
            ["User.id"],
            name="TimesheetAdjustment_adjustedBy_fkey",
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["timesheetId"],
            ["Timesheet.id"],
            name="TimesheetAdjustment_timesheetId_fkey",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="TimesheetAdjustment_pkey"),
    )
    op.create_index("TimesheetAdjustment_adjustedAt_idx", "TimesheetAdjustment", ["adjustedAt"], unique=False)
    op.create_index("TimesheetAdjustment_adjustedBy_idx", "TimesheetAdjustment", ["adjustedBy"], unique=False)
    op.create_index("TimesheetAdjustment_timesheetId_idx", "TimesheetAdjustment", ["timesheetId"], unique=False)
    op.create_table(
        "TourStop",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("locationId", sa.Text(), nullable=True),
        sa.Column("stopType", ENUMS["TourStopType"], server_default=sa.text("'GENERAL_OBSERVATION'"), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("observations", sa.Text(), nullable=False),
        sa.Column("photoUrls", sa.Text(), nullable=True),
        sa.Column("guardUserId", sa.Text(), nullable=True),
        sa.Column("guardPerformanceNotes", sa.Text(), nullable=True),
        sa.Column("issuesSeverity", sa.String(length=20), nullable=True),
        sa.Column("followUpRequired", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tourId", sa.Text(), nullable=False),
        sa.Column("arrivedAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("departedAt", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["guardUserId"], ["User.id"], name="TourStop_guardUserId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["locationId"], ["Location.id"], name="TourStop_locationId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tourId"], ["Tour.id"], name="TourStop_tourId_fkey", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="TourStop_pkey"),
    )
    op.create_index("TourStop_arrivedAt_idx", "TourStop", ["arrivedAt"], unique=False)
    op.create_index("TourStop_guardUserId_idx", "TourStop", ["guardUserId"], unique=False)
    op.create_index("TourStop_locationId_idx", "TourStop", ["locationId"], unique=False)
    op.create_index("TourStop_tourId_idx", "TourStop", ["tourId"], unique=False)
    op.create_table(
        "DutySession",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("locationId", sa.Text(), nullable=True),
        sa.Column("shiftId", sa.Text(), nullable=True),
        sa.Column("clockInTime", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("clockOutTime", MOMENT, nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["locationId"], ["Location.id"], name="DutySession_locationId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["shiftId"], ["Shift.id"], name="DutySession_shiftId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["userId"], ["User.id"], name="DutySession_userId_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="DutySession_pkey"),
    )
    op.create_index("DutySession_clockInTime_idx", "DutySession", ["clockInTime"], unique=False)
    op.create_index("DutySession_clockOutTime_idx", "DutySession", ["clockOutTime"], unique=False)
    op.create_index("DutySession_locationId_idx", "DutySession", ["locationId"], unique=False)
    op.create_index("DutySession_userId_idx", "DutySession", ["userId"], unique=False)
    op.create_table(
        "Log",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("type", ENUMS["LogType"], nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("locationId", sa.Text(), nullable=False),
        sa.Column("shiftId", sa.Text(), nullable=True),
        sa.Column("severity", ENUMS["IncidentSeverity"], nullable=True),
        sa.Column("incidentTime", MOMENT, nullable=True),
        sa.Column("peopleInvolved", sa.Text(), nullable=True),
        sa.Column("witnesses", sa.Text(), nullable=True),
        sa.Column("actionsTaken", sa.Text(), nullable=True),
        sa.Column("followUpRequired", sa.Boolean(), server_default=sa.text("false"), nullable=True),
        sa.Column("followUpNotes", sa.Text(), nullable=True),
        sa.Column("weatherConditions", sa.Text(), nullable=True),
        sa.Column("photoUrls", sa.Text(), nullable=True),
        sa.Column("videoUrls", sa.Text(), nullable=True),
        sa.Column("status", ENUMS["RecordStatus"], server_default=sa.text("'LIVE'"), nullable=False),
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("reviewedBy", sa.Text(), nullable=True),
        sa.Column("reviewedAt", MOMENT, nullable=True),
        sa.Column("reviewNotes", sa.Text(), nullable=True),
        sa.Column("archivedAt", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["locationId"], ["Location.id"], name="Log_locationId_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reviewedBy"], ["User.id"], name="Log_reviewedBy_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["shiftId"], ["Shift.id"], name="Log_shiftId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["userId"], ["User.id"], name="Log_userId_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="Log_pkey"),
    )
    op.create_index("Log_createdAt_idx", "Log", ["createdAt"], unique=False)
    op.create_index("Log_locationId_idx", "Log", ["locationId"], unique=False)
    op.create_index("Log_reviewedBy_idx", "Log", ["reviewedBy"], unique=False)
    op.create_index("Log_severity_idx", "Log", ["severity"], unique=False)
    op.create_index("Log_shiftId_idx", "Log", ["shiftId"], unique=False)
    op.create_index("Log_status_idx", "Log", ["status"], unique=False)
    op.create_index("Log_type_idx", "Log", ["type"], unique=False)
    op.create_index("Log_userId_idx", "Log", ["userId"], unique=False)
    op.create_table(
        "ShiftAssignment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("shiftId", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shiftId"], ["Shift.id"], name="ShiftAssignment_shiftId_fkey", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["userId"], ["User.id"], name="ShiftAssignment_userId_fkey", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="ShiftAssignment_pkey"),
    )
    op.create_index("ShiftAssignment_shiftId_idx", "ShiftAssignment", ["shiftId"], unique=False)
    op.create_index("ShiftAssignment_shiftId_userId_key", "ShiftAssignment", ["shiftId", "userId"], unique=True)
    op.create_index("ShiftAssignment_userId_idx", "ShiftAssignment", ["userId"], unique=False)
    op.create_table(
        "IncidentReportGeneration",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("logId", sa.Text(), nullable=False),
        sa.Column("incidentNumber", sa.Text(), nullable=False),
        sa.Column("generatedAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("generatedBy", sa.Text(), nullable=False),
        sa.Column("guardAssignedId", sa.Text(), nullable=True),
        sa.Column("guardSignedBy", sa.Text(), nullable=True),
        sa.Column("guardSignedByName", sa.Text(), nullable=True),
        sa.Column("guardSignedAt", MOMENT, nullable=True),
        sa.Column("guardIpAddress", sa.Text(), nullable=True),
        sa.Column("supervisorAssignedId", sa.Text(), nullable=False),
        sa.Column("supervisorSignedBy", sa.Text(), nullable=True),
        sa.Column("supervisorSignedByName", sa.Text(), nullable=True),
        sa.Column("supervisorSignedAt", MOMENT, nullable=True),
        sa.Column("supervisorIpAddress", sa.Text(), nullable=True),
        sa.Column("notifiedUsers", postgresql.ARRAY(sa.Text()).with_variant(sa.JSON(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["logId"], ["Log.id"], name="IncidentReportGeneration_logId_fkey", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="IncidentReportGeneration_pkey"),
    )
    op.create_index(
        "IncidentReportGeneration_generatedBy_idx", "IncidentReportGeneration", ["generatedBy"], unique=False
    )
    op.create_index(
        "IncidentReportGeneration_guardAssignedId_idx", "IncidentReportGeneration", ["guardAssignedId"], unique=False
    )
    op.create_index(
        "IncidentReportGeneration_incidentNumber_idx", "IncidentReportGeneration", ["incidentNumber"], unique=False
    )
    op.create_index(
        "IncidentReportGeneration_incidentNumber_key", "IncidentReportGeneration", ["incidentNumber"], unique=True
    )
    op.create_index("IncidentReportGeneration_logId_idx", "IncidentReportGeneration", ["logId"], unique=False)
    op.create_index("IncidentReportGeneration_logId_key", "IncidentReportGeneration", ["logId"], unique=True)
    op.create_index(
        "IncidentReportGeneration_supervisorAssignedId_idx",
        "IncidentReportGeneration",
        ["supervisorAssignedId"],
        unique=False,
    )
    op.create_table(
        "LocationCheckIn",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("dutySessionId", sa.Text(), nullable=False),
        sa.Column("locationId", sa.Text(), nullable=False),
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("checkInTime", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("checkOutTime", MOMENT, nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dutySessionId"],
            ["DutySession.id"],
            name="LocationCheckIn_dutySessionId_fkey",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["locationId"],
            ["Location.id"],
            name="LocationCheckIn_locationId_fkey",
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["userId"], ["User.id"], name="LocationCheckIn_userId_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="LocationCheckIn_pkey"),
    )
    op.create_index("LocationCheckIn_checkInTime_idx", "LocationCheckIn", ["checkInTime"], unique=False)
    op.create_index("LocationCheckIn_dutySessionId_idx", "LocationCheckIn", ["dutySessionId"], unique=False)
    op.create_index("LocationCheckIn_locationId_idx", "LocationCheckIn", ["locationId"], unique=False)
    op.create_index("LocationCheckIn_userId_idx", "LocationCheckIn", ["userId"], unique=False)
    op.create_table(
        "LogEdit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("logId", sa.Text(), nullable=False),
        sa.Column("editedBy", sa.Text(), nullable=False),
        sa.Column("editedAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("fieldChanged", sa.Text(), nullable=False),
        sa.Column("oldValue", sa.Text(), nullable=True),
        sa.Column("newValue", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["editedBy"], ["User.id"], name="LogEdit_editedBy_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["logId"], ["Log.id"], name="LogEdit_logId_fkey", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="LogEdit_pkey"),
    )
    op.create_index("LogEdit_editedBy_idx", "LogEdit", ["editedBy"], unique=False)
    op.create_index("LogEdit_logId_idx", "LogEdit", ["logId"], unique=False)
    op.create_table(
        "Message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("type", ENUMS["MessageType"], server_default=sa.text("'GUARD_TO_SUPERVISOR'"), nullable=False),
        sa.Column("senderId", sa.Text(), nullable=False),
        sa.Column("replyToId", sa.Text(), nullable=True),
        sa.Column("readAt", MOMENT, nullable=True),
        sa.Column("dutySessionId", sa.Text(), nullable=False),
        sa.Column("readBy", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dutySessionId"],
            ["DutySession.id"],
            name="Message_dutySessionId_fkey",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["replyToId"], ["Message.id"], name="Message_replyToId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["senderId"], ["User.id"], name="Message_senderId_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="Message_pkey"),
    )
    op.create_index("Message_createdAt_idx", "Message", ["createdAt"], unique=False)
    op.create_index("Message_dutySessionId_idx", "Message", ["dutySessionId"], unique=False)
    op.create_index("Message_replyToId_idx", "Message", ["replyToId"], unique=False)
    op.create_index("Message_senderId_idx", "Message", ["senderId"], unique=False)
    op.create_table(
        "SafetyChecklistResponse",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("dutySessionId", sa.Text(), nullable=False),
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("locationId", sa.Text(), nullable=False),
        sa.Column("logId", sa.Text(), nullable=True),
        sa.Column("completedAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dutySessionId"],
            ["DutySession.id"],
            name="SafetyChecklistResponse_dutySessionId_fkey",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["locationId"],
            ["Location.id"],
            name="SafetyChecklistResponse_locationId_fkey",
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["logId"], ["Log.id"], name="SafetyChecklistResponse_logId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["userId"], ["User.id"], name="SafetyChecklistResponse_userId_fkey", onupdate="CASCADE", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="SafetyChecklistResponse_pkey"),
    )
    op.create_index("SafetyChecklistResponse_completedAt_idx", "SafetyChecklistResponse", ["completedAt"], unique=False)
    op.create_index(
        "SafetyChecklistResponse_dutySessionId_idx", "SafetyChecklistResponse", ["dutySessionId"], unique=False
    )
    op.create_index("SafetyChecklistResponse_locationId_idx", "SafetyChecklistResponse", ["locationId"], unique=False)
    op.create_index("SafetyChecklistResponse_logId_key", "SafetyChecklistResponse", ["logId"], unique=True)
    op.create_index("SafetyChecklistResponse_userId_idx", "SafetyChecklistResponse", ["userId"], unique=False)
    op.create_table(
        "SupervisorEquipmentCheckout",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dutySessionId", sa.Text(), nullable=False),
        sa.Column("vehicleId", sa.Text(), nullable=True),
        sa.Column("radioId", sa.Text(), nullable=True),
        sa.Column("checkoutMileage", sa.Integer(), nullable=True),
        sa.Column("checkinMileage", sa.Integer(), nullable=True),
        sa.Column("checkoutTime", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("checkinTime", MOMENT, nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dutySessionId"],
            ["DutySession.id"],
            name="SupervisorEquipmentCheckout_dutySessionId_fkey",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["radioId"],
            ["Radio.id"],
            name="SupervisorEquipmentCheckout_radioId_fkey",
            onupdate="CASCADE",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["vehicleId"],
            ["Vehicle.id"],
            name="SupervisorEquipmentCheckout_vehicleId_fkey",
            onupdate="CASCADE",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="SupervisorEquipmentCheckout_pkey"),
    )
    op.create_index(
        "SupervisorEquipmentCheckout_checkoutTime_idx", "SupervisorEquipmentCheckout", ["checkoutTime"], unique=False
    )
    op.create_index(
        "SupervisorEquipmentCheckout_dutySessionId_idx", "SupervisorEquipmentCheckout", ["dutySessionId"], unique=False
    )
    op.create_index("SupervisorEquipmentCheckout_radioId_idx", "SupervisorEquipmentCheckout", ["radioId"], unique=False)
    op.create_index(
        "SupervisorEquipmentCheckout_vehicleId_idx", "SupervisorEquipmentCheckout", ["vehicleId"], unique=False
    )
    op.create_table(
        "TimesheetEntry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("timesheetId", sa.Text(), nullable=False),
        sa.Column("dutySessionId", sa.Text(), nullable=True),
        sa.Column("date", MOMENT, nullable=False),
        sa.Column("clockInTime", MOMENT, nullable=False),
        sa.Column("clockOutTime", MOMENT, nullable=False),
        sa.Column("hoursWorked", sa.Numeric(5, 2).with_variant(sa.Float(), "sqlite"), nullable=False),
        sa.Column("locationId", sa.Text(), nullable=True),
        sa.Column("shiftId", sa.Text(), nullable=True),
        sa.Column("originalClockIn", MOMENT, nullable=True),
        sa.Column("originalClockOut", MOMENT, nullable=True),
        sa.Column("originalHours", sa.Numeric(5, 2).with_variant(sa.Float(), "sqlite"), nullable=True),
        sa.Column("wasAdjusted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("wasManuallyAdded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dutySessionId"],
            ["DutySession.id"],
            name="TimesheetEntry_dutySessionId_fkey",
            onupdate="CASCADE",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["locationId"],
            ["Location.id"],
            name="TimesheetEntry_locationId_fkey",
            onupdate="CASCADE",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shiftId"], ["Shift.id"], name="TimesheetEntry_shiftId_fkey", onupdate="CASCADE", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["timesheetId"],
            ["Timesheet.id"],
            name="TimesheetEntry_timesheetId_fkey",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="TimesheetEntry_pkey"),
    )
    op.create_index("TimesheetEntry_date_idx", "TimesheetEntry", ["date"], unique=False)
    op.create_index("TimesheetEntry_dutySessionId_idx", "TimesheetEntry", ["dutySessionId"], unique=False)
    op.create_index("TimesheetEntry_timesheetId_idx", "TimesheetEntry", ["timesheetId"], unique=False)
    op.create_table(
        "SafetyChecklistItemCheck",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("createdAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("updatedAt", MOMENT, nullable=False),
        sa.Column("checked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("safetyChecklistResponseId", sa.Text(), nullable=False),
        sa.Column("safetyChecklistItemId", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["safetyChecklistItemId"],
            ["SafetyChecklistItem.id"],
            name="SafetyChecklistItemCheck_safetyChecklistItemId_fkey",
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["safetyChecklistResponseId"],
            ["SafetyChecklistResponse.id"],
            name="SafetyChecklistItemCheck_safetyChecklistResponseId_fkey",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="SafetyChecklistItemCheck_pkey"),
    )
    op.create_index(
        "SafetyChecklistItemCheck_safetyChecklistItemId_idx",
        "SafetyChecklistItemCheck",
        ["safetyChecklistItemId"],
        unique=False,
    )
    op.create_index(
        "SafetyChecklistItemCheck_safetyChecklistResponseId_idx",
        "SafetyChecklistItemCheck",
        ["safetyChecklistResponseId"],
        unique=False,
    )
    op.create_index(
        "SafetyChecklistItemCheck_safetyChecklistResponseId_safetyCh_key",
        "SafetyChecklistItemCheck",
        ["safetyChecklistResponseId", "safetyChecklistItemId"],
        unique=True,
    )
