from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.reports.cells import BLANK, parse_cell
from cchc_tasks.domain.reports.checks import check
from cchc_tasks.domain.reports.figures import Inputs, Override, compute
from cchc_tasks.domain.reports.findings import FindingKind
from cchc_tasks.domain.reports.forms import Severity, ValueType
from cchc_tasks.domain.reports.texts import (
    bind,
    bound_numbers,
    for_editing,
    from_editing,
    refresh,
    render,
    sentences,
    shown_in_text,
    stale_numbers,
    unknown_keys,
)
from tests.domain.reports.plans import plan_of
from tests.domain.reports.real_reports import form_of
from tests.domain.reports.test_checks import checked_of
from tests.domain.reports.test_figures import SOC_TRANG, WINDOW, figures

FORM = form_of(SOC_TRANG)
WRITTEN = (
    "Năm 2023, Sở đã ban hành Kế hoạch số 01/KH.CCHC-STTTT. "
    "Tính đến thời điểm báo cáo, Sở đã thực hiện {{steer.plan.tasks_done=41}}/{{steer.plan.tasks_set=47}} phần việc, "
    "đạt tỷ lệ {{steer.plan.rate=87,23%}}. Các phòng tiếp tục thực hiện."
)


def figures_of(done, total=47):
    return figures(SOC_TRANG, tallies={"cchc": [plan_of(done, total, noun="phần việc")]})


def test_a_bound_text_prints_what_it_shows():
    assert render(WRITTEN).endswith("Sở đã thực hiện 41/47 phần việc, đạt tỷ lệ 87,23%. Các phòng tiếp tục thực hiện.")
    assert [(number.key, number.shown) for number in bound_numbers(WRITTEN)] == [
        ("steer.plan.tasks_done", "41"),
        ("steer.plan.tasks_set", "47"),
        ("steer.plan.rate", "87,23%"),
    ]


def test_a_text_whose_figures_hold_has_no_stale_number():
    assert stale_numbers(WRITTEN, FORM, figures_of(41)) == ()


def test_a_figure_that_moves_shows_in_its_sentence_then_and_now():
    stale = stale_numbers(WRITTEN, FORM, figures_of(42))

    assert [(each.key, each.then, each.now) for each in stale] == [
        ("steer.plan.tasks_done", "41", "42"),
        ("steer.plan.rate", "87,23%", "89,36%"),
    ]
    assert {each.sentence for each in stale} == {
        "Tính đến thời điểm báo cáo, Sở đã thực hiện 41/47 phần việc, đạt tỷ lệ 87,23%."
    }


def test_a_text_is_refreshed_only_when_asked():
    fresh = refresh(WRITTEN, FORM, figures_of(42))

    assert "42/47 phần việc, đạt tỷ lệ 89,36%" in render(fresh)
    assert stale_numbers(fresh, FORM, figures_of(42)) == ()


def test_a_number_of_the_text_shows_the_computed_value_where_the_annex_prints_a_blank():
    inputs = Inputs(
        WINDOW, tallies={"cchc": [plan_of(41, 47)]}, overrides={"steer.plan.rate": Override(BLANK, "Để trống")}
    )

    assert stale_numbers(WRITTEN, FORM, compute(FORM, inputs)) == ()


def test_a_number_bound_to_no_row_of_the_form_is_named():
    text = "Đạt {{steer.nothing=3}} và {{steer.plan.rate=87,23%}}."

    assert unknown_keys(text, FORM.by_key) == ("steer.nothing",)
    assert [each.key for each in stale_numbers(text, FORM, figures_of(41))] == ["steer.nothing"]


def test_a_percentage_reads_with_its_sign_in_a_sentence():
    assert shown_in_text(parse_cell("87,23", ValueType.PERCENT), ValueType.PERCENT) == "87,23%"
    assert shown_in_text(parse_cell("99,62% (523/525)", ValueType.PERCENT), ValueType.PERCENT) == "99,62% (523/525)"
    assert shown_in_text(parse_cell("1.050", ValueType.COUNT), ValueType.COUNT) == "1.050"
    assert shown_in_text(parse_cell("không áp dụng", ValueType.PERCENT), ValueType.PERCENT) == "không áp dụng"


def test_sentences_end_at_a_full_stop_before_a_capital_and_not_inside_a_number():
    assert sentences("Sở có 1.050 văn bản. Trong đó 81 văn bản giấy;\n- Một việc khác") == (
        "Sở có 1.050 văn bản.",
        "Trong đó 81 văn bản giấy;",
        "- Một việc khác",
    )


def test_a_placeholder_is_never_cut_into_two_sentences():
    text = "Sở báo cáo {{steer.other=Đã họp. Đã xong}} trong kỳ. Hết."

    assert [render(sentence) for sentence in sentences(text)] == ["Sở báo cáo Đã họp. Đã xong trong kỳ.", "Hết."]


@given(st.text(max_size=30), st.text(max_size=30), st.text(alphabet="0123456789.,%{} ", max_size=12))
def test_binding_changes_nothing_of_what_prints(before, after, shown):
    before, after = (part.replace("{", "(").replace("}", ")") for part in (before, after))
    text = f"{before}{bind('steer.plan.rate', shown)}{after}"

    assert render(text) == f"{before}{shown.strip().replace('{', '(').replace('}', ')')}{after}"
    assert len(bound_numbers(text)) == 1


@given(st.integers(0, 47), st.integers(0, 47))
def test_a_refreshed_text_is_never_stale(done, later):
    text = refresh(WRITTEN, FORM, figures_of(done))
    moved = figures_of(later)

    assert (stale_numbers(text, FORM, moved) == ()) == (done == later)
    assert stale_numbers(refresh(text, FORM, moved), FORM, moved) == ()


def found_in(text, figures_now):
    checked = replace(checked_of(SOC_TRANG), texts=(text,), figures=figures_now, statements=())
    kinds = (FindingKind.NUMBER_MOVED, FindingKind.NUMBER_UNBOUND, FindingKind.TEXT_DISAGREES)
    return [(f.kind, f.keys[0], f.facts["quote"]) for f in check(checked) if f.kind in kinds]


def test_a_stale_number_stops_the_report():
    checked = replace(checked_of(SOC_TRANG), texts=(WRITTEN,), figures=figures_of(42))
    moved = [finding for finding in check(checked) if finding.kind is FindingKind.NUMBER_MOVED]

    assert [finding.keys for finding in moved] == [("steer.plan.rate",), ("steer.plan.tasks_done",)]
    assert {finding.severity for finding in moved} == {Severity.STOPS}


def test_a_number_typed_beside_its_figure_is_held_against_the_row():
    typed = "Trong năm, Sở đã rà soát 13 VBQPPL."
    wrong = "Trong năm, Sở đã rà soát 12 VBQPPL."

    assert found_in(typed, figures_of(41)) == [(FindingKind.NUMBER_UNBOUND, "law.reviewed", typed)]
    assert found_in(wrong, figures_of(41)) == [(FindingKind.TEXT_DISAGREES, "law.reviewed", wrong)]
    assert found_in("Trong năm, Sở đã rà soát {{law.reviewed=13}} VBQPPL.", {}) == [
        (FindingKind.NUMBER_MOVED, "law.reviewed", typed)
    ]
    assert found_in("Sở có 3 phòng họp và 12 máy in.", figures_of(41)) == []


def test_people_name_a_row_by_its_number_and_may_leave_the_figure_to_the_machine():
    shown = for_editing(WRITTEN, FORM)
    codes = [FORM.by_key[f"steer.plan.{name}"].code for name in ("tasks_done", "tasks_set", "rate")]
    done, total, rate = codes

    assert f"{{{{{done}=41}}}}/{{{{{total}=47}}}} phần việc, đạt tỷ lệ {{{{{rate}=87,23%}}}}." in shown
    assert from_editing(shown, FORM, figures_of(41)) == (WRITTEN, ())
    typed = f"Sở đã thực hiện {{{{ {done} }}}}/{{{{{total}}}}} phần việc."
    kept, lost = from_editing(typed, FORM, figures_of(41))
    assert (render(kept), lost) == ("Sở đã thực hiện 41/47 phần việc.", ())
    assert [number.key for number in bound_numbers(kept)] == ["steer.plan.tasks_done", "steer.plan.tasks_set"]


@pytest.mark.parametrize("typed", ["Đạt {{9.9.9}}.", "Đạt {{9.9.9=4}}.", "Đạt {{1.1.1.", "Đạt 1.1.1}}.", "{{ Đạt }}"])
def test_what_binds_no_number_is_named_and_kept_as_it_was_typed(typed):
    kept, lost = from_editing(typed, FORM, figures_of(41))

    assert kept == typed
    assert lost and all(each in typed for each in lost)


@given(
    st.lists(
        st.one_of(st.sampled_from([row.key for row in FORM.value_rows]), st.text(alphabet="aĐ 1.,%\n", max_size=9))
    )
)
def test_a_text_that_was_shown_for_editing_comes_back_letter_for_letter(parts):
    text = "".join(bind(part, "4,5%") if part in FORM.by_key else part for part in parts)

    assert from_editing(for_editing(text, FORM), FORM, figures_of(41)) == (text, ())
