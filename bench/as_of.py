"""The as-of count over a long ledger: the service against the plain correlated query on a bare table."""

import random
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.data import DAYS, World, instant, make_world
from bench.floor_sql import COUNTS, STATES, add_floor_tables
from bench.timing import Comparison, compare
from cchc_tasks.domain.ledger import GENESIS_HASH
from cchc_tasks.domain.permissions import Membership, Principal, Role
from cchc_tasks.services import counting
from cchc_tasks.storage.db import make_engine

#: Ledger rows of one obligation, its entry, deadline and assignment included.
ROWS_OF_ONE = 50
PLANS = 20
STATUSES = ("in_progress", "reported", "in_progress", "reported", "done", "in_progress")
CORRECTED_SHARE = 0.05
LONGEST_DELAY = 10

SPREAD_OVER_PLANS = f"""
INSERT INTO plans (id, agency_id, version, kind, number, issued_on, title, year, created_at)
    WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {PLANS})
    SELECT i, agency_id, 1, kind, i || '/KH-STTTT', issued_on, title, year, created_at FROM plans, n WHERE plans.id = 1;
INSERT INTO areas (id, agency_id, version, plan_id, position, ordinal, name)
    SELECT 100 + id, agency_id, 1, id, 1, '1', 'Lĩnh vực' FROM plans WHERE id > 1;
INSERT INTO plan_rules (agency_id, plan_id, ordinal, rule, recorded_at)
    SELECT r.agency_id, p.id, 1, r.rule, r.recorded_at FROM plan_rules AS r, plans AS p WHERE p.id > 1;
UPDATE tasks SET plan_id = 1 + id % {PLANS};
UPDATE tasks SET area_id = 100 + plan_id WHERE plan_id > 1;
UPDATE obligations SET plan_id = 1 + id % {PLANS}
"""


def make_long_ledger(file: Path, rows: int, *, today: date) -> World:
    """A world whose ledger has `rows` rows over twenty plans, with late and corrected entries, and the bare tables.

    The rows are not chained (their hashes are blank): a count does not read hashes, and making them takes minutes.
    """
    world = make_world(file, rows // ROWS_OF_ONE, today=today, has_steps=False)
    engine = make_engine(world.url)
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.executescript(SPREAD_OVER_PLANS)
        raw.execute("BEGIN")
        seq = raw.execute("SELECT max(seq) FROM ledger_rows").fetchone()[0]
        raw.executemany(_INSERT, _status_rows(world, seq))
        raw.execute("COMMIT")
    engine.dispose()
    add_floor_tables(world.url)
    return world


_INSERT = """
INSERT INTO ledger_rows (agency_id, seq, kind, plan_id, task_id, deliverable_id, obligation_id, effective_on,
    recorded_at, status, corrects_seq, payload, previous_hash, hash)
VALUES (?, ?, 'status', ?, ?, ?, ?, ?, ?, ?, ?, '{}', ?, ?)
"""


def _status_rows(world: World, seq: int) -> Iterator[tuple[Any, ...]]:
    """Rows in order of entry, each effective up to ten days earlier; some correct an earlier row."""
    chance = random.Random(163)
    each = ROWS_OF_ONE - 3
    total, first_day = world.tasks * each, world.today - timedelta(days=DAYS)
    start, step = instant(first_day), timedelta(days=DAYS) / (world.tasks * each)
    last: dict[int, int] = {}
    for number in range(total):
        seq += 1
        item = number % world.tasks + 1
        moment = start + step * number
        day = moment.date() - timedelta(days=chance.randrange(LONGEST_DELAY))
        corrects = last.pop(item, None) if chance.random() < CORRECTED_SHARE else None
        last[item] = seq
        status = STATUSES[number // world.tasks % len(STATUSES)]
        plan_id = 1 + item % PLANS
        recorded_at = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        hashes = (GENESIS_HASH, GENESIS_HASH)
        yield (world.agency_id, seq, plan_id, item, item, item, day.isoformat(), recorded_at, status, corrects, *hashes)


def measure(world: World, rounds: int) -> tuple[Comparison, Comparison]:
    """One plan with the lists behind its numbers, and all plans of the agency in numbers alone.

    As at a day in the middle of the ledger, with what was known ten days later.
    """
    engine = make_engine(world.url)
    actor = Principal(1, world.agency_id, (Membership(Role.OFFICE, 1, world.today - timedelta(days=2 * DAYS)),))
    cut_off = world.today - timedelta(days=DAYS // 2)
    known_at = instant(cut_off + timedelta(days=LONGEST_DELAY))
    values = {"cut_off": cut_off.isoformat(), "known_at": known_at.strftime("%Y-%m-%d %H:%M:%S.%f")}

    def floor(query: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(query), values | {"plan_id": 1}).all()

    def one_plan() -> None:
        with Session(engine) as session:
            counting.count(session, 1, actor=actor, cut_off=cut_off, known_at=known_at)

    def all_plans() -> None:
        with Session(engine) as session:
            counting.count_by_status(session, actor=actor, cut_off=cut_off, known_at=known_at)

    one = compare(lambda: floor(STATES), one_plan, rounds=rounds)
    every = compare(lambda: floor(COUNTS), all_plans, rounds=max(5, rounds // 4))
    engine.dispose()
    return one, every
