"""The printed table: what was measured, medians, spread, ratio, aim, and whether it is met."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.timing import Comparison

HEADS = ("what", "floor p50", "p10-p90", "ours p50", "p10-p90", "ratio", "aim", "met")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; texts, ready to be printed. `is_met` None: printed for scale, no aim of its own."""

    what: str
    floor: str = ""
    floor_spread: str = ""
    ours: str = ""
    ours_spread: str = ""
    ratio: str = ""
    aim: str = ""
    is_met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        met = {True: "yes", False: "NO", None: ""}[self.is_met]
        return (
            self.what,
            self.floor,
            self.floor_spread,
            self.ours,
            self.ours_spread,
            self.ratio,
            self.aim,
            met,
        )


def ratio_line(what: str, times: Comparison, aim: float | None) -> Line:
    """A line of times; the aim is the largest ratio of medians."""
    return Line(
        what,
        milliseconds(times.floor.median),
        f"{milliseconds(times.floor.low)}-{milliseconds(times.floor.high)}",
        milliseconds(times.ours.median),
        f"{milliseconds(times.ours.low)}-{milliseconds(times.ours.high)}",
        f"{times.ratio:.1f}x",
        "" if aim is None else f"<= {aim:g}x",
        None if aim is None else times.ratio <= aim,
    )


def limit_line(what: str, value: float, limit: float, unit: str) -> Line:
    """A line of one number that has an upper limit of its own."""
    return Line(what, ours=f"{value:.0f} {unit}", aim=f"<= {limit:g} {unit}", is_met=value <= limit)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def lay_out(lines: Iterable[Line]) -> str:
    """The table as text, columns under one another."""
    rows = [HEADS, *(line.cells() for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([texts[0], "-" * len(texts[0]), *texts[1:]])
