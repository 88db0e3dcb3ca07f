"""Links of mails: made when a mail is sent, looked at without effect, used up by the one thing that they are for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.links import hash_of
from cchc_tasks.domain.mail_links import LinkTrouble, LinkUse, UnusableLink, link_key, link_secret, reference
from cchc_tasks.domain.permissions import ByLink, Principal
from cchc_tasks.services.sign_in import GuessLimits, check_attempts, count_attempt, network_of, subject
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import MailLink, Obligation, OutboxMessage, Person
from cchc_tasks.storage.queries import people
from cchc_tasks.storage.upsert import insert_all_absent


def offer(
    session: Session,
    message: OutboxMessage,
    obligation_ids: Iterable[int],
    *,
    secret_key: str,
    expires_at: datetime,
    now: datetime,
) -> dict[int, str]:
    """References of the links that a mail carries, by obligation; a second try of the mail carries the same ones."""
    with transaction(session):
        epoch = session.scalar(select(Person.session_epoch).where(Person.id == message.recipient_id)) or 0
        keys = {each: link_key(message.message_id, message.recipient_id, each, epoch) for each in set(obligation_ids)}
        common = {
            "agency_id": message.agency_id,
            "person_id": message.recipient_id,
            "message_row_id": message.id,
            "session_epoch": epoch,
            "created_at": now,
            "expires_at": expires_at,
        }
        rows = [
            {**common, "obligation_id": each, "token_hash": hash_of(link_secret(secret_key, key))}
            for each, key in sorted(keys.items())
        ]
        insert_all_absent(session, MailLink, rows)
    return {each: reference(key) for each, key in keys.items()}


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that may still be used: whose, for what, and until when. `principal` is who they are right now."""

    id: int
    principal: Principal
    obligation_id: int
    expires_at: datetime

    def acting(self, use: LinkUse) -> Principal:
        """The person as one who does `use` by this link: whatever service is asked first uses the link up."""
        return replace(self.principal, link=ByLink(self.id, use.value))


def look_at(session: Session, secret: str, *, now: datetime, today: date) -> OpenLink:
    """Changes nothing, as mail programs open links ahead of people. Raises `UnusableLink`."""
    found = session.execute(
        select(MailLink, Person.is_active, Person.session_epoch, Obligation.task_id)
        .join(Person, Person.id == MailLink.person_id)
        .join(Obligation, Obligation.id == MailLink.obligation_id)
        .where(MailLink.token_hash == hash_of(secret))
    ).one_or_none()
    if found is None or not found.is_active or found.session_epoch != found.MailLink.session_epoch:
        raise UnusableLink(LinkTrouble.UNKNOWN)
    link = found.MailLink
    if link.used_at is not None:
        raise UnusableLink(LinkTrouble.USED, used_at=link.used_at, used_for=link.used_for, task_id=found.task_id)
    if link.expires_at <= now:
        raise UnusableLink(LinkTrouble.EXPIRED, expired_at=link.expires_at, task_id=found.task_id)
    principal = people.principal(session, link.person_id, today)
    if principal is None:
        raise UnusableLink(LinkTrouble.UNKNOWN)
    return OpenLink(link.id, principal, link.obligation_id, link.expires_at)


def _asker(address: str) -> str:
    return subject("mail link from", network_of(address))


def check_address(session: Session, address: str, *, limit: int, limits: GuessLimits, now: datetime) -> None:
    """Raises `TooManyAttempts` where `limit` wrong links were opened from a network address in the window."""
    check_attempts(session, {_asker(address): limit}, limits, now)


def count_wrong(session: Session, address: str, *, limit: int, limits: GuessLimits, now: datetime) -> None:
    """Counts one wrong link opened from a network address; raises `TooManyAttempts` past `limit`."""
    count_attempt(session, {_asker(address): limit}, limits, now)
