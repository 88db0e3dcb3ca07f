"""The office's corrections of public holidays: a day off, a day worked, and an undone mistake; all of it is kept."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.holidays import DayEffect, corrected
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.working_days import WorkingCalendar
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.holiday_table import holidays_of
from cchc_tasks.storage.models import HolidayCorrection
from cchc_tasks.storage.queries import holidays as queries

log = logging.getLogger(__name__)

#: No office closes for longer; a slip of the year would stop all reminders.
LONGEST_CLOSURE_DAYS = 30


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day of a year's list: what it is now, the name the law has for it, and the correction that holds, if any."""

    day: date
    is_working: bool
    name: str
    correction: HolidayCorrection | None = None


def list_year(session: Session, agency_id: int, year: int) -> list[ListedDay]:
    """The days off and worked weekends of `year`, with every day that a correction in force is about."""
    known = holidays_of(year, year)
    last = {row.day: row for row in queries.list_corrections(session, agency_id) if row.day.year == year}
    held = {day: row for day, row in last.items() if row.effect is not DayEffect.AS_KNOWN}
    calendar = corrected(known.calendar, [(day, row.effect) for day, row in held.items()])
    return [
        ListedDay(day, calendar.is_working_day(day), known.names.get(day, ""), held.get(day))
        for day in sorted({*known.names, *known.worked_weekends, *held})
    ]


def set_day(
    session: Session,
    day: date,
    effect: DayEffect,
    *,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> HolidayCorrection:
    """Says of `day` that it is off, worked, or (AS_KNOWN) again what the law makes it; in a unit of work of its own.

    Raises Refused REASON_NEEDED, NOTHING_NEW where the day is that already, CLOSED_TOO_LONG where offices would be
    closed for more than `LONGEST_CLOSURE_DAYS` on end.
    """
    permissions.require(actor, Action.MANAGE_HOLIDAYS)
    if not reason.strip():
        raise Refused(RefusedReason.REASON_NEEDED)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        rows = [(row.day, row.effect) for row in queries.list_corrections(session, actor.agency_id)]
        _check(day, effect, rows)
        row = HolidayCorrection(
            agency_id=actor.agency_id,
            day=day,
            effect=effect,
            reason=reason.strip(),
            recorded_at=now,
            recorded_by_id=actor.person_id,
        )
        session.add(row)
    log.info("agency %s: %s set to %s by %s", actor.agency_id, day, effect, actor.person_id)
    return row


def _check(day: date, effect: DayEffect, rows: list[tuple[date, DayEffect]]) -> None:
    known = queries.working_calendar([day])
    before, after = corrected(known, rows), corrected(known, [*rows, (day, effect)])
    is_held = dict(rows).get(day, DayEffect.AS_KNOWN) is not DayEffect.AS_KNOWN
    is_undone = effect is DayEffect.AS_KNOWN and is_held
    if before.is_working_day(day) == after.is_working_day(day) and not is_undone:
        raise Refused(RefusedReason.NOTHING_NEW)
    if not after.is_working_day(day) and _closure(day, after) > LONGEST_CLOSURE_DAYS:
        raise Refused(RefusedReason.CLOSED_TOO_LONG, days=LONGEST_CLOSURE_DAYS)


def _closure(day: date, calendar: WorkingCalendar) -> int:
    """How many days on end offices are closed around `day`, counted no further than is too long."""
    count = 1
    for step in (-1, 1):
        each = day + timedelta(days=step)
        while not calendar.is_working_day(each) and count <= LONGEST_CLOSURE_DAYS:
            count, each = count + 1, each + timedelta(days=step)
    return count
