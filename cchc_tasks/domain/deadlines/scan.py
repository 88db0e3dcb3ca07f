"""From tokens to items: points of the calendar, words that govern them, and the words that are left as a label."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, auto

from cchc_tasks.domain.deadlines.model import Recurrence
from cchc_tasks.domain.deadlines.points import Point, Unit, point_at, quarter_number
from cchc_tasks.domain.deadlines.tokens import Token, Tokens, number_at, touches, word_at

#: Stands for a reference to a document, whose number and date are no deadline.
REFERENCE = "¤"


class Tag(StrEnum):
    """What an item does in the phrase."""

    POINT = auto()
    PART = auto()
    RECUR = auto()
    BEFORE = auto()
    TO = auto()
    FROM = auto()
    ONGOING = auto()
    REGULATED = auto()
    EVENT = auto()
    BEFORE_EVENT = auto()
    DURATION = auto()
    LIST = auto()
    RANGE = auto()
    OR = auto()
    VAGUE = auto()
    TENTATIVE = auto()
    OPEN_END = auto()
    RELATIVE = auto()
    AFTER = auto()
    IN = auto()
    FILLER = auto()
    BREAK = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of the phrase, tokens `start` to `end` (exclusive)."""

    tag: Tag
    start: int
    end: int
    point: Point | None = None
    recurrence: Recurrence | None = None
    anchor: str = ""
    text: str = ""


#: Items that say something about time; the others are label or glue.
TIME_TAGS = frozenset(
    {
        Tag.POINT, Tag.PART, Tag.RECUR, Tag.ONGOING, Tag.REGULATED, Tag.EVENT, Tag.BEFORE_EVENT, Tag.DURATION,
        Tag.RELATIVE,
    }
)  # fmt: skip

_PHRASES: Mapping[str, Tag] = {
    "trước khi": Tag.BEFORE_EVENT,
    "trước hạn": Tag.WORD,
    "trước thời hạn": Tag.WORD,
    "trước mắt": Tag.WORD,
    "trước": Tag.BEFORE,
    "xong trước": Tag.BEFORE,
    "chậm nhất": Tag.BEFORE,
    "muộn nhất": Tag.BEFORE,
    "trễ nhất": Tag.BEFORE,
    "không quá": Tag.BEFORE,
    "không chậm quá": Tag.BEFORE,
    "không muộn hơn": Tag.BEFORE,
    "không chậm hơn": Tag.BEFORE,
    "hạn cuối": Tag.BEFORE,
    "hạn chót": Tag.BEFORE,
    "hạn cuối cùng": Tag.BEFORE,
    "đến": Tag.TO,
    "tới": Tag.TO,
    "cho đến": Tag.TO,
    "từ": Tag.FROM,
    "bắt đầu từ": Tag.FROM,
    "kể từ": Tag.FROM,
    "bắt đầu": Tag.FROM,
    "sau": Tag.AFTER,
    "ngay sau": Tag.AFTER,
    "thường xuyên": Tag.ONGOING,
    "liên tục": Tag.ONGOING,
    "thường kỳ": Tag.ONGOING,
    "hàng ngày": Tag.ONGOING,
    "hằng ngày": Tag.ONGOING,
    "mỗi ngày": Tag.ONGOING,
    "ngay sau khi": Tag.EVENT,
    "sau khi": Tag.EVENT,
    "ngay khi": Tag.EVENT,
    "khi có": Tag.EVENT,
    "khi": Tag.EVENT,
    "khi cần": Tag.EVENT,
    "phát sinh": Tag.EVENT,
    "đột xuất": Tag.EVENT,
    "kể từ khi": Tag.EVENT,
    "kể từ ngày ban hành": Tag.EVENT,
    "hoặc": Tag.OR,
    "hay": Tag.OR,
    "và/hoặc": Tag.OR,
    "và": Tag.LIST,
    "cùng": Tag.LIST,
    "với": Tag.FILLER,
    "khoảng": Tag.TENTATIVE,
    "dự kiến": Tag.TENTATIVE,
    "tạm tính": Tag.TENTATIVE,
    "định hướng": Tag.TENTATIVE,
    "tầm nhìn": Tag.TENTATIVE,
    "có thể": Tag.TENTATIVE,
    "đầu": Tag.VAGUE,
    "đầu năm": Tag.VAGUE,
    "giữa năm": Tag.VAGUE,
    "giữa": Tag.VAGUE,
    "thượng tuần": Tag.VAGUE,
    "trung tuần": Tag.VAGUE,
    "hạ tuần": Tag.VAGUE,
    "năm học": Tag.VAGUE,
    "niên khóa": Tag.VAGUE,
    "nửa đầu": Tag.VAGUE,
    "nửa cuối": Tag.VAGUE,
    "tuần đầu": Tag.VAGUE,
    "tuần cuối": Tag.VAGUE,
    "tuần thứ": Tag.VAGUE,
    "những ngày đầu": Tag.VAGUE,
    "các năm tiếp theo": Tag.OPEN_END,
    "những năm tiếp theo": Tag.OPEN_END,
    "các năm sau": Tag.OPEN_END,
    "những năm sau": Tag.OPEN_END,
    "các năm": Tag.FILLER,
    "năm sau": Tag.RELATIVE,
    "năm tới": Tag.RELATIVE,
    "năm trước": Tag.RELATIVE,
    "năm tiếp theo": Tag.RELATIVE,
    "năm liền kề": Tag.RELATIVE,
    "tháng sau": Tag.RELATIVE,
    "tháng tới": Tag.RELATIVE,
    "tháng tiếp theo": Tag.RELATIVE,
    "tháng kế tiếp": Tag.RELATIVE,
    "tháng liền kề": Tag.RELATIVE,
    "quý sau": Tag.RELATIVE,
    "quý tiếp theo": Tag.RELATIVE,
    "tuần sau": Tag.RELATIVE,
    "trong": Tag.IN,
    "vào": Tag.IN,
}
_LONGEST_PHRASE = 4
#: How many items back the head of a list may stand; bounded, so that reading stays linear.
_LOOK_BACK = 6

#: Words of time cells that name no product.
_FILLERS = frozenset(
    "ngày cuối hết là của cho thời gian hạn mốc tiến độ vào lúc kỳ từng các giờ xong nay suốt cả toàn bộ chung "
    "phút h g tháng cùng tại giai đoạn thuộc quy định kịp đúng vòng".split()
)
#: Verbs that fit any product.
GENERIC_WORDS = frozenset(
    "hoàn thành thực hiện tổ chức triển khai kết thúc phải xong tiến hành bắt đầu duy trì ban hành trình gửi nộp "
    "được sẽ nhiệm vụ việc công tác hoàn thiện và đạt".split()
)
_LIST_MARKS = frozenset(",&+")
_RANGE_MARKS = frozenset("-–—→~")
_EVERY = frozenset({"hàng", "hằng", "mỗi", "từng", "hang", "theo"})
_UNITS = {
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
_REGULATING = frozenset(
    {
        "quy định", "qui định", "luật định", "kế hoạch", "tiến độ", "yêu cầu", "hướng dẫn", "chỉ đạo", "lịch",
        "chương trình", "thông báo", "phân công", "lộ trình", "luật", "thời hạn", "thời gian", "thẩm quyền",
        "nhiệm vụ", "định kỳ", "kỳ báo", "chế độ", "văn bản", "thực tế", "quyết định", "đề án", "công văn",
    }
)  # fmt: skip


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
    for read in (_day_of_every_month, _recurrence, _ongoing_hours, _regulated, _duration):
        item = read(tokens, index)
        if item is not None:
            return item
    for read_edge in (_edge_of_period, _week_of_month):
        edge = read_edge(tokens, index)
        if edge is not None:
            return edge
    part = _bare_year_or_part(tokens, index, before)
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
    if token.text in _LIST_MARKS:
        return Item(Tag.LIST, index, index + 1, text=token.text)
    if token.text in _RANGE_MARKS:
        return Item(Tag.RANGE, index, index + 1, text=token.text)
    if token.text in {";", "\n"}:
        return Item(Tag.BREAK, index, index + 1)
    is_glue = token.text in _FILLERS or not (token.text[0].isalnum() or token.text == REFERENCE)
    return Item(Tag.FILLER if is_glue else Tag.WORD, index, index + 1, text=token.text)


def _phrase(tokens: Tokens, index: int) -> Item | None:
    for length in range(_LONGEST_PHRASE, 0, -1):
        words = " ".join(token.text for token in tokens[index : index + length])
        tag = _PHRASES.get(words)
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
    if f"năm {after}" in _PHRASES and not _is_date_ahead(tokens, index + 3):
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
    previous = [item for item in before[-_LOOK_BACK:] if item.tag is not Tag.FILLER][-2:]
    if len(previous) < 2 or previous[1].tag not in {Tag.LIST, Tag.RANGE, Tag.TO, Tag.OR}:
        return None
    head = previous[0]
    word = word_at(tokens, index)
    if word in _UNITS and head.tag is Tag.RECUR and head.recurrence is not None:
        return Item(Tag.RECUR, index, index + 1, recurrence=_UNITS[word], text=word)
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


def _recurrence(tokens: Tokens, index: int) -> Item | None:
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
    if word in _UNITS and word_at(tokens, index + 1) == "/" and word_at(tokens, index + 2) in {"lần", "kỳ"}:
        return Item(Tag.RECUR, index, index + 3, recurrence=_UNITS[word])
    if word == "tháng" and word_at(tokens, index + 1) in {"đầu", "cuối"}:
        return _month_of_quarter(tokens, index)
    return _times(tokens, index)


def _plain_series(tokens: Tokens, index: int) -> Item | None:
    """ "quý, 6 tháng, năm" and "các tháng trong năm": a series without "hàng"."""
    following = word_at(tokens, index + 1)
    if word_at(tokens, index) == "các":
        if following not in {"tháng", "quý", "quí"} or point_at(tokens, index + 1) is not None:
            return None
        if word_at(tokens, index + 2) in {"đầu", "cuối", "còn", "tiếp", "sau"}:
            return None
        return Item(Tag.RECUR, index, index + 2, recurrence=_UNITS[following])
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
    if word in _UNITS:
        if point_at(tokens, place) is not None and word != "năm" and word_at(tokens, index) in {"từng", "theo"}:
            return None
        end = place + 1
        after = number_at(tokens, end)
        if after is not None and word_at(tokens, after[1]) == "lần" and after[0] == 1:
            end = after[1] + 1
        return Item(Tag.RECUR, index, end, recurrence=_UNITS[word])
    count = number_at(tokens, place)
    if count is not None and word_at(tokens, count[1]) == "tháng" and count[0] in _MONTHS_BETWEEN:
        return Item(Tag.RECUR, index, count[1] + 1, recurrence=_MONTHS_BETWEEN[count[0]])
    return None


def _times(tokens: Tokens, index: int) -> Item | None:
    """ "01 lần/quý", "6 tháng một lần", "2 lần/năm", "quý một lần"."""
    count = number_at(tokens, index)
    word = word_at(tokens, index)
    if count is None:
        once = word in _UNITS and word_at(tokens, index + 1) in {"một", "1", "01"}
        if once and word_at(tokens, index + 2) == "lần":
            return Item(Tag.RECUR, index, index + 3, recurrence=_UNITS[word])
        return None
    unit_word, place = word_at(tokens, count[1]), count[1] + 1
    if unit_word == "lần":
        if word_at(tokens, place) in {"/", "trong", "mỗi", "một", "1"}:
            place += 1
        unit = _UNITS.get(word_at(tokens, place))
        if unit is None:
            return None
        per_year = {Recurrence.YEARLY: 1, Recurrence.QUARTERLY: 4, Recurrence.MONTHLY: 12}.get(unit, 0) * count[0]
        every = {12: Recurrence.MONTHLY, 4: Recurrence.QUARTERLY, 2: Recurrence.HALF_YEARLY, 1: Recurrence.YEARLY}
        chosen = unit if count[0] == 1 else every.get(per_year)
        return Item(Tag.RECUR, index, place + 1, recurrence=chosen, anchor="" if count[0] == 1 else "times")
    per_unit = word_at(tokens, place) == "/" and word_at(tokens, place + 1) in _UNITS and unit_word.isalpha()
    if per_unit and number_at(tokens, place + 2) is None:  # "01 cuộc/quý"
        return Item(Tag.RECUR, index, place + 2, recurrence=_UNITS[word_at(tokens, place + 1)], anchor="times")
    if unit_word in {"tháng", "tuần", "quý", "năm"} and word_at(tokens, place) in {"/", "một", "1", "01"}:
        end = place + 1
        while word_at(tokens, end) in {"một", "1", "01"}:
            end += 1
        if word_at(tokens, end) in {"lần", "kỳ"}:
            months = count[0] * {"tháng": 1, "quý": 3, "năm": 12}.get(unit_word, 0)
            return Item(Tag.RECUR, index, end + 1, recurrence=_MONTHS_BETWEEN.get(months))
    return None


def _weekday(tokens: Tokens, index: int) -> Item | None:
    """ "thứ sáu hàng tuần", "chủ nhật hằng tuần"."""
    word = word_at(tokens, index)
    following = word_at(tokens, index + 1)
    day = _WEEKDAYS.get(following)
    if day is None and following.isdecimal() and following in {"2", "3", "4", "5", "6", "7"}:
        day = int(following) - 2
    if word == "chủ" and following == "nhật":
        day = 6
    elif word != "thứ" or day is None:
        return None
    every = _recurrence(tokens, index + 2) if word_at(tokens, index + 2) in _EVERY else None
    if every is None or every.recurrence is not Recurrence.WEEKLY:
        return None
    return replace(every, start=index, anchor=str(day))


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


def _day_of_every_month(tokens: Tokens, index: int) -> Item | None:
    """ "trước 20 hàng tháng": a number that stands right before the period is its day."""
    value = tokens[index].value
    if value is None or not 1 <= value <= 31 or word_at(tokens, index + 1) not in {"hàng", "hằng", "mỗi"}:
        return None
    if word_at(tokens, index + 2) != "tháng" or word_at(tokens, index - 1) in {"/", "tháng", "quý", "năm"}:
        return None
    return Item(Tag.POINT, index, index + 1, point=Point(Unit.DAY, day=value))


def _ongoing_hours(tokens: Tokens, index: int) -> Item | None:
    """ "24/7" and "24/24" mean always, not the 24th of July."""
    always = [word_at(tokens, index), word_at(tokens, index + 1)] == ["24", "/"]
    if always and word_at(tokens, index + 2) in {"7", "24"} and word_at(tokens, index + 3) not in {"/", "năm"}:
        return Item(Tag.ONGOING, index, index + 3, anchor="around_the_clock")
    return None


def _regulated(tokens: Tokens, index: int) -> Item | None:
    """ "theo quy định", "đúng thời gian quy định", "theo Kế hoạch số …": somebody else's rule sets the time."""
    if word_at(tokens, index) not in {"theo", "đúng", "bám", "tùy", "tuỳ"}:
        return None
    for place in range(index + 1, min(index + 6, len(tokens))):
        if word_at(tokens, place) in {",", ";", "\n", "."} or tokens[place].value is not None:
            return None
        pair = f"{word_at(tokens, place)} {word_at(tokens, place + 1)}"
        one = word_at(tokens, place)
        if one == REFERENCE or one in {"lịch", "luật"}:
            return Item(Tag.REGULATED, index, place + 1)
        if pair in _REGULATING:
            end = place + 2
            if pair in {"thời hạn", "thời gian"} and word_at(tokens, end) in {"quy", "qui"}:
                end += 2
            return Item(Tag.REGULATED, index, min(end, len(tokens)))
    return None


def _duration(tokens: Tokens, index: int) -> Item | None:
    """ "15 ngày", "05 ngày làm việc", "02 tháng", "1 tuần": a length of time, not a day."""
    count = number_at(tokens, index)
    if count is None:
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
