"""The command `scheduler`: runs reminders and mail in a process of its own until it is told to stop."""

import logging

import click

from cchc_tasks import factory
from cchc_tasks.cli.runtime import check_schema
from cchc_tasks.cli.serve import start_logging
from cchc_tasks.config import load_settings, prepare_instance


@click.command()
def scheduler() -> None:
    """Chạy bộ lập lịch: gom và gửi thư nhắc việc. Chạy nhiều bản cùng lúc vẫn an toàn."""
    settings = load_settings()
    prepare_instance(settings)
    start_logging(settings)
    # It would say every few seconds that a turn begins and ends.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    worker = factory.make_worker(settings)
    check_schema(worker.engine)
    factory.run_scheduler(worker, tick_seconds=settings.scheduler_tick_seconds)
