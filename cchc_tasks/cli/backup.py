"""The commands `backup DEST` and `restore SRC [--check]`."""

from pathlib import Path

import click

from cchc_tasks import __version__
from cchc_tasks.cli.runtime import check_schema, json_option, print_json, real_now
from cchc_tasks.config import Settings, load_settings, prepare_instance
from cchc_tasks.domain.backups import BackupTrouble, UnusableBackup
from cchc_tasks.evidence import LocalStore
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.services import backups
from cchc_tasks.services.backups import BackupSummary
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.migrate import found_revision, upgrade, wanted_revision
from cchc_tasks.wording import backups as words


@click.command()
@click.argument("folder", metavar="DEST", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(1, 1000), help="Chỉ giữ chừng này bản mới nhất trong thư mục.")
@json_option
def backup(folder: Path, keep: int | None, as_json: bool) -> None:
    """Sao lưu cơ sở dữ liệu và minh chứng vào thư mục DEST; đọc lại để kiểm tra."""
    settings = load_settings()
    prepare_instance(settings)
    engine = make_engine(settings.database_url)
    try:
        check_schema(engine)
        summary = backups.make_backup(
            engine,
            folder,
            store=LocalStore(settings.evidence_dir),
            revision=str(wanted_revision(MIGRATIONS)),
            version=__version__,
            now=real_now(),
        )
    finally:
        engine.dispose()
    removed = backups.prune_backups(folder, keep=keep) if keep else []
    if as_json:
        print_json(as_values(summary))
        return
    for line in [*words.made(in_one_line(summary), summary.heads), *(words.removed(each.name) for each in removed)]:
        click.echo(line)


@click.command()
@click.argument("path", metavar="SRC", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Chỉ kiểm tra bản sao lưu, không ghi gì.")
@json_option
def restore(path: Path, only_check: bool, as_json: bool) -> None:
    """Khôi phục bản sao lưu SRC vào cơ sở dữ liệu trống; không bao giờ ghi đè dữ liệu đang có."""
    settings = load_settings()
    summary = backups.check_backup(path)
    wanted = str(wanted_revision(MIGRATIONS))
    if summary.revision > wanted:
        raise UnusableBackup(BackupTrouble.NEWER_SCHEMA, path=path.name)
    if not only_check:
        bring_in(settings, path, summary.revision)
    if as_json:
        print_json(as_values(summary) | {"restored": not only_check})
        return
    say = words.would_restore if only_check else words.restored
    click.echo(say(in_one_line(summary)))


def bring_in(settings: Settings, path: Path, revision: str) -> None:
    """Makes the schema the back-up was made with, fills it, then brings it to this version's."""
    prepare_instance(settings)
    engine = make_engine(settings.database_url)
    try:
        if found_revision(engine) is None:
            upgrade(MIGRATIONS, settings.database_url, to=revision)
        backups.restore_backup(engine, path, store=LocalStore(settings.evidence_dir), now=real_now())
    finally:
        engine.dispose()
    upgrade(MIGRATIONS, settings.database_url)


def in_one_line(summary: BackupSummary) -> str:
    return words.in_one_line(str(summary.path), summary.made_at, sum(summary.rows.values()), summary.files)


def as_values(summary: BackupSummary) -> dict[str, object]:
    """The back-up for a machine."""
    return {
        "path": str(summary.path),
        "made_at": summary.made_at,
        "revision": summary.revision,
        "rows": summary.rows,
        "files": summary.files,
        "heads": summary.heads,
    }
