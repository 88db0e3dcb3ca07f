"""The ledger: rows in two times, which row holds, and the hash chain that shows a changed row."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from cchc_tasks.domain.workflow import Status

#: The hash that the first row of an agency's chain names as its predecessor.
GENESIS_HASH = "0" * 64
#: Later than any row: what holds at present hides nothing that is written already.
FOR_EVER = datetime.max.replace(tzinfo=UTC)


class RowKind(StrEnum):
    """What a ledger row is about."""

    ENTRY = "entry"  # the obligation stands in the plan from `effective_on` (import, by hand, amendment)
    STATUS = "status"
    DEADLINE = "deadline"
    ASSIGNMENT = "assignment"
    HANDOVER = "handover"
    WAIVER = "waiver"
    AMENDMENT = "amendment"  # the plan, or one of its rows, was changed by a document of its own
    EXTENSION = "extension"  # a later deadline was asked, granted, refused, or the request taken back
    EXPLANATION = "explanation"  # an explanation (giải trình) was asked for or given
    CLOSING = "closing"  # the plan's year was closed


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row as stored. `effective_on` is when it happened, `recorded_at` (UTC) when we learnt it.

    `corrects_seq` names the row this one corrects, `answers_seq` the report that a confirmation or return answers.
    `payload` holds the words and numbers that belong to the kind (reason, document, phrase, units); plain JSON values.
    """

    agency_id: int
    seq: int
    kind: RowKind
    plan_id: int
    effective_on: date
    recorded_at: datetime
    actor_id: int | None
    task_id: int | None = None
    deliverable_id: int | None = None
    obligation_id: int | None = None
    status: Status | None = None
    due_on: date | None = None
    unit_id: int | None = None
    corrects_seq: int | None = None
    answers_seq: int | None = None
    request_key: str | None = None
    payload: Mapping[str, object] = field(default_factory=dict)


def known_rows(rows: Iterable[LedgerRow], *, cut_off: date, known_at: datetime) -> list[LedgerRow]:
    """The rows that were recorded by `known_at` and effective by `cut_off`; both bounds inclusive."""
    return [row for row in rows if row.recorded_at <= known_at and row.effective_on <= cut_off]


def holding_row(rows: Iterable[LedgerRow], *, cut_off: date, known_at: datetime) -> LedgerRow | None:
    """The row of one series (one obligation, one kind) that holds, or None while nothing was said.

    Source: DESIGN rule 1. Of the known rows that no other known row corrects, the last by (`effective_on`, `seq`).
    """
    known = known_rows(rows, cut_off=cut_off, known_at=known_at)
    corrected = {row.corrects_seq for row in known}
    candidates = [row for row in known if row.seq not in corrected]
    return max(candidates, key=lambda row: (row.effective_on, row.seq), default=None)


def rows_from(rows: Iterable[LedgerRow], day: date) -> list[LedgerRow]:
    """Of one series, known in full, the row that holds on `day` and those from later days; corrected ones left out."""
    series = list(rows)
    corrected = {row.corrects_seq for row in series}
    later = [row for row in series if row.effective_on > day and row.seq not in corrected]
    if not series:
        return []
    held = holding_row(series, cut_off=day, known_at=max(row.recorded_at for row in series))
    return later if held is None else [held, *later]


def canonical_bytes(row: LedgerRow) -> bytes:
    """The bytes that are hashed: JSON with sorted keys, ISO dates, UTC instants; the same on every machine."""
    values: dict[str, object] = {name: getattr(row, name) for name in LedgerRow.__slots__}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a ledger row cannot hold {value!r}")


def link_hash(previous_hash: str, row: LedgerRow) -> str:
    """The chain's hash after `row`: SHA-256 over the hash before it and the row's canonical bytes."""
    return hashlib.sha256(previous_hash.encode() + b"\n" + canonical_bytes(row)).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A row with the two hashes that stand beside it in the database."""

    row: LedgerRow
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: what a report, a back-up or a mail prints, so that a cut tail can be shown."""

    seq: int
    hash: str


class FaultKind(StrEnum):
    """What `verify_chain` can find."""

    GAP = "gap"
    CHANGED = "changed"
    BROKEN_LINK = "broken_link"
    HEAD_MISMATCH = "head_mismatch"
    TAIL_CUT = "tail_cut"


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the chain does not hold; `seq` is the row it shows at."""

    kind: FaultKind
    seq: int


def verify_chain(links: Iterable[StoredLink], *, published: Iterable[Head] = ()) -> Iterator[Fault]:
    """Every fault of one agency's chain, read in order of `seq`, against the heads that were published.

    A published head must be met exactly: a later row count with another hash is a re-written past,
    a lower one a cut tail.
    """
    anchors: dict[int, set[str]] = {}
    for head in published:
        anchors.setdefault(head.seq, set()).add(head.hash)
    expected_seq, previous = 1, GENESIS_HASH
    for link in links:
        if link.row.seq != expected_seq:
            yield Fault(FaultKind.GAP, link.row.seq)
        if link.previous_hash != previous:
            yield Fault(FaultKind.BROKEN_LINK, link.row.seq)
        if link_hash(link.previous_hash, link.row) != link.hash:
            yield Fault(FaultKind.CHANGED, link.row.seq)
        if anchors.pop(link.row.seq, {link.hash}) != {link.hash}:
            yield Fault(FaultKind.HEAD_MISMATCH, link.row.seq)
        expected_seq, previous = link.row.seq + 1, link.hash
    for seq in sorted(anchors):
        if seq > 0:
            yield Fault(FaultKind.TAIL_CUT, seq)
