"""The application as it runs in an office: a group of server processes that can be killed and started again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class ServerGroup:
    """`workers` processes behind one address, in a process group of their own; the log keeps every 5xx."""

    def __init__(self, database_url: str, folder: Path, *, workers: int = 2) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.log = folder / "server.log"
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("CCHC_")} | {
            "CCHC_DATABASE_URL": database_url,
            "CCHC_INSTANCE_DIR": str(folder),
            "CCHC_PUBLIC_BASE_URL": self.url,
        }
        options = ["--preload", "--worker-class=gthread", "--threads=4", "--no-control-socket", "--timeout=60"]
        self.command = [sys.executable, "-m", "gunicorn", *options, f"--workers={workers}", f"--bind=127.0.0.1:{port}"]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the group and waits until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, "cchc_tasks.factory:create_app()"],
                env=self.environ,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=5) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """SIGKILL to every process of the group at once, as when the power goes."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def complaints(self) -> list[str]:
        """Lines of the log that no run may have: errors, tracebacks, a locked database."""
        wrong = re.compile(r"Traceback|\[ERROR\]|ERROR in|is locked")
        return [line for line in self.log.read_text(encoding="utf-8").splitlines() if wrong.search(line)]


@contextmanager
def server_group(database_url: str, folder: Path, *, workers: int = 2) -> Iterator[ServerGroup]:
    group = ServerGroup(database_url, folder, workers=workers)
    group.start()
    try:
        yield group
    finally:
        if group.process is not None and group.process.poll() is None:
            group.kill()
