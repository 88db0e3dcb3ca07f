"""An office starts in the middle of a year: the states of its own list become ledger rows, marked as taken over."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.plan_answers import Answer, AnswerKind
from cchc_tasks.domain.plan_questions import AS_READ
from cchc_tasks.domain.plan_reading import DoubtReason, read_plan
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import counting, ledger, staging
from cchc_tasks.services import obligations as obligation_services
from cchc_tasks.storage.models import Document, Evidence, LedgerRow, Obligation, Plan
from tests.domain.test_plan_reading import table
from tests.factories import make_office, principal_of

HEADER = (
    "TT", "Nhiệm vụ", "Sản phẩm", "Đơn vị thực hiện", "Thời gian", "Tình trạng", "Ngày hoàn thành", "Văn bản"
)  # fmt: skip
NOW = datetime(2021, 6, 15, 2, 0, tzinfo=UTC)
TODAY = date(2021, 6, 15)
ISSUED = date(2020, 12, 29)
PAPER = "Báo cáo số 12/BC-STTTT ngày 14/3/2021"


def row(number, *progress, products="Báo cáo", due="Trước 31/3/2021"):
    return (number, f"Việc {number}", products, "Văn phòng Sở", due, *progress)


def read(*rows):
    document = table(*rows, header=HEADER)
    return read_plan(document, number="1/KH-STTTT", issued_on=ISSUED, year=2021, today=TODAY)


THE_LIST = (
    row("1.1", "Đã hoàn thành", "15/3/2021", PAPER),
    row("1.2", "Đang thực hiện", "", ""),
    row("1.3", "Chưa thực hiện", "", ""),
    row("1.4", "Xong", "20/4/2021", "", due="Trước 15/4/2021"),
    row("1.5", "Quá hạn", "", ""),
)


@pytest.fixture
def office(session):
    made = make_office(session)
    session.commit()
    return made


@pytest.fixture
def actor(session, office):
    return principal_of(session, office.people["office"])


def stage(session, actor, *rows, sha256="a" * 64):
    return staging.stage(session, read(*rows), file_name="so-theo-doi.xlsx", sha256=sha256, actor=actor, now=NOW)


def answer(session, staged, actor, answers=None, otherwise=AS_READ.answers):
    """The answers by row; every other question takes its proposed one."""
    state = staging.review(session, staged.id, actor=actor, today=TODAY)
    given = {
        each.key: (answers or {}).get(each.task.row_id if each.task else "", each.options[0].answers)
        for each in state.questions
    }
    return staging.answer_questions(session, staged.id, given=given, actor=actor, now=NOW)


def accept(session, staged, actor, **answers):
    answer(session, staged, actor, {row_id.replace("_", "."): (each,) for row_id, each in answers.items()})
    return staging.accept(session, staged.id, actor=actor, now=NOW)


def owed(session, plan):
    return list(session.scalars(select(Obligation).where(Obligation.plan_id == plan.id).order_by(Obligation.id)))


def test_a_whole_completion_becomes_a_report_and_its_confirmation_with_the_document(session, actor):
    plan = accept(session, stage(session, actor, THE_LIST[0]), actor)

    (obligation,) = owed(session, plan)
    assert (obligation.status, obligation.status_on) == (Status.DONE, date(2021, 3, 15))
    assert obligation.status_recorded_at == NOW
    report, done = session.scalars(
        select(LedgerRow).where(LedgerRow.kind == RowKind.STATUS).order_by(LedgerRow.seq)
    ).all()
    assert (report.status, done.status) == (Status.REPORTED, Status.DONE)
    assert report.effective_on == done.effective_on == date(2021, 3, 15)
    assert done.answers_seq == report.seq
    assert report.payload["taken_over"] is True
    assert report.payload["source"] == {"table": 1, "row": 2, "text": f"Đã hoàn thành | 15/3/2021 | {PAPER}"}
    assert report.payload["document"]["number"] == "12/BC-STTTT"
    document = session.scalars(select(Document)).one()
    assert (document.number, document.issued_on) == ("12/BC-STTTT", date(2021, 3, 14))
    evidence = session.scalars(select(Evidence)).one()
    assert (evidence.obligation_id, evidence.seq) == (obligation.id, report.seq)
    assert [*ledger.verify(session, actor.agency_id)] == [] if hasattr(ledger, "verify") else True


def test_each_state_of_the_list_is_taken_by_its_answer(session, actor):
    waived = Answer(AnswerKind.FINISHED)
    plan = accept(session, stage(session, actor, *THE_LIST), actor, **{"1_4": waived})

    states = [(each.status, each.status_on) for each in owed(session, plan)]
    assert states == [
        (Status.DONE, date(2021, 3, 15)),
        (Status.IN_PROGRESS, TODAY),
        (Status.NOT_STARTED, None),
        (Status.DONE, date(2021, 4, 20)),
        (Status.NOT_STARTED, None),
    ]
    assert [each.is_evidence_waived for each in owed(session, plan)] == [False, False, False, True, False]
    waiver = session.scalars(select(LedgerRow).where(LedgerRow.kind == RowKind.WAIVER)).one()
    assert waiver.payload["taken_over"] is True


def test_without_a_document_or_a_reason_nothing_is_complete(session, actor):
    plan = accept(session, stage(session, actor, THE_LIST[3]), actor)

    assert [each.status for each in owed(session, plan)] == [Status.IN_PROGRESS]


def test_a_list_cannot_be_accepted_while_a_state_is_asked(session, actor):
    staged = stage(session, actor, *THE_LIST)

    with pytest.raises(Refused) as refused:
        staging.accept(session, staged.id, actor=actor, now=NOW)

    assert refused.value.reason is RefusedReason.QUESTIONS_OPEN


def test_the_free_answer_names_the_day_and_the_document(session, actor):
    said = Answer(AnswerKind.FINISHED, due_on=date(2021, 4, 2), phrase="Công văn số 7/STTTT-VP ngày 01/4/2021")
    plan = accept(session, stage(session, actor, THE_LIST[4]), actor, **{"1_5": said})

    assert [(each.status, each.status_on) for each in owed(session, plan)] == [(Status.DONE, date(2021, 4, 2))]
    assert session.scalars(select(Document.number)).one() == "7/STTTT-VP"


def test_a_day_to_come_is_refused_whole(session, actor):
    staged = stage(session, actor, THE_LIST[4])
    answer(session, staged, actor, {"1.5": (Answer(AnswerKind.FINISHED, due_on=date(2021, 6, 16)),)})

    with pytest.raises(Refused) as refused:
        staging.accept(session, staged.id, actor=actor, now=NOW)

    assert refused.value.reason is RefusedReason.AFTER_TODAY
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Plan)) == 0


def test_recurring_work_is_taken_for_the_one_period_that_is_chosen(session, actor):
    printed = row("1.1", "Đã hoàn thành", "25/3/2021", PAPER, due="Hàng quý")
    staged = stage(session, actor, printed)
    state = staging.review(session, staged.id, actor=actor, today=TODAY)
    asked = next(each for each in state.questions if each.doubt.reason is DoubtReason.PROGRESS_PERIODS)
    assert [option.kind for option in asked.options] == [AnswerKind.NOT_TAKEN, AnswerKind.FINISHED]

    answer(session, staged, actor)
    staging.answer_questions(session, staged.id, given={asked.key: asked.options[1].answers}, actor=actor, now=NOW)
    plan = staging.accept(session, staged.id, actor=actor, now=NOW)

    assert [each.status for each in owed(session, plan)] == [Status.DONE, *[Status.NOT_STARTED] * 3]


def test_counts_follow_the_day_of_completion_and_not_what_was_known_before(session, actor):
    plan = accept(session, stage(session, actor, *THE_LIST), actor, **{"1_4": Answer(AnswerKind.FINISHED)})

    def done(cut_off, known_at=NOW):
        return counting.count(session, plan.id, actor=actor, cut_off=cut_off, known_at=known_at).done

    assert [done(date(2021, 3, 14)), done(date(2021, 3, 15)), done(date(2021, 4, 20))] == [0, 1, 2]
    assert done(TODAY, datetime(2021, 6, 14, tzinfo=UTC)) == 0


def test_the_console_takes_over_what_is_whole_and_leaves_the_rest(session, actor):
    plan = staging.import_directly(session, read(*THE_LIST), sha256=None, create_units=True, actor=actor, now=NOW)

    states = [each.status for each in owed(session, plan)]
    assert states == [Status.DONE, Status.IN_PROGRESS, *[Status.NOT_STARTED] * 3]


def test_work_taken_over_goes_on_as_any_other(session, actor):
    plan = accept(session, stage(session, actor, THE_LIST[0]), actor)
    (obligation,) = owed(session, plan)

    obligation_services.reopen(
        session, obligation.id, version=obligation.version, effective_on=date(2021, 6, 1),
        reason="Bổ sung số liệu", actor=actor, now=datetime(2021, 6, 16, tzinfo=UTC),
    )  # fmt: skip

    assert owed(session, plan)[0].status is Status.IN_PROGRESS


def test_the_same_list_again_changes_nothing(session, actor):
    accept(session, stage(session, actor, THE_LIST[0]), actor)
    before = session.scalar(select(func.count()).select_from(LedgerRow))
    session.rollback()

    for sha256 in ("a" * 64, "b" * 64):
        with pytest.raises(Refused) as refused:
            stage(session, actor, THE_LIST[0], sha256=sha256)
        assert refused.value.reason is RefusedReason.PLAN_EXISTS

    assert session.scalar(select(func.count()).select_from(LedgerRow)) == before
