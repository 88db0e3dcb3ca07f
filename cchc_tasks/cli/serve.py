"""The command `serve`: the web server, and the scheduler as a process of its own; both end together."""

import gc
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click
import waitress
from sqlalchemy.engine import make_url
from sqlalchemy.orm import configure_mappers

from cchc_tasks import factory
from cchc_tasks.cli.db import bring_up_to_date
from cchc_tasks.cli.runtime import CommandStop, NotSetUp, check_schema, open_database, real_now
from cchc_tasks.config import Settings, load_settings, prepare_instance
from cchc_tasks.domain.periods import local_day
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.wording import console as words

try:
    from gunicorn.app.base import BaseApplication
except ImportError:  # gunicorn needs fcntl, which Windows does not have.
    BaseApplication = None

#: How long the scheduler may take to finish the mail in hand.
STOP_SECONDS = 25
#: A request that takes longer than this is stuck; imports and exports answer far sooner (RELIABILITY D10).
REQUEST_SECONDS = 60
#: Uploads up to so many times the limit are read to their end, so that the answer is the application's own.
OVERSIZE_ANSWERED = 4


def server_options(command: Any) -> Any:
    """The options of every command that ends in serving."""
    for option in (
        click.option("--host", help="Địa chỉ lắng nghe, thay cho thiết lập “host”."),
        click.option("--port", type=click.IntRange(1, 65_535), help="Cổng, thay cho thiết lập “port”."),
        click.option(
            "--workers",
            type=click.IntRange(1, 64),
            default=1,
            show_default=True,
            help="Số tiến trình; từ 2 trở lên dùng gunicorn (không có trên Windows).",
        ),
        click.option("--no-scheduler", is_flag=True, help="Không chạy bộ lập lịch kèm theo."),
    ):
        command = option(command)
    return command


@click.command()
@server_options
def serve(host: str | None, port: int | None, workers: int, no_scheduler: bool) -> None:
    """Chạy máy chủ web và bộ lập lịch cho đến khi được báo dừng."""
    run_servers(environment(host=host, port=port), workers=workers, with_scheduler=not no_scheduler)


def environment(**options: object) -> dict[str, str]:
    """This process's variables with the given options as settings, so that the scheduler's process has them too."""
    given = {f"CCHC_{name.upper()}": str(value) for name, value in options.items() if value is not None}
    return {**os.environ, **given}


def run_servers(environ: Mapping[str, str], *, workers: int, with_scheduler: bool) -> None:
    """Serves until SIGTERM or SIGINT. Upgrades a SQLite file first; refuses another schema anywhere else."""
    settings = load_settings(environ)
    if workers > 1 and BaseApplication is None:
        raise NotSetUp(words.NO_WORKERS_HERE)
    prepare_database(settings)
    start_logging(settings)
    app = factory.create_app(settings)
    for line in greeting(settings):
        click.echo(line)
    # Before the scheduler starts, so that it never stays behind alone; gunicorn sets its own afterwards.
    signal.signal(signal.SIGTERM, stop)
    with scheduler_process(environ, is_wanted=with_scheduler and settings.scheduler_enabled):
        if workers > 1:
            run_gunicorn(app, settings, workers)
        else:
            run_waitress(app, settings)


def stop(_signal: int, _frame: FrameType | None) -> None:
    """Ends the process by way of every `finally`."""
    raise SystemExit(0)


def start_logging(settings: Settings) -> None:
    """One line for each event on stderr; what Alembic says of its own workings is left out."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


def prepare_database(settings: Settings) -> None:
    """One office's SQLite file is brought up to date; a server that others use too is only checked (O6)."""
    prepare_instance(settings)
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        bring_up_to_date(settings)
        return
    engine = make_engine(settings.database_url)
    try:
        check_schema(engine)
    finally:
        engine.dispose()


def greeting(settings: Settings) -> list[str]:
    """Where the server answers and, in the demo, as whom one may sign in."""
    lines = [words.serving_at(settings.public_base_url)]
    if not settings.demo:
        return lines
    with open_database(settings) as session:
        demo = people_queries.list_demo_people(session, local_day(real_now()))
    if demo is not None:
        people = [(each.name, each.email, each.title) for each in demo.people]
        lines += words.demo_people(people, demo.password)
    return lines


@contextmanager
def scheduler_process(environ: Mapping[str, str], *, is_wanted: bool) -> Iterator[None]:
    """Runs `cchc-tasks scheduler` beside the server; its end is waited for, so that no mail is cut off."""
    if not is_wanted:
        yield
        return
    owner = os.getpid()
    command = [sys.executable, "-m", "cchc_tasks.cli.main", "scheduler"]
    process = subprocess.Popen(command, env=dict(environ), stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        yield
    finally:
        # A worker that gunicorn forked unwinds through here as well; the scheduler is not its to stop.
        if os.getpid() == owner:
            end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Tells a process to stop, and ends it where it does not."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_waitress(app: Any, settings: Settings) -> None:
    """One process of threads, on any system."""
    try:
        server = waitress.create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident=None,
            max_request_body_size=OVERSIZE_ANSWERED * settings.upload_limit_mb * 1024 * 1024,
            # Behind a proxy ProxyFix reads its headers; without one nobody may set them.
            clear_untrusted_proxy_headers=settings.proxy_count == 0,
        )
    except OSError as error:
        raise CommandStop(words.no_port(settings.host, settings.port, str(error))) from error
    try:
        server.run()
    finally:
        server.close()


def share_memory(app: Any) -> None:
    """Makes before the fork what every worker would make for itself, and keeps the collector from touching it.

    A page of memory that nobody writes to is held once for all workers; an untouched collector saves a third.
    """
    configure_mappers()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()


def run_gunicorn(app: Any, settings: Settings, workers: int) -> None:
    """Several processes of threads that share the application's memory."""
    options = {
        "bind": f"{settings.host}:{settings.port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": settings.threads,
        "preload_app": True,
        "timeout": REQUEST_SECONDS,
        "graceful_timeout": STOP_SECONDS,
        # Since version 25 a socket would be opened in the home folder.
        "control_socket_disable": True,
        "errorlog": "-",
        "loglevel": settings.log_level,
    }

    share_memory(app)

    class Servers(BaseApplication):  # type: ignore[misc, valid-type]
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return app

    Servers().run()
