"""A large town: the small world of the tests, and around it people and two years of their work.

`python -m benchmarks.town 100000` writes it, with so many entries in the logbook, to the empty database at
DATABASE_URL. It ends at this very moment. Otherwise it is the same each time.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any

from alembic import command
from sqlmodel import SQLModel

from database import engine
from fields import cuid, now
from migrations import CONFIG
from models import (
    DutySession,
    IncidentReportGeneration,
    IncidentSeverity,
    Location,
    LocationCheckIn,
    Log,
    LogType,
    Message,
    Notification,
    Radio,
    RecurringShiftPattern,
    RecurringUserAssignment,
    Role,
    SafetyChecklistItem,
    Shift,
    ShiftAssignment,
    SupervisorEquipmentCheckout,
    Timesheet,
    TimesheetEntry,
    TimesheetStatus,
    Tour,
    TourStatus,
    TourStop,
    User,
    Vehicle,
)
from rows import table_of
from tests.world import WEEK, build

PEOPLE, PLACES, MANY = 500, 14, 100
RARE = "albatross"  # in one entry of a thousand
WORDS = """patrol dock boat slip ramp gate light vessel checked secure visitor harbour marina fuel engine noise found
locked open reported called radio car north south pier owner trailer launch weather wind rain calm""".split()  # noqa: SIM905
TYPES = {LogType.PATROL: 60, LogType.INCIDENT: 10, LogType.VISITOR_CHECKIN: 15, LogType.WEATHER: 5, LogType.OTHER: 10}
HOURS = timedelta(hours=8)

Rows = Iterator[tuple[type[SQLModel], dict[str, Any]]]


class Town:
    """Rows for every table, by a chance of their own."""

    def __init__(self, entries: int) -> None:
        self.random, self.entries = Random(7), entries
        self.begin = now() - timedelta(days=700)

    def words(self, count: int) -> str:
        return " ".join(self.random.choices(WORDS, k=count))

    def moments(self, count: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """So many rows, spread over the two years: their numbers, and the fields that every row has."""
        for number in range(count):
            moment = self.begin + timedelta(days=700) * number / count
            yield number, {"id": cuid(moment), "created_at": moment, "updated_at": moment}

    def person(self) -> str:
        return f"person{self.random.randrange(PEOPLE)}"

    def place(self) -> str:
        return f"place{self.random.randrange(PLACES)}"

    def people_and_places(self) -> Rows:
        for number in range(PEOPLE):
            role = Role.SUPERVISOR if number % 8 == 0 else Role.GUARD
            name = {"first_name": self.random.choice(["Ann", "Bob", "Cid", "Dee"]), "last_name": f"Ash {number}"}
            email = f"person{number}@example.com"
            yield User, dict(id=f"person{number}", email=email, clerk_id=f"user_{number}", role=role, **name)
        for number in range(PLACES):
            yield Location, {"id": f"place{number}", "name": f"Pier {number}", "address": self.words(3)}
        for number in range(200):
            yield (
                Vehicle,
                {"id": f"car{number}", "name": f"Car {number}", "make": "Ford", "model": "Ranger", "year": 2020},
            )
            yield Radio, {"id": f"radio{number}", "name": f"Radio {number}"}
            yield SafetyChecklistItem, {"id": f"item{number}", "name": f"Item {number}", "order": number}

    def plans(self) -> Rows:
        """Patterns and shifts. The pattern `many`, and the latest shifts, have 100 people each."""
        for number, fields in self.moments(self.entries // 20):
            times = {"start_time": fields["created_at"], "end_time": fields["created_at"] + HOURS}
            yield Shift, dict(name=f"Shift {number % 3}", location_id=self.place(), **times, **fields)
            latest = number >= self.entries // 20 - 500
            for person in self.random.sample(range(PEOPLE), MANY if latest else 3):
                yield ShiftAssignment, {"shift_id": fields["id"], "user_id": f"person{person}"}
        for id in ["many", *(f"pattern{number}" for number in range(200))]:
            times = {"start_time": "22:00", "end_time": "06:00", "days_of_week": list(range(7)), "start_date": WEEK}
            yield RecurringShiftPattern, dict(id=id, name=f"Nights of {id}", location_id=self.place(), **times)
            for person in self.random.sample(range(PEOPLE), MANY if id == "many" else 3):
                yield RecurringUserAssignment, {"recurring_pattern_id": id, "user_id": f"person{person}"}

    def logbook(self, first: int = 0) -> Rows:
        """The entries from this one on, and a report on every fifth incident."""
        for number, fields in islice(self.moments(self.entries), first, None):
            kind = self.random.choices(list(TYPES), list(TYPES.values()))[0]
            fields |= {"type": kind, "location_id": self.place(), "user_id": self.person(), "title": self.words(5)}
            fields["severity"] = self.random.choice(list(IncidentSeverity)) if kind is LogType.INCIDENT else None
            rare = f" {RARE}" if number % 1000 == 500 else ""
            yield Log, dict(description=self.words(self.random.randint(10, 60)) + rare, **fields)
            if kind is LogType.INCIDENT and number % 5 == 0:
                names = {"incident_number": f"INC-{number}", "generated_by": "chief", "supervisor_assigned_id": "chief"}
                yield IncidentReportGeneration, dict(log_id=fields["id"], generated_at=fields["created_at"], **names)

    def duties(self) -> Rows:
        """Duty sessions with visits, messages and equipment. The last sixty still run."""
        count = self.entries // 5
        for number, fields in self.moments(count):
            begin, person = fields["created_at"], f"person{number % PEOPLE}"
            session, end = fields["id"], None if number >= count - 60 else begin + HOURS
            times = {"clock_in_time": begin, "clock_out_time": end}
            yield DutySession, dict(user_id=person, location_id=self.place(), **times, **fields)
            yield (
                Message,
                {"content": self.words(12), "sender_id": person, "duty_session_id": session, "created_at": begin},
            )
            if number % 4 == 0:
                visit = {"duty_session_id": session, "check_in_time": begin, "check_out_time": end}
                yield LocationCheckIn, dict(location_id=self.place(), user_id=person, **visit)
                units = {"vehicle_id": f"car{number % 200}", "radio_id": f"radio{number % 200}"}
                yield (
                    SupervisorEquipmentCheckout,
                    dict(duty_session_id=session, checkout_time=begin, checkin_time=begin + HOURS, **units),
                )

    def papers(self) -> Rows:
        """Timesheets, those of the last week still pending, tours and notifications."""
        for number in range(self.entries // 50):
            week, person = WEEK + timedelta(weeks=number // PEOPLE), number % PEOPLE
            status = TimesheetStatus.PENDING if number < PEOPLE else self.random.choice(list(TimesheetStatus))
            sheet = {"week_start_date": week, "week_end_date": week + timedelta(days=7, milliseconds=-1)}
            sheet |= {"total_hours": Decimal(40), "total_entries": 5, "status": status, "created_by": "chief"}
            yield Timesheet, dict(id=f"sheet{number}", user_id=f"person{person}", **sheet)
            for day in range(5):
                begin = week + timedelta(days=day, hours=8)
                times = {"date": begin, "clock_in_time": begin, "clock_out_time": begin + HOURS}
                yield TimesheetEntry, dict(timesheet_id=f"sheet{number}", hours_worked=Decimal(8), **times)
        for _, fields in self.moments(self.entries // 30):
            tour, moment = fields["id"], fields["created_at"]
            taken = {"car_number": "Car 1", "radio_number": "Radio 1", "starting_mileage": 100}
            taken |= {"supervisor_id": "person0", "status": TourStatus.COMPLETED, "started_at": moment}
            yield Tour, dict(title="Round", **taken, **fields)
            for _ in range(6):
                yield (
                    TourStop,
                    {
                        "tour_id": tour,
                        "title": self.words(4),
                        "observations": self.words(40),
                        "location_id": self.place(),
                    },
                )
        for _, fields in self.moments(self.entries // 5):
            yield Notification, dict(user_id=self.person(), title="Incident", message=self.words(6), **fields)


def store(name: str, rows: Rows) -> None:
    """Write rows, ten thousand at a time, and say how far this is."""
    written = 0
    while batch := list(islice(rows, 10_000)):
        by_table = defaultdict(list)
        for model, row in batch:
            by_table[table_of(model)].append(row)
        with engine.begin() as connection:
            for table in filter(by_table.get, SQLModel.metadata.sorted_tables):  # what others refer to first
                connection.execute(table.insert(), by_table[table])
        written += len(batch)
        print(f"\r{name}: {written:,} rows", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def make_town(entries: int) -> Town:
    """Migrate the empty database, and fill it."""
    command.upgrade(CONFIG, "head")
    build(caller=Role.SUPER_ADMIN, owner=Role.SUPERVISOR)
    town = Town(entries)
    for part in town.people_and_places, town.plans, town.logbook, town.duties, town.papers:
        store(part.__name__.replace("_", " "), part())
    return town


if __name__ == "__main__":
    make_town(int(sys.argv[1]))
