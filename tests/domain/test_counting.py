"""The counting rule: every option, and a naive reference for the numbers."""

from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.counting import (
    CountedThing,
    CountingRule,
    Denominator,
    DoneWhen,
    LeftOutReason,
    ObligationState,
    OutReason,
    StandingWork,
    WholeDoneWhen,
    tally,
)
from cchc_tasks.domain.workflow import Status

CUT_OFF = date(2021, 3, 14)
EARLY, LATER = date(2020, 12, 31), date(2021, 12, 31)


def state(number: int = 1, **values: object) -> ObligationState:
    given_values = {
        "obligation_id": number,
        "deliverable_id": number,
        "task_id": 1,
        "area_id": 1,
        "numbers": ("1.1",),
        "status": Status.NOT_STARTED,
        "status_on": None,
        "due_on": LATER,
    }
    return ObligationState(**(given_values | values))


PLAN_DONE = state(1, status=Status.DONE, status_on=EARLY, due_on=EARLY)
REPORT_OPEN = state(2, due_on=LATER)


def test_a_task_is_done_when_all_its_obligations_are():
    result = tally([PLAN_DONE, REPORT_OPEN], CountingRule(), CUT_OFF)

    assert (result.total, result.done) == (1, 0)
    assert result.open_items[0].out_reason is OutReason.NOT_YET_DUE


def test_a_task_is_done_when_all_due_by_the_cut_off_are_where_the_rule_says_so():
    rule = CountingRule(whole_done_when=WholeDoneWhen.ALL_DUE)

    result = tally([PLAN_DONE, REPORT_OPEN], rule, CUT_OFF)

    assert (result.total, result.done) == (1, 1)


def test_reported_work_counts_only_where_the_rule_says_so():
    reported = state(status=Status.REPORTED, status_on=EARLY)

    strict = tally([reported], CountingRule(), CUT_OFF)
    generous = tally([reported], CountingRule(done_when=DoneWhen.REPORTED), CUT_OFF)

    assert (strict.done, len(strict.reported_items), generous.done) == (0, 1, 1)


@pytest.mark.parametrize(
    ("option", "total", "done"),
    [(StandingWork.WHEN_CONFIRMED, 1, 0), (StandingWork.AS_DONE, 1, 1), (StandingWork.LEFT_OUT, 0, 0)],
)
def test_standing_work_counts_as_its_option_says(option, total, done):
    standing_work = state(due_on=None, is_standing=True)

    result = tally([standing_work], CountingRule(standing_work=option), CUT_OFF)

    assert (result.total, result.done) == (total, done)


def test_denominator_of_due_work_leaves_out_what_is_not_due():
    rule = CountingRule(counted=CountedThing.OBLIGATION, denominator=Denominator.DUE)

    result = tally([PLAN_DONE, REPORT_OPEN, state(3, due_on=None)], rule, CUT_OFF)

    assert (result.total, result.done) == (1, 1)
    assert {each.reason for each in result.left_out} == {LeftOutReason.NOT_DUE}


def test_withdrawn_work_is_in_no_number_but_in_the_list_of_what_is_left_out():
    result = tally([PLAN_DONE._replace(status=Status.WITHDRAWN)], CountingRule(), CUT_OFF)

    assert (result.total, len(result.left_out)) == (0, 1)


def test_a_row_with_two_numbers_counts_under_both():
    both = state(numbers=("6.3", "6.4"))

    assert tally([both], CountingRule(counted=CountedThing.NUMBER), CUT_OFF).total == 2
    assert tally([both], CountingRule(counted=CountedThing.TASK), CUT_OFF).total == 1


def test_done_within_the_window_takes_both_its_days():
    start = date(2020, 12, 15)
    states = [
        state(1, status=Status.DONE, status_on=start),
        state(2, status=Status.DONE, status_on=date(2020, 12, 14)),
        state(3, status=Status.DONE, status_on=CUT_OFF),
    ]

    result = tally(states, CountingRule(counted=CountedThing.OBLIGATION), CUT_OFF, window_starts_on=start)

    assert (result.done, len(result.window_items)) == (3, 2)


STATES = st.builds(
    ObligationState,
    obligation_id=st.just(0),
    deliverable_id=st.integers(1, 12),
    task_id=st.just(0),
    area_id=st.just(0),
    numbers=st.just(()),
    status=st.sampled_from(Status),
    status_on=st.dates(date(2020, 6, 1), CUT_OFF),
    due_on=st.dates(date(2020, 6, 1), date(2022, 1, 1)) | st.none(),
    is_standing=st.just(False),
    unit_id=st.none(),
    plan_id=st.just(0),
)


@st.composite
def plans(draw):
    drawn = draw(st.lists(STATES, max_size=40))
    states = []
    for number, each in enumerate(drawn, 1):
        task, area = each.deliverable_id // 2, each.deliverable_id // 4
        standing_work = each.due_on is None and draw(st.booleans())
        states.append(
            each._replace(
                obligation_id=number,
                task_id=task,
                area_id=area,
                numbers=(f"{area}.{task}",),
                is_standing=standing_work,
                status_on=None if each.status is Status.NOT_STARTED else each.status_on,
            )
        )
    return states


RULES = st.builds(
    CountingRule,
    counted=st.sampled_from(CountedThing),
    done_when=st.sampled_from(DoneWhen),
    whole_done_when=st.sampled_from(WholeDoneWhen),
    standing_work=st.sampled_from(StandingWork),
    denominator=st.sampled_from(Denominator),
)


def naive_numbers(states, rule) -> tuple[int, int]:
    """Total and done, written as slowly and plainly as the rule reads."""
    groups = defaultdict(list)
    for each in states:
        key = {
            CountedThing.AREA: each.area_id,
            CountedThing.NUMBER: each.numbers[0],
            CountedThing.TASK: each.task_id,
            CountedThing.DELIVERABLE: each.deliverable_id,
            CountedThing.OBLIGATION: each.obligation_id,
        }[rule.counted]
        gone = each.status in {Status.WITHDRAWN, Status.LAPSED, Status.CARRIED_OVER}
        skipped = rule.standing_work is StandingWork.LEFT_OUT and each.is_standing
        if not gone and not skipped:
            groups[key].append(each)
    total = done = 0
    for members in groups.values():
        due = [each for each in members if each.due_on is not None and each.due_on <= CUT_OFF]
        only_due = rule.whole_done_when is WholeDoneWhen.ALL_DUE
        if rule.denominator is Denominator.DUE and not (due if only_due else len(due) == len(members)):
            continue
        total += 1
        asked = due if only_due and due else members
        accepted = ["done"] + (["reported"] if rule.done_when is DoneWhen.REPORTED else [])
        done += all(
            each.status.value in accepted or (each.is_standing and rule.standing_work is StandingWork.AS_DONE)
            for each in asked
        )
    return total, done


@given(plans(), RULES)
def test_c4_numbers_equal_a_naive_reference_and_lists_equal_their_numbers(states, rule):
    result = tally(states, rule, CUT_OFF)

    assert (result.total, result.done) == naive_numbers(states, rule)
    assert len(result.done_items) + len(result.open_items) == result.total
    assert len(result.on_time_items) + len(result.late_items) == result.done
    assert set(result.overdue_items) <= set(result.open_items)
    assert set(result.reported_items) <= set(result.open_items)
    reasons = [item.out_reason for item in result.open_items]
    assert None not in reasons
    listed = {each.obligation_id for item in (*result.items, *result.left_out) for each in item.members}
    assert listed <= {each.obligation_id for each in states}


@given(plans(), RULES)
def test_order_of_the_obligations_does_not_change_a_number(states, rule):
    forwards, backwards = tally(states, rule, CUT_OFF), tally(states[::-1], rule, CUT_OFF)

    assert (forwards.total, forwards.done, len(forwards.overdue_items)) == (
        backwards.total,
        backwards.done,
        len(backwards.overdue_items),
    )


def test_standing_work_taken_as_done_has_no_day_of_completion_while_it_goes_on():
    started = state(status=Status.IN_PROGRESS, status_on=date(2021, 1, 4), due_on=None, is_standing=True)
    rule = CountingRule(standing_work=StandingWork.AS_DONE)

    result = tally([started], rule, CUT_OFF, window_starts_on=date(2020, 12, 15))

    assert (result.done, len(result.window_items), result.items[0].done_on) == (1, 0, None)
