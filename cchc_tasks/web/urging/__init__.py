"""Đôn đốc: each unit's late work on one page, explanations asked for together, and the letter that lists it."""

from cchc_tasks.web.urging.views import bp

__all__ = ["bp"]
