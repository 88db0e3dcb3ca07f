"""Read a plan from a document: its heading, areas, tasks, deliverables, obligations, and what is to be confirmed."""

from dataclasses import replace
from datetime import date

from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.domain.grid import Place, Remark, RemarkKind, SourceDocument
from cchc_tasks.domain.plan_reading.forms import reading_from_dict, reading_json, reading_to_dict
from cchc_tasks.domain.plan_reading.heading import Heading, read_heading, year_of_cells
from cchc_tasks.domain.plan_reading.model import (
    AreaReading,
    DeliverableReading,
    Doubt,
    DoubtReason,
    ObligationReading,
    PlanCounts,
    PlanReading,
    TaskReading,
)
from cchc_tasks.domain.plan_reading.periods import period_label
from cchc_tasks.domain.plan_reading.progress import Paper, Progress, Stage
from cchc_tasks.domain.plan_reading.rows import RowReader, obligations_of, reading_of
from cchc_tasks.domain.plan_reading.table import (
    FoundTable,
    PlanRow,
    TableRows,
    caption_of,
    find_tables,
    rows_of,
)
from cchc_tasks.domain.plan_reading.taking_over import Context

__all__ = [
    "AreaReading",
    "DeliverableReading",
    "Doubt",
    "DoubtReason",
    "Heading",
    "ObligationReading",
    "Paper",
    "Place",
    "PlanCounts",
    "PlanReading",
    "Progress",
    "Stage",
    "TaskReading",
    "obligations_of",
    "period_label",
    "read_plan",
    "reading_from_dict",
    "reading_json",
    "reading_of",
    "reading_to_dict",
]


def read_plan(
    document: SourceDocument,
    *,
    number: str | None = None,
    issued_on: date | None = None,
    year: int | None = None,
    today: date | None = None,
) -> PlanReading:
    """The plan in a document; number, date and year given here win over the printed ones.

    A completion that the document dates after `today` is asked about; None: days to come are not looked for.

    Raises UnreadableFile where there is no table with the columns of a plan, no row in it, or nothing that tells the
    year. Everything else that is not clear is listed in `to_confirm`.
    """
    tables = find_tables(document)
    if not tables:
        raise UnreadableFile(ReadTrouble.NO_TABLE, file_name=document.file_name)
    parts = [TableRows(caption_of(table), tuple(rows_of(table))) for table in tables]
    rows = [row for part in parts for row in part.rows]
    heading = _heading(document, tables, rows, issued_on)
    heading = replace(
        heading,
        number=number or heading.number,
        issued_on=issued_on or heading.issued_on,
        year=year or heading.year,
    )
    if not heading.year:
        found = {"number": heading.number, "issued_on": heading.issued_on}
        raise UnreadableFile(ReadTrouble.NO_YEAR, file_name=document.file_name, **found)
    reader = RowReader(heading.year, Context(heading.issued_on, today))
    areas = reader.read(parts)
    if not areas:
        raise UnreadableFile(ReadTrouble.NO_ROWS, file_name=document.file_name)
    doubts = [
        *_year_doubt(heading, given=year is not None),
        *map(_remark_doubt, document.remarks),
        *_skipped_columns(tables),
        *reader.doubts,
    ]
    return PlanReading(heading, areas, tuple(doubts))


_REASON_OF_REMARK = {
    RemarkKind.TCVN3: DoubtReason.TEXT_CONVERTED,
    RemarkKind.VNI: DoubtReason.TEXT_CONVERTED,
    RemarkKind.TRACKED_CHANGES: DoubtReason.CHANGES_ACCEPTED,
    RemarkKind.HIDDEN_SHEET: DoubtReason.PARTS_HIDDEN,
    RemarkKind.HIDDEN_ROWS: DoubtReason.PARTS_HIDDEN,
    RemarkKind.ROWS_JOINED: DoubtReason.ROWS_JOINED,
    RemarkKind.LINES_GUESSED: DoubtReason.LINES_GUESSED,
    RemarkKind.CONVERTED_FILE: DoubtReason.FILE_CONVERTED,
}


def _remark_doubt(remark: Remark) -> Doubt:
    """What a reader did with the file, to be confirmed for the whole document; the detail says what and how often."""
    detail = f"{remark.kind} {remark.count}"
    return Doubt("document", remark.before, remark.after, _REASON_OF_REMARK[remark.kind], detail)


def _skipped_columns(tables: list[FoundTable]) -> list[Doubt]:
    """Columns of the table that a plan has no place for."""
    names = dict.fromkeys(name for table in tables for name in table.skipped)
    return [Doubt("document", name, "", DoubtReason.COLUMN_SKIPPED) for name in names]


def _heading(
    document: SourceDocument, tables: list[FoundTable], rows: list[PlanRow], issued_on: date | None
) -> Heading:
    cells = [text for row in rows for text in row.cells.values()]
    heading = read_heading(document, tables, cells)
    if heading.title is None and issued_on is not None:
        return replace(heading, year=year_of_cells(cells, issued_on) or 0)
    return heading


def _year_doubt(heading: Heading, *, given: bool) -> list[Doubt]:
    """A plan is issued in its year or late in the one before; any other year is to be confirmed."""
    if given or heading.issued_on is None or heading.year in {heading.issued_on.year, heading.issued_on.year + 1}:
        return []
    printed = heading.title or ""
    return [Doubt("heading", printed, str(heading.year), DoubtReason.YEAR_UNCERTAIN)]
