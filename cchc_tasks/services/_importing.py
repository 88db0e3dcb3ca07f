"""How a whole reading becomes a plan: its head, first counting rule, rows and ledger rows; nothing here commits."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.deadlines import Deadline
from cchc_tasks.domain.errors import Invalid, Refused, RefusedReason
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.plan_reading import AreaReading, DeliverableReading, ObligationReading, PlanReading, TaskReading
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind
from cchc_tasks.services._entry import (
    DeadlineValues,
    assignment_row,
    entry_rows,
    new_obligation,
    put_assignment,
    responsible_row,
    search_text,
)
from cchc_tasks.services._record import NewRow, append, recording_time
from cchc_tasks.services._taking_over import BroughtProduct, take_over
from cchc_tasks.services._work import kinds_of_units, of_kind, recount_unit
from cchc_tasks.services.counting import rule_values
from cchc_tasks.storage.models import Area, Deliverable, Plan, PlanKind, PlanRule, Task
from cchc_tasks.storage.queries.plans import find_plan


def bring_in(
    session: Session,
    reading: PlanReading,
    *,
    unit_ids: Mapping[str, int],
    actor: Principal,
    now: datetime,
    source_sha256: str | None,
    rule: CountingRule | None = None,
) -> Plan:
    """The plan of `reading` with everything in it, inside the caller's unit of work."""
    now = recording_time(session, actor.agency_id, now=now)
    plan = new_plan(
        session,
        number=reading.heading.number,
        issued_on=reading.heading.issued_on,
        title=reading.heading.title or "",
        year=reading.heading.year or None,
        kind=PlanKind.CCHC,
        actor=actor,
        now=now,
    )
    plan.source_sha256 = source_sha256
    first_rule(session, plan, rule or CountingRule(), actor=actor, now=now)
    builder = Builder(session, plan, unit_ids, actor, now)
    for position, area in enumerate(reading.areas):
        builder.add_area(area, position)
    append(session, actor.agency_id, builder.rows, now=now)
    take_over(session, plan, builder.brought, actor=actor, now=now)
    return plan


def new_plan(
    session: Session,
    *,
    number: str | None,
    issued_on: date | None,
    title: str,
    year: int | None,
    kind: PlanKind,
    actor: Principal,
    now: datetime,
) -> Plan:
    if not number or issued_on is None or year is None:
        raise Invalid(what="heading", number=number, issued_on=issued_on, year=year)
    existing = find_plan(session, actor.agency_id, number, issued_on)
    if existing is not None:
        raise Refused(RefusedReason.PLAN_EXISTS, plan_id=existing.id, number=number, issued_on=issued_on)
    plan = Plan(
        agency_id=actor.agency_id,
        kind=kind,
        number=number,
        issued_on=issued_on,
        title=title,
        year=year,
        created_at=now,
        created_by_id=actor.person_id,
    )
    session.add(plan)
    session.flush()
    return plan


def first_rule(session: Session, plan: Plan, rule: CountingRule, *, actor: Principal, now: datetime) -> None:
    session.add(
        PlanRule(
            agency_id=plan.agency_id,
            plan_id=plan.id,
            ordinal=1,
            rule=rule_values(rule),
            recorded_at=now,
            actor_id=actor.person_id,
        )
    )


def deadline_values(deadline: Deadline, owed: ObligationReading) -> DeadlineValues:
    """One thing owed, with the kind of the phrase that it comes from."""
    return DeadlineValues(deadline.kind, owed.due_on, owed.starts_on, deadline.is_ongoing)


class Builder:
    """Turns a reading into rows of one plan and gathers the ledger rows that go with them."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        unit_ids: Mapping[str, int],
        actor: Principal,
        now: datetime,
        entered_on: date | None = None,
    ) -> None:
        self.session = session
        self.plan = plan
        self.unit_ids = unit_ids
        self.actor = actor
        self.now = now
        #: From when what is added stands in the plan: its issue, or an amendment's day.
        self.entered_on = entered_on or plan.issued_on
        self.groups = of_kind(kinds_of_units(session, plan.agency_id), UnitKind.GROUP)
        self.rows: list[NewRow] = []
        #: Products whose progress was printed, to be taken over once their rows are in the ledger.
        self.brought: list[BroughtProduct] = []
        self.task_position = 0

    def add_area(self, reading: AreaReading, position: int) -> None:
        area = self.new_area(reading, position)
        for task in reading.tasks:
            self.add_task(area, task)

    def new_area(self, reading: AreaReading, position: int) -> Area:
        area = Area(
            agency_id=self.plan.agency_id,
            plan_id=self.plan.id,
            position=position,
            ordinal=str(reading.ordinal),
            name=reading.name,
        )
        self.session.add(area)
        self.session.flush()
        return area

    def add_task(self, area: Area, reading: TaskReading) -> Task:
        assigned = self.assigned(reading)
        task = Task(
            agency_id=self.plan.agency_id,
            plan_id=self.plan.id,
            area_id=area.id,
            position=self.task_position,
            row_id=reading.row_id,
            numbers=list(reading.numbers),
            text=reading.text,
            note=reading.note or None,
            assignment_text=reading.assignment_text,
            time_text=reading.time_text,
            search_text=search_text(reading.numbers, reading.text, [each.text for each in reading.deliverables]),
            lead_unit_id=assigned.lead,
            lead_basis=assigned.basis,
        )
        self.task_position += 1
        self.session.add(task)
        self.session.flush()
        put_assignment(self.session, task, assigned)
        row = assignment_row(task, assigned, effective_on=self.entered_on, actor_id=self.actor.person_id)
        self.rows.append(row)
        for position, deliverable in enumerate(reading.deliverables):
            made = self.add_deliverable(task, deliverable, position)
            if deliverable.progress is not None:
                self.brought.append(BroughtProduct(task, made, deliverable, reading.source))
        return task

    def add_obligations(
        self, task: Task, deliverable: Deliverable, deadline: Deadline, readings: Iterable[ObligationReading]
    ) -> None:
        """What the product owes, after what it owes already."""
        added = []
        for place, each in enumerate(readings, start=len(deliverable.obligations)):
            values = deadline_values(deadline, each)
            label, text = each.period_label, deadline.text
            added.append(
                new_obligation(task, deliverable, place, label, text, values, self.plan, self.now, self.entered_on)
            )
        deliverable.obligations.extend(added)
        self.session.flush()
        recount_unit(task, deliverable, self.groups)
        for obligation in added:
            self.rows += entry_rows(obligation, actor_id=self.actor.person_id)

    def assigned(self, reading: TaskReading) -> AssignedUnits:
        """Two printed names may be one unit by the office's choice: it is named once, in its first role."""
        given = reading.assignment
        lead = None if given.lead is None else self.unit(given.lead)
        co_leads = tuple(dict.fromkeys(self.unit(name) for name in given.co_leads))
        coordinating = tuple(dict.fromkeys(self.unit(name) for name in given.coordinating))
        beside = tuple(unit_id for unit_id in co_leads if unit_id != lead)
        return AssignedUnits(
            lead=lead,
            basis=LeadBasis(given.lead_basis),
            co_leads=beside,
            coordinating=tuple(unit_id for unit_id in coordinating if unit_id not in (lead, *beside)),
        )

    def unit(self, printed: str) -> int:
        if printed not in self.unit_ids:
            raise Invalid(what="unit", name=printed)
        return self.unit_ids[printed]

    def add_deliverable(self, task: Task, reading: DeliverableReading, position: int) -> Deliverable:
        # Only a single unit answers alone; where the print gives a product to several, the task's assignment holds.
        responsible = self.unit(reading.responsible[0]) if len(reading.responsible) == 1 else None
        deliverable = Deliverable(
            agency_id=self.plan.agency_id,
            task_id=task.id,
            position=position,
            ordinal=reading.ordinal,
            text=reading.text,
            responsible_unit_id=responsible,
        )
        self.session.add(deliverable)
        self.session.flush()
        self.add_obligations(task, deliverable, reading.deadline, reading.obligations)
        if responsible is not None:
            row = responsible_row(deliverable, task, effective_on=self.entered_on, actor_id=self.actor.person_id)
            self.rows.append(row)
        return deliverable
