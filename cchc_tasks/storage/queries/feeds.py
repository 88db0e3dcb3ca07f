"""Reads of calendars: the work in a scope, the stamps of its events, and people's secret addresses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.calendars import FeedScope, is_mine
from cchc_tasks.storage.models import CalendarFeed, GroupMember, Obligation, Plan
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow, list_work
from cchc_tasks.storage.queries.people import holds_on


def list_unit_work(session: Session, agency_id: int, unit_id: int, today: date) -> list[WorkRow]:
    """Work that the unit owes, also as a member of a group on `today`, in printed order; two queries."""
    names = {unit_id} | groups_of(session, agency_id, unit_id, today)
    return list_work(session, agency_id, WorkFilter(responsible_ids=names))


def list_own_work(session: Session, agency_id: int, person_id: int | None, unit_ids: Collection[int]) -> list[WorkRow]:
    """Work of somebody's own calendar: `unit_ids` are the names under which work reaches them; two queries."""
    owed = list_work(session, agency_id, WorkFilter(responsible_ids=unit_ids)) if unit_ids else []
    handed = [] if person_id is None else list_work(session, agency_id, WorkFilter(person_id=person_id))
    owed_ids = {row.id for row in owed}
    rows = {row.id: row for row in (*owed, *handed)}
    return [row for row in rows.values() if is_mine(row.person_id, row.id in owed_ids, person_id)]


def groups_of(session: Session, agency_id: int, unit_id: int, today: date) -> set[int]:
    """The groups that the unit belongs to on `today`."""
    query = select(GroupMember.group_id).where(
        GroupMember.agency_id == agency_id,
        GroupMember.member_id == unit_id,
        holds_on(GroupMember.valid_from, GroupMember.valid_to, today),
    )
    return set(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an event carries from the ledger."""

    sequence: int
    changed_at: datetime


def stamps(session: Session, agency_id: int) -> dict[int, Stamp]:
    """The stamps of the agency's obligations, by id; one query."""
    rows = session.execute(
        select(Obligation.id, Obligation.calendar_sequence, Obligation.changed_at).where(
            Obligation.agency_id == agency_id
        )
    )
    return {row.id: Stamp(row.calendar_sequence, row.changed_at) for row in rows}


def plan_years(session: Session, agency_id: int) -> list[int]:
    """The years for which the agency has plans."""
    return sorted(set(session.scalars(select(Plan.year).where(Plan.agency_id == agency_id))))


def find_feed(session: Session, token_hash: str) -> CalendarFeed | None:
    """The address with this hash, whatever has become of it."""
    return session.scalars(select(CalendarFeed).where(CalendarFeed.token_hash == token_hash)).one_or_none()


def list_feeds(session: Session, agency_id: int, person_id: int | None) -> list[CalendarFeed]:
    """A person's addresses that were not revoked, the newest first."""
    return list(
        session.scalars(
            select(CalendarFeed)
            .where(
                CalendarFeed.agency_id == agency_id,
                CalendarFeed.person_id == person_id,
                CalendarFeed.revoked_at.is_(None),
            )
            .order_by(CalendarFeed.created_at.desc(), CalendarFeed.id.desc())
        )
    )


def scope_of(feed: CalendarFeed) -> FeedScope:
    return FeedScope(feed.scope)
