"""Reads for the pages of single tasks: their parts, units, evidence, notes; a fixed number of queries each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

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
from cchc_tasks.storage.queries.ledger import of_agency
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
        rows = session.connection().execute(_PARTS, {"agency_id": agency_id, "task_ids": list(task_ids)})
        for row in rows:
            found[row.task_id][row.deliverable_id].append(row.status)
    return found


#: By way of the deliverables, and the agency in a form that no index serves: else all its work is looked through.
_PARTS = (
    select(Obligation.task_id, Obligation.deliverable_id, Obligation.status)
    .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
    .where(
        Obligation.agency_id + 0 == bindparam("agency_id"),
        Deliverable.task_id.in_(bindparam("task_ids", expanding=True)),
    )
    .order_by(Obligation.task_id, Deliverable.position, Obligation.position)
)


class TaskCard(NamedTuple):
    """A printed row with its area and plan, and who has it."""

    id: int
    plan_id: int
    row_id: str
    text: str
    note: str | None
    assignment_text: str
    time_text: str
    area_ordinal: str
    area_name: str
    plan_number: str
    assigned: AssignedUnits


def get_task(session: Session, agency_id: int, task_id: int) -> TaskCard:
    """The task with its area, plan and units; raises `NotFound`, also for a task of another agency; one query."""
    rows = session.connection().execute(_TASK, {"agency_id": agency_id, "task_id": task_id}).all()
    if not rows:
        raise NotFound(what="task", id=task_id)
    printed: Any = rows[0][: len(TaskCard._fields) - 1]
    return TaskCard._make((*printed, _assigned(rows)))


#: Who has a task: a row for each unit named on it, or one without. Both columns, so that the unique index serves.
_HOLDERS = (Task.lead_unit_id, Task.lead_basis, TaskUnit.unit_id, TaskUnit.role)
_NAMED = and_(TaskUnit.agency_id == Task.agency_id, TaskUnit.task_id == Task.id)
_TASK: Any = (
    select(
        Task.id,
        Task.plan_id,
        Task.row_id,
        Task.text,
        Task.note,
        Task.assignment_text,
        Task.time_text,
        Area.ordinal.label("area_ordinal"),
        Area.name.label("area_name"),
        Plan.number.label("plan_number"),
        *_HOLDERS,
    )
    .join(Area, Area.id == Task.area_id)
    .join(Plan, Plan.id == Task.plan_id)
    .outerjoin(TaskUnit, _NAMED)
    .where(Task.agency_id == bindparam("agency_id"), Task.id == bindparam("task_id"))
    .order_by(TaskUnit.position)
)


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
    select(Task.id, *_HOLDERS)
    .outerjoin(TaskUnit, _NAMED)
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


def evidence_of(session: Session, agency_id: int, obligation_ids: Collection[int]) -> dict[int, list[EvidenceRow]]:
    """Everything put behind the obligations, oldest first; one query."""
    found: dict[int, list[EvidenceRow]] = defaultdict(list)
    if obligation_ids:
        values = {"agency_id": agency_id, "ids": list(obligation_ids)}
        for row in session.connection().execute(_EVIDENCE_OF, values):
            found[row.obligation_id].append(EvidenceRow(*row))
    return found


def get_evidence(session: Session, agency_id: int, evidence_id: int) -> EvidenceRow:
    """One piece of evidence; raises `NotFound`, also for one of another agency."""
    query = _EVIDENCE.where(Evidence.id == bindparam("evidence_id"))
    row = session.connection().execute(query, {"agency_id": agency_id, "evidence_id": evidence_id}).one_or_none()
    if row is None:
        raise NotFound(what="evidence", id=evidence_id)
    return EvidenceRow(*row)


# The page of a task asks for all of these: made once, since making them costs more than running them.
_EVIDENCE: Any = (
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
    .where(Evidence.agency_id == bindparam("agency_id"))
)
_EVIDENCE_OF = _EVIDENCE.where(Evidence.obligation_id.in_(bindparam("ids", expanding=True))).order_by(Evidence.id)


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
    rows = session.connection().execute(_NOTES, {"agency_id": agency_id, "ids": list(obligation_ids)})
    return [NoteRow(*row) for row in rows]


_NOTE_COLUMNS: Any = tuple(getattr(Note, name) for name in NoteRow._fields)
_NOTES: Select[Any] = (
    select(*_NOTE_COLUMNS)
    .where(Note.agency_id == bindparam("agency_id"), Note.obligation_id.in_(bindparam("ids", expanding=True)))
    .order_by(Note.recorded_at.desc(), Note.id.desc())
)


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


def names_of_tasks(session: Session, agency_id: int, task_ids: Collection[int]) -> dict[int, str]:
    """Rows of plans by id, as they are numbered: "6.5"; one query."""
    if not task_ids:
        return {}
    rows = session.execute(select(Task.id, Task.row_id).where(Task.agency_id == agency_id, Task.id.in_(task_ids)))
    return {row.id: row.row_id for row in rows}


def names_of_people(session: Session, agency_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """Names by id; one query."""
    if not person_ids:
        return {}
    rows = session.connection().execute(_PEOPLE, {"agency_id": agency_id, "ids": list(person_ids)})
    return {row.id: row.name for row in rows}


_PEOPLE = select(Person.id, Person.name).where(
    Person.agency_id == bindparam("agency_id"), Person.id.in_(bindparam("ids", expanding=True))
)


#: Where somebody worked from when to when, both days included; the latest beginning first.
Workplaces = list[tuple[date, date | None, int]]


def people_in_time(
    session: Session, agency_id: int, person_ids: Collection[int]
) -> tuple[dict[int, str], dict[int, Workplaces]]:
    """Names by id, and where each person worked; one query."""
    names: dict[int, str] = {}
    workplaces: dict[int, Workplaces] = defaultdict(list)
    if person_ids:
        values = {"agency_id": agency_id, "ids": list(person_ids)}
        for person_id, name, starts_on, ends_on, unit_id in session.connection().execute(_PEOPLE_IN_TIME, values):
            names[person_id] = name
            if unit_id is not None:
                workplaces[person_id].append((starts_on, ends_on, unit_id))
    return names, workplaces


_PEOPLE_IN_TIME = (
    select(Person.id, Person.name, Membership.starts_on, Membership.ends_on, Membership.unit_id)
    .outerjoin(Membership, and_(Membership.agency_id == Person.agency_id, Membership.person_id == Person.id))
    .where(Person.agency_id == bindparam("agency_id"), Person.id.in_(bindparam("ids", expanding=True)))
    .order_by(Membership.starts_on.desc(), Membership.id)
)


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
            select(func.max(LedgerRow.seq)).where(of_agency(agency_id), LedgerRow.obligation_id == obligation_id)
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
