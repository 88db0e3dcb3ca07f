"""The plain table of the list: for the screen, for paper, and as files with exactly the same rows."""

from datetime import date
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup

from cchc_tasks.domain.standing import DONE_STANDINGS, Standing
from cchc_tasks.exports.tables import CellKind, Column, TableExport
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries.boards import DocumentLine
from cchc_tasks.web import clock
from cchc_tasks.web.boards import matrix
from cchc_tasks.web.boards.listing import Listing
from cchc_tasks.web.boards.marks import RowMarks
from cchc_tasks.web.boards.page import as_at, chip_words, plans_in_words
from cchc_tasks.web.login import current_principal
from cchc_tasks.wording import boards as words
from cchc_tasks.wording import label
from cchc_tasks.wording.work import status_words, title

FILE_COLUMNS = (
    Column("TT", CellKind.NUMBER, 5),
    Column("Mã", width=9),
    Column("Nhiệm vụ", width=44),
    Column("Sản phẩm", width=44),
    Column("Kỳ", width=13),
    Column("Đơn vị chủ trì", width=22),
    Column("Hạn", CellKind.DATE, 12),
    Column("Kế hoạch ghi", width=22),
    Column("Hạn gốc", CellKind.DATE, 12),
    Column("Trạng thái", width=16),
    Column("Tình trạng hạn", width=18),
    Column("Ngày hoàn thành", CellKind.DATE, 12),
    Column("Minh chứng", width=24),
)


class TableRow(NamedTuple):
    """What one row of the page prints."""

    id: int
    task_id: int
    code: str
    period: str
    title: str
    unit: Markup
    due: Markup
    status: Markup
    evidence: str


def table_values(listing: Listing) -> dict[str, Any]:
    marks = RowMarks(listing.as_of, listing.units)
    documents = documents_of(listing)
    rows = [
        TableRow(
            entry.row.id,
            entry.row.task_id,
            entry.row.number_text,
            entry.row.period_label,
            entry.row.text,
            marks.unit(entry.row),
            marks.due(entry),
            marks.status(entry.row),
            numbers(documents.get(entry.row.id, ())),
        )
        for entry in listing.entries
    ]
    return {"rows": rows, "task_base": url_for("tasks.show", task_id=0).removesuffix("0")}


def documents_of(listing: Listing) -> dict[int, list[DocumentLine]]:
    agency_id = current_principal().agency_id
    return board_queries.documents_of(db.session, agency_id, listing.query.plan_ids, known_at=listing.known_at)


def numbers(lines: Any) -> str:
    return ", ".join(line.number for line in lines)


def table_export(listing: Listing) -> TableExport:
    """The filtered list, in the order of the page."""
    texts = board_queries.task_texts(db.session, current_principal().agency_id, listing.query.plan_ids)
    documents = documents_of(listing)
    rows = tuple(
        _file_row(number, row, verdict, listing, texts[row.task_id].text, numbers(documents.get(row.id, ())))
        for number, (row, verdict) in enumerate(listing.entries, start=1)
    )
    return TableExport(words.TABLE_TITLE, export_facts(listing), FILE_COLUMNS, rows, clock.now())


def _file_row(
    number: int, row: Any, verdict: Standing, listing: Listing, task_text: str, evidence: str
) -> tuple[object, ...]:
    unit = listing.units.get(row.counted_unit_id)
    is_moved = row.original_due_on is not None and row.original_due_on != row.due_on
    done_on: date | None = row.status_on if verdict in DONE_STANDINGS else None
    return (
        number,
        row.number_text,
        task_text,
        title(row.text, row.period_label),
        row.period_label,
        unit.name if unit else words.UNKNOWN_LEAD,
        row.due_on,
        row.deadline_text,
        row.original_due_on if is_moved else None,
        status_words(row.status, is_returned=row.is_returned),
        label(verdict),
        done_on,
        evidence,
    )


def export_facts(listing: Listing) -> tuple[str, ...]:
    """What stands above the rows: plan, as at when, filters, how many."""
    filters = [chip_words(name, value, listing.choices) for name, value in listing.query.params.items()]
    said = "; ".join(each for each in filters if each)
    return (
        f"{plans_in_words(listing.query, listing.choices)}, {as_at(listing)}",
        *((f"Lọc theo: {said}",) if said else ()),
        words.items(len(listing.entries)),
    )


def matrix_export(listing: Listing) -> TableExport:
    """The matrix as it stands on the page, its row of totals last."""
    heads = [Column(label(each), CellKind.NUMBER, 12) for each in matrix.HEADS]
    lines = [*matrix.lines_of(listing), matrix.total_line(listing)]
    rows = tuple((line.name, *(line.counts[each] for each in matrix.HEADS), line.total) for line in lines)
    columns = (Column("Dòng", width=44), *heads, Column("Tổng", CellKind.NUMBER, 10))
    facts = (f"{plans_in_words(listing.query, listing.choices)}, {as_at(listing)}", matrix.matrix_rule())
    return TableExport(words.UNIT_MATRIX, facts, columns, rows, clock.now(), sheet_name="Ma trận")
