"""Working days of Việt Nam, with the official swaps."""

from datetime import date

import pytest

from cchc_tasks.domain.working_days import WorkingCalendar
from cchc_tasks.storage.queries.holidays import working_calendar


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2021, 3, 10), True),
        (date(2021, 3, 13), False),
        (date(2021, 2, 12), False),
        (date(2021, 4, 21), False),
        (date(2024, 4, 29), False),
        (date(2024, 5, 4), True),
        (date(2025, 5, 2), False),
        (date(2025, 4, 26), True),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
        (date(2026, 8, 31), False),
        (date(2026, 8, 22), True),
    ],
)
def test_days_off_and_their_official_swaps(day, is_working):
    assert working_calendar([day]).is_working_day(day) is is_working


def test_the_nearest_working_day_on_either_side_of_tet():
    calendar = working_calendar([date(2021, 2, 12)])

    assert calendar.on_or_before(date(2021, 2, 12)) == date(2021, 2, 9)
    assert calendar.on_or_after(date(2021, 2, 12)) == date(2021, 2, 17)


def test_a_calendar_without_working_days_is_refused():
    with pytest.raises(ValueError):
        WorkingCalendar(holidays=frozenset(date.fromordinal(n) for n in range(737000, 739000))).on_or_after(
            date.fromordinal(737500)
        )
