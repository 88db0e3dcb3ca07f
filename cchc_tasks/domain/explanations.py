"""Explanations (giải trình) that the office asks for late work: when one may be asked, by when, and answered."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.workflow import OPEN_STATUSES, REMOVED_STATUSES, Status

#: Which half of the story a ledger row tells (`payload["step"]`): the state that the request came to.
STEP = "step"


class ExplanationState(StrEnum):
    """What became of a request."""

    ASKED = "asked"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class ExplanationFacts:
    """The last request to explain late work; `answer_by` is the last day in time."""

    state: ExplanationState
    asked_seq: int
    asked_on: date
    asked_by: int | None
    answer_by: date
    answered_seq: int | None = None
    answered_on: date | None = None
    answered_by: int | None = None


def is_late(status: Status, due_on: date | None, status_on: date | None, today: date) -> bool:
    """Whether there is something to explain: open work after its deadline, or work that was finished after it."""
    if due_on is None or status in REMOVED_STATUSES:
        return False
    if status is Status.REPORTED or status not in OPEN_STATUSES:
        return status_on is not None and status_on > due_on
    return today > due_on


def check_asking(status: Status, due_on: date | None, status_on: date | None, answer_by: date, *, today: date) -> date:
    """The deadline that was missed; raises `Refused` for work that is not late, or a day of answer before today."""
    if due_on is None or not is_late(status, due_on, status_on, today):
        raise Refused(RefusedReason.NOT_LATE)
    if answer_by < today:
        raise Refused(RefusedReason.ANSWER_BY_PAST, answer_by=answer_by, today=today)
    return due_on


def check_answering(status: Status, words: str) -> None:
    """Raises `Refused` for work that left the plan, and for an answer without words."""
    if status in REMOVED_STATUSES:
        raise Refused(RefusedReason.EXPLANATION_OF_REMOVED)
    if not words:
        raise Refused(RefusedReason.REASON_NEEDED)
