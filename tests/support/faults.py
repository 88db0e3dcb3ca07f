"""What the fault tests share: an office with much work, sessions for threads and processes, what must hold after."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Principal, Role
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import ledger
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.models import LedgerRow, Obligation
from tests.factories import make_agency, make_person, make_plan, make_task, make_unit, principal_of


@dataclass(frozen=True, slots=True)
class BusyOffice:
    """An agency whose office may change every one of `obligation_ids`; none has begun, all are at version 1."""

    agency_id: int
    plan_id: int
    actor: Principal
    email: str
    obligation_ids: tuple[int, ...]


def make_busy_office(session: Session, size: int) -> BusyOffice:
    """`size` obligations, ten to a task, committed."""
    agency = make_agency(session)
    unit = make_unit(session, agency)
    person = make_person(session, agency, role=Role.OFFICE, unit=unit)
    plan = make_plan(session, agency)
    ids: list[int] = []
    while len(ids) < size:
        texts = [f"Sản phẩm {number}" for number in range(min(10, size - len(ids)))]
        made = make_task(session, plan, lead=unit, due_on=date(2021, 12, 31), deliverable_texts=texts)
        ids += [obligation.id for obligation in made.obligations]
    actor = principal_of(session, person)
    session.commit()
    return BusyOffice(agency.id, plan.id, actor, person.email, tuple(ids))


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    """A session of its own engine, as another process has it."""
    engine = make_engine(url)
    try:
        with Session(engine, expire_on_commit=False, autoflush=False) as session:
            yield session
    finally:
        engine.dispose()


def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Runs each call in a thread of its own, all released at the same instant; answers or exceptions, in order."""
    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait(10)
        try:
            answers[place] = call()
        except Exception as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def transitions_by_key(session: Session, agency_id: int) -> dict[str, int]:
    """How many status rows each one-time key has caused."""
    query = select(LedgerRow.request_key, func.count()).where(
        LedgerRow.agency_id == agency_id, LedgerRow.request_key.is_not(None), LedgerRow.status.is_not(None)
    )
    return {str(key): number for key, number in session.execute(query.group_by(LedgerRow.request_key))}


def assert_whole(session: Session, agency_id: int) -> None:
    """The ledger and what is derived from it agree, the chain holds, and the file is sound."""
    rows = select(LedgerRow.obligation_id, func.count()).where(
        LedgerRow.agency_id == agency_id, LedgerRow.status.is_not(None)
    )
    told = {row[0]: row[1] for row in session.execute(rows.group_by(LedgerRow.obligation_id))}
    for row in session.execute(select(Obligation.id, Obligation.version, Obligation.status)):
        assert row.version == 1 + told.get(row.id, 0)
        assert (row.status is Status.NOT_STARTED) == (row.id not in told)
    assert list(ledger.verify(session, agency_id)) == []
    if session.get_bind().dialect.name == "sqlite":
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def can_trace() -> bool:
    """Whether this machine has strace and lets it trace (containers may forbid that)."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)
    return tried.returncode == 0
