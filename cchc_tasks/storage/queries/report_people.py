"""Whom a unit's rows of a report are told to, and whom the whole of it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Role
from cchc_tasks.storage.models import Membership, Person
from cchc_tasks.storage.queries.people import holds_on


def people_of_units(
    session: Session, agency_id: int, unit_ids: Collection[int], roles: Collection[Role], day: date
) -> dict[int, list[int]]:
    """Active people who hold one of the roles in each unit on a day; one query."""
    query = (
        select(Membership.unit_id, Person.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.agency_id == agency_id,
            Membership.unit_id.in_(list(unit_ids)),
            Membership.role.in_(list(roles)),
            Person.is_active.is_(True),
            holds_on(Membership.starts_on, Membership.ends_on, day),
        )
        .order_by(Person.id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for unit_id, person_id in session.execute(query):
        found[unit_id or 0].append(person_id)
    return dict(found)


def people_with_roles(session: Session, agency_id: int, roles: Collection[Role], day: date) -> list[int]:
    """Active people who hold one of the roles on a day, in whatever unit; one query."""
    query = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.agency_id == agency_id,
            Membership.role.in_(list(roles)),
            Person.is_active.is_(True),
            holds_on(Membership.starts_on, Membership.ends_on, day),
        )
        .distinct()
        .order_by(Person.id)
    )
    return list(session.scalars(query))
