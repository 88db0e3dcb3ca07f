"""Runs commands as the console does, on the database of the test."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cchc_tasks.cli.main import commands


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`run("count", "163/KH-STTTT", …)` on this test's database; an unexpected error fails the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CCHC_DATABASE_URL", database_url)
    monkeypatch.setenv("CCHC_INSTANCE_DIR", str(tmp_path / "instance"))
    umask = os.umask(0o022)
    os.umask(umask)

    def invoke(*arguments: Any) -> Result:
        result = CliRunner().invoke(commands, [str(each) for each in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    yield invoke
    os.umask(umask)
