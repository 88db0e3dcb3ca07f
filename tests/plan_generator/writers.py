"""A laid-out plan as a file of each format, with the marks that real files carry."""

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import openpyxl

from cchc_tasks.domain.grid import Cell, Table
from tests.plan_generator.layouts import AreaForm, Grid, GridCell, Layout
from tests.plan_generator.old_fonts import OLD_FONTS, typed_for
from tests.plan_generator.written import WrittenPlan
from tests.support.documents import cell as word_cell
from tests.support.documents import paragraph, pasted_from_word, row, table, word_file
from tests.support.pdf import PDF

_DATE = "ngày {0.day:02d} tháng {0.month} năm {0.year}"
_NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
)
_HEADER_HALF = 60


@dataclass(frozen=True)
class File:
    """What was written, and by which means; `content` is text where it is to be pasted."""

    name: str
    content: bytes | str


def heading_lines(plan: WrittenPlan) -> list[str]:
    """Letterhead, number, date, title."""
    return [
        "UBND TỈNH GIA LAI",
        plan.agency.upper(),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"Số: {plan.number}",
        f"Gia Lai, {_DATE.format(plan.issued_on)}",
        "KẾ HOẠCH",
        f"CẢI CÁCH HÀNH CHÍNH NĂM {plan.year}",
    ]


class _WordWriter:
    """Pieces of WordprocessingML with lists that Word numbers itself."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._lists = 0
        self.counts = random.random() < 0.5
        self.breaks = random.random() < 0.3
        self.controls = random.random() < 0.3
        self.changes = random.random() < 0.3
        self.font = random.choice(("", "", "", *OLD_FONTS))

    @property
    def numbering(self) -> str:
        numbers = "".join(
            f'<w:num w:numId="{at}"><w:abstractNumId w:val="0"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            for at in range(1, self._lists + 1)
        )
        return _NUMBERING + numbers

    def rows(self, grid: Grid) -> list[str]:
        covered = {
            (number, column): cell
            for cell in grid.cells
            for number in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }
        made: list[str] = []
        for number in range(1, grid.row_count + 1):
            places = [column for column in range(1, grid.columns + 1) if self._is_shown(covered, number, column)]
            texts = {column: self._text_of(covered, number, column) for column in places}
            cut = self._cut(grid, covered, number, texts)
            made.append(row(*(self._cell(covered, number, column, texts[column]) for column in places)))
            if cut:
                nil = '<w:tcBorders><w:top w:val="nil"/></w:tcBorders>'
                made.append(row(*(word_cell(cut.get(column, ""), properties=nil) for column in places)))
        if self.controls:
            made = [f"<w:sdt><w:sdtPr/><w:sdtContent>{one}</w:sdtContent></w:sdt>" for one in made]
        return made

    def _cut(self, grid: Grid, covered, number: int, texts: dict[int, str]) -> dict[int, str]:
        """The rest of a row that somebody broke at the foot of a page: words move into a row without a rule."""
        simple = all(covered[number, column].row_span == covered[number, column].column_span == 1 for column in texts)
        if not self.breaks or number in grid.header_rows or not simple or self._random.random() > 0.3:
            return {}
        rest = {}
        for column, text in texts.items():
            words = text.split(" ")
            if covered[number, column].role in {"task", "product"} and "\n" not in text and len(words) > 4:
                at = next((at for at in range(len(words) // 2, len(words)) if words[at][:1].islower()), None)
                if at:
                    texts[column], rest[column] = " ".join(words[:at]), " ".join(words[at:])
        return rest

    def _is_shown(self, covered, number: int, column: int) -> bool:
        found = covered[number, column]
        return column == found.column

    def _text_of(self, covered, number: int, column: int) -> str:
        found = covered[number, column]
        return found.text if found.row == number else ""

    def _cell(self, covered, number: int, column: int, text: str) -> str:
        found: GridCell = covered[number, column]
        span = f'<w:gridSpan w:val="{found.column_span}"/>' if found.column_span > 1 else ""
        merge = ""
        if found.row_span > 1:
            merge = '<w:vMerge w:val="restart"/>' if found.row == number else "<w:vMerge/>"
        content = self._list(text) if found.role == "product" and text.startswith("1. ") and self.counts else ""
        if self.changes and not content and text and self._random.random() < 0.1:
            content = (
                f'<w:p><w:del w:id="1"><w:r><w:delText>bỏ đi</w:delText></w:r></w:del>'
                f'<w:ins w:id="2">{self._runs(text)}</w:ins></w:p>'
            )
        if self.font and not content:
            typed, font = typed_for(text, self.font)
            return word_cell(typed, properties=span + merge, run=font)
        return word_cell(text, properties=span + merge, content=content)

    def _runs(self, text: str) -> str:
        return paragraph(text).removeprefix("<w:p><w:pPr></w:pPr>").removesuffix("</w:p>")

    def _list(self, text: str) -> str:
        self._lists += 1
        number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{self._lists}"/></w:numPr>'
        return "".join(paragraph(line.partition(". ")[2], number) for line in text.split("\n"))


def write_word(plan: WrittenPlan, grids: Sequence[Grid], layout: Layout, random: Random) -> File:
    writer = _WordWriter(random)
    body = "".join(map(paragraph, heading_lines(plan)))
    for grid in grids:
        body += paragraph(grid.caption) if grid.caption else ""
        body += table(*writer.rows(grid))
    return File("ke-hoach.docx", word_file(body, numbering=writer.numbering))


def write_workbook(plan: WrittenPlan, grids: Sequence[Grid], layout: Layout, random: Random) -> File:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in heading_lines(plan):
        sheet.append([line])
    for cell in _stacked(grids, offset=len(heading_lines(plan)) + 1):
        if not cell.text:
            continue
        sheet.cell(cell.row, cell.column, cell.text)
        if cell.row_span > 1 or cell.column_span > 1:
            sheet.merge_cells(
                start_row=cell.row, start_column=cell.column,
                end_row=cell.row + cell.row_span - 1, end_column=cell.column + cell.column_span - 1,
            )  # fmt: skip
    stream = io.BytesIO()
    book.save(stream)
    return File("ke-hoach.xlsx", stream.getvalue())


def write_text(plan: WrittenPlan, grids: Sequence[Grid], layout: Layout, random: Random) -> File:
    lines = [[line] for line in heading_lines(plan)] + _filled(grids)
    old = _old_text(lines, random) if random.random() < 0.3 else None
    if old is not None:
        return File("ke-hoach.csv", old)
    separator = random.choice(",;\t")
    encoding = random.choice(("utf-8", "utf-8-sig", "utf-16"))
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator=random.choice(("\n", "\r\n"))).writerows(lines)
    return File("ke-hoach.csv", stream.getvalue().encode(encoding))


def _old_text(lines: list[list[str]], random: Random) -> bytes | None:
    """One byte a letter, typed for an old font; None where such a font has no place for some of the letters."""
    font = random.choice(OLD_FONTS)
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows([[typed_for(cell, font)[0] for cell in line] for line in lines])
    try:
        return stream.getvalue().encode("latin-1")
    except UnicodeEncodeError:
        return None


def write_tabbed(plan: WrittenPlan, grids: Sequence[Grid], layout: Layout, random: Random) -> File:
    stream = io.StringIO()
    csv.writer(stream, dialect="excel-tab").writerows([[line] for line in heading_lines(plan)] + _filled(grids))
    return File("", stream.getvalue())


def write_clipboard(plan: WrittenPlan, grids: Sequence[Grid], layout: Layout, random: Random) -> File:
    lines: dict[int, list[Cell]] = {}
    for cell in _stacked(grids, offset=0):
        lines.setdefault(cell.row, []).append(Cell(cell.text, cell.row, cell.column, cell.row_span, cell.column_span))
    return File("", pasted_from_word(heading_lines(plan), Table(tuple(tuple(lines[at]) for at in sorted(lines)))))


def write_pdf(plan: WrittenPlan, grids: Sequence[Grid], layout: Layout, random: Random) -> File:
    printer = PDF(has_wrap_blanks=random.random() < 0.5)
    for line in heading_lines(plan):
        printer.line(line)
    printer.top += random.choice((0, 60, 150, 220))
    weights = {"number": 1, "area": 3, "task": 6, "product": 6, "note": 3}
    total = sum(weights.get(role, 3.5) for role in layout.roles)
    widths = [740 * weights.get(role, 3.5) / total for role in layout.roles]
    breaks = random.random() < 0.5
    for grid in grids:
        if grid.caption:
            printer.top += 12
            if printer.top > 430:
                printer.new_page()
            printer.line(grid.caption)
        rows: dict[int, list[GridCell]] = {}
        for cell in grid.cells:
            rows.setdefault(cell.row, []).append(cell)
        header = max(at for at in range(1, grid.row_count + 1) if set(range(1, at + 1)) <= grid.header_rows)
        printer.table([rows[at] for at in sorted(rows)], widths, header, breaks_rows=breaks)
    return File("ke-hoach.pdf", printer.render())


WRITERS: dict[str, Callable[[WrittenPlan, Sequence[Grid], Layout, Random], File]] = {
    "word": write_word,
    "workbook": write_workbook,
    "text": write_text,
    "pasted text": write_tabbed,
    "pasted page": write_clipboard,
    "pdf": write_pdf,
}


def slipped(text: str, random: Random) -> str:
    """What a hurried typist leaves: doubled and unbreakable blanks, blanks at ends, letters in parts."""
    kind = random.randrange(12)
    if kind == 0:
        return text.replace(" ", "  ", 1)
    if kind == 1:
        return text.replace(" ", "\u00a0", 1)
    if kind == 2:
        return f"{text} "
    if kind == 3:
        return unicodedata.normalize("NFD", text)
    if kind == 4 and " " in text:
        return text.replace(" ", " \u200b", 1)
    return text


def _stacked(grids: Sequence[Grid], offset: int) -> list[GridCell]:
    """All tables under one another in one sheet; the line above a table is a row across it."""
    cells: list[GridCell] = []
    for grid in grids:
        if grid.caption:
            offset += 1
            cells.append(GridCell(grid.caption, offset, 1, 1, grid.columns, "area"))
        cells.extend(
            GridCell(one.text, one.row + offset, one.column, one.row_span, one.column_span, one.role)
            for one in grid.cells
        )
        offset += grid.row_count
    return cells


def _filled(grids: Sequence[Grid]) -> list[list[str]]:
    """Rows of plain text: a merged unit is typed in each row, a merged area only in its first."""
    cells = _stacked(grids, offset=0)
    width = max(grid.columns for grid in grids)
    lines = [[""] * width for _ in range(max(cell.row + cell.row_span - 1 for cell in cells))]
    for cell in cells:
        again = 1 if cell.role in {"area", "number", "header"} else cell.row_span
        for number in range(cell.row, cell.row + again):
            lines[number - 1][cell.column - 1] = cell.text
    return lines


__all__ = ["WRITERS", "AreaForm", "File", "heading_lines", "slipped"]
