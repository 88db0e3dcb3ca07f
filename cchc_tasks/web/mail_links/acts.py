"""What a link of a mail offers for an item, and how each of it is done. Never more than the person may right now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import RefusedReason
from cchc_tasks.domain.mail_links import LinkUse
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.workflow import Move, Status, can_move
from cchc_tasks.services import explanations, obligations, teamwork
from cchc_tasks.services.teamwork import NoteKind
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.web import clock
from cchc_tasks.web.issued import optional_document
from cchc_tasks.web.mail_links.forms import TapForm
from cchc_tasks.web.tasks.brief import Brief
from cchc_tasks.wording import mail_links as words
from cchc_tasks.wording import updates as update_words

_IN_HAND = frozenset({Status.NOT_STARTED, Status.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to confirm. `run` does it as `actor`; False with sentences on the form where something is missing."""

    use: LinkUse
    action: Action
    offers: Callable[[WorkRow], bool]
    run: Callable[[TapForm, Brief, Principal], bool]
    #: At which field a refusal of the service is shown.
    fields: Mapping[RefusedReason, str] = field(default_factory=dict)


def offered(brief: Brief) -> list[Act]:
    """What this person may confirm of the item now, the most likely first."""
    return [
        act
        for act in ACTS.values()
        if act.offers(brief.row) and permissions.may(brief.principal, act.action, brief.work)
    ]


def _common(form: TapForm, actor: Principal) -> dict[str, Any]:
    return {"version": form.version.data, "actor": actor, "now": clock.now()}


def _start(form: TapForm, brief: Brief, actor: Principal) -> bool:
    obligations.start(db.session, brief.row.id, **_common(form, actor))
    return True


def _report(form: TapForm, brief: Brief, actor: Principal) -> bool:
    document, missing = optional_document(form)
    if document is None and not missing:
        missing = {"number": words.DOCUMENT_MISSING}
    for name, text in missing.items():
        form.refuse(name, text)
    if document is None or missing:
        return False
    done_on = form.done_on.data or document.issued_on
    obligations.report(
        db.session,
        brief.row.id,
        effective_on=done_on,
        document=document,
        # The reason that a day before the plan's issue needs.
        reason=form.text.data or None,
        **_common(form, actor),
    )
    return True


def _note(form: TapForm, brief: Brief, actor: Principal) -> bool:
    if not form.text.data:
        form.refuse("text", update_words.NOTE_MISSING)
        return False
    may_report = permissions.may(brief.principal, Action.REPORT_WORK, brief.work)
    kind = NoteKind.PROGRESS if may_report else NoteKind.COMMENT
    teamwork.add_note(db.session, brief.row.id, kind=kind, text=form.text.data, actor=actor, now=clock.now())
    return True


def _explain(form: TapForm, brief: Brief, actor: Principal) -> bool:
    if not form.text.data:
        form.refuse("text", words.EXPLANATION_MISSING)
        return False
    explanations.answer(db.session, brief.row.id, words=form.text.data, actor=actor, now=clock.now())
    return True


ACTS: dict[str, Act] = {
    act.use.value: act
    for act in (
        Act(LinkUse.EXPLAIN, Action.ANSWER_EXPLANATION, lambda row: row.explain_by is not None, _explain),
        Act(
            LinkUse.REPORT,
            Action.REPORT_WORK,
            lambda row: can_move(row.status, Move.REPORT),
            _report,
            {
                RefusedReason.NO_EVIDENCE: "number",
                RefusedReason.AFTER_TODAY: "done_on",
                RefusedReason.BEFORE_PLAN: "text",
            },
        ),
        Act(LinkUse.START, Action.REPORT_WORK, lambda row: can_move(row.status, Move.START), _start),
        Act(LinkUse.NOTE, Action.COMMENT, lambda row: row.status in _IN_HAND, _note),
    )
}
