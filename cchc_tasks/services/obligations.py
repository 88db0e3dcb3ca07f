"""What happens to one obligation: started, reported with evidence, confirmed, returned, reopened, put right."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import DomainError, Refused, RefusedReason
from cchc_tasks.domain.evidence import proves
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import TRANSITIONS, Move, Status, check_effective_on, check_move
from cchc_tasks.services import _once
from cchc_tasks.services._evidence import DocumentInput, FileInput, add_evidence, evidence_facts
from cchc_tasks.services._notes import NoteKind, keep_note
from cchc_tasks.services._record import NewRow, append
from cchc_tasks.services._succession import lock_task_of, pass_to_heir
from cchc_tasks.services._work import (
    Item,
    check_open,
    check_version,
    get_item,
    kinds_of_units,
    lock_obligations,
    of_kind,
    reporting_unit,
    status_row,
    write_status,
)
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Evidence, Obligation
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries.evidence import withdrawn_of

log = logging.getLogger(__name__)

__all__ = ["DocumentInput", "FileInput", "confirm", "confirm_many", "reopen", "report", "return_report", "start"]


def start(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    actor: Principal,
    now: datetime,
    effective_on: date | None = None,
    reason: str | None = None,
    note: str | None = None,
    request_key: str | None = None,
) -> Obligation:
    """Work on it has begun; on the day of entry where no other is given; `note` is its first progress note."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = _open(session, obligation_id, version, actor, Action.REPORT_WORK)
        day = effective_on or local_day(now)
        _move(session, item, Move.START, actor=actor, now=now, day=day, reason=reason, request_key=request_key)
        if note:
            keep_note(session, item.obligation, NoteKind.PROGRESS, note, actor=actor, now=now)
    return item.obligation


def report(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    effective_on: date,
    actor: Principal,
    now: datetime,
    document: DocumentInput | None = None,
    files: Sequence[FileInput] = (),
    waiver_reason: str | None = None,
    reason: str | None = None,
    request_key: str | None = None,
) -> Obligation:
    """The unit says it is done on `effective_on`, with a document, a file, or the reason why there is none.

    Raises `Refused` without evidence, for a day after today, or before the plan's issue without `reason`.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = _open(session, obligation_id, version, actor, Action.REPORT_WORK)
        if waiver_reason:
            _waive(session, item, waiver_reason, actor=actor, now=now, request_key=request_key)
        payload = evidence_facts(document, files)
        unit_id = reporting_unit(item, actor)
        row = _move(
            session,
            item,
            Move.REPORT,
            actor=actor,
            now=now,
            day=effective_on,
            reason=reason,
            has_evidence=bool(document or files) or _has_evidence(session, item.obligation),
            unit_id=unit_id,
            request_key=request_key,
            payload=payload,
        )
        item.obligation.reported_by_id, item.obligation.reported_unit_id = actor.person_id, unit_id
        add_evidence(session, item.obligation, document, files, seq=row.seq, actor=actor, now=row.recorded_at)
    return item.obligation


def confirm(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    actor: Principal,
    now: datetime,
    override_reason: str | None = None,
    request_key: str | None = None,
) -> Obligation:
    """The report is accepted, as of the day it names. Nobody confirms their own without `override_reason`."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        offices = of_kind(kinds_of_units(session, actor.agency_id), UnitKind.OFFICE)
        obligation = _confirm_one(session, obligation_id, version, offices, actor, now, override_reason, request_key)
    return obligation


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item of a bulk action that was not done, and why."""

    obligation_id: int
    error: DomainError


def confirm_many(
    session: Session,
    versions: dict[int, int],
    *,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> tuple[list[Obligation], list[Refusal]]:
    """Confirms each obligation (id -> version seen) that may be; the others come back with their reason."""
    confirmed: list[Obligation] = []
    refused: list[Refusal] = []
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        offices = of_kind(kinds_of_units(session, actor.agency_id), UnitKind.OFFICE)
        lock_obligations(session, actor, Obligation.id.in_(versions))
        for obligation_id, version in versions.items():
            try:
                done = _confirm_one(session, obligation_id, version, offices, actor, now, None, request_key)
            except DomainError as error:
                refused.append(Refusal(obligation_id, error))
            else:
                confirmed.append(done)
    return confirmed, refused


def _confirm_one(
    session: Session,
    obligation_id: int,
    version: int,
    offices: frozenset[int],
    actor: Principal,
    now: datetime,
    override_reason: str | None,
    request_key: str | None,
) -> Obligation:
    """Checks everything before it writes anything, so that a refusal in a bulk leaves no trace."""
    item = get_item(session, obligation_id, actor)
    permissions.require(actor, Action.CONFIRM, item.work(offices))
    check_version(item.obligation, version)
    permissions.check_confirmation(actor, item.work(offices), override_reason=override_reason)
    _answer(session, item, Move.CONFIRM, actor=actor, now=now, reason=override_reason, request_key=request_key)
    return item.obligation


def return_report(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Obligation:
    """The report goes back to the unit with the reason; the work is in progress again."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = _open(session, obligation_id, version, actor, Action.CONFIRM)
        _answer(session, item, Move.RETURN, actor=actor, now=now, reason=reason, request_key=request_key)
    return item.obligation


def take_back(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Obligation:
    """The unit withdraws its own report before it was confirmed."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = _open(session, obligation_id, version, actor, Action.REPORT_WORK)
        _answer(session, item, Move.TAKE_BACK, actor=actor, now=now, reason=reason, request_key=request_key)
    return item.obligation


def reopen(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    effective_on: date,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Obligation:
    """Confirmed work is taken up again from `effective_on`, which is not before its completion.

    Where its unit is no more, and has one heir, the heir owes it. Raises `Refused(PLAN_CLOSED)` after the year's end.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        lock_task_of(session, obligation_id, actor)
        item = _open(session, obligation_id, version, actor, Action.REOPEN)
        check_open(session, item.plan)
        done_on = item.obligation.status_on
        if item.obligation.status is Status.DONE and done_on is not None and effective_on < done_on:
            raise Refused(RefusedReason.BEFORE_COMPLETION, effective_on=effective_on, done_on=done_on)
        _move(
            session, item, Move.REOPEN, actor=actor, now=now, day=effective_on, reason=reason, request_key=request_key
        )
        item.obligation.is_evidence_waived = False
        pass_to_heir(session, item.obligation, now=now)
    return item.obligation


def _open(session: Session, obligation_id: int, version: int, actor: Principal, action: Action) -> Item:
    item = get_item(session, obligation_id, actor)
    permissions.require(actor, action, item.work())
    check_version(item.obligation, version)
    return item


def _has_evidence(session: Session, obligation: Obligation) -> bool:
    """Whether something proves the item, or a reason was given why nothing does; a withdrawn report's papers do not."""
    if obligation.is_evidence_waived:
        return True
    seqs = session.scalars(select(Evidence.seq).where(Evidence.obligation_id == obligation.id)).all()
    if not seqs or None in seqs:
        return bool(seqs)
    withdrawn = withdrawn_of(session, obligation.agency_id, [obligation.id])
    return any(proves(seq, withdrawn) for seq in seqs)


def _answer(
    session: Session,
    item: Item,
    move: Move,
    *,
    actor: Principal,
    now: datetime,
    reason: str | None,
    request_key: str | None,
) -> None:
    """A confirmation, return or take-back: it takes the day of the report it answers."""
    check_move(item.obligation.status, move, reason=reason, has_evidence=_has_evidence(session, item.obligation))
    row = status_row(
        item,
        actor,
        status=TRANSITIONS[move].to,
        effective_on=item.obligation.status_on,
        answers_seq=item.obligation.status_seq,
        request_key=request_key,
        payload=_words(move, reason),
    )
    if move is not Move.CONFIRM:
        # A reason why there is no evidence belongs to the report that gave it.
        item.obligation.is_evidence_waived = False
    write_status(session, item, [row], now=now)
    log.info("obligation %s: %s by %s", item.obligation.id, move, actor.person_id)


def _words(move: Move, reason: str | None) -> dict[str, object]:
    return {"move": move.value, **({"reason": reason} if reason else {})}


def _move(
    session: Session,
    item: Item,
    move: Move,
    *,
    actor: Principal,
    now: datetime,
    day: date,
    reason: str | None,
    request_key: str | None,
    has_evidence: bool = True,
    unit_id: int | None = None,
    payload: dict[str, object] | None = None,
) -> LedgerRow:
    """A step with a day of its own. Rows that tell of later days are corrected by it: the last word on a day holds."""
    to = check_move(item.obligation.status, move, reason=reason, has_evidence=has_evidence)
    check_effective_on(day, today=local_day(now), plan_issued_on=item.plan.issued_on, reason=reason)
    overtaken: list[int | None] = [*_rows_after(session, item.obligation, day)]
    words = _words(move, reason) | (payload or {})
    rows = [
        status_row(
            item,
            actor,
            status=to,
            effective_on=day,
            unit_id=unit_id,
            corrects_seq=corrected,
            request_key=request_key,
            payload=words,
        )
        for corrected in (overtaken or [None])
    ]
    stored = write_status(session, item, rows, now=now)
    log.info("obligation %s: %s by %s", item.obligation.id, move, actor.person_id)
    return stored[-1]


def _rows_after(session: Session, obligation: Obligation, day: date) -> list[int]:
    """Sequences of the status rows that say something of days after `day` and were not corrected yet."""
    if obligation.status_on is None or obligation.status_on <= day:
        return []
    rows = ledger_queries.list_status_rows(session, obligation.agency_id, obligation.id)
    corrected = {row.corrects_seq for row in rows}
    return [row.seq for row in rows if row.effective_on > day and row.seq not in corrected]


def _waive(
    session: Session, item: Item, reason: str, *, actor: Principal, now: datetime, request_key: str | None
) -> None:
    """Records why there is no evidence; whoever confirms sees it."""
    row = NewRow(
        kind=RowKind.WAIVER,
        plan_id=item.obligation.plan_id,
        task_id=item.obligation.task_id,
        deliverable_id=item.obligation.deliverable_id,
        obligation_id=item.obligation.id,
        effective_on=local_day(now),
        actor_id=actor.person_id,
        request_key=request_key,
        payload={"reason": reason},
    )
    append(session, item.obligation.agency_id, [row], now=now)
    item.obligation.is_evidence_waived = True
