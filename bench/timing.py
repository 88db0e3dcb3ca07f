"""Times of two ways to the same thing, taken in turns so that a noisy neighbour disturbs both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """Times in seconds, sorted."""

    times: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def low(self) -> float:
        """The time that a tenth of the tries stayed below."""
        return self.times[len(self.times) // 10]

    @property
    def high(self) -> float:
        """The time that nine tenths of the tries stayed below."""
        return self.times[min(len(self.times) - 1, len(self.times) * 9 // 10)]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The floor's times and ours."""

    floor: Sample
    ours: Sample

    @property
    def ratio(self) -> float:
        return self.ours.median / self.floor.median


def compare(floor: Callable[[], object], ours: Callable[[], object], *, rounds: int, warm_up: int = 2) -> Comparison:
    """Calls both in turns `rounds` times, after `warm_up` calls that are not counted."""
    for _ in range(warm_up):
        floor()
        ours()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for call, times in zip((floor, ours), taken, strict=True):
            started = time.perf_counter()
            call()
            times.append(time.perf_counter() - started)
    return Comparison(*(Sample(tuple(sorted(times))) for times in taken))
