"""The daily round on a real database: who gets which digest, once, whatever happens around it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.mailing import DeliveryError
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import obligations, outbox, reminders, teamwork
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.models import MessageState, OutboxMessage, ReminderLine
from tests import factories
from tests.factories import at, make_office, make_plan, make_task, principal_of
from tests.support.mail import KeepingSender, make_post, set_rules

DOCUMENT = DocumentInput("01/QĐ-STTTT", date(2021, 3, 9), "Quyết định ban hành kế hoạch")


@pytest.fixture
def office(session):
    office = make_office(session)
    set_rules(session, office.agency)
    return office


@pytest.fixture
def plan(session, office):
    return make_plan(session, office.agency)


def run_round(session, office, day, hour=7, *, is_forced=False):
    session.commit()
    return reminders.run_round(
        session,
        agency_id=office.agency.id,
        now=at(day, hour),
        delivery_hour=7,
        is_forced=is_forced,
    )


def deliver(session, day, sender=None, hour=7):
    sender = sender or KeepingSender()
    outbox.deliver_all(session, make_post(sender), now=at(day, hour))
    return sender.texts


def mails_of(session, office, day, hour=7):
    run_round(session, office, day, hour)
    return deliver(session, day, hour=hour)


def test_the_head_gets_one_digest_with_everything_that_fell_due(session, office, plan):
    late = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 1)).obligation
    soon = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 17)).obligation
    make_task(session, plan, lead=office.unit, due_on=date(2021, 9, 30))

    [(name, text)] = mails_of(session, office, date(2021, 3, 10))

    assert name == "Nguyễn Văn An"
    assert text == f"overdue +5 {late.id} late\nbefore_due -5 {soon.id}"


def test_nobody_is_written_to_when_there_is_nothing_to_say(session, office, plan):
    make_task(session, plan, lead=office.unit, due_on=date(2021, 9, 30))

    assert mails_of(session, office, date(2021, 3, 10)) == []


def test_the_same_step_is_never_sent_again(session, office, plan):
    make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 1))
    days = [date(2021, 3, 10) + timedelta(days=n) for n in range(14)]

    sent = [(day, text) for day in days for _, text in mails_of(session, office, day)]

    assert [(day.day, text.split()[1]) for day, text in sent] == [(10, "+5"), (15, "+10"), (22, "+15")]


@pytest.mark.parametrize(("day", "hour"), [(date(2021, 3, 13), 9), (date(2021, 4, 21), 9), (date(2021, 3, 10), 6)])
def test_no_round_runs_on_a_day_off_or_before_the_hour(session, office, plan, day, hour):
    make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 1))

    assert run_round(session, office, day, hour) is None


def test_a_round_runs_once_a_day_and_by_hand_adds_nobody_a_second_digest(session, office, plan):
    make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 1))
    assert run_round(session, office, date(2021, 3, 10)) is not None
    make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 1))

    assert run_round(session, office, date(2021, 3, 10), 9) is None
    forced = run_round(session, office, date(2021, 3, 10), 10, is_forced=True)

    assert (forced.lines, forced.digests) == (1, 0)
    assert len(deliver(session, date(2021, 3, 10), hour=11)) == 1
    assert len(mails_of(session, office, date(2021, 3, 11))) == 1


def test_a_group_is_told_through_the_heads_of_its_members(session, office, plan):
    group = factories.make_unit(
        session, office.agency, "Các phòng chuyên môn", members=(office.unit, office.other_unit)
    )
    make_task(session, plan, lead=group, due_on=date(2021, 3, 1))

    assert sorted(name for name, _ in mails_of(session, office, date(2021, 3, 10))) == ["Lê Văn Bình", "Nguyễn Văn An"]


def test_every_co_lead_is_told_while_nobody_leads(session, office, plan):
    make_task(session, plan, co_leads=(office.unit, office.other_unit), due_on=date(2021, 3, 1))

    assert len(mails_of(session, office, date(2021, 3, 10))) == 2


def test_work_handed_over_is_told_to_that_person_only(session, office, plan):
    task = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 17))
    session.commit()
    teamwork.hand_over(
        session,
        task.obligation.id,
        version=1,
        person_id=office.people["staff"].id,
        actor=principal_of(session, office.people["head"]),
        now=at(date(2021, 3, 9)),
    )

    [(name, text)] = mails_of(session, office, date(2021, 3, 10))

    assert name == "Lê Thị Mai"
    assert [line.split()[0] for line in text.splitlines()] == ["before_due", "handed_over"]


def report(session, office, obligation, who="staff", hour=8, day=date(2021, 3, 9)):
    session.commit()
    return obligations.report(
        session,
        obligation.id,
        version=obligation.version,
        effective_on=date(2021, 3, 9),
        document=DOCUMENT,
        actor=principal_of(session, office.people[who]),
        now=at(day, hour),
    )


def test_the_office_hears_of_a_report_and_the_reporter_of_its_return(session, office, plan):
    obligation = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 31)).obligation
    report(session, office, obligation)

    assert [(name, text.split()[0]) for name, text in mails_of(session, office, date(2021, 3, 10))] == [
        ("Trần Thị Hạnh", "awaiting_confirmation")
    ]
    obligations.return_report(
        session,
        obligation.id,
        version=obligation.version,
        reason="Thiếu phụ lục",
        actor=principal_of(session, office.people["office"]),
        now=at(date(2021, 3, 10), 14),
    )
    told = mails_of(session, office, date(2021, 3, 11))

    assert sorted((name, text.split()[0]) for name, text in told) == [
        ("Lê Thị Mai", "returned"),
        ("Nguyễn Văn An", "returned"),
    ]


def test_the_reporter_hears_of_the_confirmation_once(session, office, plan):
    obligation = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 31)).obligation
    report(session, office, obligation)
    obligations.confirm(
        session,
        obligation.id,
        version=obligation.version,
        actor=principal_of(session, office.people["office"]),
        now=at(date(2021, 3, 9), 15),
    )

    assert [(name, text.split()[0]) for name, text in mails_of(session, office, date(2021, 3, 10))] == [
        ("Lê Thị Mai", "confirmed")
    ]
    assert mails_of(session, office, date(2021, 3, 11)) == []


def test_year_long_work_is_asked_for_a_note_until_one_is_written(session, office, plan):
    asked, noted = (
        make_task(session, plan, lead=office.unit, due_on=date(2021, 12, 31), kind=DeadlineKind.WITHIN_YEAR).obligation
        for _ in range(2)
    )
    session.commit()
    teamwork.add_note(
        session,
        noted.id,
        kind=teamwork.NoteKind.PROGRESS,
        text="Đã lấy ý kiến các phòng",
        actor=principal_of(session, office.people["head"]),
        now=at(date(2021, 3, 4)),
    )

    [(_, text)] = mails_of(session, office, date(2021, 3, 5))

    assert text == f"progress_note 2021-03-14 {asked.id}"


def test_what_was_done_between_the_round_and_the_sending_is_left_out_with_its_reason(session, office, plan):
    done = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 1)).obligation
    late = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 1)).obligation
    run_round(session, office, date(2021, 3, 10))
    report(session, office, done, hour=8, day=date(2021, 3, 10))

    [(_, text)] = deliver(session, date(2021, 3, 10), hour=9)

    assert text == f"overdue +5 {late.id} late"
    reasons = dict(session.execute(select(ReminderLine.obligation_id, ReminderLine.dropped_because)).all())
    assert reasons == {done.id: "reported", late.id: None}


def test_a_digest_with_nothing_left_is_not_sent(session, office, plan):
    obligation = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 1)).obligation
    run_round(session, office, date(2021, 3, 10))
    report(session, office, obligation, day=date(2021, 3, 10))

    assert deliver(session, date(2021, 3, 10), hour=9) == []
    message = session.scalars(select(OutboxMessage)).one()
    assert (message.state, message.last_error) == (MessageState.DROPPED, "nothing_left")


def test_s3_three_days_off_each_valid_reminder_once_and_none_for_finished_work(session, office, plan):
    """S3: off from Tuesday to Thursday over 40 deadlines; back on Friday."""
    due_days = [date(2021, 3, 9) + timedelta(days=n % 8) for n in range(40)]
    made = [make_task(session, plan, lead=office.unit, due_on=day).obligation for day in due_days]
    mails_of(session, office, date(2021, 3, 8))
    for obligation in made[::4]:
        report(session, office, obligation)
        obligation.status = Status.DONE
    session.commit()

    back = mails_of(session, office, date(2021, 3, 12), hour=9)

    told = [line.split() for name, text in back for line in text.splitlines() if name == "Nguyễn Văn An"]
    by_work = {int(words[2]): words[:2] for words in told}
    assert len(by_work) == len(told), "one line for each piece of work"
    assert not set(by_work) & {obligation.id for obligation in made[::4]}
    for obligation in made:
        if obligation.status is Status.DONE:
            continue
        days = (date(2021, 3, 12) - obligation.due_on).days
        # 13 and 14/3 are a weekend: what is due then was told on Friday; +1 of the 12th itself waits.
        expected = "overdue" if days >= 1 else "on_due" if obligation.due_on <= date(2021, 3, 14) else "before_due"
        assert by_work[obligation.id][0] == expected
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 2


def test_a_digest_that_failed_for_a_day_gives_way_to_newer_steps(session, office, plan):
    obligation = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 11)).obligation
    run_round(session, office, date(2021, 3, 10))
    down = KeepingSender(DeliveryError("451 later", is_permanent=False))
    assert deliver(session, date(2021, 3, 10), down) == []

    told = mails_of(session, office, date(2021, 3, 11))

    assert [text for _, text in told] == [f"on_due 0 {obligation.id}"]
