"""Counts of a plan as at (cut-off, known-at), with the rule that was in force when it was known."""

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.counting import (
    CountedThing,
    CountingRule,
    Denominator,
    DoneWhen,
    StandingWork,
    Tally,
    WholeDoneWhen,
    tally,
)
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.storage.models import Plan, PlanRule
from cchc_tasks.storage.queries.as_of import states_as_of


def count(
    session: Session,
    plan_id: int,
    *,
    actor: Principal,
    cut_off: date,
    known_at: datetime,
    rule: CountingRule | None = None,
    by: CountedThing | None = None,
    window_starts_on: date | None = None,
) -> Tally:
    """The plan's tally: by its own rule as then known, or by `rule`; `by` changes only what is counted.

    The answer for a past (cut_off, known_at) is the same for ever. Raises `NotFound` for another agency's plan.
    """
    permissions.require(actor, Action.READ_AGENCY)
    plan = session.get(Plan, plan_id)
    if plan is None or plan.agency_id != actor.agency_id:
        raise NotFound(what="plan", id=plan_id)
    used = rule or rule_of(session, actor.agency_id, plan_id, known_at=known_at)
    if by is not None:
        used = replace(used, counted=by)
    states = states_as_of(session, actor.agency_id, [plan_id], cut_off=cut_off, known_at=known_at)
    return tally(states, used, cut_off, window_starts_on=window_starts_on)


def rule_of(session: Session, agency_id: int, plan_id: int, *, known_at: datetime) -> CountingRule:
    """The plan's counting rule as known at an instant; its first rule for instants before it."""
    rows = session.scalars(
        select(PlanRule).where(PlanRule.agency_id == agency_id, PlanRule.plan_id == plan_id).order_by(PlanRule.ordinal)
    ).all()
    known = [row for row in rows if row.recorded_at <= known_at] or rows[:1]
    return rule_from(known[-1].rule) if known else CountingRule()


def rule_from(values: dict[str, Any]) -> CountingRule:
    """A rule from its stored form."""
    return CountingRule(
        counted=CountedThing(values["counted"]),
        done_when=DoneWhen(values["done_when"]),
        whole_done_when=WholeDoneWhen(values["whole_done_when"]),
        standing_work=StandingWork(values["standing_work"]),
        denominator=Denominator(values["denominator"]),
        noun=values["noun"],
    )


def rule_values(rule: CountingRule) -> dict[str, object]:
    """A rule in its stored form."""
    return {name: str(value) for name, value in asdict(rule).items()}
