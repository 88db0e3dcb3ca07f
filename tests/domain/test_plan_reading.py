"""Reading a plan from a grid: the shapes that plans have. Plan 163 whole is in test_plan_reading_163.py."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.assignments import LeadBasis
from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.domain.grid import Cell, SourceDocument, Table
from cchc_tasks.domain.plan_reading import (
    DoubtReason,
    read_plan,
    reading_from_dict,
    reading_to_dict,
)

HEADER = ("TT", "Nội dung nhiệm vụ", "Sản phẩm", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian hoàn thành")


def table(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> SourceDocument:
    """A document of one table; blank texts are absent cells."""
    lines = (header, *rows)
    return SourceDocument(
        (),
        (
            Table(
                tuple(
                    tuple(Cell(text, row, column) for column, text in enumerate(line, start=1) if text)
                    for row, line in enumerate(lines, start=1)
                )
            ),
        ),
        "ke-hoach.xlsx",
    )


def test_areas_may_stand_in_rows_of_their_own():
    document = table(
        ("I", "Cải cách thể chế"),
        ("1", "Rà soát văn bản", "Báo cáo", "Thanh tra Sở", "Các phòng", "Quý II/2022"),
        ("2", "Theo dõi thi hành", "Kế hoạch", "Văn phòng Sở", "", "Trước 31/01"),
        ("II", "Cải cách tài chính công"),
        ("1", "Quyết toán", "Báo cáo quyết toán", "Văn phòng Sở", "", "Trong năm"),
    )

    reading = read_plan(document, year=2022)

    assert [(area.ordinal, area.name) for area in reading.areas] == [
        (1, "Cải cách thể chế"),
        (2, "Cải cách tài chính công"),
    ]
    assert [task.row_id for task in reading.tasks()] == ["1.1", "1.2", "2.1"]
    first, second, _ = reading.tasks()
    assert (first.assignment.lead, first.assignment.coordinating) == ("Thanh tra Sở", ("Các phòng",))
    assert first.assignment.lead_basis is LeadBasis.EXPLICIT
    assert second.deliverables[0].deadline.due_on == date(2022, 1, 31)


@pytest.mark.parametrize(
    "header",
    [
        ("Số TT", "Công việc", "Kết quả", "Chủ trì", "Phối hợp", "Tiến độ"),
        ("STT", "Nhiệm vụ", "Kết quả đầu ra", "Cơ quan chủ trì", "Cơ quan phối hợp", "Mốc hoàn thành"),
        ("TT", "NỘI DUNG", "SẢN PHẨM", "ĐƠN VỊ CHỦ TRÌ", "ĐƠN VỊ PHỐI HỢP", "THỜI HẠN"),
        ("Số thứ tự", "Nội dung công việc", "Sản phẩm/Kết quả", "Chủ trì", "Phối hợp thực hiện", "Thời gian thực hiện"),
    ],
)
def test_columns_are_known_under_many_names(header):
    document = table(
        ("I", "Cải cách thể chế"),
        ("1", "Rà soát văn bản", "Báo cáo", "Thanh tra Sở", "Văn phòng Sở", "Quý II"),
        header=header,
    )

    (task,) = read_plan(document, year=2022).tasks()

    assert (task.text, task.assignment.lead, task.assignment.coordinating) == (
        "Rà soát văn bản",
        "Thanh tra Sở",
        ("Văn phòng Sở",),
    )
    assert task.deliverables[0].obligations[0].due_on == date(2022, 6, 30)


def test_columns_may_stand_in_any_order():
    document = table(
        ("Quý II", "Thanh tra Sở", "Báo cáo", "1. Rà soát văn bản"),
        header=("Thời gian", "Phân công thực hiện", "Sản phẩm", "Nhiệm vụ"),
    )

    (task,) = read_plan(document, year=2022).tasks()

    assert (task.numbers, task.text, task.assignment.lead) == (("1.1",), "Rà soát văn bản", "Thanh tra Sở")


def test_a_header_of_two_lines_is_read_by_its_second_line():
    rows = (
        (Cell("TT", 1, 1, 2), Cell("Nhiệm vụ", 1, 2, 2), Cell("Phân công", 1, 3, 1, 2), Cell("Thời hạn", 1, 5, 2)),
        (Cell("Chủ trì", 2, 3), Cell("Phối hợp", 2, 4)),
        (Cell("1", 3, 1), Cell("Rà soát", 3, 2), Cell("Văn phòng", 3, 3), Cell("Thanh tra", 3, 4), Cell("Quý I", 3, 5)),
    )

    (task,) = read_plan(SourceDocument((), (Table(rows),)), year=2022).tasks()

    assert (task.assignment.lead, task.assignment.coordinating) == ("Văn phòng", ("Thanh tra",))


def test_a_header_repeated_on_a_new_page_and_column_numbers_are_no_tasks():
    body = ("1", "Rà soát văn bản", "Báo cáo", "Thanh tra Sở", "Văn phòng Sở", "Quý II")
    document = table(("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"), body, HEADER, body)

    reading = read_plan(document, year=2022)

    assert [task.text for task in reading.tasks()] == ["Rà soát văn bản", "Rà soát văn bản"]
    assert any(doubt.reason is DoubtReason.NUMBER_REPEATED for doubt in reading.to_confirm)


def test_a_table_without_a_header_goes_on_with_the_one_before():
    first = table(("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "Văn phòng", "Quý II")).tables[0]
    second = Table((tuple(Cell(text, 1, at) for at, text in enumerate(
        ("2", "Tổng kết", "Hội nghị", "Văn phòng Sở", "Các phòng", "Quý IV"), start=1)),))  # fmt: skip

    reading = read_plan(SourceDocument((), (first, second)), year=2022)

    assert [task.text for task in reading.tasks()] == ["Rà soát", "Tổng kết"]


def test_a_row_without_a_product_is_its_own_product_and_is_listed():
    reading = read_plan(table(("1", "Rà soát văn bản", "", "Thanh tra Sở", "Văn phòng", "Quý II")), year=2022)

    (task,) = reading.tasks()
    assert task.deliverables[0].text == "Rà soát văn bản"
    assert DoubtReason.PRODUCT_MISSING in {doubt.reason for doubt in reading.to_confirm}


def test_an_impossible_date_is_listed_with_its_print():
    reading = read_plan(table(("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "Văn phòng", "Trước 31/11")), year=2022)

    (doubt,) = [one for one in reading.to_confirm if one.reason is DoubtReason.DEADLINE_UNCLEAR]
    assert (doubt.text, doubt.detail) == ("Trước 31/11", "impossible_date")
    assert next(reading.obligations()).due_on is None


def test_each_statement_goes_to_the_product_it_names():
    document = table(
        ("1", "Đào tạo", "- Kế hoạch đào tạo\n- Báo cáo 6 tháng\n- Báo cáo năm", "Văn phòng", "Các phòng",
         "Kế hoạch: tháng 01; báo cáo 6 tháng: trước 15/6; báo cáo năm: trước 15/12"),
    )  # fmt: skip

    (task,) = read_plan(document, year=2022).tasks()

    assert [one.obligations[0].due_on for one in task.deliverables] == [
        date(2022, 1, 31),
        date(2022, 6, 15),
        date(2022, 12, 15),
    ]


def test_number_date_and_title_are_found_in_a_usual_heading():
    body = table(("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "Văn phòng", "Quý II")).tables
    paragraphs = (
        "SỞ XÂY DỰNG",
        "Số: 83/KH-SXD",
        "Quảng Bình, ngày 11 tháng 01 năm 2021",
        "KẾ HOẠCH",
        "Cải cách hành chính năm 2021 của Sở Xây dựng",
    )

    heading = read_plan(SourceDocument(paragraphs, body)).heading

    assert (heading.number, heading.issued_on, heading.year) == ("83/KH-SXD", date(2021, 1, 11), 2021)
    assert heading.title == "KẾ HOẠCH Cải cách hành chính năm 2021 của Sở Xây dựng"
    assert heading.agency == "SỞ XÂY DỰNG"


def test_a_plan_issued_late_in_a_year_is_for_the_next():
    document = table(("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "Văn phòng", "Quý II"))

    assert read_plan(document, issued_on=date(2020, 12, 29)).heading.year == 2021
    assert read_plan(document, issued_on=date(2021, 1, 17)).heading.year == 2021


@pytest.mark.parametrize(
    ("document", "trouble"),
    [
        (SourceDocument((), ()), ReadTrouble.NO_TABLE),
        (SourceDocument((), (Table(((Cell("a", 1, 1), Cell("b", 1, 2)),)),)), ReadTrouble.NO_TABLE),
        (table(), ReadTrouble.NO_YEAR),
        (table(("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "Văn phòng", "Quý II")), ReadTrouble.NO_YEAR),
    ],
)
def test_what_is_no_plan_is_refused_by_name(document, trouble):
    with pytest.raises(UnreadableFile) as refused:
        read_plan(document)

    assert refused.value.reason is trouble


def test_a_table_without_rows_is_refused_by_name():
    with pytest.raises(UnreadableFile) as refused:
        read_plan(table(), year=2022)

    assert refused.value.reason is ReadTrouble.NO_ROWS


cell_texts = st.sampled_from(
    [
        "", "I", "1", "1.1", "2.", "Cải cách thể chế", "1. Rà soát\n2. Tổng kết", "Báo cáo", "- Kế hoạch\n- Báo cáo",
        "Họp hàng tháng. Đánh giá.", "Văn phòng Sở, Thanh tra Sở", "Các phòng chủ trì", "Quý II", "Hàng tháng\nQuý IV",
        "Kế hoạch: quý I; báo cáo: quý IV", "31/11", "Phòng CNTT tham gia", *HEADER,
    ]
)  # fmt: skip
spans = st.tuples(st.integers(1, 3), st.integers(1, 7))


@given(st.lists(st.lists(st.tuples(cell_texts, spans), max_size=7), max_size=12))
def test_any_grid_is_read_or_refused_by_name(lines):
    """Whatever a document holds, the reading adds up, can be kept, and gives every deliverable an obligation."""
    rows = [tuple(Cell(text, 1, at) for at, text in enumerate(HEADER, start=1))]
    for number, line in enumerate(lines, start=2):
        rows.append(tuple(Cell(text, number, at, *span) for at, (text, span) in enumerate(line, start=1)))

    try:
        reading = read_plan(SourceDocument((), (Table(tuple(rows)),)), year=2022)
    except UnreadableFile:
        return  # a grid without any task; that it is told by name is tested above

    counts = reading.counts()
    assert counts.dated + counts.undated == counts.obligations >= counts.deliverables >= counts.tasks
    assert len({task.row_id for task in reading.tasks()}) == counts.tasks
    assert all(one.obligations for task in reading.tasks() for one in task.deliverables)
    assert reading_from_dict(json.loads(json.dumps(reading_to_dict(reading)))) == reading


def test_a_header_typed_over_two_rows_is_read_as_one():
    document = table(
        ("", "nhiệm vụ", "phẩm", "", "", "thực hiện"),
        ("1", "Rà soát văn bản", "Báo cáo", "Thanh tra Sở", "", "Quý II"),
        header=("TT", "Nội dung", "Sản", "Chủ trì", "Phối hợp", "Thời gian"),
    )

    (task,) = read_plan(document, year=2022).tasks()

    assert (task.text, task.time_text) == ("Rà soát văn bản", "Quý II")


def test_names_under_one_name_are_a_second_row_of_the_header_without_merged_cells_too():
    document = table(
        ("", "", "", "Chủ trì", "Phối hợp", ""),
        ("1", "Rà soát văn bản", "Báo cáo", "Thanh tra Sở", "Văn phòng Sở", "Quý II"),
        header=("TT", "Nội dung", "Sản phẩm", "Phân công", "", "Thời gian"),
    )

    (task,) = read_plan(document, year=2022).tasks()

    assert (task.assignment.lead, task.assignment.coordinating) == ("Thanh tra Sở", ("Văn phòng Sở",))


def test_the_title_above_a_table_names_its_area():
    first = table(("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "Văn phòng", "Quý II")).tables[0]
    captions = ("I. Cải cách thể chế", "II. Cải cách tài chính công")
    tables = tuple(Table(first.rows, caption=caption) for caption in captions)

    reading = read_plan(SourceDocument((), tables), year=2022)

    assert [(area.ordinal, area.name) for area in reading.areas] == [
        (1, "Cải cách thể chế"),
        (2, "Cải cách tài chính công"),
    ]


def test_a_row_that_only_goes_on_a_sentence_belongs_to_the_row_above():
    document = table(
        ("1", "Rà soát các văn bản", "Báo cáo kết quả", "Thanh tra Sở", "", "Quý II"),
        ("", "quy phạm pháp luật", "rà soát", "", "", ""),
        ("2", "Tổng kết", "Hội nghị", "Văn phòng Sở", "", "Quý IV"),
    )

    reading = read_plan(document, year=2022)

    first, second = reading.tasks()
    assert (first.text, first.deliverables[0].text) == (
        "Rà soát các văn bản quy phạm pháp luật",
        "Báo cáo kết quả rà soát",
    )
    assert second.text == "Tổng kết"
    assert DoubtReason.ROWS_JOINED in {doubt.reason for doubt in reading.to_confirm}


def test_a_column_that_a_plan_has_no_place_for_is_listed():
    document = table(
        ("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "10 triệu", "Quý II"),
        header=("TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì", "Kinh phí", "Thời gian"),
    )

    skipped = [doubt.text for doubt in read_plan(document, year=2022).to_confirm if doubt.reason == "column_skipped"]

    assert skipped == ["Kinh phí"]


def test_a_heading_without_tasks_is_listed():
    document = table(
        ("A", "Nhiệm vụ chung"),
        ("I", "Cải cách thể chế"),
        ("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "", "Quý II"),
    )

    reading = read_plan(document, year=2022)

    assert [area.name for area in reading.areas] == ["Cải cách thể chế"]
    assert [doubt.text for doubt in reading.to_confirm if doubt.reason is DoubtReason.ROW_NOT_UNDERSTOOD] == [
        "Nhiệm vụ chung"
    ]


def test_a_bare_row_whose_number_counts_on_is_a_task():
    document = table(
        ("I", "Cải cách thể chế"),
        ("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "", "Quý II"),
        ("2", "Tự kiểm tra văn bản"),
        ("3", "Tổng kết", "Hội nghị", "Văn phòng Sở", "", "Quý IV"),
    )

    reading = read_plan(document, year=2022)

    assert [task.text for task in reading.tasks()] == ["Rà soát", "Tự kiểm tra văn bản", "Tổng kết"]


def test_a_column_for_lead_and_coordinating_units_holds_both():
    document = table(
        ("1", "Rà soát", "Báo cáo", "Thanh tra Sở chủ trì, phối hợp với Văn phòng Sở", "Quý II"),
        header=("TT", "Nhiệm vụ", "Sản phẩm", "Đơn vị chủ trì, phối hợp", "Thời gian"),
    )

    (task,) = read_plan(document, year=2022).tasks()

    assert (task.assignment.lead, task.assignment.coordinating) == ("Thanh tra Sở", ("Văn phòng Sở",))


def test_a_row_before_the_first_heading_is_listed_once():
    document = table(
        ("", "", "Báo cáo rời", "", "", "Quý I"),
        ("I", "Cải cách thể chế"),
        ("1", "Rà soát", "Báo cáo", "Thanh tra Sở", "", "Quý II"),
    )

    listed = [doubt.text for doubt in read_plan(document, year=2022).to_confirm if not doubt.where.startswith("1.")]

    assert listed == ["Báo cáo rời | Quý I"]


def test_a_row_of_an_area_that_holds_no_task_is_listed_once():
    header = ("TT", "Nhiệm vụ chung", "Nhiệm vụ cụ thể", "Sản phẩm", "Đơn vị thực hiện", "Thời gian")
    document = table(
        ("1", "Cải cách thể chế", "1.1 Rà soát", "Báo cáo", "Thanh tra Sở", "Quý II/2022"),
        ("2", "Cải cách tài chính", "", "Báo cáo tài chính", "", ""),
        header=header,
    )

    reading = read_plan(document, year=2022)

    listed = [doubt for doubt in reading.to_confirm if doubt.reason is DoubtReason.ROW_NOT_UNDERSTOOD]
    assert [doubt.where for doubt in listed] == ["1:3"]
