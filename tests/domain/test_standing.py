"""On time, late, overdue: tables of facts, and the published figures of a province."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.standing import (
    OPEN_STANDINGS,
    Facts,
    Standing,
    as_confirmed,
    days_late,
    standing,
    summarise,
)
from cchc_tasks.domain.workflow import Status

DUE = date(2021, 3, 31)


@pytest.mark.parametrize(
    ("status", "status_on", "due_on", "as_of", "expected"),
    [
        (Status.NOT_STARTED, None, DUE, date(2021, 2, 28), Standing.OPEN),
        (Status.NOT_STARTED, None, DUE, date(2021, 3, 1), Standing.DUE_SOON),
        (Status.IN_PROGRESS, date(2021, 3, 1), DUE, DUE, Standing.DUE_SOON),
        (Status.IN_PROGRESS, date(2021, 3, 1), DUE, date(2021, 4, 1), Standing.OVERDUE),
        (Status.NOT_STARTED, None, None, date(2030, 1, 1), Standing.UNDATED),
        (Status.REPORTED, DUE, DUE, date(2021, 6, 1), Standing.AWAITING_CONFIRMATION),
        (Status.REPORTED, date(2021, 4, 1), DUE, date(2021, 4, 1), Standing.OVERDUE),
        (Status.REPORTED, date(2021, 4, 1), None, date(2021, 4, 1), Standing.AWAITING_CONFIRMATION),
        (Status.DONE, DUE, DUE, date(2021, 6, 1), Standing.DONE_ON_TIME),
        (Status.DONE, date(2021, 4, 1), DUE, date(2021, 6, 1), Standing.DONE_LATE),
        (Status.DONE, date(2021, 4, 1), None, date(2021, 6, 1), Standing.DONE_ON_TIME),
        (Status.WITHDRAWN, DUE, DUE, date(2021, 6, 1), Standing.REMOVED),
    ],
)
def test_standing_of_facts_on_a_day(status, status_on, due_on, as_of, expected):
    assert standing(Facts(status, status_on, due_on), as_of) is expected


def test_published_figures_of_binh_dinh_at_30_5_2022():
    """1,387 tasks: 756 with a deadline, 631 without; 1,160 done, 227 open (RELIABILITY: a test of standing)."""
    as_of, due = date(2022, 5, 30), date(2022, 4, 30)
    later = date(2022, 12, 31)
    undated_done = 631 - 123
    facts = (
        [Facts(Status.DONE, due, due)] * (1014 - undated_done)
        + [Facts(Status.DONE, as_of, None)] * undated_done
        + [Facts(Status.DONE, due + timedelta(days=3), due)] * 146
        + [Facts(Status.IN_PROGRESS, due, None)] * 123
        + [Facts(Status.NOT_STARTED, None, later)] * (211 - 123)
        + [Facts(Status.IN_PROGRESS, due, due)] * 16
    )

    summary = summarise(standing(each, as_of) for each in facts)

    assert (summary.total, summary.done, summary.open) == (1387, 1160, 227)
    assert (summary.done_on_time, summary.done_late) == (1014, 146)
    assert (summary.within_time, summary.overdue) == (211, 16)
    assert summary.counts[Standing.UNDATED] == 123
    assert sum(each.due_on is not None for each in facts) == 756


FACTS = st.builds(
    Facts,
    status=st.sampled_from(Status),
    status_on=st.dates(date(2020, 1, 1), date(2022, 12, 31)) | st.none(),
    due_on=st.dates(date(2020, 1, 1), date(2022, 12, 31)) | st.none(),
)


@given(st.lists(FACTS, max_size=40), st.dates(date(2020, 1, 1), date(2022, 12, 31)))
def test_the_four_numbers_add_up_for_any_facts(facts, as_of):
    standings = [standing(each, as_of) for each in facts]
    summary = summarise(standings)

    assert summary.done_on_time + summary.done_late == summary.done
    assert summary.within_time + summary.overdue == summary.open
    assert summary.done + summary.open == summary.total == len(facts) - Counter(standings)[Standing.REMOVED]
    assert summary.open == sum(each in OPEN_STANDINGS for each in standings)


@given(FACTS, st.dates(date(2020, 1, 1), date(2022, 12, 31)))
def test_overdue_work_is_late_by_at_least_a_day(facts, as_of):
    if standing(facts, as_of) is Standing.OVERDUE:
        assert days_late(facts, as_of) >= 1


def test_a_late_report_is_late_until_today_while_nobody_has_confirmed_it():
    """Task 1.2 of plan 163: due 31/12/2020, reported as done on 5/3/2021, looked at on 10/3/2021."""
    reported = Facts(Status.REPORTED, date(2021, 3, 5), date(2020, 12, 31))
    today = date(2021, 3, 10)

    assert standing(reported, today) is Standing.OVERDUE
    assert days_late(reported, today) == 69
    assert days_late(as_confirmed(reported), today) == 64
    on_time = Facts(Status.REPORTED, date(2020, 12, 30), date(2020, 12, 31))
    assert days_late(on_time, today) == days_late(as_confirmed(on_time), today) == 0
