"""Units, who leads a piece of work, and at which unit it counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class UnitKind(StrEnum):
    """Kinds of organisation; a group stands for its members as of a date."""

    OFFICE = "office"
    DIVISION = "division"
    INSPECTORATE = "inspectorate"
    SERVICE_UNIT = "service_unit"
    BOARD = "board"
    COUNCIL = "council"
    SECTION = "section"
    GROUP = "group"


class LeadBasis(StrEnum):
    """Why a unit is the lead."""

    EXPLICIT = "explicit"
    INFERRED = "inferred"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class AssignedUnits:
    """Who was given a task, by unit id. While unresolved `lead` is None and `co_leads` holds all in printed order."""

    lead: int | None
    basis: LeadBasis
    co_leads: tuple[int, ...] = ()
    coordinating: tuple[int, ...] = ()

    @property
    def responsible(self) -> tuple[int, ...]:
        """The units that owe the work: the lead, or all co-leads while nobody leads."""
        return (self.lead,) if self.lead is not None else self.co_leads

    def owing(self, responsible: int | None = None) -> frozenset[int]:
        """All who answer for a deliverable: every unit named until one leads; one named for the deliverable joins."""
        return frozenset(self.responsible) | (frozenset() if responsible is None else frozenset({responsible}))


def counted_unit(assigned: AssignedUnits, groups: Iterable[int], *, responsible: int | None = None) -> int | None:
    """The unit in whose row an obligation counts, or None for "Chưa rõ chủ trì".

    It counts at the unit named for its deliverable, else at the lead; while unresolved at the first unit named;
    under None where only a group is named. `groups` are the ids of collective groups. Source: DESIGN §2 (Assignment).
    """
    group_ids = frozenset(groups)
    named = (responsible,) if responsible is not None else assigned.responsible
    return next((unit_id for unit_id in named if unit_id is not None and unit_id not in group_ids), None)


def with_members(unit_ids: Iterable[int], members_of: Mapping[int, Iterable[int]]) -> frozenset[int]:
    """The units named and, for each group among them, its members."""
    named = frozenset(unit_ids)
    return named.union(*(members_of.get(unit_id, ()) for unit_id in named))
