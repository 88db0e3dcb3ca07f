"""The daily round: writes down the lines that fell due and gathers them into one digest per person."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotAllowed
from cchc_tasks.domain.mail_preferences import EVERY_DAY, MailPreference, Turn, turn_of
from cchc_tasks.domain.mailing import DIGEST_KIND, TRIAL_KIND, digest_key
from cchc_tasks.domain.periods import VIETNAM, local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reminders import DropReason, Line, SubjectKind, unqueued
from cchc_tasks.services import _once, _sources, outbox
from cchc_tasks.services._mail import new_message_row
from cchc_tasks.services.reminder_rules import Ground, load_ground
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, JobRun, OutboxMessage, ReminderLine
from cchc_tasks.storage.queries import reminders as queries
from cchc_tasks.storage.upsert import insert_all_absent, insert_if_absent

log = logging.getLogger(__name__)

#: Rows named in one statement.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Round:
    """What a round wrote: new lines, new digests."""

    lines: int = 0
    digests: int = 0


def run_round(
    session: Session, *, agency_id: int, now: datetime, delivery_hour: int, is_forced: bool = False
) -> Round | None:
    """One round of an agency; None where none is due: a day off, a quiet day, before the hour, or done today already.

    The round of a day runs at the first call after the delivery hour (the office's, else `delivery_hour`), however
    late. A forced one ignores the hour and whether it ran, never the day. Called by several schedulers at once it
    writes every line and digest once.
    """
    day = local_day(now)
    ground = load_ground(session, agency_id, day)
    if not ground.days.sending.is_working_day(day):
        return None
    hour = delivery_hour if ground.rules.delivery_hour is None else ground.rules.delivery_hour
    if not is_forced and (now.astimezone(VIETNAM).time() < time(hour) or _has_run(session, agency_id, now)):
        return None
    with transaction(session):
        # Rounds of one agency queue up here; SQLite's writers do so anyway.
        session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update(key_share=True))
        if not is_forced and _has_run(session, agency_id, now):
            return None
        done = Round(_queue_lines(session, agency_id, now, ground), _gather(session, agency_id, now, ground))
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


def _queue_lines(session: Session, agency_id: int, now: datetime, ground: Ground) -> int:
    """Writes the lines that are due and were never queued; how many."""
    today = local_day(now)
    roster = queries.load_roster(session, agency_id, today)
    due = _sources.due_on(session, agency_id, roster, today, ground.days, ground.rules)
    rows = [_row(agency_id, line, now) for line in unqueued(due, queries.list_queued(session, agency_id, due))]
    return insert_all_absent(session, ReminderLine, rows)


def _row(agency_id: int, line: Line, now: datetime) -> dict[str, object]:
    return {
        "agency_id": agency_id,
        "subject_kind": line.kind.value,
        "subject_id": line.subject_id,
        "obligation_id": line.subject_id if line.kind is SubjectKind.OBLIGATION else None,
        "rule": line.rule.value,
        "step": line.step,
        "deadline_version": line.deadline_version,
        "recipient_id": line.recipient_id,
        "due_day": line.due_day,
        "created_at": now,
    }


def _gather(session: Session, agency_id: int, now: datetime, ground: Ground) -> int:
    """Puts the lines whose turn it is into their recipient's digest of today; those of somebody who has one wait on."""
    waiting = queries.list_unjoined(session, agency_id)
    wanted = queries.preferences_of(session, agency_id, {line.recipient_id for line in waiting.values()})
    turns = sort_by_turn(waiting, wanted, local_day(now), ground)
    _change(session, turns[Turn.NEVER], dropped_because=DropReason.NOT_WANTED.value)
    by_recipient: dict[int, list[int]] = defaultdict(list)
    for line_id in turns[Turn.NOW]:
        by_recipient[waiting[line_id].recipient_id].append(line_id)
    count = 0
    for recipient_id, line_ids in sorted(by_recipient.items()):
        message_row_id = insert_if_absent(session, OutboxMessage, _digest_row(agency_id, recipient_id, now))
        if message_row_id is not None:
            _change(session, line_ids, message_row_id=message_row_id)
            count += 1
    return count


def sort_by_turn(
    waiting: Mapping[int, Line], wanted: Mapping[int, MailPreference], today: date, ground: Ground
) -> dict[Turn, list[int]]:
    """The waiting lines' ids by what happens to them today, as each recipient wants it."""
    turns: dict[Turn, list[int]] = {turn: [] for turn in Turn}
    for line_id, line in waiting.items():
        preference = wanted.get(line.recipient_id, EVERY_DAY)
        turns[turn_of(line.rule, line.due_day, preference, today, ground.days, ground.rules)].append(line_id)
    return turns


def _change(session: Session, line_ids: list[int], **values: object) -> None:
    """Changes lines that no digest holds."""
    for start in range(0, len(line_ids), CHUNK):
        session.execute(
            update(ReminderLine)
            .where(ReminderLine.id.in_(line_ids[start : start + CHUNK]), ReminderLine.message_row_id.is_(None))
            .values(**values)
        )


def _digest_row(agency_id: int, recipient_id: int, now: datetime) -> dict[str, object]:
    return new_message_row(
        agency_id=agency_id,
        kind=DIGEST_KIND,
        recipient_id=recipient_id,
        unique_key=digest_key(local_day(now)),
        payload={},
        now=now,
    )


def send_trial(session: Session, *, actor: Principal, now: datetime, request_key: str | None = None) -> int:
    """Queues a digest marked as a trial for whoever asks, with what is due for them today; its row id."""
    permissions.require(actor, Action.READ_REMINDERS)
    if actor.person_id is None:
        raise NotAllowed(action=Action.READ_REMINDERS, person_id=None)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        message_row_id = outbox.enqueue(
            session,
            agency_id=actor.agency_id,
            kind=TRIAL_KIND,
            recipient_id=actor.person_id,
            unique_key=now.isoformat(),
            payload={},
            now=now,
        )
    log.info("agency %s: trial mail %s asked for by %s", actor.agency_id, message_row_id, actor.person_id)
    return message_row_id or 0


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line that would go out on `day` if nothing changed until then."""

    day: date
    line: Line


def preview(session: Session, agency_id: int, days_ahead: Iterable[date]) -> list[PlannedLine]:
    """What would go out on the days named (in their order), by the rounds' own rules, if nobody did anything.

    Writes nothing. Days on which no mail goes out are passed over.
    """
    planned: list[PlannedLine] = []
    queued: list[Line] = []
    waiting = dict(queries.list_unjoined(session, agency_id))
    # Rows to come get numbers that no row has.
    next_id = -1
    for day in days_ahead:
        ground = load_ground(session, agency_id, day)
        if not ground.days.sending.is_working_day(day):
            continue
        roster = queries.load_roster(session, agency_id, day)
        due = _sources.due_on(session, agency_id, roster, day, ground.days, ground.rules)
        known = [*queries.list_queued(session, agency_id, due), *queued]
        for line in unqueued(due, known):
            waiting[next_id], next_id = line, next_id - 1
            queued.append(line)
        wanted = queries.preferences_of(session, agency_id, {line.recipient_id for line in waiting.values()})
        turns = sort_by_turn(waiting, wanted, day, ground)
        leaving = [waiting.pop(line_id) for line_id in turns[Turn.NOW]]
        for line_id in turns[Turn.NEVER]:
            del waiting[line_id]
        still = {line.key for line in due}
        planned += [PlannedLine(day, line) for line in leaving if line.key in still]
    return planned
