"""The application as it runs in an office: a group of server processes that can be killed and started again."""

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.processes import context, run_gunicorn

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
        # No client of a test waits so long that its connection is taken from it.
        options.append("--keep-alive=60")
        self.arguments = [
            *options,
            f"--workers={workers}",
            f"--bind=127.0.0.1:{port}",
            "cchc_tasks.factory:create_app()",
        ]
        self.process: BaseProcess | None = None

    def start(self) -> None:
        """Starts the group and waits until it answers."""
        self.process = context.Process(target=run_gunicorn, args=(self.arguments, self.environ, self.log))
        self.process.start()
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if time.monotonic() > deadline or not self.process.is_alive():
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
        assert self.process is not None and self.process.pid is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join()

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
        if group.process is not None and group.process.is_alive():
            group.kill()
