"""The page Lịch, secret addresses for calendar programs, and the feeds behind them."""

from cchc_tasks.web.calendar import feed, subscriptions
from cchc_tasks.web.calendar.blueprint import bp

__all__ = ["bp", "feed", "subscriptions"]
