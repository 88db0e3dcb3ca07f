"""What held of every obligation as at (cut-off, known-at): the domain's ledger rule in SQL, for whole plans at once.

A property-based test holds this equal to `domain.ledger.holding_row` on random histories and both databases.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, String, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from cchc_tasks.domain.counting import ObligationState
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.extensions import judged_deadline, judged_on
from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.domain.ledger import RowKind, holding_row
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind, counted_unit
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.storage.db import is_postgresql
from cchc_tasks.storage.models import Area, Deliverable, LedgerRow, Obligation, Task, Unit
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries.places import Places, places_of
from cchc_tasks.storage.queries.stored import Known, driver_rows, known_days, read_json
from cchc_tasks.storage.types import Id, UtcDateTime


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
    values: dict[str, Any] = {"agency_id": agency_id, "cut_off": cut_off, "known_at": known_at}
    if plan_ids is not None:
        values["plan_ids"] = list(plan_ids)
    if task_ids is not None:
        values["task_ids"] = list(task_ids)
    query = _states_query(is_postgresql(session), plan_ids is not None, task_ids is not None)
    rows = _held_rows(driver_rows(session.connection().execute(query, values)))
    moved = [row.id for row in rows if row.deadline_version > 1]
    deadlines = ledger_queries.deadline_rows_of(session, agency_id, moved)
    places = places_of(session, agency_id, {row.task_id for row in rows if row.place_version > 1})
    units = _units_as_of(session, agency_id, rows, places, cut_off, known_at)
    states = [
        _moved_state(row, deadlines[row.id], units, cut_off, known_at)
        if row.deadline_version > 1
        else _state(row, row.due_on, row.deadline_kind, units)
        for row in rows
    ]
    if not places.series:
        return states
    return [_placed(state, places, cut_off, known_at) for state in states]


def statuses_as_of(
    session: Session, agency_id: int, plan_ids: Sequence[int] | None, *, cut_off: date, known_at: datetime
) -> dict[int, dict[Status, int]]:
    """How many obligations of each plan were in each status as at both dates: numbers without the lists; one query.

    The same rule as `states_as_of`, counted in the database: for overviews of many plans.
    """
    values: dict[str, Any] = {"agency_id": agency_id, "cut_off": cut_off, "known_at": known_at}
    if plan_ids is not None:
        values["plan_ids"] = list(plan_ids)
    found: dict[int, dict[Status, int]] = {}
    for plan_id, told, number in session.connection().execute(_numbers_query(plan_ids is not None), values):
        # Nothing said and "not started" said again (by a correction) are two groups of one status.
        status, numbers = told or Status.NOT_STARTED, found.setdefault(plan_id, {})
        numbers[status] = numbers.get(status, 0) + number
    return found


class _Held(NamedTuple):
    """An obligation with the status that holds."""

    id: int
    deliverable_id: int
    task_id: int
    area_id: int
    numbers: Sequence[str]
    status: Status | None
    effective_on: date | None
    due_on: date | None
    deadline_kind: DeadlineKind
    counted_unit_id: int | None
    plan_id: int
    entered_on: date
    deadline_version: int
    assignment_version: int
    place_version: int


def _held_rows(rows: list[Any]) -> list[_Held]:
    """The driver's tuples read; SQLAlchemy's types would take longer than the database."""
    days, numbers = known_days(), Known(read_json)
    found = []
    for row in rows:
        (id_, deliverable_id, task_id, area_id, stored, held, due, kind, unit_id, plan_id, entered, *versions) = row
        # PostgreSQL's driver gives lists as lists.
        printed = numbers[stored] if stored.__class__ is str else stored
        status, status_on = (None, None) if held is None else (_STATUSES[held[_DAY:]], days[held[:_DAY]])
        own = (id_, deliverable_id, task_id, area_id, printed, status, status_on, days[due], _KINDS[kind])
        found.append(_Held(*own, unit_id, plan_id, days[entered], *versions))
    return found


_STATUSES = {each.value: each for each in Status}
_KINDS = {each.value: each for each in DeadlineKind}
#: So many characters of "2021-03-31done" are the day.
_DAY = len("2021-03-31")


# Statements are made once for each way of narrowing: making one costs more than running it for a small plan.
_AGENCY = bindparam("agency_id", type_=Id)
_CUT_OFF = bindparam("cut_off", type_=Date)
_KNOWN_AT = bindparam("known_at", type_=UtcDateTime)
#: The conditions under which an obligation stood in its plan.
_IN_PLAN = (Obligation.agency_id == _AGENCY, Obligation.entered_on <= _CUT_OFF, Obligation.entered_at <= _KNOWN_AT)


@cache
def _states_query(on_postgresql: bool, has_plans: bool, has_tasks: bool) -> Any:
    # Day and status as one text: both come from one index, and the row that holds is looked for once.
    query = (
        select(
            Obligation.id,
            Obligation.deliverable_id,
            Obligation.task_id,
            Task.area_id,
            Task.numbers,
            _holding(lambda row: _iso(row.effective_on, on_postgresql) + cast(row.status, String)).label("held"),
            Obligation.due_on,
            Obligation.deadline_kind,
            Obligation.counted_unit_id,
            Obligation.plan_id,
            Obligation.entered_on,
            Obligation.deadline_version,
            Task.assignment_version,
            Task.place_version,
        )
        .join(Task, Task.id == Obligation.task_id)
        .join(Area, Area.id == Task.area_id)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .where(*_IN_PLAN)
        .order_by(Obligation.plan_id, Area.position, Task.position, Deliverable.position, Obligation.position)
    )
    if has_tasks:
        query = query.where(Obligation.task_id.in_(bindparam("task_ids", expanding=True)))
    return _of_plans(query) if has_plans else query


@cache
def _numbers_query(has_plans: bool) -> Any:
    states = select(Obligation.plan_id, _holding(lambda row: row.status).label("status")).where(*_IN_PLAN)
    each = (_of_plans(states) if has_plans else states).subquery()
    return select(each.c.plan_id, each.c.status, func.count()).group_by(each.c.plan_id, each.c.status)


def _of_plans(query: Any) -> Any:
    return query.where(Obligation.plan_id.in_(bindparam("plan_ids", expanding=True)))


def _iso(day: Any, on_postgresql: bool) -> Any:
    """A day as "2021-03-31": as SQLite keeps it; PostgreSQL's own text goes by the server's settings."""
    return func.to_char(day, "YYYY-MM-DD") if on_postgresql else cast(day, String)


def _holding(said: Callable[[Any], Any]) -> Any:
    """What the status row that holds says: known, not corrected by a known row, last by (day, sequence)."""
    row, correction = aliased(LedgerRow), aliased(LedgerRow)
    corrected = exists().where(
        correction.agency_id == _AGENCY,
        correction.corrects_seq == row.seq,
        correction.recorded_at <= _KNOWN_AT,
        correction.effective_on <= _CUT_OFF,
    )
    return (
        select(said(row))
        .where(
            row.obligation_id == Obligation.id,
            row.kind == RowKind.STATUS,
            row.recorded_at <= _KNOWN_AT,
            row.effective_on <= _CUT_OFF,
            ~corrected,
        )
        .order_by(row.effective_on.desc(), row.seq.desc())
        .limit(1)
        .correlate(Obligation)
        .scalar_subquery()
    )


def _moved_state(
    row: _Held,
    deadline_rows: list[DomainRow],
    units: Mapping[int, int | None],
    cut_off: date,
    known_at: datetime,
) -> ObligationState:
    """The state of an obligation whose deadline was changed: judged by the one that was in force."""
    day = judged_on(row.status or Status.NOT_STARTED, row.effective_on, row.entered_on, cut_off)
    found = judged_deadline(deadline_rows, day=day, known_at=known_at)
    kind = DeadlineKind.UNSTATED if found.row is None else DeadlineKind(str(found.row.payload["kind"]))
    state = _state(row, found.due_on, kind, units)
    return state._replace(original_due_on=found.original_due_on, extensions=found.extensions)


def _state(row: _Held, due_on: date | None, kind: DeadlineKind, units: Mapping[int, int | None]) -> ObligationState:
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
        due_on,
    )


def _placed(state: ObligationState, places: Places, cut_off: date, known_at: datetime) -> ObligationState:
    """The state under the task, area and numbers at which it stood."""
    if state.task_id not in places.series:
        return state
    task_id = places.task_at(state.task_id, state.deliverable_id, day=cut_off, known_at=known_at)
    area_id, numbers = places.place_at(task_id, day=cut_off, known_at=known_at)
    return state._replace(task_id=task_id, area_id=area_id, numbers=numbers)


def _units_as_of(
    session: Session, agency_id: int, rows: Iterable[_Held], places: Places, cut_off: date, known_at: datetime
) -> dict[int, int | None]:
    """The unit each obligation counted at, for tasks whose assignment was changed since; others keep their row's."""
    changed = {row.task_id for row in rows if row.assignment_version > 1}
    if not changed:
        return {}
    series = ledger_queries.assignment_rows_of(session, agency_id, changed | set(places.series))
    kinds = session.execute(select(Unit.id).where(Unit.agency_id == agency_id, Unit.kind == UnitKind.GROUP))
    groups = frozenset(kinds.scalars())
    found: dict[int, int | None] = {}
    for row in rows:
        if row.task_id in changed:
            day = unit_judged_on(row.status, row.effective_on, row.entered_on, cut_off)
            task_id = places.task_at(row.task_id, row.deliverable_id, day=day, known_at=known_at)
            own = series.get(task_id, [])
            found[row.id] = unit_counted_at(own, row.deliverable_id, groups, judged_on=day, known_at=known_at)
    return found


def unit_judged_on(status: Status | None, status_on: date | None, entered_on: date, cut_off: date) -> date:
    """The day by which the unit of an obligation is judged, as its deadline is.

    Finished work stays with who did it: the day of completion (or of withdrawal). Open work goes by the cut-off.
    """
    if status is None or status_on is None or status in OPEN_STATUSES:
        return cut_off
    return max(status_on, entered_on)


def unit_counted_at(
    series: Sequence[DomainRow],
    deliverable_id: int,
    groups: frozenset[int],
    *,
    judged_on: date,
    known_at: datetime,
) -> int | None:
    """The unit at which an obligation counts on a day, from the assignment rows of its task."""

    def held_of(wanted: int | None) -> DomainRow | None:
        own = [row for row in series if row.deliverable_id == wanted]
        return holding_row(own, cut_off=judged_on, known_at=known_at)

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
