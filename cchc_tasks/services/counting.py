"""Counts of a plan as at (cut-off, known-at), with the rule that was in force when it was known."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.counting import (
    CountedThing,
    CountingRule,
    Denominator,
    DoneWhen,
    JudgedBy,
    ObligationState,
    StandingWork,
    Tally,
    WholeDoneWhen,
    tally,
)
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import Plan, PlanRule, Task
from cchc_tasks.storage.queries.as_of import states_as_of, statuses_as_of
from cchc_tasks.storage.queries.reorganisations import units_as_asked


def count(
    session: Session,
    plan_id: int,
    *,
    actor: Principal,
    cut_off: date,
    known_at: datetime,
    rule: CountingRule | None = None,
    by: CountedThing | None = None,
    judged_by: JudgedBy | None = None,
    window_starts_on: date | None = None,
    task_id: int | None = None,
) -> Tally:
    """The plan's tally: by its own rule as then known, or by `rule`, with `by` and `judged_by` in place of its own.

    With `task_id` only the things that this task is part of: what it gives to the count.
    The answer for a past (cut_off, known_at) is the same for ever. Raises `NotFound` for another agency's plan.
    """
    permissions.require(actor, Action.READ_AGENCY)
    own = rule_of(session, actor.agency_id, plan_id, known_at=known_at)
    used = rule or own
    if by is not None:
        used = replace(used, counted=by)
    if judged_by is not None:
        used = replace(used, judged_by=judged_by)
    among = None if task_id is None else _counted_with(session, actor.agency_id, plan_id, task_id, used.counted)
    states = states_as_of(session, actor.agency_id, [plan_id], cut_off=cut_off, known_at=known_at, task_ids=among)
    return tally(states, used, cut_off, window_starts_on=window_starts_on)


def count_by_unit(
    session: Session,
    plan_id: int,
    *,
    actor: Principal,
    cut_off: date,
    known_at: datetime,
    units: UnitsAsked = UnitsAsked.THEN,
    rule: CountingRule | None = None,
) -> dict[int | None, Tally]:
    """The plan's obligations by the unit they count at (None: nobody leads yet), each unit's by the plan's rule.

    Every obligation counts once, so that the units' numbers add up to the plan's. `units` says by which units:
    those of the cut-off, or those there are when it is known; the sums are the same.
    """
    permissions.require(actor, Action.READ_AGENCY)
    own = rule_of(session, actor.agency_id, plan_id, known_at=known_at)
    used = replace(rule or own, counted=CountedThing.OBLIGATION)
    states = states_as_of(session, actor.agency_id, [plan_id], cut_off=cut_off, known_at=known_at)
    shown = units_as_asked(session, actor.agency_id, units, known_at=known_at)
    return tally_by_unit(states, used, cut_off, shown)


def tally_by_unit(
    states: Iterable[ObligationState], rule: CountingRule, cut_off: date, shown: Mapping[int, int]
) -> dict[int | None, Tally]:
    """States by the unit they count at, or by the one that `shown` names in its place, each set counted by `rule`."""
    found: dict[int | None, list[ObligationState]] = {}
    for state in states:
        unit_id = state.unit_id if state.unit_id is None else shown.get(state.unit_id, state.unit_id)
        found.setdefault(unit_id, []).append(state)
    return {unit_id: tally(own, rule, cut_off) for unit_id, own in found.items()}


def _counted_with(session: Session, agency_id: int, plan_id: int, task_id: int, counted: CountedThing) -> set[int]:
    """The tasks that stand in one unit of the count with `task_id`, itself included."""
    if counted not in (CountedThing.AREA, CountedThing.NUMBER):
        return {task_id}
    rows = session.execute(
        select(Task.id, Task.area_id, Task.numbers).where(Task.agency_id == agency_id, Task.plan_id == plan_id)
    ).all()
    own = next((row for row in rows if row.id == task_id), None)
    if own is None:
        return {task_id}
    if counted is CountedThing.AREA:
        return {row.id for row in rows if row.area_id == own.area_id}
    numbers = set(own.numbers)
    return {row.id for row in rows if numbers & set(row.numbers)} | {task_id}


def count_by_status(
    session: Session, *, actor: Principal, cut_off: date, known_at: datetime
) -> dict[int, dict[Status, int]]:
    """How many obligations of each plan of the agency were in each status; numbers without lists, by no rule."""
    permissions.require(actor, Action.READ_AGENCY)
    return statuses_as_of(session, actor.agency_id, None, cut_off=cut_off, known_at=known_at)


def rule_of(session: Session, agency_id: int, plan_id: int, *, known_at: datetime) -> CountingRule:
    """The plan's counting rule as known at an instant; its first rule for instants before it.

    Raises `NotFound`, also for another agency's plan.
    """
    rows = session.connection().execute(_RULES, {"agency_id": agency_id, "plan_id": plan_id}).all()
    if not rows:
        raise NotFound(what="plan", id=plan_id)
    kept = [row for row in rows if row.recorded_at is not None]
    known = [row for row in kept if row.recorded_at <= known_at] or kept[:1]
    return rule_from(known[-1].rule) if known else CountingRule()


#: Asked with every count: made once, since making it costs more than running it. One row without a rule where a plan
#: has none.
_RULES = (
    select(PlanRule.rule, PlanRule.recorded_at)
    .select_from(Plan)
    .outerjoin(PlanRule, and_(PlanRule.agency_id == Plan.agency_id, PlanRule.plan_id == Plan.id))
    .where(Plan.agency_id == bindparam("agency_id"), Plan.id == bindparam("plan_id"))
    .order_by(PlanRule.ordinal)
)


def rule_from(values: dict[str, Any]) -> CountingRule:
    """A rule from its stored form."""
    return CountingRule(
        counted=CountedThing(values["counted"]),
        done_when=DoneWhen(values["done_when"]),
        whole_done_when=WholeDoneWhen(values["whole_done_when"]),
        standing_work=StandingWork(values["standing_work"]),
        denominator=Denominator(values["denominator"]),
        noun=values["noun"],
        # Rules written before there were extensions say nothing of it.
        judged_by=JudgedBy(values.get("judged_by", JudgedBy.IN_FORCE)),
    )


def rule_values(rule: CountingRule) -> dict[str, object]:
    """A rule in its stored form."""
    return {name: str(value) for name, value in asdict(rule).items()}
