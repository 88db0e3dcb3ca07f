"""From a unit's name as printed to a unit of the agency: found exactly, by abbreviation, or only offered."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from cchc_tasks.domain.text import fold, lower, one_line


class MatchBasis(StrEnum):
    """How a printed name was matched."""

    EXACT = "exact"
    ALIAS = "alias"
    FOLDED = "folded"
    ABBREVIATION = "abbreviation"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as the agency knows it."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """`code` is None where nothing fits for certain; `candidates` are then codes to offer, the likeliest first."""

    printed: str
    code: str | None
    basis: MatchBasis
    candidates: tuple[str, ...] = ()


#: Names closer than this (0 to 1) are offered as a slip of the pen, never applied.
_LIKENESS = 0.72
_MOST_CANDIDATES = 3

_DASHES = re.compile(r"\s*[-–—]\s*")
_WRITTEN_OUT = (
    (re.compile(r"\bp\.?\s*(?=[a-z])(?!hong)"), "phong "),
    (re.compile(r"\bvp\b\.?"), "van phong"),
    (re.compile(r"\bttra\b"), "thanh tra"),
    (re.compile(r"\bcnttt?\b"), "cong nghe thong tin"),
    (re.compile(r"\btt\b(?=\s*(?:&|va)\s*tt\b)"), "thong tin"),
    (re.compile(r"(?<=thong tin)\s*(?:&|va)\s*tt\b"), " va truyen thong"),
    (re.compile(r"^tt\b"), "trung tam"),
    (re.compile(r"\bbcvt\b"), "buu chinh vien thong"),
    (re.compile(r"\bubnd\b"), "uy ban nhan dan"),
    (re.compile(r"\s*&\s*"), " va "),
)


def match_unit(printed: str, units: Sequence[UnitName]) -> UnitMatch:
    """The unit that `printed` names. Ambiguous and merely similar names give candidates, not a code."""
    for basis, key in ((MatchBasis.EXACT, _plain), (MatchBasis.FOLDED, _folded), (MatchBasis.ABBREVIATION, _long)):
        wanted = key(printed)
        by_name = _codes(unit for unit in units if key(unit.name) == wanted)
        by_alias = _codes(unit for unit in units if any(key(alias) == wanted for alias in unit.aliases))
        found = by_name or by_alias
        if len(found) == 1:
            is_alias = basis is MatchBasis.EXACT and not by_name
            return UnitMatch(printed, found[0], MatchBasis.ALIAS if is_alias else basis)
        if found:
            return UnitMatch(printed, None, MatchBasis.NONE, found)
    by_initials = _by_initials(printed, units)
    if len(by_initials) == 1:
        return UnitMatch(printed, by_initials[0], MatchBasis.ABBREVIATION)
    return UnitMatch(printed, None, MatchBasis.NONE, by_initials or _similar(printed, units))


def _codes(units: Iterable[UnitName]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unit.code for unit in units))


def _plain(name: str) -> str:
    return lower(_DASHES.sub(" - ", one_line(name))).strip(" .,;")


def _folded(name: str) -> str:
    return re.sub(r"[\s\-–—,.]+", " ", fold(name)).strip()


def _long(name: str) -> str:
    """The folded name with the usual abbreviations written out."""
    long = fold(name)
    for pattern, words in _WRITTEN_OUT:
        long = pattern.sub(words, long)
    return re.sub(r"[\s\-–—,.]+", " ", long).strip()


def _by_initials(printed: str, units: Sequence[UnitName]) -> tuple[str, ...]:
    """ "TTCNTT&TT" for "Trung tâm Công nghệ thông tin và Truyền thông"."""
    wanted = re.sub(r"[^A-ZĐ]", "", one_line(printed))
    if len(wanted) < 2 or len(wanted) < len(re.sub(r"[\W_]", "", printed)):
        return ()
    return _codes(unit for unit in units if wanted in (_initials(unit.name), unit.code.upper()))


def _initials(name: str) -> str:
    words = [word for word in re.findall(r"[^\W\d_]+", one_line(name)) if word not in {"và", "của", "thuộc"}]
    return "".join(word if word.isupper() else word[0].upper() for word in words)


def _similar(printed: str, units: Sequence[UnitName]) -> tuple[str, ...]:
    wanted = _long(printed)
    scored = []
    for unit in units:
        best = max(SequenceMatcher(None, wanted, _long(name)).ratio() for name in (unit.name, *unit.aliases))
        if best >= _LIKENESS:
            scored.append((-best, unit.code))
    return tuple(code for _, code in sorted(scored))[:_MOST_CANDIDATES]
