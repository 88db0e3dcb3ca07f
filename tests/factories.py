"""Readable beginnings for tests: each makes one thing with plain defaults, and only what the test mentions.

Every factory takes the session first, adds its row and flushes; the test commits when another session shall see it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Principal, Role
from cchc_tasks.domain.text import name_sort_key
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import _passwords
from cchc_tasks.storage.models import Agency, GroupMember, Membership, Person, Unit, UnitName
from cchc_tasks.storage.queries import people as people_queries

NOW = datetime(2021, 3, 10, 2, 0, tzinfo=UTC)
TODAY = date(2021, 3, 10)
LONG_AGO = date(2020, 1, 1)
PASSWORD = "mua xuan o Pleiku"

_numbers = count(1)
_hashes: dict[str, str] = {}


def make_agency(session: Session, *, code: str = "", name: str = "SỞ THÔNG TIN VÀ TRUYỀN THÔNG") -> Agency:
    agency = Agency(
        code=code or f"so-{next(_numbers)}",
        name=name,
        parent_name="UBND TỈNH GIA LAI",
        place="Gia Lai",
        settings={},
        created_at=NOW,
    )
    session.add(agency)
    session.flush()
    return agency


def make_unit(
    session: Session,
    agency: Agency,
    name: str = "Phòng Công nghệ thông tin",
    *,
    kind: UnitKind = UnitKind.DIVISION,
    short_name: str = "",
    members: tuple[Unit, ...] = (),
) -> Unit:
    """A unit that lives since 2020; a group when `members` are given."""
    unit = Unit(
        agency_id=agency.id,
        code=f"unit-{next(_numbers)}",
        kind=UnitKind.GROUP if members else kind,
        position=next(_numbers),
        valid_from=LONG_AGO,
    )
    session.add(unit)
    session.flush()
    session.add(
        UnitName(agency_id=agency.id, unit_id=unit.id, name=name, short_name=short_name or name, valid_from=LONG_AGO)
    )
    for member in members:
        session.add(GroupMember(agency_id=agency.id, group_id=unit.id, member_id=member.id, valid_from=LONG_AGO))
    session.flush()
    return unit


def make_person(
    session: Session,
    agency: Agency,
    name: str = "Nguyễn Thị Lan",
    *,
    role: Role | None = Role.STAFF,
    unit: Unit | None = None,
    email: str = "",
    password: str | None = PASSWORD,
    is_active: bool = True,
    ends_on: date | None = None,
) -> Person:
    """Somebody who can sign in with `PASSWORD`, with one role; none when `role` is None."""
    person = Person(
        agency_id=agency.id,
        email=email or f"person{next(_numbers)}@so.test",
        name=name,
        sort_key=name_sort_key(name),
        password_hash=hash_of(password) if password else None,
        is_active=is_active,
        preferences={},
        created_at=NOW,
    )
    session.add(person)
    session.flush()
    if role is not None:
        session.add(
            Membership(
                agency_id=agency.id,
                person_id=person.id,
                unit_id=unit.id if unit else None,
                role=role,
                starts_on=LONG_AGO,
                ends_on=ends_on,
            )
        )
        session.flush()
    return person


def hash_of(password: str) -> str:
    """Hashing is slow on purpose: each password is hashed once a run."""
    if password not in _hashes:
        _hashes[password] = _passwords.hash_password(password)
    return _hashes[password]


def principal_of(session: Session, person: Person, today: date = TODAY) -> Principal:
    """Who the person is to services and permissions."""
    found = people_queries.principal(session, person.id, today)
    assert found is not None
    return found


@dataclass
class Office:
    """A small agency with one person for each role; An leads the unit, Bình coordinates, Chi is outside."""

    agency: Agency
    office: Unit
    unit: Unit
    other_unit: Unit
    people: dict[str, Person]


def make_office(session: Session) -> Office:
    """An agency with an office, two units and somebody for each role, and a person of another agency."""
    agency = make_agency(session)
    office = make_unit(session, agency, "Văn phòng Sở", kind=UnitKind.OFFICE)
    unit = make_unit(session, agency, "Phòng Công nghệ thông tin")
    other_unit = make_unit(session, agency, "Thanh tra Sở", kind=UnitKind.INSPECTORATE)
    stranger_agency = make_agency(session, name="SỞ NỘI VỤ")
    people = {
        "admin": make_person(session, agency, "Đỗ Quang Huy", role=Role.ADMIN),
        "office": make_person(session, agency, "Trần Thị Hạnh", role=Role.OFFICE, unit=office),
        "leader": make_person(session, agency, "Phạm Minh Tuấn", role=Role.LEADER),
        "head": make_person(session, agency, "Nguyễn Văn An", role=Role.HEAD, unit=unit),
        "staff": make_person(session, agency, "Lê Thị Mai", role=Role.STAFF, unit=unit),
        "other_head": make_person(session, agency, "Lê Văn Bình", role=Role.HEAD, unit=other_unit),
        "viewer": make_person(session, agency, "Vũ Thị Chi", role=Role.VIEWER),
        "disabled": make_person(session, agency, "Hoàng Văn Dũng", role=Role.OFFICE, unit=office, is_active=False),
        "stranger": make_person(session, stranger_agency, "Ngô Thị Giang", role=Role.ADMIN),
    }
    return Office(agency, office, unit, other_unit, people)


def sign_in(client: Any, person: Person, password: str = PASSWORD) -> Any:
    """Signs `person` in through the page, as anybody does."""
    return client.post("/dang-nhap", data={"email": person.email, "password": password})


def later(**parts: int) -> datetime:
    """An instant after `NOW`: later(hours=2)."""
    return NOW + timedelta(**parts)
