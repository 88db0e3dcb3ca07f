"""Where the cells of a table stand once their spans are spread out."""

from collections.abc import Sequence
from dataclasses import dataclass

from cchc_tasks.exports.official.model import Align, Cell, Column, Row


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell on one row; a cell over several rows has a slot on each, the first with `is_start`, the last `is_end`."""

    cell: Cell
    column: int
    is_start: bool
    is_end: bool

    def align(self, columns: Sequence[Column]) -> Align:
        """The cell's own, else its column's."""
        return self.cell.align or columns[self.column].align


def slots(rows: Sequence[Row], width: int) -> list[list[Slot]]:
    """The slots of each row from left to right. Raises ValueError where cells do not fill the grid exactly."""
    waiting: dict[int, tuple[Cell, int]] = {}
    laid: list[list[Slot]] = []
    for number, row in enumerate(rows):
        line: list[Slot] = []
        fresh = iter(row.cells)
        column = 0
        while column < width:
            if column in waiting:
                cell, left = waiting.pop(column)
                is_start = False
            else:
                found = next(fresh, None)
                if found is None:
                    raise ValueError(f"row {number} ends before column {width}")
                cell, left, is_start = found, found.row_span, True
            if left > 1:
                waiting[column] = (cell, left - 1)
            line.append(Slot(cell, column, is_start, is_end=left == 1))
            column += cell.column_span
        if column != width or next(fresh, None) is not None:
            raise ValueError(f"row {number} is wider than {width} columns")
        laid.append(line)
    if waiting:
        raise ValueError("a cell spans more rows than there are")
    return laid


def widths(columns: Sequence[Column], total: float) -> list[float]:
    """The shares of the columns as lengths that add up to `total`."""
    whole = sum(column.width for column in columns)
    return [column.width / whole * total for column in columns]
