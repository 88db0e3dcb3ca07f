"""A table of people as an office keeps it: which column holds what, one person a row."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from cchc_tasks.domain.accounts import AccountTrouble, InvalidAccount
from cchc_tasks.domain.grid import Cell, SourceDocument, Table
from cchc_tasks.domain.text import fold, one_line

#: How offices head each column, folded.
HEADS: Mapping[str, tuple[str, ...]] = {
    "name": ("ho va ten", "ho ten", "ten", "name"),
    "email": ("thu dien tu", "email", "e-mail", "dia chi thu", "thu dien tu cong vu", "mail"),
    "role": ("vai tro", "quyen", "role"),
    "unit": ("don vi", "phong", "phong, don vi", "don vi cong tac", "unit"),
    "title": ("chuc danh", "chuc vu", "title"),
    "phone": ("dien thoai", "so dien thoai", "sdt", "di dong", "phone"),
}
NEEDED = ("name", "email", "role")
#: More than any agency has; a larger table is a mistake.
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row as printed; `row` is its number in the table, from 1."""

    row: int
    name: str
    email: str
    role: str
    unit: str = ""
    title: str = ""
    phone: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def read_people(document: SourceDocument) -> tuple[PersonRow, ...]:
    """The people of the first table that has the needed columns; empty rows are passed over.

    Raises `InvalidAccount` TABLE_HEAD where no row heads name, e-mail and role; TABLE_EMPTY and TABLE_LONG.
    """
    for table in document.tables:
        found = _find_head(table)
        if found is not None:
            return _rows(table, *found)
    raise InvalidAccount(AccountTrouble.TABLE_HEAD, "file")


def _find_head(table: Table) -> tuple[int, dict[int, str]] | None:
    for line in table.rows[:20]:
        columns = {cell.column: field for cell in line if (field := _field_of(cell))}
        if set(NEEDED) <= set(columns.values()):
            return line[0].row, columns
    return None


def _field_of(cell: Cell) -> str | None:
    words = fold(cell.text).rstrip("*: ")
    return next((field for field, heads in HEADS.items() if words in heads), None)


def _rows(table: Table, head_row: int, columns: Mapping[int, str]) -> tuple[PersonRow, ...]:
    people = [
        PersonRow(row=line[0].row, **{"name": "", "email": "", "role": "", **values})
        for line in table.rows
        if line and line[0].row > head_row and any((values := _values(line, columns)).values())
    ]
    if not people:
        raise InvalidAccount(AccountTrouble.TABLE_EMPTY, "file")
    if len(people) > MOST_ROWS:
        raise InvalidAccount(AccountTrouble.TABLE_LONG, "file", at_most=MOST_ROWS)
    return tuple(people)


def _values(line: Sequence[Cell], columns: Mapping[int, str]) -> dict[str, str]:
    return {columns[cell.column]: one_line(cell.text) for cell in line if cell.column in columns}
