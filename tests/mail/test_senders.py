"""SMTP against a server that misbehaves on a script: what is final, what is tried again."""

import time

import pytest

from cchc_tasks.domain.mailing import DeliveryError
from cchc_tasks.mail.senders import RecordingSender, SMTPSender
from tests.mail.test_message import LETTER
from tests.support.smtp import free_port, smtp_sink


def sender(port, **options):
    return SMTPSender(host="127.0.0.1", port=port, sender="cchc@so.test", **({"timeout": 5} | options))


def test_a_taken_letter_gives_the_servers_answer():
    with smtp_sink() as (sink, port):
        assert sender(port)(LETTER) == "250 2.0.0 queued as 1"

    [message] = sink.taken
    assert message["Subject"] == LETTER.words.subject
    assert message["Message-ID"] == "<digest.0123abcd@so.test>"


@pytest.mark.parametrize(
    ("turn", "is_permanent", "start"),
    [
        ("refuse", True, "550 5.1.1 no such user"),
        ("busy", False, "451 4.3.0 try again later"),
        ("shutdown", False, "421 4.3.2 shutting down"),
        ("cut", False, "SMTPServerDisconnected"),
    ],
)
def test_only_a_refusal_of_this_letter_is_final(turn, is_permanent, start):
    with smtp_sink(turn) as (sink, port), pytest.raises(DeliveryError) as caught:
        sender(port)(LETTER)

    assert caught.value.is_permanent is is_permanent
    assert caught.value.answer.startswith(start)
    assert sink.taken == []


def test_a_server_that_hangs_is_left_after_the_timeout():
    with smtp_sink("hang", hang_seconds=1.5) as (_, port):
        start = time.monotonic()
        with pytest.raises(DeliveryError) as caught:
            sender(port, timeout=0.5)(LETTER)

        assert time.monotonic() - start < 5
    assert not caught.value.is_permanent


@pytest.mark.parametrize("options", [{"tls": "starttls"}, {"tls": "tls"}, {"username": "cchc", "password": "x"}])
def test_trouble_with_tls_or_signing_in_is_not_the_letters_fault(options):
    with smtp_sink() as (sink, port), pytest.raises(DeliveryError) as caught:
        sender(port, **options)(LETTER)

    assert not caught.value.is_permanent
    assert sink.taken == []


def test_a_server_that_is_away_is_tried_again():
    with pytest.raises(DeliveryError) as caught:
        sender(free_port())(LETTER)

    assert not caught.value.is_permanent


def test_the_password_is_not_shown_by_accident():
    assert "geheim" not in repr(sender(25, username="cchc", password="geheim"))


def test_the_recording_sender_opens_no_connection():
    assert RecordingSender()(LETTER) == "recorded"
