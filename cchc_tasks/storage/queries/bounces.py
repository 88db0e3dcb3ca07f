"""Reads of delivery reports: what came back of some mails, and whose address does not take mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.storage.models import MailBounce, Person


@dataclass(frozen=True, slots=True)
class BounceRow:
    """One report, with the person it is about."""

    message_row_id: int
    person_id: int
    name: str
    address: str
    action: str
    status: str
    diagnostic: str
    recorded_at: datetime


def of_messages(session: Session, agency_id: int, message_row_ids: Iterable[int]) -> dict[int, BounceRow]:
    """The last report about each of these mails that has one, without those that were said to be put right."""
    wanted = MailBounce.message_row_id.in_(sorted(set(message_row_ids))) & MailBounce.cleared_at.is_(None)
    return {row.message_row_id: row for row in _list(session, agency_id, wanted)}


def failing(session: Session, agency_id: int) -> list[BounceRow]:
    """The last failure of each active person whose present address does not take mail, as far as it is known."""
    return list(_failing(session, agency_id).values())


def failing_of(session: Session, agency_id: int, person_id: int) -> BounceRow | None:
    return _failing(session, agency_id).get(person_id)


def _failing(session: Session, agency_id: int) -> dict[int, BounceRow]:
    is_failing = (
        (MailBounce.action == "failed")
        & MailBounce.cleared_at.is_(None)
        & (MailBounce.address == Person.email)
        & Person.is_active
    )
    return {row.person_id: row for row in _list(session, agency_id, is_failing)}


def _list(session: Session, agency_id: int, wanted: object) -> list[BounceRow]:
    query = (
        select(
            MailBounce.message_row_id,
            MailBounce.person_id,
            Person.name,
            MailBounce.address,
            MailBounce.action,
            MailBounce.status,
            MailBounce.diagnostic,
            MailBounce.recorded_at,
        )
        .join(Person, Person.id == MailBounce.person_id)
        .where(MailBounce.agency_id == agency_id, wanted)  # type: ignore[arg-type]
        .order_by(MailBounce.recorded_at, MailBounce.id)
    )
    return [BounceRow(*row) for row in session.execute(query)]
