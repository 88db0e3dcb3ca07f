"""Writes uv.lock and the hashed requirement files from pyproject.toml; --check only compares.

The requirement files exist so that plain pip can install exactly what was tested:
    pip install --require-hashes -r requirements.txt
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Written by scripts/lock.py from uv.lock; change pyproject.toml instead.\n"
EXPORTS = {
    "requirements.txt": ["--no-default-groups"],
    "requirements-build.txt": ["--only-group", "build"],
    "requirements-dev.txt": ["--all-groups"],
}
EXPORT_OPTIONS = (
    "--quiet --frozen --offline --no-emit-project --no-annotate --no-header --format requirements-txt".split()
)
PUBLIC_HOSTS = ("https://pypi.org/simple", "https://files.pythonhosted.org/")


def uv(*arguments: str) -> str:
    command = [sys.executable, "-m", "uv", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def export(options: list[str]) -> str:
    fixed = [
        "export",
        "--quiet",
        "--frozen",
        "--offline",
        "--no-emit-project",
        "--no-annotate",
        "--no-header",
    ]
    return HEADER + uv(*fixed, "--format", "requirements-txt", *options)


def foreign_addresses() -> list[str]:
    """Addresses in the lock that only this machine would know."""
    words = (ROOT / "uv.lock").read_text(encoding="utf-8").split('"')
    return sorted({w for w in words if "://" in w and not w.startswith(PUBLIC_HOSTS)})


def stale_files() -> list[str]:
    return [
        name
        for name, options in EXPORTS.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != export(options)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, fail if out of date")
    only_check = parser.parse_args().check
    if not only_check:
        uv("lock")
        for name, options in EXPORTS.items():
            (ROOT / name).write_text(export(options), encoding="utf-8")
    problems = [f"out of date: {name}" for name in stale_files()]
    problems += [f"address in uv.lock that others cannot reach: {address}" for address in foreign_addresses()]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
