"""Kế hoạch: the list, one plan whole, the review of an import, changes by hand, corrections."""

from cchc_tasks.web.plans import adding, amending, closing, correcting, editing, exporting, extending, importing, views
from cchc_tasks.web.plans.blueprint import bp

__all__ = ["adding", "amending", "bp", "closing", "correcting", "editing", "exporting", "extending", "importing", "views"]
