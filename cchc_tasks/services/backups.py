"""Back-ups: database, evidence and a manifest in one file; made whole or not at all, checked by reading it again."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol

from sqlalchemy import Connection, Engine, Table, select, text
from sqlalchemy.orm import Session

from cchc_tasks.domain.backups import BackupTrouble, UnusableBackup
from cchc_tasks.domain.ledger import Head
from cchc_tasks.services.ledger import publish_head
from cchc_tasks.storage import table_dump
from cchc_tasks.storage.models import Agency, StoredFile

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1 << 20


class FileSource(Protocol):
    """Where evidence files are read from, and put into on a restore."""

    def open(self, sha256: str) -> BinaryIO: ...

    def restore(self, stream: IO[bytes], sha256: str) -> None: ...


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What a back-up holds. `heads` are the ledger heads by agency code, as they left the house in it."""

    path: Path
    revision: str
    made_at: str
    rows: dict[str, int]
    files: int
    heads: dict[str, str]


def make_backup(
    engine: Engine, folder: Path, *, store: FileSource, revision: str, version: str, now: datetime
) -> BackupSummary:
    """Writes `folder`/cchc-<instant>.zip (mode 0600) and returns what is in it after reading it back.

    All tables are read in one snapshot. The head of each ledger is kept as published, so that a tail cut
    after this instant can be shown against the back-up.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = folder / f"cchc-{now:%Y%m%d-%H%M%S}.zip"
    partial = final.with_suffix(".partial")
    heads = _publish_heads(engine, final.name, now)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            _write(raw, engine, store, {"revision": revision, "version": version, "heads": heads}, now)
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(partial, final)
    finally:
        partial.unlink(missing_ok=True)
    return check_backup(final)


def _publish_heads(engine: Engine, where: str, now: datetime) -> dict[str, str]:
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        agencies = session.execute(select(Agency.id, Agency.code)).all()
        heads: dict[str, Head] = {
            row.code: publish_head(session, row.id, where=f"sao lưu {where}", now=now) for row in agencies
        }
    return {code: f"{head.seq}:{head.hash}" for code, head in heads.items()}


def _write(raw: IO[bytes], engine: Engine, store: FileSource, facts: dict[str, object], now: datetime) -> None:
    members: dict[str, str] = {}
    rows: dict[str, int] = {}
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        with engine.connect() as connection:
            _take_snapshot(connection)
            for table in table_dump.reflected(connection):
                name = f"tables/{table.name}.jsonl"
                lines = _counted(table_dump.dump(connection, table), rows, table.name)
                members[name] = _add(archive, name, lines)
            hashes = sorted(set(connection.scalars(select(StoredFile.sha256))))
        for sha256 in hashes:
            with store.open(sha256) as stream:
                members[f"evidence/{sha256}"] = _add(archive, f"evidence/{sha256}", iter_chunks(stream))
        manifest = {"format": FORMAT, "made_at": now.isoformat(), "rows": rows, "members": members, **facts}
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))


def _take_snapshot(connection: Connection) -> None:
    """One moment for all tables; SQLite's read transaction is one by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def _counted(lines: Iterator[bytes], rows: dict[str, int], name: str) -> Iterator[bytes]:
    rows[name] = 0
    for line in lines:
        rows[name] += 1
        yield line


def _add(archive: zipfile.ZipFile, name: str, parts: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as member:
        for part in parts:
            digest.update(part)
            member.write(part)
    return digest.hexdigest()


def iter_chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a stream, a megabyte at a time."""
    while part := stream.read(CHUNK):
        yield part


def check_backup(path: Path) -> BackupSummary:
    """Reads the whole back-up against its manifest; raises `UnusableBackup` that names what is wrong."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive, path)
            for name, expected in manifest["members"].items():
                _check_member(archive, name, expected, path)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise UnusableBackup(BackupTrouble.UNREADABLE, path=path.name) from error
    files = sum(name.startswith("evidence/") for name in manifest["members"])
    return BackupSummary(path, manifest["revision"], manifest["made_at"], manifest["rows"], files, manifest["heads"])


def _manifest(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read(MANIFEST))
        is_ours = manifest["format"] == FORMAT and isinstance(manifest["members"], dict)
    except (KeyError, ValueError, TypeError) as error:
        raise UnusableBackup(BackupTrouble.FOREIGN, path=path.name) from error
    if not is_ours:
        raise UnusableBackup(BackupTrouble.OTHER_FORMAT, path=path.name)
    return dict(manifest)


def _check_member(archive: zipfile.ZipFile, name: str, expected: str, path: Path) -> None:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as member:
            for part in iter_chunks(member):
                digest.update(part)
    except (KeyError, zipfile.BadZipFile) as error:
        raise UnusableBackup(BackupTrouble.CHANGED, path=path.name, member=name) from error
    if digest.hexdigest() != expected:
        raise UnusableBackup(BackupTrouble.CHANGED, path=path.name, member=name)


def restore_backup(engine: Engine, path: Path, *, store: FileSource, now: datetime) -> BackupSummary:
    """Brings a checked back-up into an empty database of the back-up's own schema revision.

    Raises `UnusableBackup(NOT_EMPTY)` over a database that holds anything. Sending stays off in every agency
    until somebody confirms (DESIGN rule 8), and all sessions and one-time links end; `now` is real time.
    """
    summary = check_backup(path)
    with zipfile.ZipFile(path) as archive:
        with engine.begin() as connection:
            tables = table_dump.reflected(connection)
            _need_empty(connection, tables, path)
            for table in tables:
                name = f"tables/{table.name}.jsonl"
                if name in archive.namelist():
                    with archive.open(name) as member:
                        table_dump.load(connection, table, member)
            connection.execute(text("UPDATE agencies SET is_sending_enabled = :off"), {"off": False})
            # Higher than any epoch a cookie made since the back-up can carry; links sent before it are spent.
            connection.execute(text("UPDATE people SET session_epoch = :epoch"), {"epoch": int(now.timestamp())})
            connection.execute(text("DELETE FROM one_time_tokens"))
        for name in archive.namelist():
            folder, _, sha256 = name.partition("/")
            if folder == "evidence":
                with archive.open(name) as member:
                    store.restore(member, sha256)
    return summary


def _need_empty(connection: Connection, tables: list[Table], path: Path) -> None:
    for table in tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise UnusableBackup(BackupTrouble.NOT_EMPTY, path=path.name, table=table.name)


def prune_backups(folder: Path, *, keep: int) -> list[Path]:
    """Removes all but the newest `keep` back-ups of the folder; returns what went."""
    old = sorted(folder.glob("cchc-*.zip"))[: -keep or None] if keep > 0 else []
    for path in old:
        path.unlink()
    return old
