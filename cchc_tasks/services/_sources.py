"""Where reminder lines come from: one source for each kind of subject. A new kind needs one entry in SOURCES.

A source says which lines are due on a day, and of stored lines which still hold and what is printed of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.mailing import DigestItem
from cchc_tasks.domain.reminder_rules import Days, ReminderRules
from cchc_tasks.domain.reminders import DropReason, Line, Roster, SubjectKind
from cchc_tasks.services import _orphan_lines, _report_lines, _work_lines


@dataclass(frozen=True, slots=True)
class Source:
    """The lines due in an agency on a day; and for lines given, those that still hold as items, the others' reasons."""

    due: Callable[[Session, int, Roster, date, Days, ReminderRules], list[Line]]
    contents: Callable[
        [Session, int, Sequence[Line], Roster, date, Days, ReminderRules],
        tuple[list[DigestItem], Mapping[Line, DropReason]],
    ]


SOURCES: dict[SubjectKind, Source] = {
    SubjectKind.OBLIGATION: Source(_work_lines.due, _work_lines.contents),
    SubjectKind.REPORT: Source(_report_lines.due, _report_lines.contents),
    SubjectKind.ORPHANS: Source(_orphan_lines.due, _orphan_lines.contents),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What of some lines is told: the items, and why each other line is not."""

    items: tuple[DigestItem, ...] = ()
    dropped: Mapping[Line, DropReason] = field(default_factory=dict)


def due_on(
    session: Session, agency_id: int, roster: Roster, today: date, days: Days, rules: ReminderRules
) -> list[Line]:
    """Every line of every kind that is due."""
    return [line for source in SOURCES.values() for line in source.due(session, agency_id, roster, today, days, rules)]


def contents_of(
    session: Session,
    agency_id: int,
    lines: Sequence[Line],
    roster: Roster,
    today: date,
    days: Days,
    rules: ReminderRules,
) -> Held:
    """What the lines say today. A line of a kind that this program does not know is left out."""
    items: list[DigestItem] = []
    dropped: dict[Line, DropReason] = {}
    for kind, source in SOURCES.items():
        mine = [line for line in lines if line.kind is kind]
        if mine:
            found, left_out = source.contents(session, agency_id, mine, roster, today, days, rules)
            items += found
            dropped |= left_out
    dropped |= {line: DropReason.REMOVED for line in lines if line.kind not in SOURCES}
    return Held(tuple(items), dropped)
