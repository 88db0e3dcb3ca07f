"""A submitted report stays byte for byte, and every member that moved since names what moved it."""

from datetime import date

import pytest

from cchc_tasks.domain.closing import Decided, Fate
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.reorganisations import ReorganisationKind
from cchc_tasks.domain.reports.causes import CauseKind
from cchc_tasks.services import (
    amendments,
    closing,
    corrections,
    extensions,
    obligations,
    plan_editing,
    reorganising,
    reports,
    staging,
)
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services._evidence import DocumentInput
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.services.plan_editing import PeriodInput
from cchc_tasks.services.reorganising import DecisionPaper, Order, Successor
from cchc_tasks.services.report_drift import explain
from cchc_tasks.services.report_figures import drift_of
from cchc_tasks.storage.models import AmendmentKind, Obligation, PlanKind
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.wording.drift_causes import cause_sentence
from tests.factories import at, make_office, make_plan, make_task, principal_of
from tests.support import amended_163, plan_163
from tests.support.reports import FORM, NOW, Q1, Prepared, describe
from tests.support.year import Year, confirm, make_year, report

SET, DONE = "steer.plan.tasks_set", "steer.plan.tasks_done"
SINCE = date(2021, 3, 23)
PAPER = DocumentInput("25/STTTT-VP", date(2021, 3, 10), "Gia hạn")


class Submitted(Prepared):
    """A report of quý I that was submitted on 12/3/2021, with a piece of work that the province gave."""

    def __init__(self, session):
        year = make_year(session)
        given = make_plan(session, year.office.agency, number="10/UBND-KSTTHC")
        given.kind = PlanKind.ASSIGNED_BY_PROVINCE
        self.given = make_task(session, given, lead=year.office.unit, due_on=date(2021, 3, 1)).obligation
        session.commit()
        report(session, year.office, self.given, date(2021, 3, 11))
        confirm(session, year.office, self.given, at(date(2021, 3, 12), 8))
        actor = principal_of(session, year.office.people["office"])
        made = reports.begin(session, FORM, Q1, title="Báo cáo quý I", actor=actor, now=NOW)
        super().__init__(session, year, made)
        self.fill()
        self.accept_warnings()
        self.submit()
        self.before = queries.snapshot_of(session, made).content

    def work(self, name):
        self.session.expire_all()
        return self.session.get_one(Obligation, self.year.work[name].id)

    def explained(self, day=SINCE):
        """(what moved by key, the explanation); the frozen bytes are as they were."""
        self.session.expire_all()
        now = at(day, 20)
        frozen, moved, _told = drift_of(self.session, self.report, actor=self.who("office"), now=now, describe=describe)
        assert queries.snapshot_of(self.session, self.report).content == self.before
        found = explain(self.session, self.report, frozen, moved)
        for each in moved:
            for member in (*each.entered, *each.left):
                assert found.members[member.id] or member.id.startswith(("row:", "amendment:", "plan:")), member
        return {each.key: each for each in moved}, found

    def why(self, item):
        moved, found = self.explained()
        assert moved
        return found.members[f"task:{item.task_id}"]


@pytest.fixture
def submitted(session):
    return Submitted(session)


def kinds(causes):
    return [cause.kind for cause in causes]


def test_shows_3_nothing_moved_is_nothing_told(submitted):
    moved, found = submitted.explained()

    assert (moved, found.members, found.events) == ({}, {}, ())


def test_shows_3_a_late_entry_is_named_with_its_document(session, submitted):
    late = submitted.work("late")
    report(session, submitted.year.office, late, date(2021, 3, 2), recorded=at(SINCE))
    confirm(session, submitted.year.office, submitted.work("late"), at(SINCE, 10))

    told = submitted.why(late)

    assert kinds(told) == [CauseKind.REPORTED, CauseKind.CONFIRMED]
    assert cause_sentence(told[0]) == (
        f"Báo cáo hoàn thành ngày 02/3/2021, kèm văn bản {late.id}/BC-STTTT ngày 02/3/2021; "
        "Nguyễn Văn An ghi lúc 23/3/2021 09:00."
    )


def test_shows_3_a_correction_is_named_with_its_reason(session, submitted):
    done = submitted.work("done")
    values = {"version": done.version, "actor": submitted.who("office"), "now": at(SINCE)}
    corrections.correct_status(session, done.id, effective_on=date(2021, 3, 16), reason="Sai ngày.", **values)

    [*_others, told] = submitted.why(done)

    assert told.kind is CauseKind.STATUS_CORRECTED
    assert cause_sentence(told) == (
        "Đính chính trạng thái đã ghi; Trần Thị Hạnh ghi lúc 23/3/2021 09:00; lý do: Sai ngày."
    )


def test_shows_3_work_taken_up_again_is_named(session, submitted):
    done = submitted.work("done")
    values = {"version": done.version, "actor": submitted.who("office"), "now": at(SINCE)}
    obligations.reopen(session, done.id, effective_on=date(2021, 3, 12), reason="Thiếu phụ lục.", **values)

    [told] = submitted.why(done)

    assert cause_sentence(told) == (
        "Mở lại việc đã hoàn thành từ ngày 12/3/2021; Trần Thị Hạnh ghi lúc 23/3/2021 09:00; lý do: Thiếu phụ lục."
    )


def test_shows_3_an_extension_that_makes_late_work_timely_is_named(session, submitted):
    """More time is given for open work: the work is taken up again, extended by a paper of before, done again."""
    office = submitted.who("office")

    def fresh():
        session.expire_all()
        return session.get_one(Obligation, submitted.given.id)

    values = {"reason": "Bổ sung.", "actor": office, "now": at(SINCE, 8)}
    obligations.reopen(session, fresh().id, version=fresh().version, effective_on=date(2021, 3, 11), **values)
    extensions.extend_many(
        session,
        {fresh().id: fresh().version},
        due_on=date(2021, 3, 31),
        document=PAPER,
        words="Chờ hướng dẫn.",
        actor=office,
        now=at(SINCE, 9),
    )
    report(session, submitted.year.office, fresh(), date(2021, 3, 12), recorded=at(SINCE, 10))
    confirm(session, submitted.year.office, fresh(), at(SINCE, 11))

    moved, _found = submitted.explained()
    told = next(each for each in submitted.why(submitted.given) if each.kind is CauseKind.EXTENDED)

    assert {key for key, each in moved.items() if each.entered} & {key for key in moved if "on_time" in key}
    assert cause_sentence(told) == (
        "Gia hạn từ 01/3/2021 thành 31/3/2021 theo 25/STTTT-VP ngày 10/3/2021; "
        "Trần Thị Hạnh ghi lúc 23/3/2021 09:00; lý do: Chờ hướng dẫn."
    )


def test_shows_3_a_corrected_deadline_is_named(session, submitted):
    done = session.get_one(Obligation, submitted.given.id)
    values = {"version": done.version, "actor": submitted.who("office"), "now": at(SINCE)}
    corrections.correct_deadline(
        session, done.id, values=DeadlineValues(DeadlineKind.DATE, date(2021, 3, 31)), reason="Đọc nhầm.", **values
    )

    [told] = submitted.why(done)

    assert cause_sentence(told) == (
        "Đính chính thời hạn thành 31/3/2021; Trần Thị Hạnh ghi lúc 23/3/2021 09:00; lý do: Đọc nhầm."
    )


def test_shows_3_a_row_added_is_named(session, submitted):
    task = submitted.work("later").deliverable.task
    added = plan_editing.add_task(
        session,
        task.area_id,
        numbers=("1.99",),
        text="Việc phát sinh",
        note="",
        assignment_text="",
        time_text="",
        assigned=task.assigned(),
        entered_on=date(2021, 3, 1),
        actor=submitted.who("office"),
        now=at(SINCE),
    )
    plan_editing.add_deliverable(
        session,
        added.id,
        ordinal="",
        text="Báo cáo",
        deadline_text="",
        periods=(PeriodInput("", DeadlineValues(DeadlineKind.DATE, date(2021, 6, 30))),),
        entered_on=date(2021, 3, 1),
        actor=submitted.who("office"),
        now=at(SINCE),
    )

    moved, found = submitted.explained()

    assert [member.id for member in moved[SET].entered] == [f"task:{added.id}"]
    assert cause_sentence(found.members[f"task:{added.id}"][0]) == (
        "Bổ sung vào kế hoạch từ ngày 01/3/2021; Trần Thị Hạnh ghi lúc 23/3/2021 09:00."
    )


def test_shows_3_a_merger_is_told_though_it_moves_no_figure(session, submitted):
    office = submitted.year.office
    paper = DecisionPaper("05/QĐ-STTTT", date(2021, 3, 8), "Sáp nhập hai đơn vị")
    order = Order(
        ReorganisationKind.MERGE, paper, date(2021, 3, 10), (office.unit.id,), (Successor(office.other_unit.id),)
    )
    reorganising.record(session, order, actor=submitted.who("office"), now=at(SINCE))

    moved, found = submitted.explained()

    assert moved == {}
    assert [cause_sentence(each) for each in found.events] == [
        "Sắp xếp đơn vị từ ngày 10/3/2021 theo 05/QĐ-STTTT ngày 08/3/2021; Trần Thị Hạnh ghi lúc 23/3/2021 09:00; "
        "nội dung: Sáp nhập hai đơn vị."
    ]


def test_shows_3_the_end_of_the_plans_year_is_told_and_moves_nothing_before_it(session, submitted):
    confirm(session, submitted.year.office, submitted.work("waiting"), at(date(2021, 3, 30)))
    plan = submitted.year.plan
    session.refresh(plan)
    decided = [Decided(each.id, Fate.LAPSE, "Hết căn cứ.") for each in closing.open_obligations(session, plan)]
    closing.close_plan(
        session,
        plan.id,
        version=plan.version,
        decided=decided,
        target_id=None,
        closed_on=date(2021, 12, 31),
        actor=submitted.who("office"),
        now=at(date(2022, 1, 5)),
    )

    moved, found = submitted.explained(date(2022, 1, 6))

    assert set(moved[DONE].entered) and SET not in moved
    assert [cause_sentence(each) for each in found.events] == [
        "Kết thúc năm kế hoạch ngày 31/12/2021; Trần Thị Hạnh ghi lúc 05/01/2022 09:00."
    ]


def test_shows_3_an_amendment_names_its_document_with_what_it_added_withdrew_and_moved(session):
    """A history of one plan 163: reported at its own cut-off, then amended for a day before it."""
    office = make_office(session)
    session.commit()
    actor = principal_of(session, office.people["office"])
    plan = staging.import_directly(
        session, plan_163.reading(), sha256=plan_163.SHA256, create_units=True, actor=actor, now=at(date(2021, 1, 5))
    )
    made = reports.begin(session, FORM, Q1, title="Báo cáo quý I", actor=actor, now=NOW)
    prepared = Prepared(session, Year(office, plan, {}), made)
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()
    document = AmendingDocument(
        AmendmentKind.REVISED, "88/KH-STTTT", date(2021, 3, 1), date(2021, 3, 1), "Điều chỉnh kế hoạch"
    )
    values = {"document": document, "sha256": None, "actor": actor, "now": at(SINCE)}
    amendments.amend(session, plan.id, amended_163.reading(), **values)

    frozen, moved, _told = drift_of(session, made, actor=actor, now=at(SINCE, 20), describe=describe)
    found = explain(session, made, frozen, moved)

    change = next(each for each in moved if each.key == SET)
    assert (len(change.entered), len(change.left)) == (3, 1)
    added, withdrawn = found.members[change.entered[0].id][0], found.members[change.left[0].id][0]
    assert cause_sentence(added) == (
        "Bổ sung vào kế hoạch từ ngày 01/3/2021 theo 88/KH-STTTT ngày 01/3/2021; Trần Thị Hạnh ghi lúc 23/3/2021 09:00."
    )
    assert cause_sentence(withdrawn) == (
        "Rút khỏi kế hoạch từ ngày 01/3/2021 theo 88/KH-STTTT ngày 01/3/2021; Trần Thị Hạnh ghi lúc 23/3/2021 09:00."
    )
    assert [each.kind for each in found.events] == [CauseKind.AMENDED]
    [document] = next(each for each in moved if each.key == "steer.docs_issued").entered
    assert found.members[document.id] == found.events
