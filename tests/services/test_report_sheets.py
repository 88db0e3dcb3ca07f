"""What prints of a report: the same bytes from the same frozen report whatever happens to the plan afterwards."""

import random
from datetime import date, timedelta

import pytest

from cchc_tasks.domain.workflow import Status
from cchc_tasks.exports.report_sheets import FORMATS
from cchc_tasks.services import obligations
from cchc_tasks.services.report_figures import drift_of
from cchc_tasks.services.report_sheets import sheet_of
from cchc_tasks.storage.queries import reports as queries
from tests.factories import at
from tests.support.reports import NOW, describe, prepare
from tests.support.year import confirm, report


def printed(prepared, now=NOW):
    return sheet_of(prepared.session, prepared.report.id, actor=prepared.who("office"), now=now, describe=describe)


def test_a_draft_prints_todays_figures_and_says_that_it_is_one(session):
    prepared = prepare(session)

    sheet = printed(prepared)

    assert sheet.is_draft
    by_key = {figure.key: figure.printed for figure in sheet.figures}
    assert (by_key["steer.plan.tasks_set"], by_key["steer.plan.tasks_done"]) == ("10", "2")
    assert "steer.plan.tasks_done" in sheet.rules


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_a_frozen_report_gives_the_same_file_after_any_later_entry(session, ending):
    prepared = prepare(session)
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()
    before = FORMATS[ending](printed(prepared))

    confirm(session, prepared.year.office, prepared.year.work["waiting"], at(date(2021, 3, 22)))
    report(session, prepared.year.office, prepared.year.work["late"], date(2021, 3, 1), recorded=at(date(2021, 3, 23)))

    assert FORMATS[ending](printed(prepared, at(date(2021, 4, 1)))) == before


def test_500_later_edits_leave_the_frozen_bytes_and_drift_names_each_that_matters(session, full_size):
    """C3: entries dated back, confirmations, returns and reopenings after the report; 500 in the full form.

    Edits of every other kind, several plans and rules: `tests/faults/test_frozen_through_histories.py`.
    """
    prepared = prepare(session)
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()
    content = queries.snapshot_of(session, prepared.report).content
    exports = {ending: write(printed(prepared)) for ending, write in FORMATS.items()}
    chance = random.Random(2021)
    done_then = {figure.key: figure for figure in prepared_snapshot(prepared).figures}["steer.plan.tasks_done"].counted

    for step in range(500 if full_size else 30):
        later_edit(prepared, chance, at(date(2021, 3, 15), 9) + timedelta(hours=3 * step))

    _frozen, drifted, told = drift_of(
        session, prepared.report, actor=prepared.who("office"), now=at(date(2021, 9, 1)), describe=describe
    )
    assert queries.snapshot_of(session, prepared.report).content == content
    assert {ending: write(printed(prepared)) for ending, write in FORMATS.items()} == exports
    now = {member.id for member in told.figures["steer.plan.tasks_done"].counted}
    then = {member.id for member in done_then}
    moved = {each.key: each for each in drifted}
    found = moved.get("steer.plan.tasks_done")
    assert ids_of(found and found.entered) == now - then
    assert ids_of(found and found.left) == then - now
    assert set(moved) <= {"steer.plan.tasks_done", "steer.docs_issued"}


def ids_of(members):
    return {member.id for member in members or ()}


def prepared_snapshot(prepared):
    from_bytes = drift_of(prepared.session, prepared.report, actor=prepared.who("office"), now=NOW, describe=describe)
    return from_bytes[0]


def later_edit(prepared, chance, now):
    """One edit that is possible for a random piece of work: a report dated back, a confirmation, a return, a
    reopening."""
    session = prepared.session
    unit_id = prepared.year.office.unit.id
    one = chance.choice([each for each in prepared.year.work.values() if each.counted_unit_id == unit_id])
    session.refresh(one)
    office = prepared.who("office")
    if one.status in (Status.NOT_STARTED, Status.IN_PROGRESS):
        day = date(2021, 2, 1) + timedelta(days=chance.randrange(42))
        report(session, prepared.year.office, one, day, recorded=now)
    elif one.status is Status.REPORTED and chance.random() < 0.7:
        confirm(session, prepared.year.office, one, now)
    elif one.status is Status.REPORTED:
        obligations.return_report(session, one.id, version=one.version, reason="Thiếu phụ lục.", actor=office, now=now)
    elif one.status is Status.DONE:
        obligations.reopen(
            session,
            one.id,
            version=one.version,
            effective_on=max(one.status_on, date(2021, 3, 1)),
            reason="Văn bản bị thu hồi.",
            actor=office,
            now=now,
        )


def test_every_format_of_a_draft_opens(session):
    prepared = prepare(session)
    sheet = printed(prepared)

    assert FORMATS["docx"](sheet)[:2] == FORMATS["xlsx"](sheet)[:2] == b"PK"
    assert FORMATS["pdf"](sheet)[:5] == b"%PDF-"
