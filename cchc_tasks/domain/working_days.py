"""Working days: weekends, public holidays, and Saturdays worked instead of a day off."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5
ONE_DAY = timedelta(days=1)
#: Longer than any run of days off (Tết: at most ten) with an office's quiet weeks; a calendar beyond it is wrong.
LONGEST_BREAK_DAYS = 120


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """`holidays` are days off that fall on any day of the week; `worked_weekends` are the swapped Saturdays."""

    holidays: frozenset[date] = frozenset()
    worked_weekends: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on `day`; a swap goes before everything else."""
        if day in self.worked_weekends:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """The first working day that is not before `day`."""
        return next(each for each in _days(day, ONE_DAY) if self.is_working_day(each))

    def on_or_before(self, day: date) -> date:
        """The last working day that is not after `day`."""
        return next(each for each in _days(day, -ONE_DAY) if self.is_working_day(each))

    def shift(self, day: date, count: int) -> date:
        """The working day `count` working days after `day`, or before it where negative; 0: `day` or the last before.

        The days before are counted from the last working day that is not after `day`, so that each count is a day of
        its own also where `day` is off.
        """
        return _shifted(self, day, count)

    def count_between(self, after: date, until: date) -> int:
        """How many working days lie after `after` and not after `until`; 0 where `until` is not later."""
        if until <= after:
            return 0
        off, worked = _exceptions(self)
        return (
            _weekdays_until(until)
            - _weekdays_until(after)
            - (bisect_right(off, until) - bisect_right(off, after))
            + (bisect_right(worked, until) - bisect_right(worked, after))
        )

    def without(self, days: Iterable[date]) -> "WorkingCalendar":
        """The same with `days` off as well."""
        off = frozenset(days)
        return WorkingCalendar(self.holidays | off, self.worked_weekends - off) if off else self


#: The same few deadlines and steps are asked for all of an agency's work.
@lru_cache(maxsize=20_000)
def _shifted(calendar: WorkingCalendar, day: date, count: int) -> date:
    found = calendar.on_or_before(day) if count <= 0 else day
    for _ in range(abs(count)):
        found = calendar.on_or_after(found + ONE_DAY) if count > 0 else calendar.on_or_before(found - ONE_DAY)
    return found


@lru_cache(maxsize=64)
def _exceptions(calendar: WorkingCalendar) -> tuple[list[date], list[date]]:
    """Weekdays that are off, and weekends that are worked, each sorted."""
    worked = calendar.worked_weekends
    return (
        sorted(day for day in calendar.holidays if day.weekday() < SATURDAY and day not in worked),
        sorted(day for day in worked if day.weekday() >= SATURDAY),
    )


def _weekdays_until(day: date) -> int:
    """How many Mondays to Fridays there were up to `day`, included, since the calendar began (a Monday)."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * SATURDAY + min(rest, SATURDAY)


def _days(start: date, step: timedelta) -> Iterator[date]:
    for number in range(LONGEST_BREAK_DAYS):
        yield start + number * step
    raise ValueError(f"no working day within {LONGEST_BREAK_DAYS} days of {start}")
