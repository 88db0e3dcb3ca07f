"""The public holidays of Việt Nam by year, as the `holidays` library gives them.

The years that an office works with stand in a table beside this module (`scripts/make_holiday_table.py` writes it), so
that no web process holds the library: it takes some 19 MB. Other years are asked of the library when they are met.
"""

import importlib
import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from cchc_tasks.domain.holidays import KnownHolidays

TABLE = Path(__file__).resolve().parent / "holidays_vn.json"
#: The years in the table, both included.
FIRST_YEAR, LAST_YEAR = 2010, 2040

#: Official swaps that the library lacks, with their source.
MISSING_NAMES = {date(2026, 1, 2): "Nghỉ Tết Dương lịch, làm bù 10/01/2026 (12729/VPCP-KGVX)"}
MISSING_WORKED_WEEKENDS = frozenset({date(2026, 1, 10)})


@cache
def holidays_of(first_year: int, last_year: int) -> KnownHolidays:
    """Days off and worked weekends of the years named, both included."""
    names, worked = _table()
    beyond = [year for year in range(first_year, last_year + 1) if not FIRST_YEAR <= year <= LAST_YEAR]
    if beyond:
        found = read_library(beyond)
        names, worked = {**names, **found.names}, worked | found.worked_weekends
    return KnownHolidays(
        {day: name for day, name in sorted({**names, **MISSING_NAMES}.items()) if first_year <= day.year <= last_year},
        frozenset(day for day in worked | MISSING_WORKED_WEEKENDS if first_year <= day.year <= last_year),
    )


@cache
def _table() -> tuple[dict[date, str], frozenset[date]]:
    raw = json.loads(TABLE.read_text(encoding="utf-8"))
    names = {date.fromisoformat(day): name for day, name in raw["names"].items()}
    return names, frozenset(date.fromisoformat(day) for day in raw["worked_weekends"])


def read_library(years: Iterable[int]) -> KnownHolidays:
    """What the installed library says of these years; loads it."""
    wanted = set(years)
    found = importlib.import_module("holidays").country_holidays("VN", years=sorted(wanted), language="vi")
    # The library names swaps of other years too.
    worked = frozenset(day for day in found.weekend_workdays if day.year in wanted)
    return KnownHolidays({day: found[day] for day in sorted(found) if day.year in wanted}, worked)
