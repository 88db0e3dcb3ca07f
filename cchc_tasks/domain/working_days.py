"""Working days: weekends, public holidays, and Saturdays worked instead of a day off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)
#: Longer than any run of days off (Tết: at most ten); a calendar in which none is found is wrong.
LONGEST_BREAK_DAYS = 60


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


def _days(start: date, step: timedelta) -> Iterator[date]:
    for number in range(LONGEST_BREAK_DAYS):
        yield start + number * step
    raise ValueError(f"no working day within {LONGEST_BREAK_DAYS} days of {start}")
