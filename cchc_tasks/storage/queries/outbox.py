"""Reads of the outbox: what is ready to go, what the page Nhắc việc lists, how old the oldest unsent mail is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.mailing import DIGEST_KIND, Correspondent
from cchc_tasks.storage.models import Agency, MessageState, OutboxAttempt, OutboxMessage, Person

WAITING_STATES = (MessageState.NEW, MessageState.SENDING)


def is_ready(now: datetime, real_now: datetime) -> ColumnElement[bool]:
    """The condition for a mail that may be claimed: its time has come by `now`, or its holder has gone silent."""
    return or_(
        and_(OutboxMessage.state == MessageState.NEW, OutboxMessage.next_attempt_at <= now),
        and_(OutboxMessage.state == MessageState.SENDING, OutboxMessage.lease_until < real_now),
    )


def find_ready(
    session: Session,
    now: datetime,
    *,
    real_now: datetime,
    agency_id: int | None = None,
    skip: Sequence[int] = (),
    closed: Sequence[int] = (),
) -> OutboxMessage | None:
    """The mail that has waited longest and may go, of an agency that sends; the ids named are left alone.

    `agency_id` None: of any agency. Of the agencies in `closed` no digest goes out today.
    """
    query = (
        select(OutboxMessage)
        .join(Agency, Agency.id == OutboxMessage.agency_id)
        .where(
            is_ready(now, real_now),
            Agency.is_sending_enabled,
            OutboxMessage.id.not_in(skip),
            or_(OutboxMessage.kind != DIGEST_KIND, OutboxMessage.agency_id.not_in(closed)),
        )
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
    )
    if agency_id is not None:
        query = query.where(OutboxMessage.agency_id == agency_id)
    return session.scalars(query).one_or_none()


def get_correspondent(session: Session, message: OutboxMessage) -> tuple[Correspondent, bool]:
    """Whom the mail is for, and whether their account is active."""
    row = session.execute(
        select(Person.name, Person.email, Person.is_active, Agency.name.label("agency_name"), Agency.code)
        .join(Agency, Agency.id == Person.agency_id)
        .where(Person.agency_id == message.agency_id, Person.id == message.recipient_id)
    ).one()
    return Correspondent(row.name, row.email, row.agency_name, row.code), row.is_active


def get_message(session: Session, agency_id: int, message_row_id: int) -> OutboxMessage:
    """The mail within the agency; raises `NotFound`."""
    query = select(OutboxMessage).where(OutboxMessage.agency_id == agency_id, OutboxMessage.id == message_row_id)
    message = session.scalars(query).one_or_none()
    if message is None:
        raise NotFound(what="message", id=message_row_id)
    return message


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One mail in a list."""

    id: int
    kind: str
    recipient_name: str
    subject: str | None
    state: MessageState
    attempts: int
    next_attempt_at: datetime
    sent_at: datetime | None
    created_at: datetime
    last_error: str | None


def list_messages(
    session: Session, agency_id: int, states: Sequence[MessageState], *, limit: int, offset: int = 0
) -> list[MessageRow]:
    """Mails in these states, the newest first, with the recipient's name; without their words."""
    rows = session.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.kind,
            Person.name,
            OutboxMessage.subject,
            OutboxMessage.state,
            OutboxMessage.attempts,
            OutboxMessage.next_attempt_at,
            OutboxMessage.sent_at,
            OutboxMessage.created_at,
            OutboxMessage.last_error,
        )
        .join(Person, Person.id == OutboxMessage.recipient_id)
        .where(OutboxMessage.agency_id == agency_id, OutboxMessage.state.in_(states))
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [MessageRow(*tuple(row)) for row in rows]


def count_by_state(session: Session, agency_id: int) -> dict[MessageState, int]:
    """How many mails are in each state."""
    rows = session.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.agency_id == agency_id)
        .group_by(OutboxMessage.state)
    )
    return {row[0]: row[1] for row in rows}


def list_attempts(session: Session, agency_id: int, message_row_id: int) -> list[OutboxAttempt]:
    """The tries of one mail, oldest first."""
    query = select(OutboxAttempt).where(
        OutboxAttempt.agency_id == agency_id, OutboxAttempt.message_row_id == message_row_id
    )
    return list(session.scalars(query.order_by(OutboxAttempt.id)))


def oldest_unsent(session: Session) -> datetime | None:
    """When the oldest mail that still waits was written, over all agencies that send."""
    return session.scalar(
        select(func.min(OutboxMessage.created_at))
        .join(Agency, Agency.id == OutboxMessage.agency_id)
        .where(OutboxMessage.state.in_(WAITING_STATES), Agency.is_sending_enabled)
    )


def count_dead(session: Session) -> int:
    """How many mails were given up, over all agencies."""
    return session.scalar(select(func.count()).where(OutboxMessage.state == MessageState.DEAD)) or 0
