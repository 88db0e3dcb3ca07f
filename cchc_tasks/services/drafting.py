"""An amendment written by hand: a draft of the plan's table, kept on the server, read anew with each change.

The draft is a staged import with rows beside it: its questions, its units, its difference and its yes are those of any
other newer print of the plan.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.held_plans import HeldPlan
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.plan_drafts import (
    Rows,
    RowWords,
    first_row,
    match_of,
    match_to_dict,
    row_from_dict,
    row_to_dict,
    source_document,
)
from cchc_tasks.domain.plan_reading import PlanReading, read_plan, reading_from_dict, reading_to_dict
from cchc_tasks.services import _once, staging
from cchc_tasks.services._carried import carried_answers, moved_answers
from cchc_tasks.services.held_plans import printed_plan
from cchc_tasks.services.plans import get_plan
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, Plan, PlanDraft, StagedImport
from cchc_tasks.storage.queries import drafts as draft_queries
from cchc_tasks.storage.queries import plans as plan_queries

log = logging.getLogger(__name__)

#: Area's ordinal and name, then the five cells of `RowWords`, for every row of a plan.
Print = Callable[[HeldPlan], Sequence[tuple[str, ...]]]


def open_draft(
    session: Session,
    plan_id: int,
    *,
    head: Sequence[str],
    print_rows: Print,
    name: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> PlanDraft:
    """A draft made of the plan's own rows as they print today; the one that is being written, where there is one.

    `head` are the names of the table's columns, `name` what the draft is called among the readings that wait.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        plan = get_plan(session, plan_id, actor)
        waiting = draft_queries.find_draft_of_plan(session, actor.agency_id, plan_id)
        if waiting is not None:
            return waiting
        agency = session.get_one(Agency, actor.agency_id)
        held, keys = printed_plan(session, agency, plan_id, today=local_day(now))
        printed = zip(print_rows(held), keys, strict=True)
        rows = tuple(
            first_row(number, key, cells[0], cells[1], RowWords(*cells[2:]))
            for number, (cells, key) in enumerate(printed, start=1)
        )
        reading = _read(plan, rows, head)
        answers = carried_answers(session, actor.agency_id, plan.id, reading)
        staged = StagedImport(
            agency_id=actor.agency_id, person_id=actor.person_id, file_name=name[:300], created_at=now
        )
        draft = PlanDraft(agency_id=actor.agency_id, plan_id=plan.id, rows=[row_to_dict(row) for row in rows])
        _put(staged, draft, rows, reading, answers, actor, now)
        session.add(staged)
        session.flush()
        draft.staged_import_id = staged.id
        session.add(draft)
    log.info("draft %s of plan %s opened by %s", draft.id, plan_id, actor.person_id)
    return draft


def rows_of(draft: PlanDraft) -> Rows:
    """The rows of a draft in order."""
    return tuple(row_from_dict(row) for row in draft.rows)


def change_draft(
    session: Session,
    staged_id: int,
    *,
    version: int,
    change: Callable[[Rows], Rows],
    head: Sequence[str],
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> PlanDraft:
    """Changes rows of a draft and reads it anew; answers to questions that are still the same stay.

    Raises `StaleEdit` where somebody else changed it since `version`, `UnreadableFile` where no row would be left,
    and what `change` raises.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        staged = staging.waiting_import(session, staged_id, actor)
        draft = draft_queries.get_draft(session, actor.agency_id, staged_id)
        if draft.version != version:
            raise StaleEdit(current=draft.version)
        rows = change(rows_of(draft))
        plan = plan_queries.get_plan(session, actor.agency_id, draft.plan_id)
        reading = _read(plan, rows, head)
        given: Any = staged.answers.get("questions") or {}
        questions = moved_answers(given, reading_from_dict(staged.reading), reading)
        draft.version += 1
        _put(staged, draft, rows, reading, {**staged.answers, "questions": questions}, actor, now)
    return draft


def check_version(session: Session, staged: StagedImport, version: int | None) -> None:
    """Raises `StaleEdit` where the draft behind a staged import was changed since its difference was shown."""
    draft = draft_queries.find_draft(session, staged.agency_id, staged.id)
    if draft is not None and draft.version != version:
        raise StaleEdit(current=draft.version)


def _read(plan: Plan, rows: Rows, head: Sequence[str]) -> PlanReading:
    document = source_document(rows, head)
    return read_plan(document, number=plan.number, issued_on=plan.issued_on, year=plan.year)


def _put(
    staged: StagedImport,
    draft: PlanDraft,
    rows: Rows,
    reading: PlanReading,
    answers: Mapping[str, Any],
    actor: Principal,
    now: datetime,
) -> None:
    match = match_of(rows, reading)
    plain = [row_to_dict(row) for row in rows]
    draft.rows, draft.changed_at, draft.changed_by_id = plain, now, actor.person_id
    staged.reading = reading_to_dict(reading)
    staged.answers = {**answers, "match": match_to_dict(match)}
    staged.sha256 = _content_hash(draft, plain)


def _content_hash(draft: PlanDraft, rows: list[dict[str, object]]) -> str:
    content = json.dumps([draft.plan_id, rows], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
