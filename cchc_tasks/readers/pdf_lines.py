"""Printed lines of a PDF put together again: which line end is a paragraph's end, and which only a wrap.

A PDF keeps no paragraphs. A line was wrapped where the first word of the next one would not have fitted on it; any
other line end was made by the writer. Some programs also write the blank at which they wrapped. Where both are still
possible, list marks and the ends of sentences decide, and it is said that they did.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

_MARK = re.compile(
    r"(?P<sign>[-–—+•*●▪])\s?\S|(?P<number>\(?\d{1,2}(?:\.\d{1,2})*[.)])\s?\S|(?P<letter>[a-zđ][.)])\s?\S"
)
_SENTENCE_END = (".", ";", ":")
#: A unit's name at a line's beginning is more often the next of a list than the rest of a name.
_UNIT = re.compile(r"(?:Phòng|Văn phòng|Thanh tra|Trung tâm|Sở|Ban|Chi cục|UBND|Các phòng) ")
_OPEN_END = re.compile(r"(?:[-–,;/(&]|\b(?:và|với|của|thuộc|do|các|cùng|hoặc|là))$")
#: Justified and condensed lines end a little beyond or before what their words would take.
_SLACK = 1.5
_SAME_EDGE = 1.0
_FEW = 0.05


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place on the page, in points from the left and the top.

    `has_blank`: a blank follows it; `blank`: how wide a blank is in its font.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    has_blank: bool = False
    blank: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """The words of one printed line."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def width(self) -> float:
        return self.words[-1].x1 - self.words[0].x0

    @property
    def blank(self) -> float:
        """The width of a blank."""
        return max(word.blank for word in self.words)


class End(Enum):
    """What stands between two printed lines."""

    WRAP = "wrap"
    PARAGRAPH = "paragraph"
    MAYBE_WRAP = "maybe_wrap"
    MAYBE_PARAGRAPH = "maybe_paragraph"


@dataclass(frozen=True, slots=True)
class Joined:
    """A cell's text, and how many of its line ends could have been either."""

    text: str
    guesses: int


@dataclass(frozen=True, slots=True)
class Column:
    """The place that a cell gives its lines: its left edge, the room, and whether the document's blanks tell."""

    left: float
    room: float
    is_telling: bool

    def join(self, lines: Sequence[Line]) -> Joined:
        """The text of the lines."""
        if not lines:
            return Joined("", 0)
        text, guesses = lines[0].text, 0
        for above, line in pairwise(lines):
            end = self.end_between(above, line, lines)
            guesses += end in {End.MAYBE_WRAP, End.MAYBE_PARAGRAPH}
            text += "\n" if end in {End.PARAGRAPH, End.MAYBE_PARAGRAPH} else _glue(text)
            text += line.text
        return Joined(text, guesses)

    def end_between(self, above: Line, line: Line, lines: Sequence[Line]) -> End:
        """What stands between two lines of these."""
        first = line.words[0]
        gap = 0.0 if _glue(above.text) == "" else above.blank
        if above.width + gap + (first.x1 - first.x0) <= self.room - _SLACK:
            return End.PARAGRAPH
        is_left = all(line.words[0].x0 - self.left <= _SAME_EDGE for line in lines)
        if self.is_telling and above.words[-1].has_blank:
            return End.WRAP
        if self.is_telling and is_left and gap and above.width + above.blank <= self.room - _SLACK:
            return End.PARAGRAPH
        if _begins_item(line, above, lines[0]):
            return End.PARAGRAPH
        if not line.text[:1].isupper():
            return End.WRAP
        if above.text.endswith(_SENTENCE_END) and (is_left or not above.text.endswith(";")):
            return End.MAYBE_PARAGRAPH
        if _UNIT.match(line.text) and not _OPEN_END.search(above.text):
            return End.MAYBE_PARAGRAPH
        return End.MAYBE_WRAP


def are_blanks_telling(cells: Iterable[Sequence[Line]]) -> bool:
    """Whether a blank at a line's end means a wrap: not where the ends of cells have one too."""
    lasts = [lines[-1].words[-1].has_blank for lines in cells if lines]
    inner = [line.words[-1].has_blank for lines in cells if lines for line in lines[:-1]]
    return any(inner) and sum(lasts) <= _FEW * len(lasts)


def begins_with_mark(line: Line) -> bool:
    """Whether a line begins an item of a list, as far as the line alone can say."""
    return _MARK.match(line.text) is not None


def lines_of(words: Sequence[Word]) -> list[Line]:
    """Words by lines, top to bottom and left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.top + one.bottom, one.x0)):
        middle = (word.top + word.bottom) / 2
        if lines and lines[-1][0].top <= middle <= lines[-1][0].bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [Line(tuple(sorted(line, key=lambda one: one.x0))) for line in lines]


def _begins_item(line: Line, above: Line, first: Line) -> bool:
    """A list mark of the kind the cell begins with, or behind the end of a sentence."""
    mark, opening = _MARK.match(line.text), _MARK.match(first.text)
    if mark is None:
        return False
    if opening is not None and _kind(mark) == _kind(opening):
        return True
    return above.text.endswith(_SENTENCE_END)


def _kind(mark: re.Match[str]) -> str | None:
    return mark["sign"] or mark.lastgroup


def _glue(text: str) -> str:
    """A word that was broken at its own hyphen ("KH-STTTT") goes on without a blank."""
    return "" if len(text) > 1 and text[-1] == "-" and not text[-2].isspace() else " "
