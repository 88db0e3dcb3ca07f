"""A submitted report as bytes that never change, and how today's figures differ from it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.drift import Change
from cchc_tasks.domain.reports.figures import Figure, Member, Proof, member_id

FORMAT = 1


@dataclass(frozen=True, slots=True)
class FrozenFigure:
    """One row as submitted: what printed, what was computed ("" with `is_computed` False: nothing was)."""

    key: str
    printed: str
    value: str
    computed: str
    is_computed: bool
    rule: str
    note: str
    override_reason: str
    counted: tuple[Member, ...]
    not_counted: tuple[Member, ...]
    #: What proved an entered value; reports submitted before answers had files hold none.
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class FrozenPlan:
    """A plan that figures were counted from, with its counting rule as plain values (see `rule` of the plan)."""

    plan_id: int
    kind: str
    number: str
    rule: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FrozenText:
    """One section of the text: its place in the outline ("1.2"), its heading and the text as printed."""

    place: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A report as submitted. Number and date of the document are not in it: they are filled in when it is issued.

    `known_at` is the instant up to which the ledger was known, `ledger_head` its sequence number and hash then.
    `accepted` are identities of findings with the reason they were accepted for.
    """

    agency_code: str
    report_id: int
    version: int
    form: str
    form_sha256: str
    period_key: str
    year: int
    window_starts_on: date
    cut_off: date
    known_at: datetime
    ledger_seq: int
    ledger_hash: str
    submitted_at: datetime
    submitted_by: str
    title: str
    plans: tuple[FrozenPlan, ...]
    figures: tuple[FrozenFigure, ...]
    texts: tuple[FrozenText, ...]
    accepted: Mapping[str, str]


def freeze_figure(figure: Figure) -> FrozenFigure:
    """A figure as it goes into a snapshot."""
    return FrozenFigure(
        key=figure.key,
        printed=figure.cell.printed,
        value="" if figure.cell.value is None else f"{figure.cell.value:f}",
        computed="" if figure.computed is None else figure.computed.printed,
        is_computed=figure.computed is not None,
        rule="" if figure.measure is None else str(figure.measure),
        note=figure.note,
        override_reason=figure.override_reason,
        counted=figure.counted,
        not_counted=figure.not_counted,
        proof=figure.proof,
    )


def canonical_bytes(snapshot: Snapshot) -> bytes:
    """One byte string per snapshot: JSON, keys sorted, no blanks, UTF-8. What is hashed and stored."""
    return json.dumps(
        _to_dict(snapshot), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def digest(data: bytes) -> str:
    """SHA-256 of the canonical bytes, in hex: the hash printed with a report."""
    return hashlib.sha256(data).hexdigest()


def snapshot_from_bytes(data: bytes) -> Snapshot:
    """The inverse of `canonical_bytes`."""
    return _from_dict(json.loads(data))


def _to_dict(snapshot: Snapshot) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(snapshot, name) for name in _PLAIN}
    values |= {name: getattr(snapshot, name).isoformat() for name in _DATES}
    values |= {name: getattr(snapshot, name).astimezone(UTC).isoformat() for name in _INSTANTS}
    values["format"] = FORMAT
    values["accepted"] = dict(snapshot.accepted)
    values["plans"] = [[plan.plan_id, plan.kind, plan.number, dict(plan.rule)] for plan in snapshot.plans]
    values["texts"] = [[text.place, text.heading, text.text] for text in snapshot.texts]
    values["figures"] = [_figure_to_dict(figure) for figure in snapshot.figures]
    return values


_PLAIN = (
    "agency_code", "report_id", "version", "form", "form_sha256", "period_key", "year",
    "ledger_seq", "ledger_hash", "submitted_by", "title",
)  # fmt: skip
_DATES = ("window_starts_on", "cut_off")
_INSTANTS = ("known_at", "submitted_at")
_FIGURE_TEXTS = ("key", "printed", "value", "computed", "is_computed", "rule", "note", "override_reason")


def _figure_to_dict(figure: FrozenFigure) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(figure, name) for name in _FIGURE_TEXTS}
    values["counted"] = [[member.id, member.text] for member in figure.counted]
    values["not_counted"] = [[member.id, member.text] for member in figure.not_counted]
    if figure.proof is not None:
        values["proof"] = _proof_to_list(figure.proof)
    return values


def _proof_to_list(proof: Proof) -> list[str]:
    issued_on = "" if proof.issued_on is None else proof.issued_on.isoformat()
    return [proof.number, issued_on, proof.subject, proof.file_name, proof.file_sha256]


def _proof_from_list(values: list[str]) -> Proof:
    number, issued_on, *rest = values
    return Proof(number, date.fromisoformat(issued_on) if issued_on else None, *rest)


def _figure_from_dict(values: Mapping[str, Any]) -> FrozenFigure:
    return FrozenFigure(
        **{name: values[name] for name in _FIGURE_TEXTS},
        counted=tuple(Member(*each) for each in values["counted"]),
        not_counted=tuple(Member(*each) for each in values["not_counted"]),
        proof=_proof_from_list(values["proof"]) if "proof" in values else None,
    )


def _from_dict(values: Mapping[str, Any]) -> Snapshot:
    plain: dict[str, Any] = {name: values[name] for name in _PLAIN}
    plain |= {name: date.fromisoformat(values[name]) for name in _DATES}
    plain |= {name: datetime.fromisoformat(values[name]) for name in _INSTANTS}
    return Snapshot(
        **plain,
        plans=tuple(FrozenPlan(*each) for each in values["plans"]),
        figures=tuple(_figure_from_dict(each) for each in values["figures"]),
        texts=tuple(FrozenText(*each) for each in values["texts"]),
        accepted=values["accepted"],
    )


@dataclass(frozen=True, slots=True)
class FigureDrift:
    """One figure that would be otherwise today: what it printed then, what it would now, and which members moved.

    `entered` are counted now and were not then, `left` the other way round. For a row that the office printed
    otherwise, then and now are the computed values.
    """

    key: str
    then: str
    now: str
    entered: tuple[Member, ...]
    left: tuple[Member, ...]

    @property
    def is_value_changed(self) -> bool:
        return self.then != self.now


def drift(frozen: Snapshot, now: Mapping[str, Figure]) -> tuple[FigureDrift, ...]:
    """Each figure whose value or whose counted members differ from the submitted ones, in the form's order.

    Rows that are entered by hand differ only if their entry was changed since. A number that stays the same while
    one member took another's place is drift too. Why each member moved: `changes_by_member`.
    """
    found = []
    for old in frozen.figures:
        new = now.get(old.key)
        if new is None:
            continue
        then_text, now_text = _told(old), _told(freeze_figure(new))
        before, after = {each.id: each for each in old.counted}, {each.id: each for each in new.counted}
        entered = tuple(each for name, each in after.items() if name not in before)
        left = tuple(each for name, each in before.items() if name not in after)
        if then_text != now_text or entered or left:
            found.append(FigureDrift(old.key, then_text, now_text, entered, left))
    return tuple(found)


def changes_by_member(counted: CountedThing, changes: Iterable[Change]) -> dict[str, Change]:
    """Why each member moved: the changes of a plan's tally (`domain.drift.compare`) by the ids of a report."""
    return {member_id(counted, change.key): change for change in changes}


def _told(figure: FrozenFigure) -> str:
    return figure.computed if figure.is_computed else figure.printed
