"""The page behind a link of a mail: opening it changes nothing, one confirmation is done once, and never more."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.config import read_secret_key
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import explanations
from cchc_tasks.storage.models import LedgerRow, MailLink, Note, Obligation
from cchc_tasks.web import clock
from tests.factories import make_membership, make_person, make_unit, principal_of, sign_in
from tests.support.fingerprint import fingerprint
from tests.support.mail_links import DAY, SENT_AT, mail_work
from tests.support.work import text_of

REPORT = {"act": "report", "version": 1, "number": "42/BC-STTTT", "issued_on": "2021-03-09", "subject": "Báo cáo"}
START = {"act": "start", "version": 1}


@pytest.fixture
def mailed(session, settings, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: SENT_AT)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    return mail_work(session, read_secret_key(settings))


def status_of(session, mailed, index=0):
    session.expire_all()
    return session.get_one(Obligation, mailed.works[index].id).status


def test_opening_it_ever_so_often_changes_nothing(session, mailed, client):
    before = fingerprint(session)

    for _ in range(3):
        assert client.get(mailed.links[0]).status_code == 200
        assert client.head(mailed.links[0]).status_code == 200
        assert client.options(mailed.links[0]).status_code == 200

    assert fingerprint(session) == before


def test_it_shows_the_item_without_a_password_and_goes_nowhere_else(mailed, client):
    answer = client.get(mailed.links[0])

    words = text_of(answer)
    assert "Báo cáo kết quả rà soát" in words
    assert "Trần Thị Bình xác nhận" in words
    for choice in ("Báo cáo hoàn thành", "Bắt đầu thực hiện", "Ghi chú tiến độ"):
        assert choice in words
    assert "Giải trình" not in words
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert mailed.links[0].rpartition("/")[2] not in answer.get_data(as_text=True)
    # Nobody is signed in by it.
    assert client.get("/tai-khoan").status_code == 303


def test_a_report_is_sent_once_and_the_same_link_again_says_so(session, mailed, client):
    first = client.post(mailed.links[0], data=REPORT)
    assert (first.status_code, first.location) == (303, mailed.links[0])
    shown = client.get(mailed.links[0])
    assert shown.status_code == 410
    assert "Đã gửi báo cáo hoàn thành, chờ xác nhận." in text_of(shown)
    before = fingerprint(session)

    again = client.post(mailed.links[0], data=REPORT)

    assert again.status_code == 410
    assert "đã dùng để báo cáo hoàn thành lúc" in text_of(again)
    assert "không ghi thêm gì" in text_of(client.get(mailed.links[0]))
    assert fingerprint(session) == before
    assert status_of(session, mailed) is Status.REPORTED


def test_what_was_done_is_told_as_done_by_the_link(session, mailed, client):
    client.post(mailed.links[0], data=REPORT)
    client.post(mailed.links[1], data={"act": "note", "version": 1, "text": "Đang lấy ý kiến các phòng"})
    sign_in(client, mailed.office)

    page = text_of(client.get(f"/nhiem-vu/{mailed.works[0].task_id}"))
    assert "văn bản 42/BC-STTTT ngày 09/3/2021" in page
    assert "Trần Thị Bình, qua đường dẫn trong thư" in page
    page = text_of(client.get(f"/nhiem-vu/{mailed.works[1].task_id}"))
    assert "Đang lấy ý kiến các phòng" in page
    assert "Trần Thị Bình, qua đường dẫn trong thư" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"act": "report", "version": 1}, "Nhập số, ký hiệu văn bản"),
        (REPORT | {"issued_on": ""}, "Nhập ngày ban hành"),
        (REPORT | {"subject": ""}, "Nhập trích yếu"),
        (REPORT | {"issued_on": "2021-03-11"}, "sau hôm nay"),
        (REPORT | {"done_on": "2021-03-11"}, "sau hôm nay"),
        (REPORT | {"issued_on": "2020-12-01"}, "trước ngày ban hành kế hoạch"),
        ({"act": "note", "version": 1, "text": "  "}, "Nhập ghi chú tiến độ"),
    ],
)
def test_what_is_missing_is_asked_for_and_the_link_stays_good(session, mailed, client, data, said):
    before = fingerprint(session)

    answer = client.post(mailed.links[0], data=data)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert fingerprint(session) == before
    assert client.post(mailed.links[0], data=START).status_code == 303


@pytest.mark.parametrize("act", ["confirm", "explain", "", "return", "hand_over"])
def test_it_does_nothing_that_the_page_does_not_offer(session, mailed, client, act):
    before = fingerprint(session)

    answer = client.post(mailed.links[0], data=REPORT | {"act": act, "text": "Đồng ý"})

    assert answer.status_code == 409
    assert fingerprint(session) == before


def test_an_item_that_changed_meanwhile_is_shown_again_with_what_was_typed(session, mailed, client):
    mailed.works[0].version = 7
    session.commit()

    answer = client.post(mailed.links[0], data=REPORT)

    assert answer.status_code == 409
    assert "Có người vừa sửa nội dung này" in text_of(answer)
    assert client.post(mailed.links[0], data=REPORT | {"version": 7}).status_code == 303


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.REPORTED, "đã được báo cáo hoàn thành ngày 09/3/2021, đang chờ xác nhận"),
        (Status.DONE, "đã hoàn thành ngày 09/3/2021"),
        (Status.WITHDRAWN, "đã rút khỏi kế hoạch từ ngày 09/3/2021"),
    ],
)
def test_a_settled_item_is_told_kindly(session, mailed, client, status, said):
    mailed.works[0].status, mailed.works[0].status_on = status, date(2021, 3, 9)
    session.commit()
    before = fingerprint(session)

    shown, sent = client.get(mailed.links[0]), client.post(mailed.links[0], data=REPORT)

    assert (shown.status_code, sent.status_code) == (409, 409)
    assert said in text_of(shown)
    assert said in text_of(sent)
    assert fingerprint(session) == before


def test_a_head_who_moved_to_another_unit_can_do_nothing_by_an_old_mail(session, mailed, client):
    mailed.head.memberships[0].ends_on = DAY - timedelta(days=1)
    make_membership(session, mailed.head, Role.HEAD, make_unit(session, mailed.agency, "Phòng Bưu chính"))
    session.commit()
    before = fingerprint(session)

    shown, sent = client.get(mailed.links[0]), client.post(mailed.links[0], data=REPORT)

    assert (shown.status_code, sent.status_code) == (403, 403)
    assert "nay không do đơn vị của ông/bà thực hiện" in text_of(shown)
    assert fingerprint(session) == before


def test_wrong_links_look_alike_and_are_limited_by_address(session, mailed, client, app):
    limit = app.config["CCHC_SETTINGS"].mail_link_failures_per_address
    mailed.head.session_epoch += 1
    session.commit()
    ended = client.get(mailed.links[0])
    never = client.get("/thu/" + "A" * 43)
    assert (ended.status_code, never.status_code) == (404, 404)
    assert ended.get_data() == never.get_data()

    codes = [client.get(f"/thu/{number:043d}").status_code for number in range(limit - 1)]

    assert codes == [404] * (limit - 2) + [429]
    assert client.get(mailed.links[0]).status_code == 429


def test_somebody_else_who_is_signed_in_acts_as_the_mails_reader(session, mailed, client):
    """The ledger names whom the mail was written to, whoever's browser it is."""
    sign_in(client, mailed.office)

    client.post(mailed.links[0], data=START)

    session.rollback()
    row = session.scalars(select(LedgerRow).where(LedgerRow.status == Status.IN_PROGRESS)).one()
    assert (row.actor_id, row.payload["via"]) == (mailed.head.id, "mail_link")


def test_an_explanation_that_is_asked_for_can_be_given_by_the_link(session, mailed, client):
    explanations.ask(
        session,
        mailed.works[0].id,
        version=1,
        answer_by=date(2021, 3, 15),
        words="Vì sao chưa có báo cáo",
        actor=principal_of(session, mailed.office),
        now=SENT_AT,
    )
    shown = text_of(client.get(mailed.links[0]))
    assert "Cần giải trình trước hết ngày 15/3/2021" in shown
    assert "Vì sao chưa có báo cáo" in shown

    answer = client.post(mailed.links[0], data={"act": "explain", "version": 2, "text": "Chờ số liệu của các huyện"})

    assert answer.status_code == 303
    assert "Đã gửi giải trình." in text_of(client.get(mailed.links[0]))
    row = session.scalars(select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(1)).one()
    assert (row.payload["step"], row.payload["via"]) == ("answered", "mail_link")


def test_of_twenty_who_send_one_link_at_once_one_wins(session, mailed, app, client):
    start, codes = threading.Barrier(20), []

    def send():
        with app.test_client() as browser:
            start.wait()
            codes.append(browser.post(mailed.links[0], data=START).status_code)

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [303] + [410] * 19
    session.rollback()
    assert len(session.scalars(select(LedgerRow).where(LedgerRow.status == Status.IN_PROGRESS)).all()) == 1
    assert session.scalars(select(MailLink.used_for).where(MailLink.used_at.is_not(None))).all() == ["start"]


def test_a_form_without_its_token_is_refused_and_the_link_stays_good(session, mailed, csrf_client):
    before = fingerprint(session)

    assert csrf_client.post(mailed.links[0], data=START).status_code in (400, 403)

    assert fingerprint(session) == before


def test_a_leader_may_only_remark(session, settings, monkeypatch, client):
    """What late work tells to others than its unit carries a link too: it does what its reader may."""
    monkeypatch.setattr(clock, "now", lambda: SENT_AT)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    mailed = mail_work(session, read_secret_key(settings))
    reader = make_person(session, mailed.agency, "Nguyễn Lãnh Đạo", role=Role.LEADER)
    row = session.scalars(select(MailLink).order_by(MailLink.id).limit(1)).one()
    row.person_id, row.session_epoch = reader.id, reader.session_epoch
    session.commit()
    index = [work.id for work in mailed.works].index(row.obligation_id)

    words = text_of(client.get(mailed.links[index]))
    assert "Ghi chú tiến độ" in words
    assert "Báo cáo hoàn thành" not in words
    assert client.post(mailed.links[index], data=REPORT).status_code == 409
    assert client.post(mailed.links[index], data={"act": "note", "version": 1, "text": "Đã rõ"}).status_code == 303
    session.rollback()
    assert session.scalars(select(Note.kind)).all() == ["comment"]
