"""The acts around an explanation of late work: asked for, given, no longer asked."""

from datetime import timedelta
from typing import Any

from cchc_tasks.domain.explanations import is_late
from cchc_tasks.services import explanations
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.web import clock
from cchc_tasks.web.login import who_and_when
from cchc_tasks.web.tasks.forms import AskExplanationForm, ExplanationForm, TakeBackExplanationForm
from cchc_tasks.wording import explanations as words

#: What is proposed as the time to answer; the office changes it.
DAYS_TO_ANSWER = 7


def may_be_asked(row: WorkRow) -> bool:
    """Whether the row is late by now, and nothing is asked of it yet."""
    return row.explain_by is None and is_late(row.status, row.due_on, row.status_on, clock.today())


def first_values(_row: WorkRow) -> dict[str, Any]:
    return {"answer_by": clock.today() + timedelta(days=DAYS_TO_ANSWER)}


def ask(form: AskExplanationForm, row: WorkRow) -> str:
    explanations.ask(
        db.session,
        row.id,
        version=form.version.data or 0,
        answer_by=form.answer_by.data,
        words=form.reason.data or "",
        request_key=form.request_key.data,
        **who_and_when(),
    )
    return words.ASKED_SAID


def answer(form: ExplanationForm, row: WorkRow) -> str:
    key = form.request_key.data
    explanations.answer(db.session, row.id, words=form.text.data, request_key=key, **who_and_when())
    return words.ANSWERED_SAID


def take_back(form: TakeBackExplanationForm, row: WorkRow) -> str:
    key = form.request_key.data
    explanations.take_back(db.session, row.id, words=form.reason.data or "", request_key=key, **who_and_when())
    return words.TAKEN_BACK_SAID
