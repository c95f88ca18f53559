"""An index for the search of the logbook on SQLite, too, of every three characters that follow each other.

Triggers keep it up to date, so entries that another program writes are found, too. Its SQLite must have FTS5, as
Python's, Prisma's and better-sqlite3's have, and none of our functions. An entry gets a new number each time its texts
change, and a hundred numbers at a time are indexed: one by one they would take three times as long as writing the
entries. What has a higher number than the index knows is read by each search.

The names begin with "sqlite", as FTS5 does not survive that its tables are emptied: programs that empty all tables of a
database leave out those that are LIKE 'sqlite_%'.

Revision ID: search_on_sqlite
"""

from alembic import op

revision = "search_on_sqlite"
down_revision = "feed"
branch_labels = None
depends_on = None

# The index is asked for ASCII characters only. These four become, or begin with, one in lower case and NFC.
IN_ASCII = {"\N{KELVIN SIGN}": "k", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}": "i", "\u037e": ";", "\u1fef": "`"}


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return
    op.execute('CREATE TABLE "sqliteLogSearchRow" (number INTEGER PRIMARY KEY, "logId" TEXT NOT NULL)')
    op.execute(
        """CREATE VIRTUAL TABLE "sqliteLogSearch"
           USING fts5(title, description, content='', detail=none, tokenize='trigram')"""
    )
    op.execute('INSERT INTO "sqliteLogSearchRow" ("logId") SELECT id FROM "Log"')
    add = f"""INSERT INTO "sqliteLogSearch" (rowid, title, description)
        SELECT number, {in_ascii("title")}, {in_ascii("description")}
        FROM "sqliteLogSearchRow" JOIN "Log" ON id = "logId"
        WHERE number > (SELECT coalesce(max(rowid), 0) FROM "sqliteLogSearch")"""
    op.execute(add)
    op.execute(
        f"""CREATE TRIGGER "Log_search_hundred" AFTER INSERT ON "sqliteLogSearchRow" WHEN new.number % 100 = 0
            BEGIN {add}; END"""
    )
    for name, event in {"insert": "INSERT", "update": "UPDATE OF id, title, description"}.items():
        op.execute(
            f"""CREATE TRIGGER "Log_search_{name}" AFTER {event} ON "Log"
                BEGIN INSERT INTO "sqliteLogSearchRow" ("logId") VALUES (new.id); END"""
        )


def in_ascii(column: str) -> str:
    for character, ascii_character in IN_ASCII.items():
        column = f"replace({column}, '{character}', '{ascii_character}')"
    return column


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for name in "insert", "update":
            op.execute(f'DROP TRIGGER "Log_search_{name}"')
        op.execute('DROP TABLE "sqliteLogSearch"')
        op.execute('DROP TABLE "sqliteLogSearchRow"')
