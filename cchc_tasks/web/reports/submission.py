"""Submitting a report, its number, and what came after: the frozen report, its drift, a corrected one."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from cchc_tasks import wording
from cchc_tasks.domain.errors import Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import report_submission, reports
from cchc_tasks.services.counting import rule_from
from cchc_tasks.services.ledger import head as ledger_head
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.web.base_form import VersionedForm
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.drifting import drift_lines
from cchc_tasks.web.reports.fields import KeyForm
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.web.updating import DATE_FORMATS
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.core import rule_in_words
from cchc_tasks.wording.report_members import member_words

FIELDS = {RefusedReason.AFTER_TODAY: "issued_on"}


class SubmitForm(VersionedForm):
    """Nothing to fill in: the version that the leader saw."""


class IssueForm(VersionedForm):
    """Number and day of the document, when it is issued."""

    number = StringField("Số, ký hiệu báo cáo", [DataRequired(), Length(max=60)])
    issued_on = DateField("Ngày ban hành", [InputRequired()], format=DATE_FORMATS)


@bp.get("/<int:report_id>/trinh")
@requires(Action.READ_AGENCY)
def submission(report_id: int) -> Any:
    return page(open_report(report_id))


@bp.post("/<int:report_id>/trinh")
@requires(Action.SUBMIT_REPORT)
def submit(report_id: int) -> Any:
    """Freezes the report, once and for all."""
    opened = open_report(report_id)
    form = SubmitForm()
    if not form.validate() or form.version.data is None:
        return page(opened, submit_form=form), 422
    try:
        report_submission.submit(
            db.session,
            report_id,
            version=form.version.data,
            describe=member_words,
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except (Refused, StaleEdit) as error:
        db.session.expire_all()
        form.refuse("", wording.explain(error))
        return page(open_report(report_id), submit_form=form), 409
    flash(words.JUST_SUBMITTED, "done")
    return redirect(url_for("reports.submission", report_id=report_id), code=303)


@bp.post("/<int:report_id>/cap-so")
@requires(Action.PREPARE_REPORT)
def issue(report_id: int) -> Any:
    """Fills in number and day of a submitted report."""
    opened = open_report(report_id)
    form = IssueForm()
    if not form.validate():
        return page(opened, issue_form=form), 422
    try:
        report_submission.issue(db.session, report_id, **form.values(), **who_and_when())
    except StaleEdit as error:
        db.session.expire_all()
        held = open_report(report_id)
        form.refuse_stale(error, {"number": held.report.number})
        return page(held, issue_form=form), 409
    except Refused as error:
        form.refuse(FIELDS.get(error.reason, ""), wording.explain(error))
        return page(open_report(report_id), issue_form=form), 422
    flash(words.ISSUED, "done")
    return redirect(url_for("reports.submission", report_id=report_id), code=303)


@bp.post("/<int:report_id>/dinh-chinh")
@requires(Action.PREPARE_REPORT)
def correct(report_id: int) -> Any:
    """Begins the next edition of a submitted report beside it."""
    opened = open_report(report_id)
    form = KeyForm()
    if not form.validate():
        return page(opened), 422
    report = reports.correct(db.session, report_id, request_key=form.request_key.data, **who_and_when())
    flash(words.CORRECTION_BEGUN, "done")
    return redirect(url_for("reports.show", report_id=report.id), code=303)


def page(opened: Opened, *, submit_form: SubmitForm | None = None, issue_form: IssueForm | None = None) -> str:
    if submit_form is None:
        submit_form = SubmitForm(formdata=None)
        submit_form.version.data = opened.report.version
    if issue_form is None:
        issue_form = IssueForm(formdata=None, obj=opened.report)
    stored = queries.snapshot_of(db.session, opened.report)
    return render_template(
        "reports/submission.html",
        **head_values(opened, "submission"),
        submit_form=submit_form,
        issue_form=issue_form,
        key_form=KeyForm(formdata=None),
        stored=stored,
        summary=summary(opened),
        rules=rules(opened),
        editions=[each for each in queries.editions_of(db.session, opened.report) if each.id != opened.report.id],
        drift=drift_lines(opened) if stored else [],
        may_submit=opened.may(Action.SUBMIT_REPORT),
        may_prepare=opened.may(Action.PREPARE_REPORT),
        edition_words=words.edition,
    )


def summary(opened: Opened) -> list[tuple[str, str, str]]:
    """What is frozen, or will be: (term, words, nothing to do beside it)."""
    computed = sum(each.is_computed for each in opened.figures.values())
    changed = sum(bool(each.override_reason) for each in opened.figures.values())
    total = len(opened.form.value_rows)
    if opened.frozen:
        head = (opened.frozen.ledger_seq, opened.frozen.ledger_hash)
    else:
        now = ledger_head(db.session, opened.report.agency_id)
        head = (now.seq, now.hash)
    return words.summary(opened.form, total, computed, total - len(opened.waiting) - computed, changed, head)


def rules(opened: Opened) -> list[str]:
    """The counting rules that the figures of plans go by, or went by when they were frozen."""
    if opened.frozen:
        used = [rule_from(dict(plan.rule)) for plan in opened.frozen.plans]
    else:
        used = [each.rule for group in opened.told.tallies.values() for each in group]
    return list(dict.fromkeys(rule_in_words(rule) for rule in used))
