"""The commands about units in time: a decision looked at and recorded, counts by the units of the day or of now."""

import json

import pytest
from sqlalchemy import select

from cchc_tasks.domain.permissions import Role
from cchc_tasks.storage.models import Reorganisation
from tests.factories import make_agency, make_person, make_plan, make_task, make_unit

PAPER = ("--number", "05/QĐ", "--issued-on", "2021-06-14", "--subject", "Về việc sáp nhập", "--from", "2021-07-01")


@pytest.fixture
def agency(session):
    agency = make_agency(session)
    finance = make_unit(session, agency, "Phòng Kế hoạch – Tài chính")
    make_unit(session, agency, "Văn phòng Sở")
    make_person(session, agency, role=Role.HEAD, unit=finance)
    make_task(session, make_plan(session, agency), lead=finance, number="1.1")
    session.commit()
    return agency


def by_unit(run, asked):
    answer = json.loads(run("count", "163/KH-STTTT", "--cut-off", "2021-06-30", "--units", asked, "--json").output)
    return answer["units"], [(row["unit"], row["total"]) for row in answer["by_unit"]]


def test_a_merge_is_looked_at_first_and_then_recorded(run, agency):
    looked = run("unit", "merge", "Phòng Kế hoạch – Tài chính", "--into", "Văn phòng Sở", *PAPER, "--dry-run")
    assert "Sẽ chuyển 1 nhiệm vụ với 1 việc chưa hoàn thành, 1 người, 0 nhóm. Chưa ghi gì." in looked.output
    assert "Rà soát văn bản" in looked.output

    done = run("unit", "merge", "Phòng Kế hoạch – Tài chính", "--into", "Văn phòng Sở", *PAPER)

    assert (done.exit_code, "theo ngày hiệu lực 01/7/2021" in done.output) == (0, True)
    assert by_unit(run, "then") == ("then", [("Phòng Kế hoạch – Tài chính", 1)])
    assert by_unit(run, "now") == ("now", [("Văn phòng Sở", 1)])
    text = run("count", "163/KH-STTTT", "--cut-off", "2021-06-30", "--units", "now").output
    assert "Theo đơn vị hiện nay" in text and "Văn phòng Sở: 0/1" in text


def test_a_split_makes_new_units_of_names_not_known_yet(run, agency):
    into = ("--into", "Phòng Kế hoạch", "--into", "Phòng Tài chính")

    assert run("unit", "split", "Phòng Kế hoạch – Tài chính", *into, *PAPER).exit_code == 0

    names = [row["name"] for row in json.loads(run("unit", "list", "--json").output)]
    assert names == ["Văn phòng Sở", "Phòng Kế hoạch", "Phòng Tài chính"]


def test_what_cannot_be_is_told_and_changes_nothing(run, agency):
    run("unit", "abolish", "Văn phòng Sở", *PAPER)

    again = run("unit", "abolish", "Văn phòng Sở", *PAPER)

    assert again.exit_code != 0
    assert "đã kết thúc ngày 30/6/2021" in again.output


def decisions(session):
    session.rollback()
    return [(row.kind.value, row.number) for row in session.scalars(select(Reorganisation).order_by(Reorganisation.id))]


def test_a_new_name_may_come_with_its_decision(run, agency, session):
    told = run("unit", "rename", "Phòng Kế hoạch – Tài chính", "Phòng Tài chính", *PAPER)

    assert "Phòng Tài chính" in told.output
    assert [kind for kind, _number in decisions(session)] == ["rename"]
    names = {row["name"] for row in json.loads(run("unit", "list", "--json", "--as-of", "2021-07-01").output)}
    before = {row["name"] for row in json.loads(run("unit", "list", "--json", "--as-of", "2021-06-30").output)}
    assert "Phòng Tài chính" in names and "Phòng Kế hoạch – Tài chính" in before


def test_half_a_decision_is_refused(run, agency, session):
    told = run("unit", "rename", "Văn phòng Sở", "Văn phòng", "--from", "2021-07-01", "--number", "5/QĐ")

    assert told.exit_code == 2
    assert "--number và --issued-on" in told.output
    assert decisions(session) == []


def test_a_unit_is_created_by_a_decision_and_is_there_from_its_day(run, agency, session):
    looked = run("unit", "create", "Phòng Chuyển đổi số", *PAPER, "--dry-run")
    assert "Chưa ghi gì" in looked.output and decisions(session) == []

    told = run("unit", "create", "Phòng Chuyển đổi số", *PAPER, "--short-name", "Phòng CĐS")

    assert "Phòng Chuyển đổi số có từ ngày 01/7/2021." in told.output
    assert [kind for kind, _number in decisions(session)] == ["create"]
    of_day = {row["name"] for row in json.loads(run("unit", "list", "--json", "--as-of", "2021-07-01").output)}
    assert "Phòng Chuyển đổi số" in of_day
