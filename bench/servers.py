"""Starts the servers that are measured, on free ports of this machine, and weighs their memory."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 180
WORKERS = 2


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running(command: list[str], database_url: str, folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The address and the process of `command`, started with settings of production for this database."""
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CCHC_")} | {
        "CCHC_DATABASE_URL": database_url,
        "CCHC_INSTANCE_DIR": str(folder),
        "CCHC_PORT": str(port),
        "CCHC_LOG_LEVEL": "warning",
    }
    log = (folder / f"{port}.log").open("wb")
    process = subprocess.Popen([sys.executable, *command], env=environ, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait(port, process, folder / f"{port}.log")
        yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"a server did not start:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def both(database_url: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses of the floor and of the application, on the same database and the same kind of server."""
    with (
        running(["-m", "bench.serve", "floor"], database_url, folder) as (floor, _),
        running(["-m", "bench.serve", "ours"], database_url, folder) as (ours, _),
    ):
        yield floor, ours


@contextmanager
def two_workers(database_url: str, folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The application as an office with many people runs it: `serve --workers 2`, without the scheduler."""
    command = ["-m", "cchc_tasks.cli.main", "serve", "--workers", str(WORKERS), "--no-scheduler"]
    with running(command, database_url, folder) as found:
        yield found


def weight(process: psutil.Process) -> int:
    """PSS of a process and its children in bytes: shared pages count once."""
    return sum(each.memory_full_info().pss for each in (process, *process.children(recursive=True)))
