"""The driver's own values, read without SQLAlchemy's types: for lists of thousands of rows."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import CursorResult


def driver_rows(result: CursorResult[Any]) -> list[Any]:
    """All rows as the driver's own tuples: for ten thousand of them the collector has nothing to walk through."""
    cursor: Any = result.cursor
    try:
        return list(cursor.fetchall())
    finally:
        result.close()


class Known(dict[Any, Any]):
    """Values of a column as the driver gives them, each read once: a list has few distinct days and numbers."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, stored: Any) -> Any:
        # PostgreSQL's driver gives days as days; SQLite knows text only.
        made = self[stored] = self.read(stored) if isinstance(stored, str) else stored
        return made


def known_days() -> Known:
    """Days of one list."""
    return Known(date.fromisoformat)


def read_json(stored: str) -> Any:
    # What the application stored is read without the look for blanks around it.
    return _JSON.raw_decode(stored)[0]


_JSON = json.JSONDecoder()
