"""Fetches the pinned front-end files from npm, unmodified; --check re-hashes them without a network.

Fetched files stand in static/vendor/NAME-VERSION/ (tests/vendor/ for what only the tests use), and
static/vendor/vendor.lock.json says what each is: name, version, licence, npm integrity, SHA-256 per file.
To take a newer version: change PACKAGES, remove the old folder, run `make vendor`, commit both.
"""

import argparse
import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "static" / "vendor" / "vendor.lock.json"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package at one version, the files taken from it, and the folder they go to."""

    name: str
    version: str
    files: tuple[str, ...]
    folder: str = "static/vendor"

    @property
    def target(self) -> str:
        return f"{self.folder}/{self.name}-{self.version}"


PACKAGES = (
    Package("bootstrap", "5.3.9", ("LICENSE", "dist/css/bootstrap.min.css")),
    Package("bootstrap-icons", "1.13.2", ("LICENSE",)),
    Package("htmx.org", "4.0.1", ("LICENSE", "dist/htmx.min.js")),
    Package("axe-core", "4.14.1", ("LICENSE", "axe.min.js"), folder="tests/vendor"),
    Package("ical.js", "2.2.1", ("LICENSE", "dist/ical.es5.min.cjs"), folder="tests/vendor"),
)


def npm(*arguments: str, cwd: Path) -> Any:
    answer = subprocess.run(
        ["npm", *arguments, "--json"], cwd=cwd, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return json.loads(answer.stdout)


def integrity_of(archive: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def fetch(package: Package) -> dict[str, Any]:
    """Takes the package's files out of its archive; returns its entry for the lock."""
    spec = f"{package.name}@{package.version}"
    with tempfile.TemporaryDirectory() as folder:
        about = npm("view", spec, "license", "dist.integrity", cwd=Path(folder))
        packed = npm("pack", spec, "--ignore-scripts", cwd=Path(folder))
        archive = Path(folder) / packed[0]["filename"]
        if integrity_of(archive) != about["dist.integrity"]:
            raise SystemExit(f"{spec}: the archive is not the one that npm describes")
        hashes = unpack(archive, package)
    return {
        "name": package.name,
        "version": package.version,
        "licence": about["license"],
        "integrity": about["dist.integrity"],
        "folder": package.target,
        "files": hashes,
    }


def unpack(archive: Path, package: Package) -> dict[str, str]:
    target = ROOT / package.target
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    hashes = {}
    with tarfile.open(archive) as members:
        for name in package.files:
            member = members.extractfile(f"package/{name}")
            if member is None:
                raise SystemExit(f"{package.name}: {name} is not a file")
            content = member.read()
            (target / Path(name).name).write_bytes(content)
            hashes[Path(name).name] = hashlib.sha256(content).hexdigest()
    return hashes


def check() -> list[str]:
    """What differs between the lock, the pins and the files on disk; empty when all agree."""
    entries = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    problems = []
    if {e["folder"] for e in entries} != {p.target for p in PACKAGES}:
        problems.append("vendor.lock.json and PACKAGES name different versions; run make vendor")
    expected = {f"{e['folder']}/{name}": digest for e in entries for name, digest in e["files"].items()}
    present = {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in {p.folder for p in PACKAGES}
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path != LOCK
    }
    problems += [f"missing: {name}" for name in sorted(expected.keys() - present.keys())]
    problems += [f"not in vendor.lock.json: {name}" for name in sorted(present.keys() - expected.keys())]
    problems += [
        f"changed by hand: {name}"
        for name in sorted(expected.keys() & present.keys())
        if expected[name] != present[name]
    ]
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only re-hash what is here")
    if not parser.parse_args().check:
        entries = [fetch(package) for package in PACKAGES]
        LOCK.write_text(json.dumps({"packages": entries}, indent=2) + "\n", encoding="utf-8")
    problems = check()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
