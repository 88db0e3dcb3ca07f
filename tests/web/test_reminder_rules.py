"""The pages of the rules, of what is planned, of public holidays, and of how often somebody wants mail."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from cchc_tasks.domain.mail_preferences import Frequency, MailPreference, from_json
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, QuietDays, Rule
from cchc_tasks.services import outbox, reminder_rules
from cchc_tasks.storage.models import HolidayCorrection, OutboxMessage, Person, ReminderLine, ReminderRuleVersion
from cchc_tasks.storage.queries.holidays import calendar_of
from cchc_tasks.web.reminders.forms import RulesForm
from tests.factories import NOW, enter, make_office, make_plan, make_task
from tests.support.mail import KeepingSender, make_post

MORNING = datetime(2021, 3, 10, 1, 0, tzinfo=UTC)


@pytest.fixture
def office(session):
    office = make_office(session)
    plan = make_plan(session, office.agency)
    make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 5), number="1.1", deliverable_texts=("Sổ tay",))
    make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 18), number="1.2", deliverable_texts=("Đề án",))
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


def typed(app, rules=DEFAULT_RULES, version=0, **changes):
    """The form as the page shows it, with changes."""
    with app.test_request_context():
        form = RulesForm.showing(rules, version)
        values = {field.name: field.data for field in form if field.name not in ("csrf_token", "request_key")}
    values["used"] = [rule.value for rule in values["used"]]
    values["binding"] = [rule.value for rule in values["binding"]]
    values = {name: value for name, value in values.items() if value not in (None, False)}
    return values | changes


def test_the_office_sets_rules_and_sees_who_changed_what(app, visitor, session, office):
    posted = typed(
        app,
        before_due="7, 3, 1",
        quiet="18/10/2021 - 20/10/2021: Tập huấn\n24/12/2021",
        delivery_hour=8,
        reason="Theo ý kiến các phòng",
    )
    posted["used"].remove("confirmed")

    assert visitor.post("/nhac-viec/quy-tac", data=posted).status_code == 303

    rules, version = reminder_rules.load(session, office.agency.id)
    assert version == 1
    assert rules == replace(
        DEFAULT_RULES,
        before_due=(7, 3, 1),
        delivery_hour=8,
        quiet=(
            QuietDays(date(2021, 10, 18), date(2021, 10, 20), "Tập huấn"),
            QuietDays(date(2021, 12, 24), date(2021, 12, 24)),
        ),
        off=frozenset({Rule.CONFIRMED}),
    )
    text = page(visitor, "/nhac-viec/quy-tac")
    assert "Bản thứ 1" in text
    assert "Nhắc trước hạn: 5, 1 → 7, 3, 1" in text
    assert "Giờ gửi thư: theo máy chủ → 8 giờ" in text
    assert "Trần Thị Hạnh" in text and "Theo ý kiến các phòng" in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"before_due": "năm"}, "Ghi nhiều nhất 8 mốc khác nhau"),
        ({"before_due": "0"}, "Ghi nhiều nhất 8 mốc khác nhau"),
        ({"office_after": 2}, "Văn phòng phải được báo sau trưởng đơn vị"),
        ({"delivery_hour": 25}, "Ghi giờ từ 0 đến 23"),
        ({"quiet": "hôm nào rảnh"}, "Ghi mỗi dòng một ngày hoặc một khoảng"),
        ({"quiet": "02/8/2021 - 01/8/2021"}, "Ngày cuối phải bằng hoặc sau ngày đầu"),
        ({"quiet": "01/7/2021 - 30/9/2021"}, "nhiều nhất 31 ngày"),
        ({}, "Không có gì thay đổi"),
    ],
)
def test_rules_that_make_no_sense_are_refused_at_their_field_and_what_was_typed_is_kept(
    app, visitor, session, changes, sentence
):
    response = visitor.post("/nhac-viec/quy-tac", data=typed(app, **changes))

    assert response.status_code == 422
    text = response.get_data(as_text=True)
    assert sentence in text
    assert all(str(value) in text for value in changes.values())
    assert session.scalars(select(ReminderRuleVersion)).all() == []


def test_of_two_who_change_the_rules_the_second_is_told(app, visitor, session):
    visitor.post("/nhac-viec/quy-tac", data=typed(app, before_due="7"))

    response = visitor.post("/nhac-viec/quy-tac", data=typed(app, before_due="9"))

    assert response.status_code == 409
    assert "Có người vừa sửa" in response.get_data(as_text=True)
    assert len(session.scalars(select(ReminderRuleVersion)).all()) == 1


def test_what_is_planned_is_what_then_goes_out(visitor, session, office):
    """The list for tomorrow equals tomorrow's digests, person by person, line by line; looking writes nothing."""
    text = page(visitor, "/nhac-viec/sap-gui")
    assert "Thứ Năm, 11/3/2021" in text
    assert "Sổ tay" in text and "Đề án" in text
    assert session.scalars(select(ReminderLine)).all() == []

    with time_machine.travel(datetime(2021, 3, 11, 1, 0, tzinfo=UTC), tick=False):
        visitor.post("/nhac-viec/chay-ngay")
    told = session.scalars(select(ReminderLine).where(ReminderLine.message_row_id.is_not(None))).all()
    people = {session.get_one(Person, line.recipient_id).name for line in told}
    day = text.split("thứ Năm, 11/3/2021")[-1].split("thứ Sáu")[0]
    assert all(name in day for name in people)


def test_a_trial_mail_goes_to_oneself_only_is_marked_and_uses_nothing_up(visitor, session, office):
    assert visitor.post("/nhac-viec/gui-thu-cho-toi", data={"wanted": "1"}).status_code == 303

    sender = KeepingSender()
    message = session.scalars(select(OutboxMessage)).one()
    assert (message.kind, message.recipient_id) == ("trial", office.people["office"].id)
    outbox.deliver_all(session, make_post(sender), now=MORNING)
    assert [letter.correspondent.name for letter in sender.letters] == ["Trần Thị Hạnh"]
    assert session.scalars(select(ReminderLine)).all() == []
    assert "Nhắc việc gửi thử" in page(visitor, f"/nhac-viec/{message.id}")


def test_a_trial_mail_waits_too_while_sending_is_off(visitor, session, office):
    office.agency.is_sending_enabled = False
    session.commit()
    visitor.post("/nhac-viec/gui-thu-cho-toi", data={"wanted": "1"})

    sender = KeepingSender()
    outbox.deliver_all(session, make_post(sender), now=MORNING)

    assert sender.letters == []


def test_anybody_chooses_how_often_they_want_mail(client, session, office):
    staff = office.people["staff"]
    enter(client, staff)
    assert "Cơ quan quy định mọi người nhận hằng ngày: Quá hạn" in page(client, "/tai-khoan")

    posted = {"version": staff.version, "frequency": "weekly", "weekday": 4}
    assert client.post("/tai-khoan/nhac-viec", data=posted).status_code == 303

    session.expire_all()
    assert from_json(session.get_one(Person, staff.id).preferences) == MailPreference(Frequency.WEEKLY, 4)
    assert client.post("/tai-khoan/nhac-viec", data=posted).status_code == 409
    bad = {"version": staff.version, "frequency": "never", "weekday": 4}
    assert client.post("/tai-khoan/nhac-viec", data=bad).status_code == 422


def test_a_holiday_is_corrected_and_the_correction_undone_with_all_of_it_kept(visitor, session, office):
    posted = {"day": "2021-03-12", "effect": "off", "reason": "Họp mặt, 12/TB-STTTT"}
    assert visitor.post("/quan-tri/ngay-nghi", data=posted).status_code == 303
    day = date(2021, 3, 12)
    session.rollback()
    assert not calendar_of(session, office.agency.id, [day]).is_working_day(day)
    text = page(visitor, "/quan-tri/ngay-nghi?nam=2021")
    assert "thứ Sáu, 12/3/2021" in text and "Họp mặt, 12/TB-STTTT" in text

    assert visitor.post("/quan-tri/ngay-nghi/bo", data={"undone": "2021-03-12"}).status_code == 303

    session.rollback()
    assert calendar_of(session, office.agency.id, [day]).is_working_day(day)
    assert len(session.scalars(select(HolidayCorrection)).all()) == 2
    assert "Theo lịch nhà nước" in page(visitor, "/quan-tri/ngay-nghi?nam=2021")


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"day": "2021-03-13", "effect": "off", "reason": "x"}, "Không có gì thay đổi"),
        ({"day": "2021-03-12", "effect": "off"}, "Nhập văn bản, lý do"),
        ({"day": "2021-02-31", "effect": "off", "reason": "x"}, "ngày có thật"),
    ],
)
def test_a_correction_that_says_nothing_is_refused(visitor, session, posted, sentence):
    response = visitor.post("/quan-tri/ngay-nghi", data=posted)

    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)
    assert session.scalars(select(HolidayCorrection)).all() == []


def test_a_correction_is_one_agencys_own(visitor, session, office):
    visitor.post("/quan-tri/ngay-nghi", data={"day": "2021-03-12", "effect": "off", "reason": "x"})
    session.rollback()

    other = office.people["stranger"].agency_id
    assert calendar_of(session, other, [NOW.date()]).is_working_day(date(2021, 3, 12))
