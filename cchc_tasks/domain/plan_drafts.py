"""An amendment written by hand: the plan's own table as printed, changed row by row; nothing here is stored.

A row remembers which row of the plan it is (`key`) and from which others it took its products, so that a later reading
of the table need not guess it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason
from cchc_tasks.domain.grid import Cell, SourceDocument, Table
from cchc_tasks.domain.plan_reading import DoubtReason, PlanReading
from cchc_tasks.domain.plan_reading.numbers import read_task_cell
from cchc_tasks.domain.plan_reading.products import is_marked, split_products
from cchc_tasks.domain.plan_sharing import Sharing
from cchc_tasks.domain.text import fold, normalise, one_line


@dataclass(frozen=True, slots=True)
class RowWords:
    """What a person types of a row, each cell as printed; `task` with its number: "3. Rà soát …"."""

    task: str
    products: str
    assignment: str
    time: str
    note: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A row of the draft; `id` is unique in it for ever. `key` is the row of the plan that it is, None for a new one.

    `first` are the words it came with, None for a new row. `sources` are further rows of the plan that it took
    products from: by a split, or (`is_joined`) a join.
    """

    id: int
    key: int | None
    ordinal: str
    area: str
    words: RowWords
    first: RowWords | None = None
    first_area: str = ""
    sources: tuple[int, ...] = ()
    is_joined: bool = False
    is_withdrawn: bool = False


Rows = tuple[DraftRow, ...]


def row_to_dict(row: DraftRow) -> dict[str, Any]:
    """Plain JSON values."""
    return asdict(row) | {"sources": list(row.sources)}


def row_from_dict(value: Mapping[str, Any]) -> DraftRow:
    """The inverse of `row_to_dict`."""
    first = None if value["first"] is None else RowWords(**value["first"])
    words, sources = RowWords(**value["words"]), tuple(value["sources"])
    return DraftRow(**{**value, "words": words, "first": first, "sources": sources})


def first_row(row_id: int, key: int, ordinal: str, area: str, words: RowWords) -> DraftRow:
    """A row of the plan as the draft begins with it."""
    return DraftRow(row_id, key, ordinal, area, words, words, area)


def changed_cells(row: DraftRow) -> frozenset[str]:
    """Names of the fields of `RowWords` that were changed, and "area" where it stands in another one."""
    if row.first is None:
        return frozenset({*RowWords.__slots__, "area"})
    changed = {name for name in RowWords.__slots__ if getattr(row.words, name) != getattr(row.first, name)}
    return frozenset(changed | ({"area"} if row.area != row.first_area else set()))


def is_changed(row: DraftRow) -> bool:
    """Whether anything was done to a row."""
    return row.is_withdrawn or bool(row.sources) or bool(changed_cells(row))


def find_row(rows: Rows, row_id: int) -> DraftRow:
    """Raises `NotFound`."""
    found = next((row for row in rows if row.id == row_id), None)
    if found is None:
        raise NotFound(what="draft_row", id=row_id)
    return found


def edit_row(rows: Rows, row_id: int, words: RowWords) -> Rows:
    """New words for a row. A task cell printed across several rows is one cell: it changes in all of them."""
    row = find_row(rows, row_id)
    if words.products != row.words.products:
        words = _one_per_line(words)
    together = {each.id for each in _same_cell(rows, row)}
    changed = []
    for each in rows:
        if each.id == row_id:
            each = replace(each, words=words)
        elif each.id in together:
            each = replace(each, words=replace(each.words, task=words.task))
        changed.append(each)
    return tuple(changed)


def add_row(rows: Rows, after_id: int, words: RowWords) -> Rows:
    """A new row of the same area behind another."""
    above = find_row(rows, after_id)
    return _behind(rows, after_id, DraftRow(_next_id(rows), None, above.ordinal, above.area, _one_per_line(words)))


def add_area(rows: Rows, name: str, words: RowWords) -> Rows:
    """A new area behind the last one, under the next number, with its first row; raises `Refused(AREA_EXISTS)`."""
    taken = next((row for row in rows if fold(row.area) == fold(name)), None)
    if taken is not None:
        raise Refused(RefusedReason.AREA_EXISTS, name=taken.area)
    numbers = [int(row.ordinal) for row in rows if row.ordinal.isdecimal()]
    ordinal = max(numbers, default=len(areas(rows))) + 1
    return (*rows, DraftRow(_next_id(rows), None, str(ordinal), name, _one_per_line(words)))


def withdraw_row(rows: Rows, row_id: int) -> Rows:
    """Takes a row out; one that is in the plan stays visible and can be put back, a new one goes at once."""
    row = find_row(rows, row_id)
    if row.key is None:
        return tuple(each for each in rows if each.id != row_id)
    return tuple(replace(each, is_withdrawn=True) if each.id == row_id else each for each in rows)


def put_back_row(rows: Rows, row_id: int) -> Rows:
    """Undoes `withdraw_row`, or the join that took the row in: it stands again as it stood."""
    row = find_row(rows, row_id)
    back = []
    for each in rows:
        if each.id == row_id:
            each = replace(each, is_withdrawn=False)
        elif each.is_joined and row.key in each.sources:
            sources = tuple(key for key in each.sources if key != row.key)
            each = replace(each, sources=sources, is_joined=bool(sources))
        back.append(each)
    return tuple(back)


def split_row(rows: Rows, row_id: int, first: RowWords, second: RowWords) -> Rows:
    """Two rows out of one: the first remains what it was, the second is new and takes products along."""
    row = find_row(rows, row_id)
    sources = (row.key,) if row.key is not None and not row.is_joined else row.sources
    beside = DraftRow(_next_id(rows), None, row.ordinal, row.area, _one_per_line(second), sources=sources)
    return _behind(edit_row(rows, row_id, first), row_id, beside)


def split_words(row: DraftRow) -> tuple[RowWords, RowWords]:
    """A proposal: numbers and products shared out in halves, everything else in both."""
    first, second = _halves(row.words.task), _halves(row.words.products)
    return (
        replace(row.words, task=first[0], products=second[0]),
        replace(row.words, task=first[1], products=second[1]),
    )


def join_rows(rows: Rows, row_id: int) -> Rows:
    """A row takes in the next one of its area, words and products; raises `Refused(NOTHING_NEW)` behind the last."""
    row, other = find_row(rows, row_id), next_row(rows, row_id)
    if other is None:
        raise Refused(RefusedReason.NOTHING_NEW)
    words = RowWords(
        task=_both(row.words.task, other.words.task),
        products=_all_products(row.words.products, other.words.products),
        assignment=_both(row.words.assignment, other.words.assignment),
        time=_both(row.words.time, other.words.time),
        note=_both(row.words.note, other.words.note),
    )
    keys = (*row.sources, *((other.key,) if other.key is not None else ()), *other.sources)
    sources = tuple(dict.fromkeys(key for key in keys if key != row.key))
    joined = replace(row, words=words, sources=sources, is_joined=bool(sources))
    kept = tuple(joined if each.id == row_id else each for each in rows)
    return withdraw_row(kept, other.id)


def next_row(rows: Rows, row_id: int) -> DraftRow | None:
    """The next row of the same area that was not withdrawn."""
    row = find_row(rows, row_id)
    behind = rows[rows.index(row) + 1 :]
    found = next((each for each in behind if not each.is_withdrawn), None)
    return found if found is not None and _area(found) == _area(row) else None


def move_row(rows: Rows, row_id: int, area_row_id: int) -> Rows:
    """Puts a row at the end of the area of another row, under the next free number there."""
    row, target = find_row(rows, row_id), find_row(rows, area_row_id)
    if _area(row) == _area(target):
        return rows
    there = [each for each in rows if _area(each) == _area(target)]
    moved = replace(row, ordinal=target.ordinal, area=target.area, words=_renumbered(row, target.ordinal, there))
    others = tuple(each for each in rows if each.id != row_id)
    return _behind(others, there[-1].id, moved)


def areas(rows: Rows) -> list[tuple[DraftRow, Rows]]:
    """Each area by its first row, with its rows."""
    grouped = ((tuple(group)) for _area_key, group in groupby(rows, key=_area))
    return [(group[0], group) for group in grouped]


# --- from the draft to a reading


def source_document(rows: Rows, head: Sequence[str]) -> SourceDocument:
    """The table as a file would hold it: a cell that repeats the one above in a group is blank, as merged.

    `head` names its columns: number, area, and the five of `RowWords`.
    """
    lines = [tuple(Cell(text, 1, column) for column, text in enumerate(head, start=1))]
    above: DraftRow | None = None
    for number, row in enumerate(_printed(rows), start=2):
        cells = [row.ordinal, row.area, *asdict(row.words).values()]
        if above is not None and _area(above) == _area(row):
            cells[0] = cells[1] = ""
            cells[2] = "" if row.words.task == above.words.task else cells[2]
        lines.append(tuple(Cell(normalise(text), number, column) for column, text in enumerate(cells, start=1) if text))
        above = row
    return SourceDocument((), (Table(tuple(lines)),))


@dataclass(frozen=True, slots=True)
class DraftMatch:
    """What the draft knows of the rows of its reading, by row_id: which row of the plan each is, or None."""

    keys: Mapping[str, int | None]
    shares: Mapping[str, Sharing]
    #: The cells of each row that were changed; what a reading makes of the others says nothing new.
    changed: Mapping[str, frozenset[str]]


def match_of(rows: Rows, reading: PlanReading) -> DraftMatch:
    """Every row of the reading by the line of the draft that it was read from."""
    lines = dict(enumerate(_printed(rows), start=2))
    found = [(task.row_id, lines[task.source.row]) for task in reading.tasks() if task.source.row in lines]
    shares = {row_id: Sharing(row.sources, row.is_joined) for row_id, row in found if row.sources}
    changed = {row_id: changed_cells(row) for row_id, row in found}
    return DraftMatch({row_id: row.key for row_id, row in found}, shares, changed)


_OF_ASSIGNMENT = frozenset({"assignment"})
#: The cells on which a doubt hangs; the others hang on everything that says what is owed and when.
_CELLS_OF_DOUBT: Mapping[DoubtReason, frozenset[str]] = {
    DoubtReason.LEAD_INFERRED: _OF_ASSIGNMENT,
    DoubtReason.LEAD_UNRESOLVED: _OF_ASSIGNMENT,
    DoubtReason.ASSIGNMENT_UNCLEAR: _OF_ASSIGNMENT,
    DoubtReason.RESPONSIBLE_BY_ORDER: frozenset({"assignment", "products"}),
    DoubtReason.NOTE_NAMES_UNIT: frozenset({"note"}),
    DoubtReason.NUMBER_MISSING: frozenset({"task"}),
    DoubtReason.NUMBER_REPEATED: frozenset({"task", "area"}),
}
_OWED = frozenset({"products", "time"})


def is_asked(match: DraftMatch, row_id: str, reason: DoubtReason) -> bool:
    """Whether a doubt about a row of the reading hangs on a cell that was changed; on the others nothing hangs."""
    changed = match.changed.get(row_id)
    return changed is None or bool(changed & _CELLS_OF_DOUBT.get(reason, _OWED))


def match_to_dict(match: DraftMatch) -> dict[str, Any]:
    """Plain JSON values."""
    shares = {
        row_id: {"sources": list(share.sources), "is_joined": share.is_joined} for row_id, share in match.shares.items()
    }
    changed = {row_id: sorted(cells) for row_id, cells in match.changed.items()}
    return {"keys": dict(match.keys), "shares": shares, "changed": changed}


def match_from_dict(value: Mapping[str, Any]) -> DraftMatch:
    """The inverse of `match_to_dict`."""
    shares = {row_id: Sharing(tuple(share["sources"]), share["is_joined"]) for row_id, share in value["shares"].items()}
    changed = {row_id: frozenset(cells) for row_id, cells in value["changed"].items()}
    return DraftMatch(dict(value["keys"]), shares, changed)


# --- small parts


def _printed(rows: Iterable[DraftRow]) -> Iterator[DraftRow]:
    return (row for row in rows if not row.is_withdrawn)


def _area(row: DraftRow) -> tuple[str, str]:
    return row.ordinal, row.area


def _same_cell(rows: Rows, row: DraftRow) -> Sequence[DraftRow]:
    for _key, group in groupby(rows, key=lambda each: (_area(each), each.words.task)):
        together = list(group)
        if row in together:
            return together
    return [row]


def _next_id(rows: Rows) -> int:
    return max((row.id for row in rows), default=0) + 1


def _behind(rows: Rows, after_id: int, new: DraftRow) -> Rows:
    place = next(place for place, row in enumerate(rows) if row.id == after_id) + 1
    return (*rows[:place], new, *rows[place:])


def _halves(cell: str) -> tuple[str, str]:
    lines = cell.split("\n")
    if len(lines) < 2:
        return cell, cell
    half = (len(lines) + 1) // 2
    return "\n".join(lines[:half]), "\n".join(lines[half:])


def _one_per_line(words: RowWords) -> RowWords:
    """A products cell as somebody types it: each line is a product, printed with a number where there are several.

    Without marks a reader takes the end of a line for a wrap.
    """
    lines = [line for line in words.products.split("\n") if line.strip()]
    if len(lines) < 2 or any(is_marked(line) for line in lines):
        return words
    return replace(words, products=_numbered(lines))


def _numbered(products: Sequence[str]) -> str:
    return "\n".join(f"{place}. {text}" for place, text in enumerate(products, start=1))


def _all_products(*cells: str) -> str:
    """The products of several cells in one, counted through; cells with words before their list stay as they are."""
    found = [split_products(cell) for cell in cells]
    if any(each.lead_in is not None for each in found):
        return "\n".join(filter(None, cells))
    items = [item.text for each in found for item in each.items]
    return _numbered(items) if len(items) > 1 else "".join(items)


def _both(first: str, second: str) -> str:
    if one_line(first) == one_line(second):
        return first
    return "\n".join(filter(None, (first, second)))


def _renumbered(row: DraftRow, ordinal: str, there: Iterable[DraftRow]) -> RowWords:
    """The row's words under the number after the last one of its new area; a row without numbers keeps its words."""
    area = int(ordinal) if ordinal.isdecimal() else 0
    read = read_task_cell(normalise(row.words.task), int(row.ordinal) if row.ordinal.isdecimal() else 0, "")
    if not read.numbers:
        return row.words
    taken = [
        int(number.rsplit(".", 1)[-1])
        for each in there
        for number in read_task_cell(normalise(each.words.task), area, "").numbers
    ]
    first = max(taken, default=0) + 1
    lines = read.text.split("\n")
    if len(lines) != len(read.numbers):
        return replace(row.words, task=f"{first}. {read.text}")
    return replace(row.words, task="\n".join(f"{first + place}. {line}" for place, line in enumerate(lines)))
