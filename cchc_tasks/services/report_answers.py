"""What people write into a report: answers of the units, what the office prints otherwise, the text, acceptances."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.permissions import Action, Principal, Work
from cchc_tasks.domain.reports.cells import Cell
from cchc_tasks.domain.reports.figures import may_be_computed
from cchc_tasks.domain.reports.findings import Finding
from cchc_tasks.domain.reports.forms import Form, FormRow, Severity
from cchc_tasks.domain.reports.outline import headings
from cchc_tasks.services import _once
from cchc_tasks.services._evidence import DocumentInput, FileInput, keep_document, keep_file
from cchc_tasks.services.ledger import known_now
from cchc_tasks.services.report_asks import asks_of
from cchc_tasks.services.report_figures import Describe, compute_draft, compute_report, findings_of
from cchc_tasks.services.report_forms import form_of
from cchc_tasks.services.reports import open_draft
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Report, ReportAcceptance, ReportEntry, ReportOverride, ReportText
from cchc_tasks.storage.queries import reports as queries


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed for a row. `seen` is the ordinal of the answer that stood there when the page was opened (0:
    none); `printed` is kept letter for letter. Document and file prove it, where there are some; what stood there
    stays until another is given or it is dropped."""

    key: str
    printed: str
    note: str = ""
    seen: int = 0
    document: DocumentInput | None = None
    file: FileInput | None = None
    drops_document: bool = False
    drops_file: bool = False

    @property
    def changes_proof(self) -> bool:
        given = self.document is not None or self.file is not None
        return given or self.drops_document or self.drops_file


def answer(
    session: Session,
    report_id: int,
    answers: Sequence[Answer],
    *,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> tuple[ReportEntry, ...]:
    """Writes the answers that say something new, all or none; an answer that changes nothing writes nothing.

    A row is answered by the unit that is asked (or stands in its place today), or by the office; a computed one takes
    a note and a proof and nothing else. Figures are counted only where a row could be computed.
    Raises `NotAllowed` for another's row, `NotFound` for no such row, `Refused(NOT_ENTERED)` for another value of a
    computed one, `StaleEdit` (facts: key) where it was answered meanwhile, and `Refused(REPORT_SUBMITTED)`.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = open_draft(session, report_id, actor)
        form = form_of(queries.get_form(session, actor.agency_id, report.form_id))
        rows = {each.key: _row(form, each.key) for each in answers}
        asks, held = asks_of(session, report).answering, queries.entries_of(session, report)
        for key in rows:
            _require(actor, key, asks)
        computed = _computed(session, report, rows.values(), now)
        written = []
        for each in answers:
            row = _next_entry(session, report, _as_kept(rows[each.key], each, computed), held.get(each.key), actor, now)
            if row is not None:
                session.add(row)
                written.append(row)
    return tuple(written)


def _require(actor: Principal, key: str, asks: Mapping[str, int]) -> None:
    asked = asks.get(key)
    work = Work(actor.agency_id, frozenset() if asked is None else frozenset({asked}))
    permissions.require(actor, Action.ANSWER_REPORT, work)


def _computed(session: Session, report: Report, rows: Iterable[FormRow], now: datetime) -> dict[str, Cell]:
    """What the system finds for the rows that it computes, by key."""
    if not any(may_be_computed(row) for row in rows):
        return {}
    told = compute_draft(session, report, known_at=known_now(session, report.agency_id, now=now))
    return {key: figure.computed for key, figure in told.figures.items() if figure.computed is not None}


def _as_kept(row: FormRow, given: Answer, computed: Mapping[str, Cell]) -> Answer:
    """The answer as it is written down: of a computed row without the value, which its page showed in the field."""
    if row.key not in computed:
        return given
    if given.printed not in ("", computed[row.key].printed):
        raise Refused(RefusedReason.NOT_ENTERED, number=row.number)
    return replace(given, printed="")


def _next_entry(
    session: Session, report: Report, given: Answer, held: ReportEntry | None, actor: Principal, now: datetime
) -> ReportEntry | None:
    last = 0 if held is None else held.ordinal
    before = ("", "") if held is None else (held.printed, held.note)
    if before == (given.printed, given.note) and not given.changes_proof:
        return None
    if given.seen != last:
        raise StaleEdit(what="report_entries", key=given.key, current=last, seen=given.seen)
    document_id, file_id = _proof_ids(session, report, given, held, actor, now)
    return ReportEntry(
        agency_id=report.agency_id,
        report_id=report.id,
        key=given.key,
        ordinal=last + 1,
        printed=given.printed,
        note=given.note,
        document_id=document_id,
        file_id=file_id,
        recorded_at=now,
        actor_id=actor.person_id,
    )


def _proof_ids(
    session: Session, report: Report, given: Answer, held: ReportEntry | None, actor: Principal, now: datetime
) -> tuple[int | None, int | None]:
    """The document and the file behind the next answer."""
    document_id = None if held is None or given.drops_document else held.document_id
    file_id = None if held is None or given.drops_file else held.file_id
    document = keep_document(session, report.agency_id, given.document, actor, now) if given.document else None
    file = keep_file(session, report.agency_id, given.file, actor, now) if given.file else None
    if document is not None or file is not None:
        session.flush()
    return document.id if document else document_id, file.id if file else file_id


def _row(form: Form, key: str) -> FormRow:
    row = form.by_key.get(key)
    if row is None:
        raise NotFound(what="report_row", id=key)
    return row


def print_otherwise(
    session: Session,
    report_id: int,
    key: str,
    *,
    printed: str | None,
    reason: str,
    seen: int,
    actor: Principal,
    now: datetime,
    describe: Describe,
    request_key: str | None = None,
) -> ReportOverride:
    """Prints another value ('' for a blank) in place of a computed one, or lifts that (`printed` None), for a reason.

    Both values stay visible. Raises `Refused(NOT_COMPUTED)` for a row that nothing computes, `StaleEdit`.
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    if not reason:
        raise Refused(RefusedReason.REASON_NEEDED)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = open_draft(session, report_id, actor)
        told = compute_report(session, report, actor=actor, now=now, describe=describe)
        row = _row(told.form, key)
        if not told.figures[row.key].is_computed:
            raise Refused(RefusedReason.NOT_COMPUTED, number=row.number)
        held = queries.overrides_of(session, report).get(key)
        last = 0 if held is None else held.ordinal
        if seen != last:
            raise StaleEdit(what="report_overrides", key=key, current=last, seen=seen)
        override = ReportOverride(
            agency_id=report.agency_id,
            report_id=report.id,
            key=key,
            ordinal=last + 1,
            printed=printed,
            reason=reason,
            recorded_at=now,
            actor_id=actor.person_id,
        )
        session.add(override)
    return override


def write_text(
    session: Session,
    report_id: int,
    texts: Mapping[str, tuple[str, int]],
    *,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> tuple[ReportText, ...]:
    """Writes sections of the text: place -> (text with bound numbers, ordinal seen); unchanged ones write nothing.

    Raises `NotFound` for a place that the form's outline does not have, `StaleEdit` (facts: place).
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = open_draft(session, report_id, actor)
        form = form_of(queries.get_form(session, actor.agency_id, report.form_id))
        known = {heading.place for heading in headings(form)}
        held = queries.texts_of(session, report)
        rows = []
        for place, (text, seen) in texts.items():
            if place not in known:
                raise NotFound(what="report_section", id=place)
            row = _next_text(report, place, text, seen, held.get(place), actor, now)
            if row is not None:
                session.add(row)
                rows.append(row)
    return tuple(rows)


def _next_text(
    report: Report, place: str, text: str, seen: int, held: ReportText | None, actor: Principal, now: datetime
) -> ReportText | None:
    last = 0 if held is None else held.ordinal
    if text == ("" if held is None else held.text):
        return None
    if seen != last:
        raise StaleEdit(what="report_texts", place=place, current=last, seen=seen)
    return ReportText(
        agency_id=report.agency_id,
        report_id=report.id,
        place=place,
        ordinal=last + 1,
        text=text,
        recorded_at=now,
        actor_id=actor.person_id,
    )


def accept_finding(session: Session, report_id: int, identity: str, **values: Any) -> Finding:
    """Accepts one warning; as `accept_findings`."""
    return accept_findings(session, report_id, [identity], **values)[0]


def accept_findings(
    session: Session,
    report_id: int,
    identities: Sequence[str],
    *,
    reason: str,
    actor: Principal,
    now: datetime,
    describe: Describe,
    request_key: str | None = None,
) -> tuple[Finding, ...]:
    """Accepts warnings for one reason, all or none; each holds for exactly its finding and ends when that changes.

    Raises `Refused(STOPS)` for what no reason mends, `NotFound` for one that is not found any more.
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    if not reason:
        raise Refused(RefusedReason.REASON_NEEDED)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = open_draft(session, report_id, actor)
        told = compute_report(session, report, actor=actor, now=now, describe=describe)
        found = {each.identity: each for each in findings_of(session, told)}
        held = queries.acceptances_of(session, report)
        for identity in identities:
            if identity not in found:
                raise NotFound(what="finding", id=report_id)
            if found[identity].severity is Severity.STOPS:
                raise Refused(RefusedReason.STOPS)
            if identity not in held:
                session.add(_acceptance(report, identity, reason, actor, now))
    return tuple(found[identity] for identity in identities)


def _acceptance(report: Report, identity: str, reason: str, actor: Principal, now: datetime) -> ReportAcceptance:
    return ReportAcceptance(
        agency_id=report.agency_id,
        report_id=report.id,
        identity_sha256=hashlib.sha256(identity.encode()).hexdigest(),
        identity=identity,
        reason=reason,
        recorded_at=now,
        actor_id=actor.person_id,
    )
