"""The days of the patterns for which shifts have been made.

Revision ID: shift_days
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from settings import settings

revision = "shift_days"
down_revision = "ours"
branch_labels = None
depends_on = None

NAME = "RecurringShiftDay"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table(NAME):
        return  # SQLModel.metadata.create_all made everything, as a quick experiment does
    days = op.create_table(
        NAME,
        sa.Column("recurringPatternId", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shiftId", sa.Text()),
        key("recurringPatternId", "RecurringShiftPattern", "CASCADE"),
        key("shiftId", "Shift", "SET NULL"),
        sa.PrimaryKeyConstraint("recurringPatternId", "day", name=f"{NAME}_pkey"),
    )
    op.create_index(f"{NAME}_shiftId_idx", NAME, ["shiftId"])
    op.bulk_insert(days, days_of_shifts())


def key(column: str, table: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = f"{NAME}_{column}_fkey"
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete=ondelete, onupdate="CASCADE")


def days_of_shifts() -> list[dict[str, object]]:
    """A shift that was made before counts for the day on which it starts in the town; one of each day is enough."""
    shifts = sa.text(
        """SELECT id, "recurringPatternId", "startTime" FROM "Shift" WHERE "recurringPatternId" IS NOT NULL
           AND "startTime" >= '1900-01-01' AND "startTime" < '2200-01-01'"""
    ).columns(sa.column("id"), sa.column("recurringPatternId"), sa.column("startTime", sa.DateTime()))
    days = {}
    for shift, pattern, start in op.get_bind().execute(shifts):
        moment = datetime.fromisoformat(str(start)).replace(tzinfo=UTC)  # on PostgreSQL times are read as text
        days[pattern, moment.astimezone(settings.time_zone).date()] = shift
    return [{"recurringPatternId": pattern, "day": day, "shiftId": shift} for (pattern, day), shift in days.items()]


def downgrade() -> None:
    op.drop_table(NAME)
