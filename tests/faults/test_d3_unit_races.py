"""D3 for units: of several who reorganise at once one wins, and a decision is carried out once by however many."""

from datetime import date

import pytest
from sqlalchemy import func, select

from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.reorganisations import ReorganisationKind
from cchc_tasks.services import obligations, reorganising
from cchc_tasks.services.reorganising import DecisionPaper, Order, Successor
from cchc_tasks.storage.models import Agency, LedgerRow, Obligation, ReorganisationOutcome, Task, Unit
from tests.factories import NOW, at, make_unit
from tests.support.faults import all_at_once, assert_whole, make_busy_office, session_on

pytestmark = pytest.mark.faults

PAPER = DecisionPaper("05/QĐ", NOW.date(), "Về việc sáp nhập")
DAY = date(2021, 7, 1)


def ready(session):
    """An office with forty pieces of work at one unit, and another unit that is to take them."""
    office = make_busy_office(session, 40)
    old = session.scalars(select(Task.lead_unit_id).where(Task.agency_id == office.agency_id)).first()
    unit = session.get_one(Unit, old)
    heir = make_unit(session, session.get_one(Agency, office.agency_id), "Văn phòng Sở")
    session.commit()
    order = Order(
        ReorganisationKind.MERGE, PAPER, DAY, (unit.id,), (Successor(heir.id),), versions={unit.id: unit.version}
    )
    return office, unit.id, heir.id, order


def test_d3_of_several_who_merge_one_unit_at_once_one_wins_and_the_others_are_told(session, database_url):
    office, _old, _heir, order = ready(session)

    def merge():
        with session_on(database_url) as own:
            return reorganising.record(own, order, actor=office.actor, now=NOW).number

    answers = all_at_once([merge] * 5)

    assert answers.count(PAPER.number) == 1
    assert all(isinstance(answer, StaleEdit) for answer in answers if answer != PAPER.number)


def test_d3_a_decision_is_carried_out_once_while_people_go_on_working(session, database_url):
    office, old, heir, order = ready(session)
    reorganising.record(session, order, actor=office.actor, now=NOW)

    def carry_out():
        with session_on(database_url) as own:
            return reorganising.apply_due(own, now=at(DAY))

    def start(obligation_id):
        with session_on(database_url) as own:
            version = own.get_one(Obligation, obligation_id).version
            own.rollback()
            return obligations.start(own, obligation_id, version=version, actor=office.actor, now=at(DAY)).id

    workers = [lambda id=id: start(id) for id in office.obligation_ids[:6]]
    answers = all_at_once([*[carry_out] * 4, *workers])

    assert sorted(answers[:4]) == [0, 0, 0, 1]
    assert all(isinstance(answer, int | StaleEdit) for answer in answers[4:])
    session.rollback()
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(ReorganisationOutcome)) == 1
    leads = set(session.scalars(select(Task.lead_unit_id).where(Task.agency_id == office.agency_id)))
    assert leads == {heir}
    rows = session.scalar(select(func.count()).select_from(LedgerRow).where(LedgerRow.unit_id == heir))
    assert rows == 4
    assert_whole(session, office.agency_id)
    assert session.get_one(Unit, old).valid_to == date(2021, 6, 30)
