"""People of an agency: the first administrator, invitations, roles, disabling, one's own account."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.accounts import ROLES_IN_A_UNIT, AccountTrouble, InvalidAccount, as_email, as_name
from cchc_tasks.domain.errors import NotAllowed, NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.links import LinkPurpose
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal, Role
from cchc_tasks.domain.text import name_sort_key, one_line
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import _once, _passwords, _tokens
from cchc_tasks.services._tokens import LinkTerms
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, LedgerHead, Membership, Person, Unit
from cchc_tasks.storage.queries import people as people_queries

log = logging.getLogger(__name__)

__all__ = ["LinkTerms", "NewMembership", "NewPerson"]


@dataclass(frozen=True, slots=True)
class NewMembership:
    """A role to be given, in a unit or (where the role allows) in the whole agency; both days included."""

    role: Role
    unit_id: int | None
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be entered, with their first roles."""

    name: str
    email: str
    title: str = ""
    phone: str = ""
    memberships: tuple[NewMembership, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A one-time link for the console to print."""

    person_id: int
    token_id: int
    purpose: LinkPurpose
    expires_at: datetime


def create_first_admin(
    session: Session,
    *,
    agency_code: str,
    agency_name: str,
    parent_name: str = "",
    place: str = "",
    email: str,
    terms: LinkTerms,
) -> MadeLink:
    """The agency, unless it is there, and its first administrator, who sets name and password with the link.

    Asked again before that, it gives a new link. Raises Refused HAS_ADMIN where somebody can administer already.
    """
    address = as_email(email)
    today = local_day(terms.real_now)
    with transaction(session):
        new = Agency(
            code=agency_code,
            name=as_name(agency_name),
            parent_name=one_line(parent_name),
            place=one_line(place),
            settings={},
            created_at=terms.real_now,
        )
        agency = _agency(session, new)
        admins = people_queries.list_active_admins(session, agency.id, today)
        if admins:
            raise Refused(RefusedReason.HAS_ADMIN, email=session.get_one(Person, admins[0]).email)
        person = people_queries.find_by_email(session, address)
        if person is None:
            admin = NewMembership(Role.ADMIN, None, today)
            person = _add_person(session, agency.id, NewPerson(address, address, memberships=(admin,)), terms.real_now)
        elif person.agency_id != agency.id or person.password_hash is not None:
            raise InvalidAccount(AccountTrouble.EMAIL_TAKEN, "email", email=address)
        token = _tokens.issue(session, person, LinkPurpose.FIRST_ADMIN, terms)
    log.info("first administrator %s of agency %s", person.id, agency.id)
    return MadeLink(person.id, token.id, LinkPurpose.FIRST_ADMIN, token.expires_at)


def _agency(session: Session, agency: Agency) -> Agency:
    """The agency of that code, or `agency` itself, entered."""
    found = session.scalars(select(Agency).where(Agency.code == agency.code).with_for_update(key_share=True)).first()
    if found is not None:
        return found
    session.add(agency)
    session.flush()
    session.add(LedgerHead(agency_id=agency.id))
    session.flush()
    return agency


def add_person(session: Session, agency_id: int, new: NewPerson, *, now: datetime) -> Person:
    """Enters somebody within the caller's unit of work, without a mail or a password: for commands and the demo."""
    return _add_person(session, agency_id, new, now)


def set_demo_password(session: Session, people: Sequence[Person], password: str) -> None:
    """Gives the demo's people their one password, within the caller's unit of work."""
    shared = _passwords.hash_password(password)
    for person in people:
        person.password_hash = shared


def invite(
    session: Session,
    new: NewPerson,
    *,
    actor: Principal,
    now: datetime,
    terms: LinkTerms,
    request_key: str | None = None,
) -> Person:
    """Enters somebody and mails them a link to set their password. Raises `InvalidAccount` for what cannot be taken."""
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        person = _add_person(session, actor.agency_id, new, now)
        token = _tokens.issue(session, person, LinkPurpose.INVITATION, terms)
        _tokens.mail_link(session, person, token, now=now)
    log.info("person %s invited by %s", person.id, actor.person_id)
    return person


def invite_again(
    session: Session,
    person_id: int,
    *,
    actor: Principal,
    now: datetime,
    terms: LinkTerms,
    request_key: str | None = None,
) -> Person:
    """Mails a new link, to somebody who has a password one to set another; earlier links end."""
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        person = people_queries.get_person(session, actor.agency_id, person_id)
        if not person.is_active:
            raise NotFound(person_id=person_id)
        is_new = person.password_hash is None
        purpose = LinkPurpose.INVITATION if is_new else LinkPurpose.PASSWORD_RESET
        token = _tokens.issue(session, person, purpose, terms)
        _tokens.mail_link(session, person, token, now=now)
    return person


def make_link(session: Session, email: str, *, terms: LinkTerms) -> MadeLink:
    """A link for somebody whom mail does not reach, for the console. Raises `NotFound`."""
    with transaction(session):
        person = people_queries.find_by_email(session, email)
        if person is None or not person.is_active:
            raise NotFound(email=email)
        is_new = person.password_hash is None
        purpose = LinkPurpose.INVITATION if is_new else LinkPurpose.PASSWORD_RESET
        token = _tokens.issue(session, person, purpose, terms)
    log.info("link for person %s made on the command line", person.id)
    return MadeLink(person.id, token.id, purpose, token.expires_at)


def _add_person(session: Session, agency_id: int, new: NewPerson, now: datetime) -> Person:
    email, name = as_email(new.email), as_name(new.name)
    if people_queries.find_by_email(session, email) is not None:
        raise InvalidAccount(AccountTrouble.EMAIL_TAKEN, "email", email=email)
    person = Person(
        agency_id=agency_id,
        email=email,
        name=name,
        sort_key=name_sort_key(name),
        title=one_line(new.title),
        phone=one_line(new.phone),
        preferences={},
        created_at=now,
    )
    session.add(person)
    try:
        session.flush()
    except IntegrityError as error:
        raise InvalidAccount(AccountTrouble.EMAIL_TAKEN, "email", email=email) from error
    for membership in new.memberships:
        _add_membership(session, person, membership)
    session.flush()
    return person


def _add_membership(session: Session, person: Person, new: NewMembership) -> Membership:
    """Raises `InvalidAccount` where the role needs a unit, the unit is not one people work in, or dates are wrong."""
    if new.unit_id is None and new.role in ROLES_IN_A_UNIT:
        raise InvalidAccount(AccountTrouble.UNIT_NEEDED, "unit_id", role=new.role)
    if new.unit_id is not None:
        unit = session.scalars(
            select(Unit).where(Unit.agency_id == person.agency_id, Unit.id == new.unit_id)
        ).one_or_none()
        if unit is None:
            raise NotFound(what="unit", id=new.unit_id)
        if unit.kind is UnitKind.GROUP:
            raise InvalidAccount(AccountTrouble.UNIT_NEEDED, "unit_id", role=new.role)
    if new.ends_on is not None and new.ends_on < new.starts_on:
        raise InvalidAccount(AccountTrouble.DATES_REVERSED, "ends_on")
    if any(_overlaps(each, new) for each in person.memberships if each.role is new.role):
        raise InvalidAccount(AccountTrouble.MEMBERSHIP_TWICE, "role")
    membership = Membership(
        agency_id=person.agency_id,
        person_id=person.id,
        unit_id=new.unit_id,
        role=new.role,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
    )
    person.memberships.append(membership)
    return membership


def _overlaps(held: Membership, new: NewMembership) -> bool:
    if held.unit_id != new.unit_id:
        return False
    begins_before_end = new.ends_on is None or held.starts_on <= new.ends_on
    return begins_before_end and (held.ends_on is None or held.ends_on >= new.starts_on)


def edit_person(
    session: Session,
    person_id: int,
    *,
    version: int,
    name: str,
    email: str,
    title: str,
    phone: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Person:
    """Changes what is known of somebody. Raises `StaleEdit` where somebody else did so since the form was opened."""
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        person = _locked(session, actor, person_id, version)
        address = as_email(email)
        other = people_queries.find_by_email(session, address)
        if other is not None and other.id != person.id:
            raise InvalidAccount(AccountTrouble.EMAIL_TAKEN, "email", email=address)
        person.email = address
        person.title = one_line(title)
        _set_name(person, name, phone)
    return person


def edit_own(
    session: Session,
    *,
    version: int,
    name: str,
    phone: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Person:
    """Changes one's own name and telephone number."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        person = _locked(session, actor, _own_id(actor), version)
        _set_name(person, name, phone)
    return person


def _set_name(person: Person, name: str, phone: str) -> None:
    person.name = as_name(name)
    person.sort_key = name_sort_key(person.name)
    person.phone = one_line(phone)
    person.version += 1


def _own_id(actor: Principal) -> int:
    """Whose account it is; the program itself, which acts without a person, has none."""
    if actor.person_id is None:
        raise NotAllowed()
    return actor.person_id


def _locked(session: Session, actor: Principal, person_id: int | None, version: int | None = None) -> Person:
    """The person of the actor's agency, the agency's people locked; raises `NotFound` and `StaleEdit`."""
    session.execute(select(Agency.id).where(Agency.id == actor.agency_id).with_for_update(key_share=True))
    person = people_queries.get_person(session, actor.agency_id, person_id)
    if version is not None and person.version != version:
        raise StaleEdit(current=person.version)
    return person


def add_membership(
    session: Session,
    person_id: int,
    new: NewMembership,
    *,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Membership:
    """Gives somebody a role from a day on."""
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        person = _locked(session, actor, person_id)
        membership = _add_membership(session, person, new)
        person.version += 1
    log.info("person %s is %s in unit %s, by %s", person_id, new.role, new.unit_id, actor.person_id)
    return membership


def end_membership(
    session: Session,
    person_id: int,
    membership_id: int,
    *,
    ends_on: date,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Person:
    """Ends a role with `ends_on`, its last day; one that had not begun by then goes without a trace.

    Raises Refused LAST_ADMIN where nobody could administer on the day after.
    """
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        person = _locked(session, actor, person_id)
        membership = next((each for each in person.memberships if each.id == membership_id), None)
        if membership is None:
            raise NotFound(membership_id=membership_id)
        if membership.role is Role.ADMIN:
            _require_other_admin(session, actor.agency_id, ends_on + timedelta(days=1), membership_id=membership_id)
        if membership.starts_on > ends_on:
            person.memberships.remove(membership)
            session.delete(membership)
        else:
            membership.ends_on = ends_on
        person.version += 1
    log.info("membership %s ends on %s, by %s", membership_id, ends_on, actor.person_id)
    return person


def _require_other_admin(
    session: Session, agency_id: int, day: date, *, membership_id: int = 0, person_id: int = 0
) -> None:
    admins = people_queries.list_active_admins(session, agency_id, day, without_membership=membership_id)
    if not [each for each in admins if each != person_id]:
        raise Refused(RefusedReason.LAST_ADMIN)


def set_active(
    session: Session,
    person_id: int,
    *,
    is_active: bool,
    actor: Principal,
    now: datetime,
    real_now: datetime,
    request_key: str | None = None,
) -> Person:
    """Disables an account, ending its sessions and links with the next request, or enables it again.

    Raises Refused LAST_ADMIN where nobody could administer today. Saying what is so already changes nothing.
    """
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        person = _locked(session, actor, person_id)
        if person.is_active == is_active:
            return person
        if not is_active:
            _require_other_admin(session, actor.agency_id, local_day(now), person_id=person_id)
            _tokens.end_all(session, person_id, real_now=real_now)
        person.is_active = is_active
        person.session_epoch += 1
        person.version += 1
    log.info("person %s active: %s, by %s", person_id, is_active, actor.person_id)
    return person


def change_password(session: Session, *, current: str, new: str, actor: Principal, real_now: datetime) -> None:
    """Sets one's own password; every session and link of the account ends. Raises `InvalidAccount`.

    The caller counts tries first (`sign_in.count_attempt`): an open screen must not be a place to guess at.
    """
    person = people_queries.get_person(session, actor.agency_id, _own_id(actor))
    if not _passwords.matches(current, person.password_hash):
        raise InvalidAccount(AccountTrouble.PASSWORD_WRONG, "current")
    if current == new:
        raise InvalidAccount(AccountTrouble.PASSWORD_SAME, "password")
    _passwords.check(new, person.name, person.email, person.email.partition("@")[0])
    old_hash, new_hash = person.password_hash, _passwords.hash_password(new)
    with transaction(session):
        person = _locked(session, actor, person.id)
        if person.password_hash != old_hash or not person.is_active:
            raise StaleEdit(current=person.version)
        person.password_hash = new_hash
        person.session_epoch += 1
        person.version += 1
        _tokens.end_all(session, person.id, real_now=real_now)
    log.info("person %s changed the password", actor.person_id)
