"""The demo's year: it lands on the figures of the mock-ups, tells every kind of event, and is loaded once."""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cchc_tasks.config import load_settings, prepare_instance
from cchc_tasks.demo import load as loading
from cchc_tasks.demo.load import load_demo
from cchc_tasks.demo.story import Deed, read_agency, read_year
from cchc_tasks.demo.telling import Teller
from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.periods import last_instant, local_day
from cchc_tasks.domain.permissions import Membership, Principal, Role
from cchc_tasks.domain.standing import Standing, standing
from cchc_tasks.domain.units import LeadBasis
from cchc_tasks.domain.workflow import Status
from cchc_tasks.evidence import LocalStore
from cchc_tasks.evidence.kinds import find_kind
from cchc_tasks.factory import make_worker
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.services import clock, counting, ledger
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.migrate import upgrade
from cchc_tasks.storage.models import (
    Agency,
    LedgerRow,
    MessageState,
    Note,
    OutboxMessage,
    Person,
    Plan,
    StoredFile,
    Task,
)
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from tests.factories import make_agency

# The demo is loaded once for most tests: they stay in one worker.
pytestmark = pytest.mark.xdist_group("demo")

CLOCK_DAY = date(2021, 3, 10)
REAL_NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded demo in a folder of its own."""

    session: Session
    store: LocalStore
    settings: object

    @property
    def agency_id(self) -> int:
        return self.session.scalars(select(Agency.id)).one()

    def rows(self):
        return list_work(self.session, self.agency_id, WorkFilter())

    def row(self, row_id, *, place=0):
        return [row for row in self.rows() if row.row_id == row_id][place]

    def reader(self):
        return Principal(None, self.agency_id, (Membership(Role.VIEWER, None, date.min),))

    def count(self, cut_off, *, known_at=None, by=None):
        plan_id = self.session.scalars(select(Plan.id)).one()
        known = known_at or last_instant(CLOCK_DAY)
        return counting.count(self.session, plan_id, actor=self.reader(), cut_off=cut_off, known_at=known, by=by)


def load_into(session, settings):
    store, worker = LocalStore(settings.evidence_dir), make_worker(settings)
    worker.engine.dispose()
    return load_demo(session, keep=store.keep, post=worker.post, delivery_hour=7, real_now=REAL_NOW)


def settings_in(folder: Path):
    settings = load_settings({"CCHC_INSTANCE_DIR": str(folder), "CCHC_DEMO": "true"}, folder)
    prepare_instance(settings)
    return settings


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo, loaded once for the tests that only look at it."""
    settings = settings_in(tmp_path_factory.mktemp("demo"))
    upgrade(MIGRATIONS, settings.database_url)
    engine = make_engine(settings.database_url)
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        assert load_into(session, settings)
        yield Loaded(session, LocalStore(settings.evidence_dir), settings)
    engine.dispose()


# --- the figures


def test_the_demo_stands_as_in_the_mock_ups(demo):
    found = Counter(standing(row.facts, CLOCK_DAY) for row in demo.rows())

    assert found == {
        Standing.DONE_ON_TIME: 7,
        Standing.DONE_LATE: 2,
        Standing.OVERDUE: 5,
        Standing.DUE_SOON: 4,
        # 58 within time: four of them are reported and wait.
        Standing.OPEN: 54,
        Standing.AWAITING_CONFIRMATION: 4,
        Standing.UNDATED: 7,
    }


def test_the_columns_of_the_board_hold_40_28_5_1_and_9(demo):
    found = Counter((row.status, row.is_returned) for row in demo.rows())

    assert found == {
        (Status.NOT_STARTED, False): 40,
        (Status.IN_PROGRESS, False): 28,
        (Status.REPORTED, False): 5,
        (Status.IN_PROGRESS, True): 1,
        (Status.DONE, False): 9,
    }


def test_each_unit_has_its_row_of_the_matrix(demo):
    names = unit_queries.short_names_on(demo.session, demo.agency_id, CLOCK_DAY)
    found = Counter(names.get(row.counted_unit_id) for row in demo.rows())

    assert found == {
        "Văn phòng": 50,
        "Hội đồng TĐKT": 13,
        "Phòng CNTT": 9,
        "Ban ISO": 4,
        "Trung tâm CNTT&TT": 3,
        "Thanh tra": 2,
        "Phòng TT-BC-XB": 1,
        None: 1,
    }


def test_the_five_overdue_pieces_of_work_are_the_ones_of_the_mock_up(demo):
    late = [row for row in demo.rows() if standing(row.facts, CLOCK_DAY) is Standing.OVERDUE]

    assert [(row.row_id, str(row.due_on), row.status) for row in late] == [
        ("1.2", "2020-12-31", Status.REPORTED),
        ("4.5", "2020-12-31", Status.IN_PROGRESS),
        ("4.6", "2021-02-28", Status.IN_PROGRESS),
        ("7.1", "2020-12-31", Status.IN_PROGRESS),
        ("7.3", "2021-03-05", Status.IN_PROGRESS),
    ]


@pytest.mark.parametrize(
    "by, total, done, due",
    [
        (None, 83, 9, 12),
        (CountedThing.DELIVERABLE, 66, 8, 10),
        (CountedThing.TASK, 41, 1, 1),
        (CountedThing.NUMBER, 39, 1, 1),
        (CountedThing.AREA, 7, 0, 0),
    ],
)
def test_the_plan_counts_obligations_and_other_things_when_asked(demo, by, total, done, due):
    tally = demo.count(CLOCK_DAY, by=by)

    assert (tally.total, tally.done, len(tally.due_items)) == (total, done, due)


def test_what_was_known_earlier_is_less(demo):
    known = [demo.count(CLOCK_DAY, known_at=last_instant(date(2021, *day))).done for day in ((1, 4), (1, 20), (2, 2))]

    assert known == [1, 5, 8]


# --- what the year tells


def test_every_kind_of_step_is_told():
    assert {step.deed for step in read_year().steps} == set(Deed)


def test_every_kind_of_ledger_row_is_there_and_the_chain_holds(demo):
    kinds = set(demo.session.scalars(select(LedgerRow.kind).distinct()))

    # The demo's plan is not amended before its clock; everything else has happened once.
    assert kinds == set(RowKind) - {RowKind.AMENDMENT, RowKind.EXPLANATION, RowKind.CLOSING}
    assert list(ledger.verify(demo.session, demo.agency_id)) == []


def test_the_report_of_1_1_came_back_once_and_was_recorded_late(demo):
    task_id = demo.row("1.1").task_id
    rows = demo.session.scalars(
        select(LedgerRow).where(LedgerRow.task_id == task_id, LedgerRow.kind == RowKind.STATUS).order_by(LedgerRow.seq)
    )

    told = [(row.status, str(row.effective_on), str(local_day(row.recorded_at))) for row in rows]

    assert told[:4] == [
        (Status.REPORTED, "2020-12-30", "2021-01-15"),
        (Status.IN_PROGRESS, "2020-12-30", "2021-01-18"),
        (Status.REPORTED, "2020-12-30", "2021-01-19"),
        (Status.DONE, "2020-12-30", "2021-01-20"),
    ]


def test_the_mistyped_day_of_the_january_meeting_is_corrected(demo):
    row = demo.row("4.6")

    assert (row.period_label, row.status, row.status_on) == ("Tháng 1/2021", Status.DONE, date(2021, 1, 29))


def test_the_office_named_one_lead_of_thirteen_later(demo):
    leads = Counter(demo.session.scalars(select(Task.lead_basis)))

    assert leads[LeadBasis.UNRESOLVED] == 12
    assert demo.row("3.3").lead_basis is LeadBasis.EXPLICIT


def test_reports_carry_documents_and_real_pdf_files(demo):
    files = demo.session.scalars(select(StoredFile)).all()

    assert len(files) > 10
    for file in files:
        with demo.store.open(file.sha256) as stream:
            assert find_kind(stream, file.name).value == "pdf"
        assert file.name.endswith(".pdf")


def test_notes_and_comments_are_there(demo):
    assert Counter(demo.session.scalars(select(Note.kind))) == {"progress": 25, "comment": 2}


def test_the_head_of_cntt_still_owes_three_notes_before_the_cut_off(demo):
    noted = set(demo.session.scalars(select(Note.obligation_id).where(Note.kind == "progress")))
    led = [row for row in demo.rows() if row.counted_unit_id == demo.row("6.8").counted_unit_id]

    owed = [
        row.row_id for row in led if row.status is Status.IN_PROGRESS and row.id not in noted and not row.is_returned
    ]

    assert owed == ["6.6", "6.8", "6.10"]


def test_the_digests_of_the_past_were_written_and_kept(demo):
    states = Counter(demo.session.scalars(select(OutboxMessage.state)))
    days = {local_day(each) for each in demo.session.scalars(select(OutboxMessage.dated_at))}

    assert states.keys() == {MessageState.SENT}
    assert max(days) == CLOCK_DAY
    assert date(2021, 2, 12) not in days  # Tết


# --- its people and its clock


def test_everybody_of_the_demo_can_be_chosen_on_the_sign_in_page(demo):
    listed = people_queries.list_demo_people(demo.session, CLOCK_DAY)

    assert listed.password == read_agency().password
    assert [each.name for each in listed.people][:3] == ["Trần Thị Hạnh", "Nguyễn Thị Lan", "Phạm Minh Tuấn"]
    assert {role for each in listed.people for role in each.roles} == set(Role)


def test_the_clock_shows_nine_o_clock_of_10_march(demo):
    shown = clock.shown_now(demo.session, REAL_NOW)

    assert shown == datetime(2021, 3, 10, 2, 0, tzinfo=UTC)


def test_a_unit_answers_for_every_task_that_names_it(demo):
    groups = unit_queries.members_of_groups(demo.session, demo.agency_id, CLOCK_DAY)
    codes = {unit.id: unit.code for unit in unit_queries.list_units(demo.session, demo.agency_id, CLOCK_DAY)}

    assert len(codes) == 13
    assert {codes[group]: {codes[each] for each in members} for group, members in groups.items()} == {
        "PCM": {"CNTT", "TTBCXB", "BCVT"},
        "DVSN": {"TTCNTT"},
    }


# --- loading


def snapshot(session):
    counts = [
        session.scalar(select(func.count()).select_from(each)) for each in (LedgerRow, OutboxMessage, Note, Person)
    ]
    return counts, ledger.head(session, session.scalars(select(Agency.id)).one())


def test_loading_twice_changes_nothing_on_either_database(session, settings, tmp_path):
    assert load_into(session, settings)
    before = snapshot(session)

    assert not load_into(session, settings)

    assert snapshot(session) == before
    agency_id = session.scalars(select(Agency.id)).one()
    rows = list_work(session, agency_id, WorkFilter())
    found = Counter(standing(row.facts, CLOCK_DAY) for row in rows)
    assert (found[Standing.OVERDUE], found[Standing.DONE_ON_TIME], found[Standing.DUE_SOON]) == (5, 7, 4)


def test_a_load_that_was_broken_off_goes_on_where_it_stopped(demo, tmp_path, monkeypatch):
    settings = settings_in(tmp_path)
    upgrade(MIGRATIONS, settings.database_url)
    engine = make_engine(settings.database_url)

    class BrokenOff(Exception):
        pass

    class Tired(Teller):
        def tell(self, step):
            if step.deed is Deed.NAME_LEAD:
                raise BrokenOff
            super().tell(step)

    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        with monkeypatch.context() as patch:
            patch.setattr(loading, "Teller", Tired)
            with pytest.raises(BrokenOff):
                load_into(session, settings)
        assert load_into(session, settings)
        counts, head = snapshot(session)
    engine.dispose()

    wanted, whole = snapshot(demo.session)
    assert (counts, head.seq) == (wanted, whole.seq)
    shutil.rmtree(settings.evidence_dir)


def test_the_demo_is_not_loaded_beside_an_office_of_its_own(session, settings):
    make_agency(session, code="snv")
    session.commit()

    with pytest.raises(Refused) as refused:
        load_into(session, settings)

    assert refused.value.reason is RefusedReason.NOT_EMPTY
