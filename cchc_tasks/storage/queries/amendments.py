"""Reads of amendments."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.storage.models import Amendment


def list_amendments(session: Session, agency_id: int, plan_id: int) -> list[Amendment]:
    """The plan's amendments, the first one first."""
    query = select(Amendment).where(Amendment.agency_id == agency_id, Amendment.plan_id == plan_id)
    return list(session.scalars(query.order_by(Amendment.ordinal)))


def find_amendment_of_content(session: Session, agency_id: int, sha256: str) -> Amendment | None:
    """The amendment that came from exactly this content, or None."""
    query = select(Amendment).where(Amendment.agency_id == agency_id, Amendment.source_sha256 == sha256)
    return session.scalars(query.order_by(Amendment.id).limit(1)).one_or_none()
