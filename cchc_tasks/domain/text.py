"""Vietnamese text: one normal form, folding for search, and the order of the alphabet."""

import re
import unicodedata

_INVISIBLE = {ord(mark): None for mark in "\u00ad\u200b\u200c\u200d\u2060\ufeff"}
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_EDGES = re.compile(r" ?\n[ \n]*")

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTER_RANKS = {
    letter: f"{group[0]}{rank}"
    for group in "aăâ b c dđ eê f g h i j k l m n oôơ p q r s t uư v w x y z".split()
    for rank, letter in enumerate(group)
}


def normalise(text: str) -> str:
    """NFC, single blanks, lines trimmed and none empty; invisible and control characters are dropped.

    Line breaks stay: in a cell they often part two statements.
    """
    composed = unicodedata.normalize("NFC", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)).translate(_INVISIBLE))
    return _EDGES.sub("\n", _BLANKS.sub(" ", composed)).strip(" \n")


def one_line(text: str) -> str:
    """`normalise` with line breaks as blanks."""
    return normalise(text).replace("\n", " ")


def lower(text: str) -> str:
    """Lower case, letter for letter, so that places in the result are places in `text`."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def fold(text: str) -> str:
    """For search: no case, no accents, đ as d. No database of ours folds đ, so both sides are folded here."""
    plain = unicodedata.normalize("NFD", one_line(text).translate({ord("đ"): "d", ord("Đ"): "D"}))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def sort_key(text: str) -> str:
    """A string whose order by bytes is the order of Vietnamese words.

    Letters first (a ă â b c d đ e ê …), tones second (ngang, huyền, hỏi, ngã, sắc, nặng), lower case before
    upper last; agrees with ICU's collation for Vietnamese.
    """
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for character in one_line(text):
        parts = unicodedata.normalize("NFD", character)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), "0")
        bare = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        letters.append(_rank(bare.lower()))
        tones.append(tone)
        cases.append("1" if bare != bare.lower() else "0")
    return "\x01".join(("".join(letters), "".join(tones), "".join(cases)))


def name_sort_key(name: str) -> str:
    """`sort_key` for people: by given name (the last word), then by the whole name."""
    words = one_line(name).split(" ")
    return f"{sort_key(words[-1])}\x02{sort_key(name)}"


def _rank(letter: str) -> str:
    if letter in _LETTER_RANKS:
        return _LETTER_RANKS[letter]
    if letter == " ":
        return "  "
    if letter.isdigit():
        return f"0{letter}"
    return f"~{letter}" if letter.isalpha() else f"!{letter}"
