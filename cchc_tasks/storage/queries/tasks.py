"""Reads for the pages of single tasks: their parts, units, evidence, notes; a fixed number of queries each."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import Deliverable, Obligation, Unit, UnitName
from cchc_tasks.storage.queries.people import holds_on


@dataclass(frozen=True, slots=True)
class UnitCard:
    """What a page calls a unit."""

    id: int
    name: str
    short_name: str
    kind: UnitKind


def units_by_id(session: Session, agency_id: int, day: date) -> dict[int, UnitCard]:
    """Every unit of the agency with its name on `day`, or its last one where it lives no more; one query."""
    rows = session.execute(
        select(Unit.id, Unit.kind, UnitName.name, UnitName.short_name, UnitName.valid_from)
        .join(UnitName, UnitName.unit_id == Unit.id)
        .where(Unit.agency_id == agency_id, UnitName.agency_id == agency_id)
        .order_by(Unit.position, Unit.id, holds_on(UnitName.valid_from, UnitName.valid_to, day), UnitName.valid_from)
    )
    return {row.id: UnitCard(row.id, row.name, row.short_name, row.kind) for row in rows}


class PartRow(NamedTuple):
    """One obligation as a progress mark needs it."""

    task_id: int
    deliverable_id: int
    status: Status


def parts_of_tasks(
    session: Session, agency_id: int, task_ids: Collection[int]
) -> Mapping[int, Mapping[int, list[Status]]]:
    """Statuses of all obligations, by task and deliverable, in printed order; one query."""
    found: dict[int, dict[int, list[Status]]] = defaultdict(lambda: defaultdict(list))
    if task_ids:
        rows = session.execute(
            select(Obligation.task_id, Obligation.deliverable_id, Obligation.status)
            .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
            .where(Obligation.agency_id == agency_id, Obligation.task_id.in_(task_ids))
            .order_by(Obligation.task_id, Deliverable.position, Obligation.position)
        )
        for row in rows:
            found[row.task_id][row.deliverable_id].append(row.status)
    return found
