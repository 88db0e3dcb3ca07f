"""Periods listed by name, each with its day: "các kỳ: Quý I/2021 ngày 31/3/2021; Quý II/2021 ngày 05/7/2021".

The form in which this product prints periods whose days follow no rule, one of them having been put off.
"""

import re
from datetime import date

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.deadlines.model import Clause, Recurrence

_LISTED = re.compile(r"(?P<ongoing>thường xuyên, )?các kỳ: (?P<periods>.+)", re.IGNORECASE)
_PERIOD = re.compile(r"(?P<label>[^;\n]{1,60}) ngày (?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d{4})")


def read_listed_periods(text: str) -> Clause | None:
    """The periods of a whole cell in this form; None for any other, and where a day is not in the calendar."""
    whole = _LISTED.fullmatch(text)
    if whole is None:
        return None
    labels: list[str] = []
    days: list[date] = []
    for part in whole["periods"].split("; "):
        period = _PERIOD.fullmatch(part)
        if period is None:
            return None
        try:
            days.append(date(int(period["year"]), int(period["month"]), int(period["day"])))
        except ValueError:
            return None
        labels.append(period["label"])
    return Clause(
        text,
        "",
        DeadlineKind.RECURRING,
        is_ongoing=whole["ongoing"] is not None,
        due_on=max(days),
        dates=tuple(days),
        recurrence=Recurrence.LISTED,
        labels=tuple(labels),
    )
