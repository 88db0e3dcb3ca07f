"""What a decision reaches afterwards: finished work taken up again, and work given away before it was recorded."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.orphans import OrphanReason
from cchc_tasks.domain.reorganisations import ReorganisationKind
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind
from cchc_tasks.services import corrections, obligations, reorganising
from cchc_tasks.services._entry import assignment_row, put_assignment
from cchc_tasks.services._record import append
from cchc_tasks.services._work import kinds_of_units, of_kind, recount_unit
from cchc_tasks.services.reorganising import Successor
from cchc_tasks.storage.models import LedgerRow, Task
from cchc_tasks.storage.queries import orphans as orphan_queries
from tests.factories import at, make_unit
from tests.services.test_reorganising import DAY, EVE, PAPER, per_unit, record
from tests.support.work import Workplace


@pytest.fixture
def place(session):
    return Workplace(session)


def finished(session, place, **values):
    """A task with one piece of work that is done before the day."""
    made = place.task(**values)
    place.made = made
    place.report(made)
    place.confirm()
    return made


def reopen(session, place, made, on):
    one = place.fresh(made)
    values = {"version": one.version, "effective_on": on, "reason": "Sai", "actor": place.who("office"), "now": at(on)}
    obligations.reopen(session, one.id, **values)
    return place.fresh(made)


def led_by(session, made):
    session.expire_all()
    return session.get_one(Task, made.task.id).lead_unit_id


def test_work_taken_up_again_in_a_closed_task_is_the_one_heirs_from_that_day(session, place):
    made = finished(session, place)
    record(session, place)
    reorganising.apply_due(session, now=at(DAY))
    assert led_by(session, made) == place.office.unit.id
    before = per_unit(session, place, DAY, at(DAY, 20))

    one = reopen(session, place, made, DAY + timedelta(days=9))

    assert (one.counted_unit_id, led_by(session, made)) == (place.office.office.id, place.office.office.id)
    assert orphan_queries.list_orphans(session, place.office.agency.id, DAY + timedelta(days=9)) == []
    assert per_unit(session, place, DAY, at(DAY, 20)) == before
    assert per_unit(session, place, DAY, at(DAY + timedelta(days=10))) == before
    [told] = [row for row in rows_of(session, made) if row.payload.get("change") == "reorganisation"]
    assert (told.effective_on, told.payload["decision"]) == (DAY + timedelta(days=9), PAPER.number)


def rows_of(session, made):
    return session.scalars(
        select(LedgerRow).where(LedgerRow.task_id == made.task.id, LedgerRow.kind == RowKind.ASSIGNMENT)
    ).all()


def test_a_completion_that_was_never_true_makes_the_work_the_heirs_from_the_day_of_effect(session, place):
    made = finished(session, place)
    record(session, place)
    reorganising.apply_due(session, now=at(DAY))
    later = DAY + timedelta(days=9)

    corrections.correct_status(
        session,
        made.obligation.id,
        version=place.fresh(made).version,
        effective_on=None,
        reason="Nhập nhầm",
        actor=place.who("office"),
        now=at(later),
    )

    assert led_by(session, made) == place.office.office.id
    found = {cut_off: per_unit(session, place, cut_off, at(later, 20)) for cut_off in (EVE, DAY)}
    assert place.office.office.id not in found[EVE] and found[DAY] == {place.office.office.id: (0, 2)}


def test_through_two_reorganisations_work_taken_up_again_reaches_the_last_unit(session, place):
    made = finished(session, place)
    record(session, place, successors=(Successor(place.office.other_unit.id),))
    reorganising.apply_due(session, now=at(DAY))
    august = date(2021, 8, 2)
    record(session, place, now=at(DAY), from_ids=(place.office.other_unit.id,), effective_on=august)
    reorganising.apply_due(session, now=at(august))

    assert reopen(session, place, made, august).counted_unit_id == place.office.office.id


def test_of_several_heirs_none_is_guessed_and_the_work_stands_without_anybody(session, place):
    made = finished(session, place)
    heirs = (Successor(place.office.office.id), Successor(place.office.other_unit.id))
    record(session, place, kind=ReorganisationKind.SPLIT, successors=heirs)
    reorganising.apply_due(session, now=at(DAY))

    one = reopen(session, place, made, DAY)

    assert led_by(session, made) == place.office.unit.id
    [orphan] = orphan_queries.list_orphans(session, place.office.agency.id, DAY)
    assert (orphan.obligation_id, orphan.reason) == (one.id, OrphanReason.ENDED)


def hand_on(session, place, made, unit, on):
    """The task's lead is another unit from a day on, as an amendment says it."""
    task = session.get_one(Task, made.task.id)
    assigned = AssignedUnits(unit.id, LeadBasis.EXPLICIT, (), task.assigned().coordinating)
    append(session, task.agency_id, [assignment_row(task, assigned, effective_on=on, actor_id=None)], now=at(on))
    put_assignment(session, task, assigned)
    task.assignment_version += 1
    groups = of_kind(kinds_of_units(session, task.agency_id), UnitKind.GROUP)
    for part in task.deliverables:
        recount_unit(task, part, groups)
    session.commit()


def test_a_late_decision_finds_work_that_an_amendment_gave_away_after_the_day(session, place):
    given_on, late = DAY + timedelta(days=7), DAY + timedelta(days=20)
    third = make_unit(session, place.office.agency, "Phòng Bưu chính, Viễn thông")
    hand_on(session, place, place.made, third, given_on)
    known = at(late - timedelta(days=1))
    before = {day: per_unit(session, place, day, known) for day in (EVE, DAY, given_on)}

    record(session, place, now=at(late))

    owed = {day: per_unit(session, place, day, at(late, 20)) for day in (EVE, DAY, given_on)}
    assert owed[EVE] == before[EVE] == {place.office.unit.id: (0, 1)}
    assert before[DAY] == {place.office.unit.id: (0, 1)} and owed[DAY] == {place.office.office.id: (0, 1)}
    assert owed[given_on] == before[given_on] == {third.id: (0, 1)}
    assert {day: per_unit(session, place, day, known) for day in owed} == before
    assert led_by(session, place.made) == third.id
    assert place.fresh().counted_unit_id == third.id


def test_of_work_whose_assignment_had_been_misread_a_late_decision_takes_nothing(session, place):
    late = DAY + timedelta(days=20)
    corrections.correct_assignment(
        session,
        place.made.task.id,
        version=session.get_one(Task, place.made.task.id).version,
        assigned=AssignedUnits(place.office.other_unit.id, LeadBasis.EXPLICIT),
        reason="Đọc nhầm",
        actor=place.who("office"),
        now=at(DAY + timedelta(days=7)),
    )
    known = len(rows_of(session, place.made))

    record(session, place, now=at(late))

    assert len(rows_of(session, place.made)) == known
    assert per_unit(session, place, DAY, at(late, 20)) == {place.office.other_unit.id: (0, 1)}
