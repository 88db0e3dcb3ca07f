"""The only module that starts processes for reading: argument lists, never a shell, and an end for each of them."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_NEEDED = ("SYSTEMROOT", "LD_LIBRARY_PATH", "PATH")


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended; `code` is None where its time was up."""

    code: int | None
    output: bytes


def run(command: Sequence[str], *, seconds: float, given: bytes = b"", environment: Mapping[str, str]) -> Finished:
    """Run a command in a group of its own; when the time is up the whole group ends, helpers included."""
    process = subprocess.Popen(  # noqa: S603 - an argument list; nothing of it is read as a command line
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
        start_new_session=True,
    )
    with process:
        try:
            output, _ = process.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end_group(process)
            return Finished(None, b"")
    return Finished(process.returncode, output)


def kept_environment() -> dict[str, str]:
    """Only what a process needs to start: it gets no secret of the server's environment."""
    return {name: os.environ[name] for name in _NEEDED if name in os.environ}


def started_in(folder: Path) -> dict[str, str]:
    """The same, with a folder of its own for everything the process wants to keep."""
    return {**kept_environment(), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
