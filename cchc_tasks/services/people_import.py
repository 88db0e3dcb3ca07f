"""People from a table: every row is checked first, with all that is wrong with it; then all are entered or none."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.accounts import ROLES_IN_A_UNIT, AccountTrouble, InvalidAccount, as_email, as_name
from cchc_tasks.domain.links import LinkPurpose
from cchc_tasks.domain.people_table import PersonRow
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal, Role
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import _once, _tokens
from cchc_tasks.services._tokens import LinkTerms
from cchc_tasks.services.people import NewMembership, NewPerson, add_person
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries import units as unit_queries

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What a row would become, or what is wrong with it."""

    row: PersonRow
    person: NewPerson | None
    role: Role | None
    unit_id: int | None
    troubles: tuple[InvalidAccount, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What rows are read against."""

    roles: Mapping[str, Role]
    units: Mapping[str, int]
    groups: frozenset[int]
    emails: set[str]


def check_rows(
    session: Session, rows: Sequence[PersonRow], *, roles: Mapping[str, Role], actor: Principal, now: datetime
) -> tuple[RowOutcome, ...]:
    """Every row read and checked; writes nothing. `roles` are the words for roles, folded."""
    permissions.require(actor, Action.MANAGE_PEOPLE)
    units = unit_queries.list_units(session, actor.agency_id, local_day(now))
    known = _Known(
        roles=roles,
        units=unit_queries.spellings(session, actor.agency_id),
        groups=frozenset(unit.id for unit in units if unit.kind is UnitKind.GROUP),
        emails={email for row in rows if (email := _taken_email(session, row))},
    )
    return tuple(_check(row, known, now) for row in rows)


def _taken_email(session: Session, row: PersonRow) -> str | None:
    person = people_queries.find_by_email(session, row.email)
    return person.email if person else None


def _check(row: PersonRow, known: _Known, now: datetime) -> RowOutcome:
    troubles: list[InvalidAccount] = []
    name = _tried(as_name, row.name, troubles)
    email = _tried(as_email, row.email, troubles)
    if email and email in known.emails:
        troubles.append(InvalidAccount(AccountTrouble.EMAIL_TAKEN, "email", email=email))
    if email:
        known.emails.add(email)
    role = known.roles.get(fold(row.role))
    if role is None:
        troubles.append(InvalidAccount(AccountTrouble.ROLE_UNKNOWN, "role", text=row.role))
    unit_id = known.units.get(fold(row.unit)) if row.unit else None
    if row.unit and (unit_id is None or unit_id in known.groups):
        troubles.append(InvalidAccount(AccountTrouble.UNIT_UNKNOWN, "unit", text=row.unit))
    elif role in ROLES_IN_A_UNIT and unit_id is None:
        troubles.append(InvalidAccount(AccountTrouble.UNIT_NEEDED, "unit", role=role))
    person = None
    if not troubles and name and email and role:
        membership = NewMembership(role, unit_id, local_day(now))
        person = NewPerson(name, email, row.title[:200], row.phone[:40], (membership,))
    return RowOutcome(row, person, role, unit_id, tuple(troubles))


def _tried(read: Callable[[str], str], text: str, troubles: list[InvalidAccount]) -> str | None:
    try:
        return read(text)
    except InvalidAccount as error:
        troubles.append(error)
        return None


def import_people(
    session: Session,
    rows: Sequence[PersonRow],
    *,
    roles: Mapping[str, Role],
    actor: Principal,
    now: datetime,
    terms: LinkTerms,
    request_key: str | None = None,
) -> tuple[RowOutcome, ...]:
    """Enters everybody and mails each a link, in one unit of work; where any row has trouble, nobody is entered."""
    permissions.require(actor, Action.MANAGE_PEOPLE)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        outcomes = check_rows(session, rows, roles=roles, actor=actor, now=now)
        if any(outcome.troubles for outcome in outcomes):
            # The key is not used up: the same page may be sent again once the table is put right.
            session.rollback()
            return outcomes
        for outcome in outcomes:
            if outcome.person is not None:
                person = add_person(session, actor.agency_id, outcome.person, now=now)
                token = _tokens.issue(session, person, LinkPurpose.INVITATION, terms)
                _tokens.mail_link(session, person, token, now=now)
    log.info("%s people imported by %s", len(outcomes), actor.person_id)
    return outcomes
