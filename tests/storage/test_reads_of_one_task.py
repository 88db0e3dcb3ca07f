"""Reads about single tasks stay quick in a long ledger, without the statistics that an office's file never has."""

import pytest
from sqlalchemy import event

from cchc_tasks.storage.queries import confirmation, evidence, ledger, tasks
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from tests.factories import make_agency, make_plan, make_task

READS = {
    "the ledger of a task": lambda session, agency_id: ledger.list_task_rows(session, agency_id, 1),
    "status rows": lambda session, agency_id: ledger.status_rows_of(session, agency_id, [1, 2, 3]),
    "deadlines": lambda session, agency_id: ledger.deadline_rows_of(session, agency_id, [1, 2, 3]),
    "assignments": lambda session, agency_id: ledger.assignment_rows_of(session, agency_id, [1, 2, 3]),
    "the last row": lambda session, agency_id: tasks.last_seq_of(session, agency_id, 1),
    "withdrawn reports": lambda session, agency_id: evidence.withdrawn_of(session, agency_id, [1, 2, 3]),
    "claims": lambda session, agency_id: confirmation.claims(session, agency_id, [1, 2, 3]),
    "work of a task": lambda session, agency_id: list_work(session, agency_id, WorkFilter(task_id=1)),
    "some pieces": lambda session, agency_id: list_work(session, agency_id, WorkFilter(obligation_ids=[1, 2, 3])),
    "parts of tasks": lambda session, agency_id: tasks.parts_of_tasks(session, agency_id, [1, 2, 3]),
}
#: A step that goes through every row of an agency, or of a table.
THROUGH_ALL = ("(agency_id=?)", "SCAN ledger_rows", "SCAN obligations")


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_no_read_about_single_tasks_goes_through_all_of_the_agency(session, dialect, read):
    agency = make_agency(session)
    make_task(session, make_plan(session, agency))
    session.commit()
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2:4]))

    read(session, agency.id)

    statements = [each for each in asked if each[0].startswith("SELECT")]
    assert statements
    for statement, values in statements if dialect == "sqlite" else ():
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        of_work = [step[3] for step in steps if "ledger_rows" in step[3] or "obligations" in step[3]]
        assert [step for step in of_work if any(wide in step for wide in THROUGH_ALL)] == []
