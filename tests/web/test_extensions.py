"""Asking for more time on the task's page, answering in the queue, extending many; two browsers at once (Shows 4)."""

import re
from datetime import date

import pytest

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.services import corrections, extensions
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.storage.models import ExtensionRequest
from cchc_tasks.web import clock
from tests.factories import at
from tests.support.work import TODAY, Workplace, form_values, text_of, tree

ASKED, GRANTED = "2021-04-30", "2021-04-15"


@pytest.fixture
def work(session, monkeypatch) -> Workplace:
    monkeypatch.setattr(clock, "now", lambda: at(TODAY))
    return Workplace(session)


def ask_form(client, work):
    address = f"/nhiem-vu/{work.made.task.id}?muc={work.made.obligation.id}&viec=xin-gia-han"
    return form_values(client.get(address), "/xin-gia-han")


def send_ask(client, work, values):
    address = f"/nhiem-vu/muc/{work.made.obligation.id}/xin-gia-han"
    return client.post(address, data=values, content_type="multipart/form-data")


def ask(client, work, **values):
    typed = {"due_on": ASKED, "reason": "Chờ ý kiến Sở Tư pháp.", **values}
    return send_ask(client, work, ask_form(client, work) | typed)


def request_of(session):
    session.rollback()
    session.expire_all()
    return session.query(ExtensionRequest).order_by(ExtensionRequest.id.desc()).first()


def answer_form(client, request):
    return form_values(client.get("/xac-nhan/gia-han"), f"/gia-han/{request.id}")


def send_answer(client, request, values, verb="gia-han"):
    return client.post(f"/xac-nhan/gia-han/{request.id}", data={**values, "tra-loi": verb})


@pytest.fixture
def browsers(app):
    """Two browsers of different people."""
    return app.test_client(), app.test_client()


def test_a_head_asks_and_sees_that_it_waits(work, browsers, session):
    head = work.enter(browsers[0], "head")
    sent = ask(head, work, number="12/CNTT", issued_on="2021-03-09", subject="Xin gia hạn")
    page = text_of(head.get(sent.location))

    assert sent.status_code == 303
    assert "Đã gửi đề nghị gia hạn." in page and "đang xin gia hạn đến 30/4/2021" in page
    assert "xin gia hạn sản phẩm từ 31/3/2021 đến 30/4/2021, theo văn bản 12/CNTT ngày 09/3/2021." in page
    assert "Rút xin gia hạn…" in page and "Xin gia hạn…" not in page
    assert request_of(session).document.number == "12/CNTT"


@pytest.mark.parametrize(
    "values, said",
    [
        ({"due_on": "2021-03-31"}, "phải sau hạn đang có hiệu lực (31/3/2021)"),
        ({"reason": ""}, "Lý do"),
        ({"number": "12/CNTT"}, "ngày ban hành"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(work, browsers, values, said):
    sent = ask(work.enter(browsers[0], "head"), work, **values)
    page = tree(sent)

    assert sent.status_code == 422 and said.lower() in text_of(sent).lower()
    assert page.xpath("//input[@name='due_on']/@value") == [values.get("due_on", ASKED)]


def test_the_leader_grants_a_shorter_time_and_every_page_shows_both_dates(work, browsers, session):
    head, leader = work.enter(browsers[0], "head"), work.enter(browsers[1], "leader")
    ask(head, work)
    request = request_of(session)
    assert "Xin gia hạn (1)" in text_of(leader.get("/xac-nhan"))
    form = answer_form(leader, request)
    assert form["due_on"] == ASKED
    sent = send_answer(leader, request, form | {"due_on": GRANTED, "words": "Chỉ đến giữa tháng."})

    assert sent.status_code == 303
    both = "đã gia hạn 1 lần, hạn gốc 31/3/2021"
    for address in ("/viec-cua-toi", "/bang-tien-do/bang", "/bang-tien-do/cot", f"/nhiem-vu/{work.made.task.id}"):
        page = text_of(head.get(address, follow_redirects=True))
        assert "15/4/2021" in page and both in page, address
    history = text_of(head.get(f"/nhiem-vu/{work.made.task.id}"))
    assert "gia hạn sản phẩm từ 31/3/2021 đến 15/4/2021 (xin đến 30/4/2021)." in history
    assert "Chỉ đến giữa tháng." in history


def test_the_file_of_the_board_and_the_queue_say_that_it_was_extended(work, browsers, session):
    head, office = work.enter(browsers[0], "head"), work.enter(browsers[1], "office")
    ask(head, work)
    request = request_of(session)
    send_answer(office, request, answer_form(office, request))
    work.fresh()
    work.report(day=date(2021, 4, 2), effective_on=date(2021, 4, 2))

    assert "Hạn 30/4/2021 (đã gia hạn 1 lần, hạn gốc 31/3/2021)" in text_of(office.get("/xac-nhan"))
    work.confirm()
    rows = office.get("/bang-tien-do/bang.csv").get_data(as_text=True)
    assert "Hoàn thành đúng hạn (đã gia hạn 1 lần, hạn gốc 31/3/2021)" in rows


def test_a_refusal_needs_words(work, browsers, session):
    head, office = work.enter(browsers[0], "head"), work.enter(browsers[1], "office")
    ask(head, work)
    request = request_of(session)
    form = answer_form(office, request)

    assert send_answer(office, request, form, "khong").status_code == 422
    assert send_answer(office, request, form | {"words": "Không đổi được kỳ."}, "khong").status_code == 303
    assert "không gia hạn sản phẩm; hạn vẫn là 31/3/2021." in text_of(head.get(f"/nhiem-vu/{work.made.task.id}"))


def test_ones_own_request_is_locked_until_a_reason_is_given(work, browsers, session):
    office = work.enter(browsers[0], "office")
    ask(office, work)
    request = request_of(session)

    assert "không tự trả lời đề nghị của mình" in text_of(office.get("/xac-nhan/gia-han"))
    form = answer_form(office, request)
    assert send_answer(office, request, form).status_code == 422
    assert send_answer(office, request, form | {"override": "Trực một mình"}).status_code == 303


def test_shows_4_two_who_ask_at_once_the_second_is_told_of_the_first(work, browsers):
    head, office = work.enter(browsers[0], "head"), work.enter(browsers[1], "office")
    first, second = ask_form(head, work), ask_form(office, work)
    typed = {"due_on": GRANTED, "reason": "Theo đề nghị của phòng."}

    assert send_ask(head, work, first | {"due_on": ASKED, "reason": "Chờ ý kiến."}).status_code == 303
    told = send_ask(office, work, second | typed)

    assert told.status_code == 409
    assert "xin gia hạn sản phẩm từ 31/3/2021 đến 30/4/2021" in text_of(told)
    kept = form_values(told, "/xin-gia-han")
    assert (kept["due_on"], kept["reason"].strip()) == (GRANTED, "Theo đề nghị của phòng.")


def test_shows_4_two_who_answer_at_once_the_second_is_told_and_keeps_what_was_typed(work, browsers, session):
    office, leader = work.enter(browsers[0], "office"), work.enter(browsers[1], "leader")
    request = extensions.ask(
        session,
        work.made.obligation.id,
        version=work.fresh().version,
        due_on=date(2021, 4, 30),
        reason="Chờ ý kiến.",
        actor=work.who("head"),
        now=at(TODAY),
    )
    first, second = answer_form(office, request), answer_form(leader, request)

    assert send_answer(office, request, first | {"due_on": GRANTED, "words": "Đủ rồi."}).status_code == 303
    told = send_answer(leader, request, second | {"words": "Cho đủ thời gian."})

    assert told.status_code == 409
    page = text_of(told)
    assert "Trần Thị Hạnh vừa gia hạn việc này đến 15/4/2021: “Đủ rồi.”" in page
    assert "30/4/2021; Cho đủ thời gian." in page


def test_shows_4_a_deadline_that_moved_meanwhile_goes_back_with_what_was_typed(work, browsers, session):
    head, office = work.enter(browsers[0], "head"), work.enter(browsers[1], "office")
    ask(head, work)
    request = request_of(session)
    form = answer_form(office, request)
    correct_deadline(work, date(2021, 4, 5))
    told = send_answer(office, request, form | {"words": "Đồng ý."})

    assert told.status_code == 409 and "Hạn đang có hiệu lực bây giờ là 05/4/2021." in text_of(told)
    again = form_values(told, f"/gia-han/{request.id}")
    assert again["words"].strip() == "Đồng ý."
    assert send_answer(office, request, again).status_code == 303


def correct_deadline(work, day):
    corrections.correct_deadline(
        work.session,
        work.made.obligation.id,
        version=work.fresh().version,
        values=DeadlineValues(DeadlineKind.DATE, day),
        reason="Đọc nhầm.",
        actor=work.who("office"),
        now=at(TODAY),
    )


def test_one_document_extends_what_is_chosen(work, browsers):
    other = work.task()
    office = work.enter(browsers[0], "office")
    address = f"/ke-hoach/{work.plan.id}/gia-han"
    [form] = [each for each in tree(office.get(address)).xpath("//form") if each.xpath(".//input[@name='muc']")]
    values = dict(form.form_values())
    document = {"number": "25/STTTT-VP", "issued_on": "2021-03-09", "subject": "Gia hạn", "due_on": ASKED}
    chosen = {"muc": [str(work.made.obligation.id), str(other.obligation.id)]}
    assert office.post(address, data=values | document).status_code == 422
    sent = office.post(address, data=values | document | chosen)

    assert sent.status_code == 303
    assert "Đã gia hạn 2 việc đến 30/4/2021." in text_of(office.get(sent.location))
    assert work.fresh().due_on == work.fresh(other).due_on == date(2021, 4, 30)
    history = text_of(office.get(f"/nhiem-vu/{other.task.id}"))
    assert "từ 31/3/2021 đến 30/4/2021, theo văn bản 25/STTTT-VP ngày 09/3/2021." in history


def test_the_board_takes_what_is_filtered_along_to_be_extended(work, browsers):
    office, head = work.enter(browsers[0], "office"), work.enter(browsers[1], "head")
    address = "/bang-tien-do/bang?q=ra+soat"
    [link] = tree(office.get(address)).xpath("//a[contains(text(), 'Gia hạn các việc đang lọc')]/@href")

    assert tree(office.get(link)).xpath("//input[@name='muc'][@checked]/@value") == [str(work.made.obligation.id)]
    assert "Gia hạn các việc đang lọc" not in text_of(head.get(address))


def test_work_is_marked_on_the_board_and_stands_first_where_it_is_extended(work, browsers):
    other = work.task()
    office, head = work.enter(browsers[0], "office"), work.enter(browsers[1], "head")
    plain = tree(office.get("/bang-tien-do/bang?q=ra+soat"))
    assert plain.xpath("//input[@form='gia-han']") == []
    [marking] = plain.xpath("//a[contains(., 'Đánh dấu từng việc')]/@href")
    assert tree(office.get(f"/bang-tien-do/bang{marking}")).xpath("//input[@form='gia-han']")
    board = tree(office.get("/bang-tien-do/bang?danh-dau=1"))
    ids = [str(work.made.obligation.id), str(other.obligation.id)]
    assert board.xpath("//input[@form='gia-han'][@name='muc']/@value") == ids
    [form] = board.xpath("//form[@id='gia-han']")
    assert tree(head.get("/bang-tien-do/bang?danh-dau=1")).xpath("//input[@form='gia-han']") == []

    page = tree(office.get(form.get("action"), query_string={"muc": other.obligation.id}))

    assert page.xpath("//input[@name='muc'][@checked]/@value") == [ids[1]]
    assert page.xpath("//input[@name='muc']/@value") == ids[::-1]


def test_figures_by_month_and_by_unit_say_what_was_extended(work, browsers, session):
    head, office = work.enter(browsers[0], "head"), work.enter(browsers[1], "office")
    assert "gia hạn" not in text_of(office.get("/bang-tien-do/ma-tran"))
    ask(head, work)
    request = request_of(session)
    send_answer(office, request, answer_form(office, request))

    assert "đã gia hạn 1 lần, hạn gốc 31/3/2021" in text_of(office.get("/bang-tien-do/nam"))
    assert "1 mốc đã gia hạn, xếp theo hạn đang có hiệu lực" in text_of(office.get("/bang-tien-do/ma-tran"))


def test_shows_4_extending_many_names_what_moved_and_extends_nothing(work, browsers):
    other = work.task()
    office = work.enter(browsers[0], "office")
    address = f"/ke-hoach/{work.plan.id}/gia-han"
    [form] = [each for each in tree(office.get(address)).xpath("//form") if each.xpath(".//input[@name='muc']")]
    document = {"number": "25/STTTT-VP", "issued_on": "2021-03-09", "subject": "Gia hạn", "due_on": ASKED}
    chosen = {"muc": [str(work.made.obligation.id), str(other.obligation.id)]}
    correct_deadline(work, date(2021, 4, 5))
    told = office.post(address, data=dict(form.form_values()) | document | chosen)

    assert told.status_code == 409
    assert "Có người vừa sửa nội dung này" in text_of(told)
    assert work.fresh(other).due_on == date(2021, 3, 31)
    page = tree(told)
    assert page.xpath("//input[@name='number']/@value") == ["25/STTTT-VP"]
    assert len(page.xpath("//input[@name='muc'][@checked]")) == 2


def test_a_rule_by_the_original_deadline_is_said_and_counted(work, browsers, session):
    head, office = work.enter(browsers[0], "head"), work.enter(browsers[1], "office")
    ask(head, work)
    request = request_of(session)
    send_answer(office, request, answer_form(office, request))
    address = f"/chi-tieu-1-1/quy-tac/{work.plan.id}"
    [page] = [each for each in tree(office.get(address)).xpath("//form") if each.xpath(".//input[@name='judged_by']")]
    form = dict(page.form_values())
    assert form["judged_by"] == "in_force"
    assert office.post(address, data=form | {"judged_by": "original"}).status_code == 303

    page = text_of(office.get(f"/chi-tieu-1-1?ke-hoach={work.plan.id}"))
    assert re.search("xét theo hạn gốc của kế hoạch, không kể các lần gia hạn", page)


def test_an_extension_granted_by_mistake_is_taken_back_on_the_tasks_page(work, browsers, session):
    head, office = work.enter(browsers[0], "head"), work.enter(browsers[1], "office")
    ask(head, work)
    request = request_of(session)
    send_answer(office, request, answer_form(office, request))
    address = f"/nhiem-vu/{work.made.task.id}?muc={work.made.obligation.id}&viec=huy-gia-han"
    assert "Hủy gia hạn…" not in text_of(head.get(f"/nhiem-vu/{work.made.task.id}"))
    form = form_values(office.get(address), "huy-gia-han")

    [action] = tree(office.get(address)).xpath("//form[contains(@action, 'huy-gia-han')]/@action")
    sent = office.post(action, data=form)
    assert sent.status_code == 422
    sent = office.post(action, data=form | {"reason": "Ghi nhầm việc."}, follow_redirects=True)

    page = text_of(sent)
    assert "Đã hủy lần gia hạn." in page and "đã gia hạn 1 lần" not in page
    assert "hủy gia hạn sản phẩm đến 30/4/2021; hạn trở lại 31/3/2021." in page
    assert "Hủy gia hạn…" not in page


def test_beside_an_extension_the_plans_own_deadline_is_put_right_and_both_stay_apart(work, browsers, session):
    head, office = work.enter(browsers[0], "head"), work.enter(browsers[1], "office")
    ask(head, work)
    request = request_of(session)
    send_answer(office, request, answer_form(office, request))
    address = f"/ke-hoach/moc/{work.made.obligation.id}/dinh-chinh"
    page = office.get(address)
    assert "Hạn gốc 31/3/2021" in text_of(page)

    [form] = [each for each in tree(page).xpath("//form") if each.xpath(".//*[@name='which']")]
    typed = {"which": "original", "due_on": "2021-03-25", "deadline_text": "", "reason": "Đọc nhầm."}
    sent = office.post(address, data=dict(form.form_values()) | typed)

    assert sent.status_code == 303
    told = text_of(office.get(f"/nhiem-vu/{work.made.task.id}"))
    assert "đã gia hạn 1 lần, hạn gốc 25/3/2021" in told
    assert "đính chính hạn gốc của sản phẩm từ 31/3/2021 thành 25/3/2021" in told
