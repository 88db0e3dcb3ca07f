"""The statuses of an obligation and which may follow which; one table that every caller asks."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.errors import Refused, RefusedReason


class Status(StrEnum):
    """What somebody has said of an obligation; stored in the ledger."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CARRIED_OVER = "carried_over"


class Move(StrEnum):
    """A step between two statuses, named for what a person does."""

    START = "start"
    REPORT = "report"
    CONFIRM = "confirm"
    RETURN = "return"
    TAKE_BACK = "take_back"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    CARRY_OVER = "carry_over"


#: Statuses in which the work is still owed.
OPEN_STATUSES = frozenset({Status.NOT_STARTED, Status.IN_PROGRESS, Status.REPORTED})
#: Statuses that take an obligation out of every count (by an amendment or the year's end).
REMOVED_STATUSES = frozenset({Status.WITHDRAWN, Status.LAPSED, Status.CARRIED_OVER})


@dataclass(frozen=True, slots=True)
class Transition:
    """From which statuses a move starts, where it leads, and what it cannot do without."""

    sources: frozenset[Status]
    to: Status
    needs_reason: bool = False
    needs_evidence: bool = False
    #: A confirmation or a return takes the `effective_on` of the report it answers.
    answers_report: bool = False


_REPORTABLE = frozenset({Status.NOT_STARTED, Status.IN_PROGRESS})

TRANSITIONS: dict[Move, Transition] = {
    Move.START: Transition(frozenset({Status.NOT_STARTED}), Status.IN_PROGRESS),
    Move.REPORT: Transition(_REPORTABLE, Status.REPORTED, needs_evidence=True),
    Move.CONFIRM: Transition(frozenset({Status.REPORTED}), Status.DONE, needs_evidence=True, answers_report=True),
    Move.RETURN: Transition(frozenset({Status.REPORTED}), Status.IN_PROGRESS, needs_reason=True, answers_report=True),
    Move.TAKE_BACK: Transition(
        frozenset({Status.REPORTED}), Status.IN_PROGRESS, needs_reason=True, answers_report=True
    ),
    Move.REOPEN: Transition(frozenset({Status.DONE}), Status.IN_PROGRESS, needs_reason=True),
    Move.WITHDRAW: Transition(OPEN_STATUSES, Status.WITHDRAWN, needs_reason=True),
    Move.LAPSE: Transition(OPEN_STATUSES, Status.LAPSED, needs_reason=True),
    Move.CARRY_OVER: Transition(OPEN_STATUSES, Status.CARRIED_OVER, needs_reason=True),
}


def can_move(current: Status, move: Move) -> bool:
    """Whether the table knows this step from `current`."""
    return current in TRANSITIONS[move].sources


def allowed_moves(current: Status) -> tuple[Move, ...]:
    """The moves that start at `current`, in the order of the table."""
    return tuple(move for move in TRANSITIONS if can_move(current, move))


def check_move(current: Status, move: Move, *, reason: str | None, has_evidence: bool) -> Status:
    """The status that `move` leads to; raises `Refused` where the table, the reason or the evidence forbids it.

    Source: DESIGN §2 (Status) and rule 4 (no completion without evidence).
    """
    transition = TRANSITIONS[move]
    if current not in transition.sources:
        raise Refused(RefusedReason.TRANSITION, current=current, move=move)
    if transition.needs_reason and not reason:
        raise Refused(RefusedReason.REASON_NEEDED, move=move)
    if transition.needs_evidence and not has_evidence:
        raise Refused(RefusedReason.NO_EVIDENCE, move=move)
    return transition.to


def check_effective_on(effective_on: date, *, today: date, plan_issued_on: date, reason: str | None) -> None:
    """Raises `Refused` for a day after the day of entry, or one before the plan was issued without a reason.

    Work finished before the plan was issued is real (products of Quý IV/2020 in a plan of 29/12/2020).
    """
    if effective_on > today:
        raise Refused(RefusedReason.AFTER_TODAY, effective_on=effective_on, today=today)
    if effective_on < plan_issued_on and not reason:
        raise Refused(RefusedReason.BEFORE_PLAN, effective_on=effective_on, issued_on=plan_issued_on)
