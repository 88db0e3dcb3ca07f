"""The .docx of an official document, held against Nghị định 30/2020/NĐ-CP, Phụ lục I."""

import io
import re
import shutil
import subprocess
import zipfile

import docx
import pdfplumber
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

from cchc_tasks.exports.official import fonts
from cchc_tasks.exports.official.model import Annex, Cell, Column, IssueDay, Paragraph, Row, Run, Table
from cchc_tasks.exports.official.word_file import docx_bytes
from tests.support.official import (
    LONG_TITLE,
    TUYEN_QUANG,
    letter,
    printed_form,
    read_docx,
    read_pdf,
    report,
    squeezed,
)


def opened(document=None):
    return docx.Document(io.BytesIO(docx_bytes(document or report())))


def paragraph(opened_file, words: str):
    """The only paragraph with exactly these words, in the body or in a cell of a table."""
    inside = [p for table in opened_file.tables for row in table.rows for cell in row.cells for p in cell.paragraphs]
    found = {p._p: p for p in [*opened_file.paragraphs, *inside] if " ".join(p.text.split()) == words}
    assert len(found) == 1, words
    return next(iter(found.values()))


def looks(opened_file, words: str) -> tuple[float, bool, bool]:
    """Size in points, bold, italic."""
    run = paragraph(opened_file, words).runs[0]
    return run.font.size.pt, bool(run.bold), bool(run.italic)


def test_pages_are_a4_with_the_margins_of_the_decree():
    for section in opened().sections:
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert 20 <= round(section.top_margin.mm, 1) <= 25
        assert 20 <= round(section.bottom_margin.mm, 1) <= 25
        assert 30 <= round(section.left_margin.mm, 1) <= 35
        assert 15 <= round(section.right_margin.mm, 1) <= 20


def test_pages_are_numbered_in_the_top_margin_from_the_second_of_each_part():
    sections = opened().sections

    for section in sections:
        assert section.different_first_page_header_footer
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert section.first_page_header.is_linked_to_previous
        assert section.header_distance < section.top_margin
    header = sections[0].header.paragraphs[0]
    assert header.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert header._p.find(qn("w:fldSimple")).get(qn("w:instr")).strip() == "PAGE"
    assert header._p.find(".//" + qn("w:sz")).get(qn("w:val")) == "28"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("UBND TỈNH TUYÊN QUANG", (13, False, False)),
        ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", (13, True, False)),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (13, True, False)),
        ("Độc lập - Tự do - Hạnh phúc", (14, True, False)),
        ("Số: /BC-STTTT", (13, False, False)),
        ("Tuyên Quang, ngày tháng 3 năm 2021", (13, False, True)),
        ("BÁO CÁO", (14, True, False)),
        ("Công tác cải cách hành chính quý I năm 2021", (14, True, False)),
        ("Nơi nhận:", (12, True, True)),
        ("- UBND tỉnh (báo cáo);", (11, False, False)),
        ("- Lưu: VT, VP.", (11, False, False)),
        ("KT. GIÁM ĐỐC", (14, True, False)),
        ("PHÓ GIÁM ĐỐC", (14, True, False)),
        ("Nguyễn Văn Hiến", (14, True, False)),
        ("I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", (14, True, False)),
        ("Biểu số 01", (14, True, False)),
    ],
)
def test_each_element_has_its_size_and_style(words, expected):
    assert looks(opened(), words) == expected


def test_everything_is_in_times_new_roman():
    styles = zipfile.ZipFile(io.BytesIO(docx_bytes(report()))).read("word/styles.xml").decode()

    assert set(re.findall(r'<w:rFonts w:ascii="(.+?)" w:hAnsi="(.+?)" w:eastAsia="(.+?)" w:cs="(.+?)"/>', styles)) == {
        ("Times New Roman",) * 4
    }
    assert 'w:lang w:val="vi-VN"' in styles


def rules(document) -> list[float]:
    """Lengths in points of the rules in order; the width they are centred in is that of their cell or the page."""
    widths = []
    for p in opened(document).element.body.iter(qn("w:p")):
        if p.find(".//" + qn("w:pBdr")) is None:
            continue
        cell = next(p.iterancestors(qn("w:tc")), None)
        whole = int(cell.find(".//" + qn("w:tcW")).get(qn("w:w"))) if cell is not None else round(165 / 25.4 * 1440)
        indent = p.find(".//" + qn("w:ind"))
        widths.append((whole - int(indent.get(qn("w:left"))) - int(indent.get(qn("w:right")))) / 20)
    return widths


def test_rules_are_as_long_as_the_decree_asks():
    issuer, motto, subject, _annex = rules(report())
    bold = fonts.measure(14, fonts.BOLD)

    assert motto == pytest.approx(bold("Độc lập - Tự do - Hạnh phúc"), abs=0.2)
    assert 1 / 3 <= issuer / fonts.measure(13, fonts.BOLD)("VÀ TRUYỀN THÔNG") <= 1 / 2
    assert 1 / 3 <= subject / bold("Công tác cải cách hành chính quý I năm 2021") <= 1 / 2


def test_body_is_justified_indented_and_spaced():
    text = paragraph(opened(), "Sở Thông tin và Truyền thông báo cáo kết quả thực hiện như sau:")

    assert text.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert Cm(1) <= text.paragraph_format.first_line_indent <= Cm(1.28)
    assert text.paragraph_format.space_after >= Pt(6)
    assert 1 <= text.paragraph_format.line_spacing <= 1.5
    assert text.runs[0].font.size == Pt(14)


def test_bases_end_with_semicolons_and_a_stop():
    lines = read_docx(docx_bytes(report(bases=("Căn cứ Luật A.", "Căn cứ Nghị định B;")))).lines

    assert {"Căn cứ Luật A;", "Căn cứ Nghị định B."} <= set(lines)


def test_a_known_number_and_day_are_printed_with_their_zeros():
    lines = read_docx(docx_bytes(report(number="5", issued=IssueDay(8, 2, 2021)))).lines

    assert {"Số: 05/BC-STTTT", "Tuyên Quang, ngày 08 tháng 02 năm 2021"} <= set(lines)


def test_an_unknown_number_and_day_leave_room_to_write():
    words = "".join(t.text or "" for t in opened().element.body.iter(qn("w:t")))

    assert "Số:        /BC-STTTT" in words
    assert "ngày         tháng 3 năm 2021" in words


def test_tables_repeat_their_header_and_keep_rows_whole():
    table = next(each for each in opened().tables if each._tbl.tblPr.find(qn("w:tblBorders")) is not None)
    rows = table._tbl.tr_lst

    assert len(rows) == 117
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True, True] + [False] * 115


def test_a_group_heading_stays_with_its_first_row():
    table = opened().tables[-1]
    heading = table._tbl.tr_lst[2]

    assert heading.findall(".//" + qn("w:keepNext"))
    assert not table._tbl.tr_lst[4].findall(".//" + qn("w:keepNext"))


def test_an_annex_may_lie_across():
    given = report()
    across = Annex("Phụ lục", "Danh mục", "", given.annexes[0].blocks, is_landscape=True)

    first, second = opened(report(annexes=(across,))).sections

    assert (first.orientation, second.orientation) == (WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE)
    assert second.page_width > second.page_height


def test_the_signature_stays_with_the_end_of_the_text():
    last = paragraph(opened(), "Trên đây là báo cáo của Sở Thông tin và Truyền thông./.")

    assert last.paragraph_format.keep_with_next


def test_headings_are_headings():
    text = opened()

    assert paragraph(text, "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH").style.name == "Heading 1"
    assert paragraph(text, "a) Nhiệm vụ chưa hoàn thành").style.name == "Heading 3"


def test_a_letter_has_its_subject_under_the_number_and_no_kind():
    lines = read_docx(docx_bytes(letter())).lines

    number = lines.index("Số: 12/STTTT-VP V/v đôn đốc thực hiện nhiệm vụ quá hạn theo Kế hoạch số 163/KH-STTTT")
    assert lines[number + 2] == "Kính gửi: Phòng Công nghệ thông tin"


def test_properties_say_nothing_of_people_or_hours():
    data = docx_bytes(report())
    properties = docx.Document(io.BytesIO(data)).core_properties
    members = zipfile.ZipFile(io.BytesIO(data)).infolist()

    assert properties.title == "Báo cáo Công tác cải cách hành chính quý I năm 2021"
    assert (properties.author, properties.last_modified_by, properties.created) == ("", "", None)
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert not any("app.xml" in member.filename or "thumbnail" in member.filename for member in members)


def test_the_same_document_gives_the_same_bytes():
    assert docx_bytes(report()) == docx_bytes(report())


@pytest.mark.parametrize("hostile", ["<w:p/>&amp; <b>", "a\x00b\x0b\ud800c\uffff", '"><w:instrText>', "Nguyê\u0303n"])
def test_no_text_breaks_the_file(hostile):
    document = report(
        subject=hostile,
        issuer=hostile,
        body=(Paragraph(hostile), Paragraph((Run(hostile, is_struck=True),))),
        annexes=(Annex(hostile, hostile, hostile, (Table((Column(1),), (), (Row((Cell(hostile),)),), hostile),)),),
    )

    read = read_docx(docx_bytes(document))

    shown = hostile.replace("\x00", "").replace("\x0b", "").replace("\ud800", "").replace("\uffff", "")
    assert read.tables[0][0][0] == shown.replace("ê\u0303", "ễ")


def test_a_title_of_three_hundred_letters_stands_whole():
    assert len(LONG_TITLE) > 300

    lines = read_docx(docx_bytes(report(subject=LONG_TITLE))).lines

    assert LONG_TITLE in lines


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_word_processor_lays_it_out_as_the_decree_asks(tmp_path):
    (tmp_path / "a.docx").write_bytes(docx_bytes(report()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    options = ["--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]

    subprocess.run([shutil.which("soffice"), profile, *options, str(tmp_path / "a.docx")], check=True, timeout=120)

    data = (tmp_path / "a.pdf").read_bytes()
    with pdfplumber.open(io.BytesIO(data)) as file:
        tops = [page.crop((0, 0, page.width, Mm(19).pt)).extract_text() for page in file.pages]
    _texts, pages = read_pdf(data)
    annex = pages[2:]
    assert tops[:4] == ["", "2", "", "2"]
    assert tops[4:] == [str(number) for number in range(3, 3 + len(tops) - 4)]
    assert all(page[0][0] == "STT" and page[1][3] == "Số liệu" for page in annex)
    labels = [squeezed(row["label"]) for row in printed_form(TUYEN_QUANG)["rows"]]
    assert [row[1] for page in annex for row in page[2:]] == labels
