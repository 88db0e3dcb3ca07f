"""Changes of status over HTTP: one at a time, and eight people at once."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle

from bench.client import Client
from bench.data import World
from bench.pages import Pair
from bench.table import Line
from bench.timing import Comparison, compare

CHANGE_AIM = 6
WRITERS = 8
#: Ours must do at least this part of the floor's changes in the same time.
RATE_AIM = 6


@dataclass(slots=True)
class Changes:
    """Reports pieces of work and takes them back again, in turns; knows the version each has by now."""

    client: Client
    world: World
    ids: list[int]
    versions: dict[int, int] = field(default_factory=dict)
    done: int = 0

    def change(self) -> None:
        """One change of status, acknowledged; raises `RuntimeError` for any other answer."""
        obligation_id = self.ids[self.done // 2 % len(self.ids)]
        version = self.versions.setdefault(obligation_id, 1)
        is_report = self.done % 2 == 0
        fields = {"version": version, "request_key": uuid.uuid4().hex}
        if is_report:
            fields |= {
                "to": "reported",
                "number": f"{self.done}/BC-STTTT",
                "issued_on": self.world.today.isoformat(),
                "subject": "Báo cáo kết quả thực hiện",
            }
        else:
            fields |= {"reason": "Bổ sung số liệu"}
        slug = "cap-nhat" if is_report else "rut-bao-cao"
        answer = self.client.post(f"/nhiem-vu/muc/{obligation_id}/{slug}", fields)
        if answer.status != 303:
            raise RuntimeError(f"{slug}: {answer.status}")
        self.versions[obligation_id] = version + 1
        self.done += 1


def floor_change(client: Client, turns: "cycle[int]") -> None:
    answer = client.post(f"/item/{next(turns)}", {"status": "reported"})
    if answer.status != 303:
        raise RuntimeError(f"the floor answered {answer.status}")


def one_at_a_time(pair: Pair, rounds: int) -> Comparison:
    ours = Changes(pair.ours, pair.world, list(pair.world.open_ids[0::2]))
    turns = cycle(range(1, pair.world.tasks + 1))
    return compare(lambda: floor_change(pair.floor, turns), ours.change, rounds=rounds)


@dataclass(slots=True)
class Crowd:
    """What several clients did together."""

    done: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return self.done / self.seconds


def crowd(works: list[Callable[[], None]], seconds: float) -> Crowd:
    """Lets every one of `works` repeat its change until the time is over."""
    result, lock = Crowd(), threading.Lock()
    deadline = time.perf_counter() + seconds

    def run(work: Callable[[], None]) -> None:
        while time.perf_counter() < deadline:
            try:
                work()
            except (RuntimeError, OSError) as error:
                with lock:
                    result.failures.append(str(error))
                return
            with lock:
                result.done += 1

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.seconds = time.perf_counter() - started
    return result


def all_at_once(pair: Pair, seconds: float) -> Line:
    """Eight writers at the floor, then eight at ours, each on work of their own."""
    ids = pair.world.open_ids[1::2]
    floor_clients = [pair.floor.twin() for _ in range(WRITERS)]
    turns = [cycle(range(1 + place, pair.world.tasks + 1, WRITERS)) for place in range(WRITERS)]
    floor = crowd([partial(floor_change, *each) for each in zip(floor_clients, turns, strict=True)], seconds)
    shares = [list(ids[place::WRITERS]) for place in range(WRITERS)]
    ours = crowd([Changes(pair.ours.twin(), pair.world, share).change for share in shares], seconds)
    ratio = floor.rate / ours.rate
    return Line(
        f"{WRITERS} writers, {len(ours.failures)} failures",
        f"{floor.rate:.0f}/s",
        "",
        f"{ours.rate:.0f}/s",
        "",
        f"1/{ratio:.1f}",
        f">= 1/{RATE_AIM}, 0 failures",
        ratio <= RATE_AIM and not ours.failures,
    )
