"""Annexes of an official document as a workbook: one sheet each, numbers as numbers, printed as the document prints."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cchc_tasks.exports.official import fonts, grid, layout
from cchc_tasks.exports.official.model import Align, Annex, Block, Bullet, Cell, Heading, Row, Run, Table, Text, plain
from cchc_tasks.exports.official.number_format import typed
from cchc_tasks.exports.official.pdf_table import row_heights
from cchc_tasks.exports.official.text import clean, runs, wrapped_lines
from cchc_tasks.exports.tables import CELL_LIMIT, PAPER_A4, new_workbook
from cchc_tasks.wording.official import annex_label

#: A workbook must bear a date; this one says nothing.
_NO_DATE = datetime(1980, 1, 1)  # noqa: DTZ001 - the library takes no zone
_INCH = 72
#: One unit of a column's width in points: the figure 0 in the workbook's own letters.
_WIDTH_UNIT = 5.25
_HIGHEST_ROW = 409.0
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_ALIGN = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.JUSTIFY: "justify"}


def xlsx_bytes(annexes: Sequence[Annex], title: str) -> bytes:
    """A workbook with a sheet for each annex. The same values give the same bytes."""
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    book.set_properties({"title": clean(title), "created": _NO_DATE})
    taken: set[str] = set()
    for annex in annexes:
        _Sheet(book, annex, _sheet_name(annex, taken)).write()
    book.close()
    return buffer.getvalue()


def _sheet_name(annex: Annex, taken: set[str]) -> str:
    """The label as the name of a tab: no forbidden signs, at most 31 letters, no name twice."""
    bare = _FORBIDDEN_IN_NAMES.sub(" ", clean(annex.label)).strip()[:_LONGEST_NAME] or annex_label(1, 1)
    name, number = bare, 1
    while name.casefold() in taken:
        number += 1
        name = f"{bare[: _LONGEST_NAME - 4]} {number}"
    taken.add(name.casefold())
    return name


class _Sheet:
    """One annex on its way into a sheet; rows are written from above to below."""

    def __init__(self, book: Any, annex: Annex, name: str) -> None:
        self._book, self._annex = book, annex
        self._sheet = book.add_worksheet(name)
        tables = [block for block in annex.blocks if isinstance(block, Table)]
        self._columns = max((len(table.columns) for table in tables), default=1)
        self._width = layout.WIDTH_ACROSS if annex.is_landscape else layout.WIDTH_UPRIGHT
        widest = next((table for table in tables if len(table.columns) == self._columns), None)
        self._widths = grid.widths(widest.columns, self._width) if widest else [self._width]
        self._row = 0
        self._has_header = False
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def write(self) -> None:
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, width / _WIDTH_UNIT)
        self._line(self._annex.label, bold=True, align="center")
        self._line(self._annex.title.upper(), bold=True, align="center")
        if self._annex.reference:
            self._line(self._annex.reference, italic=True, align="center")
        self._row += 1
        for block in self._annex.blocks:
            self._block(block)
        self._set_up_print()

    def _block(self, block: Block) -> None:
        if isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Heading):
            self._line(block.line, bold=True)
        else:
            text = plain(block.text)
            self._line(f"- {text}" if isinstance(block, Bullet) else text)

    def _line(self, text: str, **looks: Any) -> None:
        """A line over all columns, high enough for its text: merged cells do not find their own height."""
        shown = clean(text)[:CELL_LIMIT]
        look = self._format(**looks)
        if self._columns > 1:
            self._sheet.merge_range(self._row, 0, self._row, self._columns - 1, "", look)
        self._sheet.write_string(self._row, 0, shown, look)
        lines = wrapped_lines(shown, self._width, fonts.measure(layout.TABLE_SIZE, fonts.BOLD))
        self._sheet.set_row(self._row, min(lines * layout.TABLE_SIZE * fonts.LINE + 4, _HIGHEST_ROW))
        self._row += 1

    def _table(self, table: Table) -> None:
        first = self._row
        header, body = row_heights(table, self._width)
        self._rows(table, table.header, header, is_head=True)
        if not self._has_header and table.header:
            self._has_header = True
            self._sheet.freeze_panes(self._row, 0)
            self._sheet.repeat_rows(first, self._row - 1)
        self._rows(table, table.rows, body, is_head=False)
        self._row += 1

    def _rows(self, table: Table, rows: Sequence[Row], heights: Sequence[float], *, is_head: bool) -> None:
        for line, height in zip(grid.slots(rows, len(table.columns)), heights, strict=True):
            for slot in line:
                if slot.is_start:
                    self._cell(slot, table, is_head=is_head)
            self._sheet.set_row(self._row, min(height + 2, _HIGHEST_ROW))
            self._row += 1

    def _cell(self, slot: grid.Slot, table: Table, *, is_head: bool) -> None:
        cell, row, column = slot.cell, self._row, slot.column
        align = cell.align or Align.CENTER if is_head else slot.align(table.columns)
        looks: dict[str, Any] = _looks(cell, align, is_head=is_head)
        found = typed(plain(cell.text), cell.value) if cell.value is not None else None
        look = self._format(**looks, num_format=found.format) if found else self._format(**looks)
        if cell.row_span > 1 or cell.column_span > 1:
            last = (row + cell.row_span - 1, column + cell.column_span - 1)
            self._sheet.merge_range(row, column, *last, "", look)
        if found:
            self._sheet.write_number(row, column, found.number, look)
        else:
            self._text(row, column, cell.text, looks, look)

    def _text(self, row: int, column: int, text: Text, looks: dict[str, Any], look: Any) -> None:
        pieces = [run for run in runs(text) if run.text]
        if not pieces:
            self._sheet.write_blank(row, column, None, look)
        elif len(pieces) == 1:
            only = self._format(**(looks | _run_looks(pieces[0])))
            self._sheet.write_string(row, column, pieces[0].text[:CELL_LIMIT], only)
        else:
            letters = {name: looks[name] for name in ("bold", "italic", "font_strikeout", "underline") if name in looks}
            fragments: list[Any] = []
            for run in pieces:
                fragments += [self._bare_format(**(letters | _run_looks(run))), run.text]
            self._sheet.write_rich_string(row, column, *fragments, look)

    def _format(self, **looks: Any) -> Any:
        base = {"text_wrap": True, "valign": "top", "quote_prefix": True}
        return self._bare_format(**{**base, **looks})

    def _bare_format(self, **looks: Any) -> Any:
        whole = {"font_name": fonts.NAME, "font_size": layout.TABLE_SIZE, **looks}
        key = tuple(sorted(whole.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(whole)
        return self._formats[key]

    def _set_up_print(self) -> None:
        sheet = self._sheet
        sheet.set_paper(PAPER_A4)
        if self._annex.is_landscape:
            sheet.set_landscape()
        sheet.set_margins(
            left=layout.LEFT / _INCH, right=layout.RIGHT / _INCH, top=layout.TOP / _INCH, bottom=layout.BOTTOM / _INCH
        )
        sheet.fit_to_pages(1, 0)
        sheet.set_header("&C&P", {"margin": layout.PAGE_NUMBER_FROM_TOP / _INCH})


def _looks(cell: Cell, align: Align, *, is_head: bool) -> dict[str, Any]:
    looks: dict[str, Any] = {"border": 1, "align": _ALIGN[align]}
    if is_head:
        looks["valign"] = "vcenter"
    whole = Run("", cell.is_bold, cell.is_italic, cell.is_struck, cell.is_underlined)
    return {**looks, **_run_looks(whole)}


def _run_looks(run: Run) -> dict[str, Any]:
    looks: dict[str, Any] = {
        "bold": run.is_bold,
        "italic": run.is_italic,
        "font_strikeout": run.is_struck,
        "underline": 1 if run.is_underlined else 0,
        "font_script": 1 if run.is_raised else 0,
    }
    return {name: look for name, look in looks.items() if look}
