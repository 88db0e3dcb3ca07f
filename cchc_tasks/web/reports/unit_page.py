"""The unit's own page of a report: one card for each row it is asked for, made for a phone."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks.domain.errors import NotAllowed, Refused, RefusedReason
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.forms import FormRow
from cchc_tasks.web import uploads
from cchc_tasks.web.login import requires
from cchc_tasks.web.reports import fields
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.fields import KeyForm, Typed
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.web.reports.proofs import read_proofs
from cchc_tasks.web.security import accepts_upload
from cchc_tasks.wording import report_answers as answer_words
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.updates import file_hint


def own_rows(opened: Opened) -> tuple[FormRow, ...]:
    return opened.rows_of(opened.principal.unit_ids)


@bp.get("/<int:report_id>/don-vi")
@requires(Action.ANSWER_REPORT)
def unit(report_id: int) -> Any:
    return page(open_report(report_id))


@bp.post("/<int:report_id>/don-vi")
@accepts_upload
@requires(Action.ANSWER_REPORT)
def answer_unit(report_id: int) -> Any:
    """Writes what the unit changed; a quick answer is written with everything else that was typed."""
    opened = open_report(report_id)
    form = KeyForm()
    rows = own_rows(opened)
    refuse_others(opened, rows)
    if not opened.is_draft:
        raise Refused(RefusedReason.REPORT_SUBMITTED)
    typed = fields.read_typed(rows)
    typed.proofs, typed.troubles = read_proofs(rows)
    if not form.validate() or typed.troubles:
        return page(opened, typed), 422
    written = fields.save_rows(opened, rows, typed, request_key=form.request_key.data)
    if typed.troubles:
        return page(open_report(report_id), typed, is_saved=True), 409
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


def page(opened: Opened, typed: Typed | None = None, *, is_saved: bool = False) -> str:
    """`is_saved`: the rows without trouble were written."""
    rows = own_rows(opened)
    done = opened.progress(rows)
    return render_template(
        "reports/unit.html",
        **head_values(opened, "unit"),
        key_form=KeyForm(formdata=None),
        cards=fields.with_proofs(opened, fields.row_fields(opened, rows, typed)),
        trouble=answer_words.troubles(len(typed.troubles), is_saved=is_saved) if typed and typed.troubles else "",
        unit_names=", ".join(
            opened.units[each] for each in sorted(opened.principal.own_unit_ids) if each in opened.units
        ),
        progress=answer_words.progress_words(done),
        has_not_yet=bool(done.not_yet),
        due=answer_words.due_words(opened.report.entries_due_on, opened.today),
        previous_head=words.short_period(opened.previous_report) if opened.previous_report else "",
        file_hint=file_hint(uploads.limit_bytes() // (1024 * 1024)),
    )
