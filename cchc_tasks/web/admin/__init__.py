"""The administrator's pages: people, units, the demo's day."""

from cchc_tasks.web.admin import holidays, people, people_import, units
from cchc_tasks.web.admin.views import bp

__all__ = ["bp", "holidays", "people", "people_import", "units"]
