"""Explanations of late work: asked once, answered by the head on the item, reminded of until then."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain.errors import NotAllowed, Refused, RefusedReason, SomeRefused, StaleEdit
from cchc_tasks.domain.explanations import ExplanationState, is_late
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import explanations, outbox, reminders
from cchc_tasks.storage.models import ExplanationRequest, LedgerRow, Obligation, ReminderLine
from tests.factories import at, make_office, make_plan, make_task, principal_of
from tests.support.mail import KeepingSender, make_post, set_rules

DAY = date(2021, 3, 10)
NOW = at(DAY, 8)
BY = date(2021, 3, 17)


@pytest.fixture
def office(session):
    office = make_office(session)
    set_rules(session, office.agency)
    return office


@pytest.fixture
def late(session, office):
    plan = make_plan(session, office.agency)
    made = [make_task(session, plan, lead=office.unit, due_on=date(2021, 3, day)).obligation for day in (4, 5, 31)]
    session.commit()
    return made


def who(session, office, role):
    return principal_of(session, office.people[role])


def ask(session, office, obligation, role="office", answer_by=BY, words="Vì sao chưa xong", now=NOW):
    return explanations.ask(
        session,
        obligation.id,
        version=obligation.version,
        answer_by=answer_by,
        words=words,
        actor=who(session, office, role),
        now=now,
    )


def answer(session, office, obligation, role="head", words="Chờ số liệu của các huyện", now=NOW):
    return explanations.answer(session, obligation.id, words=words, actor=who(session, office, role), now=now)


def test_it_is_asked_answered_and_both_stand_in_the_ledger(session, office, late):
    ask(session, office, late[0])
    request = answer(session, office, late[0])

    assert (request.state, request.answer) == (ExplanationState.ANSWERED, "Chờ số liệu của các huyện")
    rows = session.scalars(select(LedgerRow).where(LedgerRow.kind == RowKind.EXPLANATION).order_by(LedgerRow.seq)).all()
    assert [row.payload for row in rows] == [
        {"step": "asked", "answer_by": "2021-03-17", "against": "2021-03-04", "reason": "Vì sao chưa xong"},
        {"step": "answered", "reason": "Chờ số liệu của các huyện"},
    ]
    assert rows[1].answers_seq == rows[0].seq == request.asked_seq
    assert late[0].status is Status.NOT_STARTED


def test_it_is_asked_again_only_after_an_answer(session, office, late):
    ask(session, office, late[0])
    with pytest.raises(Refused) as found:
        ask(session, office, late[0])
    assert found.value.reason is RefusedReason.EXPLANATION_WAITS

    answer(session, office, late[0])
    assert ask(session, office, late[0]).ordinal == 2


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"index": 2}, RefusedReason.NOT_LATE),
        ({"answer_by": date(2021, 3, 9)}, RefusedReason.ANSWER_BY_PAST),
    ],
)
def test_it_is_not_asked_of_what_is_in_time_nor_by_a_day_gone(session, office, late, values, reason):
    others = {name: value for name, value in values.items() if name != "index"}

    with pytest.raises(Refused) as found:
        ask(session, office, late[values.get("index", 0)], **others)

    assert found.value.reason is reason
    assert session.scalars(select(ExplanationRequest)).all() == []


@pytest.mark.parametrize("role", ["head", "staff", "viewer", "admin"])
def test_only_the_office_and_leaders_ask(session, office, late, role):
    with pytest.raises(NotAllowed):
        ask(session, office, late[0], role)


@pytest.mark.parametrize("role", ["office", "leader", "staff", "other_head", "viewer"])
def test_only_the_head_of_a_unit_that_owes_it_answers(session, office, late, role):
    ask(session, office, late[0])

    with pytest.raises(NotAllowed):
        answer(session, office, late[0], role)


def test_an_answer_needs_words_and_a_request(session, office, late):
    with pytest.raises(Refused) as found:
        answer(session, office, late[0])
    assert found.value.reason is RefusedReason.EXPLANATION_SETTLED
    ask(session, office, late[0])
    with pytest.raises(Refused) as found:
        answer(session, office, late[0], words="")
    assert found.value.reason is RefusedReason.REASON_NEEDED


def test_a_stale_page_asks_nothing(session, office, late):
    with pytest.raises(StaleEdit):
        explanations.ask(
            session, late[0].id, version=9, answer_by=BY, words="", actor=who(session, office, "office"), now=NOW
        )


def test_many_are_asked_all_or_none(session, office, late):
    common = {"answer_by": BY, "words": "", "actor": who(session, office, "office"), "now": NOW}
    with pytest.raises(SomeRefused) as found:
        explanations.ask_many(session, {each.id: 1 for each in late}, **common)
    assert [obligation_id for obligation_id, _error in found.value.refusals] == [late[2].id]
    assert session.scalars(select(ExplanationRequest)).all() == []

    explanations.ask_many(session, {each.id: 1 for each in late[:2]}, **common)

    assert len(session.scalars(select(ExplanationRequest)).all()) == 2


def test_late_is_open_work_after_its_deadline_or_work_finished_after_it():
    due, late_day = date(2021, 3, 4), date(2021, 3, 5)

    assert not is_late(Status.NOT_STARTED, due, None, due)
    assert is_late(Status.IN_PROGRESS, due, None, late_day)
    assert is_late(Status.DONE, due, late_day, late_day)
    assert not is_late(Status.DONE, due, due, late_day)
    assert not is_late(Status.NOT_STARTED, None, None, late_day)
    assert not is_late(Status.WITHDRAWN, due, None, late_day)


# --- reminders


def send_round(session, office, day):
    sender = KeepingSender()
    reminders.run_round(session, agency_id=office.agency.id, now=at(day, 8), delivery_hour=7)
    outbox.deliver_all(session, make_post(sender), now=at(day, 8))
    return {
        (letter.correspondent.name, line.split()[0], line.split()[1])
        for letter in sender.letters
        for line in letter.words.text.splitlines()
        if line.startswith("explanation")
    }


def test_the_head_is_told_at_once_before_the_day_and_after_it_until_the_answer(session, office, late):
    head, asker = office.people["head"].name, office.people["office"].name
    ask(session, office, late[0], now=at(date(2021, 3, 9), 15))
    seq = session.scalars(select(ExplanationRequest.asked_seq)).one()
    told = {}
    for number in range(14):
        day = DAY + timedelta(days=number)
        if found := send_round(session, office, day):
            told[day] = found

    assert told == {
        date(2021, 3, 10): {(head, "explanation_asked", f"{seq}")},
        date(2021, 3, 16): {(head, "explanation_asked", f"{seq}/-1")},
        date(2021, 3, 18): {(head, "explanation_asked", f"{seq}/+1")},
    }
    answer(session, office, late[0], now=at(date(2021, 3, 23), 15))
    answered = session.scalars(select(ExplanationRequest.answered_seq)).one()

    assert send_round(session, office, date(2021, 3, 24)) == {(asker, "explanation_given", f"{answered}")}
    assert send_round(session, office, date(2021, 3, 25)) == set()
    assert set(session.scalars(select(ReminderLine.recipient_id).where(ReminderLine.rule == "explanation_asked"))) == {
        office.people["head"].id
    }


def test_nobody_is_reminded_of_what_is_no_longer_asked(session, office, late):
    ask(session, office, late[0], now=at(date(2021, 3, 9), 15))
    explanations.take_back(
        session, late[0].id, words="Đã nghe tại giao ban", actor=who(session, office, "office"), now=NOW
    )

    assert send_round(session, office, DAY) == set()
    assert session.get_one(Obligation, late[0].id).status is Status.NOT_STARTED
