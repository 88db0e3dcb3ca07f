"""Lists as files: nothing becomes a formula, dates are dates, the numbers of the page stand in both."""

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from cchc_tasks.domain.formulas import RISKY_STARTS, guard_formula, unguard_formula
from cchc_tasks.exports.tables import CellKind, Column, TableExport, csv_bytes, xlsx_bytes

LEADS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1+1", "＋1", "－1", "＠x"]
LEADS += [" =1+1", "\u00a0@x", "   -2+3", "'=1", "''-x", '=HYPERLINK("http://x","y")']
COLUMNS = (Column("Mã"), Column("Sản phẩm", width=60), Column("Hạn", CellKind.DATE), Column("Số ngày", CellKind.NUMBER))


def table(*rows, title="Bảng tiến độ"):
    return TableExport(title, ("Tính đến ngày 10/3/2021",), COLUMNS, tuple(rows), datetime(2021, 3, 10, tzinfo=UTC))


def csv_rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet_of(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_a_csv_file_starts_with_its_mark_and_holds_the_rows_only():
    data = csv_bytes(table(("1.1", "Báo cáo; “kết quả”,\nđợt 1", date(2021, 3, 5), 5), ("1.2", "", None, None)))

    assert data.startswith(b"\xef\xbb\xbf")
    assert csv_rows(data) == [
        ["Mã", "Sản phẩm", "Hạn", "Số ngày"],
        ["1.1", "Báo cáo; “kết quả”,\nđợt 1", "2021-03-05", "5"],
        ["1.2", "", "", ""],
    ]


@pytest.mark.parametrize("text", LEADS)
def test_risky_text_is_guarded_in_csv_and_comes_back_unchanged(text):
    [cell] = [row[1] for row in csv_rows(csv_bytes(table(("1.1", text, None, None))))[1:]]

    assert cell.startswith("'")
    assert unguard_formula(cell) == text


@pytest.mark.parametrize("text", LEADS)
def test_risky_text_is_text_in_a_workbook(text):
    data = xlsx_bytes(table((text, text, None, None), title=text))

    cells = [cell for row in sheet_of(data) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


@pytest.mark.parametrize("text", ["Báo cáo", "01/QĐ-STTTT", "", "'quote", "a=b", "5.3"])
def test_other_text_is_left_alone(text):
    assert guard_formula(text) == text
    assert unguard_formula(text) == text


def test_a_workbook_holds_real_dates_and_numbers_under_a_frozen_repeated_head():
    sheet = sheet_of(xlsx_bytes(table(("1.1", "Báo cáo", date(2021, 3, 5), 5))))

    assert sheet["A1"].value == "Bảng tiến độ" and sheet["A2"].value == "Tính đến ngày 10/3/2021"
    assert [cell.value for cell in sheet[4]] == ["Mã", "Sản phẩm", "Hạn", "Số ngày"]
    assert [cell.value for cell in sheet[5]] == ["1.1", "Báo cáo", datetime(2021, 3, 5), 5]
    assert sheet["C5"].is_date and sheet["C5"].number_format == "dd/mm/yyyy"
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$4:$4"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)


def test_the_same_value_gives_the_same_bytes():
    assert xlsx_bytes(table(("1.1", "a", None, 1))) == xlsx_bytes(table(("1.1", "a", None, 1)))


def test_a_text_longer_than_a_cell_is_cut_instead_of_lost():
    sheet = sheet_of(xlsx_bytes(table(("1.1", "x" * 40_000, None, None))))

    assert len(sheet["B5"].value) == 32_767


def test_an_empty_list_is_a_file_with_its_head():
    assert csv_rows(csv_bytes(table())) == [["Mã", "Sản phẩm", "Hạn", "Số ngày"]]
    assert sheet_of(xlsx_bytes(table())).max_row >= 4


def test_every_blank_is_looked_at_before_a_text_is_let_through():
    blanks = {chr(code) for code in range(0x110000) if chr(code).isspace()}

    assert blanks <= RISKY_STARTS
