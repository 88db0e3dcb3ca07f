"""C1, C2: a cut-off is a day in Việt Nam whatever the server's zone, and order does not hang on the clock."""

import logging
import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.periods import last_instant, local_day
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import counting, obligations
from cchc_tasks.storage.models import LedgerRow, Obligation
from tests.factories import at
from tests.support.faults import assert_whole, make_busy_office, session_on

pytestmark = pytest.mark.faults

ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/New_York")
LAST_DAY = date(2021, 9, 30)
#: Midnight between 30/9 and 01/10 in Việt Nam is 17:00 of 30/9 in UTC. In seconds around it.
AROUND = (-86_401, -61_200, -25_200, -3_600, -1, -1e-6, 0, 1e-6, 1, 1_800, 25_200, 61_199)


@pytest.fixture(params=ZONES)
def zone(request, monkeypatch):
    """The zone of this server; PostgreSQL's sessions take theirs from PGTZ."""
    monkeypatch.setenv("TZ", request.param)
    monkeypatch.setenv("PGTZ", request.param)
    time.tzset()
    yield request.param
    os.environ["TZ"] = "UTC"
    time.tzset()


def instants() -> list[datetime]:
    midnight = datetime(2021, 9, 30, 17, 0, tzinfo=UTC)
    return [midnight + timedelta(seconds=seconds) for seconds in AROUND]


def test_c1_twelve_instants_around_midnight_fall_on_their_day_in_any_zone(session, database_url, zone):
    assert len(instants()) == 12
    office = make_busy_office(session, 12)
    with session_on(database_url) as own:
        for obligation_id, moment in zip(office.obligation_ids, instants(), strict=True):
            obligations.start(own, obligation_id, version=1, actor=office.actor, now=moment)

        for day, expected in ((LAST_DAY - timedelta(days=1), 1), (LAST_DAY, 6), (LAST_DAY + timedelta(days=1), 12)):
            begun = [moment for moment in instants() if moment <= last_instant(day)]
            assert len(begun) == expected
            # As at the day with everything known, and as at a later day with only that day's knowledge.
            for cut_off, known_at in ((day, last_instant(date(2021, 12, 31))), (date(2021, 12, 31), last_instant(day))):
                tally = counting.count(
                    own,
                    office.plan_id,
                    actor=office.actor,
                    cut_off=cut_off,
                    known_at=known_at,
                    by=CountedThing.OBLIGATION,
                )
                states = [member for item in tally.items for member in item.members]
                assert sum(state.status is Status.IN_PROGRESS for state in states) == expected

        stored = own.execute(
            select(LedgerRow.effective_on, LedgerRow.recorded_at)
            .where(LedgerRow.status.is_not(None))
            .order_by(LedgerRow.seq)
        ).all()
    assert [row.recorded_at for row in stored] == instants()
    assert [row.effective_on for row in stored] == [local_day(moment) for moment in instants()]


def test_c2_a_clock_set_back_reorders_nothing_and_is_logged(session, database_url, caplog):
    office = make_busy_office(session, 50)
    moments = [at(date(2021, 3, 10)) + timedelta(minutes=number) for number in range(100)]
    given = [*moments[:50], *(moment - timedelta(hours=1) for moment in moments[50:])]
    moves = [obligations.start, obligations.report]

    with session_on(database_url) as own, caplog.at_level(logging.WARNING):
        for number, moment in enumerate(given):
            move, obligation_id = moves[number % 2], office.obligation_ids[number // 2]
            more = {"effective_on": date(2021, 3, 10), "waiver_reason": "Không phát sinh văn bản"} if number % 2 else {}
            move(own, obligation_id, version=1 + number % 2, actor=office.actor, now=moment, **more)

        rows = own.execute(
            select(LedgerRow.obligation_id, LedgerRow.status, LedgerRow.recorded_at)
            .where(LedgerRow.status.is_not(None))
            .order_by(LedgerRow.seq)
        ).all()
        steps = [(row.obligation_id, row.status) for row in rows]
        states = (Status.IN_PROGRESS, Status.REPORTED)
        assert steps == [(office.obligation_ids[number // 2], states[number % 2]) for number in range(100)]
        recorded = [row.recorded_at for row in rows]
        assert recorded == sorted(recorded)
        assert recorded[:50] == given[:50]
        assert set(own.scalars(select(Obligation.status))) == {Status.REPORTED}

    session.rollback()
    assert_whole(session, office.agency_id)
    assert "the clock stepped back" in caplog.text
