"""The cells of a plan's table where the original print no longer says what the plan holds."""

from collections.abc import Iterable, Sequence
from datetime import date

from cchc_tasks.wording.core import format_date


def of_product(number: int, phrase: str) -> str:
    """A statement of a time cell that names its product by number."""
    return f"Sản phẩm {number}: {phrase}"


def led_by(lead: str, coordinating: Sequence[str]) -> str:
    """The usual sentence of a plan: one unit leads, others help."""
    return f"{lead} chủ trì, phối hợp với {'; '.join(coordinating)}" if coordinating else f"{lead} chủ trì"


def helped_by(unit: str, coordinating: Sequence[str]) -> str:
    """One unit whose lead is only understood."""
    return f"{unit} phối hợp với {'; '.join(coordinating)}" if coordinating else unit


def units_by_role(lead: str, together: Sequence[str], coordinating: Sequence[str]) -> str:
    """Every unit behind the name of its role, one role to a line."""
    roles = (("Chủ trì", (lead,) if lead else ()), ("Cùng thực hiện", together), ("Phối hợp", coordinating))
    return "\n".join(f"{role}: {'; '.join(names)}" for role, names in roles if names)


def listed_units(units: Sequence[str], coordinating: Sequence[str]) -> str:
    """Several units of which none leads, one to a line."""
    lines = [f"- {unit}" for unit in units]
    return "\n".join([*lines, f"Phối hợp: {'; '.join(coordinating)}"] if coordinating else lines)


def listed_periods(periods: Iterable[tuple[str, date]], *, is_ongoing: bool = False) -> str:
    """Each period by its name with its day; the grammar of time phrases reads it back."""
    named = "; ".join(f"{label} ngày {format_date(day)}" for label, day in periods)
    return f"{'thường xuyên, ' if is_ongoing else ''}các kỳ: {named}"
