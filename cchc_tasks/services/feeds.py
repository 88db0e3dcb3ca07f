"""Subscribed calendars: making and revoking secret addresses, and what an address shows at each fetch."""

import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.calendars import (
    FEED_LIFE,
    USE_NOTED_EVERY,
    CalendarEntry,
    FeedKind,
    FeedScope,
    FeedStyle,
    Whose,
    cut_offs_of,
    entry_day,
    hash_of,
    is_open,
    is_renewable,
    is_use_noted,
)
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.periods import ReportingPeriod, local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import _once
from cchc_tasks.services.sign_in import GuessLimits, check_attempts, count_attempt, network_of, subject
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import CalendarFeed, Plan, SavedFilter, Unit
from cchc_tasks.storage.queries import feeds as queries
from cchc_tasks.storage.queries import people, units
from cchc_tasks.storage.queries.feeds import R
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow, list_work
from cchc_tasks.storage.queries.reorganisations import successors

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
    whose: Whose,
    style: FeedStyle,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> NewFeed:
    """Makes a secret address for work of the actor's agency; raises `NotFound` for a unit, plan or filter of others."""
    permissions.require(actor, Action.SUBSCRIBE_CALENDAR)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        _check_target(session, whose, actor)
        made = _add_feed(session, whose, style, actor, now)
    log.info("feed %s made by %s", made.feed_id, actor.person_id)
    return made


def _add_feed(session: Session, whose: Whose, style: FeedStyle, actor: Principal, now: datetime) -> NewFeed:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed(
        agency_id=actor.agency_id,
        person_id=actor.person_id,
        scope=whose.scope.value,
        unit_id=whose.id_if(FeedScope.UNIT),
        plan_id=whose.id_if(FeedScope.PLAN),
        filter_id=whose.id_if(FeedScope.FILTER),
        kind=style.kind.value,
        alarm_days=style.alarm_days,
        token_hash=hash_of(token),
        hides_titles=style.hides_titles,
        created_at=now,
        expires_at=now + FEED_LIFE,
    )
    session.add(feed)
    session.flush()
    return NewFeed(feed.id, token)


def _check_target(session: Session, whose: Whose, actor: Principal) -> None:
    """Raises `NotFound` for what is not of the agency, and for a filter that somebody else keeps."""
    if whose.scope is FeedScope.PERSON:
        return
    found: Unit | Plan | SavedFilter | None = None
    if whose.of_id is not None:
        models = {FeedScope.UNIT: Unit, FeedScope.PLAN: Plan, FeedScope.FILTER: SavedFilter}
        found = cast("Unit | Plan | SavedFilter | None", session.get(models[whose.scope], whose.of_id))
    is_theirs = isinstance(found, SavedFilter) and found.person_id != actor.person_id
    if found is None or found.agency_id != actor.agency_id or is_theirs:
        raise NotFound(what=whose.scope.value, id=whose.of_id)


def rotate_feed(
    session: Session, feed_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> NewFeed:
    """A new address in the place of one of the actor's own, which ends at once; `NotFound` for anybody else's."""
    permissions.require(actor, Action.SUBSCRIBE_CALENDAR)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        old = _own_feed(session, feed_id, actor)
        if old.revoked_at is not None:
            raise NotFound(what="feed", id=feed_id)
        old.revoked_at = now
        whose = Whose(FeedScope(old.scope), old.unit_id or old.plan_id or old.filter_id)
        style = FeedStyle(FeedKind(old.kind), old.hides_titles, old.alarm_days)
        made = _add_feed(session, whose, style, actor, now)
    log.info("feed %s took the place of %s, by %s", made.feed_id, feed_id, actor.person_id)
    return made


def renew_feed(
    session: Session, feed_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> None:
    """Gives one of the actor's own addresses another year from `now`, near its end or after it; else nothing."""
    permissions.require(actor, Action.SUBSCRIBE_CALENDAR)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        feed = _own_feed(session, feed_id, actor)
        if feed.revoked_at is None and is_renewable(feed.expires_at, now):
            feed.expires_at = now + FEED_LIFE
    log.info("feed %s renewed by %s", feed_id, actor.person_id)


def revoke_feed(
    session: Session, feed_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> None:
    """Ends one of the actor's own addresses at once; raises `NotFound` for anybody else's."""
    permissions.require(actor, Action.SUBSCRIBE_CALENDAR)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        feed = _own_feed(session, feed_id, actor)
        if feed.revoked_at is None:
            feed.revoked_at = now
    log.info("feed %s revoked by %s", feed_id, actor.person_id)


def _own_feed(session: Session, feed_id: int, actor: Principal) -> CalendarFeed:
    feed = session.get(CalendarFeed, feed_id)
    if feed is None or feed.agency_id != actor.agency_id or feed.person_id != actor.person_id:
        raise NotFound(what="feed", id=feed_id)
    return feed


def check_address(session: Session, address: str, *, limit: int, limits: GuessLimits, now: datetime) -> None:
    """Raises `TooManyAttempts` where `limit` wrong calendars were asked for from a network address in the window."""
    asker = _asker(address)
    # Nearly nobody ever asks for a wrong one: a plain look spares the rest.
    if queries.has_guessed(session, asker):
        check_attempts(session, {asker: limit}, limits, now)


def count_wrong(session: Session, address: str, *, limit: int, limits: GuessLimits, now: datetime) -> None:
    """Counts one wrong calendar asked for from a network address; raises `TooManyAttempts` past `limit`."""
    count_attempt(session, {_asker(address): limit}, limits, now)


def _asker(address: str) -> str:
    return subject("feed", network_of(address))


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """An address that opens something at this moment: whose, for whom, and as of which day."""

    address: queries.Address
    principal: Principal
    today: date

    @property
    def whose(self) -> Whose:
        address = self.address
        return Whose(address.scope, address.unit_id or address.plan_id or address.filter_id)


def open_feed(session: Session, token: str, *, now: datetime, real_now: datetime) -> OpenFeed | None:
    """What `token` opens, or None: unknown, revoked, expired, account closed and right lost are not told apart.

    Account and rights are read anew at each fetch. `real_now` decides about the address's life, `now` about the work.
    """
    address = queries.find_address(session, hash_of(token))
    if address is None or not is_open(address.expires_at, address.revoked_at, real_now):
        return None
    today = local_day(now)
    principal = people.principal(session, address.person_id, today)
    if principal is None or not permissions.may(principal, Action.SUBSCRIBE_CALENDAR):
        return None
    if address.scope is not FeedScope.PERSON and not permissions.may(principal, Action.READ_AGENCY):
        return None
    return OpenFeed(address, principal, today)


def state_of(session: Session, opened: OpenFeed) -> tuple[Any, ...] | None:
    """A value that differs whenever the calendar may: what is cheap to ask instead of reading all work.

    None for a saved filter: its words are looked for in documents too, which leave no trace in the ledger.
    """
    address, principal = opened.address, opened.principal
    if address.scope is FeedScope.FILTER:
        return None
    reached: Collection[int] = ()
    if address.unit_id is not None:
        unit_id = successors(session, address.agency_id).get(address.unit_id, address.unit_id)
        wanted = queries.unit_filter(session, address.agency_id, unit_id, opened.today)
        reached = wanted.responsible_ids or ()
    return (
        address._replace(last_used_at=None),
        opened.today,
        frozenset(principal.unit_ids),
        frozenset(reached),
        queries.changes(session, address.agency_id),
    )


#: Work that a saved filter keeps on a day: session, agency, the filter's query, the day.
FindFiltered = Callable[[Session, int, str, date], list[WorkRow]]


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What an address shows now, as values; the edge makes a calendar of it."""

    unit_name: str
    entries: tuple[CalendarEntry, ...]
    cut_offs: tuple[ReportingPeriod, ...]


def content_of(session: Session, opened: OpenFeed, find_filtered: FindFiltered) -> FeedContent:
    """What the address shows; rights were checked when it was opened."""
    address = opened.address
    names = units.names_on(session, address.agency_id, opened.today)
    rows = work_of(session, opened.principal, opened.whose, opened.today, address.filter_query, find_filtered)
    return FeedContent(
        unit_name=names.get(address.unit_id or 0, ""),
        entries=entries_of(session, address.agency_id, rows, names, opened.today),
        cut_offs=cut_offs(session, opened),
    )


def cut_offs(session: Session, opened: OpenFeed) -> tuple[ReportingPeriod, ...]:
    """The cut-offs that stand in the calendar: of the plan's year, or of every year there is a plan for."""
    return cut_offs_of(queries.plan_years(session, opened.address.agency_id, opened.address.plan_id))


def work_of(
    session: Session,
    principal: Principal,
    whose: Whose,
    today: date,
    filter_query: str | None,
    find_filtered: FindFiltered,
) -> list[WorkRow]:
    """The work that a calendar is about, for pages and feeds alike; undated and removed work is in it."""
    agency_id = principal.agency_id
    if whose.scope is FeedScope.FILTER:
        return [] if filter_query is None else find_filtered(session, agency_id, filter_query, today)
    read = partial(list_work, session, agency_id)
    return gather(session, principal, whose, today, read, lambda row: (row.id, row.person_id))


def gather(
    session: Session,
    principal: Principal,
    whose: Whose,
    today: date,
    read: Callable[[WorkFilter], list[R]],
    ids: Callable[[R], tuple[int, int | None]],
) -> list[R]:
    """The rows that `read` finds for one's own work, a unit's or a plan's; `ids`: of a row and of who has it."""
    if whose.scope is FeedScope.UNIT and whose.of_id is not None:
        # The calendar of a unit that is no more goes on as its successor's.
        unit_id = successors(session, principal.agency_id).get(whose.of_id, whose.of_id)
        return read(queries.unit_filter(session, principal.agency_id, unit_id, today))
    if whose.scope is FeedScope.PLAN and whose.of_id is not None:
        return read(WorkFilter(plan_ids=(whose.of_id,)))
    owed, handed = queries.own_filters(principal.person_id, principal.unit_ids)
    return queries.own_of(read(owed) if owed else [], read(handed) if handed else [], principal.person_id, ids)


def entries_of(
    session: Session, agency_id: int, rows: Iterable[WorkRow], names: Mapping[int, str], today: date
) -> tuple[CalendarEntry, ...]:
    """The events of these obligations in order of their day; undated ones have none."""
    rows = list(rows)
    stamps = queries.stamps(session, agency_id, [row.id for row in rows])
    entries = (_entry(row, stamps[row.id], names, today) for row in rows if row.id in stamps)
    kept = [entry for entry in entries if entry is not None]
    return tuple(sorted(kept, key=lambda entry: (entry.day, entry.obligation_id)))


def _entry(row: WorkRow, stamp: queries.Stamp, names: Mapping[int, str], today: date) -> CalendarEntry | None:
    placed = entry_day(row.status, row.due_on, row.original_due_on, stamp.changed_at, today)
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
        status_on=row.status_on,
        extensions=row.extensions,
    )


def note_use(session: Session, opened: OpenFeed, *, now: datetime, address: str | None) -> None:
    """Writes down that an address was used, at most once an hour, in a short unit of work of its own."""
    if is_use_noted(opened.address.last_used_at, now):
        return
    with transaction(session):
        session.execute(
            update(CalendarFeed)
            .where(
                CalendarFeed.id == opened.address.feed_id,
                or_(CalendarFeed.last_used_at.is_(None), CalendarFeed.last_used_at <= now - USE_NOTED_EVERY),
            )
            .values(last_used_at=now, last_used_address=(address or "")[:60] or None)
            .execution_options(synchronize_session=False)
        )
