"""Every endpoint with a large town's data, and the requests that work on the most.

`python -m benchmarks.endpoints` prints a JSON object of the costs by name; with names after it, of these alone.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence

from benchmarks.calls import Call, Cost, cost_of
from benchmarks.town import MANY, PEOPLE, RARE
from models import Role
from tests.world import ACTIONS, OPERATIONS, request_for

PEOPLE_WHO_MAY = "caller", "owner", "watchman", "chief", "other", "worker"
CROWD = [f"person{number}" for number in range(PEOPLE)]
ASSIGNED = [{"userId": id} for id in CROWD[:MANY]]
SHIFT = {"name": "Day", "startTime": "2026-03-01T08:00Z", "endTime": "2026-03-01T16:00Z", "locationId": "dock"}
PATTERN = {"name": "Days", "startTime": "08:00", "endTime": "16:00", "locationId": "dock", "startDate": "2026-03-01"}
CHECKED = [{"itemId": f"item{number}", "checked": True} for number in range(200)]
YEAR = {"startDate": "2030-01-01T00:00:00Z", "endDate": "2030-12-31T00:00:00Z"}
REPORT = {"supervisorAssignedId": "chief", "notifyUserIds": CROWD}
NOTHING = {"dayOfWeek": 3, "search": "zeppelin"}


def get(path: str, **query: object) -> Call:
    return Call("GET", f"/api/v1{path}", "caller", query)


def post(path: str, body: object, person: str = "caller") -> Call:
    return Call("POST", f"/api/v1{path}", person, json=body)


LARGE = {
    "getLogs, nothing found on Wednesdays": get("/logs", **NOTHING),
    "getLogs, a rare word": get("/logs", search=RARE),
    "getLogs, Wednesdays": get("/logs", dayOfWeek=3),
    "getLogs, far behind": get("/logs", offset=90_000),
    "generateRecurringShifts, a year, 100 people": post("/recurring-patterns/many/shifts", YEAR),
    "createShift, 100 people": post("/shifts", SHIFT | {"userAssignments": ASSIGNED}),
    "createRecurringPattern, 100 people": post(
        "/recurring-patterns", PATTERN | {"daysOfWeek": [0], "userAssignments": ASSIGNED}
    ),
    "bulkApproveTimesheets, 490": post(
        "/timesheets/bulk-approve", {"timesheetIds": [f"sheet{number}" for number in range(490)]}
    ),
    "createIncidentReport, 500 people": post("/logs/log/incident-report", REPORT),
    "createMultipleSafetyChecklistItems, 100": post(
        "/safety-checklist-items/bulk", {"items": [{"name": f"New {number}"} for number in range(100)]}
    ),
    "submitSafetyChecklist, 200 items": post(
        "/safety-checklists", {"dutySessionId": "session", "locationId": "dock", "items": CHECKED}, "owner"
    ),
}


def calls_of(name: str) -> Iterator[Call]:
    """The request of an action in the small world, by one person after the other. A list's page is the longest."""
    request = request_for(name, Role.SUPERVISOR)
    parameters = OPERATIONS[name][2].get("parameters", [])
    query = (request["params"] or {}) | {
        parameter["name"]: parameter["schema"]["maximum"]
        for parameter in parameters
        if parameter["name"] in ("limit", "pageSize")
    }
    for person in PEOPLE_WHO_MAY:
        yield Call(request["method"], request["url"], person, query, request.get("json"), request.get("data") or {})


async def costs(names: Sequence[str]) -> dict[str, Cost]:
    found = {}
    for name in names or [*LARGE, *ACTIONS]:
        for call in [LARGE[name]] if name in LARGE else calls_of(name):
            status, cost = await cost_of(call)
            if status < 300:
                found[name] = cost
                break
        else:
            raise SystemExit(f"{name}: {status}")
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(costs(sys.argv[1:]))))
