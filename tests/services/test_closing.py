"""The end of a plan's year: nothing open is left, nothing done moves, and what goes on keeps its history."""

from datetime import date

import pytest

from cchc_tasks.domain.closing import Decided, Fate
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import amendments, closing, corrections, obligations, plan_editing
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.services.counting import count
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.services.plan_editing import PeriodInput
from cchc_tasks.storage.models import AmendmentKind, LedgerRow, Obligation, Plan
from cchc_tasks.storage.queries.carried import later_pieces
from tests.factories import at, make_plan, principal_of
from tests.support import amended_163
from tests.support.year import confirm, make_year

YEAR_END = date(2021, 12, 31)
NOW = at(date(2022, 1, 5))


class Ending:
    """The small year at its end, and the plan of the next one."""

    def __init__(self, session):
        self.session = session
        self.year = make_year(session)
        confirm(session, self.year.office, self.year.work["waiting"], at(date(2021, 3, 12)))
        self.plan = self.year.plan
        self.next = make_plan(
            session, self.year.office.agency, number="5/KH-STTTT", issued_on=date(2021, 12, 28), year=2022
        )
        session.commit()

    @property
    def office(self):
        return principal_of(self.session, self.year.office.people["office"], NOW.date())

    def open_ids(self):
        return [each.id for each in closing.open_obligations(self.session, self.plan)]

    def close(self, decided, *, target=True, version=None, closed_on=YEAR_END, now=NOW):
        self.session.refresh(self.plan)
        return closing.close_plan(
            self.session,
            self.plan.id,
            version=version or self.plan.version,
            decided=decided,
            target_id=self.next.id if target else None,
            closed_on=closed_on,
            actor=self.office,
            now=now,
        )

    def tally(self, plan, cut_off):
        return count(self.session, plan.id, actor=self.office, cut_off=cut_off, known_at=at(date(2022, 2, 1)))


@pytest.fixture
def ending(session):
    return Ending(session)


def fates(ids, *, carried):
    return [
        Decided(each, Fate.CARRY_OVER, "Chưa đủ kinh phí.", date(2022, 6, 30))
        if each in carried
        else Decided(each, Fate.LAPSE, "Không còn căn cứ thực hiện.")
        for each in ids
    ]


def test_open_work_goes_on_or_lapses_and_done_work_stays(ending):
    ids = ending.open_ids()
    carried = set(ids[:2])

    done = ending.close(fates(ids, carried=carried))

    assert len(done.carried) == 2
    assert set(done.lapsed) == set(ids) - carried
    rows = ending.session.query(Obligation).filter(Obligation.plan_id == ending.plan.id).all()
    by_status = {status: sum(row.status is status for row in rows) for status in Status}
    assert by_status[Status.CARRIED_OVER] == 2
    assert by_status[Status.LAPSED] == len(ids) - 2
    assert by_status[Status.DONE] == 3
    assert ending.open_ids() == []
    assert ending.plan.closed_on == YEAR_END


def test_what_goes_on_stands_in_the_next_plan_and_names_where_it_came_from(ending):
    ids = ending.open_ids()
    done = ending.close(fates(ids, carried={ids[0]}))

    old, made = (ending.session.get(Obligation, each) for each in (ids[0], done.carried[0]))

    assert made.carried_from_id == old.id
    assert (made.plan_id, made.due_on, made.status) == (ending.next.id, date(2022, 6, 30), Status.NOT_STARTED)
    assert made.counted_unit_id == old.counted_unit_id
    assert made.deliverable.text == old.deliverable.text
    assert made.deliverable.task.text == old.deliverable.task.text
    entry = ending.session.query(LedgerRow).filter_by(obligation_id=made.id, kind="entry").one()
    assert (entry.payload["carried_from"], entry.payload["plan"]) == (old.id, ending.plan.number)


def test_counts_before_the_closing_are_as_they_were_and_after_it_add_up(ending):
    before = ending.tally(ending.plan, date(2021, 12, 14))
    ids = ending.open_ids()
    ending.close(fates(ids, carried=set(ids[:1])))

    after = ending.tally(ending.plan, date(2021, 12, 14))
    at_the_end = ending.tally(ending.plan, YEAR_END)

    assert after == before
    assert (at_the_end.total, at_the_end.done) == (3, 3)
    assert ending.tally(ending.next, date(2022, 1, 31)).total == 1


def test_everything_open_needs_a_fate_and_a_reason(ending):
    ids = ending.open_ids()
    for decided, reason in (
        (fates(ids[1:], carried=()), RefusedReason.WORK_UNDECIDED),
        ([Decided(each, Fate.LAPSE, " ") for each in ids], RefusedReason.REASON_NEEDED),
    ):
        with pytest.raises(Refused) as refused:
            ending.close(decided)
        assert refused.value.reason is reason
    with pytest.raises(Refused) as refused:
        ending.close(fates(ids, carried={ids[0]}), target=False)
    assert refused.value.reason is RefusedReason.NO_NEXT_PLAN


def test_a_plan_is_not_closed_before_its_year_is_over_nor_for_a_day_to_come(ending):
    ids = ending.open_ids()
    with pytest.raises(Refused) as refused:
        ending.close(fates(ids, carried=()), closed_on=date(2021, 12, 30))
    assert refused.value.reason is RefusedReason.CLOSED_TOO_EARLY
    with pytest.raises(Refused) as refused:
        ending.close(fates(ids, carried=()), closed_on=date(2022, 1, 6))
    assert refused.value.reason is RefusedReason.AFTER_TODAY


def test_it_is_closed_once_and_by_who_saw_its_last_version(ending):
    ids = ending.open_ids()
    with pytest.raises(StaleEdit):
        ending.close(fates(ids, carried=()), version=999)
    ending.close(fates(ids, carried=()))

    with pytest.raises(Refused) as refused:
        ending.close([])

    assert refused.value.reason is RefusedReason.PLAN_CLOSED


def test_work_that_waits_for_its_answer_is_answered_first(session):
    ending = Ending(session)
    waiting = ending.year.work["later"]
    from_unit = principal_of(session, ending.year.office.people["other_head"])
    ending.session.refresh(waiting)
    report_it(session, waiting, from_unit)

    with pytest.raises(Refused) as refused:
        ending.close(fates(ending.open_ids(), carried=()))

    assert refused.value.reason is RefusedReason.REPORTS_WAIT


def report_it(session, one, actor):
    obligations.report(
        session,
        one.id,
        version=one.version,
        effective_on=date(2021, 12, 20),
        document=DocumentInput("90/BC-TTr", date(2021, 12, 20), "Báo cáo kiểm tra"),
        actor=actor,
        now=at(date(2021, 12, 21)),
    )


def test_a_second_closing_of_the_next_year_carries_on(ending):
    """A chain of two years: the piece of 2021 goes to 2022 and from there to 2023."""
    ids = ending.open_ids()
    first = ending.close(fates(ids, carried={ids[0]}))
    third = make_plan(
        ending.session, ending.year.office.agency, number="6/KH-STTTT", issued_on=date(2022, 12, 28), year=2023
    )
    ending.session.commit()
    plan = ending.session.get(Plan, ending.next.id)
    again = closing.close_plan(
        ending.session,
        plan.id,
        version=plan.version,
        decided=fates(list(first.carried), carried=set(first.carried)),
        target_id=third.id,
        closed_on=date(2022, 12, 31),
        actor=ending.office,
        now=at(date(2023, 1, 5)),
    )

    last = ending.session.get(Obligation, again.carried[0])
    assert last.carried_from_id == first.carried[0]
    [later] = later_pieces(ending.session, plan.agency_id, [ids[0]])
    assert (later.of_id, later.obligation_id) == (ids[0], first.carried[0])


def test_nothing_enters_a_closed_plan_and_nothing_in_it_becomes_open_again(ending):
    session, office = ending.session, ending.office
    ending.close(fates(ending.open_ids(), carried=()))
    done, lapsed = (
        session.query(Obligation).filter_by(plan_id=ending.plan.id, status=status).first()
        for status in (Status.DONE, Status.LAPSED)
    )
    task = done.deliverable.task
    asked = {"actor": office, "now": at(date(2022, 1, 6))}
    entered = {"entered_on": YEAR_END, **asked}
    period = PeriodInput("", DeadlineValues(DeadlineKind.DATE, YEAR_END))
    words = {"text": "Việc khác", "note": "", "assignment_text": "", "time_text": "", "assigned": task.assigned()}
    again = {"effective_on": YEAR_END, "reason": "Sai", **asked}
    back = {"effective_on": None, "reason": "Sai", **asked}
    document = AmendingDocument(AmendmentKind.REVISED, "9/KH", YEAR_END, YEAR_END)
    product = {"version": done.deliverable.version, "period": period, "deadline_text": ""}
    attempts = (
        lambda: obligations.reopen(session, done.id, version=done.version, **again),
        lambda: corrections.correct_status(session, done.id, version=done.version, **back),
        lambda: corrections.correct_status(session, lapsed.id, version=lapsed.version, **back),
        lambda: plan_editing.add_area(session, ending.plan.id, ordinal="9", name="Khác", **asked),
        lambda: plan_editing.add_task(session, task.area_id, numbers=("9.1",), **words, **entered),
        lambda: plan_editing.add_deliverable(
            session, task.id, ordinal="", text="Khác", deadline_text="", periods=(period,), **entered
        ),
        lambda: plan_editing.add_period(session, done.deliverable_id, **product, **entered),
        lambda: amendments.amend(
            session, ending.plan.id, amended_163.reading(), document=document, sha256=None, create_units=True, **asked
        ),
    )

    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.reason is RefusedReason.PLAN_CLOSED
    assert ending.open_ids() == []
