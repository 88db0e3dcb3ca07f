"""The page Nhắc việc: what was sent to whom, what waits, what failed, and whether the scheduler runs."""

from cchc_tasks.web.reminders.views import bp

__all__ = ["bp"]
