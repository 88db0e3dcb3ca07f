"""Reads about evidence: which reports were withdrawn, so that what came with them proves nothing."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.evidence import withdrawn_reports
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import Evidence, LedgerRow, Obligation
from cchc_tasks.storage.queries.ledger import status_rows_of
from cchc_tasks.storage.types import UtcDateTime


def withdrawn_of_plans(
    session: Session, agency_id: int, plan_ids: Collection[int], *, known_at: datetime
) -> frozenset[int]:
    """Sequences of the withdrawn reports of these plans, as known at an instant; two queries.

    The first finds the few obligations with evidence whose report was answered otherwise than by a confirmation.
    """
    values = {"agency_id": agency_id, "plan_ids": list(plan_ids), "known_at": known_at}
    ids = session.connection().execute(_ANSWERED, values).scalars().all()
    return withdrawn_of(session, agency_id, ids, known_at=known_at) if ids else frozenset()


_ANSWERED = (
    select(Evidence.obligation_id)
    .distinct()
    .join(Obligation, Obligation.id == Evidence.obligation_id)
    .join(LedgerRow, LedgerRow.obligation_id == Evidence.obligation_id)
    .where(
        Evidence.agency_id == bindparam("agency_id"),
        Evidence.seq.is_not(None),
        Obligation.plan_id.in_(bindparam("plan_ids", expanding=True)),
        LedgerRow.kind == RowKind.STATUS,
        LedgerRow.recorded_at <= bindparam("known_at", type_=UtcDateTime),
        or_(
            and_(LedgerRow.answers_seq.is_not(None), LedgerRow.status != Status.DONE),
            LedgerRow.corrects_seq.is_not(None),
        ),
    )
)


def withdrawn_of(
    session: Session, agency_id: int, obligation_ids: Collection[int], *, known_at: datetime | None = None
) -> frozenset[int]:
    """Sequences of the withdrawn reports of these obligations, as known at an instant (None: now); one query."""
    rows = status_rows_of(session, agency_id, obligation_ids)
    return withdrawn_reports(row for row in rows if known_at is None or row.recorded_at <= known_at)
