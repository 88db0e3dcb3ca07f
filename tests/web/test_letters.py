"""Text that seems typed for an old font is converted, and one answer of the office takes the conversion back."""

import io

import openpyxl
import pytest
from lxml import html
from openpyxl.styles import Font
from sqlalchemy import select

from cchc_tasks.storage.models import Task
from tests.factories import make_office, sign_in
from tests.web.test_plans import text_of

HEADING = {"number": "1/KH-STTTT", "issued_on": "29/12/2020", "year": "2021"}
HEADER = ("TT", "Nhiệm vụ", "Sản phẩm", "Đơn vị thực hiện", "Thời gian", "Ghi chú")
AS_IN_FILE, CONVERTED = "Sensor 5 µm ®", "Sensor 5 àm đ"


@pytest.fixture
def signed_in(session, client):
    office = make_office(session)
    session.commit()
    sign_in(client, office.people["office"])
    return client


def workbook():
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(("1.1", "Mua sắm", "Báo cáo", "Văn phòng Sở chủ trì", "Thường xuyên, 31/5/2021", AS_IN_FILE))
    book.active["F2"].font = Font(name=".VnTime")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(client):
    data = {"file": (io.BytesIO(workbook()), "ke-hoach.xlsx"), **HEADING}
    return client.post("/ke-hoach/nhap", data=data, content_type="multipart/form-data").location


def press(client, address, words):
    """Presses the button that says so."""
    page = html.document_fromstring(client.get(address).get_data(as_text=True))
    (value,) = page.xpath(f"//button[@name='lua-chon'][normalize-space()='{words}']/@value")
    return client.post(f"{address}/tra-loi", data={"lua-chon": value})


def test_one_answer_keeps_the_letters_of_the_file_and_the_other_answers(session, signed_in):
    address = upload(signed_in)
    assert CONVERTED in text_of(signed_in.get(address))
    signed_in.post(f"{address}/tra-loi", data={"nhan-het": "1"})
    before = text_of(signed_in.get(address))
    assert "Đã trả lời hết" in before
    signed_in.post(f"{address}/tra-loi", data={"lua-chon": f"{key_of(signed_in, address)}:"})

    answer = press(signed_in, address, "Giữ nguyên chữ gốc")

    assert answer.status_code == 303
    words = text_of(signed_in.get(address))
    assert AS_IN_FILE in words
    assert "Chữ được giữ nguyên như trong tệp" in words
    assert "Đã trả lời hết" in words
    signed_in.post(f"{address}/nhap")
    assert session.scalars(select(Task.note)).one() == AS_IN_FILE


def key_of(client, address):
    """The question about letters, answered already."""
    page = html.document_fromstring(client.get(address).get_data(as_text=True))
    (item,) = page.xpath("//li[contains(@class, 'doubt-solved')][contains(., 'bảng mã cũ')]")
    return item.get("id").removeprefix("cau-")


def test_the_choice_can_be_taken_back(signed_in):
    address = upload(signed_in)
    press(signed_in, address, "Giữ nguyên chữ gốc")
    kept = html.document_fromstring(signed_in.get(address).get_data(as_text=True))
    (item,) = kept.xpath("//li[contains(@class, 'doubt-solved')][contains(., 'giữ nguyên như trong tệp')]")
    signed_in.post(f"{address}/tra-loi", data={"lua-chon": f"{item.get('id').removeprefix('cau-')}:"})

    press(signed_in, address, "Chuyển sang Unicode")

    assert CONVERTED in text_of(signed_in.get(address))
