"""What DESIGN rules 1, 9 and 10 say of a ledger, in plain loops over all of its rows: slow, and nobody else's code.

The product asks its database; what it answers is held against this on random histories.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.storage.models import LedgerRow

OPEN = ("not_started", "in_progress", "reported")


@dataclass(frozen=True)
class Expected:
    """One obligation as at (cut-off, known-at)."""

    plan_id: int
    task_id: int
    status: str
    status_on: date | None
    due_on: date | None
    original_due_on: date | None
    extensions: int
    unit_id: int | None
    #: Goes on all year without a date. What the product says of it is held against this by the counts alone.
    is_standing: bool = field(default=False, compare=False)


@dataclass
class PlainLedger:
    """All rows of an agency by what they are about; `groups` are the ids of collective groups."""

    groups: frozenset[int]
    entries: list[LedgerRow] = field(default_factory=list)
    of_obligation: dict[tuple[int, str], list[LedgerRow]] = field(default_factory=lambda: defaultdict(list))
    of_task: dict[int, list[LedgerRow]] = field(default_factory=lambda: defaultdict(list))
    #: Rows that say that a product went on in another task.
    taken: dict[int, list[LedgerRow]] = field(default_factory=lambda: defaultdict(list))

    def expected(self, cut_off: date, known_at: datetime) -> dict[int, Expected]:
        """Every obligation that had entered its plan."""
        return {
            entry.obligation_id: self._one(entry, cut_off, known_at)
            for entry in self.entries
            if entry.recorded_at <= known_at and entry.effective_on <= cut_off
        }

    def _one(self, entry: LedgerRow, cut_off: date, known_at: datetime) -> Expected:
        id_ = entry.obligation_id
        said = last(self.of_obligation[id_, "status"], cut_off, known_at)
        status, status_on = ("not_started", None) if said is None else (str(said.status), said.effective_on)
        # Finished work is judged by what was in force on the day of completion.
        settled_on = None if status_on is None else max(status_on, entry.effective_on)
        day = settled_on if status in ("reported", "done") and settled_on else cut_off
        deadlines = self.of_obligation[id_, "deadline"]
        extended = extensions_among(deadlines)
        held = last(deadlines, day, known_at)
        original = last([row for row in deadlines if row.seq not in extended], day, known_at)
        granted = [
            row
            for row in deadlines
            if row.payload["change"] == "extension"
            and row.recorded_at <= known_at
            and row.effective_on <= day
            and not any(
                other.payload["change"] == "revocation"
                and other.answers_seq == row.seq
                and other.recorded_at <= known_at
                for other in deadlines
            )
        ]
        whose_day = cut_off if status in OPEN or settled_on is None else settled_on
        return Expected(
            entry.plan_id,
            self._task(entry, cut_off, known_at),
            status,
            status_on,
            held.due_on if held else None,
            original.due_on if original else None,
            len(granted),
            self._unit(entry, whose_day, known_at),
            held is not None and held.due_on is None and held.payload["kind"] == "ongoing",
        )

    def _task(self, entry: LedgerRow, day: date, known_at: datetime) -> int:
        """Where the product stood: in the task it entered with, or the last that took it."""
        taken = last(self.taken[entry.deliverable_id], day, known_at)
        return entry.task_id if taken is None or taken.seq < entry.seq else taken.payload["after"]["task_id"]

    def _unit(self, entry: LedgerRow, day: date, known_at: datetime) -> int | None:
        rows = self.of_task[self._task(entry, day, known_at)]
        own = last([row for row in rows if row.deliverable_id == entry.deliverable_id], day, known_at)
        whole = last([row for row in rows if row.deliverable_id is None], day, known_at)
        if whole is None:
            return None
        if own is not None and own.unit_id is not None:
            named = [own.unit_id]
        else:
            named = [whole.unit_id] if whole.unit_id is not None else list(whole.payload["co_leads"])
        return next((each for each in named if each not in self.groups), None)


def last(rows: Iterable[LedgerRow], cut_off: date, known_at: datetime) -> LedgerRow | None:
    """DESIGN rule 1: of the known rows that no other known row corrects, the last by (day, sequence)."""
    known = [row for row in rows if row.recorded_at <= known_at and row.effective_on <= cut_off]
    standing = [row for row in known if not any(other.corrects_seq == row.seq for other in known)]
    found = None
    for row in standing:
        if found is None or (row.effective_on, row.seq) > (found.effective_on, found.seq):
            found = row
    return found


def extensions_among(rows: Sequence[LedgerRow]) -> set[int]:
    """Extensions, and corrections of them."""
    found: set[int] = set()
    for row in rows:
        if row.payload["change"] == "extension" or row.corrects_seq in found:
            found.add(row.seq)
    return found


def read(session: Session, agency_id: int, groups: Iterable[int]) -> PlainLedger:
    """The whole ledger of an agency."""
    ledger = PlainLedger(frozenset(groups))
    for row in session.scalars(select(LedgerRow).where(LedgerRow.agency_id == agency_id).order_by(LedgerRow.seq)):
        kind = str(row.kind)
        if kind == "entry":
            ledger.entries.append(row)
        elif kind == "assignment":
            ledger.of_task[row.task_id].append(row)
        elif kind == "amendment" and row.payload.get("change") == "taken":
            ledger.taken[row.deliverable_id].append(row)
        elif row.obligation_id is not None:
            ledger.of_obligation[row.obligation_id, kind].append(row)
    return ledger
