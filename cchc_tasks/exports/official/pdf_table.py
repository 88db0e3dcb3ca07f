"""A ruled table that flows over pages: header on each, rows whole unless one alone is higher than a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from typing import Any

from reportlab.platypus import Flowable, Paragraph

from cchc_tasks.exports.official import grid
from cchc_tasks.exports.official.layout import CELL_PADDING_ACROSS, CELL_PADDING_DOWN
from cchc_tasks.exports.official.model import Align, Row, Table
from cchc_tasks.exports.official.pdf_text import Look, paragraph

_LINE_WIDTH = 0.5
_ENDLESS = 1e6
_NARROWEST = 6
#: A header higher than this share of a page is printed once.
_MOST_FOR_HEADER = 0.5


@dataclass(frozen=True, slots=True)
class _Box:
    """A cell's part of one line: `text` is None where the cell began on a line above."""

    left: float
    width: float
    text: Paragraph | None
    height: float
    is_start: bool
    is_end: bool
    rows: int


@dataclass(frozen=True, slots=True)
class _Line:
    boxes: tuple[_Box, ...]
    height: float
    keeps_next: bool = False


def ruled(table: Table, width: float, page_height: float) -> "RuledTable":
    """The table as something a page can hold; `page_height` is what an empty page offers."""
    edges = [0.0, *accumulate(grid.widths(table.columns, width))]
    head = _laid(table.header, table, edges, is_head=True)
    if _height(head) > page_height * _MOST_FOR_HEADER:
        return RuledTable([], _laid((*table.header, *table.rows), table, edges, is_head=False), width, page_height)
    return RuledTable(head, _laid(table.rows, table, edges, is_head=False), width, page_height)


def row_heights(table: Table, width: float) -> tuple[list[float], list[float]]:
    """The heights of the header's rows and of the others."""
    edges = [0.0, *accumulate(grid.widths(table.columns, width))]
    head = _laid(table.header, table, edges, is_head=True)
    return [line.height for line in head], [line.height for line in _laid(table.rows, table, edges, is_head=False)]


def _height(lines: Sequence[_Line]) -> float:
    return sum(line.height for line in lines)


class RuledTable(Flowable):  # type: ignore[misc]
    """Lines already measured; it splits between them."""

    def __init__(self, head: list[_Line], lines: list[_Line], width: float, page_height: float) -> None:
        super().__init__()
        self._head, self._lines, self._page_height = head, lines, page_height
        self.width = width
        self.height = _height(head) + _height(lines)
        self.spaceAfter = CELL_PADDING_DOWN * 3

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Width and height, which do not depend on the place."""
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Flowable]:
        """As many whole lines as fit and the rest; a line higher than any page is cut."""
        room = height - _height(self._head)
        fits = self._fitting(room)
        lines, rest = self._lines[:fits], self._lines[fits:]
        if rest and rest[0].height > self._page_height - _height(self._head):
            upper, lower = _cut(rest[0], room - _height(lines))
            if upper and lower:
                lines, rest = [*lines, upper], [lower, *rest[1:]]
        if not lines:
            return []
        return [RuledTable(self._head, each, self.width, self._page_height) for each in (lines, rest) if each]

    def _fitting(self, room: float) -> int:
        """How many lines stay on a page; none ends it that must keep to the next, unless nothing else would fit."""
        heights = accumulate(line.height for line in self._lines)
        fits = sum(1 for _ in takewhile(lambda height: height <= room, heights))
        kept = fits
        while kept and kept < len(self._lines) and self._lines[kept - 1].keeps_next:
            kept -= 1
        is_fresh_page = room + _height(self._head) >= self._page_height - 1
        return kept or (fits if is_fresh_page else 0)

    def draw(self) -> None:
        """Texts, then the lines around them."""
        self.canv.setLineWidth(_LINE_WIDTH)
        top = self.height
        lines = [*self._head, *self._lines]
        for number, line in enumerate(lines):
            is_first = number in (0, len(self._head))
            for box in line.boxes:
                span = sum(each.height for each in lines[number : number + box.rows])
                _draw(self.canv, box, line, top, span, is_first=is_first)
            top -= line.height
        self.canv.line(0, top, self.width, top)


def _draw(canvas: Any, box: _Box, line: _Line, top: float, span: float, *, is_first: bool) -> None:
    bottom = top - line.height
    canvas.line(box.left, top, box.left, bottom)
    canvas.line(box.left + box.width, top, box.left + box.width, bottom)
    if box.is_start or is_first:
        canvas.line(box.left, top, box.left + box.width, top)
    if box.text is not None:
        # Header cells stand in the middle of the lines they span; those of the body at the top.
        drop = (span - box.height) / 2 if box.rows else CELL_PADDING_DOWN
        box.text.drawOn(canvas, box.left + CELL_PADDING_ACROSS, top - drop - box.height)


def _laid(rows: Sequence[Row], table: Table, edges: list[float], *, is_head: bool) -> list[_Line]:
    lines = grid.slots(rows, len(table.columns))
    made = [[_box(slot, table, edges, is_head=is_head) for slot in line] for line in lines]
    heights = [
        max((box.height for box in line if box.text is not None and box.rows <= 1), default=0) + 2 * CELL_PADDING_DOWN
        for line in made
    ]
    for number, line in enumerate(made):
        for box in line:
            if box.text is not None and box.rows > 1:
                lacking = box.height + 2 * CELL_PADDING_DOWN - sum(heights[number : number + box.rows])
                heights[number + box.rows - 1] += max(lacking, 0)
    together = zip(made, heights, rows, strict=True)
    return [_Line(tuple(line), height, row.keeps_next) for line, height, row in together]


def _box(slot: grid.Slot, table: Table, edges: list[float], *, is_head: bool) -> _Box:
    cell = slot.cell
    left, right = edges[slot.column], edges[slot.column + cell.column_span]
    text, height = None, 0.0
    if slot.is_start:
        align = cell.align or Align.CENTER if is_head else slot.align(table.columns)
        look = Look(table.size, cell.is_bold, cell.is_italic, align)
        text = paragraph(cell.text, look, is_struck=cell.is_struck, is_underlined=cell.is_underlined)
        height = text.wrap(_inside(right - left), _ENDLESS)[1]
    # A cell of the body over several lines stands on its first one, so that a page may end between them.
    rows = cell.row_span if is_head and slot.is_start else 0
    return _Box(left, right - left, text, height, slot.is_start, slot.is_end, rows)


def _inside(width: float) -> float:
    """What a cell leaves for its text."""
    return max(width - 2 * CELL_PADDING_ACROSS, _NARROWEST)


def _cut(line: _Line, room: float) -> tuple[_Line | None, _Line | None]:
    """A line in two, the upper part at most `room` high; None where nothing fits."""
    upper, lower = [], []
    for box in line.boxes:
        parts = box.text.split(_inside(box.width), room - 2 * CELL_PADDING_DOWN) if box.text else []
        if box.text is not None and box.height and not parts:
            return None, line
        first, second = (*parts, None, None)[:2]
        upper.append(_part(box, first, is_start=box.is_start, is_end=False))
        lower.append(_part(box, second, is_start=False, is_end=box.is_end))
    return _line(upper), _line(lower)


def _part(box: _Box, text: Paragraph | None, *, is_start: bool, is_end: bool) -> _Box:
    height = text.wrap(_inside(box.width), _ENDLESS)[1] if text is not None else 0.0
    return replace(box, text=text, height=height, is_start=is_start, is_end=is_end)


def _line(boxes: list[_Box]) -> _Line:
    return _Line(tuple(boxes), max(box.height for box in boxes) + 2 * CELL_PADDING_DOWN)
