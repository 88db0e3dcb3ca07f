"""Submitting a report, its number, and what came after: the frozen report, its drift, a corrected one."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from cchc_tasks import wording
from cchc_tasks.domain.errors import Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.checks import READER_MATTERS
from cchc_tasks.services import report_submission, reports
from cchc_tasks.services.ledger import head as ledger_head
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.web.base_form import VersionedForm
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.accepting import accepted_groups
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.drifting import Drifted, drifted
from cchc_tasks.web.reports.fields import KeyForm
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.web.reports.signing import differences, facts, number_lines, plan_lines
from cchc_tasks.web.updating import DATE_FORMATS
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording import report_signing as signing_words
from cchc_tasks.wording.report_members import member_words
from cchc_tasks.wording.reports import READER_MATTERS as MATTERS

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
        signed=signed_facts(opened),
        numbers=number_lines(opened),
        plans=plan_lines(opened),
        accepted=accepted_groups(opened),
        matters=[MATTERS[each] for each in READER_MATTERS],
        differences=differences(opened),
        editions=edition_lines(opened),
        drift=drifted(opened) if stored else Drifted(),
        fingerprint=fingerprint(opened, stored.sha256 if stored else ""),
        may_submit=opened.may(Action.SUBMIT_REPORT),
        may_prepare=opened.may(Action.PREPARE_REPORT),
    )


def signed_facts(opened: Opened) -> list[tuple[str, str, str]]:
    """What is signed, with who submitted it where somebody did."""
    found = facts(opened)
    if opened.frozen is not None:
        found.append(
            (
                signing_words.SUBMITTER,
                signing_words.who_when(opened.frozen.submitted_by, opened.frozen.submitted_at),
                "",
            )
        )
    return found


def edition_lines(opened: Opened) -> list[dict[str, str]]:
    """The other editions of the same report: what they are called, how far they are, where they stand."""
    return [
        {
            "words": words.edition(each.edition),
            "state": signing_words.edition_state(each),
            "href": url_for("reports.submission", report_id=each.id),
        }
        for each in queries.editions_of(db.session, opened.report)
        if each.id != opened.report.id
    ]


def fingerprint(opened: Opened, sha256: str) -> list[tuple[str, str]]:
    """What an auditor holds against the ledger: its head, the form, and the hash of what was frozen."""
    if opened.frozen is not None:
        frozen = opened.frozen
        return signing_words.fingerprint(frozen.ledger_seq, frozen.ledger_hash, frozen.form, frozen.form_sha256, sha256)
    head = ledger_head(db.session, opened.report.agency_id)
    return signing_words.fingerprint(head.seq, head.hash, opened.form.reference, "", "")
