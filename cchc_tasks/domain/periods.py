"""Reporting periods and their data windows; and the one place where civil days meet instants."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Civil dates of this product are days in Việt Nam (UTC+7, no daylight saving since 1976).
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def local_day(instant: datetime) -> date:
    """The civil day in Việt Nam on which `instant` (aware) falls."""
    return instant.astimezone(VIETNAM).date()


def start_of_day(day: date) -> datetime:
    """The instant (UTC) at which `day` begins in Việt Nam; the end of the day before, exclusive."""
    return datetime.combine(day, time.min, VIETNAM).astimezone(UTC)


def last_instant(day: date) -> datetime:
    """The last instant (UTC) that still belongs to `day`, for bounds that are inclusive such as `known_at`."""
    return start_of_day(day + timedelta(days=1)) - datetime.resolution


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """One period of a reporting regime: month and day of its window, relative to the report's year.

    `starts_year` is -1 where the window begins in the year before. Both days belong to the window.
    """

    key: str
    starts_year: int
    starts: tuple[int, int]
    ends: tuple[int, int]
    send_by_day: int


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """A period of a year: its window, both days included, and the day by which the report is sent."""

    key: str
    year: int
    window_starts_on: date
    cut_off: date
    send_by: date


#: Four reports a year. Source: văn bản 581/BNV-CCHC (DESIGN §5); quý III is one quarter, the others begin on 15/12.
REGIME_581: tuple[PeriodRule, ...] = (
    PeriodRule("q1", -1, (12, 15), (3, 14), 20),
    PeriodRule("h1", -1, (12, 15), (6, 14), 20),
    PeriodRule("q3", 0, (6, 15), (9, 14), 20),
    PeriodRule("year", -1, (12, 15), (12, 14), 20),
)


def periods_of(year: int, regime: tuple[PeriodRule, ...] = REGIME_581) -> tuple[ReportingPeriod, ...]:
    """The reporting periods of `year`, in order of their cut-off."""
    return tuple(
        ReportingPeriod(
            rule.key,
            year,
            date(year + rule.starts_year, *rule.starts),
            date(year, *rule.ends),
            date(year, rule.ends[0], rule.send_by_day),
        )
        for rule in regime
    )


def next_cut_off(day: date, regime: tuple[PeriodRule, ...] = REGIME_581) -> ReportingPeriod:
    """The first period whose cut-off is on or after `day`."""
    candidates = (*periods_of(day.year, regime), *periods_of(day.year + 1, regime))
    return next(period for period in candidates if period.cut_off >= day)
