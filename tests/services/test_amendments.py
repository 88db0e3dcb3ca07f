"""A plan amended by a document: the difference lists what changed, and what was counted before does not move."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.errors import Invalid, NotAllowed, Refused, RefusedReason
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.plan_difference import ChangeKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import amendments, counting, obligations
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.models import Amendment, AmendmentKind, LedgerRow, Obligation, Task
from tests.factories import NOW, principal_of
from tests.support import amended_163, plan_163

EFFECTIVE = date(2021, 6, 15)
LATER = datetime(2021, 7, 1, 2, 0, tzinfo=UTC)
SHA256 = "a" * 64
DOCUMENT = AmendingDocument(
    AmendmentKind.REVISED, "88/KH-STTTT", date(2021, 6, 10), EFFECTIVE, "Điều chỉnh Kế hoạch cải cách hành chính"
)


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


def difference(session, actor, plan, reading, kind=AmendmentKind.REVISED, answers=None):
    return amendments.difference_of(session, plan.id, reading, kind=kind, actor=actor, now=LATER, answers=answers)


def amend(session, actor, plan, reading=None, **changes):
    values = {"document": DOCUMENT, "sha256": SHA256, "actor": actor, "now": LATER} | changes
    return amendments.amend(session, plan.id, reading or amended_163.reading(), **values)


def told(found):
    """(numbers, kind) of every change."""
    rows = [(row, (row.new or row.old).numbers) for row in found.changed]
    return sorted((" ".join(numbers), change.kind.value) for row, numbers in rows for change in row.changes)


def task_of(session, plan, row_id):
    return session.scalars(select(Task).where(Task.plan_id == plan.id, Task.row_id == row_id)).one()


def owed_of(session, plan, row_id):
    task = task_of(session, plan, row_id)
    return list(session.scalars(select(Obligation).where(Obligation.task_id == task.id).order_by(Obligation.id)))


def tallies(session, actor, plan, cut_off, known_at):
    """Counts of every sort: what each thing is, and how it stands."""
    return [
        counting.count(session, plan.id, actor=actor, cut_off=cut_off, known_at=known_at, by=by) for by in CountedThing
    ]


THE_CHANGES = sorted(
    [
        ("2.4", "deadline"),
        ("2.9", "added"),
        ("3.4", "added"),
        ("4.1", "deadline"),
        ("5.3", "lead"),
        ("6.1", "reworded"),
        ("6.11", "added"),
        ("7.5", "withdrawn"),
    ]
)


def test_a_plan_against_its_own_print_is_no_difference(session, actor, plan):
    assert difference(session, actor, plan, plan_163.reading()).changed == ()


def test_the_difference_lists_exactly_what_the_amended_plan_changes(session, actor, plan):
    found = difference(session, actor, plan, amended_163.reading())

    assert found.asked == ()
    assert told(found) == THE_CHANGES
    moved = [change for row in found.of_kind(ChangeKind.DEADLINE) for change in row.changes]
    assert [(change.before, change.after) for change in moved] == [
        ("2021-12-31", "2021-09-30"),
        ("2021-12-31", "2021-09-30"),
    ]
    lead = next(change for row in found.of_kind(ChangeKind.LEAD) for change in row.changes)
    assert (lead.before, lead.after) == ("Trung tâm CNTT&TT", "Văn phòng Sở")


def test_counts_at_earlier_days_do_not_move(session, actor, plan):
    moments = [
        (date(2021, 3, 14), NOW),
        (date(2021, 6, 14), LATER),
        (date(2021, 12, 31), datetime(2021, 6, 30, tzinfo=UTC)),
        (date(2021, 12, 31), NOW),
    ]
    before = [tallies(session, actor, plan, *moment) for moment in moments]
    at_the_end = tallies(session, actor, plan, date(2021, 12, 31), LATER)

    amend(session, actor, plan)

    assert [tallies(session, actor, plan, *moment) for moment in moments] == before
    assert tallies(session, actor, plan, date(2021, 12, 31), LATER) != at_the_end


def test_the_amended_plan_counts_from_its_day(session, actor, plan):
    amend(session, actor, plan)

    def things(day):
        whole = counting.count(session, plan.id, actor=actor, cut_off=day, known_at=LATER, by=CountedThing.TASK)
        return len(whole.items)

    assert things(date(2021, 6, 14)) == 41
    assert things(EFFECTIVE) == 41 + 3 - 1


def test_each_change_is_a_row_of_the_ledger_from_the_documents_day(session, actor, plan):
    amendment = amend(session, actor, plan)

    rows = list(session.scalars(select(LedgerRow).where(LedgerRow.seq >= amendment.seq).order_by(LedgerRow.seq)))
    assert {row.effective_on for row in rows} == {EFFECTIVE}
    assert rows[0].kind is RowKind.AMENDMENT
    assert rows[0].payload["amendment"] == "88/KH-STTTT"
    kinds = [row.kind for row in rows if row.task_id is None or row.task_id <= task_of(session, plan, "7.5").id]
    assert sorted(kinds) == sorted(
        [RowKind.DEADLINE] * 2 + [RowKind.ASSIGNMENT, RowKind.STATUS] + [RowKind.AMENDMENT] * 5
    )


def test_a_moved_deadline_keeps_the_first_one(session, actor, plan):
    amend(session, actor, plan)

    (owed,) = owed_of(session, plan, "4.1")
    assert (owed.due_on, owed.original_due_on) == (date(2021, 9, 30), date(2021, 12, 31))
    assert owed.deadline_text == "Quý III/2021"


def test_the_old_words_stay_in_the_ledger(session, actor, plan):
    old = task_of(session, plan, "6.1").text

    amend(session, actor, plan)

    task = task_of(session, plan, "6.1")
    assert "chữ ký số" in task.text
    row = session.scalars(
        select(LedgerRow).where(LedgerRow.kind == RowKind.AMENDMENT, LedgerRow.task_id == task.id)
    ).one()
    assert row.payload["before"]["text"] == old
    assert row.payload["after"]["text"] == task.text


def test_the_same_content_again_changes_nothing(session, actor, plan):
    amend(session, actor, plan)
    before = session.scalar(select(func.count()).select_from(LedgerRow))

    assert difference(session, actor, plan, amended_163.reading()).changed == ()
    for sha256 in (SHA256, "b" * 64):
        with pytest.raises(Refused) as refused:
            amend(session, actor, plan, sha256=sha256)
        assert refused.value.reason is RefusedReason.NOTHING_NEW
    session.rollback()
    assert session.scalar(select(func.count()).select_from(LedgerRow)) == before
    assert session.scalar(select(func.count()).select_from(Amendment)) == 1


def test_work_that_was_done_stays_done_though_the_plan_drops_it(session, office, actor, plan):
    (owed,) = owed_of(session, plan, "7.5")
    session.commit()
    finish(session, owed, actor, principal_of(session, office.people["leader"]))

    amendment = amend(session, actor, plan)

    session.refresh(owed)
    assert owed.status is Status.DONE
    assert amendment.kept == [owed.id]
    assert difference(session, actor, plan, amended_163.reading()).changed == ()


def finish(session, owed, actor, leader):
    document = DocumentInput("12/BC-STTTT", date(2021, 3, 1), "Báo cáo")
    obligations.report(
        session,
        owed.id,
        version=owed.version,
        effective_on=date(2021, 3, 1),
        document=document,
        actor=actor,
        now=NOW,
    )
    session.refresh(owed)
    obligations.confirm(session, owed.id, version=owed.version, actor=leader, now=NOW, override_reason="Văn phòng bận")


def test_a_supplement_withdraws_nothing(session, actor, plan):
    found = difference(session, actor, plan, only(amended_163.reading(), {"2.9", "4.1"}), AmendmentKind.SUPPLEMENT)

    assert told(found) == [("2.9", "added"), ("4.1", "deadline")]


def only(reading, row_ids):
    areas = [
        replace(area, tasks=tuple(task for task in area.tasks if task.row_id in row_ids)) for area in reading.areas
    ]
    return replace(reading, areas=tuple(area for area in areas if area.tasks))


@pytest.mark.parametrize(
    "effective_on, reason",
    [(date(2021, 7, 2), RefusedReason.AFTER_TODAY), (date(2020, 12, 1), RefusedReason.BEFORE_PLAN)],
)
def test_an_amendment_holds_from_a_day_between_the_plans_issue_and_today(session, actor, plan, effective_on, reason):
    with pytest.raises(Refused) as refused:
        amend(session, actor, plan, document=replace(DOCUMENT, effective_on=effective_on))

    assert refused.value.reason is reason


def test_a_unit_nobody_knows_is_named_and_nothing_is_written(session, actor, plan):
    reading = amended_163.reading()
    area = reading.areas[0]
    task = area.tasks[0]
    strange = replace(task, assignment=replace(task.assignment, lead="Chi cục Biển"), assignment_text="Chi cục Biển")
    changed = replace(reading, areas=(replace(area, tasks=(strange, *area.tasks[1:])), *reading.areas[1:]))

    with pytest.raises(Invalid) as refused:
        amend(session, actor, plan, changed)

    assert refused.value.facts["names"] == ("Chi cục Biển",)
    assert session.scalar(select(func.count()).select_from(Amendment)) == 0


def test_only_who_may_edit_plans_amends(session, actor, plan):
    with pytest.raises(NotAllowed):
        amend(session, replace(actor, memberships=()), plan)
