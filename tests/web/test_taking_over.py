"""An office brings the list it kept in Excel: its states are reviewed, accepted, and told in the history."""

import io

import openpyxl
import pytest
from lxml import html
from sqlalchemy import func, select

from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import LedgerRow, Obligation, Plan, Task
from tests.factories import make_office, sign_in
from tests.web.test_plans import text_of

HEADER = (
    "TT", "Nhiệm vụ", "Sản phẩm", "Đơn vị thực hiện", "Thời gian", "Tình trạng", "Ngày hoàn thành", "Số văn bản"
)  # fmt: skip
PAPER = "12/BC-STTTT ngày 14/01/2021"
LEAD = "Văn phòng Sở chủ trì"
THE_LIST = (
    ("1.1", "Rà soát văn bản", "Báo cáo", LEAD, "Trước 31/3/2021", "Đã hoàn thành", "15/01/2021", PAPER),
    ("1.2", "Theo dõi thi hành", "Kế hoạch", LEAD, "Trước 31/3/2021", "Đang thực hiện", "", ""),
    ("1.3", "Kiểm tra", "Biên bản", LEAD, "Trước 31/01/2021", "Xong", "20/01/2021", ""),
    ("1.4", "Tuyên truyền", "Kế hoạch tuyên truyền", LEAD, "Trước 31/01/2021", "Xong", "21/01/2021", ""),
    ("1.5", "Công khai", "Danh mục", LEAD, "Trước 31/5/2021", "Quá hạn", "", ""),
)  # fmt: skip
HEADING = {"number": "1/KH-STTTT", "issued_on": "29/12/2020", "year": "2021"}


@pytest.fixture
def office(session):
    made = make_office(session)
    session.commit()
    return made


@pytest.fixture
def signed_in(client, office):
    sign_in(client, office.people["office"])
    return client


def workbook(*rows):
    book = openpyxl.Workbook()
    for line in (HEADER, *rows):
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(client, *rows):
    data = {"file": (io.BytesIO(workbook(*rows)), "so-theo-doi.xlsx"), **HEADING}
    return client.post("/ke-hoach/nhap", data=data, content_type="multipart/form-data")


def say(client, address, **values):
    names = {"lua_chon": "lua-chon", "nhan_het": "nhan-het", "nhan_cung": "nhan-cung", "ngay_xong": "ngay-xong"}
    names |= {"van_ban": "van-ban"}
    return client.post(f"{address}/tra-loi", data={names.get(name, name): value for name, value in values.items()})


def test_the_review_asks_what_the_list_does_not_say_and_tells_what_it_takes_over(signed_in):
    page = text_of(signed_in.get(upload(signed_in, *THE_LIST).location))

    assert "Tiếp nhận từ sổ theo dõi: 1 sản phẩm hoàn thành, 1 đang thực hiện; 3 chưa đủ để ghi." in page
    assert "Ghi hoàn thành nhưng chưa đủ" in page
    assert "Thiếu văn bản." in page
    assert "Trạng thái chưa rõ" in page
    assert "Đang thực hiện cho cả 3 chỗ" in page
    assert "Hoàn thành theo ngày đã ghi, không có văn bản, cho cả 2 chỗ" in page


def test_one_answer_serves_every_completion_without_a_document(session, signed_in):
    address = upload(signed_in, *THE_LIST).location
    shared = signed_in.get(address).get_data(as_text=True)
    number = shared.split("không có văn bản, cho cả 2 chỗ")[0].rsplit('value="', 1)[1].split('"')[0]

    say(signed_in, address, nhan_cung=number)

    page = text_of(signed_in.get(address))
    assert "Hoàn thành ngày 20/01/2021, không có văn bản" in page
    assert "Tiếp nhận từ sổ theo dõi: 3 sản phẩm hoàn thành" in page


def test_a_completion_is_given_in_words_of_ones_own(session, signed_in):
    address = upload(signed_in, THE_LIST[4]).location
    page = html.document_fromstring(signed_in.get(address).get_data(as_text=True))
    (key,) = page.xpath("//form[.//input[@name='ngay-xong']]/input[@name='cau']/@value")

    wrong_day = say(signed_in, address, cau=key, ngay_xong="hôm qua", van_ban="")
    wrong_paper = say(signed_in, address, cau=key, ngay_xong="22/01/2021", van_ban="báo cáo tháng")
    right = say(signed_in, address, cau=key, ngay_xong="22/01/2021", van_ban="5/DM-STTTT ngày 22/01/2021")

    assert (wrong_day.status_code, wrong_paper.status_code, right.status_code) == (422, 422, 303)
    assert "Nhập ngày hoàn thành" in text_of(wrong_day)
    assert "Chưa đọc được văn bản “báo cáo tháng”" in text_of(wrong_paper)
    page = text_of(signed_in.get(address))
    assert "Hoàn thành ngày 22/01/2021, văn bản 5/DM-STTTT ngày 22/01/2021" in page


def test_a_completion_on_a_day_to_come_is_never_offered_nor_taken(session, signed_in):
    address = upload(signed_in, (*THE_LIST[2][:6], "20/01/2031", "")).location
    page = signed_in.get(address).get_data(as_text=True)
    (key,) = html.document_fromstring(page).xpath("//form[.//input[@name='ngay-xong']]/input[@name='cau']/@value")

    typed = say(signed_in, address, cau=key, ngay_xong="21/01/2031", van_ban="")

    assert "Ngày này chưa đến nên chưa thể là ngày hoàn thành." in page
    assert "Hoàn thành ngày 20/01/2031, không có văn bản" not in page
    assert typed.status_code == 422 and "Ngày hoàn thành không sau hôm nay" in text_of(typed)


def test_the_list_becomes_a_plan_with_its_states_and_the_history_says_where_from(session, signed_in):
    address = upload(signed_in, *THE_LIST[:2]).location
    say(signed_in, address, nhan_het="1")

    answer = signed_in.post(f"{address}/nhap", follow_redirects=True)

    assert answer.status_code == 200
    states = session.scalars(select(Obligation.status).order_by(Obligation.id)).all()
    assert states == [Status.DONE, Status.IN_PROGRESS]
    task_id = session.scalars(select(Task.id).order_by(Task.id)).first()
    words = text_of(signed_in.get(f"/nhiem-vu/{task_id}"))
    assert "từ sổ theo dõi: hoàn thành ngày 15/01/2021, đúng hạn, kèm văn bản 12/BC-STTTT ngày 14/01/2021" in words
    assert "Đã hoàn thành | 15/01/2021 | 12/BC-STTTT" in words
    assert "Diễn ra 15/01/2021" in words


def test_a_newer_list_shows_its_states_and_overwrites_nothing(session, signed_in):
    address = upload(signed_in, *THE_LIST[:2]).location
    say(signed_in, address, nhan_het="1")
    signed_in.post(f"{address}/nhap")
    before = session.scalar(select(func.count()).select_from(LedgerRow))
    session.rollback()
    newer = (*THE_LIST[1][:5], "Xong", "25/01/2021", "6/KH-STTTT ngày 25/01/2021")

    answer = upload(signed_in, THE_LIST[0], newer)

    assert answer.status_code == 303
    page = signed_in.get(answer.location)
    plan_id = session.scalars(select(Plan.id)).one()
    words = text_of(signed_in.get(f"/ke-hoach/{plan_id}/dieu-chinh/{answer.location.rsplit('/', 1)[1]}"))
    assert page.status_code == 200
    assert "Bản này không khác kế hoạch đã có." in words
    assert "Trạng thái trong tệp khác với hệ thống" in words
    assert "Hoàn thành ngày 25/01/2021" in words
    session.rollback()
    assert session.scalar(select(func.count()).select_from(LedgerRow)) == before
    assert session.scalars(select(Obligation.status).order_by(Obligation.id)).all() == [Status.DONE, Status.IN_PROGRESS]
