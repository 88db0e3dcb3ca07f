"""The sweep asks the database before it removes a file."""

import io
from datetime import UTC, datetime, timedelta

from cchc_tasks.evidence import LocalStore
from cchc_tasks.services.evidence_files import sweep_orphans
from tests.evidence.files import PDF, PNG
from tests.factories import make_agency, make_evidence, make_plan, make_task


def test_a_file_with_a_row_stays_and_one_without_goes_after_a_day(session, tmp_path):
    store = LocalStore(tmp_path)
    made = make_task(session, make_plan(session, make_agency(session)))
    make_evidence(session, made.obligation, store, data=PDF)
    orphan = store.keep(io.BytesIO(PNG), "mồ côi.png")
    now = datetime.now(UTC)

    assert sweep_orphans(session, store, now=now) == 0
    assert sweep_orphans(session, store, now=now + timedelta(hours=25)) == 1
    assert orphan.sha256 not in set(store.hashes())
    assert len(list(store.hashes())) == 1
