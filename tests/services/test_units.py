"""Units: made, renamed from a day on, written in other ways, gathered in groups as of a day."""

from datetime import date, timedelta

import pytest

from cchc_tasks.domain.accounts import AccountTrouble, InvalidAccount
from cchc_tasks.domain.errors import NotAllowed, NotFound, StaleEdit
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import units
from cchc_tasks.services.units import NewUnit
from cchc_tasks.storage.queries import units as queries
from tests.factories import LONG_AGO, NOW, TODAY, make_agency, make_office, make_unit, principal_of

NEW_DAY = date(2021, 3, 1)
DAY_BEFORE = date(2021, 2, 28)


@pytest.fixture
def office(session):
    office = make_office(session)
    session.commit()
    return office


@pytest.fixture
def actor(session, office):
    return principal_of(session, office.people["office"])


def make(session, actor, name="Phòng Bưu chính Viễn thông", **values):
    new = NewUnit(name=name, kind=UnitKind.DIVISION, valid_from=LONG_AGO, **values)
    return units.create_unit(session, new, actor=actor, now=NOW)


def rename(session, unit, actor, name="Phòng Chuyển đổi số", valid_from=NEW_DAY, short_name=""):
    return units.rename_unit(
        session,
        unit.id,
        version=unit.version,
        name=name,
        short_name=short_name,
        valid_from=valid_from,
        actor=actor,
        now=NOW,
    )


def test_a_new_unit_gets_a_code_from_its_name_that_nobody_has(session, actor):
    codes = [make(session, actor, name).code for name in ("Phòng Bưu chính", "Phòng Báo chí", "Phòng Bảo chứng")]

    assert codes == ["PBC", "PBC2", "PBC3"]


@pytest.mark.parametrize("name", ["Thanh tra Sở", "thanh tra  sở", "THANH TRA SO"])
def test_two_units_have_not_the_same_name(session, office, actor, name):
    with pytest.raises(InvalidAccount) as error:
        make(session, actor, name)

    assert error.value.trouble is AccountTrouble.UNIT_NAME_TAKEN


def test_two_units_have_not_the_same_code(session, actor):
    make(session, actor, "Phòng A", code="pa")

    with pytest.raises(InvalidAccount) as error:
        make(session, actor, "Phòng B", code="PA")

    assert error.value.trouble is AccountTrouble.UNIT_CODE_TAKEN


def test_a_unit_keeps_its_old_name_on_days_before_the_new_one(session, office, actor):
    rename(session, office.unit, actor)

    assert queries.names_on(session, office.agency.id, DAY_BEFORE)[office.unit.id] == "Phòng Công nghệ thông tin"
    assert queries.names_on(session, office.agency.id, NEW_DAY)[office.unit.id] == "Phòng Chuyển đổi số"


def test_a_unit_is_found_by_every_name_it_ever_had_and_by_its_other_spellings(session, office, actor):
    units.edit_unit(
        session, office.unit.id, version=1, kind=UnitKind.DIVISION, aliases=["P. CNTT", " "], actor=actor, now=NOW
    )
    rename(session, queries.get_unit(session, office.agency.id, office.unit.id), actor, short_name="Phòng CĐS")

    found = queries.spellings(session, office.agency.id)

    for text in ("phong cong nghe thong tin", "phong chuyen doi so", "phong cds", "p. cntt", office.unit.code.lower()):
        assert found[text] == office.unit.id


def test_a_spelling_of_two_units_finds_neither(session, office, actor):
    for unit in (office.unit, office.other_unit):
        units.edit_unit(session, unit.id, version=1, kind=unit.kind, aliases=["Phòng X"], actor=actor, now=NOW)

    assert "phong x" not in queries.spellings(session, office.agency.id)


def test_a_name_given_on_the_day_it_began_is_put_right(session, office, actor):
    rename(session, office.unit, actor, name="Phòng CNTT và Truyền thông", valid_from=LONG_AGO)

    assert len(queries.get_unit(session, office.agency.id, office.unit.id).names) == 1


def test_a_name_does_not_begin_before_the_one_in_force(session, office, actor):
    with pytest.raises(InvalidAccount) as error:
        rename(session, office.unit, actor, valid_from=LONG_AGO - timedelta(days=1))

    assert error.value.trouble is AccountTrouble.NAME_BEFORE_LAST


def test_the_second_editor_is_refused(session, office, actor):
    with pytest.raises(StaleEdit):
        units.edit_unit(session, office.unit.id, version=7, kind=UnitKind.DIVISION, aliases=[], actor=actor, now=NOW)


def test_units_of_another_agency_are_not_there(session, office, actor):
    foreign = make_unit(session, make_agency(session), "Phòng lạ")
    session.commit()

    with pytest.raises(NotFound):
        rename(session, foreign, actor)
    assert foreign.id not in queries.names_on(session, office.agency.id, TODAY)


@pytest.mark.parametrize("name", ["leader", "head", "staff", "viewer"])
def test_only_office_and_administrator_manage_units(session, office, name):
    with pytest.raises(NotAllowed):
        make(session, principal_of(session, office.people[name]))


# --- groups


def set_members(session, group, members, actor, valid_from):
    return units.set_members(
        session,
        group.id,
        version=queries.get_unit(session, group.agency_id, group.id).version,
        member_ids=[unit.id for unit in members],
        valid_from=valid_from,
        actor=actor,
        now=NOW,
    )


def members_on(session, group, day):
    return queries.members_of_groups(session, group.agency_id, day).get(group.id, frozenset())


def test_a_group_has_other_members_from_a_day_on_and_its_past_stays(session, office, actor):
    group = make_unit(session, office.agency, "Các phòng chuyên môn", members=(office.unit,))
    session.commit()

    set_members(session, group, [office.unit, office.other_unit], actor, NEW_DAY)
    set_members(session, group, [office.other_unit], actor, NEW_DAY + timedelta(days=5))

    assert members_on(session, group, DAY_BEFORE) == {office.unit.id}
    assert members_on(session, group, NEW_DAY) == {office.unit.id, office.other_unit.id}
    assert members_on(session, group, NEW_DAY + timedelta(days=5)) == {office.other_unit.id}


def test_saying_the_members_again_changes_nothing(session, office, actor):
    group = make_unit(session, office.agency, "Các phòng chuyên môn", members=(office.unit,))
    session.commit()

    set_members(session, group, [office.unit], actor, NEW_DAY)

    [row] = queries.list_group_history(session, office.agency.id, group.id)
    assert (row.valid_from, row.valid_to) == (LONG_AGO, None)


def test_a_group_holds_units_of_its_agency_and_no_groups(session, office, actor):
    group = make_unit(session, office.agency, "Các phòng chuyên môn", members=(office.unit,))
    other = make_unit(session, office.agency, "Các đơn vị sự nghiệp", members=(office.unit,))
    foreign = make_unit(session, make_agency(session), "Phòng lạ")
    session.commit()

    with pytest.raises(InvalidAccount):
        set_members(session, group, [other], actor, NEW_DAY)
    with pytest.raises(NotFound):
        set_members(session, group, [foreign], actor, NEW_DAY)
    with pytest.raises(InvalidAccount):
        set_members(session, office.unit, [office.other_unit], actor, NEW_DAY)


def test_a_unit_that_is_in_a_group_does_not_become_one(session, office, actor):
    make_unit(session, office.agency, "Các phòng chuyên môn", members=(office.unit,))
    session.commit()

    with pytest.raises(InvalidAccount):
        units.edit_unit(session, office.unit.id, version=1, kind=UnitKind.GROUP, aliases=[], actor=actor, now=NOW)
