"""How this site makes one-time links: its key, how long they last, real time."""

from datetime import timedelta

from flask import current_app

from cchc_tasks.services.people import LinkTerms
from cchc_tasks.web import clock


def invitation_terms() -> LinkTerms:
    """For links that somebody waits days to open."""
    return _terms(timedelta(days=current_app.config["CCHC_SETTINGS"].invitation_days))


def reset_terms() -> LinkTerms:
    """For links that somebody has just asked for."""
    return _terms(timedelta(minutes=current_app.config["CCHC_SETTINGS"].reset_token_minutes))


def _terms(valid_for: timedelta) -> LinkTerms:
    return LinkTerms(current_app.config["SECRET_KEY"], valid_for, clock.real_now())
