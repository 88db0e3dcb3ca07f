"""One page of a PDF: its words, and its ruled tables as cells with their lines."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from cchc_tasks.readers.pdf_lines import Line, Word, lines_of

#: Rules of one table meet within this many points.
_NEAR = 3.0
_WIDEST_PADDING = 12.0
#: A blank in the fonts of documents is a quarter of their size, where the page itself has none.
_BLANK = 0.25
_WIDE_GAP = 1.5
_LONGEST_PAGE_WORD = 5


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell by its place in the page's table, from 0, with its printed lines, left edge and width in points."""

    row: int
    column: int
    row_span: int
    column_span: int
    left: float
    width: float
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table on one page: the edges of its columns and rows, its cells, the padding of their text."""

    page: int
    edges: tuple[float, ...]
    rows: tuple[float, ...]
    cells: tuple[PageCell, ...]
    padding: float
    caption: str = ""

    @property
    def columns(self) -> int:
        return len(self.edges) - 1

    @property
    def row_count(self) -> int:
        return len(self.rows) - 1

    def holds(self, word: Word) -> bool:
        """Whether a word stands inside the table."""
        across, down = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        return self.edges[0] <= across <= self.edges[-1] and self.rows[0] <= down <= self.rows[-1]

    def row(self, number: int) -> list[PageCell]:
        """The cells that begin in a row."""
        return [cell for cell in self.cells if cell.row == number]


def page_words(page: Any) -> list[Word]:
    """The upright words of a page, composed."""
    spaces = [one for one in page.chars if one["text"].isspace()]
    blanks = {(round(one["x0"]), round((one["top"] + one["bottom"]) / 2)) for one in spaces}
    ratio = (
        median((one["x1"] - one["x0"]) / max(1.0, one["bottom"] - one["top"]) for one in spaces) if spaces else _BLANK
    )
    return [
        Word(
            unicodedata.normalize("NFC", one["text"]),
            one["x0"],
            one["x1"],
            one["top"],
            one["bottom"],
            _is_near(blanks, round(one["x1"]), round((one["top"] + one["bottom"]) / 2)),
            ratio * (one["bottom"] - one["top"]),
        )
        for one in page.extract_words(x_tolerance=1.5, y_tolerance=2, keep_blank_chars=False)
        if one.get("upright", True)
    ]


def _is_near(places: set[tuple[int, int]], across: int, down: int) -> bool:
    return any((across + aside, down + below) in places for aside in (0, -1, 1) for below in (0, -1, 1))


def read_page_table(table: Any, words: Sequence[Word], page: int) -> PageTable:
    """A table found by its rules, filled with the words that stand in its cells."""
    boxes = [box for box in table.cells if box[2] - box[0] > 1 and box[3] - box[1] > 1]
    edges = _edges(x for box in boxes for x in (box[0], box[2]))
    rows = _edges(y for box in boxes for y in (box[1], box[3]))
    contents = _contents(boxes, words, rows)
    cells = []
    for box, inside in zip(boxes, contents, strict=True):
        column, row = _place(edges, box[0]), _place(rows, box[1])
        cells.append(
            PageCell(
                row,
                column,
                max(1, _place(rows, box[3]) - row),
                max(1, _place(edges, box[2]) - column),
                box[0],
                box[2] - box[0],
                tuple(lines_of(inside)),
            )
        )
    paddings = [min(word.x0 for word in inside) - box[0] for box, inside in zip(boxes, contents, strict=True) if inside]
    padding = min((value for value in paddings if value >= 0), default=0.0)
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return PageTable(page, tuple(edges), tuple(rows), ordered, min(padding, _WIDEST_PADDING))


def lines_between(words: Sequence[Word]) -> list[Line]:
    """The lines outside tables; what stands side by side, as in a letterhead, is a line each."""
    found: list[Line] = []
    for line in lines_of(words):
        part: list[Word] = []
        for word in line.words:
            if part and word.x0 - part[-1].x1 > _WIDE_GAP * (word.bottom - word.top):
                found.append(Line(tuple(part)))
                part = []
            part.append(word)
        found.append(Line(tuple(part)))
    return found


def caption_of(table: PageTable, outside: Sequence[Line]) -> str:
    """The line right above a table; a page's number is none."""
    above = [line for line in outside if line.words[0].bottom <= table.rows[0] + _NEAR]
    if not above:
        return ""
    text = above[-1].text
    return text if sum(letter.isalpha() for letter in text) > _LONGEST_PAGE_WORD else ""


def _contents(boxes: Sequence[tuple[float, ...]], words: Sequence[Word], rows: Sequence[float]) -> list[list[Word]]:
    """For each box the words whose middle lies in it."""
    contents: list[list[Word]] = [[] for _ in boxes]
    by_row: dict[int, list[int]] = {}
    for at, box in enumerate(boxes):
        for row in range(_place(rows, box[1]), max(_place(rows, box[3]), _place(rows, box[1]) + 1)):
            by_row.setdefault(row, []).append(at)
    for word in words:
        across, down = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        if not rows or not rows[0] <= down <= rows[-1]:
            continue
        for at in by_row.get(max(0, bisect_left(rows, down) - 1), ()):
            if boxes[at][0] <= across <= boxes[at][2]:
                contents[at].append(word)
                break
    return contents


def _edges(values: Iterable[float]) -> list[float]:
    """Values that lie near each other as one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _place(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))
