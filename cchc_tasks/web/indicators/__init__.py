"""Chỉ tiêu 1.1: how many things the plan set, how many are done, with the list behind each number."""

from cchc_tasks.web.indicators.views import bp

__all__ = ["bp"]
