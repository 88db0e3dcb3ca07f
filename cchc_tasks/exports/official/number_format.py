"""The number format by which a workbook shows a number as the document prints it."""

import re
from dataclasses import dataclass
from decimal import Decimal

#: Vietnamese signs, whatever the language of the machine, where the program heeds it.
_VIETNAMESE = "[$-42A]"
_LONGEST = 200
_PRINTED = re.compile(
    r"(?P<whole>-?(?:\d{1,3}(?:\.\d{3})+|\d+))(?:,(?P<decimals>\d+))?(?P<percent> ?%)?"
    r"(?P<remark>\s*\([^\"]*\)| [^\d\"%/][^\"]*)?"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a cell holds and the format that prints it."""

    number: float
    format: str


def typed(printed: str, value: int | Decimal) -> Typed | None:
    """`value` as the number of a cell that prints `printed`: "1.050", "14,46%", "99,62% (523/525)", "02".

    None where no format would print the same, or where the printed number is another one.
    """
    found = _PRINTED.fullmatch(printed.strip())
    if found is None or len(printed) > _LONGEST:
        return None
    whole, decimals = found["whole"], found["decimals"] or ""
    if Decimal(f"{whole.replace('.', '')}.{decimals or '0'}") != Decimal(value):
        return None
    figures = "#,##0" if "." in whole else "0" * _padded(whole)
    shown = f"{figures}.{'0' * len(decimals)}" if decimals else figures
    number = Decimal(value)
    if found["percent"]:
        shown += found["percent"].replace(" ", '" "')
        number /= 100
    if found["remark"]:
        shown += f'"{found["remark"]}"'
    return Typed(float(number), _VIETNAMESE + shown)


def _padded(whole: str) -> int:
    """How many figures are printed at least: two for "02"."""
    figures = whole.removeprefix("-")
    return len(figures) if figures.startswith("0") else 1
