"""The working days of Việt Nam: the public holidays, put right by what the office says of single days."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.holidays import DayEffect, corrected
from cchc_tasks.domain.working_days import WorkingCalendar
from cchc_tasks.storage.holiday_table import holidays_of
from cchc_tasks.storage.models import HolidayCorrection

#: Years around those asked about, so that steps and old deadlines are counted by true days.
YEARS_BACK, YEARS_ON = 3, 2


def working_calendar(days: Iterable[date]) -> WorkingCalendar:
    """Working days of the years around `days` as the law has them, without any office's corrections."""
    years = {day.year for day in days}
    return _calendar(min(years) - YEARS_BACK, max(years) + YEARS_ON)


@lru_cache(maxsize=16)
def _calendar(first_year: int, last_year: int) -> WorkingCalendar:
    return holidays_of(first_year, last_year).calendar


def calendar_of(session: Session, agency_id: int, days: Iterable[date]) -> WorkingCalendar:
    """Working days around `days` as the agency has them; one query."""
    found = calendars_of(session, [agency_id], days)
    return found[agency_id]


def calendars_of(session: Session, agency_ids: Iterable[int], days: Iterable[date]) -> dict[int, WorkingCalendar]:
    """The same for several agencies; one query."""
    known, wanted = working_calendar(days), list(agency_ids)
    corrections: dict[int, list[tuple[date, DayEffect]]] = defaultdict(list)
    for agency_id, day, effect in session.execute(
        select(HolidayCorrection.agency_id, HolidayCorrection.day, HolidayCorrection.effect)
        .where(HolidayCorrection.agency_id.in_(wanted))
        .order_by(HolidayCorrection.id)
    ):
        corrections[agency_id].append((day, effect))
    return {each: corrected(known, corrections[each]) if each in corrections else known for each in wanted}


def list_corrections(session: Session, agency_id: int) -> list[HolidayCorrection]:
    """Everything the office ever said of days, in the order in which it was entered."""
    query = select(HolidayCorrection).where(HolidayCorrection.agency_id == agency_id)
    return list(session.scalars(query.order_by(HolidayCorrection.id)))
