"""The as-of count stays quick without the database's statistics, which an office's SQLite file never has."""

from datetime import date

import pytest
from sqlalchemy import event

from cchc_tasks.storage.queries.as_of import states_as_of, statuses_as_of
from tests.factories import NOW, make_agency, make_plan, make_task


@pytest.mark.parametrize("query", [states_as_of, statuses_as_of])
def test_no_step_of_an_as_of_count_reads_the_whole_ledger(session, dialect, query):
    agency = make_agency(session)
    plan = make_plan(session, agency)
    make_task(session, plan)
    session.commit()
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2:4]))

    assert query(session, agency.id, [plan.id], cut_off=date(2021, 3, 14), known_at=NOW)

    if dialect == "sqlite":
        [statement] = [each for each in asked if "ledger_rows" in each[0]]
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement[0]}", statement[1]).all()
        on_ledger = [step[3] for step in steps if "ledger_rows" in step[3]]
        assert any("COVERING INDEX ix_ledger_rows_obligation_kind" in step for step in on_ledger)
        assert any("agency_id=? AND corrects_seq=?" in step for step in on_ledger)
        assert [step for step in on_ledger if "SCAN" in step or "ix_ledger_rows_agency_recorded" in step] == []
