"""What the office says to the doubts of a reading: small typed answers, and the reading as they change it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from cchc_tasks.domain.assignments import Assignment
from cchc_tasks.domain.deadlines import Deadline, DeadlineKind, parse_deadline
from cchc_tasks.domain.errors import Invalid
from cchc_tasks.domain.plan_progress import finished, not_taken, under_way
from cchc_tasks.domain.plan_reading import (
    DeliverableReading,
    PlanReading,
    Progress,
    TaskReading,
    obligations_of,
)
from cchc_tasks.domain.text import one_line
from cchc_tasks.domain.units import LeadBasis


class AnswerKind(StrEnum):
    """What an answer does to the reading."""

    AS_READ = "as_read"  # the reading holds
    LEAD = "lead"  # `unit` leads; the others named stay beside it
    DEADLINE = "deadline"  # `phrase` or `due_on` is the deadline of `places`
    UNDATED = "undated"  # `places` have no date
    NEW_PRODUCT = "new_product"  # a product of its own: `text`, due by `phrase` or `due_on`
    RESPONSIBLE = "responsible"  # `unit` answers for `places`; an empty name: whoever has the task
    COORDINATING = "coordinating"  # `unit` joins those who coordinate
    OTHER_LETTERS = "other_letters"  # the document is read with its letters as in the file, or converted again
    NOT_TAKEN = "not_taken"  # nothing of the progress of `places` is recorded
    UNDER_WAY = "under_way"  # `places` are in hand
    FINISHED = "finished"  # `places` are done: on `due_on` (None: as read), proved by the document in `phrase`


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to the doubts of one row; `places` are products of the row by their place, from 0 (empty: all).

    `period` is the one period (from 0) of a product owed several times that a FINISHED is about.
    """

    kind: AnswerKind
    places: tuple[int, ...] = ()
    phrase: str = ""
    due_on: date | None = None
    text: str = ""
    unit: str = ""
    period: int | None = None


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """Plain JSON values, for a staged import."""
    return {
        "kind": answer.kind.value,
        "places": list(answer.places),
        "phrase": answer.phrase,
        "due_on": None if answer.due_on is None else answer.due_on.isoformat(),
        "text": answer.text,
        "unit": answer.unit,
        "period": answer.period,
    }


def answer_from_dict(value: Mapping[str, Any]) -> Answer:
    """The inverse of `answer_to_dict`."""
    return Answer(
        kind=AnswerKind(value["kind"]),
        places=tuple(value["places"]),
        phrase=value["phrase"],
        due_on=None if value["due_on"] is None else date.fromisoformat(value["due_on"]),
        text=value["text"],
        unit=value["unit"],
        period=value.get("period"),
    )


def apply_answers(reading: PlanReading, answers: Iterable[tuple[str, Answer]]) -> PlanReading:
    """The reading as the answers change it; each is (row_id, answer), applied in order. What was printed stays.

    Raises `Invalid` for a row, a product or a phrase that is not there.
    """
    by_row: dict[str, list[Answer]] = {}
    for row_id, answer in answers:
        by_row.setdefault(row_id, []).append(answer)
    known = {task.row_id for task in reading.tasks()}
    for row_id in by_row:
        if row_id not in known:
            raise Invalid(what="row", row_id=row_id)
    year = reading.heading.year
    areas = tuple(
        replace(area, tasks=tuple(_answered(task, by_row.get(task.row_id, ()), year) for task in area.tasks))
        for area in reading.areas
    )
    return replace(reading, areas=areas)


def _answered(task: TaskReading, answers: Iterable[Answer], year: int) -> TaskReading:
    for answer in answers:
        task = _APPLY[answer.kind](task, answer, year)
    return task


def _as_read(task: TaskReading, _answer: Answer, _year: int) -> TaskReading:
    return task


def _with_lead(task: TaskReading, answer: Answer, _year: int) -> TaskReading:
    """The unit that leads is said, so it is explicit; who was named beside it keeps its place."""
    if not one_line(answer.unit):
        raise Invalid(what="lead", row_id=task.row_id)
    given = task.assignment
    others = (() if given.lead is None else (given.lead,)) + given.co_leads
    assignment = replace(
        given,
        lead=answer.unit,
        lead_basis=LeadBasis.EXPLICIT,
        co_leads=tuple(name for name in others if name != answer.unit),
        coordinating=tuple(name for name in given.coordinating if name != answer.unit),
        needs_confirmation=False,
        reason=None,
    )
    return replace(task, assignment=assignment)


def _with_coordinating(task: TaskReading, answer: Answer, _year: int) -> TaskReading:
    given = task.assignment
    if answer.unit in named_units(given):
        return task
    return replace(task, assignment=replace(given, coordinating=(*given.coordinating, answer.unit)))


def named_units(assignment: Assignment) -> tuple[str, ...]:
    """Every unit an assignment names, the lead first."""
    lead = () if assignment.lead is None else (assignment.lead,)
    return tuple(dict.fromkeys((*lead, *assignment.co_leads, *assignment.coordinating)))


def _with_deadline(task: TaskReading, answer: Answer, year: int) -> TaskReading:
    return _with_products(task, answer, lambda each: with_deadline(each, answered_deadline(answer, year)))


def _undated(task: TaskReading, answer: Answer, _year: int) -> TaskReading:
    return _with_products(task, answer, lambda each: with_deadline(each, Deadline("", DeadlineKind.AS_REGULATED)))


def _with_responsible(task: TaskReading, answer: Answer, _year: int) -> TaskReading:
    return _with_products(task, answer, lambda each: replace(each, responsible=(answer.unit,) if answer.unit else ()))


def _with_products(task: TaskReading, answer: Answer, change: Any) -> TaskReading:
    count = len(task.deliverables)
    places = answer.places or tuple(range(count))
    if any(not 0 <= place < count for place in places):
        raise Invalid(what="deliverable", row_id=task.row_id, places=places)
    changed = tuple(change(each) if place in places else each for place, each in enumerate(task.deliverables))
    return replace(task, deliverables=changed)


def with_deadline(deliverable: DeliverableReading, deadline: Deadline) -> DeliverableReading:
    """The product with another reading of its deadline; the printed phrase stays beside it."""
    kept = replace(deadline, text=deliverable.deadline.text or deadline.text)
    return replace(deliverable, deadline=kept, obligations=obligations_of(kept))


def answered_deadline(answer: Answer, year: int) -> Deadline:
    """The deadline that an answer names, words read by the grammar; raises `Invalid` if they say nothing."""
    if answer.due_on is not None:
        return Deadline("", DeadlineKind.DATE, due_on=answer.due_on, dates=(answer.due_on,))
    deadline = parse_deadline(answer.phrase, year)
    if deadline.kind in {DeadlineKind.UNREADABLE, DeadlineKind.UNSTATED}:
        raise Invalid(what="deadline", phrase=answer.phrase)
    return replace(deadline, needs_confirmation=False, reason=None)


def _with_new_product(task: TaskReading, answer: Answer, year: int) -> TaskReading:
    """A further product of the row, last in it."""
    if not one_line(answer.text):
        raise Invalid(what="product_text", row_id=task.row_id)
    deadline = answered_deadline(answer, year)
    added = DeliverableReading(
        ordinal=None,
        text=answer.text,
        deadline=replace(deadline, text=deadline.text or answer.phrase),
        obligations=obligations_of(deadline),
    )
    return replace(task, deliverables=(*task.deliverables, added))


def _with_progress(task: TaskReading, answer: Answer, _year: int) -> TaskReading:
    """The progress of the products as the office says it; a product that nothing was said of keeps saying nothing."""

    def change(progress: Progress) -> Progress:
        if answer.kind is AnswerKind.FINISHED:
            return finished(progress, done_on=answer.due_on, paper_words=answer.phrase, period=answer.period)
        return under_way(progress) if answer.kind is AnswerKind.UNDER_WAY else not_taken(progress)

    return _with_products(
        task, answer, lambda each: each if each.progress is None else replace(each, progress=change(each.progress))
    )


_APPLY = {
    AnswerKind.AS_READ: _as_read,
    AnswerKind.LEAD: _with_lead,
    AnswerKind.DEADLINE: _with_deadline,
    AnswerKind.UNDATED: _undated,
    AnswerKind.NEW_PRODUCT: _with_new_product,
    AnswerKind.RESPONSIBLE: _with_responsible,
    AnswerKind.COORDINATING: _with_coordinating,
    AnswerKind.OTHER_LETTERS: _as_read,
    AnswerKind.NOT_TAKEN: _with_progress,
    AnswerKind.UNDER_WAY: _with_progress,
    AnswerKind.FINISHED: _with_progress,
}


def unit_names(reading: PlanReading) -> tuple[str, ...]:
    """Every unit a reading names, as printed, in printed order and each once."""
    return tuple(dict.fromkeys(name for task in reading.tasks() for name in names_in(task)))


def names_in(task: TaskReading) -> tuple[str, ...]:
    """Every unit that a row names, as printed."""
    responsible = (name for each in task.deliverables for name in each.responsible)
    return (*named_units(task.assignment), *responsible)
