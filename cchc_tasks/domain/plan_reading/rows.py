"""From the rows of a plan's table to its areas and tasks."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from cchc_tasks.domain.assignments import (
    Assignment,
    AssignmentReason,
    LeadBasis,
    parse_assignment,
    parse_assignment_cells,
)
from cchc_tasks.domain.deadlines import Deadline, DeadlineKind, DeadlineReason, parse_deadline
from cchc_tasks.domain.plan_reading.broken_rows import goes_on, joined_row
from cchc_tasks.domain.plan_reading.columns import Column
from cchc_tasks.domain.plan_reading.matching import MatchDoubt, Matched, match_deadlines
from cchc_tasks.domain.plan_reading.model import (
    AreaReading,
    DeliverableReading,
    Doubt,
    DoubtReason,
    ObligationReading,
    TaskReading,
)
from cchc_tasks.domain.plan_reading.numbers import (
    NumberedText,
    area_of_caption,
    area_ordinal,
    plain_number,
    read_task_cell,
)
from cchc_tasks.domain.plan_reading.periods import period_label
from cchc_tasks.domain.plan_reading.products import Product, Products, split_products
from cchc_tasks.domain.plan_reading.table import PlanRow, TableRows
from cchc_tasks.domain.plan_reading.taking_over import Context, with_progress

_REASON_OF_MATCH = {
    MatchDoubt.PHRASE: DoubtReason.DEADLINE_UNCLEAR,
    MatchDoubt.FOR_ALL_PRODUCTS: DoubtReason.DATE_FOR_ALL_PRODUCTS,
    MatchDoubt.BY_ORDER: DoubtReason.MATCHED_BY_ORDER,
    MatchDoubt.PRODUCT_TEXT: DoubtReason.DATED_BY_PRODUCT_TEXT,
    MatchDoubt.PRODUCT_RECURS: DoubtReason.PRODUCT_RECURS,
    MatchDoubt.PERIOD_END: DoubtReason.PERIOD_END_ASSUMED,
    MatchDoubt.MISSING: DoubtReason.DATE_MISSING,
    MatchDoubt.WITHOUT_PRODUCT: DoubtReason.DATE_WITHOUT_PRODUCT,
    MatchDoubt.NAMES_OTHER: DoubtReason.TIME_NAMES_OTHER,
}
_UNIT_IN_NOTE = re.compile(r"\b(?:[Pp]hòng|[Vv]ăn phòng|[Tt]hanh tra|[Tt]rung tâm|Sở|Ban|UBND|[Cc]hi cục) [A-ZĐÀ-Ỹ]")


@dataclass(slots=True)
class _TaskRows:
    """The rows of one task: more than one where its cell is merged or left blank below."""

    number_cell: str
    cell: str
    rows: list[PlanRow] = field(default_factory=list)


@dataclass(slots=True)
class _AreaRows:
    ordinal: int
    name: str
    printed: str = ""
    place: str = ""
    is_told: bool = False
    tasks: list[_TaskRows] = field(default_factory=list)


@dataclass(slots=True)
class RowReader:
    """Collects rows, then reads them; `doubts` fills in printed order."""

    year: int
    context: Context = field(default_factory=Context)
    doubts: list[Doubt] = field(default_factory=list)
    _areas: list[_AreaRows] = field(default_factory=list)
    _used_ids: Counter[str] = field(default_factory=Counter)

    def read(self, tables: Iterable[TableRows]) -> tuple[AreaReading, ...]:
        """All areas with their tasks; the title above a table names its area where the table names none."""
        for table in tables:
            caption = area_of_caption(table.caption)
            for at, row in enumerate(table.rows):
                if at == 0 and caption and not row.is_area and not row.text(Column.AREA):
                    self._open_area("", caption, row)
                following = table.rows[at + 1] if at + 1 < len(table.rows) else None
                self._take(row, following)
        self._close_area()
        return tuple(self._area(area) for area in self._areas if area.tasks)

    def _take(self, row: PlanRow, following: PlanRow | None) -> None:
        if row.is_area and not self._counts_on(row, following):
            number, name = row.text(Column.NUMBER), row.text(Column.TASK) or row.text(Column.AREA)
            # Where cells cannot be merged the whole heading stands in the first of them.
            self._open_area(number if name else "", name or number, row)
            return
        area_name = row.text(Column.AREA)
        if area_name and Column.AREA not in row.carried:
            self._open_area(row.text(Column.NUMBER), area_name, row)
        if not self._areas:
            self._areas.append(_AreaRows(1, ""))
        tasks = self._areas[-1].tasks
        if tasks and goes_on(tasks[-1].rows[-1], row):
            self._join(tasks[-1], row)
            return
        text = row.text(Column.TASK)
        if text and Column.TASK not in row.carried:
            tasks.append(_TaskRows("" if area_name else row.text(Column.NUMBER), text, [row]))
        elif tasks:
            tasks[-1].rows.append(row)
        else:
            printed = " | ".join(text for text in row.cells.values() if text)
            self.doubts.append(Doubt(_place(row), printed, "", DoubtReason.ROW_NOT_UNDERSTOOD))
            self._areas[-1].is_told = self._areas[-1].place == _place(row)

    def _join(self, task: _TaskRows, row: PlanRow) -> None:
        """The rest of a row that a page broke: its words belong to the cells above."""
        above = task.rows[-1]
        task.rows[-1] = joined_row(above, row)
        if len(task.rows) == 1:
            task.cell = task.rows[-1].text(Column.TASK)
        printed = " | ".join(text for text in row.cells.values() if text)
        self.doubts.append(Doubt("document", printed, "", DoubtReason.ROWS_JOINED, _place(row)))

    def _counts_on(self, row: PlanRow, following: PlanRow | None) -> bool:
        """Whether a row with nothing but a number and a text is a task: its number stands between two tasks'."""
        tasks = self._areas[-1].tasks if self._areas else []
        number = plain_number(row.text(Column.NUMBER))
        if not tasks or number is None or following is None or following.is_area:
            return False
        before, after = plain_number(tasks[-1].number_cell), plain_number(following.text(Column.NUMBER))
        return before == number - 1 and after == number + 1

    def _open_area(self, number_cell: str, name: str, row: PlanRow) -> None:
        self._close_area()
        ordinal, bare = area_ordinal(number_cell, name, len(self._areas) + 1)
        self._areas.append(_AreaRows(ordinal, bare, printed=name, place=_place(row)))

    def _close_area(self) -> None:
        """A heading without tasks of its own is no area; that it stood there is listed."""
        if self._areas and not self._areas[-1].tasks:
            empty = self._areas.pop()
            # Rows before the first heading stand under none.
            if empty.is_told or not empty.printed:
                return
            self.doubts.append(Doubt(empty.place, empty.printed, "", DoubtReason.ROW_NOT_UNDERSTOOD))

    def _area(self, area: _AreaRows) -> AreaReading:
        if not area.name:
            self.doubts.append(Doubt(str(area.ordinal), "", "", DoubtReason.AREA_MISSING))
        readings: list[TaskReading] = []
        for position, task in enumerate(area.tasks, start=1):
            named = read_task_cell(task.cell, area.ordinal, task.number_cell)
            base = "+".join(named.numbers) or f"{area.ordinal}.({position})"
            for part, row in enumerate(task.rows, start=1):
                row_id = self._unique(base if len(task.rows) == 1 else f"{base}/{part}")
                readings.append(self._task(row_id, named, row))
        return AreaReading(area.ordinal, area.name, tuple(readings))

    def _unique(self, row_id: str) -> str:
        self._used_ids[row_id] += 1
        if self._used_ids[row_id] == 1:
            return row_id
        repeated = f"{row_id}~{self._used_ids[row_id]}"
        self.doubts.append(Doubt(repeated, row_id, repeated, DoubtReason.NUMBER_REPEATED))
        return repeated

    def _task(self, row_id: str, named: NumberedText, row: PlanRow) -> TaskReading:
        assignment, assignment_text = _assignment(row)
        time_text = _time_text(row)
        cell = parse_deadline(time_text, self.year)
        products = split_products(row.text(Column.PRODUCT), len(cell.clauses))
        if not products.items:
            products = Products((Product(None, named.text),))
            self.doubts.append(Doubt(row_id, named.text, named.text, DoubtReason.PRODUCT_MISSING))
        self._note_row(row_id, named, products, row)
        matched = match_deadlines([product.text for product in products.items], cell, self.year)
        self._note_matches(row_id, matched)
        self._note_assignment(row_id, assignment)
        responsible = self._responsible(row_id, assignment, assignment_text, products)
        deliverables = tuple(
            _deliverable(product, deadline, units)
            for product, deadline, units in zip(products.items, matched.deadlines, responsible, strict=True)
            if deadline is not None
        )
        deliverables, asked = with_progress(row_id, row, deliverables, self.context)
        self.doubts += asked
        return TaskReading(
            row_id,
            named.numbers,
            named.text,
            deliverables,
            assignment,
            assignment_text,
            time_text,
            row.text(Column.NOTE),
            row.place,
        )

    def _note_row(self, row_id: str, named: NumberedText, products: Products, row: PlanRow) -> None:
        if not named.numbers:
            self.doubts.append(Doubt(row_id, named.text, row_id, DoubtReason.NUMBER_MISSING))
        if len(named.numbers) > 1:
            shared = str(len(products.items))
            self.doubts.append(Doubt(row_id, named.text, "", DoubtReason.PRODUCTS_SHARED, shared))
        if products.is_split_by_sense:
            parts = "\n".join(product.text for product in products.items)
            self.doubts.append(Doubt(row_id, row.text(Column.PRODUCT), parts, DoubtReason.PRODUCT_SPLIT))
        note = row.text(Column.NOTE)
        if _UNIT_IN_NOTE.search(note):
            self.doubts.append(Doubt(row_id, note, "", DoubtReason.NOTE_NAMES_UNIT))

    def _note_matches(self, row_id: str, matched: Matched) -> None:
        for noticed in matched.noticed:
            where = row_id if noticed.index is None else f"{row_id} #{noticed.index + 1}"
            reason = _REASON_OF_MATCH[noticed.doubt]
            detail = noticed.deadline.reason or ""
            self.doubts.append(Doubt(where, noticed.text, reading_of(noticed.deadline), reason, detail))

    def _note_assignment(self, row_id: str, assignment: Assignment) -> None:
        reason = _assignment_doubt(assignment)
        if reason is not None:
            reading = assignment.lead or "; ".join(assignment.co_leads)
            self.doubts.append(Doubt(row_id, assignment.text, reading, reason, assignment.reason or ""))

    def _responsible(
        self, row_id: str, assignment: Assignment, printed: str, products: Products
    ) -> list[tuple[str, ...]]:
        """Units printed one to a line, as many as there are deliverables, fall to them by order; to be confirmed."""
        units = assignment.co_leads
        by_order = 1 < len(units) == len(products.items) == len(printed.split("\n"))
        if not by_order or assignment.lead_basis is not LeadBasis.UNRESOLVED or assignment.coordinating:
            return [()] * len(products.items)
        for index, (unit, product) in enumerate(zip(units, products.items, strict=True), start=1):
            where = f"{row_id} #{index}"
            self.doubts.append(Doubt(where, product.text, unit, DoubtReason.RESPONSIBLE_BY_ORDER))
        return [(unit,) for unit in units]


def reading_of(deadline: Deadline) -> str:
    """A deadline in one neutral line: its dates in ISO form, or its kind where it has none."""
    if deadline.starts_on is not None:
        return f"{deadline.starts_on}/{deadline.due_on or ''}"
    return "; ".join(day.isoformat() for day in deadline.dates) or str(deadline.kind)


def obligations_of(deadline: Deadline) -> tuple[ObligationReading, ...]:
    """What a deadline makes due: one obligation, or one for each date of a recurring one."""
    if deadline.labels:
        named = zip(deadline.labels, deadline.dates, strict=True)
        return tuple(ObligationReading(label, day) for label, day in named)
    several = deadline.reason is DeadlineReason.SEVERAL_DEADLINES and len(deadline.dates) > 1
    if (deadline.kind is DeadlineKind.RECURRING or several) and deadline.dates:
        return tuple(
            ObligationReading(period_label(deadline.recurrence, index, day), day)
            for index, day in enumerate(deadline.dates, start=1)
        )
    return (ObligationReading("", _only_date(deadline), deadline.starts_on),)


def _only_date(deadline: Deadline) -> date | None:
    return deadline.due_on


def _deliverable(product: Product, deadline: Deadline, units: tuple[str, ...]) -> DeliverableReading:
    return DeliverableReading(product.ordinal, product.text, deadline, obligations_of(deadline), units)


def _time_text(row: PlanRow) -> str:
    """The time cell; where a column of its own names the start, both in one phrase."""
    start, end = row.text(Column.START), row.text(Column.TIME)
    return f"từ {start} đến {end}" if start and end else end or (f"từ {start}" if start else "")


def _assignment(row: PlanRow) -> tuple[Assignment, str]:
    lead, coordinating = row.text(Column.LEAD), row.text(Column.COORDINATING)
    if Column.LEAD in row.cells:
        assignment = parse_assignment_cells(lead, coordinating)
        return assignment, assignment.text
    printed = row.text(Column.ASSIGNMENT)
    if coordinating:
        assignment = parse_assignment_cells(printed, coordinating)
        return assignment, assignment.text
    return parse_assignment(printed), printed


def _assignment_doubt(assignment: Assignment) -> DoubtReason | None:
    if assignment.lead_basis is LeadBasis.UNRESOLVED:
        return DoubtReason.LEAD_UNRESOLVED
    if assignment.reason is not None and assignment.reason is not AssignmentReason.LEAD_IS_GROUP:
        return DoubtReason.ASSIGNMENT_UNCLEAR
    if assignment.lead_basis is LeadBasis.INFERRED:
        return DoubtReason.LEAD_INFERRED
    return DoubtReason.ASSIGNMENT_UNCLEAR if assignment.needs_confirmation else None


def _place(row: PlanRow) -> str:
    return f"{row.place.table}:{row.place.row}"
