"""Reads of the ledger: the series behind one obligation or task, and whole chains in order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import Head, RowKind, StoredLink
from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.storage.models import LedgerHead, LedgerRow, PublishedHead

#: Rows read at once when a whole chain is walked.
CHUNK = 2_000


def list_status_rows(session: Session, agency_id: int, obligation_id: int) -> list[DomainRow]:
    """Every status row of one obligation, oldest entry first."""
    return _list(session, agency_id, RowKind.STATUS, "obligation_id", [obligation_id])


def status_rows_of(session: Session, agency_id: int, obligation_ids: Iterable[int]) -> list[DomainRow]:
    """Every status row of these obligations, oldest entry first; one query."""
    return _list(session, agency_id, RowKind.STATUS, "obligation_id", list(obligation_ids))


def list_deadline_rows(session: Session, agency_id: int, obligation_id: int) -> list[DomainRow]:
    """Every deadline row of one obligation, oldest entry first."""
    return _list(session, agency_id, RowKind.DEADLINE, "obligation_id", [obligation_id])


def list_assignment_rows(session: Session, agency_id: int, task_id: int) -> list[DomainRow]:
    """Every assignment row of one task (its deliverables' included), oldest entry first."""
    return _list(session, agency_id, RowKind.ASSIGNMENT, "task_id", [task_id])


def deadline_rows_of(session: Session, agency_id: int, obligation_ids: Iterable[int]) -> dict[int, list[DomainRow]]:
    """Deadline rows by obligation; one query."""
    rows = _list(session, agency_id, RowKind.DEADLINE, "obligation_id", list(obligation_ids))
    return _grouped(rows, "obligation_id")


def assignment_rows_of(session: Session, agency_id: int, task_ids: Iterable[int]) -> dict[int, list[DomainRow]]:
    """Assignment rows by task; one query."""
    rows = _list(session, agency_id, RowKind.ASSIGNMENT, "task_id", list(task_ids))
    return _grouped(rows, "task_id")


def amendment_rows_of(session: Session, agency_id: int, task_ids: Iterable[int]) -> dict[int, list[DomainRow]]:
    """What amendments changed in rows of plans, by task; one query."""
    return _grouped(_list(session, agency_id, RowKind.AMENDMENT, "task_id", list(task_ids)), "task_id")


def list_task_rows(session: Session, agency_id: int, task_id: int) -> list[DomainRow]:
    """Everything the ledger says of one task and its obligations, oldest entry first."""
    rows = session.connection().execute(_OF_TASK, {"agency_id": agency_id, "task_id": task_id})
    return [DomainRow(*row) for row in rows]


def _list(session: Session, agency_id: int, kind: RowKind, column: str, ids: list[int]) -> list[DomainRow]:
    if not ids:
        return []
    values = {"agency_id": agency_id, "kind": kind, "ids": ids}
    return [DomainRow(*row) for row in session.connection().execute(_OF_KIND[column], values)]


def of_agency(agency_id: int | BindParameter[Any]) -> ColumnElement[bool]:
    """The condition "a row of this agency" beside conditions on tasks or obligations, in a form that no index serves.

    Offered (agency, seq) in the wished order, SQLite walks through the agency's whole ledger instead of asking for the
    few rows of a task.
    """
    return LedgerRow.agency_id + 0 == agency_id


#: Plain columns in the order of the domain's row: most pages and every change read some. Made once.
_ROWS: Any = (
    select(*(getattr(LedgerRow, name) for name in DomainRow.__slots__))
    .where(of_agency(bindparam("agency_id")))
    .order_by(LedgerRow.seq)
)
_OF_TASK = _ROWS.where(LedgerRow.task_id == bindparam("task_id"))
_OF_KIND = {
    column: _ROWS.where(
        LedgerRow.kind == bindparam("kind"), getattr(LedgerRow, column).in_(bindparam("ids", expanding=True))
    )
    for column in ("obligation_id", "task_id")
}


def _grouped(rows: Iterable[DomainRow], name: str) -> dict[int, list[DomainRow]]:
    groups: dict[int, list[DomainRow]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def walk_chain(session: Session, agency_id: int) -> Iterator[StoredLink]:
    """The agency's whole chain in order of sequence, read in chunks."""
    last = 0
    while True:
        query = select(LedgerRow).where(LedgerRow.agency_id == agency_id, LedgerRow.seq > last)
        rows = session.scalars(query.order_by(LedgerRow.seq).limit(CHUNK)).all()
        if not rows:
            return
        yield from (row.link() for row in rows)
        last = rows[-1].seq
        session.expunge_all()


def published_heads(session: Session, agency_id: int) -> list[Head]:
    """The heads that left the house, and the chain's own record of its end."""
    published = session.scalars(select(PublishedHead).where(PublishedHead.agency_id == agency_id))
    heads = [Head(row.seq, row.hash) for row in published]
    return [*heads, *_own_head(session, agency_id)]


def last_recorded_at(session: Session, agency_id: int) -> datetime | None:
    """When the last row of the agency's ledger was recorded; None before the first."""
    return session.connection().execute(_LAST_RECORDED, {"agency_id": agency_id}).scalar()


_LAST_RECORDED = select(LedgerHead.recorded_at).where(LedgerHead.agency_id == bindparam("agency_id"))


def _own_head(session: Session, agency_id: int) -> list[Head]:
    row = session.get(LedgerHead, agency_id)
    return [] if row is None else [Head(row.seq, row.hash)]
