"""Reads of extension requests: what waits for an answer, what became of those of a task."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import Document, ExtensionRequest, Obligation, Person, Unit


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request with the present deadline of its obligation, and the document that asks."""

    id: int
    version: int
    state: ExtensionState
    obligation_id: int
    task_id: int
    asked_due_on: date
    reason: str
    asked_against: date
    asked_on: date
    asked_at: datetime
    asked_by_id: int | None
    asked_by: str
    asked_unit_id: int | None
    granted_due_on: date | None
    answer: str
    answered_by: str
    due_on: date | None
    deadline_version: int
    status: Status
    document_number: str | None
    document_issued_on: date | None
    document_subject: str | None


def waiting_requests(session: Session, agency_id: int) -> list[RequestRow]:
    """Every request of the agency that waits for its answer, the oldest first; one query."""
    return _list(session, ExtensionRequest.agency_id == agency_id, ExtensionRequest.state == ExtensionState.ASKED)


def request_row(session: Session, agency_id: int, request_id: int) -> RequestRow:
    """One request, whatever became of it; raises `NotFound`."""
    found = _list(session, ExtensionRequest.agency_id == agency_id, ExtensionRequest.id == request_id)
    if not found:
        raise NotFound(what="extension", id=request_id)
    return found[0]


def open_request(session: Session, agency_id: int, obligation_id: int) -> RequestRow | None:
    """The request of the obligation that waits for its answer; the database allows one."""
    found = _list(
        session,
        ExtensionRequest.agency_id == agency_id,
        ExtensionRequest.obligation_id == obligation_id,
        ExtensionRequest.state == ExtensionState.ASKED,
    )
    return found[0] if found else None


def _list(session: Session, *wanted: Any) -> list[RequestRow]:
    asker, answerer = aliased(Person), aliased(Person)
    query = (
        select(
            ExtensionRequest.id,
            ExtensionRequest.version,
            ExtensionRequest.state,
            ExtensionRequest.obligation_id,
            ExtensionRequest.task_id,
            ExtensionRequest.asked_due_on,
            ExtensionRequest.reason,
            ExtensionRequest.asked_against,
            ExtensionRequest.asked_on,
            ExtensionRequest.asked_at,
            ExtensionRequest.asked_by_id,
            func.coalesce(asker.name, "").label("asked_by"),
            ExtensionRequest.asked_unit_id,
            ExtensionRequest.granted_due_on,
            ExtensionRequest.answer,
            func.coalesce(answerer.name, "").label("answered_by"),
            Obligation.due_on,
            Obligation.deadline_version,
            Obligation.status,
            Document.number,
            Document.issued_on,
            Document.subject,
        )
        .join(Obligation, Obligation.id == ExtensionRequest.obligation_id)
        .outerjoin(Document, Document.id == ExtensionRequest.document_id)
        .outerjoin(asker, asker.id == ExtensionRequest.asked_by_id)
        .outerjoin(answerer, answerer.id == ExtensionRequest.answered_by_id)
        .where(*wanted)
        .order_by(ExtensionRequest.asked_at, ExtensionRequest.id)
    )
    rows: list[tuple[Any, ...]] = [tuple(row) for row in session.execute(query)]
    return [RequestRow(*row) for row in rows]


#: Asked with most pages: made once.
_WAITING = (
    select(ExtensionRequest.asked_by_id, Unit.kind, func.count())
    .outerjoin(Unit, Unit.id == ExtensionRequest.asked_unit_id)
    .where(ExtensionRequest.agency_id == bindparam("agency_id"), ExtensionRequest.state == ExtensionState.ASKED)
    .group_by(ExtensionRequest.asked_by_id, Unit.kind)
)


def count_waiting(session: Session, agency_id: int) -> list[tuple[int | None, bool, int]]:
    """Requests that wait: who asked, whether for the office's own work, and how many; one query."""
    rows = session.connection().execute(_WAITING, {"agency_id": agency_id})
    return [(asked_by_id, kind is UnitKind.OFFICE, number) for asked_by_id, kind, number in rows]
