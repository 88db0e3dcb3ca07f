"""`report …`: the report of a period from the console, from its figures to its files and its drift."""

import json
from datetime import date

import pytest

from tests.factories import at
from tests.support.reports import FORM, prepare
from tests.support.year import confirm

ABOUT = (FORM, "q1", "--year", "2021", "--agency")


@pytest.fixture
def prepared(session):
    prepared = prepare(session)
    prepared.code = prepared.year.office.agency.code
    return prepared


def test_the_shipped_forms_are_listed(run, prepared):
    result = run("report", "forms", "--agency", prepared.code)

    assert result.exit_code == 0
    assert FORM in result.output


def test_build_tells_the_figures_their_members_and_what_is_left_to_do(run, prepared):
    told = json.loads(run("report", "build", *ABOUT, prepared.code, "--json").output)

    rows = {row["key"]: row for row in told["rows"]}
    assert (rows["steer.plan.tasks_set"]["printed"], rows["steer.plan.tasks_done"]["printed"]) == ("10", "2")
    assert len(rows["steer.plan.tasks_done"]["counted"]) == 2
    assert len(told["rows"]) == 115
    assert told["findings"]


def test_build_begins_a_report_where_there_is_none(run, prepared):
    told = json.loads(run("report", "build", FORM, "h1", "--year", 2021, "--agency", prepared.code, "--json").output)

    assert (told["cut_off"], told["is_draft"]) == ("2021-06-14", True)


def test_a_period_that_the_regime_does_not_have_is_refused_with_those_it_has(run, prepared):
    result = run("report", "build", FORM, "q2", "--year", 2021, "--agency", prepared.code)

    assert result.exit_code == 1
    assert "q1, h1, q3, year" in result.output


def test_freeze_refuses_a_report_with_blanks(run, prepared):
    result = run("report", "freeze", *ABOUT, prepared.code)

    assert result.exit_code == 1
    assert "trước khi trình" in result.output


def test_a_frozen_report_is_exported_and_its_drift_told(run, prepared, tmp_path):
    prepared.fill()
    prepared.accept_warnings()
    prepared.session.commit()
    assert "Đã trình" in run("report", "freeze", *ABOUT, prepared.code).output

    for ending in ("docx", "xlsx", "pdf"):
        assert run("report", "export", *ABOUT, prepared.code, "-o", tmp_path / f"bc.{ending}").exit_code == 0
        assert (tmp_path / f"bc.{ending}").stat().st_size > 5_000
    assert run("report", "export", *ABOUT, prepared.code, "-o", tmp_path / "bc.odt").exit_code == 1

    confirm(prepared.session, prepared.year.office, prepared.year.work["waiting"], at(date(2021, 3, 22)))
    told = json.loads(run("report", "drift", *ABOUT, prepared.code, "--json").output)
    [moved] = told["figures"]
    assert (moved["key"], moved["then"], moved["now"]) == ("steer.plan.tasks_done", "2", "3")
    [[cause]] = moved["why"].values()
    assert cause.startswith("Xác nhận hoàn thành ngày")
    assert told["events"] == []
    assert f"    {cause}" in run("report", "drift", *ABOUT, prepared.code).output.splitlines()
