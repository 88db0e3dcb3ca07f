"""A list as a file: one complete value in, CSV or XLSX bytes out; text never becomes a formula."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import xlsxwriter

from cchc_tasks.domain.formulas import RISKY_STARTS, guard_formula

#: The longest text a cell of a workbook holds.
CELL_LIMIT = 32_767
PAPER_A4 = 9


class CellKind(StrEnum):
    """What a column holds; None is an empty cell in each."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its printed head; `width` in characters of a workbook's column."""

    words: str
    kind: CellKind = CellKind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True)
class TableExport:
    """A list with what must be said above it: title, as at when, by which rule. `made_at` is the file's own date."""

    title: str
    facts: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    made_at: datetime
    sheet_name: str = "Danh sách"
    footer: str = "&CTrang &P/&N"


def csv_bytes(table: TableExport) -> bytes:
    """UTF-8 with its mark, the head and the rows only; dates as yyyy-mm-dd, risky text behind an apostrophe."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.words for column in table.columns])
    # The csv module writes a date as str() does, which is its ISO form. The first character is looked at here: a
    # call for each of a hundred thousand cells would cost more than the rest of the file.
    writer.writerows(
        [guard_formula(value) if value.__class__ is str and value[:1] in RISKY_STARTS else value for value in row]
        for row in table.rows
    )
    return buffer.getvalue().encode("utf-8-sig")


def xlsx_bytes(table: TableExport) -> bytes:
    """A sheet that prints: A4 across, head rows frozen and repeated, real dates, text kept as text."""
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    book.set_properties({"title": table.title, "created": table.made_at.replace(tzinfo=None)})
    sheet = book.add_worksheet(table.sheet_name)
    head_row = _write_above(book, sheet, table)
    _write_head(book, sheet, table, head_row)
    _write_rows(book, sheet, table, head_row + 1)
    _set_up_print(sheet, table, head_row)
    book.close()
    return buffer.getvalue()


def new_workbook(buffer: io.BytesIO) -> Any:
    """A workbook that takes no text for a formula, an address or a number."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(buffer, options)


def _write_above(book: Any, sheet: Any, table: TableExport) -> int:
    """Title and facts; the number of the row for the head."""
    sheet.write_string(0, 0, table.title, book.add_format({"bold": True, "font_size": 14, "quote_prefix": True}))
    quiet = book.add_format({"font_color": "#444444", "quote_prefix": True})
    for number, fact in enumerate(table.facts, start=1):
        sheet.write_string(number, 0, fact[:CELL_LIMIT], quiet)
    return len(table.facts) + 2


def _write_head(book: Any, sheet: Any, table: TableExport, row: int) -> None:
    look = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E8EEEE"}
    head = book.add_format({**look, "quote_prefix": True})
    for number, column in enumerate(table.columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(row, number, column.words, head)


def _write_rows(book: Any, sheet: Any, table: TableExport, first: int) -> None:
    look = {"border": 1, "valign": "top", "border_color": "#BBBBBB"}
    text = book.add_format({**look, "text_wrap": True, "quote_prefix": True})
    day = book.add_format({**look, "num_format": "dd/mm/yyyy", "align": "left"})
    plain = book.add_format(look)
    for number, values in enumerate(table.rows, start=first):
        for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
            if value is None or value == "":
                sheet.write_blank(number, place, None, plain)
            elif column.kind is CellKind.DATE:
                sheet.write_datetime(number, place, value, day)
            elif column.kind is CellKind.NUMBER:
                sheet.write_number(number, place, value, plain)
            else:
                sheet.write_string(number, place, str(value)[:CELL_LIMIT], text)


def _set_up_print(sheet: Any, table: TableExport, head_row: int) -> None:
    sheet.freeze_panes(head_row + 1, 0)
    sheet.autofilter(head_row, 0, head_row + max(len(table.rows), 1), len(table.columns) - 1)
    sheet.repeat_rows(head_row)
    sheet.set_landscape()
    sheet.set_paper(PAPER_A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(table.footer)
