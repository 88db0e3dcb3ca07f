"""What the scheduler does at each turn: keep the lease, run the daily rounds, send the mails, say that it lives."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cchc_tasks.domain.mailing import Outcome
from cchc_tasks.services import clock, outbox, reminders, reorganising, scheduling
from cchc_tasks.services.outbox import Post
from cchc_tasks.services.reminders import Round
from cchc_tasks.storage.models import Agency

log = logging.getLogger(__name__)

#: How long a silent leader stays leader; a new one takes over after that. Renewed several times within it.
LEASE = timedelta(seconds=8)


@dataclass(slots=True)
class Worker:
    """One scheduler. `real_now` reads the clock; with `has_demo_clock` work goes by the time that the demo shows."""

    engine: Engine
    post: Post
    real_now: Callable[[], datetime]
    delivery_hour: int
    has_demo_clock: bool = False
    lease: timedelta = LEASE
    #: Puts away what nobody needs again, at a real instant.
    keep_house: Callable[[Session, datetime, datetime], object] | None = None
    fence: int | None = field(default=None, init=False)
    _leads_until: datetime | None = field(default=None, init=False)
    _is_stopping: bool = field(default=False, init=False)

    def session(self) -> Session:
        """A session with the application's options, for one turn of one job."""
        return Session(self.engine, expire_on_commit=False, autoflush=False)

    def renew(self) -> bool:
        """Takes or keeps the lease; whether this worker leads."""
        now = self.real_now()
        with self.session() as session:
            fence = scheduling.renew_lease(session, holder=self.post.holder, now=now, duration=self.lease)
        if fence != self.fence:
            log.info("scheduler %s: lease %s", self.post.holder, "lost" if fence is None else f"taken, fence {fence}")
        self.fence, self._leads_until = fence, now + self.lease if fence is not None else None
        return fence is not None

    def leads(self) -> bool:
        """Whether the lease still holds by this worker's own clock, and nobody told it to stop."""
        return not self._is_stopping and self._leads_until is not None and self.real_now() < self._leads_until

    def tick(self) -> list[Round]:
        """Runs every agency's round that is due, then beats; does nothing without the lease."""
        if not self.renew() or self.fence is None:
            return []
        with self.session() as session:
            now = self._shown_now(session)
            # Units first: work, rights and recipients are those of today.
            reorganising.apply_due(session, now=now)
            agency_ids = list(session.scalars(select(Agency.id).order_by(Agency.id)))
            rounds = [self._round(session, agency_id, now) for agency_id in agency_ids if self.leads()]
            scheduling.record_tick(session, fence=self.fence, now=self.real_now())
        return [done for done in rounds if done is not None]

    def _round(self, session: Session, agency_id: int, now: datetime, *, is_forced: bool = False) -> Round | None:
        return reminders.run_round(
            session,
            agency_id=agency_id,
            now=now,
            delivery_hour=self.delivery_hour,
            is_forced=is_forced,
        )

    def deliver(self) -> list[Outcome]:
        """Sends what waits, as long as this worker leads."""
        if not self.leads() and not self.renew():
            return []
        with self.session() as session:
            now = self._shown_now(session)
            return outbox.deliver_all(session, self._post(), now=now, may_go_on=self.leads)

    def tidy(self) -> None:
        """Puts away what nobody needs again; by the leader only."""
        if self.keep_house is None or not self.leads():
            return
        with self.session() as session:
            done = self.keep_house(session, self.real_now(), self._shown_now(session))
        log.info("housekeeping: %s", done)

    def run_at(self, now: datetime) -> tuple[list[Round], list[Outcome]]:
        """Everything once, at the instant `now`, by command: no lease, whatever the hour, never on a day off."""
        with self.session() as session:
            reorganising.apply_due(session, now=now)
            agency_ids = list(session.scalars(select(Agency.id).order_by(Agency.id)))
            rounds = [self._round(session, agency_id, now, is_forced=True) for agency_id in agency_ids]
            outcomes = outbox.deliver_all(session, self._post(), now=now)
        return [done for done in rounds if done is not None], outcomes

    def shown_now(self) -> datetime:
        """The instant that work goes by."""
        with self.session() as session:
            return self._shown_now(session)

    def stop(self) -> None:
        """The mail in hand is finished, no other is begun."""
        self._is_stopping = True

    def release(self) -> None:
        """Gives the lease back at a clean end."""
        with suppress(SQLAlchemyError), self.session() as session:
            scheduling.release_lease(session, holder=self.post.holder)

    def _shown_now(self, session: Session) -> datetime:
        now = self.real_now()
        if not self.has_demo_clock:
            return now
        shown = clock.shown_now(session, now)
        session.rollback()
        return shown

    def _post(self) -> Post:
        return replace(self.post, real_now=self.real_now)
