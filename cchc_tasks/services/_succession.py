"""Work of an ended unit that was finished, or not there, on its day and is open then or later: the one heir's."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ScalarSelect, Select, or_, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import FOR_EVER, LedgerRow, RowKind, holding_row
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.reorganisations import passed
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services._record import append
from cchc_tasks.services._reorganisation import Day, put_passed, rows_of_task
from cchc_tasks.services._work import get_task, kinds_of_units, of_kind
from cchc_tasks.storage.models import Deliverable, Obligation, Task
from cchc_tasks.storage.models import LedgerRow as StoredRow
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries import reorganisations as queries
from cchc_tasks.storage.queries.as_of import unit_judged_on
from cchc_tasks.storage.queries.reorganisations import Decision


def lock_task_of(session: Session, obligation_id: int, actor: Principal) -> None:
    """Takes the locks of the task, and of those it stood in before, ahead of that of the obligation.

    For whoever may have to change both.
    """
    part_id = select(Obligation.deliverable_id).where(
        Obligation.agency_id == actor.agency_id, Obligation.id == obligation_id
    )
    session.execute(_tasks_of(part_id.scalar_subquery(), actor.agency_id).with_for_update(key_share=True))


def lock_tasks_of_part(session: Session, deliverable_id: int, actor: Principal) -> None:
    """The same for a product to which an obligation is added."""
    session.execute(_tasks_of(deliverable_id, actor.agency_id).with_for_update(key_share=True))


def _tasks_of(part_id: int | ScalarSelect[int], agency_id: int) -> Select[int]:
    """The task of a product and those that amendments took it from, in the order of the locks."""
    given = select(StoredRow.task_id).where(
        StoredRow.agency_id == agency_id, StoredRow.kind == RowKind.AMENDMENT, StoredRow.deliverable_id == part_id
    )
    present = select(Deliverable.task_id).where(Deliverable.agency_id == agency_id, Deliverable.id == part_id)
    return select(Task.id).where(or_(Task.id == present.scalar_subquery(), Task.id.in_(given))).order_by(Task.id)


def pass_to_heir(session: Session, obligation: Obligation, *, now: datetime) -> None:
    """Where units that owed the work while it was open had ended with one heir each, the heir owes it.

    From the first day since the heir came into its place on which the work was open or was finished: it may have been
    taken up again or added later, and what a correction says of earlier days may leave it finished by now. With several
    heirs nobody is guessed: the work stands among that which nobody answers for. The tasks are locked already.
    """
    steps = queries.only_heirs_of(session, obligation.agency_id)
    if not steps:
        return
    # The tasks are read anew, with the status that was just put.
    session.flush()
    rows = ledger_queries.list_status_rows(session, obligation.agency_id, obligation.id)
    task_ids = list(session.scalars(_tasks_of(obligation.deliverable_id, obligation.agency_id)))
    for decision in dict.fromkeys(decision for _, decision in steps.values()):
        on = _first_day(rows, obligation.entered_on, decision.row.effective_on)
        if on is None:
            continue
        heir_of = {old: new for old, (new, by) in steps.items() if by is decision}
        for task_id in task_ids:
            _pass_task(session, task_id, _day(decision, on, heir_of, now))
        if obligation.status is Status.REPORTED:
            unit_id = obligation.reported_unit_id or 0
            obligation.reported_unit_id = heir_of.get(unit_id, obligation.reported_unit_id)


def _first_day(rows: Sequence[LedgerRow], entered_on: date, since: date) -> date | None:
    """The first day since a decision's on which the unit of that day counts: of open work, or of its completion."""
    for day in sorted({since, *(row.effective_on for row in rows if row.effective_on > since)}):
        held = holding_row(rows, cut_off=day, known_at=FOR_EVER)
        status, status_on = (None, None) if held is None else (held.status, held.effective_on)
        if unit_judged_on(status, status_on, entered_on, day) >= since:
            return max(day, entered_on)
    return None


def _day(decision: Decision, on: date, heir_of: Mapping[int, int], now: datetime) -> Day:
    return Day(decision, on, heir_of, frozenset(heir_of), frozenset(heir_of), tuple(set(heir_of.values())), now)


def _pass_task(session: Session, task_id: int, day: Day) -> None:
    session.flush()
    task = get_task(session, task_id, Principal(None, day.agency_id))
    series = ledger_queries.assignment_rows_of(session, day.agency_id, [task_id])
    rows = rows_of_task(task, series.get(task_id, []), day)
    if rows:
        append(session, day.agency_id, rows, now=day.now)
        groups = of_kind(kinds_of_units(session, day.agency_id), UnitKind.GROUP)
        put_passed(session, task, passed(task.assigned(), day.main), day.main, groups, now=day.now)
