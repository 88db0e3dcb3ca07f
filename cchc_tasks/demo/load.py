"""Loads the demo: plan 163 as an office would bring it in, the year so far with its mails, and the clock."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.demo.reporting import prepare_report
from cchc_tasks.demo.settlement import Settled, person_on, settle
from cchc_tasks.demo.story import Year, read_agency, read_year
from cchc_tasks.demo.telling import Keep, Teller
from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.errors import DuplicateRequest, NotFound, Refused, RefusedReason
from cchc_tasks.domain.periods import local_day, start_of_day
from cchc_tasks.domain.plan_reading import read_plan
from cchc_tasks.readers import read_document
from cchc_tasks.services import clock, outbox, plans, reminders, staging
from cchc_tasks.services.outbox import Post
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, DemoClock, Plan
from cchc_tasks.storage.queries import plans as plan_queries

log = logging.getLogger(__name__)


def load_demo(session: Session, *, keep: Keep, post: Post, delivery_hour: int, real_now: datetime) -> bool:
    """Loads what is not there yet; False where the demo stands already, and then nothing is touched.

    `keep` puts a file where evidence lies; `post` writes and keeps the digests of each working day. A load that was
    broken off goes on where it stopped. Raises Refused NOT_EMPTY for a database that holds another agency.
    """
    if session.scalars(select(DemoClock.id)).first() is not None:
        return False
    entry, year = read_agency(), read_year()
    if session.scalars(select(Agency.id).where(Agency.code != entry.code)).first() is not None:
        raise Refused(RefusedReason.NOT_EMPTY)
    settled = settle(session, entry, now=start_of_day(local_day(year.imported_at)))
    plan_id = bring_in_plan(session, settled, year)
    teller = Teller(session, settled, plan_id, keep)
    mail = DailyMail(session, settled.agency_id, post, delivery_hour, year.rule_at)
    for step in year.steps:
        mail.go_on_to(step.at)
        teller.tell(step)
    mail.go_on_to(year.clock)
    prepare_report(session, settled)
    with transaction(session):
        clock.set_clock(session, shows_at=year.clock, real_now=real_now)
    log.info("demo loaded: plan %s, %s steps", plan_id, len(year.steps))
    return True


def bring_in_plan(session: Session, settled: Settled, year: Year) -> int:
    """Reads the plan's file and brings it in as the office did, with its counting rule; the plan's id."""
    reading = read_plan(read_document(year.plan_file.read_bytes(), year.plan_file.name))
    heading = reading.heading
    if heading.issued_on is None:
        raise NotFound(what="issued_on", file=year.plan_file.name)
    known = plan_queries.find_plan(session, settled.agency_id, heading.number or "", heading.issued_on)
    plan = known or staging.import_directly(
        session,
        reading,
        sha256=reading_sha256(year),
        create_units=False,
        actor=person_on(session, settled, year.imported_by, local_day(year.imported_at)),
        now=year.imported_at,
    )
    set_rule(session, settled, plan, year)
    return plan.id


def reading_sha256(year: Year) -> str:
    """What the plan's file is known by."""
    return hashlib.sha256(year.plan_file.read_bytes()).hexdigest()


def set_rule(session: Session, settled: Settled, plan: Plan, year: Year) -> None:
    """The office's decision what is counted; made once."""
    try:
        plans.set_rule(
            session,
            plan.id,
            version=plan.version,
            rule=CountingRule(counted=year.counted, noun=year.noun),
            actor=person_on(session, settled, year.rule_by, local_day(year.rule_at)),
            now=year.rule_at,
            request_key="demo/rule",
        )
    except DuplicateRequest:
        session.rollback()


@dataclass(slots=True)
class DailyMail:
    """Runs the morning round of each day that passes, as the scheduler would have."""

    session: Session
    agency_id: int
    post: Post
    delivery_hour: int
    since: datetime

    def go_on_to(self, instant: datetime) -> None:
        """Every morning after `since` and up to `instant`: gathers what fell due and sends it."""
        day = local_day(self.since)
        while (morning := start_of_day(day) + timedelta(hours=self.delivery_hour)) <= instant:
            if morning > self.since:
                self.run(morning)
            day += timedelta(days=1)
        self.since = instant

    def run(self, now: datetime) -> None:
        reminders.run_round(self.session, agency_id=self.agency_id, now=now, delivery_hour=self.delivery_hour)
        outbox.deliver_all(self.session, self.post, now=now)
