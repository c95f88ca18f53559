"""Days, weeks and shifts in every time zone that there is, around each change of its clocks."""

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from conftest import ON_POSTGRESQL, made
from fields import midnight, plain_day, town_day
from models import Log, LogType, RecurringShiftPattern
from routes.shifts import times_on
from routes.timesheets import week_of
from settings import settings
from tests.databases import execute
from tests.world import insert

DAY, HOUR, INSTANT = timedelta(days=1), timedelta(hours=1), timedelta(milliseconds=1)
YEAR = [date(2026, 1, 1) + DAY * number for number in range(365)]
# Clocks that change at night, by half an hour, at midnight, by a day and by odd seconds, and some that never do
CLOCKS = {
    "America/New_York": 2025,
    "Australia/Lord_Howe": 2025,
    "America/Havana": 2025,
    "Africa/Cairo": 2024,
    "America/Asuncion": 2010,
    "Europe/Lisbon": 1945,
    "Pacific/Apia": 2011,
    "Africa/Monrovia": 1971,
    "Asia/Kathmandu": 2025,
    "UTC": 2025,
}
STARTS = ["00:00", "00:30", "02:30", "23:30"]


@pytest.fixture
def days(monkeypatch):
    """The zones by name, each while it is the town's, with the days around each change of its clocks."""

    def each():
        for name in sorted(available_timezones()):
            zone = ZoneInfo(name)
            monkeypatch.setattr(settings, "time_zone", zone)
            offsets = [zone.utcoffset(datetime.combine(day, time(12))) for day in YEAR]
            changed = [
                day for day, before, after in zip(YEAR[1:], offsets, offsets[1:], strict=False) if before != after
            ]
            for day in changed or YEAR[:1]:
                yield from ((name, day + DAY * number) for number in (-1, 0, 1))

    return each()


def test_a_week_begins_where_the_one_before_ends(days):
    for zone, day in days:
        start, end = week_of(midnight(day))
        assert week_of(start) == week_of(end) == (start, end), zone
        assert week_of(end + timedelta(milliseconds=1))[0] == end + timedelta(milliseconds=1), zone
        assert town_day(start).isoweekday() == 7, zone


def test_a_stored_date_is_its_day_as_midnight_of_the_town_and_of_utc(days):
    for zone, day in days:
        assert plain_day(midnight(day)) == plain_day(datetime.combine(day, time(), UTC)) == day, zone


def test_each_day_of_a_pattern_has_a_shift_of_its_own(days):
    patterns = [RecurringShiftPattern(start_time=start, end_time="06:00") for start in STARTS]
    for zone, day in days:
        for pattern in patterns:
            (start, end), (tomorrow, _) = times_on(day, pattern), times_on(day + DAY, pattern)
            assert start < end, zone
            assert start < tomorrow, zone


def test_where_the_clocks_skip_the_start_to_the_next_day_a_second_run_makes_nothing(days, supervisor, dock):
    times = {"startTime": "23:30", "endTime": "23:30"}
    daily = {"name": "Watch", "locationId": dock["id"], "daysOfWeek": [0, 1, 2, 3, 4, 5, 6], "startDate": "2020-01-01"}
    tried = set()
    for zone, day in days:
        start, _ = times_on(day, RecurringShiftPattern(start_time="23:30", end_time="23:30"))
        if town_day(start) != day and start not in tried:
            tried.add(start)  # other zones change their clocks together with this one
            pattern = made(supervisor.post("/recurring-patterns", json=daily | times))
            path = f"/recurring-patterns/{pattern['id']}/shifts"
            span = {"startDate": str(day - DAY), "endDate": str(day + DAY)}
            assert len(made(supervisor.post(path, json=span))) == 3, zone
            assert made(supervisor.post(path, json=span)) == [], zone
    assert tried


@pytest.mark.parametrize("zone", CLOCKS)
def test_an_entry_is_of_the_day_of_the_week_that_it_was_in_the_town(zone, guard, dock, monkeypatch):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo(zone))
    hours = [datetime(CLOCKS[zone], 1, 1, tzinfo=UTC) + HOUR * number for number in range(2 * 365 * 24)]
    offsets = [hour.astimezone(settings.time_zone).utcoffset() for hour in hours]
    changed = [hour for hour, before, after in zip(hours, offsets, offsets[1:], strict=False) if before != after]
    around = {change + HOUR * number for change in changed or hours[:1] for number in range(-30, 31)}
    around |= {midnight(town_day(hour)) for hour in around}
    moments = sorted(moment for begin in around for moment in (begin - INSTANT, begin))
    entry = {"type": LogType.PATROL, "title": "-", "description": "-", "location_id": dock["id"], "user_id": guard.id}
    insert(Log(id=f"{n:04}", created_at=moment, **entry) for n, moment in enumerate(moments))
    if not ON_POSTGRESQL:  # whose CURRENT_TIMESTAMP has no fraction
        execute(os.environ["DATABASE_URL"], """UPDATE "Log" SET "createdAt" = datetime("createdAt") WHERE id % 4 = 1""")
    for day in range(7):
        shown = guard.get("/logs", params={"dayOfWeek": day, "limit": 500}).json()
        wanted = [n for n, moment in enumerate(moments) if town_day(moment).isoweekday() % 7 == day]
        assert sorted(int(line["id"]) for line in shown) == wanted
