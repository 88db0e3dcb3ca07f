"""Bringing a plan in: from a reading that the office accepted, or begun by hand; and its counting rule."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.plan_reading import PlanReading
from cchc_tasks.services import _once
from cchc_tasks.services._importing import bring_in, first_rule, new_plan
from cchc_tasks.services._record import recording_time
from cchc_tasks.services._work import check_version
from cchc_tasks.services.counting import rule_from, rule_values
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Plan, PlanKind, PlanRule


def import_reading(
    session: Session,
    reading: PlanReading,
    *,
    unit_ids: Mapping[str, int],
    actor: Principal,
    now: datetime,
    source_sha256: str | None = None,
    rule: CountingRule | None = None,
    request_key: str | None = None,
) -> Plan:
    """The whole reading becomes a plan in one unit of work, or nothing does.

    `unit_ids` names the unit of every printed name. Raises `Invalid` for a heading without number or date, or an
    unmatched unit; `Refused(PLAN_EXISTS)` where the plan is there already (same agency, number, date of issue).
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        plan = bring_in(
            session, reading, unit_ids=unit_ids, actor=actor, now=now, source_sha256=source_sha256, rule=rule
        )
    return plan


def create_plan(
    session: Session,
    *,
    number: str,
    issued_on: date,
    title: str,
    year: int,
    kind: PlanKind,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Plan:
    """An empty plan, to be filled by hand."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        now = recording_time(session, actor.agency_id, now=now)
        plan = new_plan(
            session, number=number, issued_on=issued_on, title=title, year=year, kind=kind, actor=actor, now=now
        )
        first_rule(session, plan, CountingRule(), actor=actor, now=now)
    return plan


def set_rule(
    session: Session,
    plan_id: int,
    *,
    version: int,
    rule: CountingRule,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Plan:
    """A new version of the plan's counting rule; counts known before keep the rule they had."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        plan = get_plan(session, plan_id, actor)
        check_version(plan, version)
        query = select(PlanRule).where(PlanRule.plan_id == plan_id).order_by(PlanRule.ordinal.desc()).limit(1)
        last = session.scalars(query).one()
        if rule_from(last.rule) == rule:
            raise Refused(RefusedReason.NOTHING_NEW)
        plan.version += 1
        session.add(
            PlanRule(
                agency_id=plan.agency_id,
                plan_id=plan_id,
                ordinal=last.ordinal + 1,
                rule=rule_values(rule),
                recorded_at=recording_time(session, plan.agency_id, now=now),
                actor_id=actor.person_id,
            )
        )
    return plan


def get_plan(session: Session, plan_id: int, actor: Principal) -> Plan:
    """The plan within the actor's agency, locked for whoever writes; raises `NotFound`."""
    query = select(Plan).where(Plan.agency_id == actor.agency_id, Plan.id == plan_id)
    plan = session.scalars(query.with_for_update(key_share=True)).one_or_none()
    if plan is None:
        raise NotFound(what="plan", id=plan_id)
    return plan


def count_plans(session: Session, agency_id: int) -> int:
    """How many plans the agency has."""
    return session.scalar(select(func.count()).where(Plan.agency_id == agency_id)) or 0
