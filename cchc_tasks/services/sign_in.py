"""Signing in: one answer and one amount of work for every failure, and limits that all processes share."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.accounts import SignInRefused, TooManyAttempts
from cchc_tasks.services import _passwords
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Person, SignInCounter
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.upsert import insert_statement

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GuessLimits:
    """How many failures one account and one address may have in a window; then the window is waited out."""

    window: timedelta
    per_account: int
    per_address: int


def sign_in(session: Session, *, email: str, password: str, address: str, now: datetime, limits: GuessLimits) -> int:
    """The id of the person, whose last sign-in is noted. `now` is real time.

    Raises `TooManyAttempts` before looking at the password, `SignInRefused` for whatever else is wrong. A try is
    counted before it is judged, so that tries sent at once do not slip through; success takes it back.
    """
    count_attempt(session, {_account(email): limits.per_account, _address(address): limits.per_address}, limits, now)
    person = people_queries.find_by_email(session, email)
    known_hash = person.password_hash if person is not None and person.is_active else None
    if not _passwords.matches(password, known_hash) or person is None or known_hash is None:
        log.info("sign-in refused")
        raise SignInRefused()
    _note_success(session, person, password, known_hash, email, address, now)
    return person.id


def count_attempt(session: Session, caps: dict[str, int], limits: GuessLimits, now: datetime) -> None:
    """Counts one attempt against each subject of `caps`; raises `TooManyAttempts` where one is used up.

    A refused attempt is not counted: whoever waits is heard again when the window ends, whatever others try.
    """
    with transaction(session):
        subjects = sorted(caps)
        rows = [{"subject_hash": each, "window_started_at": now, "failures": 0} for each in subjects]
        session.execute(insert_statement(session, SignInCounter, rows))
        counters = session.scalars(
            select(SignInCounter)
            .where(SignInCounter.subject_hash.in_(subjects))
            .order_by(SignInCounter.subject_hash)
            .with_for_update()
        ).all()
        for counter in counters:
            _renew_window(counter, limits.window, now)
        _refuse_full(counters, caps, limits, now)
        for counter in counters:
            counter.failures += 1


def check_attempts(session: Session, caps: dict[str, int], limits: GuessLimits, now: datetime) -> None:
    """Raises `TooManyAttempts` where a subject of `caps` is used up; counts nothing and locks nothing."""
    query = select(SignInCounter).where(SignInCounter.subject_hash.in_(sorted(caps)))
    _refuse_full([each for each in session.scalars(query) if _is_running(each, limits.window, now)], caps, limits, now)


def _refuse_full(counters: Iterable[SignInCounter], caps: dict[str, int], limits: GuessLimits, now: datetime) -> None:
    full = [each for each in counters if each.failures >= caps[each.subject_hash]]
    if full:
        ends_at = max(each.window_started_at for each in full) + limits.window
        raise TooManyAttempts(wait_seconds=max(1, round((ends_at - now).total_seconds())))


def _is_running(counter: SignInCounter, window: timedelta, now: datetime) -> bool:
    # A try that looked at the clock before the one that began the window belongs to it: tries sent at once overtake.
    return abs(now - counter.window_started_at) < window


def _renew_window(counter: SignInCounter, window: timedelta, now: datetime) -> None:
    if not _is_running(counter, window, now):
        counter.window_started_at, counter.failures = now, 0


def _note_success(
    session: Session, person: Person, password: str, known_hash: str, email: str, address: str, now: datetime
) -> None:
    """Forgets the account's failures, takes this try back from the address, renews a hash made with old settings."""
    new_hash = _passwords.hash_password(password) if _passwords.needs_new_hash(known_hash) else known_hash
    person_id = person.id
    with transaction(session):
        subjects = [_account(email), _address(address)]
        for counter in session.scalars(
            select(SignInCounter)
            .where(SignInCounter.subject_hash.in_(subjects))
            .order_by(SignInCounter.subject_hash)
            .with_for_update()
        ):
            is_account = counter.subject_hash == subjects[0]
            counter.failures = 0 if is_account else max(0, counter.failures - 1)
        signed_in = session.get_one(Person, person_id)
        signed_in.last_sign_in_at = now
        if signed_in.password_hash == known_hash:
            signed_in.password_hash = new_hash


def _account(email: str) -> str:
    return subject("account", email.strip().lower())


def _address(address: str) -> str:
    return subject("address", network_of(address))


def subject(kind: str, value: str) -> str:
    """What a counter is kept under: a hash, so that no table of addresses grows here."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def network_of(address: str) -> str:
    """The address that is counted: an IPv6 house owns a /64, so its first half stands for all of it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else str(parsed.exploded)[:19]
