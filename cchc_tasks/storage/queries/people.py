"""Reads of people: who signs in and what they may do as of a day, lists for the administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Mandate, MandateKind, Principal, Role
from cchc_tasks.domain.permissions import Membership as DomainMembership
from cchc_tasks.storage.models import Absence, Agency, GroupMember, Membership, Person, UnitName
from cchc_tasks.storage.models import Mandate as MandateRow


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


def mandate_holds(day: date | BindParameter[Any]) -> ColumnElement[bool]:
    """The condition "in force on `day`, and not revoked"."""
    return and_(holds_on(MandateRow.starts_on, MandateRow.ends_on, day), MandateRow.revoked_at.is_(None))


def find_account(session: Session, person_id: int, today: date) -> Account | None:
    """The account with its roles and units as of `today`, or None; one query."""
    rows = session.connection().execute(_ACCOUNT, {"person_id": person_id, "today": today}).all()
    if not rows:
        return None
    first = rows[0]
    memberships, groups = _memberships(rows), _groups_of(rows)
    unit_names = {row.unit_id: row.short_name or "" for row in rows if row.unit_id is not None}
    mandates: tuple[Mandate, ...] = ()
    if any(row.mandate_id is not None for row in rows):
        mandates = _leaders_mandates(rows)
        memberships += _lent(rows)
        lent_names, lent_groups = _around(session, first.agency_id, [each.unit_id for each in memberships], today)
        unit_names, groups = {**lent_names, **unit_names}, {**lent_groups, **groups}
    return Account(
        principal=Principal(person_id, first.agency_id, memberships, groups, first.name, mandates),
        agency_name=first.agency_name,
        parent_name=first.parent_name,
        place=first.place,
        email=first.email,
        title=first.title,
        session_epoch=first.session_epoch,
        is_active=first.is_active,
        unit_names=unit_names,
    )


def principal(session: Session, person_id: int, today: date) -> Principal | None:
    """Who `person_id` is as of `today`; None for nobody and for a disabled account."""
    account = find_account(session, person_id, today)
    return account.principal if account is not None and account.is_active else None


def _memberships(rows: Sequence[Any]) -> tuple[DomainMembership, ...]:
    """The roles of the account; a unit in several groups has several rows."""
    by_id = {row.membership_id: row for row in rows if row.membership_id is not None}
    return tuple(DomainMembership(row.role, row.unit_id, row.starts_on, row.ends_on) for row in by_id.values())


def _given(rows: Sequence[Any]) -> list[Any]:
    """One row for each mandate; a person with several roles has several rows of it."""
    return list({row.mandate_id: row for row in rows if row.mandate_id is not None}.values())


def _mandate(row: Any) -> Mandate:
    return Mandate(row.mandate_kind, row.mandate_unit_id, row.giver_id, row.giver_name or "")


def _leaders_mandates(rows: Sequence[Any]) -> tuple[Mandate, ...]:
    return tuple(_mandate(row) for row in _given(rows) if row.mandate_kind is MandateKind.FOR_LEADER)


def _lent(rows: Sequence[Any]) -> tuple[DomainMembership, ...]:
    """The powers of a head that somebody holds for a time, as a membership of the unit."""
    return tuple(
        DomainMembership(Role.HEAD, row.mandate_unit_id, row.mandate_starts_on, row.mandate_ends_on, _mandate(row))
        for row in _given(rows)
        if row.mandate_kind is not MandateKind.FOR_LEADER
    )


def _around(
    session: Session, agency_id: int, unit_ids: Sequence[int | None], today: date
) -> tuple[dict[int, str], dict[int, frozenset[int]]]:
    """Short names and groups of these units as of `today`; two queries, only for people with a mandate."""
    wanted = [unit_id for unit_id in unit_ids if unit_id is not None]
    names = session.execute(
        select(UnitName.unit_id, UnitName.short_name).where(
            UnitName.agency_id == agency_id,
            UnitName.unit_id.in_(wanted),
            holds_on(UnitName.valid_from, UnitName.valid_to, today),
        )
    )
    groups: dict[int, set[int]] = {}
    for group_id, member_id in session.execute(
        select(GroupMember.group_id, GroupMember.member_id).where(
            GroupMember.agency_id == agency_id,
            GroupMember.member_id.in_(wanted),
            holds_on(GroupMember.valid_from, GroupMember.valid_to, today),
        )
    ):
        groups.setdefault(member_id, set()).add(group_id)
    return {row.unit_id: row.short_name for row in names}, {key: frozenset(ids) for key, ids in groups.items()}


def _groups_of(rows: Sequence[Any]) -> dict[int, frozenset[int]]:
    groups: dict[int, set[int]] = {}
    for row in rows:
        if row.group_id is not None:
            groups.setdefault(row.unit_id, set()).add(row.group_id)
    return {member_id: frozenset(group_ids) for member_id, group_ids in groups.items()}


def _account_query() -> Select[Any]:
    today = bindparam("today", type_=Date)
    giver = aliased(Person)
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
        MandateRow.id.label("mandate_id"),
        MandateRow.kind.label("mandate_kind"),
        MandateRow.unit_id.label("mandate_unit_id"),
        MandateRow.starts_on.label("mandate_starts_on"),
        MandateRow.ends_on.label("mandate_ends_on"),
        giver.id.label("giver_id"),
        giver.name.label("giver_name"),
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
        .outerjoin(
            MandateRow,
            and_(MandateRow.agency_id == Person.agency_id, MandateRow.person_id == Person.id, mandate_holds(today)),
        )
        .outerjoin(giver, and_(giver.agency_id == Person.agency_id, giver.id == MandateRow.from_person_id))
        .where(Person.id == bindparam("person_id"))
        .order_by(Membership.id, GroupMember.group_id, MandateRow.id)
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


def list_mandates(session: Session, agency_id: int, day: date, *, person_id: int | None = None) -> list[MandateRow]:
    """Powers that are not over on `day` nor revoked, of everybody or those that one person got or gave."""
    query = select(MandateRow).where(
        MandateRow.agency_id == agency_id,
        MandateRow.revoked_at.is_(None),
        or_(MandateRow.ends_on.is_(None), MandateRow.ends_on >= day),
    )
    if person_id is not None:
        query = query.where(or_(MandateRow.person_id == person_id, MandateRow.from_person_id == person_id))
    return list(session.scalars(query.order_by(MandateRow.starts_on, MandateRow.id)))


def list_absences(session: Session, agency_id: int, person_id: int) -> list[Absence]:
    """Every long leave of a person, the latest first."""
    query = select(Absence).where(Absence.agency_id == agency_id, Absence.person_id == person_id)
    return list(session.scalars(query.order_by(Absence.starts_on.desc(), Absence.id.desc())))
