"""Small plans as states: so many things done, late and open, counted by a rule."""

from collections.abc import Iterable
from datetime import date, timedelta

from cchc_tasks.domain.counting import CountingRule, ObligationState, Tally, tally
from cchc_tasks.domain.workflow import Status

CUT_OFF = date(2023, 12, 14)
BEFORE, AFTER = CUT_OFF - timedelta(days=60), CUT_OFF + timedelta(days=17)


def work(
    number: int,
    *,
    done_on: date | None = None,
    due_on: date | None = BEFORE,
    is_standing: bool = False,
    status: Status | None = None,
    plan_id: int = 1,
) -> ObligationState:
    status = status or (Status.DONE if done_on else Status.IN_PROGRESS)
    return ObligationState(
        obligation_id=number,
        deliverable_id=number,
        task_id=number,
        area_id=1,
        numbers=(str(number),),
        status=status,
        status_on=done_on,
        due_on=due_on,
        is_standing=is_standing,
        plan_id=plan_id,
    )


def plan_of(done: int, total: int, *, late: int = 0, noun: str = "nhiệm vụ", first: int = 1) -> Tally:
    """A plan of `total` things of which `done` are done, `late` of these after their due day."""
    states = [
        work(first + place, done_on=(BEFORE + timedelta(days=1) if place < late else BEFORE) if place < done else None)
        for place in range(total)
    ]
    return counted(states, noun=noun)


def counted(states: Iterable[ObligationState], *, noun: str = "nhiệm vụ") -> Tally:
    return tally(states, CountingRule(noun=noun), CUT_OFF)
