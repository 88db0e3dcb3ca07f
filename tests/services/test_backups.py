"""Back-ups that can be trusted: whole, private, checked; brought into either engine; never over live data."""

import io
import json
import os
import stat
import threading
import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cchc_tasks.domain.backups import BackupTrouble, UnusableBackup
from cchc_tasks.evidence import LocalStore
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.services import backups, ledger, obligations
from cchc_tasks.services._evidence import DocumentInput, FileInput
from cchc_tasks.storage.db import make_engine, transaction
from cchc_tasks.storage.migrate import upgrade
from cchc_tasks.storage.models import Agency, LedgerRow, Person
from tests.factories import NOW, TODAY, make_office, make_plan, make_task, principal_of

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "evidence")


@pytest.fixture
def agency_id(session: Session, store: LocalStore) -> int:
    office = make_office(session)
    task = make_task(session, make_plan(session, office.agency), lead=office.unit)
    head = principal_of(session, office.people["head"])
    session.commit()
    kept = store.keep(io.BytesIO(PDF), "bao-cao.pdf")
    obligations.report(
        session,
        task.obligation.id,
        version=1,
        effective_on=TODAY,
        actor=head,
        now=NOW,
        document=DocumentInput("01/BC-STTTT", date(2021, 3, 9), "Báo cáo"),
        files=[FileInput(kept.sha256, kept.name, kept.size, kept.kind.value)],
    )
    return office.agency.id


def make(engine, tmp_path: Path, store: LocalStore) -> backups.BackupSummary:
    return backups.make_backup(engine, tmp_path / "backups", store=store, revision="0001", version="test", now=NOW)


@pytest.fixture
def empty_sqlite(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    upgrade(MIGRATIONS, url)
    engine = make_engine(url)
    yield engine
    engine.dispose()


def test_o1_a_backup_restores_rows_chain_and_evidence(session, engine, store, agency_id, tmp_path, empty_sqlite):
    summary = make(engine, tmp_path, store)
    target = LocalStore(tmp_path / "restored")

    backups.restore_backup(empty_sqlite, summary.path, store=target, now=NOW)

    with Session(empty_sqlite) as restored:
        assert restored.scalar(select(func.count()).select_from(LedgerRow)) == summary.rows["ledger_rows"]
        assert list(ledger.verify(restored, agency_id)) == []
        assert restored.execute(text("PRAGMA foreign_key_check")).all() == []
        row = restored.get_one(Agency, agency_id)
        assert f"{ledger.head(restored, agency_id).seq}:" in summary.heads[row.code]
    (sha256,) = target.hashes()
    with target.open(sha256) as stream:
        assert stream.read() == PDF


def test_o1_a_backup_made_while_people_write_holds_every_row_that_was_there_before(
    session, engine, store, agency_id, tmp_path, empty_sqlite
):
    stop = threading.Event()
    before = session.scalar(select(func.count()).select_from(LedgerRow)) or 0
    session.rollback()

    def write() -> None:
        with Session(engine, expire_on_commit=False, autoflush=False) as other:
            with transaction(other):
                plan = make_plan(other, other.get_one(Agency, agency_id), number="1/KH")
            while not stop.is_set():
                with transaction(other):
                    make_task(other, plan)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        summary = make(engine, tmp_path, store)
    finally:
        stop.set()
        thread.join()

    backups.restore_backup(empty_sqlite, summary.path, store=LocalStore(tmp_path / "restored"), now=NOW)
    with Session(empty_sqlite) as restored:
        assert summary.rows["ledger_rows"] >= before
        assert list(ledger.verify(restored, agency_id)) == []


def test_o5_a_backup_is_for_its_owner_only(engine, store, agency_id, tmp_path):
    path = make(engine, tmp_path, store).path

    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(path.parent).st_mode) & 0o077 == 0
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_mail_stays_off_and_sessions_end_after_a_restore(session, engine, store, agency_id, tmp_path, empty_sqlite):
    path = make(engine, tmp_path, store).path
    before = session.scalars(select(Person.session_epoch)).all()

    backups.restore_backup(empty_sqlite, path, store=LocalStore(tmp_path / "restored"), now=NOW)

    with Session(empty_sqlite) as restored:
        assert not restored.get_one(Agency, agency_id).is_sending_enabled
        assert min(restored.scalars(select(Person.session_epoch))) > max(before)


def test_o2_a_restore_never_writes_over_data(session, engine, store, agency_id, tmp_path):
    path = make(engine, tmp_path, store).path
    before = session.scalar(select(func.count()).select_from(LedgerRow))
    session.rollback()

    with pytest.raises(UnusableBackup) as refused:
        backups.restore_backup(engine, path, store=store, now=NOW)

    assert refused.value.trouble is BackupTrouble.NOT_EMPTY
    assert session.scalar(select(func.count()).select_from(LedgerRow)) == before


def rewritten(path: Path, change) -> Path:
    """The same archive with one member changed by `change(name, data)`; None leaves it out."""
    out = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return out


def edited_rows(name: str, data: bytes) -> bytes:
    return data.replace(b"2021", b"2022") if name == "tables/obligations.jsonl" else data


def other_format(name: str, data: bytes) -> bytes:
    return json.dumps(json.loads(data) | {"format": 99}).encode() if name == "manifest.json" else data


BROKEN = {
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:-200]) and path, BackupTrouble.UNREADABLE),
    "not an archive": (lambda path: path.write_bytes(b"SQLite format 3\0") and path, BackupTrouble.UNREADABLE),
    "edited rows": (lambda path: rewritten(path, edited_rows), BackupTrouble.CHANGED),
    "a table left out": (
        lambda path: rewritten(path, lambda n, d: None if n == "tables/people.jsonl" else d),
        BackupTrouble.CHANGED,
    ),
    "no manifest": (
        lambda path: rewritten(path, lambda n, d: None if n == "manifest.json" else d),
        BackupTrouble.FOREIGN,
    ),
    "another format": (lambda path: rewritten(path, other_format), BackupTrouble.OTHER_FORMAT),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_o2_a_broken_or_foreign_backup_is_named(engine, store, agency_id, tmp_path, kind):
    breaking, trouble = BROKEN[kind]
    path = breaking(make(engine, tmp_path, store).path)
    if not isinstance(path, Path):
        path = next((tmp_path / "backups").glob("cchc-*.zip"))

    with pytest.raises(UnusableBackup) as refused:
        backups.check_backup(path)

    assert refused.value.trouble is trouble


def test_only_the_newest_backups_are_kept(tmp_path):
    for day in range(1, 6):
        (tmp_path / f"cchc-2021030{day}-010000.zip").touch()
    (tmp_path / "cua-toi.zip").touch()

    backups.prune_backups(tmp_path, keep=2)

    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "cchc-20210304-010000.zip",
        "cchc-20210305-010000.zip",
        "cua-toi.zip",
    ]
