"""The daily round: writes down the lines that fell due and gathers them into one digest per person."""

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cchc_tasks.domain.mailing import DIGEST_KIND, digest_key
from cchc_tasks.domain.periods import VIETNAM, local_day, start_of_day
from cchc_tasks.domain.reminders import DEFAULT_STEPS, Line, ReminderSteps, due_lines, unqueued
from cchc_tasks.domain.working_days import WorkingCalendar
from cchc_tasks.services._mail import new_message_row
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, JobRun, OutboxMessage, ReminderLine
from cchc_tasks.storage.queries import reminders as queries
from cchc_tasks.storage.upsert import insert_all_absent, insert_if_absent

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What a round wrote: new lines, new digests."""

    lines: int = 0
    digests: int = 0


def run_round(
    session: Session,
    *,
    agency_id: int,
    now: datetime,
    calendar: WorkingCalendar,
    delivery_hour: int,
    steps: ReminderSteps = DEFAULT_STEPS,
    is_forced: bool = False,
) -> Round | None:
    """One round of an agency; None where none is due: a day off, before the hour, or done today already.

    The round of a day runs at the first call after the delivery hour, however late. A forced one ignores the hour and
    whether it ran, never the day off. Called by several schedulers at once it writes every line and digest once.
    """
    day = local_day(now)
    if not calendar.is_working_day(day):
        return None
    if not is_forced and (now.astimezone(VIETNAM).time() < time(delivery_hour) or _has_run(session, agency_id, now)):
        return None
    with transaction(session):
        # Rounds of one agency queue up here; SQLite's writers do so anyway.
        session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update(key_share=True))
        if not is_forced and _has_run(session, agency_id, now):
            return None
        done = Round(_queue_lines(session, agency_id, now, calendar, steps), _gather(session, agency_id, now))
        _remember(session, agency_id, now, done)
    log.info("agency %s, digests of %s: %s lines, %s mails", agency_id, day, done.lines, done.digests)
    return done


def _job(agency_id: int) -> str:
    return f"digests/{agency_id}"


def _has_run(session: Session, agency_id: int, now: datetime) -> bool:
    day = local_day(now).isoformat()
    return session.scalar(select(JobRun.id).where(JobRun.job == _job(agency_id), JobRun.outcome == day)) is not None


def _remember(session: Session, agency_id: int, now: datetime, done: Round) -> None:
    session.add(
        JobRun(
            job=_job(agency_id),
            fence=0,
            started_at=now,
            finished_at=now,
            outcome=local_day(now).isoformat(),
            detail=f"{done.lines}/{done.digests}",
        )
    )


def _queue_lines(
    session: Session, agency_id: int, now: datetime, calendar: WorkingCalendar, steps: ReminderSteps
) -> int:
    """Writes the lines that are due and were never queued; how many."""
    today = local_day(now)
    roster = queries.load_roster(session, agency_id, today)
    done_since = start_of_day(today - timedelta(days=steps.news_days))
    all_facts = queries.list_facts(session, agency_id, done_since=done_since)
    due = [line for facts in all_facts for line in due_lines(facts, roster, today, calendar, steps)]
    queued = queries.queued_keys(session, agency_id, sorted({line.obligation_id for line in due}))
    rows = [_row(agency_id, line, now) for line in unqueued(due, queued)]
    return insert_all_absent(session, ReminderLine, rows)


def _row(agency_id: int, line: Line, now: datetime) -> dict[str, object]:
    return {
        "agency_id": agency_id,
        "subject_kind": "obligation",
        "subject_id": line.obligation_id,
        "obligation_id": line.obligation_id,
        "rule": line.rule.value,
        "step": line.step,
        "deadline_version": line.deadline_version,
        "recipient_id": line.recipient_id,
        "due_day": line.due_day,
        "created_at": now,
    }


def _gather(session: Session, agency_id: int, now: datetime) -> int:
    """Puts every line that waits into its recipient's digest of today; lines of somebody who has one wait on."""
    count = 0
    for recipient_id, line_ids in sorted(queries.list_unjoined(session, agency_id).items()):
        message_row_id = insert_if_absent(session, OutboxMessage, _digest_row(agency_id, recipient_id, now))
        if message_row_id is None:
            continue
        for start in range(0, len(line_ids), 500):
            session.execute(
                update(ReminderLine)
                .where(ReminderLine.id.in_(line_ids[start : start + 500]), ReminderLine.message_row_id.is_(None))
                .values(message_row_id=message_row_id)
            )
        count += 1
    return count


def _digest_row(agency_id: int, recipient_id: int, now: datetime) -> dict[str, object]:
    return new_message_row(
        agency_id=agency_id,
        kind=DIGEST_KIND,
        recipient_id=recipient_id,
        unique_key=digest_key(local_day(now)),
        payload={},
        now=now,
    )
