"""The lease, the heartbeat, and what monitoring is told."""

from datetime import timedelta

from sqlalchemy import func, select

from cchc_tasks.services import outbox, scheduling
from cchc_tasks.storage.models import JobRun
from tests.factories import NOW, make_office

LEASE = timedelta(seconds=8)


def renew(session, holder, after=0.0):
    return scheduling.renew_lease(session, holder=holder, now=NOW + timedelta(seconds=after), duration=LEASE)


def test_only_one_holds_the_lease(session):
    assert renew(session, "a") == 1
    assert renew(session, "b", 1) is None
    assert renew(session, "a", 4) == 1


def test_the_lease_passes_on_when_it_ran_out_and_the_fence_rises(session):
    renew(session, "a")

    assert renew(session, "b", 8) is None
    assert renew(session, "b", 8.1) == 2
    assert renew(session, "a", 9) is None


def test_a_lease_given_back_is_free_at_once(session):
    renew(session, "a")
    scheduling.release_lease(session, holder="a")

    assert renew(session, "b", 0.1) == 2


def test_a_former_holder_leaves_no_heartbeat(session):
    renew(session, "a")
    renew(session, "b", 9)

    scheduling.record_tick(session, fence=1, now=NOW + timedelta(seconds=9))
    assert scheduling.last_tick(session) is None
    scheduling.record_tick(session, fence=2, now=NOW + timedelta(seconds=9))
    scheduling.record_tick(session, fence=2, now=NOW + timedelta(seconds=39))

    assert scheduling.last_tick(session) == NOW + timedelta(seconds=39)
    assert session.scalar(select(func.count()).select_from(JobRun)) == 1


def test_s6_health_tells_the_age_of_the_last_tick_and_of_the_oldest_unsent_mail(session):
    office = make_office(session)
    session.commit()
    assert scheduling.health(session, now=NOW).is_quiet
    fence = renew(session, "a")
    scheduling.record_tick(session, fence=fence, now=NOW)
    outbox.enqueue(
        session,
        agency_id=office.agency.id,
        kind="invitation",
        recipient_id=office.people["staff"].id,
        unique_key="1",
        payload={},
        now=NOW - timedelta(hours=2),
    )
    session.commit()

    health = scheduling.health(session, now=NOW + timedelta(minutes=15))

    assert (health.last_tick_age, health.oldest_unsent_age) == (
        timedelta(minutes=15),
        timedelta(hours=2, minutes=15),
    )
    assert not health.is_quiet
    assert scheduling.health(session, now=NOW + timedelta(minutes=15, seconds=1)).is_quiet
