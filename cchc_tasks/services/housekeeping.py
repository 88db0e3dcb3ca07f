"""What a day leaves behind and nobody needs again: old counters of guesses, used form keys, spent links."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import FormKey, MailLink, OneTimeToken, SignInCounter

#: A form that was left open this long is not sent twice by accident any more.
FORM_KEYS_KEPT = timedelta(days=30)
#: Spent or expired links stay this long, so that the page can still say so.
LINKS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many rows went."""

    counters: int
    form_keys: int
    links: int
    mail_links: int


def tidy(session: Session, *, now: datetime, shown_now: datetime, guess_window: timedelta) -> Tidied:
    """Deletes what is past use at `now` (real time); the ledger and everything it names are never touched.

    `shown_now` is the clock by which the links of mails end: a demo's own, else the same.
    """
    with transaction(session):
        return Tidied(
            counters=_gone(session, delete(SignInCounter).where(SignInCounter.window_started_at < now - guess_window)),
            form_keys=_gone(session, delete(FormKey).where(FormKey.used_at < now - FORM_KEYS_KEPT)),
            links=_gone(session, delete(OneTimeToken).where(OneTimeToken.expires_at < now - LINKS_KEPT)),
            mail_links=_gone(session, delete(MailLink).where(MailLink.expires_at < shown_now - LINKS_KEPT)),
        )


def _gone(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount
