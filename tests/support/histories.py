"""Random years of an agency: work, letters, amendments, reorganised units, people who come and go, the year's end.

One generator for every test that needs a history in which anything may have happened. Acts go through the services, as
people of the agency; what a service refuses is simply not done. The same seed makes the same history.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.errors import DomainError
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Principal, Role
from cchc_tasks.domain.plan_drafts import DraftRow
from cchc_tasks.domain.plan_reading import PlanReading, read_plan
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.readers.separated import read_separated
from cchc_tasks.services import reorganising, staging
from cchc_tasks.services._evidence import DocumentInput
from cchc_tasks.storage.models import Obligation, Plan, Unit, UnitName
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries.units import names_on
from tests.factories import at, make_agency, make_person, make_unit
from tests.support import random_acts, random_changes, random_drafts

FIRST = date(2021, 1, 4)
ISSUED_ON = date(2020, 12, 29)
NUMBER = "163/KH-STTTT"
HEAD = (
    "Số TT",
    "Nhiệm vụ chung",
    "Nhiệm vụ cụ thể",
    "Sản phẩm",
    "Phân công thực hiện",
    "Thời gian thực hiện",
    "Ghi chú",
)
AREAS = ("Cải cách thể chế", "Cải cách thủ tục hành chính", "Hiện đại hóa hành chính")
DIVISIONS = ("Phòng Công nghệ thông tin", "Phòng Bưu chính – Viễn thông", "Phòng Kế hoạch – Tài chính")
PRODUCTS = ("Kế hoạch triển khai", "Báo cáo kết quả", "Quyết định ban hành", "Tờ trình")
TIMES = (
    "Trước ngày 31/3/2021", "Quý II/2021", "Tháng 9/2021", "Trong năm", "Theo quy định", "Hằng quý",
    "Trước ngày 15/6/2021", "Thường xuyên", "Quý IV/2021", "Trước ngày 31/01/2021",
)  # fmt: skip

#: What may happen, and how often it comes up.
ACTS: Mapping[str, tuple[int, Callable[["History"], None]]] = {
    "start": (3, random_acts.start),
    "report": (8, random_acts.report),
    "confirm": (8, random_acts.confirm),
    "give_back": (2, random_acts.give_back),
    "reopen": (2, random_acts.reopen),
    "hand_over": (3, random_acts.hand_over),
    "correct_status": (4, random_acts.correct_status),
    "correct_deadline": (2, random_acts.correct_deadline),
    "correct_assignment": (3, random_acts.correct_assignment),
    "name_responsible": (2, random_acts.name_responsible),
    "ask": (4, random_acts.ask),
    "answer": (4, random_acts.answer),
    "revoke": (2, random_acts.revoke),
    "extend_many": (2, random_acts.extend_many),
    "amend": (5, random_changes.amend),
    "draft_by_hand": (4, random_drafts.draft_by_hand),
    "add_by_hand": (2, random_changes.add_by_hand),
    "close": (12, random_changes.close),
    "reorganise": (6, random_changes.reorganise),
    "cancel": (3, random_changes.cancel),
    "move_person": (2, random_changes.move_person),
    "go_away": (2, random_changes.go_away),
    "come_back": (2, random_changes.come_back),
    "give_power": (1, random_changes.give_power),
    "give_orphans": (2, random_changes.give_orphans),
}


@dataclass
class Row:
    """A row of the plan as it is printed."""

    area: int
    text: str
    products: list[str]
    units: str
    time: str


class History:
    """An agency whose people do random things, one moment after another; `done` counts what they managed to do."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.chance = session, Random(seed)
        self.agency = make_agency(session)
        office = make_unit(session, self.agency, "Văn phòng Sở", kind=UnitKind.OFFICE)
        units = [make_unit(session, self.agency, name) for name in DIVISIONS]
        make_unit(session, self.agency, "Các phòng chuyên môn", members=tuple(units))
        self.people = {
            "admin": make_person(session, self.agency, "Đỗ Quang Huy", role=Role.ADMIN),
            "office": make_person(session, self.agency, "Trần Thị Hạnh", role=Role.OFFICE, unit=office),
            "leader": make_person(session, self.agency, "Phạm Minh Tuấn", role=Role.LEADER),
        }
        for place, unit in enumerate(units):
            self.people[f"head{place}"] = make_person(
                session, self.agency, f"Lê Văn {place}", role=Role.HEAD, unit=unit
            )
            if self.chance.random() < 0.5:
                self.people[f"staff{place}"] = make_person(session, self.agency, f"Lê Thị {place}", unit=unit)
        session.commit()
        self.now = at(FIRST, 8)
        self.made_rows = 0
        self.areas = list(AREAS)
        self.rows = [self.new_row() for _ in range(self.chance.randrange(4, 8))]
        plan = staging.import_directly(
            session, self.reading(), sha256=None, create_units=True, actor=self.who("office"), now=self.now
        )
        self.plan_ids = [plan.id]
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    # --- time

    @property
    def day(self) -> date:
        return local_day(self.now)

    def step(self) -> None:
        """Some time passes (sometimes none at all), decisions whose day has come are carried out, something is done."""
        roll = self.chance.random()
        if roll < 0.75:
            self.now += timedelta(days=self.chance.randrange(0, 30), seconds=self.chance.randrange(1, 300))
        elif roll < 0.95:
            self.now += timedelta(seconds=self.chance.randrange(1, 300))
        self.session.expire_all()
        reorganising.apply_due(self.session, now=self.now, agency_id=self.agency.id)
        names = list(ACTS)
        [name] = self.chance.choices(names, [ACTS[each][0] for each in names])
        self.attempt(name, ACTS[name][1])

    def attempt(self, name: str, act: Callable[["History"], None]) -> None:
        self.session.expire_all()
        rows, areas = [replace(each, products=list(each.products)) for each in self.rows], list(self.areas)
        try:
            act(self)
        except random_acts.NothingToDo:
            self.session.rollback()
        except DomainError as error:
            self.session.rollback()
            self.refused[f"{name}: {error}"] += 1
            self.rows, self.areas = rows, areas
        else:
            self.done[name] += 1

    # --- who and what

    def who(self, name: str) -> Principal:
        found = people_queries.principal(self.session, self.people[name].id, self.day)
        if found is None:
            raise random_acts.NothingToDo
        return found

    def doer(self, item: Obligation) -> Principal:
        """Somebody of a unit that owes the work, where there is anybody; the office does it for the others."""
        owing = item.deliverable.task.assigned().owing(item.deliverable.responsible_unit_id)
        names = [name for name in self.people if name.startswith(("head", "staff"))]
        found = [people_queries.principal(self.session, self.people[name].id, self.day) for name in names]
        able = [one for one in found if one is not None and not owing.isdisjoint(one.own_unit_ids)]
        return self.chance.choice([*able, *able, self.who("office")])

    def obligations(self) -> list[Obligation]:
        query = select(Obligation).where(Obligation.agency_id == self.agency.id).order_by(Obligation.id)
        return list(self.session.scalars(query))

    def plan(self) -> Plan:
        return self.session.get_one(Plan, self.plan_ids[-1])

    def divisions(self) -> list[Unit]:
        """Units that are alive today and no group."""
        query = select(Unit).where(Unit.agency_id == self.agency.id, Unit.kind != UnitKind.GROUP).order_by(Unit.id)
        return [
            unit
            for unit in self.session.scalars(query)
            if unit.valid_to is None and (unit.valid_from is None or unit.valid_from <= self.day)
        ]

    def gone(self) -> list[str]:
        """Names of units that ended, and that no unit of today has."""
        query = select(UnitName.name).join(Unit, Unit.id == UnitName.unit_id)
        ended = self.session.scalars(query.where(Unit.agency_id == self.agency.id, Unit.valid_to.is_not(None)))
        return sorted(set(ended) - set(self.names()))

    def names(self) -> list[str]:
        """What the units are called today."""
        known = names_on(self.session, self.agency.id, self.day)
        return [known[unit.id] for unit in self.divisions() if unit.id in known]

    def recent(self, days: int) -> date:
        """Today or a day shortly before it."""
        return max(ISSUED_ON, self.day - timedelta(days=self.chance.choice([0, 0, self.chance.randrange(0, days)])))

    def paper(self, days: int = 20) -> DocumentInput:
        return DocumentInput(f"{self.chance.randrange(1, 400)}/STTTT", self.recent(days), "Về việc thực hiện kế hoạch")

    # --- the plan as a document

    def new_row(self) -> Row:
        chance = self.chance
        self.made_rows += 1
        units = self.names() if self.made_rows > 1 else list(DIVISIONS)
        first, second = chance.choice(units), chance.choice(units)
        assignment = chance.choice(
            [f"{first} chủ trì", f"{first}", f"{first} chủ trì phối hợp với {second}", f"{first}, {second}"]
            + (["Các phòng chuyên môn"] if chance.random() < 0.3 else [])
        )
        subject = "".join(chance.choice("abcdeghiklmnopqrstuvxy") for _ in range(8))
        return Row(
            chance.randrange(len(self.areas)),
            f"Nội dung số {self.made_rows} về {subject} của đơn vị",
            chance.sample(PRODUCTS, chance.randrange(1, 3)),
            assignment,
            chance.choice(TIMES),
        )

    def reprint(self, rows: Iterable[DraftRow]) -> None:
        """The rows as a draft left them: the next print begins with them."""
        standing = [row for row in rows if not row.is_withdrawn]
        self.areas = list(dict.fromkeys([*self.areas, *(row.area for row in standing)]))
        self.rows = [
            Row(
                self.areas.index(row.area),
                random_drafts.bare(row.words.task),
                random_drafts.products_of(row.words),
                row.words.assignment,
                row.words.time,
            )
            for row in standing
        ]

    def reading(self) -> PlanReading:
        """The rows as they would be printed today, numbered from one in each area, and read again."""
        table: list[list[str]] = [list(HEAD)]
        for place, name in enumerate(self.areas):
            own = [row for row in self.rows if row.area == place]
            for number, row in enumerate(own, 1):
                products = "\n".join(f"{at_}. {text}" for at_, text in enumerate(row.products, 1))
                area = [str(place + 1), name] if number == 1 else ["", ""]
                products = products if len(row.products) > 1 else row.products[0]
                table.append([*area, f"{number}. {row.text}", products, row.units, row.time, ""])
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows(table)
        # In this process: a child for each file would take most of a history's time.
        return read_plan(
            read_separated(buffer.getvalue().encode("utf-8-sig")), number=NUMBER, issued_on=ISSUED_ON, year=2021
        )


def run(session: Session, seed: int, steps: int, between: Callable[[History, int], None] | None = None) -> History:
    """A whole history; `between` looks at it after each step."""
    history = History(session, seed)
    for number in range(steps):
        history.step()
        if between is not None:
            between(history, number)
    return history
