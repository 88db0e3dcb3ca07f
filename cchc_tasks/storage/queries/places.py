"""Where a task and its products stood in their plan at an earlier day: amendments move them, the ledger tells when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.storage.models import Task
from cchc_tasks.storage.queries.ledger import amendment_rows_of


@dataclass(frozen=True, slots=True)
class Places:
    """The places of some tasks. Amendments of one plan follow each other in both times, so that those that hold as at
    (day, known-at) are the first ones; what the next one says was there before it held."""

    series: Mapping[int, list[DomainRow]]
    present: Mapping[int, tuple[int, tuple[str, ...]]]

    def task_at(self, task_id: int, deliverable_id: int, *, day: date, known_at: datetime, seq: int = 0) -> int:
        """The task under which a product stood; `seq`: before that row only, 0 for all."""
        for row in self.series.get(task_id, ()):
            is_mine = row.deliverable_id == deliverable_id and _value(row, "after", "task_id") == task_id
            if is_mine and (not seq or row.seq < seq) and not _holds(row, day, known_at):
                source = int(_value(row, "before", "task_id"))
                return self.task_at(source, deliverable_id, day=day, known_at=known_at, seq=row.seq)
        return task_id

    def place_at(self, task_id: int, *, day: date, known_at: datetime) -> tuple[int, tuple[str, ...]]:
        """The area and the printed numbers of a task."""
        area_id, numbers = self.present[task_id]
        for row in self.series.get(task_id, ()):
            if row.deliverable_id is None and "before" in row.payload and not _holds(row, day, known_at):
                before_area, before_numbers = _value(row, "before", "area_id"), _value(row, "before", "numbers")
                return before_area or area_id, tuple(before_numbers or numbers)
        return area_id, numbers


def places_of(session: Session, agency_id: int, task_ids: Iterable[int]) -> Places:
    """The places of these tasks and of those from which they took products; two queries, more where they did."""
    series: dict[int, list[DomainRow]] = {}
    wanted = set(task_ids)
    while wanted:
        found = amendment_rows_of(session, agency_id, wanted)
        series |= {task_id: found.get(task_id, []) for task_id in wanted}
        sources = (_value(row, "before", "task_id") for rows in found.values() for row in rows)
        wanted = {source for source in sources if source is not None and source not in series}
    if not series:
        return Places({}, {})
    query = select(Task.id, Task.area_id, Task.numbers).where(Task.agency_id == agency_id, Task.id.in_(series))
    present = {id_: (area_id, tuple(numbers)) for id_, area_id, numbers in session.execute(query)}
    return Places(series, present)


def _holds(row: DomainRow, day: date, known_at: datetime) -> bool:
    return row.recorded_at <= known_at and row.effective_on <= day


def _value(row: DomainRow, side: str, name: str) -> Any:
    words = row.payload.get(side)
    return words.get(name) if isinstance(words, dict) else None
