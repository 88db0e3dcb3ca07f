"""The number of questions to the database does not grow with the work."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from cchc_tasks.services import outbox, reminders
from cchc_tasks.storage.queries import feeds as feed_queries
from tests.factories import NOW, make_office, make_plan, make_task
from tests.support.mail import KeepingSender, make_post

DAY = date(2021, 3, 10)


def statements(engine, work):
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def numbers(session, engine, count):
    office = make_office(session)
    plan = make_plan(session, office.agency)
    for number in range(count):
        make_task(
            session, plan, lead=office.unit if number % 2 else None, co_leads=(office.unit,), due_on=date(2021, 3, 1)
        )
    session.commit()
    agency_id, unit_id = office.agency.id, office.unit.id

    def gather():
        reminders.run_round(session, agency_id=agency_id, now=NOW, delivery_hour=7)

    def send():
        post = replace(make_post(KeepingSender()), secret_key="a key of tests")
        outbox.deliver_all(session, post, now=NOW, agency_id=agency_id)

    def show():
        wanted = feed_queries.unit_filter(session, agency_id, unit_id, DAY)
        assert len(feed_queries.list_sources(session, agency_id, wanted)) == count

    return [statements(engine, work) for work in (gather, send, show)]


@pytest.mark.parametrize("many", [60])
def test_a_round_a_mail_and_a_feed_ask_as_often_for_many_pieces_of_work_as_for_few(session, engine, many):
    few_asked, many_asked = numbers(session, engine, 4), numbers(session, engine, many)

    assert many_asked == few_asked
