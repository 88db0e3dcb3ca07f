"""Rows as fields of a form: what a row may be answered with, what was typed, what somebody else answered meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from flask import request, url_for

from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.reports.cells import NOT_APPLICABLE_TEXT, NOT_YET_TEXT
from cchc_tasks.domain.reports.checks import by_row
from cchc_tasks.domain.reports.figures import may_be_computed
from cchc_tasks.domain.reports.findings import FindingKind
from cchc_tasks.domain.reports.forms import FormRow, ValueType
from cchc_tasks.domain.text import normalise, one_line
from cchc_tasks.services import report_answers
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import ReportEntry
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.queries.report_places import ProofLine, proofs_of
from cchc_tasks.storage.queries.tasks import names_of_people
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import who_and_when
from cchc_tasks.web.reports.opening import Opened, state_of
from cchc_tasks.web.reports.proofs import DOCUMENT, FILE_ITSELF, TypedProof
from cchc_tasks.wording import report_answers as answer_words
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.reports import finding_sentence

VALUE, NOTE, SEEN, QUICK = "so", "ghi", "thay", "dat"
LONGEST_VALUE, LONGEST_NOTE = 200, 5_000
#: Findings that only say what the state of the row says already.
NOT_ANSWERED = frozenset({FindingKind.BLANK, FindingKind.NOT_YET, FindingKind.FORM_NOT_IN_FORCE})
NO_PROOF, NOTHING_TYPED = ProofLine(), TypedProof()
QUICK_ANSWERS = (NOT_YET_TEXT, NOT_APPLICABLE_TEXT, "0")


class KeyForm(BaseForm):
    """A form whose fields are named by the rows of the report."""


@dataclass(frozen=True, slots=True)
class RowField:
    """One row of the annex as a page shows it."""

    row: FormRow
    level: int
    printed: str
    href: str
    previous: str = ""
    change: str = ""
    note: str = ""
    unit: str = ""
    state: str = ""
    state_words: str = ""
    is_computed: bool = False
    computed: str = ""
    override_reason: str = ""
    options: Sequence[tuple[str, str]] = ()
    seen: int = 0
    trouble: str = ""
    quick: Sequence[str] = ()
    #: What proves the answer that stands there, and what was typed of another proof.
    held: ProofLine = NO_PROOF
    proof: TypedProof = NOTHING_TYPED
    answered: str = ""
    #: What the checks find at the answer that stands there, so that the unit puts it right before the office asks.
    doubts: Sequence[str] = ()

    @property
    def code(self) -> str:
        return self.row.code

    @property
    def anchor(self) -> str:
        return f"d-{self.row.code.replace('.', '-')}"

    @property
    def is_section(self) -> bool:
        return self.level == 1

    def name(self, part: str) -> str:
        return f"{part}-{self.row.code}"


@dataclass(slots=True)
class Typed:
    """What came back with a form: values, notes and proofs by row, and what went wrong with a row."""

    values: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    proofs: dict[str, TypedProof] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)


def row_fields(opened: Opened, rows: Iterable[FormRow], typed: Typed | None = None) -> list[RowField]:
    typed = typed or Typed()
    return [row_field(opened, row, typed) for row in rows]


def row_field(opened: Opened, row: FormRow, typed: Typed) -> RowField:
    level = 1 if row.parent is None and row.is_heading else 2 if row.level <= 2 else 3
    href = url_for("reports.row", report_id=opened.report.id, code=row.code)
    figure, entry = opened.figures[row.key], opened.entries.get(row.key)
    if row.is_heading:
        return RowField(row, level, figure.printed, href, note=figure.note)
    before = opened.previous.get(row.key)
    printed = typed.values.get(row.key, figure.printed)
    state, said = state_of(opened, row)
    return RowField(
        row,
        level,
        printed,
        href,
        previous=before.printed if before else "",
        change=answer_words.change(row, before, opened.cell(row)) if before else "",
        note=typed.notes.get(row.key, figure.note),
        unit=opened.asked_name(row),
        state=state,
        state_words=said,
        is_computed=figure.is_computed,
        computed=figure.computed,
        override_reason=figure.override_reason,
        options=options_of(row, printed),
        seen=entry.ordinal if entry else 0,
        trouble=typed.troubles.get(row.key, ""),
        quick=QUICK_ANSWERS if row.value_type in (ValueType.COUNT, ValueType.PERCENT) else QUICK_ANSWERS[:2],
        proof=typed.proofs.get(row.key, NOTHING_TYPED),
    )


def with_proofs(opened: Opened, cards: Sequence[RowField]) -> list[RowField]:
    """The rows with what proves the answer that stands there, who gave it and when, and the last period's in words."""
    agency_id, entries = opened.report.agency_id, opened.entries
    own = [entries[card.row.key] for card in cards if card.row.key in entries]
    held = proofs_of(db.session, agency_id, own)
    names = names_of_people(db.session, agency_id, {each.actor_id for each in own if each.actor_id})
    period = words.short_period(opened.previous_report) if opened.previous_report else ""
    doubts = by_row([each for each in opened.findings if each.kind not in NOT_ANSWERED])
    return [
        replace(
            card,
            doubts=[finding_sentence(each, opened.form) for each in doubts.get(card.row.key, ())],
            held=held.get(entry.id, NO_PROOF) if entry else NO_PROOF,
            answered=answer_words.answered_by(names.get(entry.actor_id or 0, ""), entry.recorded_at) if entry else "",
            previous=answer_words.previous(card.row, opened.previous.get(card.row.key), opened.cell(card.row), period),
        )
        for card in cards
        for entry in [entries.get(card.row.key)]
    ]


def options_of(row: FormRow, printed: str) -> tuple[tuple[str, str], ...]:
    """What a coded row may be answered with; what stands there stays to be chosen, whatever it is. Empty: typed."""
    if not row.choices:
        return ()
    coded = [(str(choice.code), choice.label) for choice in row.choices]
    found = [("", words.NO_ANSWER), *coded, (NOT_YET_TEXT, NOT_YET_TEXT), (NOT_APPLICABLE_TEXT, NOT_APPLICABLE_TEXT)]
    if printed not in [value for value, _label in found]:
        found.append((printed, printed))
    return tuple(found)


def read_typed(rows: Iterable[FormRow]) -> Typed:
    """What the request says about these rows; rows that it does not name are left alone.

    A quick answer ("chưa có") stands in the place of what was typed for its row.
    """
    typed = Typed()
    quick_code, _, quick = request.form.get(QUICK, "").partition(":")
    for row in rows:
        name = f"{VALUE}-{row.code}"
        if row.code == quick_code and quick in QUICK_ANSWERS:
            typed.values[row.key] = quick
        elif name in request.form:
            typed.values[row.key] = one_line(request.form[name])[:LONGEST_VALUE]
        if f"{NOTE}-{row.code}" in request.form:
            typed.notes[row.key] = normalise(request.form[f"{NOTE}-{row.code}"])[:LONGEST_NOTE]
    return typed


def seen_of(row: FormRow) -> int:
    return request.form.get(f"{SEEN}-{row.code}", 0, type=int)


def save_rows(opened: Opened, rows: Sequence[FormRow], typed: Typed, *, request_key: str | None) -> int:
    """Writes what was changed; how many rows were. Rows that somebody else answered meanwhile stay with what was
    typed: `typed.troubles` then says what stands there, and the others are written."""
    answers = [answer for row in rows if (answer := _answer(opened, row, typed)) is not None]
    try:
        return _write(opened, answers, request_key)
    except StaleEdit:
        db.session.expire_all()
        held = queries.entries_of(db.session, opened.report)
        fresh = [each for each in answers if (held[each.key].ordinal if each.key in held else 0) == each.seen]
        for each in answers:
            if each not in fresh:
                typed.troubles[each.key] = _meanwhile(opened, held[each.key])
        return _write(opened, fresh, request_key)


def _write(opened: Opened, answers: Sequence[Answer], request_key: str | None) -> int:
    if not answers:
        return 0
    written = report_answers.answer(db.session, opened.report.id, answers, request_key=request_key, **who_and_when())
    return len(written)


def _answer(opened: Opened, row: FormRow, typed: Typed) -> Answer | None:
    """The answer to a row if it says something else than the page showed; None for a row left alone."""
    proof = typed.proofs.get(row.key)
    if row.key not in typed.values and row.key not in typed.notes and proof is None:
        return None
    seen = seen_of(row)
    entry = _seen_entry(opened, row, seen)
    shown = _shown(opened, row, entry)
    drops = proof.drops if proof and entry is not None else frozenset()
    answer = Answer(
        row.key,
        typed.values.get(row.key, shown[0]),
        typed.notes.get(row.key, shown[1]),
        seen=seen,
        document=proof.document if proof else None,
        file=proof.file if proof else None,
        drops_document=DOCUMENT in drops and entry is not None and entry.document_id is not None,
        drops_file=FILE_ITSELF in drops and entry is not None and entry.file_id is not None,
    )
    return None if (answer.printed, answer.note) == shown and not answer.changes_proof else answer


def _seen_entry(opened: Opened, row: FormRow, seen: int) -> ReportEntry | None:
    """The answer that the page showed, which is not one written since."""
    entry = opened.entries.get(row.key)
    if entry is None or entry.ordinal == seen:
        return entry
    history = queries.entry_history(db.session, opened.report, row.key)
    return next((each for each in history if each.ordinal == seen), None)


def _shown(opened: Opened, row: FormRow, entry: ReportEntry | None) -> tuple[str, str]:
    """Value and note that the page showed with this answer."""
    if may_be_computed(row) and opened.figures[row.key].is_computed:
        return opened.figures[row.key].printed, entry.note if entry else ""
    return (entry.printed, entry.note) if entry else ("", "")


def _meanwhile(opened: Opened, entry: ReportEntry) -> str:
    names = names_of_people(db.session, opened.report.agency_id, [entry.actor_id] if entry.actor_id else [])
    return words.answered_meanwhile(names.get(entry.actor_id or 0, ""), entry.printed, entry.note, entry.recorded_at)
