"""Delivery reports of Postfix and Exchange are read; what is none says nothing."""

from pathlib import Path

import pytest

from cchc_tasks.mail.delivery_reports import DeliveryReport, read_reports

FOLDER = Path(__file__).parent / "delivery_reports"
OURS = "digest.0123456789abcdef0123456789abcdef"
EXPECTED = {
    "postfix": DeliveryReport(
        (OURS,),
        "an@tinh.test",
        "failed",
        "5.1.1",
        "550 5.1.1 <an@tinh.test>: Recipient address rejected: User unknown in local recipient table",
    ),
    "exchange": DeliveryReport(
        (OURS,),
        "binh@tinh.test",
        "failed",
        "5.2.2",
        "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded",
    ),
    "delayed": DeliveryReport(
        (OURS,),
        "an@tinh.test",
        "delayed",
        "4.4.1",
        "connect to mx.tinh.test[192.0.2.25]:25: Connection timed out",
    ),
}


def bytes_of(name):
    return (FOLDER / f"{name}.eml").read_bytes()


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_report_names_the_mail_the_recipient_and_the_reason(name, newline):
    assert read_reports(bytes_of(name).replace(b"\n", newline)) == [EXPECTED[name]]


def test_a_mailbox_file_holds_several():
    box = b"".join(b"From MAILER-DAEMON Wed Mar 10 07:00:04 2021\n" + bytes_of(name) + b"\n" for name in EXPECTED)

    assert read_reports(box) == list(EXPECTED.values())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: an@tinh.test\nSubject: Re: hello\n\nThanks",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\n--x--",
        b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.test\n",
        b"Content-Type: multipart/report\n\nno boundary",
    ],
)
def test_what_is_no_report_gives_none(data):
    assert read_reports(data) == []
