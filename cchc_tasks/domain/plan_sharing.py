"""Rows split and joined by hand: which products of an earlier row go on in another one, with their history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cchc_tasks.domain.plan_matching import match_products

#: Products of a row, old beside new; None where there is none.
Pairs = list[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Sharing:
    """The rows of the plan (by key) that a row was split from, or joined with."""

    sources: tuple[int, ...]
    is_joined: bool


#: By row_id of the newer print.
Shares = Mapping[str, Sharing]


def share_products(
    own: Mapping[str, Pairs], keys: Mapping[str, int], gone: Mapping[int, Sequence[Any]], shares: Shares
) -> dict[int, int]:
    """Gives rows the products of the rows they come from; the row (by key) each such product stood in, by its key.

    `own` are the pairs of each row, changed in place; `keys` the rows that remain, by row_id; `gone` the products of
    the rows that no print names any more.
    """
    row_of = {key: row_id for row_id, key in keys.items()}
    moved: dict[int, int] = {}
    for row_id, sharing in shares.items():
        for source in sharing.sources:
            left_over = own.get(row_of.get(source, ""), [])
            spare = [old for old, new in left_over if new is None] or list(gone.get(source, ()))
            spare = [old for old in spare if old.key not in moved]
            found = _shared(own.get(row_id, []), spare)
            moved |= dict.fromkeys(found, source)
    for pairs in own.values():
        pairs[:] = [(old, new) for old, new in pairs if new is not None or old.key not in moved]
    return moved


def _shared(pairs: Pairs, spare: Sequence[Any]) -> list[int]:
    """Pairs the products that are new in a row with spare ones; the keys of those that were taken."""
    added = [new for old, new in pairs if old is None]
    taken = {id(new): old for old, new in match_products(spare, added) if old is not None and new is not None}
    for place, (_old, new) in enumerate(pairs):
        if id(new) in taken:
            pairs[place] = (taken[id(new)], new)
    return [old.key for old in taken.values()]
