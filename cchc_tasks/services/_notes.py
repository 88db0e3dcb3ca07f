"""Notes as they are kept, for every service that takes one along with its own work."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from cchc_tasks.domain.mail_links import VIA
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.storage.models import Note, Obligation


class NoteKind(StrEnum):
    """A progress note is asked before each cut-off; a comment is anybody's who works on the task."""

    PROGRESS = "progress"
    COMMENT = "comment"


def keep_note(
    session: Session, obligation: Obligation, kind: NoteKind, text: str, *, actor: Principal, now: datetime
) -> Note:
    """Adds the note inside the caller's unit of work; the caller has asked for permission."""
    note = Note(
        agency_id=obligation.agency_id,
        obligation_id=obligation.id,
        kind=kind.value,
        text=text,
        noted_on=local_day(now),
        recorded_at=now,
        author_id=actor.person_id,
        via=VIA if actor.link is not None else None,
    )
    session.add(note)
    return note
