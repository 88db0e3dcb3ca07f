"""What may happen in a random history to its plan, its units and its people; see `tests.support.random_acts`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from cchc_tasks.domain.closing import Decided, Fate
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.permissions import MandateKind
from cchc_tasks.domain.reorganisations import ReorganisationKind
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import (
    amendments,
    closing,
    mandates,
    next_year,
    obligations,
    orphans,
    people,
    plan_editing,
    reorganising,
)
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.services.mandates import NewMandate
from cchc_tasks.services.reorganising import DecisionPaper, Order, RoleChoice, Successor
from cchc_tasks.services.units import NewUnit
from cchc_tasks.storage.models import (
    Absence,
    AmendmentKind,
    Area,
    Membership,
    Reorganisation,
    ReorganisationOutcome,
    Task,
)
from cchc_tasks.storage.queries.orphans import list_orphans
from tests.support.random_acts import REASON, NothingToDo, a_task, assigned

if TYPE_CHECKING:
    from tests.support.histories import History

# --- the plan


def amend(history: History) -> None:
    """The plan is printed again with some rows more, fewer or otherwise, and the print is read."""
    chance, rows = history.chance, history.rows
    for _ in range(chance.randrange(1, 4)):
        kind = chance.choice(["add", "add", "withdraw", "time", "units", "product", "text", "area", "order"])
        row = chance.choice(rows)
        if kind == "add":
            rows.insert(chance.randrange(len(rows) + 1), history.new_row())
        elif kind == "withdraw" and len(rows) > 2:
            rows.remove(row)
        elif kind == "time":
            row.time = history.new_row().time
        elif kind == "units":
            row.units = history.new_row().units
        elif kind == "product":
            row.products = history.new_row().products
        elif kind == "text":
            row.text += " và báo cáo"
        elif kind == "area":
            row.area = history.new_row().area
        else:
            chance.shuffle(rows)
    for row in rows:
        # A print of today names no unit that is no more.
        if any(name in row.units for name in history.gone()):
            row.units = history.new_row().units
    effective_on = history.recent(30)
    document = AmendingDocument(
        AmendmentKind.REVISED, f"{chance.randrange(400)}/KH-STTTT", effective_on, effective_on, "Sửa đổi, bổ sung"
    )
    who = {"actor": history.who("office"), "now": history.now}
    reading, answers = history.reading(), {}
    found = amendments.difference_of(history.session, history.plan_ids[0], reading, kind=document.kind, **who)
    for row in found.asked:
        # Somebody says which row of the plan it is, or that it is a new one.
        answers[row.row_id] = chance.choice([*row.candidates, *row.candidates, None])
    values = {"document": document, "sha256": None, "answers": answers, **who}
    amendments.amend(history.session, history.plan_ids[0], reading, **values)


def add_by_hand(history: History) -> None:
    """A row more, typed in, or a product more of a row there is."""
    values = {"entered_on": history.recent(20), "actor": history.who("office"), "now": history.now}
    day = history.day + timedelta(days=history.chance.randrange(-20, 120))
    period = plan_editing.PeriodInput("", DeadlineValues(DeadlineKind.DATE, day))
    if history.chance.random() < 0.5:
        task = a_task(history)
    else:
        query = select(Area).where(Area.agency_id == history.agency.id, Area.plan_id == history.plan_ids[-1])
        areas = list(history.session.scalars(query.order_by(Area.id)))
        if not areas:
            raise NothingToDo
        history.made_rows += 1
        task = plan_editing.add_task(
            history.session,
            history.chance.choice(areas).id,
            numbers=(f"9.{history.made_rows}",),
            text=f"Nhiệm vụ phát sinh số {history.made_rows}",
            note="",
            assignment_text="",
            time_text="",
            assigned=assigned(history),
            **values,
        )
    plan_editing.add_deliverable(
        history.session, task.id, ordinal="", text="Sản phẩm phát sinh", deadline_text="", periods=(period,), **values
    )


def close(history: History) -> None:
    """The year's end: what is open goes on or lapses."""
    plan = history.plan()
    if len(history.plan_ids) > 1 or history.day.year <= plan.year:
        raise NothingToDo
    office = history.who("office")
    for item in history.obligations():
        if item.plan_id == plan.id and item.status is Status.REPORTED:
            values = {"version": item.version, "reason": REASON, "actor": office, "now": history.now}
            obligations.return_report(history.session, item.id, **values)
    tasks = list(history.session.scalars(select(Task.id).where(Task.plan_id == plan.id).order_by(Task.id)))
    new = next_year.begin_from(
        history.session,
        plan.id,
        history.chance.sample(tasks, history.chance.randrange(0, min(3, len(tasks)))),
        number="5/KH-STTTT",
        issued_on=history.recent(20),
        title="Kế hoạch năm sau",
        actor=office,
        now=history.now,
    )
    history.plan_ids.append(new.id)
    decided = [
        Decided(each.id, Fate.CARRY_OVER, REASON, history.day + timedelta(days=90))
        if history.chance.random() < 0.6
        else Decided(each.id, Fate.LAPSE, REASON)
        for each in closing.open_obligations(history.session, plan)
    ]
    history.session.refresh(plan)
    closing.close_plan(
        history.session,
        plan.id,
        version=plan.version,
        decided=decided,
        target_id=new.id,
        closed_on=max(plan.issued_on.replace(year=plan.year, month=12, day=31), history.recent(10)),
        actor=office,
        now=history.now,
    )


# --- units and people


def reorganise(history: History) -> None:
    chance = history.chance
    units = [unit for unit in history.divisions() if unit.kind is not UnitKind.OFFICE]
    if not units:
        raise NothingToDo
    # Recorded late, on the day, or before it.
    day = history.day + timedelta(days=chance.choice([chance.randrange(-30, 1), 0, chance.randrange(1, 40)]))
    kind = chance.choice(list(ReorganisationKind))
    new = Successor(new=NewUnit(f"Phòng mới {chance.randrange(10_000)}", UnitKind.DIVISION, day))
    others = [Successor(unit.id) for unit in history.divisions()]
    olds: tuple[int, ...] = ()
    heirs: tuple[Successor, ...] = ()
    if kind is not ReorganisationKind.CREATE:
        most = 1 if kind is not ReorganisationKind.MERGE else 2
        olds = tuple(unit.id for unit in chance.sample(units, min(len(units), chance.randrange(1, most + 1))))
    others = [each for each in others if each.unit_id not in olds]
    if kind is ReorganisationKind.MERGE:
        heirs = (chance.choice([new, *others]),)
    elif kind is ReorganisationKind.SPLIT:
        heirs = (new, chance.choice([Successor(olds[0]), *others]))
    elif kind is ReorganisationKind.ABOLISH and others and chance.random() < 0.6:
        heirs = (chance.choice(others),)
    elif kind in (ReorganisationKind.RENAME, ReorganisationKind.CREATE):
        heirs = (new,)
    order = Order(kind, DecisionPaper(f"{chance.randrange(99)}/QĐ", history.recent(9), "Sắp xếp"), day, olds, heirs)
    reorganising.record(
        history.session,
        replace(order, tasks=choices_of_tasks(history, order), people=choices_of_people(history, order)),
        actor=history.who("office"),
        now=history.now,
    )


def choices_of_tasks(history: History, order: Order) -> dict[int, int]:
    if len(order.successors) < 2:
        return {}
    query = select(Task.id).where(Task.agency_id == history.agency.id, Task.lead_unit_id.in_(order.from_ids))
    ids = list(history.session.scalars(query.order_by(Task.id)))
    return {each: history.chance.randrange(len(order.successors)) for each in ids if history.chance.random() < 0.5}


def choices_of_people(history: History, order: Order) -> dict[int, RoleChoice]:
    query = select(Membership.id).where(Membership.agency_id == history.agency.id)
    ids = list(history.session.scalars(query.where(Membership.unit_id.in_(order.from_ids)).order_by(Membership.id)))
    if order.kind is ReorganisationKind.RENAME:
        return {}
    places = [*range(len(order.successors)), None]
    return {each: RoleChoice(history.chance.choice(places)) for each in ids if history.chance.random() < 0.3}


def cancel(history: History) -> None:
    ended = select(ReorganisationOutcome.decision_id)
    query = select(Reorganisation.id).where(
        Reorganisation.agency_id == history.agency.id, Reorganisation.id.not_in(ended)
    )
    waiting = list(history.session.scalars(query.order_by(Reorganisation.id)))
    if not waiting:
        raise NothingToDo
    reorganising.cancel(history.session, history.chance.choice(waiting), actor=history.who("office"), now=history.now)


def move_person(history: History) -> None:
    query = select(Membership).where(Membership.agency_id == history.agency.id, Membership.unit_id.is_not(None))
    held = history.chance.choice(list(history.session.scalars(query.order_by(Membership.id))))
    units = [unit.id for unit in history.divisions() if unit.id != held.unit_id]
    if not units or held.person_id == history.people["office"].id:
        raise NothingToDo
    mandates.move_person(
        history.session,
        held.person_id,
        membership_id=held.id,
        unit_id=history.chance.choice(units),
        day=history.day + timedelta(days=history.chance.randrange(-5, 10)),
        actor=history.who("admin"),
        now=history.now,
    )


def go_away(history: History) -> None:
    """Somebody is away for a while, leaves for good, or comes back."""
    names = [name for name in history.people if name not in ("admin", "office", "leader")]
    person = history.people[history.chance.choice(names)]
    if history.chance.random() < 0.5:
        mandates.record_absence(
            history.session,
            person.id,
            starts_on=history.day - timedelta(days=history.chance.randrange(0, 5)),
            ends_on=history.chance.choice([None, history.day + timedelta(days=history.chance.randrange(5, 90))]),
            reason=REASON,
            actor=history.who("admin"),
            now=history.now,
        )
        return
    people.set_active(
        history.session,
        person.id,
        is_active=not history.session.get_one(type(person), person.id).is_active,
        actor=history.who("admin"),
        now=history.now,
        real_now=history.now,
    )


def come_back(history: History) -> None:
    query = select(Absence).where(Absence.agency_id == history.agency.id, Absence.ends_on.is_(None))
    open_ones = list(history.session.scalars(query.order_by(Absence.id)))
    if not open_ones:
        raise NothingToDo
    absence = history.chance.choice(open_ones)
    values = {"version": absence.version, "actor": history.who("admin"), "now": history.now}
    mandates.end_absence(history.session, absence.person_id, absence.id, ends_on=history.day, **values)


def give_power(history: History) -> None:
    unit = history.chance.choice(history.divisions())
    person = history.chance.choice(list(history.people.values()))
    new = NewMandate(MandateKind.ACTING_HEAD, person.id, history.day, history.day + timedelta(days=60), unit_id=unit.id)
    mandates.give(history.session, new, actor=history.who("admin"), now=history.now)


def give_orphans(history: History) -> None:
    found = list_orphans(history.session, history.agency.id, history.day)
    if not found:
        raise NothingToDo
    unit = history.chance.choice(history.divisions())
    chosen = history.chance.sample(found, min(len(found), 3))
    orphans.give_to(
        history.session,
        [each.task_id for each in chosen],
        unit_id=unit.id,
        reason=REASON,
        actor=history.who("office"),
        now=history.now,
    )
