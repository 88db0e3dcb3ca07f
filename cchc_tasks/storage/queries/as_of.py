"""What held of every obligation as at (cut-off, known-at): the domain's ledger rule in SQL, for whole plans at once.

A property-based test holds this equal to `domain.ledger.holding_row` on random histories and both databases.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, exists, select
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
    session: Session, agency_id: int, plan_ids: Sequence[int] | None, *, cut_off: date, known_at: datetime
) -> list[ObligationState]:
    """The obligations of the plans (None: of all) that were in them, as at both dates, in printed order.

    Both bounds are inclusive. Two to five queries, whatever the number of obligations.
    """
    rows = session.execute(_query(agency_id, plan_ids, cut_off, known_at)).all()
    moved = [row.id for row in rows if row.deadline_version > 1]
    deadlines = ledger_queries.deadline_rows_of(session, agency_id, moved)
    units = _units_as_of(session, agency_id, rows, cut_off, known_at)
    return [_state(row, deadlines.get(row.id), units, cut_off, known_at) for row in rows]


def _query(agency_id: int, plan_ids: Sequence[int] | None, cut_off: date, known_at: datetime) -> Any:
    held = aliased(LedgerRow)
    query = (
        select(
            Obligation.id,
            Obligation.plan_id,
            Obligation.task_id,
            Obligation.deliverable_id,
            Obligation.entered_on,
            Obligation.due_on,
            Obligation.deadline_kind,
            Obligation.deadline_version,
            Obligation.counted_unit_id,
            Task.area_id,
            Task.numbers,
            Task.assignment_version,
            held.status,
            held.effective_on,
        )
        .join(Task, Task.id == Obligation.task_id)
        .join(Area, Area.id == Task.area_id)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .outerjoin(
            held,
            and_(held.agency_id == agency_id, held.seq == _holding_seq(agency_id, cut_off, known_at)),
        )
        .where(
            Obligation.agency_id == agency_id,
            Obligation.entered_on <= cut_off,
            Obligation.entered_at <= known_at,
        )
        .order_by(Obligation.plan_id, Area.position, Task.position, Deliverable.position, Obligation.position)
    )
    return query if plan_ids is None else query.where(Obligation.plan_id.in_(plan_ids))


def _holding_seq(agency_id: int, cut_off: date, known_at: datetime) -> Any:
    """The sequence of the status row that holds: known, not corrected by a known row, last by (day, sequence)."""
    row, correction = aliased(LedgerRow), aliased(LedgerRow)
    corrected = exists().where(
        correction.agency_id == agency_id,
        correction.corrects_seq == row.seq,
        correction.recorded_at <= known_at,
        correction.effective_on <= cut_off,
    )
    return (
        select(row.seq)
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


def _state(
    row: Row[Any],
    deadline_rows: list[DomainRow] | None,
    units: Mapping[int, int | None],
    cut_off: date,
    known_at: datetime,
) -> ObligationState:
    status = row.status or Status.NOT_STARTED
    due_on, kind = row.due_on, row.deadline_kind
    if deadline_rows is not None:
        done_on = row.effective_on if status is Status.DONE else None
        due_on, kind = _deadline_in_force(deadline_rows, row.entered_on, done_on, cut_off, known_at)
    return ObligationState(
        obligation_id=row.id,
        deliverable_id=row.deliverable_id,
        task_id=row.task_id,
        area_id=row.area_id,
        numbers=tuple(row.numbers),
        status=status,
        status_on=row.effective_on,
        due_on=due_on,
        is_standing=due_on is None and kind is DeadlineKind.ONGOING,
        unit_id=units.get(row.id, row.counted_unit_id),
        plan_id=row.plan_id,
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
