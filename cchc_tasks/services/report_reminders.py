"""Reminding units of the rows that a report asks them for, when the office says so; once a day for each head."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal, Role
from cchc_tasks.domain.reports.answering import AnswerState, answer_state, rows_to_enter
from cchc_tasks.services import _once, outbox
from cchc_tasks.services.ledger import known_now
from cchc_tasks.services.report_asks import asks_of
from cchc_tasks.services.report_figures import compute_draft
from cchc_tasks.services.reports import open_draft
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Report
from cchc_tasks.storage.queries.report_people import people_of_units

KIND = "report_request"


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a reminding did: mails queued, people who had theirs today, units without anybody to write to."""

    queued: int = 0
    before: int = 0
    without_head: int = 0


def remind_units(
    session: Session,
    report_id: int,
    unit_ids: Collection[int],
    *,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Reminded:
    """Queues one mail to each head of these units that still has rows to answer; a unit without rows gets none.

    A row that says "chưa có" is named as well: the office asks, and sees for itself that it is not the last word.

    A person gets one a day for a report. Raises `NotFound` for a unit that the report asks nothing of, and as
    `open_draft`.
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = open_draft(session, report_id, actor)
        asks = asks_of(session, report).answering
        for unit_id in unit_ids:
            if unit_id not in asks.values():
                raise NotFound(what="unit", id=unit_id)
        left = _left_by_unit(session, report, asks, now)
        wanted = {unit_id: left[unit_id] for unit_id in unit_ids if left.get(unit_id)}
        heads = people_of_units(session, actor.agency_id, wanted, (Role.HEAD,), local_day(now))
        # Who heads two of the units has the rows of both in the one mail.
        rows_of: dict[int, list[str]] = {}
        for unit_id, rows in wanted.items():
            for person_id in heads.get(unit_id, ()):
                rows_of.setdefault(person_id, []).extend(rows)
        outcomes = [_queue(session, report, person_id, rows, now) for person_id, rows in rows_of.items()]
    return Reminded(sum(outcomes), len(outcomes) - sum(outcomes), sum(not heads.get(unit_id) for unit_id in wanted))


def _left_by_unit(session: Session, report: Report, asks: Mapping[str, int], now: datetime) -> dict[int, list[str]]:
    """The rows without a final answer by the unit that is asked, as they are named in the mail."""
    told = compute_draft(session, report, known_at=known_now(session, report.agency_id, now=now))
    left: dict[int, list[str]] = {}
    for row in rows_to_enter(told.form, told.figures):
        if row.key in asks and answer_state(told.figures[row.key].cell) is not AnswerState.DONE:
            left.setdefault(asks[row.key], []).append(f"{row.code} {row.label}")
    return left


def _queue(session: Session, report: Report, person_id: int, rows: list[str], now: datetime) -> bool:
    """Whether a mail was queued: not where the person has one of today."""
    payload = {
        "report_id": report.id,
        "period_key": report.period_key,
        "year": report.year,
        "due_on": report.entries_due_on.isoformat(),
        "rows": rows,
    }
    queued = outbox.enqueue(
        session,
        agency_id=report.agency_id,
        kind=KIND,
        recipient_id=person_id,
        unique_key=f"{report.id}/{local_day(now).isoformat()}",
        payload=payload,
        now=now,
    )
    return queued is not None
