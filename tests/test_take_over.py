"""The other application's database is taken over, and both work on it."""

import csv
from collections import defaultdict
from pathlib import Path

import psycopg
import pytest
from sqlmodel import SQLModel

from conftest import Person
from fields import cuid
from security import new_token
from tests.databases import alembic, catalog, empty_database, end, query, start, using
from tests.postgresql import new_database
from tests.world import LIVE_TABLES

THEN = "2026-03-01 12:00:00.123"


def facts(name):
    with open(Path(__file__).parent / "contract" / f"{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


TABLES = SQLModel.metadata.tables
LIVE = {name: {fact["column"] for fact in facts("columns") if fact["table"] == name} for name in LIVE_TABLES}
OURS = {"alembic_version", *TABLES.keys() - LIVE.keys()}


def quoted(names):
    return ", ".join(f'"{name}"' for name in names.split(";"))


def tables():
    """The statements that make the 24 tables, as the contract's files tell of them."""
    enums, columns = defaultdict(list), defaultdict(list)
    for fact in facts("enums"):
        enums[fact["enum"]].append(f"'{fact['value']}'")
    yield from (f'CREATE TYPE "{name}" AS ENUM ({", ".join(values)})' for name, values in enums.items())
    for fact in facts("columns"):
        default = fact["default"] and f"DEFAULT {fact['default']}"
        null = "" if fact["nullable"] == "t" else "NOT NULL"
        columns[fact["table"]].append(f'"{fact["column"]}" {fact["pg_type"]} {null} {default}')
    yield from (f'CREATE TABLE "{name}" ({", ".join(parts)})' for name, parts in columns.items())


def keys_and_indexes():
    """The statements that make their keys and indexes. Unique ones are indexes there, not constraints."""
    keys = facts("keys")
    for fact in keys:
        if fact["kind"] == "p":
            yield f'ALTER TABLE "{fact["table"]}" ADD CONSTRAINT "{fact["constraint"]}" PRIMARY KEY (id)'
    for fact in facts("indexes"):
        if not fact["index"].endswith("_pkey"):
            unique = "UNIQUE" if fact["unique"] == "t" else ""
            yield f'CREATE {unique} INDEX "{fact["index"]}" ON "{fact["table"]}" ({quoted(fact["columns"])})'
    for fact in keys:
        if fact["kind"] == "f":
            yield (
                f'ALTER TABLE "{fact["table"]}" ADD CONSTRAINT "{fact["constraint"]}"'
                f' FOREIGN KEY ({quoted(fact["columns"])}) REFERENCES "{fact["ref_table"]}" (id)'
                f" ON DELETE {fact['on_delete']} ON UPDATE {fact['on_update']}"
            )


OTHERS = (
    'CREATE TABLE "_prisma_migrations" (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, logs text)',
    """INSERT INTO "_prisma_migrations" VALUES ('0b5c', 'e3b0c442', NULL)""",
    'CREATE TABLE "Alert" (id text PRIMARY KEY, "targetRole" "Role", "createdAt" timestamp(3) DEFAULT now())',
    """INSERT INTO "Alert" VALUES ('a1', 'GUARD')""",
    """COMMENT ON TABLE "Alert" IS 'not ours'""",
    """COMMENT ON COLUMN "User"."clerkId" IS 'the identity provider''s'""",
)


def put(url, table, id, **values):
    """Write a row as the other application does; it sets `updatedAt` itself."""
    if table not in ("LogEdit", "SupervisorEquipmentCheckout"):
        values.setdefault("updatedAt", THEN)
    values["id"] = id
    names, marks = quoted(";".join(values)), ", ".join(["%s"] * len(values))
    with psycopg.connect(url) as connection:
        connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(values.values()))


def put_user(url, id, role="GUARD", **values):
    names = {"firstName": "Gail", "lastName": "Torres", "clerkId": f"user_{id}", "email": f"{id}@example.com"}
    put(url, "User", id, role=role, **names | values)


@pytest.fixture(scope="module")
def live():
    """The other application's database, with some people at work."""
    url = empty_database()
    with psycopg.connect(url) as connection:
        for statement in (*tables(), *keys_and_indexes(), *OTHERS):
            connection.execute(statement)
    put_user(url, "gail")
    put_user(url, "sam", "SUPERVISOR", firstName="", lastName="")
    put_user(url, "ada", "ADMIN")
    put(url, "Location", "dock", name="North Dock")
    put(url, "DutySession", "night", userId="gail", locationId="dock", clockInTime=THEN)
    put(url, "DutySession", "round", userId="sam", clockInTime=THEN)
    entry = {"title": "Fire", "description": "-", "userId": "gail", "locationId": "dock", "createdAt": THEN}
    put(url, "Log", "fire", type="INCIDENT", photoUrls='["https://example.com/1.jpg"]', **entry)
    put(url, "LogEdit", "edit", logId="fire", editedBy="sam", fieldChanged="title", oldValue="Smoke")
    put(url, "Vehicle", "car", name="Car 1", make="Ford", model="Ranger", year=2020)
    put(url, "SupervisorEquipmentCheckout", "out", dutySessionId="round", vehicleId="car")
    return url


@pytest.fixture
def copied(live):
    return new_database(like=live)


@pytest.fixture(scope="module")
def migrated(live):
    url = new_database(like=live)
    alembic(url, "upgrade", "head")
    return url


@pytest.fixture
def shared(migrated):
    """The database taken over, and the application at work on it."""
    url = new_database(like=migrated)
    with using(url):
        yield url


def rows(url):
    """Every row, to the byte, with its place in the file and the transaction that wrote it."""
    names = [name for (name,) in query(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return query(url, *(f"SELECT '{name}', ctid::text, xmin::text, t::text FROM \"{name}\" t" for name in names))


def without_ours(found):
    return {fact for fact in found if fact[1].strip('"') not in OURS and fact[0] not in OURS}


def person(id):
    return Person(new_token(id))


def test_one_command_adds_ours_and_leaves_everything_else_to_the_byte(copied):
    before, rows_before = catalog(copied), rows(copied)
    assert end(start(copied, "-m", "alembic", "upgrade", "head")) == (0, "")
    assert before < catalog(copied)
    assert without_ours(rows(copied)) == rows_before
    added = {(kind, table.strip('"'), name) for kind, table, name, *_ in without_ours(catalog(copied) - before)}
    columns = {
        ("column", name, column)
        for name in LIVE
        for column in {each.name for each in TABLES[name].columns} - LIVE[name]
    }
    assert {fact for fact in added if fact[0] != "index"} == columns
    indexes = {index.name for name in LIVE for index in TABLES[name].indexes} - {
        fact["index"] for fact in facts("indexes")
    }
    assert {name for kind, _, name in added if kind == "index"} == indexes | {"Log_search_idx"}
    alembic(copied, "check")


def test_going_back_drops_ours_only(copied):
    before, rows_before = catalog(copied), rows(copied)
    alembic(copied, "upgrade", "head")
    alembic(copied, "downgrade", "live")
    assert {fact for fact in catalog(copied) if fact[1] != "alembic_version"} == before
    assert without_ours(rows(copied)) == rows_before


def test_going_back_further_is_refused(migrated):
    before = catalog(migrated), rows(migrated)
    with pytest.raises(SystemExit, match=r"There are rows in .*: the tables stay"):
        alembic(migrated, "downgrade", "base")
    assert (catalog(migrated), rows(migrated)) == before


def test_broken_guards_stop_it_before_anything_is_changed_and_are_listed(copied):
    put_user(copied, "gus", email="GAIL@example.com")
    put(copied, "Location", "same", name=" NORTH DOCK ")
    for name in "Radio", "RADIO":
        put(copied, "SafetyChecklistItem", name, name=name)
    put(copied, "Radio", "radio", name="Radio 1")
    put(copied, "DutySession", "twice", userId="gail")
    for id in "here", "there":
        put(copied, "LocationCheckIn", id, dutySessionId="round", locationId="dock", userId="sam")
    put(copied, "LocationCheckIn", "over", dutySessionId="round", locationId="dock", userId="sam", checkOutTime=THEN)
    for id, session in ("more", "round"), ("other", "twice"):
        put(copied, "SupervisorEquipmentCheckout", id, dutySessionId=session, vehicleId="car", radioId="radio")
    before = catalog(copied), rows(copied)

    assert end(start(copied, "-m", "alembic", "upgrade", "head")) == (
        1,
        """\
Of each of these rows only one may be left as it is. Nothing was changed.
  User: lower("email") is 'gail@example.com' in gail, gus
  Location: lower(ltrim(rtrim("name"))) is 'north dock' in dock, same
  SafetyChecklistItem: lower("name") is 'radio' in RADIO, Radio
  DutySession: "userId" is 'gail' in night, twice
  LocationCheckIn: "dutySessionId" is 'round' in here, there
  SupervisorEquipmentCheckout: "dutySessionId" is 'round' in more, out
  SupervisorEquipmentCheckout: "vehicleId" is 'car' in more, other, out
  SupervisorEquipmentCheckout: "radioId" is 'radio' in more, other
""",
    )
    assert (catalog(copied), rows(copied)) == before


def test_who_signed_up_there_can_work_here_and_gets_a_password_from_an_admin(shared):
    put_user(shared, "2f1c7a9e-0b5c-4c59-8f7e-1d2f3a4b5c6d", email="new@example.com")
    form = {"username": "new@example.com", "password": "a long enough one"}
    nobody = Person()
    assert nobody.post("/auth/token", data=form).status_code == 401
    path = "/users/2f1c7a9e-0b5c-4c59-8f7e-1d2f3a4b5c6d/password"
    assert person("ada").put(path, json={"newPassword": form["password"]}).status_code == 204
    token = nobody.post("/auth/token", data=form).json()["access_token"]
    assert Person(token).get("/users/me").json()["clerkId"] == "user_2f1c7a9e-0b5c-4c59-8f7e-1d2f3a4b5c6d"


def test_people_without_names_are_shown(shared):
    assert person("sam").get("/users/me").json()["firstName"] == ""
    assert "sam" in [user["id"] for user in person("ada").get("/users").json()]
    on_duty = person("ada").get("/duty-sessions/on-duty").json()
    assert [(each["userId"], each["userName"].strip()) for each in on_duty] == [("gail", "Gail Torres"), ("sam", "")]


def test_lists_are_read_from_json_text_and_null_is_an_empty_list(shared):
    pattern = {"name": "Nights", "locationId": "dock", "startTime": "22:00", "endTime": "06:00", "startDate": THEN}
    put(shared, "RecurringShiftPattern", "p1", daysOfWeek="[0, 6]", **pattern)
    put(shared, "Tour", "t1", supervisorId="sam", carNumber="1", radioNumber="1", startingMileage=0)
    put(shared, "TourStop", "s1", tourId="t1", title="Dock", observations="-", photoUrls=None)
    log = person("gail").get("/logs/fire").json()
    assert (log["photoUrls"], log["videoUrls"]) == (["https://example.com/1.jpg"], [])
    assert person("sam").get("/recurring-patterns").json()[0]["daysOfWeek"] == [0, 6]
    assert person("sam").get("/tours/t1").json()["tourStops"][0]["photoUrls"] == []


@pytest.mark.parametrize(("stored", "shown"), [(["sam", "ada"], ["sam", "ada"]), (None, [])])
def test_the_notified_people_of_a_report_are_an_array_or_null(shared, stored, shown):
    report = {"logId": "fire", "incidentNumber": "INC-1", "generatedBy": "sam", "supervisorAssignedId": "sam"}
    put(shared, "IncidentReportGeneration", "r1", notifiedUsers=stored, **report)
    assert person("sam").get("/incident-reports/r1").json()["notifiedUsers"] == shown


def test_the_time_of_its_last_change_is_shown_and_goes_on_with_ours(shared):
    assert person("gail").get("/logs/fire").json()["updatedAt"] == "2026-03-01T12:00:00.123Z"
    changed = person("gail").patch("/logs/fire", json={"title": "Small fire"}).json()
    assert changed["updatedAt"] > "2026-03-01T12:00:00.123Z"
    assert query(shared, """SELECT "updatedAt" > '2026-03-02' FROM "Log" WHERE id = 'fire'""") == {(True,)}


def test_what_began_there_ends_here(shared):
    assert person("gail").post("/duty-sessions", json={"locationId": "dock"}).status_code == 409
    assert person("gail").post("/duty-sessions/night/clock-out").status_code == 200
    returned = person("sam").post(
        "/equipment-checkouts/check-in", json={"dutySessionId": "round", "checkinMileage": 100}
    )
    assert returned.status_code == 200
    assert query(shared, 'SELECT mileage FROM "Vehicle"') == {(100,)}


def test_what_began_here_is_guarded_there(shared):
    put_user(shared, "gus")
    assert person("gus").post("/duty-sessions", json={"locationId": "dock"}).status_code == 201
    with pytest.raises(psycopg.errors.UniqueViolation, match="DutySession_open_key"):
        put(shared, "DutySession", cuid(), userId="gus")


def test_what_it_dismissed_stays_dismissed_and_the_other_way_round(shared):
    for id, dismissed in ("n1", None), ("n2", THEN):
        put(shared, "notifications", id, userId="gail", title=id, message="-", dismissedAt=dismissed)
    gail = person("gail")
    assert [each["id"] for each in gail.get("/notifications").json()] == ["n1"]
    assert gail.post("/notifications/n1/dismiss").status_code == 204
    assert query(shared, 'SELECT count(*) FROM notifications WHERE "dismissedAt" IS NULL') == {(0,)}
