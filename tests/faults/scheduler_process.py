"""Run as a process of its own by fault tests: a scheduler, or a sender whose clock is ahead by some minutes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cchc_tasks import factory
from cchc_tasks.config import load_settings
from cchc_tasks.jobs.assembly import real_now
from tests.support.mail import plain_words

HERE = Path(__file__).resolve()


def main(mode: str, database_url: str, port: int, minutes_ahead: int) -> None:
    """`mode` is "scheduler" or "sender"; `port` is of the mail server."""
    environ = {
        "CCHC_DATABASE_URL": database_url,
        "CCHC_MAIL_TRANSPORT": "smtp",
        "CCHC_MAIL_HOST": "127.0.0.1",
        "CCHC_MAIL_PORT": str(port),
        "CCHC_INSTANCE_DIR": str(HERE.parent / "instance-unused"),
        "CCHC_SECRET_KEY_FILE": str(HERE),
    }
    worker = factory.make_worker(load_settings(environ, Path.cwd()))
    worker.post = replace(worker.post, render=plain_words)
    worker.real_now = lambda: real_now() + timedelta(minutes=minutes_ahead)
    if mode == "scheduler":
        factory.run_scheduler(worker, tick_seconds=0.5)
        return
    # Any day will do for mails that are no digests.
    worker.renew()
    worker.lease = timedelta(minutes=5)
    worker.renew()
    worker.deliver()
