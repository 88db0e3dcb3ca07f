"""Who may run the scheduler, and how one sees that it runs. Leases and heartbeats go by real time, also in the demo."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import JobRun, SchedulerLease
from cchc_tasks.storage.queries import outbox as outbox_queries
from cchc_tasks.storage.upsert import insert_statement

log = logging.getLogger(__name__)

LEASE_NAME = "scheduler"
TICK = "tick"
#: Without a tick for so long somebody has to look. Source: RELIABILITY S6.
QUIET_AFTER = timedelta(minutes=15)


def renew_lease(
    session: Session, *, holder: str, now: datetime, duration: timedelta, name: str = LEASE_NAME
) -> int | None:
    """Takes or keeps the lease until `now + duration`; its fencing number, or None while somebody else holds it.

    The number rises with each change of holder, so that what a slow former holder writes can be told apart.
    """
    until = now + duration
    with transaction(session):
        row = {"name": name, "holder": holder, "until": until, "fence": 1}
        session.execute(insert_statement(session, SchedulerLease, [row]))
        is_mine = SchedulerLease.holder == holder
        session.execute(
            update(SchedulerLease)
            .where(SchedulerLease.name == name, or_(is_mine, SchedulerLease.until < now))
            .values(
                holder=holder, until=until, fence=case((is_mine, SchedulerLease.fence), else_=SchedulerLease.fence + 1)
            )
            .execution_options(synchronize_session=False)
        )
        held = session.execute(select(SchedulerLease.holder, SchedulerLease.fence).where(SchedulerLease.name == name))
        found, fence = held.one()
    return fence if found == holder else None


def release_lease(session: Session, *, holder: str, name: str = LEASE_NAME) -> None:
    """Gives the lease back at a clean end, so that the next scheduler need not wait; keeps the fencing number."""
    long_ago = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    with transaction(session):
        session.execute(
            update(SchedulerLease)
            .where(SchedulerLease.name == name, SchedulerLease.holder == holder)
            .values(until=long_ago)
            .execution_options(synchronize_session=False)
        )


def record_tick(session: Session, *, fence: int, now: datetime, detail: str = "") -> None:
    """The heartbeat: one row per holder of the lease, moved on with each tick; nothing by a holder that lost it."""
    with transaction(session):
        if session.scalar(select(SchedulerLease.fence).where(SchedulerLease.name == LEASE_NAME)) != fence:
            return
        beat = update(JobRun).where(JobRun.job == TICK, JobRun.fence == fence)
        values = {"finished_at": now, "outcome": "ok", "detail": detail}
        result = session.execute(beat.values(values).execution_options(synchronize_session=False))
        if cast("CursorResult[Any]", result).rowcount == 0:
            session.add(JobRun(job=TICK, fence=fence, started_at=now, **values))
            session.execute(delete(JobRun).where(JobRun.job == TICK, JobRun.fence < fence - 50))


@dataclass(frozen=True, slots=True)
class Health:
    """How the mail stands: age of the last tick (None: never one) and of the oldest unsent mail, mails given up."""

    last_tick_age: timedelta | None
    oldest_unsent_age: timedelta | None
    dead_count: int

    @property
    def is_quiet(self) -> bool:
        """Whether nothing has run for so long that somebody has to look."""
        return self.last_tick_age is None or self.last_tick_age > QUIET_AFTER


def last_tick(session: Session) -> datetime | None:
    """When the scheduler last ran (real time); None: never."""
    return session.scalar(select(func.max(JobRun.finished_at)).where(JobRun.job == TICK))


def health(session: Session, *, now: datetime, shown_at: datetime | None = None) -> Health:
    """`now` is real time; `shown_at` what the application's clock shows, where that differs (the demo)."""
    ticked_at = last_tick(session)
    unsent_since = outbox_queries.oldest_unsent(session)
    return Health(
        last_tick_age=None if ticked_at is None else max(now - ticked_at, timedelta()),
        oldest_unsent_age=None if unsent_since is None else max((shown_at or now) - unsent_since, timedelta()),
        dead_count=outbox_queries.count_dead(session),
    )


def last_round(session: Session, agency_id: int) -> datetime | None:
    """When the agency's digests were last gathered, by the application's clock; None: never."""
    return session.scalar(select(func.max(JobRun.started_at)).where(JobRun.job == f"digests/{agency_id}"))
