"""Units whose entries for a report are missing are asked for them, in steps, until they have answered."""

from datetime import date, timedelta

import pytest

from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, Days
from cchc_tasks.domain.reminders import Roster
from cchc_tasks.domain.report_reminders import ReportFacts, report_lines
from cchc_tasks.domain.working_days import WorkingCalendar
from cchc_tasks.services import outbox, reminders
from cchc_tasks.storage.models import Report, ReportAsk, ReportEntry, ReportFormVersion, ReportState
from tests.factories import NOW, at, make_office
from tests.support.mail import KeepingSender, make_post

ENTRIES_DUE = date(2021, 3, 16)
FIRST_STEP = date(2021, 3, 9)


@pytest.fixture
def office(session):
    return make_office(session)


@pytest.fixture
def report(session, office):
    """The report of the first quarter: the unit is asked for two rows, another unit for one."""
    agency_id = office.agency.id
    form = ReportFormVersion(
        agency_id=agency_id,
        code="f",
        form_version=1,
        name="Biểu",
        valid_from=date(2021, 1, 1),
        definition={},
        sha256="0" * 64,
        recorded_at=NOW,
    )
    session.add(form)
    session.flush()
    report = Report(
        agency_id=agency_id,
        form_id=form.id,
        period_key="q1",
        year=2021,
        title="Báo cáo CCHC Quý I năm 2021",
        window_starts_on=date(2020, 12, 15),
        cut_off=date(2021, 3, 14),
        entries_due_on=ENTRIES_DUE,
        send_by=date(2021, 3, 20),
        created_at=NOW,
    )
    session.add(report)
    session.flush()
    for key, unit in (("1.1", office.unit), ("1.2", office.unit), ("1.3", office.other_unit)):
        session.add(ReportAsk(agency_id=agency_id, report_id=report.id, key=key, unit_id=unit.id))
    session.commit()
    return report


def enter(session, report, key, ordinal=1):
    values = {"printed": "12", "recorded_at": NOW, "ordinal": ordinal}
    session.add(ReportEntry(agency_id=report.agency_id, report_id=report.id, key=key, **values))
    session.commit()


def gather(session, office, day):
    session.commit()
    reminders.run_round(session, agency_id=office.agency.id, now=at(day, 7), delivery_hour=7)


def deliver(session, day, hour=7):
    sender = KeepingSender()
    outbox.deliver_all(session, make_post(sender), now=at(day, hour))
    return sorted((name, text.rsplit(" ", 1)[0]) for name, text in sender.texts)


def test_units_are_asked_in_steps_until_they_have_answered_everything(session, office, report):
    told = {}
    for number in range(12):
        day = FIRST_STEP + timedelta(days=number)
        gather(session, office, day)
        if mails := deliver(session, day):
            told[day.day] = mails
        if day.day == 10:
            enter(session, report, "1.3")
        if day.day == 12:
            enter(session, report, "1.1")

    unit, other = office.unit.id, office.other_unit.id
    assert told == {
        9: [("Lê Văn Bình", f"report_entry {other}/-5"), ("Nguyễn Văn An", f"report_entry {unit}/-5")],
        12: [("Nguyễn Văn An", f"report_entry {unit}/-2")],
        16: [("Nguyễn Văn An", f"report_entry {unit}/0")],
    }


def test_a_unit_that_answers_between_the_round_and_the_mail_is_left_alone(session, office, report):
    gather(session, office, FIRST_STEP)
    enter(session, report, "1.3")

    assert [name for name, _ in deliver(session, FIRST_STEP, 9)] == ["Nguyễn Văn An"]


def test_nobody_is_asked_once_the_report_is_submitted(session, office, report):
    report.state = ReportState.SUBMITTED
    gather(session, office, FIRST_STEP)

    assert deliver(session, FIRST_STEP) == []


@pytest.mark.parametrize(
    ("today", "steps"),
    [
        (date(2021, 3, 8), []),
        (date(2021, 3, 9), ["11/-5"]),
        (date(2021, 3, 15), ["11/-2"]),
        (date(2021, 3, 19), ["11/0"]),
        (date(2021, 3, 22), []),
    ],
)
def test_the_latest_step_is_in_force_until_the_report_is_due_out(today, steps):
    facts = ReportFacts(3, 11, "Báo cáo", 2, ENTRIES_DUE, date(2021, 3, 20))
    roster = Roster(heads_of={11: frozenset({1})}, office=frozenset({4}), active=frozenset({1, 4}))
    days = Days(WorkingCalendar(), WorkingCalendar())

    assert [line.step for line in report_lines(facts, roster, today, days, DEFAULT_RULES)] == steps


def test_the_office_hears_of_a_unit_without_a_head():
    facts = ReportFacts(3, 11, "Báo cáo", 2, ENTRIES_DUE, date(2021, 3, 20))
    roster = Roster(office=frozenset({4}), active=frozenset({4}))
    days = Days(WorkingCalendar(), WorkingCalendar())

    [line] = report_lines(facts, roster, ENTRIES_DUE, days, DEFAULT_RULES)
    assert line.recipient_id == 4
