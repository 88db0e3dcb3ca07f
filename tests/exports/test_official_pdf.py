"""The .pdf of an official document: the same layout, its letters inside, the same bytes each time."""

import io
from concurrent.futures import ThreadPoolExecutor

import pdfplumber
import pypdfium2
import pytest

from cchc_tasks.exports.official.model import Annex, Cell, Column, Heading, IssueDay, Paragraph, Row, Table
from cchc_tasks.exports.official.pdf_file import pdf_bytes
from tests.support.official import LONG_TITLE, TUYEN_QUANG, letter, printed_form, read_pdf, report, squeezed

MM = 72 / 25.4


@pytest.fixture(scope="module")
def made():
    return pdf_bytes(report())


@pytest.fixture(scope="module")
def pages(made):
    with pdfplumber.open(io.BytesIO(made)) as file:
        yield file.pages


def words_at_top(page) -> list[str]:
    return [word["text"] for word in page.extract_words() if word["bottom"] < 20 * MM]


def test_pages_are_a4_and_numbered_from_the_second_of_each_part(pages):
    numbers = [words_at_top(page) for page in pages]

    assert {(round(page.width / MM), round(page.height / MM)) for page in pages} == {(210, 297)}
    assert numbers == [[], ["2"], [], ["2"], ["3"], ["4"], ["5"], ["6"]]


def test_the_number_is_centred_over_the_text(pages):
    number = next(word for word in pages[1].extract_words() if word["bottom"] < 20 * MM)

    assert (number["x0"] + number["x1"]) / 2 == pytest.approx((30 + 165 / 2) * MM, abs=0.5)
    assert [char["size"] for char in pages[1].chars if char["bottom"] < 20 * MM] == [14]


def test_text_keeps_within_the_margins(pages):
    for page in pages:
        below = [char for char in page.chars if char["top"] > 20 * MM - 1]
        assert min(char["x0"] for char in below) >= 30 * MM - 0.5
        assert max(char["x1"] for char in below if char["text"].strip()) <= (210 - 15) * MM + 0.5
        assert max(char["bottom"] for char in below) <= (297 - 20) * MM + 1


def place(page, words: str) -> dict:
    found = page.search(words.replace(" ", r"\s+"), regex=True)
    assert found, words
    return found[0]


def test_the_letterhead_stands_in_two_halves(pages):
    issuer, nation = place(pages[0], "UBND TỈNH TUYÊN QUANG"), place(pages[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    number, date = place(pages[0], "/BC-STTTT"), place(pages[0], "Tuyên Quang, ngày")

    assert issuer["x1"] < nation["x0"]
    assert issuer["top"] == pytest.approx(nation["top"], abs=0.5)
    assert number["top"] == pytest.approx(date["top"], abs=0.5)
    assert nation["chars"][0]["size"] == 13
    assert "Bold" in nation["chars"][0]["fontname"]
    assert "Bold" not in issuer["chars"][0]["fontname"]


def test_the_rule_under_the_motto_is_as_long_as_the_motto(pages):
    motto = place(pages[0], "Độc lập - Tự do - Hạnh phúc")
    under = [line for line in pages[0].lines if 0 < line["top"] - motto["bottom"] < 6 and line["x0"] > 200]

    assert [(line["x0"], line["x1"]) for line in under] == [
        (pytest.approx(motto["x0"], abs=1), pytest.approx(motto["x1"], abs=1))
    ]


def test_the_signature_stands_on_the_right_and_the_recipients_on_the_left(pages):
    signer, listed = place(pages[1], "KT. GIÁM ĐỐC"), place(pages[1], "Nơi nhận:")

    assert listed["x1"] < pages[1].width / 2 < signer["x0"] + 40
    assert listed["top"] == pytest.approx(signer["top"], abs=4)


def test_all_letters_are_inside_the_file(made):
    file = pypdfium2.PdfDocument(made)

    used = {char["fontname"] for page in pdfplumber.open(io.BytesIO(made)).pages for char in page.chars}

    assert {name.split("+")[-1] for name in used} <= {
        "LiberationSerif",
        "LiberationSerif-Bold",
        "LiberationSerif-Italic",
        "LiberationSerif-BoldItalic",
    }
    assert all("+" in name for name in used)
    assert b"/Helvetica" not in made
    assert made.count(b"/FontFile2") == 4
    assert len(file) == 8


def test_each_page_of_a_table_repeats_its_header_and_no_row_is_broken(made):
    _texts, rows = read_pdf(made)
    printed = printed_form(TUYEN_QUANG)["rows"]

    body = []
    for page in rows[2:]:
        assert [page[0][0], page[0][2], page[1][3]] == ["STT", "Kết quả thống kê", "Số liệu"]
        body += page[2:]

    assert [row[1] for row in body] == [squeezed(row["label"]) for row in printed]
    assert [row[3] for row in body] == [row["value_raw"] for row in printed]


def test_a_group_heading_is_never_the_last_row_of_a_page(made):
    headings = {squeezed(row["label"]) for row in printed_form(TUYEN_QUANG)["rows"] if row["value_type"] == "none"}

    _texts, rows = read_pdf(made)

    assert not [page[-1][1] for page in rows[2:] if page[-1][1] in headings]


def test_headings_are_bookmarks(made):
    outline = [(entry.level, entry.get_title()) for entry in pypdfium2.PdfDocument(made).get_toc()]

    assert outline[0] == (0, "BÁO CÁO Công tác cải cách hành chính quý I năm 2021")
    assert (1, "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH") in outline
    assert outline[-1][0] == 0
    assert outline[-1][1].startswith("Biểu số 01")


def test_the_file_names_its_language_and_title_and_nobody(made):
    metadata = pypdfium2.PdfDocument(made).get_metadata_dict()

    assert metadata["Title"] == "Báo cáo Công tác cải cách hành chính quý I năm 2021"
    assert (metadata["Author"], metadata["Creator"]) == ("", "")
    assert b"vi-VN" in made


def test_the_same_document_gives_the_same_bytes_from_many_threads(made):
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(lambda _number: pdf_bytes(report()), range(8)))

    assert set(files) == {made}


@pytest.mark.parametrize("hostile", ["<img src='/etc/passwd'/>", "</para><b>&#0;", "a\x00b\ud800c", "&lt;i&gt; %s {x}"])
def test_mark_up_in_a_text_is_only_text(hostile):
    document = report(subject=hostile, body=(Heading(1, "I.", hostile), Paragraph(hostile)), bases=(hostile,))

    texts, _rows = read_pdf(pdf_bytes(document))

    assert squeezed(hostile.replace("\x00", "").replace("\ud800", "")) in texts[0]


def one_table(*texts: str, header: str = "Nhiệm vụ") -> Table:
    return Table((Column(10), Column(90)), (Row((Cell("TT"), Cell(header))),), tuple(
        Row((Cell(str(place)), Cell(text))) for place, text in enumerate(texts, 1)
    ))  # fmt: skip


def test_a_row_higher_than_a_page_is_cut_and_loses_nothing():
    long = " ".join(f"từ{number}" for number in range(1600))
    document = report(body=(one_table("ngắn", long, "cuối"),), annexes=())

    texts, rows = read_pdf(pdf_bytes(document))

    assert len(texts) >= 3
    whole = " ".join(row[1] for page in rows for row in page if row[1] != "Nhiệm vụ")
    assert whole == f"ngắn {long} cuối"


def test_a_header_higher_than_half_a_page_is_printed_once():
    document = report(body=(one_table(*["dòng"] * 60, header="đầu bảng " * 900),), annexes=())

    texts, _rows = read_pdf(pdf_bytes(document))

    assert sum(text.count("đầu bảng") for text in texts) == 900
    assert sum(text.count("dòng") for text in texts) == 60


def test_a_word_wider_than_its_column_is_broken_inside():
    texts, _rows = read_pdf(pdf_bytes(report(body=(one_table("x" * 400),), annexes=())))

    assert sum(text.count("x") for text in texts) == 400


def test_an_annex_may_lie_across_with_its_own_numbers():
    table = report().annexes[0].blocks
    annexes = (Annex("Phụ lục I", "Một", "", table, is_landscape=True), Annex("Phụ lục II", "Hai", "", table))

    with pdfplumber.open(io.BytesIO(pdf_bytes(report(annexes=annexes)))) as file:
        shapes = [page.width > page.height for page in file.pages]
        numbers = [words_at_top(page) for page in file.pages]

    first = shapes.index(True)
    second = len(shapes) - shapes[::-1].index(True)
    assert shapes == [False] * first + [True] * (second - first) + [False] * (len(shapes) - second)
    assert numbers[first] == numbers[second] == []
    assert numbers[first + 1] == numbers[second + 1] == ["2"]


def test_a_long_title_and_an_empty_number_stand_whole():
    texts, _rows = read_pdf(pdf_bytes(report(subject=LONG_TITLE, number="", issued=IssueDay())))

    assert LONG_TITLE in texts[0]
    assert "Số: /BC-STTTT Tuyên Quang, ngày tháng năm" in texts[0]


def test_a_letter_names_its_subject_and_its_addressee():
    texts, _rows = read_pdf(pdf_bytes(letter()))

    assert "Kính gửi: Phòng Công nghệ thông tin" in texts[0]
    assert "V/v đôn đốc" in texts[0]
    assert "BÁO CÁO" not in texts[0]
