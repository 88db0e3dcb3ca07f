"""Finished work of an ended unit that is taken up again: it is the one heir's, as if it had been open on the day."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.reorganisations import passed
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import OPEN_STATUSES
from cchc_tasks.services._record import append
from cchc_tasks.services._reorganisation import Day, put_passed, rows_of_task
from cchc_tasks.services._work import Item, get_task, kinds_of_units, of_kind
from cchc_tasks.storage.models import Obligation, Task, Unit
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries import reorganisations as queries


def lock_task_of(session: Session, obligation_id: int, actor: Principal) -> None:
    """Takes the lock of the task before that of its obligation, for whoever may have to change both."""
    own = select(Obligation.task_id).where(Obligation.agency_id == actor.agency_id, Obligation.id == obligation_id)
    locked = select(Task.id).where(Task.id.in_(own.scalar_subquery())).with_for_update(key_share=True)
    session.execute(locked)


def _ended(session: Session, unit_ids: Collection[int]) -> bool:
    ended = select(Unit.id).where(Unit.id.in_(unit_ids), Unit.valid_to.is_not(None)).limit(1)
    return session.scalar(ended) is not None


def pass_to_heir(session: Session, item: Item, *, now: datetime) -> bool:
    """Where units that owe the open work ended with one heir each, the heir owes it; whether anything passed.

    From the day on which the heir came into its place, or on which the work was taken up again if that is later. With
    several heirs nobody is guessed: the work stands among that which nobody answers for. The task is locked already.
    """
    obligation = item.obligation
    named = item.task.assigned().owing(item.deliverable.responsible_unit_id)
    if obligation.status not in OPEN_STATUSES or not _ended(session, named):
        return False
    found = queries.only_heirs_of(session, obligation.agency_id)
    heir_of = {unit_id: found[unit_id][0] for unit_id in named if unit_id in found}
    if not heir_of:
        return False
    decision = max((found[unit_id][1] for unit_id in heir_of), key=lambda each: each.row.effective_on)
    on = max(decision.row.effective_on, obligation.status_on or date.min)
    day = Day(decision, on, heir_of, frozenset(heir_of), frozenset(heir_of), tuple(set(heir_of.values())), now)
    # The task is read anew, with the status that was just put.
    session.flush()
    task = get_task(session, item.task.id, Principal(None, obligation.agency_id))
    series = ledger_queries.assignment_rows_of(session, obligation.agency_id, [task.id])
    rows = rows_of_task(task, series.get(task.id, []), day)
    if rows:
        append(session, obligation.agency_id, rows, now=now)
        groups = of_kind(kinds_of_units(session, obligation.agency_id), UnitKind.GROUP)
        put_passed(session, task, passed(task.assigned(), heir_of), heir_of, groups, now=now)
    return bool(rows)
