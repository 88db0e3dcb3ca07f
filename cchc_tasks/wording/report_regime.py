"""Days of a reporting regime as people write them."""

from collections.abc import Sequence


def day_and_month(pair: Sequence[int]) -> str:
    """ "15/12" from month and day; 0 before days 1-9 and months 1-2, as dates are written."""
    month, day = pair
    return f"{day:02d}/{month:02d}" if month <= 2 else f"{day:02d}/{month}"
