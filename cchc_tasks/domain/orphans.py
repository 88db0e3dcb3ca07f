"""Open work that nobody answers for: its unit is no more, or nobody is there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.units import with_members

#: Roles of people who can take up a unit's work.
WORKING_ROLES = frozenset({Role.HEAD, Role.STAFF, Role.OFFICE, Role.LEADER})


class OrphanReason(StrEnum):
    """Why nobody answers for a piece of open work."""

    UNNAMED = "unnamed"
    ENDED = "ended"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Staffing:
    """Which units there are on a day, which of them have somebody present, and who is in which group."""

    alive: frozenset[int]
    staffed: frozenset[int]
    members_of: Mapping[int, Collection[int]]

    def reason(self, owing: Collection[int]) -> OrphanReason | None:
        """Why nobody answers for work of these units; None where somebody does.

        One unit with somebody present is enough: the lead, or any co-lead while nobody leads (DESIGN rule 10).
        """
        if not owing:
            return OrphanReason.UNNAMED
        reached = with_members(owing, self.members_of) & self.alive
        if reached & self.staffed:
            return None
        return OrphanReason.EMPTY if reached - frozenset(self.members_of) else OrphanReason.ENDED
