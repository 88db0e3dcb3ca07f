"""What can be done to one obligation on its task's page: who is offered it, its form, the service it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cchc_tasks import wording
from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.evidence import UnfitFile
from cchc_tasks.domain.extensions import ASKABLE_STATUSES
from cchc_tasks.domain.permissions import Action, Principal, Work
from cchc_tasks.domain.workflow import OPEN_STATUSES, REMOVED_STATUSES, Move, Status, can_move
from cchc_tasks.services import corrections, extensions, obligations, teamwork
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import extensions as extension_queries
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.web import clock, uploads
from cchc_tasks.web.issued import optional_document
from cchc_tasks.web.login import current_principal, who_and_when
from cchc_tasks.web.tasks import explaining
from cchc_tasks.web.tasks.forms import (
    MOVE_DAY,
    ActForm,
    AskExplanationForm,
    AttachForm,
    CommentForm,
    CorrectionForm,
    ExplanationForm,
    ExtensionForm,
    HandOverForm,
    ReasonForm,
    ReopenForm,
    TakeBackExplanationForm,
    TakeBackExtensionForm,
)
from cchc_tasks.web.updating import FIELD_OF, put_hidden
from cchc_tasks.wording import tasks as words

UPDATE = "cap-nhat"
ASK_EXTENSION = "xin-gia-han"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do. `offers` is asked before it is shown; the service asks again whatever was shown.

    `run` returns what to tell, or "" with sentences on the form where something is missing.
    """

    slug: str
    action: Action
    form: type[ActForm]
    offers: Callable[[WorkRow], bool]
    run: Callable[[Any, WorkRow], str]
    fields: Mapping[RefusedReason, str] = field(default_factory=dict)
    first_values: Callable[[WorkRow], dict[str, Any]] = lambda _row: {}

    @property
    def words(self) -> str:
        return words.ACTS[self.slug]

    @property
    def submit(self) -> str:
        return words.SUBMITS[self.slug]

    @property
    def hint(self) -> str:
        return words.HINTS.get(self.slug, "")


def offered(principal: Principal, row: WorkRow, work: Work) -> list[str]:
    """Slugs of what this person may do to the row now, the most likely first; nothing that would be refused."""
    found = []
    if row.status in (Status.NOT_STARTED, Status.IN_PROGRESS) and permissions.may(principal, Action.REPORT_WORK, work):
        found.append(UPDATE)
    found += [act.slug for act in ACTS.values() if act.offers(row) and permissions.may(principal, act.action, work)]
    return found


def _take_back(form: ReasonForm, row: WorkRow) -> str:
    obligations.take_back(db.session, row.id, **_common(form), reason=form.reason.data, **who_and_when())
    return words.TAKEN_BACK


def _reopen(form: ReopenForm, row: WorkRow) -> str:
    obligations.reopen(
        db.session,
        row.id,
        **_common(form),
        effective_on=form.effective_on.data,
        reason=form.reason.data,
        **who_and_when(),
    )
    return words.REOPENED


def _correct(form: CorrectionForm, row: WorkRow) -> str:
    is_move = form.way.data == MOVE_DAY
    if is_move and form.effective_on.data is None:
        form.refuse("effective_on", words.DAY_MISSING)
        return ""
    corrections.correct_status(
        db.session,
        row.id,
        **_common(form),
        effective_on=form.effective_on.data if is_move else None,
        reason=form.reason.data,
        **who_and_when(),
    )
    return words.CORRECTED


def _ask_extension(form: ExtensionForm, row: WorkRow) -> str:
    document, missing = optional_document(form)
    for name, text in missing.items():
        form.refuse(name, text)
    if missing:
        return ""
    extensions.ask(
        db.session,
        row.id,
        **_common(form),
        due_on=form.due_on.data,
        reason=form.reason.data,
        document=document,
        **who_and_when(),
    )
    return words.EXTENSION_ASKED


def _take_back_extension(form: TakeBackExtensionForm, row: WorkRow) -> str:
    request = extension_queries.open_request(db.session, current_principal().agency_id, row.id)
    if request is None:
        raise Refused(RefusedReason.ALREADY_ANSWERED)
    extensions.take_back(
        db.session,
        request.id,
        version=form.request_version.data or 0,
        reason=form.reason.data or "",
        request_key=form.request_key.data,
        **who_and_when(),
    )
    return words.EXTENSION_TAKEN_BACK


def _revoke_extension(form: ReasonForm, row: WorkRow) -> str:
    corrections.revoke_extension(db.session, row.id, **_common(form), reason=form.reason.data, **who_and_when())
    return words.EXTENSION_REVOKED


def _request_seen(row: WorkRow) -> dict[str, Any]:
    request = extension_queries.open_request(db.session, current_principal().agency_id, row.id)
    return {"request_version": 0 if request is None else request.version}


def _hand_over(form: HandOverForm, row: WorkRow) -> str:
    person_id = form.person_id.data or None
    teamwork.hand_over(db.session, row.id, **_common(form), person_id=person_id, **who_and_when())
    return words.HANDED_OVER if person_id else words.HANDED_BACK


def _comment(form: CommentForm, row: WorkRow) -> str:
    teamwork.add_note(
        db.session,
        row.id,
        kind=teamwork.NoteKind.COMMENT,
        text=form.text.data,
        request_key=form.request_key.data,
        **who_and_when(),
    )
    return words.COMMENTED


def _attach(form: AttachForm, row: WorkRow) -> str:
    try:
        files = [*uploads.unsign(form.kept.data), *uploads.keep_all(form.files.data or ())]
    except UnfitFile as error:
        form.refuse("files", wording.explain(error))
        return ""
    put_hidden(form, kept=uploads.sign(files))
    document, missing = optional_document(form)
    for name, text in missing.items():
        form.refuse(name, text)
    if form.errors:
        return ""
    teamwork.attach(
        db.session,
        row.id,
        document=document,
        files=[uploads.as_input(file) for file in files],
        request_key=form.request_key.data,
        **who_and_when(),
    )
    return words.ATTACHED


def _common(form: ActForm) -> dict[str, Any]:
    return {"version": form.version.data, "request_key": form.request_key.data}


def _is_open(row: WorkRow) -> bool:
    return row.status in OPEN_STATUSES


def _is_in_plan(row: WorkRow) -> bool:
    return row.status not in REMOVED_STATUSES


_DAY_FIELDS = {
    RefusedReason.AFTER_TODAY: "effective_on",
    RefusedReason.BEFORE_PLAN: "effective_on",
    RefusedReason.BEFORE_COMPLETION: "effective_on",
    RefusedReason.NOTHING_NEW: "effective_on",
}

_EXTENSION_FIELDS = {
    RefusedReason.NOT_LATER: "due_on",
    RefusedReason.NO_DEADLINE: "due_on",
    RefusedReason.AFTER_TODAY: "issued_on",
}

ACTS: dict[str, Act] = {
    act.slug: act
    for act in (
        Act(
            "rut-bao-cao",
            Action.REPORT_WORK,
            ReasonForm,
            lambda row: can_move(row.status, Move.TAKE_BACK),
            _take_back,
        ),
        Act(
            "mo-lai",
            Action.REOPEN,
            ReopenForm,
            lambda row: can_move(row.status, Move.REOPEN),
            _reopen,
            _DAY_FIELDS,
            lambda _row: {"effective_on": clock.today()},
        ),
        Act(
            ASK_EXTENSION,
            Action.ASK_EXTENSION,
            ExtensionForm,
            lambda row: row.status in ASKABLE_STATUSES and row.due_on is not None and row.asked_due_on is None,
            _ask_extension,
            _EXTENSION_FIELDS,
        ),
        Act(
            "rut-xin-gia-han",
            Action.ASK_EXTENSION,
            TakeBackExtensionForm,
            lambda row: row.asked_due_on is not None,
            _take_back_extension,
            {},
            _request_seen,
        ),
        Act(
            "huy-gia-han",
            Action.EDIT_PLAN,
            ReasonForm,
            lambda row: row.extensions > 0 and _is_in_plan(row),
            _revoke_extension,
        ),
        Act(
            "giai-trinh",
            Action.ANSWER_EXPLANATION,
            ExplanationForm,
            lambda row: row.explain_by is not None and _is_in_plan(row),
            explaining.answer,
        ),
        Act(
            "yeu-cau-giai-trinh",
            Action.ASK_EXPLANATION,
            AskExplanationForm,
            explaining.may_be_asked,
            explaining.ask,
            {RefusedReason.ANSWER_BY_PAST: "answer_by"},
            explaining.first_values,
        ),
        Act(
            "bo-yeu-cau-giai-trinh",
            Action.ASK_EXPLANATION,
            TakeBackExplanationForm,
            lambda row: row.explain_by is not None,
            explaining.take_back,
        ),
        Act(
            "giao-viec",
            Action.HAND_OVER,
            HandOverForm,
            _is_open,
            _hand_over,
            {RefusedReason.NOTHING_NEW: "person_id", RefusedReason.NOT_A_MEMBER: "person_id"},
            lambda row: {"person_id": row.person_id or 0},
        ),
        Act("dinh-kem", Action.COMMENT, AttachForm, _is_in_plan, _attach, {RefusedReason.NO_EVIDENCE: "files"}),
        Act("gop-y", Action.COMMENT, CommentForm, _is_in_plan, _comment),
        Act(
            "dinh-chinh",
            Action.CORRECT_LEDGER,
            CorrectionForm,
            lambda row: row.status_on is not None,
            _correct,
            _DAY_FIELDS,
            lambda row: {"effective_on": row.status_on},
        ),
    )
}


def field_of(act: Act, reason: RefusedReason) -> str:
    """At which field of the act's form a refusal is shown; '' for the top of it."""
    name = act.fields.get(reason) or FIELD_OF.get(reason, "")
    return name if name in act.form.__dict__ or hasattr(act.form, name) else ""
