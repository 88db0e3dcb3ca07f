"""`make bench`: makes the data, starts the servers, measures, prints the table."""

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bench import as_of, calendars, pages, reading, writes
from bench.data import World, make_world
from bench.floor_sql import add_floor_tables
from bench.pages import Pair
from bench.servers import WORKERS, both, two_workers, weight
from bench.table import Line, lay_out, limit_line, ratio_line
from bench.timing import Comparison
from cchc_tasks.domain.periods import local_day

MEMORY_AIM = 150
ONE_PLAN_AIM, ALL_PLANS_AIM = 3, 1.5
#: A step may cost at most this much more than the growth of the data (a page) or than before (a change).
GROWTH_TOLERANCE = 1.25
FLAT_TOLERANCE = 1.5


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    tasks: tuple[int, ...]
    ledger_rows: int
    rounds: int
    crowd_seconds: float
    events: int


SIZES = {
    "short": Size((100, 1_000), 200_000, 20, 3.0, 1_000),
    "full": Size((100, 1_000, 10_000), 1_000_000, 60, 10.0, 10_000),
}
#: Where the measures of a single size are taken.
USUAL = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="full")
    size = SIZES[parser.parse_args().size]
    started = time.monotonic()
    today = local_day(datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="cchc-bench-") as name:
        folder = Path(name)
        lines = [*over_http(size, folder, today), memory(folder), *counts(size, folder, today), *reading.measure()]
        say(f"calendar of {size.events:,} events")
        lines += calendars.measure(size.events, folder, today)
    print(lay_out(lines))
    print(f"\n{sum(line.is_met is True for line in lines)} aims met,", end=" ")
    print(f"{sum(line.is_met is False for line in lines)} missed; {time.monotonic() - started:.0f} s")


def say(what: str) -> None:
    """What is being measured, while it takes its time."""
    print(f"... {what}", file=sys.stderr, flush=True)


def world_of(folder: Path, tasks: int, today: date) -> World:
    return make_world(folder / f"{tasks}.sqlite3", tasks, today=today)


def over_http(size: Size, folder: Path, today: date) -> Iterator[Line]:
    """Boards and changes at every size; everything else at the usual one."""
    boards: dict[int, Comparison] = {}
    changes: dict[int, Comparison] = {}
    bodies: dict[int, bytes] = {}
    others: list[Line] = []
    for tasks in size.tasks:
        say(f"{tasks:,} tasks")
        world = world_of(folder, tasks, today)
        add_floor_tables(world.url)
        with both(world.url, folder) as (floor_url, our_url):
            pair = Pair.of(floor_url, our_url, world)
            bodies[tasks] = pages.fetch(pair.ours, pages.BOARD)
            boards[tasks] = pages.board(pair, max(5, size.rounds * 100 // max(tasks, 100) + 5))
            if tasks == USUAL:
                others = pages.measure(pair, size.rounds)
            changes[tasks] = writes.one_at_a_time(pair, size.rounds * 2)
            if tasks == USUAL:
                others.append(writes.all_at_once(pair, size.crowd_seconds))
    yield from (ratio_line(f"board of {tasks:,} tasks", each, pages.BOARD_AIM) for tasks, each in boards.items())
    yield growth("board: growth against the rows", boards)
    few, many = size.tasks[0], size.tasks[-1]
    yield pages.row_weight((few, bodies[few]), (many, bodies[many]))
    yield from (
        ratio_line(f"change of status, {tasks:,} tasks", each, writes.CHANGE_AIM) for tasks, each in changes.items()
    )
    slower = changes[many].ours.median / changes[few].ours.median
    yield Line(
        f"change: {many:,} against {few:,} tasks",
        ratio=f"{slower:.2f}x",
        aim=f"flat (<= {FLAT_TOLERANCE:g}x)",
        is_met=slower <= FLAT_TOLERANCE,
    )
    yield from others


def growth(what: str, boards: dict[int, Comparison]) -> Line:
    """The worst step between two sizes: how much longer the page took, divided by how much more it showed."""
    sizes = sorted(boards)
    steps = [
        boards[large].ours.median / boards[small].ours.median / (large / small)
        for small, large in itertools.pairwise(sizes)
    ]
    worst = max(steps)
    return Line(what, ratio=f"{worst:.2f}x", aim=f"linear (<= {GROWTH_TOLERANCE:g}x)", is_met=worst <= GROWTH_TOLERANCE)


def memory(folder: Path) -> Line:
    """The server with two workers after both have shown every page."""
    say("memory")
    file = folder / f"{USUAL}.sqlite3"
    with two_workers(f"sqlite:///{file}", folder) as (url, process):
        client = pages.Client(url)
        client.sign_in(pages.OFFICE, pages.PASSWORD)
        for _ in range(10 * WORKERS):
            # A connection of its own each time, so that both workers are asked.
            for path in (pages.BOARD, pages.INDICATOR, pages.TABLE_FILE, "/nhiem-vu/1"):
                visitor = client.twin()
                pages.fetch(visitor, path)
                visitor.close()
        found = weight(process) / 2**20
    return limit_line(f"PSS of the server with {WORKERS} workers", found, MEMORY_AIM, "MiB")


def counts(size: Size, folder: Path, today: date) -> Iterator[Line]:
    say(f"as-of counts over {size.ledger_rows:,} ledger rows")
    world = as_of.make_long_ledger(folder / "long.sqlite3", size.ledger_rows, today=today)
    one, every = as_of.measure(world, size.rounds)
    rows = f"{size.ledger_rows:,} ledger rows"
    yield ratio_line(f"as-of count of one plan, {rows}", one, ONE_PLAN_AIM)
    yield ratio_line(f"as-of count of all plans, {rows}", every, ALL_PLANS_AIM)


if __name__ == "__main__":
    main()
