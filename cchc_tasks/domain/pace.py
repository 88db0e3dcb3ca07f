"""Progress against the year: what was done, what fell due, and the even pace of work that is due "within the year"."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction


def cumulative(days: Iterable[date]) -> list[tuple[date, int]]:
    """How many by the end of each day on which something happened, in order of the days."""
    points: list[tuple[date, int]] = []
    for number, day in enumerate(sorted(days), start=1):
        if points and points[-1][0] == day:
            points.pop()
        points.append((day, number))
    return points


def reached(days: Iterable[date], by: date) -> int:
    """How many of the days are on or before `by`."""
    return sum(day <= by for day in days)


def planned(dues: Sequence[date], year: int, by: date) -> Fraction:
    """How much would be done by the end of `by` if work due on the year's last day went on evenly all year.

    Work with a nearer date is expected on its date, as are dates in other years.
    """
    last = date(year, 12, 31)
    spread = sum(due == last for due in dues)
    return Fraction(reached((due for due in dues if due != last), by)) + spread * share_of_year(year, by)


def share_of_year(year: int, by: date) -> Fraction:
    """The part of `year` that is over at the end of `by`: 0 before it, 1 from its last day on."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    gone = (min(max(by, first - timedelta(days=1)), last) - first).days + 1
    return Fraction(gone, (last - first).days + 1)
