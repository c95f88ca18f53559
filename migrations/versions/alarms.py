"""Which entries have been told of as HIGH or CRITICAL incidents, and when.

Revision ID: alarms
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "alarms"
down_revision = "shift_days"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(postgresql.TIMESTAMP(precision=3), "postgresql")


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("Alarm"):
        return  # SQLModel.metadata.create_all made everything, as a quick experiment does
    op.create_table(
        "Alarm",
        sa.Column("logId", sa.Text(), nullable=False),
        sa.Column("userId", sa.Text(), nullable=False),
        sa.Column("raisedAt", MOMENT, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        key_to("Log", "logId"),
        key_to("User", "userId"),
        sa.PrimaryKeyConstraint("logId", name="Alarm_pkey"),
    )
    op.create_index("Alarm_userId_idx", "Alarm", ["userId"])


def key_to(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=f"Alarm_{column}_fkey", ondelete="CASCADE", onupdate="CASCADE"
    )


def downgrade() -> None:
    op.drop_table("Alarm")
