"""A product cell cut into deliverables: by printed numbers and dashes, not by taste."""

import re
from dataclasses import dataclass

from cchc_tasks.domain.text import normalise

_NUMBER = re.compile(r"^\(?(\d{1,2})[.)](?!\d)\s*(?=\S)")
_DASH = re.compile(r"^([-–—+•*●▪])\s*(?=\S)")
_LETTER = re.compile(r"^([a-zđ])[.)]\s+")
_INLINE_NUMBER = re.compile(r"(?<=[.;:,)] )(\d{1,2})\. (?=[A-ZĐÀ-Ỹ])")
_SENTENCE_END = re.compile(r"(?<=[.;]) (?=[A-ZĐÀ-Ỹ])")


@dataclass(frozen=True, slots=True)
class Product:
    """One deliverable: `ordinal` is the printed number, None where a dash or nothing marks it."""

    ordinal: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Products:
    """The deliverables of a cell; `lead_in` is a line that only introduces them."""

    items: tuple[Product, ...]
    lead_in: str | None = None
    is_split_by_sense: bool = False


def split_products(cell: str, time_lines: int = 1) -> Products:
    """Split a product cell. `time_lines` is how many statements the time cell makes: an unmarked paragraph of just so
    many sentences is split at their ends, which is to be confirmed. Source: the conventions of plan 163."""
    lines = _lines(normalise(cell))
    if not lines:
        return Products(())
    marked = [index for index, line in enumerate(lines) if is_marked(line)]
    if not marked:
        return _unmarked(lines, time_lines)
    lead_in = None
    if marked[0] > 0:
        lead_in = "\n".join(lines[: marked[0]])
    groups = [lines[start:end] for start, end in zip(marked, [*marked[1:], len(lines)], strict=True)]
    numbered = [group for group in groups if _NUMBER.match(group[0])]
    if numbered and len(numbered) < len(groups):
        first = groups[0]
        if not _NUMBER.match(first[0]) and _introduces(first):
            lead_in = "\n".join(first) if lead_in is None else "\n".join([lead_in, *first])
            groups = groups[1:]
        groups = _under_numbers(groups)
    if lead_in is not None and not lead_in.rstrip().endswith(":"):
        return Products((Product(None, lead_in), *map(_product, groups)))
    return Products(tuple(map(_product, groups)), lead_in)


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        lines.extend(_inline(line))
    return [line for line in lines if line]


def _inline(line: str) -> list[str]:
    """Numbers that run on in one line: "1. Kế hoạch. 2. Báo cáo"; only where they count up from 1."""
    first = _NUMBER.match(line)
    if first is None or first[1] != "1":
        return [line]
    cuts: list[int] = []
    for match in _INLINE_NUMBER.finditer(line):
        if int(match[1]) == len(cuts) + 2:
            cuts.append(match.start())
    return [line[start:end].strip() for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True)]


def is_marked(line: str) -> bool:
    """Whether a number, a letter or a dash in front says that a line begins a product of its own."""
    return bool(_NUMBER.match(line) or _DASH.match(line) or _LETTER.match(line))


def _introduces(group: list[str]) -> bool:
    return group[-1].rstrip().endswith(":")


def _under_numbers(groups: list[list[str]]) -> list[list[str]]:
    """Dashes behind a number belong to it; dashes before the first number stand alone."""
    merged: list[list[str]] = []
    for group in groups:
        if merged and not _NUMBER.match(group[0]) and _NUMBER.match(merged[-1][0]):
            merged[-1] = [*merged[-1], *group]
        else:
            merged.append(group)
    return merged


def _product(group: list[str]) -> Product:
    first = group[0]
    number = _NUMBER.match(first)
    for pattern in (_NUMBER, _DASH, _LETTER):
        match = pattern.match(first)
        if match:
            first = first[match.end() :]
            break
    return Product(number[1] if number else None, "\n".join([first, *group[1:]]))


def _unmarked(lines: list[str], time_lines: int) -> Products:
    """Without marks: lines that end like statements stand alone, other line ends are only wraps."""
    joined: list[str] = [lines[0]]
    for line in lines[1:]:
        if joined[-1].endswith((";", ".")) and line[:1].isupper():
            joined.append(line)
        else:
            joined[-1] = f"{joined[-1]}\n{line}"
    if len(joined) == 1 and time_lines > 1:
        sentences = _SENTENCE_END.split(joined[0])
        if len(sentences) == time_lines:
            return Products(tuple(Product(None, one) for one in sentences), is_split_by_sense=True)
    return Products(tuple(Product(None, one) for one in joined))
