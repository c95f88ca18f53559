"""What an empty database starts with: the first admin, or demo data: marinas, people of every role, some days of work.

The demo data ends at this very moment: some people are on duty. Otherwise it is the same each time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, Table
from sqlmodel import Session, SQLModel, col, func, select

from database import core, engine
from migrations import bring_up_to_date, wait_to_be_alone
from models import (
    Alarm,
    Credential,
    DutySession,
    FleetStatus,
    Identified,
    IncidentReportGeneration,
    IncidentSeverity,
    Location,
    LocationCheckIn,
    Log,
    LogEdit,
    LogType,
    Message,
    MessageType,
    Notification,
    NotificationDismissal,
    NotificationPriority,
    NotificationType,
    Radio,
    RecordStatus,
    RecurringShiftDay,
    RecurringShiftPattern,
    RecurringUserAssignment,
    Role,
    Row,
    SafetyChecklistItem,
    SafetyChecklistResponse,
    Shift,
    ShiftAssignment,
    SupervisorEquipmentCheckout,
    Timesheet,
    TimesheetEntry,
    TimesheetStatus,
    Tour,
    TourStatus,
    TourStop,
    TourStopType,
    User,
    Vehicle,
    cuid,
    midnight,
    now,
    town_day,
)
from routes.checklists import checks_of, entry_about
from routes.notifications import PRIORITIES
from routes.shifts import times_on
from routes.timesheets import correct, entry_for, week_of
from schemas import ChecklistSubmission, EntryAdjustment, SignUp
from security import hash_password, register
from settings import say_what_is_wrong, settings

Thing = TypeVar("Thing", bound=Identified)
Facts = dict[str, Any]
Post = tuple[str, tuple[str, str], list[int]]

DEMO_PASSWORD = "harbour-lights"
DEMO_ACCOUNTS = {role: f"{role.lower().replace('_', '')}@example.com" for role in Role}

# The first of each role has the demo account. The last guard has left.
PEOPLE = {
    Role.SUPER_ADMIN: ["Eleanor Whitcomb", "Marcus Hale"],
    Role.ADMIN: ["Denise Okafor", "Paul Brandt"],
    Role.SUPERVISOR: ["Ray Delgado", "Karen Sullivan", "Theo Novak", "Lucia Ferrante"],
    Role.GUARD: [
        "Maya Torres",
        "Sean Gallagher",
        "Priya Raman",
        "Walt Jensen",
        "Nina Kowalski",
        "Omar Haddad",
        "Becky Lindqvist",
        "Andre Baptiste",
        "Colleen Murphy",
        "Joey Castellano",
        "Grace Kim",
        "Luis Ortega",
        "Hannah Weiss",
        "Tom Eriksen",
    ],
}

# Name, address, description, how many guards fit there
PLACES = [
    (settings.hq_location, "401 Main Street, Islip", "Headquarters of the marina guards", 20),
    ("Atlantique Marina", "Atlantique Beach, Fire Island", "Ocean side; by ferry or boat only", 3),
    ("Bay Shore Marina", "South Clinton Avenue, Bay Shore", "The largest: 480 slips, ferry parking, spray park", 4),
    ("Brown's River East Side", "Brown's River Road, Bayport", "Slips on the east bank and the commercial dock", 2),
    ("Brown's River West Side", "River Road, Sayville", "Slips on the west bank, across from the ferries", 2),
    ("East Islip Marina", "Bayview Avenue, East Islip", "Beach, pool and 130 slips", 3),
    ("Great River Ramp", "Great River Road, Great River", "Boat ramp with trailer parking", 1),
    ("Homan Creek Dock", "Homan Avenue, Bayport", "Bulkhead along the creek", 1),
    ("Maple Avenue Dock", "Maple Avenue, Bay Shore", "Fishing dock beside the ferry terminals", 2),
    ("Maple Street Dock", "Maple Street, Islip", "Short dock at the end of the street", 1),
    ("Ocean Avenue Marina", "Ocean Avenue, Islip", "Slips and a small ramp", 2),
    ("Port O'Call Marina", "Shore Lane, Bay Shore", "Slips behind the town houses", 2),
    ("Raymond Street Dock", "Raymond Street, East Islip", "Bulkhead with eight slips", 1),
    ("West Avenue Dock", "West Avenue, West Sayville", "Baymen's dock", 2),
    ("West Islip Marina", "Beach Street, West Islip", "Beach, pool, ramp and 90 slips", 3),
]

DAY, EVENING, NIGHT = ("07:00", "15:00"), ("15:00", "23:00"), ("23:00", "07:00")
DAY_ROUND, NIGHT_ROUND = ("07:00", "19:00"), ("19:00", "07:00")

# One post for each guard: marina, watch, and the days on which it begins (0 is Sunday). At any hour two or more run.
GUARD_POSTS: list[Post] = [
    ("Bay Shore Marina", DAY, [0, 1, 2, 3, 4]),
    ("Atlantique Marina", DAY, [1, 2, 3, 4, 5]),
    ("East Islip Marina", DAY, [2, 3, 4, 5, 6]),
    ("West Islip Marina", DAY, [0, 3, 4, 5, 6]),
    ("Port O'Call Marina", DAY, [0, 1, 2, 5, 6]),
    ("Maple Avenue Dock", EVENING, [0, 1, 2, 3, 4]),
    ("Brown's River West Side", EVENING, [2, 3, 4, 5, 6]),
    ("Ocean Avenue Marina", EVENING, [0, 1, 4, 5, 6]),
    ("West Avenue Dock", EVENING, [0, 3, 4, 5, 6]),
    ("Bay Shore Marina", NIGHT, [0, 1, 2, 3, 4]),
    ("Brown's River East Side", NIGHT, [2, 3, 4, 5, 6]),
    ("East Islip Marina", NIGHT, [0, 1, 4, 5, 6]),
    ("Raymond Street Dock", NIGHT, [0, 3, 4, 5, 6]),
]
# The same for supervisors, who start at headquarters. At any hour one or two are on duty.
SUPERVISOR_POSTS: list[Post] = [
    (settings.hq_location, DAY_ROUND, [0, 1, 2, 3]),
    (settings.hq_location, DAY_ROUND, [3, 4, 5, 6]),
    (settings.hq_location, NIGHT_ROUND, [0, 1, 2, 3]),
    (settings.hq_location, NIGHT_ROUND, [3, 4, 5, 6]),
]
WEEKS_BEFORE, WEEKS_AFTER = 4, 1

ENTRIES = [
    (LogType.PATROL, "Round of the docks", "Walked every dock and the parking lot. Lines and fenders in order."),
    (LogType.PATROL, "Perimeter walked", "Fence, both gates and the seawall checked on foot. Nothing to report."),
    (LogType.PATROL, "Slip check", "Two boats without this year's sticker, slips 22 and 57. Left a note on each."),
    (LogType.PATROL, "Fuel dock checked", "Pumps off, hoses on their hooks, spill kit sealed. No sheen on the water."),
    (LogType.PATROL, "Restrooms checked", "Clean and empty. Soap is low on the men's side."),
    (LogType.PATROL, "Ramp and trailers", "Eleven trailers in the lot, one without a tag. Ramp clear of weed."),
    (
        LogType.PATROL,
        "Bilge pump running",
        "The pump of a 28-foot cabin cruiser runs every few minutes. Called the owner.",
    ),
    (
        LogType.VISITOR_CHECKIN,
        "Transient boat in slip 14",
        "32-foot sloop from Mystic, two nights, paid. Has the code.",
    ),
    (LogType.VISITOR_CHECKIN, "Electrician on site", "Here for the pedestal at slip 31. Signed in and out."),
    (
        LogType.VISITOR_CHECKIN,
        "Bay constable stopped by",
        "Asked about wake complaints in the channel. Gave him our log.",
    ),
    (LogType.VISITOR_CHECKIN, "Owner without his key", "Showed licence and slip permit; opened the gate for him."),
    (LogType.VISITOR_CHECKIN, "Delivery for the dockmaster", "Two pallets of dock lumber, put behind the shed."),
    (LogType.MAINTENANCE, "Dock light out", "Third lamp post from the end is dark. Told the electricians."),
    (LogType.MAINTENANCE, "Loose cleat", "Cleat at slip 9 turns by hand. Moved the stern line to the piling."),
    (LogType.MAINTENANCE, "Pump-out station jammed", "Hose coupling stuck. Bagged it and put the sign up."),
    (LogType.MAINTENANCE, "Code pad sticks", "The 4 on the gate pad has to be pressed twice. Still locks."),
    (LogType.MAINTENANCE, "Splintered plank", "Plank raised by an inch at the head of B dock. Cone placed over it."),
    (LogType.WEATHER, "Wind picking up", "South-west, about 25 knots in gusts. Doubled two slack bow lines."),
    (LogType.WEATHER, "Fog on the bay", "The channel markers can't be seen from the dock. Ferries run late."),
    (LogType.WEATHER, "Squall passed", "Ten minutes of heavy rain. Scuppers clear, no lines parted."),
    (LogType.WEATHER, "Very high tide", "Water within a hand of the bulkhead cap. Lot still dry."),
    (LogType.OTHER, "Lost property", "Child's life jacket, orange, found on the beach. In the office."),
    (LogType.OTHER, "Swan on the ramp", "Hisses at trailers but moves on. Let it be."),
    (LogType.OTHER, "Question about a slip", "Resident asked for the waiting list. Gave the office number."),
]

# From the latest to the earliest. What is older than `REVIEWED_AFTER` has been reviewed.
INCIDENTS: list[Facts] = [
    {
        "severity": IncidentSeverity.MEDIUM,
        "title": "Boat adrift in the basin",
        "description": "A 19-foot center console had parted its stern line and lay across the fairway.",
        "actions_taken": "Brought it alongside with the boat hook and tied it to the transient dock. Called the owner.",
        "follow_up_required": True,
        "follow_up_notes": "Owner comes tomorrow to move it back to slip 41.",
        "weather_conditions": "Wind SW 20 knots",
    },
    {
        "severity": IncidentSeverity.HIGH,
        "title": "Fuel in the water",
        "description": "Sheen of about thirty feet beside the fuel dock after a cabin cruiser overfilled its tank.",
        "people_involved": "Owner of the cruiser in slip 63",
        "witnesses": "Fuel dock attendant",
        "actions_taken": "Pumps shut off, boom laid out, absorbent pads used. Harbor police and the Coast Guard told.",
        "follow_up_required": True,
        "follow_up_notes": "Spill kit to be filled up: 2 booms, 40 pads.",
        "weather_conditions": "Calm, clear",
    },
    {
        "severity": IncidentSeverity.LOW,
        "title": "Loud music after hours",
        "description": "Six people on a boat at the end of A dock, music heard at the houses.",
        "people_involved": "Owner and five guests",
        "actions_taken": "Asked them to turn it down. They did.",
    },
    {
        "severity": IncidentSeverity.LOW,
        "title": "Car without a permit in the ferry lot",
        "description": "Grey sedan in the resident rows for the second day.",
        "actions_taken": "Notice under the wiper.",
    },
    {
        "severity": IncidentSeverity.MEDIUM,
        "title": "Outboard tampered with",
        "description": "Cowling of a 40 hp outboard found open, two screws on the dock. The engine is still there.",
        "people_involved": "Owner of slip 18",
        "actions_taken": "Pictures taken, owner called, harbor police given the number of the slip.",
        "follow_up_required": True,
        "follow_up_notes": "Pass slip 18 on every round this week.",
    },
    {
        "severity": IncidentSeverity.CRITICAL,
        "title": "Man overboard at the ramp",
        "description": "A man slipped between boat and dock while loading and could not get out by himself.",
        "people_involved": "Man of about sixty, resident",
        "witnesses": "His wife; the crew of the boat behind them",
        "actions_taken": "Life ring thrown, out at the ladder within two minutes. Checked by the ambulance, went home.",
        "follow_up_required": True,
        "follow_up_notes": "The ladder's lowest rung is loose.",
        "weather_conditions": "Light rain, water 58 degrees",
    },
    {
        "severity": IncidentSeverity.LOW,
        "title": "Skateboarders on the seawall",
        "description": "Four teenagers jumping from the benches.",
        "actions_taken": "Sent them to the skate park. No damage.",
    },
    {
        "severity": IncidentSeverity.MEDIUM,
        "title": "Trailer struck the gate",
        "description": "A boat trailer bent the left post of the entrance gate. The gate still closes.",
        "people_involved": "Driver of a white pickup, insurance details taken",
        "witnesses": "Ramp attendant",
        "actions_taken": "Gate tied open until the ramp was clear, then closed by hand.",
        "follow_up_required": True,
        "follow_up_notes": "Parks department to look at the post.",
    },
    {
        "severity": IncidentSeverity.HIGH,
        "title": "Fight in the parking lot",
        "description": "Two men fought over a parking space; one had a cut above the eye.",
        "people_involved": "Two men, names given to the police",
        "witnesses": "Three people waiting for the ferry",
        "actions_taken": "Police called, both kept apart until they came. First aid given.",
    },
    {
        "severity": IncidentSeverity.MEDIUM,
        "title": "Shore power pedestal hot",
        "description": "Smell of burnt plastic at the pedestal of slips 30 and 31; the cover was hot.",
        "actions_taken": "Breaker off and tagged, both owners told.",
        "follow_up_required": True,
        "follow_up_notes": "Electrician ordered. Do not switch on.",
    },
    {
        "severity": IncidentSeverity.LOW,
        "title": "Dog bit through a line",
        "description": "A dog left alone on a sailboat had chewed its bow line to a thread.",
        "actions_taken": "Put on a spare line. The owner has thanked us.",
    },
    {
        "severity": IncidentSeverity.MEDIUM,
        "title": "Kayakers overdue",
        "description": "Two kayaks not back at closing time; their car was still in the lot.",
        "people_involved": "A couple from Brentwood",
        "actions_taken": "Bay constable told. They came in forty minutes later, tired but well.",
        "weather_conditions": "Wind S 15 knots, chop on the bay",
    },
    {
        "severity": IncidentSeverity.HIGH,
        "title": "Break-in at the snack bar",
        "description": "Back door forced, drawer of the register on the floor.",
        "witnesses": "None",
        "actions_taken": "Touched nothing, police called, door boarded up by the parks department.",
        "follow_up_required": True,
        "follow_up_notes": "Ask the office for the recording of the lot camera.",
    },
]
REPORTED = "Fight in the parking lot"
REVIEWED_AFTER = timedelta(days=2)
REVIEWS = [
    "Well handled.",
    "Spoke with the guard. Nothing more to do.",
    "Passed on to the parks department.",
    "Seen on the round: settled.",
]
CORRECTION = " Correction: it was ten minutes earlier than I first wrote."

CHECKLIST = [
    ("Radio check with headquarters", "Channel 7A, loud and clear"),
    ("First aid kit complete", "Seal unbroken"),
    ("Life rings in place", "One every 100 feet, line coiled"),
    ("Fire extinguishers charged", "Needle in the green"),
    ("Gates and locks secure", None),
    ("Dock lights working", "All docks and the lot"),
    ("Ladders and cleats sound", None),
    ("Fuel dock shut off", "Where there is one"),
    ("Spill kit sealed", "Boom, pads, gloves"),
    ("Logbook of the last watch read", None),
]
FAULTS = ["Told the office.", "Missing since the last watch.", "Replacement is ordered."]

EXPLORER: Facts = {"make": "Ford", "model": "Explorer", "year": 2022}
TAHOE: Facts = {"make": "Chevrolet", "model": "Tahoe", "year": 2019}
CROWN_VICTORIA: Facts = {"make": "Ford", "model": "Crown Victoria", "year": 2011}
IN_SHOP: Facts = {"status": FleetStatus.OUT_OF_SERVICE}
RETIRED: Facts = {"status": FleetStatus.RETIRED}
# The first four are the supervisors'.
VEHICLES: list[Facts] = [
    {"name": "Unit 1", "license_plate": "SEC-101", "mileage": 28410, **EXPLORER},
    {"name": "Unit 2", "license_plate": "SEC-102", "mileage": 31275, **EXPLORER},
    {"name": "Unit 3", "license_plate": "SEC-103", "mileage": 54820, **TAHOE},
    {"name": "Unit 4", "license_plate": "SEC-104", "mileage": 61390, **TAHOE},
    {"name": "Unit 5", "license_plate": "SEC-105", "mileage": 88104, "notes": "Alternator", **TAHOE, **IN_SHOP},
    {"name": "Unit 6", "license_plate": "SEC-106", "mileage": 143220, **CROWN_VICTORIA, **RETIRED},
]
RADIO: Facts = {"model": "Motorola XPR 7550e", "channel": "7A"}
RADIO_STATES: list[Facts] = [{}] * 7 + [{"notes": "Battery holds an hour", **IN_SHOP}] * 2 + [RETIRED]
RADIOS: list[Facts] = [
    {"name": f"Radio {number:02}", "serial_number": f"MTR-{4400 + number}", **state}
    for number, state in enumerate(RADIO_STATES, 1)
]

EVALUATIONS: list[Facts] = [
    {
        "stop_type": TourStopType.GUARD_EVALUATION,
        "title": title,
        "observations": observations,
        "guard_performance_notes": notes,
    }
    for title, observations, notes in (
        ("Talked with the guard", "At the gate, in uniform, logbook up to date.", "Good"),
        ("Guard on his round", "Met him at the far dock, radio answered at once.", "Very good: knows every boat"),
        ("Logbook looked through", "Entries complete, times in order.", "Good"),
        ("Guard in the booth", "Booth tidy. Reminded to walk the seawall every two hours.", "Fair: rounds too short"),
    )
]
INSPECTIONS: list[Facts] = [
    {
        "stop_type": TourStopType.LOCATION_INSPECTION,
        "title": "Gates and lights",
        "observations": "Gate closed, all lights on.",
    },
    {
        "stop_type": TourStopType.LOCATION_INSPECTION,
        "title": "Ramp",
        "observations": "The float at the ramp has come off one hinge.",
        "issues_severity": IncidentSeverity.MEDIUM,
        "follow_up_required": True,
    },
    {"title": "Quiet", "observations": "Three boats coming in, parking lot half full."},
    {
        "stop_type": TourStopType.INCIDENT_CHECK,
        "title": "Dark lamp post",
        "observations": "The lamp that was reported last week is still out.",
        "issues_severity": IncidentSeverity.LOW,
    },
]
TOURS = ["North round", "South round", "Round of the docks", "Evening check", None]
VISITS = 4  # to marinas, in a spell of duty
CANCELLED = 9  # which spell's tour came to nothing

# The supervisor answers what the guard wrote before. What is newest on either side has not been read.
CONVERSATION = [
    (MessageType.GUARD_TO_SUPERVISOR, "Gate 2 does not close by itself. I keep it shut with a chain for now."),
    (MessageType.SUPERVISOR_TO_GUARD, "Good. I told the parks department, they come in the morning."),
    (MessageType.GUARD_TO_SUPERVISOR, "Thanks. There is also a boat without lights in the channel, moving slowly."),
    (MessageType.SUPERVISOR_TO_GUARD, "Bay constable knows. Keep an eye on it, I will pass by within the hour."),
    (MessageType.GUARD_TO_SUPERVISOR, "It is tying up at the transient dock now. Two people on board."),
]
QUESTION = "Who has the key of the pump-out shed?"

ANNOUNCEMENTS: list[Facts] = [
    {
        "type": NotificationType.WARNING,
        "priority": NotificationPriority.HIGH,
        "title": "Small craft advisory",
        "message": "Gusts of 30 knots are expected. Check the lines on every round.",
    },
    {
        "priority": NotificationPriority.LOW,
        "title": "Working channel",
        "message": "All marinas: channel 7A, until further notice.",
        "dismissible": False,
    },
    {
        "type": NotificationType.SUCCESS,
        "priority": NotificationPriority.LOW,
        "title": "New life rings",
        "message": "There is one at every ladder now. Please count them with the checklist.",
    },
]

NEW_PLAN: Facts = {
    "title": "New shifts",
    "message": "The plan for next week is out. Look for yours.",
    "action_label": "Show",
    "action_url": "/shifts",
}

# What has become of the timesheets, week by week from the earliest on; the last week's are still to be made.
SHEETS = [
    [TimesheetStatus.APPROVED],
    [TimesheetStatus.APPROVED],
    [TimesheetStatus.PENDING, TimesheetStatus.DRAFT, TimesheetStatus.REJECTED, TimesheetStatus.APPROVED],
]
HALF_HOUR = timedelta(minutes=30)
LATER = datetime.max.replace(tzinfo=UTC)


def prepare() -> None:
    """Bring the database up to date, and fill one without users. Of several workers one does it."""
    bring_up_to_date()
    if settings.demo_data or settings.first_admin_email:
        with engine.begin() as connection:
            wait_to_be_alone(connection)
            fill(connection)


def fill(connection: Connection) -> None:
    """Give a database without users its first admin or, if none is configured, the demo data."""
    with Session(connection) as db:
        is_empty = db.exec(select(User.id).limit(1)).first() is None
        if is_empty and settings.first_admin_email and settings.first_admin_password:
            make_first_admin(db)
        elif is_empty and settings.demo_data:
            Demo(now()).write(connection)
        if settings.demo_data:
            show_accounts(db)
        db.commit()


def make_first_admin(db: Session) -> None:
    """A SUPER_ADMIN with the configured address and password, which must keep the rules of signing up."""
    account = {"email": settings.first_admin_email, "password": settings.first_admin_password}
    try:
        admin = SignUp.model_validate({"firstName": "First", "lastName": "Admin", **account})
    except ValidationError as error:
        raise SystemExit(say_what_is_wrong(error, "first_admin_")) from None
    register(db, admin, Role.SUPER_ADMIN)


def show_accounts(db: Session) -> None:
    """Say how to sign in, as long as the demo accounts exist."""
    accounts = col(User.email).in_(DEMO_ACCOUNTS.values())
    if db.exec(select(func.count()).where(accounts)).one() == len(DEMO_ACCOUNTS):
        print(f"Demo accounts, each with the password {DEMO_PASSWORD}: {', '.join(DEMO_ACCOUNTS.values())}", flush=True)


def between(start: datetime, end: datetime, fraction: float) -> datetime:
    """A moment, to the second, from 0 for the start to 1 for the end."""
    return start + timedelta(seconds=int((end - start).total_seconds() * fraction))


class Demo:
    """Four weeks of the town's marinas, and the plans until the end of the next one, around a moment."""

    def __init__(self, moment: datetime) -> None:
        self.now, self.random = moment, Random(401)
        self.sunday = town_day(week_of(moment)[0]) - timedelta(weeks=WEEKS_BEFORE)
        self.planned = midnight(self.sunday) - timedelta(days=7)
        self.founded = self.planned - timedelta(days=400)
        self.rows: defaultdict[Table, list[SQLModel]] = defaultdict(list)
        self.make_people()
        self.make_places()
        self.make_fleet()
        self.duty = self.make_duty(GUARD_POSTS, self.guards)
        self.rounds = self.make_duty(SUPERVISOR_POSTS, self.supervisors)
        self.make_logbook()
        self.make_incidents()
        self.make_rounds()
        self.make_timesheets()
        self.make_messages()
        self.make_notices()

    def keep(self, row: SQLModel) -> None:
        self.rows[core(type(row))].append(row)

    def add(self, at: datetime, row: Thing) -> Thing:
        """Keep a row as if it had been made at this time."""
        row.id = cuid(at)
        if isinstance(row, Row):
            row.created_at = row.updated_at = at
        self.keep(row)
        return row

    def write(self, connection: Connection) -> None:
        """Write all rows, table by table, what others refer to first."""
        for table in SQLModel.metadata.sorted_tables:
            if rows := self.rows[table]:
                connection.execute(table.insert(), [row.model_dump() for row in rows])

    # People, places and things

    def make_people(self) -> None:
        password_hash = hash_password(DEMO_PASSWORD)
        people = {role: [self.make_person(role, name) for name in names] for role, names in PEOPLE.items()}
        for user in (user for users in people.values() for user in users):
            self.keep(Credential(user_id=user.id, password_hash=password_hash))
        *self.guards, former = people[Role.GUARD]
        former.archived_at = former.updated_at = self.planned
        self.supervisors, self.admin = people[Role.SUPERVISOR], people[Role.ADMIN][0]
        self.lead, self.guard = self.supervisors[0], self.guards[0]
        self.alarmed = [*people[Role.SUPER_ADMIN], *people[Role.ADMIN], *self.supervisors]

    def make_person(self, role: Role, name: str) -> User:
        first, last = name.split()
        email = DEMO_ACCOUNTS[role] if name == PEOPLE[role][0] else f"{first}.{last}@example.com".lower()
        number = len(self.rows[core(User)]) + 1
        user = User(
            clerk_id="", email=email, first_name=first, last_name=last, role=role, phone=f"631-555-01{number:02}"
        )
        self.add(self.founded, user)
        user.clerk_id = f"local_{user.id}"
        return user

    def make_places(self) -> None:
        self.places: dict[str, Location] = {}
        for name, address, description, capacity in PLACES:
            place = Location(name=name, address=address, description=description, max_capacity=capacity)
            self.places[name] = self.add(self.founded, place)
        self.items: dict[str, SafetyChecklistItem] = {}
        for order, (name, explanation) in enumerate(CHECKLIST):
            item = self.add(self.founded, SafetyChecklistItem(name=name, description=explanation, order=order))
            self.items[item.id] = item

    def make_fleet(self) -> None:
        """Cars and radios; each supervisor has his pair of them."""
        home = self.places[settings.hq_location].id
        vehicles = [self.add(self.founded, Vehicle(**facts, location_id=home)) for facts in VEHICLES]
        radios = [self.add(self.founded, Radio(**facts, **RADIO, location_id=home)) for facts in RADIOS]
        ids = (supervisor.id for supervisor in self.supervisors)
        self.equipment = dict(zip(ids, zip(vehicles, radios, strict=False), strict=False))

    # Shifts and duty

    def make_duty(self, posts: Sequence[Post], people: Sequence[User]) -> list[DutySession]:
        """The shifts of a group, and its duty so far. Whoever comes first in it is on duty now."""
        patterns = [self.make_pattern(*post) for post in posts]
        plans = [(pattern, list(self.shifts_of(pattern))) for pattern in patterns]
        plans.sort(key=lambda plan: not any(map(self.runs, plan[1])))
        pairs = zip(people, plans, strict=True)
        sessions = [session for person, plan in pairs for session in self.work(person, *plan)]
        return sorted(sessions, key=lambda session: session.clock_in_time)

    def make_pattern(self, place: str, watch: tuple[str, str], days: list[int]) -> RecurringShiftPattern:
        start, end = watch
        pattern = RecurringShiftPattern(
            name=f"{place}, {start} to {end}",
            location_id=self.places[place].id,
            start_time=start,
            end_time=end,
            days_of_week=days,
            start_date=midnight(self.sunday),
        )
        return self.add(self.planned, pattern)

    def shifts_of(self, pattern: RecurringShiftPattern) -> Iterator[Shift]:
        plan: Facts = {"name": pattern.name, "location_id": pattern.location_id, "recurring_pattern_id": pattern.id}
        for number in range(7 * (WEEKS_BEFORE + 1 + WEEKS_AFTER)):
            day = self.sunday + timedelta(days=number)
            if day.isoweekday() % 7 in pattern.days_of_week:
                start, end = times_on(day, pattern)
                yield Shift(start_time=start, end_time=end, **plan)

    def runs(self, shift: Shift) -> bool:
        """Whether people are on duty for a shift: they come and go within half an hour of its times."""
        return shift.start_time + HALF_HOUR <= self.now < shift.end_time + HALF_HOUR

    def work(self, person: User, pattern: RecurringShiftPattern, shifts: Sequence[Shift]) -> Iterator[DutySession]:
        """A person's shifts of a pattern; yields the duty that came of them so far, but for a few days of illness."""
        self.add(self.planned, RecurringUserAssignment(recurring_pattern_id=pattern.id, user_id=person.id))
        for shift in shifts:
            self.add(self.planned, shift)
            day = town_day(shift.start_time)
            self.keep(RecurringShiftDay(recurring_pattern_id=pattern.id, day=day, shift_id=shift.id))
            self.add(self.planned, ShiftAssignment(shift_id=shift.id, user_id=person.id))
            is_ill = self.random.random() < 0.05
            if self.runs(shift) or (shift.end_time + HALF_HOUR <= self.now and not is_ill):
                yield self.make_session(shift, person)

    def make_session(self, shift: Shift, person: User) -> DutySession:
        came = shift.start_time + timedelta(seconds=self.random.randint(-480, 720))
        left = shift.end_time + timedelta(seconds=self.random.randint(-120, 900))
        session = DutySession(user_id=person.id, location_id=shift.location_id, shift_id=shift.id, clock_in_time=came)
        self.add(came, session)
        if not self.runs(shift):
            session.clock_out_time = session.updated_at = left
            session.notes = self.random.choice([None, None, "Keys handed over."])
        return session

    def during(self, session: DutySession, fraction: float) -> datetime:
        """A moment of a spell of duty, from 0 for its beginning to 1 for its end, or for now while it lasts."""
        return between(session.clock_in_time, session.clock_out_time or self.now, fraction)

    def on_duty(self, moment: datetime) -> list[DutySession]:
        """The duty of those guards who were on duty at a moment."""
        return [session for session in self.duty if session.clock_in_time <= moment < (session.clock_out_time or LATER)]

    # The logbook

    def make_logbook(self) -> None:
        """What guards wrote on duty. A few entries were corrected, one was archived, one is a draft."""
        logs = []
        for session in self.duty:
            if session.clock_out_time is None or self.random.random() < 0.25:
                self.submit_checklist(session)
            for number, (type, title, description) in enumerate(self.random.sample(ENTRIES, 2)):
                fraction = (number + self.random.uniform(0.2, 0.8)) / 2
                logs.append(self.write_log(session, fraction, type=type, title=title, description=description))
        for log in logs[20:-100:50]:
            self.correct(log)
        archived, draft = logs[10], logs[-1]
        archived.status, draft.status = RecordStatus.ARCHIVED, RecordStatus.DRAFT
        archived.archived_at = archived.updated_at = archived.created_at + HALF_HOUR

    def write_log(self, session: DutySession, fraction: float, **facts: Any) -> Log:
        duty: Facts = {"location_id": session.location_id, "shift_id": session.shift_id}
        return self.add(self.during(session, fraction), Log(user_id=session.user_id, **duty, **facts))

    def correct(self, log: Log) -> None:
        """The author adds to the description."""
        edited, old, new = log.created_at + HALF_HOUR, log.description, log.description + CORRECTION
        change = {"field_changed": "description", "old_value": old, "new_value": new}
        self.add(edited, LogEdit(log_id=log.id, edited_by=log.user_id, edited_at=edited, **change))
        log.description, log.status, log.updated_at = new, RecordStatus.UPDATED, edited

    def submit_checklist(self, session: DutySession) -> None:
        """The checklist at the beginning of a watch, now and then with something that is not in order."""
        checks: list[dict[str, Any]] = [{"itemId": id, "checked": True} for id in self.items]
        for check in checks:
            if self.random.random() < 0.05:
                check.update(checked=False, notes=self.random.choice(FAULTS))
        place = {"dutySessionId": session.id, "locationId": session.location_id}
        body = ChecklistSubmission.model_validate({**place, "items": checks})
        done = self.during(session, 0.01)
        log = self.add(done, entry_about(body, self.items, session.user_id))
        response = SafetyChecklistResponse(
            duty_session_id=session.id,
            user_id=session.user_id,
            location_id=body.location_id,
            log_id=log.id,
            completed_at=done,
        )
        self.add(done, response)
        for row in checks_of(body, response):
            self.add(done, row)

    def make_incidents(self) -> None:
        """Incidents evenly over the weeks; the grave ones raised an alarm, the older ones have been reviewed."""
        sessions = self.duty[:: -(len(self.duty) // len(INCIDENTS))]
        for facts, session in zip(INCIDENTS, sessions, strict=False):
            noticed = self.during(session, 0.55)
            log = self.write_log(session, 0.6, type=LogType.INCIDENT, incident_time=noticed, **facts)
            if log.severity in PRIORITIES:
                self.raise_alarm(log, PRIORITIES[log.severity])
            if log.created_at + REVIEWED_AFTER < self.now:
                self.review(log)
            if log.title == REPORTED:
                self.report(log)

    def raise_alarm(self, log: Log, urgency: NotificationPriority) -> None:
        """All supervisors and admins were told of a grave incident; they have put away what is old."""
        place = next(place.name for place in self.places.values() if place.id == log.location_id)
        seen = log.created_at + HALF_HOUR
        self.keep(Alarm(log_id=log.id, user_id=log.user_id, raised_at=log.created_at))
        for person in self.alarmed:
            alarm = Notification(
                user_id=person.id,
                type=NotificationType.ALERT,
                priority=urgency,
                title=f"{log.severity} incident at {place}",
                message=log.title,
            )
            self.add(log.created_at, alarm)
            if log.created_at + REVIEWED_AFTER < self.now:
                alarm.dismissed_at = alarm.updated_at = seen

    def review(self, log: Log) -> None:
        log.reviewed_by = self.random.choice(self.supervisors).id
        log.reviewed_at = log.updated_at = log.created_at + timedelta(hours=self.random.randint(2, 20))
        log.review_notes = self.random.choice(REVIEWS)

    def report(self, log: Log) -> None:
        """A report on an incident of weeks ago, signed by the guard and not yet by the supervisor."""
        made, signed = log.created_at + timedelta(days=1), log.created_at + timedelta(days=2)
        guard = next(guard for guard in self.guards if guard.id == log.user_id)
        told = self.supervisors[1:]
        report = IncidentReportGeneration(
            log_id=log.id,
            incident_number=f"INC-{town_day(made).year}-{log.id[-8:].upper()}",
            generated_at=made,
            generated_by=self.lead.id,
            guard_assigned_id=guard.id,
            guard_signed_by=guard.id,
            guard_signed_by_name=guard.full_name,
            guard_signed_at=signed,
            guard_ip_address="192.0.2.24",
            supervisor_assigned_id=self.lead.id,
            notified_users=[person.id for person in told],
        )
        self.add(made, report).updated_at = signed
        text: Facts = {"title": f"Incident report {report.incident_number}", "message": log.title}
        for person in told:
            self.add(made, Notification(user_id=person.id, priority=NotificationPriority.HIGH, **text))

    # Supervisors' rounds

    def make_rounds(self) -> None:
        """What supervisors did on duty: car and radio, visits to marinas, and every second time a tour."""
        for number, session in enumerate(self.rounds):
            is_over = session.clock_out_time is not None
            if is_over or session is self.lead_duty:
                checkout = self.check_out(session)
                visits = [self.make_visit(session, part) for part in range(VISITS)]
                if number == CANCELLED:
                    self.make_tour(session, checkout, "Flat tire")
                elif number % 2 or not is_over:
                    tour = self.make_tour(session, checkout)
                    for visit in visits:
                        self.make_stop(tour, visit)

    @property
    def lead_duty(self) -> DutySession:
        """The first supervisor's running duty."""
        running = (session for session in self.rounds if session.clock_out_time is None)
        return next(session for session in running if session.user_id == self.lead.id)

    def check_out(self, session: DutySession) -> SupervisorEquipmentCheckout:
        vehicle, radio = self.equipment[session.user_id]
        taken, returned = self.during(session, 0.02), self.during(session, 0.97)
        checkout = SupervisorEquipmentCheckout(
            duty_session_id=session.id,
            vehicle_id=vehicle.id,
            radio_id=radio.id,
            checkout_mileage=vehicle.mileage,
            checkout_time=taken,
        )
        if session.clock_out_time:
            vehicle.mileage += self.random.randint(18, 64)
            vehicle.mileage_updated_at = vehicle.updated_at = returned
            checkout.checkin_mileage, checkout.checkin_time = vehicle.mileage, returned
        return self.add(taken, checkout)

    def make_visit(self, session: DutySession, number: int) -> LocationCheckIn:
        """A check-in, every second one where a guard is; the last one of a running duty is still open."""
        came, left = (self.during(session, (number + part) / (VISITS + 0.5)) for part in (0.3, 0.9))
        guarded = [guard.location_id for guard in self.on_duty(came) if guard.location_id]
        anywhere = [place.id for place in self.places.values()]
        visit = LocationCheckIn(
            duty_session_id=session.id,
            location_id=self.random.choice(guarded if number % 2 and guarded else anywhere),
            user_id=session.user_id,
            check_in_time=came,
        )
        self.add(came, visit)
        if session.clock_out_time or number < VISITS - 1:
            visit.check_out_time = visit.updated_at = left
        return visit

    def make_tour(self, session: DutySession, checkout: SupervisorEquipmentCheckout, trouble: str = "") -> Tour:
        """A tour that lasts as long as the duty, unless there is trouble."""
        vehicle, radio = self.equipment[session.user_id]
        tour = Tour(
            supervisor_id=session.user_id,
            title=self.random.choice(TOURS),
            car_number=vehicle.name,
            radio_number=radio.name,
            starting_mileage=checkout.checkout_mileage or 0,
            started_at=self.during(session, 0.03),
        )
        self.add(tour.started_at, tour)
        if trouble:
            tour.status, tour.notes = TourStatus.CANCELLED, trouble
            tour.completed_at = tour.updated_at = self.during(session, 0.05)
        elif session.clock_out_time:
            tour.status, tour.ending_mileage = TourStatus.COMPLETED, checkout.checkin_mileage
            tour.completed_at = tour.updated_at = self.during(session, 0.96)
            tour.car_returned = tour.radio_returned = tour.keys_returned = True
        return tour

    def make_stop(self, tour: Tour, visit: LocationCheckIn) -> None:
        """A look at the guard, where there is one, or at the place."""
        guards = [guard for guard in self.on_duty(visit.check_in_time) if guard.location_id == visit.location_id]
        stop = TourStop(
            tour_id=tour.id,
            location_id=visit.location_id,
            arrived_at=visit.check_in_time,
            departed_at=visit.check_out_time,
            **self.random.choice(EVALUATIONS if guards else INSPECTIONS),
        )
        stop.guard_user_id = guards[0].user_id if guards else None
        self.add(visit.check_in_time, stop).updated_at = visit.updated_at

    # Timesheets

    def make_timesheets(self) -> None:
        for number, states in enumerate(SHEETS):
            start, end = week_of(midnight(self.sunday + timedelta(weeks=number)))
            week: defaultdict[str, list[DutySession]] = defaultdict(list)
            for session in self.duty + self.rounds:
                if start <= session.clock_in_time <= end:
                    week[session.user_id].append(session)
            for place, (user_id, sessions) in enumerate(week.items()):
                sheet = Timesheet(
                    user_id=user_id,
                    week_start_date=start,
                    week_end_date=end,
                    total_hours=Decimal(),
                    created_by=self.lead.id,
                )
                sheet.status = states[place % len(states)]
                self.make_timesheet(sheet, sessions)

    def make_timesheet(self, sheet: Timesheet, sessions: Sequence[DutySession]) -> None:
        """A timesheet as it is made on the Monday after its week, with what has become of it."""
        made = sheet.week_end_date + timedelta(hours=33)
        self.add(made, sheet)
        entries = [self.add(made, entry_for(session, sheet)) for session in sessions]
        if sheet.status is not TimesheetStatus.DRAFT:
            sheet.submitted_by, sheet.submitted_at = self.lead.id, made + HALF_HOUR
            sheet.updated_at = made + HALF_HOUR
            self.decide(sheet, entries[0])
        sheet.total_hours = sum((entry.hours_worked for entry in entries), Decimal())
        sheet.total_entries = len(entries)

    def decide(self, sheet: Timesheet, entry: TimesheetEntry) -> None:
        """The admin's decision. What he rejected has been put right since, and is to be submitted again."""
        decided = sheet.created_at + timedelta(days=1)
        if sheet.status is TimesheetStatus.APPROVED:
            sheet.approved_by, sheet.approved_at, sheet.updated_at = self.admin.id, decided, decided
        elif sheet.status is TimesheetStatus.REJECTED:
            sheet.rejected_by, sheet.rejected_at = self.admin.id, decided
            sheet.rejection_reason = "The first day ends later than the relief's log says."
            self.adjust(sheet, entry, decided + HALF_HOUR)

    def adjust(self, sheet: Timesheet, entry: TimesheetEntry, adjusted: datetime) -> None:
        """Half an hour less, with a note of what was before."""
        times = {"clockInTime": entry.clock_in_time, "clockOutTime": entry.clock_out_time - HALF_HOUR}
        body = EntryAdjustment.model_validate({**times, "reason": "Relieved half an hour earlier"})
        adjustment = correct(entry, body, self.lead.id)
        entry.updated_at = sheet.updated_at = adjustment.adjusted_at = adjustment.created_at = adjusted
        self.add(adjusted, adjustment)

    # Messages and notifications

    def make_messages(self) -> None:
        """A conversation between the first guard and the first supervisor, and another guard's question."""
        talking, asking = sorted(self.on_duty(self.now), key=lambda session: session.user_id != self.guard.id)[:2]
        began = max(talking.clock_in_time, self.lead_duty.clock_in_time)
        times = [between(began, self.now, number / 6) for number in range(1, 6)]
        asked: str | None = None
        for number, (type, content) in enumerate(CONVERSATION):
            message = Message(type=type, content=content, duty_session_id=talking.id, sender_id=self.guard.id)
            self.add(times[number], message)
            if number < len(CONVERSATION) - 2:
                message.read_at = message.updated_at = times[number + 1]
            if type is MessageType.GUARD_TO_SUPERVISOR:
                asked = message.id
            else:
                message.sender_id, message.reply_to_id = self.lead.id, asked
        self.add(times[-1], Message(content=QUESTION, duty_session_id=asking.id, sender_id=asking.user_id))

    def make_notices(self) -> None:
        """What everyone is told, of which the admin has put the last away, what guards are told, and those on duty."""
        for number, facts in enumerate(ANNOUNCEMENTS, 1):
            notice = self.add(self.now - timedelta(hours=number), Notification(**facts))
        self.keep(NotificationDismissal(user_id=self.admin.id, notification_id=notice.id, dismissed_at=self.now))
        for guard in self.guards:
            self.add(self.now - timedelta(days=1), Notification(user_id=guard.id, **NEW_PLAN))
        came = self.lead_duty.clock_in_time
        text: Facts = {"title": "Supervisor on duty", "message": f"{self.lead.full_name} is on duty now."}
        for session in self.on_duty(came):
            self.add(came, Notification(user_id=session.user_id, **text))
