"""Units reorganised by a decision: recorded when it is known, carried out on its day, taken back before it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal, Role
from cchc_tasks.domain.reorganisations import (
    InvalidReorganisation,
    Line,
    Outcome,
    ReorganisationKind,
    ReorganisationTrouble,
)
from cchc_tasks.domain.text import one_line
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import _once, _reorganisation
from cchc_tasks.services._record import recording_time
from cchc_tasks.services.units import NewUnit, add_unit, put_name
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import (
    Agency,
    Reorganisation,
    ReorganisationLine,
    ReorganisationOutcome,
    Unit,
)
from cchc_tasks.storage.queries import reorganisations as queries
from cchc_tasks.storage.queries.reorganisations import Decision

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DecisionPaper:
    """The document that reorganises: số, ngày, trích yếu."""

    number: str
    issued_on: date
    subject: str


@dataclass(frozen=True, slots=True)
class Successor:
    """A unit that goes on with the work: one that exists, or a new one from the day of effect."""

    unit_id: int | None = None
    new: NewUnit | None = None


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """Where a role of an ended unit goes: to which successor (its place in the list; None: it ends), as what."""

    successor: int | None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: `from_ids` pass to `successors`, of which the first is heir of all that no choice names.

    `tasks` sends a task to another successor, by its place in the list; `people` a role, by membership.
    `versions` are those of the units as their reader saw them.
    """

    kind: ReorganisationKind
    paper: DecisionPaper
    effective_on: date
    from_ids: tuple[int, ...] = ()
    successors: tuple[Successor, ...] = ()
    tasks: Mapping[int, int] = field(default_factory=dict)
    people: Mapping[int, RoleChoice] = field(default_factory=dict)
    versions: Mapping[int, int] = field(default_factory=dict)


def record(
    session: Session, order: Order, *, actor: Principal, now: datetime, request_key: str | None = None
) -> Reorganisation:
    """Records a decision; where its day has come already, it is carried out at once, as of that day.

    Raises `InvalidReorganisation` for what cannot be, and `StaleEdit` where a unit was changed since it was looked at.
    """
    permissions.require(actor, Action.MANAGE_UNITS)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        _lock(session, actor.agency_id)
        units = _units(session, actor.agency_id)
        _check(session, order, units, actor.agency_id, today=local_day(now))
        made = _made(session, order, actor.agency_id)
        decision = _keep(session, order, made, actor=actor, now=now)
        for unit_id in {*order.from_ids, *made} & set(units):
            units[unit_id].version += 1
        if order.kind is ReorganisationKind.RENAME:
            _rename(session, order, units[order.from_ids[0]])
        session.flush()
        if order.effective_on <= local_day(now) or order.kind in _AT_ONCE:
            _carry_out(session, queries.get_decision(session, actor.agency_id, decision.id), now=now)
    log.info("decision %s (%s) recorded by %s", decision.id, order.kind, actor.person_id)
    return decision


#: Names and new units have a first day of their own: nothing is left to be done on the day of effect.
_AT_ONCE = frozenset({ReorganisationKind.RENAME, ReorganisationKind.CREATE})


def _lock(session: Session, agency_id: int) -> None:
    """One reorganisation of an agency at a time, in however many processes."""
    session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update(key_share=True))


def _units(session: Session, agency_id: int) -> dict[int, Unit]:
    query = select(Unit).where(Unit.agency_id == agency_id).order_by(Unit.id).with_for_update(key_share=True)
    return {unit.id: unit for unit in session.scalars(query.execution_options(populate_existing=True))}


def _check(session: Session, order: Order, units: Mapping[int, Unit], agency_id: int, *, today: date) -> None:
    named = (*order.from_ids, *(each.unit_id for each in order.successors if each.unit_id is not None))
    for unit_id in named:
        unit = units.get(unit_id)
        if unit is not None and unit_id in order.versions and unit.version != order.versions[unit_id]:
            raise StaleEdit(what="unit", id=unit_id, current=unit.version, seen=order.versions[unit_id])
    _check_paper(order, today)
    _check_shape(order)
    pending = queries.pending_of(session, agency_id)
    for unit_id in named:
        _check_unit(order, units.get(unit_id), pending.get(unit_id))


def _check_paper(order: Order, today: date) -> None:
    if not one_line(order.paper.number) or not one_line(order.paper.subject):
        raise InvalidReorganisation(ReorganisationTrouble.DOCUMENT_MISSING, "number")
    if order.paper.issued_on > today:
        raise InvalidReorganisation(ReorganisationTrouble.ISSUED_AFTER_TODAY, "issued_on", today=today)


def _check_shape(order: Order) -> None:
    """How many units a decision of its kind names, and that nobody succeeds to themselves except in a split."""
    kind, heirs = order.kind, order.successors
    if kind is not ReorganisationKind.CREATE and not order.from_ids:
        raise InvalidReorganisation(ReorganisationTrouble.NO_UNIT, "from_ids")
    wanted = {ReorganisationKind.SPLIT: 2, ReorganisationKind.ABOLISH: 0}.get(kind, 1)
    if len(heirs) < wanted:
        raise InvalidReorganisation(ReorganisationTrouble.NO_SUCCESSOR, "successors")
    own = [each.unit_id for each in heirs if each.unit_id is not None]
    repeated = len(set(own)) < len(own)
    itself = kind in (ReorganisationKind.MERGE, ReorganisationKind.ABOLISH) and set(order.from_ids) <= set(own)
    if repeated or itself:
        raise InvalidReorganisation(ReorganisationTrouble.SAME_UNIT, "successors")
    places = [*order.tasks.values(), *(each.successor for each in order.people.values())]
    # A unit that is renamed has no successors: nothing and nobody goes anywhere.
    most = 0 if kind is ReorganisationKind.RENAME else len(heirs)
    if any(place is not None and not 0 <= place < most for place in places):
        raise InvalidReorganisation(ReorganisationTrouble.NOT_A_SUCCESSOR, "successors")


def _check_unit(order: Order, unit: Unit | None, pending: Decision | None) -> None:
    day = order.effective_on
    if unit is None:
        raise InvalidReorganisation(ReorganisationTrouble.NO_UNIT, "from_ids")
    if unit.kind is UnitKind.GROUP and order.kind is not ReorganisationKind.RENAME:
        raise InvalidReorganisation(ReorganisationTrouble.IS_GROUP, "from_ids", name=_name(unit))
    if unit.valid_to is not None:
        raise InvalidReorganisation(
            ReorganisationTrouble.NOT_ALIVE, "from_ids", name=_name(unit), ended_on=unit.valid_to
        )
    if unit.valid_from is not None and unit.valid_from > day:
        raise InvalidReorganisation(
            ReorganisationTrouble.CHANGED_SINCE, "effective_on", name=_name(unit), since=unit.valid_from
        )
    if pending is not None and order.kind is not ReorganisationKind.RENAME:
        raise InvalidReorganisation(
            ReorganisationTrouble.IS_PENDING,
            "from_ids",
            name=_name(unit),
            number=pending.row.number,
            effective_on=pending.row.effective_on,
        )


def _name(unit: Unit) -> str:
    return unit.names[-1].name if unit.names else unit.code


def _made(session: Session, order: Order, agency_id: int) -> tuple[int, ...]:
    """The successors' ids; new units are made with the day of effect as their first."""
    if order.kind is ReorganisationKind.RENAME:
        return ()
    ids: list[int] = []
    for successor in order.successors:
        if successor.unit_id is not None:
            ids.append(successor.unit_id)
        elif successor.new is not None:
            new = replace(successor.new, valid_from=order.effective_on)
            ids.append(add_unit(session, agency_id, new, besides=order.from_ids).id)
    return tuple(ids)


def _keep(session: Session, order: Order, made: tuple[int, ...], *, actor: Principal, now: datetime) -> Reorganisation:
    row = Reorganisation(
        agency_id=actor.agency_id,
        kind=order.kind,
        number=one_line(order.paper.number)[:100],
        issued_on=order.paper.issued_on,
        subject=one_line(order.paper.subject),
        effective_on=order.effective_on,
        choices=_choices(order, made),
        recorded_at=recording_time(session, actor.agency_id, now=now),
        actor_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    for position, line in enumerate(_lines(order, made)):
        session.add(
            ReorganisationLine(
                agency_id=actor.agency_id,
                decision_id=row.id,
                position=position,
                from_unit_id=line.from_id,
                to_unit_id=line.to_id,
                is_main=line.is_main,
            )
        )
    session.flush()
    return row


def _lines(order: Order, made: tuple[int, ...]) -> list[Line]:
    if order.kind is ReorganisationKind.RENAME:
        return [Line(each, each) for each in order.from_ids]
    if order.kind is ReorganisationKind.CREATE:
        return [Line(None, each) for each in made]
    if not made:
        return [Line(each, None) for each in order.from_ids]
    # Where a unit goes on after a split, it keeps everything that no choice sends elsewhere.
    heir = next((each for each in made if each in order.from_ids), made[0])
    return [Line(old, new, new == heir) for old in order.from_ids for new in made]


def _choices(order: Order, made: tuple[int, ...]) -> dict[str, object]:
    """Choices by unit id, as they are stored."""
    return {
        "made": [made[place] for place, each in enumerate(order.successors) if each.unit_id is None] if made else [],
        "tasks": {str(task_id): made[place] for task_id, place in order.tasks.items()} if made else {},
        "people": {
            str(membership_id): {
                "unit_id": None if choice.successor is None else made[choice.successor],
                "role": None if choice.role is None else choice.role.value,
            }
            for membership_id, choice in order.people.items()
        },
    }


def _rename(session: Session, order: Order, unit: Unit) -> None:
    new = order.successors[0].new
    if new is None:
        raise InvalidReorganisation(ReorganisationTrouble.NO_SUCCESSOR, "name")
    put_name(session, unit, new.name, new.short_name, order.effective_on)


def _carry_out(session: Session, decision: Decision, *, now: datetime) -> None:
    """Does what the decision says, within the caller's unit of work, and says that it is done."""
    facts = _reorganisation.carry_out(session, decision, now=now)
    _end(session, decision.row, Outcome.APPLIED, facts, actor_id=decision.row.actor_id, now=now)
    log.info("decision %s carried out: %s", decision.row.id, facts)


def _end(
    session: Session,
    row: Reorganisation,
    outcome: Outcome,
    facts: Mapping[str, object],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    session.add(
        ReorganisationOutcome(
            agency_id=row.agency_id,
            decision_id=row.id,
            outcome=outcome,
            facts=dict(facts),
            recorded_at=recording_time(session, row.agency_id, now=now),
            actor_id=actor_id,
        )
    )
    session.flush()


def apply_due(session: Session, *, now: datetime, agency_id: int | None = None) -> int:
    """Carries out every decision whose day has come; how many. Safe from several processes, idempotent.

    The scheduler calls it with each turn and each process of the site with the first request of a day, so that
    a scheduler that stands still changes nothing.
    """
    done = 0
    for of_agency, decision_id in queries.list_due(session, local_day(now), agency_id=agency_id):
        with transaction(session):
            _lock(session, of_agency)
            decision = queries.get_decision(session, of_agency, decision_id)
            if decision.is_pending:
                _units(session, of_agency)
                _carry_out(session, decision, now=now)
                done += 1
    return done


def cancel(
    session: Session,
    reorganisation_id: int,
    *,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Decision:
    """Takes a decision back before its day: nothing of it happens; units made for it were never there.

    Raises `InvalidReorganisation` where it was carried out, or taken back, already.
    """
    permissions.require(actor, Action.MANAGE_UNITS)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        _lock(session, actor.agency_id)
        decision = queries.get_decision(session, actor.agency_id, reorganisation_id)
        if not decision.is_pending:
            raise InvalidReorganisation(ReorganisationTrouble.ALREADY_ENDED, "")
        units = _units(session, actor.agency_id)
        for line in decision.lines:
            for unit_id in {line.from_id, line.to_id} - {None}:
                unit = units[unit_id or 0]
                unit.version += 1
                if unit.valid_from == decision.row.effective_on and unit_id == line.to_id:
                    _reorganisation.unmake(unit)
        _end(session, decision.row, Outcome.CANCELLED, {}, actor_id=actor.person_id, now=now)
    return queries.get_decision(session, actor.agency_id, reorganisation_id)
