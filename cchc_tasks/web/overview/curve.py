"""The curve of the year in the unit square, for the macro that draws it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from cchc_tasks.domain.pace import cumulative, planned, reached, share_of_year
from cchc_tasks.wording import boards as words

#: Heights between two grid lines, and how many lines there may be.
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
MOST_LINES = 5
SAMPLES_A_MONTH = (1, 8, 15, 22)


def curve_values(dues: Sequence[date], done: Sequence[date], year: int, today: date) -> dict[str, Any]:
    """Arguments of the macro `curve`: done up to today, due and planned for the whole year."""
    pace = round(planned(dues, year, today))
    first, second = words.curve_words(today, reached(done, today), reached(dues, today), pace)
    is_now = today.year == year
    return {
        "title": f"Đường lũy kế năm {year}",
        "description": f"Đến {first}: {second}. Số liệu từng quý ở bảng bên cạnh.",
        "series": [
            {"kind": "plan", "points": _pace_points(dues, year)},
            {"kind": "due", "points": _step_points(dues, year, date(year, 12, 31)), "step": True},
            {"kind": "done", "points": _step_points(done, year, min(today, date(year, 12, 31))), "step": True},
        ],
        "ticks": ticks(max(len(dues), len(done), 1)),
        "months": [(_at(date(year, month, 1), year), words.month(month, year)) for month in range(1, 13)],
        "now": _at(today, year) if is_now else None,
        "notes": [first, second] if is_now else [],
    }


def ticks(highest: int) -> list[int]:
    """Values of the grid lines from 0 to the first one that is not below `highest`."""
    step = next((each for each in STEPS if each * MOST_LINES >= highest), -(-highest // MOST_LINES))
    return list(range(0, -(-highest // step) * step + 1, step))


def _at(day: date, year: int) -> float:
    return float(share_of_year(year, day))


def _step_points(days: Sequence[date], year: int, until: date) -> list[tuple[float, int]]:
    """Steps inside the year; what came before it stands at its beginning."""
    before = reached(days, date(year - 1, 12, 31))
    inside = [(_at(day, year), number) for day, number in cumulative(days) if year == day.year and day <= until]
    return [(0.0, before), *inside, (_at(until, year), reached(days, until))] if until.year >= year else []


def _pace_points(dues: Sequence[date], year: int) -> list[tuple[float, float]]:
    days = [date(year, month, day) for month in range(1, 13) for day in SAMPLES_A_MONTH]
    points = [(_at(day, year), float(planned(dues, year, day))) for day in (*days, date(year, 12, 31))]
    return [(0.0, float(reached(dues, date(year - 1, 12, 31)))), *points]
