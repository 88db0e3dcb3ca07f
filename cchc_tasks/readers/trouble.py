"""How a reader says that a file cannot be read: a reason and facts, which cross the border between processes."""

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import Cell
from cchc_tasks.readers import limits


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
        if len(text) > limits.FIELD_LENGTH:
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
