"""Text for reportlab: the letters' looks as its mark-up, everything else escaped, gaps kept open."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from cchc_tasks.exports.official import fonts
from cchc_tasks.exports.official.model import Align, Run, Text
from cchc_tasks.exports.official.text import runs

_ALIGN = {Align.LEFT: TA_LEFT, Align.CENTER: TA_CENTER, Align.RIGHT: TA_RIGHT, Align.JUSTIFY: TA_JUSTIFY}
_HARD = "\u00a0"
#: Raised signs are this much smaller and higher than the letters beside them.
_RAISED_SHARE, _RAISED_BY = 0.65, 0.33


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph looks, lengths in points; `spacing` in multiples of a single line."""

    size: float
    is_bold: bool = False
    is_italic: bool = False
    align: Align = Align.LEFT
    before: float = 0
    after: float = 0
    spacing: float = 1
    first: float = 0
    left: float = 0
    keeps_next: bool = False


@cache
def style(look: Look) -> ParagraphStyle:
    """reportlab's style for this look."""
    fonts.register()
    return ParagraphStyle(
        name="",
        fontName=fonts.REGULAR,
        fontSize=look.size,
        leading=look.size * fonts.LINE * look.spacing,
        alignment=_ALIGN[look.align],
        spaceBefore=look.before,
        spaceAfter=look.after,
        firstLineIndent=look.first,
        leftIndent=look.left,
        keepWithNext=look.keeps_next,
        splitLongWords=True,
        allowWidows=False,
        allowOrphans=False,
    )


def paragraph(text: Text, look: Look, *, is_struck: bool = False, is_underlined: bool = False) -> Paragraph:
    """The text as one paragraph with its line breaks."""
    whole = Run("", look.is_bold, look.is_italic, is_struck, is_underlined)
    return Paragraph("".join(_marked(run, whole, look.size) for run in runs(text)), style(look))


def lines(texts: Sequence[str], look: Look) -> Paragraph:
    """Lines broken by measure as one paragraph."""
    return paragraph("\n".join(texts), look)


def _marked(run: Run, whole: Run, size: float) -> str:
    shown = "<br/>".join(_with_gaps(escape(line)) for line in run.text.split("\n"))
    for tag, is_on in (
        ("b", run.is_bold or whole.is_bold),
        ("i", run.is_italic or whole.is_italic),
        ("strike", run.is_struck or whole.is_struck),
        ("u", run.is_underlined or whole.is_underlined),
    ):
        if is_on:
            shown = f"<{tag}>{shown}</{tag}>"
    if run.is_raised:
        shown = f'<super size="{size * _RAISED_SHARE:.1f}" rise="{size * _RAISED_BY:.1f}">{shown}</super>'
    return shown


def _with_gaps(line: str) -> str:
    """Several blanks in a row would become one: all but the last are made hard."""
    while "  " in line:
        line = line.replace("  ", f"{_HARD} ")
    return line
