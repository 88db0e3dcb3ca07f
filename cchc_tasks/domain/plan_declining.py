"""An amendment without some of its changes: what the office leaves out stays as it is in the plan."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from cchc_tasks.domain.plan_difference import Change, ChangeKind, PlanDifference, ProductPair, TaskPair
from cchc_tasks.domain.plan_reading import AreaReading, DeliverableReading, TaskReading

#: Changes that are a row as a whole: without them nothing of the row changes.
_WHOLE = frozenset({ChangeKind.ADDED, ChangeKind.SPLIT, ChangeKind.WITHDRAWN})
_OF_TIME = frozenset({ChangeKind.TIME_WORDS, ChangeKind.DEADLINE, ChangeKind.PERIOD_ADDED, ChangeKind.PERIOD_WITHDRAWN})


#: The cell of the table in which a change is printed; a row as a whole has none.
_CELLS: Mapping[ChangeKind, frozenset[str]] = {
    ChangeKind.MOVED: frozenset({"task", "area"}),
    ChangeKind.REWORDED: frozenset({"task"}),
    ChangeKind.NOTE: frozenset({"note"}),
    ChangeKind.LEAD: frozenset({"assignment"}),
    ChangeKind.ASSIGNMENT: frozenset({"assignment"}),
    **dict.fromkeys((ChangeKind.PRODUCT_ADDED, ChangeKind.PRODUCT_WITHDRAWN), frozenset({"products"})),
    ChangeKind.PRODUCT_REWORDED: frozenset({"products"}),
    **dict.fromkeys(_OF_TIME, frozenset({"time", "products"})),
}


def untouched(found: PlanDifference, changed: Mapping[str, Set[str]]) -> frozenset[str]:
    """Names of changes in cells that nobody changed: `changed` are the cells that somebody did, by row_id.

    A cell of the plan may be printed in other words than it was issued in; that alone changes nothing.
    """
    return frozenset(
        key
        for row in found.rows
        if row.old is not None and row.new is not None and row.new.row_id in changed
        for key, change in change_keys(row)
        if change.kind in _CELLS and not _CELLS[change.kind] & changed[row.new.row_id]
    )


def change_keys(row: TaskPair) -> list[tuple[str, Change]]:
    """Every change of a row under a name that it keeps from one showing of the difference to the next."""
    name = f"n{row.old.key}" if row.old is not None else f"m{row.new.row_id if row.new is not None else ''}"
    turns: Counter[ChangeKind] = Counter()
    named = []
    for change in row.changes:
        turns[change.kind] += 1
        named.append((f"{name}:{change.kind.value}:{turns[change.kind]}", change))
    return named


def without(found: PlanDifference, declined: Set[str]) -> PlanDifference:
    """The difference without the changes of these names."""
    if not declined:
        return found
    return replace(found, rows=tuple(_without(row, declined) for row in found.rows if not _is_gone(row, declined)))


def _is_gone(row: TaskPair, declined: Set[str]) -> bool:
    """Whether a new row is left out as a whole."""
    return row.old is None and any(key in declined and change.kind in _WHOLE for key, change in change_keys(row))


def _without(row: TaskPair, declined: Set[str]) -> TaskPair:
    left_out = [change for key, change in change_keys(row) if key in declined]
    if not left_out:
        return row
    if row.old is None or row.new is None:
        # A row that would be withdrawn stays whole; products of a new row may be left out.
        return replace(row, products=() if row.new is None else row.products, changes=())
    kept = tuple(change for key, change in change_keys(row) if key not in declined)
    products = tuple(_products(row.products, left_out))
    return replace(row, new=_words(row, left_out, kept), area=_area(row, left_out), products=products, changes=kept)


def _area(row: TaskPair, left_out: list[Change]) -> AreaReading | None:
    is_moved = any(change.kind is ChangeKind.MOVED for change in left_out)
    if row.area is None or row.old is None or not is_moved:
        return row.area
    return replace(row.area, name=row.old.area)


def _words(row: TaskPair, left_out: list[Change], kept: tuple[Change, ...]) -> TaskReading:
    """The newer print with the old words in the cells that stay."""
    old, new = row.old, row.new
    if old is None or new is None:
        raise TypeError("a compared row has both prints")
    for change in left_out:
        if change.kind is ChangeKind.MOVED:
            new = replace(new, numbers=old.numbers)
        elif change.kind is ChangeKind.REWORDED:
            new = replace(new, text=old.text)
        elif change.kind is ChangeKind.NOTE:
            new = replace(new, note=old.note)
        elif change.kind in (ChangeKind.LEAD, ChangeKind.ASSIGNMENT):
            new = replace(new, assignment_text=old.assignment_text)
    if any(change.kind in _OF_TIME for change in left_out) and not any(change.kind in _OF_TIME for change in kept):
        new = replace(new, time_text=old.time_text)
    return new


def _products(pairs: tuple[ProductPair, ...], left_out: list[Change]) -> Iterator[ProductPair]:
    for pair in pairs:
        old, new = pair.old, pair.new
        if old is None or new is None:
            kind, text = _half(pair)
            if not any(change.kind is kind and text in (change.before, change.after) for change in left_out):
                yield pair
            continue
        mine = [change for change in left_out if change.product == new.text or change.after == new.text]
        if any(change.kind is ChangeKind.PRODUCT_TAKEN for change in mine):
            continue
        yield _pair(pair, new, mine)


def _half(pair: ProductPair) -> tuple[ChangeKind, str]:
    if pair.new is not None:
        return ChangeKind.PRODUCT_ADDED, pair.new.text
    return ChangeKind.PRODUCT_WITHDRAWN, "" if pair.old is None else pair.old.text


def _pair(pair: ProductPair, new: DeliverableReading, mine: list[Change]) -> ProductPair:
    """A product with what stays of it: its words, or some of its days."""
    if pair.old is not None and any(change.kind is ChangeKind.PRODUCT_REWORDED for change in mine):
        new = replace(new, text=pair.old.text, ordinal=pair.old.ordinal)
    labels = {change.period for change in mine if change.kind in _OF_TIME}
    if not labels:
        return replace(pair, new=new)
    stays = tuple(
        each
        for each in pair.periods
        if ((each.new.period_label if each.new else "") or (each.old.label if each.old else "")) not in labels
    )
    return replace(pair, new=new, periods=stays)
