"""What people do with one-time links: start an account, set a forgotten password."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cchc_tasks.domain.accounts import SpentLink
from cchc_tasks.domain.links import LinkPurpose, hash_of
from cchc_tasks.domain.text import name_sort_key, one_line
from cchc_tasks.services import _passwords, _tokens
from cchc_tasks.services._tokens import LinkTerms
from cchc_tasks.services.sign_in import GuessLimits, count_attempt, subject
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import OneTimeToken, Person, SignInCounter
from cchc_tasks.storage.queries import people as people_queries

log = logging.getLogger(__name__)

#: How often one may ask for a link for one account in a window; the mailbox is somebody's.
RESETS_PER_ACCOUNT = 3


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that may still be used, and whose it is."""

    purpose: LinkPurpose
    person_id: int
    name: str
    email: str
    has_password: bool


def look_at(session: Session, secret: str, *, now: datetime) -> OpenLink:
    """What a link is for; changes nothing, as mail programs open links ahead of people. Raises `SpentLink`."""
    found = session.execute(
        select(OneTimeToken, Person)
        .join(Person, Person.id == OneTimeToken.person_id)
        .where(
            OneTimeToken.token_hash == hash_of(secret),
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > now,
            Person.is_active,
        )
    ).first()
    if found is None:
        raise SpentLink()
    token, person = found
    return OpenLink(LinkPurpose(token.purpose), person.id, person.name, person.email, person.password_hash is not None)


def redeem(session: Session, secret: str, *, password: str, name: str | None = None, now: datetime) -> int:
    """Sets the password (and the name, where one is given) and uses the link up; the person's id. `now` is real time.

    All other links and sessions of the person end. Of two who send the same link at once, one wins; the other gets
    `SpentLink`. Raises `InvalidAccount` for a password nobody should have: the link stays good.
    """
    link = look_at(session, secret, now=now)
    _passwords.check(password, link.name, name or "", link.email, link.email.partition("@")[0])
    new_hash = _passwords.hash_password(password)
    with transaction(session):
        used = session.execute(
            update(OneTimeToken)
            .where(
                OneTimeToken.token_hash == hash_of(secret),
                OneTimeToken.used_at.is_(None),
                OneTimeToken.expires_at > now,
            )
            .values(used_at=now)
        )
        person = session.get_one(Person, link.person_id)
        if used.rowcount != 1 or not person.is_active:  # type: ignore[attr-defined]
            raise SpentLink()
        if name:
            person.name = one_line(name)
            person.sort_key = name_sort_key(person.name)
        person.password_hash = new_hash
        person.session_epoch += 1
        person.version += 1
        _tokens.end_all(session, person.id, real_now=now)
    log.info("person %s set a password by link", link.person_id)
    return link.person_id


def ask_reset(
    session: Session, *, email: str, address: str, now: datetime, terms: LinkTerms, limits: GuessLimits
) -> None:
    """Mails a link to set a new password, where `email` is somebody's who may sign in; says nothing either way.

    `now` is the time of the work, which the mail is queued at; limits and the link follow `terms.real_now`.
    Known and unknown addresses cost the same two units of work. Raises `TooManyAttempts`.
    """
    asked_for = subject("reset", email.strip().lower())
    caps = {asked_for: RESETS_PER_ACCOUNT, subject("reset from", address): limits.per_address}
    count_attempt(session, caps, limits, terms.real_now)
    with transaction(session):
        session.execute(
            update(SignInCounter).where(SignInCounter.subject_hash == asked_for).values(failures=SignInCounter.failures)
        )
        person = people_queries.find_by_email(session, email)
        if person is not None and person.is_active and person.password_hash is not None:
            token = _tokens.issue(session, person, LinkPurpose.PASSWORD_RESET, terms)
            _tokens.mail_link(session, person, token, now=now)
