"""The page Nhắc việc: what was sent to whom, what waits, what failed, whether the scheduler runs, and the rules."""

from cchc_tasks.web.reminders import rules
from cchc_tasks.web.reminders.views import bp

__all__ = ["bp", "rules"]
