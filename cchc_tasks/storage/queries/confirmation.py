"""Reads for the queue of reported work: what waits, what was reported and by whom; a fixed number of queries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import LedgerRow, Obligation, Unit
from cchc_tasks.storage.queries.ledger import of_agency


@dataclass(frozen=True, slots=True)
class Claim:
    """The report that waits for an answer; `seq` is its ledger row, `waiver` the reason why it has no evidence."""

    obligation_id: int
    seq: int
    recorded_at: datetime
    actor_id: int | None
    unit_id: int | None
    reason: str
    waiver: str


def claims(session: Session, agency_id: int, obligation_ids: Collection[int]) -> dict[int, Claim]:
    """The present report of each obligation; two queries."""
    if not obligation_ids:
        return {}
    waivers = _waivers(session, agency_id, obligation_ids)
    rows = session.execute(
        select(
            Obligation.id,
            LedgerRow.seq,
            LedgerRow.recorded_at,
            LedgerRow.actor_id,
            Obligation.reported_unit_id,
            LedgerRow.payload,
        )
        .join(LedgerRow, and_(LedgerRow.agency_id == Obligation.agency_id, LedgerRow.seq == Obligation.status_seq))
        .where(
            Obligation.agency_id == agency_id,
            Obligation.id.in_(obligation_ids),
            Obligation.status == Status.REPORTED,
        )
    )
    return {row.id: _claim(row, waivers.get(row.id, "")) for row in rows}


def _claim(row: Any, waiver: str) -> Claim:
    reason = str(row.payload.get("reason") or "")
    return Claim(row.id, row.seq, row.recorded_at, row.actor_id, row.reported_unit_id, reason, waiver)


def _waivers(session: Session, agency_id: int, obligation_ids: Collection[int]) -> dict[int, str]:
    """The last reason given for each obligation that has none of the usual evidence."""
    rows = session.execute(
        select(LedgerRow.obligation_id, LedgerRow.payload)
        .where(
            of_agency(agency_id),
            LedgerRow.kind == RowKind.WAIVER,
            LedgerRow.obligation_id.in_(obligation_ids),
        )
        .order_by(LedgerRow.seq)
    )
    return {row.obligation_id: str(row.payload.get("reason") or "") for row in rows}


#: Asked with most pages: made once, since making it costs more than running it.
_WAITING = (
    select(Obligation.reported_by_id, Unit.kind, func.count())
    .outerjoin(Unit, Unit.id == Obligation.reported_unit_id)
    .where(Obligation.agency_id == bindparam("agency_id"), Obligation.status == Status.REPORTED)
    .group_by(Obligation.reported_by_id, Unit.kind)
)


def waiting(session: Session, agency_id: int) -> list[tuple[int | None, bool, int]]:
    """Reports that wait: who made them, whether they are the office's own, and how many; one query."""
    rows = session.connection().execute(_WAITING, {"agency_id": agency_id})
    return [(reported_by_id, kind is UnitKind.OFFICE, number) for reported_by_id, kind, number in rows]
