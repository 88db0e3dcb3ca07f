"""Long functions hide a second thing; long files hide a second module."""

from tests.support.sources import ROOT, read

LONGEST_FUNCTION = 50
LONGEST_FILE = 500
CODE = [path for folder in ("cchc_tasks", "scripts", "bench") for path in sorted((ROOT / folder).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def test_functions_stay_short():
    lengths = {
        (path.relative_to(ROOT).as_posix(), name): n for path in CODE for name, n in read(path).functions.items()
    }

    assert {place: length for place, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_files_stay_short():
    lengths = {path.relative_to(ROOT).as_posix(): path.read_bytes().count(b"\n") for path in CODE + TESTS}

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
