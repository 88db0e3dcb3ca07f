"""Why a queued reminder is not sent after all, asked when its mail is written."""

from datetime import date

from cchc_tasks.domain.explanations import ExplanationState
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, Days, ReminderRules, Rule
from cchc_tasks.domain.reminders import DEADLINE_RULES, DropReason, Line, Roster, WorkFacts, due_lines
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status


def drop_reason(
    line: Line, facts: WorkFacts, roster: Roster, today: date, days: Days, rules: ReminderRules = DEFAULT_RULES
) -> DropReason | None:
    """Why a queued line is not sent after all, asked when its mail is written; None: it still holds.

    It holds exactly while it would be made today, so that there is one rule for both.
    """
    now = list(due_lines(facts, roster, today, days, rules))
    if any(each.key == line.key for each in now):
        return None
    return _explain(line, facts, today, rules, any(each.key[:5] == line.key[:5] for each in now))


def _explain(line: Line, facts: WorkFacts, today: date, rules: ReminderRules, holds_for_others: bool) -> DropReason:
    if facts.status in REMOVED_STATUSES:
        return DropReason.REMOVED
    if line.rule in rules.off:
        return DropReason.RULE_OFF
    if holds_for_others:
        return DropReason.NOT_YOURS
    if line.rule in {Rule.CONFIRMED, Rule.HANDED_OVER} and line.step in {str(facts.status_seq), str(facts.handed_seq)}:
        return DropReason.OLD_NEWS
    if line.rule in _ANSWERED_BY_THE_LEDGER:
        return DropReason.SUPERSEDED if _still_waits(line, facts) else DropReason.ANSWERED
    if facts.status is Status.DONE:
        return DropReason.DONE
    if facts.status is Status.REPORTED:
        return DropReason.REPORTED
    if line.rule in {Rule.PROGRESS_NOTE, Rule.CUT_OFF}:
        return _explain_cut_off(line, today)
    if line.rule in DEADLINE_RULES and line.deadline_version != facts.deadline_version:
        return DropReason.DEADLINE_MOVED
    return DropReason.NOT_YOURS if line.rule is Rule.HANDED_OVER else DropReason.SUPERSEDED


_ANSWERED_BY_THE_LEDGER = frozenset(
    {Rule.AWAITING_CONFIRMATION, Rule.CONFIRM_BY_CUT_OFF, Rule.RETURNED, Rule.CONFIRMED}
) | {Rule.EXTENSION_ASKED, Rule.EXTENSION_ANSWERED, Rule.EXPLANATION_ASKED, Rule.EXPLANATION_GIVEN}


def _still_waits(line: Line, facts: WorkFacts) -> bool:
    """Whether a later step of the same waiting took the line's place."""
    seq = line.step.partition("/")[0]
    if line.rule is Rule.EXTENSION_ASKED:
        asked = facts.extension
        return asked is not None and asked.state is ExtensionState.ASKED and seq == str(asked.asked_seq)
    if line.rule is Rule.EXPLANATION_ASKED:
        request = facts.explanation
        return request is not None and request.state is ExplanationState.ASKED and seq == str(request.asked_seq)
    return line.rule is Rule.AWAITING_CONFIRMATION and seq == str(facts.status_seq)


def _explain_cut_off(line: Line, today: date) -> DropReason:
    if date.fromisoformat(line.step.partition("/")[0]) < today:
        return DropReason.CUT_OFF_PASSED
    return DropReason.NOTED if line.rule is Rule.PROGRESS_NOTE else DropReason.SUPERSEDED
