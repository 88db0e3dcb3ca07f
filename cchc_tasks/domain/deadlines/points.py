"""Points and stretches of the calendar as phrases name them: a day, a month, a quarter, half a year, a year."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.deadlines.tokens import ROMAN, Tokens, number_at, touches, word_at, year_at, year_at_figures


class Unit(StrEnum):
    """How fine a point is, from the finest to the coarsest."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    CUMULATIVE = "cumulative"
    YEAR = "year"


FINENESS = tuple(Unit)


@dataclass(frozen=True, slots=True)
class Point:
    """A named piece of the calendar; `value` is the month, quarter, half or number of months; None = not said."""

    unit: Unit
    value: int | None = None
    day: int | None = None
    year: int | None = None
    is_short_year: bool = False
    is_bare: bool = False  # "9 tháng" without "đầu năm": a stretch or a length
    is_guessed_year: bool = False  # "từ 10/8 đến 05/7/2021": of the year before, or a slip

    @property
    def is_complete(self) -> bool:
        """False for a day without its month."""
        return self.unit is not Unit.DAY or self.value is not None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days, both included."""

    first: date
    last: date

    def holds(self, other: "Span") -> bool:
        """Whether `other` lies wholly inside."""
        return self.first <= other.first and other.last <= self.last


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def months_span(year: int, first: int, last: int) -> Span:
    """From the first day of one month to the last of another in the same year."""
    return Span(date(year, first, 1), month_end(year, last))


def resolve(point: Point, year: int) -> Span | None:
    """The days of a point, with `year` where it names none; None if no calendar holds it (31/11, quý V)."""
    year = point.year or year
    value = point.value or 0
    try:
        if point.unit is Unit.DAY:
            day = date(year, value, point.day or 0)
            return Span(day, day)
        if point.unit is Unit.MONTH:
            return months_span(year, value, value)
        if point.unit is Unit.QUARTER and 1 <= value <= 4:
            return months_span(year, value * 3 - 2, value * 3)
        if point.unit is Unit.HALF:
            return months_span(year, value * 6 - 5, value * 6)
        if point.unit is Unit.CUMULATIVE:
            return months_span(year, 1, value)
        return months_span(year, 1, 12) if point.unit is Unit.YEAR else None
    except ValueError:
        return None


Found = tuple[Point, int]

_DATE_SEPARATORS = frozenset("/.-–")
#: Stands for a year that was mistyped, as in "30/6/20121"; no calendar holds it, so the date cannot be read.
_NO_YEAR = 99_999
#: Years that are written with two figures after a month or a quarter.
_SHORT_YEARS = range(13, 50)
_QUARTER_WORDS = frozenset({"quý", "quí", "qúy", "qúi"})
_QUARTER_GLUED = {"qi": 1, "qii": 2, "qiii": 3, "qiv": 4}
_COUNTED = frozenset("đợt lần kỳ bước phiên vòng lớp khóa khoá điều mục nhóm phần cấp độ mức số khoản tập".split())
_DAY_WORDS = frozenset({"ngày", "mùng", "mồng", "hôm"})


def point_at(tokens: Tokens, index: int) -> Found | None:
    """The point that begins at `index`, and the index behind it; None if none does."""
    if is_ordinal(tokens, index):
        return None
    for read in (_iso_day, _day, _half, _month, _quarter, _year):
        found = read(tokens, index)
        if found is not None:
            return found
    return None


def is_ordinal(tokens: Tokens, index: int) -> bool:
    """Whether the figure counts the noun before it: "đợt 1 tháng 5", "lần 2/2021"; not so in "định kỳ 6 tháng"."""
    value = tokens[index].value if index < len(tokens) else None
    counts = value is not None and value <= 9 and word_at(tokens, index - 1) in _COUNTED
    is_within = word_at(tokens, index - 2) == "trong" and word_at(tokens, index - 1) == "vòng"
    return counts and not is_within and word_at(tokens, index - 2) not in {"định", "thường"}


def _with_year(tokens: Tokens, point: Point, index: int) -> Found:
    """Take a year that follows: "/2021", "-2021", " năm 2021", "(2021)", ", năm 2021"."""
    place = index
    comma_year = word_at(tokens, place) == "," and word_at(tokens, place + 1) == "năm"
    if word_at(tokens, place) in _DATE_SEPARATORS or (comma_year and point.unit is not Unit.CUMULATIVE):
        place += 1
    if word_at(tokens, place) == "của" and word_at(tokens, place + 1) == "năm":
        place += 1
    if word_at(tokens, place) == "(" and word_at(tokens, place + 1) == "năm" and year_at(tokens, place + 2):
        place += 1  # "Quý I (năm 2022)"
    named = word_at(tokens, place) == "năm"
    figures = year_at_figures(tokens, place)
    if named:
        read = year_at(tokens, place + 1)
        if read is None and _is_mistyped_year(tokens, place + 1):
            return replace(point, year=_NO_YEAR), place + 2
        return (replace(point, year=read[0]), read[1]) if read else (point, index)
    if figures is not None and not _begins_range(tokens, place, index):
        return replace(point, year=figures), place + 1
    short = _short_year(tokens, index) if point.unit is not Unit.DAY else None
    if short is not None:
        return replace(point, year=short, is_short_year=True), index + 2
    if word_at(tokens, index) == "/" and figures is None and _is_mistyped_year(tokens, index + 1):
        return replace(point, year=_NO_YEAR), index + 2
    return point, index


def _short_year(tokens: Tokens, index: int) -> int | None:
    """The year of "Quý IV/21"; figures that cannot be one ("tháng 6/7") are not read."""
    text = word_at(tokens, index + 1)
    glued = touches(tokens, index) and touches(tokens, index + 1)
    after = word_at(tokens, index + 2)
    goes_on = after == "/" or (touches(tokens, index + 2) and after.isalnum())
    if word_at(tokens, index) != "/" or not glued or goes_on or len(text) != 2 or not text.isdecimal():
        return None
    return 2000 + int(text) if int(text) in _SHORT_YEARS else None


def _is_mistyped_year(tokens: Tokens, index: int) -> bool:
    """Whether figures stand where the year belongs but are none: "20121", "202", "2o21"."""
    text = word_at(tokens, index)
    if not text.isdecimal():
        return False
    runs_on = touches(tokens, index + 1) and word_at(tokens, index + 1).isalnum()
    return runs_on or (len(text) >= 3 and year_at_figures(tokens, index) is None)


def _begins_range(tokens: Tokens, place: int, index: int) -> bool:
    """Whether figures after a hyphen with blanks begin something else, such as "quý I - 2021/…"."""
    return place > index and word_at(tokens, place + 1) == "/"


def _iso_day(tokens: Tokens, index: int) -> Found | None:
    """ "2021-06-30", as a spreadsheet writes a date."""
    year, month, day = (year_at_figures(tokens, index), *(_figures(tokens, index + step) for step in (2, 4)))
    mark = word_at(tokens, index + 1)
    glued = all(touches(tokens, index + step) for step in (1, 2, 3, 4))
    if year is None or month is None or day is None or not glued:
        return None
    if mark not in {"-", "/"} or word_at(tokens, index + 3) != mark:
        return None
    return Point(Unit.DAY, month[0], day[0], year), index + 5


def _day(tokens: Tokens, index: int) -> Found | None:
    named = word_at(tokens, index) in _DAY_WORDS
    start = index + 1 if named else index
    if named and word_at(tokens, start) in _DAY_WORDS:
        start += 1
    day = number_at(tokens, start) if named else _figures(tokens, start)
    if day is None:
        return None
    value, place = day
    if word_at(tokens, place) in _DATE_SEPARATORS:
        found = _day_in_figures(tokens, value, place, named)
        if found is not None:
            return found
    if word_at(tokens, place) == "tháng" or (word_at(tokens, place) == "," and word_at(tokens, place + 1) == "tháng"):
        found = _day_in_words(tokens, value, place, named)
        if found is not None:
            return found
    return (Point(Unit.DAY, day=value), place) if named else None


def _figures(tokens: Tokens, index: int) -> tuple[int, int] | None:
    value = tokens[index].value if index < len(tokens) else None
    return (value, index + 1) if value is not None and value <= 99 else None


def _day_in_figures(tokens: Tokens, day: int, place: int, named: bool) -> Found | None:
    month = _figures(tokens, place + 1)
    if month is None:
        return None
    separator, after = word_at(tokens, place), month[1]
    if named and separator in {"-", "–"} and month[0] > 12:
        return Point(Unit.DAY, day=day), place  # "ngày 15-20": two days
    if word_at(tokens, after) in _DATE_SEPARATORS:
        year = year_at_figures(tokens, after + 1)
        if year is not None:
            return Point(Unit.DAY, month[0], day, year), after + 2
        short = tokens[after + 1].text if after + 1 < len(tokens) else ""
        same = word_at(tokens, after) == separator and touches(tokens, after) and touches(tokens, after + 1)
        if same and len(short) == 2 and short.isdecimal() and word_at(tokens, after + 2) not in {"/", "."}:
            return Point(Unit.DAY, month[0], day, 2000 + int(short), is_short_year=True), after + 2
        if same and _is_mistyped_year(tokens, after + 1):
            return Point(Unit.DAY, month[0], day, _NO_YEAR), after + 2
    if separator in {"-", "–"} and word_at(tokens, after) == "/":
        return Point(Unit.DAY, day=day), place  # "10-15/6": two days of one month, read as a range
    if separator != "/" and not (named and touches(tokens, place + 1)):
        return None  # "3-5" and "1.2" are dates only after "ngày"
    return _with_year(tokens, Point(Unit.DAY, month[0], day), after)


def _day_in_words(tokens: Tokens, day: int, place: int, named: bool) -> Found | None:
    """ "30 tháng 6 năm 2021"; but "6 tháng năm 2021" and "6 tháng đầu năm" are stretches, not days."""
    place += 2 if word_at(tokens, place) == "," else 1
    month = _month_number(tokens, place)
    if month is None or (not named and word_at(tokens, place) == "năm"):
        return None
    return _with_year(tokens, Point(Unit.DAY, month[0], day), month[1])


def _month_number(tokens: Tokens, index: int) -> tuple[int, int] | None:
    word = word_at(tokens, index)
    if word == "giêng":
        return 1, index + 1
    if word == "năm":
        return None if year_at(tokens, index + 1) and word_at(tokens, index + 1) != "năm" else (5, index + 1)
    return number_at(tokens, index)


def _half(tokens: Tokens, index: int) -> Found | None:
    """ "6 tháng đầu năm", "nửa cuối năm 2021", "9 tháng", "6 tháng/2021"."""
    if word_at(tokens, index) == "nửa":
        which = {"đầu": 1, "cuối": 2}.get(word_at(tokens, index + 1))
        if which is None or word_at(tokens, index + 2) != "năm":
            return None
        return _with_year(tokens, Point(Unit.HALF, which), index + 2) if _year_follows(tokens, index + 2) else (
            Point(Unit.HALF, which), index + 3)  # fmt: skip
    count = number_at(tokens, index)
    if count is None or word_at(tokens, count[1]) != "tháng" or count[0] not in {3, 6, 9, 12}:
        return None
    months, place = count[0], count[1] + 1
    edge = word_at(tokens, place)
    if edge in {"đầu", "cuối"} and word_at(tokens, place + 1) == "năm":
        unit = Point(Unit.CUMULATIVE, months) if edge == "đầu" else Point(Unit.HALF, 2)
        if edge == "cuối" and months != 6:
            return None
        point = Point(Unit.HALF, 1) if (edge, months) == ("đầu", 6) else unit
        return _with_year(tokens, point, place + 1) if _year_follows(tokens, place + 1) else (point, place + 2)
    if word_at(tokens, place) == "/" and word_at(tokens, place + 1) in {"lần", "kỳ", "1", "01"}:
        return None
    if word_at(tokens, place) in {"một", "1", "01"} and word_at(tokens, place + 1) in {"lần", "kỳ"}:
        return None
    return _with_year(tokens, Point(Unit.CUMULATIVE, months, is_bare=True), place)


def _year_follows(tokens: Tokens, index: int) -> bool:
    return year_at(tokens, index + 1) is not None


def _month(tokens: Tokens, index: int) -> Found | None:
    word = word_at(tokens, index)
    if word == "tháng" or (word == "t" and touches(tokens, index + 1)) or (word == "t" and _dotted(tokens, index)):
        start = index + (2 if word_at(tokens, index + 1) == "." else 1)
        month = _month_number(tokens, start)
        if month is None:
            return None
        return _with_year(tokens, Point(Unit.MONTH, month[0]), month[1])
    month = _figures(tokens, index)
    if month is None or word_at(tokens, month[1]) not in {"/", "-"}:
        return None
    year = year_at_figures(tokens, month[1] + 1)
    glued = touches(tokens, month[1]) or word_at(tokens, month[1]) == "/"
    return (Point(Unit.MONTH, month[0], year=year), month[1] + 2) if year and glued else None


def _dotted(tokens: Tokens, index: int) -> bool:
    return word_at(tokens, index + 1) == "." and number_at(tokens, index + 2) is not None


def _quarter(tokens: Tokens, index: int) -> Found | None:
    word = word_at(tokens, index)
    if word in _QUARTER_GLUED:
        return _with_year(tokens, Point(Unit.QUARTER, _QUARTER_GLUED[word]), index + 1)
    start = index + 1
    if (word == "q" and word_at(tokens, start) == ".") or (word in _QUARTER_WORDS and word_at(tokens, start) == "thứ"):
        start += 1
    elif word not in _QUARTER_WORDS and not (word == "q" and touches(tokens, start)):
        return None
    number = quarter_number(tokens, start)
    if number is None:
        is_misnumbered = bool(word_at(tokens, start)) and set(word_at(tokens, start)) <= set("ivxl")
        return _with_year(tokens, Point(Unit.QUARTER, 0), start + 1) if is_misnumbered else None
    if touches(tokens, number[1]) and word_at(tokens, number[1]).isalnum():
        return _with_year(tokens, Point(Unit.QUARTER, 0), number[1] + 1)  # "quý 1V": no number at all
    return _with_year(tokens, Point(Unit.QUARTER, number[0]), number[1])


def quarter_number(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """A quarter's number in Roman or Arabic figures or words ("nhất" is the first)."""
    word = word_at(tokens, index)
    if word in ROMAN:
        return ROMAN[word], index + 1
    if word == "nhất":
        return 1, index + 1
    if word == "năm":
        return None
    if "l" in word and word.replace("l", "i") in {"i", "ii", "iii", "iv"}:
        return ROMAN[word.replace("l", "i")], index + 1  # "quý l", "quý lV" typed with the letter L
    return number_at(tokens, index)


def _year(tokens: Tokens, index: int) -> Found | None:
    if word_at(tokens, index) == "năm":
        read = year_at(tokens, index + 1)
        return (Point(Unit.YEAR, year=read[0]), read[1]) if read else None
    figures = year_at_figures(tokens, index)
    return (Point(Unit.YEAR, year=figures), index + 1) if figures and figures >= 2000 else None
