"""Nhiệm vụ: everything about one task, and only such actions as would not be refused."""

import io
from datetime import date

import pytest
from sqlalchemy import select

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.workflow import Status
from cchc_tasks.evidence import LocalStore
from cchc_tasks.services import corrections, obligations
from cchc_tasks.services.corrections import DeadlineValues
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.models import Document, Evidence, LedgerRow, Note
from cchc_tasks.web import clock
from tests.evidence.files import PDF
from tests.factories import at, make_evidence
from tests.support.work import TODAY, Workplace, counted_queries, form_values, text_of, tree


@pytest.fixture
def work(session, monkeypatch) -> Workplace:
    monkeypatch.setattr(clock, "now", lambda: at(TODAY))
    return Workplace(session)


def address(work, **options):
    query = "&".join(f"{name}={value}" for name, value in options.items())
    return f"/nhiem-vu/{work.made.task.id}" + (f"?{query}" if query else "")


def offered(client, work):
    """Slugs of the actions on the page."""
    links = tree(client.get(address(work))).xpath("//div[contains(@class, 'product-actions')]//a/@href")
    return [
        link.partition("?")[0] if "xac-nhan" in link else link.partition("viec=")[2].split("#")[0] for link in links
    ]


def act(client, work, slug, **values):
    obligation_id = work.made.obligation.id
    page = client.get(address(work, muc=obligation_id, viec=slug))
    typed = form_values(page, f"/nhiem-vu/muc/{obligation_id}/{slug}") | values
    return client.post(f"/nhiem-vu/muc/{obligation_id}/{slug}", data=typed, content_type="multipart/form-data")


def test_the_page_shows_the_plans_words_units_products_and_how_it_counts(client, work):
    work.made.task.text = "Rà soát văn bản quy phạm pháp luật. Báo cáo theo quy định."
    work.made.task.assignment_text = "Phòng CNTT chủ trì phối hợp với Thanh tra"
    work.session.commit()

    page = text_of(work.enter(client, "viewer").get(address(work)))

    assert "Rà soát văn bản quy phạm pháp luật. Báo cáo theo quy định." in page
    assert "Chủ trì Phòng Công nghệ thông tin" in page and "Phối hợp Thanh tra Sở" in page
    assert "Kế hoạch ghi: “Phòng CNTT chủ trì phối hợp với Thanh tra”" in page
    assert "Tính đến 10/3/2021, nhiệm vụ này góp 0/1 nhiệm vụ hoàn thành." in page
    assert "Kế hoạch 163/KH-STTTT giao nhiệm vụ cho Phòng Công nghệ thông tin." in page


@pytest.mark.parametrize(
    "name, slugs",
    [
        ("head", ["cap-nhat", "xin-gia-han", "giao-viec", "dinh-kem", "gop-y"]),
        ("staff", ["cap-nhat", "dinh-kem", "gop-y"]),
        ("office", ["cap-nhat", "xin-gia-han", "giao-viec", "dinh-kem", "gop-y"]),
        ("other_head", ["dinh-kem", "gop-y"]),
        ("leader", ["dinh-kem", "gop-y"]),
        ("viewer", []),
        ("admin", []),
    ],
)
def test_each_is_offered_what_they_may_do_to_open_work(client, work, name, slugs):
    assert offered(work.enter(client, name), work) == slugs


@pytest.mark.parametrize(
    "name, slugs",
    [
        ("head", ["rut-bao-cao", "giao-viec", "dinh-kem", "gop-y"]),
        ("office", ["/xac-nhan", "rut-bao-cao", "giao-viec", "dinh-kem", "gop-y", "dinh-chinh"]),
        ("leader", ["/xac-nhan", "dinh-kem", "gop-y"]),
    ],
)
def test_each_is_offered_what_they_may_do_to_reported_work(client, work, name, slugs):
    work.report()

    assert offered(work.enter(client, name), work) == slugs


def test_the_office_may_reopen_and_correct_what_is_done(client, work):
    work.report()
    work.confirm()

    assert offered(work.enter(client, "office"), work) == ["mo-lai", "dinh-kem", "gop-y", "dinh-chinh"]
    assert offered(work.enter(client, "head"), work) == ["dinh-kem", "gop-y"]


def test_nothing_that_is_offered_is_refused(client, work):
    work.report()
    for name in ("head", "office", "leader", "other_head"):
        work.enter(client, name)
        for slug in offered(client, work):
            if not slug.startswith("/"):
                page = client.get(address(work, muc=work.made.obligation.id, viec=slug))
                assert page.status_code == 200 and f"/{slug}" in page.get_data(as_text=True), (name, slug)


def test_a_stranger_learns_nothing(client, work):
    stranger = work.enter(client, "stranger")

    assert stranger.get(address(work)).status_code == 404
    assert stranger.get("/nhiem-vu/999999").status_code == 404


def test_the_quick_update_works_on_the_page_of_the_task(client, work):
    head = work.enter(client, "head")

    answer = act(head, work, "cap-nhat", to="reported", done_on="2021-03-09", waiver="Không có văn bản.")

    assert answer.status_code == 303 and f"#muc-{work.made.obligation.id}" in answer.location
    assert work.fresh().status is Status.REPORTED
    assert "Không có văn bản hoặc tệp: “Không có văn bản.”" in text_of(head.get(address(work)))


def test_a_refused_update_stays_open_on_the_page_of_the_task(client, work):
    answer = act(work.enter(client, "head"), work, "cap-nhat", to="reported", done_on="2021-11-31")

    assert answer.status_code == 422
    assert form_values(answer, "/cap-nhat")["done_on"] == "2021-11-31"


def test_a_report_is_taken_back_with_a_reason(client, work):
    work.report()
    head = work.enter(client, "head")

    refused = act(head, work, "rut-bao-cao", reason=" ")
    answer = act(head, work, "rut-bao-cao", reason="Gửi nhầm văn bản.")

    assert refused.status_code == 422 and "Nhập lý do." in text_of(refused)
    assert answer.status_code == 303
    assert work.fresh().status is Status.IN_PROGRESS
    assert "Phòng Công nghệ thông tin rút báo cáo sản phẩm." in text_of(head.get(address(work)))


def test_done_work_is_reopened_from_a_day_that_is_not_before_its_completion(client, work):
    work.report()
    work.confirm()
    office = work.enter(client, "office")

    refused = act(office, work, "mo-lai", effective_on="2021-03-01", reason="Phát hiện sai số liệu.")
    answer = act(office, work, "mo-lai", effective_on="2021-03-10", reason="Phát hiện sai số liệu.")

    assert refused.status_code == 422 and "trước ngày hoàn thành (05/3/2021)" in text_of(refused)
    assert answer.status_code == 303
    assert work.fresh().status is Status.IN_PROGRESS


def test_a_wrong_day_is_corrected_by_a_line_that_names_the_wrong_one(client, work):
    work.report()
    office = work.enter(client, "office")

    same = act(office, work, "dinh-chinh", way="doi-ngay", effective_on="2021-03-05", reason="Nhầm.")
    empty = act(office, work, "dinh-chinh", way="doi-ngay", effective_on="", reason="Nhầm.")
    answer = act(office, work, "dinh-chinh", way="doi-ngay", effective_on="2021-03-04", reason="Văn bản ký ngày 04/3.")

    page = text_of(office.get(address(work)))
    assert same.status_code == 422 and "Không có gì thay đổi" in text_of(same)
    assert empty.status_code == 422 and "Nhập ngày đúng." in text_of(empty)
    assert answer.status_code == 303
    assert work.fresh().status_on == date(2021, 3, 4)
    assert "đính chính ngày hoàn thành của sản phẩm từ 05/3/2021 thành 04/3/2021" in page
    assert "Dòng này đính chính dòng ghi nhận 10/3/2021 09:00." in page


def test_a_status_that_was_never_so_is_taken_out(client, work):
    work.report()

    answer = act(work.enter(client, "office"), work, "dinh-chinh", way="bo", reason="Báo cáo nhầm việc.")

    assert answer.status_code == 303
    assert work.fresh().status is Status.NOT_STARTED


def test_work_is_handed_to_somebody_of_the_unit_only(client, work):
    head = work.enter(client, "head")
    staff, outsider = work.office.people["staff"], work.office.people["other_head"]

    wrong = act(head, work, "giao-viec", person_id=str(outsider.id))
    answer = act(head, work, "giao-viec", person_id=str(staff.id))

    assert wrong.status_code == 422 and "trong danh sách" in text_of(wrong)
    assert answer.status_code == 303
    assert work.fresh().person_id == staff.id
    page = text_of(head.get(address(work)))
    assert "Người thực hiện: Lê Thị Mai" in page and "giao sản phẩm cho Lê Thị Mai" in page


def test_a_coordinating_unit_comments_and_attaches_without_reporting(client, work):
    other = work.enter(client, "other_head")

    said = act(other, work, "gop-y", text="Đề nghị bổ sung số liệu huyện.")
    sent = act(
        other,
        work,
        "dinh-kem",
        number="15/TTra",
        issued_on="2021-03-01",
        subject="Góp ý dự thảo",
        files=(io.BytesIO(PDF), "15-TTra.pdf"),
    )

    page = text_of(other.get(address(work)))
    assert (said.status_code, sent.status_code) == (303, 303)
    assert "Đề nghị bổ sung số liệu huyện." in page and "Ý kiến · Lê Văn Bình" in page
    assert "15/TTra ngày 01/3/2021" in page and "Góp ý dự thảo" in page
    assert work.fresh().status is Status.NOT_STARTED


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({}, "phải kèm số, ký hiệu"),
        ({"number": "15/TTra"}, "Nhập ngày ban hành của văn bản."),
        ({"number": "15/TTra", "subject": "x", "issued_on": "2021-03-11"}, "Ngày 11/3/2021 sau hôm nay"),
        ({"files": b"MZ"}, "không phải loại nhận được"),
    ],
)
def test_an_incomplete_attachment_is_told_at_its_field(client, work, values, sentence):
    # A stream is used up by one request; each run gets its own.
    sent = {name: (io.BytesIO(value), "x.pdf") if name == "files" else value for name, value in values.items()}

    answer = act(work.enter(client, "other_head"), work, "dinh-kem", **sent)

    assert answer.status_code == 422 and sentence in text_of(answer)
    assert work.session.scalars(select(Evidence.id)).all() == []
    assert work.session.scalars(select(Document.id)).all() == []


@pytest.mark.parametrize(
    "name, slug, status",
    [
        ("viewer", "gop-y", 403),
        ("admin", "gop-y", 403),
        ("other_head", "rut-bao-cao", 403),
        ("head", "mo-lai", 403),
        ("leader", "dinh-chinh", 403),
        ("staff", "giao-viec", 403),
        ("head", "khong-co", 404),
        ("stranger", "gop-y", 403),
    ],
)
def test_a_form_made_by_hand_is_refused_all_the_same(client, work, name, slug, status):
    work.report()
    before = len(work.session.scalars(select(LedgerRow.seq)).all())

    answer = work.enter(client, name).post(
        f"/nhiem-vu/muc/{work.made.obligation.id}/{slug}", data={"version": 2, "reason": "x", "text": "x"}
    )

    assert answer.status_code == status
    work.session.rollback()
    assert len(work.session.scalars(select(LedgerRow.seq)).all()) == before
    assert work.session.scalars(select(Note.id)).all() == []


def test_an_act_on_nothing_and_a_wrong_verb_are_said_to_be_so(client, work):
    head = work.enter(client, "head")

    assert head.post("/nhiem-vu/muc/999999/gop-y", data={"text": "x"}).status_code == 404
    assert head.get(f"/nhiem-vu/muc/{work.made.obligation.id}/khong-co").status_code == 404
    assert head.post(address(work)).status_code == 405


@pytest.mark.parametrize("slug", ["cap-nhat", "gop-y"])
def test_the_address_of_a_refused_form_leads_back_to_it(client, work, slug):
    head, obligation_id = work.enter(client, "head"), work.made.obligation.id
    assert head.post(f"/nhiem-vu/muc/{obligation_id}/{slug}", data={"version": 1}).status_code == 422

    again = head.get(f"/nhiem-vu/muc/{obligation_id}/{slug}")

    page = head.get(again.location).get_data(as_text=True)
    assert f'action="/nhiem-vu/muc/{obligation_id}/{slug}#muc-{obligation_id}"' in page


def test_a_stale_correction_shows_what_changed_and_can_be_sent_again(client, work):
    work.report()
    office = work.enter(client, "office")
    obligation_id = work.made.obligation.id
    page = office.get(address(work, muc=obligation_id, viec="dinh-chinh"))
    values = form_values(page, "/dinh-chinh") | {"effective_on": "2021-03-03", "reason": "Văn bản ký ngày 03/3."}
    corrections.correct_status(
        work.session,
        obligation_id,
        version=work.fresh().version,
        effective_on=date(2021, 3, 4),
        reason="Người khác sửa trước.",
        actor=work.who("office"),
        now=at(TODAY, 10),
    )

    stale = office.post(f"/nhiem-vu/muc/{obligation_id}/dinh-chinh", data=values)
    again = office.post(f"/nhiem-vu/muc/{obligation_id}/dinh-chinh", data=form_values(stale, "/dinh-chinh"))

    page = text_of(stale)
    assert stale.status_code == 409
    assert "Thay đổi mới của việc này" in page and "Người khác sửa trước." in page
    assert "Văn bản ký ngày 03/3." in page
    assert again.status_code == 303
    assert work.fresh().status_on == date(2021, 3, 3)


def test_many_periods_stand_in_a_table_and_one_is_opened(client, work):
    work.made = work.task(due_dates=[date(2021, month, 28) for month in range(1, 13)])
    for number, obligation in enumerate(work.made.obligations, start=1):
        obligation.period_label = f"Tháng {number}/2021"
    work.session.commit()
    head = work.enter(client, "head")

    page = tree(head.get(address(work)))
    opened = text_of(head.get(address(work, muc=work.made.obligations[1].id)))

    assert len(page.xpath("//table[contains(@class, 'periods')]/tbody/tr")) == 12
    assert page.xpath("//div[contains(@class, 'product-actions')]") == []
    assert "quá hạn 10 ngày" in opened and "Cập nhật" in opened


def test_a_later_deadline_stands_beside_the_first_one(client, work):
    obligation = work.made.obligation
    obligation.due_on = obligation.judged_due_on = date(2021, 6, 30)
    work.session.commit()

    page = text_of(work.enter(client, "viewer").get(address(work)))

    assert "30/6/2021" in page and page.count("hạn gốc 31/3/2021") == 1


def test_a_misread_deadline_that_was_corrected_is_no_extension(client, work):
    corrections.correct_deadline(
        work.session,
        work.made.obligation.id,
        version=1,
        values=DeadlineValues(DeadlineKind.DATE, date(2021, 6, 30)),
        reason="Đọc nhầm ngày.",
        actor=work.who("office"),
        now=at(TODAY),
    )

    page = text_of(work.enter(client, "viewer").get(address(work)))

    assert "Hạn gốc" not in page
    assert "đính chính hạn của sản phẩm từ 31/3/2021 thành 30/6/2021" in page


def test_the_ledger_can_be_read_in_the_order_of_what_happened(client, work):
    obligations.start(work.session, work.made.obligation.id, version=1, actor=work.who("head"), now=at(TODAY, 8))
    work.report()

    def first_two(response):
        entries = tree(response).xpath("//ol[@class='timeline']/li/div")
        return ["báo cáo" if "báo cáo" in entry.text_content() else "bắt đầu" for entry in entries[:2]]

    viewer = work.enter(client, "viewer")
    assert first_two(viewer.get(address(work))) == ["báo cáo", "bắt đầu"]
    assert "Diễn ra 05/3/2021, ghi muộn 5 ngày · Nguyễn Văn An" in text_of(viewer.get(address(work)))
    assert viewer.get(address(work, xep="dien-ra")).status_code == 200


def test_an_override_is_visible_on_the_page(client, work):
    work.report()
    obligations.confirm(
        work.session,
        work.made.obligation.id,
        version=work.fresh().version,
        actor=work.who("office"),
        now=at(TODAY),
        override_reason="Người phụ trách nghỉ ốm.",
    )

    page = text_of(work.enter(client, "viewer").get(address(work)))

    assert "Xác nhận ngoài quy tắc, có lý do." in page and "Người phụ trách nghỉ ốm." in page


def test_words_typed_by_people_stay_words(client, work):
    act(work.enter(client, "head"), work, "gop-y", text="<script>alert(1)</script>{{ 7*7 }}")

    response = client.get(address(work))

    assert "<script>alert" not in response.get_data(as_text=True)
    assert "<script>alert(1)</script>{{ 7*7 }}" in tree(response).text_content()


# --- evidence files


@pytest.fixture
def evidence(work, settings, app):
    made = make_evidence(
        work.session, work.made.obligation, LocalStore(settings.evidence_dir), name="07-QĐ “STTTT”.pdf"
    )
    work.session.commit()
    return made


@pytest.mark.parametrize("name", ["viewer", "other_head", "office"])
def test_everybody_of_the_agency_gets_the_file_as_an_attachment(client, work, evidence, name):
    answer = work.enter(client, name).get(f"/tep/{evidence.id}")

    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''07-Q%C4%90%20%E2%80%9CSTTTT%E2%80%9D.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_nobody_else_gets_the_file_nor_learns_of_it(client, work, evidence):
    assert client.get(f"/tep/{evidence.id}").status_code == 303
    assert work.enter(client, "stranger").get(f"/tep/{evidence.id}").status_code == 404
    assert work.enter(client, "viewer").get("/tep/999999").status_code == 404


def test_a_file_that_the_store_lost_is_a_page_that_says_so(client, work, evidence, settings):
    store = LocalStore(settings.evidence_dir)
    store.path(next(store.hashes())).unlink()

    answer = work.enter(client, "viewer").get(f"/tep/{evidence.id}")

    assert answer.status_code == 404 and "Không tìm thấy tệp này trong kho" in text_of(answer)


def test_a_document_without_a_file_is_no_link(client, work):
    work.report()

    page = tree(work.enter(client, "viewer").get(address(work)))

    assert page.xpath("//div[@class='doc']//a") == []
    assert "42/BC-STTTT" in page.text_content()


def test_the_number_of_queries_does_not_grow_with_products_and_history(app, client, work):
    head = work.enter(client, "head")
    obligations.start(
        work.session, work.made.obligation.id, version=1, actor=work.who("head"), now=at(TODAY), note="ghi"
    )
    head.get(address(work))
    with counted_queries(app) as few:
        head.get(address(work))
    work.made = work.task(
        deliverable_texts=[f"sản phẩm {number}" for number in range(6)],
        due_dates=[date(2021, 4, 30), date(2021, 5, 31), date(2021, 6, 30)],
    )
    for obligation in work.made.obligations:
        obligations.start(work.session, obligation.id, version=1, actor=work.who("head"), now=at(TODAY), note="ghi")

    with counted_queries(app) as many:
        head.get(address(work))

    assert len(many) == len(few) <= 24


# --- evidence of a report that came back


SECOND = DocumentInput("158/QĐ-STTTT", date(2021, 3, 8), "Quyết định ban hành danh mục")


def test_papers_of_a_returned_report_are_marked_and_prove_nothing(client, session, work):
    work.report()
    work.give_back()
    work.report(document=SECOND, effective_on=SECOND.issued_on)
    queue = text_of(work.enter(client, "office").get("/xac-nhan"))
    work.confirm()

    page = text_of(client.get(f"/nhiem-vu/{work.made.task.id}?muc={work.made.obligation.id}"))
    members = text_of(client.get("/chi-tieu-1-1/danh-sach?ds=hoan-thanh&den-ngay=2021-03-14"))
    table = text_of(client.get("/bang-tien-do/bang"))

    mark = "của lần báo cáo bị trả lại hoặc đã rút"
    for shown in (page, queue):
        proofs = shown.partition("Minh chứng")[2] if shown is page else shown
        assert proofs.index("158/QĐ-STTTT") < proofs.index("42/BC-STTTT")
        assert shown.count(mark) == 1
    for listed in (members, table):
        assert "158/QĐ-STTTT" in listed
        assert "42/BC-STTTT" not in listed


def test_a_returned_report_is_not_sent_again_on_its_old_papers(session, work):
    work.report()
    work.give_back()

    with pytest.raises(Refused) as refused:
        work.report(document=None)

    assert refused.value.reason is RefusedReason.NO_EVIDENCE
