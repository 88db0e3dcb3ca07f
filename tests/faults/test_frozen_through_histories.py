"""Submitted reports stay byte for byte through random years, and every member that moved names what moved it."""

from collections import Counter
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from cchc_tasks.domain.reports.frozen import canonical_bytes, digest
from cchc_tasks.exports.report_sheets import FORMATS
from cchc_tasks.services import reorganising, reports
from cchc_tasks.services.report_drift import explain
from cchc_tasks.services.report_figures import drift_of
from cchc_tasks.services.report_sheets import sheet_of
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.wording.drift_causes import cause_sentence
from tests.support import histories
from tests.support.plain_state import Told
from tests.support.random_states import State, make_state, short_form
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


#: What the later edits of the full form must have had among them.
KINDS = {
    "report", "confirm", "give_back", "reopen", "correct_status", "correct_deadline", "correct_assignment", "answer",
    "extend_many", "amend", "add_by_hand", "reorganise",
}  # fmt: skip


def files_of(state: State) -> dict[str, bytes]:
    """Every file of the report, as anybody would download it now."""
    history, report = state.history, state.report.report
    sheet = sheet_of(state.session, report.id, actor=history.who("office"), now=history.now, describe=describe)
    return {ending: write(sheet) for ending, write in FORMATS.items()}


def edit(state: State) -> None:
    """Something is done some hours later, much of it dated back before the cut-off."""
    history = state.history
    history.now += timedelta(minutes=history.chance.randrange(5, 400))
    history.session.expire_all()
    reorganising.apply_due(history.session, now=history.now, agency_id=history.agency.id)
    names = [name for name in histories.ACTS if name != "close"]
    [name] = history.chance.choices(names, [histories.ACTS[each][0] for each in names])
    history.attempt(name, histories.ACTS[name][1])


def check_drift(state: State, then: dict, known_then: datetime) -> Counter[str]:
    """The drift told is what two counts of the ledger differ by, as known then and now: no more, no less."""
    state.session.expire_all()
    history, report = state.history, state.report.report
    actor = history.who("office")
    frozen, moved, told = drift_of(state.session, report, actor=actor, now=history.now, describe=describe)
    assert Told(state, known_then).behind(short_form()) == then, "what was known then is counted otherwise"
    now = Told.now(state).behind(short_form())
    found = {each.key: each for each in moved}
    for key in then.keys() | now.keys():
        drifted = found.get(key)
        before, after = then[key], now[key]
        assert ids(drifted.entered if drifted else ()) == after.members - before.members, key
        assert ids(drifted.left if drifted else ()) == before.members - after.members, key
        assert (drifted is not None) == (before != after), key
        if drifted is not None:
            assert (drifted.then, drifted.now) == (before.printed, after.printed)
    # Every other row that could move: documents come and go by themselves, nothing else does.
    assert found.keys() - then.keys() <= {"steer.docs_issued"}
    frozen_rows = {figure.key: figure for figure in frozen.figures}
    for key, drifted in found.items():
        assert ids(drifted.entered) == ids(told.figures[key].counted) - ids(frozen_rows[key].counted)
        assert ids(drifted.left) == ids(frozen_rows[key].counted) - ids(told.figures[key].counted)
    return Counter({key: len(each.entered) + len(each.left) for key, each in found.items()})


def ids(members) -> set:
    return {member.id for member in members}


def test_shows_3_files_stay_and_drift_is_what_the_ledger_says_after_500_edits_of_every_kind(session, full_size):
    drifted: Counter[str] = Counter()
    for seed in range(2 if full_size else 1):
        state = make_state(session, 7_000 + seed, steps=12, cut_off_today=True)
        state.report.fill()
        state.report.accept_warnings()
        frozen = state.report.submit(now=state.history.now)
        then, files = Told(state, frozen.known_at).behind(short_form()), files_of(state)
        printed = {figure.key: figure.printed for figure in frozen.figures}
        assert {key: each.printed for key, each in then.items()} == {key: printed[key] for key in then}
        kept = queries.snapshot_of(session, state.report.report).content
        state.history.done.clear()
        for step in range(500 if full_size else 50):
            edit(state)
            if step % 25 == 24:
                drifted += check_drift(state, then, frozen.known_at)
        assert files_of(state) == files
        assert queries.snapshot_of(session, state.report.report).content == kept
        assert not full_size or set(state.history.done) >= KINDS
        session.rollback()
        session.expunge_all()
    assert drifted
