import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.counting import CountingRule, tally
from cchc_tasks.domain.drift import DriftReason, compare
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.reports.cells import BLANK, parse_cell
from cchc_tasks.domain.reports.figures import Inputs, Override, RegisterEntry, compute
from cchc_tasks.domain.reports.form_reading import form_digest
from cchc_tasks.domain.reports.forms import ValueType
from cchc_tasks.domain.reports.frozen import (
    FrozenPlan,
    FrozenText,
    Snapshot,
    canonical_bytes,
    changes_by_member,
    digest,
    drift,
    freeze_figure,
    snapshot_from_bytes,
)
from cchc_tasks.domain.workflow import Status
from tests.domain.reports.plans import BEFORE, CUT_OFF, work
from tests.domain.reports.real_reports import cells_of, form_of
from tests.domain.reports.test_figures import SOC_TRANG, WINDOW

FORM = form_of(SOC_TRANG)
AT = datetime(2023, 12, 15, 3, 0, tzinfo=UTC)


def states_of(done, total=47):
    return [work(number, done_on=BEFORE if number <= done else None) for number in range(1, total + 1)]


def figures_of(states, **inputs):
    labels = {f"task:{number}": f"Phần việc {number}" for number in range(1, 60)}
    plan = tally(states, CountingRule(noun="phần việc"), CUT_OFF)
    values = {"entered": cells_of(SOC_TRANG), "labels": labels, "tallies": {"cchc": [plan]}, **inputs}
    return compute(FORM, Inputs(WINDOW, **values))


def snapshot_of(figures):
    return Snapshot(
        agency_code="stttt",
        report_id=7,
        version=1,
        form=FORM.reference,
        form_sha256=form_digest(FORM),
        period_key="year",
        year=2023,
        window_starts_on=WINDOW[0],
        cut_off=WINDOW[1],
        known_at=AT,
        ledger_seq=812,
        ledger_hash="ab" * 32,
        submitted_at=AT,
        submitted_by="Nguyễn Hữu Hạnh",
        title="Tình hình, kết quả thực hiện cải cách hành chính năm 2023",
        plans=(FrozenPlan(1, "cchc", "01/KH.CCHC-STTTT", {"counted": "task", "noun": "phần việc"}),),
        figures=tuple(freeze_figure(figure) for figure in figures.values()),
        texts=(FrozenText("1.1.1", "1.1.1. Về kế hoạch CCHC", "Sở đã thực hiện 41/47 phần việc."),),
        accepted={"blank||law.issued|": "Không phát sinh"},
    )


FROZEN = snapshot_of(figures_of(states_of(41)))


def test_a_snapshot_is_one_byte_string_and_comes_back_whole():
    data = canonical_bytes(FROZEN)

    assert snapshot_from_bytes(data) == FROZEN
    assert canonical_bytes(snapshot_from_bytes(data)) == data
    assert digest(data) == digest(canonical_bytes(snapshot_of(figures_of(states_of(41)))))
    assert len(json.loads(data)["figures"]) == 185


def test_the_same_instant_in_another_zone_is_the_same_snapshot():
    elsewhere = AT.astimezone(timezone(timedelta(hours=7)))

    assert canonical_bytes(replace(FROZEN, known_at=elsewhere)) == canonical_bytes(FROZEN)


@pytest.mark.parametrize(
    "change",
    [
        {"cut_off": date(2023, 12, 15)},
        {"ledger_hash": "cd" * 32},
        {"version": 2},
        {"texts": ()},
        {"accepted": {}},
        {"figures": FROZEN.figures[1:]},
        {"title": "Báo cáo khác"},
    ],
)
def test_any_other_value_is_another_hash(change):
    assert digest(canonical_bytes(replace(FROZEN, **change))) != digest(canonical_bytes(FROZEN))


def test_nothing_new_is_no_drift():
    assert drift(FROZEN, figures_of(states_of(41))) == ()


def test_a_reopening_names_the_figures_that_move_and_the_member_that_left():
    states = states_of(41)
    states[4] = work(5)

    found = {each.key: each for each in drift(FROZEN, figures_of(states))}

    assert {key: (each.then, each.now) for key, each in found.items()} == {
        "steer.plan.rate": ("87,23", "85,11"),
        "steer.plan.tasks_done": ("41", "40"),
    }
    assert [(each.id, each.text) for each in found["steer.plan.tasks_done"].left] == [("task:5", "Phần việc 5")]


def test_one_thing_in_another_s_place_is_drift_though_the_number_stays():
    states = states_of(41)
    states[4], states[45] = work(5), work(46, done_on=BEFORE)

    found = {each.key: each for each in drift(FROZEN, figures_of(states))}["steer.plan.tasks_done"]

    assert not found.is_value_changed
    assert ([each.id for each in found.entered], [each.id for each in found.left]) == (["task:46"], ["task:5"])


def test_a_withdrawn_and_an_added_task_move_what_was_set_out():
    states = [*states_of(41)[:46], work(47, status=Status.WITHDRAWN), work(48), work(49)]

    found = {each.key: each for each in drift(FROZEN, figures_of(states))}["steer.plan.tasks_set"]

    assert (found.then, found.now) == ("47", "48")
    assert [each.id for each in found.entered] == ["task:48", "task:49"]
    assert [(each.id, each.text) for each in found.left] == [("task:47", "Phần việc 47")]


def test_an_entered_row_drifts_only_when_its_entry_changes():
    entered = {**cells_of(SOC_TRANG), "law.reviewed": parse_cell("14", ValueType.COUNT)}

    found = drift(FROZEN, figures_of(states_of(41), entered=entered))

    assert [(each.key, each.then, each.now) for each in found] == [("law.reviewed", "13", "14")]


def test_a_row_printed_otherwise_drifts_by_what_was_computed():
    overrides = {"steer.plan.rate": Override(BLANK, "Biểu để trống")}
    frozen = snapshot_of(figures_of(states_of(41), overrides=overrides))
    states = states_of(42)

    found = {each.key: (each.then, each.now) for each in drift(frozen, figures_of(states, overrides=overrides))}

    assert found["steer.plan.rate"] == ("87,23", "89,36")
    assert next(figure for figure in frozen.figures if figure.key == "steer.plan.rate").printed == ""


def test_a_document_entered_late_into_the_register_is_drift():
    before = [RegisterEntry("document:1", "01/KH-STTTT", BEFORE)]
    frozen = snapshot_of(figures_of(states_of(41), registers={"steer.docs_issued": before}))
    later = [*before, RegisterEntry("document:2", "05/KH-STTTT", BEFORE)]

    found = drift(frozen, figures_of(states_of(41), registers={"steer.docs_issued": later}))

    assert [(each.key, each.then, each.now) for each in found] == [("steer.docs_issued", "1", "2")]
    assert [each.text for each in found[0].entered] == ["05/KH-STTTT"]


@given(st.lists(st.tuples(st.integers(1, 47), st.booleans()), max_size=60))
def test_drift_lists_exactly_what_changed_and_the_frozen_bytes_stay(edits):
    done = {number: number <= 41 for number in range(1, 48)}
    done |= dict(edits)
    data = canonical_bytes(FROZEN)

    found = {each.key: each for each in drift(FROZEN, figures_of(states_with(done)))}

    entered = {f"task:{number}" for number, is_done in done.items() if is_done and number > 41}
    left = {f"task:{number}" for number, is_done in done.items() if not is_done and number <= 41}
    if entered or left:
        assert {each.id for each in found["steer.plan.tasks_done"].entered} == entered
        assert {each.id for each in found["steer.plan.tasks_done"].left} == left
        assert set(found) == {"steer.plan.tasks_done", "steer.plan.rate"}
    else:
        assert found == {}
    assert canonical_bytes(FROZEN) == data


def states_with(done):
    return [work(number, done_on=BEFORE if is_done else None) for number, is_done in done.items()]


def test_why_a_member_moved_comes_from_the_drift_of_its_plan():
    rule = CountingRule(noun="phần việc")
    before = states_of(41)
    after = states_with({number: 2 <= number <= 41 for number in range(1, 48)})
    row = LedgerRow(1, 813, RowKind.STATUS, 1, BEFORE, AT, 1, obligation_id=1, status=Status.IN_PROGRESS)

    changes = compare(tally(before, rule, CUT_OFF), tally(after, rule, CUT_OFF), {1: [row]})

    moved = changes_by_member(rule.counted, changes)
    left = next(each for each in drift(FROZEN, figures_of(after)) if each.key == "steer.plan.tasks_done").left
    assert [member.id for member in left] == list(moved) == ["task:1"]
    assert moved["task:1"].reasons == (DriftReason.REOPENED,)
