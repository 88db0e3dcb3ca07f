"""What a calendar shows of the work: on which day, whether it still stands, and the cut-offs beside it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from cchc_tasks.domain.periods import ReportingPeriod, local_day, periods_of
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status

#: How long something that left the plan stays in a feed as cancelled; clients that merge need to be told.
CANCELLED_DAYS = 60
#: How long a secret address lives, and how long before its end its owner is asked to renew it.
FEED_LIFE = timedelta(days=365)
RENEWED_BEFORE = timedelta(days=60)
#: Alarms that may be asked for, in days before the deadline; 0: on the day itself.
ALARM_DAYS = (0, 1, 3, 7)
#: "Last used" is written down at most so often.
USE_NOTED_EVERY = timedelta(hours=1)


class FeedScope(StrEnum):
    """Whose work a subscribed calendar shows."""

    PERSON = "person"
    UNIT = "unit"
    PLAN = "plan"
    FILTER = "filter"


@dataclass(frozen=True, slots=True)
class Whose:
    """What a calendar is of; `of_id` is the unit's, plan's or saved filter's id, None for somebody's own work."""

    scope: FeedScope
    of_id: int | None = None

    def id_if(self, scope: FeedScope) -> int | None:
        return self.of_id if self.scope is scope else None


class FeedKind(StrEnum):
    """What a calendar program is given: days of a calendar, or a list of tasks for programs that show one."""

    EVENT = "event"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class FeedStyle:
    """In which form work is shown; `alarm_days`: a program is to ring so many days before, None: never."""

    kind: FeedKind = FeedKind.EVENT
    hides_titles: bool = False
    alarm_days: int | None = None

    @property
    def key(self) -> str:
        """One word for the form: "event", "todo-untitled-a3"."""
        alarm = "" if self.alarm_days is None else f"-a{self.alarm_days}"
        return f"{self.kind}{'-untitled' if self.hides_titles else ''}{alarm}"


class CalendarEntry(NamedTuple):
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
    status_on: date | None
    extensions: int = 0


@dataclass(frozen=True, slots=True)
class SubscribedCalendar:
    """A feed as a value: the same value always gives the same bytes."""

    agency_code: str
    name: str
    entries: tuple[CalendarEntry, ...]
    cut_offs: tuple[ReportingPeriod, ...]
    style: FeedStyle = FeedStyle()


#: How far work has come, of a hundred, for programs that draw a bar: steps taken, nothing that anybody measured.
PERCENT_OF_STATUS: dict[Status, int] = {
    Status.NOT_STARTED: 0,
    Status.IN_PROGRESS: 50,
    Status.REPORTED: 90,
    Status.DONE: 100,
}


def entry_day(
    status: Status, due_on: date | None, original_due_on: date | None, changed_at: datetime, today: date
) -> tuple[date, bool] | None:
    """The day of an obligation's event and whether it is cancelled; None where a calendar shows nothing of it.

    What left the plan or lost its date is shown as cancelled for `CANCELLED_DAYS` days after the change.
    """
    day = due_on or original_due_on
    if day is None:
        return None
    is_cancelled = status in REMOVED_STATUSES or due_on is None
    if is_cancelled and today > local_day(changed_at) + timedelta(days=CANCELLED_DAYS):
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


def is_renewable(expires_at: datetime, now: datetime) -> bool:
    """Whether an address may be given another year: near its end and after it."""
    return now >= expires_at - RENEWED_BEFORE


def is_use_noted(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether the use at `now` need not be written down, because one was noted a short while ago."""
    return last_used_at is not None and now < last_used_at + USE_NOTED_EVERY
