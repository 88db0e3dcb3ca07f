"""What any document comes down to: paragraphs and plain tables, each cell with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell. `row` and `column` count from 1, as a person would; a merged cell stands once, at its origin."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table or sheet; blank cells may be absent. `caption` is the line printed right above it."""

    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""
    caption: str = ""

    def covered(self) -> dict[tuple[int, int], Cell]:
        """Every place with the cell that covers it, merged areas filled."""
        return {
            (row, column): cell
            for line in self.rows
            for cell in line
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }


class RemarkKind(StrEnum):
    """What a reader did with a file beyond copying it."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    TRACKED_CHANGES = "tracked_changes"
    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_ROWS = "hidden_rows"
    ROWS_JOINED = "rows_joined"
    LINES_GUESSED = "lines_guessed"
    CONVERTED_FILE = "converted_file"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reader did that a person should know: what stood there, what it was read as, how often."""

    kind: RemarkKind
    before: str
    after: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as read: `paragraphs` outside tables, its tables, the name it came under and the hash of its bytes."""

    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]
    file_name: str = ""
    sha256: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was printed: table (from 1), row and column."""

    table: int
    row: int
    column: int = 0
    table_name: str = ""


def document_to_dict(document: SourceDocument) -> dict[str, Any]:
    """A form that `json` can carry between processes."""
    return {
        "paragraphs": list(document.paragraphs),
        "tables": [
            {
                "name": table.name,
                "caption": table.caption,
                "rows": [[[c.text, c.row, c.column, c.row_span, c.column_span] for c in row] for row in table.rows],
            }
            for table in document.tables
        ],
        "remarks": [[str(one.kind), one.before, one.after, one.count] for one in document.remarks],
    }


def document_from_dict(value: Mapping[str, Any], *, file_name: str = "", sha256: str = "") -> SourceDocument:
    """The inverse of `document_to_dict`; the name and the hash belong to the side that holds the bytes."""
    tables = tuple(
        Table(tuple(tuple(Cell(*cell) for cell in row) for row in table["rows"]), table["name"], table["caption"])
        for table in value["tables"]
    )
    remarks = tuple(Remark(RemarkKind(kind), *rest) for kind, *rest in value["remarks"])
    return SourceDocument(tuple(value["paragraphs"]), tables, file_name, sha256, remarks)
