"""Xác nhận: the queue of reported work with its evidence, and the requests for more time."""

from cchc_tasks.web.confirmation import answers, views
from cchc_tasks.web.confirmation.blueprint import bp

__all__ = ["answers", "bp", "views"]
