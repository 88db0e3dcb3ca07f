"""Reads of present work for lists and boards: light rows, a fixed number of queries whatever their count."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.standing import Facts
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.units import LeadBasis
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import Area, AssignedRole, Deliverable, Document, Evidence, Obligation, Task, TaskUnit


class WorkRow(NamedTuple):
    """One obligation as a list shows it; units are ids, to be named from one dictionary."""

    id: int
    version: int
    plan_id: int
    area_id: int
    task_id: int
    row_id: str
    numbers: list[str]
    deliverable_id: int
    ordinal: str | None
    text: str
    period_label: str
    deadline_kind: DeadlineKind
    deadline_text: str
    is_ongoing: bool
    starts_on: date | None
    due_on: date | None
    original_due_on: date | None
    status: Status
    status_on: date | None
    is_returned: bool
    counted_unit_id: int | None
    lead_unit_id: int | None
    lead_basis: LeadBasis
    responsible_unit_id: int | None
    person_id: int | None
    reported_by_id: int | None
    reported_unit_id: int | None

    @property
    def facts(self) -> Facts:
        return Facts(self.status, self.status_on, self.due_on)

    @property
    def number_text(self) -> str:
        """The printed numbers as one: "6.3+6.4"."""
        return "+".join(self.numbers)


_COLUMNS = (
    Obligation.id,
    Obligation.version,
    Obligation.plan_id,
    Task.area_id,
    Obligation.task_id,
    Task.row_id,
    Task.numbers,
    Obligation.deliverable_id,
    Deliverable.ordinal,
    Deliverable.text,
    Obligation.period_label,
    Obligation.deadline_kind,
    Obligation.deadline_text,
    Obligation.is_ongoing,
    Obligation.starts_on,
    Obligation.due_on,
    Obligation.original_due_on,
    Obligation.status,
    Obligation.status_on,
    Obligation.is_returned,
    Obligation.counted_unit_id,
    Task.lead_unit_id,
    Task.lead_basis,
    Deliverable.responsible_unit_id,
    Obligation.person_id,
    Obligation.reported_by_id,
    Obligation.reported_unit_id,
)


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a list is narrowed to; None or empty means no narrowing. Standings are judged afterwards by the domain.

    `unit_ids`: counted at one of them; `responsible_ids`: owed by one of them (lead, co-leads, the product's own unit);
    `involved_ids`: named on the task in any role; both take groups expanded by the caller. Days are inclusive.
    """

    plan_ids: Collection[int] | None = None
    area_id: int | None = None
    unit_ids: Collection[int | None] = ()
    responsible_ids: Collection[int] | None = None
    involved_ids: Collection[int] | None = None
    person_id: int | None = None
    statuses: Collection[Status] = ()
    obligation_ids: Collection[int] | None = None
    task_id: int | None = None
    due_from: date | None = None
    due_to: date | None = None
    words: str = ""


def list_work(session: Session, agency_id: int, wanted: WorkFilter | None = None) -> list[WorkRow]:
    """The agency's obligations in printed order, narrowed by `wanted`; one query."""
    query = _narrowed(_joined(agency_id), agency_id, wanted or WorkFilter())
    query = query.order_by(Obligation.plan_id, Area.position, Task.position, Deliverable.position, Obligation.position)
    # Plain columns need nothing of the ORM: past it ten thousand rows come in four fifths of the time.
    return [WorkRow(*row) for row in session.connection().execute(query)]


def count_by_status(session: Session, agency_id: int, wanted: WorkFilter | None = None) -> dict[Status, int]:
    """How many obligations are in each status; one query."""
    narrowed = _narrowed(_joined(agency_id), agency_id, wanted or WorkFilter()).subquery()
    rows = session.execute(select(narrowed.c.status, func.count()).group_by(narrowed.c.status))
    return {Status(status): number for status, number in rows}


def _joined(agency_id: int) -> Select[Any]:
    query: Any = select(*_COLUMNS)
    joined: Select[Any] = (
        query.join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .join(Task, Task.id == Obligation.task_id)
        .join(Area, Area.id == Task.area_id)
        .where(Obligation.agency_id == agency_id)
    )
    return joined


def _narrowed(query: Select[Any], agency_id: int, wanted: WorkFilter) -> Select[Any]:
    if wanted.plan_ids is not None:
        query = query.where(Obligation.plan_id.in_(wanted.plan_ids))
    exact = (
        (Task.area_id, wanted.area_id),
        (Obligation.task_id, wanted.task_id),
        (Obligation.person_id, wanted.person_id),
    )
    for column, value in exact:
        if value is not None:
            query = query.where(column == value)
    if wanted.unit_ids:
        query = query.where(_at_units(wanted.unit_ids))
    if wanted.responsible_ids is not None:
        query = query.where(_owed_by(wanted.responsible_ids))
    if wanted.involved_ids is not None:
        query = query.where(_names(wanted.involved_ids, tuple(AssignedRole)))
    if wanted.statuses:
        query = query.where(Obligation.status.in_(wanted.statuses))
    if wanted.obligation_ids is not None:
        query = query.where(Obligation.id.in_(wanted.obligation_ids))
    if wanted.due_from is not None:
        query = query.where(Obligation.due_on >= wanted.due_from)
    if wanted.due_to is not None:
        query = query.where(Obligation.due_on <= wanted.due_to)
    for word in fold(wanted.words).split():
        query = query.where(_says(word, agency_id))
    return query


def _at_units(unit_ids: Collection[int | None]) -> Any:
    known = [unit_id for unit_id in unit_ids if unit_id is not None]
    at_known = Obligation.counted_unit_id.in_(known)
    return or_(at_known, Obligation.counted_unit_id.is_(None)) if None in unit_ids else at_known


def _owed_by(unit_ids: Collection[int]) -> Any:
    """Named for the product, lead of the task, or one of its co-leads while nobody leads."""
    owing = (AssignedRole.LEAD, AssignedRole.CO_LEAD)
    co_lead = and_(Task.lead_unit_id.is_(None), _names(unit_ids, owing))
    return or_(Deliverable.responsible_unit_id.in_(unit_ids), Task.lead_unit_id.in_(unit_ids), co_lead)


def _names(unit_ids: Collection[int], roles: Collection[AssignedRole]) -> Any:
    return exists().where(TaskUnit.task_id == Task.id, TaskUnit.unit_id.in_(unit_ids), TaskUnit.role.in_(roles))


def _says(word: str, agency_id: int) -> Any:
    """The folded word stands in the task, or in the number or subject of a document behind the obligation."""
    pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    documented = exists().where(
        Evidence.obligation_id == Obligation.id,
        Document.id == Evidence.document_id,
        Document.agency_id == agency_id,
        Document.search_text.like(pattern, escape="\\"),
    )
    return or_(Task.search_text.like(pattern, escape="\\"), documented)
