"""The command `scheduler`: runs reminders and mail in a process of its own until it is told to stop."""

import sys

import click

from cchc_tasks import factory
from cchc_tasks.config import load_settings
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.storage.migrate import found_revision, wanted_revision


@click.command()
def scheduler() -> None:
    """Chạy bộ lập lịch: gom và gửi thư nhắc việc. Chạy nhiều bản cùng lúc vẫn an toàn."""
    settings = load_settings()
    worker = factory.make_worker(settings)
    if found_revision(worker.engine) != wanted_revision(MIGRATIONS):
        click.echo("Cơ sở dữ liệu chưa đúng phiên bản. Chạy cchc-tasks db upgrade trước.", err=True)
        sys.exit(2)
    factory.run_scheduler(worker, tick_seconds=settings.scheduler_tick_seconds)
