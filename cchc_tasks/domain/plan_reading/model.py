"""A plan read from a document: areas, tasks, deliverables, obligations, and all that has to be confirmed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.assignments import Assignment
from cchc_tasks.domain.deadlines import Deadline
from cchc_tasks.domain.grid import Place
from cchc_tasks.domain.plan_reading.heading import Heading
from cchc_tasks.domain.plan_reading.progress import Progress
from cchc_tasks.domain.units import LeadBasis

__all__ = [
    "AreaReading",
    "DeliverableReading",
    "Doubt",
    "DoubtReason",
    "Heading",
    "ObligationReading",
    "PlanCounts",
    "PlanReading",
    "TaskReading",
]


class DoubtReason(StrEnum):
    """Why something is listed to confirm. `Doubt.detail` says more where one word is not enough."""

    DEADLINE_UNCLEAR = "deadline_unclear"
    DATE_FOR_ALL_PRODUCTS = "date_for_all_products"
    MATCHED_BY_ORDER = "matched_by_order"
    DATED_BY_PRODUCT_TEXT = "dated_by_product_text"
    PRODUCT_RECURS = "product_recurs"
    PERIOD_END_ASSUMED = "period_end_assumed"
    DATE_MISSING = "date_missing"
    DATE_WITHOUT_PRODUCT = "date_without_product"
    TIME_NAMES_OTHER = "time_names_other"
    PRODUCT_SPLIT = "product_split"
    PRODUCT_MISSING = "product_missing"
    PRODUCTS_SHARED = "products_shared"
    LEAD_INFERRED = "lead_inferred"
    LEAD_UNRESOLVED = "lead_unresolved"
    ASSIGNMENT_UNCLEAR = "assignment_unclear"
    RESPONSIBLE_BY_ORDER = "responsible_by_order"
    NOTE_NAMES_UNIT = "note_names_unit"
    NUMBER_MISSING = "number_missing"
    NUMBER_REPEATED = "number_repeated"
    AREA_MISSING = "area_missing"
    ROW_NOT_UNDERSTOOD = "row_not_understood"
    YEAR_UNCERTAIN = "year_uncertain"
    TEXT_CONVERTED = "text_converted"
    TEXT_KEPT = "text_kept"
    CHANGES_ACCEPTED = "changes_accepted"
    PARTS_HIDDEN = "parts_hidden"
    ROWS_JOINED = "rows_joined"
    LINES_GUESSED = "lines_guessed"
    COLUMN_SKIPPED = "column_skipped"
    FILE_CONVERTED = "file_converted"
    PROGRESS_UNCLEAR = "progress_unclear"
    PROGRESS_INCOMPLETE = "progress_incomplete"
    PROGRESS_DATE = "progress_date"
    PROGRESS_ASSUMED = "progress_assumed"
    PROGRESS_SHARED = "progress_shared"
    PROGRESS_PERIODS = "progress_periods"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to confirm: where ("2.1/3", "2.1/3 #2" for its second deliverable), the print, how it was read."""

    where: str
    text: str
    reading: str
    reason: DoubtReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ObligationReading:
    """One due date or period; `period_label` ("Tháng 2/2021") is "" for what is owed once."""

    period_label: str
    due_on: date | None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class DeliverableReading:
    """A deliverable; `responsible` are the units of the row that it falls to by order, to be confirmed.

    `progress` is how far it had come in the office's own list, None where the document has no such column or words.
    """

    ordinal: str | None
    text: str
    deadline: Deadline
    obligations: tuple[ObligationReading, ...]
    responsible: tuple[str, ...] = ()
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class TaskReading:
    """A printed row: `numbers` as printed under its area (6.3 and 6.4), `row_id` unique in the plan (2.1/3)."""

    row_id: str
    numbers: tuple[str, ...]
    text: str
    deliverables: tuple[DeliverableReading, ...]
    assignment: Assignment
    assignment_text: str
    time_text: str
    note: str
    source: Place


@dataclass(frozen=True, slots=True)
class AreaReading:
    """An area with its tasks in printed order."""

    ordinal: int
    name: str
    tasks: tuple[TaskReading, ...]


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """What a reading holds."""

    areas: int
    tasks: int
    numbers: int
    deliverables: int
    obligations: int
    dated: int
    undated: int
    unresolved_leads: int


@dataclass(frozen=True, slots=True)
class PlanReading:
    """A plan as read; nothing in it is stored anywhere yet."""

    heading: Heading
    areas: tuple[AreaReading, ...]
    to_confirm: tuple[Doubt, ...]

    def tasks(self) -> Iterator[TaskReading]:
        """Every task in printed order."""
        return (task for area in self.areas for task in area.tasks)

    def obligations(self) -> Iterator[ObligationReading]:
        """Every obligation in printed order."""
        return (
            obligation
            for task in self.tasks()
            for deliverable in task.deliverables
            for obligation in deliverable.obligations
        )

    def counts(self) -> PlanCounts:
        """The figures of the preview."""
        tasks = list(self.tasks())
        owed = list(self.obligations())
        dated = sum(obligation.due_on is not None for obligation in owed)
        return PlanCounts(
            areas=len(self.areas),
            tasks=len(tasks),
            numbers=len({number for task in tasks for number in task.numbers}),
            deliverables=sum(len(task.deliverables) for task in tasks),
            obligations=len(owed),
            dated=dated,
            undated=len(owed) - dated,
            unresolved_leads=sum(task.assignment.lead_basis is LeadBasis.UNRESOLVED for task in tasks),
        )

    def by_due_on(self) -> Mapping[date, int]:
        """How many obligations fall due on each day, in the order of the days."""
        return dict(sorted(Counter(one.due_on for one in self.obligations() if one.due_on is not None).items()))

    def with_heading(self, *, number: str | None = None, issued_on: date | None = None) -> "PlanReading":
        """The same plan under a number and a date that somebody gave."""
        heading = replace(
            self.heading,
            number=number or self.heading.number,
            issued_on=issued_on or self.heading.issued_on,
        )
        return replace(self, heading=heading)
