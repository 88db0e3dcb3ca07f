"""Every Vietnamese word, date and number that leaves the program; pure, one module per noun."""

from cchc_tasks.wording.core import format_date, format_number, format_percent, label
from cchc_tasks.wording.errors import explain

__all__ = ["explain", "format_date", "format_number", "format_percent", "label"]
