"""An index for the search of the logbook, of every three characters that follow each other.

PostgreSQL has it if its extension pg_trgm can be made; without it, a search reads every entry.

Revision ID: search
"""

import sqlalchemy as sa
from alembic import op

revision = "search"
down_revision = "alarms"
branch_labels = None
depends_on = None

# The same expression as in a search, else PostgreSQL does not use the index
SIGMAS = "'\N{GREEK SMALL LETTER FINAL SIGMA}', '\N{GREEK SMALL LETTER SIGMA}'"
WITHOUT_CASE = f"""(CASE WHEN (octet_length({{0}}) = length({{0}})) THEN lower({{0}})
    ELSE normalize(replace(lower(normalize({{0}}, NFD)), {SIGMAS}), NFC) END) gin_trgm_ops"""


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        return
    columns = ", ".join(WITHOUT_CASE.format(column) for column in ("title", "description"))
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            op.execute(f'CREATE INDEX "Log_search_idx" ON "Log" USING gin ({columns})')
    except sa.exc.DBAPIError as error:
        print(f"Searches will read every entry, as there is no extension pg_trgm here: {error.orig}")


def downgrade() -> None:
    op.execute('DROP INDEX IF EXISTS "Log_search_idx"')
