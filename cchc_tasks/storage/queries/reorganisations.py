"""Reads of reorganised units: decisions and what became of them, successors, what a decision would move."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.domain.ledger import RowKind, rows_from
from cchc_tasks.domain.reorganisations import (
    Line,
    Outcome,
    UnitsAsked,
    ending,
    heirs,
    only_heirs,
    present_units,
)
from cchc_tasks.domain.workflow import OPEN_STATUSES
from cchc_tasks.storage.models import (
    Deliverable,
    GroupMember,
    LedgerRow,
    Membership,
    Obligation,
    Person,
    Plan,
    Reorganisation,
    ReorganisationLine,
    ReorganisationOutcome,
    Task,
    TaskUnit,
)
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries.as_of import assigned_of


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about units with what became of it (None: it waits for its day)."""

    row: Reorganisation
    outcome: ReorganisationOutcome | None

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line.value() for line in self.row.lines)

    @property
    def is_pending(self) -> bool:
        return self.outcome is None

    @property
    def made_ids(self) -> frozenset[int]:
        """Units that were made for this decision."""
        found = self.row.choices.get("made")
        return frozenset(found) if isinstance(found, list) else frozenset()


def _decisions(agency_id: int) -> Select[Any]:
    ended = ReorganisationOutcome.decision_id == Reorganisation.id
    query: Any = select(Reorganisation, ReorganisationOutcome)
    joined: Select[Any] = (
        query.outerjoin(ReorganisationOutcome, ended)
        .where(Reorganisation.agency_id == agency_id)
        .options(selectinload(Reorganisation.lines))
        .order_by(Reorganisation.effective_on, Reorganisation.id)
    )
    return joined


def list_decisions(session: Session, agency_id: int, *, unit_id: int | None = None) -> list[Decision]:
    """Every decision of the agency, or those that name a unit, by day of effect; two queries."""
    query = _decisions(agency_id)
    if unit_id is not None:
        named = or_(ReorganisationLine.from_unit_id == unit_id, ReorganisationLine.to_unit_id == unit_id)
        query = query.where(exists().where(ReorganisationLine.decision_id == Reorganisation.id, named))
    return [Decision(row[0], row[1]) for row in session.execute(query)]


def get_decision(session: Session, agency_id: int, reorganisation_id: int) -> Decision:
    """Raises `NotFound`, also for another agency's."""
    row = session.execute(_decisions(agency_id).where(Reorganisation.id == reorganisation_id)).one_or_none()
    if row is None:
        raise NotFound(what="reorganisation", id=reorganisation_id)
    return Decision(row[0], row[1])


def list_due(session: Session, today: date, *, agency_id: int | None = None) -> list[tuple[int, int]]:
    """(agency, decision) of what waits and whose day has come, in the order of effect; one query."""
    query = (
        select(Reorganisation.agency_id, Reorganisation.id)
        .where(
            Reorganisation.effective_on <= today,
            ~exists().where(ReorganisationOutcome.decision_id == Reorganisation.id),
        )
        .order_by(Reorganisation.effective_on, Reorganisation.id)
    )
    if agency_id is not None:
        query = query.where(Reorganisation.agency_id == agency_id)
    return [(row.agency_id, row.id) for row in session.execute(query)]


def pending_of(session: Session, agency_id: int) -> dict[int, Decision]:
    """The decision that waits for its day, by each unit that it names."""
    found: dict[int, Decision] = {}
    for row in session.execute(_decisions(agency_id).where(ReorganisationOutcome.id.is_(None))):
        decision = Decision(row[0], row[1])
        for line in decision.lines:
            found |= {unit_id: decision for unit_id in (line.from_id, line.to_id) if unit_id is not None}
    return found


def successors(
    session: Session, agency_id: int, *, known_at: datetime | None = None, by: date | None = None
) -> dict[int, int]:
    """Which unit each ended unit is now, by what was carried out and recorded by `known_at` (None: by now); one query.

    With `by` only decisions that took effect on that day or before it. Chains are followed: a unit merged into one
    that was merged later is the last of them.
    """
    query = (
        select(ReorganisationLine)
        .join(ReorganisationOutcome, ReorganisationOutcome.decision_id == ReorganisationLine.decision_id)
        .where(ReorganisationLine.agency_id == agency_id, ReorganisationOutcome.outcome == Outcome.APPLIED)
        .order_by(ReorganisationOutcome.id, ReorganisationLine.position)
    )
    if known_at is not None:
        query = query.where(ReorganisationOutcome.recorded_at <= known_at)
    if by is not None:
        decided = select(Reorganisation.id).where(Reorganisation.effective_on <= by)
        query = query.where(ReorganisationLine.decision_id.in_(decided))
    steps: dict[int, list[Line]] = defaultdict(list)
    for line in session.scalars(query):
        steps[line.decision_id].append(line.value())
    return present_units(_heirs_of_ended(lines) for lines in steps.values())


def _heirs_of_ended(lines: Sequence[Line]) -> dict[int, int]:
    going_on = {line.from_id for line in lines if line.from_id == line.to_id}
    return {old: new for old, new in heirs(lines).items() if old not in going_on}


def only_heirs_of(session: Session, agency_id: int) -> dict[int, tuple[int, Decision]]:
    """Of each ended unit the one unit that came into its place and the decision that put it there; two queries.

    In the order in which decisions were carried out. Units with several heirs are left out, and those in whose place,
    through all that followed, no unit is there any more.
    """
    applied = _applied(session, agency_id)
    ended = frozenset().union(*(ending(each.lines) for each in applied))
    steps = {old: (new, each) for each in applied for old, new in only_heirs(each.lines).items()}

    def last(unit_id: int) -> int:
        return last(steps[unit_id][0]) if unit_id in steps else unit_id

    return {old: step for old, step in steps.items() if last(old) not in ended}


def _applied(session: Session, agency_id: int) -> list[Decision]:
    found = {each.outcome.id: each for each in list_decisions(session, agency_id) if each.outcome is not None}
    in_order = (found[id_] for id_ in sorted(found))
    return [each for each in in_order if each.outcome and each.outcome.outcome is Outcome.APPLIED]


def units_as_asked(session: Session, agency_id: int, asked: UnitsAsked, *, known_at: datetime) -> dict[int, int]:
    """By which unit each other one is shown: nothing to replace where units are asked as they then were."""
    return successors(session, agency_id, known_at=known_at) if asked is UnitsAsked.NOW else {}


def tasks_to_pass(session: Session, agency_id: int, unit_ids: Collection[int], day: date) -> list[int]:
    """Tasks that name one of the units on `day` or later and have work that was not finished before it, by id.

    Three queries. What an amendment gave away after `day` counts as well: between the two days the heir had it.
    """
    named = or_(
        Task.lead_unit_id.in_(unit_ids),
        exists().where(TaskUnit.task_id == Task.id, TaskUnit.unit_id.in_(unit_ids)),
        exists().where(Deliverable.task_id == Task.id, Deliverable.responsible_unit_id.in_(unit_ids)),
    )
    is_unfinished = or_(Obligation.status.in_(OPEN_STATUSES), Obligation.status_on >= day)
    # A product that an amendment gave to another row stood in this one up to then: both rows tell of it.
    given_away = exists().where(
        LedgerRow.task_id == Task.id,
        LedgerRow.kind == RowKind.AMENDMENT,
        LedgerRow.deliverable_id == Obligation.deliverable_id,
        LedgerRow.effective_on > day,
        is_unfinished,
    )
    unfinished = or_(
        exists().where(Obligation.task_id == Task.id, is_unfinished), and_(Task.place_version > 1, given_away)
    )
    query = select(Task.id).where(Task.agency_id == agency_id, unfinished)
    found = set(session.scalars(query.where(named)))
    changed = session.scalars(query.where(~named, Task.assignment_version > 1)).all()
    series = ledger_queries.assignment_rows_of(session, agency_id, changed)
    found |= {task_id for task_id, rows in series.items() if _named_from(rows, frozenset(unit_ids), day)}
    return sorted(found)


def _named_from(rows: Sequence[DomainRow], unit_ids: frozenset[int], day: date) -> bool:
    """Whether assignment rows of one task name one of the units on `day` or later."""
    by_part: dict[int | None, list[DomainRow]] = defaultdict(list)
    for row in rows:
        by_part[row.deliverable_id].append(row)
    for part, own in by_part.items():
        for row in rows_from(own, day):
            assigned = assigned_of(row) if part is None else None
            named = {row.unit_id} if assigned is None else {*assigned.responsible, *assigned.coordinating}
            if not unit_ids.isdisjoint(named):
                return True
    return False


@dataclass(frozen=True, slots=True)
class MovingTask:
    """A task that a decision passes on, as the wizard lists it."""

    id: int
    row_id: str
    text: str
    plan_number: str
    lead_unit_id: int | None
    open_count: int
    done_count: int


def moving_tasks(session: Session, agency_id: int, unit_ids: Collection[int], day: date) -> list[MovingTask]:
    """What `tasks_to_pass` finds, with how much of each is open and how much done."""
    ids = tasks_to_pass(session, agency_id, unit_ids, day)
    query = (
        select(Task.id, Task.row_id, Task.text, Plan.number, Task.lead_unit_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Task.agency_id == agency_id, Task.id.in_(ids))
        .order_by(Plan.year.desc(), Plan.id, Task.position)
    )
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    states = select(Obligation.task_id, Obligation.status).where(
        Obligation.agency_id == agency_id, Obligation.task_id.in_(ids)
    )
    for task_id, status in session.execute(states):
        counts[task_id][0 if status in OPEN_STATUSES else 1] += 1
    # A row that gave all of its work to another one is nothing to choose for.
    return [MovingTask(*row, *counts[row[0]]) for row in session.execute(query) if row[0] in counts]


@dataclass(frozen=True, slots=True)
class MovingRole:
    """A role in a unit that ends, as the wizard lists it."""

    membership_id: int
    person_id: int
    name: str
    role: str
    unit_id: int


def moving_roles(session: Session, agency_id: int, unit_ids: Collection[int], day: date) -> list[MovingRole]:
    """Roles in the units that hold on `day` or begin later, in the order of names; one query."""
    query = (
        select(Membership.id, Person.id, Person.name, Membership.role, Membership.unit_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.agency_id == agency_id,
            Membership.unit_id.in_(unit_ids),
            or_(Membership.ends_on.is_(None), Membership.ends_on >= day),
        )
        .order_by(Person.sort_key, Person.id, Membership.id)
    )
    return [MovingRole(row[0], row[1], row[2], row[3].value, row[4] or 0) for row in session.execute(query)]


def groups_of(session: Session, agency_id: int, unit_ids: Collection[int], day: date) -> list[GroupMember]:
    """Memberships of the units in groups that hold on `day` or begin later."""
    query = select(GroupMember).where(
        GroupMember.agency_id == agency_id,
        GroupMember.member_id.in_(unit_ids),
        or_(GroupMember.valid_to.is_(None), GroupMember.valid_to >= day),
    )
    return list(session.scalars(query.order_by(GroupMember.id)))


def rows_of_unit(session: Session, agency_id: int, unit_id: int, *, limit: int) -> list[DomainRow]:
    """The last rows of the ledger about work that counts at the unit or that was assigned to it, the newest first."""
    own = select(Task.id).where(Task.agency_id == agency_id, Task.lead_unit_id == unit_id)
    counted = select(Obligation.id).where(Obligation.agency_id == agency_id, Obligation.counted_unit_id == unit_id)
    about = or_(
        LedgerRow.unit_id == unit_id,
        LedgerRow.obligation_id.in_(counted) & (LedgerRow.kind == RowKind.STATUS),
        LedgerRow.task_id.in_(own) & (LedgerRow.kind == RowKind.ASSIGNMENT),
    )
    query = select(LedgerRow).where(LedgerRow.agency_id == agency_id, about).order_by(LedgerRow.seq.desc()).limit(limit)
    return [row.value() for row in session.scalars(query)]
