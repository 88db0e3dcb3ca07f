"""What time it is, read once per request: real time, and the time that the demo shows."""

from datetime import UTC, date, datetime

from flask import current_app, g

from cchc_tasks.domain.periods import local_day
from cchc_tasks.services import clock
from cchc_tasks.storage.db import db


def real_now() -> datetime:
    """The instant of this request (UTC): for sessions, one-time links and limits on guessing."""
    if "real_now" not in g:
        g.real_now = datetime.now(UTC)
    return g.real_now


def now() -> datetime:
    """The instant that work is recorded at (UTC): the demo's where it has a clock of its own."""
    if "shown_now" not in g:
        is_demo = current_app.config["CCHC_SETTINGS"].demo
        g.shown_now = clock.shown_now(db.session, real_now()) if is_demo else real_now()
    return g.shown_now


def today() -> date:
    """The civil day of `now()` in Việt Nam."""
    return local_day(now())
