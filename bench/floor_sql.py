"""The floor's statements: what a page, a change and a count read and write at the very least."""

from typing import Any

from cchc_tasks.storage.db import make_engine

#: Bare tables beside the application's own, with the same facts and none of the rules.
TABLES = """
CREATE TABLE floor_items (id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL, status TEXT NOT NULL,
    version INTEGER NOT NULL);
CREATE INDEX floor_items_plan ON floor_items (plan_id);
CREATE TABLE floor_history (id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL, status TEXT NOT NULL,
    effective_on TEXT NOT NULL, recorded_at TEXT NOT NULL);
INSERT INTO floor_items SELECT id, plan_id, status, version FROM obligations;
INSERT INTO floor_history SELECT seq, obligation_id, status, effective_on, recorded_at
    FROM ledger_rows WHERE kind = 'status' ORDER BY seq;
CREATE INDEX floor_history_item ON floor_history (item_id, effective_on, id);
PRAGMA wal_checkpoint(TRUNCATE);
"""
WORK = """
SELECT obligation.id, obligation.task_id, task.row_id, task.text AS task_text, product.text, obligation.period_label,
    obligation.deadline_text, obligation.due_on, obligation.original_due_on, obligation.status, obligation.status_on,
    obligation.is_returned, unit.name AS unit
FROM obligations AS obligation
JOIN deliverables AS product ON product.id = obligation.deliverable_id
JOIN tasks AS task ON task.id = obligation.task_id
JOIN areas AS area ON area.id = task.area_id
LEFT JOIN unit_names AS unit ON unit.unit_id = obligation.counted_unit_id AND unit.valid_to IS NULL
{where}
ORDER BY obligation.plan_id, area.position, task.position, product.position, obligation.position
"""
LEDGER = """
SELECT row.seq, row.kind, row.effective_on, row.recorded_at, row.status, row.due_on, row.payload, person.name
FROM ledger_rows AS row LEFT JOIN people AS person ON person.id = row.actor_id
WHERE row.task_id = :task_id ORDER BY row.seq
"""
TASK = "SELECT row_id, text, assignment_text, time_text, note FROM tasks WHERE id = :task_id"
PIECES = """
SELECT piece.body FROM obligations AS obligation
JOIN calendar_pieces AS piece ON piece.agency_id = obligation.agency_id AND piece.obligation_id = obligation.id
WHERE piece.variant = 'event' ORDER BY obligation.due_on, obligation.id
"""
ADDRESS = "SELECT id, person_id, expires_at, revoked_at FROM calendar_feeds WHERE token_hash = :token_hash"
UPDATE = "UPDATE floor_items SET status = :status, version = version + 1 WHERE id = :id"
INSERT = "INSERT INTO floor_history (item_id, status, effective_on, recorded_at) VALUES (:id, :status, :day, :moment)"

_HOLDING = """
SELECT row.{column} FROM floor_history AS row
WHERE row.item_id = item.id AND row.effective_on <= :cut_off AND row.recorded_at <= :known_at
ORDER BY row.effective_on DESC, row.id DESC LIMIT 1
"""
#: What held of every item of a plan: the list behind a number.
STATES = f"""
SELECT item.id, row.status, row.effective_on FROM floor_items AS item
LEFT JOIN floor_history AS row ON row.id = ({_HOLDING.format(column="id")})
WHERE item.plan_id = :plan_id
"""
#: How many items of each plan were in each status: numbers alone.
COUNTS = f"""
SELECT plan_id, status, count(*) FROM (
    SELECT item.plan_id, ({_HOLDING.format(column="status")}) AS status FROM floor_items AS item
) GROUP BY plan_id, status
"""


def add_floor_tables(url: str) -> None:
    """Puts the bare tables into a database that `bench.data` has filled."""
    engine = make_engine(url)
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.executescript(TABLES)
    engine.dispose()
