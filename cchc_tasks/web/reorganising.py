"""Units change on their day even while no scheduler runs: the first request of each day sees to it."""

import logging
from datetime import date

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from cchc_tasks.services import reorganising
from cchc_tasks.storage.db import db
from cchc_tasks.web import clock

log = logging.getLogger(__name__)

#: Where a process remembers the last day on which it looked.
LOOKED_ON = "cchc_tasks.reorganised_on"


def init_app(app: Flask) -> None:
    app.before_request(carry_out_due)


def carry_out_due() -> None:
    """Carries out decisions whose day has come, once per process and local day; a busy database is asked again."""
    if request.endpoint in (None, "static", "account.healthz"):
        return
    today = clock.today()
    looked_on: date | None = current_app.extensions.get(LOOKED_ON)
    if looked_on == today:
        return
    try:
        reorganising.apply_due(db.session, now=clock.now())
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("decisions about units could not be carried out; the next request tries again")
        return
    current_app.extensions[LOOKED_ON] = today
