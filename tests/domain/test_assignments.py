"""The grammar of assignments. `assignment_phrases.tsv`: every cell of plan 163, and the usual wording of others."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.assignments import (
    AssignmentReason,
    LeadBasis,
    assignment_from_dict,
    assignment_to_dict,
    parse_assignment,
    parse_assignment_cells,
)
from cchc_tasks.domain.unit_lists import is_group_name, split_units
from cchc_tasks.domain.unit_matching import MatchBasis, UnitName, match_unit

PHRASES = Path(__file__).with_name("assignment_phrases.tsv")
CELLS = Path(__file__).with_name("assignment_cell_phrases.tsv")


def rows(table=PHRASES):
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["phrase"][:60])
def test_assignments_are_read_as_a_careful_clerk_would(row):
    read = parse_assignment(row["phrase"].replace("\\n", "\n"))

    assert {
        "lead": read.lead or "",
        "lead_basis": read.lead_basis,
        "co_leads": " | ".join(read.co_leads),
        "coordinating": " | ".join(read.coordinating),
        "to_confirm": str(read.reason or ""),
    } == {name: row[name] for name in ("lead", "lead_basis", "co_leads", "coordinating", "to_confirm")}


@pytest.mark.parametrize("row", rows(CELLS), ids=lambda row: f"{row['lead_cell']} + {row['with_cell']}"[:60])
def test_two_cells_are_read_as_a_careful_clerk_would(row):
    read = parse_assignment_cells(*(row[name].replace("\\n", "\n") for name in ("lead_cell", "with_cell")))

    assert {
        "lead": read.lead or "",
        "lead_basis": read.lead_basis,
        "co_leads": " | ".join(read.co_leads),
        "coordinating": " | ".join(read.coordinating),
        "to_confirm": str(read.reason or ""),
    } == {name: row[name] for name in ("lead", "lead_basis", "co_leads", "coordinating", "to_confirm")}


def test_the_table_of_assignments_is_long_enough_to_mean_something():
    assert len({row["phrase"] for row in rows()}) == len(rows()) >= 120


def test_a_column_for_the_lead_makes_it_explicit():
    read = parse_assignment_cells("Văn phòng Sở", "Thanh tra Sở; các phòng, đơn vị")

    assert (read.lead, read.lead_basis) == ("Văn phòng Sở", LeadBasis.EXPLICIT)
    assert read.coordinating == ("Thanh tra Sở", "các phòng, đơn vị")
    assert not read.needs_confirmation


def test_several_units_in_the_column_of_the_lead_leave_it_open():
    read = parse_assignment_cells("Văn phòng Sở, Thanh tra Sở", "-")

    assert (read.lead, read.co_leads, read.coordinating) == (None, ("Văn phòng Sở", "Thanh tra Sở"), ())
    assert read.reason is AssignmentReason.SEVERAL_LEADS


def test_an_empty_column_of_the_lead_is_to_be_confirmed():
    read = parse_assignment_cells("", "Các phòng")

    assert (read.lead_basis, read.coordinating) == (LeadBasis.UNRESOLVED, ("Các phòng",))
    assert read.reason is AssignmentReason.ONLY_COORDINATING


@pytest.mark.parametrize(
    ("printed", "units"),
    [
        (
            "các sở, ban, ngành, UBND các huyện, thị xã, thành phố",
            ("các sở, ban, ngành", "UBND các huyện, thị xã, thành phố"),
        ),
        ("Phòng Bưu chính, Viễn thông và CNTT", ("Phòng Bưu chính, Viễn thông và CNTT",)),
        ("Phòng Thông tin, Báo chí và Xuất bản; Thanh tra", ("Phòng Thông tin, Báo chí và Xuất bản", "Thanh tra")),
        ("Văn phòng (Bộ phận Một cửa, Văn thư), Thanh tra", ("Văn phòng (Bộ phận Một cửa, Văn thư)", "Thanh tra")),
    ],
)
def test_names_that_hold_commas_and_groups_stay_whole(printed, units):
    assert split_units(printed) == units


@pytest.mark.parametrize(
    ("name", "is_group"),
    [("Các phòng chuyên môn", True), ("đơn vị sự nghiệp", True), ("Phòng CNTT", False), ("UBND các xã", True)],
)
def test_collective_names_are_known(name, is_group):
    assert is_group_name(name) is is_group


UNITS = (
    UnitName("VP", "Văn phòng Sở", ("Văn phòng",)),
    UnitName("CNTT", "Phòng Công nghệ thông tin", ("Phòng CNTT",)),
    UnitName("BCVT", "Phòng Bưu chính – Viễn thông"),
    UnitName("TTCNTT", "Trung tâm Công nghệ thông tin và Truyền thông", ("Trung tâm CNTT&TT",)),
)


@pytest.mark.parametrize(
    ("printed", "code", "basis"),
    [
        ("Văn phòng Sở", "VP", MatchBasis.EXACT),
        ("VĂN PHÒNG SỞ.", "VP", MatchBasis.EXACT),
        ("văn phòng", "VP", MatchBasis.ALIAS),
        ("Phòng Bưu chính -Viễn thông", "BCVT", MatchBasis.EXACT),
        ("Phong Cong nghe thong tin", "CNTT", MatchBasis.FOLDED),
        ("P.CNTT", "CNTT", MatchBasis.ABBREVIATION),
        ("VP Sở", "VP", MatchBasis.ABBREVIATION),
        ("TTCNTT&TT", "TTCNTT", MatchBasis.ABBREVIATION),
    ],
)
def test_a_printed_unit_is_found(printed, code, basis):
    match = match_unit(printed, UNITS)

    assert (match.code, match.basis) == (code, basis)


def test_a_slip_of_the_pen_is_offered_and_not_applied():
    match = match_unit("Phòng Công nghệ thôn tin", UNITS)

    assert match.code is None
    assert match.candidates[0] == "CNTT"


def test_a_unit_of_another_agency_matches_nothing():
    match = match_unit("Kho bạc Nhà nước", UNITS)

    assert (match.code, match.candidates) == (None, ())


def test_a_name_that_two_units_have_is_offered_for_both():
    twins = (UnitName("A", "Phòng Nghiệp vụ"), UnitName("B", "Phòng nghiệp vụ"))

    assert match_unit("Phòng Nghiệp vụ", twins).candidates == ("A", "B")


pieces = st.sampled_from(
    [*"Văn phòng Sở|Phòng CNTT|các phòng|Thanh tra|chủ trì|phối hợp|với|và|Chủ trì:|1.".split("|"), *",;:()\n-+"]
)


@given(st.lists(pieces, max_size=20).map(" ".join))
def test_any_jumble_of_units_and_roles_is_read_without_an_error(text):
    read = parse_assignment(text)

    assert read.needs_confirmation == (read.reason is not None)
    assert (read.lead is None) == (read.lead_basis is LeadBasis.UNRESOLVED)
    assert assignment_from_dict(assignment_to_dict(read)) == read


@given(st.text(max_size=150), st.text(max_size=150))
def test_any_text_is_read_without_an_error(first, second):
    assert parse_assignment_cells(first, second).lead != ""


def test_a_ditto_in_the_coordinating_column_is_no_unit():
    assignment = parse_assignment_cells("Văn phòng Sở", "nt")

    assert (assignment.lead, assignment.coordinating) == ("Văn phòng Sở", ())
    assert assignment.reason is AssignmentReason.DITTO
