"""Formal reports on incidents, their signers and signatures."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from conftest import made, send_during, together
from models import IncidentReportGeneration, Location, Log, LogType, Notification, Role, User
from settings import settings


@pytest.fixture
def incident(guard, duty, dock):
    """What the guard on duty has written."""
    return made(guard.post("/logs", json=entry(dock)))


@pytest.fixture
def report(supervisor, incident, guard):
    """The report on it, to be signed by the guard and the supervisor."""
    return made(generate(supervisor, incident, supervisor, guardAssignedId=guard.id))


@pytest.fixture
def reports(db, supervisor):
    """Add so many reports, each on an incident of its own."""

    def add(rows):
        location = Location(name="West Dock")
        db.add(location)
        for number in range(rows):
            log = Log(
                type=LogType.INCIDENT, title="Fire", description="Out", location_id=location.id, user_id=supervisor.id
            )
            report = IncidentReportGeneration(
                log_id=log.id,
                incident_number=f"INC-2025-{number:08}",
                generated_by=supervisor.id,
                supervisor_assigned_id=supervisor.id,
            )
            db.add_all([log, report])
        db.commit()

    return add


def entry(dock, **fields):
    return {"type": "INCIDENT", "title": "Fire", "description": "Small", "locationId": dock["id"], **fields}


def generate(person, log, supervisor, **fields):
    return person.post("/incident-reports", json={"logId": log["id"], "supervisorAssignedId": supervisor.id, **fields})


def create(person, log, supervisor, **fields):
    return person.post(f"/logs/{log['id']}/incident-report", json={"supervisorAssignedId": supervisor.id, **fields})


def sign(person, report, role):
    return person.post(f"/incident-reports/{report['id']}/sign", json={"signerType": role})


def of_log(person, log):
    return person.get(f"/logs/{log['id']}/incident-report")


def may_report(person, log):
    return person.get(f"/logs/{log['id']}/incident-report/permission")


def archive(super_admin, person):
    assert super_admin.post(f"/users/{person.id}/archive").status_code == 200


both_ways = pytest.mark.parametrize("make", [create, generate])


# Making a report


def test_a_created_report_is_answered_with_its_number(supervisor, incident):
    answer = made(create(supervisor, incident, supervisor))
    assert set(answer) == {"id", "incidentNumber"}
    assert answer == {key: of_log(supervisor, incident).json()[key] for key in answer}


def test_a_generated_report_is_answered_with_log_location_and_author(supervisor, incident, guard, dock):
    report = made(generate(supervisor, incident, supervisor, guardAssignedId=guard.id))
    assert (report["logId"], report["generatedBy"]) == (incident["id"], supervisor.id)
    assert (report["guardAssignedId"], report["supervisorAssignedId"]) == (guard.id, supervisor.id)
    assert (report["guardSignedAt"], report["supervisorSignedAt"], report["notifiedUsers"]) == (None, None, [])
    assert report["log"]["location"] == dock
    assert report["log"]["user"] == {
        "id": guard.id,
        "firstName": "Gail",
        "lastName": "Tester",
        "email": guard.email,
        "role": "GUARD",
    }


@both_ways
def test_the_number_is_the_year_in_the_town_and_the_end_of_the_logs_id(supervisor, incident, make, monkeypatch):
    monkeypatch.setattr(settings, "time_zone", ZoneInfo("America/New_York"))
    new_year = datetime(2026, 1, 1, 4, 59, tzinfo=UTC)
    monkeypatch.setattr("routes.incident_reports.now", lambda: new_year)
    number = made(make(supervisor, incident, supervisor))["incidentNumber"]
    assert number == f"INC-2025-{incident['id'][-8:].upper()}"


@both_ways
def test_exactly_the_people_to_notify_are_notified_once_each(supervisor, other_supervisor, guard, incident, make, db):
    people = [other_supervisor.id, guard.id, other_supervisor.id]
    report = made(make(supervisor, incident, supervisor, notifyUserIds=people, notifiedUserIds=people))
    told = db.exec(select(Notification)).all()
    assert sorted(notification.user_id for notification in told) == sorted({other_supervisor.id, guard.id})
    assert report["incidentNumber"] in told[0].title
    assert of_log(supervisor, incident).json()["notifiedUsers"] == [other_supervisor.id, guard.id]


@both_ways
def test_a_log_has_one_report(supervisor, incident, report, make):
    assert make(supervisor, incident, supervisor).status_code == 409


@both_ways
def test_only_incidents_are_reported_on(supervisor, dock, make):
    patrol = made(supervisor.post("/logs", json=entry(dock, type="PATROL")))
    assert make(supervisor, patrol, supervisor).status_code == 409


@both_ways
def test_an_archived_incident_is_not_reported_on(supervisor, incident, make):
    assert supervisor.delete(f"/logs/{incident['id']}").status_code == 204
    assert make(supervisor, incident, supervisor).status_code == 409


@both_ways
def test_an_unknown_log_has_no_report(supervisor, make):
    assert make(supervisor, {"id": "cnosuchid"}, supervisor).status_code == 404


@both_ways
@pytest.mark.parametrize("field", ["guardAssignedId", "supervisorAssignedId"])
@pytest.mark.parametrize(("id", "status"), [("cnosuchid", 404), (7, 422)])
def test_signers_exist(supervisor, incident, make, field, id, status):
    assert make(supervisor, incident, supervisor, **{field: id}).status_code == status


@both_ways
def test_a_guard_may_be_left_empty_and_a_supervisor_not(supervisor, incident, make):
    assert make(supervisor, incident, supervisor, supervisorAssignedId="").status_code == 422
    assert make(supervisor, incident, supervisor, guardAssignedId="").status_code == 201


@both_ways
@pytest.mark.parametrize(("ids", "status"), [(["cnosuchid"], 404), ([""], 422), ([None], 422), ("all", 422)])
def test_people_to_notify_exist(supervisor, incident, make, ids, status, db):
    assert make(supervisor, incident, supervisor, notifyUserIds=ids, notifiedUserIds=ids).status_code == status
    assert db.exec(select(Notification)).all() == []


@both_ways
def test_a_supervisor_is_assigned(supervisor, incident, make):
    assert make(supervisor, incident, supervisor, supervisorAssignedId=None).status_code == 422


@both_ways
def test_a_guard_and_people_to_notify_may_be_missing(supervisor, incident, make):
    nobody = {"guardAssignedId": None, "notifyUserIds": None, "notifiedUserIds": None}
    made(make(supervisor, incident, supervisor, **nobody))
    report = of_log(supervisor, incident).json()
    assert (report["guardAssignedId"], report["notifiedUsers"]) == (None, [])


@both_ways
@pytest.mark.parametrize("signer", ["supervisor", "admin", "super_admin"])
def test_supervisors_and_above_sign_as_supervisor(supervisor, incident, make, signer, request):
    made(make(supervisor, incident, request.getfixturevalue(signer)))


@both_ways
def test_a_guard_does_not_sign_as_supervisor_nor_a_supervisor_as_guard(supervisor, guard, incident, make):
    assert make(supervisor, incident, guard).status_code == 409
    assert make(supervisor, incident, supervisor, guardAssignedId=supervisor.id).status_code == 409


@both_ways
@pytest.mark.parametrize("field", ["guardAssignedId", "supervisorAssignedId", "told"])
def test_everyone_involved_is_active(supervisor, other_supervisor, other_guard, super_admin, incident, make, field):
    gone = other_guard if field == "guardAssignedId" else other_supervisor
    archive(super_admin, gone)
    fields = {"notifyUserIds": [gone.id], "notifiedUserIds": [gone.id]} if field == "told" else {field: gone.id}
    assert make(supervisor, incident, supervisor, **fields).status_code == 409


@pytest.mark.parametrize("field", ["guardAssignedId", "notifiedUserIds"])
def test_nobody_involved_is_archived_before_the_report_is_made(
    supervisor, super_admin, other_guard, incident, monkeypatch, field
):
    archived = send_during(
        monkeypatch,
        "routes.incident_reports.must_not_be_archived",
        lambda: super_admin.post(f"/users/{other_guard.id}/archive"),
    )
    made(generate(supervisor, incident, supervisor, **{field: [other_guard.id] if "Ids" in field else other_guard.id}))
    assert archived[0].result().status_code == 200


@both_ways
def test_guards_make_no_reports(guard, make):
    assert make(guard, {"id": "cnosuchid"}, guard, supervisorAssignedId=None).status_code == 403


# Whether one may


@pytest.mark.parametrize(("person", "may"), [("guard", False), ("supervisor", True), ("admin", True)])
def test_supervisors_and_above_may_make_reports(person, may, incident, request):
    person = request.getfixturevalue(person)
    assert person.get("/incident-reports/permission").json() is may
    assert may_report(person, incident).json() is may


def test_no_second_report_may_be_made(supervisor, incident, report):
    assert may_report(supervisor, incident).json() is False


def test_no_report_may_be_made_on_a_patrol_or_an_archived_incident(supervisor, incident, dock):
    patrol = made(supervisor.post("/logs", json=entry(dock, type="PATROL")))
    assert may_report(supervisor, patrol).json() is False
    supervisor.delete(f"/logs/{incident['id']}")
    assert may_report(supervisor, incident).json() is False


@pytest.mark.parametrize("person", ["guard", "supervisor"])
def test_whether_one_may_is_asked_of_a_log_that_exists(person, request):
    assert may_report(request.getfixturevalue(person), {"id": "cnosuchid"}).status_code == 404


# Signing


@pytest.mark.parametrize("role", ["guard", "supervisor"])
def test_a_signature_keeps_name_time_and_address(role, report, db, request):
    signer = request.getfixturevalue(role)
    answer = sign(signer, report, role)
    assert answer.status_code == 200
    signed = answer.json()
    assert (signed[f"{role}SignedBy"], signed[f"{role}SignedByName"]) == (signer.id, signer.name)
    assert (signed[f"{role}SignedAt"] is not None, signed[f"{role}IpAddress"]) == (True, "testclient")
    assert signed["log"]["id"] == report["logId"]


def test_one_signature_leaves_the_other_open(guard, report):
    signed = sign(guard, report, "guard").json()
    assert (signed["supervisorSignedBy"], signed["supervisorSignedAt"]) == (None, None)


@pytest.mark.parametrize("role", ["guard", "supervisor"])
def test_one_signs_once(role, report, request):
    signer = request.getfixturevalue(role)
    first = sign(signer, report, role).json()
    assert sign(signer, report, role).status_code == 409
    assert signer.get(f"/incident-reports/{report['id']}").json() == first


@pytest.mark.parametrize(
    ("person", "role"),
    [
        ("guard", "supervisor"),
        ("supervisor", "guard"),
        ("other_guard", "guard"),
        ("other_supervisor", "supervisor"),
        ("super_admin", "supervisor"),
    ],
)
def test_only_who_is_assigned_signs_as_what_they_are_assigned(person, role, report, request):
    assert sign(request.getfixturevalue(person), report, role).status_code == 403


def test_where_no_guard_is_assigned_no_guard_signs(supervisor, guard, incident):
    report = made(generate(supervisor, incident, supervisor))
    assert sign(guard, report, "guard").status_code == 403


@pytest.mark.parametrize("role", ["captain", "", None])
def test_one_signs_as_guard_or_supervisor(supervisor, report, role):
    assert sign(supervisor, report, role).status_code == 422


def test_an_unknown_report_can_not_be_signed(supervisor):
    assert sign(supervisor, {"id": "cnosuchid"}, "supervisor").status_code == 404


@pytest.mark.parametrize("role", ["guard", "supervisor"])
def test_a_signed_report_freezes_its_log(role, supervisor, incident, report, request):
    assert sign(request.getfixturevalue(role), report, role).status_code == 200
    assert supervisor.patch(f"/logs/{incident['id']}", json={"title": "Flood"}).status_code == 409
    assert supervisor.delete(f"/logs/{incident['id']}").status_code == 409
    assert supervisor.get(f"/logs/{incident['id']}").json()["title"] == "Fire"


def test_a_report_without_a_signature_leaves_its_log_open(supervisor, incident, report):
    assert supervisor.patch(f"/logs/{incident['id']}", json={"title": "Flood"}).status_code == 200
    assert of_log(supervisor, incident).json()["log"]["title"] == "Flood"


@pytest.mark.parametrize(("signer", "rank"), [("guard", Role.SUPERVISOR), ("supervisor", Role.GUARD)])
def test_who_has_lost_the_role_does_not_sign(signer, rank, report, db, request):
    person = request.getfixturevalue(signer)
    db.get(User, person.id).role = rank
    db.commit()
    assert sign(person, report, signer).status_code == 403


def test_an_admin_lets_others_sign_who_are_told(
    admin, supervisor, other_supervisor, other_guard, guard, incident, report, db
):
    archive(admin, guard)
    archive(admin, supervisor)
    signers = {"guardAssignedId": other_guard.id, "notifiedUserIds": [other_guard.id]}
    changed = made(generate(admin, incident, other_supervisor, **signers))
    assert (changed["id"], changed["incidentNumber"]) == (report["id"], report["incidentNumber"])
    assert (changed["guardAssignedId"], changed["supervisorAssignedId"]) == (other_guard.id, other_supervisor.id)
    assert changed["notifiedUsers"] == [notice.user_id for notice in db.exec(select(Notification))] == [other_guard.id]
    assert (
        sign(other_guard, report, "guard").status_code
        == sign(other_supervisor, report, "supervisor").status_code
        == 200
    )


@both_ways
def test_a_signer_stays_who_has_signed(
    make, admin, super_admin, supervisor, other_supervisor, incident, report, other_guard
):
    assert sign(supervisor, report, "supervisor").status_code == 200
    archive(super_admin, supervisor)
    assert make(admin, incident, other_supervisor).status_code == 409
    made(make(admin, incident, supervisor, guardAssignedId=other_guard.id))
    assert sign(other_guard, report, "guard").status_code == 200
    shown = of_log(admin, incident).json()
    assert (shown["guardSignedBy"], shown["supervisorSignedBy"]) == (other_guard.id, supervisor.id)


@both_ways
def test_a_new_signer_is_active_and_has_the_role(make, admin, supervisor, other_supervisor, guard, incident, report):
    assert make(admin, incident, supervisor, guardAssignedId=other_supervisor.id).status_code == 409
    assert make(admin, incident, guard).status_code == 409
    archive(admin, other_supervisor)
    assert make(admin, incident, other_supervisor).status_code == 409
    assert of_log(admin, incident).json() == report


@both_ways
def test_naming_the_same_signers_again_is_a_second_report(make, admin, supervisor, guard, incident, report):
    assert make(admin, incident, supervisor, guardAssignedId=guard.id).status_code == 409


@both_ways
def test_a_supervisor_lets_nobody_else_sign(make, supervisor, other_supervisor, incident, report):
    assert make(supervisor, incident, other_supervisor).status_code == 409


def test_signing_and_letting_another_one_sign_at_once_one_wins(admin, supervisor, other_supervisor, incident, report):
    replace = lambda: create(admin, incident, other_supervisor)  # noqa: E731
    statuses = together(*[lambda: sign(supervisor, report, "supervisor")] * 4, *[replace] * 4)
    assert sum(status in (200, 201) for status in statuses) == 1
    shown = of_log(admin, incident).json()
    assert shown["supervisorSignedBy"] in (None, shown["supervisorAssignedId"])


# Reading


@pytest.mark.parametrize(
    ("person", "status"), [("guard", 200), ("other_guard", 403), ("other_supervisor", 200), ("admin", 200)]
)
def test_a_report_is_for_its_author_and_supervisors(person, status, incident, supervisor, request):
    report = made(generate(supervisor, incident, supervisor))
    person = request.getfixturevalue(person)
    assert person.get(f"/incident-reports/{report['id']}").status_code == status
    assert of_log(person, incident).status_code == status


def test_a_guard_who_is_assigned_to_sign_sees_the_report(other_guard, supervisor, incident):
    report = made(generate(supervisor, incident, supervisor, guardAssignedId=other_guard.id))
    assert other_guard.get(f"/incident-reports/{report['id']}").json() == report
    assert of_log(other_guard, incident).json() == report


def test_a_supervisor_who_has_become_a_guard_sees_what_they_are_assigned_to_sign(
    supervisor, other_supervisor, incident, db
):
    report = made(generate(supervisor, incident, other_supervisor))
    db.get(User, other_supervisor.id).role = Role.GUARD
    db.commit()
    assert other_supervisor.get(f"/incident-reports/{report['id']}").status_code == 200


@pytest.mark.parametrize("person", ["guard", "other_guard", "supervisor"])
def test_a_log_without_a_report_answers_null_to_everyone(person, incident, request):
    answer = of_log(request.getfixturevalue(person), incident)
    assert (answer.status_code, answer.json()) == (200, None)


def test_reports_and_logs_that_are_unknown_are_not_found(supervisor):
    assert supervisor.get("/incident-reports/cnosuchid").status_code == 404
    assert of_log(supervisor, {"id": "cnosuchid"}).status_code == 404


def test_supervisors_list_the_reports_the_latest_first(guard, supervisor, dock, incident, report):
    later = made(supervisor.post("/logs", json=entry(dock)))
    latest = made(generate(supervisor, later, supervisor))
    assert supervisor.get("/incident-reports").json() == [latest, report]
    assert guard.get("/incident-reports").status_code == 403


def test_a_report_that_the_other_application_stored_without_people_to_notify_has_none(supervisor, reports):
    reports(1)
    assert supervisor.get("/incident-reports").json()[0]["notifiedUsers"] == []


@pytest.mark.parametrize("rows", [1, 10, 100])
def test_the_list_takes_as_many_queries_however_long_it_is(supervisor, reports, count_queries, rows):
    reports(rows)
    assert count_queries(lambda: supervisor.get("/incident-reports?limit=500")) == 2


# Races


def test_of_eight_reports_on_one_log_at_the_same_moment_one_is_made(supervisor, guard, incident, db):
    fields = {"notifyUserIds": [guard.id], "notifiedUserIds": [guard.id]}
    makers = [lambda make=make: make(supervisor, incident, supervisor, **fields) for make in [create, generate] * 4]
    assert together(*makers) == [201] + [409] * 7
    assert len(db.exec(select(IncidentReportGeneration)).all()) == 1
    assert len(db.exec(select(Notification)).all()) == 1


def test_of_eight_signatures_at_the_same_moment_one_counts(supervisor, report):
    assert together(*[lambda: sign(supervisor, report, "supervisor")] * 8) == [200] + [409] * 7


def test_what_is_changed_while_it_is_signed_is_either_in_what_is_signed_or_refused(supervisor, incident, report):
    answers = []
    together(
        lambda: answers.append(sign(supervisor, report, "supervisor")) or answers[-1],
        *[lambda: supervisor.patch(f"/logs/{incident['id']}", json={"title": "Flood"})] * 7,
    )
    (signed,) = answers
    assert signed.json()["log"] == of_log(supervisor, incident).json()["log"]
