"""The logbook."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from conftest import made, together
from fields import now
from models import Alarm, DutySession, IncidentReportGeneration, Log, LogEdit, Notification, RecordStatus, Role, Shift
from settings import settings


@pytest.fixture
def entry(dock):
    """What a new entry takes at least."""
    return {"type": "PATROL", "title": "Loose mooring line", "description": "Tied it.", "locationId": dock["id"]}


@pytest.fixture
def log(guard, duty, entry):
    """An entry by the guard on duty."""
    return made(guard.post("/logs", json=entry))


@pytest.fixture
def written(db, guard, dock):
    """Put an entry into the logbook, at any time: `written("2026-03-01T12:00", title="Noon")`."""

    def write(moment="2026-03-01T12:00", **fields):
        at = datetime.fromisoformat(moment)
        fields = {"type": "PATROL", "title": moment, "description": "-", "location_id": dock["id"]} | fields
        log = Log(user_id=guard.id, created_at=at if at.tzinfo else at.replace(tzinfo=UTC), **fields)
        db.add(log)
        db.commit()
        return log

    return write


@pytest.fixture
def night(db, dock):
    shift = Shift(name="Night", start_time=now(), end_time=now(), location_id=dock["id"])
    db.add(shift)
    db.commit()
    return shift


def titles(answer):
    assert answer.status_code == 200, answer.text
    return [line["title"] for line in answer.json()]


def sign(db, log_id, supervisor, **signature):
    """A report on an entry, as the other application may have left it."""
    report = IncidentReportGeneration(
        log_id=log_id, incident_number="INC-1", generated_by=supervisor.id, supervisor_assigned_id=supervisor.id
    )
    db.add(report.sqlmodel_update(signature))
    db.commit()


# Writing


def test_a_guard_writes_at_the_location_of_their_duty(guard, duty, entry):
    log = made(guard.post("/logs", json=entry))
    assert log | entry == log
    assert (log["status"], log["userId"], log["user"]["firstName"]) == ("LIVE", guard.id, "Gail")
    assert (log["location"]["name"], log["photoUrls"], log["videoUrls"]) == ("North Dock", [], [])


def test_a_guard_off_duty_writes_nothing(guard, entry):
    assert guard.post("/logs", json=entry).status_code == 409


def test_a_guard_writes_nothing_about_another_location(guard, duty, entry, other_dock):
    assert guard.post("/logs", json=entry | {"locationId": other_dock["id"]}).status_code == 403


def test_a_guard_who_roams_has_no_location_to_write_about(guard, entry, db):
    db.add(DutySession(user_id=guard.id))
    db.commit()
    assert guard.post("/logs", json=entry).status_code == 403


@pytest.mark.parametrize("role", ["SUPERVISOR", "ADMIN", "SUPER_ADMIN"])
def test_supervisor_and_above_write_about_any_location_off_duty_too(someone, role, entry):
    assert someone(Role(role)).post("/logs", json=entry).status_code == 201


def test_an_entry_is_about_a_real_location_in_use(supervisor, admin, entry, dock):
    assert supervisor.post("/logs", json=entry | {"locationId": "nowhere"}).status_code == 404
    admin.delete(f"/locations/{dock['id']}")
    assert supervisor.post("/logs", json=entry).status_code == 409


def test_an_entry_may_belong_to_a_shift_that_exists(supervisor, entry, night):
    assert supervisor.post("/logs", json=entry | {"shiftId": "no shift"}).status_code == 404
    log = made(supervisor.post("/logs", json=entry | {"shiftId": night.id}))
    assert supervisor.get(f"/logs/{log['id']}").json()["shift"]["name"] == "Night"


DETAILS = {
    "type": "INCIDENT",
    "severity": "MEDIUM",
    "incidentTime": "2026-03-01T22:10:05.123Z",
    "peopleInvolved": "Two visitors",
    "witnesses": "The harbour master",
    "actionsTaken": "Asked them to leave",
    "followUpRequired": True,
    "followUpNotes": "Look again at dawn",
    "weatherConditions": "Fog",
    "photoUrls": ["https://example.com/1.jpg", "https://example.com/2.jpg"],
    "videoUrls": ["https://example.com/1.mp4"],
}


def test_an_incident_is_kept_with_all_its_details(supervisor, entry):
    log = made(supervisor.post("/logs", json=entry | DETAILS))
    assert log | DETAILS == log
    assert supervisor.get(f"/logs/{log['id']}").json() | DETAILS == supervisor.get(f"/logs/{log['id']}").json()


def test_an_entry_may_be_a_draft(supervisor, entry):
    assert made(supervisor.post("/logs", json=entry | {"status": "DRAFT"}))["status"] == "DRAFT"


def test_a_new_entry_is_live_where_the_form_calls_it_updated(supervisor, entry):
    assert made(supervisor.post("/logs", json=entry | {"status": "UPDATED"}))["status"] == "LIVE"


def test_null_is_as_if_it_were_not_sent_in_a_new_entry(supervisor, entry):
    nothing = {"severity": None, "shiftId": None, "photoUrls": None, "status": None, "followUpRequired": None}
    log = made(supervisor.post("/logs", json=entry | nothing))
    assert (log["severity"], log["photoUrls"], log["status"], log["followUpRequired"]) == (None, [], "LIVE", False)


def test_an_empty_list_of_pictures_is_no_picture(supervisor, entry):
    assert made(supervisor.post("/logs", json=entry | {"photoUrls": []}))["photoUrls"] == []


def test_spaces_alone_are_content(supervisor, entry):
    log = made(supervisor.post("/logs", json=entry | {"title": " ", "description": "  "}))
    assert (log["title"], log["description"]) == (" ", "  ")


FAULTS = [
    *[("type", value) for value in ("ON_DUTY_CHECKLIST", "patrol", "", None, 1)],
    *[("title", value) for value in ("", "x" * 201, None, 7)],
    *[("description", value) for value in ("", None, 7)],
    *[("locationId", value) for value in ("", None, 7)],
    *[("status", value) for value in ("ARCHIVED", "live", " ")],
    *[("severity", value) for value in ("SEVERE", "high", " ", 3)],
    *[("incidentTime", value) for value in ("yesterday", "2025-02-30T10:00", " ", 1761000000)],
    *[("followUpRequired", value) for value in ("yes", 1, " ")],
    *[("weatherConditions", value) for value in ("x" * 201, 7)],
    *[("photoUrls", value) for value in ("https://example.com", [7], {})],
    ("shiftId", 7),
]


@pytest.mark.parametrize(("field", "value"), FAULTS)
def test_a_new_entry_has_its_limits(supervisor, entry, field, value, db):
    answer = supervisor.post("/logs", json=entry | {field: value})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][:2] == ["body", field]
    assert db.exec(select(Log)).all() == []


@pytest.mark.parametrize("address", ["no address", "javascript:alert(1)", "", None])
def test_pictures_are_web_addresses(supervisor, entry, address):
    answer = supervisor.post("/logs", json=entry | {"photoUrls": ["https://example.com/1.jpg", address]})
    assert answer.json()["detail"][0]["loc"] == ["body", "photoUrls", 1]


@pytest.mark.parametrize("moment", ["1900-01-01T00:00:00+14:00", "2199-12-31T23:59:59-14:00", "0001-01-01T00:00+14:00"])
def test_a_time_is_in_the_centuries_that_are_kept_in_utc_too(supervisor, entry, moment):
    answer = supervisor.post("/logs", json=entry | {"type": "INCIDENT", "incidentTime": moment})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "incidentTime"]


def test_an_address_has_up_to_2000_characters(supervisor, entry):
    start = "https://example.com/"
    longest = start + "x" * (2000 - len(start))
    assert made(supervisor.post("/logs", json=entry | {"photoUrls": [longest]}))["photoUrls"] == [longest]
    assert supervisor.post("/logs", json=entry | {"photoUrls": [longest + "x"]}).status_code == 422


def test_a_list_of_pictures_that_is_kept_as_an_empty_text_is_empty(supervisor, written, db):
    log = written()
    db.connection().execute(text("""UPDATE "Log" SET "photoUrls" = ''"""))
    db.commit()
    assert supervisor.get("/logs").json()[0]["photoUrls"] == supervisor.get(f"/logs/{log.id}").json()["photoUrls"] == []


def test_a_title_has_up_to_200_characters(supervisor, entry):
    assert supervisor.post("/logs", json=entry | {"title": "🦭" * 200}).status_code == 201


@pytest.mark.parametrize(
    ("zone", "sent", "kept"),
    [
        ("UTC", "2025-07-01T15:00", "2025-07-01T15:00:00.000Z"),
        ("America/New_York", "2025-07-01T15:00", "2025-07-01T19:00:00.000Z"),
        ("America/New_York", "2025-12-01", "2025-12-01T05:00:00.000Z"),
        ("America/New_York", "2025-07-01T15:00:00+02:00", "2025-07-01T13:00:00.000Z"),
        ("America/New_York", "2025-07-01T15:00:00.9999Z", "2025-07-01T15:00:00.999Z"),
    ],
)
def test_a_time_without_a_zone_is_the_towns(supervisor, entry, monkeypatch, zone, sent, kept):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo(zone))
    log = made(supervisor.post("/logs", json=entry | {"incidentTime": sent}))
    assert supervisor.get(f"/logs/{log['id']}").json()["incidentTime"] == log["incidentTime"] == kept


# Alarm


@pytest.fixture
def watch(someone, guard, supervisor, admin, super_admin, db):
    """Everyone who could be told, one of them archived."""
    gone = someone(Role.SUPERVISOR, "Old")
    admin.post(f"/users/{gone.id}/archive")
    return {person.id: person.name for person in (guard, supervisor, admin, super_admin, gone)}


def told(db, watch):
    notices = db.exec(select(Notification)).all()
    return sorted(watch[notice.user_id] for notice in notices), {(notice.type, notice.priority) for notice in notices}


@pytest.mark.parametrize(("severity", "priority"), [("HIGH", "HIGH"), ("CRITICAL", "URGENT")])
def test_a_grave_incident_is_told_to_everyone_active_from_supervisor_up(
    guard, duty, entry, watch, severity, priority, db
):
    made(guard.post("/logs", json=entry | {"type": "INCIDENT", "severity": severity}))
    assert told(db, watch) == (["Ada Tester", "Sam Tester", "Sol Tester"], {("ALERT", priority)})


def test_the_author_of_a_grave_incident_is_not_told(supervisor, entry, watch, db):
    made(supervisor.post("/logs", json=entry | {"type": "INCIDENT", "severity": "HIGH"}))
    assert told(db, watch)[0] == ["Ada Tester", "Sol Tester"]


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "INCIDENT", "severity": "LOW"},
        {"type": "INCIDENT", "severity": "MEDIUM"},
        {"type": "INCIDENT"},
        {"type": "PATROL", "severity": "CRITICAL"},
    ],
)
def test_nobody_is_told_of_what_is_not_grave(supervisor, entry, watch, fields, db):
    made(supervisor.post("/logs", json=entry | fields))
    assert told(db, watch) == ([], set())


@pytest.mark.parametrize("before", [{"type": "PATROL", "severity": "HIGH"}, {"type": "INCIDENT", "severity": "LOW"}])
def test_an_edit_that_makes_an_entry_a_grave_incident_is_told_as_a_new_one_is_once(
    guard, duty, entry, watch, before, supervisor, db
):
    log = made(guard.post("/logs", json=entry | before))
    assert told(db, watch) == ([], set())
    changes = [
        {"type": "INCIDENT", "severity": "HIGH"},
        {"severity": "CRITICAL"},
        {"severity": "LOW"},
        {"severity": "HIGH"},
    ]
    for change in changes:
        assert supervisor.patch(f"/logs/{log['id']}", json=change).status_code == 200
    assert told(db, watch) == (["Ada Tester", "Sam Tester", "Sol Tester"], {("ALERT", "HIGH")})


def test_of_eight_edits_at_once_that_make_an_entry_grave_one_is_told(guard, duty, entry, watch, db):
    log = made(guard.post("/logs", json=entry | {"type": "INCIDENT"}))
    edit = lambda: guard.patch(f"/logs/{log['id']}", json={"severity": "HIGH"})  # noqa: E731
    assert together(*[edit] * 8) == [200] * 8
    assert len(told(db, watch)[0]) == 3


def test_a_draft_of_a_grave_incident_is_told_when_it_is_created_and_not_again(guard, duty, entry, watch, db):
    log = made(guard.post("/logs", json=entry | {"type": "INCIDENT", "severity": "HIGH", "status": "DRAFT"}))
    guard.patch(f"/logs/{log['id']}", json={"title": "Loose"})
    assert len(told(db, watch)[0]) == 3


def test_an_edit_of_what_the_other_application_wrote_as_grave_is_not_told(guard, written, watch, db):
    log = written(type="INCIDENT", severity="HIGH")
    assert guard.patch(f"/logs/{log.id}", json={"severity": "CRITICAL"}).status_code == 200
    assert told(db, watch) == ([], set())


def test_beyond_five_alarms_of_one_author_in_ten_minutes_one_says_how_many(
    guard, duty, other_guard, entry, dock, supervisor, db
):
    grave = entry | {"type": "INCIDENT", "severity": "HIGH"}
    for number in range(8):
        made(guard.post("/logs", json=grave | {"title": f"No. {number}"}))
    notices = supervisor.get("/notifications").json()
    assert [notice["message"] for notice in notices] == [
        "8 HIGH or CRITICAL incidents in ten minutes. The latest: No. 7",
        *[f"No. {number}" for number in (4, 3, 2, 1, 0)],
    ]
    assert (guard.name in notices[0]["title"], notices[0]["priority"]) == (True, "urgent")
    made(other_guard.post("/duty-sessions", json={"locationId": dock["id"]}))
    made(other_guard.post("/logs", json=grave | {"title": "Another author"}))
    assert "Another author" in [notice["message"] for notice in supervisor.get("/notifications").json()]
    for alarm in db.exec(select(Alarm)):
        alarm.raised_at -= timedelta(minutes=10)
    db.commit()
    made(guard.post("/logs", json=grave | {"title": "Later"}))
    assert "Later" in [notice["message"] for notice in supervisor.get("/notifications").json()]


@pytest.mark.parametrize("author", ["guard", "supervisor"])
def test_of_eight_alarms_at_once_six_are_told(author, duty, entry, admin, db, request):
    person = request.getfixturevalue(author)
    write = lambda: person.post("/logs", json=entry | {"type": "INCIDENT", "severity": "HIGH"})  # noqa: E731
    assert together(*[write] * 8) == [201] * 8
    notices = admin.get("/notifications").json()
    assert len(notices) == 6
    assert notices[0]["message"].startswith("8 HIGH or CRITICAL incidents")


# Reading


def test_the_logbook_is_newest_first_with_place_and_author(guard, written):
    written("2026-03-01T12:00", title="older")
    written("2026-03-02T12:00", title="newer")
    assert titles(guard.get("/logs")) == ["newer", "older"]
    line = guard.get("/logs").json()[0]
    assert set(line["location"]) == {"id", "name"}
    assert line["user"] == {"id": guard.id, "firstName": "Gail", "lastName": "Tester"}


@pytest.mark.parametrize("follow_up", [True, False, None])
@pytest.mark.parametrize(
    "text",
    [
        '"quoted", slashed / and backslashed \\',
        "two\r\nlines\tand a tab",
        "\x01 \x1f \x7f \u2028",
        "é, 漢字 and 🚤",
        "100 % of {} :id '; --",
    ],
)
def test_a_line_of_each_list_says_what_the_entry_says(supervisor, written, dock, text, follow_up, db):
    incident = {"type": "INCIDENT", "severity": "HIGH", "incident_time": now(), "photo_urls": ["https://example.com/é"]}
    log = written(title=text, witnesses=text, **incident)
    log.follow_up_required = follow_up
    db.commit()
    entry = supervisor.get(f"/logs/{log.id}").json()
    assert entry["followUpRequired"] is follow_up
    for path in "/logs", "/incidents", f"/locations/{dock['id']}/logs":
        (line,) = supervisor.get(path).json()
        place, author = line.pop("location"), line.pop("user")
        assert line == {name: entry[name] for name in line}
        assert place.items() <= entry["location"].items()
        assert author.items() <= entry["user"].items()


def test_a_time_that_the_database_itself_has_set_has_milliseconds_too(guard, dock, db):
    columns = '(id, type, title, description, "locationId", "userId", "updatedAt")'
    values = "('c1', 'PATROL', 'Noon', '-', :dock, :guard, '2026-03-01 12:00:00')"
    db.connection().execute(
        text(f'INSERT INTO "Log" {columns} VALUES {values}'), {"dock": dock["id"], "guard": guard.id}
    )
    db.commit()
    (line,) = guard.get("/logs").json()
    assert line["updatedAt"] == "2026-03-01T12:00:00.000Z"
    assert line["createdAt"] == guard.get("/logs/c1").json()["createdAt"]


def test_entries_of_one_moment_keep_their_order_from_page_to_page(guard, written):
    for number in range(5):
        written(title=str(number))
    pages = [titles(guard.get("/logs", params={"limit": 2, "offset": offset})) for offset in (0, 2, 4)]
    assert sorted(pages[0] + pages[1] + pages[2]) == ["0", "1", "2", "3", "4"]


def test_archived_entries_are_not_in_the_logbook_but_counted_and_listed_by_location(guard, written, dock):
    written(title="live")
    written(title="archived", archived_at=now(), status=RecordStatus.ARCHIVED)
    assert titles(guard.get("/logs")) == ["live"]
    assert titles(guard.get("/logs", params={"status": "ARCHIVED"})) == []
    assert guard.get("/logs/count").json() == 2
    assert len(titles(guard.get(f"/locations/{dock['id']}/logs"))) == 2


def test_filters_combine(guard, written, dock, other_dock):
    written(title="a", type="INCIDENT")
    written(title="b", type="INCIDENT", location_id=other_dock["id"])
    written(title="c", status=RecordStatus.DRAFT)
    assert titles(guard.get("/logs", params={"type": "INCIDENT"})) == ["b", "a"]
    assert titles(guard.get("/logs", params={"type": "INCIDENT", "locationId": dock["id"]})) == ["a"]
    assert titles(guard.get("/logs", params={"status": "DRAFT"})) == ["c"]
    assert titles(guard.get("/logs", params={"status": "DRAFT", "type": "INCIDENT"})) == []
    assert titles(guard.get("/logs", params={"locationId": "nowhere"})) == []


def test_an_empty_filter_is_as_if_it_were_not_there(guard, written):
    written(title="a")
    empty = dict.fromkeys(["locationId", "type", "status", "search", "year", "month", "dayOfWeek", "limit"], "")
    assert titles(guard.get("/logs", params=empty)) == ["a"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("MOORING", ["Mooring line"]),
        ("adrift", ["Mooring line"]),
        ("ÖRE", ["Öresund 100%"]),
        ("%", ["Öresund 100%"]),
        ("_", ["a_b"]),
        ("\\", ["back\\slash"]),
        ("mooring adrift", []),
        ("'; --", []),
    ],
)
def test_a_search_is_literal_and_without_case_in_title_or_description(guard, written, search, found):
    written(title="Mooring line", description="Boat adrift")
    for title in "Öresund 100%", "a_b", "back\\slash":
        written(title=title)
    answer = guard.get("/logs", params={"search": search})
    assert titles(answer) == found
    assert answer.headers["x-total-count"] == str(len(found))


TEXTS = [
    "ΟΔΟΣ",
    "Οδός",
    "İstanbul",
    "Crème brûlée",
    "Đà Nẵng",
    "Ёж и йод",
    "각도",
    "नमस्ते",
    "مَرحَبًا",
    "ǰ",
    "港の灯台",
    "🦭",
]


def typed(text):
    """The ways to type a text: composed or not, in small letters or capitals."""
    return {normalize(form, case) for form in ("NFC", "NFD") for case in (text, text.lower(), text.upper())}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_search_finds_a_text_by_itself_in_every_script(guard, written, form, text):
    for other in TEXTS:
        written(title=other, description="-")
    written(title="by its description", description=f"({normalize(form, text)})\n")
    for search in typed(text):
        assert set(titles(guard.get("/logs", params={"search": search}))) >= {text, "by its description"}, search


@pytest.mark.parametrize("text", ["ΟΔΟΣΔ", "İİ", "Straße", "Ǆ"])
def test_a_search_finds_each_part_of_a_text(guard, written, text):
    written(title=text)
    for start, end in combinations(range(len(text) + 1), 2):
        assert titles(guard.get("/logs", params={"search": text[start:end]})) == [text]


@pytest.mark.parametrize("search", ["creme", "e", "и", "가"])
def test_a_letter_with_an_accent_is_another_one(guard, written, search):
    for title in "Crème", "й", "각":
        written(title=title, description="-")
    found = ["Crème"] if search == "e" else []
    assert titles(guard.get("/logs", params={"search": search})) == found


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"year": 2026}, ["2026-12-31T23:59:59.999", "2026-02-01T00:00", "2026-01-31T23:59", "2026-01-01T00:00"]),
        ({"year": 2026, "month": 0}, ["2026-01-31T23:59", "2026-01-01T00:00"]),
        ({"year": 2026, "month": 1}, ["2026-02-01T00:00"]),
        ({"year": 2026, "month": 11}, ["2026-12-31T23:59:59.999"]),
        ({"year": 2025, "month": 11}, ["2025-12-31T23:59"]),
        ({"year": 2024}, []),
        ({"dayOfWeek": 0}, ["2026-02-01T00:00"]),
        ({"dayOfWeek": 6}, ["2026-01-31T23:59"]),
        ({"year": 2026, "dayOfWeek": 4}, ["2026-12-31T23:59:59.999", "2026-01-01T00:00"]),
        ({"year": 2026, "month": 0, "dayOfWeek": 4}, ["2026-01-01T00:00"]),
    ],
)
def test_the_calendar_filters_year_month_and_day_of_the_week(guard, written, params, found):
    for moment in (
        "2025-12-31T23:59",
        "2026-01-01T00:00",
        "2026-01-31T23:59",
        "2026-02-01T00:00",
        "2026-12-31T23:59:59.999",
    ):
        written(moment)
    assert titles(guard.get("/logs", params=params)) == found


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"year": 2025}, ["last of 2025"]),
        ({"year": 2026, "month": 0}, ["first of 2026"]),
        ({"dayOfWeek": 3}, ["last of 2025"]),  # a Wednesday
        ({"dayOfWeek": 4}, ["first of 2026"]),
        ({"year": 2026, "month": 2, "dayOfWeek": 0}, ["after the clocks changed", "before the clocks changed"]),
    ],
)
def test_the_calendar_is_that_of_the_town(guard, written, monkeypatch, params, found):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo("America/New_York"))
    written("2026-01-01T04:59", title="last of 2025")
    written("2026-01-01T05:00", title="first of 2026")
    written("2026-03-08T05:00", title="before the clocks changed")
    written("2026-03-09T03:59", title="after the clocks changed")
    assert titles(guard.get("/logs", params=params)) == found


def test_a_day_of_the_week_is_the_same_one_after_the_next_change_of_clocks(guard, written, monkeypatch):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo("America/New_York"))
    written("2026-01-04T05:00", title="midnight in winter")
    assert titles(guard.get("/logs", params={"dayOfWeek": 0})) == ["midnight in winter"]
    written("2026-07-05T04:00", title="midnight in summer")
    assert titles(guard.get("/logs", params={"dayOfWeek": 0})) == ["midnight in summer", "midnight in winter"]


def test_the_day_of_the_week_is_chosen_before_the_limit(guard, written):
    written("2026-03-01T12:00", title="Sunday")
    for day in range(2, 8):
        written(f"2026-03-0{day}T12:00")
    assert titles(guard.get("/logs", params={"dayOfWeek": 0, "limit": 1})) == ["Sunday"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("month=3", "month"),
        ("year=2026&month=12", "month"),
        ("year=2026&month=-1", "month"),
        ("year=0", "year"),
        ("year=soon", "year"),
        ("dayOfWeek=7", "dayOfWeek"),
        ("type=GOSSIP", "type"),
        ("status=live", "status"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(guard, query, field):
    answer = guard.get(f"/logs?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", field]


def test_an_entry_shows_its_place_author_shift_and_reviewer(guard, supervisor, written, night):
    log = written(type="INCIDENT", shift_id=night.id)
    supervisor.post(f"/incidents/{log.id}/review", json={})
    shown = guard.get(f"/logs/{log.id}").json()
    assert (shown["location"]["name"], shown["shift"]["name"]) == ("North Dock", "Night")
    assert shown["user"] == {"id": guard.id, "firstName": "Gail", "lastName": "Tester", "email": guard.email}
    assert shown["reviewer"] == {"id": supervisor.id, "firstName": "Sam", "lastName": "Tester"}


def test_an_unknown_entry_is_not_found(guard):
    assert guard.get("/logs/none").status_code == 404
    assert guard.patch("/logs/none", json={"title": "x"}).status_code == 404
    assert guard.delete("/logs/none").status_code == 404


def test_a_locations_entries_are_twenty_unless_more_are_asked_for(guard, written, dock, other_dock):
    written(title="elsewhere", location_id=other_dock["id"])
    for number in range(21):
        written(f"2026-03-01T12:{number:02}")
    answer = guard.get(f"/locations/{dock['id']}/logs")
    assert (len(answer.json()), answer.headers["x-total-count"]) == (20, "21")
    assert titles(answer)[0] == "2026-03-01T12:20"
    assert len(guard.get(f"/locations/{dock['id']}/logs", params={"limit": 50}).json()) == 21
    assert guard.get("/locations/nowhere/logs").status_code == 404


# Changing


def test_a_change_is_kept_and_makes_the_entry_updated(guard, log):
    changed = guard.patch(f"/logs/{log['id']}", json={"title": "Line parted"}).json()
    assert changed == log | {"title": "Line parted", "status": "UPDATED", "updatedAt": changed["updatedAt"]}


def test_each_changed_field_leaves_who_when_and_both_values(supervisor, log, db):
    changes = {
        "title": "Line parted",
        "description": log["description"],
        "incidentTime": "2026-03-01T22:10Z",
        "followUpRequired": True,
        "photoUrls": ["https://example.com/1.jpg"],
        "severity": "LOW",
    }
    supervisor.patch(f"/logs/{log['id']}", json=changes)
    edits = db.exec(select(LogEdit)).all()
    assert {(edit.log_id, edit.edited_by) for edit in edits} == {(log["id"], supervisor.id)}
    assert all(now() - edit.edited_at < timedelta(minutes=1) for edit in edits)
    assert {edit.field_changed: (edit.old_value, edit.new_value) for edit in edits} == {
        "title": ("Loose mooring line", "Line parted"),
        "incidentTime": (None, "2026-03-01T22:10:00.000Z"),
        "followUpRequired": ("false", "true"),
        "photoUrls": ("[]", '["https://example.com/1.jpg"]'),
        "severity": (None, "LOW"),
    }


def test_a_change_that_changes_nothing_leaves_no_trace_of_a_field(guard, log, db):
    answer = guard.patch(f"/logs/{log['id']}", json={"title": log["title"], "photoUrls": []})
    assert answer.json()["status"] == "UPDATED"
    assert db.exec(select(LogEdit)).all() == []


def test_from_null_to_false_is_a_change_and_to_an_empty_text_is_none(supervisor, written, db):
    log = written()
    log.follow_up_required = None  # a new row would get its default
    db.commit()
    assert supervisor.patch(f"/logs/{log.id}", json={"followUpRequired": False, "witnesses": ""}).status_code == 200
    edits = {edit.field_changed: (edit.old_value, edit.new_value) for edit in db.exec(select(LogEdit))}
    assert edits == {"followUpRequired": (None, "false")}


def test_null_clears_what_is_optional(supervisor, entry):
    log = made(supervisor.post("/logs", json=entry | DETAILS))
    optional = [key for key in DETAILS if key != "type"]
    changed = supervisor.patch(f"/logs/{log['id']}", json=dict.fromkeys(optional)).json()
    assert [changed[key] for key in optional] == [None] * (len(optional) - 2) + [[], []]


@pytest.mark.parametrize(("field", "value"), [fault for fault in FAULTS if fault[0] != "status"])
def test_a_change_has_the_same_limits(guard, log, field, value, db):
    answer = guard.patch(f"/logs/{log['id']}", json={field: value})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][:2] == ["body", field]
    assert db.get(Log, log["id"]).status is RecordStatus.LIVE


def test_the_author_and_supervisors_change_an_entry_and_nobody_else(guard, log, other_guard, supervisor):
    path = f"/logs/{log['id']}"
    assert other_guard.patch(path, json={"title": "x"}).status_code == 403
    assert other_guard.delete(path).status_code == 403
    assert supervisor.patch(path, json={"title": "x"}).status_code == 200
    assert guard.patch(path, json={"title": "y"}).status_code == 200


def test_the_author_changes_an_entry_off_duty_too(guard, duty, log):
    guard.post(f"/duty-sessions/{duty['id']}/clock-out", json={})
    assert guard.patch(f"/logs/{log['id']}", json={"title": "x"}).status_code == 200


def test_a_change_names_real_things_in_use(guard, log, supervisor, admin, other_dock, dock):
    path = f"/logs/{log['id']}"
    assert guard.patch(path, json={"locationId": "nowhere"}).status_code == 404
    assert guard.patch(path, json={"shiftId": "no shift"}).status_code == 404
    for location in dock, other_dock:
        admin.delete(f"/locations/{location['id']}")
    assert supervisor.patch(path, json={"locationId": other_dock["id"]}).status_code == 409
    assert guard.patch(path, json={"locationId": dock["id"], "title": "still here"}).status_code == 200


def test_a_guard_moves_an_entry_only_to_the_location_of_the_running_duty(
    guard, duty, log, supervisor, dock, other_dock
):
    path, there, here = f"/logs/{log['id']}", {"locationId": other_dock["id"]}, {"locationId": dock["id"]}
    assert guard.patch(path, json=there).status_code == 403
    assert supervisor.patch(path, json=there).status_code == 200
    guard.post(f"/duty-sessions/{duty['id']}/clock-out")
    assert guard.patch(path, json=here).status_code == 403
    assert guard.patch(path, json=there | {"title": "not moved"}).status_code == 200
    made(guard.post("/duty-sessions", json=here))
    assert guard.patch(path, json=here).json()["locationId"] == dock["id"]


def test_an_archived_entry_stays_as_it_is(guard, log):
    assert guard.delete(f"/logs/{log['id']}").status_code == 204
    assert guard.patch(f"/logs/{log['id']}", json={"title": "x"}).status_code == 409
    assert guard.delete(f"/logs/{log['id']}").status_code == 409


def test_deleting_archives(guard, log):
    guard.delete(f"/logs/{log['id']}")
    archived = guard.get(f"/logs/{log['id']}").json()
    assert archived["status"] == "ARCHIVED"
    assert archived["archivedAt"] is not None


def test_of_eight_who_delete_at_once_one_succeeds(guard, log):
    assert together(*[lambda: guard.delete(f"/logs/{log['id']}")] * 8) == [204] + [409] * 7


def test_changing_and_deleting_at_once_leaves_no_change_after_the_archive(guard, log, db):
    statuses = together(
        lambda: guard.delete(f"/logs/{log['id']}"),
        *[lambda: guard.patch(f"/logs/{log['id']}", json={"title": "late"})] * 7,
    )
    changed = statuses.count(200)
    assert statuses == [200] * changed + [204] + [409] * (7 - changed)
    assert db.get(Log, log["id"]).status is RecordStatus.ARCHIVED
    assert db.exec(select(func.count()).select_from(LogEdit)).one() <= changed


@pytest.mark.parametrize("who", ["guard", "supervisor"])
def test_a_signed_report_seals_its_entry(guard, supervisor, written, db, who):
    log = written(type="INCIDENT")
    sign(db, log.id, supervisor, **{f"{who}_signed_at": now()})
    assert guard.patch(f"/logs/{log.id}", json={"title": "x"}).status_code == 409
    assert guard.delete(f"/logs/{log.id}").status_code == 409
    assert db.exec(select(LogEdit)).all() == []


def test_a_report_that_nobody_signed_seals_nothing(guard, supervisor, written, db):
    log = written(type="INCIDENT")
    sign(db, log.id, supervisor)
    assert guard.patch(f"/logs/{log.id}", json={"title": "x", "type": "INCIDENT"}).status_code == 200


def test_while_there_is_a_report_an_entry_stays_an_incident_in_the_logbook(guard, supervisor, written, db):
    log = written(type="INCIDENT")
    sign(db, log.id, supervisor)
    assert supervisor.patch(f"/logs/{log.id}", json={"type": "PATROL"}).status_code == 409
    assert guard.delete(f"/logs/{log.id}").status_code == 409
    assert guard.get(f"/logs/{log.id}").json()["status"] == "LIVE"


@pytest.mark.parametrize("change", ["archive", "retype"])
def test_no_report_is_made_on_what_ceases_to_be_an_incident_at_that_moment(guard, supervisor, written, db, change):
    log_id = written(type="INCIDENT").id
    calls = {
        "archive": lambda: guard.delete(f"/logs/{log_id}"),
        "retype": lambda: guard.patch(f"/logs/{log_id}", json={"type": "PATROL"}),
    }
    signers = {"supervisorAssignedId": supervisor.id}
    statuses = together(
        *[calls[change]] * 4, *[lambda: supervisor.post(f"/logs/{log_id}/incident-report", json=signers)] * 4
    )
    assert set(statuses) <= {200, 201, 204, 409}
    db.expire_all()
    is_incident = db.get(Log, log_id).type == "INCIDENT" and db.get(Log, log_id).archived_at is None
    assert is_incident == bool(db.exec(select(IncidentReportGeneration)).all())


def test_the_requests_of_the_watch_take_few_statements(guard, log, entry, count_queries):
    assert count_queries(lambda: guard.get("/logs", params={"limit": 50})) == 2  # the caller, the page
    assert count_queries(lambda: guard.get(f"/logs/{log['id']}")) == 2  # the caller, the entry
    # the caller, their location, their duty session, the entry, the answer
    assert count_queries(lambda: guard.post("/logs", json=entry)) == 5
    assert count_queries(lambda: guard.get("http://testserver/health")) == 0  # it asks beside
