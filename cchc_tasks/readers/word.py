"""Word documents (.docx): paragraphs and tables, merged cells and tracked changes as the print shows them."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
from docx.oxml.ns import qn

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import Cell, SourceDocument, Table
from cchc_tasks.readers.archive import check_parts
from cchc_tasks.readers.trouble import CellCollector, Unreadable

MEMBER = "word/document.xml"

_WRAPPERS = frozenset(
    map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:customXml"))
)
_SKIPPED = frozenset(map(qn, ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:footnoteReference")))
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")


def read_word(data: bytes, archive: zipfile.ZipFile) -> SourceDocument:
    """Paragraphs outside tables and every table in order; a table inside a cell becomes lines of that cell."""
    check_parts(archive)
    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except MemoryError:
        raise
    except Exception as error:  # a broken document raises whatever its broken part happens to touch
        raise Unreadable(ReadTrouble.DAMAGED) from error
    collector = CellCollector()
    paragraphs: list[str] = []
    tables: list[Table] = []
    for block in _blocks(body):
        if block.tag == _TABLE:
            tables.append(_table(block, collector))
        else:
            paragraphs.append(collector.text(_paragraph_text(block)))
    return SourceDocument(tuple(paragraphs), tuple(table for table in tables if table.rows))


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, through content controls and insertions; deletions are passed over."""
    for child in parent:
        if child.tag in {_PARAGRAPH, _TABLE}:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _children(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)


def _paragraph_text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in {qn("w:br"), qn("w:cr")}:
            yield "\n"
        elif child.tag == qn("w:tab"):
            yield " "
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag not in {qn("w:pPr"), qn("w:rPr")}:
            yield from _pieces(child)


def _cell_text(cell: Any) -> str:
    lines: list[str] = []
    for block in _blocks(cell):
        if block.tag == _TABLE:
            lines.extend(_cell_text(inner) for row in _children(block, _ROW) for inner in _children(row, _CELL))
        else:
            lines.append(_paragraph_text(block))
    return "\n".join(line for line in lines if line.strip())


def _table(table: Any, collector: CellCollector) -> Table:
    """Walk rows and cells once; python-docx's own `table.cell` is quadratic."""
    rows: list[list[Cell]] = []
    open_above: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(_live_rows(table), start=1):
        cells: list[Cell] = []
        column = 1 + _grid_count(row, "w:gridBefore")
        for cell in _children(row, _CELL):
            span = _span(cell)
            above = open_above.get(column)
            if _continues(cell) and above is not None:
                at, place = above
                origin = rows[at][place]
                rows[at][place] = replace(origin, row_span=number - origin.row + 1)
            else:
                open_above[column] = (len(rows), len(cells))
                cells.append(collector.cell(_cell_text(cell), number, column, 1, span))
            column += span
        rows.append(cells)
    return Table(tuple(tuple(cells) for cells in rows))


def _live_rows(table: Any) -> Iterator[Any]:
    """Rows that were not deleted under tracked changes."""
    for row in _children(table, _ROW):
        properties = row.find(qn("w:trPr"))
        if properties is None or properties.find(qn("w:del")) is None:
            yield row


def _grid_count(row: Any, name: str) -> int:
    found = row.find(f"{qn('w:trPr')}/{qn(name)}")
    return _whole(found.get(qn("w:val"))) if found is not None else 0


def _span(cell: Any) -> int:
    found = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return max(1, _whole(found.get(qn("w:val")))) if found is not None else 1


def _continues(cell: Any) -> bool:
    found = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return found is not None and found.get(qn("w:val"), "continue") == "continue"


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 5 else 0
