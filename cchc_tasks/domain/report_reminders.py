"""Reminder lines about reports: units whose entries are missing, in steps before the day by which they answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cchc_tasks.domain.reminder_rules import Days, ReminderRules, Rule
from cchc_tasks.domain.reminders import DropReason, Line, Roster, SubjectKind
from cchc_tasks.domain.reports.answering import Progress
from cchc_tasks.domain.units import with_members


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What one unit still owes to a report in preparation by `entries_due_on` (included): `missing` rows that nobody
    answered, `not_yet` rows that say "chưa có" (see `domain.reports.answering`).

    After `send_by` (included) nobody is asked any more.
    """

    report_id: int
    unit_id: int
    title: str
    missing: int
    entries_due_on: date
    send_by: date
    not_yet: int = 0

    @property
    def left(self) -> int:
        return self.missing + self.not_yet


def report_lines(facts: ReportFacts, roster: Roster, today: date, days: Days, rules: ReminderRules) -> Iterator[Line]:
    """The latest step that has come, for the heads of the unit; for the office where it has none."""
    owes = Progress(waiting=facts.missing, not_yet=facts.not_yet).is_owed(today, facts.entries_due_on)
    if Rule.REPORT_ENTRY in rules.off or not owes or today > facts.send_by:
        return
    steps = ((step, days.before(facts.entries_due_on, step)) for step in sorted(rules.before_report))
    found = next(((step, on) for step, on in steps if on <= today), None)
    if found is None:
        return
    units = with_members((facts.unit_id,), roster.members_of)
    heads = frozenset().union(*(roster.heads_of.get(unit_id, frozenset()) for unit_id in units)) & roster.active
    for person_id in sorted(heads or roster.office & roster.active):
        step = f"{facts.unit_id}/{-found[0]:d}"
        yield Line(facts.report_id, Rule.REPORT_ENTRY, step, 0, person_id, found[1], SubjectKind.REPORT)


def unit_of(line: Line) -> int:
    """The unit that a line asks."""
    return int(line.step.partition("/")[0])


def why_not(line: Line, facts: ReportFacts | None, today: date, current: Iterable[Line]) -> DropReason | None:
    """Why a queued line is not sent after all, given the lines that would be made today; None: it still holds."""
    keys = {each.key for each in current}
    if line.key in keys:
        return None
    if facts is None:
        return DropReason.ENTERED
    if today > facts.send_by:
        return DropReason.CUT_OFF_PASSED
    holds_for_others = line.key[:5] in {key[:5] for key in keys}
    return DropReason.NOT_YOURS if holds_for_others else DropReason.SUPERSEDED
