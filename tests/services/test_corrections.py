"""Putting right: counts of the past, as known in the past, never move; as known now they do."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import NotAllowed, Refused, RefusedReason
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import corrections, ledger, obligations
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services._evidence import DocumentInput
from cchc_tasks.services.counting import count
from cchc_tasks.storage.queries.as_of import states_as_of, statuses_as_of
from tests.factories import at, make_office, make_plan, make_task, make_unit, principal_of

CUT_OFF = date(2021, 3, 14)
DONE_ON = date(2021, 3, 5)
CONFIRMED_AT = at(date(2021, 3, 10))
CORRECTED_AT = at(date(2021, 3, 24))


class Story:
    """One deliverable of the inspectorate, done on 5/3, confirmed on 10/3."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.office = make_office(session)
        self.plan = make_plan(session, self.office.agency)
        self.made = make_task(session, self.plan, lead=self.office.unit, due_on=date(2021, 3, 31))
        self.head = principal_of(session, self.office.people["head"])
        self.clerk = principal_of(session, self.office.people["office"])
        session.commit()
        self.id = self.made.obligation.id
        document = DocumentInput("02/BC-BISO", DONE_ON, "Đánh giá nội bộ")
        reported = obligations.report(
            session,
            self.id,
            version=1,
            effective_on=DONE_ON,
            actor=self.head,
            now=at(date(2021, 3, 9)),
            document=document,
        )
        self.done = obligations.confirm(session, self.id, version=2, actor=self.clerk, now=CONFIRMED_AT)
        assert reported.id == self.id

    def correct(self, effective_on: date | None, **values: object):
        given = {
            "version": self.done.version,
            "reason": "Đính chính ngày ban hành.",
            "actor": self.clerk,
            "now": CORRECTED_AT,
        }
        return corrections.correct_status(self.session, self.id, effective_on=effective_on, **(given | values))

    def done_count(self, cut_off: date, known_at) -> int:
        asked = {"actor": self.clerk, "cut_off": cut_off, "known_at": known_at, "by": CountedThing.OBLIGATION}
        return count(self.session, self.plan.id, **asked).done


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session)


def test_a_day_moved_later_leaves_the_count_between_the_two_days(story):
    corrected = story.correct(date(2021, 3, 16))

    assert (corrected.status, corrected.status_on) == (Status.DONE, date(2021, 3, 16))
    assert story.done_count(CUT_OFF, CORRECTED_AT) == 0
    assert story.done_count(date(2021, 3, 16), CORRECTED_AT) == 1
    assert story.done_count(CUT_OFF, CONFIRMED_AT) == 1


def test_a_day_moved_earlier_counts_from_the_earlier_day(story):
    story.correct(date(2021, 2, 26))

    assert story.done_count(date(2021, 2, 28), CORRECTED_AT) == 1
    assert story.done_count(date(2021, 2, 28), CONFIRMED_AT) == 0


def test_work_whose_status_was_taken_back_stands_beside_work_of_which_nothing_was_said(story):
    make_task(story.session, story.plan, lead=story.office.unit)
    story.session.commit()

    story.correct(None)

    found = statuses_as_of(story.session, story.plan.agency_id, None, cut_off=CUT_OFF, known_at=CORRECTED_AT)
    assert found == {story.plan.id: {Status.NOT_STARTED: 2}}


def test_a_status_taken_back_was_never_said(story):
    corrected = story.correct(None)

    assert corrected.status is Status.NOT_STARTED
    assert story.done_count(CUT_OFF, CORRECTED_AT) == 0
    assert story.done_count(CUT_OFF, CONFIRMED_AT) == 1


def test_only_the_office_corrects_and_only_with_a_reason_and_something_new(story):
    with pytest.raises(NotAllowed):
        story.correct(date(2021, 3, 1), actor=story.head)
    with pytest.raises(Refused) as without_reason:
        story.correct(date(2021, 3, 1), reason="")
    with pytest.raises(Refused) as without_change:
        story.correct(DONE_ON)

    assert without_reason.value.reason is RefusedReason.REASON_NEEDED
    assert without_change.value.reason is RefusedReason.NOTHING_NEW


def test_shows_5_a_late_entry_moves_the_count_only_for_those_who_know_it(story):
    late = make_task(story.session, story.plan, lead=story.office.unit)
    story.session.commit()
    before = at(date(2021, 3, 19))
    first = story.done_count(CUT_OFF, before)

    entered_at = at(date(2021, 3, 20))
    obligations.report(
        story.session,
        late.obligation.id,
        version=1,
        effective_on=date(2021, 3, 10),
        actor=story.head,
        now=entered_at,
        document=DocumentInput("07/KH-STTTT", date(2021, 3, 10), "Kế hoạch"),
    )
    obligations.confirm(story.session, late.obligation.id, version=2, actor=story.clerk, now=entered_at)

    assert story.done_count(CUT_OFF, before) == first
    assert story.done_count(CUT_OFF, at(date(2021, 3, 20), 10)) == first + 1


def test_a_misread_deadline_is_corrected_beside_its_printed_words(story):
    obligation = corrections.correct_deadline(
        story.session,
        story.id,
        version=story.done.version,
        values=DeadlineValues(DeadlineKind.QUARTER, date(2021, 3, 1)),
        reason="Đọc nhầm quý.",
        actor=story.clerk,
        now=CORRECTED_AT,
    )

    then = states_as_of(story.session, story.plan.agency_id, [story.plan.id], cut_off=CUT_OFF, known_at=CONFIRMED_AT)
    now = states_as_of(story.session, story.plan.agency_id, [story.plan.id], cut_off=CUT_OFF, known_at=CORRECTED_AT)
    assert (obligation.due_on, obligation.deadline_text) == (date(2021, 3, 1), "theo kế hoạch")
    assert [then[0].due_on, now[0].due_on] == [date(2021, 3, 31), date(2021, 3, 1)]


def test_naming_the_lead_moves_the_row_where_it_counts_and_keeps_the_past(story):
    session, office = story.session, story.office
    open_task = make_task(session, story.plan, co_leads=[office.other_unit, office.unit])
    session.commit()

    corrections.correct_assignment(
        session,
        open_task.task.id,
        version=1,
        assigned=AssignedUnits(office.unit.id, LeadBasis.EXPLICIT, (), (office.other_unit.id,)),
        reason="Giám đốc phân công.",
        actor=story.clerk,
        now=CORRECTED_AT,
    )

    def counted_at(known_at) -> int | None:
        states = states_as_of(session, story.plan.agency_id, None, cut_off=CUT_OFF, known_at=known_at)
        return next(each.unit_id for each in states if each.task_id == open_task.task.id)

    assert counted_at(at(date(2021, 3, 12))) == office.other_unit.id
    assert counted_at(CORRECTED_AT) == office.unit.id


def test_naming_who_answers_for_a_product_moves_only_that_product(story):
    session, office = story.session, story.office
    group = make_unit(session, office.agency, "các phòng chuyên môn", kind=UnitKind.GROUP, members=(office.unit,))
    shared = make_task(session, story.plan, co_leads=[group], deliverable_texts=["Kế hoạch", "Báo cáo"])
    session.commit()
    assert [each.counted_unit_id for each in shared.obligations] == [None, None]

    corrections.name_responsible(
        session,
        shared.obligations[1].deliverable_id,
        version=1,
        unit_id=office.unit.id,
        reason="Theo thứ tự in.",
        actor=story.clerk,
        now=CORRECTED_AT,
    )

    states = states_as_of(session, office.agency.id, None, cut_off=CUT_OFF, known_at=CORRECTED_AT)
    units = [each.unit_id for each in states if each.task_id == shared.task.id]
    assert units == [None, office.unit.id]
    assert list(ledger.verify(session, office.agency.id)) == []
