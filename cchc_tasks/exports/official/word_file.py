"""An official document as .docx by Nghị định 30/2020/NĐ-CP."""

from collections.abc import Sequence
from dataclasses import replace

from cchc_tasks.exports.official import layout, word_xml
from cchc_tasks.exports.official.layout import MM
from cchc_tasks.exports.official.model import (
    Align,
    Annex,
    Block,
    Bullet,
    Heading,
    OfficialDocument,
    Paragraph,
    Run,
    Signature,
    Text,
)
from cchc_tasks.exports.official.word_package import NUMBERS_ID, package
from cchc_tasks.exports.official.word_table import table
from cchc_tasks.exports.official.word_xml import Look, bare_table, gap, paragraph, rule, twips
from cchc_tasks.wording import official as wording

_CENTRED = Look(size=layout.TITLE_SIZE, align=Align.CENTER)
_BODY = Look(align=Align.JUSTIFY, first=layout.FIRST_LINE, after=layout.BETWEEN_PARAGRAPHS, spacing=layout.LINE_SPACING)
_HEADINGS = {
    1: replace(_BODY, is_bold=True, style="Heading1", align=Align.LEFT, keeps_next=True),
    2: replace(_BODY, is_bold=True, style="Heading2", align=Align.LEFT, keeps_next=True),
    3: replace(_BODY, is_bold=True, is_italic=True, style="Heading3", align=Align.LEFT, keeps_next=True),
    4: replace(_BODY, is_italic=True, style="Heading4", align=Align.LEFT, keeps_next=True),
}


def docx_bytes(document: OfficialDocument) -> bytes:
    """The whole file. The same value gives the same bytes; nothing in it says who made it or when."""
    sections = [(_main(document), False), *((_annex(annex), annex.is_landscape) for annex in document.annexes)]
    parts = [
        inside + word_xml.section_end(_section(is_landscape=is_landscape)) for inside, is_landscape in sections[:-1]
    ]
    inside, is_landscape = sections[-1]
    body = "".join([*parts, inside, gap(), _section(is_landscape=is_landscape)])
    return package(body, f"{document.kind} {document.subject}".strip())


def _section(*, is_landscape: bool) -> str:
    """A4 with numbers from 1 in the top margin, none on the first page."""
    wide, high = layout.PAGE_SHORT, layout.PAGE_LONG
    if is_landscape:
        wide, high = high, wide
    turned = ' w:orient="landscape"' if is_landscape else ""
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{NUMBERS_ID}"/><w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{twips(wide)}" w:h="{twips(high)}"{turned}/>'
        f'<w:pgMar w:top="{twips(layout.TOP)}" w:right="{twips(layout.RIGHT)}" w:bottom="{twips(layout.BOTTOM)}" '
        f'w:left="{twips(layout.LEFT)}" w:header="{twips(layout.PAGE_NUMBER_FROM_TOP)}" w:footer="{twips(10 * MM)}" '
        'w:gutter="0"/><w:pgNumType w:start="1"/><w:titlePg/></w:sectPr>'
    )


def _main(document: OfficialDocument) -> str:
    return "".join(
        (
            _letterhead(document),
            _addressees(document.addressees) if document.is_letter else _title(document),
            *(paragraph(line, replace(_BODY, is_italic=True)) for line in wording.basis_lines(document.bases)),
            _blocks(document.body, layout.WIDTH_UPRIGHT, keeps_last=True),
            gap(8, keeps_next=True),
            _closing(document.recipients, document.signature),
        )
    )


def _letterhead(document: OfficialDocument) -> str:
    head = layout.letterhead(document)
    issuer = replace(_CENTRED, size=layout.ISSUER_SIZE)
    left = (
        _lines(head.parent, issuer)
        + _lines(head.issuer.lines, replace(issuer, is_bold=True))
        + rule(head.issuer.rule, layout.LEFT_HALF)
    )
    nation = paragraph(wording.NATION, replace(_CENTRED, size=layout.NATION_SIZE, is_bold=True))
    motto = _lines(head.motto.lines, replace(_CENTRED, size=layout.MOTTO_SIZE, is_bold=True))
    right = nation + motto + rule(head.motto.rule, layout.RIGHT_HALF)
    number = paragraph(head.number, replace(_CENTRED, size=layout.NUMBER_SIZE, before=6))
    if head.letter_subject:
        number += _lines(head.letter_subject, replace(_CENTRED, size=layout.LETTER_SUBJECT_SIZE))
    date = paragraph(head.dateline, replace(_CENTRED, size=layout.DATE_SIZE, is_italic=True, before=6))
    return bare_table((layout.LEFT_HALF, layout.RIGHT_HALF), ((left, right), (number, date)))


def _lines(lines: Sequence[str], look: Look) -> str:
    """Lines broken by measure, in one paragraph."""
    return paragraph("\n".join(lines), look) if any(lines) else ""


def _title(document: OfficialDocument) -> str:
    subject = layout.title(document.subject)
    bold = replace(_CENTRED, is_bold=True)
    return (
        paragraph(document.kind.upper(), replace(bold, before=18))
        + _lines(subject.lines, bold)
        + rule(subject.rule, layout.WIDTH_UPRIGHT, after=12)
    )


def _addressees(addressees: tuple[str, ...]) -> str:
    look = replace(_CENTRED, before=18, after=12)
    if len(addressees) <= 1:
        return paragraph(f"{wording.TO} {''.join(addressees)}", look)
    lines = [line.rstrip("\n") for line in wording.recipient_lines(addressees)]
    first = paragraph(wording.TO, replace(look, align=Align.LEFT, after=0, left=layout.FIRST_LINE * 3))
    listed = replace(_CENTRED, align=Align.LEFT, left=layout.FIRST_LINE * 4)
    return first + "".join(paragraph(line, listed) for line in lines) + gap(12)


def _blocks(blocks: Sequence[Block], width: float, *, keeps_last: bool = False) -> str:
    """The blocks in turn; with `keeps_last` the last paragraph stays on the page of what follows."""
    last = len(blocks) - 1
    return "".join(_block(block, width, keeps_next=keeps_last and at == last) for at, block in enumerate(blocks))


def _block(block: Block, width: float, *, keeps_next: bool) -> str:
    if isinstance(block, Heading):
        return paragraph(block.line, _HEADINGS[min(block.level, max(_HEADINGS))])
    if isinstance(block, Bullet):
        return paragraph(_dashed(block.text), replace(_BODY, keeps_next=keeps_next))
    if isinstance(block, Paragraph):
        first = layout.FIRST_LINE if block.is_indented else 0
        return paragraph(block.text, replace(_BODY, align=block.align, first=first, keeps_next=keeps_next))
    return table(block, width) + gap(layout.BETWEEN_PARAGRAPHS, keeps_next=keeps_next)


def _dashed(text: Text) -> Text:
    return f"- {text}" if isinstance(text, str) else (Run("- "), *text)


def _closing(recipients: tuple[str, ...], signature: Signature) -> str:
    """Recipients on the left, the signature on the right, on one page."""
    left = paragraph(
        wording.RECIPIENTS, Look(size=layout.RECIPIENTS_SIZE, is_bold=True, is_italic=True, keeps_next=True)
    )
    listed = Look(size=layout.RECIPIENT_SIZE, keeps_next=True)
    left += "".join(paragraph(line, listed) for line in wording.recipient_lines(recipients))
    bold = replace(_CENTRED, size=layout.SIGNATURE_SIZE, is_bold=True, keeps_next=True)
    right = "".join(paragraph(line.upper(), bold) for line in (signature.authority, signature.title) if line)
    right += gap(layout.ROOM_TO_SIGN) + paragraph(signature.name, bold)
    half = layout.WIDTH_UPRIGHT / 2
    return bare_table((half, half), ((left if recipients else gap(), right),))


def _annex(annex: Annex) -> str:
    width = layout.WIDTH_ACROSS if annex.is_landscape else layout.WIDTH_UPRIGHT
    heading = layout.title(annex.title.upper(), width - layout.WIDTH_UPRIGHT + layout.TITLE_WIDTH)
    bold = replace(_CENTRED, is_bold=True)
    return "".join(
        (
            paragraph(annex.label, replace(bold, style="Heading1")),
            _lines(heading.lines, bold),
            _lines(layout.reference(annex.reference, width), replace(_CENTRED, is_italic=True, after=3)),
            rule(heading.rule, width, after=9),
            _blocks(annex.blocks, width),
        )
    )
