"""Bảng tiến độ: the same list as columns, matrix, year and table, with its filters in the address."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.workflow import Move, Status
from cchc_tasks.exports.tables import TableExport, csv_bytes, xlsx_bytes
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow, list_work
from cchc_tasks.web.boards import columns as column_board
from cchc_tasks.web.boards import matrix as matrix_board
from cchc_tasks.web.boards import table as table_board
from cchc_tasks.web.boards import year as year_board
from cchc_tasks.web.boards.listing import load
from cchc_tasks.web.boards.page import file_stem, frame_values
from cchc_tasks.web.login import current_principal, requires

bp = Blueprint("boards", __name__, url_prefix="/bang-tien-do")

#: File kinds by ending: how they are made and what they are called on the line.
FILES: dict[str, tuple[Callable[[TableExport], bytes], str]] = {
    "csv": (csv_bytes, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
#: No identifier of a row is larger on any database.
LARGEST_ID = 2**31 - 1
#: Which form of the task's page makes a move; a report is answered on the page of confirmations.
FORMS = {
    Move.START.value: "cap-nhat",
    Move.REPORT.value: "cap-nhat",
    Move.TAKE_BACK.value: "rut-bao-cao",
    Move.REOPEN.value: "mo-lai",
}


@bp.get("/")
@requires(Action.READ_AGENCY)
def index() -> Any:
    return redirect(url_for("boards.columns"), code=302)


@bp.get("/cot")
@requires(Action.READ_AGENCY)
def columns() -> Any:
    listing = load(request.args)
    values = column_board.board_values(listing, current_principal())
    return render_template("boards/columns.html", **frame_values(listing), **values)


@bp.get("/ma-tran")
@requires(Action.READ_AGENCY)
def matrix() -> Any:
    listing = load(request.args, always_as_of=True)
    return render_template("boards/matrix.html", **frame_values(listing), **matrix_board.matrix_values(listing))


@bp.get("/ma-tran.<any(csv, xlsx):ending>")
@requires(Action.READ_AGENCY)
def matrix_file(ending: str) -> Response:
    listing = load(request.args, always_as_of=True)
    return file_answer(table_board.matrix_export(listing), file_stem(listing, "ma-tran"), ending)


@bp.get("/nam")
@requires(Action.READ_AGENCY)
def year() -> Any:
    listing = load(request.args)
    return render_template("boards/year.html", **frame_values(listing), **year_board.year_values(listing))


@bp.get("/bang")
@requires(Action.READ_AGENCY)
def table() -> Any:
    listing = load(request.args)
    return render_template("boards/table.html", **frame_values(listing), **table_board.table_values(listing))


@bp.get("/bang.<any(csv, xlsx):ending>")
@requires(Action.READ_AGENCY)
def table_file(ending: str) -> Response:
    listing = load(request.args)
    return file_answer(table_board.table_export(listing), file_stem(listing, "bang-tien-do"), ending)


@bp.get("/chuyen")
@requires(Action.READ_AGENCY)
def move() -> Any:
    """From a card to the one form: the task's page with the form of this piece open."""
    asked = request.args.get("muc", "")
    if not asked:
        return redirect(url_for("boards.columns"), code=303)
    obligation_id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 10 else 0
    if not 0 < obligation_id <= LARGEST_ID:
        raise NotFound(what="obligation", id=asked)
    found = list_work(db.session, current_principal().agency_id, WorkFilter(obligation_ids=(obligation_id,)))
    if not found:
        raise NotFound(what="obligation", id=obligation_id)
    return redirect(form_address(found[0], request.args.get("buoc", "")), code=303)


def form_address(row: WorkRow, step: str) -> str:
    """Where a move is made; without one the task's page, with what may be done to this piece."""
    anchor = f"muc-{row.id}"
    if step == Move.CONFIRM.value:
        return url_for("confirmation.show", _anchor=anchor)
    if step == Move.RETURN.value:
        opened: dict[str, Any] = {"tra-lai": row.id}
        return url_for("confirmation.show", _anchor=anchor, **opened)
    if not step and row.status in (Status.NOT_STARTED, Status.IN_PROGRESS):
        step = Move.REPORT.value
    return url_for("tasks.show", task_id=row.task_id, muc=row.id, viec=FORMS.get(step), _anchor=anchor)


def file_answer(table: TableExport, stem: str, ending: str) -> Response:
    """A file to keep: never shown in the page, named without accents."""
    make, media_type = FILES[ending]
    response = Response(make(table), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}.{ending}"'
    return response
