"""How a mail enters the outbox."""

import uuid
from datetime import datetime

from cchc_tasks.storage.models import MessageState


def new_message_row(
    *, agency_id: int, kind: str, recipient_id: int, unique_key: str, payload: dict[str, object], now: datetime
) -> dict[str, object]:
    """The values of a new mail. Its Message-ID and Date are given here, once and for all tries."""
    return {
        "agency_id": agency_id,
        "kind": kind,
        "recipient_id": recipient_id,
        "unique_key": unique_key,
        "payload": payload,
        "state": MessageState.NEW,
        "attempts": 0,
        "next_attempt_at": now,
        "message_id": f"{kind}.{uuid.uuid4().hex}",
        "dated_at": now.replace(microsecond=0),
        "created_at": now,
    }
