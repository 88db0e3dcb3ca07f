"""The database handle, how its connections are set up, and the one way to write: `transaction()`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from pysqlite3 import dbapi2 as sqlite_driver
from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import DeclarativeBase, Session

from cchc_tasks.domain.errors import UnsafeDatabase

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: The first SQLite without the WAL-reset bug that can lose writes of several processes (RELIABILITY D6).
SQLITE_FLOOR = (3, 51, 3)
SQLITE_TIMEOUT_SECONDS = 10.0

#: The key in a session's `info` under which the unit of work in hand is known.
UNIT_OF_WORK = "cchc_tasks.unit_of_work"

_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Database(SQLAlchemy):
    """Flask-SQLAlchemy on our own engine, so that web, commands, jobs and tests share one set of settings."""

    # The scoped session stands for a session everywhere it is handed on.
    session: Session  # type: ignore[assignment]

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Any) -> Engine:
        return make_engine(options.pop("url"), **options)


db = Database(model_class=Base, session_options={"expire_on_commit": False, "autoflush": False})


def make_engine(url: str | URL, **options: Any) -> Engine:
    """An engine with our settings; raises `UnsafeDatabase` where SQLite is too old for several processes."""
    url = make_url(url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, **options)
    check_sqlite_version(sqlite_driver.sqlite_version_info)
    connect_args = {"timeout": SQLITE_TIMEOUT_SECONDS, "isolation_level": None, "check_same_thread": False}
    engine = create_engine(url, module=sqlite_driver, connect_args=connect_args, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def check_sqlite_version(version: tuple[int, ...]) -> None:
    """Raises `UnsafeDatabase` for a SQLite with the WAL-reset bug."""
    if version < SQLITE_FLOOR:
        raise UnsafeDatabase(setting="sqlite_version", found=version, wanted=SQLITE_FLOOR)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Sets the pragmas and reads them back; a lazy answer stops the start (RELIABILITY D5)."""
    cursor = connection.cursor()
    wanted = {"foreign_keys": 1, "synchronous": 2, "recursive_triggers": 1, "busy_timeout": 10_000}
    is_file = bool(cursor.execute("PRAGMA database_list").fetchone()[2])
    if is_file:
        mode = cursor.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise UnsafeDatabase(setting="journal_mode", found=mode, wanted="wal")
    for name, value in wanted.items():
        cursor.execute(f"PRAGMA {name}={value}")
        found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        if found != value:
            raise UnsafeDatabase(setting=name, found=found, wanted=value)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the write lock at once, readers never do (RELIABILITY D4)."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing.get() else "BEGIN")


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """One unit of work that writes: commits once at the end, rolls everything back on any error.

    What the session read before is forgotten, so that decisions rest on rows read under the write lock.
    Units of work do not nest: services do not call each other.
    """
    if _is_writing.get():
        raise RuntimeError("a unit of work is already open")
    token = _is_writing.set(True)
    try:
        session.rollback()
        session.expire_all()
        session.info[UNIT_OF_WORK] = object()
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(UNIT_OF_WORK, None)
        _is_writing.reset(token)


def is_postgresql(session: Session) -> bool:
    """Whether the session talks to PostgreSQL; for the few statements that differ."""
    return session.get_bind().dialect.name == "postgresql"
