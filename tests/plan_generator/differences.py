"""What was written beside what was read: every difference, and whether the reading itself says that it is unsure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from cchc_tasks.domain.plan_reading import DoubtReason, PlanReading, TaskReading
from cchc_tasks.domain.text import normalise, one_line
from tests.plan_generator.written import WrittenPlan, WrittenTask

_TIME = frozenset(
    {
        DoubtReason.DEADLINE_UNCLEAR, DoubtReason.DATE_FOR_ALL_PRODUCTS, DoubtReason.MATCHED_BY_ORDER,
        DoubtReason.DATED_BY_PRODUCT_TEXT, DoubtReason.PRODUCT_RECURS, DoubtReason.PERIOD_END_ASSUMED,
        DoubtReason.DATE_MISSING, DoubtReason.DATE_WITHOUT_PRODUCT, DoubtReason.TIME_NAMES_OTHER,
    }
)  # fmt: skip
_UNITS = frozenset({DoubtReason.LEAD_INFERRED, DoubtReason.LEAD_UNRESOLVED, DoubtReason.ASSIGNMENT_UNCLEAR})
_PRODUCTS = frozenset({DoubtReason.PRODUCT_SPLIT, DoubtReason.PRODUCT_MISSING, DoubtReason.PRODUCTS_SHARED})
_NUMBERS = frozenset({DoubtReason.NUMBER_MISSING, DoubtReason.NUMBER_REPEATED})
_LINES = frozenset({DoubtReason.LINES_GUESSED})


@dataclass(frozen=True)
class Difference:
    """One value that is not what was written; `is_silent`: nothing in the reading points at it."""

    where: str
    field: str
    written: object
    read: object
    is_silent: bool


def differences(plan: WrittenPlan, reading: PlanReading, *, has_heading: bool = True) -> list[Difference]:
    """All differences, silent and listed."""
    return list(_all(plan, reading, has_heading))


def _all(plan: WrittenPlan, reading: PlanReading, has_heading: bool) -> Iterator[Difference]:
    heading = reading.heading
    if has_heading:
        pairs = {
            "number": (plan.number, heading.number),
            "issued_on": (plan.issued_on, heading.issued_on),
            "title": (plan.title, one_line(heading.title or "")),
        }
        for field, (written, read) in pairs.items():
            if written != read:
                yield Difference("heading", field, written, read, is_silent=True)
    if plan.year != heading.year:
        listed = any(doubt.reason is DoubtReason.YEAR_UNCERTAIN for doubt in reading.to_confirm)
        yield Difference("heading", "year", plan.year, heading.year, is_silent=not listed)
    names = [name for name, _ in plan.areas]
    read_names = [area.name for area in reading.areas]
    if names != read_names:
        listed = any(doubt.reason is DoubtReason.AREA_MISSING for doubt in reading.to_confirm)
        yield Difference("areas", "names", names, read_names, is_silent=not listed)
    tasks = [task for _, tasks in plan.areas for task in tasks]
    for written, read in zip_longest(tasks, reading.tasks()):
        if written is None or read is None:
            yield Difference(read.row_id if read else "", "task", written, read, is_silent=True)
        else:
            yield from _task(written, read, reading)


def _task(written: WrittenTask, read: TaskReading, reading: PlanReading) -> Iterator[Difference]:
    listed = {
        doubt.reason for doubt in reading.to_confirm if doubt.where.partition(" #")[0] in {read.row_id, "document"}
    }
    values = {
        "text": (one_line(written.text), read.text, _LINES),
        "products": (tuple(map(normalise, written.products)), tuple(one.text for one in read.deliverables),
                     _PRODUCTS | _LINES),
        "lead": (written.lead, read.assignment.lead, _UNITS | _LINES),
        "coordinating": (written.coordinating, read.assignment.coordinating, _UNITS | _LINES),
        "note": (written.note, read.note, _LINES),
    }  # fmt: skip
    for field, (expected, found, reasons) in values.items():
        if expected != found:
            yield Difference(read.row_id, field, expected, found, is_silent=not listed & reasons)
    for at, deliverable in enumerate(read.deliverables, start=1):
        days = tuple(one.due_on for one in deliverable.obligations if one.due_on)
        if days != written.time.days:
            where = f"{read.row_id} #{at}"
            printed = (written.time.text, written.time.days)
            yield Difference(where, "days", printed, (read.time_text, days), is_silent=not listed & (_TIME | _LINES))
