"""Drift: how a count known at one instant differs from the same count known later, item by item, and why."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cchc_tasks.domain.counting import CountedItem, LeftOut, ObligationState, Tally
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status


class DriftReason(StrEnum):
    """What was recorded between the two instants; the weightier first."""

    CORRECTION = "correction"
    REOPENED = "reopened"
    RETURNED = "returned"
    LATE_ENTRY = "late_entry"
    LATE_CONFIRMATION = "late_confirmation"
    DEADLINE_CHANGED = "deadline_changed"
    PLAN_CHANGED = "plan_changed"
    RULE_CHANGED = "rule_changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One unit of the count that was counted otherwise then than now; None where it was not in the count.

    `recorded_at` is the last entry that moved it (None where only the rule changed).
    """

    key: Hashable
    then: CountedItem | None
    now: CountedItem | None
    reasons: tuple[DriftReason, ...]
    recorded_at: datetime | None

    @property
    def done_delta(self) -> int:
        """What it adds to the number of done things: +1, 0 or -1."""
        return _done(self.now) - _done(self.then)

    @property
    def total_delta(self) -> int:
        """What it adds to the number set out."""
        return int(self.now is not None) - int(self.then is not None)

    @property
    def members(self) -> tuple[ObligationState, ...]:
        item = self.now or self.then
        return item.members if item else ()


def _done(item: CountedItem | None) -> int:
    return int(item is not None and item.is_done)


def compare(then: Tally, now: Tally, recorded: Mapping[int, Sequence[LedgerRow]]) -> tuple[Change, ...]:
    """What changed, in the plan's order as known now, then what is gone.

    `recorded` holds the ledger rows entered between the two instants, by obligation; both tallies have one cut-off.
    The deltas of all changes add up to the difference of the two counts.
    """
    before = {item.key: item for item in then.items}
    after = {item.key: item for item in now.items}
    members = _members_left_out(now)
    changes = []
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        if _shape(old) == _shape(new):
            continue
        parts = {state.obligation_id for item in (old, new) if item for state in item.members}
        rows = _rows_of(parts | members.get(key, set()), recorded, now.cut_off)
        reasons = _reasons(rows) or ((DriftReason.RULE_CHANGED,) if then.rule != now.rule else ())
        changes.append(Change(key, old, new, reasons, max((row.recorded_at for row in rows), default=None)))
    return tuple(changes)


def _members_left_out(tally: Tally) -> dict[Hashable, set[int]]:
    return {each.key: _ids(each) for each in tally.left_out}


def _ids(left_out: LeftOut) -> set[int]:
    return {state.obligation_id for state in left_out.members}


def _shape(item: CountedItem | None) -> tuple[object, ...] | None:
    """What a number of the period is made of."""
    if item is None:
        return None
    return (item.is_done, item.is_late, item.is_overdue, item.is_reported, item.done_on, item.due_on)


def _rows_of(ids: Iterable[int], recorded: Mapping[int, Sequence[LedgerRow]], cut_off: date) -> list[LedgerRow]:
    rows = [row for each in ids for row in recorded.get(each, ())]
    return [row for row in rows if row.effective_on <= cut_off or row.corrects_seq is not None]


def _reasons(rows: Iterable[LedgerRow]) -> tuple[DriftReason, ...]:
    found = {_reason(row) for row in rows}
    if DriftReason.LATE_ENTRY in found:
        # Who reports late is confirmed later still; the second says nothing more.
        found.discard(DriftReason.LATE_CONFIRMATION)
    return tuple(reason for reason in DriftReason if reason in found)


def _reason(row: LedgerRow) -> DriftReason | None:
    if row.kind is RowKind.ENTRY or row.status in REMOVED_STATUSES:
        return DriftReason.PLAN_CHANGED
    if row.kind is RowKind.DEADLINE:
        return DriftReason.DEADLINE_CHANGED
    if row.corrects_seq is not None:
        return DriftReason.CORRECTION
    if row.status is Status.REPORTED:
        return DriftReason.LATE_ENTRY
    if row.status is Status.DONE:
        return DriftReason.LATE_CONFIRMATION
    if row.status is Status.IN_PROGRESS:
        return DriftReason.REOPENED if row.answers_seq is None else DriftReason.RETURNED
    return None
