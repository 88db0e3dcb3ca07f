"""Why a submitted figure would be another today: what the ledger was told since, row by row, as facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cchc_tasks.domain.extensions import EXTENDED, ExtensionState
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.workflow import Move


class CauseKind(StrEnum):
    """What a row of the ledger did."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    STARTED = "started"
    RETURNED = "returned"
    REOPENED = "reopened"
    STATUS_CORRECTED = "status_corrected"
    EXTENDED = "extended"
    DEADLINE_CORRECTED = "deadline_corrected"
    DEADLINE_AMENDED = "deadline_amended"
    ADDED = "added"
    CARRIED_IN = "carried_in"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CARRIED_OVER = "carried_over"
    AMENDED = "amended"
    REORGANISED = "reorganised"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that was recorded since. `document` and `issued_on`: what it was done by ("" and None: by none).

    `before` and `after` are the days of a moved deadline; `seq` is 0 for what has no row of its own.
    """

    kind: CauseKind
    seq: int
    effective_on: date
    recorded_at: datetime
    actor_id: int | None
    who: str = ""
    document: str = ""
    issued_on: date | None = None
    reason: str = ""
    before: date | None = None
    after: date | None = None
    obligation_id: int | None = None


_OF_MOVE: Mapping[str, CauseKind] = {
    Move.START: CauseKind.STARTED,
    Move.REPORT: CauseKind.REPORTED,
    Move.CONFIRM: CauseKind.CONFIRMED,
    Move.RETURN: CauseKind.RETURNED,
    Move.TAKE_BACK: CauseKind.RETURNED,
    Move.REOPEN: CauseKind.REOPENED,
    Move.WITHDRAW: CauseKind.WITHDRAWN,
    Move.LAPSE: CauseKind.LAPSED,
    Move.CARRY_OVER: CauseKind.CARRIED_OVER,
}


def causes_of(rows: Iterable[LedgerRow], *, cut_off: date) -> list[Cause]:
    """What the rows did to a count as at `cut_off`, in their order; rows of later days say nothing of it.

    A document that amends the plan is told once in a row of the plan itself: its number and date stand with all that
    was recorded with it.
    """
    told = sorted(rows, key=lambda row: row.seq)
    amendments = {row.recorded_at: row for row in told if row.kind is RowKind.AMENDMENT and row.task_id is None}
    matter = [row for row in told if row.effective_on <= cut_off or row.corrects_seq is not None]
    found: list[Cause] = []
    for row in matter:
        kind = kind_of(row)
        if kind is not None:
            cause = _cause(kind, row, amendments.get(row.recorded_at))
            # A report that overtook several rows is written once for each of them.
            if not found or _is_another(cause, found[-1]):
                found.append(cause)
    return found


def _is_another(cause: Cause, before: Cause) -> bool:
    return (cause.kind, cause.recorded_at, cause.obligation_id) != (
        before.kind,
        before.recorded_at,
        before.obligation_id,
    )


def kind_of(row: LedgerRow) -> CauseKind | None:
    """What the row did; None for one that moves no count (a question, a hand-over, a waiver)."""
    change = row.payload.get("change")
    match row.kind:
        case RowKind.STATUS:
            return _OF_MOVE.get(str(row.payload.get("move")), CauseKind.STATUS_CORRECTED)
        case RowKind.EXTENSION:
            return CauseKind.EXTENDED if row.payload.get("step") == ExtensionState.GRANTED else None
        case RowKind.DEADLINE if change == "amendment":
            return CauseKind.DEADLINE_AMENDED
        case RowKind.DEADLINE if change not in (EXTENDED, "initial"):
            return CauseKind.DEADLINE_CORRECTED
        case RowKind.ENTRY:
            return CauseKind.CARRIED_IN if "carried_from" in row.payload else CauseKind.ADDED
        case _:
            return None


def _cause(kind: CauseKind, row: LedgerRow, amendment: LedgerRow | None) -> Cause:
    payload = row.payload
    document, issued_on = _document(kind, payload if amendment is None else {**amendment.payload, **payload})
    reason = str(payload.get("reason") or "")
    return Cause(
        kind=kind,
        seq=row.seq,
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
        actor_id=row.actor_id,
        document=document,
        issued_on=issued_on,
        # An amendment gives its own number as the reason.
        reason="" if reason == document else reason,
        before=_day(payload.get("against")),
        after=row.due_on,
        obligation_id=row.obligation_id,
    )


def _document(kind: CauseKind, payload: Mapping[str, object]) -> tuple[str, date | None]:
    if kind is CauseKind.STATUS_CORRECTED:
        # It repeats the papers of what it puts right.
        return "", None
    proof = payload.get("document")
    if isinstance(proof, Mapping):
        return str(proof["number"]), _day(proof["issued_on"])
    if "amendment" in payload:
        return str(payload["amendment"]), _day(payload.get("issued_on"))
    if kind in (CauseKind.CARRIED_IN, CauseKind.CARRIED_OVER):
        return str(payload.get("plan") or ""), None
    return "", None


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
