"""The command `demo`: loads plan 163 with a year told up to 10/3/2021, and serves it if asked."""

import dataclasses
from collections.abc import Mapping

import click

from cchc_tasks import factory
from cchc_tasks.cli.runtime import open_database, real_now
from cchc_tasks.cli.serve import environment, greeting, prepare_database, run_servers, server_options
from cchc_tasks.config import load_settings
from cchc_tasks.demo.load import load_demo
from cchc_tasks.evidence import LocalStore
from cchc_tasks.wording import console as words


@click.command()
@click.option("--serve", "is_served", is_flag=True, help="Chạy máy chủ sau khi nạp.")
@server_options
def demo(is_served: bool, host: str | None, port: int | None, workers: int, no_scheduler: bool) -> None:
    """Nạp bản minh họa: kế hoạch 163 và sổ theo dõi đến 10/3/2021. Nạp lần hai không đổi gì."""
    environ = environment(demo="true", host=host, port=port)
    click.echo(words.DEMO_LOADED if load(environ) else words.DEMO_STANDS)
    if is_served:
        run_servers(environ, workers=workers, with_scheduler=not no_scheduler)
        return
    for line in greeting(load_settings(environ))[1:]:
        click.echo(line)
    click.echo(words.SERVE_DEMO)


def load(environ: Mapping[str, str]) -> bool:
    """Brings the database up to date and loads what is not there yet. Mails of the past are kept, never sent."""
    settings = dataclasses.replace(load_settings(environ), mail_transport="recording")
    prepare_database(settings)
    worker = factory.make_worker(settings)
    worker.engine.dispose()
    with open_database(settings) as session:
        return load_demo(
            session,
            keep=LocalStore(settings.evidence_dir).keep,
            post=worker.post,
            delivery_hour=settings.reminder_hour,
            real_now=real_now(),
        )
