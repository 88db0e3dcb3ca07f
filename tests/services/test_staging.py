"""A plan that was read waits for the office's yes, and is then brought in whole or not at all."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from cchc_tasks.domain.errors import Invalid, NotAllowed, NotFound, Refused, RefusedReason
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.plan_answers import Answer, AnswerKind
from cchc_tasks.domain.plan_questions import AS_READ
from cchc_tasks.domain.plan_reading import DoubtReason
from cchc_tasks.domain.plan_units import UnitChoice
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.units import LeadBasis, UnitKind
from cchc_tasks.services import staging
from cchc_tasks.storage.models import (
    Area,
    Deliverable,
    LedgerRow,
    Obligation,
    Plan,
    StagedImport,
    Task,
    Unit,
)
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import units as unit_queries
from tests.factories import NOW, TODAY, make_agency, make_office, make_person, make_unit, principal_of
from tests.support import plan_163


@pytest.fixture
def office(session):
    made = make_office(session)
    session.commit()
    return made


@pytest.fixture
def actor(session, office):
    return principal_of(session, office.people["office"])


@pytest.fixture
def staged(session, actor):
    return stage_163(session, actor)


def stage_163(session, actor, **changes):
    values = {"file_name": "plan_163.xlsx", "sha256": plan_163.SHA256, "actor": actor, "now": NOW}
    return staging.stage(session, plan_163.reading(), **{**values, **changes})


def question(state, row_id, reason):
    return next(
        each for each in state.questions if each.doubt.reason is reason and each.task and each.task.row_id == row_id
    )


def answer(session, staged, actor, row_id, reason, *answers):
    state = staging.review(session, staged.id, actor=actor, today=TODAY)
    key = question(state, row_id, reason).key
    return staging.answer_questions(session, staged.id, given={key: answers}, actor=actor, now=NOW)


def accept_as_read(session, staged, actor):
    """Everything not answered yet is as read."""
    state = staging.review(session, staged.id, actor=actor, today=TODAY)
    given = {each.key: AS_READ.answers for each in state.open_questions}
    staging.answer_questions(session, staged.id, given=given, actor=actor, now=NOW)
    return staging.accept(session, staged.id, actor=actor, now=NOW)


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def names(session, agency_id):
    return unit_queries.names_on(session, agency_id, TODAY)


def test_the_imported_plan_is_the_printed_one_text_for_text(session, staged, actor):
    plan = accept_as_read(session, staged, actor)

    whole = plan_queries.get_whole_plan(session, actor.agency_id, plan.id)
    tasks = [task for area in whole.areas for task in area.tasks]
    printed = plan_163.printed_tasks()
    assert [area.name for area in whole.areas] == [group["name"] for group in plan_163.transcription()["groups"]]
    assert [task.row_id for task in tasks] == [task["row_id"] for task in printed]
    assert [task.text for task in tasks] == [task["text"] for task in printed]
    assert [task.assignment_text for task in tasks] == [task["assignment"]["raw"] for task in printed]
    assert [task.time_text for task in tasks] == [task["time_raw"] for task in printed]
    assert [task.note for task in tasks] == [task["note"] for task in printed]
    assert [[each.text for each in task.deliverables] for task in tasks] == [
        [each["text"] for each in task["deliverables"]] for task in printed
    ]


def test_the_imported_dates_are_those_of_the_transcription(session, staged, actor):
    plan = accept_as_read(session, staged, actor)

    whole = plan_queries.get_whole_plan(session, actor.agency_id, plan.id)
    found = [
        [
            [owed.due_on.isoformat() for owed in each.obligations if owed.due_on is not None]
            for each in task.deliverables
        ]
        for area in whole.areas
        for task in area.tasks
    ]
    expected = [[plan_163.dates_of(each) for each in task["deliverables"]] for task in plan_163.printed_tasks()]
    assert found == expected


def test_the_imported_units_are_those_of_the_transcription(session, actor, staged):
    plan = accept_as_read(session, staged, actor)

    whole = plan_queries.get_whole_plan(session, actor.agency_id, plan.id)
    spellings = unit_queries.spellings(session, actor.agency_id)
    codes = {
        spellings[fold(alias)]: unit["code"]
        for unit in plan_163.transcription()["units"]
        for alias in unit["aliases"]
        if fold(alias) in spellings
    }
    for task, printed in zip(
        [task for area in whole.areas for task in area.tasks], plan_163.printed_tasks(), strict=True
    ):
        assigned = task.assigned()
        found = (*assigned.responsible, *assigned.co_leads, *assigned.coordinating)
        expected = [*printed["assignment"]["lead"], *printed["assignment"]["coordinating"]]
        assert sorted(codes[unit_id] for unit_id in set(found)) == sorted(expected), task.row_id
        is_open = printed["assignment"]["lead_basis"] == "unmarked_list"
        assert (assigned.basis is LeadBasis.UNRESOLVED) is is_open


def test_units_of_the_agency_are_used_and_the_others_made(session, office, actor, staged):
    before = count(session, Unit)

    accept_as_read(session, staged, actor)

    assert count(session, Unit) == before + 10
    by_name = {name: unit_id for unit_id, name in names(session, actor.agency_id).items()}
    groups = unit_queries.members_of_groups(session, actor.agency_id, TODAY)
    divisions = {name for name in by_name if name.startswith("Phòng ")}
    assert len(divisions) == 3
    assert groups[by_name["Các phòng chuyên môn"]] == {by_name[name] for name in divisions}


def test_every_obligation_begins_with_its_two_ledger_rows(session, actor, staged):
    accept_as_read(session, staged, actor)

    kinds = dict(session.execute(select(LedgerRow.kind, func.count()).group_by(LedgerRow.kind)).all())
    assert kinds == {RowKind.ENTRY: 83, RowKind.DEADLINE: 83, RowKind.ASSIGNMENT: 41 + 4}


def test_staging_alone_puts_nothing_in_any_plan(session, actor, staged):
    assert [count(session, model) for model in (Plan, Area, Task, Deliverable, Obligation, LedgerRow)] == [0] * 6


def test_a_plan_cannot_be_accepted_while_a_date_is_in_doubt(session, actor, staged):
    with pytest.raises(Refused) as refused:
        staging.accept(session, staged.id, actor=actor, now=NOW)

    assert refused.value.reason is RefusedReason.QUESTIONS_OPEN
    assert count(session, Plan) == 0


def test_a_plan_is_accepted_with_its_leads_open(session, actor, staged):
    state = staging.review(session, staged.id, actor=actor, today=TODAY)
    given = {each.key: AS_READ.answers for each in state.blocking}
    staging.answer_questions(session, staged.id, given=given, actor=actor, now=NOW)

    staging.accept(session, staged.id, actor=actor, now=NOW)

    open_leads = select(func.count()).where(Task.lead_basis == LeadBasis.UNRESOLVED)
    assert session.scalar(open_leads) == 13


def test_a_lead_that_was_named_is_imported_as_explicit(session, actor, staged):
    answer(session, staged, actor, "1.3", DoubtReason.LEAD_UNRESOLVED, Answer(AnswerKind.LEAD, unit="Văn phòng Sở"))

    accept_as_read(session, staged, actor)

    task = session.scalars(select(Task).where(Task.row_id == "1.3")).one()
    assert task.lead_basis is LeadBasis.EXPLICIT
    assert names(session, actor.agency_id)[task.lead_unit_id] == "Văn phòng Sở"
    assert [names(session, actor.agency_id)[unit_id] for unit_id in task.assigned().co_leads] == [
        "Các phòng chuyên môn"
    ]


def test_another_date_is_what_gets_imported_and_the_print_stays(session, actor, staged):
    other = Answer(AnswerKind.DEADLINE, (2,), due_on=date(2021, 12, 31))
    answer(session, staged, actor, "2.3", DoubtReason.DATE_FOR_ALL_PRODUCTS, other)

    accept_as_read(session, staged, actor)

    owed = session.scalars(
        select(Obligation).join(Task, Task.id == Obligation.task_id).where(Task.row_id == "2.3").order_by(Obligation.id)
    ).all()
    assert [each.due_on for each in owed] == [date(2021, 8, 15), date(2021, 8, 15), date(2021, 12, 31)]
    assert {each.deadline_text for each in owed} == {"Thường xuyên trong năm trước 15/8/2021"}


def test_a_milestone_becomes_a_product_of_its_own(session, actor, staged):
    state = staging.review(session, staged.id, actor=actor, today=TODAY)
    asked = question(state, "7.4", DoubtReason.DATE_WITHOUT_PRODUCT)
    given = {asked.key: asked.options[1].answers}
    staging.answer_questions(session, staged.id, given=given, actor=actor, now=NOW)

    accept_as_read(session, staged, actor)

    added = session.scalars(select(Deliverable).where(Deliverable.text == "Ban hành kế hoạch trong quý I/2021")).one()
    assert [owed.due_on for owed in added.obligations] == [date(2021, 3, 31)]
    assert count(session, Obligation) == 84


def test_the_unit_that_answers_for_a_product_can_be_changed(session, actor, staged):
    asked = question(
        staging.review(session, staged.id, actor=actor, today=TODAY), "7.1", DoubtReason.RESPONSIBLE_BY_ORDER
    )
    staging.answer_questions(session, staged.id, given={asked.key: asked.options[1].answers}, actor=actor, now=NOW)

    accept_as_read(session, staged, actor)

    products = session.scalars(
        select(Deliverable)
        .join(Task, Task.id == Deliverable.task_id)
        .where(Task.row_id == "7.1")
        .order_by(Deliverable.position)
    ).all()
    found = [names(session, actor.agency_id)[each.responsible_unit_id] for each in products]
    assert found == ["Văn phòng Sở", "Phòng Thông tin - Báo chí - Xuất bản"]


def test_an_answer_can_be_changed_and_taken_back(session, actor, staged):
    lead = Answer(AnswerKind.LEAD, unit="Văn phòng Sở")
    answer(session, staged, actor, "1.3", DoubtReason.LEAD_UNRESOLVED, lead)

    state = answer(session, staged, actor, "1.3", DoubtReason.LEAD_UNRESOLVED)

    assert question(state, "1.3", DoubtReason.LEAD_UNRESOLVED).key not in state.given
    assert state.answered.counts().unresolved_leads == 13


def test_answers_are_kept_with_who_gave_them(session, actor, staged):
    answer(session, staged, actor, "1.3", DoubtReason.LEAD_UNRESOLVED, *AS_READ.answers)
    session.expire_all()

    [given] = staging.review(session, staged.id, actor=actor, today=TODAY).given.values()

    assert (given.by, given.at) == ("Trần Thị Hạnh", NOW.isoformat())


def test_a_phrase_the_grammar_cannot_read_is_refused_and_not_kept(session, actor, staged):
    with pytest.raises(Invalid):
        answer(
            session,
            staged,
            actor,
            "2.1/3",
            DoubtReason.DATE_MISSING,
            Answer(AnswerKind.DEADLINE, (1,), phrase="mai mốt"),
        )

    assert staging.review(session, staged.id, actor=actor, today=TODAY).given == {}


def test_a_printed_unit_can_be_one_the_agency_has_under_another_name(session, office, actor, staged):
    it_unit = make_unit(session, office.agency, "Phòng Chuyển đổi số")
    session.commit()
    choices = {"Ban ISO": UnitChoice(unit_id=it_unit.id)}
    staging.choose_units(session, staged.id, choices=choices, actor=actor, now=NOW)

    accept_as_read(session, staged, actor)

    task = session.scalars(select(Task).where(Task.row_id == "6.3+6.4")).one()
    assert task.lead_unit_id == it_unit.id


def test_two_printed_names_can_be_one_unit_of_the_agency(session, office, actor, staged):
    choices = {"Bộ phận Một cửa": UnitChoice(unit_id=office.office.id)}
    staging.choose_units(session, staged.id, choices=choices, actor=actor, now=NOW)

    accept_as_read(session, staged, actor)

    task = session.scalars(select(Task).where(Task.row_id == "6.2")).one()
    assert task.assigned().co_leads == (office.office.id,)


def test_a_new_unit_gets_the_name_kind_and_members_that_were_chosen(session, office, actor, staged):
    choice = UnitChoice(name="Các phòng thuộc Sở", kind=UnitKind.GROUP, members=("Thanh tra Sở",))
    staging.choose_units(session, staged.id, choices={"Các phòng chuyên môn": choice}, actor=actor, now=NOW)

    accept_as_read(session, staged, actor)

    by_name = {name: unit_id for unit_id, name in names(session, actor.agency_id).items()}
    members = unit_queries.members_of_groups(session, actor.agency_id, TODAY)
    assert members[by_name["Các phòng thuộc Sở"]] == {office.other_unit.id}


def test_a_unit_of_another_agency_cannot_be_chosen(session, actor, staged):
    foreign = make_unit(session, make_agency(session), "Phòng Nội vụ")
    session.commit()

    choices = {"Ban ISO": UnitChoice(unit_id=foreign.id)}
    with pytest.raises(NotFound):
        staging.choose_units(session, staged.id, choices=choices, actor=actor, now=NOW)


def test_the_same_content_waits_once(session, actor, staged):
    again = stage_163(session, actor)

    assert again.id == staged.id
    assert count(session, StagedImport) == 1


@pytest.mark.parametrize("sha256, is_same", [(plan_163.SHA256, True), ("0" * 64, False)])
def test_a_plan_that_is_there_is_not_read_in_again(session, actor, staged, sha256, is_same):
    plan = accept_as_read(session, staged, actor)
    before = [count(session, model) for model in (Plan, Unit, Task, Obligation, LedgerRow, StagedImport)]

    with pytest.raises(Refused) as refused:
        stage_163(session, actor, sha256=sha256)

    assert refused.value.reason is RefusedReason.PLAN_EXISTS
    assert refused.value.facts["plan_id"] == plan.id
    assert refused.value.facts["is_same_content"] is is_same
    assert [count(session, model) for model in (Plan, Unit, Task, Obligation, LedgerRow, StagedImport)] == before


def test_a_staged_plan_is_accepted_once(session, actor, staged):
    plan = accept_as_read(session, staged, actor)

    with pytest.raises(Refused) as refused:
        staging.accept(session, staged.id, actor=actor, now=NOW)

    assert refused.value.facts["plan_id"] == plan.id


def test_a_failure_in_the_middle_leaves_nothing_behind(session, office, actor, staged, monkeypatch):
    units = count(session, Unit)
    calls = iter(range(1000))
    real = staging.bring_in

    def fails_late(inner, reading, **values):
        real(inner, reading, **values)
        raise OSError(f"disk full after {next(calls)}")

    monkeypatch.setattr(staging, "bring_in", fails_late)
    with pytest.raises(OSError, match="disk full"):
        accept_as_read(session, staged, actor)

    session.expire_all()
    assert [count(session, model) for model in (Plan, Area, Task, Deliverable, Obligation, LedgerRow)] == [0] * 6
    assert count(session, Unit) == units
    assert session.get(StagedImport, staged.id).plan_id is None


def test_a_discarded_reading_is_gone(session, actor, staged):
    staging.discard(session, staged.id, actor=actor, now=NOW)

    assert count(session, StagedImport) == 0


@pytest.mark.parametrize("role", ["leader", "head", "staff", "viewer", "admin"])
def test_only_the_office_reviews(session, office, staged, role):
    other = principal_of(session, office.people[role])

    with pytest.raises(NotAllowed):
        staging.review(session, staged.id, actor=other, today=TODAY)
    with pytest.raises(NotAllowed):
        staging.accept(session, staged.id, actor=other, now=NOW)
    with pytest.raises(NotAllowed):
        stage_163(session, other)


def test_another_agency_does_not_see_the_reading(session, staged):
    from_elsewhere = make_office(session)
    session.commit()
    other = principal_of(session, from_elsewhere.people["office"])

    with pytest.raises(NotFound):
        staging.review(session, staged.id, actor=other, today=TODAY)
    with pytest.raises(NotFound):
        staging.discard(session, staged.id, actor=other, now=NOW)


def test_a_heading_without_a_number_is_asked_for(session, actor):
    bare = replace(plan_163.reading(), heading=replace(plan_163.reading().heading, number=None))

    with pytest.raises(Invalid) as invalid:
        staging.stage(session, bare, file_name="x.csv", sha256="1" * 64, actor=actor, now=NOW)

    assert invalid.value.facts["what"] == "heading"


def test_the_console_imports_only_known_units_unless_told_to_make_them(session, office, actor):
    with pytest.raises(Invalid) as invalid:
        staging.import_directly(
            session, plan_163.reading(), sha256=plan_163.SHA256, create_units=False, actor=actor, now=NOW
        )
    assert len(invalid.value.facts["names"]) == 10
    assert count(session, Plan) == 0

    plan = staging.import_directly(
        session, plan_163.reading(), sha256=plan_163.SHA256, create_units=True, actor=actor, now=NOW
    )

    [line] = plan_queries.list_plans(session, actor.agency_id)
    assert line.id == plan.id
    assert (line.areas, line.tasks, line.deliverables, line.obligations, line.open_leads) == (7, 41, 66, 83, 13)


def test_an_admin_without_the_plan_right_cannot_import_directly(session, office):
    admin = principal_of(session, make_person(session, office.agency, role=None))
    session.commit()

    with pytest.raises(NotAllowed):
        staging.import_directly(session, plan_163.reading(), sha256=None, create_units=True, actor=admin, now=NOW)
