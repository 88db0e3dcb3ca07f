"""What any document comes down to: paragraphs and plain tables, each cell with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
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
    """The rows of one table or sheet; blank cells may be absent."""

    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""

    def covered(self) -> dict[tuple[int, int], Cell]:
        """Every place with the cell that covers it, merged areas filled."""
        return {
            (row, column): cell
            for line in self.rows
            for cell in line
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as read: `paragraphs` outside tables, its tables, the name it came under and the hash of its bytes."""

    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]
    file_name: str = ""
    sha256: str = ""


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
                "rows": [[[c.text, c.row, c.column, c.row_span, c.column_span] for c in row] for row in table.rows],
            }
            for table in document.tables
        ],
    }


def document_from_dict(value: Mapping[str, Any], *, file_name: str = "", sha256: str = "") -> SourceDocument:
    """The inverse of `document_to_dict`; the name and the hash belong to the side that holds the bytes."""
    tables = tuple(
        Table(tuple(tuple(Cell(*cell) for cell in row) for row in table["rows"]), table["name"])
        for table in value["tables"]
    )
    return SourceDocument(tuple(value["paragraphs"]), tables, file_name, sha256)
