"""D3 for the plan itself, and no deadlock between those who write a task, its work, and the ledger."""

import threading
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial

import pytest
from sqlalchemy import event, func, select

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.units import AssignedUnits, LeadBasis
from cchc_tasks.services import corrections, ledger, obligations, plan_editing, reminders
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.storage.models import Agency, Area, Deliverable, Obligation, Task
from tests.factories import NOW, at, make_unit
from tests.support.faults import all_at_once, make_busy_office, session_on
from tests.support.work import TODAY, Workplace

pytestmark = pytest.mark.faults


@pytest.fixture
def office(session):
    return make_busy_office(session, 10)


@pytest.fixture
def edits(session, office):
    """Edits of one task, its deliverable and its area; each takes a session and the words to write."""
    task, deliverable, area = (session.scalar(select(func.min(model.id))) for model in (Task, Deliverable, Area))
    session.rollback()
    given = {"version": 1, "actor": office.actor, "now": NOW}
    return {
        "task": lambda own, text: plan_editing.edit_task(own, task, numbers=("1.1",), text=text, note="", **given),
        "deliverable": lambda own, text: plan_editing.edit_deliverable(
            own, deliverable, ordinal="", text=text, **given
        ),
        "area": lambda own, text: plan_editing.edit_area(own, area, ordinal="I", name=text, **given),
    }


@pytest.mark.parametrize("what", ["task", "deliverable", "area"])
def test_d3_of_several_editors_of_one_version_exactly_one_wins(session, database_url, edits, what):
    barrier = threading.Barrier(4)

    def edit(text):
        with session_on(database_url) as own, meeting_before_write(own, barrier):
            return edits[what](own, text).version

    answers = all_at_once([lambda text=text: edit(text) for text in ("Một", "Hai", "Ba", "Bốn")])

    assert answers.count(2) == 1
    assert sum(isinstance(answer, StaleEdit) for answer in answers) == 3


@contextmanager
def meeting_before_write(own, barrier):
    """Those who have all read meet before the first of them writes; whoever waits for a lock is not waited for."""

    def wait(*_):
        with suppress(threading.BrokenBarrierError):
            barrier.wait(0.5)

    event.listen(own, "before_flush", wait)
    try:
        yield
    finally:
        event.remove(own, "before_flush", wait)


def test_d3_two_corrections_of_one_assignment_leave_one_refused(session, database_url, office, units):
    task_id = session.get_one(Obligation, office.obligation_ids[0]).task_id
    session.rollback()
    barrier = threading.Barrier(2)

    def name_lead(unit_id):
        with session_on(database_url) as own, meeting_before_write(own, barrier):
            return corrections.correct_assignment(own, task_id, assigned=led_by(unit_id), **correction(office)).version

    answers = all_at_once([lambda unit_id=unit_id: name_lead(unit_id) for unit_id in units])

    assert answers.count(2) == 1
    assert sum(isinstance(answer, StaleEdit) for answer in answers) == 1


@pytest.fixture
def units(session, office):
    made = [make_unit(session, session.get_one(Agency, office.agency_id), f"Phòng {name}") for name in ("A", "B")]
    session.commit()
    return [unit.id for unit in made]


def led_by(unit_id):
    return AssignedUnits(unit_id, LeadBasis.EXPLICIT)


def correction(office):
    return {"version": 1, "reason": "Theo phân công.", "actor": office.actor, "now": NOW}


def test_d3_work_reported_while_its_task_is_changed_stops_nobody(session, database_url, office, units):
    task_id = session.get_one(Obligation, office.obligation_ids[0]).task_id
    session.rollback()
    period = plan_editing.PeriodInput("", DeadlineValues(DeadlineKind.DATE, date(2021, 6, 30)))

    def start(own, obligation_id):
        obligations.start(own, obligation_id, version=1, actor=office.actor, now=NOW)

    def name_lead(own):
        corrections.correct_assignment(own, task_id, assigned=led_by(units[0]), **correction(office))

    def add(own):
        given = {"ordinal": "", "text": "Báo cáo", "deadline_text": "30/6/2021", "periods": (period,)}
        plan_editing.add_deliverable(own, task_id, entered_on=date(2021, 3, 1), actor=office.actor, now=NOW, **given)

    def remind(own):
        given = {"now": NOW, "delivery_hour": 7, "is_forced": True}
        reminders.run_round(own, agency_id=office.agency_id, **given)

    calls = [name_lead, add, remind, *(partial(start, obligation_id=each) for each in office.obligation_ids)]

    def run(call):
        with session_on(database_url) as own:
            call(own)

    assert all_at_once([partial(run, call) for call in calls]) == [None] * len(calls)
    session.rollback()
    assert list(ledger.verify(session, office.agency_id)) == []


def test_d3_many_are_confirmed_by_two_at_once_in_any_order(session, database_url):
    work = Workplace(session)
    ids = [work.report(each).id for each in [work.made, *(work.task() for _ in range(7))]]
    actors = [work.who("office"), work.who("leader")]
    session.rollback()

    def confirm(actor, order):
        with session_on(database_url) as own:
            done, _refused = obligations.confirm_many(own, dict.fromkeys(order, 2), actor=actor, now=at(TODAY))
            return len(done)

    calls = [partial(confirm, actors[0], ids), partial(confirm, actors[1], ids[::-1])]
    assert sorted(all_at_once(calls)) == [0, len(ids)]
