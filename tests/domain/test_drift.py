"""What moved between two instants adds up to the difference of the two counts, and says why."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.counting import CountedThing, CountingRule, Denominator, ObligationState, tally
from cchc_tasks.domain.drift import DriftReason, compare
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.workflow import Status

CUT_OFF = date(2021, 3, 14)
RULE = CountingRule(counted=CountedThing.OBLIGATION)


def state(number=1, status=Status.NOT_STARTED, on=None, due=date(2021, 3, 1)):
    return ObligationState(number, number, number // 2, 1, ("1.1",), status, on, due)


def row(kind=RowKind.STATUS, status=Status.REPORTED, number=1, **values):
    recorded_at = datetime(2021, 3, 20, 2, tzinfo=UTC)
    return LedgerRow(1, 7, kind, 1, date(2021, 3, 10), recorded_at, 1, obligation_id=number, status=status, **values)


def changes(then, now, rows=(), rule=RULE):
    recorded = {}
    for each in rows:
        recorded.setdefault(each.obligation_id, []).append(each)
    return compare(tally(then, RULE, CUT_OFF), tally(now, rule, CUT_OFF), recorded)


DONE = state(status=Status.DONE, on=date(2021, 3, 10))


@pytest.mark.parametrize(
    "rows, reasons",
    [
        ([row(), row(status=Status.DONE, answers_seq=7)], (DriftReason.LATE_ENTRY,)),
        ([row(status=Status.DONE, answers_seq=3)], (DriftReason.LATE_CONFIRMATION,)),
        ([row(corrects_seq=3)], (DriftReason.CORRECTION,)),
        ([row(status=Status.IN_PROGRESS)], (DriftReason.REOPENED,)),
        ([row(status=Status.IN_PROGRESS, answers_seq=3)], (DriftReason.RETURNED,)),
        ([row(RowKind.DEADLINE, None)], (DriftReason.DEADLINE_CHANGED,)),
        ([row(RowKind.ENTRY, None)], (DriftReason.PLAN_CHANGED,)),
        ([row(status=Status.WITHDRAWN)], (DriftReason.PLAN_CHANGED,)),
        ([], ()),
    ],
)
def test_the_reason_is_what_was_recorded_between(rows, reasons):
    [change] = changes([state()], [DONE], rows)

    assert change.reasons == reasons
    assert change.recorded_at == (datetime(2021, 3, 20, 2, tzinfo=UTC) if rows else None)


def test_what_did_not_move_is_not_told():
    assert changes([DONE], [DONE], [row()]) == ()


def test_a_day_put_right_is_told_though_the_number_stays():
    [change] = changes([DONE], [DONE._replace(status_on=date(2021, 2, 26))], [row(corrects_seq=3)])

    assert (change.done_delta, change.total_delta) == (0, 0)
    assert change.reasons == (DriftReason.CORRECTION,)


def test_what_left_the_count_is_told_with_what_it_takes_away():
    [change] = changes([DONE], [DONE._replace(status=Status.WITHDRAWN)], [row(status=Status.WITHDRAWN)])

    assert (change.done_delta, change.total_delta) == (-1, -1)
    assert change.reasons == (DriftReason.PLAN_CHANGED,)


def test_another_rule_is_a_reason_where_nothing_was_recorded():
    later = state(due=date(2021, 12, 31))

    [change] = changes([later], [later], rule=replace(RULE, denominator=Denominator.DUE))

    assert change.reasons == (DriftReason.RULE_CHANGED,)
    assert change.total_delta == -1


STATES = st.lists(
    st.builds(
        state,
        number=st.integers(1, 8),
        status=st.sampled_from(Status),
        on=st.dates(date(2021, 1, 1), CUT_OFF),
        due=st.none() | st.dates(date(2020, 12, 1), date(2021, 6, 30)),
    ),
    unique_by=lambda each: each.obligation_id,
)


@given(STATES, STATES, st.sampled_from(CountedThing))
def test_the_changes_add_up_to_the_difference(then, now, counted):
    rule = replace(RULE, counted=counted)
    before, after = tally(then, rule, CUT_OFF), tally(now, rule, CUT_OFF)

    moved = compare(before, after, {})

    assert sum(change.done_delta for change in moved) == after.done - before.done
    assert sum(change.total_delta for change in moved) == after.total - before.total
    assert compare(before, before, {}) == ()
