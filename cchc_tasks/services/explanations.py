"""Explanations of late work: the office asks with a day of answer, the head answers on the item, for good."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain import explanations as rules
from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import DomainError, NotFound, Refused, RefusedReason, SomeRefused, StaleEdit
from cchc_tasks.domain.explanations import STEP, ExplanationState
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.services import _once
from cchc_tasks.services._record import NewRow, append, recording_time
from cchc_tasks.services._work import Item, check_version, get_item, lock_obligations, via
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import ExplanationRequest, Obligation

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked, by when, by whom."""

    answer_by: date
    words: str
    actor: Principal
    now: datetime
    request_key: str | None


def ask(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    answer_by: date,
    words: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> ExplanationRequest:
    """Asks why the item is late, to be answered by `answer_by` (inclusive); `words` may be empty.

    Raises `Refused` for work that is not late, and while another request waits for its answer.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.ASK_EXPLANATION)
        item = get_item(session, obligation_id, actor)
        check_version(item.obligation, version)
        asked = _Asked(answer_by, words, actor, now, request_key)
        request = _ask_one(session, item, _check(session, item, answer_by, now), asked)
    log.info("obligation %s: explanation asked by %s", obligation_id, actor.person_id)
    return request


def ask_many(
    session: Session,
    versions: Mapping[int, int],
    *,
    answer_by: date,
    words: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> list[ExplanationRequest]:
    """The same of many items (id -> version seen); all or nothing: `SomeRefused` names each that cannot be."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.ASK_EXPLANATION)
        if not versions:
            raise Refused(RefusedReason.NOTHING_NEW)
        lock_obligations(session, actor, Obligation.id.in_(versions))
        items = _askable(session, versions, answer_by, actor, now)
        asked = _Asked(answer_by, words, actor, now, request_key)
        requests = [_ask_one(session, item, against, asked) for item, against in items]
    log.info("%s explanations asked by %s", len(requests), actor.person_id)
    return requests


def answer(
    session: Session,
    obligation_id: int,
    *,
    words: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> ExplanationRequest:
    """The explanation of whoever owes the work; it answers the request that waits, and stays with the item."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = get_item(session, obligation_id, actor)
        permissions.require(actor, Action.ANSWER_EXPLANATION, item.work())
        request = _waiting(session, item)
        rules.check_answering(item.obligation.status, words)
        _settle(session, request, item, ExplanationState.ANSWERED, words, actor, now, request_key)
    log.info("obligation %s: explanation given by %s", obligation_id, actor.person_id)
    return request


def take_back(
    session: Session,
    obligation_id: int,
    *,
    words: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> ExplanationRequest:
    """The office no longer asks; nobody is reminded any more."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.ASK_EXPLANATION)
        item = get_item(session, obligation_id, actor)
        request = _waiting(session, item)
        _settle(session, request, item, ExplanationState.TAKEN_BACK, words, actor, now, request_key)
    return request


def _askable(
    session: Session, versions: Mapping[int, int], answer_by: date, actor: Principal, now: datetime
) -> list[tuple[Item, date]]:
    """The items with the deadlines they missed, looked at before any is asked; raises `SomeRefused`."""
    items: list[tuple[Item, date]] = []
    refused: list[tuple[int, DomainError]] = []
    for obligation_id, version in sorted(versions.items()):
        try:
            item = get_item(session, obligation_id, actor)
            check_version(item.obligation, version)
            against = _check(session, item, answer_by, now)
        except (NotFound, Refused, StaleEdit) as error:
            refused.append((obligation_id, error))
        else:
            items.append((item, against))
    if refused:
        raise SomeRefused(refused)
    return items


def _check(session: Session, item: Item, answer_by: date, now: datetime) -> date:
    """The deadline that was missed; raises `Refused`."""
    obligation = item.obligation
    if _open_request(session, obligation) is not None:
        raise Refused(RefusedReason.EXPLANATION_WAITS)
    return rules.check_asking(
        obligation.status, obligation.judged_due_on, obligation.status_on, answer_by, today=local_day(now)
    )


def _open_request(session: Session, obligation: Obligation) -> ExplanationRequest | None:
    query = select(ExplanationRequest).where(
        ExplanationRequest.agency_id == obligation.agency_id,
        ExplanationRequest.obligation_id == obligation.id,
        ExplanationRequest.state == ExplanationState.ASKED,
    )
    return session.scalars(query.with_for_update(key_share=True)).one_or_none()


def _waiting(session: Session, item: Item) -> ExplanationRequest:
    request = _open_request(session, item.obligation)
    if request is None:
        raise Refused(RefusedReason.EXPLANATION_SETTLED)
    return request


def _ask_one(session: Session, item: Item, against: date, asked: _Asked) -> ExplanationRequest:
    obligation, actor = item.obligation, asked.actor
    recorded_at = recording_time(session, actor.agency_id, now=asked.now)
    counted = select(func.count()).select_from(ExplanationRequest)
    before = session.scalar(counted.where(ExplanationRequest.obligation_id == obligation.id)) or 0
    payload: dict[str, object] = {
        STEP: ExplanationState.ASKED.value,
        "answer_by": asked.answer_by.isoformat(),
        "against": against.isoformat(),
    }
    said = {"reason": asked.words} if asked.words else {}
    row = _row(item, actor, recorded_at, asked.request_key, None, payload | said)
    request = ExplanationRequest(
        agency_id=obligation.agency_id,
        plan_id=obligation.plan_id,
        task_id=obligation.task_id,
        obligation_id=obligation.id,
        ordinal=before + 1,
        state=ExplanationState.ASKED,
        words=asked.words,
        answer_by=asked.answer_by,
        asked_against=against,
        asked_on=local_day(recorded_at),
        asked_at=recorded_at,
        asked_by_id=actor.person_id,
        asked_seq=append(session, actor.agency_id, [row], now=recorded_at)[0].seq,
    )
    session.add(request)
    # A second request from a page opened before this one is told of it.
    obligation.version += 1
    return request


def _settle(
    session: Session,
    request: ExplanationRequest,
    item: Item,
    state: ExplanationState,
    words: str,
    actor: Principal,
    now: datetime,
    request_key: str | None,
) -> None:
    """An answer or a taking back: told in the ledger, nothing else of the item moves."""
    payload = {STEP: state.value, **({"reason": words} if words else {})}
    row = _row(item, actor, now, request_key, request.asked_seq, payload)
    [stored] = append(session, actor.agency_id, [row], now=now)
    request.state, request.answer = state, words
    request.answered_seq, request.answered_at, request.answered_by_id = stored.seq, stored.recorded_at, actor.person_id
    request.version += 1


def _row(
    item: Item,
    actor: Principal,
    now: datetime,
    request_key: str | None,
    answers_seq: int | None,
    payload: Mapping[str, object],
) -> NewRow:
    return NewRow(
        kind=RowKind.EXPLANATION,
        plan_id=item.obligation.plan_id,
        task_id=item.obligation.task_id,
        deliverable_id=item.obligation.deliverable_id,
        obligation_id=item.obligation.id,
        effective_on=local_day(now),
        actor_id=actor.person_id,
        answers_seq=answers_seq,
        request_key=request_key,
        payload={**payload, **via(actor)},
    )
