"""The letter that asks a unit for its late work, from plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from cchc_tasks.exports.official.model import (
    Align,
    Annex,
    Cell,
    Column,
    IssueDay,
    OfficialDocument,
    Paragraph,
    Row,
    Signature,
    Table,
)
from cchc_tasks.wording import letters as wording
from cchc_tasks.wording import official as fixed
from cchc_tasks.wording.core import format_date, format_number

#: More rows than this would bury the requests: they go to an annex.
_MOST_IN_LETTER = 8


@dataclass(frozen=True, slots=True)
class LateItem:
    """One piece of late work; `number` as printed in the plan, `days_late` from 1 up, `last_status` in words."""

    number: str
    title: str
    product: str
    due_on: date
    days_late: int
    last_status: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who issues the letter; `office` is how the text calls it ("Văn phòng Sở")."""

    parent_name: str
    name: str
    office: str
    symbol: str
    place: str
    signature: Signature
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UrgingLetter:
    """All of a unit's late work under one plan; `plan` as in "Kế hoạch số 163/KH-STTTT ngày 31/12/2020 của Sở …".

    `plan_short` ("Kế hoạch số 163/KH-STTTT") goes into the subject. `answer_by` is the day asked for, included.
    """

    unit: str
    plan: str
    plan_short: str
    as_of: date
    items: tuple[LateItem, ...]
    answer_by: date | None = None
    number: str = ""
    issued: IssueDay = field(default_factory=IssueDay)


def urging_letter(sender: Sender, letter: UrgingLetter) -> OfficialDocument:
    """The letter as a document; a long list goes to an annex. The number and the day may still be blank."""
    is_annexed = len(letter.items) > _MOST_IN_LETTER
    opening = wording.opening(letter.plan, letter.as_of, letter.unit, len(letter.items), is_annexed=is_annexed)
    asked = tuple(map(Paragraph, wording.requests(letter.unit, sender.office, letter.answer_by)))
    listed = late_table(letter.items)
    return OfficialDocument(
        issuer_parent=sender.parent_name,
        issuer=sender.name,
        number=letter.number,
        symbol=sender.symbol,
        place=sender.place,
        issued=letter.issued,
        kind="",
        subject=wording.subject(letter.plan_short),
        addressees=(letter.unit,),
        body=(Paragraph(opening), *(() if is_annexed else (listed,)), *asked),
        signature=sender.signature,
        recipients=sender.recipients,
        annexes=(_annex(sender, letter, listed),) if is_annexed else (),
    )


def late_table(items: Sequence[LateItem]) -> Table:
    """The late work, worst first as given."""
    columns = (
        Column(9, Align.CENTER),
        Column(58),
        Column(42),
        Column(24, Align.CENTER),
        Column(16, Align.CENTER),
        Column(26),
    )
    head = Row(tuple(Cell(words, is_bold=True) for words in wording.COLUMNS))
    return Table(columns, (head,), tuple(_row(at, item) for at, item in enumerate(items, 1)), wording.TABLE_NAME, 12)


def _row(place: int, item: LateItem) -> Row:
    return Row(
        (
            Cell(str(place), value=place),
            Cell(f"{item.number} {item.title}".strip()),
            Cell(item.product),
            Cell(format_date(item.due_on)),
            Cell(format_number(item.days_late), value=item.days_late),
            Cell(item.last_status or wording.NO_STATUS),
        )
    )


def _annex(sender: Sender, letter: UrgingLetter, listed: Table) -> Annex:
    issued = letter.issued
    day = fixed.short_date(issued.day, issued.month, issued.year)
    reference = fixed.reference("Công văn", letter.number, sender.symbol, day, sender.name)
    return Annex(fixed.annex_label(1, 1), wording.ANNEX_TITLE, reference, (listed,), is_landscape=True)
