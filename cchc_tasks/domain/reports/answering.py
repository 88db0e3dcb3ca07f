"""Who answers what: how far an asked row is, how far a unit is with its rows, and whether it still owes something."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.reports.cells import Cell, CellState
from cchc_tasks.domain.reports.figures import Figure
from cchc_tasks.domain.reports.forms import Form, FormRow


class AnswerState(StrEnum):
    """How far a row is that somebody has to answer.

    "Chưa có" is an answer and not the last one: the unit has seen the row and owes the number until units answer no
    more. After that day it stands, prints as it is, and the office accepts it or does not.
    """

    WAITING = "waiting"
    NOT_YET = "not_yet"
    DONE = "done"


def answer_state(cell: Cell) -> AnswerState:
    """How far a row with this cell is; 0 and "không áp dụng" are final, a blank is no answer."""
    if cell.state is CellState.NOT_YET:
        return AnswerState.NOT_YET
    return AnswerState.DONE if cell.is_answered else AnswerState.WAITING


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of some rows are answered for good, answered "chưa có", and not answered at all."""

    done: int = 0
    not_yet: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        return self.done + self.not_yet + self.waiting

    @property
    def left(self) -> int:
        """Rows that have no final answer."""
        return self.not_yet + self.waiting

    def is_owed(self, today: date, due_on: date) -> bool:
        """Whether anything is still asked of the unit on `today`: a row without an answer until the report is gone,
        a "chưa có" through `due_on`, the last day on which units answer."""
        return bool(self.waiting or (self.not_yet and today <= due_on))


def progress(cells: Iterable[Cell]) -> Progress:
    """How far rows with these cells are."""
    counts = Counter(answer_state(cell) for cell in cells)
    return Progress(counts[AnswerState.DONE], counts[AnswerState.NOT_YET], counts[AnswerState.WAITING])


def rows_to_enter(form: Form, figures: Mapping[str, Figure]) -> tuple[FormRow, ...]:
    """The rows that somebody has to answer: those of the form that nothing computes."""
    return tuple(row for row in form.value_rows if not figures[row.key].is_computed)


def asked_of(rows: Iterable[FormRow], asks: Mapping[str, int], unit_ids: Collection[int]) -> tuple[FormRow, ...]:
    """Those of `rows` that one of these units answers."""
    return tuple(row for row in rows if asks.get(row.key) in unit_ids)
