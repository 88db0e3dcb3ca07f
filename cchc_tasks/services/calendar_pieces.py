"""Events as they were serialised once, kept in the database for every process and host that serves calendars.

A kept event is a copy: its digest is of everything that its bytes are made of, so that one which does not fit is
made anew and never shown. What it is made of is compared as the database stores it, since turning ten thousand rows
into values costs more than all the rest. Keeping happens after the rows were read, in a unit of work of its own;
where it fails, the calendar is whole all the same and the next fetch tries again.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cchc_tasks.domain.calendars import CalendarEntry, FeedScope
from cchc_tasks.domain.workflow import REMOVED_STATUSES
from cchc_tasks.services import feeds
from cchc_tasks.services.feeds import FindFiltered, OpenFeed
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import CalendarPiece
from cchc_tasks.storage.queries import feeds as queries
from cchc_tasks.storage.queries import units
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from cchc_tasks.storage.upsert import replace_all

log = logging.getLogger(__name__)

_REMOVED = frozenset(status.value for status in REMOVED_STATUSES)


@dataclass(frozen=True, slots=True)
class Serialiser:
    """How entries become bytes: `variant` names the form, `form` is the digest of how it is written now."""

    variant: str
    form: bytes
    render: Callable[[Sequence[CalendarEntry]], list[bytes]]


@dataclass(frozen=True, slots=True)
class _Sources:
    """A calendar's obligations as stored, by day and id, with the digests of what their events are made of."""

    rows: list[Any]
    digests: dict[int, bytes]
    #: What left the plan, or lost its date, is judged by the domain; the others stand on their day.
    special: frozenset[int]


def pieces_of(session: Session, opened: OpenFeed, find_filtered: FindFiltered, serialiser: Serialiser) -> list[bytes]:
    """The bytes of the calendar's events, in the order of `feeds.content_of`; what is not kept yet is made and kept."""
    agency_id = opened.address.agency_id
    names = units.names_on(session, agency_id, opened.today)
    sources = _sources(session, opened, find_filtered, names, serialiser.form)
    digests, special = sources.digests, sources.special
    kept = queries.kept_pieces(session, agency_id, serialiser.variant, digests)
    wanted = [id_ for id_, digest in digests.items() if id_ in special or not _fits(kept.get(id_), digest)]
    entries = _entries(session, opened, wanted, names)
    missing = [each for each in entries if not _fits(kept.get(each.obligation_id), digests[each.obligation_id])]
    if missing:
        made = zip(missing, serialiser.render(missing), strict=True)
        fresh = {entry.obligation_id: (entry.obligation_id, digests[entry.obligation_id], body) for entry, body in made}
        kept |= fresh
        _keep(session, agency_id, serialiser.variant, fresh.values())
    return [kept[id_][2] for id_ in _in_order(sources, entries)]


def _fits(kept: tuple[int, bytes, bytes] | None, digest: bytes) -> bool:
    return kept is not None and kept[1] == digest


def _sources(
    session: Session, opened: OpenFeed, find_filtered: FindFiltered, names: Mapping[int, str], form: bytes
) -> _Sources:
    agency_id, whose, today = opened.address.agency_id, opened.whose, opened.today

    def read(wanted: WorkFilter) -> list[Any]:
        return queries.list_sources(session, agency_id, wanted)

    if whose.scope is FeedScope.FILTER:
        query = opened.address.filter_query
        rows = feeds.work_of(session, opened.principal, whose, today, query, find_filtered)
        found = read(WorkFilter(obligation_ids=[row.id for row in rows])) if rows else []
    else:
        found = feeds.gather(session, opened.principal, whose, today, read, lambda row: (row[0], row[1]))
    if whose.scope is FeedScope.PERSON:
        # Put together from two lists.
        found.sort(key=lambda row: (str(row[3]), row[0]))
    digest, name_of = hashlib.blake2b, names.get
    return _Sources(
        rows=found,
        # The person it was handed to is not written; the unit is written by its name.
        digests={
            row[0]: digest(repr((row[0], name_of(row[2]), row[3:])).encode(), digest_size=16, key=form).digest()
            for row in found
        },
        special=frozenset(row[0] for row in found if row[3] is None or row[4] in _REMOVED),
    )


def _entries(session: Session, opened: OpenFeed, ids: list[int], names: Mapping[int, str]) -> tuple[CalendarEntry, ...]:
    """The values of some obligations that the calendar shows."""
    if not ids:
        return ()
    agency_id = opened.address.agency_id
    some = WorkFilter(obligation_ids=ids) if len(ids) <= queries.ASKED_SINGLY else WorkFilter()
    among = set(ids)
    rows = [row for row in list_work(session, agency_id, some) if row.id in among]
    return feeds.entries_of(session, agency_id, rows, names, opened.today)


def _in_order(sources: _Sources, entries: Iterable[CalendarEntry]) -> Iterable[int]:
    """The obligations shown, by day and id: plain ones as stored, the others as the domain has placed them."""
    if not sources.special:
        return sources.digests
    shown = {entry.obligation_id: entry.day.isoformat() for entry in entries}
    shown |= {row[0]: str(row[3]) for row in sources.rows if row[0] not in sources.special}
    return sorted(shown, key=lambda id_: (shown[id_], id_))


def _keep(session: Session, agency_id: int, variant: str, fresh: Iterable[tuple[int, bytes, bytes]]) -> None:
    rows = [
        {"agency_id": agency_id, "variant": variant, "obligation_id": id_, "digest": digest, "body": body}
        # In one order: two processes that keep the same events wait for each other and do not embrace.
        for id_, digest, body in sorted(fresh)
    ]
    try:
        with transaction(session):
            replace_all(session, CalendarPiece, rows)
    except SQLAlchemyError:
        log.warning("%s events of a calendar were not kept", len(rows), exc_info=True)
