"""Việc của tôi: what my unit owes, nearest first, with the update in place."""

from cchc_tasks.web.my_work.views import bp

__all__ = ["bp"]
