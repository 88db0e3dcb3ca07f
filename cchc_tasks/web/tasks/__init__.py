"""Nhiệm vụ: everything about one task, and its evidence files."""

from cchc_tasks.web.tasks.downloads import bp as evidence_bp
from cchc_tasks.web.tasks.views import bp

__all__ = ["bp", "evidence_bp"]
