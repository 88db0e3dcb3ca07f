"""Plans made and changed by hand: versioned words, new work as new rows of the ledger."""

from datetime import date

import pytest
from sqlalchemy import func, select

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import (
    DuplicateRequest,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    RefusedReason,
    StaleEdit,
)
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind
from cchc_tasks.services import plan_editing, plans
from cchc_tasks.services.plan_editing import DeadlineValues, PeriodInput
from cchc_tasks.storage.models import Area, Deliverable, LedgerRow, Obligation, Plan, PlanKind, Task
from tests.factories import NOW, TODAY, make_agency, make_office, make_plan, make_task, make_unit, principal_of

ISSUED_ON = date(2020, 12, 29)
HEAD = {"number": "7/KH-STTTT", "issued_on": date(2021, 1, 5), "title": "Kế hoạch kiểm tra", "year": 2021}
ONCE = (PeriodInput("", DeadlineValues(DeadlineKind.QUARTER, date(2021, 6, 30))),)


@pytest.fixture
def office(session):
    made = make_office(session)
    session.commit()
    return made


@pytest.fixture
def actor(session, office):
    return principal_of(session, office.people["office"])


@pytest.fixture
def plan(session, office):
    made = make_plan(session, office.agency)
    session.commit()
    return made


@pytest.fixture
def area(session, plan):
    return session.scalars(select(Area).where(Area.plan_id == plan.id)).one()


@pytest.fixture
def made(session, office, plan):
    """A task led by the unit, with one product."""
    task = make_task(session, plan, lead=office.unit)
    session.commit()
    return task


def led_by(unit):
    return AssignedUnits(unit.id, LeadBasis.EXPLICIT)


def add_task(session, area, actor, unit, **changes):
    values = {
        "numbers": ("1.9",),
        "text": "Tổ chức hội nghị",
        "note": "",
        "assignment_text": "",
        "time_text": "",
        "assigned": led_by(unit),
        "entered_on": ISSUED_ON,
        "actor": actor,
        "now": NOW,
    }
    return plan_editing.add_task(session, area.id, **{**values, **changes})


def add_deliverable(session, task, actor, **changes):
    values = {
        "ordinal": "2",
        "text": "Báo cáo hội nghị",
        "deadline_text": "Quý II/2021",
        "periods": ONCE,
        "entered_on": ISSUED_ON,
        "actor": actor,
        "now": NOW,
    }
    return plan_editing.add_deliverable(session, task.id, **{**values, **changes})


def kinds(session):
    return [row.kind for row in session.scalars(select(LedgerRow).order_by(LedgerRow.seq))]


def test_a_plan_is_made_by_hand_and_filled(session, office, actor):
    plan = plans.create_plan(session, **HEAD, kind=PlanKind.INSPECTION, actor=actor, now=NOW)
    area = plan_editing.add_area(session, plan.id, ordinal="I", name="Kiểm tra", actor=actor, now=NOW)
    task = add_task(session, area, actor, office.unit, entered_on=date(2021, 1, 5))

    deliverable = add_deliverable(session, task, actor, entered_on=date(2021, 1, 5))

    [owed] = deliverable.obligations
    assert (owed.due_on, owed.counted_unit_id, owed.entered_on) == (
        date(2021, 6, 30),
        office.unit.id,
        date(2021, 1, 5),
    )
    assert kinds(session) == [RowKind.ASSIGNMENT, RowKind.ENTRY, RowKind.DEADLINE]
    assert "bao cao hoi nghi" in task.search_text


def test_a_recurring_deadline_makes_all_its_periods(session, made, actor):
    periods = tuple(
        PeriodInput(f"Quý {number}/2021", DeadlineValues(DeadlineKind.RECURRING, day))
        for number, day in (("I", date(2021, 3, 31)), ("II", date(2021, 6, 30)))
    )

    deliverable = add_deliverable(session, made.task, actor, periods=periods)

    assert [(each.period_label, each.due_on) for each in deliverable.obligations] == [
        ("Quý I/2021", date(2021, 3, 31)),
        ("Quý II/2021", date(2021, 6, 30)),
    ]


def test_a_further_period_is_added_after_the_others(session, made, actor):
    before = len(kinds(session))
    deliverable = session.get(Deliverable, made.obligation.deliverable_id)
    period = PeriodInput("Tháng 4/2021", DeadlineValues(DeadlineKind.DATE, date(2021, 4, 30)))

    plan_editing.add_period(
        session,
        deliverable.id,
        version=deliverable.version,
        period=period,
        deadline_text="30/4/2021",
        entered_on=TODAY,
        actor=actor,
        now=NOW,
    )

    owed = session.scalars(select(Obligation).order_by(Obligation.position)).all()
    assert [each.period_label for each in owed] == ["", "Tháng 4/2021"]
    assert owed[1].entered_on == TODAY
    assert kinds(session)[before:] == [RowKind.ENTRY, RowKind.DEADLINE]


def test_edited_words_do_not_touch_the_ledger(session, made, actor):
    before = kinds(session)

    plan_editing.edit_task(
        session, made.task.id, version=1, numbers=("1.1",), text="Rà soát đủ", note="", actor=actor, now=NOW
    )

    task = session.get(Task, made.task.id)
    assert (task.text, task.numbers, task.version) == ("Rà soát đủ", ["1.1"], 2)
    assert "ra soat du" in task.search_text
    assert kinds(session) == before


def test_a_calendar_learns_that_the_words_changed(session, made, actor):
    before = made.obligation.calendar_sequence

    plan_editing.edit_deliverable(
        session, made.obligation.deliverable_id, version=1, ordinal="1", text="Báo cáo mới", actor=actor, now=NOW
    )

    assert session.get(Obligation, made.obligation.id).calendar_sequence == before + 1


def test_the_second_editor_does_not_write_over_the_first(session, made, actor):
    values = {"version": 1, "numbers": ("1.1",), "note": "", "actor": actor, "now": NOW}
    plan_editing.edit_task(session, made.task.id, text="Lời của người thứ nhất", **values)

    with pytest.raises(StaleEdit) as stale:
        plan_editing.edit_task(session, made.task.id, text="Lời của người thứ hai", **values)

    assert stale.value.facts["current"] == 2
    assert session.get(Task, made.task.id).text == "Lời của người thứ nhất"


def test_a_form_sent_twice_adds_one_task(session, office, area, actor):
    add_task(session, area, actor, office.unit, request_key="k" * 32)

    with pytest.raises(DuplicateRequest):
        add_task(session, area, actor, office.unit, request_key="k" * 32)

    assert session.scalar(select(func.count()).select_from(Task)) == 1


def test_tasks_of_one_number_are_told_apart(session, office, area, actor):
    rows = [add_task(session, area, actor, office.unit).row_id for _ in range(3)]

    assert rows == ["1.9", "1.9/2", "1.9/3"]


@pytest.mark.parametrize(
    "entered_on, error", [(date(2020, 12, 28), Invalid), (date(2021, 3, 11), Refused), (TODAY, None), (ISSUED_ON, None)]
)
def test_work_enters_a_plan_between_its_issue_and_today(session, office, area, actor, entered_on, error):
    if error is None:
        assert add_task(session, area, actor, office.unit, entered_on=entered_on).id
        return

    with pytest.raises(error):
        add_task(session, area, actor, office.unit, entered_on=entered_on)


def test_work_of_a_group_counts_at_no_unit(session, office, area, actor):
    group = make_unit(session, office.agency, "Các phòng chuyên môn", members=(office.unit,))
    session.commit()
    task = add_task(session, area, actor, group)

    [owed] = add_deliverable(session, task, actor).obligations

    assert group.kind is UnitKind.GROUP
    assert owed.counted_unit_id is None


def test_an_area_without_tasks_can_be_taken_away(session, plan, actor):
    area = plan_editing.add_area(session, plan.id, ordinal="2", name="Thừa", actor=actor, now=NOW)

    plan_editing.delete_area(session, area.id, version=1, actor=actor, now=NOW)

    assert session.scalar(select(func.count()).select_from(Area)) == 1


def test_an_area_with_tasks_is_not_taken_away(session, area, made, actor):
    with pytest.raises(Refused) as refused:
        plan_editing.delete_area(session, area.id, version=1, actor=actor, now=NOW)

    assert refused.value.reason is RefusedReason.HAS_HISTORY
    assert session.scalar(select(func.count()).select_from(Task)) == 1


def test_the_number_of_a_plan_can_be_put_right_but_its_day_only_while_it_is_empty(session, plan, actor):
    head = {"title": "Kế hoạch", "kind": PlanKind.CCHC, "actor": actor, "now": NOW, "year": 2021}
    plan_editing.edit_plan(session, plan.id, version=1, number="164/KH-STTTT", issued_on=plan.issued_on, **head)

    with pytest.raises(Refused) as refused:
        plan_editing.edit_plan(session, plan.id, version=2, number="164/KH-STTTT", issued_on=date(2021, 1, 1), **head)

    assert refused.value.reason is RefusedReason.HAS_HISTORY
    assert session.get(Plan, plan.id).number == "164/KH-STTTT"


def test_a_plan_does_not_take_the_number_and_day_of_another(session, office, plan, actor):
    other = make_plan(session, office.agency, number="1/KH")
    session.commit()

    with pytest.raises(Refused) as refused:
        plan_editing.edit_plan(
            session,
            other.id,
            version=1,
            number=plan.number,
            issued_on=plan.issued_on,
            title="Kế hoạch",
            year=2021,
            kind=PlanKind.CCHC,
            actor=actor,
            now=NOW,
        )

    assert refused.value.facts["plan_id"] == plan.id


@pytest.mark.parametrize("role", ["leader", "head", "staff", "viewer", "admin"])
def test_only_the_office_changes_a_plan(session, office, area, made, role):
    other = principal_of(session, office.people[role])
    words = {"version": 1, "actor": other, "now": NOW}

    for call in (
        lambda: plan_editing.add_area(session, area.plan_id, ordinal="2", name="x", actor=other, now=NOW),
        lambda: plan_editing.edit_area(session, area.id, ordinal="2", name="x", **words),
        lambda: add_task(session, area, other, office.unit),
        lambda: plan_editing.edit_task(session, made.task.id, numbers=("1",), text="x", note="", **words),
        lambda: add_deliverable(session, made.task, other),
        lambda: plan_editing.edit_deliverable(session, made.obligation.deliverable_id, ordinal="", text="x", **words),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_nothing_of_another_agency_can_be_changed_or_assigned(session, office, area, made, actor):
    elsewhere = make_office(session)
    foreign = make_unit(session, make_agency(session), "Phòng Nội vụ")
    session.commit()
    other = principal_of(session, elsewhere.people["office"])

    for call in (
        lambda: plan_editing.edit_area(session, area.id, version=1, ordinal="2", name="x", actor=other, now=NOW),
        lambda: add_task(session, area, other, elsewhere.unit),
        lambda: add_deliverable(session, made.task, other),
        lambda: add_task(session, area, actor, foreign),
    ):
        with pytest.raises(NotFound):
            call()
