"""Xác nhận: the queue of reported work with its evidence."""

from cchc_tasks.web.confirmation.views import bp

__all__ = ["bp"]
