"""Brings a database to this version's schema, and says which schema a database has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def _config(directory: Path, url: str = "") -> Config:
    config = Config()
    config.set_main_option("script_location", str(directory))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(directory: Path, url: str, *, to: str = "head") -> None:
    """Applies the migrations in `directory` up to `to`; does nothing where they are all applied."""
    command.upgrade(_config(directory, url), to)


def downgrade(directory: Path, url: str, *, to: str) -> None:
    """Takes migrations back down to `to` ("base" for none)."""
    command.downgrade(_config(directory, url), to)


def wanted_revision(directory: Path) -> str | None:
    """The newest revision this version knows."""
    return ScriptDirectory.from_config(_config(directory)).get_current_head()


def found_revision(engine: Engine) -> str | None:
    """The revision a database stands at, or None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
