"""Insert what is not there yet; the same statement on SQLite and PostgreSQL."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cchc_tasks.storage.db import Base, is_postgresql

#: Rows in one statement: far below the number of bound values either database takes.
CHUNK = 200


def insert_statement(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> Any:
    table = cast(Table, inspect(model).local_table)
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    return insert(table).values([dict(row) for row in rows]).on_conflict_do_nothing()


def insert_if_absent(session: Session, model: type[Base], row: Mapping[str, Any]) -> int | None:
    """The id of the new row, or None where a row with the same unique values exists already."""
    statement = _single_insert(is_postgresql(session), model, tuple(row))
    found: int | None = session.connection().execute(statement, dict(row)).scalar_one_or_none()
    return found


@lru_cache(maxsize=64)
def _single_insert(on_postgresql: bool, model: type[Base], names: tuple[str, ...]) -> Any:
    """Part of every change: made once for a table, since making it costs more than running it."""
    table = cast(Table, inspect(model).local_table)
    statement: Any = postgresql.insert(table) if on_postgresql else sqlite.insert(table)
    named = statement.values({name: bindparam(name) for name in names})
    return named.on_conflict_do_nothing().returning(table.c.id)


def insert_all_absent(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """How many of `rows` were new. All rows name the same columns; their order is kept (locks are taken in it)."""
    table = inspect(model).local_table
    # Rows that come back are counted: a driver's row count of such a statement is not reliable.
    return sum(
        len(session.execute(insert_statement(session, model, chunk).returning(table.c.id)).all())
        for chunk in _chunks(rows)
    )


def _chunks(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def replace_all(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Puts `rows` in, each in the place of the row with its primary key; all name the same columns."""
    if not rows:
        return
    table = cast(Table, inspect(model).local_table)
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    statement: Any = insert(table)
    keys = [column.name for column in table.primary_key]
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    replacing = statement.on_conflict_do_update(index_elements=keys, set_=values)
    session.connection().execute(replacing, [dict(row) for row in rows])
