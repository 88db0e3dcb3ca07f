"""The outline of a report's text: every heading with its place, and to which one a row's words belong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cchc_tasks.domain.reports.forms import Form, Section
from cchc_tasks.domain.text import fold


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text: `place` counts from 1 at each level ("2.1") and names the section in this form version."""

    place: str
    level: int
    section: Section

    @property
    def title(self) -> str:
        """As it prints: "II. KẾT QUẢ …"."""
        return f"{self.section.number} {self.section.title}".strip()


def headings(form: Form) -> tuple[Heading, ...]:
    """Every heading of the form's outline in printed order."""
    return tuple(_walk(form.outline, "", 1))


def _walk(sections: tuple[Section, ...], above: str, level: int) -> Iterator[Heading]:
    for ordinal, section in enumerate(sections, 1):
        place = f"{above}{ordinal}"
        yield Heading(place, level, section)
        yield from _walk(section.children, f"{place}.", level + 1)


def heading_about(form: Form, words: str) -> Heading | None:
    """The section that shares most pairs of words with `words` (the name of a plan's area); None where none does.

    What every heading says ("cải cách", "hành chính") tells nothing.
    """
    wanted = _pairs(words)
    scored = [
        (len(wanted & _pairs(heading.section.title)), -place, heading) for place, heading in enumerate(headings(form))
    ]
    best = max(scored, key=lambda found: found[:2], default=None)
    return best[2] if best is not None and best[0] else None


_COMMON_PAIRS = frozenset({("cai", "cach"), ("hanh", "chinh"), ("cach", "hanh"), ("nha", "nuoc"), ("thuc", "hien")})


def _pairs(words: str) -> set[tuple[str, str]]:
    found = re.findall(r"\w+", fold(words))
    return set(pairwise(found)) - _COMMON_PAIRS


def heading_of(form: Form, key: str) -> Heading | None:
    """The section that a row's words belong to: the one whose beginning of a key fits longest, the deepest of equals.

    None where the outline names no beginning that fits.
    """
    fitting = [
        (len(beginning), heading.level, -index, heading)
        for index, heading in enumerate(headings(form))
        for beginning in heading.section.keys
        if key == beginning or key.startswith(f"{beginning}.")
    ]
    return max(fitting, key=lambda found: found[:3])[3] if fitting else None
