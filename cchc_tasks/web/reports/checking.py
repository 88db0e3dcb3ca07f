"""The checks of a report: what stops it, what asks for a reason, what only tells, what a reader has to look for."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.checks import READER_MATTERS
from cchc_tasks.domain.reports.findings import Finding, FindingKind
from cchc_tasks.domain.reports.forms import Form, Severity
from cchc_tasks.services import report_answers
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.annex import finding_line
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.web.updating import LONGEST
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.report_members import member_words
from cchc_tasks.wording.reports import READER_MATTERS as MATTERS
from cchc_tasks.wording.reports import SEVERITIES, finding_sentence

CHOSEN = "canh-bao"


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
    """Accepts the warnings that are chosen, for one reason."""
    opened = open_report(report_id)
    form = AcceptForm()
    chosen = list(dict.fromkeys(request.form.getlist(CHOSEN)))
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


def name_of(finding: Finding) -> str:
    """What a form calls a finding by: its identity may hold line breaks, which a browser changes."""
    return hashlib.sha256(finding.identity.encode()).hexdigest()


def accepted_then(opened: Opened) -> list[tuple[str, str]]:
    """What a submitted report was accepted with: the warning in words, and its reason."""
    accepted = opened.frozen.accepted if opened.frozen else {}
    return [
        (finding_sentence(finding_of(identity, opened.form), opened.form), reason)
        for identity, reason in accepted.items()
    ]


_FACT = re.compile(r"(?:^|;)([a-z][a-z0-9_]*)=")


def finding_of(identity: str, form: Form) -> Finding:
    """The finding that was accepted under an identity; the form says what kind of relation it was about."""
    kind, relation_id, keys, facts = identity.split("|", 3)
    _before, *pieces = _FACT.split(facts)
    relation = next((each.kind for each in form.relations if each.id == relation_id), None)
    return Finding(
        FindingKind(kind),
        tuple(key for key in keys.split(",") if key),
        Severity.WARNS,
        relation,
        relation_id,
        dict(zip(pieces[::2], pieces[1::2], strict=True)),
    )


def page(opened: Opened, form: AcceptForm, chosen: Sequence[str] = ()) -> str:
    accepted = opened.accepted
    names = task_queries.names_of_people(
        db.session, opened.report.agency_id, {each.actor_id for each in accepted.values() if each.actor_id}
    )
    lines = [
        {
            **finding_line(opened, finding),
            "place": place,
            "name": name_of(finding),
            "is_chosen": name_of(finding) in chosen,
            "accepted": words.accepted(names, accepted.get(finding.identity)),
        }
        for place, finding in enumerate(opened.findings)
    ]
    groups = [
        {
            "severity": severity,
            "title": SEVERITIES[severity],
            "lines": [line for line in lines if line["finding"].severity is severity],
        }
        for severity in Severity
    ]
    return render_template(
        "reports/checks.html",
        **head_values(opened, "checks"),
        accept_form=form,
        groups=[group for group in groups if group["lines"]],
        open_count=len(opened.open_findings),
        matters=[MATTERS[each] for each in READER_MATTERS],
        accepted_frozen=accepted_then(opened),
    )
