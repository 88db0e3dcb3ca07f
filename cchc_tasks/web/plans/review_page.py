"""The review of an import as its page shows it: figures, questions with the print marked, units, the plan as read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from cchc_tasks.domain.plan_answers import Answer, AnswerKind
from cchc_tasks.domain.plan_progress import PROGRESS_DOUBTS, progress_at
from cchc_tasks.domain.plan_questions import AS_READ, Option, Question
from cchc_tasks.domain.plan_reading import DeliverableReading, DoubtReason, PlanCounts, TaskReading
from cchc_tasks.domain.plan_units import PlanUnit
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services.staging import GivenAnswer, Review
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries.plans import PlanLine
from cchc_tasks.web.login import current_principal
from cchc_tasks.wording import label, taking_over
from cchc_tasks.wording import plans as words
from cchc_tasks.wording.core import format_instant
from cchc_tasks.wording.reading import doubt_sentence


@dataclass(frozen=True, slots=True)
class Button:
    """An option as a button; `value` is what it sends."""

    words: str
    value: str
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands on the page; `said` where it is answered, `wrong` where an answer was refused."""

    key: int
    where: str
    title: str
    printed: Markup
    printed_text: str
    reading: str
    reason: str
    buttons: tuple[Button, ...]
    takes_date: bool
    takes_progress: bool
    unit_names: tuple[tuple[str, str], ...]
    said: str = ""
    said_by: str = ""
    said_at: str = ""
    wrong: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the plan as read: the print on the left, the reading on the right."""

    numbers: str
    task: TaskReading
    products: tuple[str, ...]
    readings: tuple[str, ...]
    units: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ReadArea:
    name: str
    rows: tuple[ReadRow, ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit that the plan names: the agency's own, or one to be made or matched."""

    place: int
    unit: PlanUnit
    spellings: str
    known_name: str
    basis: str
    kind: str
    kind_words: str
    candidates: tuple[tuple[int, str], ...]
    members: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything on the page."""

    id: int
    file_name: str
    name: str
    counts: PlanCounts
    blocking: tuple[Asked, ...]
    #: Names of units that were no more; they are to be confirmed as the questions are.
    ended_units: tuple[str, ...]
    leads: tuple[Asked, ...]
    answered: tuple[Asked, ...]
    areas: tuple[ReadArea, ...]
    matched: tuple[UnitLine, ...]
    new_units: tuple[UnitLine, ...]
    known: tuple[tuple[int, str], ...]
    kinds: tuple[tuple[str, str], ...]
    #: How many of the blocking questions may hold as read, and answers that fit several of them.
    as_read: int
    shared: tuple[Button, ...]
    #: What will be recorded of the states in the file; "" for a plan, which has none.
    taken_over: str

    @property
    def to_confirm(self) -> int:
        """How many answers stand in the way of the import."""
        return len(self.blocking) + len(self.ended_units)


def page_of(state: Review, *, wrong_key: int | None = None, wrong: str = "") -> ReviewPage:
    """The page of a review; `wrong` is a sentence at the question `wrong_key`."""
    asked = {each.key: _asked(state, each, wrong if each.key == wrong_key else "") for each in state.questions}
    heading = state.reading.heading
    name = words.plan_name(heading.number or "", heading.issued_on) if heading.issued_on else ""
    lines = _unit_lines(state)
    return ReviewPage(
        id=state.staged.id,
        file_name=state.staged.file_name,
        name=name,
        counts=state.answered.counts(),
        blocking=tuple(asked[each.key] for each in state.blocking),
        ended_units=tuple(unit.printed for unit in state.ended_units),
        leads=tuple(asked[each.key] for each in state.open_questions if each.may_stay_open),
        answered=tuple(asked[each.key] for each in state.questions if each.key in state.given),
        areas=_areas(state),
        matched=tuple(line for line in lines if not _is_to_choose(line.unit)),
        new_units=tuple(line for line in lines if _is_to_choose(line.unit)),
        known=tuple((unit.id, unit.name) for unit in state.known if unit.kind is not UnitKind.GROUP),
        kinds=tuple((kind.value, label(kind)) for kind in UnitKind),
        as_read=len(as_read(state.blocking)),
        shared=tuple(
            Button(words.shared_option(option, len(keys)), f"{number}", is_proposed=False)
            for number, (option, keys) in enumerate(shared_options(state.blocking))
        ),
        taken_over=taking_over.counts_words(state.answered),
    )


def as_read(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions that the reading itself answers."""
    return tuple(each for each in questions if AS_READ in each.options)


def shared_options(questions: Sequence[Question]) -> list[tuple[Option, tuple[int, ...]]]:
    """Answers about progress that fit more than one open question, each with the questions that it fits.

    Only such as say the same everywhere: nothing, under way, done on the day read without a document.
    """
    found: dict[AnswerKind, dict[int, Option]] = {}
    for question in questions:
        if question.doubt.reason not in PROGRESS_DOUBTS:
            continue
        for option in question.options:
            plain = replace(option.first, places=())
            if plain == Answer(plain.kind) and plain.kind is not AnswerKind.AS_READ and _is_plain(question, plain.kind):
                found.setdefault(plain.kind, {})[question.key] = option
    return [(Option((Answer(kind),)), tuple(keys)) for kind, keys in sorted(found.items()) if len(keys) > 1]


def _is_plain(question: Question, kind: AnswerKind) -> bool:
    """A completion "without a document" is one answer for all only where none was named."""
    progress = progress_at(question.task, question.place) if question.task else None
    return kind is not AnswerKind.FINISHED or (progress is not None and progress.paper is None)


def _asked(state: Review, question: Question, wrong: str) -> Asked:
    given = state.given.get(question.key)
    lines = printed_lines(question)
    return Asked(
        key=question.key,
        where=words.where_words(question),
        title=words.doubt_title(question),
        printed=marked(lines, question.doubt.text),
        printed_text=" ".join(question.doubt.text.split()),
        reading=words.reading_words(question),
        reason=doubt_sentence(question.doubt),
        buttons=tuple(_button(state, question, place, option) for place, option in enumerate(question.options)),
        takes_date=question.takes_date,
        takes_progress=question.takes_progress,
        unit_names=_lead_choices(state) if question.takes_unit else (),
        said=words.answered_words(question, given.answers) if given else "",
        said_by=given.by if given else "",
        said_at=_time(given) if given else "",
        wrong=wrong,
    )


def lead_names(state: Review) -> tuple[str, ...]:
    """Every unit that could lead: those the plan names, then the agency's others; groups cannot report."""
    named = [unit.printed for unit in state.units if unit.kind is not UnitKind.GROUP]
    ids = {unit.unit_id for unit in state.units}
    others = [unit.name for unit in state.known if unit.kind is not UnitKind.GROUP and unit.id not in ids]
    return tuple(dict.fromkeys((*named, *others)))


def _time(given: GivenAnswer) -> str:
    return format_instant(datetime.fromisoformat(given.at))


def _lead_choices(state: Review) -> tuple[tuple[str, str], ...]:
    """The same with what to show: a unit that the agency does not have is marked."""
    unknown = _unknown_names(state)
    return tuple((name, words.unknown_unit(name) if name in unknown else name) for name in lead_names(state))


def _unknown_names(state: Review) -> frozenset[str]:
    return frozenset(spelling for unit in state.units if unit.unit_id is None for spelling in unit.spellings)


def _button(state: Review, question: Question, place: int, option: Option) -> Button:
    said = words.option_words(question, option)
    if option.kind is AnswerKind.LEAD and option.first.unit in _unknown_names(state):
        said = words.unknown_unit(said)
    return Button(said, f"{question.key}:{place}", is_proposed=option == AS_READ)


def printed_lines(question: Question) -> list[str]:
    """The cells around a doubt, as printed."""
    task, doubt = question.task, question.doubt
    if task is None:
        return [doubt.text]
    product = "" if question.place is None else task.deliverables[question.place].text
    if doubt.reason in _IN_ASSIGNMENT:
        return [task.assignment_text]
    if doubt.reason is DoubtReason.RESPONSIBLE_BY_ORDER:
        return [task.assignment_text, words.printed_product((question.place or 0) + 1, product)]
    if doubt.reason is DoubtReason.NOTE_NAMES_UNIT:
        return [words.printed_note(task.note)]
    if doubt.reason in _ALONE:
        return [doubt.text]
    if "#" in doubt.where or doubt.text not in task.time_text:
        return [task.time_text, words.printed_product((question.place or 0) + 1, product)] if product else [doubt.text]
    return [task.time_text]


_IN_ASSIGNMENT = frozenset(
    {DoubtReason.LEAD_INFERRED, DoubtReason.LEAD_UNRESOLVED, DoubtReason.ASSIGNMENT_UNCLEAR},
)
_ALONE = frozenset(
    {
        DoubtReason.PRODUCT_SPLIT,
        DoubtReason.PRODUCT_MISSING,
        DoubtReason.PRODUCTS_SHARED,
        DoubtReason.NUMBER_MISSING,
        DoubtReason.NUMBER_REPEATED,
        *PROGRESS_DOUBTS,
    }
)


def marked(lines: Sequence[str], doubtful: str) -> Markup:
    """The lines with the doubtful words marked where they stand first, line by line where they span several."""
    text = "\n".join(line for line in lines if line)
    start = text.find(doubtful) if doubtful else -1
    if start < 0:
        return _broken(text)
    end = start + len(doubtful)
    return _broken(text[:start]) + Markup("<mark>{}</mark>").format(_broken(text[start:end])) + _broken(text[end:])


def _broken(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _areas(state: Review) -> tuple[ReadArea, ...]:
    open_rows = {each.task.row_id for each in state.open_questions if each.task is not None}
    return tuple(
        ReadArea(f"{area.ordinal}. {area.name}", tuple(_row(task, task.row_id in open_rows) for task in area.tasks))
        for area in state.answered.areas
    )


def _reading_of(each: DeliverableReading) -> str:
    """The dates of a product, and its state where the file tells one."""
    states = "" if each.progress is None else f" · {taking_over.progress_words(each.progress)}"
    return f"{words.deliverable_words(each)}{states}"


def _row(task: TaskReading, is_open: bool) -> ReadRow:
    return ReadRow(
        numbers=", ".join(task.numbers) or task.row_id,
        task=task,
        products=tuple(f"{one.ordinal}. {one.text}" if one.ordinal else one.text for one in task.deliverables),
        readings=tuple(_reading_of(one) for one in task.deliverables),
        units=words.assignment_words(task),
        is_open=is_open,
    )


def _is_to_choose(unit: PlanUnit) -> bool:
    """Whether the office says which unit is meant: a new one, one printed by a past name, one it has chosen already."""
    return unit.unit_id is None or unit.is_past or unit.is_answered


def _unit_lines(state: Review) -> list[UnitLine]:
    known = {unit.id: unit.name for unit in state.known}
    names = [unit.name for unit in state.known if unit.kind is not UnitKind.GROUP]
    names += [unit.name for unit in state.units if unit.unit_id is None and unit.kind is not UnitKind.GROUP]
    return [
        UnitLine(
            place=place,
            unit=unit,
            spellings=", ".join(unit.spellings),
            known_name=known.get(unit.unit_id or 0, ""),
            basis=words.MATCHES[unit.basis],
            kind=unit.kind.value,
            kind_words=label(unit.kind),
            candidates=tuple((each, known[each]) for each in unit.candidates if each in known),
            members=tuple((name, name in unit.members) for name in dict.fromkeys(names)),
        )
        for place, unit in enumerate(state.units)
    ]


@dataclass(frozen=True, slots=True)
class There:
    """A plan that is in already: the sentence and the way to it."""

    text: str
    href: str


def there(told: Mapping[str, Any] | None) -> There | None:
    """What to say of a plan that is in already; None without one."""
    return None if told is None else There(told["text"], url_for("plans.show", plan_id=told["plan_id"]))


def line_of(plan_id: int) -> list[PlanLine]:
    """The plan's line in the list, as a list of one."""
    lines = plan_queries.list_plans(db.session, current_principal().agency_id)
    return [line for line in lines if line.id == plan_id]
