"""Events as they were serialised once, kept in the database for every process and host that serves calendars.

A kept event is a copy: its digest is of everything that its bytes are made of, so that one which does not fit is
made anew and never shown. Keeping happens after the answer's rows were read, in a unit of work of its own; where it
fails, the calendar is whole all the same and the next fetch tries again.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cchc_tasks.domain.calendars import CalendarEntry
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import CalendarPiece
from cchc_tasks.storage.queries import feeds as queries
from cchc_tasks.storage.upsert import replace_all

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serialiser:
    """How entries become bytes: `variant` names the form, `form` is the digest of how it is written now."""

    variant: str
    form: bytes
    render: Callable[[Sequence[CalendarEntry]], list[bytes]]


def pieces_of(
    session: Session, agency_id: int, entries: Sequence[CalendarEntry], serialiser: Serialiser
) -> list[bytes]:
    """The bytes of `entries`, in their order; those that are not kept yet are serialised and kept."""
    kept = {
        id_: (digest, body)
        for id_, digest, body in queries.kept_pieces(
            session, agency_id, serialiser.variant, [entry.obligation_id for entry in entries]
        )
    }
    form = serialiser.form
    wanted = [(entry, entry.digest(form)) for entry in entries]
    nothing = (b"", b"")
    missing = [(entry, digest) for entry, digest in wanted if kept.get(entry.obligation_id, nothing)[0] != digest]
    if missing:
        made = serialiser.render([entry for entry, _ in missing])
        fresh = {entry.obligation_id: (digest, body) for (entry, digest), body in zip(missing, made, strict=True)}
        kept |= fresh
        _keep(session, agency_id, serialiser.variant, fresh)
    return [kept[entry.obligation_id][1] for entry in entries]


def _keep(session: Session, agency_id: int, variant: str, fresh: dict[int, tuple[bytes, bytes]]) -> None:
    rows = [
        {"agency_id": agency_id, "variant": variant, "obligation_id": id_, "digest": digest, "body": body}
        # In one order: two processes that keep the same events wait for each other and do not embrace.
        for id_, (digest, body) in sorted(fresh.items())
    ]
    try:
        with transaction(session):
            replace_all(session, CalendarPiece, rows)
    except SQLAlchemyError:
        log.warning("%s events of a calendar were not kept", len(rows), exc_info=True)
