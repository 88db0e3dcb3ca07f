"""A plan as it stands, read from the database as one value; what was withdrawn is left out."""

from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.held_plans import HeldArea, HeldObligation, HeldPlan, HeldProduct, HeldTask
from cchc_tasks.domain.workflow import REMOVED_STATUSES
from cchc_tasks.services.staging import known_units
from cchc_tasks.storage.models import Agency, Deliverable, Obligation, Task
from cchc_tasks.storage.queries import plans as plan_queries


def held_plan(session: Session, agency: Agency, plan_id: int, *, today: date) -> HeldPlan:
    """The plan with what is in force of it, its units named as of `today`; raises `NotFound`."""
    plan = plan_queries.get_whole_plan(session, agency.id, plan_id)
    areas = (
        HeldArea(area.ordinal, area.name, tuple(_task(task) for task in area.tasks if _is_in_plan(task)))
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


def _is_in_plan(task: Task) -> bool:
    """A row begun by hand stands without products until they are added."""
    return not task.deliverables or any(_owed(each) for each in task.deliverables)


def _owed(deliverable: Deliverable) -> list[Obligation]:
    return [each for each in deliverable.obligations if each.status not in REMOVED_STATUSES]


def _task(task: Task) -> HeldTask:
    products = (
        HeldProduct(each.ordinal, each.text, tuple(map(_obligation, owed)))
        for each in task.deliverables
        if (owed := _owed(each))
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
