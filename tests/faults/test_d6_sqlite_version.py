"""D6: no start on a SQLite whose WAL can lose the writes of several processes."""

import dataclasses

import pytest

from cchc_tasks.factory import create_app
from cchc_tasks.storage import db as storage
from cchc_tasks.storage.db import SQLITE_FLOOR, UnsafeDatabase, check_sqlite_version, make_engine

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2), (3, 7, 0)])
def test_d6_an_affected_version_is_refused(version, monkeypatch, tmp_path):
    monkeypatch.setattr(storage.sqlite_driver, "sqlite_version_info", version)

    with pytest.raises(UnsafeDatabase) as caught:
        make_engine(f"sqlite:///{tmp_path / 'any.sqlite3'}")

    assert caught.value.facts == {"setting": "sqlite_version", "found": version, "wanted": SQLITE_FLOOR}


def test_d6_the_application_does_not_start_on_it(settings, dialect, monkeypatch, tmp_path):
    if dialect != "sqlite":
        settings = dataclasses.replace(settings, database_url=f"sqlite:///{tmp_path / 'any.sqlite3'}")
    monkeypatch.setattr(storage.sqlite_driver, "sqlite_version_info", (3, 40, 1))

    with pytest.raises(UnsafeDatabase):
        create_app(settings)


def test_d6_the_version_that_comes_with_us_is_safe():
    check_sqlite_version(storage.sqlite_driver.sqlite_version_info)
    check_sqlite_version(SQLITE_FLOOR)
