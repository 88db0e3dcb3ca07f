"""Reads behind reminders: the facts of work that may need a word, who stands where, lines and their texts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.explanations import ExplanationFacts
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.mail_preferences import MailPreference, from_json
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import MandateKind, Role
from cchc_tasks.domain.reminder_rules import Rule
from cchc_tasks.domain.reminders import ExtensionFacts, Line, Roster, SubjectKind, WorkFacts
from cchc_tasks.domain.units import AssignedUnits, UnitKind
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.storage.models import (
    Absence,
    AssignedRole,
    Deliverable,
    ExplanationRequest,
    ExtensionRequest,
    GroupMember,
    LedgerRow,
    Mandate,
    Membership,
    Note,
    Obligation,
    Person,
    Plan,
    ReminderLine,
    Task,
    TaskUnit,
    Unit,
)
from cchc_tasks.storage.queries.explanations import of_obligations
from cchc_tasks.storage.queries.ledger import of_agency
from cchc_tasks.storage.queries.obligations import EXTENSIONS
from cchc_tasks.storage.queries.orphans import list_orphans
from cchc_tasks.storage.queries.people import holds_on, mandate_holds


def load_roster(session: Session, agency_id: int, today: date) -> Roster:
    """Heads, staff, office, leaders, group members and work without anybody as of `today`; at most ten queries."""
    heads: dict[int, set[int]] = defaultdict(set)
    staff: dict[int, set[int]] = defaultdict(set)
    by_role: dict[Role, set[int]] = defaultdict(set)
    held = session.execute(
        select(Membership.person_id, Membership.unit_id, Membership.role).where(
            Membership.agency_id == agency_id, holds_on(Membership.starts_on, Membership.ends_on, today)
        )
    )
    for person_id, unit_id, role in held:
        by_role[role].add(person_id)
        if role is Role.HEAD and unit_id is not None:
            heads[unit_id].add(person_id)
        if role is Role.STAFF and unit_id is not None:
            staff[unit_id].add(person_id)
    acting = session.execute(
        select(Mandate.person_id, Mandate.unit_id, Mandate.kind).where(
            Mandate.agency_id == agency_id, mandate_holds(today)
        )
    )
    for person_id, unit_id, kind in acting:
        if kind is MandateKind.FOR_LEADER:
            by_role[Role.LEADER].add(person_id)
        elif unit_id is not None:
            heads[unit_id].add(person_id)
    away = select(Absence.person_id).where(
        Absence.agency_id == agency_id, holds_on(Absence.starts_on, Absence.ends_on, today)
    )
    active = session.scalars(
        select(Person.id).where(Person.agency_id == agency_id, Person.is_active, Person.id.not_in(away))
    )
    return Roster(
        heads_of={unit_id: frozenset(people) for unit_id, people in heads.items()},
        members_of=_members_of(session, agency_id, today),
        office=frozenset(by_role[Role.OFFICE]),
        leaders=frozenset(by_role[Role.LEADER]),
        active=frozenset(active),
        staff_of={unit_id: frozenset(people) for unit_id, people in staff.items()},
        orphans=frozenset(each.obligation_id for each in list_orphans(session, agency_id, today)),
    )


def _members_of(session: Session, agency_id: int, today: date) -> dict[int, frozenset[int]]:
    members: dict[int, set[int]] = defaultdict(set)
    for group_id, member_id in session.execute(
        select(GroupMember.group_id, GroupMember.member_id).where(
            GroupMember.agency_id == agency_id, holds_on(GroupMember.valid_from, GroupMember.valid_to, today)
        )
    ):
        members[group_id].add(member_id)
    return {group_id: frozenset(ids) for group_id, ids in members.items()}


def list_facts(session: Session, agency_id: int, *, done_since: datetime) -> list[WorkFacts]:
    """Facts of all open work and of work finished since `done_since`; six queries, whatever the number of rows."""
    wanted = or_(
        Obligation.status.in_(OPEN_STATUSES),
        and_(Obligation.status == Status.DONE, Obligation.status_recorded_at >= done_since),
    )
    return _facts(session, agency_id, wanted)


def facts_of(session: Session, agency_id: int, obligation_ids: Iterable[int]) -> dict[int, WorkFacts]:
    """Facts of these obligations, whatever their status, by id; at most six queries."""
    found = _facts(session, agency_id, Obligation.id.in_(sorted(set(obligation_ids))))
    return {facts.obligation_id: facts for facts in found}


def _facts(session: Session, agency_id: int, wanted: Any) -> list[WorkFacts]:
    rows = session.execute(_facts_query(agency_id).where(wanted)).all()
    co_leads = _co_leads(session, agency_id, {row.task_id for row in rows if row.lead_unit_id is None})
    handovers = _handovers(session, agency_id, [row.id for row in rows if row.person_id is not None])
    notes = _last_notes(session, agency_id)
    extensions = _last_extensions(session, agency_id)
    explanations = _last_explanations(session, agency_id)
    return [
        replace(
            _one(row, co_leads, handovers.get(row.id), notes.get(row.id)),
            extension=extensions.get(row.id),
            explanation=explanations.get(row.id),
        )
        for row in rows
    ]


def _facts_query(agency_id: int) -> Any:
    held, answered, reporting = aliased(LedgerRow), aliased(LedgerRow), aliased(Unit)
    return (
        select(
            Obligation.id,
            Obligation.task_id,
            Obligation.status,
            Obligation.due_on,
            Obligation.deadline_version,
            Obligation.deadline_kind,
            Obligation.starts_on,
            Obligation.is_returned,
            Obligation.status_seq,
            Obligation.status_recorded_at,
            Obligation.person_id,
            Plan.year,
            Task.lead_unit_id,
            Task.lead_basis,
            Deliverable.responsible_unit_id,
            held.actor_id,
            answered.actor_id.label("answered_actor_id"),
            reporting.kind.label("reporting_kind"),
        )
        .join(Plan, Plan.id == Obligation.plan_id)
        .join(Task, Task.id == Obligation.task_id)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .outerjoin(held, and_(held.agency_id == agency_id, held.seq == Obligation.status_seq))
        .outerjoin(answered, and_(answered.agency_id == agency_id, answered.seq == held.answers_seq))
        .outerjoin(reporting, reporting.id == Obligation.reported_unit_id)
        .where(Obligation.agency_id == agency_id)
        .order_by(Obligation.id)
    )


def _one(row: Any, co_leads: Mapping[int, tuple[int, ...]], handover: Any, noted_on: date | None) -> WorkFacts:
    assigned = AssignedUnits(row.lead_unit_id, row.lead_basis, co_leads.get(row.task_id, ()))
    return WorkFacts(
        obligation_id=row.id,
        status=row.status,
        due_on=row.due_on,
        deadline_version=row.deadline_version,
        plan_year=row.year,
        is_recurring=row.deadline_kind is DeadlineKind.RECURRING,
        starts_on=row.starts_on,
        responsible=_in_order(assigned, row.responsible_unit_id),
        is_returned=row.is_returned,
        status_seq=row.status_seq,
        status_told_on=None if row.status_recorded_at is None else local_day(row.status_recorded_at),
        status_actor_id=row.actor_id,
        answered_reporter_id=row.answered_actor_id,
        is_office_work=row.reporting_kind is UnitKind.OFFICE,
        handed_to=row.person_id,
        handed_seq=None if handover is None else handover.seq,
        handed_on=None if handover is None else local_day(handover.recorded_at),
        handed_by=None if handover is None else handover.actor_id,
        noted_on=noted_on,
    )


def _in_order(assigned: AssignedUnits, named: int | None) -> tuple[int, ...]:
    """All units that answer for the work; the one named for the product first, the others as printed."""
    owing = assigned.owing(named)
    printed = (named, *assigned.responsible)
    return tuple(dict.fromkeys(unit_id for unit_id in printed if unit_id is not None and unit_id in owing))


def _co_leads(session: Session, agency_id: int, task_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for task_id, unit_id in session.execute(
        select(TaskUnit.task_id, TaskUnit.unit_id)
        .where(
            TaskUnit.agency_id == agency_id,
            TaskUnit.role == AssignedRole.CO_LEAD,
            TaskUnit.task_id.in_(sorted(task_ids)),
        )
        .order_by(TaskUnit.task_id, TaskUnit.position)
    ):
        found[task_id] = (*found.get(task_id, ()), unit_id)
    return found


def _handovers(session: Session, agency_id: int, obligation_ids: Sequence[int]) -> dict[int | None, Any]:
    """The last handover row of each obligation."""
    rows = session.execute(
        select(LedgerRow.obligation_id, LedgerRow.seq, LedgerRow.recorded_at, LedgerRow.actor_id)
        .where(
            of_agency(agency_id),
            LedgerRow.kind == RowKind.HANDOVER,
            LedgerRow.obligation_id.in_(obligation_ids),
        )
        .order_by(LedgerRow.seq)
    )
    return {row.obligation_id: row for row in rows}


def _last_notes(session: Session, agency_id: int) -> dict[int, date]:
    rows = session.execute(
        select(Note.obligation_id, func.max(Note.noted_on))
        .where(Note.agency_id == agency_id, Note.kind == "progress")
        .group_by(Note.obligation_id)
    )
    return {row[0]: row[1] for row in rows}


def _last_extensions(session: Session, agency_id: int) -> dict[int, ExtensionFacts]:
    """The last request of each obligation that was ever asked for one."""
    rows = session.execute(
        select(ExtensionRequest, Unit.kind)
        .outerjoin(Unit, Unit.id == ExtensionRequest.asked_unit_id)
        .where(ExtensionRequest.agency_id == agency_id)
        .order_by(ExtensionRequest.ordinal)
    )
    return {
        asked.obligation_id: ExtensionFacts(
            state=asked.state,
            asked_seq=asked.asked_seq,
            asked_on=local_day(asked.asked_at),
            asked_by=asked.asked_by_id,
            is_office_request=kind is UnitKind.OFFICE,
            answered_seq=asked.answered_seq,
            answered_on=None if asked.answered_at is None else local_day(asked.answered_at),
            answered_by=asked.answered_by_id,
        )
        for asked, kind in rows
    }


def _last_explanations(session: Session, agency_id: int) -> dict[int, ExplanationFacts]:
    """The last request about each obligation that was ever to be explained."""
    rows = session.scalars(
        select(ExplanationRequest).where(ExplanationRequest.agency_id == agency_id).order_by(ExplanationRequest.ordinal)
    )
    return {
        asked.obligation_id: ExplanationFacts(
            state=asked.state,
            asked_seq=asked.asked_seq,
            asked_on=asked.asked_on,
            asked_by=asked.asked_by_id,
            answer_by=asked.answer_by,
            answered_seq=asked.answered_seq,
            answered_on=None if asked.answered_at is None else local_day(asked.answered_at),
            answered_by=asked.answered_by_id,
        )
        for asked in rows
    }


#: What a stored line is made of again.
_LINE_COLUMNS = (
    ReminderLine.subject_id,
    ReminderLine.rule,
    ReminderLine.step,
    ReminderLine.deadline_version,
    ReminderLine.recipient_id,
    ReminderLine.due_day,
    ReminderLine.subject_kind,
)


def _line(row: Any) -> Line:
    return Line(row[0], Rule(row[1]), row[2], row[3], row[4], row[5], SubjectKind(row[6]))


def list_queued(session: Session, agency_id: int, lines: Iterable[Line]) -> list[Line]:
    """Every line ever queued about the subjects of `lines`; one query for each kind of subject."""
    subjects: dict[SubjectKind, set[int]] = defaultdict(set)
    for line in lines:
        subjects[line.kind].add(line.subject_id)
    found: list[Line] = []
    for kind, ids in sorted(subjects.items()):
        query = select(*_LINE_COLUMNS).where(
            ReminderLine.agency_id == agency_id,
            ReminderLine.subject_kind == kind.value,
            ReminderLine.subject_id.in_(sorted(ids)),
        )
        found += [_line(row) for row in session.execute(query)]
    return found


def _waits(agency_id: int) -> ColumnElement[bool]:
    return and_(
        ReminderLine.agency_id == agency_id,
        ReminderLine.message_row_id.is_(None),
        ReminderLine.dropped_because.is_(None),
    )


def list_unjoined(session: Session, agency_id: int) -> dict[int, Line]:
    """Lines that no digest holds yet, by their row id, in the order of recipients."""
    query = select(ReminderLine.id, *_LINE_COLUMNS).where(_waits(agency_id))
    rows = session.execute(query.order_by(ReminderLine.recipient_id, ReminderLine.id))
    return {row[0]: _line(row[1:]) for row in rows}


def count_unjoined(session: Session, agency_id: int) -> int:
    """How many lines wait for the next digest."""
    return session.scalar(select(func.count()).where(_waits(agency_id))) or 0


def preferences_of(session: Session, agency_id: int, person_ids: Iterable[int]) -> dict[int, MailPreference]:
    """How often each of these people wants reminders."""
    rows = session.execute(
        select(Person.id, Person.preferences).where(Person.agency_id == agency_id, Person.id.in_(sorted(person_ids)))
    )
    return {person_id: from_json(preferences or {}) for person_id, preferences in rows}


def names_of(session: Session, agency_id: int, person_ids: Iterable[int]) -> dict[int, str]:
    """What these people are called."""
    query = select(Person.id, Person.name).where(Person.agency_id == agency_id, Person.id.in_(sorted(person_ids)))
    return {row.id: row.name for row in session.execute(query)}


def lines_of(session: Session, agency_id: int, message_row_id: int) -> list[ReminderLine]:
    """The lines that joined one digest."""
    query = select(ReminderLine).where(
        ReminderLine.agency_id == agency_id, ReminderLine.message_row_id == message_row_id
    )
    return list(session.scalars(query.order_by(ReminderLine.id)))


@dataclass(frozen=True, slots=True)
class ItemTexts:
    """What is printed of an obligation in a mail; `known_on` is since when we know its deadline in force."""

    task_id: int
    numbers: tuple[str, ...]
    task_text: str
    product_text: str
    period_label: str
    deadline_text: str
    unit_ids: tuple[int, ...]
    known_on: date
    reason: str | None
    actor_name: str | None
    #: Of the last request to extend: who asked for which date, who answered, and what was granted.
    asker_name: str | None = None
    asked_due_on: date | None = None
    answerer_name: str | None = None
    granted_due_on: date | None = None
    #: The first deadline, and how often a later one was granted.
    original_due_on: date | None = None
    extensions: int = 0
    #: Of the last request to explain: what was asked by whom, and the explanation by whom.
    explain_words: str = ""
    explain_asker: str | None = None
    explanation: str = ""
    explainer: str | None = None


def texts_of(session: Session, agency_id: int, facts: Mapping[int, WorkFacts]) -> dict[int, ItemTexts]:
    """Texts by obligation id; at most four queries."""
    held = aliased(LedgerRow)
    rows = session.execute(
        select(
            Obligation.id,
            Obligation.task_id,
            Obligation.period_label,
            Obligation.deadline_text,
            Obligation.entered_at,
            Obligation.original_due_on,
            EXTENSIONS.label("extensions"),
            Task.numbers,
            Task.text.label("task_text"),
            Deliverable.text.label("product_text"),
            held.payload,
            Person.name.label("actor_name"),
        )
        .join(Task, Task.id == Obligation.task_id)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .outerjoin(held, and_(held.agency_id == agency_id, held.seq == Obligation.status_seq))
        .outerjoin(Person, Person.id == held.actor_id)
        .where(Obligation.agency_id == agency_id, Obligation.id.in_(sorted(facts)))
    ).all()
    moved = _last_deadline_change(session, agency_id, [key for key, each in facts.items() if each.deadline_version > 1])
    requests = _extension_texts(session, agency_id, [key for key, each in facts.items() if each.extension is not None])
    explained = _explanation_texts(session, agency_id, [key for key, each in facts.items() if each.explanation])
    return {
        row.id: replace(
            _texts(row, facts[row.id], moved.get(row.id)), **requests.get(row.id, {}), **explained.get(row.id, {})
        )
        for row in rows
    }


def _explanation_texts(session: Session, agency_id: int, obligation_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    if not obligation_ids:
        return {}
    found = sorted(of_obligations(session, agency_id, obligation_ids), key=lambda each: each.id)
    return {
        each.obligation_id: {
            "explain_words": each.words,
            "explain_asker": each.asked_by or None,
            "explanation": each.answer,
            "explainer": each.answered_by or None,
        }
        for each in found
    }


def _extension_texts(session: Session, agency_id: int, obligation_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    if not obligation_ids:
        return {}
    asker, answerer = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            ExtensionRequest.obligation_id,
            ExtensionRequest.asked_due_on,
            ExtensionRequest.granted_due_on,
            asker.name.label("asker_name"),
            answerer.name.label("answerer_name"),
        )
        .outerjoin(asker, asker.id == ExtensionRequest.asked_by_id)
        .outerjoin(answerer, answerer.id == ExtensionRequest.answered_by_id)
        .where(ExtensionRequest.agency_id == agency_id, ExtensionRequest.obligation_id.in_(obligation_ids))
        .order_by(ExtensionRequest.ordinal)
    )
    names = ("asked_due_on", "granted_due_on", "asker_name", "answerer_name")
    return {row.obligation_id: {name: getattr(row, name) for name in names} for row in rows}


def _texts(row: Any, facts: WorkFacts, moved_at: datetime | None) -> ItemTexts:
    reason = (row.payload or {}).get("reason")
    return ItemTexts(
        task_id=row.task_id,
        numbers=tuple(row.numbers),
        task_text=row.task_text,
        product_text=row.product_text,
        period_label=row.period_label,
        deadline_text=row.deadline_text,
        unit_ids=facts.responsible,
        known_on=local_day(moved_at or row.entered_at),
        reason=reason if isinstance(reason, str) else None,
        actor_name=row.actor_name,
        original_due_on=row.original_due_on,
        extensions=row.extensions,
    )


def _last_deadline_change(session: Session, agency_id: int, obligation_ids: Sequence[int]) -> dict[int, datetime]:
    if not obligation_ids:
        return {}
    rows = session.execute(
        select(LedgerRow.obligation_id, LedgerRow.recorded_at)
        .where(
            of_agency(agency_id),
            LedgerRow.kind == RowKind.DEADLINE,
            LedgerRow.obligation_id.in_(obligation_ids),
        )
        .order_by(LedgerRow.seq)
    )
    return {row.obligation_id: row.recorded_at for row in rows if row.obligation_id is not None}
