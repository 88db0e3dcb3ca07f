"""The outbox: claimed once, tried again by the table, marked, dropped, and sent again by hand."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain.errors import NotAllowed, NotFound, Refused
from cchc_tasks.domain.mailing import MAX_ATTEMPTS, RETRY_AFTER, SENDING_LEASE, DeliveryError, Outcome
from cchc_tasks.services import outbox
from cchc_tasks.storage.models import MessageState, OutboxAttempt, OutboxMessage
from tests.factories import NOW, make_office, principal_of
from tests.support.mail import KeepingSender, make_post

BUSY = DeliveryError("451 try later", is_permanent=False)
UNKNOWN = DeliveryError("550 no such user", is_permanent=True)


@pytest.fixture
def office(session):
    return make_office(session)


def enqueue(session, office, key="1", who="staff", kind="invitation", **payload):
    row_id = outbox.enqueue(
        session,
        agency_id=office.agency.id,
        kind=kind,
        recipient_id=office.people[who].id,
        unique_key=key,
        payload=payload,
        now=NOW,
    )
    session.commit()
    return row_id


def deliver(session, sender, now=NOW, **options):
    return outbox.deliver_all(session, make_post(sender, **options), now=now)


def stored(session):
    session.expire_all()
    return session.scalars(select(OutboxMessage)).one()


def test_a_mail_is_queued_once_for_its_key(session, office):
    assert enqueue(session, office) is not None
    assert enqueue(session, office) is None
    assert enqueue(session, office, key="2") is not None


def test_a_mail_is_sent_once_and_keeps_its_words_and_the_servers_answer(session, office):
    enqueue(session, office, note="hello")
    sender = KeepingSender()

    assert deliver(session, sender) == [Outcome.SENT]
    assert deliver(session, sender) == []

    assert len(sender.letters) == 1
    message = stored(session)
    assert (message.state, message.server_answer, message.body_text) == (MessageState.SENT, "250 kept", "note=hello")


def test_a_secret_is_sent_but_neither_kept_nor_shown(session, office):
    enqueue(session, office, link="https://cchc.test/kich-hoat/CANARY")
    sender = KeepingSender()

    deliver(session, sender)

    assert "CANARY" in sender.letters[0].words.text
    message = stored(session)
    assert "CANARY" not in f"{message.payload} {message.body_text} {message.body_html} {message.subject}"


def test_a_busy_server_is_asked_again_by_the_table_then_given_up(session, office):
    """S4: after 1, 5, 15 minutes, 1, 3, 6 hours, then daily; always the same Message-ID and Date."""
    enqueue(session, office)
    now, seen = NOW, set()
    for wait in RETRY_AFTER:
        assert deliver(session, KeepingSender(BUSY), now) == [Outcome.FAILED]
        message = stored(session)
        assert message.next_attempt_at - now == wait
        assert deliver(session, KeepingSender(), now + wait - timedelta(seconds=1)) == []
        seen.add((message.message_id, message.dated_at))
        now += wait

    assert deliver(session, KeepingSender(BUSY), now) == [Outcome.DEAD]
    assert (stored(session).state, stored(session).attempts) == (MessageState.DEAD, MAX_ATTEMPTS)
    assert len(seen) == 1
    assert timedelta(days=3) <= now - NOW <= timedelta(days=4)
    outcomes = session.scalars(select(OutboxAttempt.outcome).order_by(OutboxAttempt.id)).all()
    assert outcomes == ["failed"] * len(RETRY_AFTER) + ["dead"]


def test_a_refused_recipient_is_final_and_can_be_sent_again_by_hand(session, office):
    row_id = enqueue(session, office)
    assert deliver(session, KeepingSender(UNKNOWN)) == [Outcome.DEAD]
    before = stored(session).message_id
    assert deliver(session, KeepingSender(), NOW + timedelta(days=9)) == []

    actor = principal_of(session, office.people["office"])
    outbox.send_again(session, row_id, actor=actor, now=NOW)
    sender = KeepingSender()

    assert deliver(session, sender) == [Outcome.SENT]
    assert sender.letters[0].message_id == before
    with pytest.raises(Refused):
        outbox.send_again(session, row_id, actor=actor, now=NOW)


@pytest.mark.parametrize(("who", "error"), [("staff", NotAllowed), ("stranger", NotFound)])
def test_only_the_agencys_office_may_send_again(session, office, who, error):
    row_id = enqueue(session, office)
    deliver(session, KeepingSender(UNKNOWN))

    with pytest.raises(error):
        outbox.send_again(session, row_id, actor=principal_of(session, office.people[who]), now=NOW)


def test_a_sender_that_died_is_replaced_after_its_lease_with_the_same_message_id(session, office):
    """S5: killed between the claim and the mark."""
    enqueue(session, office)

    class Killed(BaseException):
        pass

    letters = []

    def dies(letter):
        letters.append(letter)
        raise Killed

    with pytest.raises(Killed):
        deliver(session, dies)
    session.rollback()
    sender = KeepingSender()
    assert deliver(session, sender, NOW + SENDING_LEASE) == []
    assert deliver(session, sender, NOW + SENDING_LEASE + timedelta(seconds=1)) == [Outcome.SENT]

    assert [(each.message_id, each.dated_at) for each in letters] == [
        (each.message_id, each.dated_at) for each in sender.letters
    ]


def test_two_senders_never_hold_the_same_mail(session, office, engine):
    enqueue(session, office)
    inner = KeepingSender()

    def sends_while_another_tries(letter):
        with type(session)(engine, expire_on_commit=False, autoflush=False) as other:
            assert deliver(other, inner, holder="other") == []
        return "250 first"

    assert deliver(session, sends_while_another_tries) == [Outcome.SENT]
    assert inner.letters == []


def test_a_mail_that_left_is_marked_even_when_the_lease_ran_out(session, office, engine):
    """A slow server: the lease ends, another sender takes over and fails; the first one's yes still counts."""
    enqueue(session, office)
    late = NOW + SENDING_LEASE + timedelta(seconds=1)

    def slow(letter):
        with type(session)(engine, expire_on_commit=False, autoflush=False) as other:
            assert deliver(other, KeepingSender(BUSY), late, holder="other") == [Outcome.FAILED]
        return "250 at last"

    assert deliver(session, slow) == [Outcome.SENT]
    assert stored(session).state is MessageState.SENT
    assert deliver(session, KeepingSender(), late + timedelta(days=1)) == []


def test_nothing_is_sent_while_the_agencys_mail_is_off(session, office):
    office.agency.is_sending_enabled = False
    enqueue(session, office)
    sender = KeepingSender()

    assert deliver(session, sender) == []
    outbox.set_sending(session, True, actor=principal_of(session, office.people["office"]))
    assert deliver(session, sender) == [Outcome.SENT]


def test_mail_for_a_closed_account_is_dropped(session, office):
    enqueue(session, office, who="disabled")
    sender = KeepingSender()

    assert deliver(session, sender) == [Outcome.DROPPED]
    assert (stored(session).last_error, sender.letters) == ("account_closed", [])


def test_mail_whose_link_has_expired_is_dropped(session, office):
    enqueue(session, office, valid_until=(NOW - timedelta(minutes=1)).isoformat())

    assert deliver(session, KeepingSender()) == [Outcome.DROPPED]


def test_digests_wait_for_a_working_day_and_invitations_do_not(session, office):
    saturday = datetime.fromisoformat("2021-03-13T09:00:00+07:00")
    enqueue(session, office, kind="digest", key="2021-03-12/mail")
    enqueue(session, office)
    sender = KeepingSender()

    assert deliver(session, sender, saturday) == [Outcome.SENT]
    assert [letter.words.subject for letter in sender.letters] == ["invitation"]


def test_a_sender_that_is_told_to_stop_begins_no_other_mail(session, office):
    for number in range(3):
        enqueue(session, office, key=str(number))
    answers = iter([True, False])

    done = outbox.deliver_all(session, make_post(KeepingSender()), now=NOW, may_go_on=lambda: next(answers))

    assert done == [Outcome.SENT]
