"""The tables of several pages as the one that was printed: repeated headers dropped, broken rows joined."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from cchc_tasks.domain.grid import Remark, RemarkKind, Table
from cchc_tasks.readers.pdf_lines import Column, End, are_blanks_telling, begins_with_mark
from cchc_tasks.readers.pdf_pages import PageCell, PageTable
from cchc_tasks.readers.trouble import CellCollector

_NEAR = 4.0
_HEADER_ROWS = 4
_SAMPLE = 80
_NUMBER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,2})*|[IVXLC]{1,5}|[A-ZĐ])[.)]?")
_COUNTED = re.compile(r"(\d{1,2})[.)] ")
#: As many filled columns make a row that stands by itself.
_WHOLE_ROW = 4


@dataclass(frozen=True, slots=True)
class Stitched:
    """The tables of a document, and what was done to put them together."""

    tables: tuple[Table, ...]
    remarks: tuple[Remark, ...]


class _Vote(IntEnum):
    NEW_ROW = 1
    NONE = 2
    SAME_ROW = 3


@dataclass(slots=True)
class _Sheet:
    """A table that grows page by page; `cells` by (row, column), rows from 0."""

    edges: tuple[float, ...]
    page: int
    padding: float
    caption: str
    is_telling: bool
    cells: dict[tuple[int, int], PageCell] = field(default_factory=dict)
    row_count: int = 0
    joined: list[str] = field(default_factory=list)

    def column(self, cell: PageCell) -> Column:
        """What a cell gives its lines."""
        return Column(cell.left + self.padding, cell.width - 2 * self.padding, self.is_telling)

    def covering(self, row: int, column: int) -> PageCell | None:
        """The cell that covers a place."""
        found = self.cells.get((row, column))
        if found is not None:
            return found
        return next((cell for cell in self.cells.values() if _covers(cell, row, column)), None)


def stitch(tables: Sequence[PageTable], collector: CellCollector) -> Stitched:
    """Put together what goes on from page to page."""
    sheets: list[_Sheet] = []
    is_telling = are_blanks_telling([cell.lines for table in tables for cell in table.cells])
    for table in tables:
        if sheets and _goes_on(sheets[-1], table):
            _append(sheets[-1], table)
        else:
            sheet = _Sheet(table.edges, table.page, table.padding, table.caption, is_telling)
            _take(sheet, table, 0)
            sheets.append(sheet)
    guesses: list[str] = []
    made = tuple(_table(sheet, collector, guesses) for sheet in sheets)
    joined = [text for sheet in sheets for text in sheet.joined]
    remarks = []
    if joined:
        remarks.append(Remark(RemarkKind.ROWS_JOINED, "", joined[0][:_SAMPLE], len(joined)))
    if guesses:
        remarks.append(Remark(RemarkKind.LINES_GUESSED, "", guesses[0][:_SAMPLE], len(guesses)))
    return Stitched(made, tuple(remarks))


def _goes_on(sheet: _Sheet, table: PageTable) -> bool:
    """The next page's first table with the same columns is the same table, unless it has a title of its own."""
    if table.page != sheet.page + 1 or table.caption or len(table.edges) != len(sheet.edges):
        return False
    return all(abs(one - other) <= _NEAR for one, other in zip(table.edges, sheet.edges, strict=True))


def _append(sheet: _Sheet, table: PageTable) -> None:
    skipped = _repeated_header(sheet, table)
    if skipped < table.row_count:
        if _is_same_row(sheet, table, skipped):
            _join_row(sheet, table, skipped)
            _take(sheet, table, skipped + 1)
        else:
            _take(sheet, table, skipped)
    sheet.page = table.page


def _repeated_header(sheet: _Sheet, table: PageTable) -> int:
    """How many rows at the beginning repeat the beginning of the table."""
    count = 0
    while count < min(_HEADER_ROWS, table.row_count, sheet.row_count):
        own = [(cell.column, cell.text) for cell in table.row(count)]
        first = [(column, cell.text) for (row, column), cell in sorted(sheet.cells.items()) if row == count]
        if own != first or not any(text for _, text in own):
            break
        count += 1
    return count


def _is_same_row(sheet: _Sheet, table: PageTable, number: int) -> bool:
    """Whether a page broke a row in two."""
    row = table.row(number)
    filled = [cell for cell in row if cell.lines]
    above = {cell.column: sheet.covering(sheet.row_count - 1, cell.column) for cell in row}
    if _is_next_in_count(filled, above):
        return False
    votes = [_vote(above[cell.column], cell, sheet) for cell in filled]
    if _Vote.NEW_ROW in votes or not filled:
        return False
    if _Vote.SAME_ROW in votes:
        return True
    filled_above = sum(1 for cell in above.values() if cell is not None and cell.lines and cell.row_span == 1)
    return len(filled) * 2 <= filled_above


def _is_next_in_count(filled: list[PageCell], above: dict[int, PageCell | None]) -> bool:
    """Whether a row begins that counts on: "3. Số hóa …" below "2. Rà soát …", with nearly all that goes with it.

    Of a row that a page broke most columns have ended. What stands left of the number is the area, which goes on.
    """
    if len(filled) < _WHOLE_ROW:
        return False
    first, *others = sorted(filled, key=lambda cell: cell.column)
    own = {cell.column for cell in others}
    beside = (cell for column, cell in above.items() if column > first.column and column not in own)
    ended = sum(bool(cell.lines) for cell in beside if cell is not None and cell.row_span == 1)
    return ended <= 1 and _counts_on(above[first.column], first)


def _counts_on(above: PageCell | None, cell: PageCell) -> bool:
    number, before = (_COUNTED.match(one.text) if one is not None else None for one in (cell, above))
    return number is not None and before is not None and int(number[1]) == int(before[1]) + 1


def _vote(above: PageCell | None, cell: PageCell, sheet: _Sheet) -> _Vote:
    """What one cell says: words that go on from the page before, or a beginning."""
    if above is None or not above.lines:
        return _Vote.NEW_ROW
    if _NUMBER.fullmatch(cell.text):
        return _Vote.NEW_ROW
    if begins_with_mark(cell.lines[0]):
        return _Vote.NONE
    if cell.text[:1].islower():
        return _Vote.SAME_ROW
    end = sheet.column(above).end_between(above.lines[-1], cell.lines[0], (*above.lines, *cell.lines))
    return _Vote.SAME_ROW if end is End.WRAP else _Vote.NONE


def _join_row(sheet: _Sheet, table: PageTable, number: int) -> None:
    for cell in table.row(number):
        above = sheet.covering(sheet.row_count - 1, cell.column)
        if above is None:
            sheet.cells[sheet.row_count - 1, cell.column] = replace(cell, row=sheet.row_count - 1)
            continue
        if cell.lines:
            sheet.joined.append(cell.text)
        grown = replace(above, lines=above.lines + cell.lines, row_span=above.row_span + cell.row_span - 1)
        sheet.cells[above.row, above.column] = grown


def _take(sheet: _Sheet, table: PageTable, first: int) -> None:
    """Rows from `first` on; a blank cell under a merged one goes on with it."""
    offset = sheet.row_count - first
    for cell in table.cells:
        if cell.row < first:
            continue
        above = sheet.covering(sheet.row_count - 1, cell.column) if cell.row == first and sheet.row_count else None
        is_merged = above is not None and bool(above.lines) and (above.row_span > 1 or cell.row_span > 1)
        if above is not None and not cell.lines and is_merged and above.column_span == cell.column_span:
            sheet.cells[above.row, above.column] = replace(above, row_span=above.row_span + cell.row_span)
        else:
            sheet.cells[cell.row + offset, cell.column] = replace(cell, row=cell.row + offset)
    sheet.row_count += table.row_count - first


def _covers(cell: PageCell, row: int, column: int) -> bool:
    return cell.row <= row < cell.row + cell.row_span and cell.column <= column < cell.column + cell.column_span


def _table(sheet: _Sheet, collector: CellCollector, guesses: list[str]) -> Table:
    rows: dict[int, list[PageCell]] = {}
    for _, cell in sorted(sheet.cells.items()):
        rows.setdefault(cell.row, []).append(cell)
    made = []
    for number in sorted(rows):
        line = []
        for cell in rows[number]:
            joined = sheet.column(cell).join(cell.lines)
            if joined.guesses:
                guesses.append(joined.text)
            line.append(collector.cell(joined.text, number + 1, cell.column + 1, cell.row_span, cell.column_span))
        made.append(tuple(line))
    return Table(tuple(made), caption=sheet.caption)
