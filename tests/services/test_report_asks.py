"""Who is asked for a row when units change under a report, what an answer is proved by, what saving one costs."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from cchc_tasks.domain.errors import NotAllowed
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.reorganisations import ReorganisationKind, UnitsAsked
from cchc_tasks.domain.reports.frozen import canonical_bytes, snapshot_from_bytes
from cchc_tasks.evidence import LocalStore
from cchc_tasks.services import backups, evidence_files, reorganising, report_answers, report_reminders, reports
from cchc_tasks.services._evidence import DocumentInput, FileInput
from cchc_tasks.services.reorganising import DecisionPaper, Order, Successor
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.services.report_asks import asks_of, names_day, owed
from cchc_tasks.storage.models import OutboxMessage
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.queries.report_places import proofs_of
from tests.factories import at, make_membership, principal_of
from tests.support.reports import FORM, NOW, Q1, prepare

KEY = "steer.survey.forms"
SECOND_HALF = replace(Q1, key="h1", cut_off=date(2021, 6, 14), entries_due_on=date(2021, 6, 14))
BEFORE, AFTER = date(2021, 3, 13), date(2021, 3, 16)
PAPER = DecisionPaper("05/QĐ-STTTT", date(2021, 3, 8), "Về việc sáp nhập phòng")
LETTER = DocumentInput("15/BC-STTTT", date(2021, 3, 9), "Báo cáo kết quả khảo sát")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def prepared(session):
    made = prepare(session)
    unit = made.year.office.unit
    made.report = reports.assign_rows(
        session, made.report.id, {KEY: unit.id}, version=1, actor=made.who("office"), now=NOW
    )
    return made


@pytest.fixture
def store(tmp_path) -> LocalStore:
    return LocalStore(tmp_path / "evidence")


def merge(session, prepared, day: date) -> tuple[int, int]:
    """The unit that was asked passes to the other one on `day`; both ids."""
    office = prepared.year.office
    order = Order(ReorganisationKind.MERGE, PAPER, day, (office.unit.id,), (Successor(office.other_unit.id),))
    reorganising.record(session, order, actor=prepared.who("office"), now=NOW)
    reorganising.apply_due(session, now=at(day, 8))
    session.expire_all()
    return office.unit.id, office.other_unit.id


def kept(store: LocalStore, name: str = "phieu.pdf") -> FileInput:
    file = store.keep(io.BytesIO(PDF), name)
    return FileInput(file.sha256, file.name, file.size, file.media_type)


# --- units that change


@pytest.mark.parametrize(
    ("day", "asked", "is_shown_as_heir"),
    [
        (BEFORE, UnitsAsked.THEN, True),
        (BEFORE, UnitsAsked.NOW, True),
        (AFTER, UnitsAsked.THEN, False),
        (AFTER, UnitsAsked.NOW, True),
    ],
)
def test_the_heir_of_a_merged_unit_answers_and_the_report_names_units_as_it_is_set_up(
    session, prepared, day, asked, is_shown_as_heir
):
    prepared.report.units_asked = asked
    session.commit()
    old, heir = merge(session, prepared, day)

    asks = asks_of(session, prepared.report)

    assert (asks.given, asks.answering) == ({KEY: old}, {KEY: heir})
    assert asks.shown == {KEY: heir if is_shown_as_heir else old}
    # What else is told by unit: work that the plan's cut-off left with the old unit.
    assert asks.shown_as == ({old: heir} if asked is UnitsAsked.NOW else {})
    assert names_day(prepared.report, AFTER) == (AFTER if asked is UnitsAsked.NOW else prepared.report.cut_off)
    assert [each.unit_id for each in owed(session, prepared.report.agency_id, day)] == [heir]


def test_after_a_merger_the_heirs_head_answers_and_the_row_stays_as_the_office_gave_it(session, prepared):
    other = prepared.year.office.people["other_head"]
    with pytest.raises(NotAllowed):
        prepared.answer("other_head", Answer(KEY, "7"))
    old, _heir = merge(session, prepared, BEFORE)

    actor = principal_of(session, other)
    report_answers.answer(session, prepared.report.id, [Answer(KEY, "7")], actor=actor, now=at(BEFORE))

    assert queries.entries_of(session, prepared.report)[KEY].actor_id == other.id
    assert queries.asks_of(session, prepared.report) == {KEY: old}


def test_the_next_report_asks_the_unit_that_stands_there_today(session, prepared):
    _old, heir = merge(session, prepared, BEFORE)

    second = reports.begin(
        session, FORM, SECOND_HALF, title="Báo cáo 6 tháng", actor=prepared.who("office"), now=at(date(2021, 6, 1))
    )

    assert queries.asks_of(session, second) == {KEY: heir}


# --- what proves an answer


def test_a_file_and_a_document_stay_behind_an_answer_until_they_are_changed_or_dropped(session, prepared, store):
    prepared.answer("head", Answer(KEY, "5", document=LETTER, file=kept(store)))
    prepared.answer("head", Answer(KEY, "6", seen=1))
    prepared.answer("head", Answer(KEY, "6", seen=2, file=kept(store, "ban-moi.pdf")))
    prepared.answer("head", Answer(KEY, "6", seen=3, drops_document=True))
    prepared.answer("head", Answer(KEY, "6", seen=4, drops_file=True))

    history = queries.entry_history(session, prepared.report, KEY)
    lines = proofs_of(session, prepared.report.agency_id, history)
    told = [
        (line.document.number if line and line.document else "", line.file.name if line and line.file else "")
        for line in (lines.get(each.id) for each in history)
    ]
    assert told == [
        ("15/BC-STTTT", "phieu.pdf"),
        ("15/BC-STTTT", "phieu.pdf"),
        ("15/BC-STTTT", "ban-moi.pdf"),
        ("", "ban-moi.pdf"),
        ("", ""),
    ]
    assert [each.printed for each in history] == ["5", "6", "6", "6", "6"]


def test_what_proves_an_answer_is_frozen_with_the_report(session, prepared, store):
    file = kept(store)
    prepared.answer("head", Answer(KEY, "5", document=LETTER, file=file))
    prepared.fill()
    prepared.accept_warnings()

    frozen = prepared.submit()

    proofs = {figure.key: figure.proof for figure in frozen.figures if figure.proof is not None}
    assert list(proofs) == [KEY]
    proof = proofs[KEY]
    assert (proof.number, proof.issued_on, proof.file_name) == ("15/BC-STTTT", date(2021, 3, 9), "phieu.pdf")
    assert proof.file_sha256 == file.sha256
    data = queries.snapshot_of(session, prepared.report).content.encode()
    assert canonical_bytes(snapshot_from_bytes(data)) == data


def test_a_report_frozen_before_answers_had_files_reads_and_hashes_as_it_did(session, prepared):
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()

    data = queries.snapshot_of(session, prepared.report).content.encode()

    assert b'"proof"' not in data
    assert canonical_bytes(snapshot_from_bytes(data)) == data


def test_a_file_behind_an_answer_is_in_the_backup_and_no_orphan(session, prepared, store, tmp_path):
    file = kept(store)
    prepared.answer("head", Answer(KEY, "5", file=file))
    stray = kept(store)
    assert stray.sha256 == file.sha256

    later = datetime(2199, 1, 1, tzinfo=UTC)
    assert evidence_files.sweep_orphans(session, store, now=later) == 0
    made = backups.make_backup(
        session.get_bind(), tmp_path / "backups", store=store, revision="0001", version="test", now=NOW
    )

    with zipfile.ZipFile(made.path) as archive:
        assert archive.read(f"evidence/{file.sha256}") == PDF


# --- what saving costs


def test_an_answer_that_nothing_computes_is_saved_without_counting_any_plan(session, prepared, monkeypatch):
    def never(*_args, **_values):
        raise AssertionError("the figures of the report were counted")

    monkeypatch.setattr(report_answers, "compute_draft", never)

    prepared.answer("head", Answer(KEY, "5"))

    with pytest.raises(AssertionError):
        prepared.answer("office", Answer("steer.plan.tasks_done", "2"))


# --- the office reminds


def test_who_heads_two_units_is_reminded_of_the_rows_of_both_in_one_mail(session, prepared):
    office, actor = prepared.year.office, prepared.who("office")
    make_membership(session, office.people["head"], Role.HEAD, office.other_unit)
    session.commit()
    asked = {KEY: office.unit.id, "steer.survey.mode": office.other_unit.id}
    reports.assign_rows(session, prepared.report.id, asked, version=2, actor=actor, now=NOW)

    units = [office.unit.id, office.other_unit.id]
    told = report_reminders.remind_units(session, prepared.report.id, units, actor=actor, now=NOW)

    mails = {row.recipient_id: row.payload["rows"] for row in session.scalars(select(OutboxMessage))}
    assert {person_id: len(rows) for person_id, rows in mails.items()} == {
        office.people["head"].id: 2,
        office.people["other_head"].id: 1,
    }
    assert (told.queued, told.before) == (2, 0)
