"""The bench's own plumbing: what it adds up and prints, and that data, floor and servers fit together."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.data import make_world
from bench.floor import create_floor
from bench.floor_sql import COUNTS, STATES, add_floor_tables
from bench.pages import Pair, fetch, overhead
from bench.servers import both
from bench.table import Line, lay_out, limit_line, ratio_line
from bench.timing import Comparison, Sample
from bench.writes import Changes, crowd
from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.permissions import Membership, Principal, Role
from cchc_tasks.services import counting, ledger
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.models import Obligation
from tests.factories import at

TODAY = date(2021, 3, 10)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = make_world(tmp_path_factory.mktemp("bench") / "bench.sqlite3", 40, today=TODAY)
    add_floor_tables(made.url)
    return made


def test_a_sample_tells_median_and_spread():
    sample = Sample(tuple(float(number) for number in range(1, 12)))

    assert (sample.median, sample.low, sample.high) == (6.0, 2.0, 10.0)
    assert Comparison(Sample((2.0,)), Sample((5.0,))).ratio == 2.5


@pytest.mark.parametrize("aim, met", [(3, True), (2, False), (None, None)])
def test_a_line_says_whether_its_aim_is_met(aim, met):
    assert ratio_line("a page", Comparison(Sample((0.01,)), Sample((0.025,))), aim).is_met is met


def test_the_table_lists_every_line_under_its_head():
    printed = lay_out([Line("a page"), limit_line("memory", 200, 150, "MiB")]).splitlines()

    assert printed[0].split("  ")[0] == "what"
    assert printed[3].split() == ["memory", "200", "MiB", "<=", "150", "MiB", "NO"]


def test_markup_is_told_from_text():
    assert overhead("<p class='x'>Hạn</p>".encode()) == len("<p class='x'></p>")


def test_the_data_are_an_honest_office_whose_ledger_holds(world):
    engine = make_engine(world.url)
    with Session(engine) as session:
        assert list(ledger.verify(session, world.agency_id)) == []
        open_ids = session.scalars(select(Obligation.id).where(Obligation.status_seq.is_(None))).all()
        assert tuple(open_ids) == world.open_ids
    engine.dispose()


def test_the_floor_counts_what_the_application_counts(world):
    engine = make_engine(world.url)
    cut_off, known_at = date(2021, 1, 31), at(TODAY)
    values = {"cut_off": cut_off.isoformat(), "known_at": known_at.strftime("%Y-%m-%d %H:%M:%S"), "plan_id": 1}
    with Session(engine) as session:
        floor_states = {row.id: row.status for row in session.execute(text(STATES), values)}
        floor_counts = {status: number for _, status, number in session.execute(text(COUNTS), values)}
        actor = Principal(1, world.agency_id, (Membership(Role.OFFICE, 1, date(2020, 1, 1)),))
        when = {"actor": actor, "cut_off": cut_off, "known_at": known_at}
        tally = counting.count(session, world.plan_id, by=CountedThing.OBLIGATION, **when)
        states = [member for item in tally.items for member in item.members]
        counts = counting.count_by_status(session, **when)[world.plan_id]
    engine.dispose()

    assert {state.obligation_id: state.status.value for state in states} == {
        item: status or "not_started" for item, status in floor_states.items()
    }
    assert {status.value: number for status, number in counts.items()} == {
        status or "not_started": number for status, number in floor_counts.items()
    }


def test_each_view_of_the_floor_answers(world):
    client = create_floor(world.url).test_client()

    assert client.get("/board").text.count("<li ") == world.tasks
    assert client.get("/task/1").status_code == 200
    assert len(client.get("/work.csv").text.splitlines()) == world.tasks
    assert client.get("/indicator?known_at=2021-03-10&cut_off=2021-01-31").status_code == 200
    assert client.post("/item/1", data={"status": "reported"}).status_code == 303


def test_the_bench_signs_in_asks_and_changes_for_real(world, tmp_path):
    with both(world.url, tmp_path) as urls:
        pair = Pair.of(*urls, world)
        changes = Changes(pair.ours, world, list(world.open_ids[:2]))

        assert fetch(pair.ours, "/tai-khoan")
        for _ in range(4):
            changes.change()
        assert changes.done == 4
        pair.close()


def test_a_crowd_counts_what_failed():
    def fail():
        raise RuntimeError("no")

    together = crowd([fail, lambda: None], 0.05)

    assert together.failures == ["no"]
    assert together.done > 0
