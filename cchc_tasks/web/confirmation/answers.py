"""The page of requests to extend a deadline: grant, grant another date, refuse."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.errors import Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import extensions
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import extensions as extension_queries
from cchc_tasks.storage.queries.extensions import RequestRow
from cchc_tasks.web import badges, clock
from cchc_tasks.web.confirmation.blueprint import bp
from cchc_tasks.web.confirmation.forms import AnswerForm
from cchc_tasks.web.confirmation.requests import outcome, read_requests, tabs
from cchc_tasks.web.issued import optional_document
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.updating import put_hidden
from cchc_tasks.wording import extensions as words

REFUSE = "khong"
#: At which field a refusal of the service is shown.
FIELDS = {
    RefusedReason.NOT_LATER: "due_on",
    RefusedReason.NO_DEADLINE: "due_on",
    RefusedReason.REASON_NEEDED: "words",
    RefusedReason.AFTER_TODAY: "issued_on",
    RefusedReason.SELF_ANSWER: "override",
    RefusedReason.OFFICE_REQUEST_NEEDS_LEADER: "override",
}


@bp.get("/gia-han")
@requires(Action.ANSWER_EXTENSION)
def requests() -> Any:
    return page({})


@bp.post("/gia-han/<int:request_id>")
@requires(Action.ANSWER_EXTENSION)
def answer_request(request_id: int) -> Any:
    """What the pressed button says: the date of the form is granted, or none."""
    asked = extension_queries.request_row(db.session, current_principal().agency_id, request_id)
    form = AnswerForm()
    is_refusal = request.form.get("tra-loi") == REFUSE
    if not form.validate():
        return page({request_id: form}), 422
    try:
        said = refuse(form, request_id) if is_refusal else grant(form, request_id)
    except StaleEdit as error:
        return moved_on(form, asked.id, wording.explain(error))
    except Refused as error:
        if error.reason is RefusedReason.ALREADY_ANSWERED:
            return moved_on(form, asked.id, wording.explain(error))
        form.refuse(FIELDS.get(error.reason, ""), wording.explain(error))
        said = ""
    if not said:
        return page({request_id: form}), 422
    flash(said, "done")
    return redirect(url_for("confirmation.requests"), code=303)


def refuse(form: AnswerForm, request_id: int) -> str:
    extensions.refuse(db.session, request_id, words=form.words.data or "", **common(form), **who_and_when())
    return words.REFUSED_SAID


def grant(form: AnswerForm, request_id: int) -> str:
    document, missing = optional_document(form)
    if form.due_on.data is None:
        missing = {**missing, "due_on": words.DATE_MISSING}
    for name, text in missing.items():
        form.refuse(name, text)
    if missing:
        return ""
    extensions.grant(
        db.session,
        request_id,
        deadline_version=form.deadline_version.data or 0,
        due_on=form.due_on.data,
        words=form.words.data or "",
        document=document,
        **common(form),
        **who_and_when(),
    )
    return words.granted_said(form.due_on.data)


def common(form: AnswerForm) -> dict[str, Any]:
    return {
        "version": form.version.data or 0,
        "override_reason": form.override.data or None,
        "request_key": form.request_key.data,
    }


def moved_on(form: AnswerForm, request_id: int, sentence: str) -> Any:
    """Somebody was quicker: what they did is said, what was typed stays, in the form while the request still waits."""
    db.session.rollback()
    db.session.expire_all()
    now: RequestRow = extension_queries.request_row(db.session, current_principal().agency_id, request_id)
    if now.state is ExtensionState.ASKED:
        form.refuse("", sentence)
        form.refuse("due_on", words.deadline_now(now.due_on))
        put_hidden(form, version=now.version, deadline_version=now.deadline_version)
        return page({request_id: form}), 409
    typed = [
        wording.format_date(form.due_on.data),
        form.words.data or "",
        form.number.data or "",
        form.override.data or "",
    ]
    return page({}, outcome(now, typed)), 409


def page(opened: dict[int, AnswerForm], told: dict[str, Any] | None = None) -> str:
    principal = current_principal()
    cards = read_requests(principal, clock.today(), opened)
    return render_template(
        "confirmation/requests.html",
        cards=cards,
        told=told,
        tabs=tabs("requests", badges.reports_waiting(principal), len(cards)),
        summary=words.summary(len(cards)),
    )
