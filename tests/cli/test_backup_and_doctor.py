"""`backup`, `restore` and `doctor` as an administrator uses them, from an empty machine to a restored one."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cchc_tasks.cli.main import commands


def run(home: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands, arguments, env={"CCHC_INSTANCE_DIR": str(home)})
    return result.exit_code, result.output


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    run(folder, "db", "upgrade")
    return folder


def test_a_drill_of_backup_and_restore_on_a_machine_of_its_own(home, tmp_path):
    code, made = run(home, "backup", str(tmp_path / "backups"), "--json")
    path = json.loads(made)["path"]

    checked = run(tmp_path / "elsewhere", "restore", path, "--check")
    restored = run(tmp_path / "elsewhere", "restore", path)

    assert code == 0
    assert checked[0] == 0 and "Chưa ghi gì" in checked[1]
    assert restored[0] == 0 and "Gửi thư đang tắt" in restored[1]


def test_a_file_that_is_no_backup_gets_a_sentence(home, tmp_path):
    wrong = tmp_path / "ke-hoach.zip"
    wrong.write_bytes(b"PK")

    code, said = run(home, "restore", str(wrong))

    assert code == 1
    assert "ke-hoach.zip" in said


def test_doctor_names_what_is_missing_and_ends_with_1(tmp_path):
    code, said = run(tmp_path / "new", "doctor")

    assert code == 1
    assert "Cần xem: Kết nối cơ sở dữ liệu" in said


def test_doctor_looks_at_everything_of_a_made_database(home):
    _code, said = run(home, "doctor", "--json")

    found = {each["check"]: each["ok"] for each in json.loads(said)}
    assert found == {
        "python": True,
        "sqlite": True,
        "disk": found["disk"],
        "database": True,
        "schema": True,
        "ledger": True,
        "evidence": True,
        "scheduler": False,
    }
