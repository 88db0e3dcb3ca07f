"""A piece of work as every list, board and calendar shows it: made once, from the domain's verdict and wording."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol, cast

from flask import current_app, get_template_attribute, url_for
from markupsafe import Markup

from cchc_tasks.domain.progress import Part, part_of
from cchc_tasks.domain.standing import DONE_STANDINGS, DUE_SOON_DAYS, Standing, standing
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.wording import extensions as extension_words
from cchc_tasks.wording import work as words

#: Statuses by task and deliverable, as `storage.queries.tasks.parts_of_tasks` reads them.
Parts = Mapping[int, Mapping[int, list[Status]]]

#: The colour class of a deadline, by standing; its words say the same.
DUE_KINDS = {
    Standing.OVERDUE: "late",
    Standing.DUE_SOON: "soon",
    Standing.OPEN: "ok",
    Standing.AWAITING_CONFIRMATION: "ok",
    Standing.UNDATED: "none",
    Standing.DONE_ON_TIME: "done",
    Standing.DONE_LATE: "donelate",
    Standing.REMOVED: "none",
}


class UnitLabel(Protocol):
    """What is needed of a unit: any directory {id -> this} will do."""

    @property
    def short_name(self) -> str: ...

    @property
    def name(self) -> str: ...


UnitDirectory = Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Due:
    """Arguments of the macro `due`: words first, then the date."""

    kind: str
    words: str
    on: date | None = None
    on_text: str = ""
    printed: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """Arguments of the macro `steps`."""

    parts: tuple[str, ...]
    label: str

    @property
    def done(self) -> int:
        return self.parts.count(Part.DONE)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One obligation, ready to be shown. `title` has its period in front; `text` and `period` are its two halves.

    `unit` is where it counts ('' while only a group is named or nobody leads); `unit_kind` is the class of its mark.
    """

    row: WorkRow
    href: str
    number_text: str
    title: str
    text: str
    period: str
    standing: Standing
    status_kind: str
    status_words: str
    due: Due
    unit: str
    unit_kind: str
    is_late: bool
    steps: Steps | None = None

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def status(self) -> Status:
        return self.row.status


def present(
    rows: Iterable[WorkRow],
    *,
    today: date,
    units: UnitDirectory,
    due_soon_days: int = DUE_SOON_DAYS,
    parts: Parts | None = None,
    is_printed_shown: bool = False,
) -> list[WorkItem]:
    """The rows as they are shown; with `parts` each carries the progress of its task or of its deliverable's periods.

    `is_printed_shown` adds the plan's own phrase under the date.
    """
    marks: dict[int, Steps | None] = {}
    return [_item(row, today, units, due_soon_days, _steps(row, parts, marks), is_printed_shown) for row in rows]


def _item(
    row: WorkRow, today: date, units: UnitDirectory, due_soon_days: int, steps: Steps | None, is_printed_shown: bool
) -> WorkItem:
    verdict = standing(row.facts, today, due_soon_days)
    counted = units.get(row.counted_unit_id) if row.counted_unit_id is not None else None
    is_led = row.lead_unit_id is not None or row.responsible_unit_id is not None
    return WorkItem(
        row=row,
        href=url_for("tasks.show", task_id=row.task_id, _anchor=f"muc-{row.id}"),
        number_text=row.number_text,
        title=words.title(row.text, row.period_label),
        text=row.text,
        period=row.period_label,
        standing=verdict,
        status_kind="returned" if row.is_returned and row.status is Status.IN_PROGRESS else row.status.value,
        status_words=words.status_words(row.status, is_returned=row.is_returned),
        due=due_of(row, verdict, today, is_printed_shown=is_printed_shown),
        unit=counted.short_name if counted else "",
        unit_kind="lead" if counted and is_led else "open",
        is_late=verdict is Standing.OVERDUE,
        steps=steps,
    )


def due_of(row: WorkRow, verdict: Standing, today: date, *, is_printed_shown: bool = False) -> Due:
    """The deadline, or for finished work the day it was finished."""
    said = words.due_words(row.facts, verdict, today, row.deadline_text)
    is_done = verdict in DONE_STANDINGS
    if verdict is Standing.REMOVED and row.status_on is not None:
        # What became of it stands beside as its status.
        said = words.since(row.status_on)
    day = row.status_on if is_done else row.due_on
    is_repeated = said == words.one_phrase(row.deadline_text)
    return Due(
        kind=DUE_KINDS[verdict],
        words=said,
        on=day,
        on_text=words.done_day(day) if is_done and day else "",
        printed=words.printed_phrase(row.deadline_text) if is_printed_shown and not is_repeated else "",
        original=extension_words.aside(row.original_due_on, row.due_on, row.extensions, row.asked_due_on),
    )


def _steps(row: WorkRow, parts: Parts | None, known: dict[int, Steps | None]) -> Steps | None:
    """Periods where the deliverable has several, else the task's products where it has several, else nothing."""
    if parts is None:
        return None
    if row.deliverable_id not in known:
        known[row.deliverable_id] = _make_steps(parts.get(row.task_id, {}), row.deliverable_id)
    return known[row.deliverable_id]


def _make_steps(of_task: Mapping[int, list[Status]], deliverable_id: int) -> Steps | None:
    own = of_task.get(deliverable_id, [])
    if len(own) > 1:
        return steps_of([[status] for status in own], words.periods_done)
    return steps_of(of_task.values(), words.products_done) if len(of_task) > 1 else None


def steps_of(groups: Iterable[list[Status]], say: Any = words.products_done) -> Steps | None:
    """A progress mark of the groups that are still in the plan; None where none is."""
    found = tuple(part.value for group in groups if (part := part_of(group)) is not None)
    return Steps(found, say(found.count(Part.DONE), len(found))) if found else None


class Marks:
    """Markup of the small marks: they say nothing of the request, and a list has few distinct values of them."""

    def __init__(self) -> None:
        self._make = _kept_marks()

    def due(self, value: Due) -> Markup:
        macro_arguments = (value.kind, value.words, value.on, value.on_text, value.printed, value.original)
        return self._make("due", *macro_arguments)

    def status(self, kind: str, said: str) -> Markup:
        return self._make("status", kind, said)

    def unit(self, name: str, kind: str = "") -> Markup:
        return self._make("unit", name, kind) if name else Markup("")

    def steps(self, value: Steps | None) -> Markup:
        return self._make("steps", value.parts, value.label) if value else Markup("")


#: So many marks are kept by a process; the boards of an agency show some hundreds on a day.
KEPT_MARKS = 4096


def _kept_marks() -> Callable[..., Markup]:
    """The maker of marks of this application, which remembers what it made last."""
    kept = current_app.extensions.get("cchc_tasks.marks")
    if kept is None:
        kept = current_app.extensions["cchc_tasks.marks"] = lru_cache(maxsize=KEPT_MARKS)(_made)
    return cast(Callable[..., Markup], kept)


def _made(macro: str, *arguments: Any) -> Markup:
    return Markup(get_template_attribute("components/marks.html", macro)(*arguments))  # noqa: S704
