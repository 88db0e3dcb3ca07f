"""Where open work stands in an agenda, and what a progress mark shows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.agenda import Horizon, end_of_month, end_of_week, place
from cchc_tasks.domain.progress import Part, part_of
from cchc_tasks.domain.standing import Facts, standing
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status

WEDNESDAY = date(2021, 3, 10)
CUT_OFF = date(2021, 3, 14)


def placed(due_on, note_by=None, today=WEDNESDAY):
    return place(standing(Facts(Status.IN_PROGRESS, None, due_on), today), due_on, note_by, today)


@pytest.mark.parametrize(
    "due_on, note_by, horizon",
    [
        (date(2021, 3, 9), None, Horizon.OVERDUE),
        (date(2021, 3, 9), CUT_OFF, Horizon.OVERDUE),
        (WEDNESDAY, None, Horizon.THIS_WEEK),
        (date(2021, 3, 14), None, Horizon.THIS_WEEK),
        (date(2021, 3, 15), None, Horizon.THIS_MONTH),
        (date(2021, 3, 31), None, Horizon.THIS_MONTH),
        (date(2021, 4, 1), None, Horizon.LATER),
        (None, None, Horizon.UNDATED),
        (None, CUT_OFF, Horizon.THIS_WEEK),
        (date(2021, 12, 31), CUT_OFF, Horizon.THIS_WEEK),
        (date(2021, 12, 31), date(2021, 6, 14), Horizon.LATER),
        (None, date(2021, 6, 14), Horizon.UNDATED),
    ],
)
def test_work_stands_where_the_next_thing_is_wanted(due_on, note_by, horizon):
    assert placed(due_on, note_by).horizon is horizon


def test_a_note_is_what_is_next_only_before_the_work_itself_is_due():
    assert placed(date(2021, 12, 31), CUT_OFF).note_by == CUT_OFF
    assert placed(date(2021, 3, 12), CUT_OFF).note_by is None


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_week_ends_on_sunday_and_a_month_on_its_last_day(today):
    assert end_of_week(today).weekday() == 6 and 0 <= (end_of_week(today) - today).days <= 6
    assert (end_of_month(today) + timedelta(days=1)).day == 1 and end_of_month(today).month == today.month


@given(st.dates(), st.none() | st.dates())
def test_dated_work_is_overdue_here_exactly_when_it_is_by_its_standing(today, due_on):
    assert (placed(due_on, today=today).horizon is Horizon.OVERDUE) == (due_on is not None and due_on < today)


@pytest.mark.parametrize(
    "statuses, part",
    [
        ([Status.NOT_STARTED], Part.TODO),
        ([Status.DONE, Status.DONE], Part.DONE),
        ([Status.DONE, Status.WITHDRAWN], Part.DONE),
        ([Status.DONE, Status.NOT_STARTED], Part.DOING),
        ([Status.REPORTED], Part.DOING),
        ([Status.WITHDRAWN, Status.LAPSED], None),
        ([], None),
    ],
)
def test_a_whole_is_done_when_all_that_is_left_of_it_is_done(statuses, part):
    assert part_of(statuses) is part


@given(st.lists(st.sampled_from(Status)))
def test_removed_parts_change_nothing(statuses):
    assert part_of(statuses) is part_of([status for status in statuses if status not in REMOVED_STATUSES])
