"""A time phrase cut into words, numbers and marks, and the numbers that are written as words."""

import re
from dataclasses import dataclass

from cchc_tasks.domain.text import lower

_TOKEN = re.compile(r"\d+|[^\W\d_]+|\S")

_ONES = {
    "không": 0, "linh": 0, "lẻ": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5,
    "lăm": 5, "nhăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_SCALES = {"mười": 10, "mươi": 10, "chục": 10, "trăm": 100, "nghìn": 1000, "ngàn": 1000}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}


@dataclass(frozen=True, slots=True)
class Token:
    """A word in lower case, a number or a single mark, with its place in the normalised text."""

    text: str
    start: int
    end: int

    @property
    def value(self) -> int | None:
        """The number in figures, or None; absurdly long runs of figures are no number."""
        return int(self.text) if len(self.text) <= 9 and self.text.isdecimal() else None


Tokens = list[Token]


def tokenise(text: str) -> Tokens:
    """The tokens of a normalised text."""
    return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(lower(text))]


def word_at(tokens: Tokens, index: int) -> str:
    """The token's text, "" beyond the end."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


def touches(tokens: Tokens, index: int) -> bool:
    """Whether a token follows the one before without a blank."""
    return 0 < index < len(tokens) and tokens[index - 1].end == tokens[index].start


def number_at(tokens: Tokens, index: int, limit: int = 99) -> tuple[int, int] | None:
    """A number of at most `limit`, in figures or words, and the index behind it."""
    if index >= len(tokens):
        return None
    value = tokens[index].value
    if value is not None:
        return (value, index + 1) if value <= limit else None
    read = _words_number(tokens, index)
    return read if read is not None and read[0] <= limit else None


def year_at(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """A year of four figures from 1900 to 2199, or one in words from 1900, and the index behind it."""
    if index >= len(tokens):
        return None
    token = tokens[index]
    if token.value is not None:
        return (token.value, index + 1) if len(token.text) == 4 and 1900 <= token.value <= 2199 else None
    read = _words_number(tokens, index) or (0, index)
    if 1900 <= read[0] <= 2199:
        return read
    return _spelled_year(tokens, index)


def _spelled_year(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """A year told figure by figure: "hai không hai mốt"."""
    figures = [_ONES.get(word_at(tokens, place)) for place in range(index, index + 4)]
    if any(figure is None for figure in figures):
        return None
    year = int("".join(str(figure) for figure in figures))
    return (year, index + 4) if 1900 <= year <= 2199 else None


def _words_number(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Cardinal numbers up to the thousands: "ba mươi mốt", "mười hai", "hai nghìn không trăm hai mươi mốt"."""
    total, pending, last_scale, place = 0, None, 10_000, index
    while place < len(tokens) and place < index + 9:
        word = tokens[place].text
        if word in _SCALES:
            scale = _SCALES[word]
            if scale >= last_scale or (pending is None and word != "mười"):
                break
            total += (1 if pending is None else pending) * scale
            pending, last_scale = None, scale
        elif word in _ONES and pending is None:
            if word == "năm" and (place == index or not _is_five(tokens, place)):
                break
            pending = _ONES[word]
        elif word in _ONES and pending == 0:
            pending = _ONES[word]
        else:
            break
        place += 1
    if place == index:
        return None
    return total + (pending or 0), place


def _is_five(tokens: Tokens, index: int) -> bool:
    """Whether "năm" inside a number is the figure five and not the word year."""
    return year_at_figures(tokens, index + 1) is None and word_at(tokens, index + 1) not in {"hai", "này", "nay"}


def year_at_figures(tokens: Tokens, index: int) -> int | None:
    """A year in four figures at `index`, or None."""
    value = tokens[index].value if index < len(tokens) else None
    return value if value is not None and 1900 <= value <= 2199 and len(tokens[index].text) == 4 else None
