"""Reads of open work that nobody answers for, and of who is present in which unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, and_, bindparam, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from cchc_tasks.domain.orphans import WORKING_ROLES, OrphanReason, Staffing
from cchc_tasks.domain.units import AssignedUnits
from cchc_tasks.domain.workflow import OPEN_STATUSES
from cchc_tasks.storage.models import (
    Absence,
    AssignedRole,
    Deliverable,
    Mandate,
    Membership,
    Obligation,
    Person,
    Plan,
    Task,
    TaskUnit,
    Unit,
)
from cchc_tasks.storage.queries.people import holds_on, mandate_holds
from cchc_tasks.storage.queries.units import members_of_groups


@dataclass(frozen=True, slots=True)
class Orphan:
    """An open obligation for which nobody is there; `unit_ids` are those that owe it."""

    obligation_id: int
    task_id: int
    row_id: str
    task_text: str
    text: str
    period_label: str
    plan_number: str
    due_on: date | None
    unit_ids: tuple[int, ...]
    reason: OrphanReason


def staffing(session: Session, agency_id: int, today: date) -> Staffing:
    """Units alive on `today`, and those of them with an active person who is not away; two queries."""
    rows = session.connection().execute(_STAFFED, {"agency_id": agency_id, "today": today}).all()
    return Staffing(
        frozenset(unit_id for unit_id, _is_staffed in rows),
        frozenset(unit_id for unit_id, is_staffed in rows if is_staffed),
        members_of_groups(session, agency_id, today),
    )


def _staffed_query() -> Any:
    agency_id: Any = bindparam("agency_id")
    today = bindparam("today", type_=Date)
    away = select(Absence.person_id).where(
        Absence.agency_id == agency_id, holds_on(Absence.starts_on, Absence.ends_on, today)
    )
    present = and_(Person.agency_id == agency_id, Person.is_active, Person.id.not_in(away))
    own = (
        select(Membership.unit_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            present,
            Membership.role.in_(WORKING_ROLES),
            Membership.unit_id.is_not(None),
            holds_on(Membership.starts_on, Membership.ends_on, today),
        )
    )
    lent = (
        select(Mandate.unit_id)
        .join(Person, Person.id == Mandate.person_id)
        .where(present, Mandate.unit_id.is_not(None), mandate_holds(today))
    )
    query: Any = select(Unit.id, Unit.id.in_(union_all(own, lent)))
    return query.where(
        Unit.agency_id == agency_id,
        or_(Unit.valid_from.is_(None), Unit.valid_from <= today),
        or_(Unit.valid_to.is_(None), Unit.valid_to >= today),
    )


def list_orphans(session: Session, agency_id: int, today: date) -> list[Orphan]:
    """Every open obligation that nobody present answers for, in printed order; four queries.

    For the office's page and its reminder.
    """
    found = staffing(session, agency_id, today)
    values = {"agency_id": agency_id, "answered": _answered(found)}
    rows = session.connection().execute(_OPEN_WORK, values).all()
    co_leads = _co_leads(session, agency_id)
    orphans = []
    for row in rows:
        owing = _owing(row, co_leads)
        reason = found.reason(owing)
        if reason is not None:
            orphans.append(_orphan(row, owing, reason))
    return orphans


def count_orphans(session: Session, agency_id: int, today: date) -> int:
    """How many pieces of open work nobody answers for, as `list_orphans` lists them: the badge of every page.

    Work of one lead is counted together; only rows without a lead are looked at one by one.
    """
    found = staffing(session, agency_id, today)
    values = {"agency_id": agency_id, "answered": _answered(found)}
    rows = session.connection().execute(_COUNTED, values).all()
    co_leads = _co_leads(session, agency_id) if any(row.task_id is not None for row in rows) else {}
    return sum(row.number for row in rows if found.reason(_owing(row, co_leads)) is not None)


def _answered(found: Staffing) -> list[int]:
    """Units in which somebody is there: most work has such a lead, and need not be looked at one by one."""
    return [unit_id for unit_id in found.alive if found.reason({unit_id}) is None]


def _owing(row: Any, co_leads: Mapping[int, Sequence[int]]) -> frozenset[int]:
    assigned = AssignedUnits(row.lead_unit_id, row.lead_basis, tuple(co_leads.get(row.task_id, ())))
    return assigned.owing(row.responsible_unit_id)


def _co_leads(session: Session, agency_id: int) -> dict[int, list[int]]:
    """The co-leads of each task without a lead, in printed order."""
    found: dict[int, list[int]] = defaultdict(list)
    for task_id, unit_id in session.connection().execute(_CO_LEADS, {"agency_id": agency_id}):
        found[task_id].append(unit_id)
    return found


def _orphan(row: Any, owing: frozenset[int], reason: OrphanReason) -> Orphan:
    return Orphan(
        obligation_id=row.id,
        task_id=row.task_id,
        row_id=row.row_id,
        task_text=row.text,
        text=row.product,
        period_label=row.period_label,
        plan_number=row.number,
        due_on=row.due_on,
        unit_ids=tuple(sorted(owing)),
        reason=reason,
    )


# The badge is on every page of those who see to it: statements are made once, since making them costs more than
# running them.
_STAFFED = _staffed_query()
_UNSURE = (
    Obligation.agency_id == bindparam("agency_id"),
    Obligation.status.in_(sorted(OPEN_STATUSES)),
    or_(Task.lead_unit_id.is_(None), Task.lead_unit_id.not_in(bindparam("answered", expanding=True))),
)
_KINDS = (
    case((Task.lead_unit_id.is_(None), Task.id)).label("task_id"),
    Task.lead_unit_id,
    Task.lead_basis,
    Deliverable.responsible_unit_id,
)
_COUNTED = (
    select(*_KINDS, func.count().label("number"))
    .select_from(Obligation)
    .join(Task, Task.id == Obligation.task_id)
    .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
    .where(*_UNSURE)
    .group_by(*_KINDS)
)
_CO_LEADS = (
    select(TaskUnit.task_id, TaskUnit.unit_id)
    .join(Task, Task.id == TaskUnit.task_id)
    .where(
        TaskUnit.agency_id == bindparam("agency_id"),
        TaskUnit.role == AssignedRole.CO_LEAD,
        Task.lead_unit_id.is_(None),
    )
    .order_by(TaskUnit.task_id, TaskUnit.position)
)
_OPEN_WORK = (
    select(
        Obligation.id,
        Obligation.task_id,
        Task.row_id,
        Task.text,
        Deliverable.text.label("product"),
        Obligation.period_label,
        Plan.number,
        Obligation.due_on,
        Task.lead_unit_id,
        Task.lead_basis,
        Deliverable.responsible_unit_id,
    )
    .join(Task, Task.id == Obligation.task_id)
    .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
    .join(Plan, Plan.id == Obligation.plan_id)
    .where(*_UNSURE)
    .order_by(Plan.year.desc(), Plan.id, Task.position, Deliverable.position, Obligation.position)
)
