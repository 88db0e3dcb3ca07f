"""Which reminder lines fall due on a day, for whom, under which key, and whether a line still holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from cchc_tasks.domain.periods import next_cut_off, periods_of
from cchc_tasks.domain.units import with_members
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status
from cchc_tasks.domain.working_days import WorkingCalendar


class Rule(StrEnum):
    """Why somebody is written to. The order is the order of a digest: the urgent first."""

    OVERDUE = "overdue"
    ON_DUE = "on_due"
    RETURNED = "returned"
    BEFORE_DUE = "before_due"
    PROGRESS_NOTE = "progress_note"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    HANDED_OVER = "handed_over"
    CONFIRMED = "confirmed"


#: Rules whose steps hang on the deadline: a moved deadline makes new keys.
DEADLINE_RULES = frozenset({Rule.BEFORE_DUE, Rule.ON_DUE, Rule.OVERDUE})


class DropReason(StrEnum):
    """Why a line that fell due is left out of its mail after all."""

    DONE = "done"
    REPORTED = "reported"
    REMOVED = "removed"
    DEADLINE_MOVED = "deadline_moved"
    SUPERSEDED = "superseded"
    NOT_YOURS = "not_yours"
    NOTED = "noted"
    CUT_OFF_PASSED = "cut_off_passed"
    ANSWERED = "answered"
    OLD_NEWS = "old_news"


@dataclass(frozen=True, slots=True)
class ReminderSteps:
    """The steps, in calendar days; a step that falls on a day off is taken on the working day before (or after, once
    overdue).

    Work with no date nearer than the year's end is asked for a progress note before each cut-off instead of an early
    first reminder; see `is_year_long`.
    """

    before_due: tuple[int, ...] = (7, 1)
    before_year_end: tuple[int, ...] = (7,)
    first_overdue: int = 1
    overdue_every: int = 7
    before_cut_off: int = 7
    #: A confirmation or a handover that nobody could be told of for so long is no news any more.
    news_days: int = 30


DEFAULT_STEPS = ReminderSteps()


@dataclass(frozen=True, slots=True)
class Roster:
    """Who stands where today: heads by unit, members by group, the office, the leaders, and who is active at all."""

    heads_of: Mapping[int, frozenset[int]] = field(default_factory=dict)
    members_of: Mapping[int, frozenset[int]] = field(default_factory=dict)
    office: frozenset[int] = frozenset()
    leaders: frozenset[int] = frozenset()
    active: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """What reminders need to know of an obligation, as it is now.

    `status_seq` names the ledger row that holds, `status_told_on` the civil day it was recorded and `status_actor_id`
    who recorded it; `answered_reporter_id` is whose report that row answers (None where it answers none).
    `handed_seq` and its companions say the same of the last handover. `noted_on` is the day of the last progress note.
    """

    obligation_id: int
    status: Status
    due_on: date | None
    deadline_version: int
    plan_year: int
    is_recurring: bool = False
    starts_on: date | None = None
    responsible: tuple[int, ...] = ()
    is_returned: bool = False
    status_seq: int | None = None
    status_told_on: date | None = None
    status_actor_id: int | None = None
    answered_reporter_id: int | None = None
    is_office_work: bool = False
    handed_to: int | None = None
    handed_seq: int | None = None
    handed_on: date | None = None
    handed_by: int | None = None
    noted_on: date | None = None


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One line for one person. All but `due_day` is its key: it is written once, ever.

    `deadline_version` is 0 where the step does not hang on the deadline, so that moving it sends no second copy.
    `due_day` is the working day on which the step falls due.
    """

    obligation_id: int
    rule: Rule
    step: str
    deadline_version: int
    recipient_id: int
    due_day: date

    @property
    def key(self) -> tuple[int, Rule, str, int, int]:
        return (self.obligation_id, self.rule, self.step, self.deadline_version, self.recipient_id)


def is_year_long(facts: WorkFacts) -> bool:
    """Whether no date nearer than the plan year's end is owed: such work is asked for progress notes.

    A recurring period that happens to end on 31/12 has nearer ones beside it and is not year-long. Source: DESIGN §2.
    """
    if facts.due_on is None:
        return True
    return facts.due_on >= date(facts.plan_year, 12, 31) and not facts.is_recurring


def owners(facts: WorkFacts, roster: Roster) -> frozenset[int]:
    """Who is reminded of the work today: whom it was handed to, else the heads of the units that owe it.

    Where none of these units has an active head the office is told, so that nothing goes unheard.
    """
    if facts.handed_to is not None and facts.handed_to in roster.active:
        return frozenset({facts.handed_to})
    units = with_members(facts.responsible, roster.members_of)
    heads = frozenset().union(*(roster.heads_of.get(unit_id, frozenset()) for unit_id in units)) & roster.active
    return heads or roster.office & roster.active


def due_lines(
    facts: WorkFacts, roster: Roster, today: date, calendar: WorkingCalendar, steps: ReminderSteps = DEFAULT_STEPS
) -> Iterator[Line]:
    """Every line that is due by `today` and still means something, queued before or not (see `unqueued`).

    There is no time window: a step missed while the machine was off is due until a later step, the work's end or a
    moved deadline takes its place. Of several missed steps only the latest is left.
    """
    if facts.status in REMOVED_STATUSES:
        return
    if facts.status in {Status.NOT_STARTED, Status.IN_PROGRESS}:
        yield from _deadline_lines(facts, roster, today, calendar, steps)
        yield from _note_lines(facts, roster, today, calendar, steps)
        yield from _handover_lines(facts, roster, today, steps)
    yield from _status_lines(facts, roster, today, steps)


def _latest_step(
    facts: WorkFacts, today: date, calendar: WorkingCalendar, steps: ReminderSteps
) -> tuple[Rule, int, date] | None:
    """The last step of the deadline that has come by `today`: its rule, its days from the due date, its day."""
    due_on = facts.due_on
    if due_on is None:
        return None
    overdue_days = (today - due_on).days
    if overdue_days >= steps.first_overdue:
        turns = (overdue_days - steps.first_overdue) // steps.overdue_every
        for turn in range(turns, -1, -1):
            offset = steps.first_overdue + turn * steps.overdue_every
            day = calendar.on_or_after(due_on + timedelta(days=offset))
            if day <= today:
                return Rule.OVERDUE, offset, day
    early = steps.before_year_end if is_year_long(facts) else steps.before_due
    for offset in (0, *(-days for days in sorted(early))):
        day = calendar.on_or_before(due_on + timedelta(days=offset))
        if day <= today:
            return (Rule.BEFORE_DUE if offset else Rule.ON_DUE), offset, day
    return None


def _deadline_lines(
    facts: WorkFacts, roster: Roster, today: date, calendar: WorkingCalendar, steps: ReminderSteps
) -> Iterator[Line]:
    found = _latest_step(facts, today, calendar, steps)
    if found is None:
        return
    rule, offset, day = found
    step = f"{offset:+d}" if offset else "0"
    for person_id in sorted(owners(facts, roster)):
        yield Line(facts.obligation_id, rule, step, facts.deadline_version, person_id, day)


def _note_lines(
    facts: WorkFacts, roster: Roster, today: date, calendar: WorkingCalendar, steps: ReminderSteps
) -> Iterator[Line]:
    cut_off = note_wanted_by(facts, today)
    if cut_off is None:
        return
    day = calendar.on_or_before(cut_off - timedelta(days=steps.before_cut_off))
    if day > today:
        return
    for person_id in sorted(owners(facts, roster)):
        yield Line(facts.obligation_id, Rule.PROGRESS_NOTE, cut_off.isoformat(), 0, person_id, day)


def note_wanted_by(facts: WorkFacts, today: date) -> date | None:
    """The cut-off before which a progress note is still wanted of the work; None where none is.

    Open year-long work is asked, once it has begun, unless it was noted since the cut-off before. Source: DESIGN §2.
    """
    if facts.status not in {Status.NOT_STARTED, Status.IN_PROGRESS} or not is_year_long(facts):
        return None
    cut_off = next_cut_off(today).cut_off
    begins_later = facts.starts_on is not None and facts.starts_on > cut_off
    is_noted = facts.noted_on is not None and facts.noted_on > _cut_off_before(cut_off)
    return None if begins_later or is_noted or cut_off.year > facts.plan_year else cut_off


def _cut_off_before(cut_off: date) -> date:
    every = (*periods_of(cut_off.year - 1), *periods_of(cut_off.year))
    return max(period.cut_off for period in every if period.cut_off < cut_off)


def _handover_lines(facts: WorkFacts, roster: Roster, today: date, steps: ReminderSteps) -> Iterator[Line]:
    person_id, seq, day = facts.handed_to, facts.handed_seq, facts.handed_on
    if person_id is None or seq is None or day is None or person_id not in roster.active:
        return
    if person_id != facts.handed_by and _is_news(day, today, steps):
        yield Line(facts.obligation_id, Rule.HANDED_OVER, str(seq), 0, person_id, day)


def _status_lines(facts: WorkFacts, roster: Roster, today: date, steps: ReminderSteps) -> Iterator[Line]:
    """News of the ledger row that holds: told to whoever did not write it."""
    seq, day = facts.status_seq, facts.status_told_on
    if seq is None or day is None or day > today:
        return
    rule, people = _news_of(facts, roster)
    if rule is None or (rule is Rule.CONFIRMED and not _is_news(day, today, steps)):
        return
    for person_id in sorted((people - {facts.status_actor_id}) & roster.active):
        yield Line(facts.obligation_id, rule, str(seq), 0, person_id, day)


def _news_of(facts: WorkFacts, roster: Roster) -> tuple[Rule | None, frozenset[int]]:
    reporter = frozenset() if facts.answered_reporter_id is None else frozenset({facts.answered_reporter_id})
    if facts.status is Status.REPORTED:
        return Rule.AWAITING_CONFIRMATION, roster.leaders if facts.is_office_work else roster.office
    if facts.status is Status.IN_PROGRESS and facts.is_returned:
        return Rule.RETURNED, reporter | owners(facts, roster)
    if facts.status is Status.DONE and reporter:
        return Rule.CONFIRMED, reporter
    return None, frozenset()


def _is_news(day: date, today: date, steps: ReminderSteps) -> bool:
    return day <= today <= day + timedelta(days=steps.news_days)


def drop_reason(
    line: Line,
    facts: WorkFacts,
    roster: Roster,
    today: date,
    calendar: WorkingCalendar,
    steps: ReminderSteps = DEFAULT_STEPS,
) -> DropReason | None:
    """Why a queued line is not sent after all, asked when its mail is written; None: it still holds.

    It holds exactly while it would be made today, so that there is one rule for both.
    """
    if any(each.key == line.key for each in due_lines(facts, roster, today, calendar, steps)):
        return None
    return _explain(line, facts, today, _same_without_recipient(line, facts, roster, today, calendar, steps))


def _same_without_recipient(
    line: Line, facts: WorkFacts, roster: Roster, today: date, calendar: WorkingCalendar, steps: ReminderSteps
) -> bool:
    return any(each.key[:4] == line.key[:4] for each in due_lines(facts, roster, today, calendar, steps))


def _explain(line: Line, facts: WorkFacts, today: date, holds_for_others: bool) -> DropReason:
    if facts.status in REMOVED_STATUSES:
        return DropReason.REMOVED
    if holds_for_others:
        return DropReason.NOT_YOURS
    if line.rule in {Rule.CONFIRMED, Rule.HANDED_OVER} and line.step in {str(facts.status_seq), str(facts.handed_seq)}:
        return DropReason.OLD_NEWS
    if line.rule in {Rule.AWAITING_CONFIRMATION, Rule.RETURNED, Rule.CONFIRMED}:
        return DropReason.ANSWERED
    if facts.status is Status.DONE:
        return DropReason.DONE
    if facts.status is Status.REPORTED:
        return DropReason.REPORTED
    if line.rule is Rule.PROGRESS_NOTE:
        return DropReason.CUT_OFF_PASSED if date.fromisoformat(line.step) < today else DropReason.NOTED
    if line.rule in DEADLINE_RULES and line.deadline_version != facts.deadline_version:
        return DropReason.DEADLINE_MOVED
    return DropReason.NOT_YOURS if line.rule is Rule.HANDED_OVER else DropReason.SUPERSEDED


def by_urgency(rule: Rule) -> int:
    """The place of a rule in a digest."""
    return list(Rule).index(rule)


def unqueued(lines: Iterable[Line], queued: Iterable[tuple[int, str, str, int, int]]) -> list[Line]:
    """Of the lines that are due, those never queued, in the order in which rows are written."""
    known = {(key[0], Rule(key[1]), *key[2:]) for key in queued}
    return sorted({line for line in lines if line.key not in known})
