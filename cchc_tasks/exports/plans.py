"""A plan as a file in the shape it was issued in: letterhead, title, merged groups, the seven columns."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

import xlsxwriter

from cchc_tasks.domain.formulas import guard_formula
from cchc_tasks.exports.tables import CELL_LIMIT, PAPER_A4

COLUMNS = (
    ("Số TT", 6),
    ("Nhiệm vụ chung", 16),
    ("Nhiệm vụ cụ thể", 40),
    ("Sản phẩm", 40),
    ("Phân công thực hiện", 22),
    ("Thời gian thực hiện", 20),
    ("Ghi chú", 12),
)
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of the table, each cell as printed; rows of one area or one task carry the same words in turn."""

    ordinal: str
    area: str
    task: str
    products: str
    assignment: str
    time: str
    note: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.ordinal, self.area, self.task, self.products, self.assignment, self.time, self.note)


@dataclass(frozen=True, slots=True)
class PlanExport:
    """A plan whole; `reference` is the line that says which document the table belongs to."""

    parent_name: str
    agency_name: str
    title: str
    reference: str
    issued_on: date
    rows: tuple[PrintedRow, ...]


def task_cell(ordinal: str, numbers: Sequence[str], text: str) -> str:
    """The task with its printed numbers: "3. Rà soát …" for 2.3 in area 2, one line for each of several numbers."""
    short = [number.removeprefix(f"{ordinal}.") for number in numbers]
    lines = text.split("\n")
    if len(short) == len(lines):
        return "\n".join(f"{number}. {line}" for number, line in zip(short, lines, strict=True))
    return f"{'; '.join(short)}. {text}" if short else text


def products_cell(products: Sequence[tuple[str | None, str]]) -> str:
    """Products one to a line with their printed numbers; several without a number get a dash each."""
    if len(products) == 1 and products[0][0] is None:
        return products[0][1]
    return "\n".join(f"{ordinal}. {text}" if ordinal else f"- {text}" for ordinal, text in products)


def dashed_cell(products: Sequence[str]) -> str:
    """Products one to a line, each behind a dash."""
    return "\n".join(f"- {text}" for text in products)


def plan_csv(plan: PlanExport) -> bytes:
    """The table alone, UTF-8 with its mark; a cell that repeats the one above in a group is blank, as merged."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([words for words, _width in COLUMNS])
    above: PrintedRow | None = None
    for row in plan.rows:
        cells = list(row.cells)
        if above is not None and (row.ordinal, row.area) == (above.ordinal, above.area):
            cells[0] = cells[1] = ""
            cells[2] = "" if row.task == above.task else cells[2]
        writer.writerow([guard_formula(cell) for cell in cells])
        above = row
    return buffer.getvalue().encode("utf-8-sig")


def plan_xlsx(plan: PlanExport) -> bytes:
    """A sheet that prints across A4 like the original; text stays text."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": plan.title, "created": datetime.combine(plan.issued_on, time.min)})
    sheet = book.add_worksheet("Kế hoạch")
    head_row = _write_heading(book, sheet, plan)
    _write_table(book, sheet, plan.rows, head_row)
    sheet.repeat_rows(head_row)
    sheet.freeze_panes(head_row + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(PAPER_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&CTrang &P/&N")
    book.close()
    return buffer.getvalue()


def _write_heading(book: Any, sheet: Any, plan: PlanExport) -> int:
    """The letterhead, the title and the reference; the number of the table's head row."""
    bold = book.add_format({"bold": True, "align": "center", "text_wrap": True, "quote_prefix": True})
    plain = book.add_format({"align": "center", "text_wrap": True, "quote_prefix": True})
    for row, (left, right) in enumerate(zip((plan.parent_name, plan.agency_name), MOTTO, strict=True)):
        look = bold if row else plain
        sheet.merge_range(row, 0, row, 2, left, look)
        sheet.merge_range(row, 3, row, 6, right, bold)
    sheet.merge_range(3, 0, 3, 6, plan.title, bold)
    sheet.set_row(3, 32)
    sheet.merge_range(4, 0, 4, 6, plan.reference, plain)
    return 6


def _write_table(book: Any, sheet: Any, rows: Sequence[PrintedRow], head_row: int) -> None:
    look = {"border": 1, "text_wrap": True, "valign": "top", "quote_prefix": True}
    head = book.add_format({**look, "bold": True, "align": "center", "valign": "vcenter"})
    text = book.add_format(look)
    for place, (words, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width)
        sheet.write_string(head_row, place, words, head)
    numbered = list(enumerate(rows, start=head_row + 1))
    for number, row in numbered:
        for place, cell in enumerate(row.cells):
            sheet.write_string(number, place, cell[:CELL_LIMIT], text)
    for places, key in (((0, 1), _area_of), ((2,), _task_of)):
        for _same, group in groupby(numbered, key=key):
            _merge(sheet, list(group), places, text)


def _area_of(numbered: tuple[int, PrintedRow]) -> tuple[str, ...]:
    return numbered[1].cells[:2]


def _task_of(numbered: tuple[int, PrintedRow]) -> tuple[str, ...]:
    return numbered[1].cells[:3]


def _merge(sheet: Any, group: list[tuple[int, PrintedRow]], places: tuple[int, ...], look: Any) -> None:
    if len(group) > 1:
        for place in places:
            sheet.merge_range(group[0][0], place, group[-1][0], place, group[0][1].cells[place][:CELL_LIMIT], look)
