"""Extensions of deadlines: when one may be asked and granted, from which day it holds, what work is judged by."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.ledger import FOR_EVER, LedgerRow, holding_row, known_rows
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status

#: What a deadline row says of itself (`payload["change"]`) where it is an extension.
EXTENDED = "extension"
#: … and where it takes one back that should never have been granted; it answers (`answers_seq`) the extension's row.
REVOKED = "revocation"
#: Statuses in which the unit works; a report has to be taken back before more time is asked.
ASKABLE_STATUSES = frozenset({Status.NOT_STARTED, Status.IN_PROGRESS})
#: Statuses that name a day of completion: what was said then is judged by the deadline of that day.
SETTLED_STATUSES = frozenset({Status.REPORTED, Status.DONE})


class ExtensionState(StrEnum):
    """What became of a request."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


def check_asking(status: Status, due_on: date | None, asked_due_on: date, reason: str) -> None:
    """Raises `Refused` where more time cannot be asked; asking after the deadline is allowed. Source: DESIGN rule 9."""
    if status is Status.REPORTED:
        raise Refused(RefusedReason.EXTENSION_OF_REPORTED)
    if status not in ASKABLE_STATUSES:
        raise Refused(RefusedReason.EXTENSION_OF_DONE)
    check_later(due_on, asked_due_on)
    if not reason:
        raise Refused(RefusedReason.REASON_NEEDED)


def check_granting(status: Status, due_on: date | None, granted_due_on: date) -> date:
    """The deadline that the new one takes the place of; raises `Refused`.

    Work that was reported meanwhile is still open: the new date holds if the report comes back.
    """
    if status not in OPEN_STATUSES:
        raise Refused(RefusedReason.EXTENSION_OF_DONE)
    return check_later(due_on, granted_due_on)


def check_later(due_on: date | None, new_due_on: date) -> date:
    """The deadline in force, where there is one and the new date is after it; raises `Refused`."""
    if due_on is None:
        raise Refused(RefusedReason.NO_DEADLINE)
    if new_due_on <= due_on:
        raise Refused(RefusedReason.NOT_LATER, new_due_on=new_due_on, due_on=due_on)
    return due_on


def holds_from(today: date, issued_on: date | None, in_force_from: date) -> date:
    """The day from which an extension is in force: its document's date of issue, without one the day of the answer.

    Never before the deadline it takes the place of was in force, so that the last one granted holds. A document of a
    day to come is refused.
    """
    if issued_on is not None and issued_on > today:
        raise Refused(RefusedReason.AFTER_TODAY, effective_on=issued_on, today=today)
    return max(issued_on or today, in_force_from)


@dataclass(frozen=True, slots=True)
class Judged:
    """The deadline that an obligation is judged by, and the plan's own without extensions, with their rows.

    `extensions` counts those granted by the day that is judged. None: nothing was known then.
    """

    row: LedgerRow | None
    original: LedgerRow | None
    extensions: int

    @property
    def due_on(self) -> date | None:
        return None if self.row is None else self.row.due_on

    @property
    def original_due_on(self) -> date | None:
        return None if self.original is None else self.original.due_on


def judged_on(status: Status, status_on: date | None, entered_on: date, cut_off: date) -> date:
    """The day whose deadline is asked for: that of completion, for open work the cut-off.

    Work done before it entered the plan is judged by the plan's first deadline. A report is judged as the
    confirmation that takes its day will be.
    """
    if status in SETTLED_STATUSES and status_on is not None:
        return max(status_on, entered_on)
    return cut_off


def judged_deadline(rows: Sequence[LedgerRow], *, day: date, known_at: datetime) -> Judged:
    """What was in force on `day` as known at an instant, of all deadline rows of one obligation."""
    extended = _extended(rows)
    known = known_rows(rows, cut_off=day, known_at=known_at)
    revoked = {row.answers_seq for row in known if row.payload.get("change") == REVOKED}
    return Judged(
        holding_row(rows, cut_off=day, known_at=known_at),
        holding_row((row for row in rows if row.seq not in extended), cut_off=day, known_at=known_at),
        sum(row.payload.get("change") == EXTENDED and row.seq not in revoked for row in known),
    )


@dataclass(frozen=True, slots=True)
class InForce:
    """The extension that is in force: its row, the row that says its date now, and what holds without it."""

    granted: LedgerRow
    held: LedgerRow
    before: LedgerRow


@dataclass(frozen=True, slots=True)
class Deadlines:
    """All deadline rows of one obligation, known in full, told apart by what they are.

    `live` are those that say something of their own; an extension that was taken back is none of them, and neither
    are the rows (`above`) that say in its place what holds without it: they follow what is put right below them.
    """

    live: tuple[LedgerRow, ...]
    above: tuple[LedgerRow, ...]
    roots: Mapping[int, LedgerRow]

    def held_on(self, day: date, without: Collection[int] = ()) -> LedgerRow | None:
        """Of the rows that say something of their own the one that holds on a day."""
        rows = [row for row in self.live if row.seq not in without]
        return holding_row(rows, cut_off=day, known_at=FOR_EVER)

    def in_force(self) -> InForce | None:
        """The extension by which the last deadline holds; None where it is the plan's own.

        A date that was typed wrongly and put right is the same extension.
        """
        held = self.held_on(date.max)
        granted = None if held is None else self.roots[held.seq]
        if held is None or granted is None or granted.payload.get("change") != EXTENDED:
            return None
        before = self.held_on(granted.effective_on, self.chain(granted))
        return None if before is None else InForce(granted, held, before)

    def chain(self, root: LedgerRow) -> frozenset[int]:
        """The sequences of a row and of those that put it right."""
        return frozenset(seq for seq, found in self.roots.items() if found.seq == root.seq)

    def own(self) -> LedgerRow | None:
        """The plan's own deadline, without what was extended."""
        extended = {row.seq for row in self.live if self.roots[row.seq].payload.get("change") == EXTENDED}
        return self.held_on(date.max, extended)


def deadlines_of(rows: Sequence[LedgerRow]) -> Deadlines:
    """The rows of one obligation told apart."""
    by_seq = {row.seq: row for row in rows}

    def root(row: LedgerRow) -> LedgerRow:
        while row.payload.get("change") not in (EXTENDED, REVOKED) and row.corrects_seq in by_seq:
            row = by_seq[row.corrects_seq]
        return row

    roots = {row.seq: root(row) for row in rows}
    revocations = {row.seq for row in rows if row.payload.get("change") == REVOKED}
    gone = revocations | {row.answers_seq for row in rows if row.seq in revocations}
    corrected = {row.corrects_seq for row in rows}
    return Deadlines(
        tuple(row for row in rows if roots[row.seq].seq not in gone),
        tuple(row for row in rows if roots[row.seq].seq in revocations and row.seq not in corrected),
        roots,
    )


def _extended(rows: Iterable[LedgerRow]) -> set[int]:
    """Sequences of the extensions, and of what puts one of them right."""
    found: set[int] = set()
    for row in sorted(rows, key=lambda each: each.seq):
        if row.payload.get("change") == EXTENDED or row.corrects_seq in found:
            found.add(row.seq)
    return found
