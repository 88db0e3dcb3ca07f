"""Kế hoạch: the list, the plan as printed, the import with its review, and changes by hand."""

from datetime import date

import pytest
from lxml import html
from sqlalchemy import event, func, select

from cchc_tasks.domain.plan_questions import AS_READ
from cchc_tasks.domain.plan_reading import read_plan
from cchc_tasks.domain.workflow import Status
from cchc_tasks.readers import read_document
from cchc_tasks.services import staging
from cchc_tasks.services.units import put_name
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Area, Deliverable, LedgerRow, Obligation, Plan, StagedImport, Task, Unit
from tests.factories import make_office, make_plan, make_task, principal_of, sign_in
from tests.support import plan_163
from tests.support.documents import pasted_from_word
from tests.support.plan_pages import accept_all, review_page, upload


@pytest.fixture
def office(session):
    made = make_office(session)
    session.commit()
    return made


@pytest.fixture
def signed_in(client, office):
    """The office's person, signed in."""
    sign_in(client, office.people["office"])
    return client


def text_of(answer):
    return " ".join(html.document_fromstring(answer.get_data(as_text=True)).text_content().split())


def count(session, model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


# --- the import


def test_an_uploaded_plan_is_shown_for_review_and_nothing_is_in_any_plan(session, signed_in):
    answer = upload(signed_in)

    page = signed_in.get(answer.location)

    assert page.status_code == 200
    words = text_of(page)
    assert "Kế hoạch 163/KH-STTTT ngày 29/12/2020" in words
    assert "Nhập 83 mốc phải nộp" in words
    assert count(session, Plan) == 0


def test_a_table_pasted_from_word_is_read_as_the_file_is(session, signed_in):
    printed = read_document((plan_163.DATA / "plan_163.docx").read_bytes(), "plan_163.docx")
    kept = pasted_from_word(printed.paragraphs, printed.tables[1])

    answer = signed_in.post("/ke-hoach/nhap", data={"pasted": "bảng", "pasted_html": kept})

    assert answer.status_code == 303
    words = text_of(signed_in.get(answer.location))
    assert "Bảng dán" in words
    assert "Nhập 83 mốc phải nộp" in words


def test_a_printed_plan_is_read_from_its_pdf(session, signed_in):
    answer = upload(signed_in, plan_163.DATA / "plan_163.pdf")

    assert "Nhập 83 mốc phải nộp" in text_of(signed_in.get(answer.location))


def test_pasted_words_without_a_table_get_a_sentence_and_stay(session, signed_in):
    answer = signed_in.post("/ke-hoach/nhap", data={"pasted": "Kính gửi các phòng"})

    assert answer.status_code == 422
    assert "Kính gửi các phòng" in answer.get_data(as_text=True)


def test_every_doubt_of_the_reading_is_asked(session, signed_in):
    page = html.document_fromstring(signed_in.get(review_page(signed_in)).get_data(as_text=True))

    asked = page.xpath("//li[contains(@class, 'doubt')]")

    assert len(asked) == len(plan_163.reading().to_confirm)
    assert len(page.xpath("//section[@id='chu-tri']//li[contains(@class, 'doubt')]")) == 13
    assert page.xpath("//form[contains(@action, '/nhap/') and .//button[contains(., 'Nhập 83')]]//button[@disabled]")


def test_the_doubtful_words_are_marked_in_the_print(signed_in):
    page = html.document_fromstring(signed_in.get(review_page(signed_in)).get_data(as_text=True))

    marked = [mark.text_content() for mark in page.xpath("//p[@class='sheet']/mark")]

    assert "Thường xuyên trong năm trước 15/8/2021" in marked
    assert "trong Quý IV năm 2020" in marked
    assert "Ban hành kế hoạch trong quý I/2021" in marked
    assert "Phòng CNTT tham gia ở tỉnh" in marked


def test_the_whole_way_from_the_file_to_the_plan(session, signed_in):
    answer = accept_all(signed_in, review_page(signed_in))

    assert answer.status_code == 200
    assert "Đã nhập 83 mốc phải nộp vào kế hoạch." in text_of(answer)
    assert [count(session, model) for model in (Area, Task, Deliverable, Obligation)] == [7, 41, 66, 83]


def test_an_answer_of_one_click_is_kept_and_can_be_changed(session, signed_in):
    address = review_page(signed_in)
    signed_in.post(f"{address}/tra-loi", data={"lua-chon": "0:1"})
    first = text_of(signed_in.get(address))

    signed_in.post(f"{address}/tra-loi", data={"lua-chon": "0:"})

    assert "Văn phòng Sở chủ trì Đã trả lời" in first
    assert "Đã trả lời 1" not in text_of(signed_in.get(address))


def test_a_date_of_ones_own_is_read_by_the_grammar(session, signed_in):
    address = review_page(signed_in)
    key = key_of(session, "date_missing")

    signed_in.post(f"{address}/tra-loi", data={"cau": key, "thoi-han": "Quý II/2021"})
    accept_all(signed_in, address)

    session.rollback()
    owed = session.scalars(
        select(Obligation)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .where(Deliverable.text == "Báo cáo tuyên truyền CCHC năm 2021")
    ).one()
    assert owed.due_on.isoformat() == "2021-06-30"


def test_words_that_are_no_date_are_answered_with_a_sentence_at_the_question(session, signed_in):
    address = review_page(signed_in)

    answer = signed_in.post(f"{address}/tra-loi", data={"cau": key_of(session, "date_missing"), "thoi-han": "mai mốt"})

    assert answer.status_code == 422
    assert "Chưa đọc được “mai mốt” thành thời hạn." in text_of(answer)


@pytest.mark.parametrize("choice", ["999:0", "0:99", "x:y", ""])
def test_an_answer_to_a_question_that_is_not_there_is_not_found(signed_in, choice):
    address = review_page(signed_in)

    assert signed_in.post(f"{address}/tra-loi", data={"lua-chon": choice}).status_code == 404


def key_of(session, reason):
    session.rollback()
    staged = session.scalars(select(StagedImport)).one()
    doubts = staged.reading["to_confirm"]
    return next(str(key) for key, doubt in enumerate(doubts) if doubt["reason"] == reason)


def test_importing_while_questions_are_open_is_refused(session, signed_in):
    address = review_page(signed_in)

    answer = signed_in.post(f"{address}/nhap")

    assert answer.status_code == 409
    assert "chỗ cần xác nhận" in text_of(answer)
    assert count(session, Plan) == 0


def test_a_unit_is_matched_to_one_the_agency_has(session, office, signed_in):
    address = review_page(signed_in)
    data = {"ten-in": "Ban ISO", "la-0": str(office.unit.id), "ten-0": "Ban ISO", "loai-0": "board"}

    answer = signed_in.post(f"{address}/don-vi", data=data, follow_redirects=True)
    accept_all(signed_in, address)

    assert answer.status_code == 200
    session.rollback()
    task = session.scalars(select(Task).where(Task.row_id == "6.3+6.4")).one()
    assert task.lead_unit_id == office.unit.id


def test_a_past_name_shows_what_the_unit_is_called_now_and_may_be_confirmed(session, office, signed_in):
    put_name(session, office.unit, "Phòng Chuyển đổi số", "", date(2021, 3, 1))
    session.commit()
    address = review_page(signed_in)

    text = text_of(signed_in.get(address))
    assert "tên cũ, nay là Phòng Chuyển đổi số" in text

    data = {"ten-in": "Phòng Công nghệ thông tin", "la-0": str(office.unit.id)}
    told = text_of(signed_in.post(f"{address}/don-vi", data=data, follow_redirects=True))
    assert "Phòng CNTT Đã chọn" in told


def test_a_closed_browser_loses_nothing(session, signed_in):
    address = review_page(signed_in)
    signed_in.post(f"{address}/tra-loi", data={"lua-chon": "0:1"})

    listed = signed_in.get("/ke-hoach/")

    assert "Tiếp tục duyệt" in text_of(listed)
    assert address in listed.get_data(as_text=True)
    assert "Văn phòng Sở chủ trì Đã trả lời" in text_of(signed_in.get(address))


def test_a_reading_can_be_thrown_away(session, signed_in):
    address = review_page(signed_in)

    answer = signed_in.post(f"{address}/bo", follow_redirects=True)

    assert "Đã bỏ bản đã đọc." in text_of(answer)
    assert count(session, StagedImport) == 0


def test_the_same_file_again_says_so_and_changes_nothing(session, signed_in):
    accept_all(signed_in, review_page(signed_in))
    before = [count(session, model) for model in (Plan, Unit, Obligation, LedgerRow)]

    answer = upload(signed_in)

    assert answer.status_code == 409
    assert "đã có trong hệ thống, với đúng nội dung này" in text_of(answer)
    assert [count(session, model) for model in (Plan, Unit, Obligation, LedgerRow)] == before


def test_a_csv_asks_for_number_date_and_year_and_keeps_what_was_typed(session, signed_in):
    answer = upload(signed_in, plan_163.CSV, number="163/KH-STTTT")

    assert answer.status_code == 422
    assert "Tệp không có ngày ban hành kế hoạch." in text_of(answer) or "Không rõ kế hoạch" in text_of(answer)
    assert 'value="163/KH-STTTT"' in answer.get_data(as_text=True)


def test_a_csv_with_number_and_date_reads_the_same_plan(session, signed_in):
    answer = upload(signed_in, plan_163.CSV, number="163/KH-STTTT", issued_on="2020-12-29", year="2021")

    page = text_of(signed_in.get(answer.location))

    assert "Nhập 83 mốc phải nộp" in page


@pytest.mark.parametrize(
    "name, data",
    [
        ("ke-hoach.pdf", b"%PDF-1.4 hello"),
        ("ke-hoach.xlsx", b"not a zip"),
        ("ke-hoach.docx", b""),
        ("ke-hoach.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("ke-hoach.csv", b'"a,b\n1'),
        ("ke-hoach.csv", "STT,Nội dung\n1,Họp".encode()),
        ("../../../etc/passwd", b"root:x"),
        ("con.xlsx", bytes(range(256)) * 40),
        ("ke\u202ehoach\r\n.csv", b"\xff\xfe\x00\xd8"),
    ],
)
def test_a_file_that_is_no_plan_gets_a_sentence_and_stores_nothing(session, signed_in, name, data):
    answer = upload(signed_in, name=name, data=data)

    assert answer.status_code == 422
    assert html.document_fromstring(answer.get_data(as_text=True)).xpath("//div[@class='errors']//li")
    assert [count(session, model) for model in (StagedImport, Plan)] == [0, 0]


def test_a_form_without_a_file_asks_for_it(signed_in):
    answer = signed_in.post("/ke-hoach/nhap", data={})

    assert answer.status_code == 422
    assert "Chọn tệp kế hoạch, hoặc dán bảng" in text_of(answer)


def test_a_cell_with_markup_is_shown_as_text(session, signed_in):
    head = "Số TT,Nhiệm vụ chung,Nhiệm vụ cụ thể,Sản phẩm,Phân công thực hiện,Thời gian thực hiện,Ghi chú\r\n"
    row = '1,Cải cách,1. Rà <script>alert(1)</script>,<b>Báo cáo</b>,"Văn phòng, <i>A</i>",<mark>lúc rảnh</mark>,\r\n'
    answer = upload(
        signed_in, name="k.csv", data=(head + row).encode(), number="1/KH", issued_on="2021-01-05", year="2021"
    )

    page = signed_in.get(answer.location).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;mark&gt;lúc rảnh" in page


# --- reading


def test_the_plan_prints_every_row_as_it_was_issued(session, signed_in):
    answer = accept_all(signed_in, review_page(signed_in))

    words = text_of(answer)

    for task in plan_163.printed_tasks():
        assert " ".join(task["text"].split()) in words
        assert " ".join(task["assignment"]["raw"].split()) in words
        for deliverable in task["deliverables"]:
            assert " ".join(deliverable["text"].split()) in words


def test_the_list_shows_each_plan_with_its_figures(session, signed_in):
    accept_all(signed_in, review_page(signed_in))

    page = html.document_fromstring(signed_in.get("/ke-hoach/").get_data(as_text=True))

    [row] = page.xpath("//table//tbody/tr")
    assert [cell.text_content().partition(",")[0] for cell in row.xpath("td[@class='n']")] == [
        "2021",
        "41",
        "83 mốc phải nộp",
        "0",
        "13",
    ]
    whole, owed, unled = row.xpath("td[@class='n']/a/@href")
    assert whole == f"/ke-hoach/{session.scalars(select(Plan.id)).one()}"
    assert "83 mốc phải nộp" in text_of(signed_in.get(owed))
    rows = html.document_fromstring(signed_in.get(unled).get_data(as_text=True)).xpath(
        "//tr[starts-with(@id, 'dong-')]"
    )
    assert len(rows) == 13


def test_an_empty_list_leads_on(client, office):
    sign_in(client, office.people["viewer"])

    assert "Chưa có kế hoạch nào." in text_of(client.get("/ke-hoach/"))


@pytest.mark.parametrize("role", ["leader", "head", "staff", "viewer", "admin"])
def test_others_read_the_plan_but_do_not_change_it(session, client, office, role):
    plan = make_plan(session, office.agency)
    task = make_task(session, plan, lead=office.unit)
    session.commit()
    sign_in(client, office.people[role])

    page = client.get(f"/ke-hoach/{plan.id}?sua=1")

    assert page.status_code == 200
    assert "Sửa nhiệm vụ" not in text_of(page)
    for path in (
        "nhap",
        "lap",
        f"{plan.id}/sua",
        f"nhiem-vu/{task.task.id}/sua",
        f"moc/{task.obligation.id}/dinh-chinh",
    ):
        assert client.get(f"/ke-hoach/{path}").status_code == 403


def test_another_agency_finds_nothing(session, client, office):
    plan = make_plan(session, office.agency)
    task = make_task(session, plan, lead=office.unit)
    elsewhere = make_office(session)
    session.commit()
    sign_in(client, elsewhere.people["office"])

    for path in (
        f"{plan.id}",
        f"{plan.id}/sua",
        f"{plan.id}/linh-vuc/them",
        f"linh-vuc/{task.task.area_id}/sua",
        f"linh-vuc/{task.task.area_id}/nhiem-vu/them",
        f"nhiem-vu/{task.task.id}/sua",
        f"nhiem-vu/{task.task.id}/phan-cong",
        f"nhiem-vu/{task.task.id}/san-pham/them",
        f"san-pham/{task.obligation.deliverable_id}/sua",
        f"san-pham/{task.obligation.deliverable_id}/ky/them",
        f"san-pham/{task.obligation.deliverable_id}/don-vi",
        f"san-pham/{task.obligation.deliverable_id}/han",
        f"moc/{task.obligation.id}/dinh-chinh",
    ):
        assert client.get(f"/ke-hoach/{path}").status_code == 404, path


def test_the_page_asks_the_database_as_often_for_many_rows_as_for_few(session, signed_in, office, app):
    few = make_plan(session, office.agency, number="1/KH")
    many = make_plan(session, office.agency, number="2/KH")
    for _ in range(2):
        make_task(session, few, lead=office.unit)
    for _ in range(30):
        make_task(session, many, lead=office.unit)
    session.commit()

    assert queries(app, lambda: signed_in.get(f"/ke-hoach/{many.id}")) == queries(
        app, lambda: signed_in.get(f"/ke-hoach/{few.id}")
    )


def queries(app, call):
    seen = []
    with app.app_context():
        engine = db.engine
    listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    assert call().status_code == 200
    event.remove(engine, "before_cursor_execute", listener)
    return len(seen)


def test_the_staged_reading_is_the_offices_alone(session, client, office):
    staged = staging.stage(
        session,
        plan_163.reading(),
        file_name="k.xlsx",
        sha256=plan_163.SHA256,
        actor=principal_of(session, office.people["office"]),
        now=office.people["office"].created_at,
    )
    sign_in(client, office.people["head"])

    assert client.get(f"/ke-hoach/nhap/{staged.id}").status_code == 403
    assert client.post(f"/ke-hoach/nhap/{staged.id}/nhap").status_code == 403
    assert AS_READ.first.kind.value == "as_read"


# --- the plan as a file


@pytest.mark.parametrize("ending", ["docx", "xlsx", "csv"])
def test_a_plan_is_downloaded_as_a_file_that_reads_back_as_the_plan(client, session, ending):
    office = make_office(session)
    plan = make_plan(session, office.agency)
    made = make_task(session, plan, text="Rà soát văn bản", lead=office.unit, number="1.1")
    session.commit()
    sign_in(client, office.people["viewer"])

    page = client.get(f"/ke-hoach/{plan.id}").get_data(as_text=True)
    answer = client.get(f"/ke-hoach/{plan.id}/tep.{ending}")

    name = plan.number.replace("/", "-")
    assert f"/ke-hoach/{plan.id}/tep.{ending}" in page
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert f"ke-hoach-{name.lower()}.{ending}" in answer.headers["Content-Disposition"]
    assert "filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch%20" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    document = read_document(answer.data, f"ke-hoach.{ending}")
    reading = read_plan(document, number=plan.number, issued_on=plan.issued_on, year=plan.year)
    (task,) = reading.tasks()
    assert task.text == "Rà soát văn bản"
    assert [owed.due_on for owed in reading.obligations()] == [made.obligation.due_on]


def test_what_was_withdrawn_is_not_in_the_file(client, session):
    office = make_office(session)
    plan = make_plan(session, office.agency)
    make_task(session, plan, text="Còn lại", lead=office.unit)
    gone = make_task(session, plan, text="Đã rút", lead=office.unit)
    gone.obligation.status = Status.WITHDRAWN
    session.commit()
    sign_in(client, office.people["office"])

    lines = client.get(f"/ke-hoach/{plan.id}/tep.csv").data.decode("utf-8-sig")

    assert "Còn lại" in lines and "Đã rút" not in lines


def test_all_that_a_heading_lacks_is_asked_for_at_once(signed_in):
    table = "TT;Nhiệm vụ;Sản phẩm;Đơn vị chủ trì;Thời gian\n1.1;Rà soát;Báo cáo;Phòng Vũ trụ;Thường xuyên\n"

    answer = upload(signed_in, name="ke-hoach.csv", data=table.encode())

    words = text_of(answer)
    assert answer.status_code == 422
    assert "Tệp không có số, ký hiệu của kế hoạch" in words
    assert "Tệp không có ngày ban hành kế hoạch" in words
    assert "Không rõ kế hoạch trong tệp “ke-hoach.csv” của năm nào" in words


def test_a_unit_that_the_agency_does_not_have_is_marked_where_it_could_lead(signed_in):
    table = "TT;Nhiệm vụ;Sản phẩm;Phân công;Thời gian\n1.1;Rà soát;Báo cáo;Phòng Vũ trụ, Văn phòng Sở;Thường xuyên\n"
    given = {"number": "1/KH-STTTT", "issued_on": "29/12/2020", "year": "2021"}

    address = upload(signed_in, name="ke-hoach.csv", data=table.encode(), **given).location

    words = text_of(signed_in.get(address))
    assert "Phòng Vũ trụ chủ trì (chưa có trong hệ thống)" in words
    assert "Văn phòng Sở chủ trì (chưa" not in words
