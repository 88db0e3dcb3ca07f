"""The command `doctor`: looks at everything an installation stands on, and says what needs a hand."""

import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cchc_tasks.cli.runtime import json_option, print_json, real_now
from cchc_tasks.config import Settings, load_settings
from cchc_tasks.evidence import LocalStore
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.services import ledger, scheduling
from cchc_tasks.storage.db import make_engine, sqlite_driver
from cchc_tasks.storage.migrate import found_revision, wanted_revision
from cchc_tasks.storage.models import Agency, StoredFile
from cchc_tasks.wording import backups as words

#: Less free space than this needs somebody to look.
LEAST_FREE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; `name` is a key of `wording.backups.CHECKS`."""

    name: str
    is_good: bool
    detail: str


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Kiểm tra cài đặt; mã thoát 1 khi có mục cần xem."""
    findings = list(examine(load_settings()))
    if as_json:
        print_json([{"check": each.name, "ok": each.is_good, "detail": each.detail} for each in findings])
    else:
        for each in findings:
            click.echo(words.checked(each.name, each.is_good, each.detail))
    if not all(each.is_good for each in findings):
        raise SystemExit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every look in turn; those that need the database end with the first that cannot reach it."""
    yield Finding("python", True, platform.python_version())
    yield Finding("sqlite", True, sqlite_driver.sqlite_version)
    yield _disk(Path(settings.instance_dir))
    engine = make_engine(settings.database_url)
    try:
        yield from _database(engine, settings)
    finally:
        engine.dispose()


def _disk(folder: Path) -> Finding:
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(existing).free
    return Finding("disk", free >= LEAST_FREE_BYTES, words.free_space(free))


def _database(engine: Engine, settings: Settings) -> Iterator[Finding]:
    try:
        found = found_revision(engine)
    except SQLAlchemyError as error:
        yield Finding("database", False, str(error.__cause__ or error))
        return
    wanted = wanted_revision(MIGRATIONS)
    yield Finding("database", True, engine.dialect.name)
    yield Finding("schema", found == wanted, words.revisions(found, wanted))
    if found != wanted:
        return
    looks: list[Callable[[Session, Settings], Finding]] = [_ledger, _evidence, _scheduler]
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        for look in looks:
            yield look(session, settings)


def _ledger(session: Session, _settings: Settings) -> Finding:
    agencies = session.execute(select(Agency.id, Agency.code)).all()
    broken = [row.code for row in agencies if next(ledger.verify(session, row.id), None) is not None]
    return Finding("ledger", not broken, words.ledgers(len(agencies), broken))


def _evidence(session: Session, settings: Settings) -> Finding:
    named = set(session.scalars(select(StoredFile.sha256)))
    missing = named - set(LocalStore(settings.evidence_dir).hashes())
    return Finding("evidence", not missing, words.evidence_files(len(named), len(missing)))


def _scheduler(session: Session, _settings: Settings) -> Finding:
    health = scheduling.health(session, now=real_now())
    age: timedelta | None = health.last_tick_age
    return Finding("scheduler", not health.is_quiet, words.tick_age(age))
