"""Shows 1 for everybody: open tasks, calendars, digests and rights on the day before and on the day of effect.

What has to hold is written here once more, without SQL, from what stood in the database before the decisions: whose
unit owed which work, and who worked where. The decisions put successors in the place of units, and nothing else.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from cchc_tasks.domain import permissions
from cchc_tasks.domain.calendars import FeedScope, Whose
from cchc_tasks.domain.permissions import Action, Role
from cchc_tasks.domain.reminder_rules import Rule
from cchc_tasks.domain.workflow import OPEN_STATUSES
from cchc_tasks.services import _sources, feeds, reorganising
from cchc_tasks.services._work import get_item
from cchc_tasks.services.reminder_rules import load_ground
from cchc_tasks.storage.models import GroupMember, Membership, Obligation, Task
from cchc_tasks.storage.queries.reminders import load_roster
from tests.factories import at
from tests.services.test_reorganisation_163 import DAY, EVE, reorganise
from tests.services.test_reorganisation_163 import office as office

#: Lines that go to whoever owes the work.
OWNERS = frozenset({Rule.BEFORE_DUE, Rule.ON_DUE, Rule.OVERDUE, Rule.CUT_OFF, Rule.PROGRESS_NOTE})
UNIT_ROLES = frozenset({Role.HEAD, Role.STAFF})


@dataclass(frozen=True)
class Picture:
    """The agency in plain sets: roles of people by unit, members by group, owing units by obligation."""

    roles: dict[int, frozenset[tuple[Role, int | None]]]
    members: dict[int, frozenset[int]]
    owing: dict[int, frozenset[int]]
    is_open: dict[int, bool]
    handed: dict[int, int]

    def names_of(self, person_id: int) -> set[int]:
        """The units of a person and the groups they belong to."""
        own = {unit_id for _role, unit_id in self.roles[person_id] if unit_id is not None}
        return own | {group for group, members in self.members.items() if members & own}

    def owed_by(self, person_id: int) -> set[int]:
        names = self.names_of(person_id)
        return {each for each, owing in self.owing.items() if owing & names}

    def calendar_of(self, person_id: int) -> set[int]:
        mine = {each for each in self.owed_by(person_id) if self.handed.get(each, person_id) == person_id}
        return mine | {each for each, who in self.handed.items() if who == person_id}

    def may_report(self, person_id: int, obligation_id: int) -> bool:
        return any(
            role is Role.OFFICE
            or (role in UNIT_ROLES | {Role.LEADER} and self.reaches(unit_id, self.owing[obligation_id]))
            for role, unit_id in self.roles[person_id]
        )

    def reaches(self, unit_id: int | None, owing: frozenset[int]) -> bool:
        groups = {group for group, members in self.members.items() if unit_id in members}
        return unit_id is not None and bool(owing & ({unit_id} | groups))

    def of_role(self, role: Role, obligation_id: int) -> set[int]:
        owing = self.owing[obligation_id]
        return {
            person_id
            for person_id, roles in self.roles.items()
            if any(each is role and self.reaches(unit_id, owing) for each, unit_id in roles)
        }

    def told_of(self, obligation_id: int) -> set[int]:
        """Whom a digest reminds of the work."""
        if obligation_id in self.handed:
            return {self.handed[obligation_id]}
        return self.of_role(Role.HEAD, obligation_id) or self.of_role(Role.STAFF, obligation_id)


def taken(office) -> Picture:
    """The picture as the database has it before any decision."""
    session = office.session
    roles = defaultdict(set)
    for held in session.scalars(select(Membership)):
        assert held.ends_on is None
        roles[held.person_id].add((held.role, held.unit_id))
    members = defaultdict(set)
    for member in session.scalars(select(GroupMember)):
        members[member.group_id].add(member.member_id)
    obligations = session.scalars(select(Obligation)).all()
    tasks = {task.id: task for task in session.scalars(select(Task))}
    owing = {
        each.id: tasks[each.task_id].assigned().owing(each.deliverable.responsible_unit_id) for each in obligations
    }
    return Picture(
        {person_id: frozenset(roles[person_id]) for person_id in office.people.values()},
        {group: frozenset(own) for group, own in members.items()},
        owing,
        {each.id: each.status in OPEN_STATUSES for each in obligations},
        {each.id: each.person_id for each in obligations if each.person_id is not None},
    )


def passed_on(before: Picture, office, made: int) -> Picture:
    """The picture of the day of effect: successors in the place of units, one head of the new unit."""
    units = office.units
    heir_of = {units["KHTC"]: units["VP"], units["CNTT"]: made, units["BCVT"]: made}
    lan = office.people["lan"]

    def role(person_id: int, held: Role, unit_id: int | None) -> tuple[Role, int | None]:
        if unit_id not in heir_of:
            return held, unit_id
        stays = held is not Role.HEAD or person_id == lan
        return (held if stays else Role.STAFF), heir_of[unit_id]

    tasks = {each.id: each.task_id for each in office.session.scalars(select(Obligation))}
    unfinished = {tasks[each] for each, is_open in before.is_open.items() if is_open}
    return Picture(
        {person_id: frozenset(role(person_id, *each) for each in own) for person_id, own in before.roles.items()},
        {group: frozenset(heir_of.get(each, each) for each in own) for group, own in before.members.items()},
        {
            each: frozenset(heir_of.get(unit_id, unit_id) for unit_id in owing) if tasks[each] in unfinished else owing
            for each, owing in before.owing.items()
        },
        before.is_open,
        before.handed,
    )


def check_everybody(office, picture: Picture, day: date) -> tuple[int, int]:
    """Pages, calendars and rights of every person; how many people and pairs of person and work were looked at."""
    session = office.session
    session.rollback()
    session.expire_all()
    pairs = 0
    for name, person_id in office.people.items():
        reader = office.who(name, day)
        assert {(each.role, each.unit_id) for each in reader.memberships} == set(picture.roles[person_id]), name
        assert office.work_of(name, day) == picture.owed_by(person_id), name
        rows = feeds.work_of(session, reader, Whose(FeedScope.PERSON), day, None, lambda *_: [])
        assert {row.id for row in rows} == picture.calendar_of(person_id), name
        for obligation_id in picture.owing:
            work = get_item(session, obligation_id, reader).work()
            may = permissions.may(reader, Action.REPORT_WORK, work)
            assert may is picture.may_report(person_id, obligation_id), (name, obligation_id)
            pairs += 1
    return len(office.people), pairs


def check_digests(office, picture: Picture, day: date) -> int:
    """Every line of owners' rules that is due goes to whom the picture says, and to nobody else."""
    session = office.session
    ground = load_ground(session, office.agency_id, day)
    roster = load_roster(session, office.agency_id, day)
    told = defaultdict(set)
    for line in _sources.due_on(session, office.agency_id, roster, day, ground.days, ground.rules):
        if line.rule in OWNERS:
            told[line.subject_id, line.rule, line.step].add(line.recipient_id)
    for (obligation_id, _rule, _step), people in told.items():
        assert people == picture.told_of(obligation_id), obligation_id
    assert office.owed[0] in {obligation_id for obligation_id, _rule, _step in told}
    return len(told)


@pytest.fixture
def pictures(office):
    before = taken(office)
    made = reorganise(office)
    return before, passed_on(before, office, made)


def test_on_the_day_before_everybody_has_what_they_had(office, pictures):
    before, _after = pictures
    reorganising.apply_due(office.session, now=at(EVE, 23))

    people, pairs = check_everybody(office, before, EVE)

    assert people >= 20 and pairs == people * len(before.owing)
    assert check_digests(office, before, EVE) >= 10


def test_on_the_day_of_effect_everybody_has_what_the_decisions_say(office, pictures):
    before, after = pictures
    reorganising.apply_due(office.session, now=at(DAY, 0))

    people, pairs = check_everybody(office, after, DAY)

    assert people >= 20 and pairs == people * len(after.owing)
    assert check_digests(office, after, DAY) >= 10
    changed = {each for each in before.owing if before.owing[each] != after.owing[each]}
    assert changed >= set(office.owed) and len(changed) >= 12
