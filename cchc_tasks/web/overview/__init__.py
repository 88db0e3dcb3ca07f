"""Tổng quan: the year on one page."""

from cchc_tasks.web.overview.views import bp

__all__ = ["bp"]
