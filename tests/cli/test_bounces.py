"""`reminders bounce`: a report from a mail server's pipe is kept with the mail, and shown where somebody looks."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from cchc_tasks.cli.reminders import reminders
from cchc_tasks.services import bounces, outbox
from cchc_tasks.storage.models import MailBounce, MessageState, OutboxMessage
from tests.factories import NOW, enter, make_office
from tests.support.mail import KeepingSender, make_post
from tests.support.work import text_of

FOLDER = Path(__file__).parent.parent / "mail" / "delivery_reports"
OURS = "digest.0123456789abcdef0123456789abcdef"


@pytest.fixture
def office(session):
    office = make_office(session)
    outbox.enqueue(
        session,
        agency_id=office.agency.id,
        kind="invitation",
        recipient_id=office.people["head"].id,
        unique_key="1",
        payload={},
        now=NOW,
    )
    session.commit()
    outbox.deliver_all(session, make_post(KeepingSender()), now=NOW)
    message = session.scalars(select(OutboxMessage)).one()
    message.message_id = OURS
    session.commit()
    return office


def note(session, action="failed", status="5.1.1", ids=(OURS,)):
    return bounces.note(session, message_ids=ids, action=action, status=status, diagnostic="550 User unknown", now=NOW)


def test_a_report_is_kept_once_with_the_mail_and_its_recipient(session, office):
    assert note(session)
    assert note(session)

    row = session.scalars(select(MailBounce)).one()
    assert (row.person_id, row.address) == (office.people["head"].id, office.people["head"].email)


@pytest.mark.parametrize(
    "values", [{"ids": ("digest.ffffffffffffffffffffffffffffffff",)}, {"ids": ()}, {"action": "delivered"}]
)
def test_a_report_about_no_mail_of_ours_or_about_none_that_failed_is_left(session, office, values):
    assert not note(session, **values)
    assert session.scalars(select(MailBounce)).all() == []


def test_the_office_and_the_administrator_see_it(session, office, client):
    note(session)
    enter(client, office.people["admin"])

    words = text_of(client.get("/nhac-viec"))
    assert "Bị trả lại" in words
    assert f"{office.people['head'].email}): thư bị trả lại ngày 10/3/2021" in words
    words = text_of(client.get(f"/quan-tri/nguoi-dung/{office.people['head'].id}"))
    assert "Thư bị trả lại (5.1.1): 550 User unknown" in words

    office.people["head"].email = "moi@tinh.test"
    session.commit()
    assert "thư bị trả lại ngày" not in text_of(client.get("/nhac-viec"))


def test_a_delay_marks_the_mail_and_not_the_address(session, office, client):
    note(session, action="delayed", status="4.4.1")
    enter(client, office.people["admin"])

    words = text_of(client.get("/nhac-viec"))
    assert "Máy chủ thư báo chậm (4.4.1)" in words
    assert "thư bị trả lại ngày" not in words


def test_the_command_reads_a_mail_servers_pipe(session, office, database_url, tmp_path):
    environ = {"CCHC_DATABASE_URL": database_url, "CCHC_INSTANCE_DIR": str(tmp_path)}
    report = (FOLDER / "postfix.eml").read_bytes()

    answer = CliRunner(env=environ).invoke(reminders, ["bounce"], input=report)

    assert answer.output == "1 báo cáo, ghi nhận 1.\n"
    session.rollback()
    assert session.scalars(select(MailBounce.status)).all() == ["5.1.1"]


def test_whoever_put_an_address_right_says_so_and_the_mail_goes_again(session, office, client):
    note(session)
    enter(client, office.people["admin"])
    address = f"/nhac-viec/dia-chi/{office.people['head'].id}/da-chua"
    assert "Đã chữa, gửi lại" in text_of(client.get("/nhac-viec"))

    assert client.post(address).status_code == 303

    words = text_of(client.get("/nhac-viec"))
    assert "thư bị trả lại ngày" not in words
    session.rollback()
    message = session.scalars(select(OutboxMessage)).one()
    assert (message.state, message.message_id) == (MessageState.NEW, OURS)
    assert client.post(address).status_code == 404

    later = message.next_attempt_at + timedelta(hours=1)
    session.rollback()
    outbox.deliver_all(session, make_post(KeepingSender()), now=later)
    note(session)
    assert "thư bị trả lại ngày" in text_of(client.get("/nhac-viec"))


@pytest.mark.parametrize(("name", "status"), [("head", 403), ("leader", 403), ("stranger", 404)])
def test_others_say_nothing_of_an_address(session, office, client, name, status):
    note(session)
    enter(client, office.people[name])

    assert client.post(f"/nhac-viec/dia-chi/{office.people['head'].id}/da-chua").status_code == status
    assert session.scalars(select(MailBounce.cleared_at)).one() is None
