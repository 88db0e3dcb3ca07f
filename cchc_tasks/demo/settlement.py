"""Makes the demo's agency: its units, groups and people, each only where it is not there yet."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.demo.story import AgencyEntry, PersonEntry, UnitEntry
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services.people import NewMembership, NewPerson, add_person, set_demo_password
from cchc_tasks.services.units import NewUnit, add_unit, replace_members
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, LedgerHead, Person, Unit
from cchc_tasks.storage.queries import people as people_queries


@dataclass(frozen=True, slots=True)
class Settled:
    """Ids of what is there: units by code, people by the key that the data give them."""

    agency_id: int
    unit_ids: dict[str, int]
    people_ids: dict[str, int]


def settle(session: Session, entry: AgencyEntry, *, now: datetime) -> Settled:
    """Makes agency, units and people in one unit of work, unless they are there."""
    with transaction(session):
        agency = session.scalars(select(Agency).where(Agency.code == entry.code)).one_or_none()
        if agency is None:
            agency = _make_agency(session, entry, now)
    codes = session.execute(select(Unit.code, Unit.id).where(Unit.agency_id == agency.id))
    emails = session.execute(select(Person.email, Person.id).where(Person.agency_id == agency.id))
    keys = {person.email: person.key for person in entry.people}
    people_ids = {keys[email]: person_id for email, person_id in emails if email in keys}
    return Settled(agency.id, {row.code: row.id for row in codes}, people_ids)


def _make_agency(session: Session, entry: AgencyEntry, now: datetime) -> Agency:
    agency = Agency(
        code=entry.code,
        name=entry.name,
        parent_name=entry.parent_name,
        place=entry.place,
        settings={"demo_password": entry.password},
        created_at=now,
    )
    session.add(agency)
    session.flush()
    session.add(LedgerHead(agency_id=agency.id))
    unit_ids: dict[str, int] = {}
    for unit in entry.units:
        unit_ids[unit.code] = _make_unit(session, agency, unit, unit_ids, entry)
    people = [_make_person(session, agency, person, unit_ids, entry, now) for person in entry.people]
    set_demo_password(session, people, entry.password)
    return agency


def _make_unit(session: Session, agency: Agency, unit: UnitEntry, unit_ids: dict[str, int], entry: AgencyEntry) -> int:
    new = NewUnit(
        name=unit.name,
        kind=unit.kind,
        valid_from=entry.valid_from,
        short_name=unit.short_name,
        code=unit.code,
        aliases=unit.aliases,
    )
    made = add_unit(session, agency.id, new)
    if unit.kind is UnitKind.GROUP:
        replace_members(session, made, [unit_ids[code] for code in unit.members], entry.valid_from)
    return made.id


def _make_person(
    session: Session,
    agency: Agency,
    person: PersonEntry,
    unit_ids: dict[str, int],
    entry: AgencyEntry,
    now: datetime,
) -> Person:
    memberships = tuple(
        NewMembership(role, None if code is None else unit_ids[code], entry.valid_from) for role, code in person.roles
    )
    new = NewPerson(person.name, person.email, title=person.title, memberships=memberships)
    return add_person(session, agency.id, new, now=now)


def person_on(session: Session, settled: Settled, key: str, day: date) -> Principal:
    """The demo's person as they are on `day`, with the rights that the services ask for."""
    found = people_queries.principal(session, settled.people_ids[key], day)
    if found is None:
        raise NotFound(what="person", key=key)
    return found
