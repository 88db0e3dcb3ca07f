"""The page Nhắc việc: what was sent, waits and failed, run by hand, sent again."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from cchc_tasks.domain.mailing import DeliveryError
from cchc_tasks.services import outbox, scheduling
from cchc_tasks.storage.models import MessageState, OutboxMessage
from cchc_tasks.web.reminders import views as reminders_views
from tests.factories import NOW, at, enter, make_office, make_plan, make_task
from tests.support.mail import KeepingSender, make_post, set_rules

MORNING = datetime(2021, 3, 10, 1, 0, tzinfo=UTC)


@pytest.fixture
def office(session):
    office = make_office(session)
    set_rules(session, office.agency)
    plan = make_plan(session, office.agency)
    make_task(session, plan, lead=office.unit, due_on=at(MORNING.date()).date() - timedelta(days=5), number="1.1")
    session.commit()
    return office


@pytest.fixture
def visitor(client, office):
    with time_machine.travel(MORNING, tick=False):
        yield enter(client, office.people["office"])


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_mail_run_by_hand_can_be_read_in_full(visitor, session):
    assert visitor.post("/nhac-viec/chay-ngay").status_code == 303

    text = page(visitor, "/nhac-viec")
    assert "Đã gom 1 dòng nhắc mới vào 1 thư; gửi 1 thư." in text
    assert "Nguyễn Văn An" in text
    message = session.scalars(select(OutboxMessage)).one()
    read = page(visitor, f"/nhac-viec/{message.id}")
    assert "Nhắc việc 10/3/2021: 1 việc quá hạn" in read
    assert "Báo cáo kết quả rà soát" in read
    assert "http://localhost/nhiem-vu/" in read


def test_mails_beyond_the_first_page_can_be_reached(visitor, session, office, monkeypatch):
    make_task(
        session,
        make_plan(session, office.agency, number="9/KH-X"),
        lead=office.other_unit,
        due_on=at(MORNING.date()).date(),
    )
    session.commit()
    visitor.post("/nhac-viec/chay-ngay")
    monkeypatch.setattr(reminders_views, "PAGE_SIZE", 1)

    first, second = page(visitor, "/nhac-viec"), page(visitor, "/nhac-viec?trang=2")

    assert "trang=2" in first and 'rel="next"' in first and 'rel="prev"' not in first
    assert "trang=1" in second and 'rel="prev"' in second


def test_running_twice_writes_to_nobody_twice(visitor, session):
    for _ in range(2):
        visitor.post("/nhac-viec/chay-ngay")

    assert len(session.scalars(select(OutboxMessage)).all()) == 1


def test_no_digest_is_gathered_on_a_day_off(client, office):
    with time_machine.travel(datetime(2021, 3, 13, 2, tzinfo=UTC), tick=False):
        enter(client, office.people["office"]).post("/nhac-viec/chay-ngay")

        assert "Hôm nay là ngày nghỉ" in page(client, "/nhac-viec")


def queue_invitation(session, office, sender):
    row_id = outbox.enqueue(
        session,
        agency_id=office.agency.id,
        kind="invitation",
        recipient_id=office.people["staff"].id,
        unique_key="1",
        payload={"link": "http://localhost/kich-hoat/CANARY"},
        now=NOW,
    )
    session.commit()
    outbox.deliver_all(session, make_post(sender), now=NOW)
    return row_id


def test_a_mail_that_failed_is_listed_and_sent_again(visitor, session, office):
    row_id = queue_invitation(session, office, KeepingSender(DeliveryError("550 no such user", is_permanent=True)))
    text = page(visitor, "/nhac-viec?xem=gui-loi")
    assert "550 no such user" in text
    assert "Gửi lại" in text

    assert visitor.post(f"/nhac-viec/{row_id}/gui-lai").status_code == 303

    session.rollback()
    assert session.get_one(OutboxMessage, row_id).state is MessageState.NEW
    assert visitor.post(f"/nhac-viec/{row_id}/gui-lai").status_code == 409


def test_t3_no_secret_stands_on_the_page_before_or_after_sending(visitor, session, office):
    row_id = queue_invitation(session, office, KeepingSender(DeliveryError("451 later", is_permanent=False)))
    addresses = [f"/nhac-viec/{row_id}", "/nhac-viec?xem=dang-cho", "/nhac-viec?xem=da-gui"]
    assert not [address for address in addresses if "CANARY" in page(visitor, address)]
    outbox.deliver_all(session, make_post(KeepingSender()), now=NOW + timedelta(hours=1))

    assert not [address for address in addresses if "CANARY" in page(visitor, address)]


def test_the_page_says_when_the_scheduler_last_ran_and_warns_when_it_is_quiet(visitor, session):
    assert "Bộ lập lịch chưa chạy lần nào" in page(visitor, "/nhac-viec")
    fence = scheduling.renew_lease(session, holder="a", now=MORNING, duration=timedelta(seconds=8))
    scheduling.record_tick(session, fence=fence, now=MORNING - timedelta(minutes=3))
    text = page(visitor, "/nhac-viec")
    assert "Bộ lập lịch chạy 3 phút trước" in text
    assert "đã ngừng" not in text
    scheduling.record_tick(session, fence=fence, now=MORNING - timedelta(minutes=20))

    assert "Bộ lập lịch đã ngừng 20 phút" in page(visitor, "/nhac-viec")


def test_mail_that_was_switched_off_is_switched_on_by_hand(visitor, session, office):
    office.agency.is_sending_enabled = False
    session.commit()
    assert "Việc gửi thư đang tắt" in page(visitor, "/nhac-viec")

    visitor.post("/nhac-viec/gui-thu")

    assert "Việc gửi thư đang tắt" not in page(visitor, "/nhac-viec")


def test_another_agencys_mail_is_not_found(visitor, session, office):
    stranger = office.people["stranger"]
    row_id = outbox.enqueue(
        session,
        agency_id=stranger.agency_id,
        kind="invitation",
        recipient_id=stranger.id,
        unique_key="1",
        payload={},
        now=NOW,
    )
    session.commit()

    assert visitor.get(f"/nhac-viec/{row_id}").status_code == 404
    assert visitor.post(f"/nhac-viec/{row_id}/gui-lai").status_code == 404
