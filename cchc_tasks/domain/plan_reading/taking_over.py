"""The columns of progress of an office's own list, product by product, with what has to be asked about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.plan_reading.columns import MARKS, Column
from cchc_tasks.domain.plan_reading.model import DeliverableReading, Doubt, DoubtReason
from cchc_tasks.domain.plan_reading.progress import (
    MARKED,
    Progress,
    ProgressCells,
    Stage,
    dated_by_paper,
    is_mark,
    read_progress,
)
from cchc_tasks.domain.plan_reading.table import PlanRow
from cchc_tasks.domain.text import normalise

_NUMBER = re.compile(r"\(?(\d{1,2})[.)](?!\d)\s*(?=\S)")
_DASH = re.compile(r"[-–—+•*●▪]\s*(?=\S)")


class Sharing(StrEnum):
    """How the words of one cell fall to the products of its row; the later, the less is said."""

    ONE = "one"  # one product
    BY_NUMBER = "by_number"  # by the numbers printed in both cells
    FOR_ALL = "for_all"
    BY_ORDER = "by_order"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Context:
    """What days are held against: the plan's issue, and the day of reading (None: not known)."""

    issued_on: date | None = None
    today: date | None = None


def with_progress(
    row_id: str, row: PlanRow, deliverables: Sequence[DeliverableReading], context: Context
) -> tuple[tuple[DeliverableReading, ...], list[Doubt]]:
    """The products with what the row says of their progress, and what is to be asked."""
    cells, sharing = _cells(row, [each.ordinal for each in deliverables])
    read = [read_progress(each) for each in cells]
    if sharing is Sharing.MISMATCH:
        read = [each and replace(each, stage=Stage.UNCLEAR) for each in read]
    judged = [
        (None, None, "") if each is None else _judged(each, len(one.obligations), context)
        for each, one in zip(read, deliverables, strict=True)
    ]
    taken = tuple(replace(one, progress=each[0]) for one, each in zip(deliverables, judged, strict=True))
    return taken, _doubts(row_id, judged, sharing)


#: The detail of a doubt about a day that has not come.
AFTER_TODAY = "after_today"

Judged = tuple[Progress | None, DoubtReason | None, str]


def _judged(progress: Progress, periods: int, context: Context) -> Judged:
    """The progress as it is taken, with the weightiest reason to ask."""
    if progress.stage is Stage.TODO:
        return progress, None, ""
    if periods == 1 and _is_to_come(progress, context):
        return _day_judged(progress, context)
    if progress.stage is Stage.UNCLEAR:
        return progress, DoubtReason.PROGRESS_UNCLEAR, ""
    if periods > 1:
        return progress, DoubtReason.PROGRESS_PERIODS, AFTER_TODAY if _is_to_come(progress, context) else ""
    by_paper = dated_by_paper(progress)
    if by_paper is not None:
        judged, reason, detail = _day_judged(by_paper, context)
        return judged, reason or DoubtReason.PROGRESS_ASSUMED, detail
    if progress.lacks:
        return progress, DoubtReason.PROGRESS_INCOMPLETE, " ".join(progress.lacks)
    return _day_judged(progress, context)


def _is_to_come(progress: Progress, context: Context) -> bool:
    """Whether the day of completion, or of its document, is after the day of entry: nothing can be done by then."""
    days = [progress.done_on, progress.paper.issued_on if progress.paper else None]
    return context.today is not None and any(day is not None and day > context.today for day in days)


def _day_judged(progress: Progress, context: Context) -> Judged:
    """A day to come cannot be a completion; one before the plan's issue can, and is asked about."""
    if _is_to_come(progress, context):
        return replace(progress, stage=Stage.UNCLEAR), DoubtReason.PROGRESS_DATE, AFTER_TODAY
    if context.issued_on is not None and progress.done_on is not None and progress.done_on < context.issued_on:
        return progress, DoubtReason.PROGRESS_DATE, "before_plan"
    return progress, None, ""


def _doubts(row_id: str, judged: Sequence[Judged], sharing: Sharing) -> list[Doubt]:
    """One doubt for the row where its products share one statement; else one for each product that needs it."""
    said = [progress for progress, _, _ in judged if progress is not None]
    if not said:
        return []
    first = next(each for each in judged if each[0] is not None)
    if all(each == first for each in judged) and sharing in {Sharing.ONE, Sharing.FOR_ALL, Sharing.MISMATCH}:
        reason, detail = first[1], first[2]
        if reason is None and sharing is Sharing.FOR_ALL and said[0].stage is not Stage.TODO:
            reason, detail = DoubtReason.PROGRESS_SHARED, Sharing.FOR_ALL.value
        return [] if reason is None else [Doubt(row_id, said[0].text, _reading(said[0]), reason, detail)]
    doubts = [
        Doubt(f"{row_id} #{place}", progress.text, _reading(progress), reason, detail)
        for place, (progress, reason, detail) in enumerate(judged, start=1)
        if progress is not None and reason is not None
    ]
    if sharing in {Sharing.FOR_ALL, Sharing.BY_ORDER}:
        text = "\n".join(each.text for each in said)
        readings = "; ".join(_reading(each) for each in said)
        doubts.append(Doubt(row_id, text, readings, DoubtReason.PROGRESS_SHARED, sharing.value))
    return doubts


def _reading(progress: Progress) -> str:
    """The reading in one neutral line: stage, day, document."""
    paper = progress.paper
    parts = [str(progress.stage), progress.done_on and progress.done_on.isoformat(), paper and paper.number]
    return " ".join(str(part) for part in parts if part)


def _cells(row: PlanRow, ordinals: Sequence[str | None]) -> tuple[list[ProgressCells], Sharing]:
    """The words about each product, and how they were shared out."""
    columns = (Column.STATUS, Column.DONE_ON, Column.DOCUMENT, Column.DOCUMENT_DATE)
    texts = [_status_text(row), *(row.text(column) for column in columns[1:])]
    shares = [_share(normalise(text), ordinals) for text in texts]
    has_status = any(column in row.cells for column in (Column.STATUS, *MARKS))
    (status, done_on, paper, paper_date), order = [parts for parts, _ in shares], list(Sharing)
    cells = [
        ProgressCells(*words, has_status=has_status) for words in zip(status, done_on, paper, paper_date, strict=True)
    ]
    return cells, max((how for _, how in shares), key=order.index)


def _status_text(row: PlanRow) -> str:
    """The cell of a status, or the name of the one column that is marked; what a marked column says beside it."""
    told = [row.text(Column.STATUS)]
    for column, stage in MARKS.items():
        text = row.text(column).strip()
        if text:
            told.append(MARKED[stage] if is_mark(text) else f"{MARKED[stage]} {text}")
    return " ".join(each for each in told if each.strip())


def _share(text: str, ordinals: Sequence[str | None]) -> tuple[list[str], Sharing]:
    lines = [line for line in text.split("\n") if line.strip()]
    count = len(ordinals)
    if count == 1 or not lines:
        return ["\n".join(lines)] * count, Sharing.ONE
    numbers = [_NUMBER.match(line) for line in lines]
    marks = [match[1] for match in numbers if match]
    if len(marks) == len(lines) == len(set(marks)) and set(marks) <= set(ordinals):
        bare = {match[1]: line[match.end() :] for match, line in zip(numbers, lines, strict=True) if match}
        return [bare.get(ordinal or "", "") for ordinal in ordinals], Sharing.BY_NUMBER
    if len(lines) == count:
        return [_DASH.sub("", _NUMBER.sub("", line, count=1), count=1).strip() for line in lines], Sharing.BY_ORDER
    return [text] * count, Sharing.FOR_ALL if len(lines) == 1 else Sharing.MISMATCH
