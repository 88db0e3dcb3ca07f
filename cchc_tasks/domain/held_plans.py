"""A plan as it stands: what its rows hold now, whatever was printed when it was issued."""

from dataclasses import dataclass
from datetime import date

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.plan_units import KnownUnit
from cchc_tasks.domain.units import AssignedUnits


@dataclass(frozen=True, slots=True)
class HeldObligation:
    """One due date or period of a product; `text` is the phrase it was read from, "" where none was printed."""

    label: str
    kind: DeadlineKind
    due_on: date | None
    starts_on: date | None = None
    is_ongoing: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class HeldProduct:
    """A product with what it owes."""

    ordinal: str | None
    text: str
    obligations: tuple[HeldObligation, ...]


@dataclass(frozen=True, slots=True)
class HeldTask:
    """A row of the plan: `assignment_text` and `time_text` are its print, `assigned` and the products what holds."""

    numbers: tuple[str, ...]
    text: str
    products: tuple[HeldProduct, ...]
    assigned: AssignedUnits
    assignment_text: str = ""
    time_text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HeldArea:
    """An area with its rows in order; `ordinal` as printed."""

    ordinal: str
    name: str
    tasks: tuple[HeldTask, ...]


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """A plan whole. `units` are all units of its agency, by which printed names are understood."""

    number: str
    issued_on: date
    year: int
    title: str
    agency_name: str
    parent_name: str
    areas: tuple[HeldArea, ...]
    units: tuple[KnownUnit, ...]
