"""What a calendar shows of the work: on which day, whether it still stands, and the cut-offs beside it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cchc_tasks.domain.periods import ReportingPeriod, periods_of
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status

#: How long something that left the plan stays in a feed as cancelled; clients that merge need to be told.
CANCELLED_DAYS = 60
#: How long a secret address lives.
FEED_LIFE = timedelta(days=365)
#: "Last used" is written down at most so often.
USE_NOTED_EVERY = timedelta(hours=1)


class FeedScope(StrEnum):
    """Whose work a subscribed calendar shows."""

    PERSON = "person"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One obligation on its day. `changed_at` (UTC) and `sequence` come from the ledger, never from the clock."""

    obligation_id: int
    task_id: int
    day: date
    is_cancelled: bool
    is_done: bool
    sequence: int
    changed_at: datetime
    number_text: str
    ordinal: str
    text: str
    period_label: str
    unit_name: str
    deadline_text: str
    original_due_on: date | None
    status: Status


@dataclass(frozen=True, slots=True)
class SubscribedCalendar:
    """A feed as a value: the same value always gives the same bytes."""

    agency_code: str
    name: str
    entries: tuple[CalendarEntry, ...]
    cut_offs: tuple[ReportingPeriod, ...]
    hides_titles: bool = False


def entry_day(
    status: Status, due_on: date | None, original_due_on: date | None, changed_on: date, today: date
) -> tuple[date, bool] | None:
    """The day of an obligation's event and whether it is cancelled; None where a calendar shows nothing of it.

    What left the plan or lost its date is shown as cancelled for `CANCELLED_DAYS` days after the change.
    """
    day = due_on or original_due_on
    if day is None:
        return None
    is_cancelled = status in REMOVED_STATUSES or due_on is None
    if is_cancelled and today > changed_on + timedelta(days=CANCELLED_DAYS):
        return None
    return day, is_cancelled


def is_mine(handed_to: int | None, is_owed_by_my_unit: bool, person_id: int | None) -> bool:
    """Whether work stands in somebody's own calendar: handed to them, or owed by their unit and not handed on."""
    return is_owed_by_my_unit if handed_to is None else handed_to == person_id


def cut_offs_of(years: Iterable[int]) -> tuple[ReportingPeriod, ...]:
    """The reporting periods of these years, in order of their cut-off."""
    return tuple(period for year in sorted(set(years)) for period in periods_of(year))


def hash_of(token: str) -> str:
    """What is kept of a secret address; the token has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def is_open(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether an address still works at `now`."""
    return revoked_at is None and now < expires_at


def is_use_noted(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether the use at `now` need not be written down, because one was noted a short while ago."""
    return last_used_at is not None and now < last_used_at + USE_NOTED_EVERY
