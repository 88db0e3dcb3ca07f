"""Figures left over beside a date: a sign that the date is not what was meant ("3O/6/2021", "30.06,2021")."""

from collections.abc import Sequence

from cchc_tasks.domain.deadlines.points import Unit
from cchc_tasks.domain.deadlines.tokens import ROMAN, Tokens, touches, word_at
from cchc_tasks.domain.deadlines.vocabulary import Item, Tag

#: Marks that tie figures together.
_TIES = frozenset("/.,-–÷\\")
#: What stands for a figure still to be filled in; told as such by `reading`.
_BLANKS = frozenset("._…")
_EDGES = frozenset({Tag.LIST, Tag.BREAK, Tag.BEFORE, Tag.TO, Tag.FROM, Tag.IN})


def is_frayed(items: Sequence[Item], tokens: Tokens) -> bool:
    """Whether figures or letters hang on a date, or stand among dates, without being part of one."""
    loose = {item.start for item in items if item.tag is Tag.WORD and item.end == item.start + 1}
    points = [item for item in items if item.tag is Tag.POINT]
    if any(_hangs_before(tokens, one.start, loose) or _hangs_after(tokens, one.end, loose) for one in points):
        return True
    if any(_is_year_of_nothing(one, tokens) for one in points):
        return True
    among_dates = any(_is_number_among_dates(items, place) for place in range(len(items)))
    return among_dates or _is_year_range_of_part(items, tokens)


def _hangs_after(tokens: Tokens, index: int, loose: set[int]) -> bool:
    """Letters or figures right behind the date, or figures behind a mark."""
    place = index
    while touches(tokens, place) and word_at(tokens, place) in _TIES:
        place += 1
    if place not in loose or not touches(tokens, place):
        return False
    word = word_at(tokens, place)
    return word.isdecimal() or (word in ROMAN if place > index else word.isalnum())


def _hangs_before(tokens: Tokens, index: int, loose: set[int]) -> bool:
    place = index
    while touches(tokens, place) and word_at(tokens, place - 1) in _TIES:
        place -= 1
    if place - 1 not in loose or not touches(tokens, place):
        return False
    word = word_at(tokens, place - 1)
    return word.isdecimal() or (place == index and word.isalnum()) or (word in {"o", "l"} and place < index)


def _is_year_of_nothing(item: Item, tokens: Tokens) -> bool:
    """ "Qúyy III/2021", "Tháng x/2021": a year that belongs to a part that was not read."""
    bare = item.point is not None and item.point.unit is Unit.YEAR and item.end == item.start + 1
    return bare and word_at(tokens, item.start - 1) == "/" and word_at(tokens, item.start - 2) not in _BLANKS


def _is_number_among_dates(items: Sequence[Item], place: int) -> bool:
    """The 6 of "15/3, 6, 9, 12" or of "6, 12/2021": between list marks with a date beyond one of them."""
    item = items[place]
    if item.tag is not Tag.WORD or not item.text.isdecimal():
        return False
    before = items[place - 1] if place > 0 else None
    after = items[place + 1] if place + 1 < len(items) else None
    if any(one is not None and one.tag not in _EDGES for one in (before, after)):
        return False
    sides = ((before, place - 2), (after, place + 2))
    return any(
        one is not None and one.tag is Tag.LIST and 0 <= beyond < len(items) and items[beyond].tag is Tag.POINT
        for one, beyond in sides
    )


def _is_year_range_of_part(items: Sequence[Item], tokens: Tokens) -> bool:
    """ "Quý II/2021-2022": whether the quarter or the years make the range cannot be told."""
    for left, mark, right in zip(items, items[1:], items[2:], strict=False):
        if left.point is None or right.point is None or mark.tag is not Tag.RANGE or mark.text == "→":
            continue
        finer = left.point.unit is not Unit.YEAR and left.point.year is not None
        if finer and right.point.unit is Unit.YEAR and right.end == right.start + 1 and touches(tokens, right.start):
            return True
    return False
