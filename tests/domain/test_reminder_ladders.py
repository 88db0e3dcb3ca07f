"""The cut-off ladder, escalation, what waits for an answer, quiet days, and how often somebody wants mail."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cchc_tasks.domain.dropped_reminders import drop_reason
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.domain.mail_preferences import Frequency, MailPreference, Turn, from_json, to_json, turn_of
from cchc_tasks.domain.reminder_rules import (
    DEFAULT_RULES,
    Days,
    InvalidRules,
    QuietDays,
    Rule,
    RuleTrouble,
    check,
)
from cchc_tasks.domain.reminder_rules import from_json as rules_from_json
from cchc_tasks.domain.reminder_rules import to_json as rules_to_json
from cchc_tasks.domain.reminders import DropReason, ExtensionFacts, Roster, WorkFacts, due_lines
from cchc_tasks.domain.workflow import Status
from cchc_tasks.domain.working_days import WorkingCalendar

AN, BINH, MAI, HANH, TUAN = 1, 2, 3, 4, 5
CNTT = 11
ROSTER = Roster(
    heads_of={CNTT: frozenset({AN})},
    staff_of={CNTT: frozenset({MAI})},
    office=frozenset({HANH}),
    leaders=frozenset({TUAN}),
    active=frozenset({AN, BINH, MAI, HANH, TUAN}),
)
CALENDAR = WorkingCalendar(holidays=frozenset({date(2021, 4, 21), date(2021, 4, 30), date(2021, 5, 3)}))
DAYS = Days(CALENDAR, CALENDAR)
FACTS = WorkFacts(1, Status.NOT_STARTED, date(2021, 3, 31), 1, 2021, responsible=(CNTT,))


def told(facts, today, rule, rules=DEFAULT_RULES, days=DAYS):
    """Whom the rule reaches today, by step."""
    found: dict[str, set[int]] = {}
    for line in due_lines(facts, ROSTER, today, days, rules):
        if line.rule is rule:
            found.setdefault(line.step, set()).add(line.recipient_id)
    return found


def year_of(facts, rule, year=2021, rules=DEFAULT_RULES):
    """The first day of each step of a rule in a year of working days, with its recipients."""
    first = {}
    for number in range(365):
        day = date(year, 1, 1) + timedelta(days=number)
        if CALENDAR.is_working_day(day):
            for step, people in told(facts, day, rule, rules).items():
                first.setdefault(step, (day, people))
    return first


# --- the ladder


def test_what_is_due_by_a_cut_off_is_asked_for_in_steps_before_it():
    # 14/6/2021 is a Monday, 14/9 a Tuesday, 14/12 a Tuesday.
    assert year_of(FACTS, Rule.CUT_OFF) == {
        "2021-06-14/-10": (date(2021, 5, 31), {AN}),
        "2021-06-14/-5": (date(2021, 6, 7), {AN}),
        "2021-06-14/-1": (date(2021, 6, 11), {AN}),
        "2021-09-14/-10": (date(2021, 8, 31), {AN}),
        "2021-09-14/-5": (date(2021, 9, 7), {AN}),
        "2021-09-14/-1": (date(2021, 9, 13), {AN}),
        "2021-12-14/-10": (date(2021, 11, 30), {AN}),
        "2021-12-14/-5": (date(2021, 12, 7), {AN}),
        "2021-12-14/-1": (date(2021, 12, 13), {AN}),
    }


def test_all_work_of_the_year_is_in_the_last_ladder_and_what_is_due_later_in_none():
    at_year_end = replace(FACTS, due_on=date(2021, 12, 31))

    assert set(year_of(at_year_end, Rule.CUT_OFF)) == {"2021-12-14/-10", "2021-12-14/-5", "2021-12-14/-1"}
    assert year_of(replace(FACTS, due_on=date(2022, 6, 30)), Rule.CUT_OFF) == {}
    assert year_of(replace(FACTS, due_on=None), Rule.CUT_OFF) == {}
    assert year_of(replace(FACTS, plan_year=2020), Rule.CUT_OFF) == {}


def test_a_report_that_waits_is_the_confirmers_step_of_the_ladder():
    reported = replace(FACTS, status=Status.REPORTED, status_seq=9, status_told_on=date(2021, 6, 1), status_actor_id=AN)

    assert told(reported, date(2021, 6, 8), Rule.CUT_OFF) == {}
    assert told(reported, date(2021, 6, 8), Rule.CONFIRM_BY_CUT_OFF) == {"2021-06-14/-5": {HANH}}
    assert told(replace(reported, is_office_work=True), date(2021, 6, 8), Rule.CONFIRM_BY_CUT_OFF) == {
        "2021-06-14/-5": {TUAN}
    }


def test_a_step_of_the_ladder_is_dropped_for_a_reason_that_can_be_told():
    [line] = [each for each in due_lines(FACTS, ROSTER, date(2021, 6, 8), DAYS) if each.rule is Rule.CUT_OFF]

    assert drop_reason(line, FACTS, ROSTER, date(2021, 6, 15), DAYS) is DropReason.CUT_OFF_PASSED
    assert drop_reason(line, FACTS, ROSTER, date(2021, 6, 11), DAYS) is DropReason.SUPERSEDED
    moved = replace(FACTS, due_on=date(2021, 9, 30), deadline_version=2)
    assert drop_reason(line, moved, ROSTER, date(2021, 6, 8), DAYS) is DropReason.SUPERSEDED


# --- escalation


def test_late_work_goes_up_from_the_person_to_the_head_the_office_and_the_leader_once_each():
    handed = replace(FACTS, handed_to=MAI)

    assert year_of(handed, Rule.ESCALATED) == {
        "head": (date(2021, 4, 5), {AN}),
        "office": (date(2021, 4, 14), {HANH}),
        "leader": (date(2021, 4, 29), {TUAN}),
    }


def test_nobody_is_told_again_as_somebody_higher():
    assert set(year_of(FACTS, Rule.ESCALATED)) == {"office", "leader"}
    roster_facts = replace(FACTS, responsible=(99,))
    # Without a head the office owns it, and only leaders are above.
    assert set(year_of(roster_facts, Rule.ESCALATED)) == {"leader"}


def test_a_stage_set_to_nothing_is_left_out():
    rules = replace(DEFAULT_RULES, leader_after=0)

    assert set(year_of(FACTS, Rule.ESCALATED, rules=rules)) == {"office"}


def test_staff_hear_of_their_units_work_where_the_office_wants_it():
    rules = replace(DEFAULT_RULES, tells_staff=True)

    assert told(FACTS, date(2021, 3, 31), Rule.ON_DUE, rules) == {"0": {AN, MAI}}
    assert told(replace(FACTS, handed_to=MAI), date(2021, 3, 31), Rule.ON_DUE, rules) == {"0": {MAI}}


# --- what waits for an answer


def test_a_report_that_nobody_confirms_is_told_again():
    waiting = replace(FACTS, status=Status.REPORTED, status_seq=9, status_told_on=date(2021, 4, 1), status_actor_id=AN)

    assert year_of(waiting, Rule.AWAITING_CONFIRMATION) == {
        "9": (date(2021, 4, 1), {HANH}),
        "9/+3": (date(2021, 4, 6), {HANH}),
        "9/+10": (date(2021, 4, 15), {HANH}),
    }


ASKED = ExtensionFacts(ExtensionState.ASKED, asked_seq=20, asked_on=date(2021, 3, 26), asked_by=AN)


def test_a_request_to_extend_waits_with_the_office_or_the_leader():
    assert year_of(replace(FACTS, extension=ASKED), Rule.EXTENSION_ASKED) == {
        "20": (date(2021, 3, 26), {HANH}),
        "20/+2": (date(2021, 3, 30), {HANH}),
        "20/+5": (date(2021, 4, 2), {HANH}),
    }
    own = replace(ASKED, is_office_request=True, asked_by=HANH)
    assert told(replace(FACTS, extension=own), date(2021, 3, 26), Rule.EXTENSION_ASKED) == {"20": {TUAN}}


def test_the_answer_reaches_who_asked_and_who_owes_the_work_for_as_long_as_it_is_news():
    granted = replace(
        ASKED, state=ExtensionState.GRANTED, answered_seq=21, answered_on=date(2021, 3, 29), answered_by=HANH
    )
    facts = replace(FACTS, extension=granted, due_on=date(2021, 6, 30), deadline_version=2, handed_to=MAI)

    assert told(facts, date(2021, 3, 30), Rule.EXTENSION_ASKED) == {}
    assert told(facts, date(2021, 3, 30), Rule.EXTENSION_ANSWERED) == {"21": {AN, MAI}}
    assert told(facts, date(2021, 5, 4), Rule.EXTENSION_ANSWERED) == {}


# --- quiet days and rules that are off


def test_a_step_on_a_quiet_day_moves_as_on_a_holiday_but_counts_as_a_working_day():
    rules = replace(DEFAULT_RULES, quiet=(QuietDays(date(2021, 3, 29), date(2021, 4, 2), "Tập huấn"),))
    days = Days.under(rules, CALENDAR)

    assert told(FACTS, date(2021, 3, 26), Rule.ON_DUE, rules, days) == {"0": {AN}}
    # 1/4 would be the first working day after; 5/4 is the first on which mail goes out.
    overdue = [line for line in due_lines(FACTS, ROSTER, date(2021, 4, 5), days, rules) if line.rule is Rule.OVERDUE]
    assert [(line.step, line.due_day) for line in overdue] == [("+1", date(2021, 4, 5))]


@pytest.mark.parametrize("rule", [Rule.ON_DUE, Rule.OVERDUE, Rule.BEFORE_DUE, Rule.ESCALATED])
def test_a_rule_that_is_off_makes_no_line_and_its_queued_lines_are_dropped(rule):
    rules = replace(DEFAULT_RULES, off=frozenset({rule}))
    on = {line for number in range(60) for line in due_lines(FACTS, ROSTER, _day(number), DAYS)}

    assert any(line.rule is rule for line in on)
    for number in range(60):
        assert not [line for line in due_lines(FACTS, ROSTER, _day(number), DAYS, rules) if line.rule is rule]
    queued = next(line for line in on if line.rule is rule)
    assert drop_reason(queued, FACTS, ROSTER, _day(0), DAYS, rules) is DropReason.RULE_OFF


def _day(number):
    return date(2021, 3, 20) + timedelta(days=number)


# --- how often


WEEKLY = MailPreference(Frequency.WEEKLY, 4)
URGENT = MailPreference(Frequency.URGENT)


@pytest.mark.parametrize(
    ("rule", "preference", "turn"),
    [
        (Rule.BEFORE_DUE, MailPreference(), Turn.NOW),
        (Rule.BEFORE_DUE, WEEKLY, Turn.LATER),
        (Rule.ON_DUE, WEEKLY, Turn.LATER),
        (Rule.OVERDUE, WEEKLY, Turn.NOW),
        (Rule.BEFORE_DUE, URGENT, Turn.NEVER),
        (Rule.ON_DUE, URGENT, Turn.NOW),
        (Rule.CUT_OFF, URGENT, Turn.NOW),
    ],
)
def test_each_gets_what_they_chose_and_what_binds_all(rule, preference, turn):
    thursday = date(2021, 3, 11)

    assert turn_of(rule, thursday, preference, thursday, DAYS, DEFAULT_RULES) is turn


@pytest.mark.parametrize(
    ("due_day", "today", "turn"),
    [
        (date(2021, 3, 11), date(2021, 3, 12), Turn.NOW),
        (date(2021, 3, 15), date(2021, 3, 18), Turn.LATER),
        # The machine was off on Friday: Monday makes up for it, but only for what was due by then.
        (date(2021, 3, 12), date(2021, 3, 15), Turn.NOW),
        (date(2021, 3, 15), date(2021, 3, 15), Turn.LATER),
        # Friday 30/4 and Monday 3/5 are holidays: the weekly mail goes out on Tuesday.
        (date(2021, 4, 29), date(2021, 4, 29), Turn.LATER),
        (date(2021, 4, 29), date(2021, 5, 4), Turn.NOW),
    ],
)
def test_a_weekly_mail_goes_out_on_its_day_or_the_next_working_day(due_day, today, turn):
    assert turn_of(Rule.BEFORE_DUE, due_day, WEEKLY, today, DAYS, DEFAULT_RULES) is turn


@pytest.mark.parametrize("preference", [MailPreference(), WEEKLY, URGENT])
def test_a_choice_is_kept_and_nonsense_is_every_day(preference):
    assert from_json({"reminders": to_json(preference)}) == preference
    assert from_json({"reminders": {"frequency": "never"}}) == MailPreference()
    assert from_json({"reminders": {"frequency": "weekly", "weekday": 9}}) == MailPreference(Frequency.WEEKLY)


# --- rules as data


def test_rules_come_back_whole_and_older_ones_get_new_defaults():
    rules = replace(
        DEFAULT_RULES,
        before_due=(9, 2),
        delivery_hour=8,
        quiet=(QuietDays(date(2021, 8, 2), date(2021, 8, 6), "Nghỉ hè"),),
        off=frozenset({Rule.CONFIRMED}),
    )

    assert rules_from_json(rules_to_json(rules)) == rules
    assert rules_from_json({"before_due": [9, 2], "gone": 1, "binding": ["overdue", "gone"]}) == replace(
        DEFAULT_RULES, before_due=(9, 2), binding=frozenset({Rule.OVERDUE})
    )


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"before_due": (0, 1)}, RuleTrouble.STEPS),
        ({"before_due": (61,)}, RuleTrouble.STEPS),
        ({"after_due": (1, 1)}, RuleTrouble.STEPS),
        ({"after_due": tuple(range(1, 10))}, RuleTrouble.STEPS),
        ({"overdue_every": 61}, RuleTrouble.NUMBER),
        ({"news_days": -1}, RuleTrouble.NUMBER),
        ({"delivery_hour": 24}, RuleTrouble.HOUR),
        ({"head_after": 9, "office_after": 5}, RuleTrouble.ESCALATION_ORDER),
        ({"quiet": (QuietDays(date(2021, 8, 6), date(2021, 8, 2)),)}, RuleTrouble.QUIET_REVERSED),
        ({"quiet": (QuietDays(date(2021, 7, 1), date(2021, 8, 2)),)}, RuleTrouble.QUIET_LONG),
        (
            {
                "quiet": (
                    QuietDays(date(2021, 7, 1), date(2021, 7, 20)),
                    QuietDays(date(2021, 7, 25), date(2021, 8, 20)),
                )
            },
            RuleTrouble.QUIET_LONG,
        ),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_name(change, trouble):
    with pytest.raises(InvalidRules) as refused:
        check(replace(DEFAULT_RULES, **change))

    assert refused.value.trouble is trouble


def test_the_rules_that_come_with_the_program_are_in_order():
    assert check(DEFAULT_RULES) == DEFAULT_RULES
