"""Pieces of WordprocessingML as strings: runs, paragraphs, rules, cells; lengths in points."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from cchc_tasks.exports.official.layout import BODY_SIZE, RULE_THICKNESS
from cchc_tasks.exports.official.model import Align, Run, Text
from cchc_tasks.exports.official.text import runs

#: What `w:jc` calls them.
_JC = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.JUSTIFY: "both"}
_SINGLE_LINE = 240
_NO_LOOKS = Run("")
_ABOVE_RULE = 3


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph looks; `spacing` in multiples of a single line, `first` the indent of the first line."""

    size: float = BODY_SIZE
    is_bold: bool = False
    is_italic: bool = False
    is_struck: bool = False
    is_underlined: bool = False
    align: Align = Align.LEFT
    before: float = 0
    after: float = 0
    spacing: float = 1
    first: float = 0
    left: float = 0
    style: str = ""
    keeps_next: bool = False


def twips(points: float) -> int:
    """Twentieths of a point, as Word measures lengths."""
    return round(points * 20)


def paragraph(text: Text, look: Look) -> str:
    """One paragraph; line breaks in the text are breaks inside it."""
    style = f'<w:pStyle w:val="{look.style}"/>' if look.style else ""
    keep = "<w:keepNext/>" if look.keeps_next else ""
    spacing = (
        f'<w:spacing w:before="{twips(look.before)}" w:after="{twips(look.after)}" '
        f'w:line="{round(look.spacing * _SINGLE_LINE)}" w:lineRule="auto"/>'
    )
    has_indent = look.left or look.first
    indent = f'<w:ind w:left="{twips(look.left)}" w:firstLine="{twips(look.first)}"/>' if has_indent else ""
    inside = "".join(
        f"<w:r><w:rPr>{_run_look(look, run)}</w:rPr>{_letters(run.text)}</w:r>" for run in runs(text) if run.text
    )
    mark = f"<w:rPr>{_run_look(look)}</w:rPr>"
    return f'<w:p><w:pPr>{style}{keep}{spacing}{indent}<w:jc w:val="{_JC[look.align]}"/>{mark}</w:pPr>{inside}</w:p>'


def _run_look(look: Look, run: Run = _NO_LOOKS) -> str:
    size = round(look.size * 2)
    return "".join(
        (
            "<w:b/><w:bCs/>" if look.is_bold or run.is_bold else "",
            "<w:i/><w:iCs/>" if look.is_italic or run.is_italic else "",
            "<w:strike/>" if look.is_struck or run.is_struck else "",
            f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>',
            '<w:u w:val="single"/>' if look.is_underlined or run.is_underlined else "",
            '<w:vertAlign w:val="superscript"/>' if run.is_raised else "",
        )
    )


def _letters(text: str) -> str:
    pieces = (f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "" for piece in text.split("\n"))
    return "<w:br/>".join(pieces)


def rule(length: float, width: float, *, after: float = 0) -> str:
    """A solid line of this length in the middle of `width`: the upper border of a paragraph without height."""
    side = twips((width - length) / 2)
    eighths = round(RULE_THICKNESS * 8)
    return (
        f'<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="{eighths}" w:space="0" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:before="{twips(_ABOVE_RULE)}" w:after="{twips(after)}" w:line="40" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/><w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
    )


def gap(points: float = 1, *, keeps_next: bool = False) -> str:
    """A paragraph that only takes room; Word wants one after each table."""
    keep = "<w:keepNext/>" if keeps_next else ""
    return _bare(f'{keep}<w:spacing w:before="0" w:after="0" w:line="{twips(points)}" w:lineRule="exact"/>')


def section_end(properties: str) -> str:
    """The paragraph that closes a section."""
    return _bare(f'<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>{properties}', size=2)


def _bare(properties: str, size: int = 2) -> str:
    before, _, after = properties.partition("<w:sectPr")
    section = f"<w:sectPr{after}" if after else ""
    return f'<w:p><w:pPr>{before}<w:rPr><w:sz w:val="{size}"/></w:rPr>{section}</w:pPr></w:p>'


def bare_table(widths: tuple[float, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    """A table without lines, as places for blocks beside each other; each cell holds finished paragraphs."""
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    lines = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/></w:tcPr>{inside}</w:tc>'
            for width, inside in zip(widths, row, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"
    )
