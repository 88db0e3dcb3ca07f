"""The text of Word's paragraphs as the print shows it: changes accepted, numbers counted, old fonts converted."""

from collections.abc import Iterator
from typing import Any

from cchc_tasks.domain.grid import Remark, RemarkKind
from cchc_tasks.readers.old_fonts import FontConverter, kind_of_font
from cchc_tasks.readers.word_numbering import Numbering
from cchc_tasks.readers.word_package import qualified as q

PARAGRAPH, TABLE = q("p"), q("tbl")
#: What only wraps other content.
WRAPPERS = frozenset(map(q, "sdt sdtContent ins moveTo hyperlink smartTag customXml".split()))
_REMOVED = frozenset(map(q, ("del", "moveFrom")))
_CHANGES = frozenset(map(q, "ins del moveFrom moveTo cellIns cellDel".split()))
_SKIPPED = _REMOVED | frozenset(map(q, "instrText delText delInstrText footnoteReference pPr rPr sdtPr tcPr".split()))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SAMPLE = 80
_FONT_NAMES = ("ascii", "hAnsi", "cs")


class Fonts:
    """The font of a run: its own, its style's, its paragraph style's, the document's."""

    def __init__(self, styles: Any) -> None:
        self._of_style: dict[str, str] = {}
        self._based_on: dict[str, str] = {}
        self._default = ""
        if styles is None:
            return
        self._default = _font(styles.find(f"{q('docDefaults')}/{q('rPrDefault')}/{q('rPr')}"))
        for style in styles.findall(q("style")):
            name = style.get(q("styleId"), "")
            self._of_style[name] = _font(style.find(q("rPr")))
            based = style.find(q("basedOn"))
            if based is not None:
                self._based_on[name] = based.get(q("val"), "")
            if style.get(q("default")) in {"1", "true"} and style.get(q("type")) == "paragraph":
                self._default = self._of_style[name] or self._default
        self.has_old = any(kind_of_font(font) for font in (self._default, *self._of_style.values()))

    def of_run(self, run: Any, paragraph_font: str) -> str:
        """The name of the font a run is shown in."""
        properties = run.find(q("rPr"))
        if properties is None:
            return paragraph_font
        style = properties.find(q("rStyle"))
        return (
            _font(properties) or (self._style(style.get(q("val"), "")) if style is not None else "") or paragraph_font
        )

    def of_paragraph(self, paragraph: Any) -> str:
        """The font of runs that name none."""
        style = paragraph.find(f"{q('pPr')}/{q('pStyle')}")
        return (self._style(style.get(q("val"), "")) if style is not None else "") or self._default

    def _style(self, name: str) -> str:
        for _ in range(20):
            if self._of_style.get(name) or name not in self._based_on:
                break
            name = self._based_on[name]
        return self._of_style.get(name, "")


class WordText:
    """Gives the text of blocks in document order; numbers count on, so each paragraph is asked for once."""

    def __init__(self, numbering: Numbering, fonts: Fonts) -> None:
        self._numbering = numbering
        self._fonts = fonts
        self.converter = FontConverter()

    def paragraph(self, paragraph: Any) -> str:
        """A paragraph with its printed number."""
        font = self._fonts.of_paragraph(paragraph)
        text = "".join(self._pieces(paragraph, font))
        label = self._numbering.label(paragraph)
        return f"{label} {text}".rstrip() if label else text

    def lines(self, parent: Any) -> list[str]:
        """The paragraphs of a cell or a body; a paragraph whose end was deleted runs on in the next."""
        found: list[str] = []
        runs_on = False
        for block in blocks(parent):
            if block.tag == TABLE:
                found.extend(self._inner_table(block))
                runs_on = False
                continue
            text = self.paragraph(block)
            if runs_on:
                found[-1] += text
            else:
                found.append(text)
            runs_on = block.find(f"{q('pPr')}/{q('rPr')}/{q('del')}") is not None
        return [line for line in found if line.strip()]

    def _inner_table(self, table: Any) -> Iterator[str]:
        """A table inside a cell becomes lines, one for each row."""
        for row in children(table, q("tr")):
            yield " ".join(text for cell in children(row, q("tc")) if (text := "\n".join(self.lines(cell))))

    def _pieces(self, element: Any, font: str) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in _SKIPPED or tag == _FALLBACK or _is_placeholder(child):
                continue
            if tag == q("t"):
                yield self.converter.run(child.text or "", font)
            elif tag in {q("br"), q("cr")}:
                yield "\n"
            elif tag == q("tab"):
                yield " "
            elif tag == q("noBreakHyphen"):
                yield "-"
            elif tag == q("softHyphen"):
                # Typed for TCVN3, this code is the letter ư; in any other font it is not printed.
                yield self.converter.run("\u00ad", font)
            elif tag == q("r"):
                yield from self._pieces(child, self._fonts.of_run(child, font))
            elif tag == PARAGRAPH:
                yield from ("\n", self.paragraph(child))  # a text box
            else:
                yield from self._pieces(child, font)


def blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, through content controls and insertions; deletions are passed over."""
    for child in parent:
        if child.tag in {PARAGRAPH, TABLE}:
            yield child
        elif child.tag in WRAPPERS and not _is_placeholder(child):
            yield from blocks(child)


def children(parent: Any, tag: str) -> Iterator[Any]:
    """The children of one kind, through the same wrappers."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in WRAPPERS:
            yield from children(child, tag)


def tracked_changes(body: Any) -> tuple[Remark, ...]:
    """That there are changes nobody has accepted yet, with the first of them."""
    removed: list[str] = []
    added: list[str] = []
    count = 0
    for change in body.iter(*_CHANGES):
        count += 1
        words = "".join(piece.text or "" for piece in change.iter(q("t"), q("delText"))).strip()
        if words:
            (removed if change.tag in _REMOVED else added).append(words)
    if not count:
        return ()
    return (Remark(RemarkKind.TRACKED_CHANGES, "; ".join(removed)[:_SAMPLE], "; ".join(added)[:_SAMPLE], count),)


def _is_placeholder(element: Any) -> bool:
    """A content control that nobody has filled in shows words of Word's own."""
    return element.tag == q("sdt") and element.find(f"{q('sdtPr')}/{q('showingPlcHdr')}") is not None


def _font(properties: Any) -> str:
    fonts = properties.find(q("rFonts")) if properties is not None else None
    if fonts is None:
        return ""
    return next((name for key in _FONT_NAMES if (name := fonts.get(q(key)))), "")
