"""What a time phrase says once it is read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from cchc_tasks.domain.deadline_kinds import DeadlineKind


class DeadlineReason(StrEnum):
    """Why a reading has to be confirmed."""

    NOTHING_STATED = "nothing_stated"
    NOT_UNDERSTOOD = "not_understood"
    IMPOSSIBLE_DATE = "impossible_date"
    INCOMPLETE_DATE = "incomplete_date"
    VAGUE = "vague"
    TENTATIVE = "tentative"
    TWO_READINGS = "two_readings"
    BEFORE_PERIOD = "before_period"
    OPEN_END = "open_end"
    NO_DAY = "no_day"
    SHORT_MONTH = "short_month"
    CONTRADICTION = "contradiction"
    SEVERAL_DEADLINES = "several_deadlines"
    BEFORE_EVENT = "before_event"
    EVENT_WITH_DATE = "event_with_date"
    DURATION = "duration"
    DITTO = "ditto"
    UNLIKELY_YEAR = "unlikely_year"
    RELATIVE = "relative"


class Recurrence(StrEnum):
    """How often something falls due."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    QUARTERLY_CUMULATIVE = "quarterly_cumulative"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement of a cell: `label` is what it names ("Ban hành kế hoạch"), "" where it names nothing.

    `is_generic` says that the label is only a verb such as "tổ chức thực hiện", which fits any product.
    """

    text: str
    label: str
    kind: DeadlineKind
    is_ongoing: bool = False
    starts_on: date | None = None
    due_on: date | None = None
    dates: tuple[date, ...] = ()
    recurrence: Recurrence | None = None
    needs_confirmation: bool = False
    reason: DeadlineReason | None = None
    is_generic: bool = True
    #: Names of the periods that `dates` are of, where the text names each.
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time phrase and its reading; `due_on` is the last day on time, the last of `dates` where there are several.

    `starts_on` is set only where the phrase names a start. Nothing is guessed: a phrase that cannot be read, or can
    be read in two ways, has `needs_confirmation` and a reason.
    """

    text: str
    kind: DeadlineKind
    is_ongoing: bool = False
    starts_on: date | None = None
    due_on: date | None = None
    dates: tuple[date, ...] = ()
    recurrence: Recurrence | None = None
    clauses: tuple[Clause, ...] = ()
    needs_confirmation: bool = False
    reason: DeadlineReason | None = None
    labels: tuple[str, ...] = ()


def doubtful(clause: Clause, reason: DeadlineReason) -> Clause:
    """The clause marked to be confirmed; the first reason found stays."""
    return replace(clause, needs_confirmation=True, reason=clause.reason or reason)


def deadline_of(clause: Clause, text: str | None = None) -> Deadline:
    """The deadline that one clause gives alone; `text` where another piece of print is to be kept."""
    return Deadline(
        text=clause.text if text is None else text,
        kind=clause.kind,
        is_ongoing=clause.is_ongoing,
        starts_on=clause.starts_on,
        due_on=clause.due_on,
        dates=clause.dates,
        recurrence=clause.recurrence,
        clauses=(clause,),
        needs_confirmation=clause.needs_confirmation,
        reason=clause.reason,
        labels=clause.labels,
    )


def unstated(text: str = "") -> Deadline:
    """Nothing gives a date: no due date, and somebody has to say so or name one."""
    return Deadline(text, DeadlineKind.UNSTATED, needs_confirmation=True, reason=DeadlineReason.NOTHING_STATED)


def deadline_to_dict(deadline: Deadline) -> dict[str, Any]:
    """The form of `parse deadline --jsonl`, and of a staged import. Source: DESIGN §6."""
    plain = _without_labels(asdict(deadline))
    plain["clauses"] = [_without_labels(clause) for clause in plain["clauses"]]
    return {name: _plain(value) for name, value in plain.items()}


def _without_labels(value: dict[str, Any]) -> dict[str, Any]:
    """Names of periods are told only where there are any."""
    return {name: item for name, item in value.items() if name != "labels" or item}


def deadline_from_dict(value: Mapping[str, Any]) -> Deadline:
    """The inverse of `deadline_to_dict`."""
    fields = _typed(value)
    fields["clauses"] = tuple(Clause(**_typed(clause)) for clause in value["clauses"])
    return Deadline(**fields)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _typed(value: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(value)
    for name in ("starts_on", "due_on"):
        fields[name] = None if value[name] is None else date.fromisoformat(value[name])
    fields["dates"] = tuple(date.fromisoformat(item) for item in value["dates"])
    fields["labels"] = tuple(value.get("labels", ()))
    fields["kind"] = DeadlineKind(value["kind"])
    fields["reason"] = None if value["reason"] is None else DeadlineReason(value["reason"])
    fields["recurrence"] = None if value["recurrence"] is None else Recurrence(value["recurrence"])
    return fields
