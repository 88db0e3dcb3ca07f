"""Filters that a person keeps under a name: saving, renaming, removing. What a filter says is read at the edge."""

import logging
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Invalid, NotFound
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import CalendarFeed, SavedFilter

log = logging.getLogger(__name__)

#: More than anybody can tell apart; a limit, so that no list grows without end.
FILTERS_PER_PERSON = 50


def save_filter(
    session: Session, *, name: str, query: str, actor: Principal, now: datetime, request_key: str | None = None
) -> int:
    """Keeps `query` (the filters of a board's address, in one order) under `name`; returns its id.

    Raises `Invalid(what="name")` for a name the person has used, `Invalid(what="count")` for one filter too many.
    """
    permissions.require(actor, Action.READ_AGENCY)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        _check_name(session, name, actor, except_id=None)
        own = select(func.count()).where(SavedFilter.person_id == actor.person_id)
        if session.scalars(own).one() >= FILTERS_PER_PERSON:
            raise Invalid(what="count", limit=FILTERS_PER_PERSON)
        kept = SavedFilter(agency_id=actor.agency_id, person_id=actor.person_id, name=name, query=query, created_at=now)
        session.add(kept)
    log.info("filter %s saved by %s", kept.id, actor.person_id)
    return kept.id


def rename_filter(
    session: Session, filter_id: int, *, name: str, actor: Principal, now: datetime, request_key: str | None = None
) -> None:
    """Another name for one of the actor's own filters; raises `NotFound` for anybody else's, `Invalid` as above."""
    permissions.require(actor, Action.READ_AGENCY)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        kept = _own(session, filter_id, actor)
        _check_name(session, name, actor, except_id=filter_id)
        kept.name = name


def remove_filter(
    session: Session, filter_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> None:
    """Removes one of the actor's own filters; the calendars that showed it end at once, at the real instant `now`."""
    permissions.require(actor, Action.READ_AGENCY)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        kept = _own(session, filter_id, actor)
        feeds = CalendarFeed.agency_id == actor.agency_id, CalendarFeed.filter_id == filter_id
        ended = func.coalesce(CalendarFeed.revoked_at, now)
        session.execute(
            update(CalendarFeed)
            .where(*feeds)
            .values(filter_id=None, revoked_at=ended)
            .execution_options(synchronize_session=False)
        )
        session.delete(kept)
    log.info("filter %s removed by %s", filter_id, actor.person_id)


def _own(session: Session, filter_id: int, actor: Principal) -> SavedFilter:
    kept = session.get(SavedFilter, filter_id)
    if kept is None or kept.agency_id != actor.agency_id or kept.person_id != actor.person_id:
        raise NotFound(what="filter", id=filter_id)
    return kept


def _check_name(session: Session, name: str, actor: Principal, *, except_id: int | None) -> None:
    query = select(SavedFilter.id).where(
        SavedFilter.agency_id == actor.agency_id, SavedFilter.person_id == actor.person_id, SavedFilter.name == name
    )
    if session.scalars(query).one_or_none() not in (None, except_id):
        raise Invalid(what="name", name=name)
