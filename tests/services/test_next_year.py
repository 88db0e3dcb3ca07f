"""A new plan begun as a copy of last year's rows."""

from datetime import date

import pytest

from cchc_tasks.domain.errors import Refused
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import ledger, next_year
from cchc_tasks.services.counting import rule_of
from cchc_tasks.storage.models import Obligation, Task
from tests.factories import at, principal_of
from tests.support.year import make_year

NOW = at(date(2021, 12, 29))


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2021, 12, 31), date(2022, 12, 31)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
        (None, None),
    ],
)
def test_the_same_day_a_year_later(day, later):
    assert next_year.a_year_later(day) == later


def begin(session, year, task_ids, **changes):
    values = {"number": "5/KH-STTTT", "issued_on": date(2021, 12, 28), "title": "Kế hoạch năm 2022"}
    actor = principal_of(session, year.office.people["office"])
    return next_year.begin_from(session, year.plan.id, task_ids, actor=actor, now=NOW, **{**values, **changes})


def test_chosen_rows_stand_in_the_new_plan_a_year_later_with_nothing_done(session):
    year = make_year(session)
    chosen = [year.work[name] for name in ("done", "undated", "year_end")]

    plan = begin(session, year, [each.task_id for each in chosen])

    made = session.query(Obligation).filter(Obligation.plan_id == plan.id).order_by(Obligation.id).all()
    assert plan.year == 2022
    assert {each.due_on for each in made} == {date(2022, 3, 31), None, date(2022, 12, 31)}
    assert {each.status for each in made} == {Status.NOT_STARTED}
    assert {each.counted_unit_id for each in made} == {each.counted_unit_id for each in chosen}
    texts = {task.text for task in session.query(Task).filter(Task.plan_id == plan.id)}
    assert texts == {each.deliverable.task.text for each in chosen}
    assert rule_of(session, plan.agency_id, plan.id, known_at=at(date(2022, 1, 1))) == rule_of(
        session, plan.agency_id, year.plan.id, known_at=at(date(2022, 1, 1))
    )
    assert list(ledger.verify(session, plan.agency_id)) == []


def test_a_number_that_is_taken_is_refused_and_leaves_nothing(session):
    year = make_year(session)
    plans = session.query(Task.plan_id).distinct().count()

    with pytest.raises(Refused):
        begin(session, year, [year.work["done"].task_id], number=year.plan.number, issued_on=year.plan.issued_on)

    session.rollback()
    assert session.query(Task.plan_id).distinct().count() == plans
