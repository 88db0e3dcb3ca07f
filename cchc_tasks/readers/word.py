"""Word documents (.docx): paragraphs and tables, merged cells and tracked changes as the print shows them."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import Cell, Remark, RemarkKind, SourceDocument, Table
from cchc_tasks.domain.reading_progress import Step
from cchc_tasks.readers.archive import check_parts
from cchc_tasks.readers.progress import tell
from cchc_tasks.readers.trouble import CellCollector, Unreadable
from cchc_tasks.readers.word_numbering import read_numbering
from cchc_tasks.readers.word_package import neighbour, read_part, refuse_remote_parts
from cchc_tasks.readers.word_package import qualified as q
from cchc_tasks.readers.word_text import TABLE, Fonts, WordText, blocks, children, tracked_changes

_ROW, _CELL = q("tr"), q("tc")
#: A table of one row or column that holds whole tables only lays out the page.
_LAYOUT_COLUMNS = 2


def read_word(archive: zipfile.ZipFile, main: str) -> SourceDocument:
    """Paragraphs outside tables and every table in order; a table inside a cell becomes lines of that cell."""
    check_parts(archive)
    refuse_remote_parts(archive)
    body = _body(archive, main)
    styles = read_part(archive, neighbour(main, "styles.xml"))
    numbering = read_numbering(read_part(archive, neighbour(main, "numbering.xml")), styles)
    reader = _WordReader(WordText(numbering, Fonts(styles)))
    reader.read(body)
    remarks = (*reader.text.converter.remarks(), *tracked_changes(body), *reader.remarks())
    return SourceDocument(tuple(reader.paragraphs), tuple(reader.tables), remarks=remarks)


def _body(archive: zipfile.ZipFile, main: str) -> Any:
    root = read_part(archive, main)
    body = root.find(q("body")) if root is not None else None
    if body is None:
        raise Unreadable(ReadTrouble.DAMAGED)
    return body


class _WordReader:
    """Walks a body once, in order, for numbers count on from paragraph to paragraph."""

    def __init__(self, text: WordText) -> None:
        self.text = text
        self.paragraphs: list[str] = []
        self.tables: list[Table] = []
        self._collector = CellCollector()
        self._joined: list[str] = []

    def read(self, parent: Any) -> None:
        """Take in every block."""
        caption = ""
        for block in blocks(parent):
            if block.tag != TABLE:
                line = self._collector.text(self.text.paragraph(block))
                self.paragraphs.append(line)
                caption = line.strip() or caption
            elif _is_layout(block):
                for cell in _cells_of(block):
                    self.read(cell)
            else:
                self._table(block, caption)
                caption = ""

    def remarks(self) -> tuple[Remark, ...]:
        """That rows without a rule between them were read as one."""
        if not self._joined:
            return ()
        return (Remark(RemarkKind.ROWS_JOINED, "", self._joined[0][:80], len(self._joined)),)

    def _table(self, table: Any, caption: str) -> None:
        rows: list[list[Cell]] = []
        open_above: dict[int, tuple[int, int]] = {}
        live = list(_live_rows(table))
        halves = _lower_halves(live)
        for number, row in enumerate(live, start=1):
            cells: list[Cell] = []
            column = 1 + _grid_count(row, "gridBefore")
            is_half = number in halves
            for cell in children(row, _CELL):
                span = _span(cell)
                text = "\n".join(self.text.lines(cell)) if cell.find(f"{q('tcPr')}/{q('cellDel')}") is None else ""
                above = open_above.get(column)
                if above is not None and (_continues(cell) or is_half):
                    last = number if _continues(cell) else None
                    self._reach_down(rows, above, last, text if is_half else "")
                else:
                    open_above[column] = (len(rows), len(cells))
                    cells.append(self._collector.cell(text, number, column, 1, span))
                column += span
            rows.append(cells)
            tell(Step.ROWS, number, len(live))
        if any(rows):
            self.tables.append(Table(tuple(tuple(cells) for cells in rows), caption=caption))

    def _reach_down(self, rows: list[list[Cell]], above: tuple[int, int], last: int | None, text: str) -> None:
        """A merged cell goes on to row `last`; of a row broken by hand the words go on, and it stays one row."""
        at, place = above
        origin = rows[at][place]
        joined = origin.text
        if text.strip():
            joined = f"{origin.text}{_between(origin.text, text)}{text}"
            self._joined.append(text)
            self._collector.cell(joined, origin.row, origin.column)
        span = last - origin.row + 1 if last is not None else origin.row_span
        rows[at][place] = replace(origin, text=joined, row_span=span)


def _between(above: str, below: str) -> str:
    """A sentence that goes on is joined by a blank, anything else begins a line."""
    goes_on = above and not above.rstrip().endswith((".", ";", ":")) and below.lstrip()[:1].islower()
    return " " if goes_on else "\n"


def _is_layout(table: Any) -> bool:
    """Whether a table only holds other tables and what stands beside them."""
    rows = list(children(table, _ROW))
    widest = max((sum(1 for _ in children(row, _CELL)) for row in rows), default=0)
    inner = any(block.tag == TABLE for cell in _cells_of(table) for block in blocks(cell))
    return inner and (widest == 1 or (widest <= _LAYOUT_COLUMNS and len(rows) <= _LAYOUT_COLUMNS))


def _cells_of(table: Any) -> Iterator[Any]:
    return (cell for row in children(table, _ROW) for cell in children(row, _CELL))


def _live_rows(table: Any) -> Iterator[Any]:
    """Rows that were not deleted under tracked changes."""
    for row in children(table, _ROW):
        properties = row.find(q("trPr"))
        if properties is None or properties.find(q("del")) is None:
            yield row


def _lower_halves(rows: list[Any]) -> frozenset[int]:
    """Rows (from 1) that are the rest of a row broken by hand; in a table without rules no row is."""
    found = [number for number, row in enumerate(rows, start=1) if number > 1 and _has_no_top_rule(row)]
    return frozenset(found) if len(found) * 2 < len(rows) else frozenset()


def _has_no_top_rule(row: Any) -> bool:
    tops = [cell.find(f"{q('tcPr')}/{q('tcBorders')}/{q('top')}") for cell in children(row, _CELL)]
    return bool(tops) and all(top is not None and top.get(q("val")) in {"nil", "none"} for top in tops)


def _grid_count(row: Any, name: str) -> int:
    found = row.find(f"{q('trPr')}/{q(name)}")
    return _whole(found.get(q("val"))) if found is not None else 0


def _span(cell: Any) -> int:
    found = cell.find(f"{q('tcPr')}/{q('gridSpan')}")
    return max(1, _whole(found.get(q("val")))) if found is not None else 1


def _continues(cell: Any) -> bool:
    found = cell.find(f"{q('tcPr')}/{q('vMerge')}")
    return found is not None and found.get(q("val"), "continue") == "continue"


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 5 else 0
