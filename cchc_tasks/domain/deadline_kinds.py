"""The kinds a time phrase can be of."""

from enum import StrEnum


class DeadlineKind(StrEnum):
    """What a time phrase asks for. Source: DESIGN §2 (Deadline kinds)."""

    DATE = "date"
    BEFORE_DATE = "before_date"
    MONTH = "month"
    QUARTER = "quarter"
    RANGE = "range"
    RECURRING = "recurring"
    WITHIN_YEAR = "within_year"
    ONGOING = "ongoing"
    AS_REGULATED = "as_regulated"
    AFTER_EVENT = "after_event"
    UNSTATED = "unstated"
    UNREADABLE = "unreadable"
