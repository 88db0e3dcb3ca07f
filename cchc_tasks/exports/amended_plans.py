"""The plan as amended in one text, from its story: words before and now, with the number of each amendment."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import groupby

from cchc_tasks.domain.amended_plans import PlanStory, RowChange, RowPrint, RowStory
from cchc_tasks.domain.text import one_line
from cchc_tasks.exports.consolidated import AmendedBy, ConsolidatedPlan, PlanArea, PlanRow, RowMark, Words
from cchc_tasks.exports.official.model import IssueDay, Signature
from cchc_tasks.wording import amended as wording
from cchc_tasks.wording import consolidated as printed
from cchc_tasks.wording.core import format_date

#: In the order of the table: number, task, products, assignment, time, note.
_CELLS: tuple[Callable[[RowPrint], str], ...] = (
    lambda row: row.number,
    lambda row: row.text,
    lambda row: "\n".join(row.products),
    lambda row: row.assignment,
    lambda row: row.time,
    lambda row: row.note,
)


def consolidated_of(
    story: PlanStory, *, as_of: date, issuer_parent: str, issuer: str, place: str, signer: str
) -> ConsolidatedPlan:
    """The plan as at a day, inclusive, with a mark wherever an amendment changed it."""
    last = story.last_on(as_of)
    rows = [(story_row, row) for story_row in story.rows if (row := _row(story_row, last)) is not None]
    areas = tuple(
        PlanArea(ordinal, name, tuple(row for _story, row in group))
        for (ordinal, name), group in groupby(rows, key=lambda pair: (pair[0].ordinal, pair[0].area))
    )
    return ConsolidatedPlan(
        issuer_parent=issuer_parent,
        issuer=issuer,
        number="",
        symbol=story.number.partition("/")[2],
        place=place,
        issued=IssueDay(None, None, None),
        title=one_line(story.title),
        original=printed.reference_of(story.number, format_date(story.issued_on)),
        as_of=as_of,
        areas=areas,
        amendments=tuple(_amended_by(story, last)),
        signature=Signature(signer),
    )


def _amended_by(story: PlanStory, last: int) -> Iterable[AmendedBy]:
    for each in story.amendments:
        if each.ordinal <= last:
            words = wording.short_words(list(story.changed_by(each.ordinal)))
            yield AmendedBy(each.ordinal, wording.title(each), each.effective_on, words)


def _row(story: RowStory, last: int) -> PlanRow | None:
    """The row as it stood after the amendment `last`; None where it was not there yet."""
    done = [change for change in story.changes if change.ordinal <= last]
    now = story.at(last)
    if now is None:
        if not done or done[-1].before is None:
            return None
        return _whole(done[-1].before, RowMark.WITHDRAWN, (done[-1].ordinal,))
    first = done[0] if done else None
    if first is not None and first.before is None:
        return _whole(now, RowMark.ADDED, tuple(change.ordinal for change in done))
    if first is None or first.before is None:
        return _whole(now, RowMark.KEPT, ())
    cells = [_words(first.before, now, done, text_of) for text_of in _CELLS]
    return _plan_row(cells, RowMark.CHANGED)


def _words(before: RowPrint, now: RowPrint, done: Iterable[RowChange], text_of: Callable[[RowPrint], str]) -> Words:
    """One cell: as it reads now and read first, with the amendments that changed it."""
    notes = tuple(
        change.ordinal
        for change in done
        if change.before is not None
        and change.after is not None
        and one_line(text_of(change.before)) != one_line(text_of(change.after))
    )
    is_other = one_line(text_of(before)) != one_line(text_of(now))
    return Words(text_of(now), text_of(before) if is_other else None, notes)


def _whole(row: RowPrint, mark: RowMark, notes: tuple[int, ...]) -> PlanRow:
    return _plan_row([Words(text_of(row)) for text_of in _CELLS], mark, notes)


def _plan_row(cells: Iterable[Words], mark: RowMark, notes: tuple[int, ...] = ()) -> PlanRow:
    number, task, products, assignment, time, note = cells
    return PlanRow(number, task, products, assignment, time, note, mark, notes)
