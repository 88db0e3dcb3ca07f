"""D5: what was acknowledged has reached the disk, and no connection works with lazier settings."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.services import obligations
from cchc_tasks.storage import db as storage
from cchc_tasks.storage.db import UnsafeDatabase, make_engine
from cchc_tasks.storage.migrate import upgrade
from tests.factories import NOW
from tests.support.faults import can_trace, make_busy_office, session_on

pytestmark = pytest.mark.faults

WANTED = {"synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "busy_timeout": 10_000, "journal_mode": "wal"}
UPDATES = 100


@pytest.fixture
def file(tmp_path) -> Path:
    made = tmp_path / "office.sqlite3"
    upgrade(MIGRATIONS, f"sqlite:///{made}")
    return made


def test_d5_every_connection_has_the_settings_that_keep_promises(file):
    engine = make_engine(f"sqlite:///{file}")
    connections = [engine.connect() for _ in range(3)]

    for connection in connections:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in WANTED}
        assert found == WANTED

    for connection in connections:
        connection.close()
    engine.dispose()


@pytest.mark.parametrize("name", ["synchronous", "foreign_keys", "recursive_triggers", "busy_timeout", "journal_mode"])
def test_d5_a_setting_that_is_not_taken_stops_the_start(name):
    class LazyCursor:
        """Takes every pragma but `name`."""

        def execute(self, statement):
            asked = statement.removeprefix("PRAGMA ").partition("=")[0]
            lazy = {"database_list": (0, "main", "/a/file"), "journal_mode": ("wal",), "synchronous": (2,)}
            values = lazy | {"foreign_keys": (1,), "recursive_triggers": (1,), "busy_timeout": (10_000,)}
            values[name] = ("delete",) if name == "journal_mode" else (0,)
            return SimpleNamespace(fetchone=lambda: values[asked])

        def close(self):
            pass

    with pytest.raises(UnsafeDatabase) as caught:
        storage._prepare_sqlite(SimpleNamespace(cursor=LazyCursor), None)

    assert caught.value.facts["setting"] == name


def test_d5_each_acknowledged_update_waits_for_the_disk(file, tmp_path):
    """Under strace, where it may trace; else the setting that makes SQLite wait is read back in the writing process."""
    trace = tmp_path / "trace"
    command = [sys.executable, "-m", "tests.faults.test_d5_durability", f"sqlite:///{file}"]
    if can_trace():
        command = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", str(trace), *command]

    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True)

    assert done.stdout.split() == ["2"] * UPDATES
    if trace.exists():
        assert trace.read_text().count("sync(") >= UPDATES


def write_updates(url: str) -> None:
    """The process that is traced: says of each update with which setting it was acknowledged."""
    with session_on(url) as session:
        office = make_busy_office(session, UPDATES)
        for obligation_id in office.obligation_ids:
            obligations.start(session, obligation_id, version=1, actor=office.actor, now=NOW)
            sys.stdout.write(f"{session.scalar(text('PRAGMA synchronous'))}\n")


if __name__ == "__main__":
    write_updates(sys.argv[1])
