"""Printed numbers of areas and tasks."""

import re
from dataclasses import dataclass

from cchc_tasks.domain.deadlines.tokens import ROMAN
from cchc_tasks.domain.text import lower, one_line

_TASK_NUMBER = re.compile(
    r"^\(?(?P<dotted>\d{1,2}(?:\.\d{1,3}){1,2})[.)]?\s+(?=\S)|^\(?(?P<plain>\d{1,3})[.)](?!\d)\s*(?=\S)"
)
_AREA_NUMBER = re.compile(
    r"^\(?(?P<roman>[IVX]{1,5})[.)\s]\s*(?=\S)|^\(?(?P<plain>\d{1,2})[.)]?\s+(?=\S)|^(?P<letter>[A-ZĐ])[.)]\s+"
)
_CAPTION = re.compile(r"(?:[IVX]{1,5}|[A-ZĐ]|\d{1,2})[.)] *\S")
_LONGEST_AREA = 200
_NUMBER_CELL = re.compile(r"\(?(\d{1,3}(?:\.\d{1,3}){0,2})[.)]?")


@dataclass(frozen=True, slots=True)
class NumberedText:
    """A task cell: its printed numbers and the text without them."""

    numbers: tuple[str, ...]
    text: str


def read_task_cell(cell: str, area: int, number_cell: str) -> NumberedText:
    """Numbers as printed, put under their area: "3." in area 6 is 6.3. Lines that count on hold tasks of their own."""
    numbers: list[str] = []
    lines: list[str] = []
    for line in cell.split("\n"):
        match = _TASK_NUMBER.match(line)
        if match and _counts_on(numbers, _full(match, area)):
            numbers.append(_full(match, area))
            line = line[match.end() :]
        lines.append(line)
    if not numbers:
        number = _NUMBER_CELL.fullmatch(number_cell.strip())
        if number:
            numbers = [number[1] if "." in number[1] else f"{area}.{int(number[1])}"]
    return NumberedText(tuple(numbers), "\n".join(lines))


def area_ordinal(number_cell: str, name: str, otherwise: int) -> tuple[int, str]:
    """An area's number, from its own cell or the beginning of its name, and the name without it."""
    cell = number_cell.strip(" .)")
    if cell.isdecimal() and len(cell) <= 2:
        return int(cell), name
    if lower(cell) in ROMAN:
        return ROMAN[lower(cell)], name
    match = _AREA_NUMBER.match(name)
    if match is None:
        return otherwise, name
    bare = name[match.end() :].strip()
    if match["roman"]:
        return ROMAN.get(lower(match["roman"]), otherwise), bare
    return (int(match["plain"]) if match["plain"] else otherwise), bare


def area_of_caption(caption: str) -> str:
    """The title above a table where it is numbered as an area is ("II. Cải cách thủ tục hành chính"), else ""."""
    text = one_line(caption)
    return text if len(text) <= _LONGEST_AREA and _CAPTION.match(text) else ""


def plain_number(number_cell: str) -> int | None:
    """The number of a cell that holds only a plain one: "3" or "3."."""
    text = number_cell.strip(" .)(")
    return int(text) if text.isdecimal() and len(text) <= 3 else None


def _full(match: re.Match[str], area: int) -> str:
    return match["dotted"] or f"{area}.{int(match['plain'])}"


def _counts_on(numbers: list[str], number: str) -> bool:
    if not numbers:
        return True
    *head, last = numbers[-1].split(".")
    return number == ".".join([*head, str(int(last) + 1)])
