"""Deadlines that come back: every month, every quarter, twice a year, on a day or at the period's end."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.deadlines.model import Clause, DeadlineReason, Recurrence, doubtful
from cchc_tasks.domain.deadlines.points import Point, Span, Unit, month_end, resolve
from cchc_tasks.domain.deadlines.uses import Link, Use
from cchc_tasks.domain.deadlines.vocabulary import Item, Tag

_FINEST = tuple(Recurrence)
_MONTHS: dict[Recurrence, tuple[int, ...]] = {
    Recurrence.MONTHLY: tuple(range(1, 13)),
    Recurrence.QUARTERLY: (3, 6, 9, 12),
    Recurrence.QUARTERLY_CUMULATIVE: (3, 6, 9, 12),
    Recurrence.HALF_YEARLY: (6, 12),
    Recurrence.YEARLY: (12,),
}
#: A recurring phrase covers at most this many years; more is a slip.
_LONGEST_YEARS = 10


def read_recurring(base: Clause, items: list[Item], uses: list[Use], plan_year: int) -> Clause:
    """The dates of a recurring clause, bounded by the year or the stretch it names, else by the plan's year."""
    recurs = [item for item in items if item.tag is Tag.RECUR]
    ongoing = any(item.tag is Tag.ONGOING for item in items)
    clause = replace(base, kind=DeadlineKind.RECURRING, is_ongoing=ongoing)
    known = [item.recurrence for item in recurs if item.recurrence is not None]
    recurrence = min(known, key=_FINEST.index) if known else None
    if recurrence is None and not recurs:
        recurrence = Recurrence.MONTHLY  # "ngày 05 tháng sau"
    if recurrence is None:
        return doubtful(clause, DeadlineReason.NO_DAY)
    clause = replace(clause, recurrence=recurrence)
    days = [use for use in uses if use.point.unit is Unit.DAY]
    bounds = [use for use in uses if use.point.unit is not Unit.DAY and not _is_reporting_period(use, recurrence)]
    if recurrence is Recurrence.YEARLY and not days:
        days = [use for use in bounds if use.point.unit in {Unit.MONTH, Unit.QUARTER}]
        bounds = [use for use in bounds if use not in days]
    if _names_each_time(recurs, bounds, recurrence):
        return _yearly_days(clause, [use.point for use in bounds], _year_of(plan_year))
    window = _window(bounds, plan_year)
    if window is None:
        return doubtful(replace(clause, kind=DeadlineKind.UNREADABLE), DeadlineReason.IMPOSSIBLE_DATE)
    if ongoing and recurrence is Recurrence.YEARLY and not uses:
        return replace(base, kind=DeadlineKind.ONGOING, is_ongoing=True)  # "thường xuyên hằng năm" names no day
    clause = _dates(clause, items, days, window)
    return _mark(clause, items, recurs, uses)


def _names_each_time(recurs: list[Item], bounds: list[Use], recurrence: Recurrence) -> bool:
    """ "02 lần/năm (tháng 5 và tháng 10)": as many months or quarters as times."""
    periods = all(use.point.unit in {Unit.MONTH, Unit.QUARTER} for use in bounds)
    listed = all(use.link is Link.LIST for use in bounds[1:])
    counted = any(item.anchor == "times" for item in recurs)
    return counted and periods and listed and len(bounds) == len(_MONTHS.get(recurrence, ()))


def _year_of(year: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31))


def _is_reporting_period(use: Use, recurrence: Recurrence) -> bool:
    """ "hàng quý, 6 tháng, năm": the half-year and the year are ends of the same series."""
    unit, point = use.point.unit, use.point
    return unit in {Unit.HALF, Unit.CUMULATIVE} or (
        unit is Unit.YEAR and point.year is None and use.link is Link.LIST and recurrence is not Recurrence.YEARLY
    )


def _window(bounds: Iterable[Use], plan_year: int) -> Span | None:
    """The days between which dates count: those of the stretch named, else the plan's year."""
    year = next((use.point.year for use in reversed(list(bounds)) if use.point.year), plan_year)
    spans: list[Span] = []
    open_start = None
    for use in bounds:
        span = resolve(use.point, year)
        if span is None:
            return None
        if use.governor is Tag.FROM:
            open_start = span.first
        spans.append(span)
    if not spans:
        return _year_of(plan_year)
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    if open_start is not None and len(spans) == 1:
        last = date(open_start.year, 12, 31)
    if last.year - first.year > _LONGEST_YEARS:
        return None
    return Span(first, last)


def _dates(clause: Clause, items: list[Item], days: list[Use], window: Span) -> Clause:
    recurrence = clause.recurrence
    if recurrence is Recurrence.WEEKLY:
        return _weekly(clause, items, window)
    complete = [use.point for use in days if use.point.value is not None]
    bare = [use.point for use in days if use.point.value is None]
    if complete and not bare:
        return _yearly_days(clause, complete, window)
    if complete or (len(bare) > 1 and recurrence is not Recurrence.MONTHLY):
        return doubtful(clause, DeadlineReason.CONTRADICTION)
    anchors = {item.anchor for item in items if item.anchor}
    if bare:
        wanted = bare if any(use.link is Link.LIST for use in days) else bare[-1:]
        return _on_days(clause, [point.day or 0 for point in wanted], _moves(recurrence, items, anchors), window)
    return _with_dates(clause, _series(recurrence, window, month_end))


def _moves(recurrence: Recurrence | None, items: list[Item], anchors: set[str]) -> int | None:
    """How many months behind the period's last month the day lies; None where nothing says which month."""
    if recurrence is Recurrence.MONTHLY:
        return 1 if any(item.tag is Tag.RELATIVE for item in items) else 0
    moves = {"last_month": 0, "first_month": -2, "next_first_month": 1, "next_last_month": 3}
    return next((moves[anchor] for anchor in anchors if anchor in moves), None)


def _on_days(clause: Clause, days: list[int], moved: int | None, window: Span) -> Clause:
    """Several days of each period ("ngày 5, 15, 25 hằng tháng"), or one."""
    read = [_on_day(clause, day, moved, window) for day in days]
    unclear = next((one for one in read if one.needs_confirmation), None)
    together = _with_dates(unclear or clause, (day for one in read for day in one.dates))
    return unclear if unclear is not None and not together.dates else together


def _on_day(clause: Clause, day: int, moved: int | None, window: Span) -> Clause:
    """One day of each period; the days a short month lacks fall on its last, to be confirmed."""
    if not 1 <= day <= 31:
        return doubtful(replace(clause, kind=DeadlineKind.UNREADABLE), DeadlineReason.IMPOSSIBLE_DATE)
    if moved is None:
        return doubtful(clause, DeadlineReason.INCOMPLETE_DATE)

    def place(year: int, month: int) -> date:
        shifted = year * 12 + month - 1 + moved
        end = month_end(shifted // 12, shifted % 12 + 1)
        return end.replace(day=min(day, end.day))

    clause = _with_dates(clause, _series(clause.recurrence, window, place))
    return doubtful(clause, DeadlineReason.SHORT_MONTH) if any(one.day != day for one in clause.dates) else clause


def _series(recurrence: Recurrence | None, window: Span, place: Callable[[int, int], date]) -> tuple[date, ...]:
    months = _MONTHS.get(recurrence, ()) if recurrence else ()
    return tuple(
        place(year, month)
        for year in range(window.first.year, window.last.year + 1)
        for month in months
        if window.first <= month_end(year, month) <= window.last
    )


def _yearly_days(clause: Clause, points: list[Point], window: Span) -> Clause:
    """ "trước ngày 15/6 và 15/12 hằng năm": these days in each year of the window."""
    asked = {Recurrence.HALF_YEARLY: 2, Recurrence.QUARTERLY: 4, Recurrence.MONTHLY: 12}
    if clause.recurrence is not Recurrence.YEARLY and asked.get(clause.recurrence or Recurrence.LISTED) != len(points):
        return doubtful(clause, DeadlineReason.CONTRADICTION)
    dates: list[date] = []
    for year in range(window.first.year, window.last.year + 1):
        for point in points:
            span = resolve(point, year)
            if span is None:
                return doubtful(replace(clause, kind=DeadlineKind.UNREADABLE), DeadlineReason.IMPOSSIBLE_DATE)
            dates.append(span.last)
    return _with_dates(clause, dates)


def _weekly(clause: Clause, items: list[Item], window: Span) -> Clause:
    """Only a named weekday gives dates."""
    weekday = next((int(item.anchor) for item in items if item.tag is Tag.RECUR and item.anchor.isdecimal()), None)
    if weekday is None:
        return doubtful(clause, DeadlineReason.NO_DAY)
    first = window.first + timedelta(days=(weekday - window.first.weekday()) % 7)
    weeks = (window.last - first).days // 7 + 1
    return _with_dates(clause, (first + timedelta(weeks=week) for week in range(weeks)))


def _mark(clause: Clause, items: list[Item], recurs: list[Item], uses: list[Use]) -> Clause:
    kinds = {item.recurrence for item in recurs}
    periods = [use for use in uses if use.point.unit in {Unit.HALF, Unit.CUMULATIVE}]
    if clause.recurrence is Recurrence.QUARTERLY and periods and not any(use.point.unit is Unit.DAY for use in uses):
        clause = replace(clause, recurrence=Recurrence.QUARTERLY_CUMULATIVE)
    elif len(kinds - {Recurrence.YEARLY} if clause.recurrence is Recurrence.HALF_YEARLY else kinds) > 1 or (
        _has_bare_year(uses) and clause.recurrence is not Recurrence.HALF_YEARLY
    ):
        clause = doubtful(clause, DeadlineReason.TWO_READINGS)
    named = [use for use in uses if use.point.unit is Unit.DAY and use.point.value is not None]
    if any(item.anchor == "times" for item in recurs) and len(named) < 2:
        clause = doubtful(clause, DeadlineReason.NO_DAY)
    if any(item.tag is Tag.RELATIVE and item.text.startswith("năm") for item in items):
        clause = doubtful(clause, DeadlineReason.RELATIVE)  # one of its days lies in another year
    if any(item.tag is Tag.REGULATED for item in items):
        clause = doubtful(clause, DeadlineReason.TWO_READINGS)
    if any(item.tag is Tag.VAGUE for item in items):
        clause = doubtful(clause, DeadlineReason.VAGUE)
    if not clause.dates and not clause.needs_confirmation:
        clause = doubtful(clause, DeadlineReason.CONTRADICTION)
    return clause


def _has_bare_year(uses: list[Use]) -> bool:
    return any(use.point.unit is Unit.YEAR and use.point.year is None and use.link is Link.LIST for use in uses)


def _with_dates(clause: Clause, dates: Iterable[date]) -> Clause:
    ordered = tuple(sorted(set(dates)))
    return replace(clause, dates=ordered, due_on=ordered[-1] if ordered else None)
