"""Who may do what: one table, asked by every view, command, feed and export."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.errors import NotAllowed, NotFound, Refused, RefusedReason


class Role(StrEnum):
    """What a person is in the agency; a person may hold several."""

    ADMIN = "admin"
    OFFICE = "office"
    LEADER = "leader"
    HEAD = "head"
    STAFF = "staff"
    VIEWER = "viewer"


class Action(StrEnum):
    """Everything that is asked about; a route names the one it needs."""

    READ_AGENCY = "read_agency"
    REPORT_WORK = "report_work"
    COMMENT = "comment"
    HAND_OVER = "hand_over"
    ASK_EXTENSION = "ask_extension"
    ANSWER_EXTENSION = "answer_extension"
    ASK_EXPLANATION = "ask_explanation"
    ANSWER_EXPLANATION = "answer_explanation"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CORRECT_LEDGER = "correct_ledger"
    EDIT_PLAN = "edit_plan"
    READ_REMINDERS = "read_reminders"
    SEND_REMINDERS = "send_reminders"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_UNITS = "manage_units"
    GIVE_POWER = "give_power"
    EDIT_REMINDER_RULES = "edit_reminder_rules"
    MANAGE_HOLIDAYS = "manage_holidays"
    MOVE_DEMO_CLOCK = "move_demo_clock"
    SUBSCRIBE_CALENDAR = "subscribe_calendar"
    ANSWER_REPORT = "answer_report"
    PREPARE_REPORT = "prepare_report"
    SUBMIT_REPORT = "submit_report"


class Scope(StrEnum):
    """How far a grant reaches."""

    AGENCY = "agency"
    RESPONSIBLE = "responsible"
    COORDINATING = "coordinating"


class MandateKind(StrEnum):
    """By what somebody acts beyond their own roles: phụ trách, or ủy quyền of a head or a leader, for a time."""

    ACTING_HEAD = "acting_head"
    FOR_HEAD = "for_head"
    FOR_LEADER = "for_leader"


@dataclass(frozen=True, slots=True)
class Mandate:
    """An acting head's or a delegate's power as it holds today; `from_id` is for whom (None: an acting head)."""

    kind: MandateKind
    unit_id: int | None
    from_id: int | None = None
    from_name: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A role held in a unit from `starts_on` to `ends_on` (both included; None: no end).

    `mandate` is set where the role is not one's own but given for a time.
    """

    role: Role
    unit_id: int | None
    starts_on: date
    ends_on: date | None = None
    mandate: Mandate | None = None

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class ByLink:
    """The link of a mail by which somebody acts, once, and what for (`domain.mail_links.LinkUse`)."""

    id: int
    use: str


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks, as of today: their roles, the units they work in, and those units' groups.

    `groups_of` maps a unit to the collective groups it belongs to, so that work given to a group reaches its members.
    """

    #: None: a command of the console acts, for nobody in particular.
    person_id: int | None
    agency_id: int
    memberships: tuple[Membership, ...] = ()
    groups_of: Mapping[int, frozenset[int]] = field(default_factory=dict)
    name: str = ""
    #: What a leader gave over; a head's powers stand among `memberships`.
    mandates: tuple[Mandate, ...] = ()
    #: Set where they did not sign in: the first unit of work uses the link up, or does nothing.
    link: ByLink | None = None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(membership.role for membership in self.memberships)

    @property
    def own_unit_ids(self) -> frozenset[int]:
        """Units in which this person works, groups left out."""
        return frozenset(each.unit_id for each in self.memberships if each.unit_id is not None)

    @property
    def unit_ids(self) -> frozenset[int]:
        """Own units and the groups they belong to: every name under which work may be given to this person."""
        return self.own_unit_ids.union(*(self.groups_of.get(unit_id, ()) for unit_id in self.own_unit_ids))

    def unit_ids_of(self, membership: Membership) -> frozenset[int]:
        """The names under which work reaches this person through one membership."""
        if membership.unit_id is None:
            return frozenset()
        return frozenset({membership.unit_id}) | self.groups_of.get(membership.unit_id, frozenset())


@dataclass(frozen=True, slots=True)
class Work:
    """What permissions need to know of a piece of work."""

    agency_id: int
    responsible_ids: frozenset[int] = frozenset()
    coordinating_ids: frozenset[int] = frozenset()
    reported_by_id: int | None = None
    #: Whether the report came from the office itself, whose work a leader confirms.
    is_office_work: bool = False
    person_id: int | None = field(default=None)


_EVERYBODY = tuple(Role)

#: (action) -> roles that may, and how far. What is not listed is refused. Source: DESIGN rules 4 and 11.
GRANTS: dict[Action, tuple[tuple[Role, Scope], ...]] = {
    Action.READ_AGENCY: tuple((role, Scope.AGENCY) for role in _EVERYBODY),
    Action.REPORT_WORK: (
        (Role.OFFICE, Scope.AGENCY),
        (Role.HEAD, Scope.RESPONSIBLE),
        (Role.STAFF, Scope.RESPONSIBLE),
        (Role.LEADER, Scope.RESPONSIBLE),
    ),
    Action.COMMENT: (
        (Role.OFFICE, Scope.AGENCY),
        (Role.LEADER, Scope.AGENCY),
        (Role.HEAD, Scope.RESPONSIBLE),
        (Role.STAFF, Scope.RESPONSIBLE),
        (Role.HEAD, Scope.COORDINATING),
        (Role.STAFF, Scope.COORDINATING),
    ),
    Action.HAND_OVER: ((Role.OFFICE, Scope.AGENCY), (Role.HEAD, Scope.RESPONSIBLE)),
    Action.ASK_EXTENSION: ((Role.OFFICE, Scope.AGENCY), (Role.HEAD, Scope.RESPONSIBLE)),
    Action.ANSWER_EXTENSION: ((Role.OFFICE, Scope.AGENCY), (Role.LEADER, Scope.AGENCY)),
    Action.ASK_EXPLANATION: ((Role.OFFICE, Scope.AGENCY), (Role.LEADER, Scope.AGENCY)),
    # The office answers for its own work only.
    Action.ANSWER_EXPLANATION: ((Role.HEAD, Scope.RESPONSIBLE), (Role.OFFICE, Scope.RESPONSIBLE)),
    Action.CONFIRM: ((Role.OFFICE, Scope.AGENCY), (Role.LEADER, Scope.AGENCY)),
    Action.REOPEN: ((Role.OFFICE, Scope.AGENCY),),
    Action.CORRECT_LEDGER: ((Role.OFFICE, Scope.AGENCY),),
    Action.EDIT_PLAN: ((Role.OFFICE, Scope.AGENCY),),
    Action.READ_REMINDERS: ((Role.OFFICE, Scope.AGENCY), (Role.ADMIN, Scope.AGENCY)),
    Action.SEND_REMINDERS: ((Role.OFFICE, Scope.AGENCY), (Role.ADMIN, Scope.AGENCY)),
    Action.MANAGE_PEOPLE: ((Role.ADMIN, Scope.AGENCY),),
    Action.GIVE_POWER: ((Role.ADMIN, Scope.AGENCY), (Role.LEADER, Scope.AGENCY), (Role.HEAD, Scope.AGENCY)),
    Action.MANAGE_UNITS: ((Role.ADMIN, Scope.AGENCY), (Role.OFFICE, Scope.AGENCY)),
    Action.EDIT_REMINDER_RULES: ((Role.OFFICE, Scope.AGENCY),),
    Action.MANAGE_HOLIDAYS: ((Role.ADMIN, Scope.AGENCY), (Role.OFFICE, Scope.AGENCY)),
    Action.MOVE_DEMO_CLOCK: ((Role.OFFICE, Scope.AGENCY), (Role.ADMIN, Scope.AGENCY)),
    Action.SUBSCRIBE_CALENDAR: tuple((role, Scope.AGENCY) for role in _EVERYBODY),
    Action.ANSWER_REPORT: (
        (Role.OFFICE, Scope.AGENCY),
        (Role.HEAD, Scope.RESPONSIBLE),
        (Role.STAFF, Scope.RESPONSIBLE),
    ),
    Action.PREPARE_REPORT: ((Role.OFFICE, Scope.AGENCY),),
    Action.SUBMIT_REPORT: ((Role.LEADER, Scope.AGENCY),),
}


#: What a mandate of a leader allows, in the whole agency. Source: DESIGN rule 4 (a leader, or whom they name). A report
#: is signed: no power that is given in this program reaches that far (rule 6: the leader submits).
GRANTS_BY_MANDATE: dict[MandateKind, frozenset[Action]] = {
    MandateKind.FOR_LEADER: frozenset({Action.READ_AGENCY, Action.CONFIRM, Action.ANSWER_EXTENSION}),
}

#: What only a leader, or whom they name, does of the office's own work.
_LEADERS_OF_OFFICE_WORK = frozenset({Action.CONFIRM, Action.ANSWER_EXTENSION})


def _reaches(principal: Principal, membership: Membership, scope: Scope, work: Work | None) -> bool:
    if scope is Scope.AGENCY:
        return True
    if work is None:
        return False
    named = work.responsible_ids if scope is Scope.RESPONSIBLE else work.coordinating_ids
    return not named.isdisjoint(principal.unit_ids_of(membership))


def may(principal: Principal, action: Action, work: Work | None = None) -> bool:
    """Whether `principal` may do `action`, to `work` where one is meant; never across agencies."""
    if work is not None and work.agency_id != principal.agency_id:
        return False
    return _is_mandated(principal, action) or any(
        membership.role is role and _reaches(principal, membership, scope, work)
        for role, scope in GRANTS[action]
        for membership in principal.memberships
    )


def _is_mandated(principal: Principal, action: Action) -> bool:
    return any(action in GRANTS_BY_MANDATE.get(each.kind, frozenset()) for each in principal.mandates)


def may_anywhere(principal: Principal, action: Action) -> bool:
    """Whether some grant of `action` is held at all, whatever the work; for routes before the work is known."""
    return _is_mandated(principal, action) or any(role in principal.roles for role, _scope in GRANTS[action])


def require(principal: Principal, action: Action, work: Work | None = None) -> None:
    """Raises `NotFound` for another agency's work (its existence is not told), `NotAllowed` otherwise."""
    if work is not None and work.agency_id != principal.agency_id:
        raise NotFound(action=action)
    if not may(principal, action, work):
        raise NotAllowed(action=action, person_id=principal.person_id)


def check_confirmation(principal: Principal, work: Work, *, override_reason: str | None) -> None:
    """Raises where a confirmation would be one's own, or the office's of its own work, without a reasoned override.

    Source: DESIGN rule 4. The override is kept in the ledger row and shown wherever the confirmation is.
    """
    require(principal, Action.CONFIRM, work)
    if override_reason:
        return
    if work.reported_by_id == principal.person_id:
        raise Refused(RefusedReason.SELF_CONFIRMATION, person_id=principal.person_id)
    if work.is_office_work and not answers_for_leader(principal):
        raise Refused(RefusedReason.OFFICE_WORK_NEEDS_LEADER, person_id=principal.person_id)


def answers_for_leader(principal: Principal) -> bool:
    """Whether they are a leader, or named by one: whoever confirms the office's own work and answers its requests."""
    return Role.LEADER in principal.roles or any(each.kind is MandateKind.FOR_LEADER for each in principal.mandates)


def mandate_for(principal: Principal, action: Action, work: Work | None = None) -> Mandate | None:
    """The mandate by which somebody does `action`, or None where their own roles are enough.

    It is written into the ledger beside what they did, and shown as "thay mặt".
    """
    own = tuple(each for each in principal.memberships if each.mandate is None)
    alone = replace(principal, memberships=own, mandates=())
    is_leaders = action in _LEADERS_OF_OFFICE_WORK and work is not None and work.is_office_work
    if may(alone, action, work) and (not is_leaders or answers_for_leader(alone)):
        return None
    for membership in principal.memberships:
        given = membership.mandate
        if given is not None and may(replace(alone, memberships=(membership,)), action, work):
            return given
    return next((each for each in principal.mandates if action in GRANTS_BY_MANDATE.get(each.kind, ())), None)


def check_extension_answer(
    principal: Principal, work: Work, *, asked_by_id: int | None, override_reason: str | None
) -> None:
    """Raises where an answer would be to one's own request, or the office's to itself, without a reasoned override.

    As for a confirmation (DESIGN rule 4): `work.is_office_work` says that the office asked for work of its own.
    """
    require(principal, Action.ANSWER_EXTENSION, work)
    if override_reason:
        return
    if work.is_office_work and not answers_for_leader(principal):
        raise Refused(RefusedReason.OFFICE_REQUEST_NEEDS_LEADER, person_id=principal.person_id)
    if asked_by_id is not None and asked_by_id == principal.person_id:
        raise Refused(RefusedReason.SELF_ANSWER, person_id=principal.person_id)
