"""The small marks of a long list, made once for each distinct value."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import current_app
from markupsafe import Markup

from cchc_tasks.domain.standing import Standing
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.storage.queries.units import UnitRow
from cchc_tasks.web.boards.listing import Entry
from cchc_tasks.web.work_items import Marks, due_of
from cchc_tasks.wording import boards as words
from cchc_tasks.wording.work import status_words

#: Deadlines of so many days are kept by a process, and so many of each; boards mostly ask for today.
KEPT_DAYS, KEPT_DUES = 4, 4096


@dataclass(slots=True)
class RowMarks:
    """Deadline, unit and status of a row as markup; two dictionary look-ups a row.

    `has_room` gives units their full name, as in a table; a card bears the short one.
    """

    as_of: date
    units: dict[int, UnitRow]
    is_printed_shown: bool = False
    has_room: bool = False
    marks: Marks = field(default_factory=Marks)
    _dues: dict[tuple[Any, ...], Markup] = field(init=False)
    _units: dict[tuple[int | None, bool], Markup] = field(default_factory=dict)
    _statuses: dict[tuple[Any, ...], Markup] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._dues = _kept_dues(self.as_of, self.is_printed_shown)

    def due(self, entry: Entry) -> Markup:
        row, verdict = entry
        # The printed phrase takes part only where no date stands for it, so that few values remain.
        phrase = row.deadline_text if row.due_on is None or self.is_printed_shown else ""
        moved = (row.original_due_on, row.extensions, row.asked_due_on)
        key = (row.status, row.status_on, row.due_on, *moved, phrase)
        mark = self._dues.get(key)
        if mark is None:
            made = due_of(row, verdict, self.as_of, is_printed_shown=self.is_printed_shown)
            mark = self.marks.due(made)
            if len(self._dues) < KEPT_DUES:
                self._dues[key] = mark
        return mark

    def unit(self, row: WorkRow) -> Markup:
        is_led = row.lead_unit_id is not None or row.responsible_unit_id is not None
        key = (row.counted_unit_id, is_led)
        mark = self._units.get(key)
        if mark is None:
            unit = self.units.get(row.counted_unit_id or 0)
            own = (unit.name if self.has_room else unit.short_name) if unit else ""
            name = own or words.UNKNOWN_LEAD
            mark = self._units[key] = self.marks.unit(name, "lead" if is_led and unit else "open")
        return mark

    def status(self, row: WorkRow) -> Markup:
        key = (row.status, row.is_returned)
        mark = self._statuses.get(key)
        if mark is None:
            said = status_words(row.status, is_returned=row.is_returned)
            kind = "returned" if said == words.RETURNED else row.status.value
            mark = self._statuses[key] = self.marks.status(kind, said)
        return mark


def _kept_dues(as_of: date, is_printed_shown: bool) -> dict[tuple[Any, ...], Markup]:
    """How deadlines are shown as at a day: they say nothing of who asks, so that requests share them."""
    kept: dict[Any, dict[tuple[Any, ...], Markup]] = current_app.extensions.setdefault("cchc_tasks.dues", {})
    if len(kept) > KEPT_DAYS:
        kept.clear()
    return kept.setdefault((as_of, is_printed_shown), {})


def is_late(entry: Entry) -> bool:
    return entry.verdict is Standing.OVERDUE
