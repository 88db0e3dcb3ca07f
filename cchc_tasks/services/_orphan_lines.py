"""Reminder lines about work that nobody answers for: which are due, which still hold, what is printed of them."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.mailing import DigestItem
from cchc_tasks.domain.orphan_reminders import OrphanFacts, by_unit, orphan_lines, why_not
from cchc_tasks.domain.reminder_rules import Days, ReminderRules
from cchc_tasks.domain.reminders import DropReason, Line, Roster
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.queries import units
from cchc_tasks.storage.queries.orphans import list_orphans


def due(session: Session, agency_id: int, roster: Roster, today: date, days: Days, rules: ReminderRules) -> list[Line]:
    """Every line about work without anybody that is due on `today`."""
    found = _facts(session, agency_id, today).values()
    return [line for facts in found for line in orphan_lines(facts, roster, today, rules)]


def _facts(session: Session, agency_id: int, today: date) -> dict[int, OrphanFacts]:
    found = list_orphans(session, agency_id, today)
    pieces = ((each.unit_ids, each.reason, each.due_on, each.obligation_id) for each in found)
    return {facts.unit_id: facts for facts in by_unit(pieces)}


def contents(
    session: Session,
    agency_id: int,
    lines: Sequence[Line],
    roster: Roster,
    today: date,
    days: Days,
    rules: ReminderRules,
) -> tuple[list[DigestItem], Mapping[Line, DropReason]]:
    """What is printed of the lines that hold today, and why each other one is left out; at most seven queries."""
    found = _facts(session, agency_id, today)
    names = units.names_on(session, agency_id, today)
    items: list[DigestItem] = []
    dropped: dict[Line, DropReason] = {}
    for line in lines:
        facts = found.get(line.subject_id)
        current = () if facts is None else orphan_lines(facts, roster, today, rules)
        reason = why_not(line, facts, current, rules)
        if facts is None or reason is not None:
            dropped[line] = reason or DropReason.ATTENDED
        else:
            items.append(_item(line, facts, names, today))
    return items, dropped


def _item(line: Line, facts: OrphanFacts, names: Mapping[int, str], today: date) -> DigestItem:
    return DigestItem(
        rule=line.rule,
        step=line.step,
        obligation_id=0,
        task_id=0,
        numbers=(),
        task_text="",
        product_text="",
        period_label="",
        unit_names=tuple(names.get(unit_id, "") for unit_id in facts.unit_ids),
        status=Status.NOT_STARTED,
        due_on=facts.due_days[0] if facts.due_days else None,
        deadline_text="",
        scheduled_on=line.due_day,
        missing=facts.count,
        overdue=facts.overdue(today),
        why=facts.reason,
    )
