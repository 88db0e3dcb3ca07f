"""Units whose entries for a report are missing are asked for them, in steps, until they have answered."""

from datetime import date, timedelta

import pytest

from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, Days
from cchc_tasks.domain.reminders import Roster
from cchc_tasks.domain.report_reminders import ReportFacts, report_lines
from cchc_tasks.domain.working_days import WorkingCalendar
from cchc_tasks.services import outbox, reminders, report_answers, reports
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.services.report_asks import owed
from cchc_tasks.services.reports import Period
from cchc_tasks.storage.models import ReportState
from cchc_tasks.storage.queries import reports as queries
from tests.factories import NOW, at, make_office, make_plan, principal_of
from tests.support.mail import KeepingSender, make_post
from tests.support.reports import FORM

ENTRIES_DUE = date(2021, 3, 16)
FIRST_STEP = date(2021, 3, 9)


@pytest.fixture
def office(session):
    made = make_office(session)
    session.commit()
    return made


#: Rows of a shipped form that only an answer fills.
FIRST, SECOND, THIRD = "steer.survey.forms", "steer.survey.mode", "steer.dialogue"


@pytest.fixture
def report(session, office):
    """The report of the first quarter: the unit is asked for two rows, another unit for one."""
    actor = principal_of(session, office.people["office"])
    period = Period("q1", 2021, date(2020, 12, 15), date(2021, 3, 14), ENTRIES_DUE, date(2021, 3, 20))
    made = reports.begin(session, FORM, period, title="Báo cáo CCHC Quý I năm 2021", actor=actor, now=NOW)
    units = {FIRST: office.unit.id, SECOND: office.unit.id, THIRD: office.other_unit.id}
    return reports.assign_rows(session, made.id, units, version=1, actor=actor, now=NOW)


def enter(session, office, report, key, printed="12", day=FIRST_STEP):
    actor = principal_of(session, office.people["office"])
    held = queries.entries_of(session, report).get(key)
    answer = Answer(key, printed, seen=held.ordinal if held else 0)
    report_answers.answer(session, report.id, [answer], actor=actor, now=at(day))


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
            enter(session, office, report, THIRD)
        if day.day == 12:
            enter(session, office, report, FIRST)

    unit, other = office.unit.id, office.other_unit.id
    assert told == {
        9: [("Lê Văn Bình", f"report_entry {other}/-5"), ("Nguyễn Văn An", f"report_entry {unit}/-5")],
        12: [("Nguyễn Văn An", f"report_entry {unit}/-2")],
        16: [("Nguyễn Văn An", f"report_entry {unit}/0")],
    }


def test_a_unit_that_answers_between_the_round_and_the_mail_is_left_alone(session, office, report):
    gather(session, office, FIRST_STEP)
    enter(session, office, report, THIRD)

    assert [name for name, _ in deliver(session, FIRST_STEP, 9)] == ["Nguyễn Văn An"]


def test_nobody_is_asked_once_the_report_is_submitted(session, office, report):
    report.state = ReportState.SUBMITTED
    gather(session, office, FIRST_STEP)

    assert deliver(session, FIRST_STEP) == []


def test_a_row_that_says_not_yet_is_asked_for_until_units_answer_no_more(session, office, report):
    for key in (FIRST, SECOND, THIRD):
        enter(session, office, report, key, "chưa có")
    told = {}
    for number in range(12):
        day = FIRST_STEP + timedelta(days=number)
        gather(session, office, day)
        if mails := deliver(session, day):
            told[day.day] = [name for name, _ in mails]
        if day.day == 10:
            enter(session, office, report, THIRD, "0")

    assert told == {9: ["Lê Văn Bình", "Nguyễn Văn An"], 12: ["Nguyễn Văn An"], 16: ["Nguyễn Văn An"]}
    agency_id = office.agency.id
    assert [each.left for each in owed(session, agency_id, ENTRIES_DUE)] == [2]
    assert owed(session, agency_id, ENTRIES_DUE + timedelta(days=1)) == []


def test_a_blank_and_an_answer_taken_back_are_owed_to_the_end(session, office, report):
    enter(session, office, report, FIRST, "5")
    enter(session, office, report, FIRST, "")

    found = {each.unit_id: (each.missing, each.not_yet) for each in owed(session, office.agency.id, date(2021, 3, 19))}

    assert found == {office.unit.id: (2, 0), office.other_unit.id: (1, 0)}


def test_a_row_that_the_plan_fills_is_owed_by_nobody(session, office, report):
    actor = principal_of(session, office.people["office"])
    plan = make_plan(session, office.agency)
    session.refresh(report)
    report.plans = {"cchc": [plan.id]}
    session.commit()
    reports.assign_rows(
        session, report.id, {"steer.plan.tasks_set": office.unit.id}, version=report.version, actor=actor, now=NOW
    )

    assert {each.unit_id: each.left for each in owed(session, office.agency.id, FIRST_STEP)} == {
        office.unit.id: 2,
        office.other_unit.id: 1,
    }


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
