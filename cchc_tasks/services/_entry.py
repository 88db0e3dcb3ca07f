"""How plan work comes into being: rows of the plan and the ledger rows that go with them; nothing here commits."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.units import AssignedUnits, LeadBasis
from cchc_tasks.services._record import NewRow
from cchc_tasks.storage.models import AssignedRole, Deliverable, Obligation, Plan, Task, TaskUnit


@dataclass(frozen=True, slots=True)
class DeadlineValues:
    """A deadline as it should have been read; `due_on` inclusive, None where no date is owed."""

    kind: DeadlineKind
    due_on: date | None
    starts_on: date | None = None
    is_ongoing: bool = False


def deadline_row(
    obligation: Obligation, values: DeadlineValues, *, actor_id: int | None, change: str, reason: str = ""
) -> NewRow:
    """A deadline row: the reading beside the printed phrase; `change` is initial, correction or extension."""
    payload: dict[str, object] = {
        "change": change,
        "text": obligation.deadline_text,
        "kind": values.kind.value,
        "is_ongoing": values.is_ongoing,
        "starts_on": values.starts_on.isoformat() if values.starts_on else None,
    }
    if reason:
        payload["reason"] = reason
    return NewRow(
        kind=RowKind.DEADLINE,
        plan_id=obligation.plan_id,
        task_id=obligation.task_id,
        deliverable_id=obligation.deliverable_id,
        obligation_id=obligation.id,
        effective_on=obligation.entered_on,
        actor_id=actor_id,
        due_on=values.due_on,
        payload=payload,
    )


def assignment_row(
    task: Task, assigned: AssignedUnits, *, effective_on: date, actor_id: int | None, reason: str = ""
) -> NewRow:
    """An assignment row of a whole task: the units by id beside the printed cell."""
    payload: dict[str, object] = {
        "text": task.assignment_text,
        **{name: list(value) if isinstance(value, tuple) else value for name, value in asdict(assigned).items()},
    }
    if reason:
        payload["reason"] = reason
    return NewRow(
        kind=RowKind.ASSIGNMENT,
        plan_id=task.plan_id,
        task_id=task.id,
        effective_on=effective_on,
        actor_id=actor_id,
        unit_id=assigned.lead,
        payload=payload,
    )


def responsible_row(
    deliverable: Deliverable, task: Task, *, effective_on: date, actor_id: int | None, reason: str = ""
) -> NewRow:
    """An assignment row of one deliverable: which of several units answers for it."""
    return NewRow(
        kind=RowKind.ASSIGNMENT,
        plan_id=task.plan_id,
        task_id=task.id,
        deliverable_id=deliverable.id,
        effective_on=effective_on,
        actor_id=actor_id,
        unit_id=deliverable.responsible_unit_id,
        payload={"reason": reason} if reason else {},
    )


def put_assignment(session: Session, task: Task, assigned: AssignedUnits) -> None:
    """Brings the present units of a task in line with a new assignment row."""
    task.lead_unit_id, task.lead_basis = assigned.lead, LeadBasis(assigned.basis)
    wanted = [
        *((unit_id, AssignedRole.LEAD) for unit_id in (assigned.lead,) if unit_id is not None),
        *((unit_id, AssignedRole.CO_LEAD) for unit_id in assigned.co_leads),
        *((unit_id, AssignedRole.COORDINATING) for unit_id in assigned.coordinating),
    ]
    for old in list(task.units):
        session.delete(old)
    session.flush()
    task.units[:] = [
        TaskUnit(agency_id=task.agency_id, task_id=task.id, unit_id=unit_id, role=role, position=position)
        for position, (unit_id, role) in enumerate(wanted)
    ]


def search_text(numbers: tuple[str, ...] | list[str], text: str, deliverables: list[str]) -> str:
    """What search looks into: numbers, the task's words and its products, without accents and case."""
    return fold(" ".join([*numbers, text, *deliverables]))


def new_obligation(
    task: Task,
    deliverable: Deliverable,
    position: int,
    period_label: str,
    deadline_text: str,
    values: DeadlineValues,
    plan: Plan,
    now: datetime,
    entered_on: date | None = None,
) -> Obligation:
    """An obligation as it enters its plan: on the plan's issue where no other day is named."""
    return Obligation(
        agency_id=plan.agency_id,
        plan_id=plan.id,
        task_id=task.id,
        deliverable_id=deliverable.id,
        position=position,
        period_label=period_label,
        entered_on=entered_on or plan.issued_on,
        entered_at=now,
        deadline_text=deadline_text,
        deadline_kind=DeadlineKind(values.kind),
        is_ongoing=values.is_ongoing,
        starts_on=values.starts_on,
        due_on=values.due_on,
        original_due_on=values.due_on,
        judged_due_on=values.due_on,
        changed_at=now,
    )


def entry_rows(obligation: Obligation, *, actor_id: int | None) -> list[NewRow]:
    """The two ledger rows with which an obligation begins: it is in the plan, and this is its deadline."""
    values = DeadlineValues(obligation.deadline_kind, obligation.due_on, obligation.starts_on, obligation.is_ongoing)
    entry = NewRow(
        kind=RowKind.ENTRY,
        plan_id=obligation.plan_id,
        task_id=obligation.task_id,
        deliverable_id=obligation.deliverable_id,
        obligation_id=obligation.id,
        effective_on=obligation.entered_on,
        actor_id=actor_id,
        payload={"period_label": obligation.period_label},
    )
    return [entry, deadline_row(obligation, values, actor_id=actor_id, change="initial")]
