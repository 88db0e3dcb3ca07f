"""A plan's table found in a document, its columns by their names, and its rows with what merged cells leave out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from cchc_tasks.domain.grid import Cell, Place, SourceDocument, Table
from cchc_tasks.domain.plan_reading import progress_columns
from cchc_tasks.domain.plan_reading.columns import PROGRESS_COLUMNS, Column
from cchc_tasks.domain.text import fold, normalise


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One printed row; `carried` are the columns whose cell began in a row above and reaches into this one."""

    place: Place
    cells: Mapping[Column, str]
    carried: frozenset[Column] = frozenset()
    is_area: bool = False

    def text(self, column: Column) -> str:
        """The cell's text, "" where there is none."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of one table under the line printed above it."""

    caption: str
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table with its header: the columns by place, the rows of the header, the names of columns not read."""

    index: int
    table: Table
    columns: Mapping[int, Column]
    header_row: int
    first_header_row: int
    covered: Mapping[tuple[int, int], Cell] = field(repr=False)
    skipped: tuple[str, ...] = ()


#: Column names, folded; the first that fits wins, so that "thời gian thực hiện" is not taken for "thực hiện".
_NAMES: tuple[tuple[Column, re.Pattern[str]], ...] = (
    (Column.NOTE, re.compile(r".*(?:ghi chu|dien giai|chu thich).*")),
    (Column.NUMBER, re.compile(r"(?:so )?(?:tt|stt|thu tu)\.?|so|tt[.]?|#")),
    *progress_columns.NAMES,
    (Column.ASSIGNMENT, re.compile(r".*chu tri.*phoi hop.*")),
    (Column.START, re.compile(r".*bat dau.*|tu(?: ngay| thang)?")),
    (Column.TIME, re.compile(
        r"den(?: ngay| thang)?|.*ket thuc.*"
        r"|.*(?:thoi (?:gian|han|diem)|tien do|moc|han (?:hoan|xu|bao|chot)|ngay hoan).*|han"
        r"|hoan thanh(?: truoc)?")),
    (Column.COORDINATING, re.compile(r".*phoi hop(?! thuc hien nhiem).*")),
    (Column.LEAD, re.compile(r".*(?:chu tri|dau moi).*")),
    (Column.PRODUCT, re.compile(r".*(?:san pham|ket qua|dau ra).*")),
    (Column.AREA, re.compile(r".*(?:nhiem vu chung|linh vuc|nhom nhiem vu|nhom noi dung|muc tieu chung).*")),
    (Column.TASK, re.compile(r".*(?:nhiem vu|noi dung|cong viec|hoat dong|dau viec|phan viec|giai phap).*")),
    (Column.ASSIGNMENT, re.compile(r".*(?:phan cong|don vi|co quan|bo phan|trach nhiem|thuc hien|nguoi|phong).*")),
)  # fmt: skip
_LONGEST_NAME = 60
_HEADER_REACH = 60
_FEWEST_NAMES = 2
#: What a table of work has beside its tasks; a list of states alone is no plan.
_DETAILS = (Column.PRODUCT, Column.LEAD, Column.COORDINATING, Column.ASSIGNMENT, Column.START, Column.TIME)
_COLUMN_NUMBER = re.compile(r"\(?\[?(?:\d{1,2}|[A-Z])\]?\)?(?: ?= ?.*)?")


def find_tables(document: SourceDocument) -> list[FoundTable]:
    """The plan's tables in order; one without a header goes on with the columns of the one before."""
    found: list[FoundTable] = []
    for index, table in enumerate(document.tables, start=1):
        covered = table.covered()
        header = _header(index, table, covered)
        if header is not None:
            found.append(header)
        elif found and _width(table) == _width(found[-1].table) and table.rows:
            found.append(FoundTable(index, table, found[-1].columns, 0, 0, covered))
    return found


def caption_of(found: FoundTable) -> str:
    """The line above a table, or the last one inside it above its header."""
    above = [row for row in found.table.rows if row and row[0].row < found.first_header_row]
    filled = [[cell.text for cell in row if cell.text.strip()] for row in above]
    last = next((texts for texts in reversed(filled) if texts), [])
    return last[0] if len(last) == 1 else found.table.caption


def rows_of(found: FoundTable) -> Iterator[PlanRow]:
    """The rows below the header, without blank ones, column numbers and headers repeated on a new page."""
    headers = [_texts(found, number) for number in range(found.first_header_row, found.header_row + 1) if number]
    if len(headers) > 1:  # a page that broke the repeated header left its two rows in one
        headers.append({role: " ".join(filter(None, (one[role] for one in headers))) for role in headers[0]})
    last_row = max((cell.row + cell.row_span - 1 for row in found.table.rows for cell in row), default=0)
    for number in range(found.header_row + 1, last_row + 1):
        row = _row(found, number)
        if not any(row.cells.values()) or _is_column_numbers(row):
            continue
        if any(_repeats(row.cells, header) for header in headers):
            continue
        yield row


def role_of(name: str) -> Column | None:
    """What a column of this name holds, or None."""
    folded = fold(normalise(name)).strip(" .:*")
    if not folded or len(folded) > _LONGEST_NAME:
        return None
    return next((column for column, pattern in _NAMES if pattern.fullmatch(folded)), None)


def _width(table: Table) -> int:
    return max((cell.column + cell.column_span - 1 for row in table.rows for cell in row), default=0)


def _header(index: int, table: Table, covered: Mapping[tuple[int, int], Cell]) -> FoundTable | None:
    for row in table.rows[:_HEADER_REACH]:
        if len(row) < 3:
            continue
        number = row[0].row
        # A header typed over two rows, "Nội" above "dung", names its columns only when both are read together.
        joined = _joined_with_next(table, row)
        if joined and _is_plan_header(_roles(joined)):
            return _found(index, table, covered, _spread(joined, _roles(joined)), number, number + 1)
        roles = _roles(row)
        if _is_plan_header(roles):
            last, second = _second_line(table, row, covered)
            return _found(index, table, covered, {**_spread(row, roles), **second}, number, last)
    return None


def _found(
    index: int, table: Table, covered: Mapping[tuple[int, int], Cell], roles: dict[int, Column], first: int, last: int
) -> FoundTable:
    named = {
        column: text
        for number in range(first, last + 1)
        for column in range(1, _width(table) + 1)
        if (cell := covered.get((number, column))) is not None and (text := normalise(cell.text).replace("\n", " "))
    }
    below: dict[int, list[str]] = {}
    for (row, column), cell in covered.items():
        if row > last:
            below.setdefault(column, []).append(cell.text)
    columns = _settle(progress_columns.resolve(roles, named, below))
    skipped = tuple(dict.fromkeys(text for column, text in sorted(named.items()) if column not in columns))
    taken = {text for column, text in named.items() if column in columns}
    return FoundTable(index, table, columns, last, first, covered, tuple(text for text in skipped if text not in taken))


def _roles(row: tuple[Cell, ...]) -> dict[int, Column]:
    return {cell.column: role for cell in row if (role := role_of(cell.text)) is not None}


def _is_plan_header(roles: Mapping[int, Column]) -> bool:
    named = set(roles.values())
    return Column.TASK in named and len(named) >= 3 and bool(named & set(_DETAILS))


def _joined_with_next(table: Table, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """A row with the words of the row below put behind its own, where those only go on; () where they do not."""
    below = {
        cell.column: cell for line in table.rows for cell in line if cell.row == row[0].row + 1 and cell.text.strip()
    }
    above = {cell.column: cell for cell in row if cell.text.strip()}
    if not below or any(
        column not in above
        or len(cell.text) + len(above[column].text) > _LONGEST_NAME
        or not cell.text.strip()[0].islower()
        or role_of(f"{above[column].text} {cell.text}") is None
        for column, cell in below.items()
    ):
        return ()
    return tuple(
        replace(cell, text=f"{cell.text} {below[cell.column].text}") if cell.column in below else cell for cell in row
    )


def _spread(row: tuple[Cell, ...], roles: Mapping[int, Column]) -> dict[int, Column]:
    return {
        column: roles[cell.column]
        for cell in row
        if cell.column in roles
        for column in range(cell.column, cell.column + (cell.column_span if _is_split(roles[cell.column]) else 1))
    }


def _is_split(role: Column) -> bool:
    return role in {Column.ASSIGNMENT, Column.LEAD}


def _second_line(
    table: Table, header: tuple[Cell, ...], covered: Mapping[tuple[int, int], Cell]
) -> tuple[int, dict[int, Column]]:
    """The last row of the header, and what its second line adds: "Phân công" over "Chủ trì" and "Phối hợp"."""
    number = header[0].row
    last = max(cell.row + cell.row_span - 1 for cell in header)
    under = [cell for row in table.rows for cell in row if cell.row == number + 1 and cell.text.strip()]
    roles = {cell.column: role_of(cell.text) for cell in under}
    spanned = {
        column
        for cell in header
        if cell.column_span > 1
        for column in range(cell.column, cell.column + cell.column_span)
    }
    is_header = bool(under) and all(roles.values()) and all(len(cell.text) <= _LONGEST_NAME for cell in under)
    under_one_name = len(roles) > 1 and set(roles.values()) <= {Column.LEAD, Column.COORDINATING, Column.ASSIGNMENT}
    if not is_header or not (spanned & set(roles) or last > number or under_one_name):
        return last, {}
    return max(last, number + 1), {column: role for column, role in roles.items() if role is not None}


def _settle(columns: dict[int, Column]) -> dict[int, Column]:
    """Of two task columns the left one holds the areas; any other role belongs to its first column."""
    settled: dict[int, Column] = {}
    tasks = sorted(column for column, role in columns.items() if role is Column.TASK)
    if len(tasks) > 1 and Column.AREA not in columns.values():
        columns[tasks[0]] = Column.AREA
    for column in sorted(columns):
        role = columns[column]
        if role not in settled.values():
            settled[column] = role
    return settled


def _texts(found: FoundTable, number: int) -> dict[Column, str]:
    return {
        role: normalise(found.covered[number, column].text) if (number, column) in found.covered else ""
        for column, role in found.columns.items()
    }


def _repeats(cells: Mapping[Column, str], header: Mapping[Column, str]) -> bool:
    """Whether a row is the header again; capitals, line ends and a column cut in two by a page may differ."""
    same = sum(bool(text) and fold(text) == fold(header[role]) for role, text in cells.items())
    other = sum(fold(text) != fold(header[role]) for role, text in cells.items())
    return same > 0 and (other == 0 or (same > _FEWEST_NAMES and same > other))


def _row(found: FoundTable, number: int) -> PlanRow:
    cells = _texts(found, number)
    origins = {role: found.covered.get((number, column)) for column, role in found.columns.items()}
    carried = frozenset(role for role, cell in origins.items() if cell is not None and cell.row < number)
    widest = max((cell.column_span for cell in origins.values() if cell is not None), default=1)
    first = next((cell for cell in origins.values() if cell is not None and cell.text.strip()), None)
    is_banner = widest > 2 and len({id(cell) for cell in origins.values() if cell is not None and cell.text}) <= 2
    if is_banner:
        cells = {
            role: (text if role in {Column.NUMBER, Column.AREA, Column.TASK} else "") for role, text in cells.items()
        }
    place = Place(found.index, number, first.column if first else 0, found.table.name)
    bare = not any(cells.get(role) for role in (*_DETAILS, Column.NOTE, *PROGRESS_COLUMNS))
    is_area = bare and (is_banner or Column.AREA not in found.columns.values())
    return PlanRow(place, cells, carried, is_area)


def _is_column_numbers(row: PlanRow) -> bool:
    texts = [text for text in row.cells.values() if text]
    return len(texts) > 2 and all(_COLUMN_NUMBER.fullmatch(text) for text in texts)
