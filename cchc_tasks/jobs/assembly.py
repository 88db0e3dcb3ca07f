"""Builds a scheduler's worker out of the settings."""

import os
import socket
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cchc_tasks.config import Settings, read_secret_key
from cchc_tasks.domain import links
from cchc_tasks.evidence import LocalStore
from cchc_tasks.jobs.worker import Worker
from cchc_tasks.mail.rendering import Renderer
from cchc_tasks.mail.senders import RecordingSender, SMTPSender
from cchc_tasks.paths import TEMPLATES
from cchc_tasks.services import housekeeping
from cchc_tasks.services.evidence_files import sweep_orphans
from cchc_tasks.services.housekeeping import Tidied
from cchc_tasks.services.outbox import Post, Send
from cchc_tasks.storage.db import make_engine


def make_worker(settings: Settings) -> Worker:
    """A worker with an engine of its own; dispose of `worker.engine` at the end."""
    return Worker(
        engine=make_engine(settings.database_url),
        post=make_post(settings),
        real_now=real_now,
        delivery_hour=settings.reminder_hour,
        has_demo_clock=settings.demo,
        keep_house=partial(keep_house, settings),
    )


def keep_house(settings: Settings, session: Session, now: datetime, shown_now: datetime) -> tuple[Tidied, int]:
    """Old counters, keys and links; then evidence files that no row names."""
    window = timedelta(minutes=settings.login_window_minutes)
    tidied = housekeeping.tidy(session, now=now, shown_now=shown_now, guess_window=window)
    return tidied, sweep_orphans(session, LocalStore(settings.evidence_dir), now=now)


def make_post(settings: Settings) -> Post:
    """How mails are written and leave; also what the page Nhắc việc needs to send by hand."""
    return Post(
        render=Renderer(TEMPLATES, settings.public_base_url, one_time_addresses(settings)),
        send=make_sender(settings),
        holder=f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[:100],
        real_now=real_now,
        secret_key=read_secret_key(settings),
    )


def one_time_addresses(settings: Settings) -> Callable[[str], str]:
    """Makes the address of a one-time link out of the reference in a mail's row."""
    secret_key = read_secret_key(settings)
    return partial(links.resolve, base_url=settings.public_base_url, secret_key=secret_key)


def make_sender(settings: Settings) -> Send:
    """The transport that the settings name."""
    if settings.mail_transport == "recording":
        return RecordingSender()
    return SMTPSender(
        host=settings.mail_host,
        port=settings.mail_port,
        sender=settings.mail_sender,
        tls=settings.mail_tls,
        username=settings.mail_username,
        password=settings.mail_password,
        timeout=settings.mail_timeout_seconds,
    )


def real_now() -> datetime:
    """The clock of this machine, in UTC."""
    return datetime.now(UTC)
