"""The doubts of a reading as questions, and the reading as the answers change it."""

from datetime import date

import pytest

from cchc_tasks.domain.errors import Invalid
from cchc_tasks.domain.grid import Cell, SourceDocument, Table
from cchc_tasks.domain.plan_answers import (
    Answer,
    AnswerKind,
    answer_from_dict,
    answer_to_dict,
    apply_answers,
    unit_names,
)
from cchc_tasks.domain.plan_questions import AS_READ, questions_of
from cchc_tasks.domain.plan_reading import DoubtReason, read_plan
from cchc_tasks.domain.units import LeadBasis

HEADER = (
    "TT",
    "Nhiệm vụ chung",
    "Nhiệm vụ cụ thể",
    "Sản phẩm",
    "Phân công thực hiện",
    "Thời gian thực hiện",
    "Ghi chú",
)


def reading_of(*rows):
    """A plan of one area, "Cải cách thể chế"; a row is (task, products, assignment, time, note)."""
    lines = [HEADER, *(("1", "Cải cách thể chế", *row) if n == 0 else ("", "", *row) for n, row in enumerate(rows))]
    cells = tuple(
        tuple(Cell(text, row, column) for column, text in enumerate(line, start=1) if text)
        for row, line in enumerate(lines, start=1)
    )
    document = SourceDocument((), (Table(cells),), "ke-hoach.csv", "0" * 64)
    return read_plan(document, number="1/KH", issued_on=date(2021, 1, 5), year=2021)


TWO_UNITS = ("1. Rà soát", "Báo cáo", "Văn phòng Sở, Thanh tra Sở", "Trong năm", "")


def question(reading, reason):
    return next(each for each in questions_of(reading) if each.doubt.reason is reason)


def answered(reading, *answers, row="1.1"):
    return apply_answers(reading, [(row, answer) for answer in answers])


def task_of(reading):
    return reading.areas[0].tasks[0]


def days(reading):
    return [[owed.due_on for owed in each.obligations] for each in task_of(reading).deliverables]


def test_as_read_changes_nothing():
    reading = reading_of(TWO_UNITS)

    assert answered(reading, *AS_READ.answers) == reading


def test_a_lead_that_was_named_leaves_the_other_units_beside_it():
    changed = answered(reading_of(TWO_UNITS), Answer(AnswerKind.LEAD, unit="Thanh tra Sở"))

    given = task_of(changed).assignment
    assert (given.lead, given.lead_basis, given.co_leads) == ("Thanh tra Sở", LeadBasis.EXPLICIT, ("Văn phòng Sở",))


def test_a_lead_from_outside_the_row_joins_it():
    changed = answered(reading_of(TWO_UNITS), Answer(AnswerKind.LEAD, unit="Ban ISO"))

    assert task_of(changed).assignment.co_leads == ("Văn phòng Sở", "Thanh tra Sở")
    assert "Ban ISO" in unit_names(changed)


@pytest.mark.parametrize(
    "answer, expected",
    [
        (Answer(AnswerKind.DEADLINE, due_on=date(2021, 9, 1)), [[date(2021, 9, 1)]]),
        (Answer(AnswerKind.DEADLINE, phrase="Quý II/2021"), [[date(2021, 6, 30)]]),
        (Answer(AnswerKind.UNDATED), [[None]]),
    ],
)
def test_another_date_replaces_the_reading_and_keeps_the_print(answer, expected):
    changed = answered(reading_of(TWO_UNITS), answer)

    assert days(changed) == expected
    assert task_of(changed).deliverables[0].deadline.text == "Trong năm"


def test_a_phrase_that_recurs_makes_one_obligation_for_each_period():
    changed = answered(reading_of(TWO_UNITS), Answer(AnswerKind.DEADLINE, phrase="Hàng quý"))

    assert days(changed) == [[date(2021, 3, 31), date(2021, 6, 30), date(2021, 9, 30), date(2021, 12, 31)]]


def test_a_date_for_one_product_leaves_the_others():
    reading = reading_of(("1. Rà soát", "1. Kế hoạch\n2. Báo cáo", "Văn phòng Sở", "Trong năm", ""))

    changed = answered(reading, Answer(AnswerKind.DEADLINE, (1,), due_on=date(2021, 9, 1)))

    assert days(changed) == [[date(2021, 12, 31)], [date(2021, 9, 1)]]


def test_a_milestone_becomes_a_product_of_its_own():
    new = Answer(AnswerKind.NEW_PRODUCT, phrase="trong quý I/2021", text="Kế hoạch tự kiểm tra")

    changed = answered(reading_of(TWO_UNITS), new)

    added = task_of(changed).deliverables[-1]
    assert (added.text, [owed.due_on for owed in added.obligations]) == ("Kế hoạch tự kiểm tra", [date(2021, 3, 31)])


def test_a_unit_of_the_note_joins_those_who_coordinate():
    reading = reading_of(
        ("1. Rà soát", "Báo cáo", "Văn phòng Sở", "Trong năm", "Thanh tra Sở tham gia"),
        ("2. Họp", "Biên bản", "Thanh tra Sở", "Trong năm", ""),
    )
    asked = question(reading, DoubtReason.NOTE_NAMES_UNIT)

    changed = answered(reading, *asked.options[1].answers)

    assert task_of(changed).assignment.coordinating == ("Thanh tra Sở",)
    assert answered(changed, *asked.options[1].answers) == changed


@pytest.mark.parametrize(
    "row, answer",
    [
        ("9.9", Answer(AnswerKind.AS_READ)),
        ("1.1", Answer(AnswerKind.DEADLINE, (5,), due_on=date(2021, 1, 1))),
        ("1.1", Answer(AnswerKind.DEADLINE, phrase="lúc nào rảnh")),
        ("1.1", Answer(AnswerKind.NEW_PRODUCT, phrase="Quý I/2021", text="  ")),
        ("1.1", Answer(AnswerKind.LEAD)),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(row, answer):
    with pytest.raises(Invalid):
        answered(reading_of(TWO_UNITS), answer, row=row)


def test_an_answer_survives_being_stored():
    answer = Answer(AnswerKind.NEW_PRODUCT, (1, 2), "Quý I", date(2021, 3, 31), "Kế hoạch", "Ban ISO")

    assert answer_from_dict(answer_to_dict(answer)) == answer


def test_only_units_that_can_report_are_offered_as_lead():
    row = ("1. Rà soát", "Báo cáo", "Văn phòng Sở, các phòng chuyên môn", "Trong năm", "")

    asked = question(reading_of(row), DoubtReason.LEAD_UNRESOLVED)

    assert [option.first.unit for option in asked.options] == ["", "Văn phòng Sở"]
    assert asked.may_stay_open


def test_two_dates_matched_by_order_can_be_turned_round():
    reading = reading_of(("1. Rà soát", "1. Kế hoạch\n2. Báo cáo", "Văn phòng Sở", "Quý I/2021\nQuý IV/2021", ""))
    asked = question(reading, DoubtReason.MATCHED_BY_ORDER)

    changed = answered(reading, *asked.options[1].answers)

    assert days(reading) == [[date(2021, 3, 31)], [date(2021, 12, 31)]]
    assert days(changed) == [[date(2021, 12, 31)], [date(2021, 3, 31)]]


def test_a_doubt_about_the_whole_document_is_only_accepted():
    reading = reading_of(TWO_UNITS)
    year = questions_of(reading)[0]

    assert AS_READ in year.options


def test_every_option_that_is_offered_can_be_applied():
    rows = (
        ("1. A", "1. Kế hoạch\n2. Báo cáo", "Văn phòng Sở, Thanh tra Sở", "Ban hành kế hoạch trước 31/3/2021", ""),
        ("2. B", "1. X\n2. Y", "Văn phòng Sở", "Thường xuyên trước 15/8/2021", "Phòng A tham gia"),
        ("3. C", "Báo cáo trong Quý I/2021", "+ Phòng A\n+ Phòng B", "Trong năm", ""),
        ("4. D", "1. Kế hoạch\n2. Sổ", "+ Phòng A\n+ Phòng B", "khi cần", ""),
    )
    reading = reading_of(*rows)
    questions = questions_of(reading)

    for each in questions:
        for option in each.options:
            if each.task is not None:
                assert apply_answers(reading, [(each.task.row_id, answer) for answer in option.answers])
    assert len(questions) > 6


def test_a_day_that_no_month_has_is_offered_as_the_days_around_it():
    line = ("1.1 Rà soát", "Báo cáo", "Thanh tra Sở chủ trì", "Trước ngày 31/11", "")
    (question,) = [each for each in questions_of(reading_of(line)) if each.takes_date]

    offered = [option.first for option in question.options]

    assert [each.due_on for each in offered] == [None, date(2021, 11, 30), date(2021, 12, 1), None]


def test_units_by_order_may_each_answer_for_their_own_product():
    line = ("1.1 Rà soát", "1. Kế hoạch\n2. Báo cáo", "Thanh tra Sở\nVăn phòng Sở", "Quý II/2021", "")
    reading = reading_of(line)
    (question,) = [each for each in questions_of(reading) if each.doubt.reason is DoubtReason.LEAD_UNRESOLVED]

    own = question.options[1]

    assert [(each.kind, each.places, each.unit) for each in own.answers] == [
        (AnswerKind.RESPONSIBLE, (0,), "Thanh tra Sở"),
        (AnswerKind.RESPONSIBLE, (1,), "Văn phòng Sở"),
    ]
