"""Puts the page of one task together, in a fixed number of queries whatever its products and its history."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from cchc_tasks.domain import permissions
from cchc_tasks.domain.evidence import proves, withdrawn_reports
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.mail_links import VIA
from cchc_tasks.domain.permissions import Action, Principal, Work
from cchc_tasks.domain.units import AssignedUnits
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.services import counting
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import explanations as explanation_queries
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.explanations import ExplanationRow
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow
from cchc_tasks.storage.queries.tasks import EvidenceRow, NoteRow, TaskCard, UnitCard
from cchc_tasks.web import work_items
from cchc_tasks.web.tasks import acts
from cchc_tasks.web.tasks.carrying import Links, links_of
from cchc_tasks.web.work_items import Marks, Steps, WorkItem
from cchc_tasks.wording import evidence as evidence_words
from cchc_tasks.wording import explanations as explanation_words
from cchc_tasks.wording import format_date, history
from cchc_tasks.wording import tasks as words
from cchc_tasks.wording import work as work_words
from cchc_tasks.wording.taking_over import waiver_reason

BY_DAY = "dien-ra"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done, as a link to its form."""

    slug: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A document or file behind an obligation, ready for the macro `document`."""

    title: str
    issued_text: str
    subject: str
    href: str
    note: str
    #: It came with a report that was returned or taken back, and proves nothing of the product.
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A progress note or a comment, in words."""

    kind: str
    author: str
    recorded_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One obligation of the page."""

    item: WorkItem
    due: Markup
    printed: str
    proofs: Sequence[Proof]
    waiver: str
    holder: str
    remarks: Sequence[Remark]
    #: What was asked to be explained, with the answers; `asked` are the words of the one that waits.
    explanations: Sequence[ExplanationRow]
    asked: str
    choices: Sequence[Choice]
    confirm_href: str
    #: The same work in the plan of another year: (words, address).
    carried: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """A deliverable with what it owes; `chosen` is the period that stands open below the table of periods."""

    place: int
    ordinal: str
    text: str
    pieces: Sequence[Piece]
    chosen: Piece | None
    steps: Steps | None

    @property
    def is_periodic(self) -> bool:
        return len(self.pieces) > 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read about a task."""

    principal: Principal
    today: date
    task: TaskCard
    rows: Sequence[WorkRow]
    assigned: AssignedUnits
    units: Mapping[int, UnitCard]
    evidence: Mapping[int, list[EvidenceRow]]
    notes: Sequence[NoteRow]
    ledger: Sequence[LedgerRow]
    #: Sequences of the reports that were returned or taken back.
    withdrawn: frozenset[int]
    names: history.Names
    explanations: Sequence[ExplanationRow] = ()
    carried: Links = field(default_factory=dict)

    def work(self, row: WorkRow) -> Work:
        offices = task_queries.offices_of(self.units)
        return task_queries.work_of(row, self.principal.agency_id, self.assigned, offices)

    def is_office_work(self, row: WorkRow) -> bool:
        """Whether a report of it, made now, would be the office's own."""
        offices = task_queries.offices_of(self.units)
        return task_queries.is_office_work(row, self.principal, self.assigned, offices)

    def row(self, obligation_id: int | None) -> WorkRow | None:
        return next((row for row in self.rows if row.id == obligation_id), None)


def read_sheet(principal: Principal, task_id: int, today: date) -> Sheet:
    """Raises `NotFound` for another agency's task."""
    agency_id = principal.agency_id
    task = task_queries.get_task(db.session, agency_id, task_id)
    rows = obligation_queries.list_work(db.session, agency_id, WorkFilter(task_id=task_id))
    ids = [row.id for row in rows]
    units = task_queries.units_by_id(db.session, agency_id, today)
    notes = task_queries.notes_of(db.session, agency_id, ids)
    ledger = ledger_queries.list_task_rows(db.session, agency_id, task_id)
    return Sheet(
        principal=principal,
        today=today,
        task=task,
        rows=rows,
        assigned=task.assigned,
        units=units,
        evidence=task_queries.evidence_of(db.session, agency_id, ids),
        notes=notes,
        ledger=ledger,
        withdrawn=withdrawn_reports(row for row in ledger if row.kind is RowKind.STATUS),
        names=_names(agency_id, task, rows, units, notes, ledger),
        explanations=explanation_queries.of_obligations(db.session, agency_id, ids)
        if any(row.kind is RowKind.EXPLANATION for row in ledger)
        else (),
        carried=links_of(agency_id, rows, ledger),
    )


def _names(
    agency_id: int,
    task: TaskCard,
    rows: Sequence[WorkRow],
    units: Mapping[int, UnitCard],
    notes: Sequence[NoteRow],
    ledger: Sequence[LedgerRow],
) -> history.Names:
    handed = {each.payload.get("person_id") for each in ledger if each.kind is RowKind.HANDOVER}
    handed |= {each.payload.get("behalf_of") for each in ledger}
    actors = {each.actor_id for each in ledger} | {note.author_id for note in notes}
    known = {each for each in actors | handed | {row.person_id for row in rows} if isinstance(each, int)}
    people, workplaces = task_queries.people_in_time(db.session, agency_id, known)
    return history.Names(
        plan_number=task.plan_number,
        people=people,
        units={unit.id: unit.short_name for unit in units.values()},
        products=product_names(rows),
        workplaces=workplaces,
    )


def product_names(rows: Sequence[WorkRow]) -> dict[int, str]:
    """What the ledger calls each obligation of a task."""
    order = {each: place for place, each in enumerate(dict.fromkeys(row.deliverable_id for row in rows), start=1)}
    return {
        row.id: words.product_of(order[row.deliverable_id], row.period_label, is_only=len(order) == 1) for row in rows
    }


def products_of(sheet: Sheet, chosen_id: int | None) -> list[Product]:
    """The deliverables in printed order."""
    due_soon_days = int(current_app.config["CCHC_SETTINGS"].due_soon_days)
    items = work_items.present(sheet.rows, today=sheet.today, units=sheet.units, due_soon_days=due_soon_days)
    groups: dict[int, list[WorkItem]] = defaultdict(list)
    for item in items:
        groups[item.row.deliverable_id].append(item)
    marks = Marks()
    return [_product(place, group, sheet, chosen_id, marks) for place, group in enumerate(groups.values(), start=1)]


def _product(place: int, items: Sequence[WorkItem], sheet: Sheet, chosen_id: int | None, marks: Marks) -> Product:
    pieces = [_piece(item, sheet, marks) for item in items]
    first = items[0]
    return Product(
        place=place,
        ordinal=first.row.ordinal or f"{place}",
        text=first.text,
        pieces=pieces,
        chosen=next((piece for piece in pieces if piece.item.id == chosen_id), None),
        steps=work_items.steps_of([[item.status] for item in items], work_words.periods_done),
    )


def _piece(item: WorkItem, sheet: Sheet, marks: Marks) -> Piece:
    row = item.row
    proofs = proofs_of(sheet.evidence[row.id], sheet.withdrawn)
    may_confirm = row.status is Status.REPORTED and permissions.may(sheet.principal, Action.CONFIRM, sheet.work(row))
    return Piece(
        item=item,
        due=marks.due(item.due),
        printed=work_words.one_phrase(row.deadline_text),
        proofs=proofs,
        waiver=_waiver(row.id, sheet) if all(proof.is_withdrawn for proof in proofs) else "",
        holder=words.handed_to(sheet.names.person(row.person_id)) if row.person_id is not None else "",
        remarks=[_remark(note, sheet) for note in sheet.notes if note.obligation_id == row.id],
        explanations=[each for each in sheet.explanations if each.obligation_id == row.id],
        asked=explanation_words.waits(row.explain_by, sheet.today) if row.explain_by else "",
        choices=[_choice(slug, row) for slug in acts.offered(sheet.principal, row, sheet.work(row))],
        confirm_href=url_for("confirmation.show", viec=row.id, _anchor=f"viec-{row.id}") if may_confirm else "",
        carried=sheet.carried.get(row.id, ()),
    )


def proofs_of(rows: Sequence[EvidenceRow], withdrawn: Collection[int]) -> list[Proof]:
    """What proves the item first; then what came with a withdrawn report, marked as such."""
    proofs = [proof_of(each, is_withdrawn=not proves(each.seq, withdrawn)) for each in rows]
    return sorted(proofs, key=lambda proof: proof.is_withdrawn)


def proof_of(row: EvidenceRow, *, is_withdrawn: bool = False) -> Proof:
    """A document by its number, a lone file by its name; the link is the file, where there is one."""
    kind = evidence_words.kind_name(row.media_type or "")
    notes = [words.kept_note(kind, evidence_words.size(row.size))] if row.size is not None else []
    if is_withdrawn:
        notes.append(evidence_words.OF_WITHDRAWN_REPORT)
    return Proof(
        title=row.number or row.file_name or "",
        issued_text=format_date(row.issued_on),
        subject=row.subject or "",
        href=url_for("evidence.download", evidence_id=row.id) if row.sha256 else "",
        note=" · ".join(notes),
        is_withdrawn=is_withdrawn,
    )


def _waiver(obligation_id: int, sheet: Sheet) -> str:
    waivers = [each for each in sheet.ledger if each.kind is RowKind.WAIVER and each.obligation_id == obligation_id]
    return words.waived(waiver_reason(waivers[-1].payload)) if waivers else ""


def _remark(note: NoteRow, sheet: Sheet) -> Remark:
    author = sheet.names.person(note.author_id)
    if note.via == VIA:
        author = f"{author}, {history.BY_LINK}"
    return Remark(words.NOTE_KINDS[note.kind], author, note.recorded_at, note.text)


def _choice(slug: str, row: WorkRow) -> Choice:
    address = url_for("tasks.show", task_id=row.task_id, muc=row.id, viec=slug, _anchor=f"muc-{row.id}")
    return Choice(slug, words.ACTS[slug], address)


def header_of(sheet: Sheet) -> dict[str, Any]:
    """The head of the page and its right column."""
    task = sheet.task
    groups: dict[int, list[Status]] = defaultdict(list)
    for row in sheet.rows:
        groups[row.deliverable_id].append(row.status)
    steps = work_items.steps_of(groups.values(), words.products_done)
    dues = [row.due_on for row in sheet.rows if row.status in OPEN_STATUSES and row.due_on is not None]
    return {
        "task": task,
        "name": words.task_name(task.row_id),
        "headline": work_words.headline(task.text),
        "steps": steps,
        "next_due": words.next_due(min(dues)) if dues else "",
        "lead": _short(sheet, sheet.assigned.lead),
        "co_leads": [_short(sheet, unit_id) for unit_id in sheet.assigned.co_leads],
        "coordinating": [_short(sheet, unit_id) for unit_id in sheet.assigned.coordinating],
    }


def _short(sheet: Sheet, unit_id: int | None) -> str:
    unit = sheet.units.get(unit_id) if unit_id is not None else None
    return unit.short_name if unit else ""


def counting_of(sheet: Sheet, now: datetime) -> dict[str, str]:
    """What the task gives to indicator 1.1 as at today, and the rule in words."""
    tally = counting.count(
        db.session,
        sheet.task.plan_id,
        actor=sheet.principal,
        cut_off=sheet.today,
        known_at=now,
        task_id=sheet.task.id,
    )
    return {
        "counted": words.counted(tally.rule, tally, sheet.task.id, sheet.today),
        "rule": words.rule_words(tally.rule),
    }
