"""Who stands in for whom: acting heads and delegates for a time, and people who are away for long."""

import logging
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotAllowed, NotFound, StaleEdit
from cchc_tasks.domain.permissions import Action, MandateKind, Principal, Role
from cchc_tasks.domain.reorganisations import InvalidReorganisation, ReorganisationTrouble
from cchc_tasks.domain.text import one_line
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Absence, Mandate, Membership, Person, Unit
from cchc_tasks.storage.queries import people as people_queries

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewMandate:
    """A power to be given for a time; both days included. `from_id` is for whom; None for an acting head."""

    kind: MandateKind
    person_id: int
    starts_on: date
    ends_on: date | None = None
    unit_id: int | None = None
    from_id: int | None = None
    basis: str = ""


def give(
    session: Session, new: NewMandate, *, actor: Principal, now: datetime, request_key: str | None = None
) -> Mandate:
    """Gives a power for a time: by whoever holds it themselves, or by who manages people.

    Nobody gives what they do not hold on its first day, and what is delegated has an end.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        _check_giver(actor, new)
        _check(session, new, actor.agency_id)
        mandate = Mandate(
            agency_id=actor.agency_id,
            person_id=new.person_id,
            kind=new.kind,
            unit_id=new.unit_id,
            from_person_id=new.from_id,
            starts_on=new.starts_on,
            ends_on=new.ends_on,
            basis=one_line(new.basis)[:300],
            recorded_at=now,
            actor_id=actor.person_id,
        )
        session.add(mandate)
        session.flush()
    log.info("mandate %s (%s) for %s, by %s", mandate.id, new.kind, new.person_id, actor.person_id)
    return mandate


def _check_giver(actor: Principal, new: NewMandate) -> None:
    is_own = new.from_id is not None and new.from_id == actor.person_id
    if not is_own and not permissions.may(actor, Action.MANAGE_PEOPLE):
        raise NotAllowed(action=Action.MANAGE_PEOPLE, person_id=actor.person_id)


def _check(session: Session, new: NewMandate, agency_id: int) -> None:
    receiver = people_queries.get_person(session, agency_id, new.person_id)
    if not receiver.is_active:
        raise NotFound(what="person", id=new.person_id)
    if new.ends_on is not None and new.ends_on < new.starts_on:
        raise InvalidReorganisation(ReorganisationTrouble.DATES_REVERSED, "ends_on")
    if new.kind is not MandateKind.FOR_LEADER and new.unit_id is None:
        raise InvalidReorganisation(ReorganisationTrouble.UNIT_NEEDED, "unit_id")
    if new.kind is MandateKind.ACTING_HEAD:
        return
    if new.ends_on is None:
        raise InvalidReorganisation(ReorganisationTrouble.END_NEEDED, "ends_on")
    if new.from_id == new.person_id:
        raise InvalidReorganisation(ReorganisationTrouble.TO_ONESELF, "person_id")
    giver = people_queries.get_person(session, agency_id, new.from_id)
    if not any(_is_theirs(held, new) for held in giver.memberships):
        raise InvalidReorganisation(ReorganisationTrouble.NOT_ONES_OWN, "from_id", name=giver.name)


def _is_theirs(held: Membership, new: NewMandate) -> bool:
    wanted = Role.LEADER if new.kind is MandateKind.FOR_LEADER else Role.HEAD
    is_unit = new.kind is MandateKind.FOR_LEADER or held.unit_id == new.unit_id
    return held.role is wanted and is_unit and held.value().holds_on(new.starts_on)


def revoke(
    session: Session, mandate_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> Mandate:
    """Ends a power with the next request: by whoever gave it, or by who manages people."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        query = select(Mandate).where(Mandate.agency_id == actor.agency_id, Mandate.id == mandate_id)
        mandate = session.scalars(query.with_for_update(key_share=True)).one_or_none()
        if mandate is None:
            raise NotFound(what="mandate", id=mandate_id)
        is_own = actor.person_id is not None and actor.person_id == mandate.from_person_id
        if not is_own and not permissions.may(actor, Action.MANAGE_PEOPLE):
            raise NotFound(what="mandate", id=mandate_id)
        if mandate.revoked_at is None:
            mandate.revoked_at, mandate.revoked_by_id = now, actor.person_id
            mandate.version += 1
    return mandate


def record_absence(
    session: Session,
    person_id: int,
    *,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Absence:
    """Nghỉ dài hạn: the person keeps roles and account, but their unit does not count on them meanwhile."""
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        person = people_queries.get_person(session, actor.agency_id, person_id)
        if ends_on is not None and ends_on < starts_on:
            raise InvalidReorganisation(ReorganisationTrouble.DATES_REVERSED, "ends_on")
        absence = Absence(
            agency_id=actor.agency_id,
            person_id=person.id,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=one_line(reason)[:300],
            recorded_at=now,
            actor_id=actor.person_id,
        )
        session.add(absence)
        session.flush()
    return absence


def end_absence(
    session: Session,
    person_id: int,
    absence_id: int,
    *,
    version: int,
    ends_on: date,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Absence:
    """The person is back on the day after `ends_on`; one that had not begun by then goes without a trace."""
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        query = select(Absence).where(
            Absence.agency_id == actor.agency_id, Absence.person_id == person_id, Absence.id == absence_id
        )
        absence = session.scalars(query.with_for_update(key_share=True)).one_or_none()
        if absence is None:
            raise NotFound(what="absence", id=absence_id)
        if absence.version != version:
            raise StaleEdit(what="absence", id=absence_id, current=absence.version, seen=version)
        if absence.starts_on > ends_on:
            session.delete(absence)
        else:
            absence.ends_on = ends_on
            absence.version += 1
    return absence


def move_person(
    session: Session,
    person_id: int,
    *,
    membership_id: int,
    unit_id: int,
    day: date,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Membership:
    """Moves a role to another unit from `day` on: it ends on the eve and goes on there. Raises `NotFound`."""
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        person = people_queries.get_person(session, actor.agency_id, person_id)
        held = next((each for each in person.memberships if each.id == membership_id), None)
        if held is None:
            raise NotFound(membership_id=membership_id)
        made = _moved(session, person, held, unit_id, day)
    return made


def _moved(session: Session, person: Person, held: Membership, unit_id: int, day: date) -> Membership:
    unit = session.get(Unit, unit_id)
    if unit is None or unit.agency_id != person.agency_id or unit.kind is UnitKind.GROUP or unit.valid_to is not None:
        raise NotFound(what="unit", id=unit_id)
    if held.unit_id == unit_id:
        raise InvalidReorganisation(ReorganisationTrouble.SAME_UNIT, "unit_id")
    made = Membership(
        agency_id=person.agency_id,
        person_id=person.id,
        unit_id=unit_id,
        role=held.role,
        starts_on=max(day, held.starts_on),
        ends_on=held.ends_on,
    )
    if held.starts_on >= day:
        session.delete(held)
    else:
        held.ends_on = date.fromordinal(day.toordinal() - 1)
    session.add(made)
    person.version += 1
    session.flush()
    return made
