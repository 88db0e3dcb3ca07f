"""What a change of one obligation needs to know before its service is called: three small queries."""

from dataclasses import dataclass
from datetime import date

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Principal, Work
from cchc_tasks.domain.units import AssignedUnits
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow


@dataclass(frozen=True, slots=True)
class Brief:
    """One obligation with who has it; the page of its task is read only where a form goes back."""

    principal: Principal
    today: date
    row: WorkRow
    assigned: AssignedUnits
    office_ids: frozenset[int]

    @property
    def work(self) -> Work:
        return task_queries.work_of(self.row, self.principal.agency_id, self.assigned, self.office_ids)

    @property
    def is_office_work(self) -> bool:
        """Whether a report of it, made now, would be the office's own."""
        return task_queries.is_office_work(self.row, self.principal, self.assigned, self.office_ids)


def read_brief(principal: Principal, obligation_id: int, today: date) -> Brief:
    """Raises `NotFound`, also for an obligation of another agency."""
    agency_id = principal.agency_id
    rows = obligation_queries.list_work(db.session, agency_id, WorkFilter(obligation_ids=[obligation_id]))
    if not rows:
        raise NotFound(what="obligation", id=obligation_id)
    [row] = rows
    assigned = task_queries.assigned_of_tasks(db.session, agency_id, [row.task_id])[row.task_id]
    units = task_queries.units_by_id(db.session, agency_id, today)
    return Brief(principal, today, row, assigned, task_queries.offices_of(units))
