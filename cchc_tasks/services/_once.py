"""One-time keys: a form sent twice does its work once, and the second post is shown what the first led to."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from cchc_tasks.domain.errors import DuplicateRequest
from cchc_tasks.domain.mail_links import LinkTrouble, UnusableLink
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.storage.models import FormKey, MailLink, Person
from cchc_tasks.storage.upsert import insert_if_absent


def claim(session: Session, *, agency_id: int, key: str | None, person_id: int | None, now: datetime) -> str | None:
    """Takes `key` inside the caller's unit of work: None when it is fresh, else what its first use led to.

    The result is '' while the first use left none, and for a key that somebody else used. A form without a key
    is always fresh. On PostgreSQL a second post waits here until the first has committed.
    """
    if not key:
        return None
    row = {"agency_id": agency_id, "key": key, "person_id": person_id, "used_at": now}
    if insert_if_absent(session, FormKey, row) is not None:
        return None
    first = session.execute(
        select(FormKey.person_id, FormKey.result).where(FormKey.agency_id == agency_id, FormKey.key == key)
    ).one()
    return (first.result or "") if first.person_id == person_id else ""


def use_up(session: Session, actor: Principal, *, now: datetime) -> None:
    """Marks the link as used unless it was, is over, or its owner's account is not what it was. Waits for others."""
    if actor.link is None:
        return
    same_account = select(Person.id).where(
        Person.id == MailLink.person_id, Person.is_active, Person.session_epoch == MailLink.session_epoch
    )
    result = session.execute(
        update(MailLink)
        .where(
            MailLink.id == actor.link.id,
            MailLink.person_id == actor.person_id,
            MailLink.used_at.is_(None),
            MailLink.expires_at > now,
            same_account.exists(),
        )
        .values(used_at=now, used_for=actor.link.use)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", result).rowcount != 1:
        raise UnusableLink(LinkTrouble.USED)


def remember(session: Session, *, agency_id: int, key: str | None, result: str) -> None:
    """Keeps what `key` led to (a local address), for a second post of the same form."""
    if key:
        session.execute(
            update(FormKey).where(FormKey.agency_id == agency_id, FormKey.key == key).values(result=result[:500])
        )


def check(session: Session, *, actor: Principal, key: str | None, now: datetime, result: str = "") -> None:
    """Takes `key` and keeps `result` with it, where the result is known beforehand; raises `DuplicateRequest`.

    Who acts by the link of a mail uses it up here, in the same unit of work: of many who send it at once one goes on,
    the others get `UnusableLink`; where the work is refused after all, the link stays good.
    """
    if actor.link is not None:
        use_up(session, actor, now=now)
    earlier = claim(session, agency_id=actor.agency_id, key=key, person_id=actor.person_id, now=now)
    if earlier is not None:
        raise DuplicateRequest(result=earlier)
    if result:
        remember(session, agency_id=actor.agency_id, key=key, result=result)
