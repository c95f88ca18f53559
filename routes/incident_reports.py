"""Formal reports on incidents, signed by a guard and a supervisor."""

from fastapi import HTTPException, Request, Response
from sqlmodel import Session, col, select

from fields import now
from json_rows import JsonRows
from models import IncidentReportGeneration as Report
from models import Log, LogType, NotificationPriority, Role, User
from pagination import Paged
from routes.notifications import notify
from routes.users import hold_users, must_not_be_archived
from routing import (
    LARGEST_BODY_WITH_LISTS,
    Db,
    LogId,
    ReportId,
    Router,
    error_responses,
    get_or_404,
    in_thread,
    lock_row,
    update_or_409,
)
from rows import save
from schemas import (
    IncidentReportCreate,
    IncidentReportGenerate,
    IncidentReportNumber,
    IncidentReportPublic,
    ReportSigners,
    Signature,
)
from security import Caller, CurrentUser, Supervisor, lock_caller
from settings import settings

router = Router(max_body_size=LARGEST_BODY_WITH_LISTS, tags=["incident-reports"])

REPORTS = JsonRows(IncidentReportPublic, Report)
REPORTED = "There is a report on this incident already. Only an ADMIN can let others sign it, until they have signed."


@router.get("/incident-reports/permission", response_model=bool)
def can_generate_incident_report(user: CurrentUser) -> bool:
    """Whether the caller may make reports: SUPERVISOR and above may."""
    return user.role.reaches(Role.SUPERVISOR)


@router.get("/logs/{logId}/incident-report/permission", response_model=bool)
def can_create_report_for_log(db: Db, user: CurrentUser, log_id: LogId) -> bool:
    """Whether the caller may make a report on this entry, and it can have one."""
    log = get_or_404(db, Log, log_id)
    return user.role.reaches(Role.SUPERVISOR) and why_no_report(log, report_on(db, log)) is None


@router.post(
    "/logs/{logId}/incident-report",
    status_code=201,
    response_model=IncidentReportNumber,
    responses=error_responses(409),
)
@in_thread
def create_incident_report(db: Db, user: Supervisor, log_id: LogId, body: IncidentReportCreate) -> Report:
    """Make the report on an incident, name its signers, and notify people.

    An incident has one report. Where there is one, ADMIN and above let others sign it by naming them here, as long as
    the signature is missing.
    """
    return make_report(db, user, log_id, body, body.notify_user_ids)


@router.post(
    "/incident-reports", status_code=201, response_model=IncidentReportPublic, responses=error_responses(404, 409)
)
@in_thread
def generate_incident_report(db: Db, user: Supervisor, body: IncidentReportGenerate) -> Report:
    """Make the report on an incident, and answer all of it. Otherwise it is the same as `createIncidentReport`."""
    return make_report(db, user, body.log_id, body, body.notified_user_ids)


@router.post(
    "/incident-reports/{reportId}/sign", response_model=IncidentReportPublic, responses=error_responses(403, 409)
)
def sign_incident_report(request: Request, db: Db, user: CurrentUser, report_id: ReportId, body: Signature) -> Report:
    """Sign, once, as what one is assigned. The name, the time and the address of the request are kept."""
    report, role = get_or_404(db, Report, report_id), body.signer_type
    if getattr(report, f"{role}_assigned_id") != user.id or not may_sign(user.role, role):
        raise HTTPException(403, f"You are not assigned to sign this report as its {role}, or have another role now.")
    lock_caller(db, user)
    lock_row(db, report.log)
    signature = {
        f"{role}_signed_by": user.id,
        f"{role}_signed_by_name": user.full_name,
        f"{role}_signed_at": now(),
        f"{role}_ip_address": request.client and request.client.host,
    }
    unsigned = col(getattr(Report, f"{role}_signed_at")).is_(None)
    assigned = col(getattr(Report, f"{role}_assigned_id")) == user.id
    refusal = "You have signed this report already, or somebody else is to sign it now."
    return update_or_409(db, report, unsigned, assigned, detail=refusal, **signature)


@router.get("/incident-reports/{reportId}", response_model=IncidentReportPublic, responses=error_responses(403))
def get_incident_report(db: Db, user: CurrentUser, report_id: ReportId) -> Report:
    """A report, for the author of its entry, its signers, and SUPERVISOR and above."""
    report = get_or_404(db, Report, report_id)
    must_be_reader(user, report)
    return report


@router.get("/logs/{logId}/incident-report", response_model=IncidentReportPublic | None, responses=error_responses(403))
def get_incident_report_by_log_id(db: Db, user: CurrentUser, log_id: LogId) -> Report | None:
    """The report on an entry; null, for everyone, if there is none."""
    report = report_on(db, get_or_404(db, Log, log_id))
    if report:
        must_be_reader(user, report)
    return report


@router.get("/incident-reports", response_model=list[IncidentReportPublic])
@in_thread
def get_all_incident_reports(user: Supervisor, page: Paged) -> Response:
    """All reports, the latest first."""
    return page.fetch_json(REPORTS, None, order_by=(col(Report.generated_at).desc(), col(Report.id).desc()))


def make_report(db: Session, user: Caller, log_id: str, body: ReportSigners, notify_ids: list[str]) -> Report:
    """A new report, or for ADMIN and above the one that there is, with these signers; the people to notify are told."""
    log = get_or_404(db, Log, log_id)
    guard_id, supervisor_id = body.guard_assigned_id, body.supervisor_assigned_id
    people = hold_users(db, [*filter(None, [guard_id, supervisor_id]), *notify_ids])
    lock_row(db, log)
    guard = people[guard_id] if guard_id else None
    report = report_to_sign(db, user, log, guard, people[supervisor_id])
    tell(db, report, log, [people[id] for id in dict.fromkeys(notify_ids)])
    return save(db, report)


def report_to_sign(db: Session, user: Caller, log: Log, guard: User | None, supervisor: User) -> Report:
    """The report on an incident with these signers: a new one, or for ADMIN and above the one that there is."""
    report = report_on(db, log)
    if report and user.role.reaches(Role.ADMIN):
        reassign(report, guard=guard, supervisor=supervisor)
        return report
    if obstacle := why_no_report(log, report):
        raise HTTPException(409, obstacle)
    must_be_suited(guard=guard, supervisor=supervisor)
    return Report(
        log_id=log.id,
        incident_number=number_for(log),
        generated_by=user.id,
        guard_assigned_id=guard.id if guard else None,
        supervisor_assigned_id=supervisor.id,
    )


def tell(db: Session, report: Report, log: Log, people: list[User]) -> None:
    """Notify people of a report, which keeps who they are. They must be active (409)."""
    must_not_be_archived(people)
    ids = [person.id for person in people]
    notify(db, ids, f"Incident report {report.incident_number}", log.title, priority=NotificationPriority.HIGH)
    report.notified_users = list(dict.fromkeys([*(report.notified_users or []), *ids]))


def number_for(log: Log) -> str:
    """The number of a new report: the year in the town, and the end of the entry's id."""
    return f"INC-{now().astimezone(settings.time_zone).year}-{log.id[-8:].upper()}"


def reassign(report: Report, **signers: User | None) -> None:
    """Let others sign a report where the signature is missing (409); a signer who is not named stays."""
    others = {
        role: person
        for role, person in signers.items()
        if person and person.id != getattr(report, f"{role}_assigned_id")
    }
    if not others or any(getattr(report, f"{role}_signed_at") for role in others):
        raise HTTPException(409, REPORTED)
    must_be_suited(**others)
    report.sqlmodel_update({f"{role}_assigned_id": person.id for role, person in others.items()})


def report_on(db: Session, log: Log) -> Report | None:
    """The report on an entry, if there is one."""
    return db.exec(select(Report).where(Report.log_id == log.id)).first()


def why_no_report(log: Log, report: Report | None) -> str | None:
    """What stands in the way of a report on this entry, if anything does."""
    if log.type is not LogType.INCIDENT:
        return "Only incidents are reported on."
    if log.archived_at:
        return "This incident is archived."
    return REPORTED if report else None


def may_sign(role: Role, signer_type: str) -> bool:
    """SUPERVISOR and above sign as supervisor, a GUARD as guard."""
    return role.reaches(Role.SUPERVISOR) if signer_type == "supervisor" else role is Role.GUARD


def must_be_suited(**signers: User | None) -> None:
    """A signer has the role for it, and is not archived (409)."""
    for signer_type, person in signers.items():
        if person and not may_sign(person.role, signer_type):
            raise HTTPException(409, "Assign a SUPERVISOR or above, and perhaps a GUARD, to sign.")
    must_not_be_archived(filter(None, signers.values()))


def must_be_reader(user: Caller, report: Report) -> None:
    """The author of the entry, the signers, and SUPERVISOR and above see a report (403)."""
    readers = report.log.user_id, report.guard_assigned_id, report.supervisor_assigned_id
    if user.id not in readers and not user.role.reaches(Role.SUPERVISOR):
        raise HTTPException(403, "This report is for its author, its signers and supervisors.")
