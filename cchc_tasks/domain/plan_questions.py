"""The doubts of a reading as questions: where each stands in the print, and the answers worth one click."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cchc_tasks.domain.deadlines import DeadlineReason
from cchc_tasks.domain.plan_answers import Answer, AnswerKind, named_units, unit_names
from cchc_tasks.domain.plan_progress import PROGRESS_DOUBTS, paper_on_day, period_of, progress_at
from cchc_tasks.domain.plan_reading import Doubt, DoubtReason, PlanReading, Progress, TaskReading
from cchc_tasks.domain.plan_reading.taking_over import AFTER_TODAY
from cchc_tasks.domain.unit_lists import is_group_name


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of one click; several small answers where it takes more than one ("the other way round")."""

    answers: tuple[Answer, ...]

    @property
    def first(self) -> Answer:
        return self.answers[0]

    @property
    def kind(self) -> AnswerKind:
        return self.first.kind


@dataclass(frozen=True, slots=True)
class Question:
    """A doubt with its row, the product it is about (from 0; None: the whole row) and its options, proposed first.

    `key` is the place of the doubt in the reading's list. `takes_date`, `takes_unit` and `takes_progress` say which
    free answer fits;
    `may_stay_open` that the plan can be accepted without an answer (a lead that nobody names yet).
    """

    key: int
    doubt: Doubt
    task: TaskReading | None
    place: int | None
    options: tuple[Option, ...]
    takes_date: bool = False
    takes_unit: bool = False
    takes_progress: bool = False
    may_stay_open: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """What the options of a doubt are made of; `names` are all units that the plan names."""

    doubt: Doubt
    task: TaskReading
    place: int | None
    year: int
    names: tuple[str, ...]

    @property
    def places(self) -> tuple[int, ...]:
        return () if self.place is None else (self.place,)

    @property
    def year_end(self) -> date:
        return date(self.year, 12, 31)


_WHERE = re.compile(r"(?P<row>.*?)(?: #(?P<place>\d+))?")
_SENTENCE = re.compile(r"[;\n]|\.(?=\s|$)")
AS_READ = Option((Answer(AnswerKind.AS_READ),))


def questions_of(reading: PlanReading, *, has_other_letters: bool = False) -> tuple[Question, ...]:
    """Every doubt of the reading as a question, in the reading's order.

    `has_other_letters`: the document was read both with its old fonts converted and as it stands.
    """
    tasks = {task.row_id: task for task in reading.tasks()}
    names = unit_names(reading)
    found = (_question(key, doubt, tasks, reading.heading.year, names) for key, doubt in enumerate(reading.to_confirm))
    return tuple(_with_letters(each) if has_other_letters else each for each in found)


def _with_letters(question: Question) -> Question:
    if question.doubt.reason not in _ABOUT_LETTERS:
        return question
    return replace(question, options=(*question.options, Option((Answer(AnswerKind.OTHER_LETTERS),))))


_ABOUT_LETTERS = frozenset({DoubtReason.TEXT_CONVERTED, DoubtReason.TEXT_KEPT})


def _question(key: int, doubt: Doubt, tasks: dict[str, TaskReading], year: int, names: tuple[str, ...]) -> Question:
    match = _WHERE.fullmatch(doubt.where)
    row, number = (match["row"], match["place"]) if match else (doubt.where, None)
    task = tasks.get(row)
    if task is None:
        return Question(key, doubt, None, None, (AS_READ,))
    place = int(number) - 1 if number else (0 if len(task.deliverables) == 1 else None)
    build = _OPTIONS.get(doubt.reason)
    more = build(_Row(doubt, task, place, year, names)) if build else ()
    return Question(
        key=key,
        doubt=doubt,
        task=task,
        place=place,
        # What the list does not say whole cannot hold as read.
        options=more if doubt.reason in PROGRESS_DOUBTS else (AS_READ, *more),
        takes_date=doubt.reason in _ABOUT_DATES,
        takes_unit=doubt.reason in _ABOUT_UNITS,
        takes_progress=doubt.reason in _ABOUT_PROGRESS,
        may_stay_open=doubt.reason is DoubtReason.LEAD_UNRESOLVED,
    )


def _other_dates(row: _Row) -> tuple[Option, ...]:
    """The year's end, and no date at all, where the reading says otherwise; around a day that no month has.

    A day such as 31/11 may be the month's last day or the next month's first, and nothing else is offered for it.
    """
    around = _around(row) if row.doubt.detail == DeadlineReason.IMPOSSIBLE_DATE else ()
    if around:
        return (*around, Option((Answer(AnswerKind.UNDATED, row.places),)))
    chosen = row.task.deliverables if row.place is None else row.task.deliverables[row.place : row.place + 1]
    due = {owed.due_on for each in chosen for owed in each.obligations}
    options = []
    if due != {row.year_end}:
        options.append(Option((Answer(AnswerKind.DEADLINE, row.places, due_on=row.year_end),)))
    if due != {None}:
        options.append(Option((Answer(AnswerKind.UNDATED, row.places),)))
    return tuple(options)


_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?(?!\d)")


def _around(row: _Row) -> tuple[Option, ...]:
    """The last day of the month, and the first of the next, where one day is printed that the month does not have."""
    found = _DAY_MONTH.findall(row.doubt.text)
    if len(found) != 1:
        return ()
    day, month, year = int(found[0][0]), int(found[0][1]), int(found[0][2] or row.year)
    if not 28 < day <= 31 or not 1 <= month <= 12:
        return ()
    first = date(year + month // 12, month % 12 + 1, 1)
    days = (first - timedelta(days=1), first)
    return tuple(Option((Answer(AnswerKind.DEADLINE, row.places, due_on=each),)) for each in days)


def _all_but_last(row: _Row) -> tuple[Option, ...]:
    """The date for all products but the last, which is owed within the year."""
    last = len(row.task.deliverables) - 1
    if last < 1:
        return _other_dates(row)
    return (Option((Answer(AnswerKind.DEADLINE, (last,), due_on=row.year_end),)),)


def _swapped_dates(row: _Row) -> tuple[Option, ...]:
    """The other way round, where two products have one date each."""
    deadlines = [each.deadline for each in row.task.deliverables]
    days = [each.due_on for each in deadlines]
    if len(days) != 2 or None in days or days[0] == days[1] or any(len(each.dates) > 1 for each in deadlines):
        return ()
    other_way = (
        Answer(AnswerKind.DEADLINE, (0,), due_on=days[1]),
        Answer(AnswerKind.DEADLINE, (1,), due_on=days[0]),
    )
    return (Option(other_way),)


def _recurring(row: _Row) -> tuple[Option, ...]:
    """The product's own words instead of the time cell."""
    return (Option((Answer(AnswerKind.DEADLINE, row.places, phrase=row.doubt.text),)),)


def _own_product(row: _Row) -> tuple[Option, ...]:
    """The printed words as a product of their own; where a product's text holds them, the sentence they stand in."""
    text = row.doubt.text
    for each in row.task.deliverables:
        text = next((part.strip() for part in _SENTENCE.split(each.text) if row.doubt.text in part), text)
    return (Option((Answer(AnswerKind.NEW_PRODUCT, phrase=row.doubt.text, text=text),)),)


def _leads(row: _Row) -> tuple[Option, ...]:
    """Each unit named, and each for its own product where they are as many; a group cannot report."""
    given = row.task.assignment
    names = [name for name in named_units(given) if not is_group_name(name) and name != given.lead]
    leads = tuple(Option((Answer(AnswerKind.LEAD, unit=name),)) for name in names)
    return (*_each_its_own(row), *leads)


def _each_its_own(row: _Row) -> tuple[Option, ...]:
    """Every unit answers for its own product, where the print gives each product to one unit by order."""
    named = [each.responsible for each in row.task.deliverables]
    if len(named) < 2 or any(len(each) != 1 or is_group_name(each[0]) for each in named):
        return ()
    return (Option(tuple(Answer(AnswerKind.RESPONSIBLE, (place,), unit=each[0]) for place, each in enumerate(named))),)


def _responsible(row: _Row) -> tuple[Option, ...]:
    """The other way round, and nobody in particular."""
    nobody = Option((Answer(AnswerKind.RESPONSIBLE),))
    named = [each.responsible for each in row.task.deliverables]
    if len(named) != 2 or any(len(each) != 1 for each in named) or named[0] == named[1]:
        return (nobody,)
    swapped = (
        Answer(AnswerKind.RESPONSIBLE, (0,), unit=named[1][0]),
        Answer(AnswerKind.RESPONSIBLE, (1,), unit=named[0][0]),
    )
    return (Option(swapped), nobody)


def _coordinating(row: _Row) -> tuple[Option, ...]:
    """Units of the plan whose names stand in the note."""
    new = [name for name in row.names if name in row.doubt.text and name not in named_units(row.task.assignment)]
    fullest = [name for name in new if not any(name != other and name in other for other in new)]
    return tuple(Option((Answer(AnswerKind.COORDINATING, unit=name),)) for name in fullest)


def _progress(row: _Row) -> tuple[Option, ...]:
    """What can be recorded of a progress: as read where that is whole, done, under way, or nothing."""
    progress = progress_at(row.task, row.place)
    nothing = Option((Answer(AnswerKind.NOT_TAKEN, row.places),))
    begun = Option((Answer(AnswerKind.UNDER_WAY, row.places),))
    if progress is None:
        return (nothing,)
    if row.doubt.reason is DoubtReason.PROGRESS_SHARED:
        return (AS_READ, nothing)
    if row.doubt.reason is DoubtReason.PROGRESS_PERIODS:
        return (nothing, *_one_period(row))
    if row.doubt.reason is DoubtReason.PROGRESS_UNCLEAR:
        return (nothing, begun, *_finished(row, progress))
    if progress.is_complete:
        return (AS_READ, begun, nothing)
    return (begun, *_finished(row, progress), nothing)


def _finished(row: _Row, progress: Progress) -> tuple[Option, ...]:
    """Done on the day that is read: with the document dated that day where it has none, and without a document."""
    if progress.done_on is None or row.doubt.detail == AFTER_TODAY:
        return ()
    dated = paper_on_day(progress)
    words = "" if dated is None else f"{dated.number} ngày {progress.done_on:%d/%m/%Y}"
    with_paper = Answer(AnswerKind.FINISHED, row.places, phrase=words)
    as_it_is = Answer(AnswerKind.FINISHED, row.places)
    return tuple(Option((each,)) for each in dict.fromkeys((with_paper, as_it_is)))


def _one_period(row: _Row) -> tuple[Option, ...]:
    """The one period that the day of completion falls to."""
    if row.place is None or row.doubt.detail == AFTER_TODAY:
        return ()
    each = row.task.deliverables[row.place]
    period = period_of(each)
    if period is None or each.progress is None or not each.progress.is_complete:
        return ()
    return (Option((Answer(AnswerKind.FINISHED, row.places, period=period),)),)


_OPTIONS: dict[DoubtReason, Callable[[_Row], tuple[Option, ...]]] = {
    DoubtReason.DEADLINE_UNCLEAR: _other_dates,
    DoubtReason.DATE_FOR_ALL_PRODUCTS: _all_but_last,
    DoubtReason.MATCHED_BY_ORDER: _swapped_dates,
    DoubtReason.DATED_BY_PRODUCT_TEXT: _other_dates,
    DoubtReason.PRODUCT_RECURS: _recurring,
    DoubtReason.PERIOD_END_ASSUMED: _other_dates,
    DoubtReason.DATE_MISSING: _other_dates,
    DoubtReason.DATE_WITHOUT_PRODUCT: _own_product,
    DoubtReason.TIME_NAMES_OTHER: _own_product,
    DoubtReason.LEAD_INFERRED: _leads,
    DoubtReason.LEAD_UNRESOLVED: _leads,
    DoubtReason.ASSIGNMENT_UNCLEAR: _leads,
    DoubtReason.RESPONSIBLE_BY_ORDER: _responsible,
    DoubtReason.NOTE_NAMES_UNIT: _coordinating,
    **dict.fromkeys(PROGRESS_DOUBTS, _progress),
}
_ABOUT_PROGRESS = frozenset(
    {DoubtReason.PROGRESS_UNCLEAR, DoubtReason.PROGRESS_INCOMPLETE, DoubtReason.PROGRESS_DATE},
)
_ABOUT_UNITS = frozenset(
    {
        DoubtReason.LEAD_INFERRED,
        DoubtReason.LEAD_UNRESOLVED,
        DoubtReason.ASSIGNMENT_UNCLEAR,
    }
)
_ABOUT_DATES = frozenset(
    {
        DoubtReason.DEADLINE_UNCLEAR,
        DoubtReason.DATE_FOR_ALL_PRODUCTS,
        DoubtReason.DATED_BY_PRODUCT_TEXT,
        DoubtReason.PRODUCT_RECURS,
        DoubtReason.PERIOD_END_ASSUMED,
        DoubtReason.DATE_MISSING,
        DoubtReason.TIME_NAMES_OTHER,
    }
)
