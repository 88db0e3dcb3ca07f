"""Quiet days and corrected holidays hold an agency's digests back, its own only, and nothing but digests."""

from dataclasses import replace
from datetime import date

import pytest

from cchc_tasks.domain.holidays import DayEffect
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.reminder_rules import QuietDays
from cchc_tasks.services import holidays, outbox, reminders
from tests.factories import at, make_agency, make_office, make_person, make_plan, make_task, make_unit, principal_of
from tests.support.mail import DEADLINES_ONLY, KeepingSender, make_post, set_rules

WEDNESDAY, THURSDAY = date(2021, 3, 10), date(2021, 3, 11)


@pytest.fixture
def office(session):
    office = make_office(session)
    make_task(session, make_plan(session, office.agency), lead=office.unit, due_on=date(2021, 3, 9))
    set_rules(session, office.agency)
    session.commit()
    return office


def close(session, office, how):
    """Makes Thursday a day without mail: by the rules, or by a correction of the holidays."""
    if how == "quiet":
        rules = replace(DEADLINES_ONLY, quiet=(QuietDays(THURSDAY, THURSDAY, "Tập huấn"),))
        set_rules(session, office.agency, rules, ordinal=2)
        session.commit()
        return
    actor = principal_of(session, office.people["office"])
    holidays.set_day(session, THURSDAY, DayEffect.OFF, reason="12/TB", actor=actor, now=at(WEDNESDAY, 12))


def gather(session, agency, day):
    return reminders.run_round(session, agency_id=agency.id, now=at(day, 7), delivery_hour=7)


@pytest.mark.parametrize("how", ["quiet", "holiday"])
def test_a_digest_that_could_not_leave_waits_over_a_closed_day_and_other_mail_does_not(session, office, how):
    gather(session, office.agency, WEDNESDAY)
    close(session, office, how)
    outbox.enqueue(
        session,
        agency_id=office.agency.id,
        kind="invitation",
        recipient_id=office.people["staff"].id,
        unique_key="1",
        payload={},
        now=at(THURSDAY, 7),
    )
    session.commit()
    sender = KeepingSender()

    assert gather(session, office.agency, THURSDAY) is None
    outbox.deliver_all(session, make_post(sender), now=at(THURSDAY, 9))
    assert [letter.words.subject for letter in sender.letters] == ["invitation"]
    outbox.deliver_all(session, make_post(sender), now=at(date(2021, 3, 12), 9))

    assert [letter.words.subject for letter in sender.letters] == ["invitation", "digest"]


def test_another_agencys_mail_goes_out_on_a_day_that_is_closed_here(session, office):
    close(session, office, "quiet")
    other = make_agency(session, name="SỞ NỘI VỤ")
    unit = make_unit(session, other)
    make_person(session, other, "Phạm Thị Dung", role=Role.HEAD, unit=unit)
    make_task(session, make_plan(session, other), lead=unit, due_on=date(2021, 3, 9))
    session.commit()
    sender = KeepingSender()

    assert gather(session, office.agency, THURSDAY) is None
    assert gather(session, other, THURSDAY).digests == 1
    outbox.deliver_all(session, make_post(sender), now=at(THURSDAY, 9))

    assert [letter.correspondent.name for letter in sender.letters] == ["Phạm Thị Dung"]


def test_an_office_that_sets_its_own_hour_is_gathered_then(session, office):
    set_rules(session, office.agency, replace(DEADLINES_ONLY, delivery_hour=10), ordinal=2)
    session.commit()
    given = {"agency_id": office.agency.id, "delivery_hour": 7}

    assert reminders.run_round(session, now=at(WEDNESDAY, 9), **given) is None
    assert reminders.run_round(session, now=at(WEDNESDAY, 10), **given).digests == 1
