"""An official document as .pdf: the layout of the .docx, made here, with its letters inside the file."""

import io
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import KeepTogether as Together
from reportlab.platypus import Table as Grid
from reportlab.platypus.paragraph import Paragraph as Printed

from cchc_tasks.exports.official import fonts, layout
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
)
from cchc_tasks.exports.official.pdf_table import ruled
from cchc_tasks.exports.official.pdf_text import Look, lines, paragraph
from cchc_tasks.exports.official.text import clean
from cchc_tasks.wording import official as wording

_CENTRED = Look(size=layout.TITLE_SIZE, align=Align.CENTER)
_BODY = Look(
    size=layout.BODY_SIZE,
    align=Align.JUSTIFY,
    first=layout.FIRST_LINE,
    after=layout.BETWEEN_PARAGRAPHS,
    spacing=layout.LINE_SPACING,
)
_HEADINGS = {
    1: replace(_BODY, is_bold=True, align=Align.LEFT, keeps_next=True),
    2: replace(_BODY, is_bold=True, align=Align.LEFT, keeps_next=True),
    3: replace(_BODY, is_bold=True, is_italic=True, align=Align.LEFT, keeps_next=True),
    4: replace(_BODY, is_italic=True, align=Align.LEFT, keeps_next=True),
}
#: Fonts are shared by all threads and are read while a file is written.
_ONE_AT_A_TIME = threading.Lock()
_NO_PADDING = (0, 0, 0, 0)
_UPRIGHT, _ACROSS = ("upright-first", "upright"), ("across-first", "across")


def pdf_bytes(document: OfficialDocument) -> bytes:
    """The whole file. The same value gives the same bytes; nothing in it says who made it or when."""
    stream = io.BytesIO()
    with _ONE_AT_A_TIME:
        fonts.register()
        _Pages(stream, f"{document.kind} {document.subject}".strip()).build(list(_story(document)))
    return stream.getvalue()


class _Pages(BaseDocTemplate):  # type: ignore[misc]
    """A4 pages; each section counts its own, the first one without its number."""

    def __init__(self, stream: io.BytesIO, title: str) -> None:
        shown = clean(title).replace("\n", " ")
        nobody = dict.fromkeys(("author", "subject", "creator", "keywords"), "")
        super().__init__(stream, title=shown, lang="vi-VN", invariant=1, initialFontName=fonts.REGULAR, **nobody)
        self._section_start = 1
        self._outline_level = -1
        for names, width, height in (
            (_UPRIGHT, layout.PAGE_SHORT, layout.PAGE_LONG),
            (_ACROSS, layout.PAGE_LONG, layout.PAGE_SHORT),
        ):
            inside = (width - layout.LEFT - layout.RIGHT, height - layout.TOP - layout.BOTTOM)
            frame = Frame(layout.LEFT, layout.BOTTOM, *inside, *_NO_PADDING)
            first = PageTemplate(names[0], [frame], self._begin_section, pagesize=(width, height))
            first.autoNextPageTemplate = names[1]
            later = PageTemplate(names[1], [frame], self._print_number, pagesize=(width, height))
            self.addPageTemplates([first, later])

    def _begin_section(self, canvas: Any, _template: Any) -> None:
        self._section_start = canvas.getPageNumber()

    def _print_number(self, canvas: Any, _template: Any) -> None:
        wide, high = canvas._pagesize
        canvas.setFont(fonts.REGULAR, layout.PAGE_NUMBER_SIZE)
        number = canvas.getPageNumber() - self._section_start + 1
        middle = layout.LEFT + (wide - layout.LEFT - layout.RIGHT) / 2
        canvas.drawCentredString(
            middle, high - layout.PAGE_NUMBER_FROM_TOP - layout.PAGE_NUMBER_SIZE * 0.9, str(number)
        )

    def afterFlowable(self, flowable: Flowable) -> None:
        """Headings become bookmarks; a level may not be skipped in the outline."""
        if isinstance(flowable, _Bookmarked):
            self._outline_level = min(flowable.level, self._outline_level + 1)
            key = f"p{self.canv.getPageNumber()}-{self.frame._y:.2f}"
            self.canv.bookmarkHorizontal(key, 0, flowable.height)
            self.canv.addOutlineEntry(flowable.words, key, self._outline_level)


class _Bookmarked(Printed):  # type: ignore[misc]
    """A heading that the reader's side bar lists; levels count from 0."""

    level: int
    words: str


def _heading(text: str, look: Look, level: int, words: str = "") -> Flowable:
    made = paragraph(text, look)
    made.__class__ = _Bookmarked
    made.level, made.words = level, clean(words or text).replace("\n", " ")
    return made


def _story(document: OfficialDocument) -> Iterator[Flowable]:
    yield _letterhead(document)
    yield from _addressees(document.addressees) if document.is_letter else _title(document)
    for line in wording.basis_lines(document.bases):
        yield paragraph(line, replace(_BODY, is_italic=True))
    body = list(_blocks(document.body, layout.WIDTH_UPRIGHT, layout.PAGE_LONG))
    last = [body.pop()] if body and isinstance(body[-1], Printed) else []
    yield from body
    yield Together([*last, Spacer(0, 8), _closing(document.recipients, document.signature)])
    for annex in document.annexes:
        yield NextPageTemplate(_ACROSS[0] if annex.is_landscape else _UPRIGHT[0])
        yield PageBreak()
        yield from _annex(annex)


def _letterhead(document: OfficialDocument) -> Flowable:
    head = layout.letterhead(document)
    issuer = replace(_CENTRED, size=layout.ISSUER_SIZE)
    left = [
        *([lines(head.parent, issuer)] if head.parent else []),
        lines(head.issuer.lines, replace(issuer, is_bold=True)),
        _rule(head.issuer.rule),
    ]
    right = [
        paragraph(wording.NATION, replace(_CENTRED, size=layout.NATION_SIZE, is_bold=True)),
        lines(head.motto.lines, replace(_CENTRED, size=layout.MOTTO_SIZE, is_bold=True)),
        _rule(head.motto.rule),
    ]
    number = [Spacer(0, 6), paragraph(head.number, replace(_CENTRED, size=layout.NUMBER_SIZE))]
    if head.letter_subject:
        number.append(lines(head.letter_subject, replace(_CENTRED, size=layout.LETTER_SUBJECT_SIZE)))
    date = [Spacer(0, 6), paragraph(head.dateline, replace(_CENTRED, size=layout.DATE_SIZE, is_italic=True))]
    return _side_by_side((layout.LEFT_HALF, layout.RIGHT_HALF), [left, right], [number, date])


def _side_by_side(widths: tuple[float, float], *rows: list[list[Flowable]]) -> Flowable:
    looks = {"VALIGN": "TOP", "ALIGN": "CENTER", "FONTNAME": fonts.REGULAR}
    bare: list[Any] = [(name, (0, 0), (-1, -1), look) for name, look in looks.items()]
    bare += [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    return Grid(list(rows), colWidths=list(widths), style=bare)


def _rule(length: float, after: float = 0) -> Flowable:
    return HRFlowable(length, layout.RULE_THICKNESS, lineCap="butt", color="black", spaceBefore=3, spaceAfter=after)


def _title(document: OfficialDocument) -> Iterator[Flowable]:
    subject = layout.title(document.subject)
    bold = replace(_CENTRED, is_bold=True)
    kind = document.kind.upper()
    yield _heading(kind, replace(bold, before=18), 0, f"{kind} {document.subject}")
    yield lines(subject.lines, bold)
    yield _rule(subject.rule, after=14)


def _addressees(addressees: tuple[str, ...]) -> Iterator[Flowable]:
    look = replace(_CENTRED, before=18, after=12)
    if len(addressees) <= 1:
        yield paragraph(f"{wording.TO} {''.join(addressees)}", look)
        return
    yield paragraph(wording.TO, replace(look, align=Align.LEFT, after=0, left=layout.FIRST_LINE * 3))
    for line in wording.recipient_lines(addressees):
        yield paragraph(line, replace(_CENTRED, align=Align.LEFT, left=layout.FIRST_LINE * 4))
    yield Spacer(0, 12)


def _blocks(blocks: Sequence[Block], width: float, height: float) -> Iterator[Flowable]:
    for block in blocks:
        if isinstance(block, Heading):
            level = min(block.level, max(_HEADINGS))
            yield _heading(block.line, _HEADINGS[level], level)
        elif isinstance(block, Bullet):
            text = f"- {block.text}" if isinstance(block.text, str) else (Run("- "), *block.text)
            yield paragraph(text, _BODY)
        elif isinstance(block, Paragraph):
            first = layout.FIRST_LINE if block.is_indented else 0
            yield paragraph(block.text, replace(_BODY, align=block.align, first=first))
        else:
            yield ruled(block, width, height - layout.TOP - layout.BOTTOM)


def _closing(recipients: tuple[str, ...], signature: Signature) -> Flowable:
    """Recipients on the left, the signature on the right, on one page."""
    listed = Look(layout.RECIPIENT_SIZE)
    left: list[Flowable] = [paragraph(line, listed) for line in wording.recipient_lines(recipients)]
    if recipients:
        head = Look(layout.RECIPIENTS_SIZE, is_bold=True, is_italic=True)
        left.insert(0, paragraph(wording.RECIPIENTS, head))
    bold = replace(_CENTRED, size=layout.SIGNATURE_SIZE, is_bold=True)
    right = [paragraph(line.upper(), bold) for line in (signature.authority, signature.title) if line]
    right += [Spacer(0, layout.ROOM_TO_SIGN), paragraph(signature.name, bold)]
    half = layout.WIDTH_UPRIGHT / 2
    return _side_by_side((half, half), [left, right])


def _annex(annex: Annex) -> Iterator[Flowable]:
    width = layout.WIDTH_ACROSS if annex.is_landscape else layout.WIDTH_UPRIGHT
    height = layout.PAGE_SHORT if annex.is_landscape else layout.PAGE_LONG
    heading = layout.title(annex.title.upper(), width - layout.WIDTH_UPRIGHT + layout.TITLE_WIDTH)
    bold = replace(_CENTRED, is_bold=True)
    yield _heading(annex.label, bold, 0, f"{annex.label} – {annex.title}")
    yield lines(heading.lines, bold)
    if annex.reference:
        yield lines(layout.reference(annex.reference, width), replace(_CENTRED, is_italic=True, after=3))
    yield _rule(heading.rule, after=12)
    yield from _blocks(annex.blocks, width, height)
