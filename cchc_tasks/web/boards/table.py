"""The plain table of the list: for the screen, for paper, and as files with exactly the same rows."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import request, url_for
from markupsafe import Markup

from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.standing import DONE_STANDINGS, Standing
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.exports.tables import CellKind, Column, TableExport
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries.boards import DocumentLine
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.web import clock
from cchc_tasks.web.boards import matrix
from cchc_tasks.web.boards.listing import Listing
from cchc_tasks.web.boards.marks import RowMarks
from cchc_tasks.web.boards.page import as_at, chip_words, plans_in_words
from cchc_tasks.web.login import current_principal
from cchc_tasks.wording import boards as words
from cchc_tasks.wording import label
from cchc_tasks.wording.extensions import with_beside
from cchc_tasks.wording.work import status_words, title

#: So many pieces of work fit into an address.
MOST_CHOSEN = 200
FILE_COLUMNS = (
    Column("Dòng", CellKind.NUMBER, 6),
    Column("STT", width=9),
    Column("Nhiệm vụ", width=44),
    Column("Sản phẩm", width=44),
    Column("Kỳ", width=13),
    Column("Đơn vị chủ trì", width=22),
    Column("Hạn", CellKind.DATE, 12),
    Column("Kế hoạch ghi", width=22),
    Column("Hạn gốc", CellKind.DATE, 12),
    Column("Trạng thái", width=16),
    Column("Tình trạng hạn", width=24),
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
    may_extend: bool


def table_values(listing: Listing) -> dict[str, Any]:
    marks = RowMarks(listing.as_of, listing.units, has_room=True)
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
            may_be_extended(entry.row),
        )
        for entry in listing.entries
    ]
    task_base = url_for("tasks.show", task_id=0).removesuffix("0")
    page = extend_page(listing)
    return {
        "rows": rows,
        "task_base": task_base,
        "extend_page": page if MARKING in request.args else "",
        "mark_href": f"?{urlencode({**request.args, MARKING: 1})}" if page else "",
        "extend_href": extend_href(listing, page),
    }


#: Asks for the list with a box in each row: boxes on every list would weigh more than its words.
MARKING = "danh-dau"


def may_be_extended(row: WorkRow) -> bool:
    """Whether more time can be given at all: open and dated."""
    return row.status in OPEN_STATUSES and row.due_on is not None


def extend_page(listing: Listing) -> str:
    """Where marked work of the one plan that is shown gets more time by one document; '' for who may not give any."""
    may = permissions.may(current_principal(), Action.ANSWER_EXTENSION)
    if (
        not may
        or len(listing.query.plan_ids) != 1
        or not any(may_be_extended(row) for row, _verdict in listing.entries)
    ):
        return ""
    return url_for("plans.extend", plan_id=next(iter(listing.query.plan_ids)))


def extend_href(listing: Listing, page: str) -> str:
    """The same with all filtered work marked; '' where that would be the whole plan, or more than fits an address."""
    chosen = [row.id for row, _verdict in listing.entries if may_be_extended(row)]
    if not page or not 0 < len(chosen) <= MOST_CHOSEN or not listing.query.params:
        return ""
    return url_for("plans.extend", plan_id=next(iter(listing.query.plan_ids)), muc=chosen)


def documents_of(listing: Listing) -> dict[int, list[DocumentLine]]:
    agency_id = current_principal().agency_id
    return board_queries.documents_of(db.session, agency_id, listing.query.plan_ids, known_at=listing.known_at)


def numbers(lines: Any) -> str:
    return ", ".join(line.number for line in lines)


def table_export(listing: Listing) -> TableExport:
    """The filtered list, in the order of the page."""
    tasks = board_queries.task_names(db.session, current_principal().agency_id, listing.query.plan_ids)
    documents = documents_of(listing)
    units = {unit_id: unit.name for unit_id, unit in listing.units.items()}
    verdicts = {verdict: label(verdict) for verdict in Standing}
    statuses = {(each, back): status_words(each, is_returned=back) for each in Status for back in (True, False)}
    rows = tuple(
        (
            number,
            row.number_text,
            tasks[row.task_id],
            title(row.text, row.period_label),
            row.period_label,
            units.get(row.counted_unit_id or 0, words.UNKNOWN_LEAD),
            row.due_on,
            row.deadline_text,
            row.original_due_on if row.original_due_on != row.due_on else None,
            statuses[row.status, row.is_returned],
            verdict_words(row, verdicts[verdict]),
            row.status_on if verdict in DONE_STANDINGS else None,
            numbers(documents[row.id]) if row.id in documents else "",
        )
        for number, (row, verdict) in enumerate(listing.entries, start=1)
    )
    return TableExport(words.TABLE_TITLE, export_facts(listing), FILE_COLUMNS, rows, clock.now())


def verdict_words(row: WorkRow, verdict: str) -> str:
    """How it stands, with the first deadline behind it where the present one was given later."""
    return with_beside(verdict, row.original_due_on, row.due_on, row.extensions) if row.extensions else verdict


def export_facts(listing: Listing) -> tuple[str, ...]:
    """What stands above the rows: plan, as at when, filters, how many."""
    filters = [chip_words(name, value, listing.choices) for name, value in listing.query.params.items()]
    said = "; ".join(each for each in filters if each)
    return (
        f"{plans_in_words(listing.query, listing.choices)}, {as_at(listing)}",
        *((f"Lọc theo: {said}",) if said else ()),
        words.items(len(listing.entries), listing.noun),
    )


def matrix_export(listing: Listing) -> TableExport:
    """The matrix as it stands on the page, its row of totals last."""
    heads = [Column(label(each), CellKind.NUMBER, 12) for each in matrix.HEADS]
    lines = [*matrix.lines_of(listing), matrix.total_line(listing)]
    rows = tuple((line.name, *(line.counts[each] for each in matrix.HEADS), line.total) for line in lines)
    columns = (Column("Đơn vị, lĩnh vực", width=44), *heads, Column("Tổng", CellKind.NUMBER, 10))
    facts = (f"{plans_in_words(listing.query, listing.choices)}, {as_at(listing)}", matrix.matrix_rule(listing.noun))
    return TableExport(words.UNIT_MATRIX, facts, columns, rows, clock.now(), sheet_name="Ma trận")
