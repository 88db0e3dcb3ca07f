"""D4: processes that write and processes that count never meet a locked database."""

import time
from datetime import date
from multiprocessing.synchronize import Event
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.periods import last_instant
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import counting, obligations
from cchc_tasks.storage.queries.obligations import count_by_status
from tests.factories import NOW
from tests.support.faults import BusyOffice, assert_whole, make_busy_office, session_on
from tests.support.processes import context

pytestmark = pytest.mark.faults

WRITERS = READERS = 4


def write(url: str, office: BusyOffice, ids: tuple[int, ...], answers: Any) -> None:
    """Begins each piece of work; tells how long each took, or what went wrong."""
    times: list[float] = []
    try:
        with session_on(url) as session:
            for obligation_id in ids:
                started = time.monotonic()
                obligations.start(session, obligation_id, version=1, actor=office.actor, now=NOW)
                times.append(time.monotonic() - started)
    except DBAPIError as error:
        answers.put(str(error))
        return
    answers.put(times)


def read(url: str, office: BusyOffice, stop: Event, answers: Any) -> None:
    """Counts again and again while others write; each count is one of a moment, never of half a change."""
    rounds = 0
    try:
        with session_on(url) as session:
            is_sqlite = session.get_bind().dialect.name == "sqlite"
            # Somebody opens the report twenty times a second.
            while not stop.wait(0.05):
                cut_off = date(2021, 12, 31)
                tally = counting.count(
                    session,
                    office.plan_id,
                    actor=office.actor,
                    cut_off=cut_off,
                    known_at=last_instant(cut_off),
                    by=CountedThing.OBLIGATION,
                )
                told = sum(member.status is Status.IN_PROGRESS for item in tally.items for member in item.members)
                present = count_by_status(session, office.agency_id).get(Status.IN_PROGRESS, 0)
                assert tally.total == len(office.obligation_ids)
                # SQLite reads both from one snapshot; on PostgreSQL the second query may see more.
                assert told == present or (told < present and not is_sqlite)
                session.rollback()
                rounds += 1
    except (DBAPIError, AssertionError) as error:
        answers.put(str(error))
        return
    answers.put(rounds)


def test_d4_writers_and_readers_of_many_processes_never_meet_a_lock(session, database_url, full_size):
    updates = WRITERS * (500 if full_size else 40)
    office = make_busy_office(session, updates)
    session.rollback()
    stop = context.Event()
    told_by_writers, told_by_readers = context.Queue(), context.Queue()
    readers = [context.Process(target=read, args=(database_url, office, stop, told_by_readers)) for _ in range(READERS)]
    writers = [
        context.Process(target=write, args=(database_url, office, office.obligation_ids[n::WRITERS], told_by_writers))
        for n in range(WRITERS)
    ]
    for process in readers + writers:
        process.start()
    written = [told_by_writers.get(timeout=300) for _ in writers]
    stop.set()
    rounds = [told_by_readers.get(timeout=60) for _ in readers]
    for process in readers + writers:
        process.join(30)

    assert [answer for answer in written + rounds if isinstance(answer, str)] == []
    assert [answer for answer in rounds if answer == 0] == []
    times = sorted(each for answer in written for each in answer)
    assert len(times) == updates
    print(f"{updates} updates: p99 {times[updates * 99 // 100] * 1000:.0f} ms, worst {times[-1] * 1000:.0f} ms")
    assert_whole(session, office.agency_id)
