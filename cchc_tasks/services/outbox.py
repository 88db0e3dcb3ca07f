"""The outbox: mails are queued with what causes them, claimed by one sender, sent outside any transaction, marked."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.mail_links import FORGOTTEN
from cchc_tasks.domain.mailing import (
    DIGEST_KIND,
    MAX_ATTEMPTS,
    SECRET_KEY,
    SENDING_LEASE,
    TRIAL_KIND,
    DeliveryError,
    DroppedBecause,
    Letter,
    MailContent,
    Outcome,
    Words,
    next_attempt_at,
)
from cchc_tasks.domain.periods import local_day, start_of_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.services import _once, mail_links, reminder_rules
from cchc_tasks.services._digest import load_digest, load_trial
from cchc_tasks.services._mail import new_message_row
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, MessageState, OutboxAttempt, OutboxMessage, ReminderLine
from cchc_tasks.storage.queries import outbox as queries
from cchc_tasks.storage.upsert import insert_if_absent

log = logging.getLogger(__name__)

Render = Callable[[MailContent], Words]
Send = Callable[[Letter], str]


@dataclass(frozen=True, slots=True)
class Post:
    """What a sender needs: how mails become words, how they leave, who it is."""

    render: Render
    send: Send
    holder: str
    #: By which leases go, read for each mail: whatever instant the work goes by, and however long it takes, a mail in
    #: hand is nobody else's. None: by the instant that the work goes by.
    real_now: Callable[[], datetime] | None = None
    #: The site's key, out of which the links of lines are made; without it mails carry none.
    secret_key: str = field(default="", repr=False)

    def lease_now(self, now: datetime) -> datetime:
        return self.real_now() if self.real_now else now


def enqueue(
    session: Session,
    *,
    agency_id: int,
    kind: str,
    recipient_id: int,
    unique_key: str,
    payload: Mapping[str, object],
    now: datetime,
) -> int | None:
    """Queues a mail within the caller's unit of work; its row id, or None where it was queued before.

    `payload` holds plain JSON values; "link" is a secret that is forgotten once it was sent, "valid_until" an ISO
    instant after which the mail is no longer sent.
    """
    row = new_message_row(
        agency_id=agency_id,
        kind=kind,
        recipient_id=recipient_id,
        unique_key=unique_key,
        payload=dict(payload),
        now=now,
    )
    return insert_if_absent(session, OutboxMessage, row)


def _always() -> bool:
    return True


def deliver_all(
    session: Session,
    post: Post,
    *,
    now: datetime,
    agency_id: int | None = None,
    may_go_on: Callable[[], bool] = _always,
    limit: int = 1_000,
) -> list[Outcome]:
    """Sends what may go at `now` (of one agency, or of all), each mail at most once in this call; at most `limit`.

    `may_go_on` is asked before each mail: a sender that lost its lease or is told to stop finishes the one in hand.
    """
    outcomes: list[Outcome] = []
    done: list[int] = []
    closed = reminder_rules.list_closed(session, local_day(now), agency_id)
    while len(done) < limit and may_go_on():
        claimed = _claim(session, post, now, agency_id=agency_id, skip=done, closed=closed)
        if claimed is None:
            break
        done.append(claimed)
        outcomes.append(_deliver(session, claimed, post, now))
    return outcomes


def _claim(
    session: Session,
    post: Post,
    now: datetime,
    *,
    agency_id: int | None,
    skip: Sequence[int],
    closed: Sequence[int],
) -> int | None:
    """Takes the next mail for this sender by an update that must change exactly one row; None: nothing to do.

    Digests wait for a day on which their agency sends; those of the `closed` ones are left alone.
    """
    real_now = post.lease_now(now)
    find = partial(queries.find_ready, session, now, real_now=real_now, agency_id=agency_id, skip=skip, closed=closed)
    session.rollback()
    # Mostly there is nothing: that is found out without the write lock.
    while find() is not None:
        with transaction(session):
            found = find()
            taken = 0 if found is None else _take(session, found, post, now, real_now)
        if found is not None and taken == 1:
            return found.id
    return None


def _take(session: Session, message: OutboxMessage, post: Post, now: datetime, real_now: datetime) -> int:
    is_ready = queries.is_ready(now, real_now)
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id, OutboxMessage.attempts == message.attempts, is_ready)
        .values(
            state=MessageState.SENDING,
            attempts=message.attempts + 1,
            lease_until=real_now + SENDING_LEASE,
            lease_holder=post.holder,
        )
    )
    return _update(session, statement)


def _update(session: Session, statement: Any) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


def _deliver(session: Session, message_row_id: int, post: Post, now: datetime) -> Outcome:
    """Writes, sends and marks a claimed mail. No transaction is open while the server is spoken to."""
    session.expire_all()
    message = session.get_one(OutboxMessage, message_row_id)
    content, dropped = _content(session, message, now)
    session.rollback()
    if dropped is not None:
        return _mark_dropped(session, message, content, dropped, now)
    if message.attempts > MAX_ATTEMPTS:
        return _mark_failed(session, message, DeliveryError("gave up", is_permanent=True), post, now)
    content = _with_links(session, message, content, post, now)
    words = post.render(content)
    letter = Letter(message.message_id, message.dated_at, content.correspondent, words)
    try:
        answer = post.send(letter)
    except DeliveryError as error:
        return _mark_failed(session, message, error, post, now)
    kept = post.render(_without_secret(content)) if _has_secret(content) else words
    return _mark_sent(session, message, content, kept, answer, now)


def _content(session: Session, message: OutboxMessage, now: datetime) -> tuple[MailContent, DroppedBecause | None]:
    """What the mail says now, and why it is not sent, if so."""
    correspondent, is_active = queries.get_correspondent(session, message)
    content = MailContent(message.kind, correspondent, dict(message.payload))
    if not is_active:
        return content, DroppedBecause.ACCOUNT_CLOSED
    valid_until = message.payload.get("valid_until")
    if isinstance(valid_until, str) and datetime.fromisoformat(valid_until) <= now:
        return content, DroppedBecause.EXPIRED
    if message.kind == TRIAL_KIND:
        return replace(content, digest=load_trial(session, message, today=local_day(now))), None
    if message.kind != DIGEST_KIND:
        return content, None
    digest = load_digest(session, message, today=local_day(now))
    return replace(content, digest=digest), None if digest.items else DroppedBecause.NOTHING_LEFT


def _with_links(
    session: Session, message: OutboxMessage, content: MailContent, post: Post, now: datetime
) -> MailContent:
    """The digest with a link at each line that its reader may answer; the links are written down before it leaves."""
    digest = content.digest
    if message.kind != DIGEST_KIND or digest is None or not post.secret_key:
        return content
    wanted = {item.obligation_id for item in digest.items if item.takes_link}
    ground = reminder_rules.load_ground(session, message.agency_id, digest.day)
    session.rollback()
    if not wanted or not ground.rules.link_days:
        return content
    until = ground.days.working.shift(digest.day, ground.rules.link_days)
    ends_at = start_of_day(until + timedelta(days=1))
    references = mail_links.offer(session, message, wanted, secret_key=post.secret_key, expires_at=ends_at, now=now)
    items = tuple(
        replace(item, link=references[item.obligation_id]) if item.takes_link else item for item in digest.items
    )
    return replace(content, digest=replace(digest, items=items, links_until=until))


def _has_secret(content: MailContent) -> bool:
    return SECRET_KEY in content.payload or (content.digest is not None and content.digest.links_until is not None)


def _without_secret(content: MailContent) -> MailContent:
    """The same mail for the copy that is kept: every secret address left out."""
    payload = {**content.payload, SECRET_KEY: ""} if SECRET_KEY in content.payload else content.payload
    digest = content.digest
    if digest is not None:
        items = tuple(replace(item, link=FORGOTTEN) if item.link else item for item in digest.items)
        digest = replace(digest, items=items)
    return replace(content, payload=payload, digest=digest)


def _note(session: Session, message: OutboxMessage, outcome: Outcome, answer: str, now: datetime) -> None:
    session.add(
        OutboxAttempt(
            agency_id=message.agency_id,
            message_row_id=message.id,
            attempted_at=now,
            outcome=outcome.value,
            answer=answer,
        )
    )


def _mark_lines(session: Session, message: OutboxMessage, content: MailContent) -> None:
    """Writes down which lines were left out and why; those that hold again after an earlier try lose their mark."""
    if content.digest is None:
        return
    reasons = content.digest.dropped
    for row in session.scalars(select(ReminderLine).where(ReminderLine.message_row_id == message.id)):
        reason = reasons.get(row.id)
        row.dropped_because = None if reason is None else reason.value


def _mark_sent(
    session: Session, message: OutboxMessage, content: MailContent, kept: Words, answer: str, now: datetime
) -> Outcome:
    with transaction(session):
        # Also when the lease ran out meanwhile: the mail has left, nobody shall send it again.
        _update(
            session,
            update(OutboxMessage)
            .where(OutboxMessage.id == message.id, OutboxMessage.state != MessageState.SENT)
            .values(
                state=MessageState.SENT,
                sent_at=now,
                server_answer=answer,
                last_error=None,
                lease_until=None,
                lease_holder=None,
                subject=kept.subject,
                body_text=kept.text,
                body_html=kept.html,
                payload={name: value for name, value in content.payload.items() if name != SECRET_KEY},
            ),
        )
        _mark_lines(session, message, content)
        _note(session, message, Outcome.SENT, answer, now)
    log.info("message %s sent at try %s", message.id, message.attempts)
    return Outcome.SENT


def _mark_dropped(
    session: Session, message: OutboxMessage, content: MailContent, because: DroppedBecause, now: datetime
) -> Outcome:
    with transaction(session):
        _release(session, message, state=MessageState.DROPPED, last_error=because.value)
        _mark_lines(session, message, content)
        _note(session, message, Outcome.DROPPED, because.value, now)
    log.info("message %s dropped: %s", message.id, because)
    return Outcome.DROPPED


def _mark_failed(session: Session, message: OutboxMessage, error: DeliveryError, post: Post, now: datetime) -> Outcome:
    """Another try later, or none: after the last one and where the server said never."""
    again = None if error.is_permanent else next_attempt_at(message.attempts, now)
    outcome = Outcome.DEAD if again is None else Outcome.FAILED
    state = MessageState.DEAD if again is None else MessageState.NEW
    with transaction(session):
        # Whoever took the mail over after our lease ran out decides about it.
        _release(session, message, state=state, next_attempt_at=again or now, last_error=error.answer)
        _note(session, message, outcome, error.answer, now)
    level = logging.ERROR if again is None else logging.WARNING
    log.log(level, "message %s, try %s failed: %s", message.id, message.attempts, error.answer)
    return outcome


def _release(session: Session, message: OutboxMessage, **values: object) -> None:
    """Gives a mail that this sender still holds its next state."""
    _update(
        session,
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message.id,
            OutboxMessage.state == MessageState.SENDING,
            OutboxMessage.attempts == message.attempts,
        )
        .values(lease_until=None, lease_holder=None, **values),
    )


def send_again(
    session: Session, message_row_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> OutboxMessage:
    """Gives a mail that was given up a new series of tries, under its old Message-ID; raises Refused for any other."""
    permissions.require(actor, Action.SEND_REMINDERS)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        message = queries.get_message(session, actor.agency_id, message_row_id)
        if message.state is not MessageState.DEAD:
            raise Refused(RefusedReason.TRANSITION, what="message", current=message.state)
        message.state = MessageState.NEW
        message.attempts = 0
        message.next_attempt_at = now
    log.info("message %s queued again by %s", message_row_id, actor.person_id)
    return message


def set_sending(session: Session, is_enabled: bool, *, actor: Principal) -> None:
    """Switches an agency's mail off, or on again after a restore was looked through."""
    permissions.require(actor, Action.SEND_REMINDERS)
    with transaction(session):
        session.get_one(Agency, actor.agency_id).is_sending_enabled = is_enabled
    log.warning("agency %s: sending set to %s by %s", actor.agency_id, is_enabled, actor.person_id)
