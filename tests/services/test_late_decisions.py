"""A decision about units meets what happened beside it: rows split and joined, work done, extensions asked."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.plan_drafts import edit_row, join_rows, split_row
from cchc_tasks.domain.plan_reading import read_plan
from cchc_tasks.domain.plan_units import UnitChoice
from cchc_tasks.domain.units import AssignedUnits, LeadBasis
from cchc_tasks.readers.separated import read_separated
from cchc_tasks.services import corrections, drafting, extensions, obligations, plan_editing, staging
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services._evidence import DocumentInput
from cchc_tasks.services.amendments import AmendingDocument, amend_from_review
from cchc_tasks.services.reorganising import Successor
from cchc_tasks.storage.models import AmendmentKind, Obligation, Task
from cchc_tasks.storage.queries.as_of import states_as_of
from tests.factories import at
from tests.services.test_reorganising import DAY, EVE, record
from tests.support.drafts import HEAD, printed
from tests.support.work import Workplace

#: The rows are changed after the day of a decision that is recorded later still.
CHANGED = DAY + timedelta(days=10)
LATE = DAY + timedelta(days=20)


@pytest.fixture
def place(session):
    return Workplace(session)


def amend(session, place, change):
    """The plan's table changed by hand, by a document of the day CHANGED."""
    who = {"actor": place.who("office"), "now": at(CHANGED)}
    draft = drafting.open_draft(session, place.plan.id, head=HEAD, print_rows=printed, name="Soạn", **who)
    staged_id = draft.staged_import_id
    rows = drafting.rows_of(draft)
    draft = drafting.change_draft(
        session, staged_id, version=draft.version, change=lambda found: change(found, rows), head=HEAD, **who
    )
    document = AmendingDocument(AmendmentKind.SUPPLEMENT, "88/KH-STTTT", CHANGED, CHANGED, "Sửa đổi")
    amend_from_review(session, place.plan.id, staged_id, document=document, answers={}, version=draft.version, **who)
    session.expire_all()


def units_on(session, place, day):
    """The unit at which each obligation counts on a day, as known when everything was recorded."""
    found = states_as_of(session, place.plan.agency_id, [place.plan.id], cut_off=day, known_at=at(LATE, 20))
    return {state.obligation_id: state.unit_id for state in found}


def assert_passed(session, place):
    """Every piece of work was the old unit's up to the eve and the heir's from the day on, at present too."""
    old, heir = place.office.unit.id, place.office.office.id
    assert set(units_on(session, place, EVE).values()) == {old}
    for day in (DAY, CHANGED - timedelta(days=1), CHANGED, LATE):
        assert set(units_on(session, place, day).values()) == {heir}, day
    session.expire_all()
    assert {each.counted_unit_id for each in session.query(Obligation)} == {heir}


def named_for(session, place, product):
    """One unit of several answers for the product."""
    unit_id, who = place.office.unit.id, {"actor": place.who("office"), "now": at(date(2021, 3, 10))}
    corrections.name_responsible(session, product.id, version=1, unit_id=unit_id, reason="Theo phân công", **who)


@pytest.mark.parametrize("is_named", [False, True])
def test_a_decision_dated_before_two_rows_were_joined_passes_the_work_of_both(session, place, is_named):
    other = place.task(number="1.2", text="Kiểm tra một cửa", deliverable_texts=("Biên bản",))
    if is_named:
        named_for(session, place, other.task.deliverables[0])
        named_for(session, place, place.made.task.deliverables[0])
    amend(session, place, lambda found, rows: join_rows(found, rows[0].id))
    assert len({each.task_id for each in session.query(Obligation)}) == 1

    record(session, place, now=at(LATE))

    assert_passed(session, place)


@pytest.mark.parametrize("is_named", [False, True])
def test_a_decision_dated_before_a_row_was_split_passes_both_parts(session, place, is_named):
    parts = place.task(number="1.2", text="Kiểm tra một cửa", deliverable_texts=("Kế hoạch", "Báo cáo"))
    if is_named:
        named_for(session, place, parts.task.deliverables[1])

    def split(found, rows):
        row = next(each for each in rows if "một cửa" in each.words.task)
        first, second = row.words.products.split("\n")
        new = replace(row.words, task="9. Báo cáo kiểm tra", products=second.removeprefix("2. "))
        return split_row(found, row.id, replace(row.words, products=first.removeprefix("1. ")), new)

    amend(session, place, split)
    assert session.query(Task).count() == 3

    record(session, place, now=at(LATE))

    assert_passed(session, place)


def test_work_done_between_the_day_and_its_late_record_is_the_successors_and_earlier_work_stays(session, place):
    early, late = place.task(number="1.2"), place.task(number="1.3")
    for made, day in ((early, EVE), (late, DAY + timedelta(days=4))):
        letter = DocumentInput("42/BC", day, "Báo cáo")
        given = {"effective_on": day, "document": letter, "day": day}
        reported = place.report(made, **given)
        who = {"actor": place.who("office"), "now": at(day, 20)}
        obligations.confirm(session, reported.id, version=reported.version, **who)

    record(session, place, now=at(LATE))

    old, heir = place.office.unit.id, place.office.office.id
    for day in (DAY + timedelta(days=4), LATE):
        found = units_on(session, place, day)
        assert (found[early.obligation.id], found[late.obligation.id]) == (old, heir)
    assert units_on(session, place, EVE)[late.obligation.id] == old
    assert place.fresh(early).counted_unit_id == old and place.fresh(late).counted_unit_id == heir


def test_work_done_before_its_row_was_joined_to_another_units_is_told_by_what_is_said_of_its_own_row(session, place):
    """Done under its own row after the day of a decision that is recorded when the row is another unit's already."""
    office, other = {"actor": place.who("office")}, place.office.other_unit.id
    given = {"assigned": AssignedUnits(other, LeadBasis.EXPLICIT), "reason": "Theo phân công", **office}
    corrections.correct_assignment(session, place.made.task.id, version=1, **given, now=at(date(2021, 3, 10)))
    made, done_on = place.task(number="1.2", text="Kiểm tra một cửa"), DAY + timedelta(days=4)
    letter = DocumentInput("42/BC", done_on, "Báo cáo")
    reported = place.report(made, effective_on=done_on, document=letter, day=done_on)
    obligations.confirm(session, reported.id, version=reported.version, **office, now=at(done_on, 20))
    amend(session, place, lambda found, rows: join_rows(found, rows[0].id))

    record(session, place, now=at(LATE))

    assert units_on(session, place, LATE)[made.obligation.id] == place.office.office.id
    assert place.fresh(made).counted_unit_id == place.office.office.id


def asked(session, place, day):
    one = place.fresh()
    values = {"version": one.version, "due_on": one.due_on + timedelta(days=60), "reason": "Chờ ý kiến."}
    return extensions.ask(session, one.id, **values, actor=place.who("head"), now=at(day))


def grant(session, place, request, who, day):
    session.expire_all()
    one = session.get_one(Obligation, request.obligation_id)
    seen = {"version": request.version, "deadline_version": one.deadline_version}
    said = {"due_on": request.asked_due_on, "words": "", "actor": place.who(who), "now": at(day)}
    return extensions.grant(session, request.id, **seen, **said)


def test_time_asked_by_a_unit_that_merged_meanwhile_is_granted_to_its_successor(session, place):
    request = asked(session, place, EVE)
    record(session, place, now=at(DAY), successors=(Successor(place.office.other_unit.id),))

    grant(session, place, request, "office", DAY)

    one = place.fresh()
    assert (one.due_on, one.counted_unit_id) == (request.granted_due_on, place.office.other_unit.id)
    assert units_on(session, place, EVE)[one.id] == place.office.unit.id


def test_what_a_unit_asked_or_reported_before_it_merged_into_the_office_is_a_leaders_to_answer(session, place):
    request = asked(session, place, EVE)
    reported = place.report(place.task(number="1.2"), day=EVE).id
    record(session, place, now=at(DAY))
    session.expire_all()

    with pytest.raises(Refused) as refused:
        grant(session, place, request, "office", DAY)
    assert refused.value.reason is RefusedReason.OFFICE_REQUEST_NEEDS_LEADER
    session.rollback()
    version = session.get_one(Obligation, reported).version
    with pytest.raises(Refused) as refused:
        obligations.confirm(session, reported, version=version, actor=place.who("office"), now=at(DAY))
    assert refused.value.reason is RefusedReason.OFFICE_WORK_NEEDS_LEADER
    session.rollback()
    assert grant(session, place, request, "leader", DAY).granted_due_on == request.asked_due_on


def print_of(number, issued_on):
    """A plan of one row that names the old unit."""
    words = ("1", "Cải cách thể chế", "1. Rà soát văn bản", "Báo cáo", "Phòng Công nghệ thông tin chủ trì")
    lines = [HEAD, (*words, f"Trước ngày 30/12/{issued_on.year}", "")]
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(lines)
    content = buffer.getvalue().encode("utf-8-sig")
    return read_plan(read_separated(content), number=number, issued_on=issued_on, year=issued_on.year)


def test_a_plan_that_names_a_unit_that_was_no_more_waits_until_its_heir_is_confirmed(session, place):
    record(session, place, now=at(LATE))
    who = {"actor": place.who("office"), "now": at(LATE)}
    reading = print_of("20/KH-STTTT", CHANGED)
    staged = staging.stage(session, reading, file_name="kh.csv", sha256="a" * 64, **who)
    [unit] = staging.review(session, staged.id, actor=who["actor"], today=LATE).ended_units
    assert (unit.printed, unit.unit_id) == ("Phòng Công nghệ thông tin", place.office.office.id)

    for do in (
        lambda: staging.accept(session, staged.id, **who),
        lambda: staging.import_directly(session, reading, sha256=None, create_units=True, **who),
    ):
        with pytest.raises(Refused) as refused:
            do()
        assert refused.value.facts["heir"] == "Văn phòng Sở"
        session.rollback()
    choice = UnitChoice(unit_id=place.office.office.id)
    state = staging.choose_units(session, staged.id, choices={unit.printed: choice}, **who)

    assert state.ended_units == ()
    plan = staging.accept(session, staged.id, **who)
    assert session.query(Task).filter_by(plan_id=plan.id).one().lead_unit_id == place.office.office.id


def test_a_plan_of_the_days_of_the_old_unit_needs_no_word_on_it(session, place):
    record(session, place, now=at(LATE))

    plan = staging.import_directly(
        session,
        print_of("20/KH-STTTT", EVE),
        sha256=None,
        create_units=False,
        actor=place.who("office"),
        now=at(LATE),
    )

    assert session.query(Task).filter_by(plan_id=plan.id).one().lead_unit_id == place.office.office.id


def test_a_draft_asks_of_an_ended_unit_only_where_it_was_typed(session, place):
    record(session, place, now=at(LATE))
    who = {"actor": place.who("office"), "now": at(LATE)}
    draft = drafting.open_draft(session, place.plan.id, head=HEAD, print_rows=printed, name="Soạn", **who)
    row = drafting.rows_of(draft)[0]

    def typed(**changes):
        words = replace(drafting.rows_of(draft)[0].words, **changes)
        return drafting.change_draft(
            session,
            draft.staged_import_id,
            version=draft.version,
            change=lambda rows: edit_row(rows, row.id, words),
            head=HEAD,
            **who,
        )

    def ended():
        state = staging.review(session, draft.staged_import_id, actor=who["actor"], today=LATE)
        return [unit.printed for unit in state.ended_units]

    assert ended() == []
    draft = typed(note="Theo Công văn 12")
    assert ended() == []
    draft = typed(assignment="Phòng Công nghệ thông tin")
    assert ended() == ["Phòng Công nghệ thông tin"]


def finished(session, place, made, day):
    """The work done and confirmed on a day."""
    reported = place.report(made, effective_on=day, document=DocumentInput("42/BC", day, "Báo cáo"), day=day)
    who = {"actor": place.who("office"), "now": at(day, 20)}
    obligations.confirm(session, reported.id, version=reported.version, **who)


def correct(session, place, made, day, on=LATE):
    """The day of the status that holds is another one (None: it was never said)."""
    one, who = place.fresh(made), {"actor": place.who("office"), "now": at(on)}
    corrections.correct_status(session, one.id, version=one.version, effective_on=day, reason="Theo hồ sơ lưu.", **who)
    session.expire_all()


def unit_by_day(session, place, made, *days):
    return [units_on(session, place, day)[made.obligation.id] for day in days]


def test_work_whose_completion_was_dated_before_the_day_by_mistake_was_open_on_it_and_is_the_heirs(session, place):
    finished(session, place, place.made, EVE)
    record(session, place, now=at(DAY))

    correct(session, place, place.made, DAY + timedelta(days=12))

    assert_passed(session, place)


def test_work_taken_up_again_earlier_than_was_written_is_the_heirs_from_that_day(session, place):
    finished(session, place, place.made, EVE)
    record(session, place, now=at(DAY))
    one = place.fresh()
    who = {"actor": place.who("office"), "now": at(CHANGED)}
    obligations.reopen(session, one.id, version=one.version, effective_on=CHANGED, reason="Sai", **who)

    correct(session, place, place.made, DAY + timedelta(days=2))

    told = unit_by_day(session, place, place.made, DAY + timedelta(days=1), DAY + timedelta(days=2), CHANGED, LATE)
    assert told == [place.office.unit.id, *[place.office.office.id] * 3]


def test_through_two_decisions_each_heir_owes_what_was_open_in_its_time(session, place):
    old, middle, last = place.office.unit.id, place.office.other_unit.id, place.office.office.id
    finished(session, place, place.made, EVE)
    record(session, place, now=at(DAY), successors=(Successor(middle),))
    record(session, place, now=at(CHANGED), from_ids=(middle,), effective_on=CHANGED)

    correct(session, place, place.made, None)

    eve_of_change = CHANGED - timedelta(days=1)
    told = unit_by_day(session, place, place.made, EVE, DAY, eve_of_change, CHANGED, LATE)
    assert told == [old, middle, middle, last, last]
    assert place.fresh().counted_unit_id == last


def test_work_that_was_open_on_the_day_in_a_row_joined_to_another_since_is_the_heirs_in_both(session, place):
    made = place.task(number="1.2", text="Kiểm tra một cửa")
    for each in (place.made, made):
        finished(session, place, each, EVE)
    record(session, place, now=at(DAY))
    amend(session, place, lambda found, rows: join_rows(found, rows[0].id))

    for each in (place.made, made):
        correct(session, place, each, None)

    assert_passed(session, place)


@pytest.mark.parametrize("entered_on", [EVE, CHANGED])
@pytest.mark.parametrize("as_product", [False, True])
def test_what_is_added_by_hand_to_a_finished_row_of_an_ended_unit_is_the_heirs(session, place, entered_on, as_product):
    finished(session, place, place.made, EVE - timedelta(days=3))
    record(session, place, now=at(DAY))
    period = plan_editing.PeriodInput("Tháng 12/2021", DeadlineValues(DeadlineKind.DATE, date(2021, 12, 31)))
    given = {"entered_on": entered_on, "deadline_text": "", "actor": place.who("office"), "now": at(LATE)}
    part = place.made.task.deliverables[0]

    if as_product:
        words = {"ordinal": "2", "text": "Tờ trình", "periods": (period,)}
        plan_editing.add_deliverable(session, place.made.task.id, **words, **given)
    else:
        version = place.fresh().deliverable.version
        plan_editing.add_period(session, part.id, version=version, period=period, **given)

    session.expire_all()
    added = max(each.id for each in session.query(Obligation))
    old, heir = place.office.unit.id, place.office.office.id
    first = max(DAY, entered_on)
    assert [units_on(session, place, day)[added] for day in (first, LATE)] == [heir, heir]
    assert units_on(session, place, entered_on)[added] == (old if entered_on == EVE else heir)
    assert session.get_one(Obligation, added).counted_unit_id == heir
    assert place.fresh().counted_unit_id == old


def test_a_product_that_an_amendment_adds_to_a_finished_row_of_an_ended_unit_is_the_heirs(session, place):
    finished(session, place, place.made, EVE)
    record(session, place, now=at(DAY))

    def add(found, rows):
        words = rows[0].words
        return edit_row(found, rows[0].id, replace(words, products=f"1. {words.products}\n2. Tờ trình"))

    amend(session, place, add)

    [added] = [each for each in session.query(Obligation) if each.id != place.made.obligation.id]
    assert units_on(session, place, LATE)[added.id] == added.counted_unit_id == place.office.office.id
    assert place.fresh().counted_unit_id == place.office.unit.id
