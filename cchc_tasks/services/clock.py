"""The demo's own clock: it gives today and the time of entry, runs on within its day, and moves forward only."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.periods import last_instant, local_day, start_of_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import DemoClock

#: A day of the demo begins when the office opens.
MORNING = timedelta(hours=7, minutes=30)


def shown_now(session: Session, real_now: datetime) -> datetime:
    """The instant the clock shows: where it was set, plus the time since, never past the end of that local day.

    Without a clock in the database it is `real_now`. The demo's day stands still at its end, so that somebody
    who comes back a week later finds the day of the story.
    """
    row = session.scalars(select(DemoClock)).first()
    return real_now if row is None else _shown(row, real_now)


def _shown(row: DemoClock, real_now: datetime) -> datetime:
    elapsed = max(real_now - row.set_at, timedelta())
    return min(row.shows_at + elapsed, last_instant(local_day(row.shows_at)))


def set_clock(session: Session, *, shows_at: datetime, real_now: datetime) -> None:
    """Gives the demo its clock when its data are loaded; within the caller's unit of work."""
    row = session.scalars(select(DemoClock)).first()
    if row is None:
        session.add(DemoClock(shows_at=shows_at, set_at=real_now))
    else:
        row.shows_at, row.set_at = shows_at, real_now


def move_clock(
    session: Session, *, to: date, actor: Principal, real_now: datetime, request_key: str | None = None
) -> datetime:
    """Moves the demo to the morning of `to`; returns the instant it shows.

    Raises Refused CLOCK_BACKWARDS for a day that is not after the one shown: entries made would lie in the future.
    """
    permissions.require(actor, Action.MOVE_DEMO_CLOCK)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=real_now)
        row = session.scalars(select(DemoClock).with_for_update()).first()
        if row is None:
            raise Refused(RefusedReason.NO_DEMO_CLOCK)
        shown_day = local_day(_shown(row, real_now))
        if to <= shown_day:
            raise Refused(RefusedReason.CLOCK_BACKWARDS, shown=shown_day, wanted=to)
        row.shows_at, row.set_at = start_of_day(to) + MORNING, real_now
        return row.shows_at
