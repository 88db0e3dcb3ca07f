"""Extensions of deadlines: a head asks, the office or a leader grants, changes or refuses; one document for many."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain import extensions as rules
from cchc_tasks.domain import permissions
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import DomainError, NotFound, Refused, RefusedReason, SomeRefused, StaleEdit
from cchc_tasks.domain.extensions import EXTENDED, ExtensionState
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal, Work
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import _once
from cchc_tasks.services._deadlines import deadline_held, refresh_deadline
from cchc_tasks.services._entry import DeadlineValues, deadline_row
from cchc_tasks.services._evidence import DocumentInput, evidence_facts, keep_document
from cchc_tasks.services._record import NewRow, append, recording_time
from cchc_tasks.services._work import (
    Item,
    check_version,
    get_item,
    kinds_of_units,
    lock_obligations,
    of_kind,
    power,
    reporting_unit,
)
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Document, ExtensionRequest, Obligation
from cchc_tasks.storage.queries import ledger as ledger_queries

log = logging.getLogger(__name__)

#: Which half of the story an extension row tells (`payload["step"]`): the state that the request came to.
STEP = "step"


@dataclass(frozen=True, slots=True)
class _Grant:
    """What is granted, by whom, and by which document if there is one."""

    due_on: date
    words: str
    document: DocumentInput | None
    actor: Principal
    now: datetime
    request_key: str | None
    override_reason: str = ""


def ask(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    due_on: date,
    reason: str,
    actor: Principal,
    now: datetime,
    document: DocumentInput | None = None,
    request_key: str | None = None,
) -> ExtensionRequest:
    """Asks for the new date `due_on` (inclusive), also after the deadline: the row says so.

    Raises `Refused` for work that is reported, done or undated, a date that is not later, a missing reason, and
    while another request of the obligation waits for its answer.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = get_item(session, obligation_id, actor)
        permissions.require(actor, Action.ASK_EXTENSION, item.work())
        check_version(item.obligation, version)
        rules.check_asking(item.obligation.status, item.obligation.due_on, due_on, reason)
        if _open_request(session, item.obligation) is not None:
            raise Refused(RefusedReason.ALREADY_ASKED)
        _check_issued(document, now)
        request = _new_request(session, item, due_on, reason, document, actor, recording_time_of(session, actor, now))
        payload: dict[str, object] = {STEP: ExtensionState.ASKED.value, "reason": reason}
        payload |= {"against": request.asked_against.isoformat(), **power(actor, Action.ASK_EXTENSION, item.work())}
        row = _row(item, request, actor, effective_on=request.asked_on, due_on=due_on, request_key=request_key)
        told = replace(row, unit_id=request.asked_unit_id, payload={**payload, **evidence_facts(document, ())})
        request.asked_seq = append(session, actor.agency_id, [told], now=now)[0].seq
        session.add(request)
        # A second request from a page opened before this one is told of it.
        item.obligation.version += 1
    log.info("obligation %s: extension asked by %s", obligation_id, actor.person_id)
    return request


def take_back(
    session: Session,
    request_id: int,
    *,
    version: int,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> ExtensionRequest:
    """The unit no longer asks; anybody who may ask for this work may take its request back."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        request, item = _locked(session, request_id, actor)
        permissions.require(actor, Action.ASK_EXTENSION, item.work())
        _check_open(request, version)
        _close(session, request, item, ExtensionState.TAKEN_BACK, reason, actor, now, request_key)
    return request


def grant(
    session: Session,
    request_id: int,
    *,
    version: int,
    deadline_version: int,
    due_on: date,
    words: str,
    actor: Principal,
    now: datetime,
    document: DocumentInput | None = None,
    override_reason: str | None = None,
    request_key: str | None = None,
) -> ExtensionRequest:
    """Grants `due_on` (inclusive), the date asked for or another one after the deadline in force.

    It holds from the day of `document`, without one from today. `deadline_version` is that of the deadline its reader
    saw: where it moved meanwhile, `StaleEdit`. Nobody answers their own request without `override_reason`.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        request, item = _locked(session, request_id, actor)
        _check_answer(session, request, item, actor, override_reason)
        _check_open(request, version)
        if item.obligation.deadline_version != deadline_version:
            raise StaleEdit(
                what="obligations",
                id=item.obligation.id,
                current=item.obligation.deadline_version,
                seen=deadline_version,
            )
        now = recording_time_of(session, actor, now)
        given = _Grant(due_on, words, document, actor, now, request_key, override_reason or "")
        _put(session, request, item, given, _kept(session, document, actor, now))
    log.info("obligation %s: extension granted by %s", item.obligation.id, actor.person_id)
    return request


def refuse(
    session: Session,
    request_id: int,
    *,
    version: int,
    words: str,
    actor: Principal,
    now: datetime,
    override_reason: str | None = None,
    request_key: str | None = None,
) -> ExtensionRequest:
    """Says no, with words; the deadline stays."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        request, item = _locked(session, request_id, actor)
        _check_answer(session, request, item, actor, override_reason)
        _check_open(request, version)
        if not words:
            raise Refused(RefusedReason.REASON_NEEDED)
        request.override_reason = override_reason or ""
        _close(session, request, item, ExtensionState.REFUSED, words, actor, now, request_key)
    return request


def extend_many(
    session: Session,
    versions: Mapping[int, int],
    *,
    due_on: date,
    document: DocumentInput,
    words: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> list[ExtensionRequest]:
    """One document gives many obligations (id -> version seen) the new date `due_on`, each against its own deadline.

    All or nothing: `SomeRefused` names each that cannot be. The document decides, so that nobody's own request is in
    question; a request that waits for its answer is granted by it.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.ANSWER_EXTENSION)
        if not versions:
            raise Refused(RefusedReason.NOTHING_NEW)
        _check_issued(document, now)
        lock_obligations(session, actor, Obligation.id.in_(versions))
        items = _extendable(session, versions, due_on, actor)
        waiting = {item.obligation.id: _open_request(session, item.obligation) for item in items}
        now = recording_time_of(session, actor, now)
        kept = _kept(session, document, actor, now)
        given = _Grant(due_on, words, document, actor, now, request_key)
        requests = []
        for item in items:
            request = waiting[item.obligation.id] or _new_request(session, item, due_on, words, None, actor, now)
            _put(session, request, item, given, kept)
            requests.append(request)
    log.info("%s obligations extended by %s with %s", len(requests), actor.person_id, document.number)
    return requests


def recording_time_of(session: Session, actor: Principal, now: datetime) -> datetime:
    """The time of entry of this unit of work; taken after the locks of obligations."""
    return recording_time(session, actor.agency_id, now=now)


def _extendable(session: Session, versions: Mapping[int, int], due_on: date, actor: Principal) -> list[Item]:
    """The items, locked and looked at before anything is written; raises `SomeRefused` with every reason."""
    items: list[Item] = []
    refused: list[tuple[int, DomainError]] = []
    for obligation_id, version in sorted(versions.items()):
        try:
            item = get_item(session, obligation_id, actor)
            check_version(item.obligation, version)
            rules.check_granting(item.obligation.status, item.obligation.due_on, due_on)
        except DomainError as error:
            refused.append((obligation_id, error))
        else:
            items.append(item)
    if refused:
        raise SomeRefused(refused)
    return items


def _locked(session: Session, request_id: int, actor: Principal) -> tuple[ExtensionRequest, Item]:
    """The request and its obligation, the obligation locked first; raises `NotFound`."""
    own = (ExtensionRequest.agency_id == actor.agency_id, ExtensionRequest.id == request_id)
    obligation_id = session.scalar(select(ExtensionRequest.obligation_id).where(*own))
    if obligation_id is None:
        raise NotFound(what="extension", id=request_id)
    item = get_item(session, obligation_id, actor)
    query = select(ExtensionRequest).where(*own).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one(), item


def _check_open(request: ExtensionRequest, version: int) -> None:
    if request.version != version:
        raise StaleEdit(what="extension_requests", id=request.id, current=request.version, seen=version)
    if request.state is not ExtensionState.ASKED:
        raise Refused(RefusedReason.ALREADY_ANSWERED)


def _check_answer(
    session: Session, request: ExtensionRequest, item: Item, actor: Principal, override_reason: str | None
) -> None:
    work = _asked_work(session, request, item)
    permissions.check_extension_answer(actor, work, asked_by_id=request.asked_by_id, override_reason=override_reason)


def _asked_work(session: Session, request: ExtensionRequest, item: Item) -> Work:
    """The work as its answer is judged: whether the office asks for its own."""
    offices = of_kind(kinds_of_units(session, request.agency_id), UnitKind.OFFICE)
    return replace(item.work(), is_office_work=request.asked_unit_id in offices)


def _check_issued(document: DocumentInput | None, now: datetime) -> None:
    if document is not None:
        rules.holds_from(local_day(now), document.issued_on, date.min)


def _open_request(session: Session, obligation: Obligation) -> ExtensionRequest | None:
    query = select(ExtensionRequest).where(
        ExtensionRequest.agency_id == obligation.agency_id,
        ExtensionRequest.obligation_id == obligation.id,
        ExtensionRequest.state == ExtensionState.ASKED,
    )
    return session.scalars(query.with_for_update(key_share=True)).one_or_none()


def _new_request(
    session: Session,
    item: Item,
    due_on: date,
    reason: str,
    document: DocumentInput | None,
    actor: Principal,
    now: datetime,
) -> ExtensionRequest:
    """A request as asked now, against the deadline in force; not added yet, since it has no ledger row."""
    obligation = item.obligation
    asked = select(func.count()).select_from(ExtensionRequest)
    before = session.scalar(asked.where(ExtensionRequest.obligation_id == obligation.id)) or 0
    kept = _kept(session, document, actor, now)
    return ExtensionRequest(
        agency_id=obligation.agency_id,
        plan_id=obligation.plan_id,
        task_id=obligation.task_id,
        obligation_id=obligation.id,
        ordinal=before + 1,
        state=ExtensionState.ASKED,
        asked_due_on=due_on,
        reason=reason,
        document_id=None if kept is None else kept.id,
        asked_against=rules.check_later(obligation.due_on, due_on),
        deadline_version=obligation.deadline_version,
        asked_on=local_day(now),
        asked_at=now,
        asked_by_id=actor.person_id,
        asked_unit_id=reporting_unit(item, actor),
    )


def _kept(session: Session, document: DocumentInput | None, actor: Principal, now: datetime) -> Document | None:
    if document is None:
        return None
    kept = keep_document(session, actor.agency_id, document, actor, now)
    session.flush()
    return kept


def _row(item: Item, request: ExtensionRequest, actor: Principal, **values: object) -> NewRow:
    return NewRow(
        kind=RowKind.EXTENSION,
        plan_id=item.obligation.plan_id,
        task_id=item.obligation.task_id,
        deliverable_id=item.obligation.deliverable_id,
        obligation_id=item.obligation.id,
        actor_id=actor.person_id,
        answers_seq=request.asked_seq,
        **values,  # type: ignore[arg-type]
    )


def _close(
    session: Session,
    request: ExtensionRequest,
    item: Item,
    state: ExtensionState,
    words: str,
    actor: Principal,
    now: datetime,
    request_key: str | None,
) -> None:
    """A refusal or a taking back: told in the ledger, nothing else moves."""
    payload: dict[str, object] = {STEP: state.value, "asked": request.asked_due_on.isoformat()}
    said = {"reason": words} if words else {}
    override = {"override": request.override_reason} if request.override_reason else {}
    action = Action.ASK_EXTENSION if state is ExtensionState.TAKEN_BACK else Action.ANSWER_EXTENSION
    by = power(actor, action, _asked_work(session, request, item))
    row = _row(item, request, actor, effective_on=local_day(now), due_on=item.obligation.due_on)
    told = replace(row, request_key=request_key, payload={**payload, **said, **override, **by})
    [stored] = append(session, actor.agency_id, [told], now=now)
    _answered(request, state, words, stored, actor)


def _answered(
    request: ExtensionRequest, state: ExtensionState, words: str, stored: LedgerRow, actor: Principal
) -> None:
    request.state, request.answer = state, words
    request.answered_seq, request.answered_at = stored.seq, stored.recorded_at
    request.answered_by_id = actor.person_id
    request.version = (request.version or 1) + 1


def _put(session: Session, request: ExtensionRequest, item: Item, given: _Grant, kept: Document | None) -> None:
    """Grants: the new deadline and the answer stand in the ledger together, and the present deadline follows."""
    obligation, actor = item.obligation, given.actor
    against = rules.check_granting(obligation.status, obligation.due_on, given.due_on)
    held = deadline_held(ledger_queries.list_deadline_rows(session, obligation.agency_id, obligation.id))
    issued_on = None if given.document is None else given.document.issued_on
    day = rules.holds_from(local_day(given.now), issued_on, held.effective_on)
    deadline = deadline_row(
        obligation, _values(obligation, given.due_on), actor_id=actor.person_id, change=EXTENDED, reason=given.words
    )
    payload: dict[str, object] = {
        STEP: ExtensionState.GRANTED.value,
        "against": against.isoformat(),
        "asked": request.asked_due_on.isoformat(),
        **({"reason": given.words} if given.words else {}),
        **({"override": given.override_reason} if given.override_reason else {}),
        **power(actor, Action.ANSWER_EXTENSION, _asked_work(session, request, item)),
        **evidence_facts(given.document, ()),
    }
    answer = _row(item, request, actor, effective_on=day, due_on=given.due_on, request_key=given.request_key)
    written = [replace(deadline, effective_on=day, request_key=given.request_key), replace(answer, payload=payload)]
    moved, stored = append(session, actor.agency_id, written, now=given.now)
    request.granted_due_on, request.granted_against, request.granted_from = given.due_on, against, day
    request.answer_document_id = None if kept is None else kept.id
    request.override_reason, request.deadline_seq = given.override_reason, moved.seq
    request.asked_seq = request.asked_seq or stored.seq
    _answered(request, ExtensionState.GRANTED, given.words, stored, actor)
    session.add(request)
    refresh_deadline(session, obligation, now=stored.recorded_at)


def _values(obligation: Obligation, due_on: date) -> DeadlineValues:
    """The new deadline is a date; a period of recurring work goes on being one."""
    is_recurring = obligation.deadline_kind is DeadlineKind.RECURRING
    kind = DeadlineKind.RECURRING if is_recurring else DeadlineKind.DATE
    return DeadlineValues(kind, due_on, obligation.starts_on, obligation.is_ongoing)
