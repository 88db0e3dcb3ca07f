"""Subscribed calendars: making and revoking secret addresses, and what an address shows at each fetch."""

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.calendars import (
    FEED_LIFE,
    USE_NOTED_EVERY,
    CalendarEntry,
    FeedScope,
    cut_offs_of,
    entry_day,
    hash_of,
    is_open,
    is_use_noted,
)
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.periods import ReportingPeriod, local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import _once
from cchc_tasks.services.sign_in import GuessLimits, check_attempts, count_attempt, network_of, subject
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, CalendarFeed, Unit
from cchc_tasks.storage.queries import feeds as queries
from cchc_tasks.storage.queries import people, units
from cchc_tasks.storage.queries.obligations import WorkRow

log = logging.getLogger(__name__)

#: 32 random bytes: nobody guesses it, so its hash needs no salt.
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A new address; `token` is told this once and kept by nobody."""

    feed_id: int
    token: str


def create_feed(
    session: Session,
    *,
    scope: FeedScope,
    unit_id: int | None,
    hides_titles: bool,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> NewFeed:
    """Makes a secret address for the actor's own work or for a unit of their agency; raises `NotFound` for others."""
    permissions.require(actor, Action.SUBSCRIBE_CALENDAR)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        if scope is FeedScope.UNIT:
            _check_unit(session, actor.agency_id, unit_id)
        feed = CalendarFeed(
            agency_id=actor.agency_id,
            person_id=actor.person_id,
            scope=scope.value,
            unit_id=unit_id if scope is FeedScope.UNIT else None,
            token_hash=hash_of(token),
            hides_titles=hides_titles,
            created_at=now,
            expires_at=now + FEED_LIFE,
        )
        session.add(feed)
    log.info("feed %s made by %s", feed.id, actor.person_id)
    return NewFeed(feed.id, token)


def _check_unit(session: Session, agency_id: int, unit_id: int | None) -> None:
    unit = None if unit_id is None else session.get(Unit, unit_id)
    if unit is None or unit.agency_id != agency_id:
        raise NotFound(what="unit", id=unit_id)


def revoke_feed(
    session: Session, feed_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> None:
    """Ends one of the actor's own addresses at once; raises `NotFound` for anybody else's."""
    permissions.require(actor, Action.SUBSCRIBE_CALENDAR)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        feed = session.get(CalendarFeed, feed_id)
        if feed is None or feed.agency_id != actor.agency_id or feed.person_id != actor.person_id:
            raise NotFound(what="feed", id=feed_id)
        if feed.revoked_at is None:
            feed.revoked_at = now
    log.info("feed %s revoked by %s", feed_id, actor.person_id)


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What an address shows now; the edge makes a calendar of it."""

    feed_id: int
    scope: FeedScope
    agency_code: str
    unit_name: str
    hides_titles: bool
    entries: tuple[CalendarEntry, ...]
    cut_offs: tuple[ReportingPeriod, ...]


def check_address(session: Session, address: str, *, limit: int, limits: GuessLimits, now: datetime) -> None:
    """Raises `TooManyAttempts` where `limit` wrong calendars were asked for from a network address in the window."""
    check_attempts(session, {_asker(address): limit}, limits, now)


def count_wrong(session: Session, address: str, *, limit: int, limits: GuessLimits, now: datetime) -> None:
    """Counts one wrong calendar asked for from a network address; raises `TooManyAttempts` past `limit`."""
    count_attempt(session, {_asker(address): limit}, limits, now)


def _asker(address: str) -> str:
    return subject("feed", network_of(address))


def read_feed(session: Session, token: str, *, now: datetime, real_now: datetime) -> FeedContent | None:
    """What `token` opens, or None: unknown, revoked, expired, account closed and right lost are not told apart.

    Account and rights are read anew at each fetch. `real_now` decides about the address's life, `now` about the work.
    """
    feed = queries.find_feed(session, hash_of(token))
    if feed is None or not is_open(feed.expires_at, feed.revoked_at, real_now):
        return None
    today = local_day(now)
    principal = people.principal(session, feed.person_id, today)
    if principal is None or not permissions.may(principal, Action.SUBSCRIBE_CALENDAR):
        return None
    names = units.names_on(session, feed.agency_id, today)
    scope = queries.scope_of(feed)
    return FeedContent(
        feed_id=feed.id,
        scope=scope,
        agency_code=session.get_one(Agency, feed.agency_id).code,
        unit_name=names.get(feed.unit_id or 0, ""),
        hides_titles=feed.hides_titles,
        entries=entries_of(session, feed.agency_id, _rows(session, feed, principal, today), names, today),
        cut_offs=cut_offs_of(queries.plan_years(session, feed.agency_id)),
    )


def _rows(session: Session, feed: CalendarFeed, principal: Principal, today: date) -> list[WorkRow]:
    if feed.unit_id is not None:
        return queries.list_unit_work(session, feed.agency_id, feed.unit_id, today)
    return queries.list_own_work(session, feed.agency_id, principal.person_id, principal.unit_ids)


def entries_of(
    session: Session, agency_id: int, rows: Iterable[WorkRow], names: Mapping[int, str], today: date
) -> tuple[CalendarEntry, ...]:
    """The events of these obligations in order of their day; undated ones have none."""
    stamps = queries.stamps(session, agency_id)
    entries = (_entry(row, stamps[row.id], names, today) for row in rows if row.id in stamps)
    kept = [entry for entry in entries if entry is not None]
    return tuple(sorted(kept, key=lambda entry: (entry.day, entry.obligation_id)))


def _entry(row: WorkRow, stamp: queries.Stamp, names: Mapping[int, str], today: date) -> CalendarEntry | None:
    placed = entry_day(row.status, row.due_on, row.original_due_on, local_day(stamp.changed_at), today)
    if placed is None:
        return None
    day, is_cancelled = placed
    return CalendarEntry(
        obligation_id=row.id,
        task_id=row.task_id,
        day=day,
        is_cancelled=is_cancelled,
        is_done=row.status is Status.DONE,
        sequence=stamp.sequence,
        changed_at=stamp.changed_at,
        number_text=row.number_text,
        ordinal=row.ordinal or "",
        text=row.text,
        period_label=row.period_label,
        unit_name=names.get(row.counted_unit_id or 0, ""),
        deadline_text=row.deadline_text,
        original_due_on=row.original_due_on,
        status=row.status,
    )


def note_use(session: Session, feed_id: int, *, now: datetime, address: str | None) -> None:
    """Writes down that an address was used, at most once an hour, in a short unit of work of its own."""
    feed = session.get(CalendarFeed, feed_id)
    if feed is None or is_use_noted(feed.last_used_at, now):
        return
    with transaction(session):
        session.execute(
            update(CalendarFeed)
            .where(
                CalendarFeed.id == feed_id,
                or_(CalendarFeed.last_used_at.is_(None), CalendarFeed.last_used_at <= now - USE_NOTED_EVERY),
            )
            .values(last_used_at=now, last_used_address=(address or "")[:60] or None)
            .execution_options(synchronize_session=False)
        )
