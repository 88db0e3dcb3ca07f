"""How an obligation stands on a day: on time, late, overdue, due soon. Derived from facts and a date, never stored."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status

#: "Sắp đến hạn": due within this many days, the last one included. A setting; this is its default.
DUE_SOON_DAYS = 30


class Standing(StrEnum):
    """The calendar's verdict, as opposed to `Status`, which is what somebody said."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    OPEN = "open"
    UNDATED = "undated"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    REMOVED = "removed"


#: Standings of finished work, and of work that is still owed.
DONE_STANDINGS = frozenset({Standing.DONE_ON_TIME, Standing.DONE_LATE})
OPEN_STANDINGS = frozenset(
    {Standing.OVERDUE, Standing.DUE_SOON, Standing.OPEN, Standing.UNDATED, Standing.AWAITING_CONFIRMATION}
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an obligation as at a day.

    `status_on` is the `effective_on` of the row that holds (None while nothing was said);
    `due_on` is the deadline in force, its day included, or None where no date is owed.
    """

    status: Status
    status_on: date | None
    due_on: date | None


def standing(facts: Facts, as_of: date, due_soon_days: int = DUE_SOON_DAYS) -> Standing:
    """How the obligation stands on `as_of`; the due day itself is still on time.

    Work reported by its due day waits without being overdue; undated work that is done counts as on time.
    Source: DESIGN §2 (Standing); annex rows 1.3.2–1.3.3.
    """
    if facts.status in REMOVED_STATUSES:
        return Standing.REMOVED
    if facts.status is Status.DONE:
        return Standing.DONE_LATE if _after(facts.status_on, facts.due_on) else Standing.DONE_ON_TIME
    if facts.status is Status.REPORTED and not _after(facts.status_on, facts.due_on):
        return Standing.AWAITING_CONFIRMATION
    if facts.due_on is None:
        return Standing.UNDATED
    if facts.due_on < as_of:
        return Standing.OVERDUE
    return Standing.DUE_SOON if facts.due_on - as_of <= timedelta(days=due_soon_days) else Standing.OPEN


def _after(day: date | None, due_on: date | None) -> bool:
    return day is not None and due_on is not None and day > due_on


def days_late(facts: Facts, as_of: date) -> int:
    """Whole days between the due day and the day of completion (or `as_of` until it is confirmed); 0 when not late.

    A report that nobody has confirmed ends no delay: late work goes on being late until `as_of`. Work reported by its
    due day waits and is not late.
    """
    if facts.due_on is None or standing(facts, as_of) in {Standing.REMOVED, Standing.AWAITING_CONFIRMATION}:
        return 0
    day = facts.status_on if facts.status is Status.DONE and facts.status_on is not None else as_of
    return max(0, (day - facts.due_on).days)


def as_confirmed(facts: Facts) -> Facts:
    """What a report becomes if it is confirmed as it stands."""
    return replace(facts, status=Status.DONE) if facts.status is Status.REPORTED else facts


@dataclass(frozen=True, slots=True)
class Summary:
    """How many stand how; the four published numbers and the finer ones they are made of."""

    counts: Counter[Standing]

    @property
    def total(self) -> int:
        return sum(count for standing_, count in self.counts.items() if standing_ is not Standing.REMOVED)

    @property
    def done(self) -> int:
        return sum(self.counts[each] for each in DONE_STANDINGS)

    @property
    def done_on_time(self) -> int:
        return self.counts[Standing.DONE_ON_TIME]

    @property
    def done_late(self) -> int:
        return self.counts[Standing.DONE_LATE]

    @property
    def open(self) -> int:
        return self.total - self.done

    @property
    def overdue(self) -> int:
        return self.counts[Standing.OVERDUE]

    @property
    def within_time(self) -> int:
        """Open and not overdue; undated and awaiting work included, as where only four numbers are asked."""
        return self.open - self.overdue


def summarise(standings: Iterable[Standing]) -> Summary:
    """Counts of standings; removed work stays out of the total."""
    return Summary(Counter(standings))
