"""A calendar of ten thousand events: against the library that writes it, a join of its pieces, and a bare view."""

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bench.client import Client
from bench.data import World, make_world
from bench.servers import both
from bench.table import Line, ratio_line
from bench.timing import Comparison, Sample, compare
from cchc_tasks.domain.calendars import FeedScope, FeedStyle, SubscribedCalendar, Whose
from cchc_tasks.domain.periods import local_day
from cchc_tasks.feeds.icalendar_feed import render_calendar
from cchc_tasks.services import feeds
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.queries import people
from cchc_tasks.wording import calendar as words

FIRST_AIM, MOVED_AIM, UNCHANGED_AIM = 1.2, 3, 2
FIRST_ROUNDS, MOVED_ROUNDS, UNCHANGED_ROUNDS = 3, 15, 200


def measure(events: int, folder: Path, today: date) -> Iterator[Line]:
    """The lines of the table."""
    world = make_world(folder / "calendar.sqlite3", events, today=today)
    date_all(world)
    token = subscribe(world)
    path, what = f"/lich/{token}.ics", f"calendar of {world.tasks:,} events"
    with both(world.url, folder) as (floor_url, our_url):
        floor, ours = Client(floor_url), Client(our_url)
        first = first_ever(world, ours, path, our_url, token)
        yield ratio_line(f"{what}: first fetch ever, against the library", first, FIRST_AIM)
        moved = after_a_move(world, floor, ours, path)
        yield ratio_line(f"{what}: one deadline moved, against a join", moved, MOVED_AIM)
        tag = ours.get(path).headers["ETag"]
        unchanged = compare(
            lambda: expect(floor.get(f"/unchanged/{token}.ics").status, 304),
            lambda: expect(ours.get(path, **{"If-None-Match": tag}).status, 304),
            rounds=UNCHANGED_ROUNDS,
        )
        yield ratio_line(f"{what}: not modified, against a bare view", unchanged, UNCHANGED_AIM)


def expect(status: int, wanted: int) -> None:
    if status != wanted:
        raise RuntimeError(f"{status} instead of {wanted}")


def first_ever(world: World, ours: Client, path: str, our_url: str, token: str) -> Comparison:
    """The library writes the whole; the server writes it piece by piece, keeps the pieces and sends them."""
    times: tuple[list[float], list[float]] = ([], [])
    value = value_of(world, token)
    base_url = our_url.replace("127.0.0.1", "localhost")
    ours.get("/dang-nhap")
    for _ in range(FIRST_ROUNDS):
        run(world, "DELETE FROM calendar_pieces")
        started = time.perf_counter()
        alone = render_calendar(value, base_url)
        times[0].append(time.perf_counter() - started)
        started = time.perf_counter()
        answer = ours.get(path)
        times[1].append(time.perf_counter() - started)
        expect(answer.status, 200)
        # Ports and hosts differ; the bytes of the words do not.
        if len(answer.body) < len(alone) * 0.9 or answer.body.count(b"BEGIN:VEVENT") != alone.count(b"BEGIN:VEVENT"):
            raise RuntimeError("the calendar is not the library's")
    return comparison(*times)


def after_a_move(world: World, floor: Client, ours: Client, path: str) -> Comparison:
    """Before each fetch a deadline moves by a day, in the application's own columns."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(MOVED_ROUNDS):
        tag = ours.get(path).headers["ETag"]
        move_one(world, number + 1)
        started = time.perf_counter()
        expect(floor.get("/pieces.ics").status, 200)
        times[0].append(time.perf_counter() - started)
        started = time.perf_counter()
        expect(ours.get(path, **{"If-None-Match": tag}).status, 200)
        times[1].append(time.perf_counter() - started)
    return comparison(*times)


def comparison(floor: list[float], ours: list[float]) -> Comparison:
    return Comparison(Sample(tuple(sorted(floor))), Sample(tuple(sorted(ours))))


# --- the data


def run(world: World, statement: str, *values: object) -> None:
    connection = sqlite3.connect(world.file, timeout=30)
    with connection:
        connection.execute(statement, values)
    connection.close()


def date_all(world: World) -> None:
    """Work without a date gets one, so that there are as many events as tasks."""
    dated = "deadline_kind = 'date', original_due_on = NULL"
    day = f"date('{world.today.year}-01-01', '+' || (id % 365) || ' days')"
    run(world, f"UPDATE obligations SET due_on = coalesce(due_on, {day}), {dated}")
    run(world, "UPDATE obligations SET judged_due_on = due_on")


def move_one(world: World, obligation_id: int) -> None:
    run(
        world,
        "UPDATE obligations SET due_on = date(due_on, '+1 day'), judged_due_on = date(due_on, '+1 day'), "
        "calendar_sequence = calendar_sequence + 1, changed_at = ? WHERE id = ?",
        datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        obligation_id,
    )


def subscribe(world: World) -> str:
    """The token of a calendar of the plan, for the office."""
    engine = make_engine(world.url)
    with Session(engine) as session:
        actor = people.principal(session, 1, world.today)
        assert actor is not None
        whose = Whose(FeedScope.PLAN, world.plan_id)
        made = feeds.create_feed(session, whose=whose, style=FeedStyle(), actor=actor, now=datetime.now(UTC))
    engine.dispose()
    return made.token


def value_of(world: World, token: str) -> SubscribedCalendar:
    """What the library is given."""
    engine = make_engine(world.url)
    now = datetime.now(UTC)
    with Session(engine) as session:
        opened = feeds.open_feed(session, token, now=now, real_now=now)
        assert opened is not None
        assert opened.today == local_day(now)
        content = feeds.content_of(session, opened, lambda *_: [])
        address = opened.address
    engine.dispose()
    name = words.calendar_name(address.scope, address.plan_number or "")
    return SubscribedCalendar(address.agency_code, name, content.entries, content.cut_offs, address.style)
