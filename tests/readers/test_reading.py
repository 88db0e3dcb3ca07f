"""Reading files in a process of its own: the grids they give, and an answer by name to every hostile one (F2)."""

import hashlib
import io
import sys
import unicodedata
from datetime import date
from pathlib import Path

import docx
import openpyxl
import psutil
import pytest

from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.readers import limits, processes, read_document, reading
from tests.support.documents import repacked, workbook

DATA = Path(__file__).parents[1] / "data"


def trouble_of(data: bytes, name: str) -> ReadTrouble:
    with pytest.raises(UnreadableFile) as refused:
        read_document(data, name)
    return refused.value.reason


def texts(document, table=0):
    return [[cell.text for cell in row] for row in document.tables[table].rows]


def test_a_workbook_gives_its_cells_with_merged_areas():
    document = read_document((DATA / "plan_163.xlsx").read_bytes(), "plan_163.xlsx")

    (table,) = document.tables
    area = next(cell for row in table.rows for cell in row if cell.text == "Cải cách thể chế")
    assert (area.row, area.column, area.row_span, area.column_span) == (9, 2, 4, 1)
    assert document.sha256 == hashlib.sha256((DATA / "plan_163.xlsx").read_bytes()).hexdigest()
    assert document.file_name == "plan_163.xlsx"


def test_dates_and_numbers_of_a_workbook_come_as_they_are_shown():
    def fill(sheet):
        sheet.append([date(2021, 8, 15), 1.0, 2.5, True, "=1+1"])
        sheet["B1"].number_format = "0.00"
        sheet["F1"] = 1.1
        sheet["F1"].number_format = "0.00"

    (row,) = texts(read_document(workbook(fill), "a.xlsx"))

    assert row == ["15/08/2021", "1.00", "2.5", "TRUE", "1.10"]


def test_hidden_sheets_are_not_read():
    book = openpyxl.Workbook()
    book.active["A1"] = "thấy"
    hidden = book.create_sheet("ẩn")
    hidden["A1"] = "không thấy"
    hidden.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)

    document = read_document(stream.getvalue(), "a.xlsx")

    assert [texts(document, at) for at in range(len(document.tables))] == [[["thấy"]]]


LINE = "TT;Nhiệm vụ;Thời gian\r\n1;Rà soát văn bản;Quý II\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_tables_are_read_in_any_usual_encoding(encoding):
    document = read_document(LINE.encode(encoding), "a.csv")

    assert texts(document) == [["TT", "Nhiệm vụ", "Thời gian"], ["1", "Rà soát văn bản", "Quý II"]]


def as_cp1258(text: str) -> bytes:
    """The way Windows-1258 spells Vietnamese: letters composed with their hooks, tone marks behind them."""
    spelled = ""
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        spelled += unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones)) + tones
    return spelled.encode("cp1258")


def test_the_old_windows_code_page_is_composed():
    document = read_document(as_cp1258("Nhiệm vụ,Rà soát định kỳ hằng tháng\n"), "a.csv")

    assert texts(document) == [["Nhiệm vụ", "Rà soát định kỳ hằng tháng"]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_out(separator):
    lines = [("TT", "Nhiệm vụ"), ("1", '"Rà soát, đánh giá; báo cáo"')]
    data = "\n".join(separator.join(line) for line in lines).encode()

    assert texts(read_document(data, "a.csv")) == [["TT", "Nhiệm vụ"], ["1", "Rà soát, đánh giá; báo cáo"]]


def test_the_separator_may_be_told_by_excel():
    assert texts(read_document(b"sep=;\r\na,b;c\r\n", "a.csv")) == [["a,b", "c"]]


@pytest.mark.parametrize("lead", [*"=+-@", "\t"])
def test_the_guard_against_formulas_is_taken_off_again(lead):
    (row,) = texts(read_document(f"TT,'{lead} Rà soát\n".encode(), "a.csv"))

    assert row == ["TT", f"{lead} Rà soát"]


def test_cells_that_look_like_formulas_stay_text():
    assert texts(read_document(b"TT,=cmd|'/C calc'!A0\n", "a.csv")) == [["TT", "=cmd|'/C calc'!A0"]]


def test_a_document_gives_its_tables_with_merged_cells_and_its_paragraphs():
    document = read_document((DATA / "plan_163.docx").read_bytes(), "plan_163.docx")

    assert any("Ban hành kèm theo Kế hoạch số:163/KH-STTTT" in line for line in document.paragraphs)
    area = next(cell for row in document.tables[1].rows for cell in row if cell.text == "Cải cách thể chế")
    assert (area.row_span, area.column) == (4, 2)


def test_tracked_insertions_are_read_and_deletions_are_not():
    stream = io.BytesIO()
    made = docx.Document()
    made.add_paragraph("giữ")
    made.save(stream)
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    change = (
        f'<w:p xmlns:w="{word}"><w:ins w:id="1" w:author="x"><w:r><w:t>thêm</w:t></w:r></w:ins>'
        f'<w:del w:id="2" w:author="x"><w:r><w:delText>bớt</w:delText></w:r></w:del></w:p><w:sectPr'
    ).encode()

    data = repacked(stream.getvalue(), replace={"word/document.xml": lambda xml: xml.replace(b"<w:sectPr", change, 1)})

    assert read_document(data, "a.docx").paragraphs == ("giữ", "thêm")


def test_a_trouble_names_its_place():
    with pytest.raises(UnreadableFile) as refused:
        read_document(b"a,b\nc," + b"x" * 6000 + b"\n", "bảng.csv")

    assert refused.value.facts["row"] == 2
    assert refused.value.facts["column"] == 2
    assert refused.value.facts["file_name"] == "bảng.csv"


def test_a_file_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(limits, "WALL_SECONDS", 0.01)

    assert trouble_of(workbook(), "a.xlsx") is ReadTrouble.TOO_SLOW


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of this kind")
@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("while True: pass", ReadTrouble.TOO_SLOW),
        ("kept = []\n    while True: kept.append(bytes(10_000_000))", ReadTrouble.TOO_MUCH_MEMORY),
    ],
)
def test_the_reading_process_is_stopped_at_its_limits(monkeypatch, body, trouble):
    """The child with a reader that never ends, under limits made small for the test."""
    code = (
        "from cchc_tasks.readers import child, formats, limits\n"
        "limits.CPU_SECONDS = 1\n"
        f"def endless(data, name):\n    {body}\n"
        "formats.read = endless\n"
        "child.main()\n"
    )
    real = processes.run

    def run(command, **arguments):
        return real([sys.executable, "-P", "-c", code, *command[-2:]], **arguments)

    monkeypatch.setattr(reading.processes, "run", run)

    assert trouble_of(b"a,b\n", "a.csv") is trouble


def test_the_reading_process_gets_no_secret_of_the_server(monkeypatch):
    monkeypatch.setenv("CCHC_SECRET_KEY", "bí mật")

    assert "bí mật" not in reading._environment().values()


def test_no_process_is_left_behind():
    before = {child.pid for child in psutil.Process().children(recursive=True)}

    for _ in range(3):
        trouble_of(b"%PDF", "a.pdf")

    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


@pytest.mark.parametrize(
    "name", ["../../x.csv", "a\x00b.csv", "-c.csv", "x" * 400 + ".csv", "kế hoạch.csv", "\u202ecsv.csv"]
)
def test_a_strange_name_is_only_a_name(name):
    assert texts(read_document(b"a,b\n", name)) == [["a", "b"]]
