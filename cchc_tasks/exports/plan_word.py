"""A plan as a Word file in the shape of the annex it was issued with: letterhead, title, one ruled table across A4."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from cchc_tasks.domain.text import normalise
from cchc_tasks.exports.plans import COLUMNS, MOTTO, PlanExport, PrintedRow

FONT = "Times New Roman"
#: Widths of the seven columns in twentieths of a point; as in the original they fill A4 across between its margins.
WIDTHS = (567, 1530, 3572, 4252, 1984, 1871, 963)
_LETTERHEAD = (6237, 8502)
_CENTRED = frozenset({0, 1, 4, 5})
_MERGED_BOLD = frozenset({0, 1})
_NAMESPACE = nsdecls("w")


def plan_docx(plan: PlanExport) -> bytes:
    """The file; the same plan gives the same parts byte for byte."""
    document = docx.Document()
    _set_up(document, plan)
    body = document.element.body
    last = body.sectPr
    for block in (*_heading(plan), _table(plan.rows), _paragraph("", size=2)):
        last.addprevious(parse_xml(block))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_up(document: Any, plan: PlanExport) -> None:
    """The page, the font of every script, the language, and properties that do not tell when the file was made."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(2)
    section.different_first_page_header_footer = True
    number = f'<w:p {_NAMESPACE}><w:pPr><w:jc w:val="center"/></w:pPr><w:fldSimple w:instr=" PAGE "/></w:p>'
    header = section.header._element
    header.replace(header.p_lst[0], parse_xml(number))
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)
    fonts = style.element.rPr.rFonts
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), FONT)
    style.element.rPr.append(parse_xml(f'<w:lang {_NAMESPACE} w:val="vi-VN"/>'))
    properties = document.core_properties
    properties.title, properties.author, properties.comments = plan.title, plan.agency_name, ""
    properties.language = "vi-VN"
    # Of a file that is made anew for each download nothing but the plan's own day is worth keeping.
    properties.created = properties.modified = datetime.combine(plan.issued_on, time.min)


def _heading(plan: PlanExport) -> Iterator[str]:
    left = [_paragraph(plan.parent_name, centred=True), _paragraph(plan.agency_name, bold=True, centred=True)]
    right = [_paragraph(words, bold=True, centred=True) for words in MOTTO]
    cells = "".join(_cell("".join(lines), width) for lines, width in zip((left, right), _LETTERHEAD, strict=True))
    yield f"<w:tbl {_NAMESPACE}>{_properties(_LETTERHEAD, borders=False)}<w:tr>{cells}</w:tr></w:tbl>"
    yield _paragraph("")
    for line in plan.title.split("\n"):
        yield _paragraph(line, bold=True, centred=True, size=13)
    yield _paragraph(plan.reference, italic=True, centred=True, size=12)
    yield _paragraph("")


def _table(rows: Sequence[PrintedRow]) -> str:
    """All rows at once: adding them one by one takes time that grows with their square."""
    head = "".join(
        _cell(_paragraph(words, bold=True, centred=True), width, middle=True)
        for (words, _), width in zip(COLUMNS, WIDTHS, strict=True)
    )
    lines = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    above: PrintedRow | None = None
    for at, row in enumerate(rows):
        below = rows[at + 1] if at + 1 < len(rows) else None
        lines.append(_row(row, above, below))
        above = row
    return f"<w:tbl {_NAMESPACE}>{_properties(WIDTHS, borders=True)}{''.join(lines)}</w:tbl>"


def _row(row: PrintedRow, above: PrintedRow | None, below: PrintedRow | None) -> str:
    cells = []
    for place, (text, width) in enumerate(zip(row.cells, WIDTHS, strict=True)):
        # What makes a cell one with its neighbour: its area for the first two columns, its area and task for the third.
        reach = 3 if place == 2 else 2
        is_group = place <= 2
        goes_on = is_group and above is not None and above.cells[:reach] == row.cells[:reach]
        begins = is_group and not goes_on and below is not None and below.cells[:reach] == row.cells[:reach]
        bold = place in _MERGED_BOLD
        content = "".join(_paragraph(line, bold=bold, centred=place in _CENTRED) for line in _lines(text))
        merge = '<w:vMerge w:val="restart"/>' if begins else "<w:vMerge/>" if goes_on else ""
        cells.append(_cell(_paragraph("") if goes_on else content, width, merge=merge, middle=place in _CENTRED))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _lines(text: str) -> list[str]:
    return normalise(text).split("\n")


def _properties(widths: Sequence[int], *, borders: bool) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    rules = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in sides)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    ruled = f"<w:tblBorders>{rules}</w:tblBorders>" if borders else ""
    return (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>{ruled}'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def _cell(content: str, width: int, *, merge: str = "", middle: bool = False) -> str:
    align = '<w:vAlign w:val="center"/>' if middle else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}{align}</w:tcPr>{content}</w:tc>'


def _paragraph(text: str, *, bold: bool = False, italic: bool = False, centred: bool = False, size: int = 11) -> str:
    """One paragraph; `size` in points."""
    marks = f"{'<w:b/>' if bold else ''}{'<w:i/>' if italic else ''}"
    run = f'<w:rPr>{marks}<w:sz w:val="{size * 2}"/><w:szCs w:val="{size * 2}"/></w:rPr>'
    align = '<w:jc w:val="center"/>' if centred else ""
    spacing = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    words = f'<w:r>{run}<w:t xml:space="preserve">{escape(normalise(text))}</w:t></w:r>' if text else ""
    return f"<w:p {_NAMESPACE}><w:pPr>{spacing}{align}{run}</w:pPr>{words}</w:p>"
