"""The schema of a test's database: made by the migrations that an office runs."""

from alembic import command
from alembic.config import Config

from cchc_tasks.config import resource_folder


def migrate(url: str, revision: str = "head") -> None:
    """Brings the database at `url` up to `revision`, as `cchc-tasks db upgrade` does."""
    command.upgrade(alembic_config(url), revision)


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource_folder("migrations")).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
