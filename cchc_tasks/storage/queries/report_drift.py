"""What was recorded about a report's work since it was submitted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.storage.models import Amendment, Evidence, LedgerRow, Obligation, Task


def rows_since(session: Session, agency_id: int, plan_ids: Collection[int], seq: int) -> list[DomainRow]:
    """Every row of the plans after the head `seq`, in order; one query."""
    query = select(LedgerRow).where(
        LedgerRow.agency_id == agency_id, LedgerRow.plan_id.in_(plan_ids), LedgerRow.seq > seq
    )
    return [row.value() for row in session.scalars(query.order_by(LedgerRow.seq))]


def obligations_behind(session: Session, agency_id: int, members: Iterable[str]) -> dict[str, frozenset[int]]:
    """The obligations that each member id of a figure is made of; one query for each kind there is."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for member in members:
        kind, _, name = member.partition(":")
        by_kind[kind].add(name)
    found: dict[str, frozenset[int]] = {}
    for kind, names in by_kind.items():
        if kind == "number":
            found |= _of_numbers(session, agency_id, names)
        elif kind in _COLUMNS:
            groups: dict[int, set[int]] = defaultdict(set)
            ids = [int(name) for name in names if name.isdigit()]
            for key, obligation_id in session.execute(_COLUMNS[kind](agency_id, ids)):
                groups[key].add(obligation_id)
            found |= {f"{kind}:{key}": frozenset(group) for key, group in groups.items()}
    return found


def amending_numbers(session: Session, agency_id: int, members: Iterable[str]) -> dict[str, str]:
    """The number of the document behind each member "amendment:3"; one query where there is any."""
    ids = [int(name) for kind, _, name in (member.partition(":") for member in members) if kind == "amendment"]
    if not ids:
        return {}
    query = select(Amendment.id, Amendment.number).where(Amendment.agency_id == agency_id, Amendment.id.in_(ids))
    return {f"amendment:{row.id}": row.number for row in session.execute(query)}


def _of_numbers(session: Session, agency_id: int, names: Collection[str]) -> dict[str, frozenset[int]]:
    """ "3/2.1": what plan 3 owes under this printed number."""
    plan_ids = {int(name.partition("/")[0]) for name in names}
    query = (
        select(Task.plan_id, Task.numbers, Obligation.id)
        .join(Obligation, Obligation.task_id == Task.id)
        .where(Task.agency_id == agency_id, Task.plan_id.in_(plan_ids))
    )
    groups: dict[str, set[int]] = defaultdict(set)
    for plan_id, numbers, obligation_id in session.execute(query):
        for number in numbers:
            groups[f"{plan_id}/{number}"].add(obligation_id)
    return {f"number:{name}": frozenset(groups.get(name, ())) for name in names}


def _own(column: Any) -> Callable[[int, Collection[int]], Any]:
    return lambda agency_id, ids: select(column, Obligation.id).where(
        Obligation.agency_id == agency_id, column.in_(ids)
    )


def _areas(agency_id: int, ids: Collection[int]) -> Any:
    query = select(Task.area_id, Obligation.id).join(Obligation, Obligation.task_id == Task.id)
    return query.where(Task.agency_id == agency_id, Task.area_id.in_(ids))


def _documents(agency_id: int, ids: Collection[int]) -> Any:
    query = select(Evidence.document_id, Evidence.obligation_id)
    return query.where(Evidence.agency_id == agency_id, Evidence.document_id.in_(ids))


_COLUMNS: dict[str, Callable[[int, Collection[int]], Any]] = {
    "obligation": _own(Obligation.id),
    "deliverable": _own(Obligation.deliverable_id),
    "task": _own(Obligation.task_id),
    "area": _areas,
    "document": _documents,
}
