"""Puts the queue together: what was asked, what was reported, what a confirmation would make of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.evidence import proves
from cchc_tasks.domain.periods import local_day, next_cut_off
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import confirmation as confirmation_queries
from cchc_tasks.storage.queries import evidence as evidence_queries
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.confirmation import Claim
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow
from cchc_tasks.storage.queries.tasks import EvidenceRow, UnitCard
from cchc_tasks.web.filters import vn_date, vn_time
from cchc_tasks.web.tasks.page import Proof, proofs_of
from cchc_tasks.web.work_items import Parts
from cchc_tasks.wording import confirmation as words
from cchc_tasks.wording import extensions as extension_words
from cchc_tasks.wording import work as work_words

#: Reports on one page; the rest stand on the next.
PAGE = 30


@dataclass(frozen=True, slots=True)
class Card:
    """One report that waits. `locked` says why this person may not answer it as it stands."""

    id: int
    version: int
    title: str
    text: str
    href: str
    code: str
    meta: str
    verdict: tuple[str, str]
    asked: str
    proofs: Sequence[Proof]
    waiver: str
    reason: str
    done_on: date | None
    done_note: str
    unit: str
    locked: str
    is_office_work: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Part of the queue; a leader has the office's own work in one of its own."""

    title: str
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue."""

    sections: Sequence[Section]
    summary: str
    total: int
    page: int
    pages: int

    @property
    def cards(self) -> list[Card]:
        return [card for section in self.sections for card in section.cards]

    @property
    def has_choice(self) -> bool:
        return any(not card.locked for card in self.cards)


@dataclass(frozen=True, slots=True)
class _Read:
    principal: Principal
    today: date
    units: Mapping[int, UnitCard]
    claims: Mapping[int, Claim]
    evidence: Mapping[int, list[EvidenceRow]]
    withdrawn: frozenset[int]
    people: Mapping[int, str]
    parts: Parts


def read_queue(principal: Principal, today: date, page: int, wanted: int | None = None) -> Queue:
    """The reports that wait, what this person can answer first, the longest wait first; a fixed number of queries.

    `wanted` is an obligation whose page is shown, if it waits at all.
    """
    agency_id = principal.agency_id
    rows = obligation_queries.list_work(db.session, agency_id, WorkFilter(statuses=[Status.REPORTED]))
    claims = confirmation_queries.claims(db.session, agency_id, [row.id for row in rows])
    units = task_queries.units_by_id(db.session, agency_id, today)
    offices = task_queries.offices_of(units)
    locked = {row.id: locked_by(principal, row, offices) for row in rows}
    is_leader = permissions.answers_for_leader(principal)

    def place(row: WorkRow) -> tuple[bool, bool, object]:
        is_office = row.reported_unit_id in offices
        return (locked[row.id] is not None, is_leader and not is_office, claims[row.id].recorded_at)

    ordered = sorted((row for row in rows if row.id in claims), key=place)
    pages = max(1, -(-len(ordered) // PAGE))
    places = [place for place, row in enumerate(ordered) if row.id == wanted]
    page = places[0] // PAGE + 1 if places else min(max(1, page), pages)
    shown = ordered[(page - 1) * PAGE : page * PAGE]
    read = _read(principal, today, units, claims, shown)
    cards = [_card(row, read, locked[row.id]) for row in shown]
    longest = max(((today - local_day(claim.recorded_at)).days for claim in claims.values()), default=0)
    return Queue(
        sections=_sections(cards, is_leader=is_leader),
        summary=words.summary(len(ordered), longest, next_cut_off(today)),
        total=len(ordered),
        page=page,
        pages=pages,
    )


def locked_by(principal: Principal, row: WorkRow, offices: frozenset[int]) -> RefusedReason | None:
    """Why the principal may not confirm the report without an override; None where they may."""
    work = permissions.Work(
        principal.agency_id, reported_by_id=row.reported_by_id, is_office_work=row.reported_unit_id in offices
    )
    try:
        permissions.check_confirmation(principal, work, override_reason=None)
    except Refused as refused:
        # Of two reasons the one that says whom to wait for.
        is_for_leader = work.is_office_work and not permissions.answers_for_leader(principal)
        return RefusedReason.OFFICE_WORK_NEEDS_LEADER if is_for_leader else refused.reason
    return None


def _read(
    principal: Principal,
    today: date,
    units: Mapping[int, UnitCard],
    claims: Mapping[int, Claim],
    shown: Sequence[WorkRow],
) -> _Read:
    agency_id = principal.agency_id
    ids = [row.id for row in shown]
    actors = {claims[each].actor_id for each in ids}
    return _Read(
        principal=principal,
        today=today,
        units=units,
        claims=claims,
        evidence=task_queries.evidence_of(db.session, agency_id, ids),
        withdrawn=evidence_queries.withdrawn_of(db.session, agency_id, ids),
        people=task_queries.names_of_people(db.session, agency_id, [each for each in actors if each is not None]),
        parts=task_queries.parts_of_tasks(db.session, agency_id, {row.task_id for row in shown}),
    )


def _card(row: WorkRow, read: _Read, locked: RefusedReason | None) -> Card:
    claim = read.claims[row.id]
    proofs = [each for each in read.evidence[row.id] if proves(each.seq, read.withdrawn)]
    unit = read.units.get(claim.unit_id) if claim.unit_id is not None else None
    title = work_words.title(row.text, row.period_label)
    has_day = any(each.issued_on == row.status_on for each in proofs)
    return Card(
        id=row.id,
        version=row.version,
        title=work_words.headline(title),
        text=row.text,
        href=url_for("tasks.show", task_id=row.task_id, muc=row.id, _anchor=f"muc-{row.id}"),
        code=row.number_text,
        meta=_meta(row, claim, read, unit),
        verdict=words.verdict(row.facts, read.today) if proofs else ("soon", words.NO_EVIDENCE),
        asked=words.asked(
            row.due_on,
            work_words.printed_phrase(row.deadline_text),
            extension_words.beside(row.original_due_on, row.due_on, row.extensions),
        ),
        proofs=proofs_of(read.evidence[row.id], read.withdrawn),
        waiver=claim.waiver,
        reason=claim.reason,
        done_on=row.status_on,
        done_note=words.done_on(has_day),
        unit=unit.short_name if unit else "",
        locked=words.LOCKED[locked] if locked else "",
        is_office_work=locked is RefusedReason.OFFICE_WORK_NEEDS_LEADER or _is_office(unit),
    )


def _is_office(unit: UnitCard | None) -> bool:
    return unit is not None and unit.id in task_queries.offices_of({unit.id: unit})


def _meta(row: WorkRow, claim: Claim, read: _Read, unit: UnitCard | None) -> str:
    products = list(read.parts.get(row.task_id, {}))
    place = words.product_place(products.index(row.deliverable_id) + 1, len(products))
    who = ", ".join(filter(None, (unit.short_name if unit else "", read.people.get(claim.actor_id or 0, ""))))
    sent = words.sent(vn_date(local_day(claim.recorded_at)), vn_time(claim.recorded_at))
    return " · ".join(filter(None, (place, who, sent)))


def _sections(cards: Sequence[Card], *, is_leader: bool) -> list[Section]:
    if not is_leader:
        return [Section("", cards)] if cards else []
    own = [card for card in cards if card.is_office_work]
    others = [card for card in cards if not card.is_office_work]
    sections = [
        Section("Việc của Văn phòng, chờ lãnh đạo xác nhận", own),
        Section("Việc của các đơn vị, Văn phòng đang xem", others),
    ]
    return [section for section in sections if section.cards]
