"""Work without anybody: handed to a unit where somebody is, from today on; what was before stays as it was."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.orphans import Staffing
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reorganisations import InvalidReorganisation, ReorganisationTrouble, passed
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind
from cchc_tasks.services import _once
from cchc_tasks.services._entry import assignment_row
from cchc_tasks.services._record import NewRow, append
from cchc_tasks.services._reorganisation import put_passed
from cchc_tasks.services._work import get_task, kinds_of_units, of_kind
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Deliverable, Task
from cchc_tasks.storage.queries import orphans as queries

log = logging.getLogger(__name__)


def give_to(
    session: Session,
    task_ids: Sequence[int],
    *,
    unit_id: int,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> int:
    """Gives tasks without anybody to a unit, in the place of those where nobody is; how many were given.

    Tasks that somebody answers for by now are left alone. Raises `NotFound` for a unit that is not alive, and
    `InvalidReorganisation` for one in which nobody is either.
    """
    permissions.require(actor, Action.EDIT_PLAN)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        found = queries.staffing(session, actor.agency_id, local_day(now))
        if unit_id not in found.alive:
            raise NotFound(what="unit", id=unit_id)
        if found.reason({unit_id}) is not None:
            raise InvalidReorganisation(ReorganisationTrouble.EMPTY_UNIT, "to_id")
        given = sum(
            _give(session, task_id, unit_id, found, reason, actor, now, request_key)
            for task_id in sorted(set(task_ids))
        )
    log.info("%s tasks without anybody given to unit %s by %s", given, unit_id, actor.person_id)
    return given


def _give(
    session: Session,
    task_id: int,
    unit_id: int,
    found: Staffing,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None,
) -> bool:
    task = get_task(session, task_id, actor)
    groups = of_kind(kinds_of_units(session, actor.agency_id), UnitKind.GROUP)
    whole = task.assigned()
    empty_parts = [part for part in task.deliverables if found.reason(whole.owing(part.responsible_unit_id))]
    if not empty_parts:
        return False
    heir_of = {each: unit_id for part in empty_parts for each in whole.owing(part.responsible_unit_id)}
    after = _given(whole, unit_id, heir_of)
    rows = [_row(task, None, after, unit_id, reason, actor, now, request_key)] if after != whole else []
    rows += [
        _row(task, part, after, unit_id, reason, actor, now, request_key)
        for part in empty_parts
        if part.responsible_unit_id is not None
    ]
    append(session, actor.agency_id, rows, now=now)
    put_passed(session, task, after, heir_of, groups, now=now)
    return True


def _given(whole: AssignedUnits, unit_id: int, heir_of: dict[int, int]) -> AssignedUnits:
    """The assignment with the unit in the place of those where nobody is; with nobody named, it leads."""
    if not whole.responsible:
        return AssignedUnits(unit_id, LeadBasis.EXPLICIT, (), whole.coordinating)
    return passed(whole, heir_of)


def _row(
    task: Task,
    part: Deliverable | None,
    after: AssignedUnits,
    unit_id: int,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None,
) -> NewRow:
    whole = assignment_row(task, after, effective_on=local_day(now), actor_id=actor.person_id, reason=reason)
    payload: dict[str, object] = {"change": "given", "reason": reason} | (whole.payload if part is None else {})
    return NewRow(
        kind=whole.kind,
        plan_id=task.plan_id,
        task_id=task.id,
        deliverable_id=None if part is None else part.id,
        effective_on=whole.effective_on,
        actor_id=actor.person_id,
        unit_id=after.lead if part is None else unit_id,
        request_key=request_key,
        payload=payload,
    )


def tasks_of(session: Session, agency_id: int, unit_id: int | None, now: datetime) -> list[int]:
    """The tasks without anybody that one unit owes; None: those for which no unit is named."""
    found = queries.list_orphans(session, agency_id, local_day(now))
    wanted = {each.task_id for each in found if (unit_id in each.unit_ids if unit_id else not each.unit_ids)}
    return list(session.scalars(select(Task.id).where(Task.agency_id == agency_id, Task.id.in_(wanted))))
