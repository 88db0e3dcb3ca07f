"""Reminder lines to the office about work that nobody answers for: each week while it lasts, and when it changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

from cchc_tasks.domain.orphans import OrphanReason
from cchc_tasks.domain.reminder_rules import ReminderRules, Rule
from cchc_tasks.domain.reminders import DropReason, Line, Roster, SubjectKind

#: The largest number that every database keeps in an integer.
_POSITIVE = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class OrphanFacts:
    """Open work of one unit (0: no unit is named) that nobody answers for.

    `unit_ids` are all units that owe some of it, the unit itself first; `due_days` the deadlines there are.
    """

    unit_id: int
    unit_ids: tuple[int, ...]
    reason: OrphanReason
    count: int
    due_days: tuple[date, ...] = ()
    #: The work itself, by obligation.
    ids: tuple[int, ...] = ()

    @property
    def version(self) -> int:
        """A number that is another one as soon as other work is meant."""
        return crc32(",".join(map(str, sorted(self.ids))).encode()) & _POSITIVE

    def overdue(self, today: date) -> int:
        """How many deadlines are over on `today`."""
        return sum(day < today for day in self.due_days)


#: A piece of work: the units that owe it, why nobody answers for it, its deadline and its obligation.
Piece = tuple[tuple[int, ...], OrphanReason, date | None, int]


def by_unit(found: Iterable[Piece]) -> list[OrphanFacts]:
    """Pieces of work gathered by the first of their units."""
    groups: dict[int, list[Piece]] = defaultdict(list)
    for each in found:
        groups[each[0][0] if each[0] else 0].append(each)
    return [
        OrphanFacts(
            unit_id,
            tuple(dict.fromkeys(each for unit_ids, *_rest in own for each in unit_ids)),
            own[0][1],
            len(own),
            tuple(sorted(due_on for _unit_ids, _reason, due_on, _id in own if due_on is not None)),
            tuple(id_ for *_rest, id_ in own),
        )
        for unit_id, own in groups.items()
    ]


def orphan_lines(facts: OrphanFacts, roster: Roster, today: date, rules: ReminderRules) -> Iterator[Line]:
    """A line of this week for each of the office: on the first day that the work is found, then each week anew.

    Work that comes to it, or goes, within the week is told with the next mail.
    `today` is a day on which mail goes out.
    """
    if Rule.ORPHANED in rules.off or not facts.count:
        return
    monday = today - timedelta(days=today.weekday())
    for person_id in sorted(roster.office & roster.active):
        yield Line(
            facts.unit_id, Rule.ORPHANED, monday.isoformat(), facts.version, person_id, today, SubjectKind.ORPHANS
        )


def why_not(line: Line, facts: OrphanFacts | None, current: Iterable[Line], rules: ReminderRules) -> DropReason | None:
    """Why a queued line is not sent after all, given the lines that would be made today; None: it still holds."""
    keys = {each.key for each in current}
    if line.key in keys:
        return None
    if Rule.ORPHANED in rules.off:
        return DropReason.RULE_OFF
    if facts is None:
        return DropReason.ATTENDED
    is_told_others = line.key[:5] in {key[:5] for key in keys}
    return DropReason.NOT_YOURS if is_told_others else DropReason.SUPERSEDED
