"""What a digest holds at the moment its mail is written: each line is asked again whether it still holds."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.mailing import Digest, DigestItem
from cchc_tasks.domain.reminders import DropReason, Line, ReminderSteps, Rule, WorkFacts, by_urgency, drop_reason
from cchc_tasks.domain.working_days import WorkingCalendar
from cchc_tasks.storage.models import OutboxMessage, ReminderLine
from cchc_tasks.storage.queries import reminders as queries
from cchc_tasks.storage.queries import units


def load_digest(
    session: Session, message: OutboxMessage, *, today: date, calendar: WorkingCalendar, steps: ReminderSteps
) -> Digest:
    """The lines of `message` that hold on `today`, the urgent first, and those that do not, with the reason."""
    rows = queries.lines_of(session, message.agency_id, message.id)
    facts = queries.facts_of(session, message.agency_id, [row.obligation_id for row in rows])
    roster = queries.load_roster(session, message.agency_id, today)
    dropped: dict[int, DropReason] = {}
    holding: list[ReminderLine] = []
    for row in rows:
        reason = drop_reason(line_of(row), facts[row.obligation_id], roster, today, calendar, steps)
        if reason is None:
            holding.append(row)
        else:
            dropped[row.id] = reason
    items = _items(session, message.agency_id, holding, facts, today)
    return Digest(today, tuple(sorted(items, key=_order)), dropped)


def line_of(row: ReminderLine) -> Line:
    """A stored line as the domain knows it."""
    return Line(row.obligation_id, Rule(row.rule), row.step, row.deadline_version, row.recipient_id, row.due_day)


def _items(
    session: Session, agency_id: int, rows: list[ReminderLine], facts: Mapping[int, WorkFacts], today: date
) -> list[DigestItem]:
    shown = {row.obligation_id: facts[row.obligation_id] for row in rows}
    texts = queries.texts_of(session, agency_id, shown)
    names = units.names_on(session, agency_id, today)
    return [_item(row, shown[row.obligation_id], texts[row.obligation_id], names, today) for row in rows]


def _item(
    row: ReminderLine, facts: WorkFacts, texts: queries.ItemTexts, names: Mapping[int, str], today: date
) -> DigestItem:
    rule = Rule(row.rule)
    return DigestItem(
        rule=rule,
        step=row.step,
        obligation_id=row.obligation_id,
        task_id=texts.task_id,
        numbers=texts.numbers,
        task_text=texts.task_text,
        product_text=texts.product_text,
        period_label=texts.period_label,
        unit_names=tuple(names.get(unit_id, "") for unit_id in texts.unit_ids),
        status=facts.status,
        due_on=facts.due_on,
        deadline_text=texts.deadline_text,
        scheduled_on=row.due_day,
        is_late=rule in _SCHEDULED and texts.known_on <= row.due_day < today,
        cut_off=date.fromisoformat(row.step) if rule is Rule.PROGRESS_NOTE else None,
        reason=texts.reason,
        actor_name=texts.actor_name,
    )


#: Rules with a day of their own; news is told in the next digest, whenever that is.
_SCHEDULED = frozenset({Rule.OVERDUE, Rule.ON_DUE, Rule.BEFORE_DUE, Rule.PROGRESS_NOTE})


def _order(item: DigestItem) -> tuple[int, date, tuple[int, ...], int]:
    """The urgent first; within a rule the oldest deadline first, then as printed."""
    numbers = tuple(int(part) for part in ".".join(item.numbers[:1]).split(".") if part.isdigit())
    return by_urgency(item.rule), item.due_on or date.max, numbers, item.obligation_id
