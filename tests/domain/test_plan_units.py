"""The units a plan names: spellings of one unit, the agency's own, new ones with a kind and members."""

import pytest

from cchc_tasks.domain.plan_units import (
    KnownUnit,
    UnitChoice,
    choice_from_dict,
    choice_to_dict,
    kind_of_name,
    plan_units,
)
from cchc_tasks.domain.units import UnitKind

PRINTED = (
    "Văn phòng Sở",
    "các phòng chuyên môn",
    "Phòng Công nghệ thông tin",
    "Phòng CNTT",
    "Văn phòng",
    "Phòng Thông tin - Báo chí - Xuất bản",
    "Phòng Thông tin -Báo chí -Xuất bản",
    "Trung tâm CNTT&TT",
    "đơn vị sự nghiệp",
)


@pytest.mark.parametrize(
    "name, kind",
    [
        ("Văn phòng Sở", UnitKind.OFFICE),
        ("Thanh tra Sở", UnitKind.INSPECTORATE),
        ("Phòng Bưu chính – Viễn thông", UnitKind.DIVISION),
        ("Trung tâm CNTT&TT", UnitKind.SERVICE_UNIT),
        ("Ban biên tập WebSite", UnitKind.BOARD),
        ("Hội đồng TĐKT Sở", UnitKind.COUNCIL),
        ("Bộ phận Một cửa", UnitKind.SECTION),
        ("Các phòng chuyên môn", UnitKind.GROUP),
        ("đơn vị sự nghiệp", UnitKind.GROUP),
    ],
)
def test_the_kind_is_proposed_from_the_name(name, kind):
    assert kind_of_name(name) is kind


def test_spellings_of_one_unit_stand_together():
    units = {unit.printed: unit.spellings for unit in plan_units(PRINTED, [])}

    assert units["Văn phòng Sở"] == ("Văn phòng Sở", "Văn phòng")
    assert units["Phòng Công nghệ thông tin"] == ("Phòng Công nghệ thông tin", "Phòng CNTT")
    assert len(units["Phòng Thông tin - Báo chí - Xuất bản"]) == 2
    assert len(units) == 6


def test_members_of_a_new_group_are_proposed_by_kind():
    units = {unit.printed: unit.members for unit in plan_units(PRINTED, [])}

    assert set(units["các phòng chuyên môn"]) == {"Phòng Công nghệ thông tin", "Phòng Thông tin - Báo chí - Xuất bản"}
    assert units["đơn vị sự nghiệp"] == ("Trung tâm CNTT&TT",)


def test_a_unit_of_the_agency_is_found_by_alias_and_abbreviation():
    known = [
        KnownUnit(1, "Văn phòng Sở", UnitKind.OFFICE),
        KnownUnit(2, "Phòng Công nghệ thông tin", UnitKind.DIVISION),
        KnownUnit(3, "Trung tâm Dữ liệu", UnitKind.SERVICE_UNIT, ("Trung tâm CNTT&TT",)),
    ]

    ids = {unit.printed: unit.unit_id for unit in plan_units(PRINTED, known)}

    assert ids["Văn phòng Sở"] == 1
    assert ids["Phòng Công nghệ thông tin"] == 2
    assert ids["Trung tâm CNTT&TT"] == 3
    assert ids["các phòng chuyên môn"] is None


def test_a_name_that_is_only_similar_is_offered_not_taken():
    [unit] = plan_units(["Phòng Bưu chính Viễn thôn"], [KnownUnit(1, "Phòng Bưu chính Viễn thông", UnitKind.DIVISION)])

    assert unit.unit_id is None
    assert unit.candidates == (1,)


def test_a_choice_wins_over_the_match_and_over_the_proposal():
    known = [KnownUnit(1, "Văn phòng Sở", UnitKind.OFFICE), KnownUnit(2, "Ban ISO", UnitKind.BOARD)]
    choices = {
        "Văn phòng Sở": UnitChoice(unit_id=2),
        "các phòng chuyên môn": UnitChoice(name="Khối phòng", kind=UnitKind.GROUP, members=("Ban ISO",)),
    }

    units = {unit.printed: unit for unit in plan_units(PRINTED, known, choices)}

    assert units["Văn phòng Sở"].unit_id == 2
    group = units["các phòng chuyên môn"]
    assert (group.name, group.members, group.is_answered) == ("Khối phòng", ("Ban ISO",), True)


def test_a_choice_survives_being_stored():
    choice = UnitChoice(None, "Khối phòng", UnitKind.GROUP, ("A", "B"))

    assert choice_from_dict(choice_to_dict(choice)) == choice
