"""People from a table: looked at first, then entered all together."""

import json
from typing import Any

from flask import Response, flash, redirect, render_template, url_for

from cchc_tasks import wording
from cchc_tasks.domain.accounts import InvalidAccount
from cchc_tasks.domain.errors import UnreadableFile
from cchc_tasks.domain.people_table import PersonRow, read_people
from cchc_tasks.domain.permissions import Action
from cchc_tasks.readers import read_document
from cchc_tasks.services import people_import as service
from cchc_tasks.services.people_import import RowOutcome
from cchc_tasks.storage.db import db
from cchc_tasks.web.admin.forms import PeopleFileForm, PeopleRowsForm
from cchc_tasks.web.admin.views import bp
from cchc_tasks.web.link_terms import invitation_terms
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.security import accepts_upload
from cchc_tasks.wording import people as words


@bp.get("/nguoi-dung/nhap")
@requires(Action.MANAGE_PEOPLE)
def people_import() -> Any:
    return render_template("admin/people_import.html", form=PeopleFileForm(formdata=None))


@bp.post("/nguoi-dung/nhap")
@accepts_upload
@requires(Action.MANAGE_PEOPLE)
def people_look_at() -> Any:
    """Reads the table and shows each row with what is wrong; nothing is written."""
    form = PeopleFileForm()
    if not form.validate():
        return render_template("admin/people_import.html", form=form), 422
    try:
        document = read_document(form.file.data.read(), form.file.data.filename or "")
        rows = read_people(document)
    except (InvalidAccount, UnreadableFile) as error:
        form.refuse("file", wording.explain(error))
        return render_template("admin/people_import.html", form=form), 422
    outcomes = service.check_rows(db.session, rows, roles=words.roles_by_word(), **who_and_when())
    return review(outcomes)


@bp.post("/nguoi-dung/nhap/ghi")
@requires(Action.MANAGE_PEOPLE)
def people_enter() -> Any:
    """Enters everybody of the table that was looked at, or nobody where something has come up meanwhile."""
    form = PeopleRowsForm()
    rows = read_rows(form.rows.data) if form.validate() else None
    if not rows:
        return render_template("admin/people_import.html", form=PeopleFileForm(formdata=None)), 422
    outcomes = service.import_people(
        db.session,
        rows,
        roles=words.roles_by_word(),
        terms=invitation_terms(),
        request_key=form.request_key.data,
        **who_and_when(),
    )
    if any(outcome.troubles for outcome in outcomes):
        return review(outcomes), 422
    flash(words.imported(len(outcomes)), "done")
    return redirect(url_for("admin.people"), code=303)


@bp.get("/nguoi-dung/mau.csv")
@requires(Action.MANAGE_PEOPLE)
def people_template() -> Any:
    """A table to fill in, as spreadsheets open it."""
    response = Response("\ufeff" + words.PEOPLE_TEMPLATE, mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=nguoi-dung-mau.csv"
    return response


def read_rows(text: str | None) -> list[PersonRow] | None:
    """The rows as the page before kept them; None where somebody tampered with them."""
    try:
        return [
            PersonRow(int(row.pop("row")), **{name: str(row[name]) for name in row}) for row in json.loads(text or "")
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def review(outcomes: tuple[RowOutcome, ...]) -> str:
    lines = [
        {
            "row": outcome.row,
            "troubles": [wording.explain(trouble) for trouble in outcome.troubles],
        }
        for outcome in outcomes
    ]
    kept = json.dumps([outcome.row.as_dict() for outcome in outcomes], ensure_ascii=False)
    return render_template(
        "admin/people_review.html",
        lines=lines,
        bad_count=sum(bool(outcome.troubles) for outcome in outcomes),
        form=PeopleRowsForm(formdata=None, rows=kept),
    )
