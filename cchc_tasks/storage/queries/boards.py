"""Reads for boards and indicators: what may be chosen, work as at two dates, the documents behind it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.evidence import proves
from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.storage.models import (
    Area,
    AssignedRole,
    Deliverable,
    Document,
    Evidence,
    LedgerRow,
    Obligation,
    Plan,
    PlanRule,
    Task,
    TaskUnit,
)
from cchc_tasks.storage.queries.as_of import states_as_of
from cchc_tasks.storage.queries.evidence import withdrawn_of_plans
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow, list_work
from cchc_tasks.storage.queries.plans import newest_rule, noun_in
from cchc_tasks.storage.queries.stored import driver_rows
from cchc_tasks.storage.types import UtcDateTime


class PlanChoice(NamedTuple):
    """A plan to choose, with the newest version of its counting rule."""

    id: int
    number: str
    issued_on: date
    year: int
    title: str
    version: int
    rule: Mapping[str, Any] | None

    @property
    def noun(self) -> str:
        """What the plan's rule calls one obligation; '' where it counts something else."""
        return noun_in(self.rule)


class AreaChoice(NamedTuple):
    """An area to choose, with the ordinal printed before it."""

    id: int
    plan_id: int
    ordinal: str
    name: str


class TaskText(NamedTuple):
    """What a printed row says."""

    area_id: int
    row_id: str
    numbers: list[str]
    text: str


class DocumentLine(NamedTuple):
    """A document behind an obligation."""

    number: str
    issued_on: date


class RuleLine(NamedTuple):
    """A version of a plan's counting rule and since when it is known."""

    ordinal: int
    recorded_at: datetime


def plan_choices(session: Session, agency_id: int) -> list[PlanChoice]:
    """The agency's plans, the newest first; one query."""
    return [PlanChoice(*row) for row in session.connection().execute(_PLANS, {"agency_id": agency_id})]


def of_newest_year(plans: Sequence[PlanChoice]) -> tuple[PlanChoice, ...]:
    """Those of the newest year among plans with the newest first: what is meant where no plan is named."""
    return tuple(plan for plan in plans if plan.year == plans[0].year)


def area_choices(session: Session, agency_id: int, plan_ids: Collection[int]) -> list[AreaChoice]:
    """The areas of the plans in printed order; one query."""
    return [AreaChoice(*row) for row in _of_plans(session, _AREAS, agency_id, plan_ids)]


def _of_plans(session: Session, query: Any, agency_id: int, plan_ids: Collection[int]) -> Any:
    return session.connection().execute(query, {"agency_id": agency_id, "plan_ids": list(plan_ids)})


def work_as_of(
    session: Session, agency_id: int, wanted: WorkFilter, *, cut_off: date, known_at: datetime
) -> list[WorkRow]:
    """`list_work` with status, deadline and unit as at both dates; both bounds inclusive. Three to six queries.

    Plan, area and words narrow in the database; units are judged as they then were. Statuses and days are not asked:
    the caller narrows by what it gets.
    """
    texts = replace(wanted, unit_ids=(), statuses=(), due_from=None, due_to=None)
    rows = {row.id: row for row in list_work(session, agency_id, texts)}
    plan_ids = None if wanted.plan_ids is None else list(wanted.plan_ids)
    held = states_as_of(session, agency_id, plan_ids, cut_off=cut_off, known_at=known_at)
    unit_ids = frozenset(wanted.unit_ids)
    return [
        row._replace(
            status=state.status,
            status_on=state.status_on,
            due_on=state.due_on,
            original_due_on=state.original_due_on if state.extensions else row.original_due_on,
            extensions=state.extensions,
            asked_due_on=None,
            counted_unit_id=state.unit_id,
            is_returned=row.is_returned and (state.status, state.status_on) == (row.status, row.status_on),
        )
        for state in held
        if (row := rows.get(state.obligation_id)) and (not unit_ids or state.unit_id in unit_ids)
    ]


def deliverable_places(session: Session, agency_id: int, plan_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(place, number of them) of each deliverable whose task has several; one query."""
    by_task: dict[int, list[int]] = defaultdict(list)
    for task_id, deliverable_id in _of_plans(session, _OF_SEVERAL, agency_id, plan_ids):
        by_task[task_id].append(deliverable_id)
    return {
        deliverable_id: (place, len(ids)) for ids in by_task.values() for place, deliverable_id in enumerate(ids, 1)
    }


def co_leads(session: Session, agency_id: int, plan_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The co-leads of each task that has no lead; one query."""
    found: dict[int, set[int]] = defaultdict(set)
    for task_id, unit_id in _of_plans(session, _CO_LEADS, agency_id, plan_ids):
        found[task_id].add(unit_id)
    return {task_id: frozenset(ids) for task_id, ids in found.items()}


def roles_of_units(session: Session, agency_id: int, plan_ids: Collection[int]) -> dict[int, set[AssignedRole]]:
    """In which roles each unit is named on the plans' tasks; one query."""
    roles: dict[int, set[AssignedRole]] = defaultdict(set)
    for unit_id, role in _of_plans(session, _ROLES, agency_id, plan_ids):
        roles[unit_id].add(role)
    return dict(roles)


def task_texts(session: Session, agency_id: int, plan_ids: Collection[int]) -> dict[int, TaskText]:
    """What each printed row of the plans says, by task; one query."""
    return {row[0]: TaskText(*row[1:]) for row in _of_plans(session, _TEXTS, agency_id, plan_ids)}


def task_names(session: Session, agency_id: int, plan_ids: Collection[int]) -> dict[int, str]:
    """The words of each printed row of the plans, by task; one query."""
    return dict(driver_rows(_of_plans(session, _TASK_NAMES, agency_id, plan_ids)))


def documents_of(
    session: Session, agency_id: int, plan_ids: Collection[int], *, known_at: datetime
) -> dict[int, list[DocumentLine]]:
    """The documents that prove each obligation of the plans, as known at an instant, by entry; up to three queries.

    A document that came with a report that was returned or taken back is none of them.
    """
    values = {"agency_id": agency_id, "plan_ids": list(plan_ids), "known_at": known_at}
    rows = session.connection().execute(_DOCUMENTS, values).all()
    withdrawn = withdrawn_of_plans(session, agency_id, plan_ids, known_at=known_at) if rows else frozenset()
    found: dict[int, list[DocumentLine]] = defaultdict(list)
    for obligation_id, seq, number, issued_on in rows:
        line = DocumentLine(number, issued_on)
        if proves(seq, withdrawn) and line not in found[obligation_id]:
            found[obligation_id].append(line)
    return dict(found)


def rows_recorded_between(
    session: Session, agency_id: int, plan_id: int, *, after: datetime, until: datetime
) -> dict[int, list[DomainRow]]:
    """Ledger rows about single obligations recorded after `after` and by `until`, by obligation; one query."""
    query = select(LedgerRow).where(
        LedgerRow.agency_id == agency_id,
        LedgerRow.plan_id == plan_id,
        LedgerRow.obligation_id.is_not(None),
        LedgerRow.kind.in_((RowKind.STATUS, RowKind.DEADLINE, RowKind.ENTRY)),
        LedgerRow.recorded_at > after,
        LedgerRow.recorded_at <= until,
    )
    found: dict[int, list[DomainRow]] = defaultdict(list)
    for row in session.scalars(query.order_by(LedgerRow.seq)):
        found[row.obligation_id or 0].append(row.value())
    return dict(found)


def rule_line(session: Session, agency_id: int, plan_id: int, *, known_at: datetime) -> RuleLine | None:
    """Which version of its counting rule a plan had at an instant; the first one for instants before it."""
    query = select(PlanRule.ordinal, PlanRule.recorded_at).where(
        PlanRule.agency_id == agency_id, PlanRule.plan_id == plan_id
    )
    lines = [RuleLine(*row) for row in session.execute(query.order_by(PlanRule.ordinal))]
    known = [line for line in lines if line.recorded_at <= known_at] or lines[:1]
    return known[-1] if known else None


# Asked with most boards: statements are made once, since making them costs more than running them.
_PLAN_IDS: Any = bindparam("plan_ids", expanding=True)
_PLANS: Any = (
    select(Plan.id, Plan.number, Plan.issued_on, Plan.year, Plan.title, Plan.version, newest_rule())
    .where(Plan.agency_id == bindparam("agency_id"))
    .order_by(Plan.year.desc(), Plan.issued_on.desc(), Plan.id.desc())
)
_AREAS: Any = (
    select(Area.id, Area.plan_id, Area.ordinal, Area.name)
    .where(Area.agency_id == bindparam("agency_id"), Area.plan_id.in_(_PLAN_IDS))
    .order_by(Area.plan_id, Area.position)
)
_OF_PLANS = (Task.agency_id == bindparam("agency_id"), Task.plan_id.in_(_PLAN_IDS))
_TEXTS: Any = select(Task.id, Task.area_id, Task.row_id, Task.numbers, Task.text).where(*_OF_PLANS)
_TASK_NAMES: Any = select(Task.id, Task.text).where(*_OF_PLANS)
_OF_SEVERAL: Any = (
    select(Deliverable.task_id, Deliverable.id)
    .where(
        Deliverable.agency_id == bindparam("agency_id"),
        Deliverable.task_id.in_(
            select(Deliverable.task_id)
            .join(Task, Task.id == Deliverable.task_id)
            .where(Deliverable.agency_id == bindparam("agency_id"), Task.plan_id.in_(_PLAN_IDS))
            .group_by(Deliverable.task_id)
            .having(func.count() > 1)
        ),
    )
    .order_by(Deliverable.task_id, Deliverable.position)
)
_NAMED = (TaskUnit.agency_id == bindparam("agency_id"), Task.plan_id.in_(_PLAN_IDS))
_CO_LEADS: Any = (
    select(TaskUnit.task_id, TaskUnit.unit_id)
    .join(Task, Task.id == TaskUnit.task_id)
    .where(*_NAMED, TaskUnit.role == AssignedRole.CO_LEAD, Task.lead_unit_id.is_(None))
)
_ROLES: Any = select(TaskUnit.unit_id, TaskUnit.role).join(Task, Task.id == TaskUnit.task_id).where(*_NAMED).distinct()
_DOCUMENTS: Any = (
    select(Evidence.obligation_id, Evidence.seq, Document.number, Document.issued_on)
    .join(Document, Document.id == Evidence.document_id)
    .join(Obligation, Obligation.id == Evidence.obligation_id)
    .where(
        Evidence.agency_id == bindparam("agency_id"),
        Document.agency_id == bindparam("agency_id"),
        Obligation.plan_id.in_(_PLAN_IDS),
        Evidence.recorded_at <= bindparam("known_at", type_=UtcDateTime),
    )
    .order_by(Evidence.id)
)
