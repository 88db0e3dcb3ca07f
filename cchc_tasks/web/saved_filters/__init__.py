"""Filters of a board that a person keeps under a name, and what they find."""

from cchc_tasks.web.saved_filters.views import bp

__all__ = ["bp"]
