"""The table of public holidays is the library's, and what the library lacks is put right."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from cchc_tasks.storage.holiday_table import FIRST_YEAR, LAST_YEAR, TABLE, holidays_of, read_library
from cchc_tasks.storage.queries.holidays import working_calendar
from scripts.make_holiday_table import table_text

#: The official swaps: day off, and the Saturday worked instead. Source: the letters of the Government's office.
SWAPS = [
    (date(2024, 4, 29), date(2024, 5, 4)),
    (date(2025, 5, 2), date(2025, 4, 26)),
    (date(2026, 1, 2), date(2026, 1, 10)),
    (date(2026, 8, 31), date(2026, 8, 22)),
]
#: First and last day off of Tết, weekends that touch it left out.
TET = {
    2021: (date(2021, 2, 10), date(2021, 2, 16)),
    2022: (date(2022, 1, 31), date(2022, 2, 4)),
    2023: (date(2023, 1, 20), date(2023, 1, 26)),
    2024: (date(2024, 2, 8), date(2024, 2, 14)),
    2025: (date(2025, 1, 27), date(2025, 1, 31)),
    2026: (date(2026, 2, 16), date(2026, 2, 20)),
    2027: (date(2027, 2, 4), date(2027, 2, 10)),
}


@pytest.mark.parametrize(("off", "worked"), SWAPS)
def test_an_official_swap_gives_a_day_off_for_a_saturday_worked(off, worked):
    calendar = working_calendar([off])

    assert not calendar.is_working_day(off)
    assert calendar.is_working_day(worked)
    # Counted, too: the week of the swap has four working days more or less in its place.
    assert calendar.count_between(off - timedelta(days=1), off) == 0
    assert calendar.count_between(worked - timedelta(days=1), worked) == 1


@pytest.mark.parametrize("year", TET)
def test_tet_is_off_and_the_days_around_it_are_worked(year):
    first, last = TET[year]
    calendar = working_calendar([first])
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    assert not [day for day in days if calendar.is_working_day(day)]
    assert calendar.on_or_before(first) == _weekday_before(first)
    assert calendar.on_or_after(last) == _weekday_after(last)


def _weekday_before(day):
    return next(each for each in (day - timedelta(days=n) for n in range(1, 4)) if each.weekday() < 5)


def _weekday_after(day):
    return next(each for each in (day + timedelta(days=n) for n in range(1, 4)) if each.weekday() < 5)


def test_the_table_is_what_the_installed_library_says():
    assert TABLE.read_text(encoding="utf-8") == table_text()


def test_years_beyond_the_table_are_asked_of_the_library():
    assert holidays_of(LAST_YEAR, LAST_YEAR + 1).names.keys() >= read_library([LAST_YEAR + 1]).names.keys()
    assert holidays_of(FIRST_YEAR - 1, FIRST_YEAR).names[date(FIRST_YEAR - 1, 9, 2)] == "Quốc khánh"


def test_no_process_of_the_application_holds_the_library():
    program = (
        "import sys, datetime\n"
        "import cchc_tasks.factory, cchc_tasks.cli.main\n"
        "from cchc_tasks.storage.queries.holidays import working_calendar\n"
        "working_calendar([datetime.date(2026, 11, 22)])\n"
        "print('holidays' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "False"
