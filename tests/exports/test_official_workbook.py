"""Annexes as a workbook: numbers that are numbers and look as printed, texts that stay texts."""

import io
import shutil
import subprocess
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.exports.official.model import Align, Annex, Cell, Column, Paragraph, Row, Run, Table
from cchc_tasks.exports.official.number_format import typed
from cchc_tasks.exports.official.workbook_file import xlsx_bytes
from cchc_tasks.wording.core import format_number, format_percent
from tests.support.official import read_pdf, read_xlsx, report


def annex(*cells: Cell, **changes) -> Annex:
    table = Table((Column(1), Column(1)), (Row((Cell("Đầu"), Cell("Giá trị"))),), tuple(
        Row((Cell(str(place)), cell)) for place, cell in enumerate(cells)
    ))  # fmt: skip
    return Annex(**{"label": "Phụ lục", "title": "Bảng", "reference": "", "blocks": (table,), **changes})


@pytest.mark.parametrize(
    ("printed", "value", "number", "shown_by"),
    [
        ("7", 7, 7, "0"),
        ("0", 0, 0, "0"),
        ("02", 2, 2, "00"),
        ("1.050", 1050, 1050, "#,##0"),
        ("1050", 1050, 1050, "0"),
        ("98,4", Decimal("98.4"), 98.4, "0.0"),
        ("14,46%", Decimal("14.46"), 0.1446, "0.00%"),
        ("100%", 100, 1, "0%"),
        ("99,62% (523/525)", Decimal("99.62"), 0.9962, '0.00%" (523/525)"'),
        ("77 (cấp tỉnh 54, huyện 23)", 77, 77, '0" (cấp tỉnh 54, huyện 23)"'),
        ("100 (01 hồ sơ)", 100, 100, '0" (01 hồ sơ)"'),
        ("4 HĐ68", 4, 4, '0" HĐ68"'),
    ],
)
def test_a_printed_number_becomes_a_number_with_the_format_that_prints_it(printed, value, number, shown_by):
    found = typed(printed, value)

    assert (found.number, found.format) == (pytest.approx(number), f"[$-42A]{shown_by}")


@pytest.mark.parametrize(
    ("printed", "value"),
    [("02/02", 2), ("Đã kết nối", 1), ("", 0), ("7", 9), ('5 ("x")', 5), ("1.05", 105), ("5 (" + "x" * 300 + ")", 5)],
)
def test_what_no_format_prints_stays_a_text(printed, value):
    assert typed(printed, value) is None


@given(st.integers(0, 10**12))
def test_every_count_is_typed_as_itself(count):
    assert typed(format_number(count), count).number == count


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_every_rate_is_typed_as_itself(part, whole):
    printed = format_percent(part, whole)

    found = typed(printed, Decimal(printed.rstrip("%").replace(".", "").replace(",", ".")))

    assert found.number == pytest.approx(part / whole, abs=0.00005001)
    assert found.format.endswith("0.00%")


@pytest.mark.parametrize("text", ["=1+1", "+84 123", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x.vn", "007"])
def test_texts_stay_texts_and_are_quoted(text):
    sheet, _rows = read_xlsx(xlsx_bytes([annex(Cell(text))], "Bảng"))
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)

    assert (cell.data_type, cell.quotePrefix, cell.hyperlink) == ("s", True, None)


def test_blank_is_blank_and_not_nought():
    _sheet, rows = read_xlsx(xlsx_bytes([annex(Cell(""), Cell("0", value=0))], "Bảng"))

    assert [row[1] for row in rows[-2:]] == [None, 0]


def test_the_real_annex_holds_its_numbers():
    document = report()
    _sheet, rows = read_xlsx(xlsx_bytes(document.annexes, document.subject))

    assert rows[7][:4] == ["1.1.", "Kế hoạch CCHC", None, 1]
    assert rows[8][:4] == ["1.1.1.", "Số nhiệm vụ đề ra trong kế hoạch", "Nhiệm vụ", 9]


def test_it_prints_on_a4_with_its_header_on_each_page():
    document = report()
    sheet, _rows = read_xlsx(xlsx_bytes(document.annexes, document.subject))

    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (9, 1, 0)
    assert sheet.print_title_rows == "$5:$6"
    assert sheet.freeze_panes == "A7"
    assert sheet.oddHeader.center.text == "&P"
    assert {"C5:D5", "A5:A6", "B5:B6", "E5:E6"} <= {str(merged) for merged in sheet.merged_cells.ranges}


def test_an_annex_across_prints_across():
    sheet, _rows = read_xlsx(xlsx_bytes([annex(Cell("x"), is_landscape=True)], "Bảng"))

    assert sheet.page_setup.orientation == "landscape"


def test_looks_of_cells_and_of_runs_are_kept():
    cells = (
        Cell("nghiêng", is_italic=True, align=Align.RIGHT),
        Cell("bỏ", is_struck=True),
        Cell((Run("cũ", is_struck=True), Run(" mới", is_underlined=True))),
    )
    data = xlsx_bytes([annex(*cells)], "Bảng")
    sheet, _rows = read_xlsx(data)
    rich = openpyxl.load_workbook(io.BytesIO(data), rich_text=True).worksheets[0]

    assert (sheet["B5"].font.italic, sheet["B5"].alignment.horizontal) == (True, "right")
    assert sheet["B6"].font.strike
    assert sheet["B7"].value == "cũ mới"
    assert [(block.text, bool(block.font.strike), block.font.u) for block in rich["B7"].value] == [
        ("cũ", True, None),
        (" mới", False, "single"),
    ]


def test_each_annex_has_a_sheet_with_a_name_of_its_own():
    annexes = [
        annex(label="Phụ lục [1]: a/b"),
        annex(label="phụ lục  1   a b"),
        annex(label="x" * 60),
        annex(label="'"),
    ]

    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(annexes, "Bảng")))

    assert len({name.casefold() for name in book.sheetnames}) == 4
    assert all(1 <= len(name) <= 31 for name in book.sheetnames)


def test_an_annex_of_text_alone_has_its_lines():
    _sheet, rows = read_xlsx(xlsx_bytes([annex(blocks=(Paragraph("Một dòng."),))], "Bảng"))

    assert [row[0] for row in rows if row[0]] == ["Phụ lục", "BẢNG", "Một dòng."]


def test_the_same_annexes_give_the_same_bytes_and_name_nobody():
    document = report()
    data = xlsx_bytes(document.annexes, document.subject)

    assert data == xlsx_bytes(document.annexes, document.subject)
    properties = zipfile.ZipFile(io.BytesIO(data)).read("docProps/core.xml").decode()
    assert "<dc:creator></dc:creator>" in properties
    assert "1980-01-01T00:00:00Z" in properties


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_shows_the_numbers_as_printed(tmp_path):
    printed = {"1.050": 1050, "14,46%": Decimal("14.46"), "02": 2, "77 (cấp tỉnh 54)": 77, "98,4": Decimal("98.4")}
    cells = [Cell(text, value=value) for text, value in printed.items()]
    (tmp_path / "a.xlsx").write_bytes(xlsx_bytes([annex(*cells)], "Bảng"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    options = ["--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]

    subprocess.run([shutil.which("soffice"), profile, *options, str(tmp_path / "a.xlsx")], check=True, timeout=120)

    _texts, rows = read_pdf((tmp_path / "a.pdf").read_bytes())
    assert [row[1] for row in rows[0][1:]] == list(printed)
