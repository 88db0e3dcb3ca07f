"""The database itself refuses to change the ledger, whatever statement tries (RELIABILITY D8)."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.factories import make_agency, make_plan, make_task, make_unit

COLUMNS = "agency_id, seq, kind, plan_id, effective_on, recorded_at, payload, previous_hash, hash"
COPY = f"SELECT {COLUMNS} FROM ledger_rows WHERE seq = 2"

BOTH = [
    "UPDATE ledger_rows SET due_on = '2021-12-31' WHERE seq = 2",
    "DELETE FROM ledger_rows WHERE seq = 2",
    f"INSERT INTO ledger_rows ({COLUMNS}) {COPY} ON CONFLICT (agency_id, seq) DO UPDATE SET hash = 'x'",
    f"INSERT INTO ledger_rows ({COLUMNS}) {COPY}",
    "UPDATE plan_rules SET ordinal = 7",
    "DELETE FROM plan_rules",
]
ONLY = {
    "sqlite": [
        f"INSERT OR REPLACE INTO ledger_rows ({COLUMNS}) {COPY}",
        f"REPLACE INTO ledger_rows ({COLUMNS}) {COPY}",
    ],
    "postgresql": ["TRUNCATE ledger_rows", "TRUNCATE ledger_rows CASCADE", "TRUNCATE agencies CASCADE"],
}


def test_d8_every_change_of_the_ledger_is_refused(session, dialect):
    plan = make_plan(session, agency := make_agency(session))
    make_task(session, plan, lead=make_unit(session, agency), due_on=date(2021, 3, 31))
    session.commit()
    before = session.execute(text("SELECT seq, due_on, hash FROM ledger_rows ORDER BY seq")).all()
    session.rollback()

    for statement in [*BOTH, *ONLY[dialect]]:
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()

    assert session.execute(text("SELECT seq, due_on, hash FROM ledger_rows ORDER BY seq")).all() == before


def test_d8_recursive_triggers_off_does_not_open_a_way_round(session, dialect):
    plan = make_plan(session, agency := make_agency(session))
    make_task(session, plan, lead=make_unit(session, agency))
    session.commit()
    if dialect == "sqlite":
        session.connection().exec_driver_sql("PRAGMA recursive_triggers=OFF")

    with pytest.raises(DBAPIError):
        session.execute(text((ONLY[dialect])[0]))
