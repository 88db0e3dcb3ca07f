"""Signing in and out, one-time links, one's own account."""

from cchc_tasks.web.account import one_time, own
from cchc_tasks.web.account.views import bp

__all__ = ["bp", "one_time", "own"]
