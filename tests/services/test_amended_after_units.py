"""A document recorded after units were reorganised, for a day before: its word on who does the work holds since."""

from datetime import date

import pytest

from cchc_tasks.domain.reorganisations import ReorganisationKind
from cchc_tasks.services import amendments, counting, reorganising, staging
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.services.reorganising import DecisionPaper, Order, Successor
from cchc_tasks.storage.models import AmendmentKind, Obligation, Task
from tests.factories import NOW, at, make_office, principal_of
from tests.support import amended_163, plan_163

EFFECTIVE = date(2021, 6, 15)
REORGANISED = date(2021, 6, 20)
RECORDED = date(2021, 7, 1)


@pytest.fixture
def office(session):
    made = make_office(session)
    session.commit()
    return made


def test_the_lead_that_a_late_document_names_holds_on_the_days_after_a_merger_too(session, office):
    actor = principal_of(session, office.people["office"])
    plan = staging.import_directly(
        session, plan_163.reading(), sha256=plan_163.SHA256, create_units=True, actor=actor, now=NOW
    )
    task = session.query(Task).filter_by(plan_id=plan.id, row_id="5.3").one()
    centre, heir = task.lead_unit_id, office.other_unit.id
    order = Order(
        ReorganisationKind.MERGE,
        DecisionPaper("05/QĐ", REORGANISED, "Sáp nhập"),
        REORGANISED,
        (centre,),
        (Successor(heir),),
    )
    reorganising.record(session, order, actor=actor, now=at(REORGANISED))
    document = AmendingDocument(AmendmentKind.REVISED, "88/KH-STTTT", date(2021, 6, 10), EFFECTIVE, "Điều chỉnh")

    amendments.amend(
        session, plan.id, amended_163.reading(), document=document, sha256=None, actor=actor, now=at(RECORDED)
    )

    def counted_at(day):
        asked = {"actor": actor, "cut_off": day, "known_at": at(RECORDED, 20)}
        tallies = counting.count_by_unit(session, plan.id, **asked)
        return {
            unit_id for unit_id, tally in tallies.items() for item in tally.items if item.members[0].task_id == task.id
        }

    session.expire_all()
    named = session.get_one(Task, task.id).lead_unit_id
    assert named not in (centre, heir)
    assert counted_at(date(2021, 6, 14)) == {centre}
    assert counted_at(EFFECTIVE) == counted_at(REORGANISED) == counted_at(RECORDED) == {named}
    assert {each.counted_unit_id for each in session.query(Obligation).filter_by(task_id=task.id)} == {named}
