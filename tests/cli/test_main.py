"""The console as a whole: what it offers, and how it says no."""

import os
import subprocess
import sys

import pytest

from cchc_tasks.cli.main import COMMANDS, commands
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.storage.migrate import downgrade
from tests.factories import make_agency


def names(command, path=()):
    for name, each in getattr(command, "commands", {}).items():
        yield from names(each, (*path, name))
    if not hasattr(command, "commands"):
        yield path, command


def test_every_command_of_the_design_is_there():
    offered = {" ".join(path) for path, _command in names(commands)}

    assert offered >= {"serve", "scheduler", "demo", "db upgrade", "ledger verify", "ledger head", "count"}
    assert offered >= {"reminders status", "reminders run"}


@pytest.mark.parametrize("path, command", list(names(commands)), ids=lambda each: str(each))
def test_every_command_says_in_vietnamese_what_it_does(path, command):
    assert command.help
    assert not command.help.isascii()


def test_help_lists_the_commands(run):
    result = run("--help")

    assert result.exit_code == 0
    assert all(name in result.output for name in COMMANDS)


def test_a_database_that_was_never_made_is_named(run, tmp_path, monkeypatch):
    monkeypatch.setenv("CCHC_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    result = run("ledger", "head")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Cơ sở dữ liệu chưa được tạo. Chạy: cchc-tasks db upgrade\n"


def test_o6_another_schema_version_is_refused(run, database_url, session):
    session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    session.commit()

    result = run("ledger", "head")

    assert result.exit_code == 2
    assert "mới hơn phiên bản" in result.stderr


def test_db_upgrade_makes_what_is_missing_once(run, database_url):
    downgrade(MIGRATIONS, database_url, to="base")

    first, second = run("db", "upgrade"), run("db", "upgrade")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith("Cơ sở dữ liệu nay ở phiên bản")
    assert second.stdout.startswith("Cơ sở dữ liệu đã ở phiên bản")


def test_without_an_agency_the_way_to_the_first_one_is_told(run):
    result = run("ledger", "head")

    assert result.exit_code == 1
    assert result.stderr == "Chưa có cơ quan nào. Tạo cơ quan và quản trị đầu tiên: cchc-tasks user first-admin\n"


def test_several_agencies_must_be_told_apart(run, session):
    make_agency(session, code="SNV")
    make_agency(session, code="STTTT")
    session.commit()

    unnamed, unknown, named = (run("ledger", "head", *each) for each in ((), ("--agency", "X"), ("--agency", "snv")))

    assert unnamed.stderr == "Có nhiều cơ quan. Ghi --agency với một mã trong: SNV, STTTT.\n"
    assert unknown.stderr == "Không có cơ quan “X”. Các cơ quan: SNV, STTTT.\n"
    assert (named.exit_code, named.stdout) == (0, f"0:{'0' * 64}\n")


def test_a_wrong_setting_ends_with_a_sentence_and_2(run, monkeypatch):
    monkeypatch.setenv("CCHC_PORT", "cổng")

    result = run("ledger", "head")

    assert result.exit_code == 2
    assert result.stderr.startswith("Thiết lập “port” (tại $CCHC_PORT)")


def test_a_program_of_another_place_starts_the_same_commands(tmp_path):
    """`python -m cchc_tasks.cli.main` is what `serve` starts its scheduler with."""
    done = subprocess.run(
        [sys.executable, "-m", "cchc_tasks.cli.main", "--version"],
        cwd=os.getcwd(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert done.stdout.startswith("cchc-tasks")
