"""The one write path of the ledger: appends rows to an agency's chain and keeps the chain's head."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import GENESIS_HASH, RowKind, link_hash
from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.db import UNIT_OF_WORK
from cchc_tasks.storage.models import LedgerHead, LedgerRow
from cchc_tasks.storage.upsert import insert_statement

log = logging.getLogger(__name__)

#: A clock that steps back further than this is worth a line in the log (RELIABILITY C2).
TOLERATED_STEP_BACK = timedelta(seconds=2)
#: Where a session remembers which unit of work took a time of entry already.
RECORDED_IN = "cchc_tasks.recorded_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """What a service wants written; sequence, time of entry and hashes are the write path's."""

    kind: RowKind
    plan_id: int
    effective_on: date
    actor_id: int | None
    task_id: int | None = None
    deliverable_id: int | None = None
    obligation_id: int | None = None
    status: Status | None = None
    due_on: date | None = None
    unit_id: int | None = None
    corrects_seq: int | None = None
    answers_seq: int | None = None
    request_key: str | None = None
    payload: dict[str, object] = field(default_factory=dict)


def append(session: Session, agency_id: int, rows: Iterable[NewRow], *, now: datetime) -> list[DomainRow]:
    """Appends `rows` in order to the agency's chain, inside the caller's unit of work; returns them as stored.

    The head is locked until the unit of work ends, so that sequences have no gaps and never fork.
    All rows of a unit of work get one `recorded_at`, later than that of any unit before it (see `recording_time`).
    """
    pending = list(rows)
    if not pending:
        return []
    head = _recording_head(session, agency_id, now=now)
    recorded_at = head.recorded_at
    stored: list[DomainRow] = []
    values: list[dict[str, object]] = []
    for row in pending:
        seq = head.seq + 1
        written = DomainRow(agency_id=agency_id, seq=seq, recorded_at=recorded_at, **_values(row))  # type: ignore[arg-type]
        chained = link_hash(head.hash, written)
        values.append({**_values(written), "previous_hash": head.hash, "hash": chained})
        stored.append(written)
        head.seq, head.hash, head.recorded_at = seq, chained, recorded_at
    session.flush()
    session.connection().execute(_INSERT, values)
    return stored


# Part of every change, under the lock: made once, since making them costs more than running them.
_INSERT = insert(cast(Table, LedgerRow.__table__))
_HEAD = select(LedgerHead).where(LedgerHead.agency_id == bindparam("agency_id")).with_for_update()


def recording_time(session: Session, agency_id: int, *, now: datetime) -> datetime:
    """The `recorded_at` of this unit of work; takes the chain's lock and moves the head's time on to it.

    It is `now`, unless an earlier unit recorded later than that: then just after that unit. So a count as
    known at the head's time stays as it is, although a request that began before it may be written after it; and a
    clock that steps back reorders nothing (RELIABILITY C2).
    """
    return cast(datetime, _recording_head(session, agency_id, now=now).recorded_at)


def _recording_head(session: Session, agency_id: int, *, now: datetime) -> LedgerHead:
    """The locked end of the chain, its time moved on to that of this unit of work."""
    head = _locked_head(session, agency_id)
    unit = (session.info.get(UNIT_OF_WORK), agency_id)
    is_mine = unit[0] is not None and session.info.get(RECORDED_IN) == unit
    head.recorded_at = _after(head.recorded_at, now, is_mine=is_mine)
    session.info[RECORDED_IN] = unit
    return head


def next_seq(session: Session, agency_id: int) -> int:
    """The sequence of the row that is appended next; the chain stays locked until the unit of work ends."""
    return _locked_head(session, agency_id).seq + 1


def _values(row: NewRow | DomainRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in type(row).__slots__}


def _locked_head(session: Session, agency_id: int) -> LedgerHead:
    wanted = {"agency_id": agency_id}
    head = session.scalars(_HEAD, wanted).one_or_none()
    if head is None:
        # Two first writers: one makes the row, the other waits for it and then finds it.
        session.execute(
            insert_statement(session, LedgerHead, [{"agency_id": agency_id, "seq": 0, "hash": GENESIS_HASH}])
        )
        head = session.scalars(_HEAD, wanted).one()
    return head


def _after(last: datetime | None, now: datetime, *, is_mine: bool) -> datetime:
    """`now`, or the first instant after `last`; within one unit of work `last` itself will do."""
    if last is None or now > last:
        return now
    if last - now > TOLERATED_STEP_BACK:
        log.warning("the clock stepped back by %s; the ledger goes on from %s", last - now, last)
    return last if is_mine else last + datetime.resolution
