"""A row that a page, or a hand, broke in two: the words that go on belong to the cells above."""

from dataclasses import replace

from cchc_tasks.domain.plan_reading.columns import Column
from cchc_tasks.domain.plan_reading.table import PlanRow

_STATEMENT_END = (".", ";", ":", "!", "?")


def goes_on(above: PlanRow, row: PlanRow) -> bool:
    """Whether a row is only the rest of the one above: it has no number, and every word in it goes on a sentence."""
    if row.is_area or _own(row, Column.NUMBER) or _own(row, Column.AREA):
        return False
    own = {column: text for column in row.cells if (text := _own(row, column))}
    return bool(own) and all(_continues(above.text(column), text) for column, text in own.items())


def joined_row(above: PlanRow, row: PlanRow) -> PlanRow:
    """The row above with the words of the lower one put behind its own."""
    cells = {column: f"{text} {own}" if (own := _own(row, column)) else text for column, text in above.cells.items()}
    return replace(above, cells=cells)


def _own(row: PlanRow, column: Column) -> str:
    """What a row says itself, not what reaches down into it."""
    return "" if column in row.carried else row.text(column)


def _continues(above: str, text: str) -> bool:
    return bool(above) and not above.rstrip().endswith(_STATEMENT_END) and text[:1].islower()
