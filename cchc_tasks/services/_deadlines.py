"""The present deadline of an obligation, brought in line with its ledger rows; nothing here commits."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.extensions import judged_deadline, judged_on
from cchc_tasks.domain.ledger import FOR_EVER, LedgerRow, holding_row
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.storage.models import Obligation
from cchc_tasks.storage.queries import ledger as ledger_queries


def refresh_deadline(session: Session, obligation: Obligation, *, now: datetime) -> LedgerRow:
    """The deadline that holds, by the same rule that counts use; called after each new deadline row was written.

    Raises the versions that reminders, calendars and open forms go by.
    """
    rows = ledger_queries.list_deadline_rows(session, obligation.agency_id, obligation.id)
    held = deadline_held(rows)
    values = values_of(held)
    obligation.deadline_kind, obligation.due_on = values.kind, values.due_on
    obligation.starts_on, obligation.is_ongoing = values.starts_on, values.is_ongoing
    obligation.deadline_version += 1
    obligation.version += 1
    obligation.calendar_sequence += 1
    obligation.changed_at = now
    _judge(obligation, rows)
    return held


def judge_again(session: Session, obligation: Obligation) -> None:
    """The deadline that the present status is judged by; called after each change of the status."""
    if obligation.deadline_version == 1:
        obligation.judged_due_on = obligation.due_on
    else:
        _judge(obligation, ledger_queries.list_deadline_rows(session, obligation.agency_id, obligation.id))


def deadline_held(rows: list[LedgerRow]) -> LedgerRow:
    """The deadline row in force at present; every obligation has one since it entered its plan."""
    held = holding_row(rows, cut_off=date.max, known_at=FOR_EVER)
    if held is None:
        raise LookupError("an obligation without a deadline row")
    return held


def values_of(row: LedgerRow) -> DeadlineValues:
    """The deadline that a row records."""
    starts_on = row.payload.get("starts_on")
    return DeadlineValues(
        DeadlineKind(str(row.payload["kind"])),
        row.due_on,
        date.fromisoformat(str(starts_on)) if starts_on else None,
        bool(row.payload.get("is_ongoing")),
    )


def _judge(obligation: Obligation, rows: list[LedgerRow]) -> None:
    day = judged_on(obligation.status, obligation.status_on, obligation.entered_on, date.max)
    obligation.judged_due_on = judged_deadline(rows, day=day, known_at=FOR_EVER).due_on
