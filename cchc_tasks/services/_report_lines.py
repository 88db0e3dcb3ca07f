"""Reminder lines about reports: which units owe entries, which lines still hold, what is printed of them."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.mailing import DigestItem
from cchc_tasks.domain.reminder_rules import Days, ReminderRules
from cchc_tasks.domain.reminders import DropReason, Line, Roster
from cchc_tasks.domain.report_reminders import report_lines, unit_of, why_not
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services.report_asks import owed
from cchc_tasks.storage.queries import units


def due(session: Session, agency_id: int, roster: Roster, today: date, days: Days, rules: ReminderRules) -> list[Line]:
    """Every line about missing entries that is due by `today`."""
    found = owed(session, agency_id, today)
    return [line for facts in found for line in report_lines(facts, roster, today, days, rules)]


def contents(
    session: Session,
    agency_id: int,
    lines: Sequence[Line],
    roster: Roster,
    today: date,
    days: Days,
    rules: ReminderRules,
) -> tuple[list[DigestItem], Mapping[Line, DropReason]]:
    """What is printed of the lines that hold today, and why each other one is left out."""
    missing = {(facts.report_id, facts.unit_id): facts for facts in owed(session, agency_id, today)}
    names = units.names_on(session, agency_id, today)
    items: list[DigestItem] = []
    dropped: dict[Line, DropReason] = {}
    for line in lines:
        facts = missing.get((line.subject_id, unit_of(line)))
        current = () if facts is None else report_lines(facts, roster, today, days, rules)
        reason = why_not(line, facts, today, current)
        if facts is None or reason is not None:
            dropped[line] = reason or DropReason.ENTERED
            continue
        items.append(
            DigestItem(
                rule=line.rule,
                step=line.step,
                obligation_id=0,
                task_id=0,
                numbers=(),
                task_text="",
                product_text=facts.title,
                period_label="",
                unit_names=(names.get(facts.unit_id, ""),),
                status=Status.NOT_STARTED,
                due_on=facts.entries_due_on,
                deadline_text="",
                scheduled_on=line.due_day,
                report_id=facts.report_id,
                missing=facts.left,
                not_yet=facts.not_yet,
            )
        )
    return items, dropped
