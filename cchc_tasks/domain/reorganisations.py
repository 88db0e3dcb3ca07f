"""What a decision does to units: who succeeds whom, and how work, named by unit, passes to the successor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from cchc_tasks.domain.errors import Invalid
from cchc_tasks.domain.units import AssignedUnits


class ReorganisationKind(StrEnum):
    """What a decision says of units."""

    CREATE = "create"
    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    ABOLISH = "abolish"


class Outcome(StrEnum):
    """What became of a recorded decision: carried out on its day, or taken back before it."""

    APPLIED = "applied"
    CANCELLED = "cancelled"


class UnitsAsked(StrEnum):
    """By which units a table is asked: as they were at the cut-off, or as they are when the count is known."""

    THEN = "then"
    NOW = "now"


class ReorganisationTrouble(StrEnum):
    """What is wrong with a reorganisation as it was typed."""

    NO_UNIT = "no_unit"
    NO_SUCCESSOR = "no_successor"
    SAME_UNIT = "same_unit"
    IS_GROUP = "is_group"
    NOT_ALIVE = "not_alive"
    IS_PENDING = "is_pending"
    CHANGED_SINCE = "changed_since"
    NOT_A_SUCCESSOR = "not_a_successor"
    ISSUED_AFTER_TODAY = "issued_after_today"
    DOCUMENT_MISSING = "document_missing"
    ALREADY_ENDED = "already_ended"
    DATES_REVERSED = "dates_reversed"
    NOT_ONES_OWN = "not_ones_own"
    TO_ONESELF = "to_oneself"
    UNIT_NEEDED = "unit_needed"
    END_NEEDED = "end_needed"
    EMPTY_UNIT = "empty_unit"


class InvalidReorganisation(Invalid):
    """A reorganisation cannot be recorded as typed; `field` names where it was typed."""

    def __init__(self, trouble: ReorganisationTrouble, field: str = "", **facts: object) -> None:
        self.trouble = trouble
        self.field = field
        super().__init__(trouble=trouble, field=field, **facts)


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a decision: `from_id` (None: a new unit) passes to `to_id` (None: to nobody).

    `is_main` marks the heir of everything that no choice sends elsewhere.
    """

    from_id: int | None
    to_id: int | None
    is_main: bool = True


def heirs(lines: Iterable[Line]) -> dict[int, int]:
    """The main heir of each unit that ends; units that go on (their own heir) and units without one are left out."""
    return {
        line.from_id: line.to_id
        for line in lines
        if line.is_main and line.from_id is not None and line.to_id is not None and line.from_id != line.to_id
    }


def ending(lines: Iterable[Line]) -> frozenset[int]:
    """The units that no longer exist afterwards: those that are not among their own successors."""
    found = list(lines)
    from_ids = {line.from_id for line in found if line.from_id is not None}
    return frozenset(from_ids - {line.to_id for line in found if line.from_id == line.to_id})


def only_heirs(lines: Iterable[Line]) -> dict[int, int]:
    """The heir of each unit that ends with one successor and no more."""
    found = list(lines)
    to_ids: dict[int, set[int | None]] = {}
    for line in found:
        if line.from_id is not None:
            to_ids.setdefault(line.from_id, set()).add(line.to_id)
    heir_of = {old: next(iter(to_ids[old])) for old in ending(found) if len(to_ids[old]) == 1}
    return {old: new for old, new in heir_of.items() if new is not None}


def passed(assigned: AssignedUnits, heir_of: Mapping[int, int]) -> AssignedUnits:
    """The assignment with each unit replaced by its successor; nobody is named twice, and leading goes first."""
    lead = None if assigned.lead is None else heir_of.get(assigned.lead, assigned.lead)
    co_leads = tuple(dict.fromkeys(heir_of.get(each, each) for each in assigned.co_leads))
    co_leads = tuple(each for each in co_leads if each != lead)
    owing = {lead, *co_leads}
    coordinating = dict.fromkeys(heir_of.get(each, each) for each in assigned.coordinating)
    return replace(
        assigned, lead=lead, co_leads=co_leads, coordinating=tuple(each for each in coordinating if each not in owing)
    )


def present_units(successions: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Which unit each ended unit is now, through all successions in the order they were carried out."""
    found: dict[int, int] = {}
    for heir_of in successions:
        found = {old: heir_of.get(new, new) for old, new in found.items()}
        found.update(heir_of)
    return {old: new for old, new in found.items() if old != new}
