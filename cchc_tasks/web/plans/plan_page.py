"""A plan as its page shows it: the printed rows, and beside each product how it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import current_app
from markupsafe import Markup

from cchc_tasks.domain.assignments import parse_assignment
from cchc_tasks.domain.standing import Standing
from cchc_tasks.domain.units import LeadBasis
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Area, Deliverable, Plan, Task
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.amendments import list_amendments
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from cchc_tasks.storage.queries.plans import noun_of_plan
from cchc_tasks.storage.queries.tasks import UnitCard
from cchc_tasks.web.work_items import Marks, WorkItem, present
from cchc_tasks.wording import amendments as amendment_words
from cchc_tasks.wording import boards as board_words
from cchc_tasks.wording import drafts as draft_words
from cchc_tasks.wording import plans as words

#: What of several periods is shown first: what is late, then what comes next.
URGENCY = (
    Standing.OVERDUE,
    Standing.DUE_SOON,
    Standing.OPEN,
    Standing.UNDATED,
    Standing.AWAITING_CONFIRMATION,
    Standing.DONE_LATE,
    Standing.DONE_ON_TIME,
    Standing.REMOVED,
)


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product with its state: the status of what is most urgent, its deadline, and how many periods are done."""

    deliverable: Deliverable
    title: str
    status: Markup
    due: Markup
    periods: str
    responsible: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A row of the table. `number_rows` is how many lines its number and text span; 0 where the row above has them."""

    task: Task
    numbers: str
    number_rows: int
    products: tuple[ProductLine, ...]
    units: str
    has_open_lead: bool

    @property
    def corrected_units(self) -> str:
        """The units where they are not those of the print: a lead was named that it leaves open, or they changed."""
        printed = self.task.assignment_text
        if not printed or self.task.lead_basis is not LeadBasis.EXPLICIT:
            return ""
        # With a column for the lead its cell stands in the first line, without the word.
        is_told = "chủ trì" in printed.lower() or parse_assignment(printed.split("\n")[0]).lead is not None
        return "" if is_told and self.task.assignment_version == 1 else self.units

    @property
    def rows(self) -> int:
        return max(len(self.products), 1)


@dataclass(frozen=True, slots=True)
class AreaLines:
    """An area with its rows."""

    area: Area
    rows: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """A document that amended the plan."""

    ordinal: int
    document: str
    effective_on: date
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The table, and the figures of what is in the plan at present: without what was withdrawn.

    `noun` is what the plan's rule calls an obligation.
    """

    areas: tuple[AreaLines, ...]
    tasks: int
    products: int
    obligations: int
    done: int
    open_leads: int
    noun: str


def amendments_of(plan: Plan) -> list[AmendmentLine]:
    """The plan's amendments, the first one first."""
    return [
        AmendmentLine(
            ordinal=each.ordinal,
            document=amendment_words.document_words(each.number, each.issued_on),
            effective_on=each.effective_on,
            kind=draft_words.KINDS[each.kind.value],
            subject=each.subject,
        )
        for each in list_amendments(db.session, plan.agency_id, plan.id)
    ]


def page_of(plan: Plan, agency_id: int, *, today: date, only_open_leads: bool = False) -> PlanPage:
    """The page of a plan that was loaded whole; `only_open_leads` shows just the rows where nobody leads yet."""
    units = task_queries.units_by_id(db.session, agency_id, today)
    rows = list_work(db.session, agency_id, WorkFilter(plan_ids=[plan.id]))
    soon = current_app.config["CCHC_SETTINGS"].due_soon_days
    items: dict[int, list[WorkItem]] = {}
    for item in present(rows, today=today, units=units, due_soon_days=soon):
        items.setdefault(item.row.deliverable_id, []).append(item)
    marks = Marks()
    areas = tuple(AreaLines(area, _rows(area.tasks, items, units, marks)) for area in plan.areas)
    owed = [row for row in rows if row.status not in REMOVED_STATUSES]
    still = {row.task_id for row in owed}
    lines = [row for area in areas for row in area.rows if not row.products or row.task.id in still]
    if only_open_leads:
        unled = {line.task.id for line in lines if line.has_open_lead}
        shown = ((area, [task for task in area.tasks if task.id in unled]) for area in plan.areas)
        areas = tuple(AreaLines(area, _rows(tasks, items, units, marks)) for area, tasks in shown if tasks)
    return PlanPage(
        areas=areas,
        tasks=len(lines),
        products=len({row.deliverable_id for row in owed}),
        obligations=len(owed),
        done=sum(row.status is Status.DONE for row in rows),
        open_leads=sum(line.has_open_lead for line in lines),
        noun=board_words.noun_of([noun_of_plan(db.session, agency_id, plan.id)]),
    )


def _rows(
    tasks: Sequence[Task], items: Mapping[int, list[WorkItem]], units: Mapping[int, UnitCard], marks: Marks
) -> tuple[TaskLine, ...]:
    lines: list[TaskLine] = []
    for _key, group in groupby(tasks, key=lambda task: (task.numbers, task.text)):
        same = list(group)
        spanned = sum(max(len(task.deliverables), 1) for task in same)
        for place, task in enumerate(same):
            lines.append(_line(task, spanned if place == 0 else 0, items, units, marks))
    return tuple(lines)


def _line(
    task: Task, spanned: int, items: Mapping[int, list[WorkItem]], units: Mapping[int, UnitCard], marks: Marks
) -> TaskLine:
    return TaskLine(
        task=task,
        numbers=", ".join(task.numbers),
        number_rows=spanned,
        products=tuple(_product(each, items.get(each.id, []), units, marks) for each in task.deliverables),
        units=units_text(task, units),
        has_open_lead=task.lead_basis is LeadBasis.UNRESOLVED,
    )


def _product(
    deliverable: Deliverable, items: Sequence[WorkItem], units: Mapping[int, UnitCard], marks: Marks
) -> ProductLine:
    title = f"{deliverable.ordinal}. {deliverable.text}" if deliverable.ordinal else deliverable.text
    answerer = units.get(deliverable.responsible_unit_id or 0)
    responsible = answerer.short_name if answerer else ""
    if not items:
        return ProductLine(deliverable, title, Markup(""), Markup(""), "", responsible)
    shown = min(items, key=lambda item: (URGENCY.index(item.standing), item.row.due_on or date.max))
    done = sum(item.status is Status.DONE for item in items)
    return ProductLine(
        deliverable=deliverable,
        title=title,
        status=marks.status(shown.status_kind, shown.status_words),
        due=marks.due(shown.due),
        periods=words.periods_done(done, len(items)) if len(items) > 1 else "",
        responsible=responsible,
    )


def units_text(task: Task, units: Mapping[int, UnitCard]) -> str:
    """The assignment in words, for a task that was made by hand and prints none."""
    assigned = task.assigned()
    names = {unit_id: unit.name for unit_id, unit in units.items()}
    return words.units_words(
        names.get(assigned.lead or 0, ""),
        [names.get(unit_id, "") for unit_id in assigned.co_leads],
        [names.get(unit_id, "") for unit_id in assigned.coordinating],
    )
