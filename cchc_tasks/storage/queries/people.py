"""Reads of people: who signs in and what they may do as of a day, lists for the administrator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Membership as DomainMembership
from cchc_tasks.domain.permissions import Principal, Role
from cchc_tasks.storage.models import Agency, GroupMember, Membership, Person, UnitName


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with an account, as of a day: what a session is checked against, and what the page's head shows."""

    principal: Principal
    agency_name: str
    parent_name: str
    place: str
    email: str
    title: str
    session_epoch: int
    is_active: bool
    #: Short names of the units of `principal`, by unit id.
    unit_names: Mapping[int, str]


def find_account(session: Session, person_id: int, today: date) -> Account | None:
    """The account with its roles and units as of `today`, or None; three queries."""
    row = session.execute(
        select(
            Person.agency_id,
            Person.name,
            Person.email,
            Person.title,
            Person.session_epoch,
            Person.is_active,
            Agency.name.label("agency_name"),
            Agency.parent_name,
            Agency.place,
        )
        .join(Agency, Agency.id == Person.agency_id)
        .where(Person.id == person_id)
    ).first()
    if row is None:
        return None
    memberships, unit_names = _memberships(session, row.agency_id, person_id, today)
    groups_of = _groups_of(session, row.agency_id, unit_names, today)
    return Account(
        principal=Principal(person_id, row.agency_id, memberships, groups_of, row.name),
        agency_name=row.agency_name,
        parent_name=row.parent_name,
        place=row.place,
        email=row.email,
        title=row.title,
        session_epoch=row.session_epoch,
        is_active=row.is_active,
        unit_names=unit_names,
    )


def principal(session: Session, person_id: int, today: date) -> Principal | None:
    """Who `person_id` is as of `today`; None for nobody and for a disabled account."""
    account = find_account(session, person_id, today)
    return account.principal if account is not None and account.is_active else None


def _memberships(
    session: Session, agency_id: int, person_id: int, today: date
) -> tuple[tuple[DomainMembership, ...], dict[int, str]]:
    rows = session.execute(
        select(Membership.role, Membership.unit_id, Membership.starts_on, Membership.ends_on, UnitName.short_name)
        .outerjoin(
            UnitName,
            and_(
                UnitName.agency_id == Membership.agency_id,
                UnitName.unit_id == Membership.unit_id,
                holds_on(UnitName.valid_from, UnitName.valid_to, today),
            ),
        )
        .where(
            Membership.agency_id == agency_id,
            Membership.person_id == person_id,
            holds_on(Membership.starts_on, Membership.ends_on, today),
        )
        .order_by(Membership.id)
    ).all()
    memberships = tuple(DomainMembership(row.role, row.unit_id, row.starts_on, row.ends_on) for row in rows)
    return memberships, {row.unit_id: row.short_name or "" for row in rows if row.unit_id is not None}


def _groups_of(session: Session, agency_id: int, unit_ids: Mapping[int, str], today: date) -> dict[int, frozenset[int]]:
    if not unit_ids:
        return {}
    groups: dict[int, set[int]] = {}
    for group_id, member_id in session.execute(
        select(GroupMember.group_id, GroupMember.member_id).where(
            GroupMember.agency_id == agency_id,
            GroupMember.member_id.in_(list(unit_ids)),
            holds_on(GroupMember.valid_from, GroupMember.valid_to, today),
        )
    ):
        groups.setdefault(member_id, set()).add(group_id)
    return {member_id: frozenset(group_ids) for member_id, group_ids in groups.items()}


def holds_on(first: Any, last: Any, day: date) -> ColumnElement[bool]:
    """The condition "valid on `day`" for two columns that are both included; an empty last day means no end."""
    return and_(first <= day, or_(last.is_(None), last >= day))


def get_person(session: Session, agency_id: int, person_id: int | None) -> Person:
    """The person with their memberships; raises `NotFound`, also for a person of another agency."""
    person = session.scalars(
        select(Person)
        .where(Person.agency_id == agency_id, Person.id == person_id)
        .options(selectinload(Person.memberships))
    ).first()
    if person is None:
        raise NotFound(person_id=person_id)
    return person


def find_by_email(session: Session, email: str) -> Person | None:
    """The person who signs in with `email` (any case), of whichever agency."""
    return session.scalars(select(Person).where(Person.email == email.strip().lower())).first()


def find_only_agency(session: Session) -> tuple[str, str] | None:
    """Name and parent's name where the database holds one agency: what a visitor is shown before signing in."""
    rows = session.execute(select(Agency.name, Agency.parent_name).limit(2)).all()
    return (rows[0].name, rows[0].parent_name) if len(rows) == 1 else None


def list_people(session: Session, agency_id: int) -> list[Person]:
    """Everybody of the agency, disabled accounts too, in the order of Vietnamese names; two queries."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.agency_id == agency_id)
            .options(selectinload(Person.memberships))
            .order_by(Person.sort_key, Person.id)
        )
    )


def list_active_admins(session: Session, agency_id: int, day: date, *, without_membership: int = 0) -> list[int]:
    """Ids of people who can administer on `day`: active, with a password; one membership may be left out."""
    return list(
        session.scalars(
            select(Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Person.agency_id == agency_id,
                Person.is_active,
                Person.password_hash.is_not(None),
                Membership.role == Role.ADMIN,
                Membership.id != without_membership,
                holds_on(Membership.starts_on, Membership.ends_on, day),
            )
            .distinct()
        )
    )


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody one can be in the demo."""

    name: str
    email: str
    title: str
    unit_name: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo's sign-in page tells: its one password and its people."""

    password: str
    people: tuple[DemoPerson, ...]


def list_demo_people(session: Session, today: date) -> Demo | None:
    """People of the agency whose data say they are a demo (`settings["demo_password"]`), or None."""
    agencies = session.execute(select(Agency.id, Agency.settings).order_by(Agency.id)).all()
    found = next((row for row in agencies if row.settings.get("demo_password")), None)
    if found is None:
        return None
    ids = session.scalars(
        select(Person.id)
        .where(Person.agency_id == found.id, Person.is_active, Person.password_hash.is_not(None))
        .order_by(Person.id)
    ).all()
    accounts = [account for person_id in ids if (account := find_account(session, person_id, today))]
    return Demo(
        str(found.settings["demo_password"]),
        tuple(
            DemoPerson(
                account.principal.name,
                account.email,
                account.title,
                next(iter(account.unit_names.values()), ""),
                account.principal.roles,
            )
            for account in accounts
        ),
    )
