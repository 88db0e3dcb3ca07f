"""A month, or a list of days, as the page Lịch draws it: each day with its work and its cut-off."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cchc_tasks.domain.periods import ReportingPeriod
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


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of the quarter that `day` is in."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Marked:
    """What stands on days: work by its deadline, cut-offs; and what makes a day special."""

    items: Mapping[date, tuple[WorkItem, ...]]
    cut_offs: Mapping[date, ReportingPeriod]
    today: date
    working: WorkingCalendar

    def days(self, first: date, last: date) -> list[Day]:
        """The days from `first` to `last`, both included, on which something stands."""
        return [_day(on, first, self) for on in sorted({*self.items, *self.cut_offs}) if first <= on <= last]


def mark(
    items: Iterable[WorkItem], cut_offs: Iterable[ReportingPeriod], today: date, working: WorkingCalendar
) -> Marked:
    by_day: dict[date, list[WorkItem]] = defaultdict(list)
    for item in items:
        if item.row.due_on is not None:
            by_day[item.row.due_on].append(item)
    named = {period.cut_off: period for period in cut_offs}
    return Marked({on: tuple(each) for on, each in by_day.items()}, named, today, working)


def build_month(first: date, marked: Marked) -> Month:
    """The month that begins on `first`, in whole weeks from Monday to Sunday."""
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    return Month(first, words.month_name(first), tuple(tuple(_day(on, first, marked) for on in week) for week in weeks))


def _day(on: date, first: date, marked: Marked) -> Day:
    period = marked.cut_offs.get(on)
    return Day(
        on=on,
        name=words.day_name(on),
        items=marked.items.get(on, ()),
        cut_off=words.cut_off_title(period) if period is not None else "",
        is_in_month=on.month == first.month,
        is_today=on == marked.today,
        is_off=not marked.working.is_working_day(on),
    )
