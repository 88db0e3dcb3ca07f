"""The queue of reported work: confirm, return with a reason, confirm many."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.errors import DomainError, Refused, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import obligations
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries.obligations import WorkFilter
from cchc_tasks.web import clock
from cchc_tasks.web.confirmation.blueprint import bp
from cchc_tasks.web.confirmation.forms import QueueForm
from cchc_tasks.web.confirmation.page import PAGE, Queue, read_queue
from cchc_tasks.web.confirmation.requests import count_requests, tabs
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.wording import confirmation as words
from cchc_tasks.wording import work as work_words

RETURN, OVERRIDE = "tra-lai", "ly-do"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report that was not answered, why not, and what was typed for it."""

    code: str
    title: str
    href: str
    sentence: str
    typed: str = ""


@bp.get("")
@requires(Action.CONFIRM)
def show() -> Any:
    return page(QueueForm(formdata=None))


@bp.post("")
@requires(Action.CONFIRM)
def answer() -> Any:
    """What the pressed button says: confirm or return one report, or confirm those that are chosen."""
    form = QueueForm()
    is_valid = form.validate()
    for name, act in ANSWERS.items():
        obligation_id = request.form.get(name, type=int)
        if obligation_id is not None:
            return act(form, obligation_id) if is_valid else (page(form, **opened(name, obligation_id)), 422)
    chosen = [each for each in request.form.getlist("chon", type=int) if each]
    if not is_valid or not chosen:
        form.refuse("", words.NOTHING_CHOSEN)
        return page(form), 422
    return confirm_chosen(form, chosen)


def confirm(form: QueueForm, obligation_id: int) -> Any:
    return confirm_with(form, obligation_id, None)


def confirm_outside_rule(form: QueueForm, obligation_id: int) -> Any:
    if not form.override.data:
        form.refuse("override", words.OVERRIDE_MISSING)
        return page(form, override_id=obligation_id), 422
    return confirm_with(form, obligation_id, form.override.data)


def confirm_with(form: QueueForm, obligation_id: int, override_reason: str | None) -> Any:
    try:
        obligations.confirm(
            db.session,
            obligation_id,
            version=version_seen(obligation_id),
            override_reason=override_reason,
            request_key=key_for(form, "xac-nhan", obligation_id),
            **who_and_when(),
        )
    except (StaleEdit, Refused) as error:
        outcome = outcome_of(obligation_id, error, typed=override_reason or "")
        return page(form, outcomes=[outcome], override_id=obligation_id if override_reason else None), 409
    flash(words.confirmed(1), "done")
    return again()


def return_report(form: QueueForm, obligation_id: int) -> Any:
    reason = words.return_reason(form.choice.data or "", form.text.data or "")
    if not reason:
        is_other = form.choice.data == words.OTHER
        form.refuse("text" if is_other else "choice", words.TEXT_MISSING if is_other else words.REASON_MISSING)
        return page(form, return_id=obligation_id), 422
    try:
        obligations.return_report(
            db.session,
            obligation_id,
            version=version_seen(obligation_id),
            reason=reason,
            request_key=key_for(form, RETURN, obligation_id),
            **who_and_when(),
        )
    except (StaleEdit, Refused) as error:
        outcome = outcome_of(obligation_id, error, typed=reason)
        return page(form, outcomes=[outcome], return_id=obligation_id), 409
    flash(words.returned(request.form.get(f"don-vi-{obligation_id}", "")[:100]), "done")
    return again()


def confirm_chosen(form: QueueForm, chosen: Sequence[int]) -> Any:
    """Each that may be is confirmed; the others are listed with their reason."""
    done, refused = obligations.confirm_many(
        db.session,
        {each: version_seen(each) for each in chosen},
        request_key=key_for(form, "chon", *chosen),
        **who_and_when(),
    )
    if not refused:
        flash(words.confirmed(len(done)), "done")
        return again()
    outcomes = [outcome_of(each.obligation_id, each.error) for each in refused]
    title = words.partly_confirmed(len(done), len(refused))
    return page(QueueForm(formdata=None), outcomes=outcomes, outcome_title=title), 409


#: Buttons that carry the id of one report.
ANSWERS = {"xac-nhan": confirm, "tra-lai": return_report, "xac-nhan-rieng": confirm_outside_rule}


def opened(name: str, obligation_id: int) -> dict[str, Any]:
    """Which form stays open after a refusal."""
    return {"tra-lai": {"return_id": obligation_id}, "xac-nhan-rieng": {"override_id": obligation_id}}.get(name, {})


def version_seen(obligation_id: int) -> int:
    """The version the reader saw; 0, which none has, where the form says nothing."""
    return request.form.get(f"phien-{obligation_id}", 0, type=int)


def key_for(form: QueueForm, verb: str, *obligation_ids: int) -> str:
    """One key for each thing that the page's one form can do: going back and doing another is no repetition."""
    told = "-".join([str(form.request_key.data), verb, *map(str, sorted(obligation_ids))])
    return hashlib.sha256(told.encode()).hexdigest()


def outcome_of(obligation_id: int, error: DomainError, typed: str = "") -> Outcome:
    rows = obligation_queries.list_work(
        db.session, current_principal().agency_id, WorkFilter(obligation_ids=[obligation_id])
    )
    if not rows:
        return Outcome("", "", "", wording.explain(error), typed)
    row = rows[0]
    title = work_words.headline(work_words.title(row.text, row.period_label))
    href = url_for("tasks.show", task_id=row.task_id, muc=row.id, _anchor=f"muc-{row.id}")
    return Outcome(row.number_text, title, href, wording.explain(error), typed)


def again() -> Any:
    return redirect(url_for("confirmation.show", trang=page_number() if page_number() > 1 else None), code=303)


def page_number() -> int:
    return request.args.get("trang", 1, type=int)


def page(
    form: QueueForm,
    *,
    outcomes: Sequence[Outcome] = (),
    outcome_title: str = "",
    return_id: int | None = None,
    override_id: int | None = None,
) -> str:
    wanted = request.args.get("viec", type=int)
    queue = read_queue(current_principal(), clock.today(), page_number(), wanted)
    return render_template(
        "confirmation/show.html",
        queue=queue,
        form=form,
        outcomes=outcomes,
        outcome_title=outcome_title or words.partly_confirmed(0, len(outcomes)),
        return_id=return_id or request.args.get(RETURN, type=int),
        override_id=override_id or request.args.get(OVERRIDE, type=int),
        chosen=set(request.form.getlist("chon", type=int)),
        pages=page_links(queue),
        range_words=range_words(queue),
        words=words,
        tabs=tabs("reports", queue.total, count_requests(current_principal())),
    )


def page_links(queue: Queue) -> list[tuple[str, str]]:
    return [(str(each), url_for("confirmation.show", trang=each)) for each in range(1, queue.pages + 1)]


def range_words(queue: Queue) -> str:
    first = (queue.page - 1) * PAGE + 1
    return f"{first}–{first + len(queue.cards) - 1} trong {queue.total} sản phẩm"
