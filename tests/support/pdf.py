"""A small PDF printer for tests: ruled tables over pages, lines wrapped as a word processor wraps them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

PAGE = (842.0, 595.0)
MARGIN, SIZE, PITCH, PADDING = 50.0, 10.0, 12.0, 5.4
#: Every letter is half as wide as the font is high: readers take widths from the file, not from a font.
WIDTH = SIZE / 2


@dataclass
class Printed:
    """A cell to print: its wrapped lines and its place in the grid."""

    lines: list[str]
    row: int
    column: int
    row_span: int
    column_span: int


@dataclass
class PDF:
    """Pages of text and rules; `has_wrap_blanks`: a line that was wrapped ends with a blank, as LibreOffice does."""

    has_wrap_blanks: bool = False
    pages: list[list[str]] = field(default_factory=lambda: [[]])
    top: float = MARGIN
    _glyphs: dict[str, int] = field(default_factory=dict)

    def new_page(self) -> None:
        self.pages.append([])
        self.top = MARGIN

    def line(self, text: str) -> None:
        """A line outside tables."""
        if self.top + PITCH > PAGE[1] - MARGIN:
            self.new_page()
        self._text(text, MARGIN, self.top)
        self.top += PITCH

    def table(self, rows: Sequence[Sequence], widths: Sequence[float], header_rows: int, *, breaks_rows: bool) -> None:
        """`rows` hold cells with row, column, spans and text; the header is printed again on each page."""
        edges = [MARGIN]
        for width in widths:
            edges.append(edges[-1] + width)
        cells = [_printed(cell, edges, self.has_wrap_blanks) for line in rows for cell in line]
        count = max(cell.row + cell.row_span - 1 for cell in cells)
        heights = _heights(cells, count)
        self.top += 6
        self._header_rows = header_rows
        self._begin()
        for number in range(1, count + 1):
            room = PAGE[1] - MARGIN - self.top
            fits = int((room - 4) // PITCH)
            lines = max(1, round((heights[number] - 4) / PITCH))
            if heights[number] > room and number > header_rows:
                is_simple = all(cell.row_span == 1 for cell in cells if cell.row == number)
                if breaks_rows and is_simple and fits >= 1 and lines > fits:
                    self._row(cells, number, edges, fits * PITCH + 4, fits)
                    self._end(cells, edges, number)
                    self._repeat(cells, header_rows, edges, heights)
                    self._row(cells, number, edges, (lines - fits) * PITCH + 4, lines - fits, skip=fits)
                    continue
                self._end(cells, edges, number - 1)
                self._repeat(cells, header_rows, edges, heights)
            self._row(cells, number, edges, heights[number], lines)
        self._end(cells, edges, count)
        self.top += 8

    def render(self) -> bytes:
        """The file."""
        return _file(self.pages, self._glyphs)

    def _begin(self) -> None:
        self._rows_on_page: list[tuple[int, float, float]] = []

    def _repeat(self, cells, header_rows: int, edges, heights) -> None:
        self.new_page()
        self._begin()
        for number in range(1, header_rows + 1):
            self._row(cells, number, edges, heights[number], 99)

    def _row(self, cells, number: int, edges, height: float, lines: int, skip: int = 0) -> None:
        for cell in cells:
            if cell.row == number:
                for at, text in enumerate(cell.lines[skip : skip + lines] if cell.row_span == 1 else cell.lines):
                    self._text(text, edges[cell.column - 1] + PADDING, self.top + 2 + at * PITCH)
                if cell.row_span > 1 and number > self._header_rows:
                    cell.lines = []
        self._rows_on_page.append((number, self.top, self.top + height))
        self.top += height

    def _end(self, cells, edges, last: int) -> None:
        """Rules around every cell, as far as it stands on this page."""
        for cell in cells:
            covered = range(cell.row, cell.row + cell.row_span)
            parts = [(top, bottom) for number, top, bottom in self._rows_on_page if number in covered]
            if parts:
                x0, x1 = edges[cell.column - 1], edges[cell.column - 1 + cell.column_span]
                for top, bottom in _together(parts):
                    self._box(x0, top, x1, bottom)

    def _box(self, x0: float, top: float, x1: float, bottom: float) -> None:
        up, down = PAGE[1] - top, PAGE[1] - bottom
        for a, b, c, d in ((x0, up, x1, up), (x0, down, x1, down), (x0, up, x0, down), (x1, up, x1, down)):
            self.pages[-1].append(f"{a:.2f} {b:.2f} m {c:.2f} {d:.2f} l S")

    def _text(self, text: str, x: float, top: float) -> None:
        codes = "".join(f"{self._glyphs.setdefault(letter, len(self._glyphs) + 1):04X}" for letter in text)
        self.pages[-1].append(f"BT /F1 {SIZE:g} Tf {x:.2f} {PAGE[1] - top - SIZE:.2f} Td <{codes}> Tj ET")


def wrapped(text: str, room: float, *, has_blanks: bool = False) -> list[str]:
    """Lines as a word processor makes them: as many words as fit; a paragraph's end is always a line's end."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and len(longer) * WIDTH > room:
                lines.append(line + " " if has_blanks and (len(line) + 1) * WIDTH <= room else line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def _printed(cell, edges, has_blanks: bool) -> Printed:
    room = edges[cell.column - 1 + cell.column_span] - edges[cell.column - 1] - 2 * PADDING
    lines = wrapped(cell.text, room, has_blanks=has_blanks) if cell.text else []
    return Printed(lines, cell.row, cell.column, cell.row_span, cell.column_span)


def _heights(cells, count: int) -> dict[int, float]:
    heights = dict.fromkeys(range(1, count + 1), PITCH + 4)
    for cell in sorted(cells, key=lambda one: one.row_span):
        if cell.row_span > 1:
            heights[cell.row] = max(heights[cell.row], len(cell.lines) * PITCH + 4)
        last = cell.row + cell.row_span - 1
        have = sum(heights[number] for number in range(cell.row, last + 1))
        heights[last] += max(0.0, len(cell.lines) * PITCH + 4 - have)
    return heights


def _together(parts):
    """Rows of a merged cell that follow one another make one box."""
    boxes = [parts[0]]
    for top, bottom in parts[1:]:
        if abs(boxes[-1][1] - top) < 0.1:
            boxes[-1] = (boxes[-1][0], bottom)
        else:
            boxes.append((top, bottom))
    return boxes


def _file(pages, glyphs: dict[str, int]) -> bytes:
    names = "".join(f"<{code:04X}> <{letter.encode('utf-16-be').hex()}>\n" for letter, code in glyphs.items())
    unicode_map = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(glyphs)} beginbfchar\n{names}endbfchar\n"
        "endcmap end end"
    ).encode()
    kids = " ".join(f"{6 + 2 * at} 0 R" for at in range(len(pages)))
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]/MediaBox[0 0 {PAGE[0]:g} {PAGE[1]:g}]>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/T/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/T/DW 500/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>"
        b"/FontDescriptor<</Type/FontDescriptor/FontName/T/Flags 4/FontBBox[0 -200 1000 800]/Ascent 800"
        b"/Descent -200/ItalicAngle 0/CapHeight 700/StemV 80>>>>",
        _stream(unicode_map),
    ]
    for at, content in enumerate(pages):
        resources = "/Resources<</Font<</F1 3 0 R>>>>"
        objects.append(f"<</Type/Page/Parent 2 0 R{resources}/Contents {7 + 2 * at} 0 R>>".encode())
        objects.append(_stream("\n".join(content).encode()))
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>"
    return out + f"{end}\nstartxref\n{len(out)}\n%%EOF\n".encode()


def _stream(content: bytes) -> bytes:
    return f"<</Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream"
