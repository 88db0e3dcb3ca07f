"""The end of a plan's year: what is done stays, what is open lapses for a reason or goes on in the next plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.workflow import Move, Status


class Fate(StrEnum):
    """What becomes of a piece of work that is still open when its plan is closed."""

    CARRY_OVER = "carry_over"
    LAPSE = "lapse"


#: The ledger's move for each fate.
MOVES: Mapping[Fate, Move] = {Fate.CARRY_OVER: Move.CARRY_OVER, Fate.LAPSE: Move.LAPSE}


@dataclass(frozen=True, slots=True)
class Decided:
    """The fate of one obligation. `due_on` is its deadline in the next plan (None: none is set), for work that goes on.

    The reason is never empty: why it lapses, or why it was not finished.
    """

    obligation_id: int
    fate: Fate
    reason: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenWork:
    """An obligation of the plan as it stands at its closing."""

    obligation_id: int
    status: Status


def check_closing(
    open_work: Iterable[OpenWork],
    decided: Iterable[Decided],
    *,
    closed_on: date,
    plan_year: int,
    today: date,
    target_year: int | None,
) -> None:
    """Raises `Refused` where the plan cannot be closed like this.

    WORK_UNDECIDED: something open has no fate (facts: count); REPORTS_WAIT: something reported waits for its answer,
    which comes first; REASON_NEEDED; AFTER_TODAY and CLOSED_TOO_EARLY for a day before the last one of the plan's
    year; NO_NEXT_PLAN where work goes on but no plan of a later year is named.
    """
    if closed_on > today:
        raise Refused(RefusedReason.AFTER_TODAY, effective_on=closed_on, today=today)
    if closed_on < date(plan_year, 12, 31):
        raise Refused(RefusedReason.CLOSED_TOO_EARLY, year=plan_year)
    by_id = {each.obligation_id: each for each in decided}
    work = list(open_work)
    waiting = [each for each in work if each.status is Status.REPORTED]
    if waiting:
        raise Refused(RefusedReason.REPORTS_WAIT, count=len(waiting))
    undecided = [each for each in work if each.obligation_id not in by_id]
    if undecided:
        raise Refused(RefusedReason.WORK_UNDECIDED, count=len(undecided))
    if not all(each.reason.strip() for each in by_id.values()):
        raise Refused(RefusedReason.REASON_NEEDED)
    goes_on = any(each.fate is Fate.CARRY_OVER for each in by_id.values())
    if goes_on and (target_year is None or target_year <= plan_year):
        raise Refused(RefusedReason.NO_NEXT_PLAN, year=plan_year)
