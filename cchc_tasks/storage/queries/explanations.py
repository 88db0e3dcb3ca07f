"""Reads of requests for explanations: those of some obligations, those that wait, how many a unit owes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from cchc_tasks.domain.explanations import ExplanationState
from cchc_tasks.storage.models import ExplanationRequest, Person


@dataclass(frozen=True, slots=True)
class ExplanationRow:
    """A request, with its answer once there is one."""

    id: int
    state: ExplanationState
    obligation_id: int
    task_id: int
    words: str
    answer_by: date
    asked_on: date
    asked_by: str
    answer: str
    answered_at: datetime | None
    answered_by: str


def of_obligations(session: Session, agency_id: int, obligation_ids: Iterable[int]) -> list[ExplanationRow]:
    """Every request about these obligations, the oldest first; one query."""
    return _list(session, agency_id, ExplanationRequest.obligation_id.in_(sorted(set(obligation_ids))))


def waiting(session: Session, agency_id: int) -> list[ExplanationRow]:
    """Every request that waits for its answer, the most pressing first."""
    found = _list(session, agency_id, ExplanationRequest.state == ExplanationState.ASKED)
    return sorted(found, key=lambda each: (each.answer_by, each.id))


def open_request(session: Session, agency_id: int, obligation_id: int) -> ExplanationRow | None:
    """The request about the obligation that waits for its answer; the database allows one."""
    is_open = ExplanationRequest.state == ExplanationState.ASKED
    found = _list(session, agency_id, ExplanationRequest.obligation_id == obligation_id, is_open)
    return found[0] if found else None


def _list(session: Session, agency_id: int, *wanted: Any) -> list[ExplanationRow]:
    asker, answerer = aliased(Person), aliased(Person)
    query = (
        select(
            ExplanationRequest.id,
            ExplanationRequest.state,
            ExplanationRequest.obligation_id,
            ExplanationRequest.task_id,
            ExplanationRequest.words,
            ExplanationRequest.answer_by,
            ExplanationRequest.asked_on,
            func.coalesce(asker.name, ""),
            ExplanationRequest.answer,
            ExplanationRequest.answered_at,
            func.coalesce(answerer.name, ""),
        )
        .outerjoin(asker, asker.id == ExplanationRequest.asked_by_id)
        .outerjoin(answerer, answerer.id == ExplanationRequest.answered_by_id)
        .where(ExplanationRequest.agency_id == agency_id, *wanted)
        .order_by(ExplanationRequest.asked_at, ExplanationRequest.id)
    )
    return [ExplanationRow(*row) for row in session.execute(query)]
