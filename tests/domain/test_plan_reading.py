"""Reading a plan from a grid: plan 163 whole, and the shapes that other plans have."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.assignments import LeadBasis
from cchc_tasks.domain.deadlines import DeadlineKind
from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.domain.grid import Cell, SourceDocument, Table
from cchc_tasks.domain.plan_reading import (
    DoubtReason,
    PlanReading,
    read_plan,
    reading_from_dict,
    reading_json,
    reading_to_dict,
)
from cchc_tasks.domain.unit_matching import UnitName, match_unit
from cchc_tasks.readers import read_document, read_pasted
from tests.support.documents import pasted_from_word

DATA = Path(__file__).parents[1] / "data"
GIVEN = {"number": "163/KH-STTTT", "issued_on": date(2020, 12, 29)}
#: The PDF was printed from the .docx by LibreOffice 7.4: soffice --headless --convert-to pdf plan_163.docx
SOURCES = {
    "plan_163.xlsx": {},
    "plan_163.docx": {},
    "plan_163.pdf": {},
    "plan_163_table.csv": GIVEN,
    "pasted from Word": {},
    "pasted from Excel": GIVEN,
}
BASIS = {
    "chu_tri": LeadBasis.EXPLICIT,
    "phoi_hop_subject": LeadBasis.INFERRED,
    "single_unit": LeadBasis.INFERRED,
    "unmarked_list": LeadBasis.UNRESOLVED,
}
KIND = {
    "before_date": (DeadlineKind.BEFORE_DATE, False),
    "ongoing_before_date": (DeadlineKind.BEFORE_DATE, True),
    "quarter": (DeadlineKind.QUARTER, False),
    "within_year": (DeadlineKind.WITHIN_YEAR, False),
    "as_regulated": (DeadlineKind.AS_REGULATED, False),
    "recurring": (DeadlineKind.RECURRING, False),
    "unstated": (DeadlineKind.UNSTATED, False),
}


@pytest.fixture(scope="module")
def truth():
    return json.loads((DATA / "plan_163.json").read_text(encoding="utf-8"))


def plan_163(source: str) -> SourceDocument:
    if source == "pasted from Word":
        printed = plan_163("plan_163.docx")
        return read_pasted(pasted_from_word(printed.paragraphs, printed.tables[1]))
    if source == "pasted from Excel":
        return read_pasted(as_tabbed_text((DATA / "plan_163_table.csv").read_text(encoding="utf-8-sig")))
    return read_document((DATA / source).read_bytes(), source)


def as_tabbed_text(text: str) -> str:
    """The rows of a .csv as Excel copies them."""
    stream = io.StringIO()
    csv.writer(stream, dialect="excel-tab").writerows(csv.reader(io.StringIO(text)))
    return stream.getvalue()


@pytest.fixture(scope="module", params=SOURCES)
def reading(request) -> PlanReading:
    return read_plan(plan_163(request.param), **SOURCES[request.param])


@pytest.fixture(scope="module")
def pairs(reading, truth):
    """Each row as read beside the row of the transcription."""
    rows = [row for group in truth["groups"] for row in group["tasks"]]
    return list(zip(reading.tasks(), rows, strict=True))


@pytest.fixture(scope="module")
def code_of(truth):
    units = [UnitName(one["code"], one["name"], tuple(one["aliases"])) for one in truth["units"]]
    return lambda printed: match_unit(printed, units).code


def test_plan_163_has_its_counts(reading):
    counts = reading.counts()

    assert (counts.areas, counts.tasks, counts.numbers) == (7, 41, 39)
    assert (counts.deliverables, counts.obligations, counts.unresolved_leads) == (66, 83, 13)
    assert (counts.dated, counts.undated) == (75, 8)


def test_plan_163_falls_due_as_transcribed(reading):
    by_due_on = reading.by_due_on()

    assert by_due_on[date(2020, 12, 31)] == 9
    assert by_due_on[date(2021, 3, 31)] == 4
    assert by_due_on[date(2021, 12, 31)] == 45
    assert sum(by_due_on.values()) == 75


def test_plan_163_keeps_its_areas(reading, truth):
    assert [(area.ordinal, area.name, len(area.tasks)) for area in reading.areas] == [
        (group["ordinal"], group["name"], len(group["tasks"])) for group in truth["groups"]
    ]


def test_plan_163_keeps_every_text(pairs):
    for task, row in pairs:
        assert task.row_id == row["row_id"]
        assert task.numbers == tuple(one["code"] for one in row["task_texts"])
        assert task.text == row["text"]
        assert task.assignment_text == row["assignment"]["raw"]
        assert task.time_text == row["time_raw"]
        assert (task.note or None) == row["note"]


def test_plan_163_keeps_every_deliverable_with_its_dates(pairs):
    for task, row in pairs:
        assert [(one.ordinal, one.text) for one in task.deliverables] == [
            (str(one["ordinal"]) if one["ordinal"] else None, one["text"]) for one in row["deliverables"]
        ]
        for deliverable, printed in zip(task.deliverables, row["deliverables"], strict=True):
            due, deadline = printed["due"], deliverable.deadline
            expected = due["occurrences"] or ([due["due_on"]] if due["due_on"] else [])
            assert [str(one.due_on) for one in deliverable.obligations if one.due_on] == expected
            assert (deadline.kind, deadline.is_ongoing) == KIND[due["kind"]]
            assert deadline.recurrence == due["recurrence"]


def test_plan_163_keeps_every_assignment(pairs, code_of):
    for task, row in pairs:
        printed, read = row["assignment"], task.assignment
        named = [read.lead] if read.lead is not None else list(read.co_leads)
        assert [code_of(name) for name in named] == printed["lead"]
        assert [code_of(name) for name in read.coordinating] == printed["coordinating"]
        assert read.lead_basis is BASIS[printed["lead_basis"]]


def test_plan_163_lists_every_assumption_of_the_transcription(reading, truth):
    listed = {(doubt.where, doubt.reason) for doubt in reading.to_confirm}
    rows_in_doubt = {where.partition(" #")[0] for where, _ in listed}
    about_time = {
        where.partition(" #")[0]
        for where, reason in listed
        if reason
        in {
            DoubtReason.DATED_BY_PRODUCT_TEXT,
            DoubtReason.DATE_FOR_ALL_PRODUCTS,
            DoubtReason.MATCHED_BY_ORDER,
            DoubtReason.PERIOD_END_ASSUMED,
        }
    }
    for group in truth["groups"]:
        for row in group["tasks"]:
            if any(one["due"]["assumption"] for one in row["deliverables"]):
                assert row["row_id"] in about_time
            if row["assignment"]["lead_basis"] == "unmarked_list":
                assert (row["row_id"], DoubtReason.LEAD_UNRESOLVED) in listed
            if row["assignment"]["lead_basis"] in {"single_unit", "phoi_hop_subject"}:
                assert (row["row_id"], DoubtReason.LEAD_INFERRED) in listed
            for one in row["deliverables"]:
                where = f"{row['row_id']} #{one['seq']}"
                if one["responsible"]:
                    assert (where, DoubtReason.RESPONSIBLE_BY_ORDER) in listed
                if one["due"]["kind"] == "unstated":
                    assert (where, DoubtReason.DATE_MISSING) in listed
            if row["milestones"]:
                assert row["row_id"] in rows_in_doubt


def test_plan_163_lists_the_dates_without_a_product_and_nothing_else_as_such(reading):
    found = [
        (doubt.where, doubt.reading) for doubt in reading.to_confirm if doubt.reason is DoubtReason.DATE_WITHOUT_PRODUCT
    ]

    assert found == [("5.1 #1", "2020-12-31"), ("5.3 #1", "2020-12-31"), ("7.4", "2021-03-31")]


def test_plan_163_gives_the_deliverables_of_two_lists_to_units_by_order(pairs, code_of):
    for task, row in pairs:
        for read, printed in zip(task.deliverables, row["deliverables"], strict=True):
            expected = printed["responsible"]["units"] if printed["responsible"] else []
            assert [code_of(name) for name in read.responsible] == expected


def test_recurring_work_of_plan_163_names_its_periods(reading):
    labels = {
        task.row_id: [one.period_label for one in deliverable.obligations]
        for task in reading.tasks()
        for deliverable in task.deliverables
        if deliverable.deadline.kind is DeadlineKind.RECURRING
    }

    assert labels["2.1/1"] == ["Quý I/2021", "6 tháng/2021", "9 tháng/2021", "Năm 2021"]
    assert labels["2.1/2"] == ["Quý I/2021", "Quý II/2021", "Quý III/2021", "Quý IV/2021"]
    assert labels["4.6"][:2] == ["Tháng 1/2021", "Tháng 2/2021"]
    assert len(labels["4.6"]) == 12


def test_the_heading_of_plan_163(reading):
    heading = reading.heading

    assert (heading.number, heading.issued_on, heading.year) == ("163/KH-STTTT", date(2020, 12, 29), 2021)
    if heading.title is not None:
        assert heading.title.endswith("TỈNH GIA LAI NĂM 2021")
        assert heading.agency == "Sở Thông tin và Truyền thông"


def test_plan_163_reads_the_same_from_every_format():
    def content(source):
        form = reading_json(read_plan(plan_163(source), **SOURCES[source]))
        form["to_confirm"] = [doubt for doubt in form["to_confirm"] if doubt["where"] != "document"]
        return {part: form[part] for part in ("counts", "by_due_on", "to_confirm", "tasks")}

    first, *others = map(content, SOURCES)
    assert others == [first] * len(others)


def test_a_pdf_says_what_was_joined_and_guessed():
    doubts = read_plan(plan_163("plan_163.pdf")).to_confirm

    assert [doubt.reason for doubt in doubts if doubt.where == "document"] == [
        DoubtReason.ROWS_JOINED,
        DoubtReason.LINES_GUESSED,
    ]


def test_a_reading_survives_being_kept_as_json(reading):
    assert reading_from_dict(json.loads(json.dumps(reading_to_dict(reading)))) == reading


def test_the_dry_run_form_holds_what_the_design_asks(reading):
    form = json.loads(json.dumps(reading_json(reading)))

    assert set(form) == {"heading", "counts", "by_due_on", "to_confirm", "tasks"}
    assert form["heading"]["issued_on"] == "2020-12-29"
    assert form["counts"] == {
        "areas": 7,
        "tasks": 41,
        "numbers": 39,
        "deliverables": 66,
        "obligations": 83,
        "dated": 75,
        "undated": 8,
        "unresolved_leads": 13,
    }
    assert form["by_due_on"]["2021-12-31"] == 45
    assert all(set(one) == {"where", "text", "reading", "reason"} for one in form["to_confirm"])
    first = form["tasks"][0]
    assert first["numbers"] == ["1.1"]
    assert [one["dates"] for one in first["deliverables"]] == [["2020-12-31"], ["2021-12-31"]]
    assert (first["lead"], first["lead_basis"]) == ("Thanh tra Sở", "explicit")


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
