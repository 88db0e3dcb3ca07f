"""Delivery reports that came back: noted at the mail and at its recipient's address."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import MailBounce, OutboxMessage, Person
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
    log.warning("message %s: %s %s", found.id, action, status)
    return True
