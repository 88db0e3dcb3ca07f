"""The links in a mail that let its reader do one thing to one piece of work without a password."""

import hmac
from base64 import urlsafe_b64encode
from enum import StrEnum

from cchc_tasks.domain.errors import DomainError

#: How the ledger and a note say that something came through the link of a mail (`payload["via"]`).
VIA = "mail_link"
#: A line of a mail holds "mail:<key>"; the secret is put in when the mail is sent.
REFERENCE = "mail"
PATH = "/thu/"
#: What stands in the copy that is kept of a mail: there was a link.
FORGOTTEN = "-"


class LinkUse(StrEnum):
    """The one thing that a link is used for."""

    START = "start"
    REPORT = "report"
    NOTE = "note"
    EXPLAIN = "explain"


class LinkTrouble(StrEnum):
    """Why a link does nothing."""

    #: Never was, or ended with its owner's password or account: one answer for all.
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"


class UnusableLink(DomainError):
    """A link that does nothing; `trouble` says why. `facts` of a used one: `used_at`, `used_for`, `task_id`."""

    def __init__(self, trouble: LinkTrouble, **facts: object) -> None:
        self.trouble = trouble
        super().__init__(trouble=trouble, **facts)


def link_key(message_id: str, person_id: int, obligation_id: int, session_epoch: int) -> str:
    """What a link is for; with the Message-ID in it no link of another mail, or of a restored database, equals it."""
    return f"{message_id}:{person_id}:{obligation_id}:{session_epoch}"


def link_secret(secret_key: str, key: str) -> str:
    """The secret of a link, made again from the site's key whenever its mail is tried: nobody keeps it."""
    digest = hmac.digest(secret_key.encode(), f"mail link:{key}".encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def reference(key: str) -> str:
    return f"{REFERENCE}:{key}"


def address_of(link: str, *, base_url: str, secret_key: str) -> str:
    """The whole address for a reference; any other text unchanged."""
    kind, _, key = link.partition(":")
    return f"{base_url.rstrip('/')}{PATH}{link_secret(secret_key, key)}" if kind == REFERENCE and key else link
