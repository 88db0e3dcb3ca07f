"""Bảng tiến độ: the same work as columns, matrix, year and table."""

from cchc_tasks.web.boards.views import bp

__all__ = ["bp"]
