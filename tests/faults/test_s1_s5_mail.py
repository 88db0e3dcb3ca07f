"""S1 to S6: many schedulers, days off, killed leaders, a mail server on a script; full size with CCHC_FAULTS=full."""

import random
import signal
import socket
import threading
import time
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.mailing import Outcome
from cchc_tasks.domain.periods import VIETNAM
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.workflow import Status
from cchc_tasks.mail.senders import SMTPSender
from cchc_tasks.services import outbox, reminders, scheduling
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.models import JobRun, MessageState, Obligation, OutboxMessage, ReminderLine, SchedulerLease
from cchc_tasks.wording.mail import quiet_banner
from tests.factories import NOW, at, make_agency, make_person, make_plan, make_task, make_unit
from tests.faults import scheduler_process
from tests.support.mail import KeepingSender, make_post, set_rules
from tests.support.processes import context
from tests.support.smtp import smtp_sink

pytestmark = pytest.mark.faults

WORKERS = 4


# --- S1


@pytest.fixture
def busy_agency(session):
    """20 heads with 10 pieces of work each, due from 1/3 to 20/3/2021."""
    agency = make_agency(session)
    plan = make_plan(session, agency)
    for number in range(20):
        unit = make_unit(session, agency, f"Phòng {number}")
        make_person(session, agency, f"Nguyễn Văn {number}", role=Role.HEAD, unit=unit)
        for each in range(10):
            make_task(session, plan, lead=unit, due_on=date(2021, 3, 1 + (number + 2 * each) % 20))
    session.commit()
    return agency


def work_through(url, agency_id, instants, sender, start, errors):
    """One worker: a round and a delivery at each instant, asking no lease, together with the others."""
    engine = make_engine(url)
    try:
        for now in instants:
            start.wait(timeout=60)
            with Session(engine, expire_on_commit=False, autoflush=False) as session:
                reminders.run_round(session, agency_id=agency_id, now=now, delivery_hour=7)
                post = make_post(sender, holder=threading.current_thread().name)
                outbox.deliver_all(session, post, now=now)
    except Exception as error:
        errors.append(error)
        start.abort()
    finally:
        engine.dispose()


def test_s1_four_workers_send_each_mail_once(session, busy_agency, database_url):
    days = [date(2021, 3, 8), date(2021, 3, 9), date(2021, 3, 10)]
    instants = [at(day, 7) + timedelta(minutes=minute) for day in days for minute in range(20)]
    senders = [KeepingSender() for _ in range(WORKERS)]
    start, errors = threading.Barrier(WORKERS), []
    threads = [
        threading.Thread(target=work_through, args=(database_url, busy_agency.id, instants, sender, start, errors))
        for sender in senders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    letters = [letter for sender in senders for letter in sender.letters]
    assert Counter(letter.message_id for letter in letters).most_common(1)[0][1] == 1
    sent_a_day = Counter((letter.correspondent.name, letter.dated_at.date()) for letter in letters)
    assert set(sent_a_day.values()) == {1}
    lines = Counter(line for letter in letters for line in letter.words.text.splitlines())
    assert set(lines.values()) == {1}
    session.rollback()
    written = session.scalar(select(func.count()).select_from(ReminderLine))
    assert len(lines) == written == session.scalar(select(func.count()).where(ReminderLine.dropped_because.is_(None)))
    states = set(session.scalars(select(OutboxMessage.state)))
    assert states == {MessageState.SENT}


# --- S2


def start_process(mode, database_url, port=1, minutes_ahead=0):
    process = context.Process(target=scheduler_process.main, args=(mode, database_url, port, minutes_ahead))
    process.start()
    return process


def leader(session):
    session.rollback()
    row = session.execute(select(SchedulerLease.holder, SchedulerLease.fence)).one_or_none()
    return (None, 0) if row is None else (int(row.holder.split(":")[1]), row.fence)


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (found := condition()) is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


def test_s2_a_killed_leader_is_replaced_and_two_never_tick_at_once(session, database_url, full_size):
    running = {}

    def add():
        process = start_process("scheduler", database_url)
        running[process.pid] = process

    def new_leader(after):
        holder, fence = leader(session)
        ticked = session.scalar(select(JobRun.id).where(JobRun.job == "tick", JobRun.fence == fence))
        return (holder, fence) if fence > after and ticked is not None else None

    try:
        add()
        add()
        holder, fence = wait_for(lambda: new_leader(0), 30, "a first leader")
        for _ in range(30 if full_size else 2):
            killed = running.pop(holder)
            killed.kill()
            killed.join()
            killed_at = time.monotonic()
            holder, fence = wait_for(lambda: new_leader(fence), 60, "a new leader that ticks")  # noqa: B023
            print(f"taken over after {time.monotonic() - killed_at:.1f} s")
            add()
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.join(20)
        codes = {pid: process.exitcode for pid, process in running.items()}
    # A stand-by that was still starting is stopped by the signal itself.
    assert codes.pop(holder) == 0
    assert set(codes.values()) <= {0, -signal.SIGTERM}
    session.rollback()
    runs = session.scalars(select(JobRun).where(JobRun.job == "tick").order_by(JobRun.fence)).all()
    for earlier, later in pairwise(runs):
        assert earlier.finished_at < later.started_at, "two leaders ticked at the same time"


# --- S4, S5


def queue_mails(session, count):
    agency = make_agency(session)
    people = [make_person(session, agency, f"Nguyễn Văn {number}", password=None) for number in range(20)]
    for number in range(count):
        outbox.enqueue(
            session,
            agency_id=agency.id,
            kind="invitation",
            recipient_id=people[number % 20].id,
            unique_key=str(number),
            payload={},
            now=NOW,
        )
    session.commit()


def test_s4_a_misbehaving_server_loses_nothing_and_doubles_nothing(session, full_size):
    count = 300 if full_size else 60
    queue_mails(session, count)
    dice = random.Random(4)
    turns = ["ok", "ok", "ok", "busy", "shutdown", "cut", "refuse", "hang"]
    script = [dice.choice(turns[: 7 if number % 40 else 8]) for number in range(3 * count)]
    refused_at_start = len(script)
    with smtp_sink(*script, hang_seconds=1) as (sink, port):
        send = SMTPSender(host="127.0.0.1", port=port, sender="cchc@so.test", timeout=0.4)
        now = NOW
        for _ in range(40):
            outbox.deliver_all(session, make_post(send), now=now)
            now += timedelta(hours=3)
        used = script[: refused_at_start - len(sink.script)]

    states = Counter(session.scalars(select(OutboxMessage.state)))
    assert states[MessageState.DEAD] == used.count("refuse")
    assert states[MessageState.SENT] == len(sink.taken) == count - used.count("refuse")
    assert set(sink.by_message_id().values()) == {1}


def test_s5_killed_senders_lose_nothing_and_repeat_only_under_the_same_message_id(session, database_url, full_size):
    count, kills = (1500, 30) if full_size else (60, 3)
    queue_mails(session, count)
    dice = random.Random(5)
    script = ["busy" if dice.random() < 0.05 else "ok" for _ in range(2 * count)]
    with smtp_sink(*script) as (sink, port):
        ahead = 0
        for turn in range(kills):
            process = start_process("sender", database_url, port, ahead)
            target = (turn + 1) * count // (kills + 1)
            wait_for(lambda: True if len(sink.taken) >= target else None, 60, f"{target} mails")  # noqa: B023
            process.kill()
            process.join()
            ahead += 10
        for _ in range(6):
            process = start_process("sender", database_url, port, ahead)
            process.join(120)
            assert process.exitcode == 0
            # A mail that was refused four times by chance waits an hour for its next try.
            ahead += 70

    session.rollback()
    stored = set(session.scalars(select(OutboxMessage.message_id)))
    assert set(session.scalars(select(OutboxMessage.state))) == {MessageState.SENT}
    copies = sink.by_message_id()
    assert {name.strip("<>").partition("@")[0] for name in copies} == stored
    assert sum(copies.values()) - count <= kills
    assert len({str(message["Date"]) for message in sink.taken}) == 1


def free_of_listeners():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_s4_no_server_and_a_server_without_good_tls_lose_nothing(session, full_size):
    """Nobody listens; then STARTTLS is asked of a server that has none, TLS of one that speaks plain; then all is well.

    None of it is the letters' fault: each is tried again, and sent once under its Message-ID.
    """
    count = 300 if full_size else 40
    queue_mails(session, count)
    plain = {"host": "127.0.0.1", "sender": "cchc@so.test", "timeout": 2.0}
    with smtp_sink() as (sink, port):
        senders = [
            SMTPSender(port=free_of_listeners(), **plain),
            SMTPSender(port=port, tls="starttls", **plain),
            SMTPSender(port=port, tls="tls", **plain),
        ]
        now = NOW
        for send in senders:
            assert set(outbox.deliver_all(session, make_post(send), now=now)) == {Outcome.FAILED}
            assert sink.taken == []
            now += timedelta(minutes=20)
        outcomes = outbox.deliver_all(session, make_post(SMTPSender(port=port, **plain)), now=now)

    assert outcomes == [Outcome.SENT] * count
    assert set(sink.by_message_id().values()) == {1}
    assert set(session.scalars(select(OutboxMessage.attempts))) == {4}


# --- S3


def test_s3_three_days_off_over_forty_deadlines_tell_each_valid_reminder_once(session, full_size):
    """Off from Tuesday evening to Saturday noon, back on Monday: what is done is not told, what is late says so."""
    units = 40 if full_size else 8
    agency = make_agency(session)
    plan = make_plan(session, agency)
    set_rules(session, agency)
    done = []
    for number in range(units):
        unit = make_unit(session, agency, f"Phòng {number}")
        make_person(session, agency, f"Nguyễn Văn {number}", role=Role.HEAD, unit=unit)
        # Wednesday to Friday of the days off.
        made = make_task(session, plan, lead=unit, due_on=date(2021, 3, 10 + number % 3))
        if number % 4 == 0:
            done.append(made.obligation)
    session.commit()
    sender = KeepingSender()

    def tick(day, hour):
        reminders.run_round(session, agency_id=agency.id, now=at(day, hour), delivery_hour=7)
        outbox.deliver_all(session, make_post(sender), now=at(day, hour))

    tick(date(2021, 3, 9), 8)
    before = len(sender.letters)
    for obligation in done:
        obligation.status, obligation.status_on = Status.DONE, date(2021, 3, 10)
    session.commit()
    for day, hour in ((13, 12), (14, 9), (15, 7), (15, 8), (15, 12), (15, 17)):
        tick(date(2021, 3, day), hour)

    told = sender.letters[before:]
    days = {letter.dated_at.astimezone(VIETNAM).date() for letter in told}
    assert days == {date(2021, 3, 15)}
    lines = [line.split() for letter in told for line in letter.words.text.splitlines()]
    assert Counter(int(line[2]) for line in lines) == Counter(
        {each.id: 1 for each in session.scalars(select(Obligation)) if each.id not in {item.id for item in done}}
    )
    assert {line[0] for line in lines} == {"overdue"}
    assert any(line[-1] == "late" for line in lines)


# --- S6


def test_s6_a_silent_scheduler_is_seen_within_fifteen_minutes(session):
    """By fake time: what the health address, the banner and the exit code go by turns after a quarter of an hour."""
    scheduling.renew_lease(session, holder="a", now=NOW, duration=timedelta(seconds=8))
    scheduling.record_tick(session, fence=1, now=NOW)
    session.commit()

    quiet = [scheduling.health(session, now=NOW + timedelta(minutes=minute)).is_quiet for minute in range(20)]

    assert quiet == [False] * 16 + [True] * 4
    words = quiet_banner(16)
    assert "16 phút" in words
