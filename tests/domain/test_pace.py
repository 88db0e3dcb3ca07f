"""The curve of the year: steps where something happened, and an even pace for what is due on its last day."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.pace import cumulative, planned, reached, share_of_year

DAYS = st.lists(st.dates(date(2020, 6, 1), date(2022, 6, 30)))


@pytest.mark.parametrize(
    "day, share",
    [
        (date(2020, 12, 31), Fraction(0)),
        (date(2021, 1, 1), Fraction(1, 365)),
        (date(2021, 3, 10), Fraction(69, 365)),
        (date(2021, 12, 31), Fraction(1)),
        (date(2022, 5, 1), Fraction(1)),
    ],
)
def test_the_share_of_the_year_that_is_over(day, share):
    assert share_of_year(2021, day) == share


def test_work_of_one_day_is_one_step():
    assert cumulative([date(2021, 3, 5), date(2021, 1, 8), date(2021, 3, 5)]) == [
        (date(2021, 1, 8), 1),
        (date(2021, 3, 5), 3),
    ]


def test_work_due_within_the_year_is_expected_evenly_and_nearer_work_on_its_day():
    dues = [date(2020, 12, 31), date(2021, 3, 31), *[date(2021, 12, 31)] * 365]

    assert planned(dues, 2021, date(2021, 3, 30)) == 1 + 89
    assert planned(dues, 2021, date(2021, 3, 31)) == 2 + 90
    assert planned(dues, 2021, date(2021, 12, 31)) == 367


@given(DAYS, st.dates(date(2020, 6, 1), date(2022, 6, 30)))
def test_the_pace_is_never_behind_what_is_due_and_never_beyond_the_plan(dues, day):
    assert reached(dues, day) <= planned(dues, 2021, day) <= len(dues)
    assert [number for when, number in cumulative(dues) if when <= day][-1:] == [reached(dues, day)][
        : 1 if reached(dues, day) else 0
    ]
