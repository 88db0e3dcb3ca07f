"""Xác nhận: the queue with its evidence, the answers to it, and who may give them."""

from datetime import date

import pytest
from sqlalchemy import select

from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import obligations
from cchc_tasks.storage.models import LedgerRow
from cchc_tasks.web import clock
from tests.factories import at, make_membership
from tests.support.work import TODAY, Workplace, counted_queries, form_values, text_of, tree


@pytest.fixture
def work(session, monkeypatch) -> Workplace:
    monkeypatch.setattr(clock, "now", lambda: at(TODAY))
    return Workplace(session)


@pytest.fixture
def office(client, work):
    return work.enter(client, "office")


def press(client, button, value, *, address="/xac-nhan", **typed):
    """Opens the queue and presses one of its buttons."""
    values = form_values(client.get(address), "/xac-nhan") | typed | {button: str(value)}
    return client.post("/xac-nhan", data=values)


def answers(work):
    """The moves of the ledger's status rows, oldest first."""
    work.session.rollback()
    rows = work.session.scalars(select(LedgerRow).where(LedgerRow.kind == "status").order_by(LedgerRow.seq))
    return [row.payload["move"] for row in rows]


def test_a_report_stands_with_what_was_asked_and_what_was_sent(office, work):
    work.report(day=date(2021, 3, 8))

    page = text_of(office.get("/xac-nhan"))

    assert "1 sản phẩm đơn vị báo cáo hoàn thành, chờ lâu nhất 2 ngày · chốt số liệu Quý I/2021 ngày 14/3/2021" in page
    assert "Phòng Công nghệ thông tin, Nguyễn Văn An · gửi 08/3/2021 09:00" in page
    assert "Nếu xác nhận: đúng hạn" in page
    assert "Hạn 31/3/2021, kế hoạch ghi “theo kế hoạch”" in page
    assert "42/BC-STTTT ngày 05/3/2021" in page
    assert "Ngày hoàn thành: 05/3/2021 , lấy theo ngày ban hành" in page


def test_the_verdict_says_how_late_the_work_would_be(office, work):
    work.made = work.task(due_on=date(2021, 1, 15))
    work.report()

    assert "Nếu xác nhận: quá hạn 49 ngày" in text_of(office.get("/xac-nhan"))


def test_a_report_without_evidence_says_so_and_why(office, work):
    work.report(document=None, waiver_reason="Hệ thống đang vận hành ổn định")

    page = text_of(office.get("/xac-nhan"))

    assert "Không có minh chứng" in page
    assert "Không có văn bản hoặc tệp. Lý do: “Hệ thống đang vận hành ổn định”" in page


def test_an_empty_queue_is_a_plain_sentence(office, work):
    page = text_of(office.get("/xac-nhan"))

    assert "Không có việc nào chờ xác nhận." in page


def test_confirmed_work_is_done_and_leaves_the_queue(office, work):
    work.report()

    answer = press(office, "xac-nhan", work.made.obligation.id)

    assert answer.status_code == 303
    assert work.fresh().status is Status.DONE
    page = text_of(office.get("/xac-nhan"))
    assert "Đã xác nhận 1 sản phẩm." in page and "Không có việc nào chờ xác nhận." in page


@pytest.mark.parametrize(
    "choice, text, reason",
    [
        ("thieu", "", "Thiếu minh chứng."),
        ("chua", "Báo cáo khi hết năm.", "Chưa đến kỳ. Báo cáo khi hết năm."),
        ("khac", "Sai ký hiệu văn bản.", "Sai ký hiệu văn bản."),
        ("", "Sai ký hiệu văn bản.", "Sai ký hiệu văn bản."),
    ],
)
def test_a_return_carries_the_ready_words_and_the_persons_own(office, work, choice, text, reason):
    work.report()
    obligation_id = work.made.obligation.id
    typed = {"choice": choice, "text": text} if choice else {"text": text}

    answer = press(office, "tra-lai", obligation_id, address=f"/xac-nhan?tra-lai={obligation_id}", **typed)

    obligation = work.fresh()
    assert answer.status_code == 303
    assert (obligation.status, obligation.is_returned) == (Status.IN_PROGRESS, True)
    rows = work.session.scalars(select(LedgerRow).where(LedgerRow.kind == "status").order_by(LedgerRow.seq)).all()
    assert rows[-1].payload["reason"] == reason
    assert "Đã trả lại Phòng Công nghệ thông tin." in text_of(office.get("/xac-nhan"))


@pytest.mark.parametrize(
    "typed, sentence",
    [({}, "Chọn lý do trả lại, hoặc ghi cho đơn vị"), ({"choice": "khac"}, "Ghi cho đơn vị biết phải sửa gì.")],
)
def test_a_return_without_a_reason_stays_open(office, work, typed, sentence):
    work.report()
    obligation_id = work.made.obligation.id

    answer = press(office, "tra-lai", obligation_id, address=f"/xac-nhan?tra-lai={obligation_id}", **typed)

    assert answer.status_code == 422 and sentence in text_of(answer)
    assert tree(answer).xpath("//textarea[@name='text']")
    assert work.fresh().status is Status.REPORTED


def test_the_offices_own_work_is_locked_for_it_and_first_for_the_leader(client, work):
    own = work.task(lead=work.office.office, deliverable_texts=["Kế hoạch công tác pháp chế"])
    work.report(own, by="office")
    work.report()

    seen_by_office = text_of(work.enter(client, "office").get("/xac-nhan"))
    boxes = tree(client.get("/xac-nhan")).xpath("//input[@name='chon']/@value")
    seen_by_leader = text_of(work.enter(client, "leader").get("/xac-nhan"))
    answer = press(client, "xac-nhan", own.obligation.id)

    assert "Văn phòng không tự xác nhận việc của mình. Chờ lãnh đạo xác nhận." in seen_by_office
    assert boxes == [str(work.made.obligation.id)]
    assert seen_by_leader.index("Kế hoạch công tác pháp chế") < seen_by_leader.index("Báo cáo kết quả rà soát")
    assert "Việc của Văn phòng, chờ lãnh đạo xác nhận" in seen_by_leader
    assert answer.status_code == 303
    assert work.fresh(own).status is Status.DONE


def test_nobody_confirms_their_own_report(office, work):
    work.report(by="office")
    obligation_id = work.made.obligation.id

    page = text_of(office.get("/xac-nhan"))
    refused = press(office, "xac-nhan", obligation_id)

    assert "Người báo cáo không tự xác nhận việc của mình." in page
    assert refused.status_code == 409
    assert work.fresh().status is Status.REPORTED


def test_an_override_needs_a_reason_and_is_kept(office, work):
    own = work.task(lead=work.office.office)
    work.report(own, by="office")
    address = f"/xac-nhan?ly-do={own.obligation.id}"

    refused = press(office, "xac-nhan-rieng", own.obligation.id, address=address)
    answer = press(office, "xac-nhan-rieng", own.obligation.id, address=address, override="Lãnh đạo đi công tác.")

    assert refused.status_code == 422 and "Ghi lý do xác nhận ngoài quy tắc." in text_of(refused)
    assert answer.status_code == 303
    assert work.fresh(own).status is Status.DONE
    assert "Lãnh đạo đi công tác." in text_of(office.get(f"/nhiem-vu/{own.task.id}"))


def test_many_are_confirmed_at_once(office, work):
    others = [work.task() for _ in range(3)]
    for made in (work.made, *others):
        work.report(made)

    chosen = [str(made.obligation.id) for made in (work.made, *others)]
    answer = press(office, "xac-nhan-chon", "1", chon=chosen)

    assert answer.status_code == 303
    assert [work.fresh(made).status for made in (work.made, *others)] == [Status.DONE] * 4
    assert "Đã xác nhận 4 sản phẩm." in text_of(office.get("/xac-nhan"))


def test_what_cannot_be_confirmed_among_many_is_named_with_its_reason(office, work):
    other = work.task(deliverable_texts=["Báo cáo bị trả lại trong lúc chọn"])
    work.report()
    work.report(other)
    values = form_values(office.get("/xac-nhan"), "/xac-nhan")
    obligations.return_report(
        work.session,
        other.obligation.id,
        version=work.fresh(other).version,
        reason="Thiếu phụ lục.",
        actor=work.who("office"),
        now=at(TODAY),
    )

    chosen = [str(work.made.obligation.id), str(other.obligation.id)]
    answer = office.post("/xac-nhan", data=values | {"chon": chosen, "xac-nhan-chon": "1"})

    page = text_of(answer)
    assert answer.status_code == 409
    assert "Đã xác nhận 1 sản phẩm; chưa xác nhận được 1:" in page
    assert "Báo cáo bị trả lại trong lúc chọn" in page and "Có người vừa sửa nội dung này" in page
    assert work.fresh().status is Status.DONE
    assert work.fresh(other).status is Status.IN_PROGRESS


def test_a_bulk_without_a_choice_says_what_to_do(office, work):
    work.report()

    answer = press(office, "xac-nhan-chon", "1")

    assert answer.status_code == 422 and "Chưa chọn sản phẩm nào." in text_of(answer)


def test_a_stale_return_keeps_its_words_and_shows_the_newer_report(office, work):
    work.report()
    obligation_id = work.made.obligation.id
    values = form_values(office.get(f"/xac-nhan?tra-lai={obligation_id}"), "/xac-nhan")
    head, fresh = work.who("head"), work.fresh()
    obligations.take_back(
        work.session, obligation_id, version=fresh.version, reason="Gửi lại.", actor=head, now=at(TODAY)
    )
    work.report()

    typed = {"text": "Thiếu phụ lục 2.", "tra-lai": str(obligation_id)}
    stale = office.post("/xac-nhan", data=values | typed)
    again = office.post("/xac-nhan", data=form_values(stale, "/xac-nhan") | {"tra-lai": str(obligation_id)})

    assert stale.status_code == 409
    assert "Có người vừa sửa nội dung này" in text_of(stale)
    assert tree(stale).xpath("//textarea[@name='text']")[0].text.strip() == "Thiếu phụ lục 2."
    assert again.status_code == 303
    assert answers(work) == ["report", "take_back", "report", "return"]


def test_the_same_answer_twice_is_one_and_another_from_the_same_page_is_its_own(office, work):
    other = work.task()
    work.report()
    work.report(other)
    values = form_values(office.get("/xac-nhan"), "/xac-nhan")

    first = office.post("/xac-nhan", data=values | {"xac-nhan": str(work.made.obligation.id)})
    twice = office.post("/xac-nhan", data=values | {"xac-nhan": str(work.made.obligation.id)})
    other_one = office.post("/xac-nhan", data=values | {"xac-nhan": str(other.obligation.id)})

    assert [each.status_code for each in (first, twice, other_one)] == [303, 303, 303]
    assert answers(work) == ["report", "report", "confirm", "confirm"]


@pytest.mark.parametrize("name", ["head", "staff", "viewer", "admin", "other_head"])
def test_only_the_office_and_leaders_may_answer(client, work, name):
    work.report()
    somebody = work.enter(client, name)

    assert somebody.get("/xac-nhan").status_code == 403
    assert somebody.post("/xac-nhan", data={"xac-nhan": work.made.obligation.id}).status_code == 403
    assert work.fresh().status is Status.REPORTED


def test_another_agencys_work_is_not_there(client, work):
    work.report()
    stranger = work.office.people["stranger"]
    make_membership(work.session, stranger, Role.OFFICE)
    work.session.commit()
    office_of_another = work.enter(client, "stranger")

    page = text_of(office_of_another.get("/xac-nhan"))
    answer = office_of_another.post("/xac-nhan", data={"xac-nhan": str(work.made.obligation.id)})

    assert "Không có việc nào chờ xác nhận." in page
    assert answer.status_code == 404
    assert work.fresh().status is Status.REPORTED


def test_a_wrong_verb_is_refused(office):
    assert office.put("/xac-nhan").status_code == 405


def test_enter_in_a_field_presses_no_button(office, work):
    work.report()

    [first, *_rest] = tree(office.get("/xac-nhan")).xpath("//form[@action='/xac-nhan']//button")

    assert "disabled" in first.attrib and "hidden" in first.attrib


def test_the_menu_counts_what_can_be_answered_and_what_is_overdue(client, work):
    own = work.task(lead=work.office.office)
    late = work.task(due_on=date(2021, 3, 1))
    work.report(own, by="office")
    work.report()

    office_page = text_of(work.enter(client, "office").get("/xac-nhan"))
    head_page = text_of(work.enter(client, "head").get("/viec-cua-toi"))

    assert "Xác nhận 1 việc chờ xác nhận" in office_page
    assert "Việc của tôi 1 việc quá hạn" in head_page
    assert late.obligation.due_on < TODAY


def test_a_long_queue_goes_on_to_further_pages(office, work, monkeypatch):
    monkeypatch.setattr("cchc_tasks.web.confirmation.page.PAGE", 2)
    for made in (work.made, work.task(), work.task()):
        work.report(made)

    first, second = tree(office.get("/xac-nhan")), tree(office.get("/xac-nhan?trang=2"))

    assert len(first.xpath("//li[@class='claim']")) == 2
    assert len(second.xpath("//li[@class='claim']")) == 1
    [last] = second.xpath("//li[@class='claim']/@id")
    asked = tree(office.get(f"/xac-nhan?viec={last.removeprefix('viec-')}"))
    assert asked.xpath("//li[@class='claim']/@id") == [last]


def test_the_number_of_queries_does_not_grow_with_the_queue(app, office, work):
    work.report()
    office.get("/xac-nhan")
    with counted_queries(app) as few:
        office.get("/xac-nhan")
    for _ in range(6):
        work.report(work.task())

    with counted_queries(app) as many:
        office.get("/xac-nhan")

    assert len(many) == len(few) <= 20
