"""How a reader says that a file cannot be read: a reason and facts, which cross the border between processes."""

import re

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import Cell
from cchc_tasks.readers import limits

_PRINTED_MARK = re.compile(r"[-–+] |\(?\d{1,2}(?:\.\d{1,2}){0,2}[.)] ")


class Unreadable(Exception):
    """Raised inside the reading process only; outside it becomes `domain.errors.UnreadableFile`."""

    def __init__(self, reason: ReadTrouble, **facts: str | int) -> None:
        self.reason = reason
        self.facts = facts
        super().__init__(reason, facts)


class CellCollector:
    """Takes the cells of a document one by one and stops at the first that goes beyond the limits."""

    def __init__(self) -> None:
        self._length = 0

    def cell(self, text: str, row: int, column: int, row_span: int = 1, column_span: int = 1) -> Cell:
        """A checked cell."""
        if _is_too_long(text):
            raise Unreadable(ReadTrouble.FIELD_TOO_LONG, row=row, column=column, limit=limits.FIELD_LENGTH)
        if row > limits.ROWS:
            raise Unreadable(ReadTrouble.TOO_MANY_ROWS, limit=limits.ROWS)
        if column > limits.COLUMNS:
            raise Unreadable(ReadTrouble.TOO_MANY_COLUMNS, limit=limits.COLUMNS)
        self.text(text)
        # A merged area that reaches beyond the limits is cut there: what lies outside is never read.
        return Cell(
            text, row, column, min(row_span, limits.ROWS - row + 1), min(column_span, limits.COLUMNS - column + 1)
        )

    def text(self, text: str) -> str:
        """A checked text outside tables."""
        self._length += len(text)
        if self._length > limits.TEXT_LENGTH:
            raise Unreadable(ReadTrouble.TOO_BIG, limit=limits.TEXT_LENGTH)
        return text


def _is_too_long(text: str) -> bool:
    """A field is one printed statement: a cell of several may hold as much as Excel's, their marks are not counted."""
    if len(text) <= limits.FIELD_LENGTH:
        return False
    statements = (line.lstrip() for line in text[: limits.CELL_LENGTH].split("\n"))
    longest = max(len(line) - (mark.end() if (mark := _PRINTED_MARK.match(line)) else 0) for line in statements)
    return len(text) > limits.CELL_LENGTH or longest > limits.FIELD_LENGTH
