"""Việc của tôi: what my unit owes, nearest first, and the update under the row."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import obligations, teamwork
from cchc_tasks.storage.models import Evidence, LedgerRow, Note, StoredFile
from cchc_tasks.web import clock
from tests.evidence.files import DOCX, JPEG, PDF
from tests.factories import at, make_unit
from tests.support.work import TODAY, Workplace, counted_queries, form_values, text_of, tree


@pytest.fixture
def work(session, monkeypatch) -> Workplace:
    monkeypatch.setattr(clock, "now", lambda: at(TODAY))
    return Workplace(session)


@pytest.fixture
def head(client, work):
    return work.enter(client, "head")


def open_form(client, work, made=None):
    obligation_id = (made or work.made).obligation.id
    return form_values(client.get(f"/viec-cua-toi?mo={obligation_id}"), f"/viec-cua-toi/{obligation_id}")


def send(client, work, made=None, **values):
    """Opens the row's form, fills it in and sends it."""
    obligation_id = (made or work.made).obligation.id
    typed = open_form(client, work, made) | values
    return client.post(f"/viec-cua-toi/{obligation_id}", data=typed, content_type="multipart/form-data")


DOCUMENT = {
    "to": "reported",
    "number": "42/BC-STTTT",
    "issued_on": "2021-03-05",
    "done_on": "2021-03-05",
    "subject": "Chuyên đề",
}


def titles(response):
    """The lines by group."""
    page = tree(response)
    return {
        group.get("id"): [
            " ".join(line.text_content().split()) for line in group.xpath(".//div[@class='work-title']/a")
        ]
        for group in page.xpath("//section[contains(@class, 'group')]")
    }


def test_work_stands_by_when_it_is_wanted(head, work):
    unit = work.office.unit
    texts = {"muộn": date(2021, 3, 9), "hôm nay": TODAY, "chủ nhật": date(2021, 3, 14), "thứ hai": date(2021, 3, 15)}
    for text, due_on in (*texts.items(), ("tháng sau", date(2021, 4, 1)), ("theo quy định", None)):
        work.task(deliverable_texts=[text], due_on=due_on, lead=unit)

    found = titles(head.get("/viec-cua-toi"))

    assert found["qua-han"] == ["muộn"]
    assert found["tuan-nay"][:2] == ["hôm nay", "chủ nhật"]
    assert "theo quy định" in found["tuan-nay"], "undated work is asked for a note before the cut-off of 14/3"
    assert found["thang-nay"] == ["thứ hai", "Báo cáo kết quả rà soát"]
    assert found["sau-nay"] == ["tháng sau"]


def test_year_long_work_asks_for_a_note_before_the_cut_off_and_then_no_more(head, work):
    made = work.task(deliverable_texts=["Duy trì kết nối"], due_on=date(2021, 12, 31), kind=DeadlineKind.WITHIN_YEAR)

    before = text_of(head.get("/viec-cua-toi"))
    answer = send(head, work, made, to="in_progress", note="Đã kết nối 12/17 đơn vị.")
    after = head.get("/viec-cua-toi")

    assert "Ghi tiến độ" in before and "ghi chú, 14/3/2021" in before
    assert answer.status_code == 303
    assert titles(after)["sau-nay"] == ["Duy trì kết nối"]
    assert work.fresh(made).status is Status.IN_PROGRESS
    assert work.session.scalars(select(Note.text)).all() == ["Đã kết nối 12/17 đơn vị."]


def test_a_unit_sees_what_it_leads_what_nobody_leads_yet_and_what_its_group_was_given(head, work):
    office = work.office
    group = make_unit(work.session, office.agency, "Các phòng chuyên môn", members=(office.unit, office.other_unit))
    work.task(deliverable_texts=["của nhóm"], lead=group)
    work.task(deliverable_texts=["chưa rõ chủ trì"], lead=None, co_leads=[office.unit, office.office])
    work.task(deliverable_texts=["của đơn vị khác"], lead=office.other_unit, coordinating=[office.unit])

    page = text_of(head.get("/viec-cua-toi"))

    assert "của nhóm" in page and "thuộc Các phòng chuyên môn" in page
    assert "chưa rõ chủ trì" in page and "cùng chủ trì, Văn phòng Sở" in page
    assert "của đơn vị khác" not in page


def test_confirmed_and_removed_work_leaves_the_list(head, work):
    work.report()
    work.confirm()

    page = text_of(head.get("/viec-cua-toi"))

    assert "Đơn vị không còn việc nào chưa hoàn thành." in page


@pytest.mark.parametrize("name", ["leader", "viewer", "admin"])
def test_somebody_without_a_unit_gets_a_page_that_says_so(client, work, name):
    response = work.enter(client, name).get("/viec-cua-toi")

    assert response.status_code == 200
    assert "Tài khoản này không thuộc đơn vị nào nên không có việc riêng." in text_of(response)


def test_a_document_reports_the_work_on_the_day_it_was_issued(head, work):
    answer = send(head, work, **DOCUMENT)

    obligation = work.fresh()
    assert answer.status_code == 303 and answer.location.endswith(f"#muc-{obligation.id}")
    assert (obligation.status, obligation.status_on) == (Status.REPORTED, date(2021, 3, 5))
    page = text_of(head.get("/viec-cua-toi"))
    assert "Đã gửi Văn phòng xác nhận." in page and "Chờ xác nhận" in page


def test_the_day_of_completion_is_the_day_of_the_document_where_none_is_given(head, work):
    send(head, work, **DOCUMENT | {"done_on": ""})

    assert work.fresh().status_on == date(2021, 3, 5)


def test_dates_may_be_typed_as_official_documents_print_them(head, work):
    send(head, work, **DOCUMENT | {"issued_on": "05/03/2021", "done_on": "05/3/2021"})

    assert work.fresh().status_on == date(2021, 3, 5)


def test_a_photograph_is_evidence_enough(head, work):
    answer = send(head, work, to="reported", done_on="2021-03-09", files=(io.BytesIO(JPEG), "IMG_0001.HEIC"))

    assert answer.status_code == 303
    assert work.fresh().status is Status.REPORTED
    kept = work.session.scalars(select(StoredFile)).one()
    assert (kept.name, kept.media_type, kept.size) == ("IMG_0001.jpg", "image/jpeg", len(JPEG))


def test_several_files_come_with_one_report(head, work):
    files = [(io.BytesIO(PDF), "một.pdf"), (io.BytesIO(DOCX), "hai.docx")]

    send(head, work, to="reported", done_on="2021-03-09", files=files)

    assert len(work.session.scalars(select(Evidence)).all()) == 2


def test_a_reason_may_stand_for_the_evidence_and_is_kept(head, work):
    send(head, work, to="reported", done_on="2021-03-09", waiver="Hệ thống vận hành, không có văn bản.")

    obligation = work.fresh()
    assert obligation.status is Status.REPORTED and obligation.is_evidence_waived


@pytest.mark.parametrize(
    "typed, field, sentence",
    [
        ({"done_on": "2021-03-09"}, "number", "phải kèm số, ký hiệu, ngày, trích yếu của văn bản, hoặc một tệp"),
        (DOCUMENT | {"done_on": "2021-11-31"}, "done_on", "Nhập ngày hoàn thành là một ngày có thật theo lịch"),
        (DOCUMENT | {"done_on": "2021-03-11"}, "done_on", "Ngày 11/3/2021 sau hôm nay (10/3/2021)"),
        (DOCUMENT | {"issued_on": "2021-03-11"}, "issued_on", "Ngày 11/3/2021 sau hôm nay (10/3/2021)"),
        (DOCUMENT | {"issued_on": ""}, "issued_on", "Nhập ngày ban hành của văn bản."),
        (DOCUMENT | {"number": ""}, "number", "Nhập số, ký hiệu văn bản, ví dụ 42/BC-STTTT."),
        (DOCUMENT | {"subject": ""}, "subject", "Nhập trích yếu của văn bản."),
        (DOCUMENT | {"done_on": "2020-12-20"}, "reason", "trước ngày ban hành kế hoạch (29/12/2020)"),
        ({"number": "", "issued_on": "", "done_on": ""}, "done_on", "Nhập ngày hoàn thành."),
        ({"to": "in_progress", "number": "x" * 101}, "number", "không dài quá 100 ký tự"),
    ],
)
def test_a_refused_form_says_where_and_keeps_what_was_typed(head, work, typed, field, sentence):
    answer = send(head, work, **{"to": "reported", "subject": "Trích yếu tôi đã gõ"} | typed)

    page = tree(answer)
    prefix = f"m{work.made.obligation.id}-"
    assert answer.status_code == 422
    assert work.fresh().status is Status.NOT_STARTED
    [message] = page.xpath(f"//*[@id='{prefix}{field}-loi']")
    assert sentence in message.text_content()
    [summary] = page.xpath("//div[@role='alert']//ul")
    assert sentence in summary.text_content()
    kept = form_values(answer, f"/viec-cua-toi/{work.made.obligation.id}")
    for name, value in typed.items():
        assert kept[name] == value


def test_work_done_before_the_plan_was_issued_needs_a_reason_and_then_holds(head, work):
    early = DOCUMENT | {"issued_on": "2020-12-20", "done_on": "2020-12-20"}

    refused = send(head, work, **early)
    values = form_values(refused, f"/viec-cua-toi/{work.made.obligation.id}") | {"reason": "Quý IV/2020 đã ban hành."}
    answer = head.post(f"/viec-cua-toi/{work.made.obligation.id}", data=values)

    assert "Lý do ngày hoàn thành trước ngày ban hành kế hoạch" in text_of(refused)
    assert answer.status_code == 303
    assert work.fresh().status_on == date(2020, 12, 20)


@pytest.mark.parametrize(
    "data, name, sentence",
    [
        (b"MZ\x90", "bao-cao.pdf", "không phải loại nhận được"),
        (PDF, "bao-cao.docx", "thật ra là PDF"),
        (b"", "rong.pdf", "không có nội dung"),
        (PDF[:-8], "do-dang.pdf", "bị hỏng hoặc tải lên chưa hết"),
    ],
)
def test_an_unfit_file_is_told_at_its_field_and_the_rest_stays(head, work, data, name, sentence):
    answer = send(head, work, **DOCUMENT, files=(io.BytesIO(data), name))

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert form_values(answer, f"/viec-cua-toi/{work.made.obligation.id}")["number"] == "42/BC-STTTT"
    assert work.fresh().status is Status.NOT_STARTED


def test_a_file_of_a_refused_form_need_not_be_chosen_again(head, work):
    file = (io.BytesIO(PDF), "42-BC.pdf")
    refused = send(head, work, **DOCUMENT | {"done_on": "2021-03-11"}, files=file)

    values = form_values(refused, f"/viec-cua-toi/{work.made.obligation.id}") | {"done_on": "2021-03-10"}
    answer = head.post(f"/viec-cua-toi/{work.made.obligation.id}", data=values)

    assert "Tệp đã nhận, không cần chọn lại" in text_of(refused)
    assert answer.status_code == 303
    assert work.session.scalars(select(StoredFile.name)).all() == ["42-BC.pdf"]


def test_the_token_of_a_kept_file_is_of_no_use_to_somebody_else(client, work):
    head = work.enter(client, "head")
    refused = send(head, work, **DOCUMENT | {"done_on": "2021-03-11"}, files=(io.BytesIO(PDF), "42-BC.pdf"))
    token = form_values(refused, f"/viec-cua-toi/{work.made.obligation.id}")["kept"]

    staff = work.enter(client, "staff")
    answer = send(staff, work, to="reported", done_on="2021-03-09", kept=token)

    assert answer.status_code == 422 and "phải kèm số" in text_of(answer)


def test_a_file_over_the_limit_is_told_by_its_size(app, head, work, settings, monkeypatch):
    monkeypatch.setattr("cchc_tasks.web.uploads.limit_bytes", lambda: 1024)

    answer = send(head, work, **DOCUMENT, files=(io.BytesIO(PDF[:-6] + b"0" * 2000 + PDF[-6:]), "lon.pdf"))

    assert answer.status_code == 422 and "lớn hơn 1 KB" in text_of(answer)


def test_a_returned_report_comes_with_its_words_and_is_filled_in_again(head, work):
    work.report()
    work.give_back("Thiếu phụ lục số liệu dịch vụ công trực tuyến.")

    response = head.get(f"/viec-cua-toi?mo={work.made.obligation.id}")
    values = open_form(head, work)

    page = text_of(response)
    assert "Trả lại" in page
    assert "Văn phòng Sở trả lại ngày 10/3/2021. Thiếu phụ lục số liệu dịch vụ công trực tuyến." in page
    assert (values["number"], values["issued_on"], values["done_on"]) == ("42/BC-STTTT", "2021-03-05", "2021-03-05")


def test_a_form_sent_twice_writes_once_and_shows_the_first_result(head, work):
    values = open_form(head, work) | DOCUMENT
    address = f"/viec-cua-toi/{work.made.obligation.id}"

    first = head.post(address, data=values)
    rows = len(work.session.scalars(select(LedgerRow.seq)).all())
    second = head.post(address, data=values)

    assert (first.status_code, second.status_code) == (303, 303)
    work.session.rollback()
    assert len(work.session.scalars(select(LedgerRow.seq)).all()) == rows
    assert "đã được gửi và ghi nhận từ trước" in text_of(head.get("/viec-cua-toi"))


def test_the_second_of_two_editors_sees_what_the_first_wrote_and_loses_nothing(client, work):
    head = work.enter(client, "head")
    values = open_form(head, work) | DOCUMENT | {"subject": "Trích yếu của người thứ hai"}
    obligations.start(
        work.session,
        work.made.obligation.id,
        version=1,
        actor=work.who("staff"),
        now=at(TODAY),
        note="Đã gửi đề cương.",
        reason="Đã gửi đề cương.",
    )

    stale = head.post(f"/viec-cua-toi/{work.made.obligation.id}", data=values)
    again = head.post(
        f"/viec-cua-toi/{work.made.obligation.id}",
        data=form_values(stale, f"/viec-cua-toi/{work.made.obligation.id}"),
    )

    page = text_of(stale)
    assert stale.status_code == 409
    assert "Có người vừa sửa nội dung này" in page
    assert "Phòng Công nghệ thông tin bắt đầu thực hiện sản phẩm." in page and "Lê Thị Mai" in page
    assert "Trích yếu của người thứ hai" in stale.get_data(as_text=True)
    assert again.status_code == 303
    assert work.fresh().status is Status.REPORTED


@pytest.mark.parametrize("name, status", [("other_head", 403), ("leader", 403), ("viewer", 403), ("stranger", 403)])
def test_others_cannot_report_the_units_work(client, work, name, status):
    answer = work.enter(client, name).post(f"/viec-cua-toi/{work.made.obligation.id}", data=DOCUMENT)

    assert answer.status_code == status
    assert work.fresh().status is Status.NOT_STARTED


def test_a_bad_id_is_said_to_be_so(head, work):
    assert head.post("/viec-cua-toi/999999", data=DOCUMENT).status_code == 404


def test_the_address_of_a_refused_update_leads_back_to_the_open_line(head, work):
    address = f"/viec-cua-toi/{work.made.obligation.id}"
    assert head.post(f"{address}?xem=cua-toi", data={"version": 1, "to": "reported"}).status_code == 422

    again = head.get(f"{address}?xem=cua-toi")

    assert again.status_code == 303
    assert again.location == f"/viec-cua-toi?mo={work.made.obligation.id}&xem=cua-toi#muc-{work.made.obligation.id}"
    assert head.get(again.location).status_code == 200


def test_a_form_without_a_session_keeps_what_was_typed(csrf_client, work):
    answer = csrf_client.post(
        f"/viec-cua-toi/{work.made.obligation.id}", data=DOCUMENT, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status_code in (400, 401)
    assert "42/BC-STTTT" in text_of(answer)


@pytest.mark.parametrize(("name", "is_lost"), [("", False), ("bc.pdf", True)])
def test_a_form_without_a_session_speaks_of_files_only_where_one_was_chosen(csrf_client, work, name, is_lost):
    answer = csrf_client.post(
        f"/viec-cua-toi/{work.made.obligation.id}",
        data=DOCUMENT | {"files": (io.BytesIO(PDF if name else b""), name)},
        content_type="multipart/form-data",
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert ("Tệp đã chọn không giữ lại được" in text_of(answer)) is is_lost


def test_work_handed_to_a_person_can_be_seen_alone(client, work):
    work.task(deliverable_texts=["không giao ai"])
    staff_id = work.office.people["staff"].id
    teamwork.hand_over(
        work.session, work.made.obligation.id, version=1, person_id=staff_id, actor=work.who("head"), now=at(TODAY)
    )

    mine = text_of(work.enter(client, "staff").get("/viec-cua-toi?xem=cua-toi"))
    all_of_unit = text_of(client.get("/viec-cua-toi"))

    assert "Báo cáo kết quả rà soát" in mine and "giao cho tôi" in mine and "không giao ai" not in mine
    assert "không giao ai" in all_of_unit


def test_a_long_group_hides_nothing_for_good(head, work):
    for number in range(14):
        work.task(deliverable_texts=[f"việc {number:02}"], due_on=date(2021, 5, 1) + timedelta(days=number))

    short = head.get("/viec-cua-toi")
    [link] = tree(short).xpath("//a[starts-with(text(), 'Xem thêm')]/@href")
    full = head.get(link)

    assert "Xem thêm 6 việc" in text_of(short)
    assert len(titles(short)["sau-nay"]) == 8
    assert len(titles(full)["sau-nay"]) == 14


def test_further_periods_of_one_product_stand_behind_its_next(head, work):
    days = [date(2021, 4, 30), date(2021, 5, 31), date(2021, 6, 30), date(2021, 7, 31)]
    work.task(deliverable_texts=["Họp cuối tháng"], due_dates=days)

    short = head.get("/viec-cua-toi")
    [link] = tree(short).xpath("//a[starts-with(text(), 'và 3 kỳ sau')]/@href")
    full = head.get(link)

    assert titles(short)["sau-nay"] == ["Họp cuối tháng"]
    assert "Sau này 4" in text_of(short), "the heading counts what stands behind too"
    assert len(titles(full)["sau-nay"]) == 4
    assert "kỳ sau" not in text_of(full)


def test_the_heading_of_late_work_says_how_much_of_it_was_reported(head, work):
    work.task(deliverable_texts=["Chưa làm"], due_on=date(2021, 3, 1))
    reported = work.task(deliverable_texts=["Đã báo cáo"], due_on=date(2021, 3, 1))
    send(head, work, reported, **DOCUMENT)

    page = text_of(head.get("/viec-cua-toi"))

    assert "Quá hạn 2" in page
    assert "1 việc đã báo cáo, chờ xác nhận" in page


def test_a_row_beyond_the_cut_opens_with_its_form(head, work):
    made = [
        work.task(deliverable_texts=[f"việc {n:02}"], due_on=date(2021, 5, 1) + timedelta(days=n)) for n in range(14)
    ]

    response = head.get(f"/viec-cua-toi?mo={made[-1].obligation.id}")

    assert form_values(response, f"/viec-cua-toi/{made[-1].obligation.id}")["to"] == "reported"


def test_the_number_of_queries_does_not_grow_with_the_rows(app, head, work):
    work.task(due_on=date(2021, 12, 31), co_leads=[], lead=work.office.unit)
    head.get("/viec-cua-toi")
    with counted_queries(app) as few:
        head.get("/viec-cua-toi")
    for _ in range(12):
        work.task(due_dates=[date(2021, 1, 31), date(2021, 2, 28), date(2021, 6, 30)])

    with counted_queries(app) as many:
        head.get("/viec-cua-toi")

    assert len(many) == len(few) <= 16


def test_a_request_beyond_the_limit_is_refused_with_the_limit(head, work, settings):
    answer = head.post(
        f"/viec-cua-toi/{work.made.obligation.id}",
        input_stream=io.BytesIO(b"--x"),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str((settings.upload_limit_mb + 2) * 1024 * 1024)},
    )

    assert answer.status_code == 413 and f"{settings.upload_limit_mb} MB" in text_of(answer)
