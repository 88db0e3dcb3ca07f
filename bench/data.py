"""An office with a plan of any size and a history, made quickly; every number of the bench is measured on it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.units import LeadBasis, UnitKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.services._passwords import hash_password
from cchc_tasks.services._record import NewRow, append
from cchc_tasks.services.counting import rule_values
from cchc_tasks.storage import models
from cchc_tasks.storage.db import make_engine, transaction
from cchc_tasks.storage.migrate import upgrade

PASSWORD = "mua xuan o Pleiku"
#: The office may change every task of its agency.
OFFICE = "van-phong@so.test"
UNITS = 12
AREAS = 7
DAYS = 300
#: The ways an obligation may have gone, and how often of a hundred.
WAYS: tuple[tuple[tuple[Status, ...], int], ...] = (
    ((), 30),
    ((Status.IN_PROGRESS,), 25),
    ((Status.IN_PROGRESS, Status.REPORTED), 15),
    ((Status.IN_PROGRESS, Status.REPORTED, Status.DONE), 30),
)
TEXTS = (
    "Rà soát, hệ thống hóa văn bản quy phạm pháp luật thuộc lĩnh vực quản lý của ngành",
    "Công bố danh mục thủ tục hành chính thuộc phạm vi chức năng quản lý, giải quyết theo cơ chế một cửa",
    "Triển khai dịch vụ công trực tuyến mức độ 4 trên Cổng dịch vụ công của tỉnh",
    "Kiểm tra công tác cải cách hành chính tại các phòng, đơn vị trực thuộc",
    "Khảo sát mức độ hài lòng của tổ chức, cá nhân đối với sự phục vụ của cơ quan",
)
PRODUCTS = ("Báo cáo kết quả", "Kế hoạch của Sở", "Quyết định công bố", "Danh mục đã rà soát", "Tờ trình UBND tỉnh")


@dataclass(frozen=True, slots=True)
class World:
    """Where the data lie and what is in them; ids run from 1."""

    file: Path
    tasks: int
    agency_id: int
    plan_id: int
    today: date
    #: Obligations that nobody has begun.
    open_ids: tuple[int, ...] = ()

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"


def make_world(file: Path, tasks: int, *, today: date, has_steps: bool = True) -> World:
    """A database at `file`: one agency, one plan of `tasks` tasks that each owe one product.

    With `has_steps` work went its ways over the last 300 days; else none has begun.
    """
    upgrade(MIGRATIONS, f"sqlite:///{file}")
    engine = make_engine(f"sqlite:///{file}")
    chance = random.Random(163)
    with Session(engine, expire_on_commit=False, autoflush=False) as session, transaction(session):
        agency_id = _make_agency(session, today)
        plan_id = _make_plan(session, agency_id, today)
        made = list(_works(chance, tasks, agency_id, plan_id, today, has_steps))
        _insert_works(session, made)
        _write_ledger(session, agency_id, plan_id, made, today)
    engine.dispose()
    return World(file, tasks, agency_id, plan_id, today, tuple(work.id for work in made if not work.steps))


@dataclass(slots=True)
class _Work:
    """One task with its product and obligation, all of the same id."""

    id: int
    task: dict[str, Any]
    deliverable: dict[str, Any]
    obligation: dict[str, Any]
    steps: tuple[tuple[Status, date], ...]


def instant(day: date, hour: int = 9) -> datetime:
    """An instant on `day` at `hour` o'clock in Việt Nam."""
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour - 7)


def _start(today: date) -> date:
    return today - timedelta(days=DAYS)


def _make_agency(session: Session, today: date) -> int:
    since = _start(today) - timedelta(days=365)
    agency = models.Agency(
        code="so-tttt",
        name="SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
        parent_name="UBND TỈNH GIA LAI",
        place="Gia Lai",
        settings={},
        created_at=instant(since),
    )
    session.add(agency)
    session.flush()
    for number in range(1, UNITS + 1):
        kind = UnitKind.OFFICE if number == 1 else UnitKind.DIVISION
        unit = models.Unit(
            id=number, agency_id=agency.id, code=f"p{number}", kind=kind, position=number, valid_from=since
        )
        session.add(unit)
        session.flush()
        name = "Văn phòng Sở" if number == 1 else f"Phòng Nghiệp vụ số {number}"
        session.add(
            models.UnitName(agency_id=agency.id, unit_id=number, name=name, short_name=f"P{number}", valid_from=since)
        )
    _add_office_person(session, agency.id, since)
    return agency.id


def _add_office_person(session: Session, agency_id: int, since: date) -> None:
    person = models.Person(
        agency_id=agency_id,
        email=OFFICE,
        name="Trần Thị Hạnh",
        sort_key="hanh tran thi hanh",
        password_hash=hash_password(PASSWORD),
        preferences={},
        created_at=instant(since),
    )
    session.add(person)
    session.flush()
    session.add(
        models.Membership(agency_id=agency_id, person_id=person.id, unit_id=1, role=Role.OFFICE, starts_on=since)
    )
    session.flush()


def _make_plan(session: Session, agency_id: int, today: date) -> int:
    issued_on = _start(today)
    plan = models.Plan(
        agency_id=agency_id,
        number="163/KH-STTTT",
        issued_on=issued_on,
        title="Kế hoạch cải cách hành chính",
        year=today.year,
        created_at=instant(issued_on),
    )
    session.add(plan)
    session.flush()
    for number in range(1, AREAS + 1):
        session.add(
            models.Area(
                id=number,
                agency_id=agency_id,
                plan_id=plan.id,
                position=number,
                ordinal=str(number),
                name=f"Lĩnh vực {number}",
            )
        )
    rule = rule_values(CountingRule())
    session.add(
        models.PlanRule(agency_id=agency_id, plan_id=plan.id, ordinal=1, rule=rule, recorded_at=instant(issued_on))
    )
    session.flush()
    return plan.id


def _works(
    chance: random.Random, tasks: int, agency_id: int, plan_id: int, today: date, has_steps: bool
) -> Iterator[_Work]:
    ways = [way for way, share in WAYS for _ in range(share)]
    issued_on = _start(today)
    for number in range(1, tasks + 1):
        days = sorted(issued_on + timedelta(days=chance.randrange(1, DAYS - 1)) for _ in range(3))
        due_on = issued_on + timedelta(days=chance.randrange(30, 2 * DAYS)) if chance.random() < 0.9 else None
        steps = tuple(zip(chance.choice(ways), days, strict=False)) if has_steps else ()
        yield _work(number, chance, agency_id, plan_id, issued_on, due_on, steps)


def _work(
    number: int,
    chance: random.Random,
    agency_id: int,
    plan_id: int,
    issued_on: date,
    due_on: date | None,
    steps: tuple[tuple[Status, date], ...],
) -> _Work:
    area = number % AREAS + 1
    printed, text, product = f"{area}.{number}", chance.choice(TEXTS), f"{chance.choice(PRODUCTS)} số {number}"
    common = {"id": number, "agency_id": agency_id}
    unit_id = 2 + number % (UNITS - 1)
    task = common | {
        "plan_id": plan_id,
        "area_id": area,
        "position": number,
        "row_id": printed,
        "numbers": [printed],
        "text": text,
        "search_text": fold(f"{printed} {text} {product}"),
        "lead_unit_id": unit_id,
        "lead_basis": LeadBasis.EXPLICIT,
    }
    status, status_on = steps[-1] if steps else (Status.NOT_STARTED, None)
    obligation = common | {
        "plan_id": plan_id,
        "task_id": number,
        "deliverable_id": number,
        "position": 0,
        "entered_on": issued_on,
        "entered_at": instant(issued_on),
        "deadline_text": "theo kế hoạch",
        "deadline_kind": DeadlineKind.DATE if due_on else DeadlineKind.AS_REGULATED,
        "due_on": due_on,
        "original_due_on": due_on,
        "status": status,
        "status_on": status_on,
        "counted_unit_id": unit_id,
        "is_evidence_waived": True,
        "changed_at": instant(issued_on),
    }
    return _Work(number, task, common | {"task_id": number, "position": 0, "text": product}, obligation, steps)


def _insert_works(session: Session, works: list[_Work]) -> None:
    session.execute(insert(models.Task), [work.task for work in works])
    lead = {"role": models.AssignedRole.LEAD, "position": 0}
    units = [
        lead | {"agency_id": each.task["agency_id"], "task_id": each.id, "unit_id": each.task["lead_unit_id"]}
        for each in works
    ]
    session.execute(insert(models.TaskUnit), units)
    session.execute(insert(models.Deliverable), [work.deliverable for work in works])
    session.execute(insert(models.Obligation), [work.obligation for work in works])


def _write_ledger(session: Session, agency_id: int, plan_id: int, works: list[_Work], today: date) -> None:
    """The rows behind the works, through the one write path: entries and deadlines first, then day by day."""
    issued_on = _start(today)
    entries = [row for work in works for row in _entry_rows(work, plan_id, issued_on)]
    append(session, agency_id, entries, now=instant(issued_on))
    by_day: dict[date, list[tuple[_Work, Status]]] = {}
    for work in works:
        for status, day in work.steps:
            by_day.setdefault(day, []).append((work, status))
    for day in sorted(by_day):
        rows = [_row(work, plan_id, RowKind.STATUS, day, status=status) for work, status in by_day[day]]
        stored = append(session, agency_id, rows, now=instant(day))
        last = {row.obligation_id: row.seq for row in stored}
        for obligation_id, seq in last.items():
            _remember_seq(session, obligation_id or 0, seq)


def _remember_seq(session: Session, obligation_id: int, seq: int) -> None:
    session.connection().exec_driver_sql("UPDATE obligations SET status_seq = ? WHERE id = ?", (seq, obligation_id))


def _entry_rows(work: _Work, plan_id: int, day: date) -> list[NewRow]:
    deadline = {"change": "initial", "text": "theo kế hoạch", "kind": work.obligation["deadline_kind"].value}
    lead = work.task["lead_unit_id"]
    assigned = {"text": "", "lead": lead, "basis": "explicit", "co_leads": [], "coordinating": []}
    return [
        _row(work, plan_id, RowKind.ENTRY, day, payload={"period_label": ""}),
        _row(work, plan_id, RowKind.DEADLINE, day, due_on=work.obligation["due_on"], payload=deadline),
        NewRow(
            kind=RowKind.ASSIGNMENT,
            plan_id=plan_id,
            task_id=work.id,
            effective_on=day,
            actor_id=1,
            unit_id=lead,
            payload=assigned,
        ),
    ]


def _row(work: _Work, plan_id: int, kind: RowKind, day: date, **values: Any) -> NewRow:
    return NewRow(
        kind=kind,
        plan_id=plan_id,
        task_id=work.id,
        deliverable_id=work.id,
        obligation_id=work.id,
        effective_on=day,
        actor_id=1,
        **values,
    )
