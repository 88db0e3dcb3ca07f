"""Which lines fall due, for whom, once each, and when they no longer hold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.reminders import (
    DropReason,
    Line,
    Roster,
    Rule,
    WorkFacts,
    drop_reason,
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
FACTS = WorkFacts(1, Status.NOT_STARTED, date(2021, 3, 31), 1, 2021, responsible=(CNTT,))


def lines(facts, today, roster=ROSTER):
    return list(due_lines(facts, roster, today, CALENDAR))


def steps(facts, today):
    return [(line.rule, line.step) for line in lines(facts, today)]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2021, 3, 23), []),
        (date(2021, 3, 24), [(Rule.BEFORE_DUE, "-7")]),
        (date(2021, 3, 29), [(Rule.BEFORE_DUE, "-7")]),
        (date(2021, 3, 30), [(Rule.BEFORE_DUE, "-1")]),
        (date(2021, 3, 31), [(Rule.ON_DUE, "0")]),
        (date(2021, 4, 1), [(Rule.OVERDUE, "+1")]),
        (date(2021, 4, 7), [(Rule.OVERDUE, "+1")]),
        (date(2021, 4, 8), [(Rule.OVERDUE, "+8")]),
        (date(2021, 4, 15), [(Rule.OVERDUE, "+15")]),
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


def test_year_long_work_is_asked_for_a_note_before_each_cut_off():
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
        "2021-12-14": date(2021, 12, 7),
    }


def test_a_note_written_since_the_last_cut_off_answers_the_question():
    facts = replace(FACTS, due_on=None, noted_on=date(2021, 3, 2))

    assert steps(facts, date(2021, 3, 10)) == []
    assert steps(facts, date(2021, 6, 8)) == [(Rule.PROGRESS_NOTE, "2021-06-14")]


def test_a_moved_deadline_makes_new_keys_but_asks_for_no_second_note():
    facts = replace(FACTS, due_on=date(2021, 12, 31))
    moved = replace(facts, due_on=date(2022, 1, 31), deadline_version=2)

    before, after = (
        {line.key for line in lines(each, date(2021, 12, 8)) if line.rule is Rule.PROGRESS_NOTE}
        for each in (facts, moved)
    )

    assert before == after
    overdue = replace(FACTS, due_on=date(2021, 3, 1))
    [line] = lines(overdue, date(2021, 3, 10))
    assert (
        drop_reason(
            line, replace(overdue, due_on=date(2021, 4, 30), deadline_version=2), ROSTER, date(2021, 3, 10), CALENDAR
        )
        is DropReason.DEADLINE_MOVED
    )


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

    assert drop_reason(line, replace(FACTS, **change), ROSTER, date(2021, 4, 1), CALENDAR) is reason


def test_an_old_step_gives_way_to_the_one_that_has_come_since():
    [line] = lines(FACTS, date(2021, 3, 30))

    assert drop_reason(line, FACTS, ROSTER, date(2021, 4, 1), CALENDAR) is DropReason.SUPERSEDED


# --- random years: nothing twice, nothing lost

days_of_year = st.integers(0, 364).map(lambda n: date(2021, 1, 1) + timedelta(days=n))


@st.composite
def histories(draw):
    """A deadline, perhaps moved, perhaps done, and the days on which the machine was off."""
    due_on = draw(days_of_year)
    moved_on, new_due = draw(st.one_of(st.none(), days_of_year)), draw(days_of_year)
    done_on = draw(st.one_of(st.none(), days_of_year))
    off = draw(st.frozensets(days_of_year, max_size=60))
    return due_on, moved_on, new_due, done_on, off


def facts_on(history, day):
    due_on, moved_on, new_due, done_on, _off = history
    is_moved = moved_on is not None and day >= moved_on
    status = Status.DONE if done_on is not None and day >= done_on else Status.NOT_STARTED
    return replace(
        FACTS,
        due_on=new_due if is_moved else due_on,
        deadline_version=2 if is_moved else 1,
        status=status,
        is_recurring=True,
    )


def play(history):
    """The year day by day: (day, line) for every line queued."""
    queued, sent = set(), []
    for number in range(365):
        day = date(2021, 1, 1) + timedelta(days=number)
        if day in history[4] or not CALENDAR.is_working_day(day):
            continue
        for line in unqueued(lines(facts_on(history, day), day), [_plain(key) for key in queued]):
            queued.add(line.key)
            sent.append((day, line))
    return sent


def _plain(key):
    return key[0], key[1].value, *key[2:]


@given(histories())
def test_no_step_is_sent_twice_or_for_finished_work(history):
    sent = play(history)

    assert len({line.key for _, line in sent}) == len(sent)
    for day, line in sent:
        facts = facts_on(history, day)
        assert facts.status is not Status.DONE
        assert line.deadline_version == facts.deadline_version
        assert line.due_day <= day


@given(histories())
def test_no_step_is_lost_whatever_days_the_machine_was_off(history):
    """On every day that mail goes out the step in force has been sent, then or before."""
    sent = play(history)
    told = {(line.step, line.deadline_version): day for day, line in sent}

    for number in range(365):
        day = date(2021, 1, 1) + timedelta(days=number)
        if day in history[4] or not CALENDAR.is_working_day(day):
            continue
        for line in lines(facts_on(history, day), day):
            assert told[(line.step, line.deadline_version)] <= day


@given(histories())
def test_a_line_holds_exactly_while_it_would_be_made(history):
    for day, line in play(history):
        assert drop_reason(line, facts_on(history, day), ROSTER, day, CALENDAR) is None


def test_after_days_off_overdue_is_said_once():
    history = (date(2021, 3, 8), None, date(2021, 1, 1), None, frozenset(date(2021, 3, n) for n in range(8, 12)))

    assert [(day, line.rule) for day, line in play(history) if day < date(2021, 3, 15)] == [
        (date(2021, 3, 1), Rule.BEFORE_DUE),
        (date(2021, 3, 5), Rule.BEFORE_DUE),
        (date(2021, 3, 12), Rule.OVERDUE),
    ]


def test_unqueued_leaves_out_what_was_ever_queued():
    line = Line(1, Rule.ON_DUE, "0", 1, AN, date(2021, 3, 31))

    assert unqueued([line, line], []) == [line]
    assert unqueued([line], [(1, "on_due", "0", 1, AN)]) == []
