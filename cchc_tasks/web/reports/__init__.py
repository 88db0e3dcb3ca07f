"""Reports: their list, the annex, the units' own page, checks, text, submission, forms, registers, periods."""

from cchc_tasks.web.reports import (
    annex,
    asking,
    checking,
    files,
    forms_page,
    listing,
    regime_page,
    register_page,
    row_page,
    setting_up,
    submission,
    unit_page,
    writing,
)
from cchc_tasks.web.reports.blueprint import bp

__all__ = [
    "annex",
    "asking",
    "bp",
    "checking",
    "files",
    "forms_page",
    "listing",
    "regime_page",
    "register_page",
    "row_page",
    "setting_up",
    "submission",
    "unit_page",
    "writing",
]
