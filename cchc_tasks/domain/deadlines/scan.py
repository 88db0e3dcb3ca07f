"""From tokens to items: points of the calendar, words that govern them, and the words left as a label."""

from dataclasses import replace

from cchc_tasks.domain.deadlines.points import Point, Unit, is_ordinal, point_at, quarter_number
from cchc_tasks.domain.deadlines.repetition import UNITS, day_of_every_month, recurrence_at
from cchc_tasks.domain.deadlines.tokens import Token, Tokens, number_at, touches, word_at
from cchc_tasks.domain.deadlines.vocabulary import (
    FILLERS,
    LIST_MARKS,
    LONGEST_PHRASE,
    LOOK_BACK,
    PHRASES,
    RANGE_MARKS,
    REFERENCE,
    REGULATING,
    REPORTING,
    Item,
    Tag,
)
from cchc_tasks.domain.deadlines.weekdays import hour_of_day, weekday_of_date


def scan(tokens: Tokens) -> list[Item]:
    """The items of a phrase, in order; every token belongs to exactly one."""
    items: list[Item] = []
    index = 0
    while index < len(tokens):
        item = _item_at(tokens, index, items)
        items.append(item)
        index = item.end
    return items


def _item_at(tokens: Tokens, index: int, before: list[Item]) -> Item:
    for read in (day_of_every_month, recurrence_at, _ongoing_hours, _regulated, _duration):
        item = read(tokens, index)
        if item is not None:
            return item
    for read_edge in (_edge_of_period, _week_of_month, hour_of_day):
        edge = read_edge(tokens, index)
        if edge is not None:
            return edge
    if word_at(tokens, index) == "/" and word_at(tokens, index + 1) in UNITS and before and before[-1].tag is Tag.RECUR:
        return Item(Tag.LIST, index, index + 1, text="/")  # "hàng tháng/quý/năm"
    part = weekday_of_date(tokens, index, before) or _bare_year_or_part(tokens, index, before)
    if part is not None:
        return part
    phrase = _phrase(tokens, index)
    if phrase is not None and phrase.tag is not Tag.WORD:
        return phrase
    found = point_at(tokens, index)
    if found is not None:
        return Item(Tag.POINT, index, found[1], point=found[0])
    return phrase or _rest(tokens[index], index)


def _rest(token: Token, index: int) -> Item:
    if token.text in LIST_MARKS:
        return Item(Tag.LIST, index, index + 1, text=token.text)
    if token.text in RANGE_MARKS:
        return Item(Tag.RANGE, index, index + 1, text=token.text)
    if token.text in {";", "\n"}:
        return Item(Tag.BREAK, index, index + 1)
    is_glue = token.text in FILLERS or not (token.text[0].isalnum() or token.text == REFERENCE)
    return Item(Tag.FILLER if is_glue else Tag.WORD, index, index + 1, text=token.text)


def _phrase(tokens: Tokens, index: int) -> Item | None:
    for length in range(LONGEST_PHRASE, 0, -1):
        words = " ".join(token.text for token in tokens[index : index + length])
        tag = PHRASES.get(words)
        if tag is Tag.RELATIVE and _is_date_ahead(tokens, index + length):
            continue  # "trong năm trước 15/8": before that day, not last year
        if tag is not None and index + length <= len(tokens):
            return Item(tag, index, index + length, text=words)
    return None


def _is_date_ahead(tokens: Tokens, index: int) -> bool:
    return word_at(tokens, index) in {"ngày", "khi"} or point_at(tokens, index) is not None


def _edge_of_period(tokens: Tokens, index: int) -> Item | None:
    """ "cuối năm", "hết năm", "trong năm", "cả năm" without a figure: the plan's year."""
    if word_at(tokens, index) not in {"cuối", "hết", "trong", "cả", "suốt", "quanh", "toàn"}:
        return None
    if word_at(tokens, index + 1) != "năm" or point_at(tokens, index + 1) is not None:
        return None
    after = word_at(tokens, index + 2)
    if f"năm {after}" in PHRASES and not _is_date_ahead(tokens, index + 3):
        return None
    end = index + 3 if after in {"nay", "này"} else index + 2
    return Item(Tag.POINT, index, end, point=Point(Unit.YEAR), anchor="in")


def _week_of_month(tokens: Tokens, index: int) -> Item | None:
    """ "tuần 2 tháng 3", "tuần thứ nhất tháng 6"; and "nửa đầu năm", which is a period and not vague."""
    if word_at(tokens, index) == "nửa":
        found = point_at(tokens, index)
        return Item(Tag.POINT, index, found[1], point=found[0]) if found else None
    if word_at(tokens, index) != "tuần":
        return None
    place = index + 2 if word_at(tokens, index + 1) == "thứ" else index + 1
    number = quarter_number(tokens, place)
    return Item(Tag.VAGUE, index, number[1]) if number else None


def _bare_year_or_part(tokens: Tokens, index: int, before: list[Item]) -> Item | None:
    """The tail of a list: "quý I, II và III", "tháng 3, 6, 9", "6 tháng, năm"."""
    closes_bracket = [word_at(tokens, index), word_at(tokens, index + 1)] == ["năm", ")"]
    if closes_bracket and any(one.point for one in before[-LOOK_BACK:]):
        return Item(Tag.POINT, index, index + 1, point=Point(Unit.YEAR), anchor="in")  # "15/12 (báo cáo năm)"
    previous = [item for item in before[-LOOK_BACK:] if item.tag is not Tag.FILLER and item.text not in REPORTING][-2:]
    if len(previous) < 2 or previous[1].tag not in {Tag.LIST, Tag.RANGE, Tag.TO, Tag.OR}:
        return None
    head = previous[0]
    word = word_at(tokens, index)
    if word in UNITS and head.tag is Tag.RECUR and head.recurrence is not None:
        return Item(Tag.RECUR, index, index + 1, recurrence=UNITS[word], text=word)
    is_one_year = word in {"1", "01", "một"} and word_at(tokens, index + 1) == "năm"
    if is_one_year and head.point is not None and head.point.is_bare:
        return Item(Tag.POINT, index, index + 2, point=Point(Unit.YEAR))  # "6 tháng, 1 năm"
    if word == "năm" and head.tag in {Tag.POINT, Tag.RECUR} and point_at(tokens, index) is None:
        return Item(Tag.POINT, index, index + 1, point=Point(Unit.YEAR))
    if head.point is None or head.point.unit not in {Unit.QUARTER, Unit.MONTH, Unit.DAY}:
        return None
    if head.point.unit is Unit.DAY and head.point.value is not None:
        return _month_of_same_day(tokens, index, head)
    number = quarter_number(tokens, index) if head.point.unit is Unit.QUARTER else number_at(tokens, index)
    if number is None or not _fits(tokens, head.point.unit, number):
        return None
    return _part(tokens, index, head.point, number)


def _month_of_same_day(tokens: Tokens, index: int, head: Item) -> Item | None:
    """ "ngày 15 tháng 3, 6, 9 và 12": the day of the first month in each of the others."""
    in_words = head.anchor == "same_day" or any(token.text == "tháng" for token in tokens[head.start : head.end])
    full = point_at(_as_named(tokens, index, Unit.MONTH), 0)
    if not in_words or full is None or head.point is None or tokens[index].value is None:
        return None
    if full[0].unit is not Unit.MONTH or not _fits(tokens, Unit.MONTH, (full[0].value or 0, index + 1)):
        return None
    point = replace(head.point, value=full[0].value, year=full[0].year)
    return Item(Tag.POINT, index, index + full[1] - 1, point=point, anchor="same_day")


def _fits(tokens: Tokens, unit: Unit, number: tuple[int, int]) -> bool:
    """Whether a bare number may be the next of a list: "quý 1,2/2021", but not "quý I, 15/12" or "3 ngày"."""
    value, place = number
    following = word_at(tokens, place)
    if following in {"/", "-", "."} and touches(tokens, place) and number_at(tokens, place + 1):
        return False
    if following in {"ngày", "tháng", "tuần", "quý", "lần", "%"}:
        return False
    return 1 <= value <= {Unit.QUARTER: 4, Unit.MONTH: 12}.get(unit, 31)


def _part(tokens: Tokens, index: int, head: Point, number: tuple[int, int]) -> Item | None:
    if head.unit is Unit.DAY:
        if head.value is not None or tokens[index].value is None:
            return None
        return Item(Tag.POINT, index, number[1], point=replace(head, day=number[0]))
    full = point_at(_as_named(tokens, index, head.unit), 0)
    if full is None:
        return Item(Tag.POINT, index, number[1], point=Point(head.unit, number[0]))
    return Item(Tag.POINT, index, index + full[1] - 1, point=full[0])


def _as_named(tokens: Tokens, index: int, unit: Unit) -> Tokens:
    """The tokens from `index` on with the unit's name before them, to read "II/2021" as "quý II/2021"."""
    name = Token("quý" if unit is Unit.QUARTER else "tháng", -2, -1)
    return [name, *tokens[index : index + 12]]


def _ongoing_hours(tokens: Tokens, index: int) -> Item | None:
    """ "24/7" and "24/24" mean always, not the 24th of July."""
    always = [word_at(tokens, index), word_at(tokens, index + 1)] == ["24", "/"]
    if always and word_at(tokens, index + 2) in {"7", "24"} and word_at(tokens, index + 3) not in {"/", "năm"}:
        return Item(Tag.ONGOING, index, index + 3, anchor="around_the_clock")
    return None


def _regulated(tokens: Tokens, index: int) -> Item | None:
    """ "theo quy định", "đúng thời gian quy định", "theo Kế hoạch số …": somebody else's rule sets the time."""
    if word_at(tokens, index) in {"đảm", "bảo", "trong", "kịp"}:
        return _within_rule(tokens, index)
    if word_at(tokens, index) not in {"theo", "đúng", "bám", "tùy", "tuỳ"}:
        return None
    for place in range(index + 1, min(index + 6, len(tokens))):
        if word_at(tokens, place) in {",", ";", "\n", "."} or tokens[place].value is not None:
            return None
        pair = f"{word_at(tokens, place)} {word_at(tokens, place + 1)}"
        one = word_at(tokens, place)
        if one == REFERENCE or one in {"lịch", "luật"}:
            return Item(Tag.REGULATED, index, place + 1)
        if pair in REGULATING:
            end = place + 2
            if pair in {"thời hạn", "thời gian"} and word_at(tokens, end) in {"quy", "qui"}:
                end += 2
            return Item(Tag.REGULATED, index, min(end, len(tokens)))
    return None


def _within_rule(tokens: Tokens, index: int) -> Item | None:
    """ "đảm bảo thời gian quy định", "trong thời hạn luật định"."""
    place = index
    while word_at(tokens, place) in {"đảm", "bảo", "trong", "kịp", "đúng"}:
        place += 1
    if [word_at(tokens, place), word_at(tokens, place + 1)] in (["thời", "gian"], ["thời", "hạn"], ["tiến", "độ"]):
        place += 2
        if f"{word_at(tokens, place)} {word_at(tokens, place + 1)}" in {"quy định", "qui định", "luật định"}:
            return Item(Tag.REGULATED, index, place + 2)
    return None


def _duration(tokens: Tokens, index: int) -> Item | None:
    """ "15 ngày", "05 ngày làm việc", "02 tháng", "1 tuần": a length of time, not a day."""
    count = number_at(tokens, index)
    if count is None or is_ordinal(tokens, index):
        return None
    unit = word_at(tokens, count[1])
    if unit in {"ngày", "tuần"} and point_at(tokens, count[1]) is None:
        end = count[1] + 1
        if [word_at(tokens, end), word_at(tokens, end + 1)] == ["làm", "việc"]:
            end += 2
        return Item(Tag.DURATION, index, end)
    if unit == "tháng" and count[0] not in {3, 6, 9, 12} and point_at(tokens, index) is None:
        return Item(Tag.DURATION, index, count[1] + 1)
    return None
