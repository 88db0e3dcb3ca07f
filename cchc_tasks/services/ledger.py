"""Proving the ledger: verify an agency's chain, read its head, keep a head that leaves the house."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import GENESIS_HASH, Fault, Head, verify_chain
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import LedgerHead, PublishedHead
from cchc_tasks.storage.queries import ledger as ledger_queries


def verify(session: Session, agency_id: int, *, published: Iterable[Head] = ()) -> Iterator[Fault]:
    """Every fault of the agency's chain, against the heads kept here and those given (from a report, a back-up)."""
    anchors = [*ledger_queries.published_heads(session, agency_id), *published]
    return verify_chain(ledger_queries.walk_chain(session, agency_id), published=anchors)


def head(session: Session, agency_id: int) -> Head:
    """The present end of the agency's chain; sequence 0 before the first row."""
    row = session.get(LedgerHead, agency_id, populate_existing=True)
    return Head(0, GENESIS_HASH) if row is None else Head(row.seq, row.hash)


def known_now(session: Session, agency_id: int, *, now: datetime) -> datetime:
    """The instant to count by when "as known now" is meant: that of the last entry, or `now` before the first.

    Whatever is written later is recorded after it, so that the same count asked again with this instant gives the same
    answer, even where a clock stepped back or a request that began earlier is written later.
    """
    return ledger_queries.last_recorded_at(session, agency_id) or now


def publish_head(session: Session, agency_id: int, *, where: str, now: datetime) -> Head:
    """Keeps the present head as an anchor and returns it, to be printed where it goes (`where`, for people)."""
    with transaction(session):
        present = head(session, agency_id)
        session.add(
            PublishedHead(agency_id=agency_id, seq=present.seq, hash=present.hash, published_at=now, where=where)
        )
    return present
