"""Excel workbooks (.xlsx): the visible sheets as grids, merged areas kept, dates printed as in Việt Nam."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell as WorkbookCell
from openpyxl.worksheet.worksheet import Worksheet

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import Cell, Remark, RemarkKind, SourceDocument, Table
from cchc_tasks.domain.reading_progress import Step
from cchc_tasks.readers.archive import check_parts
from cchc_tasks.readers.old_fonts import FontConverter
from cchc_tasks.readers.progress import tell
from cchc_tasks.readers.trouble import CellCollector, Unreadable
from cchc_tasks.readers.word_package import refuse_remote_parts

MEMBER = "xl/workbook.xml"
_LISTED = 20


def read_workbook(data: bytes, archive: zipfile.ZipFile) -> SourceDocument:
    """Every visible sheet as one table; a formula gives the value last computed, text stays text."""
    check_parts(archive)
    refuse_remote_parts(archive)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:  # a broken workbook raises whatever its broken part happens to touch
        raise Unreadable(ReadTrouble.DAMAGED) from error
    collector = CellCollector()
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    converter = FontConverter()
    tables = [_table(sheet, collector, converter) for sheet in visible]
    remarks = (*converter.remarks(), *_hidden(book.worksheets))
    return SourceDocument((), tuple(table for table in tables if table.rows), remarks=remarks)


def _hidden(sheets: Iterable[Any]) -> Iterator[Remark]:
    """Sheets that are not shown are not read, and rows that are not shown are; either is said."""
    for sheet in sheets:
        if sheet.sheet_state != "visible":
            if any(True for _ in _filled_cells(sheet)):
                yield Remark(RemarkKind.HIDDEN_SHEET, sheet.title)
            continue
        rows = {cell.row for cell in _filled_cells(sheet)}
        hidden = sorted(row for row in rows if sheet.row_dimensions[row].hidden)
        if hidden:
            yield Remark(RemarkKind.HIDDEN_ROWS, sheet.title, ", ".join(map(str, hidden[:_LISTED])), len(hidden))


def _table(sheet: Worksheet, collector: CellCollector, converter: FontConverter) -> Table:
    spans = {
        (area.min_row, area.min_col): (area.max_row - area.min_row + 1, area.max_col - area.min_col + 1)
        for area in sheet.merged_cells.ranges
    }
    rows: dict[int, list[Cell]] = {}
    for cell in _filled_cells(sheet):
        row_span, column_span = spans.get((cell.row, cell.column), (1, 1))
        text = converter.run(_text(cell), (cell.font.name if cell.has_style else None) or "")
        read = collector.cell(text, cell.row, cell.column, row_span, column_span)
        if cell.row not in rows:
            tell(Step.ROWS, len(rows))
        rows.setdefault(cell.row, []).append(read)
    return Table(tuple(tuple(rows[number]) for number in sorted(rows)), sheet.title)


def _filled_cells(sheet: Worksheet) -> Iterator[WorkbookCell]:
    """The cells that hold something. Walking rows would make every cell up to the farthest one."""
    cells = sheet._cells  # the store itself: openpyxl offers no public way to ask for filled cells only
    for place in sorted(cells):
        cell = cells[place]
        if cell.value is not None and isinstance(cell, WorkbookCell):
            yield cell


def _text(cell: WorkbookCell) -> str:
    value = cell.value
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time.min else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return str(value)


def _number(value: float, number_format: str) -> str:
    """A number as the cell shows it where that matters: "1.10" is not "1.1", and half of the work is "50%"."""
    if number_format.rstrip().endswith("%"):
        return f"{value * 100:.10g}%"
    if isinstance(value, int) or value.is_integer():
        value = int(value)
    decimals = number_format.partition(".")[2]
    if number_format.startswith("0.") and decimals and set(decimals) == {"0"}:
        return f"{value:.{len(decimals)}f}"
    return repr(value)
