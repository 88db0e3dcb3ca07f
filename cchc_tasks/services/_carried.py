"""Answers given when a plan came in, for the same questions of its newer print: nobody is asked twice."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.plan_questions import Question, questions_of
from cchc_tasks.domain.plan_reading import PlanReading, reading_from_dict
from cchc_tasks.domain.text import fold
from cchc_tasks.storage.models import StagedImport

#: What makes two questions the same one: reason, printed words, reading, row and product.
Signature = tuple[object, ...]


def carried_answers(session: Session, agency_id: int, plan_id: int, reading: PlanReading) -> dict[str, Any]:
    """Answers in the form of `StagedImport.answers`, from every accepted review of the plan, the last one first."""
    query = select(StagedImport).where(StagedImport.agency_id == agency_id, StagedImport.plan_id == plan_id)
    questions: dict[Signature, Any] = {}
    units: dict[str, Any] = {}
    for staged in session.scalars(query.order_by(StagedImport.id)):
        given: Mapping[str, Any] = staged.answers.get("questions") or {}  # type: ignore[assignment]
        asked = {str(question.key): question for question in questions_of(reading_from_dict(staged.reading))}
        questions |= {_signature(asked[key]): value for key, value in given.items() if key in asked}
        chosen: Mapping[str, Any] = staged.answers.get("units") or {}  # type: ignore[assignment]
        units |= chosen
    return {"questions": _for(questions_of(reading), questions), "units": units}


def moved_answers(given: Mapping[str, Any], before: PlanReading, after: PlanReading) -> dict[str, Any]:
    """Answers to one reading of a document for the same questions of its other reading."""
    asked = {str(question.key): question for question in questions_of(before)}
    known = {_signature(asked[key]): value for key, value in given.items() if key in asked}
    return _for(questions_of(after), known)


def _for(asked: Iterable[Question], known: Mapping[Signature, Any]) -> dict[str, Any]:
    signed = ((question, _signature(question)) for question in asked)
    return {str(question.key): known[signature] for question, signature in signed if signature in known}


def _signature(question: Question) -> Signature:
    task, doubt = question.task, question.doubt
    row = () if task is None else (fold(task.text), *(fold(each.text) for each in task.deliverables))
    return (doubt.reason, fold(doubt.text), doubt.reading, doubt.detail, question.place, row)
