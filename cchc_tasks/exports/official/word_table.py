"""A ruled table for Word: repeated header, rows that stay whole, spans, and a name for screen readers."""

from dataclasses import replace
from itertools import chain, pairwise
from xml.sax.saxutils import quoteattr

from cchc_tasks.exports.official import grid, word_xml
from cchc_tasks.exports.official.layout import CELL_PADDING_ACROSS, CELL_PADDING_DOWN
from cchc_tasks.exports.official.model import Align, Cell, Table
from cchc_tasks.exports.official.pdf_table import row_heights
from cchc_tasks.exports.official.text import clean
from cchc_tasks.exports.official.word_xml import Look, twips

_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
_BORDERS = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for edge in _EDGES)


def table(made: Table, width: float) -> str:
    """The table as XML, as wide as `width`."""
    widths = grid.widths(made.columns, width)
    edges = [twips(sum(widths[:place])) for place in range(len(widths) + 1)]
    columns = "".join(f'<w:gridCol w:w="{right - left}"/>' for left, right in pairwise(edges))
    lines = zip(grid.slots(made.header, len(widths)), row_heights(replace(made, rows=()), width)[0], strict=True)
    head = (_row(line, made, edges, height=height) for line, height in lines)
    marked = zip(grid.slots(made.rows, len(widths)), made.rows, strict=True)
    rows = (_row(line, made, edges, keeps_next=row.keeps_next) for line, row in marked)
    name = f"<w:tblCaption w:val={quoteattr(clean(made.name))}/>" if made.name else ""
    padding = twips(CELL_PADDING_ACROSS)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{edges[-1]}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{padding}" w:type="dxa"/>'
        f'<w:right w:w="{padding}" w:type="dxa"/></w:tblCellMar><w:tblLook w:val="0020" w:firstRow="1"/>{name}'
        f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(chain(head, rows))}</w:tbl>"
    )


def _row(line: list[grid.Slot], made: Table, edges: list[int], *, height: float = 0, keeps_next: bool = False) -> str:
    """A row; one with a `height` belongs to the header. LibreOffice forgets the height of a repeated spanning cell."""
    is_head = bool(height)
    cells = "".join(_cell(slot, made, edges, is_head=is_head, keeps_next=is_head or keeps_next) for slot in line)
    head = f'<w:trHeight w:val="{twips(height)}" w:hRule="atLeast"/><w:tblHeader/>' if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>"


def _cell(slot: grid.Slot, made: Table, edges: list[int], *, is_head: bool, keeps_next: bool) -> str:
    cell = slot.cell
    width = edges[slot.column + cell.column_span] - edges[slot.column]
    span = f'<w:gridSpan w:val="{cell.column_span}"/>' if cell.column_span > 1 else ""
    merge = ""
    if cell.row_span > 1:
        merge = '<w:vMerge w:val="restart"/>' if slot.is_start else "<w:vMerge/>"
    place = '<w:vAlign w:val="center"/>' if is_head else ""
    align = cell.align or Align.CENTER if is_head else slot.align(made.columns)
    inside = word_xml.paragraph(cell.text if slot.is_start else "", _look(cell, align, made.size, keeps_next))
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{place}</w:tcPr>{inside}</w:tc>'


def _look(cell: Cell, align: Align, size: float, keeps_next: bool) -> Look:
    return Look(
        size=size,
        is_bold=cell.is_bold,
        is_italic=cell.is_italic,
        is_struck=cell.is_struck,
        is_underlined=cell.is_underlined,
        align=align,
        before=CELL_PADDING_DOWN,
        after=CELL_PADDING_DOWN,
        keeps_next=keeps_next,
    )
