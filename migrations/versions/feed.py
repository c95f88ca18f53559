"""An index of the entries that are not archived, in the order in which they are listed.

Revision ID: feed
"""

import sqlalchemy as sa
from alembic import op

revision = "feed"
down_revision = "search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    not_archived = sa.text('"archivedAt" IS NULL')
    op.create_index(
        "Log_feed_idx",
        "Log",
        ["createdAt", "id"],
        if_not_exists=True,  # SQLModel.metadata.create_all made everything, as a quick experiment does
        sqlite_where=not_archived,
        postgresql_where=not_archived,
    )


def downgrade() -> None:
    op.drop_index("Log_feed_idx", "Log")
