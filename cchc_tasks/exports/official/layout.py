"""Sizes, margins and measured lines of an official document: the same for every file it is written to.

Source: Nghị định 30/2020/NĐ-CP, Phụ lục I. All lengths are in points.
"""

from dataclasses import dataclass

from cchc_tasks.exports.official import fonts
from cchc_tasks.exports.official.model import OfficialDocument
from cchc_tasks.exports.official.text import balanced
from cchc_tasks.wording import official as wording

MM = 72 / 25.4
PAGE_SHORT, PAGE_LONG = 210 * MM, 297 * MM
#: Within 20–25, 30–35 and 15–20 mm.
TOP = BOTTOM = 20 * MM
LEFT, RIGHT = 30 * MM, 15 * MM
PAGE_NUMBER_FROM_TOP = 10 * MM
WIDTH_UPRIGHT = PAGE_SHORT - LEFT - RIGHT
WIDTH_ACROSS = PAGE_LONG - LEFT - RIGHT

NATION_SIZE = ISSUER_SIZE = NUMBER_SIZE = DATE_SIZE = 13
MOTTO_SIZE = TITLE_SIZE = BODY_SIZE = PAGE_NUMBER_SIZE = SIGNATURE_SIZE = 14
LETTER_SUBJECT_SIZE = RECIPIENTS_SIZE = 12
RECIPIENT_SIZE = 11
TABLE_SIZE = 12
FIRST_LINE = 12.7 * MM
BETWEEN_PARAGRAPHS = 6
#: Lines in multiples of a single one; the rule allows 1 to 1.5.
LINE_SPACING = 1.1
ROOM_TO_SIGN = 64
RULE_THICKNESS = 0.75
#: A rule under the issuer or the subject is 1/3 to 1/2 of the text.
RULE_SHARE = 0.42
CELL_PADDING_ACROSS, CELL_PADDING_DOWN = 4, 2

RIGHT_HALF = 280.0
LEFT_HALF = WIDTH_UPRIGHT - RIGHT_HALF
#: Lines of the left half keep clear of the right one.
ISSUER_WIDTH = LEFT_HALF - 8
TITLE_WIDTH = WIDTH_UPRIGHT - 48


@dataclass(frozen=True, slots=True)
class Ruled:
    """Centred lines with a rule of this length under them."""

    lines: tuple[str, ...]
    rule: float


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above the text, broken into lines."""

    parent: tuple[str, ...]
    issuer: Ruled
    motto: Ruled
    number: str
    letter_subject: tuple[str, ...]
    dateline: str


def letterhead(document: OfficialDocument) -> Letterhead:
    """The lines above the title."""
    issued = document.issued
    subject: list[str] = []
    if document.is_letter:
        said = wording.letter_subject(document.subject)
        subject = balanced(said, ISSUER_WIDTH, fonts.measure(LETTER_SUBJECT_SIZE))
    return Letterhead(
        parent=_lines(document.issuer_parent.upper(), fonts.REGULAR),
        issuer=_ruled(document.issuer.upper(), ISSUER_WIDTH, ISSUER_SIZE),
        motto=Ruled((wording.MOTTO,), fonts.measure(MOTTO_SIZE, fonts.BOLD)(wording.MOTTO)),
        number=wording.number_line(document.number, document.symbol),
        letter_subject=tuple(subject),
        dateline=wording.dateline(document.place, issued.day, issued.month, issued.year),
    )


def title(text: str, width: float = TITLE_WIDTH) -> Ruled:
    """A subject or an annex's title on lines of like length."""
    return _ruled(text, width, TITLE_SIZE)


def reference(text: str, width: float) -> tuple[str, ...]:
    """The line in brackets under an annex's title, on lines of like length."""
    return tuple(balanced(text, width - 24, fonts.measure(BODY_SIZE, fonts.ITALIC)))


def _lines(text: str, font: str) -> tuple[str, ...]:
    if not text:
        return ()
    return tuple(balanced(text, ISSUER_WIDTH, fonts.measure(ISSUER_SIZE, font)))


def _ruled(text: str, width: float, size: float) -> Ruled:
    measure = fonts.measure(size, fonts.BOLD)
    lines = balanced(text, width, measure)
    return Ruled(tuple(lines), min(max(map(measure, lines)), width) * RULE_SHARE)
