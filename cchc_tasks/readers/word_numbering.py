"""The numbers that Word prints before paragraphs but does not store in them: computed from numbering.xml."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from cchc_tasks.readers.word_package import qualified as q

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    restart: int | None = None


@dataclass(slots=True)
class _List:
    """The counters of one list; several `w:num` may count on in the same one."""

    counters: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


@dataclass(slots=True)
class Numbering:
    """Counts through a document from its beginning; ask once for each paragraph, in order."""

    abstract_of: dict[str, str] = field(default_factory=dict)
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    overrides: dict[str, dict[int, _Level]] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    of_style: dict[str, tuple[str, int]] = field(default_factory=dict)
    _lists: dict[str, _List] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, paragraph: Any) -> str:
        """The printed number of a paragraph, "" for none; bullets are printed as "-"."""
        found = self._place(paragraph)
        if found is None:
            return ""
        number, depth = found
        abstract = self.abstract_of.get(number)
        if abstract is None or depth >= _LEVELS:
            return ""
        return self._count(number, abstract, depth)

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(q("pPr"))
        if properties is None:
            return None
        style = properties.find(q("pStyle"))
        inherited = self.of_style.get(style.get(q("val"), "")) if style is not None else None
        own = properties.find(q("numPr"))
        if own is None:
            return inherited
        number, level = own.find(q("numId")), own.find(q("ilvl"))
        name = number.get(q("val")) if number is not None else (inherited[0] if inherited else None)
        if name in {None, "0"}:
            return None
        depth = _whole(level.get(q("val"))) if level is not None else (inherited[1] if inherited else 0)
        return str(name), depth

    def _level(self, number: str, abstract: str, depth: int) -> _Level:
        own = self.overrides.get(number, {}).get(depth)
        return own or self.levels.get(abstract, {}).get(depth, _Level(text=f"%{depth + 1}."))

    def _count(self, number: str, abstract: str, depth: int) -> str:
        counters = self._lists.setdefault(abstract, _List()).counters
        self._begin_again(number, counters)
        level = self._level(number, abstract, depth)
        counters[depth] = level.start if counters[depth] is None else counters[depth] + 1  # type: ignore[operator]
        for deeper in range(depth + 1, _LEVELS):
            restart = self._level(number, abstract, deeper).restart
            if restart is None or 0 < restart <= depth + 1:
                counters[deeper] = None
        if level.number_format == "bullet":
            return "-"
        if level.number_format == "none":
            return ""
        return _PLACE.sub(lambda match: self._figure(number, abstract, int(match[1]) - 1), level.text)

    def _begin_again(self, number: str, counters: list[int | None]) -> None:
        """A list that starts anew does so at its first paragraph, once."""
        for depth, start in self.restarts.get(number, {}).items():
            if (number, depth) not in self._begun:
                self._begun.add((number, depth))
                counters[depth:] = [None] * (_LEVELS - depth)
                own = self.overrides.setdefault(number, {})
                own[depth] = replace(self._level(number, self.abstract_of[number], depth), start=start)

    def _figure(self, number: str, abstract: str, depth: int) -> str:
        level = self._level(number, abstract, depth)
        value = self._lists[abstract].counters[depth]
        return _FORMATS.get(level.number_format, str)(level.start if value is None else value)


def read_numbering(numbering: Any, styles: Any) -> Numbering:
    """From the roots of numbering.xml and styles.xml; either may be None."""
    found = Numbering()
    if numbering is not None:
        for abstract in numbering.findall(q("abstractNum")):
            name = abstract.get(q("abstractNumId"), "")
            found.levels[name] = {_depth(level): _level(level) for level in abstract.findall(q("lvl"))}
        for number in numbering.findall(q("num")):
            _read_number(found, number)
    if styles is not None:
        _read_styles(found, styles)
    return found


def _read_number(found: Numbering, number: Any) -> None:
    name = number.get(q("numId"), "")
    abstract = number.find(q("abstractNumId"))
    if abstract is None:
        return
    found.abstract_of[name] = abstract.get(q("val"), "")
    for change in number.findall(q("lvlOverride")):
        depth = _depth(change)
        level, start = change.find(q("lvl")), change.find(q("startOverride"))
        if level is not None:
            found.overrides.setdefault(name, {})[depth] = _level(level)
        if start is not None:
            found.restarts.setdefault(name, {})[depth] = _whole(start.get(q("val")))


def _read_styles(found: Numbering, styles: Any) -> None:
    for style in styles.findall(q("style")):
        own = style.find(f"{q('pPr')}/{q('numPr')}")
        number = own.find(q("numId")) if own is not None else None
        if own is not None and number is not None and number.get(q("val")) != "0":
            level = own.find(q("ilvl"))
            depth = _whole(level.get(q("val"))) if level is not None else 0
            found.of_style[style.get(q("styleId"), "")] = (number.get(q("val"), ""), depth)


def _level(level: Any) -> _Level:
    def value(name: str) -> str | None:
        child = level.find(q(name))
        return None if child is None else child.get(q("val"))

    restart = value("lvlRestart")
    return _Level(
        start=_whole(value("start"), 1),
        number_format=value("numFmt") or "decimal",
        text=value("lvlText") or "",
        restart=None if restart is None else _whole(restart),
    )


def _depth(element: Any) -> int:
    return _whole(element.get(q("ilvl")))


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 6 else otherwise


def _letters(value: int) -> str:
    """Word's letters: a … z, then aa, bb …"""
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 % 20 + 1) if value > 0 else ""


def _roman(value: int) -> str:
    figures = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
               (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
    written = ""
    value %= 4000
    for worth, letters in figures:
        written += letters * (value // worth)
        value %= worth
    return written


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda value: f"{value:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
}
