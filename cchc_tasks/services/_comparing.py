"""The plan as it stands, as the domain compares it with a newer print; reads only."""

from collections.abc import Iterable, Mapping, Set
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.plan_declining import untouched, without
from cchc_tasks.domain.plan_difference import (
    PlanDifference,
    StandingPeriod,
    StandingProduct,
    StandingTask,
    difference,
)
from cchc_tasks.domain.plan_drafts import DraftMatch
from cchc_tasks.domain.plan_matching import Answers
from cchc_tasks.domain.plan_reading import PlanReading
from cchc_tasks.domain.plan_units import PlanUnit
from cchc_tasks.domain.workflow import REMOVED_STATUSES
from cchc_tasks.storage.models import Amendment, Area, Deliverable, Plan, Task
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.amendments import list_amendments


def standing_tasks(session: Session, agency_id: int, plan_id: int, day: date) -> tuple[StandingTask, ...]:
    """What the plan's documents say at present: without what was withdrawn, or stays only because it was done.

    Units go by their names as of `day`.
    """
    plan = plan_queries.get_whole_plan(session, agency_id, plan_id)
    kept = kept_of(list_amendments(session, agency_id, plan_id))
    names = unit_queries.names_on(session, agency_id, day)
    tasks = sorted(((area, task) for area in plan.areas for task in area.tasks), key=lambda pair: pair[1].position)
    found = (_standing(area, task, kept, names) for area, task in tasks)
    return tuple(task for task in found if task is not None)


def kept_of(amendments: Iterable[Amendment]) -> frozenset[int]:
    """Obligations that an amendment no longer names, done before it."""
    return frozenset(each for amendment in amendments for each in amendment.kept)


def _standing(area: Area, task: Task, kept: frozenset[int], names: Mapping[int, str]) -> StandingTask | None:
    products = tuple(each for one in task.deliverables if (each := _product(one, kept)) is not None)
    if not products and (task.deliverables or task.is_emptied):
        return None
    return StandingTask(
        key=task.id,
        area=area.name,
        numbers=tuple(task.numbers),
        text=task.text,
        assignment_text=task.assignment_text,
        time_text=task.time_text,
        note=task.note or "",
        lead=None if task.lead_unit_id is None else names[task.lead_unit_id],
        products=products,
    )


def _product(deliverable: Deliverable, kept: frozenset[int]) -> StandingProduct | None:
    standing = [each for each in deliverable.obligations if each.status not in REMOVED_STATUSES and each.id not in kept]
    if not standing:
        return None
    return StandingProduct(
        key=deliverable.id,
        ordinal=deliverable.ordinal,
        text=deliverable.text,
        deadline_text=standing[-1].deadline_text,
        periods=tuple(
            StandingPeriod(
                each.id,
                each.period_label,
                each.due_on,
                each.deadline_kind,
                each.starts_on,
                each.is_ongoing,
                each.status,
                each.status_on,
            )
            for each in standing
        ),
    )


def compare(
    session: Session,
    plan: Plan,
    reading: PlanReading,
    units: Iterable[PlanUnit],
    *,
    is_whole: bool,
    day: date,
    answers: Answers | None = None,
    match: DraftMatch | None = None,
    declined: Set[str] = frozenset(),
) -> PlanDifference:
    """What the reading changes in the plan; a unit that the agency does not have yet goes by its printed name.

    `match`: what a draft knows of its own rows. `declined`: names of changes (`plan_declining`) that are left out.
    """
    known = unit_queries.names_on(session, plan.agency_id, day)
    names = {
        spelling: unit.name if unit.unit_id is None else known[unit.unit_id]
        for unit in units
        for spelling in unit.spellings
    }
    standing = standing_tasks(session, plan.agency_id, plan.id, day)
    if match is None:
        found = difference(standing, reading, unit_names=names, is_whole=is_whole, answers=answers)
        return without(found, declined)
    found = difference(standing, reading, unit_names=names, answers=match.keys, shares=match.shares)
    return without(without(found, untouched(found, match.changed)), declined)
