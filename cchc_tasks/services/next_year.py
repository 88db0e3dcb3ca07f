"""A new plan begun with what stood in last year's: the rows chosen, each a year later."""

import logging
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Invalid
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import _once
from cchc_tasks.services._copying import Copier
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services._importing import first_rule, new_plan
from cchc_tasks.services._record import append, recording_time
from cchc_tasks.services.counting import rule_of
from cchc_tasks.services.plans import get_plan
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Deliverable, Obligation, Plan, Task

log = logging.getLogger(__name__)


def begin_from(
    session: Session,
    plan_id: int,
    task_ids: Collection[int],
    *,
    number: str,
    issued_on: date,
    title: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Plan:
    """A plan of the next year with the chosen rows of this one, in their order, and with its counting rule.

    Deadlines fall on the same day a year later (29 February on the 28th); rows withdrawn from the plan are left out.
    Raises `Invalid(what="heading")` without a number, `Refused(PLAN_EXISTS)`, `NotFound` for another agency's plan.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        if not number:
            raise Invalid(what="heading", number=number)
        source = get_plan(session, plan_id, actor)
        recorded_at = recording_time(session, actor.agency_id, now=now)
        plan = new_plan(
            session,
            number=number,
            issued_on=issued_on,
            title=title,
            year=source.year + 1,
            kind=source.kind,
            actor=actor,
            now=recorded_at,
        )
        rule = rule_of(session, actor.agency_id, plan_id, known_at=recorded_at)
        first_rule(session, plan, rule, actor=actor, now=recorded_at)
        copier = Copier(session, plan, issued_on, actor, recorded_at)
        for each in work_of(session, source, task_ids):
            _take(copier, each, source.year)
        append(session, actor.agency_id, copier.told, now=recorded_at)
    log.info("plan %s begun from %s by %s", plan.id, plan_id, actor.person_id)
    return plan


def work_of(session: Session, plan: Plan, task_ids: Collection[int]) -> list[Obligation]:
    """What the chosen rows of a plan consist of, in the plan's order; what was withdrawn from it left out."""
    query = (
        select(Obligation)
        .join(Task, Task.id == Obligation.task_id)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .where(
            Obligation.agency_id == plan.agency_id,
            Obligation.plan_id == plan.id,
            Obligation.task_id.in_(list(task_ids)),
            Obligation.status != Status.WITHDRAWN,
        )
        .options(joinedload(Obligation.deliverable).joinedload(Deliverable.task).selectinload(Task.units))
        .order_by(Task.position, Deliverable.position, Obligation.position)
    )
    return list(session.scalars(query))


def _take(copier: Copier, old: Obligation, year: int) -> None:
    values = DeadlineValues(
        old.deadline_kind,
        a_year_later(old.original_due_on or old.due_on),
        a_year_later(old.starts_on),
        is_ongoing=old.is_ongoing,
    )
    label = old.period_label.replace(str(year), str(year + 1))
    text = old.deadline_text.replace(str(year), str(year + 1))
    origin = {"copied_from": old.id, "plan_id": old.plan_id}
    copier.take(old, values, label=label, text=text, origin=origin)


def a_year_later(day: date | None) -> date | None:
    """The same day of the next year; 28 February for the 29th."""
    if day is None:
        return None
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
