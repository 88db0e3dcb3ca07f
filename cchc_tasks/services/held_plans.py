"""A plan as it stands, read from the database as one value; what was withdrawn is left out."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.held_plans import HeldArea, HeldObligation, HeldPlan, HeldProduct, HeldTask
from cchc_tasks.domain.workflow import REMOVED_STATUSES
from cchc_tasks.services._comparing import kept_of
from cchc_tasks.services.staging import known_units
from cchc_tasks.storage.models import Agency, Deliverable, Obligation, Plan, Task
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries.amendments import list_amendments


def held_plan(session: Session, agency: Agency, plan_id: int, *, today: date) -> HeldPlan:
    """The plan with what is in force of it, its units named as of `today`; raises `NotFound`."""
    return _held(session, agency, plan_queries.get_whole_plan(session, agency.id, plan_id), today, frozenset())


def printed_plan(session: Session, agency: Agency, plan_id: int, *, today: date) -> tuple[HeldPlan, tuple[int, ...]]:
    """What the plan's documents say at present, and the id of each row in order.

    Without what stays only because it was done before a document dropped it; raises `NotFound`.
    """
    plan = plan_queries.get_whole_plan(session, agency.id, plan_id)
    kept = kept_of(list_amendments(session, agency.id, plan_id))
    ids = tuple(task.id for area in plan.areas for task in area.tasks if _is_in_plan(task, kept))
    return _held(session, agency, plan, today, kept), ids


def _held(session: Session, agency: Agency, plan: Plan, today: date, kept: Collection[int]) -> HeldPlan:
    areas = (
        HeldArea(area.ordinal, area.name, tuple(_task(task, kept) for task in area.tasks if _is_in_plan(task, kept)))
        for area in plan.areas
    )
    return HeldPlan(
        number=plan.number,
        issued_on=plan.issued_on,
        year=plan.year,
        title=plan.title,
        agency_name=agency.name,
        parent_name=agency.parent_name,
        areas=tuple(area for area in areas if area.tasks),
        units=known_units(session, agency.id, today),
    )


def _is_in_plan(task: Task, kept: Collection[int]) -> bool:
    """A row begun by hand stands without products until they are added."""
    if not task.deliverables:
        return not task.is_emptied
    return any(_owed(each, kept) for each in task.deliverables)


def _owed(deliverable: Deliverable, kept: Collection[int]) -> list[Obligation]:
    return [each for each in deliverable.obligations if each.status not in REMOVED_STATUSES and each.id not in kept]


def _task(task: Task, kept: Collection[int]) -> HeldTask:
    products = (
        HeldProduct(each.ordinal, each.text, tuple(map(_obligation, owed)))
        for each in task.deliverables
        if (owed := _owed(each, kept))
    )
    return HeldTask(
        numbers=tuple(task.numbers),
        text=task.text,
        products=tuple(products),
        assigned=task.assigned(),
        assignment_text=task.assignment_text,
        time_text=task.time_text,
        note=task.note or "",
    )


def _obligation(row: Obligation) -> HeldObligation:
    return HeldObligation(
        row.period_label, row.deadline_kind, row.due_on, row.starts_on, row.is_ongoing, row.deadline_text
    )
