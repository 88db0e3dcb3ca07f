"""Shared steps of the services on obligations: fetch through the principal, check the version, build the facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session, joinedload, object_session, selectinload

from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.ledger import FOR_EVER, LedgerRow, RowKind, holding_row
from cchc_tasks.domain.mail_links import VIA
from cchc_tasks.domain.permissions import Action, Principal, Work, mandate_for
from cchc_tasks.domain.units import AssignedUnits, UnitKind, counted_unit
from cchc_tasks.domain.workflow import OPEN_STATUSES, Move, Status
from cchc_tasks.services._deadlines import judge_again
from cchc_tasks.services._record import NewRow, append
from cchc_tasks.storage.models import Deliverable, Obligation, Plan, Task, Unit
from cchc_tasks.storage.models import LedgerRow as StoredRow
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries.as_of import unit_counted_at, unit_judged_on
from cchc_tasks.storage.queries.places import places_of


@dataclass(frozen=True, slots=True)
class Item:
    """An obligation with what the rules ask about around it."""

    obligation: Obligation
    deliverable: Deliverable
    task: Task
    plan: Plan

    @property
    def assigned(self) -> AssignedUnits:
        return self.task.assigned()

    def work(self, office_ids: Iterable[int] = ()) -> Work:
        """What permissions need to know; `office_ids` are the units of kind văn phòng."""
        return work_of(self.obligation, self.deliverable, self.assigned, frozenset(office_ids))


def work_of(
    obligation: Obligation, deliverable: Deliverable, assigned: AssignedUnits, office_ids: frozenset[int]
) -> Work:
    """Every unit named answers for the work until one is named lead; one named for the deliverable joins them."""
    return Work(
        agency_id=obligation.agency_id,
        responsible_ids=assigned.owing(deliverable.responsible_unit_id),
        coordinating_ids=frozenset(assigned.coordinating),
        reported_by_id=obligation.reported_by_id,
        is_office_work=obligation.reported_unit_id in office_ids,
        person_id=obligation.person_id,
    )


def get_item(session: Session, obligation_id: int, actor: Principal) -> Item:
    """The obligation within the actor's agency, locked; raises `NotFound` where there is none of that id to see."""
    values = {"agency_id": actor.agency_id, "obligation_id": obligation_id}
    obligation = session.scalars(_ITEM, values).one_or_none()
    if obligation is None:
        raise NotFound(what="obligation", id=obligation_id)
    plan = session.get_one(Plan, obligation.plan_id)
    return Item(obligation, obligation.deliverable, obligation.deliverable.task, plan)


#: Asked by every change, under the lock: made once, since making it costs more than running it.
_ITEM = (
    select(Obligation)
    .where(Obligation.agency_id == bindparam("agency_id"), Obligation.id == bindparam("obligation_id"))
    .options(joinedload(Obligation.deliverable).joinedload(Deliverable.task).selectinload(Task.units))
    .with_for_update(of=Obligation, key_share=True)
)


def get_task(session: Session, task_id: int, actor: Principal) -> Task:
    """The task within the actor's agency, with its units, deliverables and obligations, locked; raises `NotFound`."""
    own = (Task.agency_id == actor.agency_id, Task.id == task_id)
    session.execute(select(Task.id).where(*own).with_for_update(key_share=True))
    lock_obligations(session, actor, Obligation.task_id == task_id)
    query = (
        select(Task)
        .where(*own)
        .options(selectinload(Task.units), selectinload(Task.deliverables).selectinload(Deliverable.obligations))
        # What was read before the lock may have been changed by whoever held it.
        .execution_options(populate_existing=True)
    )
    task = session.scalars(query).one_or_none()
    if task is None:
        raise NotFound(what="task", id=task_id)
    return task


def lock_obligations(session: Session, actor: Principal, which: ColumnElement[bool]) -> None:
    """Locks several obligations in one order.

    Locks are taken downwards: task, obligations, plan, then the head of the ledger; who takes a row after the head
    and who holds that row and wants the head would wait for each other. Locks leave keys free (FOR NO KEY UPDATE),
    since every row that refers to a locked one asks for its key.
    """
    own = select(Obligation.id).where(Obligation.agency_id == actor.agency_id, which)
    session.execute(own.order_by(Obligation.id).with_for_update(key_share=True))


def check_version(row: Obligation | Task | Deliverable | Plan, version: int) -> None:
    """Raises `StaleEdit` where the row moved on since the form was opened. Whoever writes takes the next version."""
    if row.version != version:
        raise StaleEdit(what=type(row).__tablename__, id=row.id, current=row.version, seen=version)


def check_open(session: Session, plan: Plan) -> None:
    """Raises `Refused(PLAN_CLOSED)` where the plan's year was closed: nothing enters it or becomes open again.

    Asked of the database, after the locks: whoever closed it may have been waited for.
    """
    closed_on = session.scalar(select(Plan.closed_on).where(Plan.agency_id == plan.agency_id, Plan.id == plan.id))
    if closed_on is not None:
        raise Refused(RefusedReason.PLAN_CLOSED, closed_on=closed_on)


def kinds_of_units(session: Session, agency_id: int) -> dict[int, UnitKind]:
    """Kind by unit id; a handful of rows."""
    rows = session.execute(select(Unit.id, Unit.kind).where(Unit.agency_id == agency_id))
    return {row.id: row.kind for row in rows}


def of_kind(kinds: dict[int, UnitKind], kind: UnitKind) -> frozenset[int]:
    return frozenset(unit_id for unit_id, each in kinds.items() if each is kind)


def reporting_unit(item: Item, actor: Principal) -> int | None:
    """The unit for which the actor reports: one of their own that owes the work, else the one it counts at."""
    work = item.work()
    for membership in actor.memberships:
        if not work.responsible_ids.isdisjoint(actor.unit_ids_of(membership)):
            return membership.unit_id
    return item.obligation.counted_unit_id


def recount_unit(item_task: Task, deliverable: Deliverable, group_ids: Iterable[int]) -> None:
    """Puts each obligation of the deliverable into the row of the unit it counts at."""
    unit_id = counted_unit(item_task.assigned(), group_ids, responsible=deliverable.responsible_unit_id)
    for obligation in deliverable.obligations:
        obligation.counted_unit_id = unit_id


def recount_finished(session: Session, obligations: Iterable[Obligation]) -> None:
    """Finished work counts at the unit that had it on the day of completion; call after the rows are appended.

    The present counterpart of `as_of.unit_judged_on`: nothing else of these obligations changes.
    """
    finished = [each for each in obligations if each.status not in OPEN_STATUSES and each.status_on is not None]
    if not finished:
        return
    agency_id = finished[0].agency_id
    places = places_of(session, agency_id, {each.task_id for each in finished})
    tasks = {each.task_id for each in finished} | set(places.series)
    series = ledger_queries.assignment_rows_of(session, agency_id, tasks)
    groups = of_kind(kinds_of_units(session, agency_id), UnitKind.GROUP)
    for each in finished:
        day = unit_judged_on(each.status, each.status_on, each.entered_on, date.max)
        rows = series.get(places.task_at(each.task_id, each.deliverable_id, day=day, known_at=FOR_EVER), [])
        each.counted_unit_id = unit_counted_at(rows, each.deliverable_id, groups, judged_on=day, known_at=FOR_EVER)


def given_away(session: Session, task: Task) -> list[Obligation]:
    """Work that stood in a task until an amendment gave it to another one: what is said of the task reaches it."""
    if task.place_version == 1:
        return []
    query = select(Obligation).where(
        Obligation.agency_id == task.agency_id,
        Obligation.task_id != task.id,
        Obligation.deliverable_id.in_(
            select(StoredRow.deliverable_id).where(
                StoredRow.task_id == task.id,
                StoredRow.kind == RowKind.AMENDMENT,
                StoredRow.deliverable_id.is_not(None),
            )
        ),
    )
    return list(session.scalars(query.order_by(Obligation.id)))


def write_status(session: Session, item: Item, rows: list[NewRow], *, now: datetime) -> list[LedgerRow]:
    """Appends status rows of one obligation and brings its present state in line with what now holds."""
    stored = append(session, item.obligation.agency_id, rows, now=now)
    item.obligation.version += 1
    refresh_status(session, item.obligation, now=stored[-1].recorded_at)
    return stored


def refresh_status(session: Session, obligation: Obligation, *, now: datetime) -> None:
    """The obligation's present status from its rows, by the same rule that counts use."""
    rows = ledger_queries.list_status_rows(session, obligation.agency_id, obligation.id)
    held = holding_row(rows, cut_off=date.max, known_at=now)
    obligation.status = Status.NOT_STARTED if held is None or held.status is None else held.status
    obligation.status_on = None if held is None else held.effective_on
    obligation.status_recorded_at = None if held is None else held.recorded_at
    obligation.status_seq = None if held is None else held.seq
    obligation.is_returned = held is not None and held.payload.get("move") == Move.RETURN
    if obligation.status in {Status.NOT_STARTED, Status.IN_PROGRESS}:
        obligation.reported_by_id = obligation.reported_unit_id = None
    judge_again(session, obligation)
    _recount_after(session, obligation)
    obligation.calendar_sequence += 1
    obligation.changed_at = now


def _recount_after(session: Session, obligation: Obligation) -> None:
    """Where the task's assignment was changed: finished work counts by its day, work taken up again by the present."""
    task = session.get_one(Task, obligation.task_id)
    if task.assignment_version == 1:
        return
    if obligation.status in OPEN_STATUSES:
        deliverable = session.get_one(Deliverable, obligation.deliverable_id)
        groups = of_kind(kinds_of_units(session, obligation.agency_id), UnitKind.GROUP)
        responsible = deliverable.responsible_unit_id
        obligation.counted_unit_id = counted_unit(task.assigned(), groups, responsible=responsible)
    else:
        recount_finished(session, [obligation])


def _power(item: Item, actor: Principal, move: str) -> dict[str, object]:
    """By whose power a status was put."""
    session = object_session(item.obligation)
    if session is None or not _has_mandate(actor):
        return {}
    answers = move in (Move.CONFIRM, Move.RETURN)
    offices = of_kind(kinds_of_units(session, item.obligation.agency_id), UnitKind.OFFICE)
    return power(actor, Action.CONFIRM if answers else Action.REPORT_WORK, item.work(offices))


def _has_mandate(actor: Principal) -> bool:
    return bool(actor.mandates) or any(each.mandate for each in actor.memberships)


def power(actor: Principal, action: Action, work: Work) -> dict[str, object]:
    """By whose power, where the actor's own roles are not enough; kept beside the words of the row."""
    given = mandate_for(actor, action, work) if _has_mandate(actor) else None
    return {} if given is None else {"power": given.kind.value, "behalf_of": given.from_id}


def via(actor: Principal) -> dict[str, object]:
    """By which way it came, where not by somebody who signed in; kept beside the words of the row."""
    return {"via": VIA} if actor.link is not None else {}


def status_row(item: Item, actor: Principal, **values: object) -> NewRow:
    """A status row of the item by the actor; the caller names status, day and payload.

    What somebody does by another's power, or as acting head, says so.
    """
    given = values.pop("payload", None)
    payload: dict[str, object] = dict(given) if isinstance(given, dict) else {}
    values["payload"] = payload | _power(item, actor, str(payload.get("move"))) | via(actor)
    return NewRow(
        kind=RowKind.STATUS,
        plan_id=item.obligation.plan_id,
        task_id=item.obligation.task_id,
        deliverable_id=item.obligation.deliverable_id,
        obligation_id=item.obligation.id,
        actor_id=actor.person_id,
        **values,  # type: ignore[arg-type]
    )
