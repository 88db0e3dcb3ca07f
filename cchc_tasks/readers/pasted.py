"""A table pasted into the page: the HTML that Word, Excel or a browser puts on the clipboard, or text with tabs."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import Cell, SourceDocument, Table
from cchc_tasks.readers import limits
from cchc_tasks.readers.old_fonts import FontConverter
from cchc_tasks.readers.trouble import CellCollector, Unreadable

_IS_HTML = re.compile(r"<\s*(?:!doctype|html|body|table|meta|!--startfragment|div|p|span)\b", re.IGNORECASE)
_CONDITIONAL = re.compile(r"<!(?:--)?\[(?:if|endif)[^>]*?\](?:--)?>", re.IGNORECASE)
#: What a browser never shows; Word puts its own data and style sheets there.
_UNSEEN = frozenset("head style script title xml noscript template object iframe del select option textarea".split())
_BLOCKS = frozenset("p div li tr table ul ol h1 h2 h3 h4 h5 h6 blockquote".split())
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_HIDDEN = re.compile(r"mso-hide\s*:\s*all|display\s*:\s*none|mso-element\s*:\s*(?:comment|footnote)", re.IGNORECASE)
_FONT = re.compile(r"font-family\s*:\s*[\"']?([^;\"',]+)", re.IGNORECASE)
_DEEPEST = 200


def read_pasted(data: bytes) -> SourceDocument:
    """The document in a piece of HTML or of text; raises Unreadable where there is nothing in it."""
    text = data.decode("utf-8", errors="replace").replace("\x00", "")
    if not text.strip():
        raise Unreadable(ReadTrouble.EMPTY)
    return _html(text) if _IS_HTML.search(text) else _text(text)


def _text(text: str) -> SourceDocument:
    """Lines with tabs, as Excel copies them: a field with a line break stands in quotes."""
    collector = CellCollector()
    csv.field_size_limit(limits.FIELD_LENGTH * 4)
    try:
        fields = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    except csv.Error as error:
        raise Unreadable(ReadTrouble.FIELD_TOO_LONG, row=0, column=0, limit=limits.FIELD_LENGTH) from error
    above = [line[0] for line in fields if len(line) == 1]
    rows = tuple(
        tuple(collector.cell(field, number, column) for column, field in enumerate(line, start=1))
        for number, line in enumerate(fields, start=1)
        if len(line) > 1
    )
    paragraphs = tuple(collector.text(line) for line in above)
    return SourceDocument(paragraphs, (Table(rows),) if rows else ())


def _html(text: str) -> SourceDocument:
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=False)
    try:
        root = html.document_fromstring(_CONDITIONAL.sub("", text).encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(ReadTrouble.EMPTY) from error
    reader = _PageReader()
    reader.read(root)
    reader.end_line()
    return SourceDocument(tuple(reader.paragraphs), tuple(reader.tables), remarks=reader.converter.remarks())


class _PageReader:
    """Walks the elements once: lines outside tables, and the tables that hold no others."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.tables: list[Table] = []
        self.converter = FontConverter()
        self._collector = CellCollector()
        self._line = ""

    def read(self, element: Any, font: str = "", depth: int = 0) -> None:
        """Take in an element and what follows it inside its parent."""
        if depth > _DEEPEST:
            raise Unreadable(ReadTrouble.DAMAGED)
        if isinstance(element.tag, str) and not _is_unseen(element):
            font = _font_of(element, font)
            if element.tag == "table" and not _lays_out(element):
                self.end_line()
                self._table(element, font)
            else:
                self._inside(element, font, depth)

    def end_line(self) -> None:
        """A paragraph ends here."""
        line = _BLANKS.sub(" ", self._line).strip()
        self._line = ""
        if line:
            self.paragraphs.append(self._collector.text(line))

    def _inside(self, element: Any, font: str, depth: int) -> None:
        if element.tag in _BLOCKS or element.tag == "br":
            self.end_line()
        self._line += self.converter.run(element.text or "", font)
        for child in element:
            self.read(child, font, depth + 1)
            self._line += self.converter.run(child.tail or "", font)
        if element.tag in _BLOCKS:
            self.end_line()

    def _table(self, table: Any, font: str) -> None:
        taken: set[tuple[int, int]] = set()
        rows: list[tuple[Cell, ...]] = []
        caption = self.paragraphs[-1] if self.paragraphs else ""
        for number, row in enumerate(_rows(table), start=1):
            cells: list[Cell] = []
            column = 1
            for element in row:
                if element.tag not in {"td", "th"}:
                    continue
                while (number, column) in taken:
                    column += 1
                # The size is checked before the places are taken: a colspan of a million is one line of text.
                cell = self._collector.cell(
                    _cell_text(element, _font_of(element, font), self.converter),
                    number, column, _span(element, "rowspan"), _span(element, "colspan"),
                )  # fmt: skip
                self._take(taken, cell)
                cells.append(cell)
                column += cell.column_span
            rows.append(tuple(cells))
        last = len(rows)
        if any(rows):
            self.tables.append(Table(tuple(_cut(row, last) for row in rows), caption=caption))

    def _take(self, taken: set[tuple[int, int]], cell: Cell) -> None:
        if cell.row_span == 1 and cell.column_span == 1:
            return
        if len(taken) + cell.row_span * cell.column_span > limits.ROWS * limits.COLUMNS:
            raise Unreadable(ReadTrouble.TOO_MANY_ROWS, limit=limits.ROWS)
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                taken.add((row, column))


def _cut(row: tuple[Cell, ...], last: int) -> tuple[Cell, ...]:
    """Spans that reach below the table end with it."""
    return tuple(
        Cell(cell.text, cell.row, cell.column, min(cell.row_span, last - cell.row + 1), cell.column_span)
        for cell in row
    )


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from (row for row in child if row.tag == "tr")


def _cell_text(cell: Any, font: str, converter: FontConverter) -> str:
    pieces = "".join(_pieces(cell, font, converter, 0))
    lines = (_BLANKS.sub(" ", line).strip() for line in pieces.split("\x1e"))
    return "\n".join(line for line in lines if line)


def _pieces(element: Any, font: str, converter: FontConverter, depth: int) -> Iterator[str]:
    """Text with a separator where a line ends; line ends of the source itself are blanks in HTML."""
    if depth > _DEEPEST:
        raise Unreadable(ReadTrouble.DAMAGED)
    yield converter.run(element.text or "", font)
    for child in element:
        if isinstance(child.tag, str) and not _is_unseen(child):
            is_block = child.tag in _BLOCKS
            if is_block or child.tag == "br":
                yield "\x1e"
            yield from _pieces(child, _font_of(child, font), converter, depth + 1)
            if is_block:
                yield "\x1e"
            elif child.tag in {"td", "th"}:
                yield " "
        yield converter.run(child.tail or "", font)


def _is_unseen(element: Any) -> bool:
    tag = element.tag
    return tag in _UNSEEN or (":" in tag and tag != "o:p") or bool(_HIDDEN.search(element.get("style") or ""))


def _lays_out(table: Any) -> bool:
    """A table around whole tables is only the page's frame."""
    return table.find(".//table") is not None and all(len(row) == 1 for row in _rows(table))


def _font_of(element: Any, otherwise: str) -> str:
    if element.tag == "font" and element.get("face"):
        return str(element.get("face")).split(",")[0].strip("\"' ")
    found = _FONT.search(element.get("style") or "")
    return found[1].strip() if found else otherwise


def _span(element: Any, name: str) -> int:
    value = (element.get(name) or "1").strip()
    return max(1, int(value)) if value.isdecimal() and len(value) < 8 else 1
