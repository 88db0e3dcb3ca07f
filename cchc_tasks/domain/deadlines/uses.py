"""How each point of a clause is used: what governs it, how it is tied to the point before."""

from dataclasses import dataclass
from enum import StrEnum, auto

from cchc_tasks.domain.deadlines.points import Point, Unit
from cchc_tasks.domain.deadlines.vocabulary import Item, Tag

_GOVERNORS = frozenset({Tag.BEFORE, Tag.TO, Tag.FROM, Tag.AFTER, Tag.IN})
#: The last words of "hoàn thành", "kết thúc" and "xong".
_ENDING = frozenset({"thành", "thúc", "xong", "xong trước"})
_STRICT = frozenset({"trước", "xong trước"})


class Link(StrEnum):
    """How a point is tied to the one before it."""

    NONE = auto()
    LIST = auto()
    RANGE = auto()
    OR = auto()


@dataclass(frozen=True, slots=True)
class Use:
    """A point in its clause. `is_weak`: it stands right behind a noun and may only name it ("Báo cáo năm 2020")."""

    point: Point
    governor: Tag | None
    link: Link
    is_vague: bool = False
    is_strictly_before: bool = False
    is_weak: bool = False
    is_in_event: bool = False
    is_added: bool = False  # by "và": a date of its own
    is_end: bool = False  # "hoàn thành", "kết thúc" before it


def point_uses(items: list[Item]) -> list[Use]:
    """The points of a clause in order; a governor holds through glue and a list ("trước 15/6 và 15/12")."""
    uses: list[Use] = []
    governor: Item | None = None
    since: list[Item] = []
    in_event = is_vague = False
    for item in items:
        if item.tag is Tag.POINT and item.point is not None:
            after_recurrence = any(one.tag is Tag.RECUR for one in since)
            link = _link(since) if uses or after_recurrence else Link.NONE
            if uses and governor is None and link is Link.LIST:
                inherited, strict = uses[-1].governor, uses[-1].is_strictly_before
            else:
                inherited = governor.tag if governor else None
                strict = governor is not None and governor.text in _STRICT
            weak = governor is None and bool(since) and since[-1].tag is Tag.WORD and item.anchor != "in"
            is_end = any(one.text in _ENDING for one in since)
            weak = weak and not is_end and item.point.unit is not Unit.DAY
            is_glue = all(one.tag in {Tag.LIST, Tag.FILLER} for one in since)
            is_added = is_glue and any(one.tag is Tag.LIST and one.text != "," for one in since)
            uses.append(Use(item.point, inherited, link, is_vague, strict, weak, in_event, is_added, is_end))
            governor, since, is_vague = None, [], False
            continue
        since.append(item)
        if item.tag in _GOVERNORS and not _is_idle_preposition(item, governor):
            governor = item
        elif item.tag is Tag.WORD:
            governor, is_vague = None, False
        in_event = _still_in_event(item, in_event)
        is_vague = is_vague or item.tag is Tag.VAGUE
    return uses


def _is_idle_preposition(item: Item, governor: Item | None) -> bool:
    """ "trong" after "trước" or "đến" adds nothing."""
    return item.tag is Tag.IN and governor is not None


def _still_in_event(item: Item, in_event: bool) -> bool:
    if item.tag in {Tag.EVENT, Tag.BEFORE_EVENT}:
        return True
    if item.tag in {Tag.BREAK, Tag.BEFORE, Tag.TO} or (item.tag is Tag.LIST and item.text == ","):
        return False
    return in_event


def _link(between: list[Item]) -> Link:
    tags = {item.tag for item in between}
    if Tag.OR in tags:
        return Link.OR
    if Tag.WORD in tags or (Tag.BREAK in tags and not tags <= {Tag.BREAK, Tag.FILLER, Tag.BEFORE}):
        return Link.NONE
    if Tag.LIST in tags:
        return Link.LIST
    if Tag.RANGE in tags or Tag.TO in tags:
        return Link.RANGE
    return Link.LIST if Tag.BREAK in tags else Link.NONE
