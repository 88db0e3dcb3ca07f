"""What a decision about units does on its day: work, people and groups pass on; nothing here commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.accounts import ROLES_IN_A_UNIT
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.domain.ledger import LedgerRow, RowKind, rows_from
from cchc_tasks.domain.permissions import Principal, Role
from cchc_tasks.domain.reorganisations import ending, heirs, passed
from cchc_tasks.domain.units import AssignedUnits, UnitKind
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.services._entry import assignment_row, put_assignment
from cchc_tasks.services._record import NewRow, append
from cchc_tasks.services._work import get_task, given_away, kinds_of_units, of_kind, recount_finished, recount_unit
from cchc_tasks.storage.models import (
    ExtensionRequest,
    GroupMember,
    Mandate,
    Membership,
    Obligation,
    Person,
    Task,
    Unit,
)
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries import reorganisations as queries
from cchc_tasks.storage.queries.as_of import assigned_of
from cchc_tasks.storage.queries.people import holds_on
from cchc_tasks.storage.queries.reorganisations import Decision

ONE_DAY = timedelta(days=1)
#: The change that assignment rows of a reorganisation carry.
REORGANISED = "reorganisation"


@dataclass(frozen=True, slots=True)
class Day:
    """The decision on its day, as every step needs it. `main` maps a passing unit to its heir."""

    decision: Decision
    day: date
    main: Mapping[int, int]
    from_ids: frozenset[int]
    ended: frozenset[int]
    to_ids: tuple[int, ...]
    now: datetime

    @property
    def agency_id(self) -> int:
        return self.decision.row.agency_id

    def choice(self, kind: str, key: int) -> object:
        chosen = self.decision.row.choices.get(kind)
        return chosen.get(str(key)) if isinstance(chosen, dict) else None

    def heir_of_task(self, task_id: int) -> dict[int, int]:
        """Who succeeds whom for one task: the successor chosen for it, else the main heir."""
        chosen = self.choice("tasks", task_id)
        return dict.fromkeys(self.from_ids, chosen) if isinstance(chosen, int) else dict(self.main)


def carry_out(session: Session, decision: Decision, *, now: datetime) -> dict[str, object]:
    """Passes work, people and groups on as of the day of effect, and ends the units that ended; numbers of each."""
    lines = decision.lines
    ended = ending(lines)
    day = Day(
        decision,
        decision.row.effective_on,
        heirs(lines),
        frozenset(line.from_id for line in lines if line.from_id is not None and line.from_id != line.to_id) | ended,
        ended,
        tuple(dict.fromkeys(line.to_id for line in lines if line.to_id is not None)),
        now,
    )
    people = _pass_roles(session, day)
    groups = _pass_groups(session, day)
    _end_mandates(session, day)
    _end_units(session, day)
    session.flush()
    tasks, obligations = _pass_work(session, day)
    return {"tasks": tasks, "obligations": obligations, "people": people, "groups": groups}


# --- people and groups


def _pass_roles(session: Session, day: Day) -> int:
    """Roles end with the eve of the day and go on at a successor, unless a choice says otherwise."""
    moved: set[int] = set()
    query = select(Membership).where(
        Membership.agency_id == day.agency_id,
        Membership.unit_id.in_(day.from_ids),
        or_(Membership.ends_on.is_(None), Membership.ends_on >= day.day),
    )
    for held in session.scalars(query.order_by(Membership.id)).all():
        if _pass_role(session, day, held):
            moved.add(held.person_id)
    for person in session.scalars(select(Person).where(Person.id.in_(moved))):
        person.version += 1
    return len(moved)


def _pass_role(session: Session, day: Day, held: Membership) -> bool:
    choice = day.choice("people", held.id)
    own = held.unit_id or 0
    heir, role = day.main.get(own), _default_role(day, held)
    if isinstance(choice, dict):
        chosen = choice.get("unit_id")
        heir = chosen if isinstance(chosen, int) else None
        role = Role(str(choice["role"])) if choice.get("role") else held.role
    elif own not in day.ended:
        return False
    if heir == own:
        return False
    # Roles in the whole agency do not end with a unit.
    goes_on = heir is not None or held.role not in ROLES_IN_A_UNIT
    starts_on, ends_on = max(day.day, held.starts_on), held.ends_on
    if held.starts_on >= day.day:
        session.delete(held)
    else:
        held.ends_on = day.day - ONE_DAY
    session.flush()
    if goes_on and not _has_role(session, held.person_id, role, heir, starts_on):
        session.add(
            Membership(
                agency_id=day.agency_id,
                person_id=held.person_id,
                unit_id=heir,
                role=role,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        )
    return True


def _default_role(day: Day, held: Membership) -> Role:
    """Who was head stays head only where a new unit stands in the place of that one unit alone.

    A merged unit has one head: who that is, is said, not guessed.
    """
    heir = day.main.get(held.unit_id or 0)
    is_only = [old for old, new in day.main.items() if new == heir] == [held.unit_id]
    stays = held.role is not Role.HEAD or (is_only and heir in day.decision.made_ids)
    return held.role if stays else Role.STAFF


def _has_role(session: Session, person_id: int, role: Role, unit_id: int | None, day: date) -> bool:
    query = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.role == role,
        Membership.unit_id.is_(None) if unit_id is None else Membership.unit_id == unit_id,
        holds_on(Membership.starts_on, Membership.ends_on, day),
    )
    return session.scalars(query).first() is not None


def _pass_groups(session: Session, day: Day) -> int:
    """Successors take the places of ended units in collective groups."""
    passed_on: set[int] = set()
    for held in queries.groups_of(session, day.agency_id, day.ended, day.day):
        passed_on.add(held.group_id)
        if held.valid_from >= day.day:
            session.delete(held)
        else:
            held.valid_to = day.day - ONE_DAY
        session.flush()
        for heir in day.to_ids:
            if not _is_member(session, held.group_id, heir, day.day):
                session.add(
                    GroupMember(agency_id=day.agency_id, group_id=held.group_id, member_id=heir, valid_from=day.day)
                )
                session.flush()
    return len(passed_on)


def _is_member(session: Session, group_id: int, member_id: int, day: date) -> bool:
    query = select(GroupMember.id).where(
        GroupMember.group_id == group_id,
        GroupMember.member_id == member_id,
        or_(GroupMember.valid_to.is_(None), GroupMember.valid_to >= day),
    )
    return session.scalars(query).first() is not None


def _end_mandates(session: Session, day: Day) -> None:
    """Nobody acts as head of a unit that is no more."""
    query = select(Mandate).where(
        Mandate.agency_id == day.agency_id,
        Mandate.unit_id.in_(day.ended),
        Mandate.revoked_at.is_(None),
        or_(Mandate.ends_on.is_(None), Mandate.ends_on >= day.day),
    )
    for mandate in session.scalars(query):
        mandate.version += 1
        if mandate.starts_on >= day.day:
            mandate.revoked_at = day.now
        else:
            mandate.ends_on = day.day - ONE_DAY


def _end_units(session: Session, day: Day) -> None:
    eve = day.day - ONE_DAY
    for unit in session.scalars(select(Unit).where(Unit.agency_id == day.agency_id, Unit.id.in_(day.ended))):
        unit.valid_to = eve
        unit.version += 1
        for name in unit.names:
            if name.valid_to is None:
                name.valid_to = max(eve, name.valid_from)


def unmake(unit: Unit) -> None:
    """A unit made for a decision that was taken back: it was never there."""
    if unit.valid_from is None:
        return
    unit.valid_to = unit.valid_from - ONE_DAY
    for name in unit.names:
        name.valid_to = name.valid_from


# --- work


def _pass_work(session: Session, day: Day) -> tuple[int, int]:
    """Work not finished before the day passes to the successors; how many tasks and open obligations."""
    actor = Principal(None, day.agency_id)
    ids = queries.tasks_to_pass(session, day.agency_id, day.from_ids, day.day)
    # All in the order of the locks: tasks, then their obligations, then the head of the ledger.
    session.execute(select(Task.id).where(Task.id.in_(ids)).order_by(Task.id).with_for_update(key_share=True))
    tasks = [get_task(session, task_id, actor) for task_id in ids]
    groups = of_kind(kinds_of_units(session, day.agency_id), UnitKind.GROUP)
    rows: list[NewRow] = []
    moved: list[Task] = []
    series = ledger_queries.assignment_rows_of(session, day.agency_id, ids)
    for task in tasks:
        told = rows_of_task(task, series.get(task.id, []), day)
        if told:
            rows += told
            moved.append(task)
    append(session, day.agency_id, rows, now=day.now)
    for task in moved:
        heir_of = day.heir_of_task(task.id)
        put_passed(session, task, passed(task.assigned(), heir_of), heir_of, groups, now=day.now)
    _take_back_handovers(session, day, moved)
    _pass_questions(session, day, moved)
    owed = [each for task in moved for part in task.deliverables for each in part.obligations]
    return len(moved), sum(each.status in OPEN_STATUSES for each in owed)


def _pass_questions(session: Session, day: Day, tasks: Sequence[Task]) -> None:
    """What an ended unit reported or asked and nobody answered is its heir's: who may answer goes by that."""
    heirs: dict[int, Mapping[int, int]] = {}
    for task in tasks:
        heir_of = day.heir_of_task(task.id)
        for each in (each for part in task.deliverables for each in part.obligations):
            heirs[each.id] = heir_of
            if each.status is Status.REPORTED and each.reported_unit_id in heir_of:
                each.reported_unit_id = heir_of[each.reported_unit_id or 0]
    query = select(ExtensionRequest).where(
        ExtensionRequest.agency_id == day.agency_id, ExtensionRequest.state == ExtensionState.ASKED
    )
    for request in session.scalars(query.order_by(ExtensionRequest.id)):
        unit_id = request.asked_unit_id or 0
        request.asked_unit_id = heirs.get(request.obligation_id, {}).get(unit_id, request.asked_unit_id)


def rows_of_task(task: Task, series: Sequence[LedgerRow], day: Day) -> list[NewRow]:
    """What the ledger is told of one task: from the day on, and for later days already spoken of."""
    heir_of = day.heir_of_task(task.id)
    told: list[NewRow] = []
    # Of the task itself, then of each product that stands or stood in it: amendments give some to other rows.
    for part_id in dict.fromkeys([None, *(row.deliverable_id for row in series)]):
        own = [row for row in series if row.deliverable_id == part_id]
        for row in rows_from(own, day.day):
            told += _passed_row(task, row, heir_of, day)
    return told


def _passed_row(task: Task, row: LedgerRow, heir_of: Mapping[int, int], day: Day) -> list[NewRow]:
    """The row with successors in place of the units it names; nothing where it names none of them."""
    corrects = row.seq if row.effective_on > day.day else None
    on = day.day if corrects is None else row.effective_on
    actor_id = day.decision.row.actor_id
    if row.deliverable_id is None:
        before = assigned_of(row)
        after = passed(before, heir_of)
        if after == before:
            return []
        told = assignment_row(task, after, effective_on=on, actor_id=actor_id)
    else:
        if row.unit_id is None or row.unit_id not in heir_of:
            return []
        told = NewRow(
            kind=RowKind.ASSIGNMENT,
            plan_id=task.plan_id,
            task_id=task.id,
            deliverable_id=row.deliverable_id,
            effective_on=on,
            actor_id=actor_id,
            unit_id=heir_of[row.unit_id],
        )
    return [replace(told, corrects_seq=corrects, payload={**told.payload, **_words(day), "before": row.unit_id})]


def _words(day: Day) -> dict[str, object]:
    row = day.decision.row
    return {
        "change": REORGANISED,
        "decision": row.number,
        "decision_id": row.id,
        "issued_on": row.issued_on.isoformat(),
    }


def put_passed(
    session: Session,
    task: Task,
    after: AssignedUnits,
    heir_of: Mapping[int, int],
    groups: frozenset[int],
    *,
    now: datetime,
) -> None:
    """Brings the present units of a task, its products and its obligations in line with its new rows."""
    put_assignment(session, task, after)
    task.assignment_version += 1
    task.version += 1
    for part in task.deliverables:
        if part.responsible_unit_id in heir_of:
            part.responsible_unit_id = heir_of[part.responsible_unit_id or 0]
            part.version += 1
        recount_unit(task, part, groups)
        for obligation in part.obligations:
            obligation.calendar_sequence += 1
            obligation.changed_at = now
        recount_finished(session, part.obligations)
    recount_finished(session, given_away(session, task))


def _take_back_handovers(session: Session, day: Day, tasks: Sequence[Task]) -> None:
    """Who does not go along with the work keeps none of it: it is the successor's to hand on."""
    workplaces: dict[int, set[int]] = {}
    query = select(Membership.person_id, Membership.unit_id).where(
        Membership.agency_id == day.agency_id,
        or_(Membership.ends_on.is_(None), Membership.ends_on >= day.day),
    )
    for person_id, unit_id in session.execute(query):
        workplaces.setdefault(person_id, set()).add(unit_id or 0)
    members = _members(session, day)
    rows: list[NewRow] = []
    for task in tasks:
        for part in task.deliverables:
            named = task.assigned().owing(part.responsible_unit_id)
            owing = named.union(*(members.get(unit_id, ()) for unit_id in named))
            for each in part.obligations:
                keeps = each.person_id is None or each.status not in OPEN_STATUSES
                if not keeps and owing.isdisjoint(workplaces.get(each.person_id or 0, ())):
                    rows.append(_handover(each, day))
                    each.person_id = None
                    each.version += 1
    append(session, day.agency_id, rows, now=day.now)


def _members(session: Session, day: Day) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    query = select(GroupMember.group_id, GroupMember.member_id).where(
        GroupMember.agency_id == day.agency_id, holds_on(GroupMember.valid_from, GroupMember.valid_to, day.day)
    )
    for group_id, member_id in session.execute(query):
        found.setdefault(group_id, set()).add(member_id)
    return found


def _handover(obligation: Obligation, day: Day) -> NewRow:
    return NewRow(
        kind=RowKind.HANDOVER,
        plan_id=obligation.plan_id,
        task_id=obligation.task_id,
        deliverable_id=obligation.deliverable_id,
        obligation_id=obligation.id,
        effective_on=day.day,
        actor_id=day.decision.row.actor_id,
        payload={"person_id": None, **_words(day)},
    )
