from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.counting import ObligationState
from cchc_tasks.domain.periods import REGIME_581
from cchc_tasks.domain.reports.regimes import (
    REGIMES,
    InvalidRegime,
    RegimeTrouble,
    Risk,
    at_risk,
    regime_from_dict,
    regime_to_dict,
    with_window,
)
from cchc_tasks.domain.workflow import Status

OFFICIAL, NINE_MONTHS = REGIMES
YEAR = OFFICIAL.period(2021, "year")
Q1 = OFFICIAL.period(2021, "q1")


def test_the_four_reports_of_the_ministry_s_regime():
    periods = [(p.key, p.window_starts_on, p.cut_off, p.send_by) for p in OFFICIAL.periods(2021)]

    assert OFFICIAL.rules == REGIME_581
    assert periods == [
        ("q1", date(2020, 12, 15), date(2021, 3, 14), date(2021, 3, 20)),
        ("h1", date(2020, 12, 15), date(2021, 6, 14), date(2021, 6, 20)),
        ("q3", date(2021, 6, 15), date(2021, 9, 14), date(2021, 9, 20)),
        ("year", date(2020, 12, 15), date(2021, 12, 14), date(2021, 12, 20)),
    ]


def test_a_province_may_ask_for_nine_months_instead_of_a_third_quarter():
    period = NINE_MONTHS.period(2023, "m9")

    assert period is not None
    assert (period.window_starts_on, period.cut_off) == (date(2022, 12, 15), date(2023, 9, 14))
    assert NINE_MONTHS.period(2023, "q3") is None


@pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: regime.code)
def test_a_regime_is_kept_as_plain_values(regime):
    assert regime_from_dict(regime_to_dict(regime)) == regime


def edited(change):
    values = regime_to_dict(OFFICIAL)
    change(values["rules"])
    return values


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (lambda rules: rules.clear(), RegimeTrouble.NO_PERIODS),
        (lambda rules: rules.append(rules[0]), RegimeTrouble.DUPLICATE_PERIOD),
        (lambda rules: rules[0].update(ends=[2, 30]), RegimeTrouble.BAD_DAY),
        (lambda rules: rules[0].update(ends=[2, 29]), RegimeTrouble.BAD_DAY),
        (lambda rules: rules[0].update(send_by_day=31), RegimeTrouble.BAD_DAY),
        (lambda rules: rules[2].update(ends=[5, 14]), RegimeTrouble.BACKWARDS),
        (lambda rules: rules[0].update(starts_year=-2), RegimeTrouble.BACKWARDS),
        (lambda rules: rules[0].update(send_by_day=10), RegimeTrouble.SENT_BEFORE_CUT_OFF),
        (lambda rules: rules[0].update(ends=[7, 14]), RegimeTrouble.NOT_IN_ORDER),
    ],
)
def test_a_regime_that_cannot_be_is_refused(change, trouble):
    with pytest.raises(InvalidRegime) as caught:
        regime_from_dict(edited(change))

    assert caught.value.trouble is trouble


@pytest.mark.parametrize("cut_off", [date(2021, 3, 10), date(2021, 3, 15)])
def test_report_000_prints_two_windows_of_its_own_and_either_can_be_set_with_a_reason(cut_off):
    period = with_window(Q1, date(2020, 12, 16), cut_off, "Theo công văn của Sở Nội vụ tỉnh")

    assert (period.window_starts_on, period.cut_off, period.send_by) == (
        date(2020, 12, 16),
        cut_off,
        date(2021, 3, 20),
    )


def test_a_window_of_one_s_own_needs_a_reason_and_days_in_order():
    for starts_on, cut_off, reason, trouble in [
        (date(2020, 12, 16), date(2021, 3, 10), " ", RegimeTrouble.REASON_NEEDED),
        (date(2021, 3, 16), date(2021, 3, 10), "lý do", RegimeTrouble.BACKWARDS),
        (date(2011, 3, 1), date(2021, 3, 10), "lý do", RegimeTrouble.TOO_LONG),
    ]:
        with pytest.raises(InvalidRegime) as caught:
            with_window(Q1, starts_on, cut_off, reason)
        assert caught.value.trouble is trouble
    assert with_window(Q1, Q1.window_starts_on, Q1.cut_off, "") == Q1


def state(number, status, due_on):
    return ObligationState(number, number, number, 1, (str(number),), status, None, due_on)


def test_work_due_at_the_year_s_end_misses_the_year_report_unless_done_by_its_cut_off():
    states = [
        state(1, Status.NOT_STARTED, date(2021, 12, 31)),
        state(2, Status.IN_PROGRESS, date(2021, 12, 14)),
        state(3, Status.REPORTED, date(2021, 12, 10)),
        state(4, Status.DONE, date(2021, 12, 31)),
        state(5, Status.WITHDRAWN, date(2021, 12, 31)),
        state(6, Status.IN_PROGRESS, date(2022, 3, 31)),
        state(7, Status.IN_PROGRESS, None),
    ]

    found = {each.risk: [one.obligation_id for one in each.states] for each in at_risk(states, YEAR)}

    assert found == {Risk.DUE_AFTER_CUT_OFF: [1], Risk.NOT_CONFIRMED: [3], Risk.DUE_AND_OPEN: [2]}


@given(st.lists(st.tuples(st.sampled_from(Status), st.none() | st.integers(-400, 400)), max_size=30))
def test_what_is_at_risk_is_open_and_listed_once(rows):
    states = [
        state(number, status, None if days is None else YEAR.cut_off + timedelta(days=days))
        for number, (status, days) in enumerate(rows)
    ]

    groups = at_risk(states, YEAR)

    listed = [one.obligation_id for group in groups for one in group.states]
    assert len(listed) == len(set(listed))
    assert all(one.status is not Status.DONE for group in groups for one in group.states)
    late = {s.obligation_id for s in states if s.status is Status.NOT_STARTED and s.due_on and s.due_on <= YEAR.cut_off}
    assert late <= set(listed)
