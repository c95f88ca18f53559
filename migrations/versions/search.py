"""An index for the search of the logbook, of every three characters that follow each other.

On SQLite it is a table of its own, which triggers keep up to date: entries that another program writes are found, too.
They call nothing that another program's SQLite lacks. PostgreSQL has such an index if its extension pg_trgm can be
made; without it, a search reads every entry.

Revision ID: search
"""

import sqlalchemy as sa
from alembic import op

revision = "search"
down_revision = "alarms"
branch_labels = None
depends_on = None

# The index is asked for ASCII characters only. These four become, or begin with, one in lower case and NFC.
IN_ASCII = {"\N{KELVIN SIGN}": "k", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}": "i", "\u037e": ";", "\u1fef": "`"}

# The same expression as in a search, else PostgreSQL does not use the index
SIGMAS = "'\N{GREEK SMALL LETTER FINAL SIGMA}', '\N{GREEK SMALL LETTER SIGMA}'"
WITHOUT_CASE = f"""(CASE WHEN (octet_length({{0}}) = length({{0}})) THEN lower({{0}})
    ELSE normalize(replace(lower(normalize({{0}}, NFD)), {SIGMAS}), NFC) END) gin_trgm_ops"""


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        index_on_sqlite()
    else:
        index_on_postgresql()


def index_on_sqlite() -> None:
    # By itself SQLite numbers rows anew now and then, so entries have numbers of their own here.
    op.execute('CREATE TABLE "LogSearchRow" (number INTEGER PRIMARY KEY, "logId" TEXT NOT NULL UNIQUE)')
    op.execute("""CREATE VIRTUAL TABLE "LogSearch" USING fts5(text, content='', detail=none, tokenize='trigram')""")
    op.execute('INSERT INTO "LogSearchRow" ("logId") SELECT id FROM "Log"')
    op.execute(
        f"""INSERT INTO "LogSearch" (rowid, text)
            SELECT number, {texts('"Log"')} FROM "Log" JOIN "LogSearchRow" ON "logId" = id"""
    )
    add = f"""INSERT INTO "LogSearch" (rowid, text)
        SELECT number, {texts("new")} FROM "LogSearchRow" WHERE "logId" = new.id;"""
    remove = f"""INSERT INTO "LogSearch" ("LogSearch", rowid, text)
        SELECT 'delete', number, {texts("old")} FROM "LogSearchRow" WHERE "logId" = old.id;"""
    op.execute(
        f"""CREATE TRIGGER "Log_search_insert" AFTER INSERT ON "Log" BEGIN
            INSERT OR IGNORE INTO "LogSearchRow" ("logId") VALUES (new.id); {add} END"""
    )
    op.execute(
        f"""CREATE TRIGGER "Log_search_update" AFTER UPDATE OF id, title, description ON "Log" BEGIN
            {remove} UPDATE "LogSearchRow" SET "logId" = new.id WHERE "logId" = old.id; {add} END"""
    )
    op.execute(
        f"""CREATE TRIGGER "Log_search_delete" AFTER DELETE ON "Log" BEGIN
            {remove} DELETE FROM "LogSearchRow" WHERE "logId" = old.id; END"""
    )


def texts(row: str) -> str:
    """SQL for the texts of an entry as they are indexed."""
    both = f"{row}.title || char(10) || {row}.description"
    for character, ascii_character in IN_ASCII.items():
        both = f"replace({both}, '{character}', '{ascii_character}')"
    return both


def index_on_postgresql() -> None:
    columns = ", ".join(WITHOUT_CASE.format(column) for column in ("title", "description"))
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            op.execute(f'CREATE INDEX "Log_search_idx" ON "Log" USING gin ({columns})')
    except sa.exc.DBAPIError as error:
        print(f"Searches will read every entry, as there is no extension pg_trgm here: {error.orig}")


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for name in "insert", "update", "delete":
            op.execute(f'DROP TRIGGER "Log_search_{name}"')
        op.execute('DROP TABLE "LogSearch"')
        op.execute('DROP TABLE "LogSearchRow"')
    else:
        op.execute('DROP INDEX IF EXISTS "Log_search_idx"')
