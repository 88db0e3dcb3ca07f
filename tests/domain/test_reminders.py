"""Which lines fall due, for whom, once each, and when they no longer hold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cchc_tasks.domain.dropped_reminders import drop_reason
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, Days, Rule
from cchc_tasks.domain.reminders import (
    DropReason,
    Line,
    Roster,
    WorkFacts,
    due_lines,
    is_year_long,
    owners,
    unqueued,
)
from cchc_tasks.domain.workflow import Status
from cchc_tasks.domain.working_days import WorkingCalendar

AN, BINH, MAI, HANH, TUAN = 1, 2, 3, 4, 5
CNTT, THANH_TRA, GROUP = 11, 12, 19
ROSTER = Roster(
    heads_of={CNTT: frozenset({AN}), THANH_TRA: frozenset({BINH})},
    members_of={GROUP: frozenset({CNTT, THANH_TRA})},
    office=frozenset({HANH}),
    leaders=frozenset({TUAN}),
    active=frozenset({AN, BINH, MAI, HANH, TUAN}),
)
#: Tết 2021: 10/2 to 16/2.
CALENDAR = WorkingCalendar(holidays=frozenset(date(2021, 2, 10) + timedelta(days=n) for n in range(7)))
DAYS = Days(CALENDAR, CALENDAR)
#: The steps of deadlines and news alone; ladders and escalation have tests of their own.
RULES = replace(DEFAULT_RULES, off=frozenset({Rule.CUT_OFF, Rule.CONFIRM_BY_CUT_OFF, Rule.ESCALATED}))
DAY_BEFORE = date(2021, 3, 30)
FACTS = WorkFacts(1, Status.NOT_STARTED, date(2021, 3, 31), 1, 2021, responsible=(CNTT,))


def lines(facts, today, roster=ROSTER):
    return list(due_lines(facts, roster, today, DAYS, RULES))


def why_dropped(line, facts, today):
    return drop_reason(line, facts, ROSTER, today, DAYS, RULES)


def steps(facts, today):
    return [(line.rule, line.step) for line in lines(facts, today)]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2021, 3, 23), []),
        (date(2021, 3, 24), [(Rule.BEFORE_DUE, "-5")]),
        (date(2021, 3, 29), [(Rule.BEFORE_DUE, "-5")]),
        (date(2021, 3, 30), [(Rule.BEFORE_DUE, "-1")]),
        (date(2021, 3, 31), [(Rule.ON_DUE, "0")]),
        (date(2021, 4, 1), [(Rule.OVERDUE, "+1")]),
        (date(2021, 4, 6), [(Rule.OVERDUE, "+1")]),
        (date(2021, 4, 7), [(Rule.OVERDUE, "+5")]),
        (date(2021, 4, 14), [(Rule.OVERDUE, "+10")]),
        # Saturday: nothing new has come.
        (date(2021, 4, 17), [(Rule.OVERDUE, "+10")]),
    ],
)
def test_only_the_latest_step_that_has_come_is_due(today, expected):
    assert steps(FACTS, today) == expected


@pytest.mark.parametrize(
    ("due_on", "today", "rule", "due_day"),
    [
        # Chủ nhật 31/10/2021: told on the Friday before.
        (date(2021, 10, 31), date(2021, 10, 29), Rule.ON_DUE, date(2021, 10, 29)),
        # Monday: the step of one day before falls on Sunday, so on Friday.
        (date(2021, 3, 15), date(2021, 3, 12), Rule.BEFORE_DUE, date(2021, 3, 12)),
        # Friday: the first overdue notice waits for Monday.
        (date(2021, 3, 12), date(2021, 3, 15), Rule.OVERDUE, date(2021, 3, 15)),
        # Due on the last day before Tết: overdue is said after it.
        (date(2021, 2, 9), date(2021, 2, 17), Rule.OVERDUE, date(2021, 2, 17)),
    ],
)
def test_a_step_on_a_day_off_moves_to_a_working_day(due_on, today, rule, due_day):
    [line] = lines(replace(FACTS, due_on=due_on), today)

    assert (line.rule, line.due_day) == (rule, due_day)


@pytest.mark.parametrize("status", [Status.DONE, Status.REPORTED, Status.WITHDRAWN, Status.LAPSED, Status.CARRIED_OVER])
def test_the_unit_is_not_reminded_of_work_it_no_longer_owes(status):
    facts = replace(FACTS, status=status, status_seq=None)

    assert steps(facts, date(2021, 4, 1)) == []


@pytest.mark.parametrize(
    ("due_on", "is_recurring", "expected"),
    [
        (None, False, True),
        (date(2021, 12, 31), False, True),
        (date(2022, 6, 30), False, True),
        (date(2021, 12, 31), True, False),
        (date(2021, 9, 30), False, False),
        (date(2020, 12, 31), False, False),
    ],
)
def test_work_without_a_date_nearer_than_the_years_end_is_year_long(due_on, is_recurring, expected):
    assert is_year_long(replace(FACTS, due_on=due_on, is_recurring=is_recurring)) is expected


def test_year_long_work_is_asked_for_a_note_before_each_cut_off_but_the_last_which_it_has_to_be_done_by():
    facts = replace(FACTS, due_on=date(2021, 12, 31))
    asked = {
        line.step: line.due_day
        for day in (date(2021, 1, 4) + timedelta(days=n) for n in range(361))
        for line in lines(facts, day)
        if line.rule is Rule.PROGRESS_NOTE
    }

    assert asked == {
        "2021-03-14": date(2021, 3, 5),
        "2021-06-14": date(2021, 6, 7),
        "2021-09-14": date(2021, 9, 7),
    }


def test_a_note_written_since_the_last_cut_off_answers_the_question():
    facts = replace(FACTS, due_on=None, noted_on=date(2021, 3, 2))

    assert steps(facts, date(2021, 3, 10)) == []
    assert steps(facts, date(2021, 6, 8)) == [(Rule.PROGRESS_NOTE, "2021-06-14")]


def test_a_moved_deadline_makes_new_keys_but_asks_for_no_second_note():
    facts = replace(FACTS, due_on=date(2021, 12, 31))
    moved = replace(facts, due_on=date(2022, 1, 31), deadline_version=2)

    before, after = (
        {line.key for line in lines(each, date(2021, 9, 8)) if line.rule is Rule.PROGRESS_NOTE}
        for each in (facts, moved)
    )

    assert before == after != set()
    overdue = replace(FACTS, due_on=date(2021, 3, 1))
    [line] = lines(overdue, date(2021, 3, 10))
    moved = replace(overdue, due_on=date(2021, 4, 30), deadline_version=2)
    assert why_dropped(line, moved, date(2021, 3, 10)) is DropReason.DEADLINE_MOVED


def test_heads_of_all_units_that_owe_the_work_are_told_as_of_today():
    assert owners(replace(FACTS, responsible=(GROUP,)), ROSTER) == {AN, BINH}
    assert owners(replace(FACTS, responsible=(CNTT, THANH_TRA)), ROSTER) == {AN, BINH}


def test_only_the_person_it_was_handed_to_is_told_until_they_leave():
    handed = replace(FACTS, handed_to=MAI)

    assert owners(handed, ROSTER) == {MAI}
    assert owners(handed, replace(ROSTER, active=ROSTER.active - {MAI})) == {AN}


def test_the_office_hears_of_work_whose_units_have_no_head():
    assert owners(replace(FACTS, responsible=(99,)), ROSTER) == {HANH}


def news(**values):
    facts = replace(FACTS, status_seq=40, status_told_on=date(2021, 3, 9), status_actor_id=HANH, **values)
    return [(line.rule, line.step, line.recipient_id) for line in lines(facts, date(2021, 3, 10))]


def test_the_reporter_and_the_head_learn_that_a_report_was_returned():
    told = news(status=Status.IN_PROGRESS, is_returned=True, answered_reporter_id=MAI)

    assert told == [(Rule.RETURNED, "40", AN), (Rule.RETURNED, "40", MAI)]


def test_the_reporter_learns_that_a_report_was_confirmed():
    assert news(status=Status.DONE, answered_reporter_id=MAI) == [(Rule.CONFIRMED, "40", MAI)]


def test_nobody_is_told_of_what_they_did_themselves():
    assert news(status=Status.DONE, answered_reporter_id=HANH) == []


def test_the_office_hears_of_reports_and_leaders_of_the_offices_own():
    facts = replace(FACTS, status=Status.REPORTED, status_seq=40, status_told_on=date(2021, 3, 9), status_actor_id=AN)

    assert [line.recipient_id for line in lines(facts, date(2021, 3, 10))] == [HANH]
    assert [line.recipient_id for line in lines(replace(facts, is_office_work=True), date(2021, 3, 10))] == [TUAN]


def test_a_confirmation_of_long_ago_is_no_news():
    facts = replace(FACTS, status=Status.DONE, status_seq=40, status_told_on=date(2021, 1, 9), answered_reporter_id=MAI)

    assert lines(facts, date(2021, 3, 10)) == []


def test_a_person_is_told_of_work_handed_to_them():
    facts = replace(FACTS, handed_to=MAI, handed_seq=7, handed_on=date(2021, 3, 9), handed_by=AN)

    assert [(line.rule, line.recipient_id) for line in lines(facts, date(2021, 3, 10))] == [(Rule.HANDED_OVER, MAI)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"status": Status.DONE}, DropReason.DONE),
        ({"status": Status.REPORTED}, DropReason.REPORTED),
        ({"status": Status.WITHDRAWN}, DropReason.REMOVED),
        ({"due_on": date(2021, 6, 30), "deadline_version": 2}, DropReason.DEADLINE_MOVED),
        ({"handed_to": MAI}, DropReason.NOT_YOURS),
        ({"responsible": (THANH_TRA,)}, DropReason.NOT_YOURS),
    ],
)
def test_a_queued_line_is_dropped_for_a_reason_that_can_be_told(change, reason):
    [line] = lines(FACTS, date(2021, 4, 1))

    assert why_dropped(line, replace(FACTS, **change), date(2021, 4, 1)) is reason


def test_an_old_step_gives_way_to_the_one_that_has_come_since():
    [line] = lines(FACTS, date(2021, 3, 30))

    assert why_dropped(line, FACTS, date(2021, 4, 1)) is DropReason.SUPERSEDED


def test_unqueued_leaves_out_what_was_ever_queued():
    line = Line(1, Rule.ON_DUE, "0", 1, AN, date(2021, 3, 31))

    assert unqueued([line, line], []) == [line]
    assert unqueued([line], [line]) == []


def test_no_step_earlier_than_one_told_is_told_after_the_office_changed_its_steps():
    told = Line(1, Rule.BEFORE_DUE, "-5", 1, AN, date(2021, 3, 24))
    earlier, later = replace(told, step="-7", due_day=date(2021, 3, 22)), replace(told, step="-1", due_day=DAY_BEFORE)

    assert unqueued([earlier, later], [told]) == [later]
    assert unqueued([earlier], [replace(told, recipient_id=BINH)]) == [earlier]
