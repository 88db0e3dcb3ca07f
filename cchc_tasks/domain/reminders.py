"""Which reminder lines fall due on a day, for whom, under which key, and whether a line still holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from cchc_tasks.domain.explanations import ExplanationFacts, ExplanationState
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.domain.periods import next_cut_off, periods_of
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, Days, ReminderRules, Rule
from cchc_tasks.domain.units import with_members
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status

#: Rules whose steps hang on the deadline: a moved deadline makes new keys.
DEADLINE_RULES = frozenset({Rule.BEFORE_DUE, Rule.ON_DUE, Rule.OVERDUE, Rule.ESCALATED})
_ONE_SERIES = frozenset({Rule.BEFORE_DUE, Rule.ON_DUE, Rule.OVERDUE})
_OPEN = frozenset({Status.NOT_STARTED, Status.IN_PROGRESS})


class SubjectKind(StrEnum):
    """What a line is about."""

    OBLIGATION = "obligation"
    REPORT = "report"
    ORPHANS = "orphans"


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
    NOT_WANTED = "not_wanted"
    RULE_OFF = "rule_off"
    ENTERED = "entered"
    ATTENDED = "attended"


@dataclass(frozen=True, slots=True)
class Roster:
    """Who stands where today: heads and staff by unit, members by group, the office, the leaders, who is present.

    `orphans` are the open obligations that nobody present answers for; the office hears of them by a rule of their own.
    """

    heads_of: Mapping[int, frozenset[int]] = field(default_factory=dict)
    members_of: Mapping[int, frozenset[int]] = field(default_factory=dict)
    office: frozenset[int] = frozenset()
    leaders: frozenset[int] = frozenset()
    active: frozenset[int] = frozenset()
    staff_of: Mapping[int, frozenset[int]] = field(default_factory=dict)
    orphans: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ExtensionFacts:
    """The last request to extend a deadline: its rows in the ledger, their days, who wrote them."""

    state: ExtensionState
    asked_seq: int
    asked_on: date
    asked_by: int | None
    is_office_request: bool = False
    answered_seq: int | None = None
    answered_on: date | None = None
    answered_by: int | None = None


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
    extension: ExtensionFacts | None = None
    explanation: ExplanationFacts | None = None


#: A round asks for one day, of every piece of work.
_next_period = lru_cache(maxsize=512)(next_cut_off)

Key = tuple[SubjectKind, int, Rule, str, int, int]


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One line for one person. All but `due_day` is its key: it is written once, ever.

    `deadline_version` is 0 where the step does not hang on the deadline, so that moving it sends no second copy.
    `due_day` is the day on which the step falls due, one on which mail goes out.
    """

    subject_id: int
    rule: Rule
    step: str
    deadline_version: int
    recipient_id: int
    due_day: date
    kind: SubjectKind = SubjectKind.OBLIGATION

    @property
    def key(self) -> Key:
        return (self.kind, self.subject_id, self.rule, self.step, self.deadline_version, self.recipient_id)

    @property
    def series(self) -> tuple[SubjectKind, int, str, int, int]:
        """Steps of one series follow each other: after a later one no earlier one is told."""
        name = "deadline" if self.rule in _ONE_SERIES else f"{self.rule}/{self.step.partition('/')[0]}"
        return (self.kind, self.subject_id, name, self.deadline_version, self.recipient_id)


def is_year_long(facts: WorkFacts) -> bool:
    """Whether no date nearer than the plan year's end is owed: such work is asked for progress notes.

    A recurring period that happens to end on 31/12 has nearer ones beside it and is not year-long. Source: DESIGN §2.
    """
    if facts.due_on is None:
        return True
    return facts.due_on >= date(facts.plan_year, 12, 31) and not facts.is_recurring


def owners(facts: WorkFacts, roster: Roster, rules: ReminderRules = DEFAULT_RULES) -> frozenset[int]:
    """Who is reminded of the work today: whom it was handed to, else the heads of the units that owe it.

    Units' staff as well as the heads where the rules say so, and in the place of heads who are not there. Work that
    nobody answers for is told to the office: unit by unit under a heading of its own (`Rule.ORPHANED`) and then by no
    other line, or, where that rule is off, as the units would be.
    """
    if facts.handed_to is not None and facts.handed_to in roster.active:
        return frozenset({facts.handed_to})
    found = heads(facts, roster)
    if rules.tells_staff or not found:
        found |= _of_units(facts, roster, roster.staff_of)
    return found or (frozenset() if _is_told_apart(facts, roster, rules) else roster.office & roster.active)


def _is_told_apart(facts: WorkFacts, roster: Roster, rules: ReminderRules) -> bool:
    """Whether the office hears of the work as one of those that nobody answers for."""
    return facts.obligation_id in roster.orphans and Rule.ORPHANED not in rules.off


def heads(facts: WorkFacts, roster: Roster) -> frozenset[int]:
    """The active heads of the units that owe the work today."""
    return _of_units(facts, roster, roster.heads_of)


def _of_units(facts: WorkFacts, roster: Roster, people_of: Mapping[int, frozenset[int]]) -> frozenset[int]:
    units = with_members(facts.responsible, roster.members_of)
    return frozenset().union(*(people_of.get(unit_id, frozenset()) for unit_id in units)) & roster.active


@dataclass(frozen=True, slots=True)
class _Case:
    """One obligation on one day, with everything its steps are reckoned from."""

    facts: WorkFacts
    roster: Roster
    today: date
    days: Days
    rules: ReminderRules

    @property
    def owners(self) -> frozenset[int]:
        return owners(self.facts, self.roster, self.rules)

    @property
    def confirmers(self) -> frozenset[int]:
        return self.roster.leaders if self.facts.is_office_work else self.roster.office

    def lines(self, rule: Rule, step: str, people: frozenset[int], day: date, *, version: int = 0) -> Iterator[Line]:
        """The line of a step for each of `people` who is active, once its day has come."""
        if day <= self.today:
            for person_id in sorted(people & self.roster.active):
                yield Line(self.facts.obligation_id, rule, step, version, person_id, day)

    def latest_before(self, day: date, steps: Iterable[int]) -> tuple[int, date] | None:
        """Of steps before `day`, the nearest to it that has come."""
        found = ((step, self.days.before(day, step)) for step in sorted(steps))
        return next(((step, on) for step, on in found if on <= self.today), None)

    def latest_after(self, day: date, steps: Iterable[int]) -> tuple[int, date] | None:
        """Of steps after `day`, the last that has come."""
        found = ((step, self.days.after(day, step)) for step in sorted(steps, reverse=True))
        return next(((step, on) for step, on in found if on <= self.today), None)


def due_lines(
    facts: WorkFacts, roster: Roster, today: date, days: Days, rules: ReminderRules = DEFAULT_RULES
) -> Iterator[Line]:
    """Every line that is due by `today` and still means something, queued before or not (see `unqueued`).

    There is no time window: a step missed while the machine was off is due until a later step, the work's end or a
    moved deadline takes its place. Of several missed steps only the latest is left.
    """
    if facts.status in REMOVED_STATUSES:
        return
    case = _Case(facts, roster, today, days, rules)
    for source in (_deadline_lines, _escalated_lines, _cut_off_lines, _note_lines, _handover_lines, _extension_lines):
        if facts.status in _OPEN:
            yield from (line for line in source(case) if line.rule not in rules.off)
    for source in (_status_lines, _confirmation_lines, _explanation_lines):
        yield from (line for line in source(case) if line.rule not in rules.off)


def _deadline_lines(case: _Case) -> Iterator[Line]:
    found = _latest_step(case)
    if found is not None:
        rule, step, day = found
        yield from case.lines(rule, step, case.owners, day, version=case.facts.deadline_version)


def _latest_step(case: _Case) -> tuple[Rule, str, date] | None:
    """The last step of the deadline that has come by today: its rule, its name, its day."""
    due_on, rules = case.facts.due_on, case.rules
    if due_on is None:
        return None
    overdue = case.days.working.count_between(due_on, case.today)
    late = case.latest_after(due_on, _steps_until(overdue, rules))
    if late is not None and Rule.OVERDUE not in rules.off:
        return Rule.OVERDUE, f"+{late[0]}", late[1]
    # Without the rule of the day itself the step before it stays in force on that day, no longer.
    if case.today > due_on and late is not None:
        return None
    early = rules.before_year_end if is_year_long(case.facts) else rules.before_due
    wanted = (*(() if Rule.ON_DUE in rules.off else (0,)), *early)
    soon = case.latest_before(due_on, wanted)
    return None if soon is None else (Rule.BEFORE_DUE if soon[0] else Rule.ON_DUE, f"{-soon[0]:d}", soon[1])


def _steps_until(overdue: int, rules: ReminderRules) -> tuple[int, ...]:
    """The steps after the deadline up to `overdue` working days: the named ones, then the last of the repeated ones.

    The two before it come along: quiet days may have put the last ones off.
    """
    named = tuple(step for step in rules.after_due if step <= overdue)
    last = max(rules.after_due, default=0)
    if not rules.overdue_every or not rules.after_due or overdue <= last:
        return named
    turns = (overdue - last) // rules.overdue_every
    back = range(turns, max(turns - _TURNS_BACK, 0), -1)
    return (*named, *(last + turn * rules.overdue_every for turn in back))


#: More turns than a silence of quiet days and holidays can put off.
_TURNS_BACK = 70


def _escalated_lines(case: _Case) -> Iterator[Line]:
    """Unit, head, office, leaders: each further one hears once of what is late for so long. Source: issue of the rules.

    Who was told as somebody nearer to the work is not told again.
    """
    due_on, rules = case.facts.due_on, case.rules
    if due_on is None or case.today <= due_on:
        return
    told = case.owners
    if not told and _is_told_apart(case.facts, case.roster, rules):
        told = case.roster.office
    overdue = case.days.working.count_between(due_on, case.today)
    stages = (
        ("head", rules.head_after, heads(case.facts, case.roster)),
        ("office", rules.office_after, case.roster.office),
        ("leader", rules.leader_after, case.roster.leaders),
    )
    for name, after, people in stages:
        if after and after <= overdue:
            version = case.facts.deadline_version
            yield from case.lines(Rule.ESCALATED, name, people - told, case.days.after(due_on, after), version=version)
            told |= people


def counted_by(facts: WorkFacts, today: date) -> date | None:
    """The next cut-off by which the open work must be reported, lest it be counted as not done; None where none is.

    For the report of the year that is all work of the year, also what is due after the cut-off. Source: DESIGN §5.
    """
    period = _next_period(today)
    if facts.due_on is None or period.year != facts.plan_year:
        return None
    is_last = period == periods_of(period.year)[-1]
    bound = date(period.year, 12, 31) if is_last else period.cut_off
    return period.cut_off if facts.due_on <= bound else None


def _cut_off_lines(case: _Case) -> Iterator[Line]:
    cut_off = counted_by(case.facts, case.today)
    found = None if cut_off is None else case.latest_before(cut_off, case.rules.before_cut_off)
    if cut_off is not None and found is not None:
        yield from case.lines(Rule.CUT_OFF, f"{cut_off.isoformat()}/{-found[0]:d}", case.owners, found[1])


def _note_lines(case: _Case) -> Iterator[Line]:
    cut_off = note_wanted_by(case.facts, case.today)
    if cut_off is None or counted_by(case.facts, case.today) == cut_off:
        return
    day = case.days.before(cut_off, case.rules.note_before_cut_off)
    yield from case.lines(Rule.PROGRESS_NOTE, cut_off.isoformat(), case.owners, day)


def note_wanted_by(facts: WorkFacts, today: date) -> date | None:
    """The cut-off before which a progress note is still wanted of the work; None where none is.

    Open year-long work is asked, once it has begun, unless it was noted since the cut-off before. Source: DESIGN §2.
    """
    if facts.status not in _OPEN or not is_year_long(facts):
        return None
    cut_off = _next_period(today).cut_off
    begins_later = facts.starts_on is not None and facts.starts_on > cut_off
    is_noted = facts.noted_on is not None and facts.noted_on > _cut_off_before(cut_off)
    return None if begins_later or is_noted or cut_off.year > facts.plan_year else cut_off


def _cut_off_before(cut_off: date) -> date:
    every = (*periods_of(cut_off.year - 1), *periods_of(cut_off.year))
    return max(period.cut_off for period in every if period.cut_off < cut_off)


def _handover_lines(case: _Case) -> Iterator[Line]:
    facts = case.facts
    person_id, seq, day = facts.handed_to, facts.handed_seq, facts.handed_on
    if person_id is None or seq is None or day is None or person_id == facts.handed_by:
        return
    if _is_news(day, case):
        yield from case.lines(Rule.HANDED_OVER, str(seq), frozenset({person_id}), case.days.after(day, 0))


def _extension_lines(case: _Case) -> Iterator[Line]:
    """A request that waits for its answer, to whoever answers it; the answer, to whoever asked and owes the work."""
    asked = case.facts.extension
    if asked is None:
        return
    if asked.state is ExtensionState.ASKED:
        people = (case.roster.leaders if asked.is_office_request else case.roster.office) - {asked.asked_by}
        found = case.latest_after(asked.asked_on, case.rules.while_unanswered)
        if found is not None:
            yield from case.lines(Rule.EXTENSION_ASKED, _waiting_step(asked.asked_seq, found[0]), people, found[1])
        return
    seq, day = asked.answered_seq, asked.answered_on
    is_answered = asked.state in (ExtensionState.GRANTED, ExtensionState.REFUSED)
    if is_answered and seq is not None and day is not None and _is_news(day, case):
        asker = frozenset() if asked.asked_by is None else frozenset({asked.asked_by})
        people = (asker | case.owners) - {asked.answered_by}
        yield from case.lines(Rule.EXTENSION_ANSWERED, str(seq), people, case.days.after(day, 0))


def _explanation_lines(case: _Case) -> Iterator[Line]:
    """A request to explain, to the heads: at once, the working day before its day, and by the steps of late work.

    It waits as long as the work is open, also while a report waits; the explanation is told to whoever asked.
    """
    asked = case.facts.explanation
    if asked is None:
        return
    if asked.state is ExplanationState.ASKED and case.facts.status is not Status.DONE:
        people = (heads(case.facts, case.roster) or case.owners) - {asked.asked_by}
        step, day = _explanation_step(case, asked)
        yield from case.lines(Rule.EXPLANATION_ASKED, step, people, day)
    elif (
        asked.state is ExplanationState.ANSWERED and asked.answered_on is not None and _is_news(asked.answered_on, case)
    ):
        people = (case.roster.office if asked.asked_by is None else frozenset({asked.asked_by})) - {asked.answered_by}
        day = case.days.after(asked.answered_on, 0)
        yield from case.lines(Rule.EXPLANATION_GIVEN, str(asked.answered_seq), people, day)


def _explanation_step(case: _Case, asked: ExplanationFacts) -> tuple[str, date]:
    """The last step that has come: after the day of answer, the day before it, or that it was asked."""
    overdue = case.days.working.count_between(asked.answer_by, case.today)
    late = case.latest_after(asked.answer_by, _steps_until(overdue, case.rules))
    if late is not None:
        return f"{asked.asked_seq}/+{late[0]}", late[1]
    asked_on = case.days.after(asked.asked_on, 0)
    before = case.days.before(asked.answer_by, 1)
    return (f"{asked.asked_seq}/-1", before) if asked_on < before <= case.today else (str(asked.asked_seq), asked_on)


def _waiting_step(seq: int, step: int) -> str:
    return f"{seq}/+{step}" if step else str(seq)


def _status_lines(case: _Case) -> Iterator[Line]:
    """News of the ledger row that holds: told to whoever did not write it."""
    facts = case.facts
    seq, day = facts.status_seq, facts.status_told_on
    if seq is None or day is None or day > case.today:
        return
    rule, people = _news_of(case)
    if rule is not None and (rule is not Rule.CONFIRMED or _is_news(day, case)):
        yield from case.lines(rule, str(seq), people - {facts.status_actor_id}, case.days.after(day, 0))


def _news_of(case: _Case) -> tuple[Rule | None, frozenset[int]]:
    facts = case.facts
    reporter = frozenset() if facts.answered_reporter_id is None else frozenset({facts.answered_reporter_id})
    if facts.status is Status.IN_PROGRESS and facts.is_returned:
        return Rule.RETURNED, reporter | owners(facts, case.roster)
    if facts.status is Status.DONE and reporter:
        return Rule.CONFIRMED, reporter
    return None, frozenset()


def _confirmation_lines(case: _Case) -> Iterator[Line]:
    """A report that waits: told to whoever confirms at once and again, and before a cut-off that it would miss."""
    facts = case.facts
    seq, day = facts.status_seq, facts.status_told_on
    if facts.status is not Status.REPORTED or seq is None or day is None:
        return
    people = case.confirmers - {facts.status_actor_id}
    waiting = case.latest_after(day, case.rules.while_unconfirmed)
    if waiting is not None:
        yield from case.lines(Rule.AWAITING_CONFIRMATION, _waiting_step(seq, waiting[0]), people, waiting[1])
    cut_off = counted_by(facts, case.today)
    found = None if cut_off is None else case.latest_before(cut_off, case.rules.before_cut_off)
    if cut_off is not None and found is not None:
        step = f"{cut_off.isoformat()}/{-found[0]:d}"
        yield from case.lines(Rule.CONFIRM_BY_CUT_OFF, step, people, found[1])


def _is_news(day: date, case: _Case) -> bool:
    return day <= case.today <= day + timedelta(days=case.rules.news_days)


def by_urgency(rule: Rule) -> int:
    """The place of a rule in a digest."""
    return list(Rule).index(rule)


def unqueued(lines: Iterable[Line], queued: Iterable[Line]) -> list[Line]:
    """Of the lines that are due, those never queued, in the order in which rows are written.

    A step that is earlier than one told already (the office changed its steps or a holiday) is left out as well.
    """
    known: set[Key] = set()
    told: dict[object, date] = {}
    for each in queued:
        known.add(each.key)
        told[each.series] = max(told.get(each.series, each.due_day), each.due_day)
    return sorted({line for line in lines if line.key not in known and told.get(line.series, date.min) < line.due_day})
