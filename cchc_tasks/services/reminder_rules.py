"""The rules of reminders an office has set, in their versions, and what they make of the days of its calendar."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, Days, ReminderRules, check, from_json, to_json
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, Person, ReminderRuleVersion
from cchc_tasks.storage.queries.holidays import calendars_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ground:
    """What an agency's reminders go by on a day."""

    rules: ReminderRules
    days: Days


def load(session: Session, agency_id: int) -> tuple[ReminderRules, int]:
    """The rules in force and their version; version 0 is what comes with the program."""
    row = _last_versions(session, [agency_id]).get(agency_id)
    return (DEFAULT_RULES, 0) if row is None else (from_json(row.rules), row.ordinal)


def _last_versions(session: Session, agency_ids: Iterable[int]) -> dict[int, ReminderRuleVersion]:
    last = (
        select(ReminderRuleVersion.agency_id, func.max(ReminderRuleVersion.ordinal).label("ordinal"))
        .where(ReminderRuleVersion.agency_id.in_(list(agency_ids)))
        .group_by(ReminderRuleVersion.agency_id)
        .subquery()
    )
    query = select(ReminderRuleVersion).join(
        last,
        (ReminderRuleVersion.agency_id == last.c.agency_id) & (ReminderRuleVersion.ordinal == last.c.ordinal),
    )
    return {row.agency_id: row for row in session.scalars(query)}


def load_ground(session: Session, agency_id: int, today: date) -> Ground:
    """Rules and calendar of one agency; two queries."""
    return load_grounds(session, [agency_id], today)[agency_id]


def load_grounds(session: Session, agency_ids: list[int], today: date) -> dict[int, Ground]:
    """The same for several agencies; two queries in all."""
    versions = _last_versions(session, agency_ids)
    calendars = calendars_of(session, agency_ids, [today])
    grounds = {}
    for agency_id in agency_ids:
        rules = from_json(versions[agency_id].rules) if agency_id in versions else DEFAULT_RULES
        grounds[agency_id] = Ground(rules, Days.under(rules, calendars[agency_id]))
    return grounds


def list_closed(session: Session, today: date, agency_id: int | None) -> list[int]:
    """The agencies (of the one named, or of all) in which no digest goes out today."""
    wanted = [agency_id] if agency_id is not None else list(session.scalars(select(Agency.id)))
    grounds = load_grounds(session, wanted, today)
    return [each for each, ground in grounds.items() if not ground.days.sending.is_working_day(today)]


def save(
    session: Session,
    rules: ReminderRules,
    *,
    version: int,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> int:
    """Puts rules in force as a new version; its number.

    Raises InvalidRules, StaleEdit where somebody set others since `version`, Refused NOTHING_NEW for the same rules.
    """
    permissions.require(actor, Action.EDIT_REMINDER_RULES)
    check(rules)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        session.execute(select(Agency.id).where(Agency.id == actor.agency_id).with_for_update(key_share=True))
        current, ordinal = load(session, actor.agency_id)
        if ordinal != version:
            raise StaleEdit(current=ordinal)
        if current == rules:
            raise Refused(RefusedReason.NOTHING_NEW)
        session.add(
            ReminderRuleVersion(
                agency_id=actor.agency_id,
                ordinal=ordinal + 1,
                rules=to_json(rules),
                reason=reason.strip(),
                changed_at=now,
                changed_by_id=actor.person_id,
            )
        )
    log.info("agency %s: reminder rules version %s by %s", actor.agency_id, ordinal + 1, actor.person_id)
    return ordinal + 1


@dataclass(frozen=True, slots=True)
class SetRules:
    """One version as its history shows it; `changed_by` is empty where a command set it."""

    ordinal: int
    rules: ReminderRules
    before: ReminderRules
    reason: str
    changed_at: datetime
    changed_by: str


def history(session: Session, agency_id: int) -> list[SetRules]:
    """All versions, the newest first, each with the rules that it took the place of."""
    rows = session.execute(
        select(ReminderRuleVersion, Person.name)
        .outerjoin(Person, Person.id == ReminderRuleVersion.changed_by_id)
        .where(ReminderRuleVersion.agency_id == agency_id)
        .order_by(ReminderRuleVersion.ordinal)
    ).all()
    found, before = [], DEFAULT_RULES
    for row, name in rows:
        rules = from_json(row.rules)
        found.append(SetRules(row.ordinal, rules, before, row.reason, row.changed_at, name or ""))
        before = rules
    return found[::-1]
