"""The demo town: marinas, people of every role, some weeks of work.

It ends at this very moment: some people are on duty. Otherwise it is the same each time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlmodel import SQLModel

from demo.data import (
    ANNOUNCEMENTS,
    CANCELLED,
    CHECKLIST,
    COLLECTED,
    CONVERSATION,
    CORRECTION,
    DEMO_ACCOUNTS,
    DEMO_PASSWORD,
    ENTRIES,
    EVALUATIONS,
    FAULTS,
    FOUNDED,
    GUARD_POSTS,
    HALF_HOUR,
    INCIDENTS,
    INSPECTIONS,
    LATER,
    NEW_PLAN,
    NOT_COLLECTED,
    PEOPLE,
    PLACES,
    QUESTION,
    RADIO,
    RADIOS,
    REPORTED,
    REVIEWED_AFTER,
    REVIEWS,
    SHEETS,
    SUPERVISOR_POSTS,
    TOURS,
    VEHICLES,
    VISITS,
    WATCH,
    WEEKS_AFTER,
    WEEKS_BEFORE,
    Facts,
    Post,
)
from fields import Identified, Row, cuid, midnight, town_day
from models import (
    Alarm,
    Credential,
    DutySession,
    IncidentReportGeneration,
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
    SafetyChecklistItem,
    SafetyChecklistItemCheck,
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
    User,
    Vehicle,
)
from routes.checklists import checks_of, entry_about
from routes.notifications import PRIORITIES
from routes.shifts import times_on
from routes.timesheets import correct, entry_for, week_of
from rows import table_of
from schemas import ChecklistSubmission, EntryAdjustment
from security import hash_password
from settings import settings

RowT = TypeVar("RowT", bound=Identified)


def between(start: datetime, end: datetime, fraction: float) -> datetime:
    """A moment, to the second, from 0 for the start to 1 for the end."""
    return start + timedelta(seconds=int((end - start).total_seconds() * fraction))


class Demo:
    """Four weeks of the town's marinas, and the plans until the end of the next one, around a moment."""

    def __init__(self, moment: datetime) -> None:
        self.now, self.random = moment, Random(401)
        self.sunday = town_day(week_of(moment)[0]) - timedelta(weeks=WEEKS_BEFORE)
        self.planned = midnight(self.sunday) - timedelta(days=7)
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
        self.rows[table_of(type(row))].append(row)

    def add(self, at: datetime, row: RowT) -> RowT:
        """Keep a row as if it had been made at this time."""
        row.id = cuid(at)
        if isinstance(row, Row):
            row.created_at = row.updated_at = at
        self.keep(row)
        return row

    def write(self, connection: Connection) -> None:
        """Write all rows, table by table, what others refer to first."""
        ids = self.ids_of_examples()

        def stored(row: SQLModel) -> Facts:
            return {
                name: ids.get(value, value) if isinstance(value, str) else value
                for name, value in row.model_dump().items()
            }

        for table in SQLModel.metadata.sorted_tables:
            if rows := self.rows[table]:
                connection.execute(table.insert(), [stored(row) for row in rows])

    def ids_of_examples(self) -> dict[str, str]:
        """The ids that rows get which are examples in the documentation: they are the same each time."""
        duty = next(duty for duty in self.on_duty(self.now) if duty.user_id == self.guard.id)
        report = self.find(IncidentReportGeneration)
        log, incident, *_ = (log for log in self.find_all(Log, type=LogType.INCIDENT) if log.id != report.log_id)
        sheet = self.find(Timesheet, week_start_date=week_of(COLLECTED)[0])
        tour = self.find(Tour, status=TourStatus.IN_PROGRESS)
        car, radio = self.equipment[self.lead.id]
        spare_car, spare_radio = self.equipment[self.supervisors[-1].id]
        item, other_item, *_ = self.items
        examples = {
            "guard": self.guard.id,
            "supervisor": self.lead.id,
            "duty": duty.id,
            "marina": duty.location_id,
            "supervisor-duty": self.lead_duty.id,
            "log": log.id,
            "reported": report.log_id,
            "report": report.id,
            "incident": incident.id,
            "item": item,
            "other-item": other_item,
            "car": car.id,
            "radio": radio.id,
            "spare-car": spare_car.id,
            "spare-radio": spare_radio.id,
            "check-in": self.find(LocationCheckIn, duty_session_id=self.lead_duty.id, check_out_time=None).id,
            "tour": tour.id,
            "stop": self.find(TourStop, tour_id=tour.id, departed_at=None).id,
            "shift": self.find(Shift).id,
            "pattern": self.find(RecurringShiftPattern).id,
            "timesheet": sheet.id,
            "entry": self.find(TimesheetEntry, timesheet_id=sheet.id).id,
            "message": self.find(Message, sender_id=self.lead.id, read_at=None).id,
            "notification": self.find(Notification, user_id=self.guard.id).id,
        }
        ids = {str(id): f"demo-{name}" for name, id in examples.items()}
        return ids | {f"local_{id}": f"local_{fixed}" for id, fixed in ids.items()}

    def find(self, table: type[RowT], **facts: Any) -> RowT:
        """The first row of a table of which these facts hold."""
        return next(self.find_all(table, **facts))

    def find_all(self, table: type[RowT], **facts: Any) -> Iterator[RowT]:
        rows: Any = self.rows[table_of(table)]
        return (row for row in rows if all(getattr(row, name) == value for name, value in facts.items()))

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
        number = len(self.rows[table_of(User)]) + 1
        user = User(
            clerk_id="", email=email, first_name=first, last_name=last, role=role, phone=f"631-555-01{number:02}"
        )
        self.add(FOUNDED, user)
        user.clerk_id = f"local_{user.id}"
        return user

    def make_places(self) -> None:
        self.places: dict[str, Location] = {}
        for name, address, description, capacity in PLACES:
            place = Location(name=name, address=address, description=description, max_capacity=capacity)
            self.places[name] = self.add(FOUNDED, place)
        self.items: dict[str, SafetyChecklistItem] = {}
        for order, (name, explanation) in enumerate(CHECKLIST):
            item = self.add(FOUNDED, SafetyChecklistItem(name=name, description=explanation, order=order))
            self.items[item.id] = item

    def make_fleet(self) -> None:
        """Cars and radios; each supervisor has a pair of them."""
        home = self.places[settings.hq_location].id
        vehicles = [self.add(FOUNDED, Vehicle(**facts, location_id=home)) for facts in VEHICLES]
        radios = [self.add(FOUNDED, Radio(**facts, **RADIO, location_id=home)) for facts in RADIOS]
        ids = (supervisor.id for supervisor in self.supervisors)
        self.equipment = dict(zip(ids, zip(vehicles, radios, strict=False), strict=False))

    # Shifts and duty

    def make_duty(self, posts: Sequence[Post], people: Sequence[User]) -> list[DutySession]:
        """The shifts of a group, and its duty so far. The first person in it is on duty now."""
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
            self.add(done, SafetyChecklistItemCheck.model_validate(row))

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
            incident_number=f"INC-{town_day(made).year}-REPORTED",  # of the id that `ids_of_examples` gives the entry
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
            for place, sessions in enumerate(week.values()):
                self.make_timesheet(states[place % len(states)], sessions)
        self.make_trial(NOT_COLLECTED)
        self.make_timesheet(TimesheetStatus.DRAFT, [self.make_trial(COLLECTED)])

    def make_trial(self, came: datetime) -> DutySession:
        """A watch of the first guard that is in no plan."""
        place, left = self.places[GUARD_POSTS[0][0]], came + WATCH
        trial = DutySession(user_id=self.guard.id, location_id=place.id, clock_in_time=came, clock_out_time=left)
        return self.add(came, trial)

    def make_timesheet(self, status: TimesheetStatus, sessions: Sequence[DutySession]) -> None:
        """A timesheet as it is made on the Monday after its week, with what has become of it."""
        start, end = week_of(sessions[0].clock_in_time)
        sheet = Timesheet(
            user_id=sessions[0].user_id,
            status=status,
            week_start_date=start,
            week_end_date=end,
            total_hours=Decimal(),
            created_by=self.lead.id,
        )
        made = end + timedelta(hours=33)
        self.add(made, sheet)
        entries = [self.add(made, TimesheetEntry.model_validate(entry_for(session, sheet.id))) for session in sessions]
        if sheet.status is not TimesheetStatus.DRAFT:
            sheet.submitted_by, sheet.submitted_at = self.lead.id, made + HALF_HOUR
            sheet.updated_at = made + HALF_HOUR
            self.decide(sheet, entries[0])
        sheet.total_hours = sum((entry.hours_worked for entry in entries), Decimal())
        sheet.total_entries = len(entries)

    def decide(self, sheet: Timesheet, entry: TimesheetEntry) -> None:
        """The admin's decision. What they rejected has been put right since, and is to be submitted again."""
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
