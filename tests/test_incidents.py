"""Incidents: the entries that supervisors review."""

import pytest

from conftest import made
from fields import now
from models import IncidentReportGeneration, Log, LogType


@pytest.fixture
def incident(supervisor, dock):
    entry = {"type": "INCIDENT", "title": "Break-in", "description": "Shed door", "locationId": dock["id"]}
    return made(supervisor.post("/logs", json=entry))


def review(person, log_id, **body):
    return person.post(f"/incidents/{log_id}/review", json=body)


def test_incidents_are_listed_newest_first_with_author_and_place(guard, supervisor, incident, admin, dock):
    admin.patch(f"/locations/{dock['id']}", json={"address": "1 Pier Road"})
    second = made(supervisor.post("/logs", json={**entry_like(incident), "title": "Fire"}))
    lines = guard.get("/incidents").json()
    assert [line["id"] for line in lines] == [second["id"], incident["id"]]
    assert lines[0]["location"] == {"id": dock["id"], "name": "North Dock", "address": "1 Pier Road"}
    assert lines[0]["user"] == {
        "id": supervisor.id,
        "firstName": "Sam",
        "lastName": "Tester",
        "email": supervisor.email,
    }


def entry_like(log):
    return {key: log[key] for key in ("type", "title", "description", "locationId")}


def test_other_entries_are_no_incidents(guard, supervisor, incident):
    made(supervisor.post("/logs", json=entry_like(incident) | {"type": "PATROL"}))
    assert [line["id"] for line in guard.get("/incidents").json()] == [incident["id"]]


def test_archived_incidents_are_listed_too(guard, supervisor, incident):
    supervisor.delete(f"/logs/{incident['id']}")
    assert [line["status"] for line in guard.get("/incidents").json()] == ["ARCHIVED"]


def test_a_review_says_who_saw_it_and_when(other_supervisor, incident):
    reviewed = review(other_supervisor, incident["id"], reviewNotes="Lock replaced").json()
    assert (reviewed["reviewedBy"], reviewed["reviewNotes"]) == (other_supervisor.id, "Lock replaced")
    assert reviewed["reviewedAt"] >= incident["createdAt"]
    assert reviewed["status"] == "LIVE"


def test_a_review_takes_no_notes_and_no_body(supervisor, incident):
    assert review(supervisor, incident["id"]).json()["reviewNotes"] is None
    assert supervisor.post(f"/incidents/{incident['id']}/review").status_code == 200


def test_a_second_review_replaces_the_first(supervisor, other_supervisor, incident):
    review(supervisor, incident["id"], reviewNotes="Seen")
    second = review(other_supervisor, incident["id"]).json()
    assert (second["reviewedBy"], second["reviewNotes"]) == (other_supervisor.id, None)


@pytest.mark.parametrize("log_type", [each for each in LogType if each != "INCIDENT"])
def test_only_incidents_are_reviewed(supervisor, incident, log_type, db):
    db.get(Log, incident["id"]).type = log_type
    db.commit()
    assert review(supervisor, incident["id"]).status_code == 409


def test_an_archived_incident_is_not_reviewed(supervisor, incident, db):
    supervisor.delete(f"/logs/{incident['id']}")
    assert review(supervisor, incident["id"]).status_code == 409
    assert db.get(Log, incident["id"]).reviewed_at is None


def test_an_unknown_incident_is_not_found_and_a_guard_reviews_none(supervisor, guard, incident):
    assert review(supervisor, "none").status_code == 404
    assert review(guard, incident["id"]).status_code == 403


def test_a_signed_report_does_not_stand_in_the_way_of_a_review(supervisor, incident, db):
    db.add(
        IncidentReportGeneration(
            log_id=incident["id"],
            incident_number="INC-1",
            generated_by=supervisor.id,
            supervisor_assigned_id=supervisor.id,
            supervisor_signed_at=now(),
        )
    )
    db.commit()
    assert review(supervisor, incident["id"]).status_code == 200


@pytest.mark.parametrize("notes", ["x" * 5001, 7, ["x"]])
def test_review_notes_are_a_text_of_up_to_5000_characters(supervisor, incident, notes):
    answer = review(supervisor, incident["id"], reviewNotes=notes)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "reviewNotes"]
