"""Random years: whatever the rules, deadlines, holidays and silences of the machine, nothing twice, nothing lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc_tasks.domain.dropped_reminders import drop_reason
from cchc_tasks.domain.holidays import DayEffect, corrected
from cchc_tasks.domain.mail_preferences import Frequency, MailPreference, Turn, turn_of
from cchc_tasks.domain.reminder_rules import (
    DEFAULT_RULES,
    URGENT_RULES,
    Days,
    InvalidRules,
    QuietDays,
    ReminderRules,
    Rule,
    check,
    from_json,
    to_json,
)
from cchc_tasks.domain.reminders import Roster, WorkFacts, due_lines, unqueued
from cchc_tasks.domain.workflow import Status
from cchc_tasks.domain.working_days import WorkingCalendar

AN, MAI, HANH, TUAN = 1, 3, 4, 5
ROSTER = Roster(
    heads_of={11: frozenset({AN})},
    staff_of={11: frozenset({MAI})},
    office=frozenset({HANH}),
    leaders=frozenset({TUAN}),
    active=frozenset({AN, MAI, HANH, TUAN}),
)
FACTS = WorkFacts(1, Status.NOT_STARTED, date(2021, 3, 31), 1, 2021, responsible=(11,))
TET = WorkingCalendar(holidays=frozenset(date(2021, 2, 10) + timedelta(days=n) for n in range(7)))
FIRST = date(2021, 1, 1)
YEAR = [FIRST + timedelta(days=n) for n in range(365)]

days_of_year = st.sampled_from(YEAR)
steps = st.lists(st.integers(1, 40), max_size=5, unique=True).map(tuple)
steps_or_now = st.lists(st.integers(0, 40), max_size=5, unique=True).map(tuple)
stages = st.lists(st.integers(1, 60), min_size=3, max_size=3, unique=True).map(sorted)
quiet_ranges = st.builds(
    lambda first, length: QuietDays(first, first + timedelta(days=length)), days_of_year, st.integers(0, 9)
)


@st.composite
def rule_sets(draw):
    """Rules that an office could set."""
    head, office, leader = draw(stages)
    rules = ReminderRules(
        before_due=draw(steps),
        before_year_end=draw(steps),
        after_due=draw(steps),
        overdue_every=draw(st.integers(0, 20)),
        head_after=head,
        office_after=office,
        leader_after=leader,
        before_cut_off=draw(steps_or_now),
        note_before_cut_off=draw(st.integers(0, 20)),
        while_unconfirmed=draw(steps_or_now),
        tells_staff=draw(st.booleans()),
        quiet=tuple(draw(st.lists(quiet_ranges, max_size=3))),
        off=draw(st.frozensets(st.sampled_from(Rule), max_size=3)),
        binding=draw(st.frozensets(st.sampled_from(Rule), max_size=5)),
    )
    try:
        return check(rules)
    except InvalidRules:
        return replace(rules, quiet=())


corrections = st.lists(st.tuples(days_of_year, st.sampled_from(DayEffect)), max_size=30)


@st.composite
def histories(draw):
    """A deadline, perhaps moved; perhaps reported, confirmed or withdrawn; handed over or not."""
    return {
        "due_on": draw(st.one_of(st.none(), days_of_year)),
        "moved_on": draw(st.one_of(st.none(), days_of_year)),
        "new_due": draw(days_of_year),
        "reported_on": draw(st.one_of(st.none(), days_of_year)),
        "ended_on": draw(st.one_of(st.none(), days_of_year)),
        "ends_as": draw(st.sampled_from([Status.DONE, Status.WITHDRAWN])),
        "handed_to": draw(st.sampled_from([None, MAI])),
        "is_recurring": draw(st.booleans()),
    }


def facts_on(history, day):
    is_moved = history["moved_on"] is not None and day >= history["moved_on"]
    facts = replace(
        FACTS,
        due_on=history["new_due"] if is_moved else history["due_on"],
        deadline_version=2 if is_moved else 1,
        handed_to=history["handed_to"],
        is_recurring=history["is_recurring"],
    )
    if history["ended_on"] is not None and day >= history["ended_on"]:
        return replace(facts, status=history["ends_as"])
    if history["reported_on"] is not None and day >= history["reported_on"]:
        told_on = history["reported_on"]
        return replace(facts, status=Status.REPORTED, status_seq=9, status_told_on=told_on, status_actor_id=AN)
    return facts


class Play:
    """A year of rounds as the service runs them, for one piece of work."""

    def __init__(self, history, rules, days, off=frozenset(), preference=MailPreference()):
        self.history, self.rules, self.days, self.preference = history, rules, days, preference
        self.queued, self.waiting, self.sent, self.refused = [], [], [], []
        for day in YEAR:
            if day not in off and days.sending.is_working_day(day):
                self.round(day)

    def due(self, day):
        return list(due_lines(facts_on(self.history, day), ROSTER, day, self.days, self.rules))

    def round(self, day):
        new = unqueued(self.due(day), self.queued)
        self.queued += new
        self.waiting += new
        turns = {turn: [] for turn in Turn}
        for line in self.waiting:
            turns[turn_of(line.rule, line.due_day, self.preference, day, self.days, self.rules)].append(line)
        self.waiting = turns[Turn.LATER]
        self.refused += turns[Turn.NEVER]
        facts = facts_on(self.history, day)
        holds = [
            line for line in turns[Turn.NOW] if drop_reason(line, facts, ROSTER, day, self.days, self.rules) is None
        ]
        self.sent += [(day, line) for line in holds]


def calendar_of(rules, changes):
    return Days.under(rules, corrected(TET, changes))


@settings(deadline=None, max_examples=50)
@given(histories(), rule_sets(), corrections, st.frozensets(days_of_year, max_size=120))
def test_each_step_falls_on_a_day_of_mail_and_is_told_at_most_once(history, rules, changes, off):
    days = calendar_of(rules, changes)
    play = Play(history, rules, days, off)

    assert len({line.key for _, line in play.sent}) == len(play.sent)
    for day, line in play.sent:
        assert days.sending.is_working_day(line.due_day)
        assert days.sending.is_working_day(day)
        assert day not in off
        assert line.due_day <= day
        assert line.rule not in rules.off


@settings(deadline=None, max_examples=50)
@given(histories(), rule_sets(), corrections, st.frozensets(days_of_year, max_size=120))
def test_nothing_that_still_holds_is_lost_whatever_days_the_machine_was_off(history, rules, changes, off):
    """On every day of mail each line in force was told, then or before, or a later step of its series was."""
    days = calendar_of(rules, changes)
    play = Play(history, rules, days, off)

    for day in YEAR:
        if day in off or not days.sending.is_working_day(day):
            continue
        for line in play.due(day):
            series = [each.due_day for on, each in play.sent if on <= day and each.series == line.series]
            assert series, (day, line)
            assert max(series) >= line.due_day


@settings(deadline=None, max_examples=50)
@given(histories(), rule_sets(), st.frozensets(days_of_year, max_size=60))
def test_a_moved_deadline_and_an_end_stop_the_old_series(history, rules, off):
    play = Play(history, rules, calendar_of(rules, []), off)

    for day, line in play.sent:
        facts = facts_on(history, day)
        assert facts.status not in (Status.DONE, Status.WITHDRAWN)
        assert line.deadline_version in (0, facts.deadline_version)


@settings(deadline=None, max_examples=50)
@given(
    histories(),
    rule_sets(),
    corrections,
    st.frozensets(days_of_year, max_size=40),
    st.builds(MailPreference, st.sampled_from(Frequency), st.integers(0, 6)),
)
def test_a_choice_of_ones_own_silences_nothing_that_binds_and_loses_nothing_wanted(
    history, rules, changes, off, preference
):
    days = calendar_of(rules, changes)
    daily, chosen = Play(history, rules, days, off), Play(history, rules, days, off, preference)

    assert len({line.key for _, line in chosen.sent}) == len(chosen.sent)
    binding = [(day, line) for day, line in daily.sent if line.rule in rules.binding]
    assert [each for each in chosen.sent if each[1].rule in rules.binding] == binding
    assert all(line.rule not in rules.binding for line in chosen.refused)
    if preference.frequency is Frequency.URGENT:
        wanted = URGENT_RULES | rules.binding
        assert chosen.sent == [each for each in daily.sent if each[1].rule in wanted]
    if preference.frequency is Frequency.WEEKLY:
        for line in chosen.waiting:
            # What still waits at the year's end fell due after the last weekly mail that could go.
            assert drop_reason(line, facts_on(history, YEAR[-1]), ROSTER, YEAR[-1], days, rules) is not None or (
                YEAR[-1] - line.due_day < timedelta(days=60)
            )


@given(rule_sets())
def test_rules_come_back_as_they_were_written(rules):
    assert from_json(to_json(rules)) == rules


@given(days_of_year, st.integers(-60, 60), corrections)
def test_steps_are_counted_in_working_days(day, count, changes):
    calendar = corrected(TET, changes)
    shifted = calendar.shift(day, count)

    assert calendar.is_working_day(shifted)
    if count > 0:
        assert calendar.count_between(day, shifted) == count
    else:
        assert calendar.count_between(shifted, calendar.on_or_before(day)) == -count


@given(days_of_year, days_of_year, corrections)
def test_counting_by_sums_equals_counting_one_by_one(after, until, changes):
    calendar = corrected(TET, changes)
    by_hand = sum(
        calendar.is_working_day(after + timedelta(days=n)) for n in range(1, max((until - after).days, 0) + 1)
    )

    assert calendar.count_between(after, until) == by_hand


@given(corrections, days_of_year)
def test_the_last_correction_of_a_day_holds_and_an_undone_one_leaves_no_trace(changes, day):
    known = TET
    undone = corrected(known, [*changes, (day, DayEffect.OFF), (day, DayEffect.AS_KNOWN)])

    assert undone.is_working_day(day) is known.is_working_day(day)
    for effect, expected in ((DayEffect.OFF, False), (DayEffect.WORKING, True)):
        assert corrected(known, [*changes, (day, effect)]).is_working_day(day) is expected


@pytest.mark.parametrize("every", [0, 1, 7])
def test_a_year_late_work_is_asked_for_over_and_over_or_not(every):
    rules = replace(DEFAULT_RULES, after_due=(1,), overdue_every=every)
    history = {"due_on": date(2020, 12, 31), "moved_on": None, "new_due": FIRST, "reported_on": None, "ended_on": None}
    play = Play({**history, "ends_as": Status.DONE, "handed_to": None, "is_recurring": True}, rules, Days(TET, TET))
    overdue = [line.step for _, line in play.sent if line.rule is Rule.OVERDUE]

    working = sum(TET.is_working_day(day) for day in YEAR)
    assert overdue == [f"+{n}" for n in ([1] if not every else range(1, working + 1, every))]
