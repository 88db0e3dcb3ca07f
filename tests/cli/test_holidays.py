"""The commands `holidays …`: what an administrator sees and corrects from the server."""

import json

import click
import pytest
from click.testing import CliRunner

from cchc_tasks.cli.main import commands
from cchc_tasks.cli.runtime import CommandStop
from tests.factories import make_agency


@pytest.fixture
def run(session, database_url, tmp_path):
    make_agency(session, code="STTTT")
    session.commit()
    environ = {"CCHC_DATABASE_URL": database_url, "CCHC_INSTANCE_DIR": str(tmp_path)}

    def call(*arguments):
        return CliRunner(env=environ).invoke(commands, ["holidays", *arguments])

    return call


def days_of(run, year):
    return {each["day"]: each for each in json.loads(run("list", str(year), "--json").output)}


def test_a_year_is_listed_with_its_swaps(run):
    output = run("list", "2026").output

    assert "thứ Sáu, 02/01/2026" in output
    assert "12729/VPCP-KGVX" in output
    days = days_of(run, 2026)
    assert (days["2026-08-31"]["is_working"], days["2026-08-22"]["is_working"]) == (False, True)


def test_a_day_is_corrected_and_a_wrong_correction_undone(run):
    assert run("set", "2027-02-11", "off", "--reason", "Nghỉ thêm, 1/VPCP").exit_code == 0
    assert days_of(run, 2027)["2027-02-11"] == {
        "day": "2027-02-11",
        "is_working": False,
        "name": "Nghỉ thêm, 1/VPCP",
        "is_corrected": True,
    }

    undone = run("set", "11/2/2027", "undo", "--reason", "Ghi nhầm")

    assert undone.output == "thứ Năm, 11/02/2027: Theo lịch nhà nước.\n"
    assert "2027-02-11" not in days_of(run, 2027)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("2027-02-13", "off", "--reason", "x"), "Không có gì thay đổi"),
        (("2027-02-11", "off", "--reason", " "), "cần lý do"),
        (("2027-02-11", "undo", "--reason", "x"), "Không có gì thay đổi"),
    ],
)
def test_a_correction_that_says_nothing_is_refused(run, arguments, sentence):
    refused = run("set", *arguments)

    assert refused.exit_code == CommandStop.exit_code
    assert sentence in refused.output


def test_an_office_cannot_close_for_more_than_a_month_by_a_slip(run):
    for day in range(1, 32):
        done = run("set", f"2026-07-{day:02}", "off", "--reason", "Nhầm năm")
        assert done.exit_code in (0, click.ClickException.exit_code)

    assert "nghỉ liền hơn 30 ngày" in done.output
