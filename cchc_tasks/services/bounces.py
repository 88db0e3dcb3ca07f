"""Delivery reports that came back: noted at the mail and at its recipient's address."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Action, Principal, require
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import MailBounce, MessageState, OutboxMessage, Person
from cchc_tasks.storage.upsert import insert_if_absent

log = logging.getLogger(__name__)

FAILED, DELAYED = "failed", "delayed"


def note(
    session: Session, *, message_ids: Sequence[str], action: str, status: str, diagnostic: str, now: datetime
) -> bool:
    """Keeps a report about one of our mails, once; False where it is about none, or about nothing that went wrong.

    Message-IDs are random, so that nobody can mark an address who did not get a mail for it.
    """
    if action not in (FAILED, DELAYED):
        return False
    with transaction(session):
        found = session.execute(
            select(OutboxMessage.agency_id, OutboxMessage.id, OutboxMessage.recipient_id, Person.email)
            .join(Person, Person.id == OutboxMessage.recipient_id)
            .where(OutboxMessage.message_id.in_(list(message_ids)))
        ).first()
        if found is None:
            return False
        row = {
            "agency_id": found.agency_id,
            "message_row_id": found.id,
            "person_id": found.recipient_id,
            "address": found.email,
            "action": action,
            "status": status[:20],
            "diagnostic": diagnostic,
            "recorded_at": now,
        }
        insert_if_absent(session, MailBounce, row)
        _fail_again(session, row)
    log.warning("message %s: %s %s", found.id, action, status)
    return True


def _fail_again(session: Session, row: dict[str, object]) -> None:
    """The same report about a mail that was sent again after its address was said to be right holds once more."""
    sent_at = select(OutboxMessage.sent_at).where(OutboxMessage.id == MailBounce.message_row_id).scalar_subquery()
    key = {name: row[name] for name in ("agency_id", "message_row_id", "action", "status")}
    again = update(MailBounce).filter_by(**key).where(MailBounce.cleared_at <= sent_at)
    session.execute(again.values(cleared_at=None, recorded_at=row["recorded_at"], diagnostic=row["diagnostic"]))


def clear(session: Session, person_id: int, *, actor: Principal, now: datetime, request_key: str | None = None) -> str:
    """Somebody says that a person's address takes mail now; the last mail that came back goes out again.

    The person's name. Raises `NotFound` where no mail of the person's present address is known to have come back.
    """
    require(actor, Action.SEND_REMINDERS)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        failed = session.scalars(
            select(MailBounce)
            .where(
                MailBounce.agency_id == actor.agency_id,
                MailBounce.person_id == person_id,
                MailBounce.action == FAILED,
                MailBounce.cleared_at.is_(None),
            )
            .order_by(MailBounce.recorded_at, MailBounce.id)
        ).all()
        if not failed:
            raise NotFound(what="bounce", id=person_id)
        for each in failed:
            each.cleared_at = now
        last = session.get_one(OutboxMessage, failed[-1].message_row_id)
        if last.state is MessageState.SENT:
            last.state, last.attempts, last.next_attempt_at = MessageState.NEW, 0, now
        name = session.get_one(Person, person_id).name
    log.info("address of person %s said to be right by %s", person_id, actor.person_id)
    return name
