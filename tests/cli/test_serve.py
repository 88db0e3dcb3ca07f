"""`serve` as a process: it answers, brings its scheduler with it, and takes it along when it is told to stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from cchc_tasks.cli.runtime import NotSetUp
from cchc_tasks.cli.serve import greeting, prepare_database, scheduler_process
from cchc_tasks.config import load_settings
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.storage.migrate import downgrade, found_revision, wanted_revision
from tests.support.servers import free_port

SECONDS = 60


@contextmanager
def served(folder, *options, **environ):
    """A running `cchc-tasks serve` that answers; ended by SIGTERM if the test left it running."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CCHC_")}
    kept |= {"CCHC_INSTANCE_DIR": str(folder), "PYTHONPATH": os.getcwd(), **environ}
    command = [sys.executable, "-m", "cchc_tasks.cli.main", "serve", "--port", str(port), *options]
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(command, env=kept, cwd=folder, stdout=log, stderr=log)
        try:
            wait_until(lambda: process.poll() is not None or answers(port), "answers", folder)
            yield process, port
        finally:
            process.terminate()
            process.wait(SECONDS)


def answers(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            return response.status == 200
    except (URLError, ConnectionError, TimeoutError):
        return False


def wait_until(is_so, what, folder):
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"never {what}:\n{(folder / 'log').read_text()}"
        time.sleep(0.05)


def schedulers_of(process):
    return [each for each in psutil.Process(process.pid).children() if "scheduler" in each.cmdline()]


@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["one process", "two workers"])
def test_serve_answers_with_a_scheduler_beside_it_and_both_end_together(tmp_path, options):
    with served(tmp_path, *options) as (process, port):
        [scheduler] = schedulers_of(process)
        process.send_signal(signal.SIGTERM)
        code = process.wait(SECONDS)

        assert code == 0
        assert not scheduler.is_running()
        assert not answers(port)
    assert f"Địa chỉ: http://127.0.0.1:{port}" in (tmp_path / "log").read_text()


def test_serve_without_a_scheduler(tmp_path):
    with served(tmp_path, "--no-scheduler") as (process, _port):
        assert schedulers_of(process) == []


def test_a_taken_port_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with served(tmp_path, "--no-scheduler", "--port", port) as (process, _port):
            assert process.wait(SECONDS) == 1

    assert f"Không mở được cổng {port} tại 127.0.0.1" in (tmp_path / "log").read_text()


def test_o6_serve_refuses_a_newer_schema(run, session):
    session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    session.commit()

    result = run("serve", "--no-scheduler")

    assert result.exit_code == 2
    assert "mới hơn phiên bản" in result.stderr


def test_o6_one_office_s_file_is_upgraded_and_a_server_that_others_use_is_not(settings, engine, database_url, dialect):
    downgrade(MIGRATIONS, database_url, to="base")

    if dialect == "sqlite":
        prepare_database(settings)
    else:
        with pytest.raises(NotSetUp, match="cchc-tasks db upgrade"):
            prepare_database(settings)

    assert (found_revision(engine) == wanted_revision(MIGRATIONS)) is (dialect == "sqlite")


def test_a_scheduler_that_does_not_stop_is_ended(monkeypatch):
    class Deaf:
        """A process that ignores being told to stop."""

        def __init__(self, *_arguments, **_options):
            self.heard = []

        def terminate(self):
            self.heard.append("terminate")

        def kill(self):
            self.heard.append("kill")

        def wait(self, timeout=None):
            if timeout is not None:
                raise subprocess.TimeoutExpired("scheduler", timeout)

    deaf = Deaf()
    monkeypatch.setattr(subprocess, "Popen", lambda *_arguments, **_options: deaf)

    with scheduler_process({}, is_wanted=True):
        assert deaf.heard == []

    assert deaf.heard == ["terminate", "kill"]


def test_the_greeting_names_no_people_outside_the_demo(tmp_path):
    settings = load_settings({"CCHC_INSTANCE_DIR": str(tmp_path)}, tmp_path)

    assert greeting(settings) == ["Địa chỉ: http://127.0.0.1:8000  (dừng: Ctrl+C)"]
