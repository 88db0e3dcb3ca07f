"""Where the states printed in a newer list differ from what the ledger holds: shown, and never written over it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cchc_tasks.domain.plan_difference import PlanDifference, ProductPair, StandingPeriod
from cchc_tasks.domain.plan_reading import Progress, Stage
from cchc_tasks.domain.workflow import Status

_HELD_AS = {Stage.TODO: Status.NOT_STARTED, Stage.DOING: Status.IN_PROGRESS, Stage.DONE: Status.DONE}


@dataclass(frozen=True, slots=True)
class StateNote:
    """A product whose printed state is not the one held; `status` None where the product is new."""

    numbers: tuple[str, ...]
    product: str
    printed: Progress
    status: Status | None
    status_on: date | None


def state_notes(found: PlanDifference) -> tuple[StateNote, ...]:
    """Every such product in printed order; a state of recurring work that names no period cannot be compared."""
    rows = [(row.new.numbers, pair) for row in found.rows if row.new is not None for pair in row.products]
    return tuple(note for numbers, pair in rows for note in _note(pair, numbers))


def _note(pair: ProductPair, numbers: tuple[str, ...]) -> Iterator[StateNote]:
    if pair.new is None or pair.new.progress is None:
        return
    printed = pair.new.progress
    if pair.old is None:
        if printed.stage is not Stage.TODO:
            yield StateNote(numbers, pair.new.text, printed, None, None)
        return
    place = printed.period if len(pair.old.periods) > 1 else 0
    if place is None or place >= len(pair.old.periods):
        return
    held = pair.old.periods[place]
    if not _is_same(printed, held):
        yield StateNote(numbers, pair.new.text, printed, held.status, held.status_on)


def _is_same(printed: Progress, held: StandingPeriod) -> bool:
    if printed.stage is Stage.UNCLEAR or held.status is not _HELD_AS[printed.stage]:
        return False
    return printed.stage is not Stage.DONE or printed.done_on in {None, held.status_on}
