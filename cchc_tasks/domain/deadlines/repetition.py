"""Words of repetition: "hàng tháng", "01 lần/quý", "tháng cuối quý", "thứ sáu hàng tuần"."""

from dataclasses import replace

from cchc_tasks.domain.deadlines.model import Recurrence
from cchc_tasks.domain.deadlines.points import Point, Unit, point_at
from cchc_tasks.domain.deadlines.tokens import Tokens, number_at, word_at
from cchc_tasks.domain.deadlines.vocabulary import Item, Tag

_EVERY = frozenset({"hàng", "hằng", "mỗi", "từng", "hang", "theo"})
UNITS = {
    "tuần": Recurrence.WEEKLY,
    "tháng": Recurrence.MONTHLY,
    "quý": Recurrence.QUARTERLY,
    "quí": Recurrence.QUARTERLY,
    "năm": Recurrence.YEARLY,
}
_MONTHS_BETWEEN = {
    1: Recurrence.MONTHLY,
    3: Recurrence.QUARTERLY,
    6: Recurrence.HALF_YEARLY,
    12: Recurrence.YEARLY,
}
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5}


def recurrence_at(tokens: Tokens, index: int) -> Item | None:
    """The word of repetition that begins at `index`, or None."""
    word = word_at(tokens, index)
    weekday = _weekday(tokens, index)
    if weekday is not None:
        return weekday
    if word in _EVERY:
        return _every(tokens, index)
    if word == "định" and word_at(tokens, index + 1) == "kỳ":
        after = _every(tokens, index + 1)
        return replace(after, start=index) if after is not None else None
    if word in {"quý", "quí", "các"}:
        return _plain_series(tokens, index)
    if word in UNITS and word_at(tokens, index + 1) == "/" and word_at(tokens, index + 2) in {"lần", "kỳ"}:
        return Item(Tag.RECUR, index, index + 3, recurrence=UNITS[word])
    if word == "tháng" and word_at(tokens, index + 1) in {"đầu", "cuối"}:
        return _month_of_quarter(tokens, index)
    return _times(tokens, index)


def day_of_every_month(tokens: Tokens, index: int) -> Item | None:
    """ "trước 20 hàng tháng": a number that stands right before the period is its day."""
    value = tokens[index].value
    if value is None or not 1 <= value <= 31 or word_at(tokens, index + 1) not in {"hàng", "hằng", "mỗi"}:
        return None
    if word_at(tokens, index + 2) != "tháng" or word_at(tokens, index - 1) in {"/", "tháng", "quý", "năm"}:
        return None
    return Item(Tag.POINT, index, index + 1, point=Point(Unit.DAY, day=value))


def _plain_series(tokens: Tokens, index: int) -> Item | None:
    """ "quý, 6 tháng, năm" and "các tháng trong năm": a series without "hàng"."""
    following = word_at(tokens, index + 1)
    if word_at(tokens, index) == "các":
        if following not in {"tháng", "quý", "quí"} or point_at(tokens, index + 1) is not None:
            return None
        if word_at(tokens, index + 2) in {"đầu", "cuối", "còn", "tiếp", "sau"}:
            return None
        return Item(Tag.RECUR, index, index + 2, recurrence=UNITS[following])
    if following == "/" and word_at(tokens, index + 2) in {"lần", "kỳ"}:
        return Item(Tag.RECUR, index, index + 3, recurrence=Recurrence.QUARTERLY)
    if following == "một" and word_at(tokens, index + 2) == "lần":
        return Item(Tag.RECUR, index, index + 3, recurrence=Recurrence.QUARTERLY)
    lists = following in {",", "và"} and word_at(tokens, index + 2) in {"6", "06", "sáu", "9", "09", "năm", "hàng"}
    return Item(Tag.RECUR, index, index + 1, recurrence=Recurrence.QUARTERLY) if lists else None


def _every(tokens: Tokens, index: int) -> Item | None:
    """ "hàng tháng", "mỗi quý một lần", "hằng năm", "định kỳ 6 tháng", "theo từng quý"."""
    place = index + 1
    if word_at(tokens, place) in _EVERY:
        place += 1
    word = word_at(tokens, place)
    if word in UNITS:
        if point_at(tokens, place) is not None and word != "năm" and word_at(tokens, index) in {"từng", "theo", "kỳ"}:
            return None
        end = place + 1
        after = number_at(tokens, end)
        if after is not None and word_at(tokens, after[1]) == "lần":
            return _so_often(index, after[1] + 1, UNITS[word], after[0])
        return Item(Tag.RECUR, index, end, recurrence=UNITS[word])
    count = number_at(tokens, place)
    if count is not None and word_at(tokens, count[1]) == "tháng" and count[0] in _MONTHS_BETWEEN:
        return Item(Tag.RECUR, index, count[1] + 1, recurrence=_MONTHS_BETWEEN[count[0]])
    return None


def _times(tokens: Tokens, index: int) -> Item | None:
    """ "01 lần/quý", "6 tháng một lần", "2 lần/năm", "quý một lần"."""
    count = number_at(tokens, index)
    word = word_at(tokens, index)
    if word == "nửa" and word_at(tokens, index + 1) == "năm":
        once = word_at(tokens, index + 2) in {"một", "1", "01"} and word_at(tokens, index + 3) == "lần"
        return Item(Tag.RECUR, index, index + 4, recurrence=Recurrence.HALF_YEARLY) if once else None
    if count is None:
        once = word in UNITS and word_at(tokens, index + 1) in {"một", "1", "01"}
        if once and word_at(tokens, index + 2) == "lần":
            return Item(Tag.RECUR, index, index + 3, recurrence=UNITS[word])
        return None
    unit_word, place = word_at(tokens, count[1]), count[1] + 1
    if unit_word == "quý" and count[0] == 4 and point_at(tokens, count[1]) is None:
        return Item(Tag.RECUR, index, place, recurrence=Recurrence.QUARTERLY)  # "cả 4 quý", "04 quý trong năm"
    if unit_word == "lần":
        if word_at(tokens, place) in {"/", "trong", "mỗi", "một", "1"}:
            place += 1
        unit = UNITS.get(word_at(tokens, place))
        if unit is None:
            return None
        return _so_often(index, place + 1, unit, count[0])
    per_unit = word_at(tokens, place) == "/" and word_at(tokens, place + 1) in UNITS and unit_word.isalpha()
    if per_unit and number_at(tokens, place + 2) is None:  # "01 cuộc/quý"
        is_period = unit_word == "kỳ" and count[0] == 1
        unit = UNITS[word_at(tokens, place + 1)]
        return Item(Tag.RECUR, index, place + 2, recurrence=unit, anchor="" if is_period else "times")
    if unit_word in {"tháng", "tuần", "quý", "năm"} and word_at(tokens, place) in {"/", "một", "1", "01"}:
        end = place + 1
        while word_at(tokens, end) in {"một", "1", "01"}:
            end += 1
        if word_at(tokens, end) in {"lần", "kỳ"}:
            months = count[0] * {"tháng": 1, "quý": 3, "năm": 12}.get(unit_word, 0)
            return Item(Tag.RECUR, index, end + 1, recurrence=_MONTHS_BETWEEN.get(months))
    return None


def _so_often(start: int, end: int, unit: Recurrence, times: int) -> Item:
    """ "02 lần/năm", "mỗi năm 02 lần": how often is said, the days are not."""
    if times == 1:
        return Item(Tag.RECUR, start, end, recurrence=unit)
    per_year = {Recurrence.YEARLY: 1, Recurrence.QUARTERLY: 4, Recurrence.MONTHLY: 12}.get(unit, 0) * times
    every = {12: Recurrence.MONTHLY, 4: Recurrence.QUARTERLY, 2: Recurrence.HALF_YEARLY, 1: Recurrence.YEARLY}
    return Item(Tag.RECUR, start, end, recurrence=every.get(per_year), anchor="times")


def _weekday(tokens: Tokens, index: int) -> Item | None:
    """ "thứ sáu hàng tuần", "chủ nhật hằng tuần"."""
    day = weekday_number(tokens, index)
    if day is None:
        return None
    every = recurrence_at(tokens, index + 2) if word_at(tokens, index + 2) in _EVERY else None
    if every is None or every.recurrence is not Recurrence.WEEKLY:
        return None
    return replace(every, start=index, anchor=str(day))


def weekday_number(tokens: Tokens, index: int) -> int | None:
    """Monday is 0; None where no weekday is named."""
    word, following = word_at(tokens, index), word_at(tokens, index + 1)
    if word == "chủ" and following == "nhật":
        return 6
    if word != "thứ":
        return None
    return int(following) - 2 if following in {"2", "3", "4", "5", "6", "7"} else _WEEKDAYS.get(following)


def _month_of_quarter(tokens: Tokens, index: int) -> Item | None:
    """ "tháng cuối quý", "tháng đầu của quý sau": the month in which a quarterly day lies."""
    edge = word_at(tokens, index + 1)
    place = index + 2
    while word_at(tokens, place) in {"tiên", "cùng", "của", "mỗi", "hàng", "hằng", "từng", "các"}:
        place += 1
    if word_at(tokens, place) not in {"quý", "quí"} or point_at(tokens, place) is not None:
        return None
    end, anchor = place + 1, "last_month" if edge == "cuối" else "first_month"
    if word_at(tokens, end) in {"sau", "kế", "tiếp", "liền"}:
        anchor = f"next_{anchor}"
        while word_at(tokens, end) in {"sau", "kế", "tiếp", "liền", "theo"}:
            end += 1
    return Item(Tag.RECUR, index, end, recurrence=Recurrence.QUARTERLY, anchor=anchor)
