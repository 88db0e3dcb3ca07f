"""Registers that feed rows of a report: what stands there by itself, what was added, what is left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reports.figures import DEFINITIONS, Measure
from cchc_tasks.domain.reports.figures import RegisterEntry as RegisterValue
from cchc_tasks.domain.workflow import check_effective_on
from cchc_tasks.services import _once
from cchc_tasks.services._record import recording_time
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, RegisterEntry
from cchc_tasks.storage.queries import reports as queries

#: The register that documents of evidence, plans and amendments stand in by themselves.
DOCUMENTS = "steer.docs_issued"
#: Every register, by the key of the row that it feeds.
REGISTER_KEYS = tuple(key for key, definition in DEFINITIONS.items() if definition.measure is Measure.REGISTER)


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One line of a register: what it is, whether it counts, and where it comes from.

    `is_own`: it was added by hand. `reason` says why one that stands there by itself is left out.
    """

    entry: RegisterValue
    is_counted: bool
    is_own: bool
    reason: str = ""


def lines_of(
    session: Session, agency_id: int, key: str, *, plan_ids: Sequence[int], known_at: datetime
) -> list[RegisterLine]:
    """The lines of one register as known at an instant, by day."""
    by_itself = []
    if key == DOCUMENTS:
        by_itself = queries.issued_documents(session, agency_id, plan_ids, known_at=known_at)
    said = queries.register_rows(session, agency_id, known_at=known_at, keys=[key]).get(key, {})
    lines = [_by_itself(entry, said.get(entry.id)) for entry in by_itself]
    lines += [_own(row) for member, row in said.items() if member.startswith("entry:")]
    return sorted(lines, key=lambda line: (line.entry.on, line.entry.id))


def _by_itself(entry: RegisterValue, said: RegisterEntry | None) -> RegisterLine:
    if said is None:
        return RegisterLine(entry, is_counted=True, is_own=False)
    return RegisterLine(entry, said.is_counted, is_own=False, reason=said.reason)


def _own(row: RegisterEntry) -> RegisterLine:
    entry = RegisterValue(row.member, row.text, row.happened_on, row.amount)
    return RegisterLine(entry, row.is_counted, is_own=True, reason=row.reason)


def counted(lines: Sequence[RegisterLine]) -> list[RegisterValue]:
    """The entries of the lines that count."""
    return [line.entry for line in lines if line.is_counted]


def add_entry(
    session: Session,
    key: str,
    *,
    happened_on: date,
    text: str,
    amount: int,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> RegisterEntry:
    """Adds a line by hand; `amount` at least 1. Raises `Refused(AFTER_TODAY)`, `NotFound` for an unknown register."""
    permissions.require(actor, Action.PREPARE_REPORT)
    if key not in REGISTER_KEYS:
        raise NotFound(what="register", id=key)
    check_effective_on(happened_on, today=local_day(now), plan_issued_on=happened_on, reason=None)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        row = _next_row(session, key, f"entry:{uuid4().hex}", actor, now, None)
        row.happened_on, row.text, row.amount = happened_on, text, amount
        session.add(row)
    return row


def set_counted(
    session: Session,
    key: str,
    member: str,
    *,
    ordinal: int,
    is_counted: bool,
    reason: str,
    plan_ids: Sequence[int],
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> RegisterEntry:
    """Says of a line whether it counts, with a reason; `ordinal` is that of the line's last row when it was shown (0:
    none). Raises `StaleEdit` where somebody said otherwise meanwhile, `NotFound` for no such line."""
    permissions.require(actor, Action.PREPARE_REPORT)
    if not reason:
        raise Refused(RefusedReason.REASON_NEEDED)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        row = _next_row(session, key, member, actor, now, ordinal)
        lines = lines_of(session, actor.agency_id, key, plan_ids=plan_ids, known_at=row.recorded_at)
        line = next((each for each in lines if each.entry.id == member), None)
        if line is None:
            raise NotFound(what="register_entry", id=member)
        row.happened_on, row.text, row.amount = line.entry.on, line.entry.text, line.entry.amount
        row.is_counted, row.reason = is_counted, reason
        session.add(row)
    return row


def _next_row(
    session: Session, key: str, member: str, actor: Principal, now: datetime, seen: int | None
) -> RegisterEntry:
    """An empty row after the member's last one; rows of an agency's registers are written one after another."""
    session.get(Agency, actor.agency_id, with_for_update={"key_share": True})
    recorded_at = recording_time(session, actor.agency_id, now=now)
    held = queries.register_rows(session, actor.agency_id, known_at=recorded_at, keys=[key]).get(key, {}).get(member)
    last = 0 if held is None else held.ordinal
    _check_seen(last, seen)
    return RegisterEntry(
        agency_id=actor.agency_id,
        key=key,
        member=member,
        ordinal=last + 1,
        recorded_at=recorded_at,
        actor_id=actor.person_id,
    )


def _check_seen(last: int, seen: int | None) -> None:
    if seen is not None and seen != last:
        raise StaleEdit(what="register_entry", current=last, seen=seen)
