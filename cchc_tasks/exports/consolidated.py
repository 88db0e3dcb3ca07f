"""A plan as amended in one text, with marks on what was added, replaced or withdrawn, from plain values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cchc_tasks.exports.official.model import (
    Align,
    Annex,
    Block,
    Bullet,
    Cell,
    Column,
    Heading,
    IssueDay,
    OfficialDocument,
    Paragraph,
    Row,
    Run,
    Signature,
    Table,
    Text,
)
from cchc_tasks.wording import consolidated as wording
from cchc_tasks.wording import official as fixed


class RowMark(StrEnum):
    """What became of a row since the plan was issued; `changed` shows cell by cell."""

    KEPT = "kept"
    CHANGED = "changed"
    ADDED = "added"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Words:
    """A cell as it reads now; `before` is what was printed first, None where the words are still the same.

    `notes` are the numbers of the amendments that changed it.
    """

    now: str
    before: str | None = None
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A task of the plan; `notes` are the numbers of the amendments that added or withdrew the row."""

    number: Words
    task: Words
    products: Words
    assignment: Words
    time: Words
    note: Words
    mark: RowMark = RowMark.KEPT
    notes: tuple[int, ...] = ()

    @property
    def cells(self) -> tuple[Words, ...]:
        return (self.number, self.task, self.products, self.assignment, self.time, self.note)


@dataclass(frozen=True, slots=True)
class PlanArea:
    """A group of tasks with its printed ordinal."""

    ordinal: str
    name: str
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True)
class AmendedBy:
    """An amending document; `document` as in "Kế hoạch số 45/KH-STTTT ngày 10/5/2021", `words` what it did."""

    number: int
    document: str
    effective_on: date
    words: str = ""


@dataclass(frozen=True, slots=True)
class ConsolidatedPlan:
    """A plan with all its amendments up to `as_of`. `original` names the first document whole, with its title."""

    issuer_parent: str
    issuer: str
    number: str
    symbol: str
    place: str
    issued: IssueDay
    title: str
    original: str
    as_of: date
    areas: tuple[PlanArea, ...]
    amendments: tuple[AmendedBy, ...]
    signature: Signature
    recipients: tuple[str, ...] = ()


def consolidated_plan(plan: ConsolidatedPlan) -> OfficialDocument:
    """The plan as one text: what it is made of, then the table across the page with its notes."""
    issued = fixed.short_date(plan.issued.day, plan.issued.month, plan.issued.year)
    notes = [
        Bullet(wording.note(each.number, each.document, each.effective_on, each.words)) for each in plan.amendments
    ]
    ending: list[Block] = [Heading(2, "", wording.NOTES), *notes] if notes else [Paragraph(wording.NOT_AMENDED)]
    annex = Annex(
        label=fixed.annex_label(1, 1),
        title=wording.TABLE_NAME,
        reference=fixed.reference(wording.KIND, plan.number, plan.symbol, issued, plan.issuer),
        blocks=(plan_table(plan.areas), *ending),
        is_landscape=True,
    )
    return OfficialDocument(
        issuer_parent=plan.issuer_parent,
        issuer=plan.issuer,
        number=plan.number,
        symbol=plan.symbol,
        place=plan.place,
        issued=plan.issued,
        kind=wording.KIND,
        subject=wording.subject(plan.title, plan.as_of),
        body=(Paragraph(wording.original(plan.original)), Paragraph(wording.LEGEND)),
        signature=plan.signature,
        recipients=plan.recipients,
        annexes=(annex,),
    )


def plan_table(areas: tuple[PlanArea, ...]) -> Table:
    """The tasks under their areas with the marks of what changed."""
    columns = (Column(14, Align.CENTER), Column(82), Column(56), Column(44), Column(32), Column(24))
    head = Row(tuple(Cell(words, is_bold=True) for words in wording.COLUMNS))
    rows = tuple(row for area in areas for row in _area(area, len(columns)))
    return Table(columns, (head,), rows, wording.TABLE_NAME)


def _area(area: PlanArea, width: int) -> Iterator[Row]:
    heading = (Cell(area.ordinal, is_bold=True), Cell(area.name, is_bold=True, column_span=width - 1))
    yield Row(heading, keeps_next=True)
    yield from map(_row, area.rows)


def _row(row: PlanRow) -> Row:
    if row.mark is RowMark.WITHDRAWN:
        return Row(tuple(_whole(row, place, is_struck=True) for place in range(len(row.cells))))
    if row.mark is RowMark.ADDED:
        return Row(tuple(_whole(row, place, is_underlined=True) for place in range(len(row.cells))))
    return Row(tuple(Cell(_changed(words)) for words in row.cells))


def _whole(row: PlanRow, place: int, *, is_struck: bool = False, is_underlined: bool = False) -> Cell:
    """A cell of a row that came or went as a whole; the task's cell bears the marks."""
    words = row.cells[place].now
    if not words:
        return Cell("")
    marked = Run(words, is_struck=is_struck, is_underlined=is_underlined)
    return Cell((marked, *_marks(row.notes)) if row.cells[place] is row.task else (marked,))


def _changed(words: Words) -> Text:
    if words.before is None:
        return (Run(words.now), *_marks(words.notes)) if words.notes else words.now
    gone = (Run(words.before, is_struck=True),) if words.before else ()
    come = (Run(words.now, is_underlined=True),) if words.now else ()
    between = (Run("\n"),) if gone and come else ()
    return (*gone, *between, *come, *_marks(words.notes))


def _marks(numbers: tuple[int, ...]) -> tuple[Run, ...]:
    return tuple(Run(wording.mark(number), is_raised=True) for number in numbers)
