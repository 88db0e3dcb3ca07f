"""What a digest holds at the moment its mail is written: each line is asked again whether it still holds."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.mail_preferences import Frequency
from cchc_tasks.domain.mailing import Digest, DigestItem, PlanProgress
from cchc_tasks.domain.reminder_rules import Rule
from cchc_tasks.domain.reminders import Line, Roster, SubjectKind, by_urgency
from cchc_tasks.services import _progress, _sources
from cchc_tasks.services.reminder_rules import load_ground
from cchc_tasks.storage.models import OutboxMessage, ReminderLine
from cchc_tasks.storage.queries import reminders as queries


def load_digest(session: Session, message: OutboxMessage, *, today: date) -> Digest:
    """The lines of `message` that hold on `today`, the urgent first, and those that do not, with the reason."""
    agency_id, ground = message.agency_id, load_ground(session, message.agency_id, today)
    rows = {line_of(row): row.id for row in queries.lines_of(session, agency_id, message.id)}
    roster = queries.load_roster(session, agency_id, today)
    held = _sources.contents_of(session, agency_id, list(rows), roster, today, ground.days, ground.rules)
    preference = queries.preferences_of(session, agency_id, [message.recipient_id]).get(message.recipient_id)
    if preference is not None and preference.frequency is Frequency.WEEKLY:
        # Late is what comes later than its reader wants it.
        held = replace(held, items=tuple(replace(item, is_late=False) for item in held.items))
    dropped = {rows[line]: reason for line, reason in held.dropped.items()}
    progress = _progress_for(session, message, roster, today) if held.items else ()
    return Digest(today, tuple(sorted(held.items, key=_order)), dropped, progress=progress)


def load_trial(session: Session, message: OutboxMessage, *, today: date) -> Digest:
    """What the recipient could be told today, told before or not; nothing of it is kept."""
    agency_id, ground = message.agency_id, load_ground(session, message.agency_id, today)
    roster = queries.load_roster(session, agency_id, today)
    due = _sources.due_on(session, agency_id, roster, today, ground.days, ground.rules)
    mine = [line for line in due if line.recipient_id == message.recipient_id]
    held = _sources.contents_of(session, agency_id, mine, roster, today, ground.days, ground.rules)
    progress = _progress_for(session, message, roster, today)
    return Digest(today, tuple(sorted(held.items, key=_order)), {}, progress=progress)


def _progress_for(session: Session, message: OutboxMessage, roster: Roster, today: date) -> tuple[PlanProgress, ...]:
    """How the plans stand, for the office and the leaders; nothing for those who have work of their own to do."""
    if message.recipient_id not in roster.office | roster.leaders:
        return ()
    return _progress.list_progress(session, message.agency_id, today)


def line_of(row: ReminderLine) -> Line:
    """A stored line as the domain knows it."""
    return Line(
        row.subject_id,
        Rule(row.rule),
        row.step,
        row.deadline_version,
        row.recipient_id,
        row.due_day,
        SubjectKind(row.subject_kind),
    )


def _order(item: DigestItem) -> tuple[int, date, tuple[int, ...], int]:
    """The urgent first; within a rule the oldest deadline first, then as printed."""
    numbers = tuple(int(part) for part in ".".join(item.numbers[:1]).split(".") if part.isdigit())
    return by_urgency(item.rule), item.due_on or date.max, numbers, item.obligation_id
