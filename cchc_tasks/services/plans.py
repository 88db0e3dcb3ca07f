"""Bringing a plan in: from a reading that the office accepted, or begun by hand; and its counting rule."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.errors import Invalid, NotFound, Refused, RefusedReason
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.plan_reading import AreaReading, DeliverableReading, PlanReading, TaskReading
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind
from cchc_tasks.services import _once
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
from cchc_tasks.services._work import check_version, kinds_of_units, of_kind, recount_unit
from cchc_tasks.services.counting import rule_from, rule_values
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Area, Deliverable, Plan, PlanKind, PlanRule, Task


def import_reading(
    session: Session,
    reading: PlanReading,
    *,
    unit_ids: Mapping[str, int],
    actor: Principal,
    now: datetime,
    source_sha256: str | None = None,
    rule: CountingRule | None = None,
    request_key: str | None = None,
) -> Plan:
    """The whole reading becomes a plan in one unit of work, or nothing does.

    `unit_ids` names the unit of every printed name. Raises `Invalid` for a heading without number or date, or an
    unmatched unit; `Refused(PLAN_EXISTS)` where the plan is there already (same agency, number, date of issue).
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        now = recording_time(session, actor.agency_id, now=now)
        plan = _new_plan(
            session,
            number=reading.heading.number,
            issued_on=reading.heading.issued_on,
            title=reading.heading.title or "",
            year=reading.heading.year,
            kind=PlanKind.CCHC,
            actor=actor,
            now=now,
        )
        plan.source_sha256 = source_sha256
        _first_rule(session, plan, rule or CountingRule(), actor=actor, now=now)
        builder = _Builder(session, plan, unit_ids, actor, now)
        for position, area in enumerate(reading.areas):
            builder.add_area(area, position)
        append(session, actor.agency_id, builder.rows, now=now)
    return plan


def create_plan(
    session: Session,
    *,
    number: str,
    issued_on: date,
    title: str,
    year: int,
    kind: PlanKind,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Plan:
    """An empty plan, to be filled by hand."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        plan = _new_plan(
            session, number=number, issued_on=issued_on, title=title, year=year, kind=kind, actor=actor, now=now
        )
        _first_rule(session, plan, CountingRule(), actor=actor, now=now)
    return plan


def find_plan(session: Session, agency_id: int, number: str, issued_on: date) -> Plan | None:
    """The agency's plan of that number and date of issue, or None."""
    return session.scalars(
        select(Plan).where(Plan.agency_id == agency_id, Plan.number == number, Plan.issued_on == issued_on)
    ).one_or_none()


def _new_plan(
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


def _first_rule(session: Session, plan: Plan, rule: CountingRule, *, actor: Principal, now: datetime) -> None:
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


def set_rule(
    session: Session,
    plan_id: int,
    *,
    version: int,
    rule: CountingRule,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Plan:
    """A new version of the plan's counting rule; counts known before keep the rule they had."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        plan = get_plan(session, plan_id, actor)
        check_version(plan, version)
        query = select(PlanRule).where(PlanRule.plan_id == plan_id).order_by(PlanRule.ordinal.desc()).limit(1)
        last = session.scalars(query).one()
        if rule_from(last.rule) == rule:
            raise Refused(RefusedReason.NOTHING_NEW)
        plan.version += 1
        session.add(
            PlanRule(
                agency_id=plan.agency_id,
                plan_id=plan_id,
                ordinal=last.ordinal + 1,
                rule=rule_values(rule),
                recorded_at=max(now, last.recorded_at),
                actor_id=actor.person_id,
            )
        )
    return plan


def get_plan(session: Session, plan_id: int, actor: Principal) -> Plan:
    """The plan within the actor's agency, locked for whoever writes; raises `NotFound`."""
    query = select(Plan).where(Plan.agency_id == actor.agency_id, Plan.id == plan_id).with_for_update()
    plan = session.scalars(query).one_or_none()
    if plan is None:
        raise NotFound(what="plan", id=plan_id)
    return plan


def count_plans(session: Session, agency_id: int) -> int:
    """How many plans the agency has."""
    return session.scalar(select(func.count()).where(Plan.agency_id == agency_id)) or 0


class _Builder:
    """Turns a reading into rows of one plan and gathers the ledger rows that go with them."""

    def __init__(
        self, session: Session, plan: Plan, unit_ids: Mapping[str, int], actor: Principal, now: datetime
    ) -> None:
        self.session = session
        self.plan = plan
        self.unit_ids = unit_ids
        self.actor = actor
        self.now = now
        self.groups = of_kind(kinds_of_units(session, plan.agency_id), UnitKind.GROUP)
        self.rows: list[NewRow] = []
        self.task_position = 0

    def add_area(self, reading: AreaReading, position: int) -> None:
        area = Area(
            agency_id=self.plan.agency_id,
            plan_id=self.plan.id,
            position=position,
            ordinal=str(reading.ordinal),
            name=reading.name,
        )
        self.session.add(area)
        self.session.flush()
        for task in reading.tasks:
            self.add_task(area, task)

    def add_task(self, area: Area, reading: TaskReading) -> None:
        assigned = self.assigned(reading)
        task = Task(
            agency_id=self.plan.agency_id,
            plan_id=self.plan.id,
            area_id=area.id,
            position=self.task_position,
            row_id=reading.row_id,
            numbers=list(reading.numbers),
            text=reading.text,
            note=reading.note,
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
        row = assignment_row(task, assigned, effective_on=self.plan.issued_on, actor_id=self.actor.person_id)
        self.rows.append(row)
        for position, deliverable in enumerate(reading.deliverables):
            self.add_deliverable(task, deliverable, position)

    def assigned(self, reading: TaskReading) -> AssignedUnits:
        given = reading.assignment
        return AssignedUnits(
            lead=None if given.lead is None else self.unit(given.lead),
            basis=LeadBasis(given.lead_basis),
            co_leads=tuple(self.unit(name) for name in given.co_leads),
            coordinating=tuple(self.unit(name) for name in given.coordinating),
        )

    def unit(self, printed: str) -> int:
        if printed not in self.unit_ids:
            raise Invalid(what="unit", name=printed)
        return self.unit_ids[printed]

    def add_deliverable(self, task: Task, reading: DeliverableReading, position: int) -> None:
        responsible = None if reading.responsible is None else self.unit(reading.responsible)
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
        for ordinal, each in enumerate(reading.obligations):
            values = DeadlineValues(
                kind=reading.deadline.kind,
                due_on=each.due_on,
                starts_on=each.starts_on,
                is_ongoing=reading.deadline.is_ongoing,
            )
            obligation = new_obligation(
                task, deliverable, ordinal, each.period_label, reading.deadline.text, values, self.plan, self.now
            )
            deliverable.obligations.append(obligation)
        self.session.flush()
        recount_unit(task, deliverable, self.groups)
        for obligation in deliverable.obligations:
            self.rows += entry_rows(obligation, actor_id=self.actor.person_id)
        if responsible is not None:
            entered_on = self.plan.issued_on
            row = responsible_row(deliverable, task, effective_on=entered_on, actor_id=self.actor.person_id)
            self.rows.append(row)
