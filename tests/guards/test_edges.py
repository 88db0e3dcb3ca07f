"""What only the edges may do: read the clock, start processes, open connections to other machines."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cchc_tasks"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)
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


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain; of a longer one its last two names, so that `dt.datetime.now` counts too."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        names.insert(0, node.id)
    return ".".join(names[-2:])


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offences(part: str, tree: ast.AST) -> list[str]:
    calls = [dotted(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    modules = set(imported(tree))
    found = [call for call in calls if call in CLOCK_CALLS and part not in READS_THE_CLOCK]
    found += [name for name in sorted(modules & PROCESS_MODULES) if part not in STARTS_PROCESSES]
    found += [name for name, parts in CONNECTS.items() if name in modules and part not in parts]
    found += [call for call in calls if call in {"os.system", "os.popen"}]
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_edges_touch_the_clock_processes_and_the_network(path):
    assert offences(part_of(path), ast.parse(path.read_text(encoding="utf-8"))) == []


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
    assert offences(part, ast.parse(line))
