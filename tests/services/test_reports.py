"""A report from its beginning to its correction: what is computed, who may write what, what freezes, what drifts."""

from dataclasses import replace
from datetime import date

import pytest

from cchc_tasks.domain.errors import NotAllowed, NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.reports.cells import CellState
from cchc_tasks.domain.reports.frozen import canonical_bytes, digest, snapshot_from_bytes
from cchc_tasks.services import report_answers, report_submission, reports
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.services.report_figures import drift_of
from cchc_tasks.storage.models import LedgerHead, PublishedHead
from cchc_tasks.storage.queries import reports as queries
from tests.factories import at
from tests.support.reports import FORM, NOW, Q1, describe, prepare
from tests.support.year import confirm, report

SET, DONE = "steer.plan.tasks_set", "steer.plan.tasks_done"
ENTERED = "steer.survey.forms"


def test_the_plan_and_the_register_fill_their_rows_and_every_number_has_its_list(session):
    prepared = prepare(session)

    figures = prepared.told().figures

    assert figures[SET].cell.printed == "10"
    assert figures[DONE].cell.printed == "2"
    assert len(figures[DONE].counted) == 2
    assert len(figures[SET].counted) == 10
    # Documents behind what was confirmed or still waits, and the plan itself; the returned one proves nothing.
    assert figures["steer.docs_issued"].cell.printed == "4"
    assert all(member.text for member in figures[DONE].counted)
    assert "BC-STTTT" in figures[DONE].counted[0].text


def test_a_unit_answers_the_rows_it_is_asked_for_and_no_others(session):
    prepared = prepare(session)
    unit = prepared.year.office.unit
    reports.assign_rows(
        session, prepared.report.id, {ENTERED: unit.id}, version=1, actor=prepared.who("office"), now=NOW
    )

    prepared.answer("head", Answer(ENTERED, "1.050", "Khảo sát tại Bộ phận một cửa"))

    figure = prepared.told().figures[ENTERED]
    assert (figure.cell.value, figure.note) == (1050, "Khảo sát tại Bộ phận một cửa")
    with pytest.raises(NotAllowed):
        prepared.answer("other_head", Answer(ENTERED, "7", seen=1))
    with pytest.raises(NotAllowed):
        prepared.answer("head", Answer("steer.dialogue", "1"))
    with pytest.raises(Refused) as refused:
        prepared.answer("office", Answer(DONE, "9"))
    assert refused.value.reason is RefusedReason.NOT_ENTERED


def test_a_second_answer_on_what_the_first_never_saw_is_told_so(session):
    prepared = prepare(session)
    prepared.answer("office", Answer(ENTERED, "5"))

    with pytest.raises(StaleEdit):
        prepared.answer("office", Answer(ENTERED, "6"))

    assert prepared.answer("office", Answer(ENTERED, "5", seen=0)) == ()
    prepared.answer("office", Answer(ENTERED, "6", seen=1))
    history = queries.entry_history(session, prepared.report, ENTERED)
    assert [row.printed for row in history] == ["5", "6"]


def test_zero_blank_not_yet_and_not_applicable_are_four_answers(session):
    prepared = prepare(session)
    for seen, printed in enumerate(("0", "chưa có", "không áp dụng", "")):
        prepared.answer("office", Answer(ENTERED, printed, seen=seen))
        states = {"0": CellState.VALUE, "chưa có": CellState.NOT_YET, "không áp dụng": CellState.NOT_APPLICABLE}
        assert prepared.told().figures[ENTERED].cell.state is states.get(printed, CellState.BLANK)


def test_a_computed_value_prints_otherwise_only_for_a_reason_and_both_stay_visible(session):
    prepared = prepare(session)
    values = {"actor": prepared.who("office"), "now": NOW, "describe": describe}

    with pytest.raises(Refused):
        report_answers.print_otherwise(session, prepared.report.id, DONE, printed="", reason="", seen=0, **values)
    report_answers.print_otherwise(
        session, prepared.report.id, DONE, printed="", reason="Mẫu của quý không yêu cầu.", seen=0, **values
    )

    figure = prepared.told().figures[DONE]
    assert (figure.cell.printed, figure.computed.printed) == ("", "2")
    report_answers.print_otherwise(
        session, prepared.report.id, DONE, printed=None, reason="In lại số hệ thống tính.", seen=1, **values
    )
    assert prepared.told().figures[DONE].cell.printed == "2"


def test_a_report_of_the_period_is_begun_once(session):
    prepared = prepare(session)

    with pytest.raises(Refused) as refused:
        reports.begin(session, FORM, Q1, title="Lần nữa", actor=prepared.who("office"), now=NOW)

    assert refused.value.reason is RefusedReason.REPORT_EXISTS


def test_another_window_needs_its_reason(session):
    prepared = prepare(session)
    values = {"title": "Báo cáo", "plans": {}, "scoped_plans": {}, "units_asked": prepared.report.units_asked}
    values |= {"actor": prepared.who("office"), "now": NOW}
    moved = replace(Q1, cut_off=date(2021, 3, 10))

    with pytest.raises(Refused):
        reports.set_up(session, prepared.report.id, version=1, period=moved, **values)
    held = reports.set_up(
        session, prepared.report.id, version=1, period=replace(moved, reason="Theo Công văn 12/SNV."), **values
    )

    assert held.cut_off == date(2021, 3, 10)
    with pytest.raises(StaleEdit):
        reports.set_up(session, prepared.report.id, version=1, period=Q1, **values)


def test_a_report_with_blanks_is_not_submitted_and_only_a_leader_submits(session):
    prepared = prepare(session)
    with pytest.raises(Refused) as refused:
        prepared.submit()
    assert refused.value.reason is RefusedReason.FINDINGS_OPEN

    with pytest.raises(NotAllowed):
        report_submission.submit(
            session, prepared.report.id, version=1, actor=prepared.who("office"), now=NOW, describe=describe
        )


def test_what_was_submitted_stays_and_what_comes_later_is_drift(session):
    prepared = prepare(session)
    prepared.fill()
    prepared.accept_warnings()
    frozen = prepared.submit()
    before = queries.snapshot_of(session, prepared.report).content

    waiting = prepared.year.work["waiting"]
    confirm(session, prepared.year.office, waiting, at(date(2021, 3, 22)))
    report(session, prepared.year.office, prepared.year.work["late"], date(2021, 3, 1), recorded=at(date(2021, 3, 23)))

    snapshot, drifted, _told = drift_of(
        session, prepared.report, actor=prepared.who("office"), now=at(date(2021, 3, 24)), describe=describe
    )
    assert queries.snapshot_of(session, prepared.report).content == before
    assert snapshot_from_bytes(before.encode()) == snapshot == frozen
    assert digest(canonical_bytes(snapshot)) == queries.snapshot_of(session, prepared.report).sha256
    moved = {each.key: (each.then, each.now) for each in drifted}
    assert moved[DONE] == ("2", "3")
    assert SET not in moved
    assert moved["steer.docs_issued"] == ("4", "5")
    entered = next(each for each in drifted if each.key == DONE).entered
    assert [member.id for member in entered] == [f"task:{waiting.task_id}"]


def test_the_head_of_the_ledger_is_kept_with_the_report(session):
    prepared = prepare(session)
    prepared.fill()
    prepared.accept_warnings()
    frozen = prepared.submit()

    head = session.get(LedgerHead, prepared.report.agency_id)
    assert (frozen.ledger_seq, frozen.ledger_hash) == (head.seq, head.hash)
    assert session.query(PublishedHead).filter_by(seq=head.seq, hash=head.hash).count() == 1


def test_nothing_is_written_into_a_submitted_report_but_its_number(session):
    prepared = prepare(session)
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()
    session.refresh(prepared.report)

    with pytest.raises(Refused) as refused:
        prepared.answer("office", Answer(ENTERED, "9", seen=1))
    assert refused.value.reason is RefusedReason.REPORT_SUBMITTED
    values = {"actor": prepared.who("office"), "now": at(date(2021, 3, 20))}
    issued = report_submission.issue(
        session,
        prepared.report.id,
        version=prepared.report.version,
        number="25/BC-STTTT",
        issued_on=date(2021, 3, 19),
        **values,
    )
    assert (issued.number, issued.issued_on) == ("25/BC-STTTT", date(2021, 3, 19))


def test_a_corrected_report_stands_beside_the_first_with_its_answers(session):
    prepared = prepare(session)
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()

    second = reports.correct(session, prepared.report.id, actor=prepared.who("office"), now=at(date(2021, 3, 25)))

    assert (second.edition, second.corrects_id) == (2, prepared.report.id)
    first_entries = queries.entries_of(session, prepared.report)
    assert {key: row.printed for key, row in queries.entries_of(session, second).items()} == {
        key: row.printed for key, row in first_entries.items()
    }
    with pytest.raises(Refused):
        reports.correct(session, prepared.report.id, actor=prepared.who("office"), now=at(date(2021, 3, 25)))


def test_another_agency_sees_nothing_of_it(session):
    prepared = prepare(session)

    with pytest.raises(NotFound):
        report_answers.answer(session, prepared.report.id, (), actor=prepared.who("stranger"), now=NOW)
