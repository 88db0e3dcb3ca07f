"""The working days of Việt Nam: the holidays library, put right where official swaps are missing from it."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import holidays

from cchc_tasks.domain.working_days import WorkingCalendar

#: Days off and Saturdays worked that the library lacks. Source: văn bản 12729/VPCP-KGVX ngày 25/12/2025.
MISSING_HOLIDAYS = frozenset({date(2026, 1, 2)})
MISSING_WORKED_WEEKENDS = frozenset({date(2026, 1, 10)})


def working_calendar(days: Iterable[date]) -> WorkingCalendar:
    """Working days of the years around `days`; the years before and after are included."""
    years = {day.year for day in days}
    return _calendar(min(years) - 1, max(years) + 1)


@cache
def _calendar(first_year: int, last_year: int) -> WorkingCalendar:
    found = holidays.country_holidays("VN", years=range(first_year, last_year + 1))
    return WorkingCalendar(
        holidays=frozenset(found) | MISSING_HOLIDAYS,
        worked_weekends=frozenset(found.weekend_workdays) | MISSING_WORKED_WEEKENDS,
    )
