"""Reads of calendars: the work in a scope, the stamps of its events, and people's secret addresses."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BindParameter, String, bindparam, cast, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from cchc_tasks.domain.calendars import FeedKind, FeedScope, FeedStyle, is_mine
from cchc_tasks.storage.models import (
    Agency,
    CalendarFeed,
    CalendarPiece,
    Deliverable,
    GroupMember,
    LedgerHead,
    Obligation,
    Plan,
    SavedFilter,
    SignInCounter,
    Task,
    UnitName,
)
from cchc_tasks.storage.queries.obligations import WorkFilter, plain_rows
from cchc_tasks.storage.queries.people import holds_on
from cchc_tasks.storage.queries.stored import driver_rows

#: A row of work, whatever it holds.
R = TypeVar("R")
#: Kept events are asked for one by one up to so many; beyond, all of an agency come at once.
ASKED_SINGLY = 1_000


def unit_filter(session: Session, agency_id: int, unit_id: int, today: date) -> WorkFilter:
    """Work that the unit owes, also as a member of a group on `today`; one query."""
    return WorkFilter(responsible_ids={unit_id} | groups_of(session, agency_id, unit_id, today))


def own_filters(person_id: int | None, unit_ids: Collection[int]) -> tuple[WorkFilter | None, WorkFilter | None]:
    """Work owed under the names in `unit_ids`, and work handed to the person; None where there can be none."""
    owed = WorkFilter(responsible_ids=unit_ids) if unit_ids else None
    return owed, None if person_id is None else WorkFilter(person_id=person_id)


def own_of(
    owed: list[R], handed: list[R], person_id: int | None, ids: Callable[[R], tuple[int, int | None]]
) -> list[R]:
    """What of both stands in somebody's own calendar; `ids` tells a row's own id and whom it was handed to."""
    owed_ids = {ids(row)[0] for row in owed}
    rows = {ids(row)[0]: row for row in (*owed, *handed)}
    return [row for id_, row in rows.items() if is_mine(ids(row)[1], id_ in owed_ids, person_id)]


def groups_of(session: Session, agency_id: int, unit_id: int, today: date) -> set[int]:
    """The groups that the unit belongs to on `today`."""
    query = select(GroupMember.group_id).where(
        GroupMember.agency_id == agency_id,
        GroupMember.member_id == unit_id,
        holds_on(GroupMember.valid_from, GroupMember.valid_to, today),
    )
    return set(session.scalars(query))


class Stamp(NamedTuple):
    """What an event carries from the ledger."""

    sequence: int
    changed_at: datetime


_STAMPS = select(Obligation.id, Obligation.calendar_sequence, Obligation.changed_at).where(
    Obligation.agency_id == bindparam("agency_id")
)


_SOME_STAMPS = _STAMPS.where(Obligation.id.in_(bindparam("ids", expanding=True)))


def stamps(session: Session, agency_id: int, ids: Collection[int]) -> dict[int, Stamp]:
    """The stamps of obligations (and, where they are many, of others of the agency), by id; one query."""
    values: dict[str, Any] = {"agency_id": agency_id}
    query = _STAMPS
    if len(ids) <= ASKED_SINGLY:
        query, values["ids"] = _SOME_STAMPS, list(ids)
    rows = session.connection().execute(query, values)
    return {id_: Stamp(sequence, changed_at) for id_, sequence, changed_at in rows}


def _as_stored(*columns: Any) -> tuple[Any, ...]:
    """The columns without their types: the driver's own values, which cost nothing to make."""
    return tuple(type_coerce(column, NullType()).label(column.key) for column in columns)


#: All that an event is written from; the unit goes by its name. The first are not written themselves.
SOURCES = _as_stored(
    Obligation.id,
    Obligation.person_id,
    Obligation.counted_unit_id,
    Obligation.judged_due_on,
    Obligation.status,
    Obligation.deadline_version,
    Obligation.calendar_sequence,
    Obligation.changed_at,
    Obligation.original_due_on,
    Obligation.status_on,
    Obligation.period_label,
    Obligation.deadline_text,
    Obligation.task_id,
    Task.numbers,
    Deliverable.ordinal,
    Deliverable.text,
)


_SOURCE_ORDER = (Obligation.judged_due_on, Obligation.id)


def list_sources(session: Session, agency_id: int, wanted: WorkFilter) -> list[Any]:
    """`SOURCES` of the work, as the database stores them, by day and id: to be compared, not to be shown; one query."""
    return plain_rows(session, agency_id, wanted, SOURCES, _SOURCE_ORDER)


def plan_years(session: Session, agency_id: int, plan_id: int | None = None) -> list[int]:
    """The years for which the agency has plans; of one plan where it is named."""
    query = select(Plan.year).where(Plan.agency_id == agency_id)
    return sorted(set(session.scalars(query if plan_id is None else query.where(Plan.id == plan_id))))


def list_plans(session: Session, agency_id: int) -> list[tuple[int, str, int]]:
    """Id, number and year of the agency's plans, the newest year first."""
    query = select(Plan.id, Plan.number, Plan.year).where(Plan.agency_id == agency_id)
    rows = session.execute(query.order_by(Plan.year.desc(), Plan.issued_on, Plan.id))
    return [(id_, number, year) for id_, number, year in rows]


class Changes(NamedTuple):
    """What says that nothing has changed: the end of the ledger, the newest change, how units are called, the plans."""

    seq: int | None
    hash: str | None
    changed_at: datetime | None
    names: str | None
    plans: int | None
    newest_plan: int | None


def _changes_query() -> Any:
    agency_id: BindParameter[int] = bindparam("agency_id")
    newest = select(func.max(Obligation.changed_at)).where(Obligation.agency_id == agency_id).scalar_subquery()
    said = cast(UnitName.unit_id, String) + UnitName.name + cast(UnitName.valid_from, String)
    names = select(func.aggregate_strings(said, "|")).where(UnitName.agency_id == agency_id).scalar_subquery()
    plans = select(func.sum(Plan.version)).where(Plan.agency_id == agency_id).scalar_subquery()
    newest_plan = select(func.max(Plan.id)).where(Plan.agency_id == agency_id).scalar_subquery()
    return (
        select(LedgerHead.seq, LedgerHead.hash, newest, names, plans, newest_plan)
        .select_from(Agency)
        .outerjoin(LedgerHead, LedgerHead.agency_id == Agency.id)
        .where(Agency.id == agency_id)
    )


_CHANGES = _changes_query()


def changes(session: Session, agency_id: int) -> Changes:
    """One query that reads no work: each value is the end of an index, or of a handful of rows."""
    return Changes._make(session.connection().execute(_CHANGES, {"agency_id": agency_id}).one())


_GUESSES = select(SignInCounter.subject_hash).where(SignInCounter.subject_hash == bindparam("subject"))


def has_guessed(session: Session, subject: str) -> bool:
    """Whether anything was counted about a subject of guesses; one query."""
    return session.connection().execute(_GUESSES, {"subject": subject}).first() is not None


class Address(NamedTuple):
    """A secret address with what it names."""

    feed_id: int
    agency_id: int
    person_id: int
    scope: FeedScope
    unit_id: int | None
    plan_id: int | None
    filter_id: int | None
    style: FeedStyle
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    agency_code: str
    plan_number: str | None
    filter_name: str | None
    filter_query: str | None


_ADDRESS = (
    select(
        CalendarFeed.id,
        CalendarFeed.agency_id,
        CalendarFeed.person_id,
        CalendarFeed.scope,
        CalendarFeed.unit_id,
        CalendarFeed.plan_id,
        CalendarFeed.filter_id,
        CalendarFeed.kind,
        CalendarFeed.hides_titles,
        CalendarFeed.alarm_days,
        CalendarFeed.expires_at,
        CalendarFeed.revoked_at,
        CalendarFeed.last_used_at,
        Agency.code,
        Plan.number,
        SavedFilter.name,
        SavedFilter.query,
    )
    .join(Agency, Agency.id == CalendarFeed.agency_id)
    .outerjoin(Plan, Plan.id == CalendarFeed.plan_id)
    .outerjoin(SavedFilter, SavedFilter.id == CalendarFeed.filter_id)
    .where(CalendarFeed.token_hash == bindparam("token_hash"))
)


def find_address(session: Session, token_hash: str) -> Address | None:
    """The address with this hash, whatever has become of it; one query."""
    row = session.connection().execute(_ADDRESS, {"token_hash": token_hash}).one_or_none()
    if row is None:
        return None
    id_, agency_id, person_id, scope, unit_id, plan_id, filter_id, kind, hides, alarm, *rest = row
    style = FeedStyle(FeedKind(kind), hides, alarm)
    return Address(id_, agency_id, person_id, FeedScope(scope), unit_id, plan_id, filter_id, style, *rest)


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


# --- filters that people keep


def list_filters(session: Session, agency_id: int, person_id: int | None) -> list[SavedFilter]:
    """A person's saved filters by name."""
    query = select(SavedFilter).where(SavedFilter.agency_id == agency_id, SavedFilter.person_id == person_id)
    return list(session.scalars(query.order_by(SavedFilter.name, SavedFilter.id)))


# --- events as they were serialised

_PIECES = select(CalendarPiece.obligation_id, CalendarPiece.digest, CalendarPiece.body).where(
    CalendarPiece.agency_id == bindparam("agency_id"), CalendarPiece.variant == bindparam("variant")
)
_SOME_PIECES = _PIECES.where(CalendarPiece.obligation_id.in_(bindparam("ids", expanding=True)))


def kept_pieces(
    session: Session, agency_id: int, variant: str, ids: Collection[int]
) -> dict[int, tuple[int, bytes, bytes]]:
    """Obligation, digest and bytes of what is kept of `ids` (and, where they are many, of others), by id; one query."""
    values: dict[str, Any] = {"agency_id": agency_id, "variant": variant}
    query = _PIECES
    if len(ids) <= ASKED_SINGLY:
        query, values["ids"] = _SOME_PIECES, list(ids)
    return {row[0]: row for row in driver_rows(session.connection().execute(query, values))}
