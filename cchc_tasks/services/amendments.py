"""A plan amended by a document: what it would change, and the change itself, whole or not at all."""

import logging
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Invalid, Refused, RefusedReason
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.plan_answers import unit_names
from cchc_tasks.domain.plan_difference import PlanDifference
from cchc_tasks.domain.plan_drafts import DraftMatch
from cchc_tasks.domain.plan_matching import Answers
from cchc_tasks.domain.plan_reading import PlanReading
from cchc_tasks.domain.plan_units import KnownUnit, PlanUnit, plan_units
from cchc_tasks.domain.workflow import check_effective_on
from cchc_tasks.services import _once, drafting, staging
from cchc_tasks.services._amending import Amender
from cchc_tasks.services._amending import AmendingDocument as AmendingDocument
from cchc_tasks.services._comparing import compare
from cchc_tasks.services._record import recording_time
from cchc_tasks.services._work import check_open, check_version
from cchc_tasks.services.plans import get_plan
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Amendment, AmendmentKind, Plan
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries.amendments import list_amendments

log = logging.getLogger(__name__)


def difference_of(
    session: Session,
    plan_id: int,
    reading: PlanReading,
    *,
    kind: AmendmentKind,
    actor: Principal,
    now: datetime,
    units: tuple[PlanUnit, ...] | None = None,
    answers: Answers | None = None,
    match: DraftMatch | None = None,
    declined: Set[str] = frozenset(),
) -> PlanDifference:
    """What the reading would change in the plan; reads only. `units`: as the review matched them, None: by name.

    `match`: what a draft knows of its own rows; `declined`: names of changes that are left out.
    """
    permissions.require(actor, Action.EDIT_PLAN)
    plan = plan_queries.get_plan(session, actor.agency_id, plan_id)
    day = local_day(now)
    matched = units if units is not None else _matched(session, reading, actor, now)[0]
    is_whole = kind is AmendmentKind.REVISED
    return compare(
        session,
        plan,
        reading,
        matched,
        is_whole=is_whole,
        day=day,
        answers=answers,
        match=match,
        declined=declined,
    )


def _matched(
    session: Session, reading: PlanReading, actor: Principal, now: datetime
) -> tuple[tuple[PlanUnit, ...], tuple[KnownUnit, ...]]:
    known = staging.known_units(session, actor.agency_id, local_day(now), reading.heading.issued_on)
    units = plan_units(unit_names(reading), known)
    return units, known


def amend(
    session: Session,
    plan_id: int,
    reading: PlanReading,
    *,
    document: AmendingDocument,
    sha256: str | None,
    actor: Principal,
    now: datetime,
    answers: Answers | None = None,
    create_units: bool = False,
    request_key: str | None = None,
) -> Amendment:
    """Applies the reading to the plan from the document's day on, in one unit of work.

    Raises `Refused`: NOTHING_NEW where it changes nothing, QUESTIONS_OPEN while a row may be one of several,
    UNIT_ENDED, PLAN_CLOSED, AFTER_TODAY, BEFORE_PLAN and BEFORE_AMENDMENT for its day; `Invalid(what="unit")` for a
    unit the agency does not have, unless `create_units`. What was counted as at an earlier day, or known earlier, stays
    as it was.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        units, known = _matched(session, reading, actor, now)
        staging.check_units(units, known)
        missing = tuple(unit.printed for unit in units if unit.unit_id is None)
        if missing and not create_units:
            raise Invalid(what="unit", name=missing[0], names=missing)
        asked = _Asked(reading, units, answers)
        amendment = _amend(session, plan_id, asked, document, sha256, actor, now)
    return amendment


def amend_from_review(
    session: Session,
    plan_id: int,
    staged_id: int,
    *,
    document: AmendingDocument,
    answers: Answers,
    actor: Principal,
    now: datetime,
    declined: Set[str] = frozenset(),
    version: int | None = None,
    plan_version: int | None = None,
    request_key: str | None = None,
) -> Amendment:
    """The same from a staged import, with what the office answered in its review; raises as `amend` does.

    `declined` are names of changes (`plan_declining.change_keys`) that are left out. `version` is that of the draft
    whose difference was shown, `plan_version` that of the plan: `StaleEdit` where one was changed since.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        staged, state = staging.waiting_review(session, staged_id, actor=actor, now=now)
        drafting.check_version(session, staged, version)
        asked = _Asked(state.answered, state.units, answers, state.match, declined, plan_version)
        amendment = _amend(session, plan_id, asked, document, staged.sha256, actor, now)
        staging.drop_draft(session, staged)
        staged.plan_id = plan_id
    return amendment


@dataclass(frozen=True, slots=True)
class _Asked:
    """The newer print with all that people and drafts say of it."""

    reading: PlanReading
    units: tuple[PlanUnit, ...]
    answers: Answers | None
    match: DraftMatch | None = None
    declined: Set[str] = frozenset()
    #: The plan as it was when somebody was shown what would change; None: nobody was.
    seen_version: int | None = None


def _amend(
    session: Session,
    plan_id: int,
    asked: _Asked,
    document: AmendingDocument,
    sha256: str | None,
    actor: Principal,
    now: datetime,
) -> Amendment:
    permissions.require(actor, Action.EDIT_PLAN)
    plan = get_plan(session, plan_id, actor)
    check_open(session, plan)
    if asked.seen_version is not None:
        session.refresh(plan, ["version"])
        check_version(plan, asked.seen_version)
    earlier = list_amendments(session, plan.agency_id, plan.id)
    _check_document(document, plan, earlier, now)
    found = _found(session, plan_id, asked, document.kind, actor, now)
    if found.asked:
        raise Refused(RefusedReason.QUESTIONS_OPEN, count=len(found.asked))
    if not found.changed:
        raise Refused(RefusedReason.NOTHING_NEW)
    unit_ids = staging.make_units(session, asked.units, document.effective_on, actor)
    now = recording_time(session, actor.agency_id, now=now)
    amender = Amender(session, plan, document, unit_ids, actor, now)
    # The table of a draft is the whole plan, whatever its document is called.
    seq = amender.apply(found, is_whole=document.kind is AmendmentKind.REVISED or asked.match is not None)
    amendment = Amendment(
        agency_id=plan.agency_id,
        plan_id=plan.id,
        ordinal=len(earlier) + 1,
        kind=document.kind,
        number=document.number,
        issued_on=document.issued_on,
        effective_on=document.effective_on,
        subject=document.subject,
        source_sha256=sha256,
        kept=amender.kept,
        seq=seq,
        recorded_at=now,
        actor_id=actor.person_id,
    )
    session.add(amendment)
    session.flush()
    # Rows were added beside lists that are loaded already.
    session.expire_all()
    log.info("plan %s amended (%s rows) by %s", plan.id, len(found.changed), actor.person_id)
    return amendment


def _found(
    session: Session, plan_id: int, asked: _Asked, kind: AmendmentKind, actor: Principal, now: datetime
) -> PlanDifference:
    return difference_of(
        session,
        plan_id,
        asked.reading,
        kind=kind,
        units=asked.units,
        answers=asked.answers,
        match=asked.match,
        declined=asked.declined,
        actor=actor,
        now=now,
    )


def _check_document(document: AmendingDocument, plan: Plan, earlier: Sequence[Amendment], now: datetime) -> None:
    if not document.number:
        raise Invalid(what="heading", number=document.number)
    today = local_day(now)
    check_effective_on(document.effective_on, today=today, plan_issued_on=plan.issued_on, reason=None)
    # It was written against the plan as the documents before it left it.
    last = max((each.effective_on for each in earlier), default=document.effective_on)
    if document.effective_on < last:
        raise Refused(RefusedReason.BEFORE_AMENDMENT, effective_on=document.effective_on, last=last)
