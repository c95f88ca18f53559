"""What the demo town is made of: people, places, entries, the fleet and the rounds."""

from datetime import UTC, datetime, timedelta
from typing import Any

from models import (
    FleetStatus,
    IncidentSeverity,
    LogType,
    MessageType,
    NotificationPriority,
    NotificationType,
    Role,
    TimesheetStatus,
    TourStopType,
)
from settings import settings

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
FOUNDED = datetime(2025, 1, 1, tzinfo=UTC)

# The first guard's trials, long before. The documentation's examples name their weeks, which stay where they are.
NOT_COLLECTED, COLLECTED = datetime(2026, 1, 6, 15, tzinfo=UTC), datetime(2026, 1, 13, 15, tzinfo=UTC)
WATCH = timedelta(hours=8)

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
        "Asked about wake complaints in the channel. Gave them our log.",
    ),
    (LogType.VISITOR_CHECKIN, "Owner without a key", "Showed licence and slip permit; opened the gate for them."),
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
        "witnesses": "Their wife; the crew of the boat behind them",
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
        ("Guard on the round", "Met them at the far dock, radio answered at once.", "Very good: knows every boat"),
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
