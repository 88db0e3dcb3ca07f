"""One-time links: what they are for, and how a mail refers to one without holding its secret."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from enum import StrEnum

from cchc_tasks.domain import mail_links

#: A mail in the outbox holds "token:<purpose>:<id>"; the secret is put in when it is sent.
REFERENCE = "token"


class LinkPurpose(StrEnum):
    """What a one-time link lets somebody do."""

    FIRST_ADMIN = "first_admin"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"


#: Where each link leads, relative to the address of the site.
PATHS = {
    LinkPurpose.FIRST_ADMIN: "/kich-hoat/",
    LinkPurpose.INVITATION: "/kich-hoat/",
    LinkPurpose.PASSWORD_RESET: "/dat-lai-mat-khau/",
}


def token_secret(secret_key: str, token_id: int, purpose: LinkPurpose) -> str:
    """The secret of a one-time link, made again from the site's key whenever it is needed: nobody has to keep it."""
    message = f"one-time link:{purpose}:{token_id}".encode()
    return urlsafe_b64encode(hmac.digest(secret_key.encode(), message, "sha256")).rstrip(b"=").decode()


def hash_of(secret: str) -> str:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_address(base_url: str, secret_key: str, token_id: int, purpose: LinkPurpose) -> str:
    """The whole address to open."""
    return f"{base_url.rstrip('/')}{PATHS[purpose]}{token_secret(secret_key, token_id, purpose)}"


def reference(token_id: int, purpose: LinkPurpose) -> str:
    return f"{REFERENCE}:{purpose}:{token_id}"


def resolve(link: str, *, base_url: str, secret_key: str) -> str:
    """The address for a reference; any other text unchanged, so that a mail whose link is forgotten stays so."""
    if link.startswith(f"{mail_links.REFERENCE}:"):
        return mail_links.address_of(link, base_url=base_url, secret_key=secret_key)
    kind, _, rest = link.partition(":")
    purpose, _, token_id = rest.partition(":")
    if kind != REFERENCE or not token_id.isdecimal():
        return link
    return link_address(base_url, secret_key, int(token_id), LinkPurpose(purpose))
