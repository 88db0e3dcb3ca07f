"""The reorganisation that report 000 proposes, in the demo's agency, in the middle of 2021.

An invented Phòng Kế hoạch – Tài chính goes into Văn phòng; Công nghệ thông tin and Bưu chính – Viễn thông become one.
"""

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.demo.load import bring_in_plan
from cchc_tasks.demo.settlement import settle
from cchc_tasks.demo.story import read_agency, read_year
from cchc_tasks.demo.telling import Teller
from cchc_tasks.domain import permissions
from cchc_tasks.domain.calendars import FeedScope, Whose
from cchc_tasks.domain.periods import local_day, start_of_day
from cchc_tasks.domain.permissions import Action, Membership, Principal, Role
from cchc_tasks.domain.reorganisations import ReorganisationKind, UnitsAsked
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import OPEN_STATUSES
from cchc_tasks.evidence import LocalStore
from cchc_tasks.services import counting, feeds, ledger, reminders, reorganising
from cchc_tasks.services.reorganising import DecisionPaper, Order, RoleChoice, Successor
from cchc_tasks.services.units import NewUnit
from cchc_tasks.storage.models import Agency, Obligation, Person, Plan, ReminderLine, Unit
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from tests.factories import at, make_person, make_task, make_unit

Q1 = date(2021, 3, 14)
EVE, DAY = date(2021, 6, 30), date(2021, 7, 1)
RECORDED = at(date(2021, 6, 15))
PAPER = DecisionPaper("57/QĐ-STTTT", date(2021, 6, 14), "Về việc sắp xếp các phòng thuộc Sở")


@dataclass
class Agency163:
    """The demo's agency with the invented phòng; ids of units by code, of people by the first part of the address."""

    session: Session
    agency_id: int
    plan_id: int
    units: dict[str, int]
    people: dict[str, int]
    owed: tuple[int, ...]

    def who(self, name: str, day: date) -> Principal:
        found = people_queries.principal(self.session, self.people[name], day)
        assert found is not None
        return found

    def table(self, cut_off: date, known_at: datetime, asked: UnitsAsked) -> dict[int | None, tuple[int, int, int]]:
        reader = Principal(None, self.agency_id, (Membership(Role.VIEWER, None, date.min),))
        found = counting.count_by_unit(
            self.session, self.plan_id, actor=reader, cut_off=cut_off, known_at=known_at, units=asked
        )
        return {unit_id: (own.total, own.done, len(own.overdue_items)) for unit_id, own in found.items()}

    def work_of(self, name: str, day: date) -> set[int]:
        """What the person's own page and calendar hold on a day."""
        reader = self.who(name, day)
        own = {row.id for row in list_work(self.session, self.agency_id, WorkFilter(responsible_ids=reader.unit_ids))}
        rows = feeds.work_of(self.session, reader, Whose(FeedScope.PERSON), day, None, lambda *_: [])
        assert {row.id for row in rows} <= own
        return own

    def may_report(self, name: str, day: date, obligation_id: int) -> bool:
        row = next(row for row in list_work(self.session, self.agency_id, WorkFilter(obligation_ids=(obligation_id,))))
        owing = frozenset({row.lead_unit_id or 0})
        work = permissions.Work(self.agency_id, responsible_ids=owing)
        return permissions.may(self.who(name, day), Action.REPORT_WORK, work)


@pytest.fixture
def office(session, tmp_path):
    entry, year = read_agency(), read_year()
    settled = settle(session, entry, now=start_of_day(local_day(year.imported_at)))
    teller = Teller(session, settled, bring_in_plan(session, settled, year), LocalStore(tmp_path / "evidence").keep)
    for step in year.steps:
        teller.tell(step)
    agency = session.scalars(select(Agency)).one()
    plan = session.scalars(select(Plan)).one()
    unit = make_unit(session, agency, "Phòng Kế hoạch – Tài chính")
    make_person(session, agency, "Vũ Đình Khoa", role=Role.HEAD, unit=unit, email="khoa.vd@stttt.demo")
    make_person(session, agency, "Hồ Thị Yến", role=Role.STAFF, unit=unit, email="yen.ht@stttt.demo")
    made = make_task(
        session,
        plan,
        lead=unit,
        text="Quản lý, sử dụng kinh phí",
        deliverable_texts=("Báo cáo sử dụng kinh phí",),
        due_dates=(date(2021, 7, 7), date(2021, 7, 8)),
        entered_at=at(date(2021, 3, 10), 20),
        number="1.9",
    )
    session.commit()
    units = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}
    people = {row.email.partition(".")[0]: row.id for row in session.execute(select(Person.email, Person.id))}
    units["KHTC"] = unit.id
    return Agency163(session, agency.id, plan.id, units, people, tuple(each.id for each in made.obligations))


def reorganise(office: Agency163) -> int:
    """Both decisions, recorded a fortnight before their day; the new unit's id."""
    actor = office.who("hanh", date(2021, 6, 15))
    reorganising.record(
        office.session,
        Order(ReorganisationKind.MERGE, PAPER, DAY, (office.units["KHTC"],), (Successor(office.units["VP"]),)),
        actor=actor,
        now=RECORDED,
    )
    head = office.session.get_one(Person, office.people["lan"])
    kept = next(each.id for each in head.memberships if each.unit_id == office.units["CNTT"])
    new = NewUnit("Phòng Công nghệ thông tin và Bưu chính, Viễn thông", UnitKind.DIVISION, DAY, "Phòng CNTT-BCVT")
    reorganising.record(
        office.session,
        Order(
            ReorganisationKind.MERGE,
            PAPER,
            DAY,
            (office.units["CNTT"], office.units["BCVT"]),
            (Successor(new=new),),
            people={kept: RoleChoice(0, Role.HEAD)},
        ),
        actor=actor,
        now=RECORDED,
    )
    return office.session.scalars(select(Unit.id).order_by(Unit.id.desc())).first() or 0


def test_tables_of_the_first_quarter_stay_and_add_up_by_todays_units(office):
    known_before = ledger.known_now(office.session, office.agency_id, now=at(date(2021, 6, 10)))
    before = office.table(Q1, known_before, UnitsAsked.THEN)
    made = reorganise(office)
    reorganising.apply_due(office.session, now=at(DAY, 0))
    known_after = at(DAY)

    assert office.table(Q1, known_before, UnitsAsked.THEN) == before
    assert office.table(Q1, known_after, UnitsAsked.THEN) == before
    assert office.table(EVE, known_after, UnitsAsked.THEN).keys() == before.keys()
    now = office.table(Q1, known_after, UnitsAsked.NOW)
    assert not {office.units[code] for code in ("KHTC", "CNTT", "BCVT")} & now.keys()
    for table in (before, now):
        assert tuple(map(sum, zip(*table.values(), strict=True))) == (85, 9, 5)
    gone = (office.units["CNTT"], office.units["BCVT"])
    merged = [before[each] for each in gone if each in before]
    assert now[made] == tuple(map(sum, zip(*merged, strict=True)))
    assert now[office.units["VP"]] == tuple(
        map(sum, zip(before[office.units["VP"]], before[office.units["KHTC"]], strict=True))
    )


def test_done_work_stays_with_who_did_it_and_open_work_is_the_successors(office):
    rows = {row.id: row for row in list_work(office.session, office.agency_id, WorkFilter())}
    gone = {office.units[code]: code for code in ("KHTC", "CNTT", "BCVT")}
    made = reorganise(office)
    reorganising.apply_due(office.session, now=at(DAY, 0))
    office.session.expire_all()

    heirs = {office.units["KHTC"]: office.units["VP"], office.units["CNTT"]: made, office.units["BCVT"]: made}
    for row in rows.values():
        counted = office.session.get_one(Obligation, row.id).counted_unit_id
        is_open = row.status in OPEN_STATUSES
        wanted = heirs[row.counted_unit_id] if is_open and row.counted_unit_id in gone else row.counted_unit_id
        assert counted == wanted
    assert sum(row.counted_unit_id in gone and row.status in OPEN_STATUSES for row in rows.values()) >= 10


def test_rights_pages_and_calendars_follow_on_the_day_and_not_before(office):
    made = reorganise(office)
    agency_id, [first, _second] = office.agency_id, office.owed
    of_cntt = list_work(office.session, agency_id, WorkFilter(unit_ids=(office.units["CNTT"],)))
    cntt = {row.id for row in of_cntt}
    led = {row.id for row in of_cntt if row.status in OPEN_STATUSES and row.lead_unit_id is not None}

    assert reorganising.apply_due(office.session, now=at(EVE, 23)) == 0
    eve = {name: office.work_of(name, EVE) for name in office.people if "@" not in name}
    assert set(office.owed) <= eve["khoa"] and set(office.owed) <= eve["yen"]
    assert not set(office.owed) & (eve["thu"] | eve["lan"])
    assert cntt <= eve["lan"] and cntt <= eve["viet"]
    assert office.may_report("khoa", EVE, first) and not office.may_report("viet", EVE, first)

    assert reorganising.apply_due(office.session, now=at(DAY, 0)) == 2
    day = {name: office.work_of(name, DAY) for name in office.people}
    for name in ("khoa", "yen", "thu", "hanh"):
        assert set(office.owed) <= day[name]
        assert office.who(name, DAY).own_unit_ids == {office.units["VP"]}
    assert led and led <= day["lan"] and led <= day["viet"]
    assert not led & (day["khoa"] | day["binh"])
    assert made in office.who("lan", DAY).own_unit_ids and made in office.who("viet", DAY).own_unit_ids
    assert Role.HEAD in office.who("lan", DAY).roles
    assert office.who("khoa", DAY).roles == {Role.STAFF}
    assert office.may_report("khoa", DAY, first) and not office.may_report("lan", DAY, first)
    others = set(office.people) - {"khoa", "yen", "lan", "viet", "thu", "hanh"}
    touched = {name for name in others if office.who(name, EVE).own_unit_ids != office.who(name, DAY).own_unit_ids}
    bcvt = {name for name in others if office.units["BCVT"] in office.who(name, EVE).own_unit_ids}
    assert touched == bcvt
    groups = unit_queries.members_of_groups(office.session, agency_id, DAY)[office.units["PCM"]]
    assert groups == {made, office.units["TTBCXB"]}


def test_the_calendar_of_a_merged_unit_goes_on_as_its_successors(office):
    reorganise(office)
    whose = Whose(FeedScope.UNIT, office.units["KHTC"])

    def shown(day: date) -> set[int]:
        rows = feeds.work_of(office.session, office.who("tuan", day), whose, day, None, lambda *_: [])
        return {row.id for row in rows}

    assert shown(EVE) == set(office.owed)
    reorganising.apply_due(office.session, now=at(DAY, 0))
    assert set(office.owed) < shown(DAY)


def test_digests_go_to_the_old_head_on_the_eve_and_to_the_new_one_on_the_day(office):
    reorganise(office)
    told: dict[date, set[int]] = {}
    for day in (EVE, DAY):
        reorganising.apply_due(office.session, now=at(day, 0))
        reminders.run_round(office.session, agency_id=office.agency_id, now=at(day, 8), delivery_hour=7)
        lines = office.session.execute(
            select(ReminderLine.recipient_id, ReminderLine.obligation_id).where(
                ReminderLine.obligation_id.in_(office.owed), ReminderLine.rule == "before_due"
            )
        ).all()
        told[day] = {line.recipient_id for line in lines}

    assert told[EVE] == {office.people["khoa"]}
    assert told[DAY] - told[EVE] == {office.people["thu"]}
