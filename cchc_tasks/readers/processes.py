"""The only module that starts processes for reading: argument lists, never a shell, and an end for each of them."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_LONGEST_LINE = 80
_NEEDED = ("SYSTEMROOT", "LD_LIBRARY_PATH", "PATH")


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended; `code` is None where its time was up."""

    code: int | None
    output: bytes


def run(
    command: Sequence[str],
    *,
    seconds: float,
    given: bytes = b"",
    environment: Mapping[str, str],
    hear: Callable[[bytes], None] | None = None,
) -> Finished:
    """Run a command in a group of its own; when the time is up the whole group ends, helpers included.

    `hear` gets each line of its error stream while it runs, cut at `_LONGEST_LINE`; None: nobody listens.
    """
    with _Listening(hear) as listening, _start(command, environment, listening.end) as process:
        listening.begin()
        try:
            output, _ = process.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end_group(process)
            return Finished(None, b"")
    return Finished(process.returncode, output)


def _start(command: Sequence[str], environment: Mapping[str, str], stderr: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - an argument list; nothing of it is read as a command line
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=dict(environment),
        start_new_session=True,
    )


class _Listening:
    """The other end of a process's error stream, read beside the wait for its answer."""

    def __init__(self, hear: Callable[[bytes], None] | None) -> None:
        self._hear = hear
        self._thread: threading.Thread | None = None
        self._ours: int | None = None
        self.end = subprocess.DEVNULL

    def __enter__(self) -> Self:
        if self._hear is not None:
            self._ours, self.end = os.pipe()
        return self

    def begin(self) -> None:
        """Once the process has its end: ours of it is closed, so that the stream ends with the process."""
        if self._ours is None:
            return
        os.close(self.end)
        self.end = subprocess.DEVNULL
        self._thread = threading.Thread(target=self._listen, args=(self._ours,), daemon=True)
        self._ours = None
        self._thread.start()

    def __exit__(self, *_failure: object) -> None:
        if self._ours is not None:  # the process did not start
            os.close(self._ours)
            os.close(self.end)
        if self._thread is not None:
            self._thread.join(timeout=1)

    def _listen(self, ours: int) -> None:
        with os.fdopen(ours, "rb") as stream:
            while line := stream.readline(_LONGEST_LINE):
                if self._hear is not None:
                    self._hear(line)


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
