"""The outline of a report's text: every heading with its place, and to which one a row's words belong."""

from collections.abc import Iterator
from dataclasses import dataclass

from cchc_tasks.domain.reports.forms import Form, Section


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
