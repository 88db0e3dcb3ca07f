"""Closing a plan's year: open work lapses or goes on in the next plan with its history; what is done stays."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cchc_tasks.domain import permissions
from cchc_tasks.domain.closing import MOVES, Decided, Fate, OpenWork, check_closing
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.workflow import OPEN_STATUSES, check_move
from cchc_tasks.services import _once
from cchc_tasks.services._copying import Copier
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services._record import NewRow, append, recording_time
from cchc_tasks.services._work import Item, check_version, lock_obligations, refresh_status, status_row
from cchc_tasks.services.plans import get_plan
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Deliverable, Obligation, Plan, Task

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing did."""

    plan: Plan
    carried: tuple[int, ...]
    lapsed: tuple[int, ...]


def close_plan(
    session: Session,
    plan_id: int,
    *,
    version: int,
    decided: Sequence[Decided],
    target_id: int | None,
    closed_on: date,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Closed:
    """Closes the plan as from `closed_on`, whole or not at all; counts up to the day before stay as they are.

    Work that goes on stands in the plan `target_id` from that plan's issue or the closing, whichever is later, as a
    new row that names where it came from. Raises `Refused` as `check_closing` does, `Refused(PLAN_CLOSED)`.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        lock_obligations(session, actor, Obligation.plan_id == plan_id)
        plan = get_plan(session, plan_id, actor)
        target = None if target_id is None else get_plan(session, target_id, actor)
        if plan.closed_on is not None:
            raise Refused(RefusedReason.PLAN_CLOSED, closed_on=plan.closed_on)
        if target is not None and target.closed_on is not None:
            raise Refused(RefusedReason.PLAN_CLOSED, closed_on=target.closed_on)
        check_version(plan, version)
        owed = open_obligations(session, plan)
        check_closing(
            [OpenWork(each.id, each.status) for each in owed],
            decided,
            closed_on=closed_on,
            plan_year=plan.year,
            today=local_day(now),
            target_year=None if target is None else target.year,
        )
        recorded_at = recording_time(session, actor.agency_id, now=now)
        closer = _Closer(session, plan, target, closed_on, actor, recorded_at)
        done = closer.apply(owed, {each.obligation_id: each for each in decided})
    log.info(
        "plan %s closed by %s: %s carried, %s lapsed", plan_id, actor.person_id, len(done.carried), len(done.lapsed)
    )
    return done


def open_obligations(session: Session, plan: Plan) -> list[Obligation]:
    """What the plan still owes, in its order."""
    query = (
        select(Obligation)
        .join(Task, Task.id == Obligation.task_id)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .where(
            Obligation.agency_id == plan.agency_id,
            Obligation.plan_id == plan.id,
            Obligation.status.in_(OPEN_STATUSES),
        )
        .options(joinedload(Obligation.deliverable).joinedload(Deliverable.task).selectinload(Task.units))
        .order_by(Task.position, Deliverable.position, Obligation.position)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


class _Closer:
    """One closing: the rows of the ledger it tells, and the rows it makes in the next plan."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        target: Plan | None,
        closed_on: date,
        actor: Principal,
        now: datetime,
    ) -> None:
        self.session, self.plan, self.target = session, plan, target
        self.closed_on, self.actor, self.now = closed_on, actor, now
        self.told: list[NewRow] = []
        self.copier = None
        if target is not None:
            self.copier = Copier(session, target, max(target.issued_on, closed_on), actor, now)

    def apply(self, owed: Sequence[Obligation], decided: dict[int, Decided]) -> Closed:
        for obligation in owed:
            self._end(obligation, decided[obligation.id])
        carried = [self._carry(each, decided[each.id]) for each in owed if decided[each.id].fate is Fate.CARRY_OVER]
        lapsed = tuple(each.id for each in owed if decided[each.id].fate is Fate.LAPSE)
        counts: dict[str, object] = {"carried": len(carried), "lapsed": len(lapsed)}
        if self.target is not None and carried:
            counts |= {"plan": self.target.number, "plan_id": self.target.id}
        head = NewRow(
            kind=RowKind.CLOSING,
            plan_id=self.plan.id,
            effective_on=self.closed_on,
            actor_id=self.actor.person_id,
            payload=counts,
        )
        taken = [] if self.copier is None else self.copier.told
        append(self.session, self.plan.agency_id, [head, *self.told, *taken], now=self.now)
        for obligation in owed:
            obligation.version += 1
            refresh_status(self.session, obligation, now=self.now)
        self.plan.closed_on = self.closed_on
        self.plan.version += 1
        return Closed(self.plan, tuple(carried), lapsed)

    def _end(self, obligation: Obligation, decided: Decided) -> None:
        move = MOVES[decided.fate]
        status = check_move(obligation.status, move, reason=decided.reason, has_evidence=False)
        item = Item(obligation, obligation.deliverable, obligation.deliverable.task, self.plan)
        payload: dict[str, object] = {"move": move.value, "reason": decided.reason}
        if decided.fate is Fate.CARRY_OVER and self.target is not None:
            payload |= {"plan": self.target.number, "plan_id": self.target.id}
        # Something may have been said of it for a later day: it holds up to that day.
        effective_on = max(self.closed_on, obligation.entered_on, obligation.status_on or date.min)
        self.told.append(status_row(item, self.actor, status=status, effective_on=effective_on, payload=payload))

    def _carry(self, obligation: Obligation, decided: Decided) -> int:
        kind = DeadlineKind.AS_REGULATED if decided.due_on is None else DeadlineKind.DATE
        values = DeadlineValues(kind, decided.due_on, is_ongoing=obligation.is_ongoing and decided.due_on is None)
        origin = {"carried_from": obligation.id, "plan": self.plan.number, "plan_id": self.plan.id}
        made = self._copier().take(obligation, values, label=obligation.period_label, text="", origin=origin)
        made.carried_from_id = obligation.id
        return made.id

    def _copier(self) -> Copier:
        if self.copier is None:
            raise NotFound(what="plan", id=None)
        return self.copier
