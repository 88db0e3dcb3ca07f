"""Names of the periods that a recurring deadline makes."""

from datetime import date

from cchc_tasks.domain.deadlines import Recurrence

_QUARTERS = ("I", "II", "III", "IV")


def period_label(recurrence: Recurrence | None, index: int, day: date) -> str:
    """How the period of `day` is called in print; `index` counts from 1, for dates that follow no calendar period."""
    quarter = (day.month - 1) // 3
    if recurrence is Recurrence.MONTHLY:
        return f"Tháng {day.month}/{day.year}"
    if recurrence is Recurrence.QUARTERLY:
        return f"Quý {_QUARTERS[quarter]}/{day.year}"
    if recurrence is Recurrence.QUARTERLY_CUMULATIVE:
        names = (f"Quý I/{day.year}", f"6 tháng/{day.year}", f"9 tháng/{day.year}", f"Năm {day.year}")
        return names[quarter]
    if recurrence is Recurrence.HALF_YEARLY:
        return f"6 tháng/{day.year}" if day.month <= 6 else f"Năm {day.year}"
    if recurrence is Recurrence.YEARLY:
        return f"Năm {day.year}"
    return f"Kỳ {index}"
