"""What a scheduler does at each turn, by the clock that it is given."""

from datetime import UTC, date, datetime, timedelta

import pytest
from apscheduler.jobstores.memory import MemoryJobStore
from sqlalchemy import select

from cchc_tasks.domain.mailing import Outcome
from cchc_tasks.jobs.scheduler import build_scheduler
from cchc_tasks.jobs.worker import LEASE, Worker
from cchc_tasks.services import clock, scheduling
from cchc_tasks.storage.models import JobRun
from tests.factories import at, make_office, make_plan, make_task
from tests.support.mail import KeepingSender, make_post, set_rules

SEVEN = at(date(2021, 3, 10), 7)


class Hand:
    """A clock that is moved by hand."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def move(self, **parts):
        self.now += timedelta(**parts)


@pytest.fixture
def sender():
    return KeepingSender()


@pytest.fixture
def hand():
    return Hand(SEVEN)


def make_worker(engine, sender, hand, holder="a", **options):
    return Worker(engine, make_post(sender, holder=holder), hand, delivery_hour=7, **options)


@pytest.fixture
def office(session):
    office = make_office(session)
    set_rules(session, office.agency)
    make_task(session, make_plan(session, office.agency), lead=office.unit, due_on=date(2021, 3, 5))
    session.commit()
    return office


def test_a_tick_gathers_and_a_delivery_sends(engine, office, sender, hand):
    worker = make_worker(engine, sender, hand)

    [done] = [each for each in worker.tick() if each.lines]

    assert (done.lines, done.digests) == (1, 1)
    assert worker.deliver() == [Outcome.SENT]
    assert worker.tick() == []
    assert worker.deliver() == []


def test_only_the_leader_works_until_it_falls_silent(engine, office, sender, hand):
    first, second = make_worker(engine, sender, hand), make_worker(engine, sender, hand, "b")
    first.tick()

    assert second.tick() == []
    assert second.deliver() == []
    hand.move(seconds=LEASE.total_seconds() + 0.1)
    second.tick()
    assert second.deliver() == [Outcome.SENT]
    assert not first.leads()
    assert first.deliver() == []


def test_a_worker_that_is_told_to_stop_sends_nothing_more(engine, office, sender, hand):
    worker = make_worker(engine, sender, hand)
    worker.tick()
    worker.stop()

    assert worker.deliver() == []
    assert sender.letters == []


def test_the_machine_was_off_at_the_hour_and_makes_up_for_it(engine, office, sender, hand):
    hand.move(hours=9)
    worker = make_worker(engine, sender, hand)

    worker.tick()
    worker.deliver()

    assert len(sender.letters) == 1


def test_the_demos_day_decides_what_is_due_and_real_time_who_leads(engine, office, sender, session):
    real = Hand(datetime(2026, 11, 22, 3, tzinfo=UTC))
    clock.set_clock(session, shows_at=SEVEN, real_now=real.now)
    session.commit()
    worker = make_worker(engine, sender, real, has_demo_clock=True)

    worker.tick()
    worker.deliver()

    assert [letter.dated_at for letter in sender.letters] == [SEVEN]
    assert scheduling.last_tick(session) == real.now
    real.move(days=3)
    worker.tick()
    assert worker.deliver() == []


def test_run_by_command_at_an_instant_needs_no_lease(engine, office, sender, hand):
    leader = make_worker(engine, sender, hand, "b")
    leader.renew()

    rounds, outcomes = make_worker(engine, sender, hand).run_at(at(date(2021, 3, 9), 5))

    assert sum(each.lines for each in rounds) == 1
    assert outcomes == [Outcome.SENT]


class InterruptedSender(KeepingSender):
    """Does `meanwhile` once, while it has a letter in hand."""

    meanwhile = None

    def __call__(self, letter):
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        return super().__call__(letter)


def test_a_command_at_a_later_instant_leaves_alone_what_the_scheduler_has_in_hand(engine, office, hand):
    sender = InterruptedSender()
    scheduler, command = make_worker(engine, sender, hand), make_worker(engine, sender, hand, "b")
    scheduler.tick()
    sender.meanwhile = lambda: command.run_at(at(date(2021, 3, 11), 9))

    scheduler.deliver()

    assert len(sender.letters) == 1


def test_the_scheduler_leaves_alone_what_a_command_at_an_earlier_instant_has_in_hand(engine, office, hand):
    sender = InterruptedSender()
    scheduler, command = make_worker(engine, sender, hand), make_worker(engine, sender, hand, "b")
    scheduler.renew()
    sender.meanwhile = scheduler.deliver

    command.run_at(at(date(2021, 3, 9), 5))

    assert len(sender.letters) == 1


def test_a_slow_delivery_holds_each_mail_for_a_whole_lease(engine, session, office, hand):
    plan = make_plan(session, office.agency, number="2/KH")
    make_task(session, plan, lead=office.other_unit, due_on=date(2021, 3, 5))
    session.commit()
    sender = InterruptedSender()
    first, second = make_worker(engine, sender, hand), make_worker(engine, sender, hand, "b")

    def take_four_minutes():
        hand.move(minutes=4)
        first.renew()
        sender.meanwhile = take_two_minutes

    def take_two_minutes():
        hand.move(minutes=2)
        second.run_at(hand.now)

    first.tick()
    sender.meanwhile = take_four_minutes
    first.deliver()

    assert len({letter.message_id for letter in sender.letters}) == len(sender.letters) == 2


def test_missed_turns_are_made_up_for_once_and_nothing_is_kept_between_starts(engine, sender, hand):
    scheduler = build_scheduler(make_worker(engine, sender, hand), tick_seconds=30)

    assert isinstance(scheduler._jobstores.get("default", MemoryJobStore()), MemoryJobStore)
    assert str(scheduler.timezone) == "Asia/Ho_Chi_Minh"
    defaults = scheduler._job_defaults
    assert (defaults["coalesce"], defaults["max_instances"], defaults["misfire_grace_time"]) == (True, 1, None)
    assert {job.id for job, _, _ in scheduler._pending_jobs} == {"renew", "tick", "send", "tidy"}


def test_a_lease_given_back_lets_the_next_one_lead_at_once(engine, office, sender, hand, session):
    first = make_worker(engine, sender, hand)
    first.renew()
    first.release()

    assert make_worker(engine, sender, hand, "b").renew()
    assert session.scalars(select(JobRun)).all() == []
