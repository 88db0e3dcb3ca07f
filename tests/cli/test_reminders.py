"""The commands `reminders status` and `reminders run`, as an office's cron calls them."""

import json
from datetime import UTC, date, datetime, timedelta

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from cchc_tasks.cli.reminders import parse_instant, reminders
from cchc_tasks.services import scheduling
from cchc_tasks.storage.models import MessageState, OutboxMessage
from tests.factories import make_office, make_plan, make_task
from tests.support.mail import set_rules


@pytest.fixture
def run(database_url, tmp_path):
    environ = {"CCHC_DATABASE_URL": database_url, "CCHC_INSTANCE_DIR": str(tmp_path)}

    def call(*arguments):
        return CliRunner(env=environ).invoke(reminders, arguments)

    return call


@pytest.fixture(autouse=True)
def work(session):
    office = make_office(session)
    set_rules(session, office.agency)
    make_task(session, make_plan(session, office.agency), lead=office.unit, due_on=date(2021, 3, 5))
    session.commit()


def test_a_round_at_an_instant_writes_and_sends_once(run, session):
    first = run("run", "--at", "2021-03-10T07:00")
    again = run("run", "--at", "2021-03-10T09:00")

    assert first.output == "1 dòng mới, 1 thư mới, 1 thư đã gửi, 0 thư không gửi.\n"
    assert again.output == "0 dòng mới, 0 thư mới, 0 thư đã gửi, 0 thư không gửi.\n"
    assert session.scalars(select(OutboxMessage.state)).all() == [MessageState.SENT]


def test_a_day_off_has_no_round(run):
    assert run("run", "--at", "2021-03-13").output.startswith("0 dòng mới, 0 thư mới")


def test_an_instant_that_is_none_is_refused(run):
    result = run("run", "--at", "mai")

    assert result.exit_code == 2
    assert "2021-03-10T07:00" in result.output


def test_s6_the_exit_code_tells_cron_that_the_scheduler_is_silent(run, session):
    assert run("status").exit_code == 1
    now = datetime.now(UTC)
    fence = scheduling.renew_lease(session, holder="a", now=now, duration=timedelta(seconds=8))
    scheduling.record_tick(session, fence=fence, now=now)

    result = run("status", "--json")

    assert result.exit_code == 0
    assert json.loads(result.output) | {"last_tick_seconds": 0} == {
        "last_tick_seconds": 0,
        "oldest_unsent_seconds": None,
        "dead": 0,
        "is_quiet": False,
    }
    scheduling.record_tick(session, fence=fence, now=now - timedelta(minutes=16))
    assert run("status").exit_code == 1


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2021-03-10", datetime(2021, 3, 9, 17, tzinfo=UTC)),
        ("2021-03-10T07:00", datetime(2021, 3, 10, tzinfo=UTC)),
        ("2021-03-10T07:00+00:00", datetime(2021, 3, 10, 7, tzinfo=UTC)),
    ],
)
def test_an_instant_without_a_zone_is_vietnamese_time(text, instant):
    assert parse_instant(text) == instant


def test_a_bare_word_is_no_instant():
    with pytest.raises(click.BadParameter):
        parse_instant("2021-02-31")
