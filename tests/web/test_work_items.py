"""A piece of work as lists show it: its title, its deadline in words, its progress."""

from datetime import date

import pytest

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.standing import standing
from cchc_tasks.domain.units import LeadBasis
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.storage.queries.tasks import UnitCard
from cchc_tasks.web.work_items import Marks, due_of, present, steps_of

TODAY = date(2021, 3, 10)
UNITS = {5: UnitCard(5, "Thanh tra Sở", "Thanh tra", None)}


def make_row(**values) -> WorkRow:
    given = dict.fromkeys(WorkRow._fields) | {
        "id": 7,
        "version": 1,
        "task_id": 3,
        "deliverable_id": 4,
        "numbers": ["6.3", "6.4"],
        "text": "Họp đánh giá",
        "period_label": "",
        "deadline_kind": DeadlineKind.DATE,
        "deadline_text": "Trong năm",
        "due_on": date(2021, 3, 31),
        "original_due_on": date(2021, 3, 31),
        "status": Status.NOT_STARTED,
        "is_returned": False,
        "counted_unit_id": 5,
        "lead_unit_id": 5,
        "lead_basis": LeadBasis.EXPLICIT,
    }
    if "due_on" in values:
        given["original_due_on"] = values["due_on"]
    return WorkRow(**(given | values))


@pytest.fixture
def show(app):
    def make(**values):
        with app.test_request_context():
            return present([make_row(**values)], today=TODAY, units=UNITS)[0]

    return make


DONE, REPORTED = Status.DONE, Status.REPORTED


@pytest.mark.parametrize(
    "values, kind, words",
    [
        ({}, "soon", "còn 21 ngày"),
        ({"due_on": TODAY}, "soon", "hạn hôm nay"),
        ({"due_on": date(2021, 3, 5)}, "late", "quá hạn 5 ngày"),
        ({"due_on": date(2021, 12, 31)}, "ok", "còn 296 ngày"),
        ({"due_on": None, "deadline_text": "Theo quy định"}, "none", "Theo quy định"),
        ({"due_on": None, "deadline_text": "x" * 60}, "none", "không định ngày"),
        ({"due_on": None, "deadline_text": ""}, "none", "không định ngày"),
        ({"status": REPORTED, "status_on": date(2021, 3, 1), "due_on": date(2021, 3, 5)}, "ok", "báo cáo đúng hạn"),
        ({"status": REPORTED, "status_on": date(2021, 3, 9), "due_on": date(2021, 3, 5)}, "late", "quá hạn 5 ngày"),
        ({"status": DONE, "status_on": date(2021, 3, 1)}, "done", "hoàn thành đúng hạn"),
        ({"status": DONE, "status_on": date(2021, 4, 2)}, "donelate", "hoàn thành quá hạn 2 ngày"),
        ({"status": DONE, "status_on": date(2021, 3, 1), "due_on": None}, "done", "đã hoàn thành"),
        ({"status": Status.WITHDRAWN}, "none", "rút khỏi kế hoạch"),
        ({"status": Status.LAPSED, "status_on": date(2021, 12, 31)}, "none", "từ ngày 31/12/2021"),
    ],
)
def test_a_deadline_is_told_in_words_by_its_standing(show, values, kind, words):
    item = show(**values)

    assert (item.due.kind, item.due.words) == (kind, words)


def test_the_period_stands_in_front_and_printed_numbers_together(show):
    item = show(period_label="Tháng 2/2021")

    assert item.title == "Tháng 2/2021: Họp đánh giá"
    assert item.number_text == "6.3, 6.4"
    assert item.href == "/nhiem-vu/3#muc-7"
    assert (item.unit, item.unit_kind) == ("Thanh tra", "lead")


def test_returned_work_says_so_and_a_group_without_a_lead_has_no_unit(show):
    item = show(status=Status.IN_PROGRESS, is_returned=True, counted_unit_id=None, lead_unit_id=None)

    assert (item.status_kind, item.status_words, item.unit) == ("returned", "Trả lại", "")


def test_a_later_deadline_keeps_the_first_beside_it():
    row = make_row(due_on=date(2021, 6, 30), original_due_on=date(2021, 3, 31))

    assert due_of(row, present_standing(row), TODAY).original == "hạn gốc 31/3/2021"


def present_standing(row):

    return standing(row.facts, TODAY)


def test_progress_counts_what_is_still_in_the_plan():
    steps = steps_of([[DONE], [REPORTED], [Status.NOT_STARTED], [Status.WITHDRAWN]])

    assert (steps.parts, steps.label, steps.done) == (("done", "doing", "todo"), "1/3 sản phẩm", 1)
    assert steps_of([[Status.WITHDRAWN]]) is None


def test_a_mark_is_made_once_for_each_distinct_value(app):
    with app.test_request_context():
        marks = Marks()

        assert marks.status("done", "Hoàn thành") is marks.status("done", "Hoàn thành")
        assert "&lt;b&gt;" in marks.status("done", "<b>")
