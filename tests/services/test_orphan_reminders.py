"""The office is told, unit by unit, of open work that nobody answers for, and then of it by no other line."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain.orphan_reminders import by_unit
from cchc_tasks.domain.orphans import OrphanReason
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, Rule
from cchc_tasks.mail.rendering import Renderer
from cchc_tasks.paths import TEMPLATES
from cchc_tasks.services import mandates, outbox, reminders
from cchc_tasks.storage.models import ReminderLine
from tests.factories import TODAY, at, make_person
from tests.support.mail import KeepingSender, make_post, set_rules
from tests.support.work import Workplace


@pytest.fixture
def place(session):
    return Workplace(session)


def empty(session, place, *keys):
    """Everybody of these is away from today on."""
    for key in keys:
        mandates.record_absence(
            session,
            place.office.people[key].id,
            starts_on=TODAY,
            ends_on=None,
            reason="Nghỉ dài hạn",
            actor=place.who("admin"),
            now=at(TODAY),
        )


def gather(session, place, day):
    session.commit()
    reminders.run_round(session, agency_id=place.office.agency.id, now=at(day, 8), delivery_hour=7)


def lines(session, rule=None):
    session.expire_all()
    found = session.scalars(select(ReminderLine).order_by(ReminderLine.id))
    return [(each.rule, each.step, each.recipient_id) for each in found if rule is None or each.rule == rule]


def deliver(session, day):
    sender = KeepingSender()
    post = replace(make_post(sender), render=Renderer(TEMPLATES, "https://theo-doi.example"))
    outbox.deliver_all(session, post, now=at(day, 9))
    return dict(sender.texts)


def test_the_office_is_told_in_the_first_mail_and_again_each_week_while_it_lasts(session, place):
    office = place.office.people["office"].id
    empty(session, place, "head", "staff")

    for number in range(9):
        gather(session, place, TODAY + timedelta(days=number))

    assert lines(session, "orphaned") == [("orphaned", "2021-03-08", office), ("orphaned", "2021-03-15", office)]


def test_work_that_comes_to_it_within_the_week_is_told_with_the_next_mail(session, place):
    office = place.office.people["office"].id
    empty(session, place, "head", "staff")
    gather(session, place, TODAY)
    place.task()

    for number in range(1, 5):
        gather(session, place, TODAY + timedelta(days=number))

    assert lines(session, "orphaned") == [("orphaned", "2021-03-08", office)] * 2
    text = " ".join(deliver(session, TODAY + timedelta(days=1))[place.office.people["office"].name].split())
    assert "2 việc chưa" in text and "1 việc chưa" not in text


def test_of_work_without_anybody_the_office_gets_no_second_line(session, place):
    empty(session, place, "head", "staff")

    day = TODAY
    while day < date(2021, 5, 1):
        gather(session, place, day)
        day += timedelta(days=1)

    of_office = {rule for rule, _step, who in lines(session) if who == place.office.people["office"].id}
    assert of_office == {"orphaned"}
    leader = place.office.people["leader"].id
    assert ("escalated", "leader", leader) in lines(session)


def test_the_mail_says_whose_work_why_and_how_late_and_leads_to_the_page(session, place):
    empty(session, place, "head", "staff")
    day = date(2021, 4, 5)
    gather(session, place, day)

    text = deliver(session, day)[place.office.people["office"].name]

    words = " ".join(text.split())
    assert "VIỆC CHƯA CÓ NGƯỜI CHỊU TRÁCH NHIỆM" in words
    assert (
        "1 việc chưa hoàn thành Đơn vị không có ai đang làm việc. 1 việc đã quá hạn, sớm nhất từ 31/3/2021. "
        "Phòng Công nghệ thông tin." in words
    )
    assert "/quan-tri/viec-chua-co-nguoi" in words


def test_a_line_is_left_out_once_somebody_is_there(session, place):
    empty(session, place, "head", "staff")
    gather(session, place, TODAY)
    make_person(session, place.office.agency, "Ksor Nam", role=Role.STAFF, unit=place.office.unit)
    session.commit()

    assert place.office.people["office"].name not in deliver(session, TODAY)

    session.expire_all()
    assert session.scalars(select(ReminderLine.dropped_because)).all() == ["attended"]


def test_in_the_place_of_a_head_who_is_not_there_the_staff_are_reminded_and_not_the_office(session, place):
    empty(session, place, "head")
    day = date(2021, 3, 31)
    gather(session, place, day)

    told = {who for rule, _step, who in lines(session) if rule in ("on_due", "orphaned")}
    assert told == {place.office.people["staff"].id}


def test_without_the_rule_the_office_hears_of_such_work_as_the_unit_would(session, place):
    set_rules(session, place.office.agency, replace(DEFAULT_RULES, off=frozenset({Rule.ORPHANED})))
    session.commit()
    empty(session, place, "head", "staff")
    gather(session, place, date(2021, 3, 31))

    assert {(rule, who) for rule, _step, who in lines(session)} >= {("on_due", place.office.people["office"].id)}
    assert not lines(session, "orphaned")


def test_work_of_several_units_is_told_once_under_the_first_of_them():
    facts = by_unit(
        [
            ((3, 5), OrphanReason.EMPTY, date(2021, 4, 1), 21),
            ((3,), OrphanReason.ENDED, None, 22),
            ((), OrphanReason.UNNAMED, date(2021, 3, 1), 23),
        ]
    )

    assert [(each.unit_id, each.unit_ids, each.count) for each in facts] == [(3, (3, 5), 2), (0, (), 1)]
    assert facts[1].overdue(date(2021, 3, 2)) == 1
    assert facts[1].overdue(date(2021, 3, 1)) == 0
