import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.grid import Cell, Table
from cchc_tasks.domain.reports.form_tables import form_from_table, form_to_rows
from cchc_tasks.domain.reports.forms import FormTrouble, InvalidForm, Source, ValueType
from cchc_tasks.readers import read_document
from cchc_tasks.storage.report_forms import shipped_forms
from cchc_tasks.wording.reports import explain_form

HEAD = {
    "code": "bieu-cua-so",
    "version": 1,
    "name": "Biểu của Sở",
    "annex_title": "SỐ LIỆU CẢI CÁCH HÀNH CHÍNH",
    "valid_from": "2026-01-01",
}


def table_of(*rows, first_row=1):
    return Table(
        tuple(
            tuple(Cell(text, number, column) for column, text in enumerate(row, 1))
            for number, row in enumerate(rows, first_row)
        )
    )


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.code)
def test_a_form_written_as_a_table_and_brought_back_is_the_same_form(form):
    head = {
        "code": form.code,
        "version": form.version,
        "name": form.name,
        "valid_from": form.valid_from,
        "valid_to": form.valid_to,
    }

    assert form_from_table(table_of(*form_to_rows(form)), head, based_on=form) == form


PLAIN = [
    ("BIỂU SỐ LIỆU",),
    ("STT", "Chỉ tiêu thống kê", "Đơn vị tính"),
    ("I", "Chỉ đạo, điều hành", ""),
    ("1", "Kế hoạch CCHC", ""),
    ("", "Số nhiệm vụ đề ra", "Nhiệm vụ"),
    ("", "Số nhiệm vụ đã hoàn thành", "Nhiệm vụ"),
    ("2", "Đối thoại với người dân", "Không = 0 / Có = 1"),
    ("II", "Thủ tục hành chính", ""),
    ("1", "Tỷ lệ hồ sơ đúng hẹn", "%"),
    ("2", "Hình thức khảo sát", "Trực tuyến = 0\nPhát phiếu = 1\nKết hợp = 2"),
]


def test_a_plain_table_of_three_columns_is_a_form():
    form = form_from_table(table_of(*PLAIN), HEAD)

    assert [(row.code, row.value_type, row.level) for row in form.rows] == [
        ("1", ValueType.NONE, 1),
        ("1.1", ValueType.NONE, 2),
        ("1.1.1", ValueType.COUNT, 3),
        ("1.1.2", ValueType.COUNT, 3),
        ("1.2", ValueType.FLAG, 2),
        ("2", ValueType.NONE, 1),
        ("2.1", ValueType.PERCENT, 2),
        ("2.2", ValueType.CHOICE, 2),
    ]
    assert [choice.code for choice in form.rows[-1].choices] == [0, 1, 2]
    assert {row.source for row in form.value_rows} == {Source.ENTERED}
    assert [column.key for column in form.columns] == ["no", "label", "unit", "value", "note"]


FULL_HEAD = ("STT", "Chỉ tiêu thống kê", "ĐVT", "Kiểu số liệu", "Mã chỉ tiêu", "Thuộc dòng", "Quan hệ", "Công thức")


def forty_rows():
    """A form of 40 rows: five sections with a total of its parts, a subset and a quotient each."""
    rows, parts = [], "{0}.1.1 + {0}.1.2"
    for section in range(1, 6):
        rows += [
            (f"{section}.", f"Lĩnh vực {section}", "", "", "", "", "", ""),
            (
                f"{section}.1.",
                "Tổng số hồ sơ",
                "Hồ sơ",
                "",
                f"own.total{section}",
                "",
                "",
                parts.format(section),
            ),
            (f"{section}.1.1.", "Trực tuyến", "Hồ sơ", "", "", f"{section}.1", "Cộng lại", ""),
            (f"{section}.1.2.", "Trực tiếp", "Hồ sơ", "", "", f"{section}.1", "Cộng lại", ""),
            (f"{section}.2.", "Hồ sơ đã giải quyết", "Hồ sơ", "", "", f"{section}.1", "Không quá", ""),
            (f"{section}.3.", "Tỷ lệ giải quyết", "%", "", "", "", "", f"{section}.2 / {section}.1"),
            (f"{section}.4.", "Đã công khai", "Có = 1 / Không = 0", "", "", "", "", ""),
            (f"{section}.5.", "Nội dung khác", "", "Chữ", "", "", "", ""),
        ]
    return rows


def test_a_new_form_of_forty_rows_comes_as_a_table():
    form = form_from_table(table_of(FULL_HEAD, *forty_rows()), HEAD)

    assert len(form.rows) == 40
    assert form.by_code["3.1"].key == "own.total3"
    assert form.by_code["3.1"].sum_of == (form.by_code["3.1.1"].key, form.by_code["3.1.2"].key)
    ratio = form.by_code["3.3"].ratio_of
    assert ratio is not None
    assert (ratio.numerator, ratio.denominator) == (form.by_code["3.2"].key, "own.total3")
    assert form.by_code["3.3"].source is Source.FORMULA
    assert form.by_code["3.5"].value_type is ValueType.TEXT


def test_a_malformed_table_is_answered_row_by_row():
    rows = forty_rows()
    rows[1] = ("1.1.", "Tổng số hồ sơ", "Hồ sơ", "", "own.total1", "", "", "1.1.1 + 9.9")
    rows[4] = ("1.2.", "Hồ sơ đã giải quyết", "Hồ sơ", "Con số", "", "1.1", "Không quá", "")
    rows[9] = ("2.1.", "", "Hồ sơ", "", "own.total1", "", "", "2.1.1 + 2.1.2")
    rows[12] = ("2.2.", "Hồ sơ đã giải quyết", "Hồ sơ", "", "", "2.1", "Gần bằng", "")
    rows[13] = ("2.3.", "Tỷ lệ giải quyết", "%", "", "", "", "", "hai chia một")
    rows[14] = ("2.4.", "Đã công khai", "Có / Không", "Có/Không", "", "", "", "")
    rows[15] = ("2.1.", "Nội dung khác", "", "Chữ", "", "", "", "")

    with pytest.raises(InvalidForm) as caught:
        form_from_table(table_of(FULL_HEAD, *rows, first_row=5), HEAD)

    found = {(fault.row, fault.trouble) for fault in caught.value.faults}
    assert found >= {
        (7, FormTrouble.UNKNOWN_ROW),
        (10, FormTrouble.UNKNOWN_VALUE_TYPE),
        (7, FormTrouble.DUPLICATE_KEY),
        (15, FormTrouble.DUPLICATE_KEY),
        (15, FormTrouble.NO_LABEL),
        (18, FormTrouble.UNKNOWN_KIND),
        (19, FormTrouble.UNREADABLE_RELATION),
        (20, FormTrouble.NO_CHOICES),
        (15, FormTrouble.DUPLICATE_CODE),
        (21, FormTrouble.DUPLICATE_CODE),
    }
    lines = explain_form(caught.value).splitlines()
    assert lines[0].startswith("Dòng 7: ")
    assert "Dòng 15: Thiếu tên chỉ tiêu. Bổ sung." in lines


SHORT = ("STT", "Chỉ tiêu", "ĐVT")


@pytest.mark.parametrize(
    ("rows", "trouble"),
    [
        ([("Cột A", "Cột B"), ("1", "2")], FormTrouble.NO_HEADER),
        ([SHORT], FormTrouble.NO_ROWS),
        ([SHORT, ("", " ", "")], FormTrouble.NO_ROWS),
        (
            [SHORT, *[(str(n), "Số việc", "Việc") for n in range(1, 1002)]],
            FormTrouble.TOO_MANY_ROWS,
        ),
    ],
)
def test_a_table_that_is_no_form_is_refused(rows, trouble):
    with pytest.raises(InvalidForm) as caught:
        form_from_table(table_of(*rows), HEAD)

    assert [fault.trouble for fault in caught.value.faults] == [trouble]


def test_a_row_without_the_row_its_number_hangs_below_stands_on_the_first_level_and_is_written_so():
    form = form_from_table(table_of(SHORT, ("1.1", "Số việc", "Việc")), HEAD)

    assert [row.parent for row in form.rows] == [None]
    assert form_from_table(table_of(*form_to_rows(form)), HEAD) == form


def test_a_row_taken_out_of_a_copied_form_takes_its_relations_along():
    form = next(form for form in shipped_forms() if form.code == "tuyen-quang-so-nganh")
    rows = [row for row in form_to_rows(form) if row[5] != "steer.inspect.findings"]
    rows = [row if row[5] != "steer.inspect.findings_resolved" else (*row[:8], "", "", *row[10:]) for row in rows]

    changed = form_from_table(table_of(*rows), {**HEAD, "code": form.code, "version": 2}, based_on=form)

    assert len(changed.rows) == 114
    assert len(changed.relations) == len(form.relations) - 1
    assert changed.outline == form.outline


WORDS = st.sampled_from(
    ["", "I", "1", "1.1", "1.1.1.", "x", "Số hồ sơ", "%", "Có = 1 / Không = 0", "= 1", "1.1 + 1.2", "1 / 1", "Lựa chọn"]
)


@given(st.lists(st.tuples(*[WORDS | st.text(max_size=6)] * 8), max_size=8))
def test_any_table_is_a_form_or_is_refused_with_its_faults(rows):
    form, sentences = None, ""
    try:
        form = form_from_table(table_of(FULL_HEAD, *rows), HEAD)
    except InvalidForm as error:
        sentences = explain_form(error)

    assert (form is None) == bool(sentences)
    assert form is None or form_from_table(table_of(*form_to_rows(form)), HEAD) == form


def workbook_of(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_form_comes_back_whole_from_a_real_workbook():
    form = next(form for form in shipped_forms() if form.code == "soc-trang-so-nganh")
    head = {
        "code": form.code,
        "version": 1,
        "name": form.name,
        "valid_from": form.valid_from,
        "valid_to": form.valid_to,
    }

    document = read_document(workbook_of(form_to_rows(form)), "bieu.xlsx")

    assert form_from_table(document.tables[0], head, based_on=form) == form


def test_numbers_that_excel_took_for_numbers_are_places_all_the_same():
    rows = [SHORT, (1, "Chỉ đạo", None), (1.1, "Số nhiệm vụ", "Nhiệm vụ"), (1.2, "Số văn bản", "Văn bản")]

    document = read_document(workbook_of(rows), "bieu.xlsx")

    assert [row.code for row in form_from_table(document.tables[0], HEAD).rows] == ["1", "1.1", "1.2"]
