"""How far a whole has come: what each of its parts shows, made of the statuses of their obligations."""

from collections.abc import Iterable
from enum import StrEnum

from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status


class Part(StrEnum):
    """One box of a progress mark."""

    DONE = "done"
    DOING = "doing"
    TODO = "todo"


def part_of(statuses: Iterable[Status]) -> Part | None:
    """What one deliverable (or one period) shows; None where nothing of it is left in the plan.

    Done when all its obligations that were not removed are confirmed; under way when somebody has begun.
    Source: DESIGN §2 (a deliverable is done when all its obligations that are not withdrawn are done).
    """
    present = [status for status in statuses if status not in REMOVED_STATUSES]
    if not present:
        return None
    if all(status is Status.DONE for status in present):
        return Part.DONE
    return Part.TODO if all(status is Status.NOT_STARTED for status in present) else Part.DOING
