"""What people do around an obligation without changing its status: hand it over, note progress, comment, attach."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.services import _once
from cchc_tasks.services._evidence import DocumentInput, FileInput, add_evidence
from cchc_tasks.services._notes import NoteKind, keep_note
from cchc_tasks.services._record import NewRow, append
from cchc_tasks.services._work import Item, check_version, get_item
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import GroupMember, Membership, Note, Obligation, Person

__all__ = ["NoteKind", "add_note", "attach", "hand_over"]


def hand_over(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    person_id: int | None,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Obligation:
    """Hands the item to a person of a unit that owes it; None gives it back to the unit."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = get_item(session, obligation_id, actor)
        permissions.require(actor, Action.HAND_OVER, item.work())
        check_version(item.obligation, version)
        if item.obligation.person_id == person_id:
            raise Refused(RefusedReason.NOTHING_NEW)
        if person_id is not None:
            _check_member(session, item, person_id, today=local_day(now))
        row = NewRow(
            kind=RowKind.HANDOVER,
            plan_id=item.obligation.plan_id,
            task_id=item.obligation.task_id,
            deliverable_id=item.obligation.deliverable_id,
            obligation_id=obligation_id,
            effective_on=local_day(now),
            actor_id=actor.person_id,
            request_key=request_key,
            payload={"person_id": person_id},
        )
        append(session, actor.agency_id, [row], now=now)
        item.obligation.person_id = person_id
        item.obligation.version += 1
    return item.obligation


def _check_member(session: Session, item: Item, person_id: int, *, today: date) -> None:
    """Raises unless the person is active and works in a unit (or a member of a group) that owes the item."""
    person = session.get(Person, person_id)
    if person is None or person.agency_id != item.obligation.agency_id or not person.is_active:
        raise NotFound(what="person", id=person_id)
    named = item.work().responsible_ids
    members = session.scalars(
        select(GroupMember.member_id).where(
            GroupMember.agency_id == person.agency_id,
            GroupMember.group_id.in_(named),
            GroupMember.valid_from <= today,
            (GroupMember.valid_to.is_(None)) | (GroupMember.valid_to >= today),
        )
    )
    units = named | set(members)
    held = session.scalars(select(Membership).where(Membership.person_id == person_id))
    if not any(row.unit_id in units and row.value().holds_on(today) for row in held):
        raise Refused(RefusedReason.NOT_A_MEMBER, person_id=person_id)


def add_note(
    session: Session,
    obligation_id: int,
    *,
    kind: NoteKind,
    text: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Note:
    """A progress note of whoever may report the work, or a comment of anybody who works on it."""
    action = Action.REPORT_WORK if kind is NoteKind.PROGRESS else Action.COMMENT
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = get_item(session, obligation_id, actor)
        permissions.require(actor, action, item.work())
        note = keep_note(session, item.obligation, kind, text, actor=actor, now=now)
    return note


def attach(
    session: Session,
    obligation_id: int,
    *,
    document: DocumentInput | None,
    files: Sequence[FileInput],
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Obligation:
    """Puts a document or files behind the item without saying that it is done; coordinating units may as well."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = get_item(session, obligation_id, actor)
        permissions.require(actor, Action.COMMENT, item.work())
        if document is None and not files:
            raise Refused(RefusedReason.NO_EVIDENCE)
        add_evidence(session, item.obligation, document, files, seq=None, actor=actor, now=now)
    return item.obligation
