"""A cell of the annex: what it is worth and how it prints; reading printed cells back without guessing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from cchc_tasks.domain.reports.forms import Choice, ValueType
from cchc_tasks.domain.text import fold, normalise


class CellState(StrEnum):
    """Four answers that real reports mix up. A blank is not 0, and neither is "chưa có" or "không áp dụng"."""

    BLANK = "blank"
    VALUE = "value"
    WORDS = "words"
    NOT_YET = "not_yet"
    NOT_APPLICABLE = "not_applicable"


class CellMark(StrEnum):
    """How a printed cell departs from a bare number; the number is the same."""

    LEADING_ZERO = "leading_zero"
    PERCENT_SIGN = "percent_sign"
    DECIMAL_COMMA = "decimal_comma"
    THOUSANDS_DOT = "thousands_dot"
    FRACTION = "fraction"
    EXTRA_TEXT = "extra_text"
    WORDS = "words"
    CHOICE_WORDS = "choice_words"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the parts named inside a cell: "cấp tỉnh 54"."""

    label: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row answers. `printed` is the text of the cell for ever; the rest is what it says.

    `value` is the number (percent values in percent: 99.62), None where there is none. `numerator` and `denominator`
    are those of a printed fraction, `parts` those in brackets, `base` what a percentage rests on ("01 hồ sơ"),
    `words` an answer in words or the qualifier after a number ("HĐ68").
    """

    state: CellState = CellState.BLANK
    printed: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    parts: tuple[Part, ...] = ()
    base: Part | None = None
    words: str = ""
    marks: frozenset[CellMark] = frozenset()

    @property
    def is_answered(self) -> bool:
        """Whether the one asked has said something that may go out: a value, words, or "không áp dụng"."""
        return self.state in (CellState.VALUE, CellState.WORDS, CellState.NOT_APPLICABLE)


#: How the two states without a number print. Source: issue text; real reports leave them blank or write 0.
NOT_YET_TEXT = "chưa có"
NOT_APPLICABLE_TEXT = "không áp dụng"

BLANK = Cell()
NOT_YET = Cell(CellState.NOT_YET, NOT_YET_TEXT)
NOT_APPLICABLE = Cell(CellState.NOT_APPLICABLE, NOT_APPLICABLE_TEXT)
_STATES = {fold(NOT_YET_TEXT): NOT_YET, fold(NOT_APPLICABLE_TEXT): NOT_APPLICABLE}

#: Fifteen figures count anything an office counts; what is longer is a slip of the hand and stays words.
_WHOLE = r"[0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,15}"
_NUMBER = rf"(?:{_WHOLE})(?:,[0-9]{{1,6}})?"
_BARE = re.compile(rf"({_NUMBER}) ?(%?)")
_SLASHED = re.compile(rf"({_WHOLE}) ?/ ?({_WHOLE})")
_BRACKETED = re.compile(rf"({_NUMBER}) ?(%?) ?\((.+)\)")
_QUALIFIED = re.compile(rf"({_NUMBER})(%?) +(\D.*)")
_PART = re.compile(rf"(\D+?) ({_WHOLE})")
_BASE = re.compile(rf"({_WHOLE}) (\D+)")


def number_of(text: str) -> Decimal | None:
    """The number that `text` prints: "1.050" is 1050 (a dot groups thousands), "98,4" is 98.4. None if none."""
    if not re.fullmatch(_NUMBER, text):
        return None
    return Decimal(text.replace(".", "").replace(",", "."))


def number_text(value: Decimal | int) -> str:
    """1.050 and 14,46: dots group thousands, a comma before decimals; no superfluous zeros are added or removed."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def parse_cell(printed: str, value_type: ValueType, choices: Sequence[Choice] = ()) -> Cell:
    """What a printed cell says. Never raises and never guesses: text that is no number stays words.

    `printed` is kept letter for letter, so that printing the cell again gives the same text.
    """
    text = normalise(printed)
    if not text:
        return Cell(printed=printed)
    if (known := _STATES.get(fold(text))) is not None:
        return Cell(known.state, printed)
    if value_type is ValueType.TEXT:
        return Cell(CellState.WORDS, printed, words=text)
    for reading in (_bare, _slashed, _bracketed, _qualified):
        if (cell := reading(printed, text, value_type)) is not None:
            return cell
    if (code := _code_of(text, choices)) is not None:
        marks = frozenset({CellMark.CHOICE_WORDS})
        return Cell(CellState.VALUE, printed, Decimal(code), words=text, marks=marks)
    return Cell(CellState.WORDS, printed, words=text, marks=frozenset({CellMark.WORDS}))


def _bare(printed: str, text: str, value_type: ValueType) -> Cell | None:
    match = _BARE.fullmatch(text)
    if match is None:
        return None
    return Cell(CellState.VALUE, printed, number_of(match[1]), marks=_marks(match[1], match[2]))


def _slashed(printed: str, text: str, value_type: ValueType) -> Cell | None:
    """ "02/02": in a count the first number counts; in a percentage the quotient is the value."""
    match = _SLASHED.fullmatch(text)
    if match is None:
        return None
    above, below = number_of(match[1]), number_of(match[2])
    if above is None or below is None or (value_type is ValueType.PERCENT and below == 0):
        return None
    value = rate(above, below) if value_type is ValueType.PERCENT else above
    marks = _marks(match[1], "") | _marks(match[2], "") | {CellMark.FRACTION}
    return Cell(CellState.VALUE, printed, value, above, below, marks=marks)


def _bracketed(printed: str, text: str, value_type: ValueType) -> Cell | None:
    """ "99,62% (523/525)", "77 (cấp tỉnh 54, huyện 23)", "100 (01 hồ sơ)", "100 (không tính văn bản mật)"."""
    match = _BRACKETED.fullmatch(text)
    if match is None:
        return None
    value, inside = number_of(match[1]), match[3].strip()
    marks = _marks(match[1], match[2]) | {CellMark.EXTRA_TEXT}
    if fraction := _SLASHED.fullmatch(inside):
        return Cell(CellState.VALUE, printed, value, number_of(fraction[1]), number_of(fraction[2]), marks=marks)
    if parts := _parts(inside):
        return Cell(CellState.VALUE, printed, value, parts=parts, marks=marks)
    if based := _BASE.fullmatch(inside):
        base = Part(based[2], _known(number_of(based[1])))
        return Cell(CellState.VALUE, printed, value, base=base, marks=marks)
    return Cell(CellState.VALUE, printed, value, words=inside, marks=marks)


def _qualified(printed: str, text: str, value_type: ValueType) -> Cell | None:
    """ "4 HĐ68": a number and what it is of."""
    match = _QUALIFIED.fullmatch(text)
    if match is None:
        return None
    marks = _marks(match[1], match[2]) | {CellMark.EXTRA_TEXT}
    return Cell(CellState.VALUE, printed, number_of(match[1]), words=match[3], marks=marks)


def _parts(inside: str) -> tuple[Part, ...]:
    matches = [_PART.fullmatch(piece.strip()) for piece in re.split(r"[,;]", inside)]
    if not all(matches):
        return ()
    return tuple(Part(match[1], _known(number_of(match[2]))) for match in matches if match)


def _known(value: Decimal | None) -> Decimal:
    return Decimal(0) if value is None else value


def _marks(number: str, sign: str) -> frozenset[CellMark]:
    found = {
        CellMark.LEADING_ZERO: len(number) > 1 and number[0] == "0" and number[1].isdigit(),
        CellMark.PERCENT_SIGN: bool(sign),
        CellMark.DECIMAL_COMMA: "," in number,
        CellMark.THOUSANDS_DOT: "." in number,
    }
    return frozenset(mark for mark, is_there in found.items() if is_there)


_CODED = re.compile(r"(.+?) ?= ?([0-9]{1,3})")


def _code_of(text: str, choices: Sequence[Choice]) -> int | None:
    """The code of an option answered in its own words, with or without its code: "Đã thực hiện= 1"."""
    coded = _CODED.fullmatch(text)
    wanted = fold(coded[1] if coded else text)
    for choice in choices:
        if fold(choice.label) == wanted and (coded is None or int(coded[2]) == choice.code):
            return choice.code
    return None


def parse_choices(unit_text: str) -> tuple[Choice, ...]:
    """The options of a unit cell ("Chưa = 0 Đang làm = 1"); empty where it does not consist of options."""
    text = normalise(unit_text).replace("\n", " ")
    found = list(re.finditer(r"(?P<label>[^=]+?) ?= ?(?P<code>[0-9]{1,3})(?: |$|,|;|/)\s*", text))
    if not found or "".join(match[0] for match in found) != text:
        return ()
    return tuple(Choice(int(match["code"]), match["label"].strip(" ,;/")) for match in found)


def rate(numerator: Decimal | int, denominator: Decimal | int, places: int = 2) -> Decimal:
    """100 x numerator / denominator, half up at `places` decimals. The denominator is not 0."""
    exact = Decimal(numerator) * 100 / Decimal(denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def is_rate_of(value: Decimal, numerator: Decimal, denominator: Decimal) -> bool:
    """Whether `value` is the quotient in percent, rounded half up to as many decimals as it prints (at most 4)."""
    if denominator == 0:
        return False
    exponent = value.as_tuple().exponent
    places = min(-exponent, 4) if isinstance(exponent, int) and exponent < 0 else 0
    return rate(numerator, denominator, places) == value


def count_cell(value: int) -> Cell:
    """A counted number as reports print it: 1.050, without leading zeros."""
    return parse_cell(number_text(value), ValueType.COUNT)


def rate_cell(numerator: int, denominator: int, *, with_fraction: bool = False, with_sign: bool = False) -> Cell:
    """A computed percentage, half up at two decimals, superfluous zeros dropped: "87,23", "100", "99,62% (523/525)".

    A percentage of nothing is not 0: it is not applicable.
    """
    if denominator == 0:
        return NOT_APPLICABLE
    value = rate(numerator, denominator)
    text = number_text(shortest(value)) + ("%" if with_sign or with_fraction else "")
    if with_fraction:
        text += f" ({number_text(numerator)}/{number_text(denominator)})"
    cell = parse_cell(text, ValueType.PERCENT)
    return Cell(cell.state, cell.printed, cell.value, Decimal(numerator), Decimal(denominator), marks=cell.marks)


def shortest(value: Decimal) -> Decimal:
    """At most two decimals, half up, without zeros at their end: 87.234 is 87.23, 87.50 is 87.5, 100.00 is 100."""
    text = f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
    return Decimal(text.rstrip("0").rstrip("."))
