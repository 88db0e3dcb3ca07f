"""Units reorganised by a decision: on its day, before it, late; what passes on and what stays with who did it."""

from datetime import date, timedelta

import pytest

from cchc_tasks.domain.errors import DuplicateRequest, NotAllowed, StaleEdit
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.plan_units import plan_units
from cchc_tasks.domain.reorganisations import (
    InvalidReorganisation,
    ReorganisationKind,
    ReorganisationTrouble,
    UnitsAsked,
)
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import counting, obligations, reorganising, staging, teamwork
from cchc_tasks.services.reorganising import DecisionPaper, Order, RoleChoice, Successor
from cchc_tasks.services.units import NewUnit
from cchc_tasks.storage.models import Membership, Obligation, Task, Unit
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries import reorganisations as queries
from cchc_tasks.storage.queries import units as unit_queries
from tests.factories import at, make_membership, make_person, make_unit, principal_of
from tests.support.work import Workplace

EVE = date(2021, 6, 30)
DAY = date(2021, 7, 1)
PAPER = DecisionPaper("05/QĐ-STTTT", date(2021, 3, 8), "Về việc sáp nhập phòng")
RECORDED = at(date(2021, 3, 10))


@pytest.fixture
def place(session):
    return Workplace(session)


def order(place, **values):
    given = {
        "kind": ReorganisationKind.MERGE,
        "paper": PAPER,
        "effective_on": DAY,
        "from_ids": (place.office.unit.id,),
        "successors": (Successor(place.office.office.id),),
    }
    return Order(**(given | values))


def record(session, place, *, now=RECORDED, key=None, who="office", **values):
    return reorganising.record(session, order(place, **values), actor=place.who(who), now=now, request_key=key)


def per_unit(session, place, cut_off, known_at, asked=UnitsAsked.THEN):
    found = counting.count_by_unit(
        session, place.plan.id, actor=place.who("viewer"), cut_off=cut_off, known_at=known_at, units=asked
    )
    return {unit_id: (tally.done, tally.total) for unit_id, tally in found.items()}


def test_nothing_moves_before_the_day_and_everything_open_on_it(session, place):
    done = place.task()
    place.report(done)
    place.made, made = done, place.made
    place.confirm()
    place.made = made
    record(session, place)
    obligation = place.fresh()

    assert reorganising.apply_due(session, now=at(EVE, 23)) == 0
    assert session.get_one(Task, obligation.task_id).lead_unit_id == place.office.unit.id

    assert reorganising.apply_due(session, now=at(DAY, 1)) == 1
    assert reorganising.apply_due(session, now=at(DAY, 2)) == 0

    session.expire_all()
    unit, office = place.office.unit.id, place.office.office.id
    assert session.get_one(Task, obligation.task_id).lead_unit_id == office
    assert session.get_one(Obligation, obligation.id).counted_unit_id == office
    assert session.get_one(Obligation, done.obligation.id).counted_unit_id == unit
    assert session.get_one(Unit, unit).valid_to == EVE
    known = at(DAY, 3)
    assert per_unit(session, place, EVE, known) == {unit: (1, 2)}
    assert per_unit(session, place, DAY, known) == {unit: (1, 1), office: (0, 1)}
    assert per_unit(session, place, EVE, known, UnitsAsked.NOW) == {office: (1, 2)}
    assert per_unit(session, place, DAY, known, UnitsAsked.NOW) == {office: (1, 2)}


def test_a_task_partly_done_counts_its_parts_where_they_were_done(session, place):
    made = place.task(deliverable_texts=("Kế hoạch", "Báo cáo"))
    place.made = made
    place.report(made)
    place.confirm()
    record(session, place)
    reorganising.apply_due(session, now=at(DAY))

    session.expire_all()
    units = [session.get_one(Obligation, each.id).counted_unit_id for each in made.obligations]
    assert units == [place.office.unit.id, place.office.office.id]


def test_work_taken_up_again_is_the_successors(session, place):
    made = place.task(deliverable_texts=("Kế hoạch", "Báo cáo"))
    place.made = made
    place.report(made)
    place.confirm()
    record(session, place)
    reorganising.apply_due(session, now=at(DAY))
    one = place.fresh()

    obligations.reopen(
        session, one.id, version=one.version, effective_on=DAY, reason="Sai", actor=place.who("office"), now=at(DAY)
    )

    assert place.fresh().counted_unit_id == place.office.office.id


def test_a_late_entry_of_work_done_before_the_day_counts_at_the_old_unit(session, place):
    record(session, place)
    reorganising.apply_due(session, now=at(DAY))
    one = place.fresh()

    place.report(by="office", day=DAY + timedelta(days=5), effective_on=EVE)
    assert place.fresh().counted_unit_id == place.office.office.id
    obligations.confirm(
        session,
        one.id,
        version=place.fresh().version,
        actor=place.who("leader"),
        now=at(DAY + timedelta(days=6)),
        override_reason="Văn phòng đã kiểm tra",
    )

    assert place.fresh().counted_unit_id == place.office.unit.id
    assert per_unit(session, place, EVE, at(DAY + timedelta(days=7))) == {place.office.unit.id: (1, 1)}
    assert per_unit(session, place, DAY, at(DAY + timedelta(days=7))) == {place.office.unit.id: (1, 1)}


def test_a_decision_recorded_late_changes_counts_known_from_then_only(session, place):
    late = at(DAY + timedelta(days=19))
    before = per_unit(session, place, DAY + timedelta(days=3), at(DAY + timedelta(days=10)))

    record(session, place, now=late)

    assert before == {place.office.unit.id: (0, 1)}
    assert per_unit(session, place, DAY + timedelta(days=3), at(DAY + timedelta(days=10))) == before
    assert per_unit(session, place, DAY + timedelta(days=3), late + timedelta(hours=1)) == {
        place.office.office.id: (0, 1)
    }
    assert per_unit(session, place, EVE, late + timedelta(hours=1)) == before


def test_people_go_with_the_unit_and_their_rights_on_the_day(session, place):
    record(session, place)
    reorganising.apply_due(session, now=at(DAY))
    staff, head = place.office.people["staff"], place.office.people["head"]

    on_eve = people_queries.principal(session, staff.id, EVE)
    on_day = people_queries.principal(session, staff.id, DAY)

    assert on_eve.own_unit_ids == {place.office.unit.id}
    assert on_day.own_unit_ids == {place.office.office.id}
    assert people_queries.principal(session, head.id, EVE).roles == {Role.HEAD}
    assert people_queries.principal(session, head.id, DAY).roles == {Role.STAFF}


def test_a_role_goes_where_it_is_said(session, place):
    staff, head = place.office.people["staff"], place.office.people["head"]
    new = Successor(new=NewUnit("Phòng Chuyển đổi số", UnitKind.DIVISION, DAY))
    record(
        session,
        place,
        successors=(new, Successor(place.office.office.id)),
        kind=ReorganisationKind.SPLIT,
        people={staff.memberships[0].id: RoleChoice(1), head.memberships[0].id: RoleChoice(0, Role.HEAD)},
    )
    reorganising.apply_due(session, now=at(DAY))

    made = next(u.id for u in unit_queries.list_units(session, place.office.agency.id, DAY) if "Chuyển" in u.name)
    assert people_queries.principal(session, staff.id, DAY).own_unit_ids == {place.office.office.id}
    assert people_queries.principal(session, head.id, DAY).own_unit_ids == {made}
    assert people_queries.principal(session, head.id, DAY).roles == {Role.HEAD}


def test_a_split_sends_each_task_where_it_is_said_and_the_rest_to_the_first(session, place):
    other = place.task()
    new = Successor(new=NewUnit("Phòng Chuyển đổi số", UnitKind.DIVISION, DAY))
    record(
        session,
        place,
        kind=ReorganisationKind.SPLIT,
        successors=(new, Successor(place.office.other_unit.id)),
        tasks={other.task.id: 1},
    )
    reorganising.apply_due(session, now=at(DAY))

    session.expire_all()
    assert session.get_one(Task, other.task.id).lead_unit_id == place.office.other_unit.id
    assert session.get_one(Task, other.task.id).assigned().coordinating == ()
    made = session.get_one(Task, place.made.task.id).lead_unit_id
    assert unit_queries.names_on(session, place.office.agency.id, DAY)[made] == "Phòng Chuyển đổi số"


def test_a_unit_that_goes_on_after_a_split_keeps_what_no_choice_sends_away(session, place):
    other = place.task()
    new = Successor(new=NewUnit("Phòng Chuyển đổi số", UnitKind.DIVISION, DAY))
    record(
        session,
        place,
        kind=ReorganisationKind.SPLIT,
        successors=(Successor(place.office.unit.id), new),
        tasks={other.task.id: 1},
    )
    reorganising.apply_due(session, now=at(DAY))

    session.expire_all()
    assert session.get_one(Unit, place.office.unit.id).valid_to is None
    assert session.get_one(Task, place.made.task.id).lead_unit_id == place.office.unit.id
    assert session.get_one(Task, other.task.id).lead_unit_id not in (None, place.office.unit.id)
    staff = place.office.people["staff"]
    assert people_queries.principal(session, staff.id, DAY).own_unit_ids == {place.office.unit.id}


def test_groups_follow(session, place):
    group = make_unit(session, place.office.agency, "Các phòng", members=(place.office.unit, place.office.other_unit))
    session.commit()
    record(session, place)
    reorganising.apply_due(session, now=at(DAY))

    members = unit_queries.members_of_groups
    eve, day = (members(session, place.office.agency.id, each)[group.id] for each in (EVE, DAY))
    assert eve == {place.office.unit.id, place.office.other_unit.id}
    assert day == {place.office.office.id, place.office.other_unit.id}


def test_past_names_lead_to_the_successor(session, place):
    record(session, place)
    assert unit_queries.spellings(session, place.office.agency.id)["phong cong nghe thong tin"] == place.office.unit.id
    reorganising.apply_due(session, now=at(DAY))

    found = unit_queries.spellings(session, place.office.agency.id)
    assert found["phong cong nghe thong tin"] == place.office.office.id


def test_a_plan_that_prints_a_past_name_reaches_the_successor(session, place):
    record(session, place)
    reorganising.apply_due(session, now=at(DAY))

    known = {unit.id: unit.past for unit in staging.known_units(session, place.office.agency.id, DAY)}

    assert place.office.unit.id not in known
    assert "Phòng Công nghệ thông tin" in known[place.office.office.id]
    known_units = staging.known_units(session, place.office.agency.id, DAY)
    [old], [own] = (plan_units([name], known_units) for name in ("Phòng Công nghệ thông tin", "Văn phòng Sở"))
    assert (old.unit_id, old.is_past) == (place.office.office.id, True)
    assert (own.unit_id, own.is_past) == (place.office.office.id, False)


def test_a_new_unit_may_take_over_the_name_of_one_it_succeeds(session, place):
    new = Successor(new=NewUnit("Phòng Công nghệ thông tin", UnitKind.DIVISION, DAY))
    record(session, place, from_ids=(place.office.unit.id, place.office.other_unit.id), successors=(new,))
    reorganising.apply_due(session, now=at(DAY))

    [unit] = [u for u in unit_queries.list_units(session, place.office.agency.id, DAY) if "Công nghệ" in u.name]
    assert unit.id not in (place.office.unit.id, place.office.other_unit.id)
    assert unit_queries.spellings(session, place.office.agency.id)["phong cong nghe thong tin"] == unit.id


def test_a_decision_taken_back_before_its_day_does_nothing(session, place):
    new = Successor(new=NewUnit("Phòng Chuyển đổi số", UnitKind.DIVISION, DAY))
    decision = record(session, place, successors=(new,))

    reorganising.cancel(session, decision.id, actor=place.who("office"), now=RECORDED)

    assert reorganising.apply_due(session, now=at(DAY)) == 0
    names = [u.name for u in unit_queries.list_units(session, place.office.agency.id, DAY)]
    assert "Phòng Chuyển đổi số" not in names
    assert "Phòng Công nghệ thông tin" in names
    with pytest.raises(InvalidReorganisation):
        reorganising.cancel(session, decision.id, actor=place.who("office"), now=RECORDED)
    record(session, place, successors=(new,))


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ({"from_ids": ()}, ReorganisationTrouble.NO_UNIT),
        ({"successors": ()}, ReorganisationTrouble.NO_SUCCESSOR),
        ({"paper": DecisionPaper("", PAPER.issued_on, "x")}, ReorganisationTrouble.DOCUMENT_MISSING),
        ({"paper": DecisionPaper("1/QĐ", date(2021, 3, 11), "x")}, ReorganisationTrouble.ISSUED_AFTER_TODAY),
        ({"effective_on": date(2019, 1, 1)}, ReorganisationTrouble.CHANGED_SINCE),
        ({"tasks": {1: 4}}, ReorganisationTrouble.NOT_A_SUCCESSOR),
    ],
)
def test_what_cannot_be_is_refused(session, place, values, trouble):
    with pytest.raises(InvalidReorganisation) as error:
        record(session, place, **values)

    assert error.value.trouble is trouble


def test_a_unit_waits_for_one_decision_at_a_time_and_an_ended_one_for_none(session, place):
    record(session, place)
    with pytest.raises(InvalidReorganisation) as error:
        record(session, place)
    assert error.value.trouble is ReorganisationTrouble.IS_PENDING

    reorganising.apply_due(session, now=at(DAY))
    with pytest.raises(InvalidReorganisation) as error:
        record(session, place, now=at(DAY))
    assert error.value.trouble is ReorganisationTrouble.NOT_ALIVE


def test_of_two_who_merge_at_once_the_second_is_told(session, place):
    seen = {place.office.unit.id: place.office.unit.version}
    record(session, place, versions=seen)

    with pytest.raises(StaleEdit):
        record(session, place, versions=seen)


def test_a_form_sent_twice_reorganises_once(session, place):
    record(session, place, key="a")

    with pytest.raises(DuplicateRequest):
        record(session, place, key="a")
    assert len(queries.list_decisions(session, place.office.agency.id)) == 1


def test_only_office_and_admin_reorganise(session, place):
    with pytest.raises(NotAllowed):
        record(session, place, who="head")


def test_work_handed_to_somebody_who_does_not_come_along_is_the_successors(session, place):
    staff = place.office.people["staff"]
    one = place.fresh()
    teamwork.hand_over(session, one.id, version=one.version, person_id=staff.id, actor=place.who("head"), now=RECORDED)
    record(session, place, people={staff.memberships[0].id: RoleChoice(None)})
    reorganising.apply_due(session, now=at(DAY))

    assert place.fresh().person_id is None


def test_an_abolished_unit_leaves_its_work_without_anybody(session, place):
    record(session, place, kind=ReorganisationKind.ABOLISH, successors=())
    reorganising.apply_due(session, now=at(DAY))

    session.expire_all()
    assert session.get_one(Task, place.made.task.id).lead_unit_id == place.office.unit.id
    held = session.query(Membership).filter_by(unit_id=place.office.unit.id)
    assert {each.ends_on for each in held} == {EVE}


def test_a_person_in_both_units_is_in_the_successor_once(session, place):
    both = make_person(session, place.office.agency, "Võ Thị Ngọc", role=Role.STAFF, unit=place.office.unit)
    make_membership(session, both, Role.STAFF, place.office.office)
    session.commit()
    record(session, place)
    reorganising.apply_due(session, now=at(DAY))

    session.expire_all()
    assert len(principal_of(session, both, DAY).memberships) == 1


def test_nobody_goes_anywhere_with_a_new_name(session, place):
    new = Successor(new=NewUnit("Phòng Chuyển đổi số", UnitKind.DIVISION, DAY))
    role = place.office.people["staff"].memberships[0].id

    with pytest.raises(InvalidReorganisation) as refused:
        record(session, place, kind=ReorganisationKind.RENAME, successors=(new,), people={role: RoleChoice(0)})

    assert refused.value.trouble is ReorganisationTrouble.NOT_A_SUCCESSOR


def test_a_new_name_by_a_decision_holds_from_its_day(session, place):
    new = Successor(new=NewUnit("Phòng Chuyển đổi số", UnitKind.DIVISION, DAY))
    record(session, place, kind=ReorganisationKind.RENAME, successors=(new,))

    eve, day = (unit_queries.names_on(session, place.office.agency.id, each) for each in (EVE, DAY))
    assert (eve[place.office.unit.id], day[place.office.unit.id]) == (
        "Phòng Công nghệ thông tin",
        "Phòng Chuyển đổi số",
    )
    assert queries.successors(session, place.office.agency.id) == {}
