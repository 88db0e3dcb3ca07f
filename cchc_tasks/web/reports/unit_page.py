"""The unit's own page of a report: one card for each row it is asked for, made for a phone."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks.domain.errors import NotAllowed, Refused, RefusedReason
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.forms import FormRow
from cchc_tasks.domain.text import one_line
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries.report_places import documents_by_id
from cchc_tasks.web import clock
from cchc_tasks.web.login import requires
from cchc_tasks.web.reports import fields
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.fields import KeyForm, Typed
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.wording import report_pages as words

PROOF = ("van-ban", "ngay", "trich-yeu")


def own_rows(opened: Opened) -> tuple[FormRow, ...]:
    return opened.rows_of(opened.principal.unit_ids)


@bp.get("/<int:report_id>/don-vi")
@requires(Action.ANSWER_REPORT)
def unit(report_id: int) -> Any:
    return page(open_report(report_id))


@bp.post("/<int:report_id>/don-vi")
@requires(Action.ANSWER_REPORT)
def answer_unit(report_id: int) -> Any:
    """Writes what the unit changed; a quick answer is written with everything else that was typed."""
    opened = open_report(report_id)
    form = KeyForm()
    rows = own_rows(opened)
    refuse_others(opened, rows)
    typed = fields.read_typed(rows)
    documents, proofs = read_proofs(rows, typed)
    if not form.validate() or typed.troubles:
        return page(opened, typed, proofs), 422
    if not opened.is_draft:
        raise Refused(RefusedReason.REPORT_SUBMITTED)
    written = fields.save_rows(opened, rows, typed, request_key=form.request_key.data, documents=documents)
    if typed.troubles:
        return page(open_report(report_id), typed, proofs), 409
    flash(words.saved_rows(written), "done" if written else "note")
    return redirect(url_for("reports.unit", report_id=report_id, _anchor=anchor_after(rows)), code=303)


def refuse_others(opened: Opened, rows: tuple[FormRow, ...]) -> None:
    """A row that another unit is asked for is not passed over in silence."""
    own = {row.key for row in rows}
    for row in opened.form.value_rows:
        if row.key not in own and f"{fields.VALUE}-{row.code}" in request.form:
            raise NotAllowed(action=Action.ANSWER_REPORT, person_id=opened.principal.person_id)


def anchor_after(rows: tuple[FormRow, ...]) -> str | None:
    """After a quick answer the reader stays at its row."""
    code = request.form.get(fields.QUICK, "").partition(":")[0]
    return f"d-{code.replace('.', '-')}" if any(row.code == code for row in rows) else None


def read_proofs(
    rows: tuple[FormRow, ...], typed: Typed
) -> tuple[dict[str, DocumentInput], dict[str, tuple[str, str, str]]]:
    """The documents that came with rows, and what was typed for them; half a document is a trouble of its row."""
    documents: dict[str, DocumentInput] = {}
    proofs: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        number, issued, subject = (one_line(request.form.get(f"{part}-{row.code}", "")) for part in PROOF)
        if not (number or issued or subject):
            continue
        proofs[row.key] = (number, issued, subject)
        day = words.read_day(issued)
        if not (number and day and subject) or day > clock.today():
            typed.troubles[row.key] = words.PROOF_INCOMPLETE
        else:
            documents[row.key] = DocumentInput(number, day, subject)
    return documents, proofs


def page(opened: Opened, typed: Typed | None = None, proofs: dict[str, tuple[str, str, str]] | None = None) -> str:
    rows = own_rows(opened)
    cards = fields.row_fields(opened, rows, typed)
    done = sum(opened.is_answered(row) for row in rows)
    ids = {opened.entries[row.key].document_id for row in rows if row.key in opened.entries}
    documents = documents_by_id(db.session, opened.report.agency_id, {each for each in ids if each})
    held = {
        row.key: documents[opened.entries[row.key].document_id]  # type: ignore[index]
        for row in rows
        if row.key in opened.entries and opened.entries[row.key].document_id in documents
    }
    return render_template(
        "reports/unit.html",
        **head_values(opened, "unit"),
        key_form=KeyForm(formdata=None),
        cards=cards,
        documents=held,
        proofs=proofs or {},
        troubles=len(typed.troubles) if typed else 0,
        done=done,
        unit_names=", ".join(
            opened.units[each] for each in sorted(opened.principal.own_unit_ids) if each in opened.units
        ),
        progress=words.progress(done, len(rows)),
        due=words.due(opened.report.entries_due_on, opened.today),
    )
