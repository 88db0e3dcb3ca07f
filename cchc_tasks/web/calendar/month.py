"""A month as the page Lịch draws it: weeks of days, each with its work and its cut-off."""

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cchc_tasks.domain.periods import ReportingPeriod, periods_of
from cchc_tasks.domain.working_days import WorkingCalendar
from cchc_tasks.web.work_items import WorkItem
from cchc_tasks.wording import calendar as words

#: Pieces of work that a cell names; the rest is a number that leads to the list.
SHOWN_IN_CELL = 3


@dataclass(frozen=True, slots=True)
class Day:
    """One day: `number` as printed, the work due on it, the cut-off that falls on it."""

    on: date
    name: str
    items: tuple[WorkItem, ...]
    cut_off: str
    is_in_month: bool
    is_today: bool
    is_off: bool

    @property
    def shown(self) -> tuple[WorkItem, ...]:
        return self.items[:SHOWN_IN_CELL]

    @property
    def more(self) -> int:
        return len(self.items) - len(self.shown)

    @property
    def late(self) -> int:
        return sum(item.is_late for item in self.items)

    @property
    def anchor(self) -> str:
        return f"ngay-{self.on.isoformat()}"


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its neighbours."""

    first: date
    name: str
    weeks: tuple[tuple[Day, ...], ...]

    @property
    def days(self) -> list[Day]:
        """The days of the month on which something stands."""
        every = (day for week in self.weeks for day in week)
        return [day for day in every if day.is_in_month and (day.items or day.cut_off)]

    @property
    def previous(self) -> str:
        return key_of(self.first - timedelta(days=1))

    @property
    def next(self) -> str:
        return key_of(self.first + timedelta(days=31))


def key_of(day: date) -> str:
    """ "2021-03" in an address."""
    return f"{day:%Y-%m}"


def parse_month(text: str, today: date) -> date:
    """The first day of the month that an address names; of this month where it names none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def build_month(first: date, items: Iterable[WorkItem], today: date, working: WorkingCalendar) -> Month:
    """The month that begins on `first`, in whole weeks from Monday to Sunday."""
    by_day: dict[date, list[WorkItem]] = defaultdict(list)
    for item in items:
        if item.row.due_on is not None:
            by_day[item.row.due_on].append(item)
    cut_offs = {period.cut_off: period for year in (first.year - 1, first.year) for period in periods_of(year)}
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    days = (tuple(_day(on, first, by_day, cut_offs.get(on), today, working) for on in week) for week in weeks)
    return Month(first, words.month_name(first), tuple(days))


def _day(
    on: date,
    first: date,
    by_day: dict[date, list[WorkItem]],
    period: ReportingPeriod | None,
    today: date,
    working: WorkingCalendar,
) -> Day:
    return Day(
        on=on,
        name=words.day_name(on),
        items=tuple(by_day.get(on, ())),
        cut_off=words.cut_off_title(period) if period is not None else "",
        is_in_month=on.month == first.month,
        is_today=on == today,
        is_off=not working.is_working_day(on),
    )
