"""An amendment written by hand: the draft of the plan's table, and the history that stays with what remains."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.errors import NotAllowed, Refused, RefusedReason, StaleEdit, UnreadableFile
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.plan_declining import change_keys
from cchc_tasks.domain.plan_difference import ChangeKind
from cchc_tasks.domain.plan_drafts import (
    RowWords,
    add_row,
    edit_row,
    join_rows,
    move_row,
    put_back_row,
    split_row,
    withdraw_row,
)
from cchc_tasks.domain.workflow import Status
from cchc_tasks.exports.plan_rows import plan_rows
from cchc_tasks.exports.plans import COLUMNS
from cchc_tasks.services import amendments, counting, drafting, obligations, staging
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.models import AmendmentKind, Evidence, LedgerRow, Obligation, PlanDraft, StagedImport, Task
from cchc_tasks.storage.queries.as_of import states_as_of
from tests.factories import NOW, principal_of
from tests.support import plan_163

EFFECTIVE = date(2021, 6, 15)
LATER = datetime(2021, 7, 1, 2, 0, tzinfo=UTC)
HEAD = tuple(name for name, _width in COLUMNS)
DOCUMENT = AmendingDocument(AmendmentKind.SUPPLEMENT, "88/KH-STTTT", date(2021, 6, 10), EFFECTIVE, "Sửa đổi, bổ sung")
DATES = [date(2021, 3, 14), date(2021, 6, 14), EFFECTIVE, date(2021, 6, 30)]


@pytest.fixture
def entered(session):
    return plan_163.entered(session)


@pytest.fixture
def office(entered):
    return entered[0]


@pytest.fixture
def actor(session, office):
    return principal_of(session, office.people["office"])


@pytest.fixture
def plan(entered):
    return entered[1]


@pytest.fixture
def draft(session, actor, plan):
    return open_draft(session, actor, plan)


def open_draft(session, actor, plan, **changes):
    values = {"head": HEAD, "print_rows": printed, "name": "Soạn tay", "actor": actor, "now": LATER} | changes
    return drafting.open_draft(session, plan.id, **values)


def printed(held):
    return [row.cells for row in plan_rows(held)]


def change(session, actor, draft, do, **changes):
    values = {"version": draft.version, "head": HEAD, "actor": actor, "now": LATER} | changes
    return drafting.change_draft(session, draft.staged_import_id, change=do, **values)


def difference(session, actor, draft, declined=frozenset()):
    state = staging.review(session, draft.staged_import_id, actor=actor, today=LATER.date())
    return amendments.difference_of(
        session,
        draft.plan_id,
        state.answered,
        kind=AmendmentKind.SUPPLEMENT,
        units=state.units,
        match=state.match,
        declined=declined,
        actor=actor,
        now=LATER,
    )


def told(found):
    rows = [(row, (row.new or row.old).numbers) for row in found.changed]
    return sorted((" ".join(numbers), each.kind.value) for row, numbers in rows for each in row.changes)


def accept(session, actor, draft, **changes):
    state = staging.review(session, draft.staged_import_id, actor=actor, today=LATER.date())
    given = {question.key: question.options[0].answers for question in state.blocking if question.options}
    staging.answer_questions(session, draft.staged_import_id, given=given, actor=actor, now=LATER)
    values = {"document": DOCUMENT, "answers": {}, "version": draft.version, "actor": actor, "now": LATER} | changes
    return amendments.amend_from_review(session, draft.plan_id, draft.staged_import_id, **values)


def states(session, plan, cut_off, known_at):
    return sorted(states_as_of(session, plan.agency_id, [plan.id], cut_off=cut_off, known_at=known_at))


def tallies(session, actor, plan, cut_off, known_at):
    """Counts of every sort, each with what is in it; the order of a list is that of the plan at present."""
    found = [
        counting.count(session, plan.id, actor=actor, cut_off=cut_off, known_at=known_at, by=by) for by in CountedThing
    ]
    return [(each.rule, in_any_order(each.items), in_any_order(each.left_out)) for each in found]


def in_any_order(things):
    return sorted(repr(replaced(thing, tuple(sorted(thing.members)))) for thing in things)


def replaced(thing, members):
    return thing._replace(members=members) if hasattr(thing, "_replace") else replace(thing, members=members)


def finish(session, office, actor, row_id, place):
    """The task's obligation number `place` is done with a document."""
    task = session.scalars(select(Task).where(Task.row_id == row_id)).one()
    owed = list(session.scalars(select(Obligation).where(Obligation.task_id == task.id).order_by(Obligation.id)))[place]
    done = {"effective_on": date(2021, 3, 5), "document": DocumentInput("42/BC", date(2021, 3, 5), "Báo cáo")}
    obligations.report(session, owed.id, version=owed.version, **done, actor=actor, now=NOW)
    leader = principal_of(session, office.people["leader"])
    session.refresh(owed)
    obligations.confirm(session, owed.id, version=owed.version, actor=leader, now=NOW)
    return owed


def test_a_draft_begins_as_the_plan_and_changes_nothing(session, actor, draft):
    assert len(drafting.rows_of(draft)) == 41
    assert told(difference(session, actor, draft)) == []
    state = staging.review(session, draft.staged_import_id, actor=actor, today=LATER.date())
    assert state.blocking == ()


def test_the_draft_that_is_being_written_is_opened_again(session, actor, plan, draft):
    assert open_draft(session, actor, plan).id == draft.id


def test_each_way_to_change_a_row_is_exactly_one_change(session, actor, draft):
    rows = drafting.rows_of(draft)
    first, second, third = rows[0], rows[1], rows[2]
    ids = first.id, second.id, third.id
    draft = change(session, actor, draft, lambda rows: edit_row(rows, ids[0], replace(first.words, note="Mới")))
    draft = change(session, actor, draft, lambda rows: withdraw_row(rows, ids[1]))
    new = RowWords("99. Diễn tập an toàn thông tin", "Kịch bản", "Văn phòng Sở chủ trì", "Quý IV/2021", "")
    draft = change(session, actor, draft, lambda rows: add_row(rows, ids[2], new))

    found = difference(session, actor, draft)

    assert sorted(kind for _numbers, kind in told(found)) == ["added", "note", "withdrawn"]
    draft = change(session, actor, draft, lambda rows: put_back_row(rows, ids[1]))
    assert sorted(kind for _numbers, kind in told(difference(session, actor, draft))) == ["added", "note"]


def two_products(draft):
    """A row of two products in one printed cell."""
    return next(row for row in drafting.rows_of(draft) if row.words.products.count("\n") == 1)


def split(rows, row):
    first, second = row.words.products.split("\n")
    text = row.words.task
    return split_row(
        rows,
        row.id,
        replace(row.words, products=first),
        replace(row.words, task=f"98. Phần tách: {text}", products=second),
    )


def test_a_split_row_shares_its_products_and_their_history(session, office, actor, plan, draft):
    row = two_products(draft)
    task = session.get(Task, row.key)
    moved = list(task.deliverables)[1].obligations[0]
    done = finish(session, office, actor, task.row_id, -1)
    before = {(day, at): states(session, plan, day, at) for day in DATES for at in (NOW, LATER)}
    early = [day for day in DATES if day < EFFECTIVE]
    counts = {day: tallies(session, actor, plan, day, LATER) for day in early}
    draft = change(session, actor, draft, lambda rows: split(rows, row))

    kinds = {kind for _numbers, kind in told(difference(session, actor, draft))}
    accept(session, actor, draft)

    assert "split" in kinds
    assert "product_withdrawn" not in kinds
    session.refresh(moved)
    new = session.get(Task, moved.task_id)
    assert new.id != task.id
    assert new.text.startswith("Phần tách")
    assert done.task_id == new.id
    assert done.status is Status.DONE
    assert session.scalars(select(Evidence).where(Evidence.obligation_id == done.id)).all()
    for day in early:
        assert states(session, plan, day, LATER) == before[day, LATER]
        assert tallies(session, actor, plan, day, LATER) == counts[day]
    assert states(session, plan, DATES[-1], NOW) == before[DATES[-1], NOW]
    after = states(session, plan, DATES[-1], datetime(2021, 7, 2, tzinfo=UTC))
    assert len(after) == len(before[DATES[-1], LATER])
    told_rows = session.scalars(select(LedgerRow).where(LedgerRow.kind == RowKind.AMENDMENT)).all()
    assert {each.payload.get("change") for each in told_rows} >= {"split", "taken"}
    assert told(difference(session, actor, open_draft(session, actor, plan))) == []


def test_two_rows_joined_are_one_with_the_history_of_both(session, office, actor, plan, draft):
    rows = drafting.rows_of(draft)
    place = next(
        i for i, row in enumerate(rows) if row.area == rows[i + 1].area and row.words.task != rows[i + 1].words.task
    )
    row, other = rows[place], rows[place + 1]
    gone = session.get(Task, other.key)
    done = finish(session, office, actor, gone.row_id, 0)
    before = {day: (states(session, plan, day, LATER), tallies(session, actor, plan, day, LATER)) for day in DATES[:2]}
    draft = change(session, actor, draft, lambda rows: join_rows(rows, row.id))

    kinds = [kind for _numbers, kind in told(difference(session, actor, draft))]
    accept(session, actor, draft)

    assert kinds.count("joined") == 2
    assert "withdrawn" not in kinds
    session.refresh(done)
    assert done.task_id == row.key
    assert done.status is Status.DONE
    for day, (held, counted) in before.items():
        assert states(session, plan, day, LATER) == held
        assert tallies(session, actor, plan, day, LATER) == counted
    assert told(difference(session, actor, open_draft(session, actor, plan))) == []
    assert len(drafting.rows_of(open_draft(session, actor, plan))) == 40


def test_a_row_moved_to_another_area_leaves_its_earlier_counts_there(session, actor, plan, draft):
    rows = drafting.rows_of(draft)
    row, target = rows[0], rows[-1]
    before = {day: tallies(session, actor, plan, day, LATER) for day in DATES}
    known_then = {day: tallies(session, actor, plan, day, NOW) for day in DATES}
    draft = change(session, actor, draft, lambda rows: move_row(rows, row.id, target.id))

    assert [kind for _numbers, kind in told(difference(session, actor, draft))] == ["moved"]
    accept(session, actor, draft)

    after = {day: tallies(session, actor, plan, day, datetime(2021, 7, 2, tzinfo=UTC)) for day in DATES}
    assert {day: tallies(session, actor, plan, day, NOW) for day in DATES} == known_then
    assert [after[day] == before[day] for day in DATES] == [True, True, False, False]
    task = session.get(Task, row.key)
    held = {state.task_id: state for state in states(session, plan, DATES[1], datetime(2021, 7, 2, tzinfo=UTC))}
    assert held[task.id].area_id != task.area_id
    assert held[task.id].numbers != tuple(task.numbers)


def test_a_change_that_is_left_out_stays_as_it_was(session, actor, plan, draft):
    first, second = drafting.rows_of(draft)[:2]
    words = replace(first.words, note="Ghi chú mới", task=first.words.task + " và địa phương")
    draft = change(session, actor, draft, lambda rows: edit_row(rows, first.id, words))
    draft = change(session, actor, draft, lambda rows: withdraw_row(rows, second.id))
    found = difference(session, actor, draft)
    named = {change.kind: key for row in found.changed for key, change in change_keys(row)}
    task = session.get(Task, first.key)
    text = task.text

    accept(session, actor, draft, declined={named[ChangeKind.REWORDED], named[ChangeKind.WITHDRAWN]})

    session.refresh(task)
    assert (task.text, task.note) == (text, "Ghi chú mới")
    withdrawn = select(Obligation).where(Obligation.status == Status.WITHDRAWN)
    assert session.scalars(withdrawn).all() == []


def test_everything_left_out_is_nothing_to_record(session, actor, draft):
    first = drafting.rows_of(draft)[0]
    draft = change(session, actor, draft, lambda rows: withdraw_row(rows, first.id))
    named = {key for row in difference(session, actor, draft).changed for key, _change in change_keys(row)}

    with pytest.raises(Refused) as refused:
        accept(session, actor, draft, declined=named)

    assert refused.value.reason is RefusedReason.NOTHING_NEW


def test_the_second_editor_is_told_and_a_difference_shown_before_is_not_taken(session, actor, draft):
    row = drafting.rows_of(draft)[0]
    seen = draft.version
    change(session, actor, draft, lambda rows: withdraw_row(rows, row.id))

    with pytest.raises(StaleEdit):
        change(session, actor, draft, lambda rows: withdraw_row(rows, row.id), version=seen)
    session.rollback()
    with pytest.raises(StaleEdit):
        accept(session, actor, draft, version=seen)


def test_a_table_without_rows_is_refused_and_the_draft_stays(session, actor, draft):
    count = len(drafting.rows_of(draft))

    with pytest.raises(UnreadableFile):
        change(session, actor, draft, lambda rows: tuple(replace(row, is_withdrawn=True) for row in rows))

    session.rollback()
    session.refresh(draft)
    assert len([row for row in drafting.rows_of(draft) if not row.is_withdrawn]) == count


def test_a_recorded_draft_is_gone_and_so_is_one_that_was_dropped(session, actor, plan, draft):
    row = drafting.rows_of(draft)[0]
    draft = change(session, actor, draft, lambda rows: withdraw_row(rows, row.id))
    accept(session, actor, draft)
    assert session.scalars(select(PlanDraft)).all() == []
    again = open_draft(session, actor, plan)

    staging.discard(session, again.staged_import_id, actor=actor, now=LATER)

    assert session.scalars(select(PlanDraft)).all() == []
    assert len(session.scalars(select(StagedImport).where(StagedImport.plan_id.is_(None))).all()) == 0


def test_an_amendment_is_not_dated_before_the_last_one(session, actor, plan, draft):
    rows = drafting.rows_of(draft)
    draft = change(session, actor, draft, lambda old: withdraw_row(old, rows[0].id))
    accept(session, actor, draft)
    again = open_draft(session, actor, plan)
    again = change(session, actor, again, lambda old: withdraw_row(old, old[0].id))

    with pytest.raises(Refused) as refused:
        accept(session, actor, again, document=replace(DOCUMENT, effective_on=date(2021, 6, 1)))

    assert refused.value.reason is RefusedReason.BEFORE_AMENDMENT


def test_only_who_may_edit_plans_drafts(session, office, plan):
    with pytest.raises(NotAllowed):
        open_draft(session, principal_of(session, office.people["head"]), plan)
