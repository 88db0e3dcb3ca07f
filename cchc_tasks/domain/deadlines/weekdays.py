"""Weekdays and hours that stand beside a date: "16h30 thứ Sáu, ngày 09/7/2021", "chiều 05/4/2021 (thứ Hai)"."""

from collections.abc import Sequence

from cchc_tasks.domain.deadlines.points import Point, Unit, point_at, resolve
from cchc_tasks.domain.deadlines.repetition import weekday_number
from cchc_tasks.domain.deadlines.tokens import Tokens, word_at
from cchc_tasks.domain.deadlines.vocabulary import Item, Tag

_HOURS = frozenset({"sáng", "trưa", "chiều", "tối", "buổi", "đêm"})
_MARKS = frozenset({",", "(", ")", "-", "–", "."})
_WEEKDAY = "weekday "


def weekday_of_date(tokens: Tokens, index: int, before: Sequence[Item]) -> Item | None:
    """A weekday with its date right behind or before it; other uses ("lần thứ hai") stay words."""
    number = weekday_number(tokens, index)
    if number is None:
        return None
    place = index + 2
    while word_at(tokens, place) in _MARKS and place < index + 4:
        place += 1
    stated = _is_day(point_at(tokens, place)) or any(item.tag is Tag.POINT for item in _behind(before))
    return Item(Tag.FILLER, index, index + 2, anchor=f"{_WEEKDAY}{number}") if stated else None


def hour_of_day(tokens: Tokens, index: int) -> Item | None:
    """ "sáng ngày 05/4", "chiều thứ Hai": part of a day only where a day follows ("sáng kiến", "tối thiểu")."""
    if word_at(tokens, index) not in _HOURS:
        return None
    place = index + 1
    while word_at(tokens, place) in _HOURS and place < index + 3:
        place += 1
    stated = weekday_number(tokens, place) is not None or _is_day(point_at(tokens, place))
    return Item(Tag.FILLER, index, index + 1) if stated else None


def has_wrong_weekday(items: Sequence[Item], plan_year: int) -> bool:
    """Whether a weekday stands by a date of another weekday."""
    for place, item in enumerate(items):
        if not item.anchor.startswith(_WEEKDAY):
            continue
        ahead = next((one for one in items[place + 1 : place + 4] if one.tag is Tag.POINT), None)
        point = ahead or next(iter(_behind(items[:place][-3:])), None)
        span = resolve(point.point, plan_year) if point is not None and point.point is not None else None
        if span is not None and span.first == span.last and span.first.weekday() != int(item.anchor.split()[1]):
            return True
    return False


def _behind(before: Sequence[Item]) -> list[Item]:
    """The date right before, beyond a bracket or a comma."""
    for item in reversed(before[-3:]):
        if item.tag is Tag.POINT:
            return [item] if item.point is not None and _is_day((item.point, 0)) else []
        if item.tag not in {Tag.FILLER, Tag.LIST}:
            return []
    return []


def _is_day(found: tuple[Point, int] | None) -> bool:
    return found is not None and found[0].unit is Unit.DAY and found[0].is_complete
