"""The command `db upgrade`."""

import click

from cchc_tasks.cli.runtime import NotSetUp
from cchc_tasks.config import Settings, load_settings, prepare_instance
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.migrate import found_revision, wanted_revision
from cchc_tasks.storage.migrate import upgrade as apply_migrations
from cchc_tasks.wording import console as words


@click.group()
def db() -> None:
    """Cơ sở dữ liệu."""


@db.command()
def upgrade() -> None:
    """Tạo cơ sở dữ liệu, hoặc đưa lên phiên bản của chương trình này."""
    settings = load_settings()
    before, after = bring_up_to_date(settings)
    click.echo(words.upgraded(before, after))


def bring_up_to_date(settings: Settings) -> tuple[str | None, str | None]:
    """Applies the migrations that are missing; the revisions before and after. Stops for a newer database."""
    prepare_instance(settings)
    engine = make_engine(settings.database_url)
    wanted = wanted_revision(MIGRATIONS)
    try:
        before = found_revision(engine)
    finally:
        engine.dispose()
    if before is not None and wanted is not None and before > wanted:
        raise NotSetUp(words.other_schema(before, wanted))
    if before != wanted:
        apply_migrations(MIGRATIONS, settings.database_url)
    return before, wanted
