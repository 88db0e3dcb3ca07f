"""All rows of a database as one value, to see whether a request changed anything."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.storage.db import Base


def fingerprint(session: Session) -> dict[str, str]:
    """A hash of the rows of every table, by table, so that a difference says where it is."""
    session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = sorted(map(repr, session.execute(select(table)).all()))
        found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found
