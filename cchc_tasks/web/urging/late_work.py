"""The late work of units, as the pages of đôn đốc and the letter need it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from flask import current_app

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.standing import Standing, standing
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow

_IN_HAND = (Status.NOT_STARTED, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class LateUnit:
    """A unit with what it has late, the longest overdue first."""

    id: int
    name: str
    rows: tuple[WorkRow, ...]

    @property
    def plan_ids(self) -> list[int]:
        return list(dict.fromkeys(sorted(row.plan_id for row in self.rows)))

    @property
    def asked(self) -> int:
        """Of how many works an explanation is waited for."""
        return sum(row.explain_by is not None for row in self.rows)


def late_units(agency_id: int, today: date) -> list[LateUnit]:
    """Every unit with late work that counts at it, in the office's order of units."""
    found: dict[int, list[WorkRow]] = defaultdict(list)
    for row in _late(agency_id, today, WorkFilter(statuses=_IN_HAND)):
        if row.counted_unit_id is not None:
            found[row.counted_unit_id].append(row)
    names = unit_queries.names_on(db.session, agency_id, today)
    order = [unit.id for unit in unit_queries.list_units(db.session, agency_id, today)]
    places = {unit_id: place for place, unit_id in enumerate(order)}
    ids = sorted(found, key=lambda unit_id: (places.get(unit_id, len(places)), unit_id))
    return [LateUnit(unit_id, names.get(unit_id, ""), tuple(found[unit_id])) for unit_id in ids]


def late_unit(agency_id: int, unit_id: int, today: date) -> LateUnit:
    """One unit, also where nothing of it is late; raises `NotFound` for another agency's."""
    name = unit_queries.names_on(db.session, agency_id, today).get(unit_id)
    if name is None:
        raise NotFound(what="unit", id=unit_id)
    return LateUnit(unit_id, name, tuple(_late(agency_id, today, WorkFilter(unit_ids=[unit_id], statuses=_IN_HAND))))


def _late(agency_id: int, today: date, wanted: WorkFilter) -> list[WorkRow]:
    soon = int(current_app.config["CCHC_SETTINGS"].due_soon_days)
    rows = obligation_queries.list_work(db.session, agency_id, wanted)
    late = [row for row in rows if standing(row.facts, today, soon) is Standing.OVERDUE]
    return sorted(late, key=lambda row: row.due_on or date.max)
