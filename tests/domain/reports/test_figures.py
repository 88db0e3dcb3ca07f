from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.reports.cells import BLANK, NOT_APPLICABLE, parse_cell
from cchc_tasks.domain.reports.figures import (
    DEFINITIONS,
    Inputs,
    Measure,
    Override,
    RegisterEntry,
    compute,
    has_open_standing_work,
)
from cchc_tasks.domain.reports.forms import ValueType
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models.plans import PlanKind
from tests.domain.reports.plans import AFTER, BEFORE, CUT_OFF, counted, plan_of, work
from tests.domain.reports.real_reports import cells_of, form_of

WINDOW = (date(2022, 12, 15), CUT_OFF)
SOC_TRANG, TUYEN_QUANG = "soc-trang-stttt-2023-nam", "tuyen-quang-stttt-2021-q1"
QUANG_NGAI = "quang-ngai-skhcn-2021-6t"


def figures(slug, **inputs):
    return compute(form_of(slug), Inputs(WINDOW, **inputs))


def test_every_definition_names_a_kind_of_plan_that_there_is_or_a_register():
    kinds = {definition.plan_kind for definition in DEFINITIONS.values() if definition.measure is not Measure.REGISTER}

    assert kinds == {str(kind) for kind in PlanKind}


def test_indicator_1_1_of_soc_trang_is_its_three_rows_and_the_rate():
    found = figures(SOC_TRANG, tallies={"cchc": [plan_of(41, 47, noun="phần việc")]})

    printed = [found[key].cell.printed for key in ("steer.plan.tasks_set", "steer.plan.tasks_done", "steer.plan.rate")]
    assert printed == ["47", "41", "87,23"]
    rate = found["steer.plan.rate"]
    assert (len(rate.counted), len(rate.not_counted)) == (41, 6)
    assert rate.measure is Measure.RATIO
    assert {member.id for member in rate.counted}.isdisjoint(member.id for member in rate.not_counted)


def test_a_rate_of_nothing_done_lists_nothing_as_done():
    found = figures(SOC_TRANG, tallies={"cchc": [plan_of(0, 2)]})

    rate = found["steer.plan.rate"]
    assert (rate.cell.printed, rate.counted) == ("0", ())
    assert [member.id for member in rate.not_counted] == ["task:1", "task:2"]


def test_indicator_1_1_of_tuyen_quang_is_nine_and_seven():
    found = figures(TUYEN_QUANG, tallies={"cchc": [plan_of(7, 9)]})

    assert [found[f"steer.plan.tasks_{name}"].cell.printed for name in ("set", "done")] == ["9", "7"]
    assert "steer.plan.rate" not in found


def test_given_tasks_of_several_plans_are_counted_together_and_the_open_one_is_named():
    found = figures(TUYEN_QUANG, tallies={"assigned_by_province": [plan_of(4, 4, late=1), plan_of(2, 3, first=101)]})

    printed = [found[f"steer.assigned_province.{name}"].cell.printed for name in ("total", "on_time", "late")]
    assert printed == ["7", "5", "1"]
    assert [member.id for member in found["steer.assigned_province.late"].counted] == ["task:1"]
    assert "task:103" in {member.id for member in found["steer.assigned_province.on_time"].not_counted}


def test_given_tasks_of_the_government_are_a_figure_of_their_own():
    found = figures(
        QUANG_NGAI, tallies={"assigned_by_province": [plan_of(5, 5)], "assigned_by_government": [plan_of(0, 0)]}
    )

    assert found["steer.assigned_government.total"].cell.printed == "0"
    assert "steer.assigned_province.total" not in found


def test_documents_issued_are_those_dated_inside_the_window_both_days_included():
    entries = [
        RegisterEntry("document:1", "01/KH-STTTT", WINDOW[0]),
        RegisterEntry("document:2", "02/KH-STTTT", WINDOW[1]),
        RegisterEntry("document:3", "03/KH-STTTT", WINDOW[0] - timedelta(days=1)),
        RegisterEntry("document:4", "04/KH-STTTT", WINDOW[1] + timedelta(days=1)),
    ]

    figure = figures(SOC_TRANG, registers={"steer.docs_issued": entries})["steer.docs_issued"]

    assert figure.cell.printed == "2"
    assert [member.id for member in figure.counted] == ["document:1", "document:2"]
    assert [member.id for member in figure.not_counted] == ["document:3", "document:4"]


def test_a_register_entry_may_count_more_than_one():
    entries = [
        RegisterEntry("inspection:1", "Kiểm tra quý I", BEFORE, 3),
        RegisterEntry("inspection:2", "…", BEFORE, 0),
    ]

    found = figures(SOC_TRANG, registers={"steer.inspect.findings": entries})

    assert found["steer.inspect.findings"].cell.printed == "3"


def test_publicity_is_what_was_done_of_what_was_due():
    states = [work(1, done_on=BEFORE), work(2), work(3, due_on=AFTER), work(4, due_on=None, is_standing=True)]

    found = figures(SOC_TRANG, tallies={"communication": [counted(states)]})

    assert found["steer.comms.plan_rate"].cell.printed == "50"
    assert [member.id for member in found["steer.comms.plan_rate"].not_counted] == ["task:2"]


def test_publicity_with_nothing_due_is_not_applicable():
    found = figures(SOC_TRANG, tallies={"communication": [counted([work(1, due_on=AFTER)])]})

    assert found["steer.comms.plan_rate"].cell == NOT_APPLICABLE


def test_inspections_come_from_their_plan_where_the_form_has_one_row_for_them():
    assert (
        figures(TUYEN_QUANG, tallies={"inspection": [plan_of(3, 5)]})["steer.inspect.units_under"].cell.printed == "3"
    )


def test_a_form_with_two_rows_for_inspections_asks_which_plan_feeds_which():
    plans = [plan_of(4, 5)]
    together = figures(SOC_TRANG, tallies={"inspection": plans})
    apart = figures(SOC_TRANG, scoped={"steer.inspect.divisions": plans})

    assert together["steer.inspect.divisions"].cell == BLANK
    assert apart["steer.inspect.divisions"].cell.printed == "4"
    assert apart["steer.inspect.units_under"].cell == BLANK


def entered(slug, **texts):
    form = form_of(slug)
    return {key: parse_cell(text, form.by_key[key].value_type) for key, text in texts.items()}


def in_force(*parts):
    keys = [f"proc.stats.in_force{suffix}" for suffix in (".province", ".district", ".commune")]
    return entered(TUYEN_QUANG, **dict(zip(keys, parts, strict=True)))


@pytest.mark.parametrize(
    ("parts", "total", "is_computed"),
    [
        (("42", "2", "0"), "44", True),
        (("42", "2", "không áp dụng"), "44", True),
        (("42", "2", ""), "", False),
        (("", "", ""), "", False),
        (("1.000", "50", "0"), "1.050", True),
    ],
)
def test_a_total_is_the_sum_of_its_parts_once_all_are_answered(parts, total, is_computed):
    figure = figures(TUYEN_QUANG, entered=in_force(*parts))["proc.stats.in_force"]

    assert (figure.cell.printed, figure.is_computed) == (total, is_computed)


def test_a_row_that_nothing_computes_prints_what_was_entered_with_its_note():
    found = figures(
        TUYEN_QUANG,
        entered=entered(TUYEN_QUANG, **{"proc.results.ontime_dept": "99,62% (523/525)"}),
        notes={"proc.results.ontime_dept": "Hai hồ sơ xin rút"},
    )["proc.results.ontime_dept"]

    assert (found.cell.printed, found.computed, found.note) == ("99,62% (523/525)", None, "Hai hồ sơ xin rút")


def test_an_office_prints_a_computed_value_as_blank_or_as_another_and_both_stay_visible():
    tallies = {"cchc": [plan_of(41, 47)]}
    overrides = {
        "steer.plan.rate": Override(BLANK, "Biểu của tỉnh để trống ô này"),
        "steer.plan.tasks_done": Override(parse_cell("40", ValueType.COUNT), "Trừ một việc đã gộp"),
    }

    found = figures(SOC_TRANG, tallies=tallies, overrides=overrides)

    rate, done = found["steer.plan.rate"], found["steer.plan.tasks_done"]
    assert (rate.cell.printed, rate.computed.printed, rate.override_reason) == (
        "",
        "87,23",
        "Biểu của tỉnh để trống ô này",
    )
    assert (done.cell.printed, done.computed.printed, done.is_overridden) == ("40", "41", True)


def test_standing_work_that_is_open_is_known():
    assert has_open_standing_work([counted([work(1, due_on=None, is_standing=True)])])
    assert not has_open_standing_work([counted([work(1, done_on=BEFORE, due_on=None, is_standing=True), work(2)])])


STATES = st.lists(
    st.tuples(st.sampled_from(Status), st.none() | st.integers(-90, 40), st.none() | st.integers(-90, 0)), max_size=25
)


@given(STATES)
def test_the_rows_of_a_plan_agree_with_its_lists_and_with_each_other(rows):
    tally = counted(replace_state(number, status, due, on) for number, (status, due, on) in enumerate(rows))
    tallies = {"cchc": [tally], "assigned_by_province": [tally]}
    found = figures(SOC_TRANG, tallies=tallies)

    total, on_time, late = (found[f"steer.assigned_province.{name}"] for name in ("total", "on_time", "late"))
    done = found["steer.plan.tasks_done"]
    for figure in (total, on_time, late, done):
        assert figure.cell.value == len(figure.counted)
        assert {each.id for each in figure.counted}.isdisjoint(each.id for each in figure.not_counted)
    assert on_time.cell.value + late.cell.value == done.cell.value <= total.cell.value
    assert {each.id for each in on_time.counted + late.counted} == {each.id for each in done.counted}
    if total.cell.value:
        assert found["steer.plan.rate"].cell.value == found["steer.plan.rate"].computed.value


def replace_state(number, status, due, on):
    due_on = None if due is None else CUT_OFF + timedelta(days=due)
    status_on = CUT_OFF + timedelta(days=on or 0)
    return work(number, due_on=due_on, status=status)._replace(status_on=status_on)


@pytest.mark.parametrize("slug", [SOC_TRANG, TUYEN_QUANG, QUANG_NGAI, "quang-binh-sxd-2021-q1"])
def test_entering_a_real_annex_prints_it_again_row_by_row(slug):
    cells = cells_of(slug)

    found = compute(form_of(slug), Inputs(WINDOW, entered=cells))

    assert list(found) == [row.key for row in form_of(slug).rows]
    computed = {key: figure.computed for key, figure in found.items() if figure.computed is not None}
    assert {key: figure.cell for key, figure in found.items() if key not in computed} == {
        key: cell for key, cell in cells.items() if key not in computed
    }
    differing = {key for key, cell in computed.items() if cell.value != cells[key].value}
    assert differing == ({"steer.plan.rate"} if slug == SOC_TRANG else set())


def test_labels_of_members_come_from_the_inputs():
    found = figures(SOC_TRANG, tallies={"cchc": [plan_of(1, 2)]}, labels={"task:1": "1. Ban hành kế hoạch"})

    assert found["steer.plan.tasks_done"].counted[0].text == "1. Ban hành kế hoạch"
    assert replace(found["steer.plan.tasks_done"].not_counted[0]).text == ""
