"""What many tests begin with is built once per worker, and put back for each of them in a few milliseconds.

A builder fills an empty database through factories and services and returns what it made. After its first run the
rows, the files and the answer are kept; every test then gets the same rows under the same ids, and an answer whose
model instances are read by its own session. Building anew would show the same and cost many times more.
"""

import io
import pickle
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from psycopg import sql
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.orm import Session

from cchc_tasks.storage.db import Base, is_postgresql, sqlite_driver
from cchc_tasks.storage.models import Agency

Made = TypeVar("Made")


class Rows(Protocol):
    def put_back(self, connection: Connection) -> None:
        """Fills the empty database of this connection with the rows that were kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    rows: Rows
    answer: bytes
    files: dict[str, bytes]


_kept: dict[tuple[str, str], Kept] = {}


def prepared(session: Session, name: str, build: Callable[[], Made], *, folder: str = "") -> Made:
    """What `build`, known as `name`, makes on the empty database of `session` and in the empty `folder` (if given).

    It returns model instances of `session` and plain values, in dataclasses, tuples or dicts. On a database that
    holds an agency already it is built beside that one.
    """
    assert not session.new and not session.dirty, "what was written before would be lost: prepare first"
    if session.scalar(select(Agency.id).limit(1)) is not None or not _may_put_back(session):
        return build()
    key = (session.get_bind().dialect.name, name)
    if key not in _kept:
        made = build()
        session.commit()
        _kept[key] = Kept(_rows_of(session), _told(made), _files_in(Path(folder)) if folder else {})
        # The first test gets what all get: instances read anew, with nothing that building left in them.
        session.expunge_all()
        session.rollback()
    else:
        session.rollback()
        _kept[key].rows.put_back(session.connection())
        session.commit()
        _put_files(_kept[key].files, Path(folder))
    answer = _Reader(io.BytesIO(_kept[key].answer), session).load()
    # What others write from now on is seen.
    session.commit()
    return cast(Made, answer)


def _may_put_back(session: Session) -> bool:
    """Past triggers and foreign keys, which only a superuser of PostgreSQL may."""
    is_superuser = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return not is_postgresql(session) or bool(session.scalar(is_superuser))


# --- rows


def _rows_of(session: Session) -> Rows:
    connection = session.connection()
    return PostgreSQLRows(connection) if is_postgresql(session) else SQLiteRows(connection)


class SQLiteRows:
    """The pages of the file, in memory."""

    def __init__(self, connection: Connection) -> None:
        self.pages = sqlite_driver.connect(":memory:")
        with closing(sqlite_driver.connect(str(connection.engine.url.database))) as source:
            source.backup(self.pages)

    def put_back(self, connection: Connection) -> None:
        with closing(sqlite_driver.connect(str(connection.engine.url.database))) as target:
            target.execute("PRAGMA synchronous=OFF")
            self.pages.backup(target)


class PostgreSQLRows:
    """What COPY told of each table that has rows, and how far each sequence was."""

    def __init__(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        names = [table.name for table in Base.metadata.sorted_tables]
        copied = {name: self.copied(driver, name) for name in names}
        self.tables = {name: rows for name, rows in copied.items() if rows}
        found = driver.execute("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        self.sequences: list[tuple[str, int]] = found.fetchall()

    @staticmethod
    def copied(driver: Any, name: str) -> bytes:
        with driver.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))) as rows:
            return b"".join(rows)

    def put_back(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute("SET LOCAL session_replication_role = replica")
        for name, rows in self.tables.items():
            with driver.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as target:
                target.write(rows)
        for name, last in self.sequences:
            driver.execute("SELECT setval(%s, %s)", (f'"{name}"', last))


# --- files and the answer


def _files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _put_files(files: dict[str, bytes], folder: Path) -> None:
    for place, content in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)


def _told(made: Any) -> bytes:
    """The answer, with the class and the key of each model instance in its place."""
    buffer = io.BytesIO()
    _Writer(buffer).dump(made)
    return buffer.getvalue()


class _Writer(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        return (type(obj), inspect(obj).identity) if isinstance(obj, Base) else None


class _Reader(pickle.Unpickler):
    def __init__(self, buffer: io.BytesIO, session: Session) -> None:
        super().__init__(buffer)
        self.session = session

    def persistent_load(self, pid: Any) -> Any:
        cls, identity = pid
        return self.session.get_one(cls, identity)
