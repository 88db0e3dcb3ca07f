"""The administrator's pages: people, units, the demo's day."""

from cchc_tasks.web.admin import holidays, mandates, orphans, people, people_import, reorganising, timeline, units
from cchc_tasks.web.admin.views import bp

__all__ = [
    "bp",
    "holidays",
    "mandates",
    "orphans",
    "people",
    "people_import",
    "reorganising",
    "timeline",
    "units",
]
