"""How the plans stand in a digest: the numbers of the board's matrix, for readers of mail."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.mailing import PlanProgress, UnitProgress
from cchc_tasks.domain.standing import standing, summarise
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow, list_work
from cchc_tasks.storage.queries.units import UnitRow, list_units


def list_progress(session: Session, agency_id: int, today: date) -> tuple[PlanProgress, ...]:
    """The plans of the newest year as they stand on `today`, the newest first; plans without work are left out.

    Every obligation counts once, at the unit where the boards count it. Five queries.
    """
    plans = board_queries.of_newest_year(board_queries.plan_choices(session, agency_id))
    rows: Mapping[int, list[WorkRow]] = defaultdict(list)
    for row in list_work(session, agency_id, WorkFilter(plan_ids=[plan.id for plan in plans])):
        rows[row.plan_id].append(row)
    units = list_units(session, agency_id, today, with_closed=True)
    found = (
        PlanProgress(
            plan.id,
            plan.number,
            plan.year,
            summarise(standing(row.facts, today) for row in rows[plan.id]),
            tuple(_by_unit(rows[plan.id], units, today)),
            plan.noun,
        )
        for plan in plans
    )
    return tuple(each for each in found if each.standing.total)


def _by_unit(rows: Iterable[WorkRow], units: Iterable[UnitRow], today: date) -> Iterable[UnitProgress]:
    """The units at which something counts, in the office's order; last what counts at none."""
    facts = defaultdict(list)
    for row in rows:
        facts[row.counted_unit_id].append(row.facts)
    named = [(unit.id, unit.name, unit.valid_to) for unit in units]
    for unit_id, name, ended_on in (*named, (None, "", None)):
        summary = summarise(standing(each, today) for each in facts[unit_id])
        if summary.total:
            yield UnitProgress(name, ended_on, summary)
