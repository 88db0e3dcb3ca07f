"""The pages that stand for documents are whole PDF files."""

import io
import re
from datetime import date

from cchc_tasks.demo.pdf import LINE_LETTERS, one_page
from cchc_tasks.evidence.kinds import find_kind


def test_a_page_is_a_pdf_with_number_day_and_subject():
    page = one_page("07/QĐ-STTTT", date(2021, 1, 14), "Ban hành Kế hoạch (lần 2)")

    assert find_kind(io.BytesIO(page), "07-QĐ-STTTT.pdf").value == "pdf"
    assert b"(So, ky hieu: 07/qd-sttt" in page
    assert b"ke hoach \\(lan 2\\)" in page


def test_its_table_of_places_is_right():
    page = one_page("1/KH", date(2021, 1, 4), "Kế hoạch " * 30)

    start = int(re.search(rb"startxref\n(\d+)", page)[1])
    places = [int(each) for each in re.findall(rb"(\d{10}) 00000 n", page[start:])]

    assert [page[place : place + 7] for place in places] == [b"%d 0 obj" % number for number in range(1, 6)]


def test_long_subjects_are_wrapped():
    page = one_page("1/KH", date(2021, 1, 4), "Kế hoạch " * 60)

    assert max(len(line) for line in re.findall(rb"\((.*?)\) Tj", page)) <= LINE_LETTERS
