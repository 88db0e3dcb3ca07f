"""Where the members of a figure are found, and the documents that stand beside answers."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import null, select
from sqlalchemy.orm import Session

from cchc_tasks.storage.models import (
    Amendment,
    Area,
    Deliverable,
    Document,
    Evidence,
    Obligation,
    Plan,
    RegisterEntry,
    ReportEntry,
    StoredFile,
    Task,
)


class Place(NamedTuple):
    """The plan that something belongs to, and its task where it has one."""

    plan_id: int
    task_id: int | None = None


class DocumentLine(NamedTuple):
    """A document that proves an answer."""

    number: str
    issued_on: date
    subject: str


class FileLine(NamedTuple):
    """A file that proves an answer; `size` in bytes."""

    sha256: str
    name: str
    size: int
    media_type: str


def places_of(session: Session, agency_id: int, members: Iterable[str]) -> dict[str, Place]:
    """The task or the plan behind each member id of a figure, within the agency; one query for each kind there is."""
    by_kind: dict[str, set[str]] = {}
    for member in members:
        kind, _, name = member.partition(":")
        by_kind.setdefault(kind, set()).add(name)
    found: dict[str, Place] = {}
    for kind, names in by_kind.items():
        if kind == "number":
            found |= _numbers(session, agency_id, names)
        elif kind in _QUERIES:
            ids = [int(name) for name in names if name.isdigit()]
            rows = session.execute(_QUERIES[kind](agency_id, ids))
            found |= {f"{kind}:{row[0]}": Place(row[1], row[2]) for row in rows}
    return found


def _numbers(session: Session, agency_id: int, names: Collection[str]) -> dict[str, Place]:
    """ "3/2.1": the first row of plan 3 that prints this number."""
    plan_ids = {int(name.partition("/")[0]) for name in names}
    query = select(Task.id, Task.plan_id, Task.numbers).where(Task.agency_id == agency_id, Task.plan_id.in_(plan_ids))
    found: dict[str, Place] = {}
    for row in session.execute(query.order_by(Task.position)):
        for number in row.numbers:
            found.setdefault(f"number:{row.plan_id}/{number}", Place(row.plan_id, row.id))
    return found


def _tasks(agency_id: int, ids: Collection[int]) -> Any:
    return select(Task.id, Task.plan_id, Task.id).where(Task.agency_id == agency_id, Task.id.in_(ids))


def _deliverables(agency_id: int, ids: Collection[int]) -> Any:
    query = select(Deliverable.id, Task.plan_id, Task.id).join(Task, Task.id == Deliverable.task_id)
    return query.where(Deliverable.agency_id == agency_id, Deliverable.id.in_(ids))


def _obligations(agency_id: int, ids: Collection[int]) -> Any:
    query = select(Obligation.id, Obligation.plan_id, Obligation.task_id)
    return query.where(Obligation.agency_id == agency_id, Obligation.id.in_(ids))


def _plans(agency_id: int, ids: Collection[int]) -> Any:
    return select(Plan.id, Plan.id, _NO_TASK).where(Plan.agency_id == agency_id, Plan.id.in_(ids))


def _areas(agency_id: int, ids: Collection[int]) -> Any:
    return select(Area.id, Area.plan_id, _NO_TASK).where(Area.agency_id == agency_id, Area.id.in_(ids))


def _amendments(agency_id: int, ids: Collection[int]) -> Any:
    query = select(Amendment.id, Amendment.plan_id, _NO_TASK)
    return query.where(Amendment.agency_id == agency_id, Amendment.id.in_(ids))


def _documents(agency_id: int, ids: Collection[int]) -> Any:
    query = select(Evidence.document_id, Obligation.plan_id, Obligation.task_id)
    joined = query.join(Obligation, Obligation.id == Evidence.obligation_id)
    return joined.where(Evidence.agency_id == agency_id, Evidence.document_id.in_(ids)).order_by(Evidence.id.desc())


_NO_TASK: Any = null()
_QUERIES: dict[str, Callable[[int, Collection[int]], Any]] = {
    "task": _tasks,
    "deliverable": _deliverables,
    "obligation": _obligations,
    "plan": _plans,
    "area": _areas,
    "amendment": _amendments,
    "document": _documents,
}


class Written(NamedTuple):
    """The last entry that put something into a register, or took it out: who, when, why."""

    recorded_at: datetime
    actor_id: int | None
    reason: str = ""


def register_writings(session: Session, agency_id: int, *, after: datetime) -> dict[str, Written]:
    """What was written about members of registers after an instant, the last of each: lines by hand and what the
    office said of them, documents that came as evidence; two queries."""
    columns = select(Evidence.document_id, Evidence.recorded_at, Evidence.recorded_by_id)
    proofs = columns.where(
        Evidence.agency_id == agency_id, Evidence.document_id.is_not(None), Evidence.recorded_at > after
    )
    found = {
        f"document:{row.document_id}": Written(row.recorded_at, row.recorded_by_id)
        for row in session.execute(proofs.order_by(Evidence.id))
    }
    lines = select(RegisterEntry).where(RegisterEntry.agency_id == agency_id, RegisterEntry.recorded_at > after)
    for line in session.scalars(lines.order_by(RegisterEntry.ordinal)):
        found[line.member] = Written(line.recorded_at, line.actor_id, line.reason)
    return found


def documents_by_id(session: Session, agency_id: int, ids: Collection[int]) -> dict[int, DocumentLine]:
    """The documents of these ids within the agency; one query."""
    if not ids:
        return {}
    query = select(Document.id, Document.number, Document.issued_on, Document.subject)
    rows = session.execute(query.where(Document.agency_id == agency_id, Document.id.in_(ids)))
    return {row.id: DocumentLine(row.number, row.issued_on, row.subject) for row in rows}


def files_by_id(session: Session, agency_id: int, ids: Collection[int]) -> dict[int, FileLine]:
    """The kept files of these ids within the agency; one query."""
    if not ids:
        return {}
    query = select(StoredFile.id, StoredFile.sha256, StoredFile.name, StoredFile.size, StoredFile.media_type)
    rows = session.execute(query.where(StoredFile.agency_id == agency_id, StoredFile.id.in_(ids)))
    return {row.id: FileLine(row.sha256, row.name, row.size, row.media_type) for row in rows}


class ProofLine(NamedTuple):
    """What proves one answer; an answer without either has none."""

    document: DocumentLine | None = None
    file: FileLine | None = None


def proofs_of(session: Session, agency_id: int, entries: Iterable[ReportEntry]) -> dict[int, ProofLine]:
    """What proves each of these answers, by the answer's id; at most two queries."""
    held = [each for each in entries if each.document_id is not None or each.file_id is not None]
    documents = documents_by_id(session, agency_id, {each.document_id for each in held if each.document_id})
    files = files_by_id(session, agency_id, {each.file_id for each in held if each.file_id})
    return {each.id: ProofLine(documents.get(each.document_id or 0), files.get(each.file_id or 0)) for each in held}
