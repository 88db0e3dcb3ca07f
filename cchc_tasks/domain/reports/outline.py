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


#: What an area of a plan or a heading is about, by the words it says first; the names are beginnings of indicator keys.
#: Source: the six contents of Nghị quyết 76/NQ-CP with the names that plans and reports since 2011 give them.
_TOPICS: tuple[tuple[str, str], ...] = (
    ("steer.comms", r"tuyen truyen|truyen thong cai cach"),
    ("steer.inspect", r"kiem tra (?:cong tac )?(?:cai cach|cchc)"),
    ("steer.plan", r"(?:trien khai thuc hien|ve|xay dung) ke hoach (?:cai cach|cchc)"),
    ("steer", r"chi dao|dieu hanh"),
    ("law", r"the che|phap luat|van ban quy pham|vb ?qppl"),
    ("proc", r"thu tuc|tthc|mot cua"),
    ("org", r"bo may"),
    ("civil", r"cong vu|cong chuc|vien chuc|doi ngu|can bo"),
    ("fin", r"tai chinh"),
    ("egov", r"hien dai hoa|(?:chinh phu|chinh quyen) (?:dien tu|so)|chuyen doi so|cong nghe thong tin|cntt"),
)


def topic_of(words: str) -> str:
    """What the name of an area speaks of first, as the beginning of indicator keys ("civil"); '' where none is known.

    "Công tác chỉ đạo, điều hành, thông tin, tuyên truyền …" is about steering: that is named first.
    """
    told = fold(words)
    met = ((match.start(), name) for name, said in _TOPICS if (match := re.search(rf"\b(?:{said})\b", told)))
    return min(met, default=(0, ""))[1]


def heading_about(form: Form, words: str) -> Heading | None:
    """The section that `words` (the name of a plan's area) belong under; None where no heading speaks of it.

    By its topic: the heading that the form gives the topic's rows, else one that speaks of the same. By words where
    the topic is not known: the heading that shares most pairs of them; what every heading says tells nothing.
    """
    topic = topic_of(words)
    if topic:
        return heading_of(form, topic) or next(
            (each for each in headings(form) if topic_of(each.section.title) == topic), _by_words(form, words)
        )
    return _by_words(form, words)


def _by_words(form: Form, words: str) -> Heading | None:
    wanted = _pairs(words)
    scored = [
        (len(wanted & _pairs(heading.section.title)), -place, heading) for place, heading in enumerate(headings(form))
    ]
    best = max(scored, key=lambda found: found[:2], default=None)
    return best[2] if best is not None and best[0] else None


_COMMON_PAIRS = frozenset(
    {("cai", "cach"), ("hanh", "chinh"), ("cach", "hanh"), ("nha", "nuoc"), ("thuc", "hien"), ("nhiem", "vu")}
)


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
