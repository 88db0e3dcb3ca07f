"""Extensions through the service: who asks, who answers, what the deadline and the verdict become."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain.counting import CountedThing, JudgedBy
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import (
    DuplicateRequest,
    NotAllowed,
    NotFound,
    Refused,
    RefusedReason,
    SomeRefused,
    StaleEdit,
)
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.standing import Standing, standing
from cchc_tasks.services import corrections, extensions, ledger, obligations
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services._evidence import DocumentInput
from cchc_tasks.services.counting import count
from cchc_tasks.storage.models import ExtensionRequest, LedgerRow, Obligation
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from cchc_tasks.wording.history import Names, tell
from tests.factories import at, make_office, make_plan, make_task, principal_of

DUE = date(2021, 3, 31)
ASKED = date(2021, 4, 30)
GRANTED = date(2021, 4, 15)
LETTER = DocumentInput("25/STTTT-VP", date(2021, 3, 26), "Về việc gia hạn thực hiện nhiệm vụ")
REPORT = DocumentInput("42/BC-STTTT", date(2021, 4, 10), "Báo cáo kết quả rà soát")


class Desk:
    """An agency with one obligation of the head's unit and one of the office, both due on 31/3/2021."""

    def __init__(self, session):
        self.session = session
        self.made = make_office(session)
        self.plan = make_plan(session, self.made.agency)
        self.task = make_task(session, self.plan, lead=self.made.unit, due_on=DUE)
        self.own = make_task(session, self.plan, lead=self.made.office, due_on=DUE)
        self.id = self.task.obligation.id
        session.commit()

    def who(self, key):
        return principal_of(self.session, self.made.people[key])

    def fresh(self, id_=None):
        self.session.expire_all()
        return self.session.get_one(Obligation, id_ or self.id)

    def ask(self, day=date(2021, 3, 25), *, by="head", id_=None, **values):
        given = {"version": self.fresh(id_).version, "due_on": ASKED, "reason": "Chờ ý kiến Sở Tư pháp."}
        return extensions.ask(self.session, id_ or self.id, actor=self.who(by), now=at(day), **(given | values))

    def grant(self, request, day=date(2021, 3, 26), *, by="office", **values):
        given = {
            "version": request.version,
            "deadline_version": self.fresh(request.obligation_id).deadline_version,
            "due_on": GRANTED,
            "words": "Đồng ý đến giữa tháng.",
        }
        return extensions.grant(self.session, request.id, actor=self.who(by), now=at(day), **(given | values))

    def report(self, done_on, day):
        obligation = self.fresh()
        return obligations.report(
            self.session,
            self.id,
            version=obligation.version,
            effective_on=done_on,
            document=REPORT,
            actor=self.who("staff"),
            now=at(day),
        )

    def confirm(self, day):
        version = self.fresh().version
        return obligations.confirm(self.session, self.id, version=version, actor=self.who("office"), now=at(day))

    def row(self):
        self.session.expire_all()
        [row] = list_work(self.session, self.made.agency.id, WorkFilter(obligation_ids=[self.id]))
        return row

    def tally(self, cut_off, known_at=None, **values):
        return count(
            self.session,
            self.plan.id,
            actor=self.who("office"),
            cut_off=cut_off,
            known_at=known_at or at(date(2021, 12, 31)),
            by=CountedThing.OBLIGATION,
            **values,
        )

    def verdict(self, day):
        return standing(self.row().facts, day)

    def rows(self, kind):
        query = select(LedgerRow).where(LedgerRow.obligation_id == self.id, LedgerRow.kind == kind)
        return self.session.scalars(query.order_by(LedgerRow.seq)).all()


@pytest.fixture
def desk(session):
    return Desk(session)


def refused(expected, act, /, *given, **values):
    with pytest.raises(Refused) as caught:
        act(*given, **values)
    assert caught.value.reason is expected


def test_a_head_asks_and_the_office_grants_a_shorter_time(desk):
    request = desk.ask()
    assert desk.row().asked_due_on == ASKED
    granted = desk.grant(request)

    assert (granted.state, granted.asked_due_on, granted.granted_due_on) == (ExtensionState.GRANTED, ASKED, GRANTED)
    assert (granted.asked_against, granted.granted_against, granted.granted_from) == (DUE, DUE, date(2021, 3, 26))
    row = desk.row()
    assert (row.due_on, row.original_due_on, row.extensions, row.asked_due_on) == (GRANTED, DUE, 1, None)
    obligation = desk.fresh()
    assert (obligation.deadline_version, obligation.calendar_sequence) == (2, 1)
    steps = [(each.payload["step"], each.due_on) for each in desk.rows(RowKind.EXTENSION)]
    assert steps == [("asked", ASKED), ("granted", GRANTED)]
    assert [each.payload["change"] for each in desk.rows(RowKind.DEADLINE)] == ["initial", "extension"]
    assert list(ledger.verify(desk.session, desk.made.agency.id)) == []


def test_a_deadline_is_extended_several_times_in_a_row(desk):
    desk.grant(desk.ask())
    second = desk.ask(date(2021, 4, 12), due_on=date(2021, 5, 31))
    desk.grant(second, date(2021, 4, 13), due_on=date(2021, 5, 31))

    row = desk.row()
    assert (row.due_on, row.original_due_on, row.extensions) == (date(2021, 5, 31), DUE, 2)
    assert (second.ordinal, second.asked_against) == (2, GRANTED)


def test_asking_after_the_deadline_is_allowed_and_kept(desk):
    request = desk.ask(date(2021, 4, 3))

    assert request.asked_on > request.asked_against
    assert desk.verdict(date(2021, 4, 3)) is Standing.OVERDUE
    desk.grant(request, date(2021, 4, 3))
    assert desk.verdict(date(2021, 4, 3)) is Standing.DUE_SOON


def test_what_cannot_be_asked(desk):
    refused(RefusedReason.NOT_LATER, desk.ask, due_on=DUE)
    refused(RefusedReason.REASON_NEEDED, desk.ask, reason="")
    with pytest.raises(NotAllowed):
        desk.ask(by="staff")
    with pytest.raises(NotAllowed):
        desk.ask(by="other_head")
    with pytest.raises(NotFound):
        desk.ask(by="stranger")
    desk.ask()
    refused(RefusedReason.ALREADY_ASKED, desk.ask)


def test_reported_and_finished_work_asks_no_more(desk):
    desk.report(date(2021, 3, 20), date(2021, 3, 21))
    refused(RefusedReason.EXTENSION_OF_REPORTED, desk.ask)
    desk.confirm(date(2021, 3, 22))
    refused(RefusedReason.EXTENSION_OF_DONE, desk.ask)


def test_a_request_of_finished_work_can_only_be_refused_or_taken_back(desk):
    request = desk.ask()
    desk.report(date(2021, 3, 26), date(2021, 3, 26))
    desk.confirm(date(2021, 3, 27))

    refused(RefusedReason.EXTENSION_OF_DONE, desk.grant, request)
    extensions.take_back(
        desk.session, request.id, version=1, reason="", actor=desk.who("head"), now=at(date(2021, 3, 28))
    )
    assert request.state is ExtensionState.TAKEN_BACK


def test_nobody_answers_their_own_request_without_a_reason(desk):
    request = desk.ask(by="office")
    refused(RefusedReason.SELF_ANSWER, desk.grant, request)

    granted = desk.grant(request, override_reason="Chỉ có một người trực.")
    assert granted.override_reason == "Chỉ có một người trực."
    assert desk.rows(RowKind.EXTENSION)[-1].payload["override"] == "Chỉ có một người trực."


def test_a_leader_answers_for_the_offices_own_work(desk):
    request = desk.ask(by="office", id_=desk.own.obligation.id)

    refused(RefusedReason.OFFICE_REQUEST_NEEDS_LEADER, desk.grant, request)
    assert desk.grant(request, by="leader").state is ExtensionState.GRANTED


def test_a_refusal_needs_words_and_leaves_the_deadline(desk):
    request = desk.ask()
    values = {"version": 1, "actor": desk.who("leader"), "now": at(date(2021, 3, 26))}
    refused(RefusedReason.REASON_NEEDED, extensions.refuse, desk.session, request.id, words="", **values)
    extensions.refuse(desk.session, request.id, words="Không đổi được kỳ báo cáo.", **values)

    assert desk.row().due_on == DUE
    assert (request.state, request.answer) == (ExtensionState.REFUSED, "Không đổi được kỳ báo cáo.")
    assert desk.ask(date(2021, 3, 27)).ordinal == 2


def test_the_second_of_two_answers_is_told_that_the_request_moved_on(desk):
    request = desk.ask()
    desk.grant(request)
    with pytest.raises(StaleEdit):
        desk.grant(request, version=1, by="leader", due_on=ASKED)
    refused(RefusedReason.ALREADY_ANSWERED, desk.grant, request, by="leader")


def test_the_second_of_two_who_ask_is_told_of_the_first(desk):
    version = desk.fresh().version
    desk.ask()
    with pytest.raises(StaleEdit):
        desk.ask(version=version, by="office")


def test_an_answer_to_another_deadline_than_the_one_read_is_stale(desk):
    request = desk.ask()
    seen = desk.fresh().deadline_version
    extend_all(desk, due_on=date(2021, 4, 5), ids=[desk.own.obligation.id])
    corrections.correct_deadline(
        desk.session,
        desk.id,
        version=desk.fresh().version,
        values=DeadlineValues(DeadlineKind.DATE, date(2021, 4, 1)),
        reason="Đọc nhầm.",
        actor=desk.who("office"),
        now=at(date(2021, 3, 26)),
    )
    with pytest.raises(StaleEdit):
        desk.grant(request, deadline_version=seen)
    assert desk.grant(request).granted_against == date(2021, 4, 1)


def test_a_form_sent_twice_asks_once(desk):
    desk.ask(request_key="mot")
    with pytest.raises(DuplicateRequest):
        desk.ask(request_key="mot")
    assert len(desk.rows(RowKind.EXTENSION)) == 1


def extend_all(desk, ids=None, day=date(2021, 3, 28), **values):
    ids = ids or [desk.id, desk.own.obligation.id]
    given = {"due_on": ASKED, "document": LETTER, "words": "Gia hạn theo công văn.", "actor": desk.who("office")}
    versions = {each: desk.fresh(each).version for each in ids}
    return extensions.extend_many(desk.session, versions, now=at(day), **(given | values))


def test_one_document_extends_many_each_against_its_own_deadline(desk):
    waiting = desk.ask()
    other = desk.ask(by="office", id_=desk.own.obligation.id)
    desk.grant(other, by="leader")
    requests = extend_all(desk)

    assert {each.obligation_id: each.granted_against for each in requests} == {
        desk.id: DUE,
        desk.own.obligation.id: GRANTED,
    }
    assert {each.answer_document.number for each in requests} == {LETTER.number}
    assert waiting.state is ExtensionState.GRANTED
    assert requests[0].granted_from == LETTER.issued_on


def test_extending_many_is_all_or_nothing(desk):
    desk.grant(desk.ask(), due_on=date(2021, 5, 31))
    with pytest.raises(SomeRefused) as caught:
        extend_all(desk)

    assert [each for each, _error in caught.value.refusals] == [desk.id]
    assert desk.fresh(desk.own.obligation.id).due_on == DUE
    assert len(desk.session.scalars(select(ExtensionRequest)).all()) == 1
    with pytest.raises(NotAllowed):
        extend_all(desk, actor=desk.who("head"))


def test_a_document_of_a_day_to_come_is_refused(desk):
    refused(RefusedReason.AFTER_TODAY, extend_all, desk, day=LETTER.issued_on - timedelta(days=1))


def test_work_finished_before_its_extension_stays_late_wherever_it_is_judged(desk):
    """Due 31/3, done 05/4, extended to 15/4 on 06/4, told on 07/4: the deadline of the day of completion holds."""
    desk.grant(desk.ask(date(2021, 4, 6)), date(2021, 4, 6))
    desk.report(date(2021, 4, 5), date(2021, 4, 7))
    desk.confirm(date(2021, 4, 8))

    row = desk.row()
    assert (row.due_on, row.extensions) == (DUE, 0)
    assert desk.verdict(date(2021, 4, 30)) is Standing.DONE_LATE
    assert [each.key for each in desk.tally(date(2021, 4, 30)).late_items] == [desk.id]


def test_work_finished_within_its_extension_is_on_time(desk):
    desk.grant(desk.ask())
    desk.report(date(2021, 4, 10), date(2021, 4, 10))
    desk.confirm(date(2021, 4, 12))

    assert desk.verdict(date(2021, 4, 30)) is Standing.DONE_ON_TIME
    tally = desk.tally(date(2021, 4, 30))
    assert [each.key for each in tally.on_time_items] == [desk.id]
    [state] = tally.on_time_items[0].members
    assert (state.due_on, state.original_due_on, state.extensions) == (GRANTED, DUE, 1)


def test_an_extension_granted_on_paper_before_it_is_recorded_counts_from_the_paper(desk):
    """The letter of 26/3 is recorded on 10/4; what was known on 08/4 stays what it was."""
    desk.report(date(2021, 4, 5), date(2021, 4, 7))
    before = desk.tally(date(2021, 4, 8), at(date(2021, 4, 8)))
    assert [each.key for each in before.overdue_items] == [desk.id, desk.own.obligation.id]
    extend_all(desk, day=date(2021, 4, 10), ids=[desk.id])
    desk.confirm(date(2021, 4, 11))

    assert desk.tally(date(2021, 4, 8), at(date(2021, 4, 8))) == before
    assert [each.key for each in desk.tally(date(2021, 4, 8)).on_time_items] == [desk.id]
    assert desk.verdict(date(2021, 4, 30)) is Standing.DONE_ON_TIME


def test_a_rule_may_judge_by_the_original_deadline(desk):
    desk.grant(desk.ask())
    desk.report(date(2021, 4, 10), date(2021, 4, 10))
    desk.confirm(date(2021, 4, 12))

    tally = desk.tally(date(2021, 4, 30), judged_by=JudgedBy.ORIGINAL)
    assert [each.key for each in tally.late_items] == [desk.id]
    assert tally.late_items[0].due_on == DUE


def test_an_extended_deadline_is_overdue_only_after_the_new_date(desk):
    desk.grant(desk.ask())

    assert [each.key for each in desk.tally(date(2021, 4, 10)).overdue_items] == [desk.own.obligation.id]
    by_original = desk.tally(date(2021, 4, 10), judged_by=JudgedBy.ORIGINAL)
    assert [each.key for each in by_original.overdue_items] == [desk.id, desk.own.obligation.id]
    assert len(desk.tally(date(2021, 4, 16)).overdue_items) == 2


def revoke(desk, day=date(2021, 3, 28)):
    values = {"version": desk.fresh().version, "reason": "Gia hạn nhầm việc.", "actor": desk.who("office")}
    return corrections.revoke_extension(desk.session, desk.id, **values, now=at(day))


def correct(desk, due_on, day=date(2021, 3, 28), **values):
    given = {"version": desk.fresh().version, "reason": "Nhập nhầm.", "actor": desk.who("office"), "now": at(day)}
    return corrections.correct_deadline(
        desk.session, desk.id, values=DeadlineValues(DeadlineKind.DATE, due_on), **given, **values
    )


def test_an_extension_granted_by_mistake_is_taken_back_by_a_row_and_counts_as_none(desk):
    desk.grant(desk.ask())
    known = at(date(2021, 3, 27))
    before = desk.tally(date(2021, 3, 27), known)

    revoke(desk)

    assert (desk.row().due_on, desk.row().original_due_on, desk.row().extensions) == (DUE, DUE, 0)
    assert desk.tally(date(2021, 3, 27), known) == before
    assert [each.payload["change"] for each in desk.rows(RowKind.DEADLINE)] == ["initial", "extension", "revocation"]
    assert [each.key for each in desk.tally(date(2021, 4, 10)).overdue_items] == [desk.id, desk.own.obligation.id]
    refused(RefusedReason.NOT_EXTENDED, revoke, desk)
    with pytest.raises(NotAllowed):
        corrections.revoke_extension(
            desk.session, desk.id, version=1, reason="Nhầm", actor=desk.who("head"), now=at(DUE)
        )


def test_of_several_extensions_the_last_one_is_taken_back_and_the_one_before_holds(desk):
    desk.grant(desk.ask())
    desk.grant(desk.ask(date(2021, 4, 12), due_on=date(2021, 5, 31)), date(2021, 4, 13), due_on=date(2021, 5, 31))
    correct(desk, date(2021, 5, 20), date(2021, 4, 14))

    revoke(desk, date(2021, 4, 15))
    assert (desk.row().due_on, desk.row().original_due_on, desk.row().extensions) == (GRANTED, DUE, 1)
    revoke(desk, date(2021, 4, 16))
    assert (desk.row().due_on, desk.row().original_due_on, desk.row().extensions) == (DUE, DUE, 0)
    desk.grant(desk.ask(date(2021, 4, 17)), date(2021, 4, 17))
    assert (desk.row().due_on, desk.row().original_due_on, desk.row().extensions) == (GRANTED, DUE, 1)


def test_a_date_typed_wrongly_is_put_right_beside_an_extension_and_is_none(desk):
    right, first = date(2021, 4, 20), date(2021, 3, 25)
    desk.grant(desk.ask())

    correct(desk, right)
    assert (desk.row().due_on, desk.row().original_due_on, desk.row().extensions) == (right, DUE, 1)
    correct(desk, first, is_original=True)
    assert (desk.row().due_on, desk.row().original_due_on, desk.row().extensions) == (right, first, 1)
    refused(RefusedReason.NOTHING_NEW, correct, desk, first, is_original=True)

    revoke(desk)
    assert (desk.row().due_on, desk.row().original_due_on, desk.row().extensions) == (first, first, 0)
    correct(desk, DUE)
    assert (desk.row().due_on, desk.row().original_due_on, desk.row().extensions) == (DUE, DUE, 0)
    state = next(s for item in desk.tally(DUE).items for s in item.members if s.obligation_id == desk.id)
    assert (state.due_on, state.original_due_on, state.extensions) == (DUE, DUE, 0)
    told = [entry.sentence for entry in tell([row.value() for row in desk.rows(RowKind.DEADLINE)], Names())]
    assert any("hủy gia hạn" in each and "hạn trở lại 25/3/2021" in each for each in told)
    assert any("đính chính hạn gốc" in each and "từ 31/3/2021 thành 25/3/2021" in each for each in told)
