"""What held of every obligation as at (cut-off, known-at): the domain's ledger rule in SQL, for whole plans at once.

A property-based test holds this equal to `domain.ledger.holding_row` on random histories and both databases.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from cchc_tasks.domain.counting import ObligationState
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.domain.ledger import RowKind, holding_row
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind, counted_unit
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import Area, Deliverable, LedgerRow, Obligation, Task, Unit
from cchc_tasks.storage.queries import ledger as ledger_queries


def states_as_of(
    session: Session,
    agency_id: int,
    plan_ids: Sequence[int] | None,
    *,
    cut_off: date,
    known_at: datetime,
    task_ids: Collection[int] | None = None,
) -> list[ObligationState]:
    """The obligations of the plans (None: of all) that were in them, as at both dates, in printed order.

    Both bounds are inclusive. `task_ids` narrows to some tasks. Two to five queries, whatever there is to count.
    """
    query = _narrowed(_query(agency_id, cut_off, known_at), plan_ids)
    if task_ids is not None:
        query = query.where(Obligation.task_id.in_(task_ids))
    # Plain columns on the connection itself: the session would wrap each row once more.
    rows = session.connection().execute(query).all()
    moved = [row.id for row in rows if row.deadline_version > 1]
    deadlines = ledger_queries.deadline_rows_of(session, agency_id, moved)
    units = _units_as_of(session, agency_id, rows, cut_off, known_at)
    return [
        _moved_state(row, deadlines[row.id], units, cut_off, known_at)
        if row.deadline_version > 1
        else _state(row, row.due_on, row.deadline_kind, units)
        for row in rows
    ]


def statuses_as_of(
    session: Session, agency_id: int, plan_ids: Sequence[int] | None, *, cut_off: date, known_at: datetime
) -> dict[int, dict[Status, int]]:
    """How many obligations of each plan were in each status as at both dates: numbers without the lists; one query.

    The same rule as `states_as_of`, counted in the database: for overviews of many plans.
    """
    status = _holding("status", agency_id, cut_off, known_at).label("status")
    states = select(Obligation.plan_id, status).where(*_in_plan(agency_id, cut_off, known_at))
    each = _narrowed(states, plan_ids).subquery()
    query = select(each.c.plan_id, each.c.status, func.count()).group_by(each.c.plan_id, each.c.status)
    found: dict[int, dict[Status, int]] = {}
    for plan_id, told, number in session.connection().execute(query):
        found.setdefault(plan_id, {})[told or Status.NOT_STARTED] = number
    return found


def _narrowed(query: Any, plan_ids: Sequence[int] | None) -> Any:
    return query if plan_ids is None else query.where(Obligation.plan_id.in_(plan_ids))


def _in_plan(agency_id: int, cut_off: date, known_at: datetime) -> tuple[Any, ...]:
    """The conditions under which an obligation stood in its plan."""
    return Obligation.agency_id == agency_id, Obligation.entered_on <= cut_off, Obligation.entered_at <= known_at


def _query(agency_id: int, cut_off: date, known_at: datetime) -> Any:
    held = aliased(LedgerRow)
    holds = and_(held.agency_id == agency_id, held.seq == _holding("seq", agency_id, cut_off, known_at))
    return (
        select(
            Obligation.id,
            Obligation.deliverable_id,
            Obligation.task_id,
            Task.area_id,
            Task.numbers,
            held.status,
            held.effective_on,
            Obligation.due_on,
            Obligation.deadline_kind,
            Obligation.counted_unit_id,
            Obligation.plan_id,
            Obligation.entered_on,
            Obligation.deadline_version,
            Task.assignment_version,
        )
        .join(Task, Task.id == Obligation.task_id)
        .join(Area, Area.id == Task.area_id)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .outerjoin(held, holds)
        .where(*_in_plan(agency_id, cut_off, known_at))
        .order_by(Obligation.plan_id, Area.position, Task.position, Deliverable.position, Obligation.position)
    )


def _holding(column: str, agency_id: int, cut_off: date, known_at: datetime) -> Any:
    """A column of the status row that holds: known, not corrected by a known row, last by (day, sequence)."""
    row, correction = aliased(LedgerRow), aliased(LedgerRow)
    corrected = exists().where(
        correction.agency_id == agency_id,
        correction.corrects_seq == row.seq,
        correction.recorded_at <= known_at,
        correction.effective_on <= cut_off,
    )
    return (
        select(getattr(row, column))
        .where(
            row.obligation_id == Obligation.id,
            row.kind == RowKind.STATUS,
            row.recorded_at <= known_at,
            row.effective_on <= cut_off,
            ~corrected,
        )
        .order_by(row.effective_on.desc(), row.seq.desc())
        .limit(1)
        .correlate(Obligation)
        .scalar_subquery()
    )


def _moved_state(
    row: Row[Any],
    deadline_rows: list[DomainRow],
    units: Mapping[int, int | None],
    cut_off: date,
    known_at: datetime,
) -> ObligationState:
    """The state of an obligation whose deadline was changed: judged by the one that was in force."""
    done_on = row.effective_on if row.status is Status.DONE else None
    due_on, kind = _deadline_in_force(deadline_rows, row.entered_on, done_on, cut_off, known_at)
    return _state(row, due_on, kind, units)


def _state(row: Any, due_on: date | None, kind: DeadlineKind, units: Mapping[int, int | None]) -> ObligationState:
    (id_, deliverable_id, task_id, area_id, numbers, status, status_on, _due, _kind, unit_id, plan_id) = row[:11]
    return ObligationState(
        id_,
        deliverable_id,
        task_id,
        area_id,
        tuple(numbers),
        status or Status.NOT_STARTED,
        status_on,
        due_on,
        due_on is None and kind is DeadlineKind.ONGOING,
        units.get(id_, unit_id) if units else unit_id,
        plan_id,
    )


def _deadline_in_force(
    rows: list[DomainRow], entered_on: date, done_on: date | None, cut_off: date, known_at: datetime
) -> tuple[date | None, DeadlineKind]:
    """The deadline that is judged by: the one in force on the day of completion, or at the cut-off while open.

    Work done before it entered the plan is judged by the plan's first deadline.
    """
    judged_on = cut_off if done_on is None else max(done_on, entered_on)
    held = holding_row(rows, cut_off=judged_on, known_at=known_at)
    if held is None:
        return None, DeadlineKind.UNSTATED
    return held.due_on, DeadlineKind(str(held.payload["kind"]))


def _units_as_of(
    session: Session, agency_id: int, rows: Iterable[Row[Any]], cut_off: date, known_at: datetime
) -> dict[int, int | None]:
    """The unit each obligation counted at, for tasks whose assignment was changed since; others keep their row's."""
    changed = {row.task_id for row in rows if row.assignment_version > 1}
    if not changed:
        return {}
    series = ledger_queries.assignment_rows_of(session, agency_id, changed)
    kinds = session.execute(select(Unit.id).where(Unit.agency_id == agency_id, Unit.kind == UnitKind.GROUP))
    groups = frozenset(kinds.scalars())
    return {
        row.id: _counted(series.get(row.task_id, []), row.deliverable_id, groups, cut_off, known_at)
        for row in rows
        if row.task_id in changed
    }


def _counted(
    series: Sequence[DomainRow], deliverable_id: int, groups: frozenset[int], cut_off: date, known_at: datetime
) -> int | None:
    def held_of(wanted: int | None) -> DomainRow | None:
        own = [row for row in series if row.deliverable_id == wanted]
        return holding_row(own, cut_off=cut_off, known_at=known_at)

    whole, own = held_of(None), held_of(deliverable_id)
    if whole is None:
        return None
    return counted_unit(assigned_of(whole), groups, responsible=None if own is None else own.unit_id)


def assigned_of(row: DomainRow) -> AssignedUnits:
    """The assignment that a ledger row records."""

    def ids(name: str) -> tuple[int, ...]:
        value = row.payload[name]
        return tuple(int(each) for each in value) if isinstance(value, list) else ()

    return AssignedUnits(row.unit_id, LeadBasis(str(row.payload["basis"])), ids("co_leads"), ids("coordinating"))
