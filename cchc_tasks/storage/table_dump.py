"""Every table as lines of JSON and back, alike on SQLite and PostgreSQL: the inside of a back-up.

A dump of one engine can be brought into the other; that is how an office on SQLite becomes a province on PostgreSQL.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Connection, Date, DateTime, MetaData, Table, func, insert, select, text
from sqlalchemy.types import TypeEngine

#: Alembic's own table: the revision stands in the manifest instead.
NOT_DUMPED = frozenset({"alembic_version"})
#: Rows read or written at once.
CHUNK = 1_000


def reflected(connection: Connection) -> list[Table]:
    """The tables as the database has them, parents before children."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name not in NOT_DUMPED]


def dump(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table in order of its key, one JSON object and a line end each."""
    query = select(table).order_by(*table.primary_key.columns)
    rows = connection.execution_options(yield_per=CHUNK).execute(query)
    for row in rows.mappings():
        values = {name: _plain(value) for name, value in row.items()}
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def load(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Inserts the lines into an empty table; how many there were."""
    count = 0
    pending: list[dict[str, Any]] = []
    for line in lines:
        pending.append(_typed(table, json.loads(line), connection.dialect.name))
        count += 1
        if len(pending) == CHUNK:
            connection.execute(insert(table), pending)
            pending = []
    if pending:
        connection.execute(insert(table), pending)
    _continue_numbering(connection, table)
    return count


def _typed(table: Table, values: dict[str, Any], dialect: str) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value, dialect) for name, value in values.items()}


def _value(kind: TypeEngine[Any], value: Any, dialect: str) -> Any:
    if value is None or isinstance(kind, JSON):
        return value
    if isinstance(kind, DateTime):
        instant = datetime.fromisoformat(value)
        return instant.replace(tzinfo=None) if dialect == "sqlite" else instant
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _continue_numbering(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers new rows from a sequence of its own, which explicit ids do not move."""
    if connection.dialect.name != "postgresql" or "id" not in table.c:
        return
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
    last = connection.scalar(select(func.max(table.c.id)))
    if sequence is not None and last is not None:
        connection.execute(select(func.setval(sequence, last)))
