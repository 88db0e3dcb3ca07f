"""Delivery reports (DSN, RFC 3464) as mail servers send them back: which of our mails, to whom, and what went wrong."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import default

from cchc_tasks.domain.text import one_line

#: The part of our Message-IDs before the @ (see `services._mail`), as it stands in headers and envelope ids.
_OUR_ID = re.compile(r"<?([A-Za-z0-9._-]{8,200})(?:@[^>\s]+)?>?")
_MAILBOX_LINE = re.compile(rb"(?m)^From [^\r\n]*\r?\n")
LONGEST_DIAGNOSTIC = 500


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One recipient of one mail. `message_ids` may name it, the likeliest first; `action` is failed, delayed …"""

    message_ids: tuple[str, ...]
    recipient: str
    action: str
    status: str
    diagnostic: str


def read_reports(data: bytes) -> list[DeliveryReport]:
    """Every report in `data`: one message, or a mailbox of several. A message that is no report gives none."""
    return [report for message in _messages(data) for report in _reports(message)]


def _messages(data: bytes) -> Iterator[Message]:
    """The messages of a mailbox file, each after a line "From …", or the one message that `data` is."""
    parts = _MAILBOX_LINE.split(data) if data.startswith(b"From ") else [data]
    for part in parts:
        if part.strip():
            yield email.message_from_bytes(part, policy=default)


def _reports(message: Message) -> list[DeliveryReport]:
    status = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return []
    blocks = [part for part in status.get_payload() if isinstance(part, Message)]
    per_message, per_recipient = _split(blocks)
    ids = _ids(message, per_message)
    return [
        DeliveryReport(
            message_ids=ids,
            recipient=_address(block.get("Final-Recipient") or block.get("Original-Recipient") or ""),
            action=one_line(str(block.get("Action", ""))).lower(),
            status=one_line(str(block.get("Status", ""))).partition(" ")[0],
            diagnostic=one_line(str(block.get("Diagnostic-Code", "")).partition(";")[2])[:LONGEST_DIAGNOSTIC],
        )
        for block in per_recipient
    ]


def _split(blocks: list[Message]) -> tuple[Message | None, list[Message]]:
    """The fields about the mail, then those about each recipient."""
    first = next((each for each in blocks if "Final-Recipient" not in each), None)
    return first, [each for each in blocks if "Final-Recipient" in each and "Action" in each]


def _ids(message: Message, per_message: Message | None) -> tuple[str, ...]:
    """By what the mail can be found: the returned headers, the envelope id, what the report answers."""
    found: list[str] = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.get_payload():
            found.append(str(part.get_payload()[0].get("Message-ID", "")))  # type: ignore[index,union-attr]
        elif kind == "text/rfc822-headers":
            headers = email.message_from_bytes(part.get_payload(decode=True) or b"", policy=default)  # type: ignore[arg-type]
            found.append(str(headers.get("Message-ID", "")))
    if per_message is not None:
        found.append(str(per_message.get("Original-Envelope-Id", "")))
    found += [str(message.get(name, "")) for name in ("In-Reply-To", "References", "X-Original-Message-ID")]
    matches = (_OUR_ID.fullmatch(each) for text in found for each in text.split())
    return tuple(dict.fromkeys(match.group(1) for match in matches if match))


def _address(field: str) -> str:
    """The address of "rfc822; an@so.test"."""
    text = str(field)
    return one_line(text.partition(";")[2] or text).strip("<>").lower()
