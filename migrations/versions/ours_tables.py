"""What this application adds: passwords, dismissals, guards against races, and two indexes for lists.

Revision ID: ours
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "ours"
down_revision = "live"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(postgresql.TIMESTAMP(precision=3), "postgresql")
CHECKOUTS = "SupervisorEquipmentCheckout"

# The name of the guard, its table, and what may be there once, of which rows
GUARDS = (
    ("User_email_folded_key", "User", 'lower("email")', None),
    ("Location_name_folded_key", "Location", 'lower(ltrim(rtrim("name")))', None),
    ("SafetyChecklistItem_name_folded_key", "SafetyChecklistItem", 'lower("name")', None),
    ("DutySession_open_key", "DutySession", '"userId"', '"clockOutTime" IS NULL'),
    ("LocationCheckIn_open_key", "LocationCheckIn", '"dutySessionId"', '"checkOutTime" IS NULL'),
    ("SupervisorEquipmentCheckout_open_session_key", CHECKOUTS, '"dutySessionId"', '"checkinTime" IS NULL'),
    ("SupervisorEquipmentCheckout_open_vehicle_key", CHECKOUTS, '"vehicleId"', '"checkinTime" IS NULL'),
    ("SupervisorEquipmentCheckout_open_radio_key", CHECKOUTS, '"radioId"', '"checkinTime" IS NULL'),
)


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("Credential"):
        return  # SQLModel.metadata.create_all made everything, as a quick experiment does
    refuse_broken_guards()
    op.create_table(
        "Credential",
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("passwordHash", sa.Text()),
        sa.Column("tokensEndAt", MOMENT),
        sa.Column("keptToken", sa.Text()),
        user_key("Credential"),
        sa.PrimaryKeyConstraint("userId", name="Credential_pkey"),
    )
    op.create_table(
        "NotificationDismissal",
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("notificationId", sa.Text(), nullable=False),
        sa.Column("dismissedAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        user_key("NotificationDismissal"),
        sa.ForeignKeyConstraint(
            ["notificationId"],
            ["notifications.id"],
            name="NotificationDismissal_notificationId_fkey",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("userId", "notificationId", name="NotificationDismissal_pkey"),
    )
    for name, table, value, where in GUARDS:
        op.execute(f'CREATE UNIQUE INDEX "{name}" ON "{table}" ({value}) {condition(where)}')
    op.create_index("Log_type_feed_idx", "Log", ["type", "createdAt"])
    op.create_index("Log_locationId_feed_idx", "Log", ["locationId", "createdAt"])


def user_key(table: str) -> sa.ForeignKeyConstraint:
    name = f"{table}_userId_fkey"
    return sa.ForeignKeyConstraint(["userId"], ["User.id"], name=name, ondelete="CASCADE", onupdate="CASCADE")


def condition(where: str | None) -> str:
    return f"WHERE {where}" if where else ""


def refuse_broken_guards() -> None:
    """Stop before anything is changed, and list the rows, if the data breaks a guard."""
    faults = []
    for _, table, value, where in GUARDS:
        rows = sa.text(f'SELECT {value} AS value, id FROM "{table}" {condition(where)} ORDER BY 1, 2')
        found: dict[str | None, list[str]] = {}
        for one, id in op.get_bind().execute(rows):
            found.setdefault(one, []).append(id)
        found.pop(None, None)
        faults += [f"  {table}: {value} is {one!r} in {', '.join(ids)}" for one, ids in found.items() if len(ids) > 1]
    if faults:
        listed = "\n".join(faults)
        raise SystemExit(f"Of each of these rows only one may be left as it is. Nothing was changed.\n{listed}")


def downgrade() -> None:
    op.drop_index("Log_locationId_feed_idx", "Log")
    op.drop_index("Log_type_feed_idx", "Log")
    for name, table, _, _ in reversed(GUARDS):
        op.drop_index(name, table)
    op.drop_table("NotificationDismissal")
    op.drop_table("Credential")
