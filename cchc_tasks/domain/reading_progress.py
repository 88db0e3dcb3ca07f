"""How far the reading of a file has come."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What is being done with a file."""

    WAITING = "waiting"
    CONVERTING = "converting"
    PAGES = "pages"
    ROWS = "rows"
    SORTING = "sorting"


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """A step, and how much of it is done; `total` 0 where that is not known."""

    step: Step
    done: int = 0
    total: int = 0
