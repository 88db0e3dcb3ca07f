"""The page Lịch, secret addresses for calendar programs, and the feeds behind them."""

from cchc_tasks.web.calendar.views import bp

__all__ = ["bp"]
