"""A plan through its amendments: what each document changed, row by row, and how the plan read after each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RowPrint:
    """The words of a row at some time; `area` is the name of its area, "" where an old entry does not tell it."""

    area: str
    numbers: tuple[str, ...]
    text: str
    products: tuple[str, ...]
    assignment: str
    time: str
    note: str

    @property
    def number(self) -> str:
        return ", ".join(self.numbers)


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one amendment did to a row; `before` None where it added it, `after` None where it took it out.

    `sources` are the numbers of rows it was split from or joined with; `is_kept`: what was done of it stays done.
    """

    ordinal: int
    before: RowPrint | None
    after: RowPrint | None
    sources: tuple[str, ...] = ()
    is_joined: bool = False
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class RowStory:
    """A row of the plan from its first print to its present one, with what every amendment did to it, in order."""

    ordinal: str
    area: str
    present: RowPrint
    changes: tuple[RowChange, ...]

    def at(self, ordinal: int) -> RowPrint | None:
        """Its words after the amendment of this number (0: as issued); None where it was not in the plan."""
        later = next((change for change in self.changes if change.ordinal > ordinal), None)
        if later is not None:
            return later.before
        return None if self.changes and self.changes[-1].after is None else self.present

    def change_by(self, ordinal: int) -> RowChange | None:
        """What the amendment of this number did to it."""
        return next((change for change in self.changes if change.ordinal == ordinal), None)


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """The document of an amendment; `kind` is the value of its kind."""

    ordinal: int
    kind: str
    number: str
    issued_on: date
    effective_on: date
    subject: str


@dataclass(frozen=True, slots=True)
class PlanStory:
    """A plan with its documents, every row that ever stood in it in printed order."""

    number: str
    issued_on: date
    title: str
    year: int
    amendments: tuple[AmendmentLine, ...]
    rows: tuple[RowStory, ...]

    def changed_by(self, ordinal: int) -> Iterator[RowChange]:
        """What one amendment did, in printed order."""
        found = (row.change_by(ordinal) for row in self.rows)
        return (change for change in found if change is not None)

    def last_on(self, day: date) -> int:
        """The number of the last amendment in effect on a day, 0 for none."""
        return max((each.ordinal for each in self.amendments if each.effective_on <= day), default=0)
