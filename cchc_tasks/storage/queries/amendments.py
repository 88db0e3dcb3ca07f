"""Reads of amendments."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.storage.models import Amendment, LedgerRow


def list_amendments(session: Session, agency_id: int, plan_id: int) -> list[Amendment]:
    """The plan's amendments, the first one first."""
    query = select(Amendment).where(Amendment.agency_id == agency_id, Amendment.plan_id == plan_id)
    return list(session.scalars(query.order_by(Amendment.ordinal)))


def find_amendment_of_content(session: Session, agency_id: int, sha256: str) -> Amendment | None:
    """The amendment that came from exactly this content, or None."""
    query = select(Amendment).where(Amendment.agency_id == agency_id, Amendment.source_sha256 == sha256)
    return session.scalars(query.order_by(Amendment.id).limit(1)).one_or_none()


def rows_of_amendments(
    session: Session, agency_id: int, amendments: Sequence[Amendment]
) -> list[tuple[Amendment, list[DomainRow]]]:
    """Everything the ledger was told in the same unit of work as each amendment, in order; one query."""
    if not amendments:
        return []
    query = select(LedgerRow).where(
        LedgerRow.agency_id == agency_id,
        LedgerRow.plan_id == amendments[0].plan_id,
        LedgerRow.seq >= amendments[0].seq,
        LedgerRow.recorded_at.in_([each.recorded_at for each in amendments]),
    )
    rows = [row.value() for row in session.scalars(query.order_by(LedgerRow.seq))]
    return [(each, [row for row in rows if row.recorded_at == each.recorded_at]) for each in amendments]
