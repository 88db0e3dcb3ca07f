"""What comes next for whoever owes the work: the day it is wanted by, and in which part of the agenda it stands."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cchc_tasks.domain.standing import Standing


class Horizon(StrEnum):
    """The parts of an agenda, in the order shown."""

    OVERDUE = "overdue"
    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    LATER = "later"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Next:
    """Where a piece of work stands; `note_by` is set where what is wanted first is a progress note."""

    horizon: Horizon
    on: date | None
    note_by: date | None = None


def end_of_week(today: date) -> date:
    """The Sunday of the week, which begins on Monday."""
    return today + timedelta(days=6 - today.weekday())


def end_of_month(today: date) -> date:
    return today.replace(day=monthrange(today.year, today.month)[1])


def place(standing: Standing, due_on: date | None, note_by: date | None, today: date) -> Next:
    """The place of open work on `today`. A progress note counts as what is next only in the week it is wanted by.

    `note_by` is the cut-off before which a note is wanted, if one is (`reminders.note_wanted_by`).
    """
    if standing is Standing.OVERDUE:
        return Next(Horizon.OVERDUE, due_on)
    if note_by is not None and note_by <= end_of_week(today) and (due_on is None or note_by < due_on):
        return Next(Horizon.THIS_WEEK, note_by, note_by)
    if due_on is None:
        return Next(Horizon.UNDATED, None)
    if due_on <= end_of_week(today):
        return Next(Horizon.THIS_WEEK, due_on)
    return Next(Horizon.THIS_MONTH if due_on <= end_of_month(today) else Horizon.LATER, due_on)
