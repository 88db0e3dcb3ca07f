"""What may happen in a random history (`tests.support.histories`): each act is done by services, as somebody would."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.units import AssignedUnits, LeadBasis
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.services import (
    corrections,
    extensions,
    obligations,
    teamwork,
)
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.storage.models import (
    Deliverable,
    ExtensionRequest,
    Obligation,
    Task,
)
from cchc_tasks.storage.queries.extensions import open_request

if TYPE_CHECKING:
    from tests.support.histories import History

REASON = "Theo hồ sơ lưu."


class NothingToDo(Exception):
    """There is nothing that this act could be done to."""


def some(history: History, *statuses: Status) -> Obligation:
    """One of the obligations in these statuses (none named: any)."""
    found = [each for each in history.obligations() if not statuses or each.status in statuses]
    if not found:
        raise NothingToDo
    return history.chance.choice(found)


# --- work


def start(history: History) -> None:
    item = some(history, Status.NOT_STARTED)
    day = history.recent(10)
    actor = history.doer(item)
    obligations.start(
        history.session, item.id, version=item.version, effective_on=day, actor=actor, now=history.now, reason=REASON
    )


def report(history: History) -> None:
    item = some(history, Status.NOT_STARTED, Status.IN_PROGRESS)
    day = history.recent(40)
    waiver = REASON if history.chance.random() < 0.1 else None
    obligations.report(
        history.session,
        item.id,
        version=item.version,
        effective_on=day,
        document=None if waiver else history.paper(),
        waiver_reason=waiver,
        reason=REASON,
        actor=history.doer(item),
        now=history.now,
    )


def confirm(history: History) -> None:
    item = some(history, Status.REPORTED)
    actor = history.who(history.chance.choice(["office", "leader"]))
    override = REASON if history.chance.random() < 0.8 else None
    obligations.confirm(
        history.session, item.id, version=item.version, override_reason=override, actor=actor, now=history.now
    )


def give_back(history: History) -> None:
    item = some(history, Status.REPORTED)
    move = history.chance.choice([obligations.return_report, obligations.take_back])
    move(history.session, item.id, version=item.version, reason=REASON, actor=history.who("office"), now=history.now)


def reopen(history: History) -> None:
    item = some(history, Status.DONE)
    day = history.recent(20)
    obligations.reopen(
        history.session,
        item.id,
        version=item.version,
        effective_on=day,
        reason=REASON,
        actor=history.who("office"),
        now=history.now,
    )


def hand_over(history: History) -> None:
    item = some(history, *OPEN_STATUSES)
    named = [person for name, person in history.people.items() if name.startswith(("head", "staff"))]
    person = history.chance.choice([*named, None])
    teamwork.hand_over(
        history.session,
        item.id,
        version=item.version,
        person_id=None if person is None else person.id,
        actor=history.doer(item),
        now=history.now,
    )


# --- putting right


def correct_status(history: History) -> None:
    item = some(history)
    day = None if history.chance.random() < 0.3 else history.recent(60)
    corrections.correct_status(
        history.session,
        item.id,
        version=item.version,
        effective_on=day,
        reason=REASON,
        actor=history.who("office"),
        now=history.now,
    )


def correct_deadline(history: History) -> None:
    item = some(history)
    due_on = None if history.chance.random() < 0.1 else history.day + timedelta(days=history.chance.randrange(-40, 90))
    kind = DeadlineKind.AS_REGULATED if due_on is None else DeadlineKind.DATE
    corrections.correct_deadline(
        history.session,
        item.id,
        version=item.version,
        values=DeadlineValues(kind, due_on),
        is_original=history.chance.random() < 0.3,
        reason=REASON,
        actor=history.who("office"),
        now=history.now,
    )


def assigned(history: History) -> AssignedUnits:
    """Units chosen at random among those there are."""
    units = [unit.id for unit in history.divisions()]
    chosen = history.chance.sample(units, min(len(units), history.chance.randrange(1, 4)))
    if history.chance.random() < 0.3:
        return AssignedUnits(None, LeadBasis.UNRESOLVED, tuple(chosen))
    return AssignedUnits(chosen[0], LeadBasis.EXPLICIT, (), tuple(chosen[1:]))


def a_task(history: History) -> Task:
    query = select(Task).where(Task.agency_id == history.agency.id, Task.plan_id.in_(history.plan_ids))
    tasks = list(history.session.scalars(query.order_by(Task.id)))
    if not tasks:
        raise NothingToDo
    return history.chance.choice(tasks)


def correct_assignment(history: History) -> None:
    task = a_task(history)
    corrections.correct_assignment(
        history.session,
        task.id,
        version=task.version,
        assigned=assigned(history),
        reason=REASON,
        actor=history.who("office"),
        now=history.now,
    )


def name_responsible(history: History) -> None:
    query = select(Deliverable).where(Deliverable.agency_id == history.agency.id).order_by(Deliverable.id)
    product = history.chance.choice(list(history.session.scalars(query)))
    unit = history.chance.choice([*history.divisions(), None])
    corrections.name_responsible(
        history.session,
        product.id,
        version=product.version,
        unit_id=None if unit is None else unit.id,
        reason=REASON,
        actor=history.who("office"),
        now=history.now,
    )


# --- more time


def ask(history: History) -> None:
    item = some(history, Status.NOT_STARTED, Status.IN_PROGRESS)
    if item.due_on is None:
        raise NothingToDo
    extensions.ask(
        history.session,
        item.id,
        version=item.version,
        due_on=item.due_on + timedelta(days=history.chance.randrange(-3, 60)),
        reason=REASON,
        actor=history.doer(item),
        now=history.now,
    )


def answer(history: History) -> None:
    query = select(ExtensionRequest.obligation_id).where(
        ExtensionRequest.agency_id == history.agency.id, ExtensionRequest.state == "asked"
    )
    waiting = list(history.session.scalars(query.order_by(ExtensionRequest.id)))
    if not waiting:
        raise NothingToDo
    item = history.session.get_one(Obligation, history.chance.choice(waiting))
    request = open_request(history.session, history.agency.id, item.id)
    values = {"version": request.version, "actor": history.who("leader"), "now": history.now}
    if history.chance.random() < 0.2:
        extensions.refuse(history.session, request.id, words=REASON, **values)
        return
    if item.due_on is None:
        raise NothingToDo
    extensions.grant(
        history.session,
        request.id,
        deadline_version=item.deadline_version,
        due_on=item.due_on + timedelta(days=history.chance.randrange(1, 60)),
        words="",
        document=history.chance.choice([None, history.paper()]),
        override_reason=REASON,
        **values,
    )


def revoke(history: History) -> None:
    rows = select(ExtensionRequest.obligation_id).where(
        ExtensionRequest.agency_id == history.agency.id, ExtensionRequest.state == "granted"
    )
    extended = list(history.session.scalars(rows.order_by(ExtensionRequest.id)))
    if not extended:
        raise NothingToDo
    item = history.session.get_one(Obligation, history.chance.choice(extended))
    corrections.revoke_extension(
        history.session, item.id, version=item.version, reason=REASON, actor=history.who("office"), now=history.now
    )


def extend_many(history: History) -> None:
    able = [each for each in history.obligations() if each.status in OPEN_STATUSES and each.due_on is not None]
    if not able:
        raise NothingToDo
    chosen = history.chance.sample(able, min(len(able), history.chance.randrange(1, 5)))
    last = max(each.due_on for each in chosen)
    extensions.extend_many(
        history.session,
        {each.id: each.version for each in chosen},
        due_on=last + timedelta(days=history.chance.randrange(1, 40)),
        document=history.paper(),
        words="",
        actor=history.who("office"),
        now=history.now,
    )
