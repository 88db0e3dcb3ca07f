"""PDF and the clipboard: what a page keeps of a table is put together again."""

import shutil
import subprocess
from pathlib import Path

import pytest

from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.domain.grid import Cell, RemarkKind
from cchc_tasks.domain.plan_reading import read_plan, reading_json
from cchc_tasks.readers import conversion, read_document, read_pasted
from tests.support.documents import paragraph, row, table, word_file, workbook
from tests.support.pdf import PDF

DATA = Path(__file__).parents[1] / "data"
SOFFICE = shutil.which("soffice")


def texts(document, at: int = 0):
    return [[one.text for one in line] for line in document.tables[at].rows]


def printed(*rows: tuple[str, ...], breaks: bool = False, top: float = 0.0) -> bytes:
    printer = PDF()
    printer.line("KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2021")
    printer.top += top
    cells = [[Cell(text, at, column) for column, text in enumerate(line, start=1)] for at, line in enumerate(rows, 1)]
    printer.table(cells, [40, 300, 150], 1, breaks_rows=breaks)
    return printer.render()


def test_wrapped_lines_are_one_paragraph_and_paragraphs_stay_apart():
    text = "Rà soát các văn bản quy phạm pháp luật do Sở tham mưu ban hành trong năm\n- Kế hoạch\n- Báo cáo"

    document = read_document(printed(("TT", "Nhiệm vụ", "Thời gian"), ("1", text, "Quý II")), "a.pdf")

    assert texts(document) == [["TT", "Nhiệm vụ", "Thời gian"], ["1", text, "Quý II"]]


def test_a_table_over_pages_is_one_table_with_one_header():
    rows = [(str(at), f"Nhiệm vụ thứ {at} của kế hoạch năm", "Trong năm") for at in range(1, 90)]

    document = read_document(printed(("TT", "Nhiệm vụ", "Thời gian"), *rows), "a.pdf")

    assert texts(document)[1:] == [list(line) for line in rows]


def test_a_row_broken_by_a_page_is_joined_and_said():
    long = " ".join(f"việc{at}" for at in range(60))

    data = printed(("TT", "Nhiệm vụ", "Thời gian"), ("1", long, "Quý II"), ("2", "x", "y"), breaks=True, top=420)
    document = read_document(data, "a.pdf")

    assert texts(document)[1] == ["1", long, "Quý II"]
    assert RemarkKind.ROWS_JOINED in {one.kind for one in document.remarks}


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_a_pdf_printed_now_reads_as_the_one_kept(tmp_path):
    profile = (tmp_path / "profile").as_uri()
    arguments = ["--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(DATA / "plan_163.docx")]
    subprocess.run([SOFFICE, f"-env:UserInstallation={profile}", *arguments], check=True, timeout=120)

    fresh = read_plan(read_document((tmp_path / "plan_163.pdf").read_bytes(), "plan_163.pdf"))
    kept = read_plan(read_document((DATA / "plan_163.pdf").read_bytes(), "plan_163.pdf"))

    assert reading_json(fresh)["tasks"] == reading_json(kept)["tasks"]


def test_spans_of_a_page_are_merged_cells():
    page = (
        "<table><tr><th rowspan=2>TT</th><th colspan=2>Phân công</th></tr><tr><th>Chủ trì</th><th>Phối hợp</th></tr>"
        "<tr><td>1</td><td>Văn phòng</td><td>Các phòng</td></tr></table>"
    )

    (only,) = read_pasted(page).tables

    assert [[(one.text, one.row, one.column, one.row_span, one.column_span) for one in line] for line in only.rows] == [
        [("TT", 1, 1, 2, 1), ("Phân công", 1, 2, 1, 2)],
        [("Chủ trì", 2, 2, 1, 1), ("Phối hợp", 2, 3, 1, 1)],
        [("1", 3, 1, 1, 1), ("Văn phòng", 3, 2, 1, 1), ("Các phòng", 3, 3, 1, 1)],
    ]


def test_a_cell_of_a_page_keeps_its_breaks_and_drops_its_wraps():
    page = "<table><tr><td>Rà soát\n   văn&nbsp;bản<br>Báo cáo<p>Kết\nquả</p></td><td>x</td></tr></table>"

    assert texts(read_pasted(page)) == [["Rà soát văn bản\nBáo cáo\nKết quả", "x"]]


def test_text_copied_from_excel_keeps_line_breaks_inside_cells():
    document = read_pasted('TT\tNhiệm vụ\n1\t"Rà soát\nBáo cáo"\n')

    assert texts(document) == [["TT", "Nhiệm vụ"], ["1", "Rà soát\nBáo cáo"]]


def test_a_pasted_page_in_an_old_font_is_converted():
    page = "<table><tr><td style='font-family:\".VnTime\"'>KÕ ho¹ch</td><td>x</td></tr></table>"

    document = read_pasted(page)

    assert texts(document) == [["Kế hoạch", "x"]]
    assert document.remarks[0].kind is RemarkKind.TCVN3


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("TT;NhiÖm vô;Thêi gian\n1;Rµ so¸t v¨n b¶n quy ph¹m ph¸p luËt;Quý II\n", RemarkKind.TCVN3),
        ("TT;Nhieäm vuï;Thôøi gian\n1;Raø soaùt vaên baûn quy phaïm phaùp luaät;Quyù II\n", RemarkKind.VNI),
    ],
)
@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_old_encodings_of_text_are_told_by_their_words(typed, kind, encoding):
    document = read_document(typed.encode(encoding), "a.csv")

    assert texts(document) == [
        ["TT", "Nhiệm vụ", "Thời gian"],
        ["1", "Rà soát văn bản quy phạm pháp luật", "Quý II"],
    ]
    assert [one.kind for one in document.remarks] == [kind]


def test_a_workbook_in_an_old_font_is_converted_without_its_name_too():
    def fill(sheet):
        sheet.append(["TT", "NhiÖm vô", "Thêi gian thùc hiÖn"])
        sheet.append([1, "Rµ so¸t v¨n b¶n", "Th¸ng 6"])

    assert texts(read_document(workbook(fill), "a.xlsx"))[1] == ["1", "Rà soát văn bản", "Tháng 6"]


def test_unicode_with_letters_of_the_old_fonts_stays_as_it_is():
    line = "TT,Quí I,Hà Nội\n1,Cà Mau và Quí II là gì,là\n"

    document = read_document(line.encode(), "a.csv")

    assert texts(document)[1] == ["1", "Cà Mau và Quí II là gì", "là"]
    assert document.remarks == ()


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("source", "target"), [("docx", "doc"), ("xlsx", "xls")])
def test_an_old_file_is_converted_where_libreoffice_is_installed(tmp_path, source, target):
    rows = table(row("TT", "Nhiệm vụ", "Thời gian"), row("1", "Rà soát", "Quý II"))
    old = tmp_path / f"plan.{source}"
    old.write_bytes(word_file(rows + paragraph("hết")) if source == "docx" else workbook())
    profile = (tmp_path / "profile").as_uri()
    arguments = ["--headless", "--convert-to", target, "--outdir", str(tmp_path), str(old)]
    subprocess.run([SOFFICE, f"-env:UserInstallation={profile}", *arguments], check=True, timeout=120)

    document = read_document((tmp_path / f"plan.{target}").read_bytes(), f"ke-hoach.{target}")

    assert texts(document) == [["TT", "Nhiệm vụ", "Thời gian"], ["1", "Rà soát", "Quý II"]]
    assert RemarkKind.CONVERTED_FILE in {one.kind for one in document.remarks}


def test_an_old_file_gets_a_polite_sentence_where_it_is_not(monkeypatch):
    monkeypatch.setattr(conversion, "find_converter", lambda: None)
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")

    with pytest.raises(UnreadableFile) as refused:
        read_document(old, "a.doc")

    assert refused.value.reason is ReadTrouble.OLD_FORMAT


def test_a_converter_that_makes_nothing_is_said(monkeypatch):
    monkeypatch.setattr(conversion, "find_converter", lambda: shutil.which("true"))
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")

    with pytest.raises(UnreadableFile) as refused:
        read_document(old, "a.doc")

    assert refused.value.reason is ReadTrouble.NOT_CONVERTED


def test_a_converter_that_never_ends_is_stopped_with_its_group(monkeypatch, tmp_path):
    endless = tmp_path / "soffice"
    endless.write_text("#!/bin/sh\nsleep 60 & wait\n")
    endless.chmod(0o700)
    monkeypatch.setattr(conversion, "find_converter", lambda: str(endless))
    monkeypatch.setattr(conversion.limits, "CONVERT_SECONDS", 0.5)
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le")

    with pytest.raises(UnreadableFile) as refused:
        read_document(old, "a.xls")

    assert refused.value.reason is ReadTrouble.TOO_SLOW
