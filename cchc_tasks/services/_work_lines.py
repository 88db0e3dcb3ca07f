"""Reminder lines about obligations: which are due, which still hold, what is printed of them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from cchc_tasks.domain.dropped_reminders import drop_reason
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.domain.mailing import DigestItem
from cchc_tasks.domain.periods import start_of_day
from cchc_tasks.domain.reminder_rules import Days, ReminderRules, Rule
from cchc_tasks.domain.reminders import DropReason, Line, Roster, WorkFacts, due_lines
from cchc_tasks.storage.queries import reminders as queries
from cchc_tasks.storage.queries import units

#: Rules with a day of their own; news is told in the next digest, whenever that is.
_SCHEDULED = frozenset({Rule.OVERDUE, Rule.ON_DUE, Rule.BEFORE_DUE, Rule.PROGRESS_NOTE, Rule.CUT_OFF})
_CUT_OFF = frozenset({Rule.PROGRESS_NOTE, Rule.CUT_OFF, Rule.CONFIRM_BY_CUT_OFF})


def due(session: Session, agency_id: int, roster: Roster, today: date, days: Days, rules: ReminderRules) -> list[Line]:
    """Every line about the agency's work that is due by `today`."""
    done_since = start_of_day(today - timedelta(days=rules.news_days))
    found = queries.list_facts(session, agency_id, done_since=done_since)
    return [line for facts in found for line in due_lines(facts, roster, today, days, rules)]


def contents(
    session: Session,
    agency_id: int,
    lines: Sequence[Line],
    roster: Roster,
    today: date,
    days: Days,
    rules: ReminderRules,
) -> tuple[list[DigestItem], Mapping[Line, DropReason]]:
    """What is printed of the lines that hold today, and why each other one is left out; at most ten queries."""
    facts = queries.facts_of(session, agency_id, [line.subject_id for line in lines])
    dropped: dict[Line, DropReason] = {}
    holding: list[Line] = []
    for line in lines:
        reason = drop_reason(line, facts[line.subject_id], roster, today, days, rules)
        if reason is None:
            holding.append(line)
        else:
            dropped[line] = reason
    shown = {line.subject_id: facts[line.subject_id] for line in holding}
    texts = queries.texts_of(session, agency_id, shown)
    names = units.names_on(session, agency_id, today)
    items = [_item(line, shown[line.subject_id], texts[line.subject_id], names, today) for line in holding]
    return items, dropped


def _item(line: Line, facts: WorkFacts, texts: queries.ItemTexts, names: Mapping[int, str], today: date) -> DigestItem:
    told_on, actor_name, new_due_on = _event(line.rule, facts, texts)
    return DigestItem(
        rule=line.rule,
        step=line.step,
        obligation_id=facts.obligation_id,
        task_id=texts.task_id,
        numbers=texts.numbers,
        task_text=texts.task_text,
        product_text=texts.product_text,
        period_label=texts.period_label,
        unit_names=tuple(names.get(unit_id, "") for unit_id in texts.unit_ids),
        status=facts.status,
        due_on=facts.due_on,
        deadline_text=texts.deadline_text,
        scheduled_on=line.due_day,
        is_late=line.rule in _SCHEDULED and texts.known_on <= line.due_day < today,
        cut_off=date.fromisoformat(line.step.partition("/")[0]) if line.rule in _CUT_OFF else None,
        reason=_reason(line.rule, texts),
        actor_name=actor_name,
        told_on=told_on,
        new_due_on=new_due_on,
        original_due_on=texts.original_due_on,
        extensions=texts.extensions,
        answer_by=None if facts.explanation is None else facts.explanation.answer_by,
    )


def _reason(rule: Rule, texts: queries.ItemTexts) -> str | None:
    """The words that belong to what a line tells of."""
    if rule is Rule.EXPLANATION_ASKED:
        return texts.explain_words or None
    return (texts.explanation or None) if rule is Rule.EXPLANATION_GIVEN else texts.reason


def _event(rule: Rule, facts: WorkFacts, texts: queries.ItemTexts) -> tuple[date | None, str | None, date | None]:
    """The day, the person and, of a request to extend, the new date of what a line tells of."""
    explained = facts.explanation
    if explained is not None and rule is Rule.EXPLANATION_ASKED:
        return explained.asked_on, texts.explain_asker, None
    if explained is not None and rule is Rule.EXPLANATION_GIVEN:
        return explained.answered_on, texts.explainer, None
    asked = facts.extension
    if asked is None or rule not in (Rule.EXTENSION_ASKED, Rule.EXTENSION_ANSWERED):
        return (facts.handed_on if rule is Rule.HANDED_OVER else facts.status_told_on), texts.actor_name, None
    if rule is Rule.EXTENSION_ASKED:
        return asked.asked_on, texts.asker_name, texts.asked_due_on
    is_granted = asked.state is ExtensionState.GRANTED
    return asked.answered_on, texts.answerer_name, texts.granted_due_on if is_granted else None
