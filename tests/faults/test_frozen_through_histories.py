"""Submitted reports stay byte for byte through random years, and every member that moved names what moved it."""

from types import SimpleNamespace

import pytest

from cchc_tasks.domain.reports.frozen import canonical_bytes, digest
from cchc_tasks.services import reports
from cchc_tasks.services.report_drift import explain
from cchc_tasks.services.report_figures import drift_of
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.wording.drift_causes import cause_sentence
from tests.support import histories
from tests.support.reports import FORM, Q1, Prepared, describe

pytestmark = pytest.mark.faults

# Long before its cut-off, so that much of what follows moves it.
BEFORE, AFTER = 1, 25


def submitted(history) -> Prepared:
    """The report of quý I, submitted when some of the year has passed."""
    actor = history.who("office")
    made = reports.begin(history.session, FORM, Q1, title="Báo cáo quý I", actor=actor, now=history.now)
    prepared = Prepared(history.session, SimpleNamespace(office=history), made)
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit(now=history.now)
    return prepared


def test_shows_3_a_submitted_report_stays_and_its_drift_names_what_moved_it(session, full_size):
    moved_members = 0
    for seed in range(40 if full_size else 3):
        history = histories.run(session, seed, BEFORE)
        prepared = submitted(history)
        kept = queries.snapshot_of(session, prepared.report)
        content, sha256 = kept.content, kept.sha256
        for _ in range(AFTER):
            history.step()

        session.expire_all()
        actor = history.who("office")
        frozen, moved, _told = drift_of(session, prepared.report, actor=actor, now=history.now, describe=describe)
        explained = explain(session, prepared.report, frozen, moved)

        stored = queries.snapshot_of(session, prepared.report)
        assert (stored.content, stored.sha256) == (content, sha256)
        assert digest(canonical_bytes(frozen)) == sha256
        for member in {member.id for each in moved for member in (*each.entered, *each.left)}:
            if member.startswith("task:"):
                moved_members += 1
                assert explained.members[member], f"seed {seed}: nothing told of {member}"
        assert all(map(cause_sentence, explained.events))
        session.rollback()
        session.expunge_all()
    assert moved_members
