"""The repository can be cloned anywhere: vendored files are what npm shipped, and nothing names this machine."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import vendor

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, so that this file does not find itself.
LEAKS = re.compile(
    "|".join(
        ("/" + r"root/", "/" + r"home/[a-z]+/", "/" + r"work/[a-z]+", r"\.\./" + r"shared\b", "file:///" + r"opt\b")
    )
)
# The only files that may hold such words: the pattern itself, and what others wrote.
EXEMPT = ("tests/guards/test_repository.py", "static/vendor/", "tests/vendor/", "tests/data/", "uv.lock")


def tracked_text_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = [name for name in listed.split("\0") if name and not name.startswith(EXEMPT)]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_no_file_names_a_path_of_one_machine():
    found = []
    for path in tracked_text_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit}" for hit in LEAKS.findall(content.decode("utf-8"))]

    assert found == []


@pytest.mark.parametrize("script", ["vendor.py", "lock.py"])
def test_vendored_files_and_locked_hashes_are_up_to_date(script):
    result = subprocess.run(
        [sys.executable, ROOT / "scripts" / script, "--check"], capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_a_changed_a_missing_and_an_added_vendored_file_are_noticed(tmp_path, monkeypatch):
    for folder in ("static/vendor", "tests/vendor"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(vendor, "ROOT", tmp_path)
    monkeypatch.setattr(vendor, "LOCK", tmp_path / "static/vendor/vendor.lock.json")
    bootstrap = next(tmp_path.glob("static/vendor/bootstrap-5*"))
    (bootstrap / "bootstrap.min.css").write_text("p {}", encoding="utf-8")
    (bootstrap / "LICENSE").unlink()
    (bootstrap / "extra.js").write_text("", encoding="utf-8")

    problems = [problem.partition(":")[0] for problem in vendor.check()]

    assert problems == ["missing", "not in vendor.lock.json", "changed by hand"]
