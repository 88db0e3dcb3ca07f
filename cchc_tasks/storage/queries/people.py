"""Reads of people: who signs in and what they may do as of a day, lists for the administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, or_, select
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


def holds_on(first: Any, last: Any, day: date | BindParameter[Any]) -> ColumnElement[bool]:
    """The condition "valid on `day`" for two columns that are both included; an empty last day means no end."""
    return and_(first <= day, or_(last.is_(None), last >= day))


def find_account(session: Session, person_id: int, today: date) -> Account | None:
    """The account with its roles and units as of `today`, or None; one query."""
    rows = session.connection().execute(_ACCOUNT, {"person_id": person_id, "today": today}).all()
    if not rows:
        return None
    first = rows[0]
    return Account(
        principal=Principal(person_id, first.agency_id, _memberships(rows), _groups_of(rows), first.name),
        agency_name=first.agency_name,
        parent_name=first.parent_name,
        place=first.place,
        email=first.email,
        title=first.title,
        session_epoch=first.session_epoch,
        is_active=first.is_active,
        unit_names={row.unit_id: row.short_name or "" for row in rows if row.unit_id is not None},
    )


def principal(session: Session, person_id: int, today: date) -> Principal | None:
    """Who `person_id` is as of `today`; None for nobody and for a disabled account."""
    account = find_account(session, person_id, today)
    return account.principal if account is not None and account.is_active else None


def _memberships(rows: Sequence[Any]) -> tuple[DomainMembership, ...]:
    """The roles of the account; a unit in several groups has several rows."""
    by_id = {row.membership_id: row for row in rows if row.membership_id is not None}
    return tuple(DomainMembership(row.role, row.unit_id, row.starts_on, row.ends_on) for row in by_id.values())


def _groups_of(rows: Sequence[Any]) -> dict[int, frozenset[int]]:
    groups: dict[int, set[int]] = {}
    for row in rows:
        if row.group_id is not None:
            groups.setdefault(row.unit_id, set()).add(row.group_id)
    return {member_id: frozenset(group_ids) for member_id, group_ids in groups.items()}


def _account_query() -> Select[Any]:
    today = bindparam("today", type_=Date)
    query: Any = select(
        Person.agency_id,
        Person.name,
        Person.email,
        Person.title,
        Person.session_epoch,
        Person.is_active,
        Agency.name.label("agency_name"),
        Agency.parent_name,
        Agency.place,
        Membership.id.label("membership_id"),
        Membership.role,
        Membership.unit_id,
        Membership.starts_on,
        Membership.ends_on,
        UnitName.short_name,
        GroupMember.group_id,
    )
    joined: Select[Any] = (
        query.join(Agency, Agency.id == Person.agency_id)
        .outerjoin(
            Membership,
            and_(
                Membership.agency_id == Person.agency_id,
                Membership.person_id == Person.id,
                holds_on(Membership.starts_on, Membership.ends_on, today),
            ),
        )
        .outerjoin(UnitName, _at_unit(UnitName.agency_id, UnitName.unit_id, UnitName, today))
        .outerjoin(GroupMember, _at_unit(GroupMember.agency_id, GroupMember.member_id, GroupMember, today))
        .where(Person.id == bindparam("person_id"))
        .order_by(Membership.id, GroupMember.group_id)
    )
    return joined


def _at_unit(agency_id: Any, unit_id: Any, dated: Any, today: Any) -> ColumnElement[bool]:
    """What holds on `today` of the unit of a membership."""
    own = and_(agency_id == Membership.agency_id, unit_id == Membership.unit_id)
    return and_(own, holds_on(dated.valid_from, dated.valid_to, today))


#: Asked with every request: made once, since making it costs more than running it.
_ACCOUNT = _account_query()


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
