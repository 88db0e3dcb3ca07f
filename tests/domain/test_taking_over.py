"""What an office's own list says of the state of its work: statuses, days, documents, and what has to be asked."""

from datetime import date

import pytest

from cchc_tasks.domain.plan_reading import (
    DoubtReason,
    Paper,
    Stage,
    read_plan,
    reading_from_dict,
    reading_json,
    reading_to_dict,
)
from cchc_tasks.domain.plan_reading.progress import ProgressCells, read_progress, stage_of
from tests.domain.test_plan_reading import table

PLAN = ("TT", "Nhiệm vụ", "Sản phẩm", "Đơn vị thực hiện", "Thời gian")
PROGRESS = ("Tình trạng", "Ngày hoàn thành", "Văn bản")
TODAY = date(2021, 6, 15)
ISSUED = date(2020, 12, 29)


def read(*rows, header=(*PLAN, *PROGRESS)):
    return read_plan(table(*rows, header=header), number="1/KH-STTTT", issued_on=ISSUED, year=2021, today=TODAY)


def row(*progress, number="1.1", products="Báo cáo", due="Trước 31/3/2021"):
    return (number, "Rà soát văn bản", products, "Văn phòng Sở", due, *progress)


def progress_of(reading):
    return [each.progress for task in reading.tasks() for each in task.deliverables]


def reasons(reading):
    return [(doubt.where, doubt.reason) for doubt in reading.to_confirm if doubt.reason.startswith("progress")]


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("Đã hoàn thành", Stage.DONE),
        ("Hoàn thành", Stage.DONE),
        ("hoàn thành đúng hạn", Stage.DONE),
        ("Đã hoàn thành (trễ hạn)", Stage.DONE),
        ("Xong", Stage.DONE),
        ("Đã thực hiện", Stage.DONE),
        ("Đã thực hiện xong.", Stage.DONE),
        ("100%", Stage.DONE),
        ("Hoàn thành 100 %", Stage.DONE),
        ("Đã ban hành Kế hoạch số 12/KH-STTTT ngày 05/02/2021", Stage.DONE),
        ("Đang thực hiện", Stage.DOING),
        ("Đang trình UBND tỉnh", Stage.DOING),
        ("50%", Stage.DOING),
        ("Đã thực hiện 50%", Stage.DOING),
        ("Chưa thực hiện", Stage.TODO),
        ("Chưa triển khai", Stage.TODO),
        ("0%", Stage.TODO),
        ("", None),
        ("-", None),
        ("x", Stage.UNCLEAR),
        ("Quá hạn", Stage.UNCLEAR),
        ("Chưa hoàn thành", Stage.UNCLEAR),
        ("Không hoàn thành", Stage.UNCLEAR),
        ("Cơ bản hoàn thành", Stage.UNCLEAR),
        ("Hoàn thành dự thảo", Stage.UNCLEAR),
        ("Dự kiến hoàn thành", Stage.UNCLEAR),
        ("Hoàn thành một phần", Stage.UNCLEAR),
        ("Đã ban hành dự thảo lấy ý kiến", Stage.UNCLEAR),
        ("150%", Stage.UNCLEAR),
        ("Tạm dừng", Stage.UNCLEAR),
    ],
)
def test_the_words_of_a_status_are_read_or_left_to_be_asked(words, stage):
    assert stage_of(words) is stage


def test_a_row_that_says_all_is_taken_without_a_question():
    reading = read(row("Đã hoàn thành", "15/3/2021", "Báo cáo số 12/BC-STTTT ngày 14/3/2021"))

    (progress,) = progress_of(reading)
    assert (progress.stage, progress.done_on) == (Stage.DONE, date(2021, 3, 15))
    assert progress.paper == Paper("12/BC-STTTT", date(2021, 3, 14))
    assert progress.is_complete
    assert reasons(reading) == []


@pytest.mark.parametrize(
    ("cells", "reason", "detail"),
    [
        (("Đã hoàn thành", "", ""), DoubtReason.PROGRESS_INCOMPLETE, "date document"),
        (("Đã hoàn thành", "tháng 3", "12/BC-STTTT ngày 14/3/2021"), DoubtReason.PROGRESS_ASSUMED, ""),
        (("Đã hoàn thành", "15/3/2021", ""), DoubtReason.PROGRESS_INCOMPLETE, "document"),
        (("Đã hoàn thành", "15/3/2021", "12/BC-STTTT"), DoubtReason.PROGRESS_INCOMPLETE, "document_date"),
        (("Đã hoàn thành", "", "12/BC-STTTT ngày 14/3/2021"), DoubtReason.PROGRESS_ASSUMED, ""),
        (("Xong", "16/6/2021", "12/BC-STTTT ngày 14/3/2021"), DoubtReason.PROGRESS_DATE, "after_today"),
        (("Xong", "16/6/2021", ""), DoubtReason.PROGRESS_DATE, "after_today"),
        (("50%", "16/6/2021", ""), DoubtReason.PROGRESS_DATE, "after_today"),
        (("Xong", "15/12/2020", "12/BC-STTTT ngày 14/12/2020"), DoubtReason.PROGRESS_DATE, "before_plan"),
        (("Quá hạn", "", ""), DoubtReason.PROGRESS_UNCLEAR, ""),
        (("Chưa thực hiện", "15/3/2021", ""), DoubtReason.PROGRESS_UNCLEAR, ""),
        (("", "15/3/2021", "12/BC-STTTT ngày 14/3/2021"), DoubtReason.PROGRESS_UNCLEAR, ""),
    ],
)
def test_what_is_missing_odd_or_at_odds_is_asked(cells, reason, detail):
    # A second row keeps the column of documents a column of documents.
    reading = read(
        row(*cells),
        row("Chưa thực hiện", "01/01/2021"[:0], "", number="1.2"),
        row("Xong", "02/02/2021", "1/BC-STTTT ngày 02/02/2021", number="1.3"),
    )

    doubts = [each for each in reading.to_confirm if each.reason.startswith("progress")]
    assert [(each.where, each.reason, each.detail) for each in doubts] == [("1.1", reason, detail)]


def test_one_status_for_several_products_is_asked_once():
    paper = "Báo cáo số 12/BC-STTTT ngày 14/3/2021"
    reading = read(row("Đã hoàn thành", "15/3/2021", paper, products="1. Kế hoạch.\n2. Báo cáo."))

    assert [each.stage for each in progress_of(reading)] == [Stage.DONE, Stage.DONE]
    assert reasons(reading) == [("1.1", DoubtReason.PROGRESS_SHARED)]


def test_numbered_statuses_fall_to_the_products_of_their_numbers():
    reading = read(
        row("2. Đang thực hiện", "", "", products="1. Kế hoạch.\n2. Báo cáo."),
        row("1. Đang thực hiện\n2. Chưa thực hiện", "", "", number="1.2", products="1. Kế hoạch.\n2. Báo cáo."),
    )

    first, second, third, fourth = progress_of(reading)
    assert first is None
    assert (second.stage, third.stage, fourth.stage) == (Stage.DOING, Stage.DOING, Stage.TODO)
    assert reasons(reading) == []


def test_lines_without_numbers_fall_by_order_and_are_asked():
    reading = read(row("Đang thực hiện\nChưa thực hiện", "", "", products="- Kế hoạch.\n- Báo cáo."))

    assert [each.stage for each in progress_of(reading)] == [Stage.DOING, Stage.TODO]
    assert reasons(reading) == [("1.1", DoubtReason.PROGRESS_SHARED)]


def test_lines_that_fit_no_products_are_unclear():
    reading = read(row("Đang thực hiện\nChưa thực hiện", "", "", products="- A.\n- B.\n- C."))

    assert {each.stage for each in progress_of(reading)} == {Stage.UNCLEAR}
    assert reasons(reading) == [("1.1", DoubtReason.PROGRESS_UNCLEAR)]


def test_a_completion_of_recurring_work_is_asked_for_its_period():
    reading = read(row("Đã hoàn thành", "25/3/2021", "12/BC-STTTT ngày 25/3/2021", due="Hàng quý"))

    assert reasons(reading)[-1] == ("1.1", DoubtReason.PROGRESS_PERIODS)


@pytest.mark.parametrize(
    "names",
    [
        ("Tình trạng", "Ngày hoàn thành", "Văn bản"),
        ("Trạng thái", "Ngày hoàn thành thực tế", "Số văn bản"),
        ("Kết quả thực hiện", "Thời gian hoàn thành thực tế", "Sản phẩm đã ban hành"),
        ("Tiến độ thực hiện", "Ngày hoàn thành", "Số, ký hiệu văn bản"),
        ("TÌNH HÌNH THỰC HIỆN", "Đã hoàn thành ngày", "Văn bản ban hành"),
        ("Tình trạng thực hiện", "Ngày thực hiện xong", "Minh chứng"),
        ("Mức độ hoàn thành", "Ngày hoàn thành", "Tài liệu kiểm chứng"),
    ],
)
def test_the_columns_are_known_under_many_names(names):
    reading = read(row("Hoàn thành", "15/3/2021", "12/BC-STTTT ngày 14/3/2021"), header=(*PLAN, *names))

    (progress,) = progress_of(reading)
    assert progress.is_complete
    assert progress.paper == Paper("12/BC-STTTT", date(2021, 3, 14))
    assert [doubt.reason for doubt in reading.to_confirm if doubt.where == "document"] == []


def test_the_columns_may_stand_anywhere():
    header = ("TT", "Tình trạng", "Nhiệm vụ", "Ngày hoàn thành", "Sản phẩm", "Thời hạn", "Văn bản", "Đơn vị")
    line = ("1.1", "Xong", "Rà soát", "15/3/2021", "Báo cáo", "31/3/2021", "12/BC-STTTT ngày 14/3/2021", "Văn phòng Sở")

    (task,) = read(line, header=header).tasks()

    assert task.deliverables[0].obligations[0].due_on == date(2021, 3, 31)
    assert task.deliverables[0].progress.done_on == date(2021, 3, 15)


def test_crosses_under_the_name_of_a_status_are_read():
    header = (*PLAN, "Đã hoàn thành", "Đang thực hiện", "Chưa thực hiện")
    reading = read(
        row("x", "", ""),
        row("", "X", "", number="1.2"),
        row("", "", "x", number="1.3"),
        row("x", "x", "", number="1.4"),
        header=header,
    )

    stages = [each.stage for each in progress_of(reading)]
    assert stages == [Stage.DONE, Stage.DOING, Stage.TODO, Stage.UNCLEAR]


def test_a_document_has_its_day_in_a_column_of_its_own():
    header = (*PLAN, "Trạng thái", "Số văn bản", "Ngày ban hành")
    reading = read(row("Xong", "12/BC-STTTT", "14/3/2021"), header=header)

    (progress,) = progress_of(reading)
    assert progress.paper == Paper("12/BC-STTTT", date(2021, 3, 14))
    assert reasons(reading) == [("1.1", DoubtReason.PROGRESS_ASSUMED)]


def test_progress_as_the_time_of_a_plan_stays_its_time():
    header = ("TT", "Nhiệm vụ", "Kết quả", "Đơn vị thực hiện", "Tiến độ thực hiện")
    reading = read(row(), header=header)

    (task,) = reading.tasks()
    assert task.deliverables[0].text == "Báo cáo"
    assert task.deliverables[0].obligations[0].due_on is not None
    assert progress_of(reading) == [None]


def test_a_result_told_in_one_sentence_is_read_with_its_document_and_day():
    header = (*PLAN, "Kết quả thực hiện")
    reading = read(row("Đã ban hành Báo cáo số 12/BC-STTTT ngày 14/3/2021"), header=header)

    (progress,) = progress_of(reading)
    assert progress.paper == Paper("12/BC-STTTT", date(2021, 3, 14))
    assert progress.done_on == date(2021, 3, 14)
    assert reasons(reading) == [("1.1", DoubtReason.PROGRESS_ASSUMED)]


def test_a_reading_with_progress_is_kept_whole():
    reading = read(
        row("Xong", "15/3/2021", "12/BC-STTTT"), row("Đang làm", "", "", number="1.2"), row("", "", "", number="1.3")
    )

    assert reading_from_dict(reading_to_dict(reading)) == reading
    kept = [each for task in reading_json(reading)["tasks"] for each in task["deliverables"]]
    assert kept[0]["progress"]["done_on"] == "2021-03-15"
    assert "progress" not in kept[2]


def test_nothing_at_all_is_no_statement():
    assert read_progress(ProgressCells("-", "", " ", "")) is None
