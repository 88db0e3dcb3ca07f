"""Secret addresses: made, revoked, out of time; rights read anew at each fetch; what a calendar holds."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain.calendars import FEED_LIFE, FeedScope, FeedStyle, Whose
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import feeds
from cchc_tasks.storage.models import CalendarFeed, Membership
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from tests import factories
from tests.factories import NOW, make_office, make_plan, make_task, principal_of


def find_filtered(session, agency_id, query, today):
    """Stands for the edge: the words of a filter are looked for in the task."""
    return list_work(session, agency_id, WorkFilter(words=query))


@pytest.fixture
def office(session):
    return make_office(session)


@pytest.fixture
def plan(session, office):
    return make_plan(session, office.agency)


def subscribe(session, office, who="head", unit=None, whose=None, style=FeedStyle()):
    session.commit()
    return feeds.create_feed(
        session,
        whose=whose or (Whose(FeedScope.PERSON) if unit is None else Whose(FeedScope.UNIT, unit.id)),
        style=style,
        actor=principal_of(session, office.people[who]),
        now=NOW,
    )


def fetch(session, made, now=NOW):
    session.commit()
    session.expire_all()
    opened = feeds.open_feed(session, made.token, now=now, real_now=now)
    return None if opened is None else feeds.content_of(session, opened, find_filtered)


def ids(content):
    return {entry.obligation_id for entry in content.entries}


def test_the_address_has_256_bits_and_only_its_hash_is_kept(session, office):
    made = subscribe(session, office)
    stored = session.scalars(select(CalendarFeed)).one()

    assert len(made.token) >= 43
    assert made.token not in str({column.key: getattr(stored, column.key) for column in stored.__table__.columns})
    assert len(stored.token_hash) == 64
    assert subscribe(session, office).token != made.token


def test_a_persons_calendar_holds_their_units_work_and_what_was_handed_to_them(session, office, plan):
    mine = make_task(session, plan, lead=office.unit).obligation
    handed = make_task(session, plan, lead=office.other_unit).obligation
    handed.person_id = office.people["head"].id
    given_away = make_task(session, plan, lead=office.unit).obligation
    given_away.person_id = office.people["staff"].id
    make_task(session, plan, lead=office.other_unit)
    make_task(session, plan, lead=office.unit, due_on=None)

    assert ids(fetch(session, subscribe(session, office))) == {mine.id, handed.id}


def test_a_units_calendar_holds_what_it_owes_alone_with_others_and_in_a_group(session, office, plan):
    group = factories.make_unit(session, office.agency, "Các phòng", members=(office.unit, office.other_unit))
    expected = {
        make_task(session, plan, lead=office.unit).obligation.id,
        make_task(session, plan, co_leads=(office.other_unit, office.unit)).obligation.id,
        make_task(session, plan, lead=group).obligation.id,
    }
    make_task(session, plan, lead=office.other_unit)

    content = fetch(session, subscribe(session, office, "viewer", office.unit))

    assert ids(content) == expected
    assert content.unit_name == "Phòng Công nghệ thông tin"
    assert [period.key for period in content.cut_offs] == ["q1", "h1", "q3", "year"]


def test_two_fetches_without_a_change_hold_the_same(session, office, plan):
    make_task(session, plan, lead=office.unit)
    made = subscribe(session, office)

    assert fetch(session, made, NOW) == fetch(session, made, NOW + timedelta(hours=5))


def test_what_was_withdrawn_stays_cancelled_for_sixty_days(session, office, plan):
    obligation = make_task(session, plan, lead=office.unit).obligation
    obligation.status, obligation.changed_at = Status.WITHDRAWN, NOW
    made = subscribe(session, office)

    assert [entry.is_cancelled for entry in fetch(session, made, NOW + timedelta(days=60)).entries] == [True]
    assert fetch(session, made, NOW + timedelta(days=61)).entries == ()


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "../../etc", "é" * 20, "\ud800", "a" * 5000])
def test_a_wrong_address_opens_nothing(session, office, token):
    subscribe(session, office)

    assert feeds.open_feed(session, token, now=NOW, real_now=NOW) is None


def close_account(session, office, _feed):
    office.people["head"].is_active = False


def end_roles(session, office, _feed):
    for row in session.scalars(select(Membership).where(Membership.person_id == office.people["head"].id)):
        row.ends_on = date(2021, 3, 9)


def revoke(session, office, feed_id):
    session.commit()
    feeds.revoke_feed(session, feed_id, actor=principal_of(session, office.people["head"]), now=NOW)


@pytest.mark.parametrize("change", [close_account, end_roles, revoke])
def test_z4_an_address_ends_with_the_account_the_roles_or_a_revocation(session, office, plan, change):
    make_task(session, plan, lead=office.unit)
    made = subscribe(session, office)
    assert fetch(session, made) is not None

    change(session, office, made.feed_id)

    assert fetch(session, made) is None


def test_z4_an_address_lives_one_year_by_real_time(session, office):
    made = subscribe(session, office)

    assert fetch(session, made, NOW + FEED_LIFE - timedelta(seconds=1)) is not None
    assert fetch(session, made, NOW + FEED_LIFE) is None


def test_z4_a_move_to_another_unit_changes_the_next_fetch(session, office, plan):
    old = make_task(session, plan, lead=office.unit).obligation
    new = make_task(session, plan, lead=office.other_unit).obligation
    made = subscribe(session, office)
    assert ids(fetch(session, made)) == {old.id}

    membership = session.scalars(select(Membership).where(Membership.person_id == office.people["head"].id)).one()
    membership.unit_id = office.other_unit.id

    assert ids(fetch(session, made)) == {new.id}


def test_z1_nobody_subscribes_to_a_unit_of_another_agency(session, office):
    foreign = factories.make_unit(session, factories.make_agency(session), "Phòng Nội vụ")

    with pytest.raises(NotFound):
        subscribe(session, office, "head", foreign)


@pytest.mark.parametrize("who", ["staff", "admin", "stranger"])
def test_z5_nobody_ends_somebody_elses_address(session, office, who):
    made = subscribe(session, office)

    with pytest.raises(NotFound):
        feeds.revoke_feed(session, made.feed_id, actor=principal_of(session, office.people[who]), now=NOW)
    assert fetch(session, made) is not None


def test_the_use_of_an_address_is_noted_at_most_once_an_hour(session, office):
    made = subscribe(session, office)
    for minutes in (0, 30, 59, 60, 61):
        now = NOW + timedelta(minutes=minutes)
        opened = feeds.open_feed(session, made.token, now=now, real_now=now)
        feeds.note_use(session, opened, now=now, address=f"10.0.0.{minutes}")
        session.expire_all()

    stored = session.scalars(select(CalendarFeed)).one()
    assert (stored.last_used_at, stored.last_used_address) == (NOW + timedelta(hours=1), "10.0.0.60")
