"""What an official document consists of, as plain values: the writers of .docx, .pdf and .xlsx all read these."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Align(StrEnum):
    """How the lines of a paragraph or a cell stand."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"
    JUSTIFY = "justify"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with its looks; line breaks are breaks inside the paragraph."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_struck: bool = False
    is_underlined: bool = False
    is_raised: bool = False


#: Plain text, or runs where the looks change inside it.
Text = str | tuple[Run, ...]


def plain(text: Text) -> str:
    """The words alone."""
    return text if isinstance(text, str) else "".join(run.text for run in text)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the text: level 1 is "I.", 2 is "1.", 3 is "1.1." or "a)"; `number` as printed, may be blank."""

    level: int
    number: str
    text: str

    @property
    def line(self) -> str:
        """Number and words as one line."""
        return f"{self.number} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body, justified with its first line indented unless told otherwise."""

    text: Text
    align: Align = Align.JUSTIFY
    is_indented: bool = True


@dataclass(frozen=True, slots=True)
class Bullet:
    """One item of a list; the writers print the dash."""

    text: Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `width` is its share of the table's width, `align` holds for cells that say nothing."""

    width: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the text it prints.

    `value` makes it a number in a workbook: the number as printed (14.46 for "14,46%"); None is text. The bold,
    italic, struck and underlined looks hold for the whole cell, in addition to those of its runs.
    """

    text: Text = ""
    value: int | Decimal | None = None
    align: Align | None = None
    is_bold: bool = False
    is_italic: bool = False
    is_struck: bool = False
    is_underlined: bool = False
    column_span: int = 1
    row_span: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row as in HTML: a place covered by a cell that spans from above or from the left has no cell of its own.

    `keeps_next`: no page ends between this row and the next one, as for the heading of a group.
    """

    cells: tuple[Cell, ...]
    keeps_next: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: `header` rows are printed again on each page and no row is broken over two pages.

    `name` tells a screen reader and the workbook's sheet what it is; `size` is the letters' size in points.
    """

    columns: tuple[Column, ...]
    header: tuple[Row, ...]
    rows: tuple[Row, ...]
    name: str = ""
    size: float = 12


Block = Heading | Paragraph | Bullet | Table


@dataclass(frozen=True, slots=True)
class IssueDay:
    """The day of issue as far as it is known: None is printed as a gap to be filled in by hand, never invented."""

    day: int | None = None
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: `authority` ("KT. GIÁM ĐỐC") above the title if one signs for another; `name` may be blank."""

    title: str
    name: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """A part on pages of its own with numbers of its own: `label` "Phụ lục I", `reference` the line in brackets."""

    label: str
    title: str
    reference: str
    blocks: tuple[Block, ...]
    is_landscape: bool = False


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """A document laid out by Nghị định 30/2020/NĐ-CP.

    `number` is the bare number ("319") and may be blank, `symbol` what follows the stroke ("BC-STTTT"). `kind` is the
    caps line ("BÁO CÁO"); a letter (công văn) has none, prints its subject under the number and names `addressees`.
    """

    issuer_parent: str
    issuer: str
    number: str
    symbol: str
    place: str
    issued: IssueDay
    kind: str
    subject: str
    body: tuple[Block, ...]
    signature: Signature
    bases: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()

    @property
    def is_letter(self) -> bool:
        """A công văn: no kind line."""
        return not self.kind
