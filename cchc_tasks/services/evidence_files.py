"""Evidence files as a whole: which of the kept ones no row names."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.storage.models import StoredFile

#: Hashes asked about in one query.
CHUNK = 500


class Sweepable(Protocol):
    """What is needed of the evidence store."""

    def sweep(self, is_known: Callable[[Collection[str]], Collection[str]], *, now: datetime) -> int: ...


def sweep_orphans(session: Session, store: Sweepable, *, now: datetime) -> int:
    """Removes kept files that no row of any agency names and that are older than the store's grace; how many went.

    `now` is real time: the age of a file is.
    """

    def known(hashes: Collection[str]) -> set[str]:
        wanted, found = sorted(hashes), set()
        for start in range(0, len(wanted), CHUNK):
            query = select(StoredFile.sha256).where(StoredFile.sha256.in_(wanted[start : start + CHUNK]))
            found |= set(session.scalars(query))
        return found

    return store.sweep(known, now=now)
