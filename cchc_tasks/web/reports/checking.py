"""The checks of a report: what stops it, what asks for a reason, what only tells, what a reader has to look for."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.cells import NOT_YET_TEXT
from cchc_tasks.domain.reports.checks import READER_MATTERS
from cchc_tasks.services import report_answers
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.storage.db import db
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.accepting import accepted_groups
from cchc_tasks.web.reports.annex import sections
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.finding_groups import grouped, may_say_not_yet, name_of
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.web.updating import LONGEST
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.report_findings import said_not_yet
from cchc_tasks.wording.report_members import member_words
from cchc_tasks.wording.reports import READER_MATTERS as MATTERS

#: Names in the form: one finding, a group, the findings that stood in it, the section that has nothing yet.
CHOSEN, GROUP, IN, NOT_YET = "canh-bao", "nhom", "trong", "chua-co"


class AcceptForm(BaseForm):
    """The reason why warnings are no mistakes; which ones, the boxes say."""

    reason = TextAreaField("Lý do chấp nhận", [DataRequired(), Length(max=LONGEST)])


@bp.get("/<int:report_id>/kiem-tra")
@requires(Action.READ_AGENCY)
def checks(report_id: int) -> Any:
    return page(open_report(report_id), AcceptForm(formdata=None))


@bp.post("/<int:report_id>/kiem-tra")
@requires(Action.PREPARE_REPORT)
def accept(report_id: int) -> Any:
    """Accepts the warnings that are chosen, for one reason; or answers a section's blank rows with "chưa có"."""
    opened = open_report(report_id)
    form = AcceptForm()
    if NOT_YET in request.form:
        return say_not_yet(opened, form)
    chosen = chosen_names()
    is_valid = form.validate()
    if not chosen:
        form.refuse("", words.NOTHING_CHOSEN)
    if not is_valid or not chosen:
        return page(opened, form, chosen), 422
    there = {name_of(finding): finding.identity for finding in opened.findings}
    if not set(chosen) <= set(there):
        raise NotFound(what="finding", id=report_id)
    report_answers.accept_findings(
        db.session,
        report_id,
        [there[each] for each in chosen],
        reason=form.reason.data or "",
        describe=member_words,
        request_key=form.request_key.data,
        **who_and_when(),
    )
    flash(words.accepted_many(len(chosen)), "done")
    return redirect(url_for("reports.checks", report_id=report_id), code=303)


def chosen_names() -> list[str]:
    """The findings chosen one by one, and those that stood in a group that was chosen whole."""
    groups = request.form.getlist(GROUP)
    names = request.form.getlist(CHOSEN) + [name for each in groups for name in request.form.getlist(f"{IN}-{each}")]
    return list(dict.fromkeys(names))


def say_not_yet(opened: Opened, form: AcceptForm) -> Any:
    """Answers the rows of a section that are still blank with "chưa có"; their notes stay."""
    code = request.form[NOT_YET]
    section = next((each for each in sections(opened.form) if each.code == code), None)
    if section is None:
        raise NotFound(what="report_section", id=code)
    held = opened.entries
    answers = [
        Answer(
            row.key,
            NOT_YET_TEXT,
            note=held[row.key].note if row.key in held else "",
            seen=held[row.key].ordinal if row.key in held else 0,
        )
        for row in section.rows
        if not row.is_heading and may_say_not_yet(opened, row)
    ]
    report_answers.answer(db.session, opened.report.id, answers, request_key=form.request_key.data, **who_and_when())
    flash(said_not_yet(len(answers)), "done")
    return redirect(url_for("reports.checks", report_id=opened.report.id, _anchor=f"muc-{code}"), code=303)


def page(opened: Opened, form: AcceptForm, chosen: Sequence[str] = ()) -> str:
    return render_template(
        "reports/checks.html",
        **head_values(opened, "checks"),
        accept_form=form,
        groups=grouped(opened, chosen) if opened.is_draft else (),
        open_count=len(opened.open_findings),
        stops=opened.stops,
        matters=[MATTERS[each] for each in READER_MATTERS],
        accepted=() if opened.is_draft else accepted_groups(opened),
    )
