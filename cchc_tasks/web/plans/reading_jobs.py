"""Files being read: each beside its request, its state in a folder of the instance, so that a browser may be closed.

Only the state is written there; the bytes of the file stay in memory until they are read. A server that stops while it
reads leaves a state that nobody moves any more, which is told after `LOST_AFTER`.
"""

import json
import logging
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.reading_progress import ReadingProgress, Step
from cchc_tasks.readers.progress import Hear

log = logging.getLogger(__name__)

#: Files read at once; each may take the memory of `readers.limits`.
AT_ONCE = 2
#: Longer than any step takes without a word: conversion and reading at their limits.
LOST_AFTER = 120.0
KEPT_FOR = 24 * 3600.0
_FOLDER = "readings"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")
_places = threading.BoundedSemaphore(AT_ONCE)

#: What came of a reading, as plain JSON values; the caller knows what they mean.
Outcome = Mapping[str, Any]
LOST: Outcome = {"lost": True}
FAILED: Outcome = {"failed": True}


@dataclass(slots=True)
class Job:
    """One file being read, as this process runs it."""

    token: str
    folder: Path
    owner: tuple[int, int | None]
    file_name: str
    outcome: Outcome | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def tell(self, progress: ReadingProgress) -> None:
        """Writes the state, whole or not at all."""
        agency_id, person_id = self.owner
        state = {
            "agency_id": agency_id,
            "person_id": person_id,
            "file_name": self.file_name,
            "step": progress.step.value,
            "done": progress.done,
            "total": progress.total,
            "outcome": self.outcome,
        }
        half = self.folder / f"{self.token}.half"
        half.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        half.replace(self.folder / f"{self.token}.json")

    def wait(self, seconds: float) -> bool:
        """Whether it ended within so many seconds."""
        return self.ended.wait(seconds)


@dataclass(frozen=True, slots=True)
class Seen:
    """A reading as its page shows it; `outcome` None while it goes on."""

    file_name: str
    progress: ReadingProgress
    outcome: Outcome | None


def begin(instance: Path, actor: Principal, file_name: str, work: Callable[[Hear], Outcome]) -> Job:
    """Starts `work` in a thread of its own; it must open its own session and raise nothing it expects."""
    folder = instance / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    job = Job(secrets.token_urlsafe(18), folder, (actor.agency_id, actor.person_id), file_name)
    job.tell(ReadingProgress(Step.WAITING))
    threading.Thread(target=_run, args=(job, work), name=f"reading {job.token[:6]}", daemon=True).start()
    return job


def _run(job: Job, work: Callable[[Hear], Outcome]) -> None:
    try:
        while not _places.acquire(timeout=LOST_AFTER / 4):
            job.tell(ReadingProgress(Step.WAITING))
        try:
            job.tell(ReadingProgress(Step.ROWS))
            job.outcome = work(job.tell)
        finally:
            _places.release()
    except Exception:
        log.exception("reading %s failed", job.token[:6])
        job.outcome = FAILED
    try:
        job.tell(ReadingProgress(Step.SORTING))
    finally:
        job.ended.set()


def find(instance: Path, token: str, actor: Principal) -> Seen:
    """The state of a reading of this person; raises `NotFound` for any other."""
    path = instance / _FOLDER / f"{token}.json"
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise NotFound(what="reading")
    state = json.loads(path.read_text(encoding="utf-8"))
    if (state["agency_id"], state["person_id"]) != (actor.agency_id, actor.person_id):
        raise NotFound(what="reading")
    is_lost = state["outcome"] is None and time.time() - path.stat().st_mtime > LOST_AFTER
    progress = ReadingProgress(Step(state["step"]), state["done"], state["total"])
    return Seen(state["file_name"], progress, LOST if is_lost else state["outcome"])


def _sweep(folder: Path) -> None:
    """States of yesterday go."""
    for entry in os.scandir(folder):
        if time.time() - entry.stat().st_mtime > KEPT_FOR:
            Path(entry.path).unlink(missing_ok=True)
