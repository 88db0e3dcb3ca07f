"""Readable beginnings for tests: each makes one thing with plain defaults, and only what the test mentions.

Every factory takes the session first, adds its row and flushes; the test commits when another session shall see it.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.permissions import Principal, Role
from cchc_tasks.domain.text import name_sort_key
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind, counted_unit
from cchc_tasks.evidence import EvidenceStore
from cchc_tasks.services import _passwords
from cchc_tasks.services._entry import (
    DeadlineValues,
    assignment_row,
    entry_rows,
    new_obligation,
    put_assignment,
    search_text,
)
from cchc_tasks.services._record import append, recording_time
from cchc_tasks.services.counting import rule_values
from cchc_tasks.storage.models import (
    Agency,
    Area,
    Deliverable,
    Evidence,
    GroupMember,
    Membership,
    Obligation,
    Person,
    Plan,
    PlanKind,
    PlanRule,
    StoredFile,
    Task,
    Unit,
    UnitName,
)
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.web.login import SIGNED_IN_AT
from tests.evidence.files import PDF

NOW = datetime(2021, 3, 10, 2, 0, tzinfo=UTC)
TODAY = date(2021, 3, 10)
LONG_AGO = date(2020, 1, 1)
#: When plans of tests were entered, and the day they were issued, unless a test says otherwise.
ENTERED_AT = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
ISSUED_ON = date(2020, 12, 29)
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
        make_membership(session, person, role, unit, ends_on=ends_on)
    return person


def make_membership(
    session: Session, person: Person, role: Role, unit: Unit | None = None, *, ends_on: date | None = None
) -> Membership:
    membership = Membership(
        agency_id=person.agency_id,
        person_id=person.id,
        unit_id=unit.id if unit else None,
        role=role,
        starts_on=LONG_AGO,
        ends_on=ends_on,
    )
    person.memberships.append(membership)
    session.flush()
    return membership


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


def at(day: date, hour: int = 9) -> datetime:
    """An instant on `day` at `hour` o'clock in Việt Nam (UTC+7)."""
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour - 7)


def make_plan(
    session: Session,
    agency: Agency,
    *,
    number: str = "163/KH-STTTT",
    issued_on: date = ISSUED_ON,
    year: int = 2021,
    rule: CountingRule | None = None,
    entered_at: datetime = ENTERED_AT,
) -> Plan:
    """A plan with one area, "Cải cách thể chế", and a counting rule."""
    plan = Plan(
        agency_id=agency.id,
        kind=PlanKind.CCHC,
        number=number,
        issued_on=issued_on,
        title="Kế hoạch cải cách hành chính",
        year=year,
        created_at=entered_at,
    )
    session.add(plan)
    session.flush()
    session.add(Area(agency_id=agency.id, plan_id=plan.id, position=0, ordinal="1", name="Cải cách thể chế"))
    values = rule_values(rule or CountingRule())
    session.add(PlanRule(agency_id=agency.id, plan_id=plan.id, ordinal=1, rule=values, recorded_at=entered_at))
    session.flush()
    return plan


@dataclass(frozen=True, slots=True)
class MadeTask:
    """A task with its obligations at hand, the first one first."""

    task: Task
    obligations: tuple[Obligation, ...]

    @property
    def obligation(self) -> Obligation:
        return self.obligations[0]


def make_task(
    session: Session,
    plan: Plan,
    *,
    lead: Unit | None = None,
    co_leads: Iterable[Unit] = (),
    coordinating: Iterable[Unit] = (),
    due_on: date | None = date(2021, 3, 31),
    due_dates: Iterable[date | None] = (),
    kind: DeadlineKind | None = None,
    text: str = "Rà soát văn bản quy phạm pháp luật",
    deliverable_texts: Iterable[str] = ("Báo cáo kết quả rà soát",),
    number: str = "",
    area: Area | None = None,
    entered_on: date | None = None,
    entered_at: datetime = ENTERED_AT,
) -> MadeTask:
    """A task of the plan's first area; each deliverable owes one obligation per due date (or one due on `due_on`)."""
    assigned = AssignedUnits(
        lead=None if lead is None else lead.id,
        basis=LeadBasis.UNRESOLVED if lead is None else LeadBasis.EXPLICIT,
        co_leads=tuple(unit.id for unit in co_leads),
        coordinating=tuple(unit.id for unit in coordinating),
    )
    session.flush()
    recorded_at = recording_time(session, plan.agency_id, now=entered_at)
    area = area or session.scalars(select(Area).where(Area.plan_id == plan.id).order_by(Area.position)).first()
    assert area is not None
    position = next(_numbers)
    printed = number or f"{area.ordinal}.{position}"
    texts = list(deliverable_texts)
    task = Task(
        agency_id=plan.agency_id,
        plan_id=plan.id,
        area_id=area.id,
        position=position,
        row_id=f"{printed}/{position}" if number else printed,
        numbers=[printed],
        text=text,
        search_text=search_text([printed], text, texts),
        lead_basis=assigned.basis,
    )
    session.add(task)
    session.flush()
    put_assignment(session, task, assigned)
    rows = [assignment_row(task, assigned, effective_on=entered_on or plan.issued_on, actor_id=None)]
    made: list[Obligation] = []
    for place, words in enumerate(texts):
        deliverable = Deliverable(agency_id=plan.agency_id, task_id=task.id, position=place, text=words)
        session.add(deliverable)
        session.flush()
        for each, due in enumerate(list(due_dates) or [due_on]):
            values = DeadlineValues(kind or (DeadlineKind.DATE if due else DeadlineKind.AS_REGULATED), due)
            obligation = new_obligation(
                task, deliverable, each, "", "theo kế hoạch", values, plan, recorded_at, entered_on
            )
            obligation.counted_unit_id = counted_unit(assigned, _group_ids(session, plan.agency_id))
            session.add(obligation)
            session.flush()
            rows += entry_rows(obligation, actor_id=None)
            made.append(obligation)
    append(session, plan.agency_id, rows, now=recorded_at)
    session.flush()
    return MadeTask(task, tuple(made))


def make_evidence(
    session: Session, obligation: Obligation, store: EvidenceStore, *, data: bytes = PDF, name: str = "07-QĐ-STTTT.pdf"
) -> Evidence:
    """A file behind the obligation, kept in `store`."""
    kept = store.keep(io.BytesIO(data), name)
    file = StoredFile(
        agency_id=obligation.agency_id,
        sha256=kept.sha256,
        name=kept.name,
        size=kept.size,
        media_type=kept.media_type,
        recorded_at=NOW,
    )
    session.add(file)
    session.flush()
    evidence = Evidence(agency_id=obligation.agency_id, obligation_id=obligation.id, file_id=file.id, recorded_at=NOW)
    session.add(evidence)
    session.flush()
    return evidence


def _group_ids(session: Session, agency_id: int) -> list[int]:
    return list(session.scalars(select(Unit.id).where(Unit.agency_id == agency_id, Unit.kind == UnitKind.GROUP)))


def enter(client: Any, person: Person) -> Any:
    """Gives `client` a session of `person` without the page: quick, for tests about something else."""
    with client.session_transaction() as session:
        session.clear()
        session.permanent = True
        session[SIGNED_IN_AT] = int(datetime.now(UTC).timestamp())
        session["_user_id"] = f"{person.id}.{person.session_epoch}"
        session["_fresh"] = True
    return client
