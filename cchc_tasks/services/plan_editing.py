"""A plan made or changed by hand: text as versioned rows, work as new rows of the ledger."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Invalid, NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.units import AssignedUnits, UnitKind
from cchc_tasks.services import _once
from cchc_tasks.services._entry import DeadlineValues as DeadlineValues
from cchc_tasks.services._entry import (
    assignment_row,
    entry_rows,
    new_obligation,
    put_assignment,
    search_text,
)
from cchc_tasks.services._record import NewRow, append, recording_time
from cchc_tasks.services._succession import lock_tasks_of_part, pass_to_heir
from cchc_tasks.services._work import check_open, get_task, kinds_of_units, of_kind, recount_unit
from cchc_tasks.services.plans import get_plan
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Area, Deliverable, Plan, PlanKind, Task
from cchc_tasks.storage.queries import plans as plan_queries


@dataclass(frozen=True, slots=True)
class PeriodInput:
    """One thing to be handed in: what it is called ("Tháng 2/2021"; "" where owed once) and its deadline."""

    label: str
    values: DeadlineValues


def edit_plan(
    session: Session,
    plan_id: int,
    *,
    version: int,
    number: str,
    issued_on: date,
    title: str,
    year: int,
    kind: PlanKind,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Plan:
    """Changes the head of a plan. Its dates carry the ledger: they change only while the plan is empty."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        plan = get_plan(session, plan_id, actor)
        _check(plan, version)
        # Plans of one agency are named one after another: two editors cannot take one number.
        recording_time(session, actor.agency_id, now=now)
        same = plan_queries.find_plan(session, actor.agency_id, number, issued_on)
        if same is not None and same.id != plan_id:
            raise Refused(RefusedReason.PLAN_EXISTS, plan_id=same.id, number=number, issued_on=issued_on)
        if (plan.issued_on, plan.year) != (issued_on, year) and _has_areas(session, plan):
            raise Refused(RefusedReason.HAS_HISTORY, plan_id=plan_id)
        plan.number, plan.issued_on, plan.title, plan.year, plan.kind = number, issued_on, title, year, kind
        plan.version += 1
    return plan


def add_area(
    session: Session,
    plan_id: int,
    *,
    ordinal: str,
    name: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Area:
    """A further area at the end of the plan."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        plan = get_plan(session, plan_id, actor)
        check_open(session, plan)
        position = _next(session, Area.position, Area.plan_id == plan.id)
        area = Area(agency_id=plan.agency_id, plan_id=plan.id, position=position, ordinal=ordinal, name=name)
        session.add(area)
    return area


def edit_area(
    session: Session,
    area_id: int,
    *,
    version: int,
    ordinal: str,
    name: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Area:
    """Changes an area's printed number and name."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        area, _plan = _area(session, area_id, actor)
        _check(area, version)
        area.ordinal, area.name = ordinal, name
        area.version += 1
    return area


def delete_area(
    session: Session,
    area_id: int,
    *,
    version: int,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> None:
    """Takes an area without tasks away; raises `Refused(HAS_HISTORY)` for any other."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        area, _plan = _area(session, area_id, actor)
        _check(area, version)
        if session.scalar(select(func.count()).where(Task.agency_id == actor.agency_id, Task.area_id == area_id)):
            raise Refused(RefusedReason.HAS_HISTORY, area_id=area_id)
        session.delete(area)


def add_task(
    session: Session,
    area_id: int,
    *,
    numbers: tuple[str, ...],
    text: str,
    note: str,
    assignment_text: str,
    time_text: str,
    assigned: AssignedUnits,
    entered_on: date,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Task:
    """A further row of the plan with its assignment, in force from `entered_on`; its products are added after it."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        area, plan = _area(session, area_id, actor)
        check_open(session, plan)
        check_entered_on(entered_on, plan, now)
        _check_units(session, assigned, actor)
        task = Task(
            agency_id=plan.agency_id,
            plan_id=plan.id,
            area_id=area.id,
            position=_next(session, Task.position, Task.plan_id == plan.id),
            row_id=free_row_id(session, plan, "+".join(numbers)),
            numbers=list(numbers),
            text=text,
            note=note or None,
            assignment_text=assignment_text,
            time_text=time_text,
            search_text=search_text(numbers, text, []),
            lead_unit_id=assigned.lead,
            lead_basis=assigned.basis,
        )
        session.add(task)
        session.flush()
        put_assignment(session, task, assigned)
        row = assignment_row(task, assigned, effective_on=entered_on, actor_id=actor.person_id)
        append(session, actor.agency_id, [row], now=now)
    return task


def edit_task(
    session: Session,
    task_id: int,
    *,
    version: int,
    numbers: tuple[str, ...],
    text: str,
    note: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Task:
    """Changes a task's numbers, words and note; who does it and by when has its own ways (đính chính)."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        task = get_task(session, task_id, actor)
        _check(task, version)
        task.numbers, task.text, task.note = list(numbers), text, note or None
        task.version += 1
        _refresh_search(task)
        _touch_calendar(task, now)
    return task


def add_deliverable(
    session: Session,
    task_id: int,
    *,
    ordinal: str,
    text: str,
    deadline_text: str,
    periods: tuple[PeriodInput, ...],
    entered_on: date,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Deliverable:
    """A further product with all its obligations, in force from `entered_on`; `deadline_text` is kept as typed."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        task = get_task(session, task_id, actor)
        plan = get_plan(session, task.plan_id, actor)
        check_open(session, plan)
        check_entered_on(entered_on, plan, now)
        if not periods:
            raise Invalid(what="periods")
        deliverable = Deliverable(
            agency_id=plan.agency_id,
            task_id=task.id,
            position=_next(session, Deliverable.position, Deliverable.task_id == task.id),
            ordinal=ordinal or None,
            text=text,
        )
        session.add(deliverable)
        session.flush()
        task.deliverables.append(deliverable)
        _refresh_search(task)
        _add_periods(session, plan, task, deliverable, deadline_text, periods, entered_on, actor, now)
    return deliverable


def edit_deliverable(
    session: Session,
    deliverable_id: int,
    *,
    version: int,
    ordinal: str,
    text: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Deliverable:
    """Changes a product's printed number and words."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        deliverable, task = _deliverable(session, deliverable_id, actor)
        _check(deliverable, version)
        deliverable.ordinal, deliverable.text = ordinal or None, text
        deliverable.version += 1
        _refresh_search(task)
        _touch_calendar(task, now)
    return deliverable


def add_period(
    session: Session,
    deliverable_id: int,
    *,
    version: int,
    period: PeriodInput,
    deadline_text: str,
    entered_on: date,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Deliverable:
    """One more obligation of a product, in force from `entered_on`."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        lock_tasks_of_part(session, deliverable_id, actor)
        deliverable, task = _deliverable(session, deliverable_id, actor)
        _check(deliverable, version)
        plan = get_plan(session, task.plan_id, actor)
        check_open(session, plan)
        check_entered_on(entered_on, plan, now)
        deliverable.version += 1
        _add_periods(session, plan, task, deliverable, deadline_text, (period,), entered_on, actor, now)
    return deliverable


def check_entered_on(entered_on: date, plan: Plan, now: datetime) -> None:
    """Work enters a plan on a day from its issue to today, both included."""
    today = local_day(now)
    if entered_on > max(today, plan.issued_on):
        raise Refused(RefusedReason.AFTER_TODAY, effective_on=entered_on, today=today)
    if entered_on < plan.issued_on:
        raise Invalid(what="entered_on", entered_on=entered_on, issued_on=plan.issued_on)


def _check(row: Plan | Area | Task | Deliverable, version: int) -> None:
    if row.version != version:
        raise StaleEdit(what=type(row).__tablename__, id=row.id, current=row.version, seen=version)


def _has_areas(session: Session, plan: Plan) -> bool:
    return bool(session.scalar(select(func.count()).where(Area.agency_id == plan.agency_id, Area.plan_id == plan.id)))


def _next(session: Session, column: object, of: object) -> int:
    """The place after the last one."""
    last = session.scalar(select(func.max(column)).where(of))  # type: ignore[arg-type]
    return 0 if last is None else int(last) + 1


def free_row_id(session: Session, plan: Plan, wanted: str) -> str:
    """The numbers themselves, or with "/2", "/3" where other rows of the plan carry the same numbers."""
    taken = set(session.scalars(select(Task.row_id).where(Task.agency_id == plan.agency_id, Task.plan_id == plan.id)))
    base, turn, row_id = wanted[:50], 1, wanted[:50]
    while row_id in taken:
        turn += 1
        row_id = f"{base}/{turn}"
    return row_id


def _check_units(session: Session, assigned: AssignedUnits, actor: Principal) -> None:
    kinds = kinds_of_units(session, actor.agency_id)
    for unit_id in (*assigned.responsible, *assigned.co_leads, *assigned.coordinating):
        if unit_id not in kinds:
            raise NotFound(what="unit", id=unit_id)


def _area(session: Session, area_id: int, actor: Principal) -> tuple[Area, Plan]:
    """The area and its plan, locked: its areas wait for it."""
    area = plan_queries.get_area(session, actor.agency_id, area_id)
    plan = get_plan(session, area.plan_id, actor)
    session.expire(area)
    return plan_queries.get_area(session, actor.agency_id, area_id), plan


def _deliverable(session: Session, deliverable_id: int, actor: Principal) -> tuple[Deliverable, Task]:
    deliverable = plan_queries.get_deliverable(session, actor.agency_id, deliverable_id)
    return deliverable, get_task(session, deliverable.task_id, actor)


def _add_periods(
    session: Session,
    plan: Plan,
    task: Task,
    deliverable: Deliverable,
    deadline_text: str,
    periods: tuple[PeriodInput, ...],
    entered_on: date,
    actor: Principal,
    now: datetime,
) -> None:
    """New obligations with the two ledger rows that each begins with."""
    now = recording_time(session, plan.agency_id, now=now)
    first = max((each.position for each in deliverable.obligations), default=-1) + 1
    added = [
        new_obligation(
            task, deliverable, place, period.label, deadline_text, period.values, plan, now, entered_on=entered_on
        )
        for place, period in enumerate(periods, start=first)
    ]
    deliverable.obligations.extend(added)
    session.flush()
    recount_unit(task, deliverable, of_kind(kinds_of_units(session, plan.agency_id), UnitKind.GROUP))
    rows: list[NewRow] = [row for each in added for row in entry_rows(each, actor_id=actor.person_id)]
    append(session, plan.agency_id, rows, now=now)
    # All of them entered on one day: what passes for one passes for all. Earlier work of the row may all be finished.
    pass_to_heir(session, added[0], now=now)


def _refresh_search(task: Task) -> None:
    task.search_text = search_text(task.numbers, task.text, [each.text for each in task.deliverables])


def _touch_calendar(task: Task, now: datetime) -> None:
    """What a calendar shows of the task has changed."""
    for deliverable in task.deliverables:
        for obligation in deliverable.obligations:
            obligation.calendar_sequence += 1
            obligation.changed_at = now
