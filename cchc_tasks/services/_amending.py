"""How a difference enters a plan: rows of the plan and of the ledger from one day on; nothing here commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.plan_difference import (
    PeriodPair,
    PlanDifference,
    ProductPair,
    StandingPeriod,
    TaskPair,
    is_moved,
    is_same,
)
from cchc_tasks.domain.plan_reading import AreaReading, DeliverableReading, TaskReading
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.workflow import OPEN_STATUSES, REMOVED_STATUSES, Move, check_move
from cchc_tasks.services._comparing import kept_of
from cchc_tasks.services._deadlines import refresh_deadline
from cchc_tasks.services._entry import assignment_row, deadline_row, put_assignment, responsible_row, search_text
from cchc_tasks.services._importing import Builder, deadline_values
from cchc_tasks.services._record import NewRow, append
from cchc_tasks.services._succession import pass_to_heir
from cchc_tasks.services._work import Item, recount_finished, recount_unit, refresh_status, status_row
from cchc_tasks.storage.models import AmendmentKind, Area, Deliverable, Obligation, Plan, Task
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries.amendments import list_amendments


@dataclass(frozen=True, slots=True)
class AmendingDocument:
    """The document that amends; `effective_on` is the first day on which the plan is what it says."""

    kind: AmendmentKind
    number: str
    issued_on: date
    effective_on: date
    subject: str = ""

    def payload(self) -> dict[str, object]:
        """What every ledger row of the amendment says of it."""
        return {"amendment": self.number, "issued_on": self.issued_on.isoformat(), "subject": self.subject}


class Amender:
    """Applies a difference to one plan. `kept` are obligations that go on as done though nothing names them."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        document: AmendingDocument,
        unit_ids: Mapping[str, int],
        actor: Principal,
        now: datetime,
    ) -> None:
        self.session, self.plan, self.document, self.actor, self.now = session, plan, document, actor, now
        self.builder = Builder(session, plan, unit_ids, actor, now, document.effective_on)
        self.tasks = _tasks(session, plan)
        self.products = {each.id: each for task in self.tasks.values() for each in task.deliverables}
        self.owed = {each.id: each for product in self.products.values() for each in product.obligations}
        self.areas = _areas(session, plan)
        self.row_ids = {task.row_id for task in self.tasks.values()}
        self.told: list[NewRow] = []
        self.withdrawn: list[Obligation] = []
        self.moved: list[Obligation] = []
        self.kept: list[int] = []
        self.dropped_before = kept_of(list_amendments(session, plan.agency_id, plan.id))
        self.before = {task.id: self._print_of(task) for task in self.tasks.values()}
        #: Rows whose words are told at the end, when every product has its place; with what was done to them.
        self.reworded: list[tuple[Task, str]] = []

    def apply(self, difference: PlanDifference, *, is_whole: bool) -> int:
        """Brings the plan in line with the newer print; the sequence of the amendment's own ledger row.

        `is_whole`: the print has every row of the plan, which then stand in its order.
        """
        order = [
            self._apply_row(row, row.area, row.new)
            for row in difference.rows
            if row.new is not None and row.area is not None
        ]
        for row in difference.rows:
            if row.new is None and row.old is not None:
                for product in row.products:
                    self._withdraw(product.old.periods if product.old is not None else ())
        if is_whole:
            self._put_in_order(order)
        for task, change in self.reworded:
            self._tell_words(task, change)
        counts = {"rows": len(difference.changed)}
        head = self._row(RowKind.AMENDMENT, payload={**self.document.payload(), **counts})
        rows = append(self.session, self.plan.agency_id, [head, *self.builder.rows, *self.told], now=self.now)
        for obligation in self.moved:
            refresh_deadline(self.session, obligation, now=self.now)
        for obligation in self.withdrawn:
            obligation.version += 1
            refresh_status(self.session, obligation, now=rows[-1].recorded_at)
        reassigned = {task.id for task in self.tasks.values() if task.assignment_version > 1}
        recount_finished(self.session, [each for each in self.owed.values() if each.task_id in reassigned])
        self._pass_on()
        self.plan.version += 1
        return rows[0].seq

    def _pass_on(self) -> None:
        """Work that came into finished rows of units that are no more is their heirs'."""
        for task, _ in self.reworded:
            owed = [each for part in task.deliverables for each in part.obligations if each.status in OPEN_STATUSES]
            if owed:
                pass_to_heir(self.session, min(owed, key=lambda each: each.entered_on), now=self.now)

    def _row(self, kind: RowKind, *, payload: dict[str, object], task_id: int | None = None) -> NewRow:
        return NewRow(
            kind=kind,
            plan_id=self.plan.id,
            task_id=task_id,
            effective_on=self.document.effective_on,
            actor_id=self.actor.person_id,
            payload=payload,
        )

    def _apply_row(self, row: TaskPair, area: AreaReading, new: TaskReading) -> Task:
        if row.old is None:
            return self._add(area, new, row.products)
        task = self.tasks[row.old.key]
        if row.changes:
            self._change(task, area, new, row.products)
        return task

    def _add(self, area: AreaReading, new: TaskReading, products: Sequence[ProductPair]) -> Task:
        self.builder.task_position = max((task.position for task in self.tasks.values()), default=-1) + 1
        has_taken = any(pair.source is not None for pair in products)
        bare = replace(new, row_id=self._free_row_id(new.row_id))
        task = self.builder.add_task(self._area(area), replace(bare, deliverables=()) if has_taken else bare)
        self.tasks[task.id] = task
        if has_taken:
            for position, pair in enumerate(products):
                self._change_product(task, pair, position)
            self.reworded.append((task, "split"))
        return task

    def _area(self, reading: AreaReading) -> Area:
        """The area of that name, or a new one after the others."""
        key = fold(reading.name)
        if key not in self.areas:
            position = max((area.position for area in self.areas.values()), default=-1) + 1
            self.areas[key] = self.builder.new_area(reading, position)
        return self.areas[key]

    def _free_row_id(self, wanted: str) -> str:
        row_id, turn = wanted, 1
        while row_id in self.row_ids:
            turn += 1
            row_id = f"{wanted[:50]}/{turn}"
        self.row_ids.add(row_id)
        return row_id

    def _change(self, task: Task, area: AreaReading, new: TaskReading, products: Sequence[ProductPair]) -> None:
        self.session.refresh(task, ["deliverables"])
        before = self.before[task.id]
        is_assigned_anew = not is_same(task.assignment_text, new.assignment_text)
        task.area_id = self._area(area).id
        task.numbers, task.text, task.note = list(new.numbers), new.text, new.note or None
        task.assignment_text, task.time_text = new.assignment_text, new.time_text
        if is_assigned_anew:
            self._assign(task, new, products)
        for position, pair in enumerate(products):
            self._change_product(task, pair, position)
        task.version += 1
        if (before["area_id"], before["numbers"]) != (task.area_id, task.numbers):
            # Counts as at earlier days look its place up in the ledger from now on.
            task.place_version += 1
        self.reworded.append((task, "joined" if any(pair.source is not None for pair in products) else ""))

    def _tell_words(self, task: Task, change: str) -> None:
        """The row as it reads now, beside what it was; calendars show it anew."""
        self.session.flush()
        self.session.refresh(task, ["deliverables"])
        texts = [each.text for each in task.deliverables]
        task.search_text = search_text(task.numbers, task.text, texts)
        for deliverable in task.deliverables:
            for obligation in deliverable.obligations:
                obligation.calendar_sequence += 1
                obligation.changed_at = self.now
        words = {**self.document.payload(), "before": self.before.get(task.id, {}), "after": self._print_of(task)}
        words |= {"change": change} if change else {}
        self.told.append(self._row(RowKind.AMENDMENT, payload=words, task_id=task.id))

    def _assign(self, task: Task, new: TaskReading, products: Sequence[ProductPair]) -> None:
        assigned = self.builder.assigned(new)
        told: list[NewRow] = []
        if assigned != task.assigned():
            put_assignment(self.session, task, assigned)
            told += self._said(assignment_row, task, assigned)
        for pair in products:
            if pair.old is None or pair.new is None:
                continue
            deliverable = self.products[pair.old.key]
            if deliverable.task_id != task.id:
                continue
            responsible = self.builder.unit(pair.new.responsible[0]) if len(pair.new.responsible) == 1 else None
            if deliverable.responsible_unit_id != responsible:
                deliverable.responsible_unit_id = responsible
                told += self._said(responsible_row, deliverable, task)
            recount_unit(task, deliverable, self.builder.groups)
        if told:
            # Counts before this day look the assignment up in the ledger from now on.
            task.assignment_version += 1
            self.told += told

    def _said(self, make: object, *about: object) -> list[NewRow]:
        """An assignment from the document's day on, and on each later day of which something else was said already.

        Units may have been reorganised after the day of a document that is recorded late.
        """
        values = {"effective_on": self.document.effective_on, "actor_id": self.actor.person_id}
        row: NewRow = make(*about, **values, reason=self.document.number)  # type: ignore[operator]
        row = replace(row, payload={**row.payload, "change": "amendment"})
        rows = ledger_queries.list_assignment_rows(self.session, self.plan.agency_id, row.task_id or 0)
        corrected = {each.corrects_seq for each in rows}
        overtaken = [
            each
            for each in rows
            if each.deliverable_id == row.deliverable_id
            and each.effective_on > row.effective_on
            and each.seq not in corrected
        ]
        return [row, *(replace(row, effective_on=each.effective_on, corrects_seq=each.seq) for each in overtaken)]

    def _change_product(self, task: Task, pair: ProductPair, position: int) -> None:
        if pair.old is None and pair.new is not None:
            self.builder.add_deliverable(task, pair.new, position)
        elif pair.old is not None and pair.new is None:
            self._withdraw(pair.old.periods)
        elif pair.old is not None and pair.new is not None:
            deliverable = self.products[pair.old.key]
            if deliverable.task_id != task.id:
                self._take(task, deliverable, pair.new)
            if (deliverable.text, deliverable.ordinal) != (pair.new.text, pair.new.ordinal):
                deliverable.text, deliverable.ordinal = pair.new.text, pair.new.ordinal
                deliverable.version += 1
            deliverable.position = position
            for each in pair.periods:
                self._change_period(task, deliverable, each, pair.new)

    def _take(self, task: Task, deliverable: Deliverable, new: DeliverableReading) -> None:
        """A product goes on in another row, with its work, evidence and history; the ledger tells both rows."""
        source_id = deliverable.task_id
        deliverable.task_id = task.id
        for obligation in deliverable.obligations:
            obligation.task_id = task.id
        deliverable.responsible_unit_id = self.builder.unit(new.responsible[0]) if len(new.responsible) == 1 else None
        self.session.flush()
        recount_unit(task, deliverable, self.builder.groups)
        for each in (self.tasks[source_id], task):
            each.place_version += 1
        task.assignment_version += 1
        moved = {"before": {"task_id": source_id}, "after": {"task_id": task.id}, "change": "taken"}
        for task_id in (source_id, task.id):
            row = self._row(RowKind.AMENDMENT, payload={**self.document.payload(), **moved}, task_id=task_id)
            self.told.append(replace(row, deliverable_id=deliverable.id))
        if deliverable.responsible_unit_id is not None:
            self.told += self._said(responsible_row, deliverable, task)

    def _change_period(
        self, task: Task, deliverable: Deliverable, pair: PeriodPair, product: DeliverableReading
    ) -> None:
        if pair.new is None:
            self._withdraw((pair.old,) if pair.old is not None else ())
            return
        if pair.old is None:
            self.builder.add_obligations(task, deliverable, product.deadline, (pair.new,))
            return
        obligation = self.owed[pair.old.key]
        obligation.deadline_text = product.deadline.text
        if pair.new.period_label != obligation.period_label:
            obligation.period_label = pair.new.period_label
        if not is_moved(pair.old, pair.new, product):
            return
        values = deadline_values(product.deadline, pair.new)
        actor_id, number = self.actor.person_id, self.document.number
        row = deadline_row(obligation, values, actor_id=actor_id, change="amendment", reason=number)
        self.told.append(replace(row, effective_on=max(self.document.effective_on, obligation.entered_on)))
        self.moved.append(obligation)

    def _withdraw(self, periods: Iterable[StandingPeriod]) -> None:
        for period in periods:
            obligation = self.owed[period.key]
            if obligation.status in OPEN_STATUSES:
                self._withdraw_open(obligation)
            elif obligation.status not in REMOVED_STATUSES:
                self.kept.append(obligation.id)

    def _withdraw_open(self, obligation: Obligation) -> None:
        number = self.document.number
        status = check_move(obligation.status, Move.WITHDRAW, reason=number, has_evidence=False)
        deliverable = self.products[obligation.deliverable_id]
        item = Item(obligation, deliverable, self.tasks[obligation.task_id], self.plan)
        # Something may have been said of it for a later day: it holds up to that day.
        effective_on = max(self.document.effective_on, obligation.entered_on, obligation.status_on or date.min)
        payload = {**self.document.payload(), "move": Move.WITHDRAW.value, "reason": number}
        self.told.append(status_row(item, self.actor, status=status, effective_on=effective_on, payload=payload))
        self.withdrawn.append(obligation)

    def _print_of(self, task: Task) -> dict[str, object]:
        """The words of a row as its documents say them, kept in the ledger when an amendment changes them."""
        gone = {*self.dropped_before, *self.kept, *(each.id for each in self.withdrawn)}
        products = [
            each.text
            for each in task.deliverables
            if any(owed.status not in REMOVED_STATUSES and owed.id not in gone for owed in each.obligations)
        ]
        return {
            "area_id": task.area_id,
            "numbers": list(task.numbers),
            "text": task.text,
            "assignment_text": task.assignment_text,
            "time_text": task.time_text,
            "note": task.note or "",
            "products": products,
        }

    def _put_in_order(self, order: Sequence[Task]) -> None:
        """Rows in the order of the newer print; one that is gone stays behind the row it stood behind."""
        placed = list(order)
        there = {task.id for task in order}
        before: Task | None = None
        for task in sorted(self.tasks.values(), key=lambda each: each.position):
            if task.id not in there:
                placed.insert(placed.index(before) + 1 if before is not None else 0, task)
            before = task
        for position, task in enumerate(placed):
            task.position = position


def _tasks(session: Session, plan: Plan) -> dict[int, Task]:
    query = (
        select(Task)
        .where(Task.agency_id == plan.agency_id, Task.plan_id == plan.id)
        .options(selectinload(Task.units), selectinload(Task.deliverables).selectinload(Deliverable.obligations))
    )
    return {task.id: task for task in session.scalars(query.order_by(Task.position))}


def _areas(session: Session, plan: Plan) -> dict[str, Area]:
    query = select(Area).where(Area.agency_id == plan.agency_id, Area.plan_id == plan.id)
    return {fold(area.name): area for area in session.scalars(query)}
