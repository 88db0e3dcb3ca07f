"""Brings a database to this version's schema, and says which schema a database has.

Every command asks the second, few do the first: Alembic is loaded when a migration is due, since with all it brings it
takes a tenth of a server's memory.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, column, inspect, select, table

#: Where Alembic keeps the revision of a database.
_STANDS_AT = table("alembic_version", column("version_num"))


def _alembic(module: str) -> Any:
    return import_module(f"alembic.{module}")


def _config(directory: Path, url: str) -> Any:
    config = _alembic("config").Config()
    config.set_main_option("script_location", str(directory))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(directory: Path, url: str, *, to: str = "head") -> None:
    """Applies the migrations in `directory` up to `to`; does nothing where they are all applied."""
    _alembic("command").upgrade(_config(directory, url), to)


def downgrade(directory: Path, url: str, *, to: str) -> None:
    """Takes migrations back down to `to` ("base" for none)."""
    _alembic("command").downgrade(_config(directory, url), to)


def wanted_revision(directory: Path) -> str | None:
    """The newest revision this version knows: migrations are one line, each file begins with its revision's number."""
    return max((file.name.partition("_")[0] for file in (directory / "versions").glob("[0-9]*_*.py")), default=None)


def found_revision(engine: Engine) -> str | None:
    """The revision a database stands at, or None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_STANDS_AT.name):
            return None
        return connection.execute(select(_STANDS_AT.c.version_num)).scalar_one_or_none()
