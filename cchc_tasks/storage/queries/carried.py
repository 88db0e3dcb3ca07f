"""Work that went on in the next year's plan: where from, and where to."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.storage.models import Obligation, Plan


class OtherPiece(NamedTuple):
    """The same work in another plan; `of_id` is the obligation that it goes on from, or came from."""

    of_id: int
    obligation_id: int
    task_id: int
    plan_number: str


def later_pieces(session: Session, agency_id: int, obligation_ids: Collection[int]) -> list[OtherPiece]:
    """What goes on from these obligations in a later plan; one query."""
    query = (
        select(Obligation.carried_from_id, Obligation.id, Obligation.task_id, Plan.number)
        .join(Plan, Plan.id == Obligation.plan_id)
        .where(Obligation.agency_id == agency_id, Obligation.carried_from_id.in_(obligation_ids))
    )
    rows = session.execute(query.order_by(Obligation.id))
    return [OtherPiece(row[0], row[1], row[2], row[3]) for row in rows if row[0] is not None]


def earlier_pieces(session: Session, agency_id: int, earlier_ids: Collection[int]) -> list[OtherPiece]:
    """The obligations themselves, by the ids that their successors name; one query."""
    query = (
        select(Obligation.id, Obligation.id, Obligation.task_id, Plan.number)
        .join(Plan, Plan.id == Obligation.plan_id)
        .where(Obligation.agency_id == agency_id, Obligation.id.in_(earlier_ids))
    )
    return [OtherPiece(*row) for row in session.execute(query)]
