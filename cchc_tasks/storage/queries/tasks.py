"""Reads for the pages of single tasks: their parts, units, evidence, notes; a fixed number of queries each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Principal, Work
from cchc_tasks.domain.units import AssignedUnits, UnitKind, with_members
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import (
    Area,
    AssignedRole,
    Deliverable,
    Document,
    Evidence,
    GroupMember,
    LedgerRow,
    Membership,
    Note,
    Obligation,
    Person,
    Plan,
    StoredFile,
    Task,
    TaskUnit,
    Unit,
    UnitName,
)
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.storage.queries.people import holds_on


@dataclass(frozen=True, slots=True)
class UnitCard:
    """What a page calls a unit."""

    id: int
    name: str
    short_name: str
    kind: UnitKind


def units_by_id(session: Session, agency_id: int, day: date) -> dict[int, UnitCard]:
    """Every unit of the agency with its name on `day`, or its last one where it lives no more; one query."""
    rows = session.connection().execute(_CARDS, {"agency_id": agency_id, "today": day})
    return {unit_id: UnitCard(unit_id, name, short_name, kind) for unit_id, kind, name, short_name in rows}


#: Asked with most pages: made once, since making it costs more than running it. The last row of a unit counts.
_CARDS = (
    select(Unit.id, Unit.kind, UnitName.name, UnitName.short_name)
    .join(UnitName, UnitName.unit_id == Unit.id)
    .where(Unit.agency_id == bindparam("agency_id"), UnitName.agency_id == bindparam("agency_id"))
    .order_by(
        Unit.position,
        Unit.id,
        holds_on(UnitName.valid_from, UnitName.valid_to, bindparam("today", type_=Date)),
        UnitName.valid_from,
    )
)


def offices_of(units: Mapping[int, UnitCard]) -> frozenset[int]:
    """The units of kind văn phòng: a leader confirms their work."""
    return frozenset(unit.id for unit in units.values() if unit.kind is UnitKind.OFFICE)


class PartRow(NamedTuple):
    """One obligation as a progress mark needs it."""

    task_id: int
    deliverable_id: int
    status: Status


def parts_of_tasks(
    session: Session, agency_id: int, task_ids: Collection[int]
) -> Mapping[int, Mapping[int, list[Status]]]:
    """Statuses of all obligations, by task and deliverable, in printed order; one query."""
    found: dict[int, dict[int, list[Status]]] = defaultdict(lambda: defaultdict(list))
    if task_ids:
        rows = session.execute(
            select(Obligation.task_id, Obligation.deliverable_id, Obligation.status)
            .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
            .where(Obligation.agency_id == agency_id, Obligation.task_id.in_(task_ids))
            .order_by(Obligation.task_id, Deliverable.position, Obligation.position)
        )
        for row in rows:
            found[row.task_id][row.deliverable_id].append(row.status)
    return found


def get_task(session: Session, agency_id: int, task_id: int) -> Task:
    """The task with its area, plan and units; raises `NotFound`, also for a task of another agency; three queries."""
    task = session.scalars(
        select(Task)
        .where(Task.agency_id == agency_id, Task.id == task_id)
        .options(joinedload(Task.area).joinedload(Area.plan), selectinload(Task.units))
    ).one_or_none()
    if task is None:
        raise NotFound(what="task", id=task_id)
    return task


def task_of(session: Session, agency_id: int, obligation_id: int) -> int:
    """The task an obligation belongs to; raises `NotFound`, also for one of another agency."""
    task_id = session.scalar(
        select(Obligation.task_id).where(Obligation.agency_id == agency_id, Obligation.id == obligation_id)
    )
    if task_id is None:
        raise NotFound(what="obligation", id=obligation_id)
    return task_id


def assigned_of_tasks(session: Session, agency_id: int, task_ids: Collection[int]) -> dict[int, AssignedUnits]:
    """Who has each task; one query."""
    if not task_ids:
        return {}
    rows = session.connection().execute(_ASSIGNED, {"agency_id": agency_id, "task_ids": list(task_ids)})
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.id].append(row)
    return {task_id: _assigned(group) for task_id, group in grouped.items()}


_ASSIGNED = (
    select(Task.id, Task.lead_unit_id, Task.lead_basis, TaskUnit.unit_id, TaskUnit.role)
    .outerjoin(TaskUnit, TaskUnit.task_id == Task.id)
    .where(Task.agency_id == bindparam("agency_id"), Task.id.in_(bindparam("task_ids", expanding=True)))
    .order_by(Task.id, TaskUnit.position)
)


def _assigned(group: Sequence[Any]) -> AssignedUnits:
    def of(role: AssignedRole) -> tuple[int, ...]:
        return tuple(row.unit_id for row in group if row.role is role)

    return AssignedUnits(
        group[0].lead_unit_id, group[0].lead_basis, of(AssignedRole.CO_LEAD), of(AssignedRole.COORDINATING)
    )


def work_of(row: WorkRow, agency_id: int, assigned: AssignedUnits, office_ids: frozenset[int]) -> Work:
    """What permissions need to know of a row."""
    return Work(
        agency_id=agency_id,
        responsible_ids=assigned.owing(row.responsible_unit_id),
        coordinating_ids=frozenset(assigned.coordinating),
        reported_by_id=row.reported_by_id,
        is_office_work=row.reported_unit_id in office_ids,
        person_id=row.person_id,
    )


def is_office_work(row: WorkRow, principal: Principal, assigned: AssignedUnits, office_ids: frozenset[int]) -> bool:
    """Whether a report of the row, made now by `principal`, would be the office's own."""
    mine = assigned.owing(row.responsible_unit_id) & principal.own_unit_ids or {row.counted_unit_id}
    return not office_ids.isdisjoint(mine)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A document, a file or both; `seq` is the ledger row it came with. `size` in bytes."""

    id: int
    obligation_id: int
    seq: int | None
    number: str | None
    issued_on: date | None
    subject: str | None
    file_name: str | None
    size: int | None
    media_type: str | None
    sha256: str | None
    recorded_at: datetime
    recorded_by_id: int | None


def _evidence_query(agency_id: int) -> Any:
    return (
        select(
            Evidence.id,
            Evidence.obligation_id,
            Evidence.seq,
            Document.number,
            Document.issued_on,
            Document.subject,
            StoredFile.name.label("file_name"),
            StoredFile.size,
            StoredFile.media_type,
            StoredFile.sha256,
            Evidence.recorded_at,
            Evidence.recorded_by_id,
        )
        .outerjoin(Document, Document.id == Evidence.document_id)
        .outerjoin(StoredFile, StoredFile.id == Evidence.file_id)
        .where(Evidence.agency_id == agency_id)
    )


def evidence_of(session: Session, agency_id: int, obligation_ids: Collection[int]) -> dict[int, list[EvidenceRow]]:
    """Everything put behind the obligations, oldest first; one query."""
    found: dict[int, list[EvidenceRow]] = defaultdict(list)
    if obligation_ids:
        query = _evidence_query(agency_id).where(Evidence.obligation_id.in_(obligation_ids)).order_by(Evidence.id)
        for row in session.execute(query):
            found[row.obligation_id].append(EvidenceRow(*row))
    return found


def get_evidence(session: Session, agency_id: int, evidence_id: int) -> EvidenceRow:
    """One piece of evidence; raises `NotFound`, also for one of another agency."""
    row = session.execute(_evidence_query(agency_id).where(Evidence.id == evidence_id)).one_or_none()
    if row is None:
        raise NotFound(what="evidence", id=evidence_id)
    return EvidenceRow(*row)


class NoteRow(NamedTuple):
    """A progress note or a comment."""

    id: int
    obligation_id: int
    kind: str
    text: str
    noted_on: date
    recorded_at: datetime
    author_id: int
    via: str | None = None


def notes_of(session: Session, agency_id: int, obligation_ids: Collection[int]) -> list[NoteRow]:
    """The notes on the obligations, the newest first; one query."""
    if not obligation_ids:
        return []
    columns: Any = tuple(getattr(Note, name) for name in NoteRow._fields)
    rows = session.execute(
        select(*columns)
        .where(Note.agency_id == agency_id, Note.obligation_id.in_(obligation_ids))
        .order_by(Note.recorded_at.desc(), Note.id.desc())
    )
    return [NoteRow(*row) for row in rows]


def last_noted_on(session: Session, agency_id: int, obligation_ids: Collection[int]) -> dict[int, date]:
    """The day of the last progress note of each obligation that has one; one query."""
    if not obligation_ids:
        return {}
    rows = session.execute(
        select(Note.obligation_id, func.max(Note.noted_on))
        .where(Note.agency_id == agency_id, Note.kind == "progress", Note.obligation_id.in_(obligation_ids))
        .group_by(Note.obligation_id)
    )
    return {row[0]: row[1] for row in rows}


class PlanCard(NamedTuple):
    """What a page calls a plan."""

    id: int
    number: str
    year: int
    issued_on: date


def plans_by_id(session: Session, agency_id: int) -> dict[int, PlanCard]:
    """Every plan of the agency, the newest year first; one query."""
    rows = session.execute(
        select(Plan.id, Plan.number, Plan.year, Plan.issued_on)
        .where(Plan.agency_id == agency_id)
        .order_by(Plan.year.desc(), Plan.id)
    )
    return {row.id: PlanCard(*row) for row in rows}


def names_of_people(session: Session, agency_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """Names by id; one query."""
    if not person_ids:
        return {}
    rows = session.execute(
        select(Person.id, Person.name).where(Person.agency_id == agency_id, Person.id.in_(person_ids))
    )
    return {row.id: row.name for row in rows}


def workplaces_of(
    session: Session, agency_id: int, person_ids: Collection[int]
) -> dict[int, list[tuple[date, date | None, int]]]:
    """Where each person worked from when to when (both days included), latest beginning first; one query."""
    found: dict[int, list[tuple[date, date | None, int]]] = defaultdict(list)
    if person_ids:
        rows = session.execute(
            select(Membership.person_id, Membership.starts_on, Membership.ends_on, Membership.unit_id)
            .where(
                Membership.agency_id == agency_id,
                Membership.person_id.in_(person_ids),
                Membership.unit_id.is_not(None),
            )
            .order_by(Membership.starts_on.desc(), Membership.id)
        )
        for row in rows:
            found[row.person_id].append((row.starts_on, row.ends_on, row.unit_id))
    return found


def people_of_units(session: Session, agency_id: int, unit_ids: Collection[int], day: date) -> list[tuple[int, str]]:
    """Active people who work on `day` in one of the units or in a member of a group among them; two queries."""
    if not unit_ids:
        return []
    members: dict[int, list[int]] = defaultdict(list)
    for group_id, member_id in session.execute(
        select(GroupMember.group_id, GroupMember.member_id).where(
            GroupMember.agency_id == agency_id,
            GroupMember.group_id.in_(unit_ids),
            holds_on(GroupMember.valid_from, GroupMember.valid_to, day),
        )
    ):
        members[group_id].append(member_id)
    rows = session.execute(
        select(Person.id, Person.name, Person.sort_key)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.agency_id == agency_id,
            Person.is_active,
            Membership.unit_id.in_(with_members(unit_ids, members)),
            holds_on(Membership.starts_on, Membership.ends_on, day),
        )
        .distinct()
        .order_by(Person.sort_key, Person.id)
    )
    return [(row.id, row.name) for row in rows]


def last_seq_of(session: Session, agency_id: int, obligation_id: int) -> int:
    """The last ledger row that says something of the obligation; 0 where none does."""
    return (
        session.scalar(
            select(func.max(LedgerRow.seq)).where(
                LedgerRow.agency_id == agency_id, LedgerRow.obligation_id == obligation_id
            )
        )
        or 0
    )


def texts_of_tasks(session: Session, agency_id: int, task_ids: Collection[int]) -> dict[int, str]:
    """The printed text of each of these tasks; one query."""
    query = select(Task.id, Task.text).where(Task.agency_id == agency_id, Task.id.in_(sorted(task_ids)))
    return {row.id: row.text for row in session.execute(query)}


def plan_numbers(session: Session, agency_id: int, plan_ids: Collection[int]) -> dict[int, str]:
    """Number of each of these plans, the oldest plan first; one query."""
    query = select(Plan.id, Plan.number).where(Plan.agency_id == agency_id, Plan.id.in_(sorted(plan_ids)))
    return {row.id: row.number for row in session.execute(query.order_by(Plan.issued_on, Plan.id))}
