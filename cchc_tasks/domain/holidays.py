"""Public holidays as the law gives them, and what the office corrects of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.working_days import WorkingCalendar


class DayEffect(StrEnum):
    """What a correction says of a day. `AS_KNOWN` undoes an earlier one: the day is again what it was without it."""

    OFF = "off"
    WORKING = "working"
    AS_KNOWN = "as_known"


@dataclass(frozen=True, slots=True)
class KnownHolidays:
    """Days off by name, and the weekends worked instead of one, before any correction."""

    names: Mapping[date, str]
    worked_weekends: frozenset[date] = frozenset()

    @property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar(frozenset(self.names), self.worked_weekends)


def corrected(known: WorkingCalendar, corrections: Iterable[tuple[date, DayEffect]]) -> WorkingCalendar:
    """`known` with the corrections, given in the order in which they were entered: the last one of a day holds."""
    last = dict(corrections)
    off = {day for day, effect in last.items() if effect is DayEffect.OFF}
    worked = {day for day, effect in last.items() if effect is DayEffect.WORKING}
    return WorkingCalendar(
        holidays=(known.holidays | off) - worked,
        worked_weekends=(known.worked_weekends | worked) - off,
    )
