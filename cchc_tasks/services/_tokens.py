"""One-time links in the database: given out, mailed, ended; shared by the services on people."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from cchc_tasks.domain.links import LinkPurpose, hash_of, reference, token_secret
from cchc_tasks.services import outbox
from cchc_tasks.storage.models import OneTimeToken, Person


@dataclass(frozen=True, slots=True)
class LinkTerms:
    """How links are made: the site's key, how long they last, and real time (links do not follow the demo's day)."""

    secret_key: str
    valid_for: timedelta
    real_now: datetime


def issue(session: Session, person: Person, purpose: LinkPurpose, terms: LinkTerms) -> OneTimeToken:
    """A new link for `person`, within the caller's unit of work; earlier ones for the same purpose end."""
    session.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.person_id == person.id,
            OneTimeToken.purpose == purpose.value,
            OneTimeToken.used_at.is_(None),
        )
        .values(used_at=terms.real_now)
    )
    token = OneTimeToken(
        agency_id=person.agency_id,
        person_id=person.id,
        purpose=purpose.value,
        # The hash needs the id; until the row has one, something nobody can guess stands here.
        token_hash=hash_of(secrets.token_hex()),
        created_at=terms.real_now,
        expires_at=terms.real_now + terms.valid_for,
    )
    session.add(token)
    session.flush()
    token.token_hash = hash_of(token_secret(terms.secret_key, token.id, purpose))
    session.flush()
    return token


def mail_link(session: Session, person: Person, token: OneTimeToken, *, now: datetime) -> None:
    """Queues the mail with the link, in the same unit of work; it holds a reference, not the secret."""
    purpose = LinkPurpose(token.purpose)
    outbox.enqueue(
        session,
        agency_id=person.agency_id,
        kind=purpose.value,
        recipient_id=person.id,
        unique_key=str(token.id),
        payload={"link": reference(token.id, purpose), "valid_until": token.expires_at.isoformat()},
        now=now,
    )


def end_all(session: Session, person_id: int, *, real_now: datetime) -> None:
    """Ends every open link of a person: after a new password and with a disabled account."""
    session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.person_id == person_id, OneTimeToken.used_at.is_(None))
        .values(used_at=real_now)
    )
