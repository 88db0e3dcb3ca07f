"""What only the edges may do: read the clock, start processes, open connections to other machines."""

import ast
from pathlib import Path

import pytest

from tests.support.sources import MODULES, PACKAGE, Source, name_of, read, source_of

# "today" and "now" are read once for each request, command or job, and passed down from there.
READS_THE_CLOCK = {"cli", "jobs", "web"}
CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
# Files are parsed in a limited child process; a command starts the scheduler and the workers.
STARTS_PROCESSES = {"readers", "cli"}
PROCESS_MODULES = {"subprocess", "multiprocessing", "pty"}
# Nothing that a person types is ever fetched; mail goes out in one place.
CONNECTS = {"smtplib": {"mail"}, "urllib.request": set(), "http.client": set(), "socket": {"cli", "jobs", "mail"}}


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def offences(part: str, source: Source) -> list[str]:
    calls, modules = source.calls, source.imported
    found = [call for call in calls if call in CLOCK_CALLS and part not in READS_THE_CLOCK]
    found += [name for name in sorted(modules & PROCESS_MODULES) if part not in STARTS_PROCESSES]
    found += [name for name, parts in CONNECTS.items() if name in modules and part not in parts]
    found += [call for call in calls if call in {"os.system", "os.popen"}]
    return found


def test_only_the_edges_touch_the_clock_processes_and_the_network():
    found = {name_of(path): offences(part_of(path), read(path)) for path in MODULES}

    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize(
    "part, line",
    [
        ("domain", "date.today()"),
        ("services", "now = datetime.datetime.now(UTC)"),
        ("web", "import subprocess"),
        ("storage", "from multiprocessing import Process"),
        ("readers", "from urllib import request"),
        ("services", "import smtplib"),
        ("cli", "os.system('ls')"),
    ],
)
def test_the_guard_sees_what_it_forbids(part, line):
    assert offences(part, source_of(ast.parse(line)))
