"""Rows of one plan taken into another: areas, tasks, products and obligations, with the ledger rows they begin with."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services._entry import (
    DeadlineValues,
    assignment_row,
    entry_rows,
    new_obligation,
    put_assignment,
    responsible_row,
    search_text,
)
from cchc_tasks.services._record import NewRow
from cchc_tasks.services._work import kinds_of_units, of_kind, recount_unit
from cchc_tasks.services.plan_editing import free_row_id
from cchc_tasks.storage.models import Area, Deliverable, Obligation, Plan, Task


class Copier:
    """Takes work into `target`, where it stands from `entered_on`. `told` are the ledger rows still to be appended."""

    def __init__(self, session: Session, target: Plan, entered_on: date, actor: Principal, now: datetime) -> None:
        self.session, self.target, self.entered_on = session, target, entered_on
        self.actor, self.now = actor, now
        self.groups = of_kind(kinds_of_units(session, target.agency_id), UnitKind.GROUP)
        self.told: list[NewRow] = []
        self.areas = {fold(each.name): each for each in target.areas}
        self.tasks: dict[int, Task] = {}
        self.products: dict[int, Deliverable] = {}

    def take(
        self, old: Obligation, values: DeadlineValues, *, label: str, text: str, origin: Mapping[str, object]
    ) -> Obligation:
        """A new obligation after `old`, of the same product of the same row; `origin` goes into its entry row."""
        deliverable = self._product(old.deliverable)
        task = self.tasks[old.deliverable.task_id]
        position = len(deliverable.obligations)
        made = new_obligation(
            task, deliverable, position, label, text, values, self.target, self.now, entered_on=self.entered_on
        )
        deliverable.obligations.append(made)
        self.session.flush()
        recount_unit(task, deliverable, self.groups)
        entry, deadline = entry_rows(made, actor_id=self.actor.person_id)
        entry.payload.update(origin)
        self.told += [entry, deadline]
        return made

    def _product(self, old: Deliverable) -> Deliverable:
        if old.id not in self.products:
            task = self._task(old.task)
            made = Deliverable(
                agency_id=self.target.agency_id,
                task_id=task.id,
                position=len(task.deliverables),
                ordinal=old.ordinal,
                text=old.text,
                responsible_unit_id=old.responsible_unit_id,
            )
            task.deliverables.append(made)
            self.session.flush()
            task.search_text = search_text(task.numbers, task.text, [each.text for each in task.deliverables])
            if made.responsible_unit_id is not None:
                actor_id = self.actor.person_id
                self.told.append(responsible_row(made, task, effective_on=self.entered_on, actor_id=actor_id))
            self.products[old.id] = made
        return self.products[old.id]

    def _task(self, old: Task) -> Task:
        """The row after `old`; its numbers stay those under which everybody knows it."""
        if old.id not in self.tasks:
            made = Task(
                agency_id=self.target.agency_id,
                plan_id=self.target.id,
                area_id=self._area(old.area).id,
                position=self._next_position(),
                row_id=free_row_id(self.session, self.target, "+".join(old.numbers)),
                numbers=list(old.numbers),
                text=old.text,
                note=old.note,
                assignment_text=old.assignment_text,
                time_text="",
                search_text=search_text(old.numbers, old.text, []),
                lead_unit_id=old.lead_unit_id,
                lead_basis=old.lead_basis,
            )
            self.session.add(made)
            self.session.flush()
            put_assignment(self.session, made, old.assigned())
            actor_id = self.actor.person_id
            self.told.append(assignment_row(made, old.assigned(), effective_on=self.entered_on, actor_id=actor_id))
            self.tasks[old.id] = made
        return self.tasks[old.id]

    def _next_position(self) -> int:
        query = select(Task.position).where(Task.agency_id == self.target.agency_id, Task.plan_id == self.target.id)
        return max(self.session.scalars(query), default=-1) + 1

    def _area(self, old: Area) -> Area:
        """The area of the same name, or a new one after the others."""
        key = fold(old.name)
        if key not in self.areas:
            position = max((each.position for each in self.areas.values()), default=-1) + 1
            made = Area(agency_id=self.target.agency_id, plan_id=self.target.id, position=position, name=old.name)
            made.ordinal = str(position + 1)
            self.session.add(made)
            self.session.flush()
            self.areas[key] = made
        return self.areas[key]
