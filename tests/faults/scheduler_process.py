"""Run as a process of its own by fault tests: a scheduler, or a sender whose clock is ahead by some minutes.

Arguments: mode, database address, SMTP port, minutes ahead.
"""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cchc_tasks import factory
from cchc_tasks.config import load_settings
from cchc_tasks.jobs.assembly import real_now
from tests.support.mail import plain_words


def main(mode: str, database_url: str, port: str, minutes_ahead: str = "0") -> None:
    environ = {
        "CCHC_DATABASE_URL": database_url,
        "CCHC_MAIL_TRANSPORT": "smtp",
        "CCHC_MAIL_HOST": "127.0.0.1",
        "CCHC_MAIL_PORT": port,
        "CCHC_INSTANCE_DIR": str(Path(sys.argv[0]).parent / "instance-unused"),
        "CCHC_SECRET_KEY_FILE": str(Path(sys.argv[0]).resolve()),
    }
    worker = factory.make_worker(load_settings(environ, Path.cwd()))
    worker.post = replace(worker.post, render=plain_words)
    worker.real_now = lambda: real_now() + timedelta(minutes=int(minutes_ahead))
    if mode == "scheduler":
        factory.run_scheduler(worker, tick_seconds=0.5)
        return
    # Any day will do for mails that are no digests.
    worker.renew()
    worker.lease = timedelta(minutes=5)
    worker.renew()
    worker.deliver()


if __name__ == "__main__":
    main(*sys.argv[1:])
